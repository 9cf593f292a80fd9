//! How a model's runs end: by status and by which training rows are wrong.

use std::cmp::Reverse;

use super::ending::WrongAtEnd;
use super::estimate::{Estimate, Simulated};
use super::rates::rate;
use super::runs::RunColumns;
use super::spread::median_worst_last;
use crate::manifest::StatisticsSettings;
use crate::training::Status;

/// The runs of a model that ended in one way.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// Their status.
    pub status: Status,
    /// Training rows that were wrong at the end.
    pub wrong: WrongAtEnd,
    /// How many runs: 1 or more.
    pub runs: u64,
    /// Their share of all runs of the model, 0 to 1.
    pub share: Estimate,
    /// Median final mean squared error, one that is not finite counting as the worst; `None` if
    /// the median is such a one.
    pub mse_median: Option<Simulated>,
    /// Median Euclidean norm of the final gradient, likewise.
    pub gradient_norm_median: Option<Simulated>,
    /// The first seed in canonical order that ended so.
    pub example_seed: u64,
}

/// Every way in which runs ended: by status, then the most frequent first, then by what is wrong. Takes
/// the ways from the runs: where there are many rows, every run may have its own.
pub fn failures(runs: &mut RunColumns, settings: &StatisticsSettings) -> Vec<Failure> {
    let mut order: Vec<u32> = (0..runs.ending.len() as u32).collect();
    order.sort_unstable_by_key(|&run| (runs.ending[run as usize], run));
    let mut rest = order.as_slice();
    let mut failures = Vec::with_capacity(runs.endings.len());
    for (ending, ended) in std::mem::take(&mut runs.endings) {
        let (group, others) = rest.split_at((ended.runs as usize).min(rest.len()));
        rest = others;
        let Some(share) = rate(ended.runs, runs.len() as u64, settings) else {
            continue;
        };
        failures.push(Failure {
            status: ending.status,
            wrong: ending.wrong,
            runs: ended.runs,
            share,
            mse_median: median_worst_last(of(group, &runs.mse)),
            gradient_norm_median: median_worst_last(of(group, &runs.gradient_norm)),
            example_seed: ended.example_seed,
        });
    }
    failures.sort_by(|a, b| {
        let rank = |failure: &Failure| (failure.status, Reverse(failure.runs));
        rank(a).cmp(&rank(b)).then_with(|| a.wrong.cmp(&b.wrong))
    });
    failures
}

/// The values of some runs.
fn of<'v>(group: &'v [u32], values: &'v [f64]) -> impl Iterator<Item = f64> + 'v {
    group.iter().map(|&run| values[run as usize])
}
