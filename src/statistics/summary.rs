//! What the runs of one model amount to: one row of summary.csv as a value.

use super::estimate::{Estimate, Simulated};
use super::judged::Performance;
use super::predictions::GoOn;
use super::rates::rate;
use super::restart::{Restart, restart};
use super::runs::{Ended, Ending, RunColumns};
use super::spread::{Spread, Sum, dots, median_worst_last, spread};
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
    pub mean_of_converged: Option<Simulated>,
    /// What it costs, in epochs, to give runs up and start again.
    pub restart: Restart,
    /// Median final mean squared error, one that is not finite counting as the worst; `None` of
    /// no runs, and if the median is such a one.
    pub mse_median: Option<Simulated>,
    /// Mean share of training rows that are right at the end, 0 to 1; `None` of no runs.
    pub accuracy_mean: Option<Simulated>,
    /// Accuracy and loss by set; `None` where rows have no classes and none is held out.
    pub performance: Option<Performance>,
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
        let confidence = settings.confidence;
        let times = runs.sorted_times();
        let curve = KaplanMeier::new(&times);
        let restart = restart(&runs.times, &times, epoch_limit);
        let mean_of_converged = mean_of_converged(&times);
        drop(times);
        let count = runs.len() as u64;
        let summary = ModelSummary {
            runs: count,
            converged: runs.converged(),
            diverged: runs.diverged,
            rate: rate(runs.converged(), count, settings),
            epoch_limit,
            q25: curve.quantile(0.25, confidence),
            median: curve.quantile(0.5, confidence),
            q75: curve.quantile(0.75, confidence),
            restricted_mean: curve.restricted_mean(epoch_limit, settings),
            mean_of_converged,
            restart,
            mse_median: median_worst_last(runs.mse.iter().copied()),
            accuracy_mean: accuracy_mean(runs, rows),
            performance: runs.judged.as_ref().map(|judged| judged.summary(settings)),
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
    /// That of no runs.
    pub(super) const NOTHING: PredictionSummary = PredictionSummary {
        all: Spread::NOTHING,
        converged: Spread::NOTHING,
    };

    /// Of one prediction of the runs, whose values are given in their order.
    pub(super) fn of(
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
fn mean_of_converged(times: &[Time]) -> Option<Simulated> {
    let converged = times.iter().filter(|time| time.converged());
    let epochs = converged.map(|time| (time.epochs(), 1));
    mean_of_counts(epochs, 1.0)
}

/// The mean over runs of 1 − wrong rows / rows, from whole numbers.
fn accuracy_mean(runs: &RunColumns, rows: usize) -> Option<Simulated> {
    let right = runs
        .endings
        .iter()
        .map(|(ending, ended): (&Ending, &Ended)| {
            let right = (rows as u64).saturating_sub(ending.wrong.count());
            (right, ended.runs)
        });
    mean_of_counts(right, rows as f64)
}

/// The mean of whole numbers over `unit`, each given with how many runs have it, and its standard
/// error; `None` of no runs.
fn mean_of_counts(
    numbers: impl Iterator<Item = (u64, u64)> + Clone,
    unit: f64,
) -> Option<Simulated> {
    let (mut count, mut sum) = (0u64, 0u128);
    for (number, runs) in numbers.clone() {
        count += runs;
        sum += u128::from(number) * u128::from(runs);
    }
    let mean = sum as f64 / count as f64;
    let squares = |(number, runs): (u64, u64)| {
        let distance = number as f64 - mean;
        runs as f64 * distance * distance
    };
    let squares: Sum = numbers.map(squares).collect();
    let error = || (squares.value() / (count - 1) as f64 / count as f64).sqrt() / unit;
    (count > 0).then(|| Simulated {
        value: sum as f64 / (count as f64 * unit),
        mcse: (count > 1).then(error),
    })
}
