//! The words that manifests and result files use for choices.

use super::IntervalMethod;
use super::data::{ClassOutputs, Goal, Missing, Scale};
use super::generators::Pattern;
use crate::network::{Activation, Generator, Precision};

/// A choice among a few words.
pub trait Word: Copy + PartialEq + 'static {
    /// Every choice with its word, in the order in which messages list them.
    const ALL: &'static [(&'static str, Self)];

    /// The word of this choice, as manifests and results files write it.
    fn word(self) -> &'static str;

    /// Every choice, in the same order: for tests that none may escape.
    #[cfg(test)]
    fn choices() -> Vec<Self> {
        Self::ALL.iter().map(|(_, choice)| *choice).collect()
    }
}

/// `words!(TYPE: VARIANT = WORD, …)`: a variant that is forgotten does not compile.
macro_rules! words {
    ($type:ident: $($variant:ident = $word:literal),+) => {
        impl Word for $type {
            const ALL: &'static [(&'static str, Self)] = &[$(($word, $type::$variant)),+];

            fn word(self) -> &'static str {
                match self {
                    $($type::$variant => $word,)+
                }
            }
        }
    };
}

words!(Activation: Sigmoid = "sigmoid", Tanh = "tanh");
words!(Precision: F64 = "f64", F32 = "f32");
words!(Generator: ChaCha8 = "chacha8", Numpy = "numpy");
words!(IntervalMethod: Wilson = "wilson", ClopperPearson = "clopper-pearson");
words!(Scale: None = "none", Standard = "standard", Range = "range");
words!(ClassOutputs: OneEach = "one-output-each", Single = "single-output");
words!(Goal: Classify = "classify", Regress = "regress");
words!(Missing: Refuse = "refuse", Drop = "drop");
words!(Pattern: Parity = "parity", Encoder = "encoder", Majority = "majority");
