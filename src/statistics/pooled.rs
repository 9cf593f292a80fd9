//! Models of several partitions of the rows, taken together.
//!
//! The runs of all partitions are put one after another, as if they were the runs of one model:
//! a spread is that over seeds and partitions, and a standard error says what other seeds would
//! show on the same partitions (it is a little too large where partitions differ, since it takes
//! their difference for chance).

use super::comparison::{Comparison, compare_all};
use super::predictions::GoOn;
use super::runs::RunColumns;
use super::summary::{ModelSummary, PredictionSummary};
use crate::error::Result;
use crate::manifest::StatisticsSettings;
use crate::plan::Pool;

/// What the pools of a plan amount to.
#[derive(Debug, Clone, Default)]
pub struct Pooled {
    /// Pool by pool.
    pub summaries: Vec<ModelSummary>,
    /// Every pool that has another as its baseline, against it; positions are those of pools.
    /// Predictions are not compared.
    pub comparisons: Vec<Comparison>,
}

/// Pools the runs of models, which must still have all their columns. `targets` holds the right
/// answer of each prediction, if known.
///
/// # Errors
/// What the shelf of predictions and `go_on` return.
pub(super) fn pooled(
    pools: &[Pool],
    models: &[RunColumns],
    epoch_limit: u64,
    targets: &[Option<f64>],
    settings: &StatisticsSettings,
    go_on: GoOn,
) -> Result<Pooled> {
    let mut all = Vec::with_capacity(pools.len());
    let mut summaries = Vec::with_capacity(pools.len());
    for pool in pools {
        go_on()?;
        let members: Vec<&RunColumns> = pool.members.iter().map(|&model| &models[model]).collect();
        let runs = RunColumns::joined(&members);
        let predictions = predictions(&members, &runs, targets, settings, go_on)?;
        // Rows are counted by the performance below.
        let (mut summary, _) = ModelSummary::of(&runs, 0, epoch_limit, predictions, settings);
        let performance = summary.performance.as_ref();
        summary.accuracy_mean = performance.and_then(|all| all.training.accuracy.mean);
        summaries.push(summary);
        all.push(runs);
    }
    let baselines: Vec<usize> = pools.iter().map(|pool| pool.baseline).collect();
    let nothing = vec![None; targets.len()];
    Ok(Pooled {
        comparisons: compare_all(&all, &baselines, epoch_limit, &nothing, settings, go_on)?,
        summaries,
    })
}

/// Prediction by prediction over all members.
fn predictions(
    members: &[&RunColumns],
    joined: &RunColumns,
    targets: &[Option<f64>],
    settings: &StatisticsSettings,
    go_on: GoOn,
) -> Result<Vec<PredictionSummary>> {
    let one = |(at, target): (usize, &Option<f64>)| {
        go_on()?;
        let mut values = Vec::with_capacity(joined.len());
        for member in members {
            values.extend_from_slice(&member.predictions.column(at)?);
        }
        Ok(PredictionSummary::of(joined, &values, *target, settings))
    };
    targets.iter().enumerate().map(one).collect()
}
