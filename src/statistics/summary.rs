//! What the runs of one model amount to: one row of summary.csv as a value.

use super::estimate::{Estimate, z_of};
use super::predictions::GoOn;
use super::rates::rate;
use super::restart::{Restart, restart};
use super::runs::{Ended, Ending, RunColumns};
use super::spread::{Spread, dots, median_worst_last, spread};
use super::survival::{KaplanMeier, MeanEpochs, QuantileEpochs, Time};
use crate::error::Result;
use crate::manifest::StatisticsSettings;

/// The statistics of one model. Epochs count from 1; counts are runs.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelSummary {
    /// Runs of the model; 0 if none was trained.
    pub runs: u64,
    /// Runs that converged, also those that diverged afterwards.
    pub converged: u64,
    /// Runs with a weight that is not finite.
    pub diverged: u64,
    /// Share of runs that converged, 0 to 1; `None` of no runs.
    pub rate: Option<Estimate>,
    /// Most epochs that a run was allowed; one that did not converge is censored there.
    pub epoch_limit: u64,
    /// Epochs by which a quarter of all runs has converged.
    pub q25: QuantileEpochs,
    /// Epochs by which half of all runs has converged.
    pub median: QuantileEpochs,
    /// Epochs by which three quarters of all runs have converged.
    pub q75: QuantileEpochs,
    /// Mean epochs to convergence, a run that did not converge counting as the limit (the
    /// restricted mean); `None` of no runs.
    pub restricted_mean: Option<MeanEpochs>,
    /// Mean epochs to convergence of the runs that converged, and of no others; `None` if none
    /// did.
    pub mean_of_converged: Option<f64>,
    /// What it costs, in epochs, to give runs up and start again.
    pub restart: Restart,
    /// Median final mean squared error, one that is not finite counting as the worst; `None` of
    /// no runs, and if the median is such a one.
    pub mse_median: Option<f64>,
    /// Mean share of training rows that are right at the end, 0 to 1; `None` of no runs.
    pub accuracy_mean: Option<f64>,
    /// Prediction by prediction, query by query, as in `Plan::predictions`; empty without
    /// queries.
    pub predictions: Vec<PredictionSummary>,
}

/// One prediction over all runs, and over those that converged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PredictionSummary {
    /// All runs.
    pub all: Spread,
    /// Runs that converged.
    pub converged: Spread,
}

impl ModelSummary {
    /// The summary of a model's runs, trained on `rows` rows for `epoch_limit` epochs at most;
    /// what they predict is given. Also the survival curve that it is made from.
    pub fn of(
        runs: &RunColumns,
        rows: usize,
        epoch_limit: u64,
        predictions: Vec<PredictionSummary>,
        settings: &StatisticsSettings,
    ) -> (ModelSummary, KaplanMeier) {
        let z = z_of(settings.confidence);
        let times = runs.sorted_times();
        let curve = KaplanMeier::new(&times);
        let restart = restart(&times, epoch_limit);
        let mean_of_converged = mean_of_converged(&times);
        drop(times);
        let count = runs.len() as u64;
        let summary = ModelSummary {
            runs: count,
            converged: runs.converged(),
            diverged: runs.diverged,
            rate: rate(runs.converged(), count, settings),
            epoch_limit,
            q25: curve.quantile(0.25, z),
            median: curve.quantile(0.5, z),
            q75: curve.quantile(0.75, z),
            restricted_mean: curve.restricted_mean(epoch_limit),
            mean_of_converged,
            restart,
            mse_median: median_worst_last(runs.mse.iter().copied()),
            accuracy_mean: accuracy_mean(runs, rows),
            predictions,
        };
        (summary, curve)
    }
}

/// What the runs predict, prediction by prediction, and the dots that stand for each one's
/// distribution; `targets` holds the right answer of each, if known.
///
/// # Errors
/// If the predictions are on a shelf that can't be read; what `go_on` returns.
pub fn predicted(
    runs: &RunColumns,
    targets: &[Option<f64>],
    settings: &StatisticsSettings,
    go_on: GoOn,
) -> Result<(Vec<PredictionSummary>, Vec<Vec<f64>>)> {
    let one = |(at, target): (usize, &Option<f64>)| {
        go_on()?;
        let values = runs.predictions.column(at)?;
        let summary = PredictionSummary::of(runs, &values, *target, settings);
        Ok((summary, dots(values.iter().copied())))
    };
    targets.iter().enumerate().map(one).collect()
}

impl PredictionSummary {
    /// Of one prediction of the runs, whose values are given in their order.
    fn of(
        runs: &RunColumns,
        values: &[f64],
        target: Option<f64>,
        settings: &StatisticsSettings,
    ) -> PredictionSummary {
        let converged = values
            .iter()
            .zip(&runs.times)
            .filter(|(_, time)| time.converged());
        PredictionSummary {
            all: spread(values.iter().copied(), target, settings),
            converged: spread(converged.map(|(value, _)| *value), target, settings),
        }
    }
}

/// The mean over the runs that converged, from whole numbers.
fn mean_of_converged(times: &[Time]) -> Option<f64> {
    let converged = times.iter().filter(|time| time.converged());
    let (mut count, mut sum) = (0u64, 0u128);
    for time in converged {
        count += 1;
        sum += u128::from(time.epochs());
    }
    (count > 0).then(|| sum as f64 / count as f64)
}

/// The mean over runs of 1 − wrong rows / rows, from whole numbers.
fn accuracy_mean(runs: &RunColumns, rows: usize) -> Option<f64> {
    let all = runs.len() as u128 * rows as u128;
    let wrong = |(ending, ended): (&Ending, &Ended)| {
        u128::from(ended.runs) * ending.wrong_rows.len() as u128
    };
    let wrong: u128 = runs.endings.iter().map(wrong).sum();
    (all > 0).then(|| all.saturating_sub(wrong) as f64 / all as f64)
}
