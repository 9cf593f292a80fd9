//! The manifest: what was typed (TOML), then what it means ([`Manifest`]), checked once.
//!
//! ```text
//! load (files, texts) → document (a tree with places) → raw (typed tables) → validate → Manifest
//! ```
//!
//! All problems are found in one go and shown in the order of the text (`diagnostic`).

mod axes;
mod choices;
mod data;
mod diagnostic;
mod difference;
mod document;
mod draft;
mod generators;
mod limits;
mod load;
mod names;
mod raw;
mod reader;
mod starter;
mod table;
mod validate;
mod values;
mod words;

use crate::network::{Generator, Precision, Query};

pub use axes::{AXES, Axes, Axis, Baseline};
pub use choices::{Choices, Value};
// The rooms above name them as they come to need them.
#[allow(unused_imports)]
pub use data::{ClassOutputs, Classes, Data, Input, Partition, PartitionKey, Scale, Scaling};
pub use difference::Difference;
pub use draft::{Draft, draft};
pub use limits::SEED as LARGEST_SEED;
pub use load::{KEPT_DATA, KEPT_MANIFEST};
pub use names::prediction_column;
pub use starter::{schema, starter};
pub use words::Word;

/// A validated experiment. Everything in it is possible: later code never checks again.
///
/// Two manifests are equal when they mean the same, however they are written.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// Names the results folder; letters, digits, `.`, `_`, `-`.
    pub name: String,
    /// The question in words; may be empty.
    pub description: String,
    /// The rows to train on, and those to evaluate.
    pub data: Data,
    /// Situations to predict, as they are written: not scaled.
    pub queries: Vec<Query>,
    /// The values that make up the grid.
    pub axes: Axes,
    /// Source of the initial weights.
    pub generator: Generator,
    /// Epoch limit of every run.
    pub epochs: u64,
    /// Floating-point type of the training.
    pub precision: Precision,
    /// Whether a run ends at its convergence epoch.
    pub stop: bool,
    /// Seeds in the order of the manifest.
    pub seeds: Seeds,
    /// What fixes the baseline model; axes not fixed follow the compared model.
    pub baseline: Baseline,
    /// Loss curves to keep.
    pub curves: Curves,
    /// How intervals are computed.
    pub statistics: StatisticsSettings,
    /// The manifest's exact text.
    pub source: String,
}

/// The seeds of every model, distinct, each at most 15 digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seeds {
    /// `first`, `first + 1`, … `count` of them.
    Range {
        /// First seed.
        first: u64,
        /// How many.
        count: u64,
    },
    /// In the order given.
    List(Vec<u64>),
}

/// `[curves]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Curves {
    /// Runs per model whose loss curve is kept: the first so many seeds.
    pub seeds: u64,
    /// Log-spaced epochs.
    pub points: u64,
}

/// `[statistics]`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StatisticsSettings {
    /// Interval of a convergence rate.
    pub interval: IntervalMethod,
    /// Confidence level in (0, 1).
    pub confidence: f64,
}

/// Interval of a proportion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntervalMethod {
    /// Wilson's score interval.
    Wilson,
    /// Clopper and Pearson's exact interval.
    ClopperPearson,
}

impl Seeds {
    /// How many seeds.
    pub fn count(&self) -> u64 {
        match self {
            Seeds::Range { count, .. } => *count,
            Seeds::List(list) => list.len() as u64,
        }
    }

    /// The seed at `position`, counted from 0; `None` past the end.
    pub fn get(&self, position: u64) -> Option<u64> {
        match self {
            Seeds::Range { first, count } => (position < *count).then(|| first + position),
            Seeds::List(list) => list.get(usize::try_from(position).ok()?).copied(),
        }
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        (0..self.count()).filter_map(|position| self.get(position))
    }

    /// The least and the largest; `None` of no seeds.
    pub fn ends(&self) -> Option<(u64, u64)> {
        Some((self.iter().min()?, self.iter().max()?))
    }
}

#[cfg(test)]
mod tests;
