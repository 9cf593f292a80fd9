//! How a network starts: every weight uniform(−range, range), from the seed alone.
//!
//! With ChaCha8 each neuron draws from its own stream, first its bias, whether it is used or
//! not, then its weights by input. So networks of different width, depth or bias that share a
//! seed share every weight they both have. With NumPy's generator the matrices fill row by
//! row, biases being the last row, as `numpy.random.random((fan_in, neurons))` would.

use super::{Architecture, Parameters};
use crate::network::seed::{self, Generator};

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
}
