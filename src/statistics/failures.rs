//! How a model's runs end: by status and by which training rows are wrong.

use super::spread::quantile;
use super::{Estimate, RunColumns, rate};
use crate::manifest::StatisticsSettings;
use crate::training::Status;

/// The runs of a model that ended in one way.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// How they ended.
    pub status: Status,
    /// Wrong training rows from 0, ascending.
    pub wrong_rows: Vec<u32>,
    /// How many runs.
    pub runs: u64,
    /// Their share of all runs of the model.
    pub share: Estimate,
    /// Median final loss, runs whose loss is not finite counting as the worst.
    pub mse_median: Option<f64>,
    /// Median final gradient norm, likewise.
    pub gradient_norm_median: Option<f64>,
    /// The first seed in canonical order that ended so.
    pub example_seed: u64,
}

/// Every way in which runs ended: by status, then the most frequent first, then by rows.
pub fn failures(runs: &RunColumns, settings: &StatisticsSettings) -> Vec<Failure> {
    let mut order: Vec<u32> = (0..runs.ending.len() as u32).collect();
    order.sort_unstable_by_key(|&run| (runs.ending[run as usize], run));
    let mut rest = order.as_slice();
    let mut failures = Vec::with_capacity(runs.endings.len());
    for ending in &runs.endings {
        let (group, others) = rest.split_at((ending.runs as usize).min(rest.len()));
        rest = others;
        let Some(share) = rate(ending.runs, runs.len() as u64, settings) else {
            continue;
        };
        failures.push(Failure {
            status: ending.status,
            wrong_rows: ending.wrong_rows.clone(),
            runs: ending.runs,
            share,
            mse_median: median(group, &runs.mse),
            gradient_norm_median: median(group, &runs.gradient_norm),
            example_seed: ending.example_seed,
        });
    }
    failures.sort_by(|a, b| {
        let rank = |f: &Failure| (f.status, u64::MAX - f.runs);
        rank(a)
            .cmp(&rank(b))
            .then_with(|| a.wrong_rows.cmp(&b.wrong_rows))
    });
    failures
}

/// Median of the values of some runs.
fn median(group: &[u32], values: &[f64]) -> Option<f64> {
    sorted_worst_last(group.iter().map(|&run| values[run as usize])).and_then(|s| quantile(&s, 0.5))
}

/// In ascending order, with what is not finite last, as infinity.
pub(super) fn sorted_worst_last(values: impl Iterator<Item = f64>) -> Option<Vec<f64>> {
    let mut sorted: Vec<f64> = values
        .map(|value| {
            if value.is_finite() {
                value
            } else {
                f64::INFINITY
            }
        })
        .collect();
    sorted.sort_unstable_by(f64::total_cmp);
    (!sorted.is_empty()).then_some(sorted)
}
