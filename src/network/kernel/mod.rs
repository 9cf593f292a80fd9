//! Trains many networks of one shape at once, one network per lane. README.md beside this
//! file explains lanes, refilling, bit-equality, the exponential and what was tried.

mod batch;
mod exponential;
mod fixed;
mod generic;
mod problem;

pub use batch::{Batch, Evaluation, Map, Progress, Queries, Stretch};
pub use exponential::{exp_negated, sigmoid, tanh};
pub use problem::{Problem, Settings};

use super::Architecture;

/// How many vectors side by side train a shape fastest: measured, see README.md.
pub fn unroll(architecture: &Architecture) -> usize {
    match architecture.parameters() {
        0..=8 => 4,
        9..=16 => 2,
        _ => 1,
    }
}
