//! The words that manifests and result files use for choices.

use super::IntervalMethod;
use super::generators::Pattern;
use crate::network::Generator;
use crate::network::{Activation, Precision};

/// A choice among a few words.
pub trait Word: Copy + PartialEq + 'static {
    /// Every choice with its word, in the order in which messages list them.
    const ALL: &'static [(&'static str, Self)];

    /// The word of this choice, as manifests and results files write it.
    fn word(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, choice)| *choice == self)
            .map_or("", |(word, _)| word)
    }
}

impl Word for Activation {
    const ALL: &'static [(&'static str, Self)] =
        &[("sigmoid", Activation::Sigmoid), ("tanh", Activation::Tanh)];
}

impl Word for Precision {
    const ALL: &'static [(&'static str, Self)] =
        &[("f64", Precision::F64), ("f32", Precision::F32)];
}

impl Word for Generator {
    const ALL: &'static [(&'static str, Self)] =
        &[("chacha8", Generator::ChaCha8), ("numpy", Generator::Numpy)];
}

impl Word for IntervalMethod {
    const ALL: &'static [(&'static str, Self)] = &[
        ("wilson", IntervalMethod::Wilson),
        ("clopper-pearson", IntervalMethod::ClopperPearson),
    ];
}

impl Word for Pattern {
    const ALL: &'static [(&'static str, Self)] = &[
        ("parity", Pattern::Parity),
        ("encoder", Pattern::Encoder),
        ("majority", Pattern::Majority),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_choice_has_its_own_word<T: Word>(choices: &[T]) {
        assert_eq!(T::ALL.len(), choices.len());
        for choice in choices {
            assert!(!choice.word().is_empty());
        }
    }

    #[test]
    fn no_choice_is_forgotten() {
        every_choice_has_its_own_word(&[Activation::Sigmoid, Activation::Tanh]);
        every_choice_has_its_own_word(&[Precision::F64, Precision::F32]);
        every_choice_has_its_own_word(&[Generator::ChaCha8, Generator::Numpy]);
        every_choice_has_its_own_word(&[IntervalMethod::Wilson, IntervalMethod::ClopperPearson]);
        every_choice_has_its_own_word(&[Pattern::Parity, Pattern::Encoder, Pattern::Majority]);
    }
}
