//! Training rows made from a rule: parity, encoder, majority.

use ndarray::Array2;

use super::limits;
use crate::network::Dataset;

/// A rule that makes training rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// All 2ⁿ rows of n bits; the target is 1 if an odd number of them are 1.
    Parity,
    /// n rows of n inputs, one of them 1; the targets are the inputs.
    Encoder,
    /// All 2ⁿ rows of n bits; the target is 1 if more than half of them are 1 (so a tie is 0).
    Majority,
}

impl Pattern {
    /// Smallest and largest size.
    pub fn sizes(self) -> (u64, u64) {
        match self {
            Pattern::Parity | Pattern::Majority => (1, limits::PATTERN_BITS),
            Pattern::Encoder => (2, limits::ENCODER),
        }
    }

    /// The rows for `size` inputs, which must be within [`Pattern::sizes`]. Bit patterns count
    /// upwards in binary, the first input being the most significant bit.
    pub fn rows(self, size: usize) -> Dataset {
        let bits = |target: fn(usize, usize) -> bool| {
            let inputs = Array2::from_shape_fn((1 << size, size), |(row, input)| {
                f64::from(u8::from(row >> (size - 1 - input) & 1 == 1))
            });
            let targets = Array2::from_shape_fn((1 << size, 1), |(row, _)| {
                f64::from(u8::from(target(row.count_ones() as usize, size)))
            });
            Dataset::new(inputs, targets)
        };
        match self {
            Pattern::Parity => bits(|ones, _| ones % 2 == 1),
            Pattern::Majority => bits(|ones, size| 2 * ones > size),
            Pattern::Encoder => Dataset::new(Array2::eye(size), Array2::eye(size)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn parity_of_two_bits_is_xor() {
        let data = Pattern::Parity.rows(2);
        assert_eq!(data.inputs, array![[0., 0.], [0., 1.], [1., 0.], [1., 1.]]);
        assert_eq!(data.targets, array![[0.], [1.], [1.], [0.]]);
    }

    #[test]
    fn a_tie_is_no_majority() {
        let data = Pattern::Majority.rows(2);
        assert_eq!(data.targets, array![[0.], [0.], [0.], [1.]]);
        let ones: f64 = Pattern::Majority.rows(3).targets.sum();
        assert_eq!(ones, 4.0);
    }

    #[test]
    fn the_encoder_repeats_its_input() {
        let data = Pattern::Encoder.rows(3);
        assert_eq!(data.inputs, Array2::<f64>::eye(3));
        assert_eq!(data.targets, data.inputs);
    }

    #[test]
    fn sizes_at_the_limit_have_the_stated_shape() {
        for pattern in [Pattern::Parity, Pattern::Majority] {
            let data = pattern.rows(pattern.sizes().1 as usize);
            assert_eq!(data.inputs.dim(), (65_536, 16));
            assert_eq!(data.targets.dim(), (65_536, 1));
        }
        assert_eq!(Pattern::Encoder.rows(1_024).targets.dim(), (1_024, 1_024));
    }
}
