//! How a network starts: every weight uniform(−range, range), from the seed alone; and how its
//! twin does, every weight of which is one step of rounding away.
//!
//! With ChaCha8 each neuron draws from its own stream, first its bias, whether it is used or
//! not, then its weights by input. So networks of different width, depth or bias that share a
//! seed share every weight they both have. With NumPy's generator the matrices fill row by
//! row, biases being the last row, as `numpy.random.random((fan_in, neurons))` would.

use super::{Architecture, Parameters, Precision};
use crate::network::seed::{self, Generator};

/// Which of a seed's two beginnings a network has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Start {
    /// The weights that were drawn.
    #[default]
    Drawn,
    /// The same, every one moved to the next number up or down: the twin, which tells whether
    /// rounding decides how a run ends.
    Stepped,
}

impl Parameters {
    /// The initial weights of a seed.
    ///
    /// [`Generator::Numpy`] uses the seed's low 32 bits; `numpy.random.seed` accepts no more.
    pub fn initial(
        architecture: &Architecture,
        generator: Generator,
        range: f64,
        seed: u64,
    ) -> Parameters {
        let mut parameters = Parameters::zeros(architecture);
        // 2u − 1 is exact, so a range of 1 gives 2u − 1 itself.
        let weight = |uniform: f64| range * (2.0 * uniform - 1.0);
        match generator {
            Generator::ChaCha8 => {
                let hidden = architecture.hidden.len();
                for (l, layer) in parameters.layers.iter_mut().enumerate() {
                    let tag = if l == hidden { 0 } else { l as u32 + 1 };
                    let fan_in = layer.nrows() - usize::from(architecture.bias);
                    for (j, mut column) in layer.columns_mut().into_iter().enumerate() {
                        let mut stream = seed::neuron_stream(seed, tag, j as u32);
                        let bias = weight(stream.uniform());
                        for i in 0..fan_in {
                            column[i] = weight(stream.uniform());
                        }
                        if architecture.bias {
                            column[fan_in] = bias;
                        }
                    }
                }
            }
            Generator::Numpy => {
                let mut stream = seed::numpy_stream(seed as u32);
                for layer in &mut parameters.layers {
                    layer.mapv_inplace(|_| weight(stream.uniform()));
                }
            }
        }
        parameters
    }

    /// The weights of the twin of a network with these initial weights: each is the next number of
    /// the precision, up or down as the seed's steps say, in canonical order.
    pub fn stepped(mut self, precision: Precision, seed: u64) -> Parameters {
        let mut steps = seed::steps(seed);
        for weight in self.layers.iter_mut().flatten() {
            *weight = next(*weight, steps.upwards(), precision);
        }
        self
    }
}

/// The next number of the precision.
fn next(weight: f64, upwards: bool, precision: Precision) -> f64 {
    match (precision, upwards) {
        (Precision::F64, true) => weight.next_up(),
        (Precision::F64, false) => weight.next_down(),
        (Precision::F32, true) => f64::from((weight as f32).next_up()),
        (Precision::F32, false) => f64::from((weight as f32).next_down()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{Activation, Output};

    fn pairs(generator: Generator, precision: Precision, seed: u64) -> Vec<(f64, f64)> {
        let architecture = Architecture {
            inputs: 3,
            hidden: vec![5, 4],
            outputs: 2,
            bias: true,
            activation: Activation::Sigmoid,
            output: Output::Sigmoid,
        };
        let drawn = Parameters::initial(&architecture, generator, 1.0, seed);
        let stepped = drawn.clone().stepped(precision, seed);
        drawn.iter().zip(stepped.iter()).collect()
    }

    /// The place of a number among all finite numbers, from the least to the greatest.
    fn place(bits: i64, least: i64) -> i64 {
        if bits < 0 { least - bits } else { bits }
    }

    fn distance(precision: Precision, from: f64, to: f64) -> i64 {
        let of = |value: f64| match precision {
            Precision::F64 => place(value.to_bits() as i64, i64::MIN),
            Precision::F32 => {
                let single = value as f32;
                assert!(value == from || f64::from(single) == value, "{value}");
                place((single.to_bits() as i32).into(), i32::MIN.into())
            }
        };
        of(to) - of(from)
    }

    #[test]
    fn every_weight_of_a_twin_is_one_step_away_and_both_ways_occur() {
        for generator in [Generator::ChaCha8, Generator::Numpy] {
            for precision in [Precision::F64, Precision::F32] {
                let pairs = pairs(generator, precision, 7);
                assert_eq!(pairs.len(), 4 * 5 + 6 * 4 + 5 * 2);
                let steps = pairs
                    .iter()
                    .map(|&(from, to)| distance(precision, from, to));
                let steps: Vec<i64> = steps.collect();
                assert!(steps.iter().all(|step| step.abs() == 1), "{steps:?}");
                assert!(steps.contains(&1) && steps.contains(&-1), "{steps:?}");
            }
        }
    }

    #[test]
    fn a_twin_is_the_same_each_time_and_its_steps_follow_from_the_seed_alone() {
        let steps = |generator, precision, seed| -> Vec<bool> {
            let pairs = pairs(generator, precision, seed);
            pairs.iter().map(|(from, to)| to > from).collect()
        };
        let double = steps(Generator::ChaCha8, Precision::F64, 7);
        assert_eq!(double, steps(Generator::ChaCha8, Precision::F64, 7));
        assert_eq!(double, steps(Generator::Numpy, Precision::F64, 7));
        assert_ne!(double, steps(Generator::ChaCha8, Precision::F64, 8));
    }

    #[test]
    fn zero_steps_to_the_smallest_number_of_its_precision() {
        assert_eq!(next(0.0, true, Precision::F64), f64::from_bits(1));
        let single = f64::from(f32::from_bits(1));
        assert_eq!(next(0.0, false, Precision::F32), -single);
    }
}
