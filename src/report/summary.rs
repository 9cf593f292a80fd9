//! summary.csv: one row per model.

use super::performance::{self, ACCURACY_MEAN};
use super::shared::{
    Intervals, KAPLAN_MEIER, MEAN_ERROR, QUANTILE_ERROR, TYPE_7, distribution, simulated,
    with_error,
};
use crate::plan::{Model, Plan, Prediction};
use crate::results::columns::{Column, Columns, Format};
use crate::results::model_columns;
use crate::statistics::{Estimate, ModelSummary, Pooled, QuantileEpochs, Spread};

/// Counts of runs.
pub const RUNS: &str = "runs";
/// Counts of runs that converged.
pub const CONVERGED: &str = "converged";
/// The share of runs that converged.
pub const RATE: &str = "rate";
/// The epochs by which a quarter of the runs had converged.
pub const Q25_EPOCHS: &str = "q25_epochs";
/// The epochs by which half of the runs had converged.
pub const MEDIAN_EPOCHS: &str = "median_epochs";
/// The epochs by which three quarters of the runs had converged.
pub const Q75_EPOCHS: &str = "q75_epochs";
/// The mean epochs, a run that did not converge counting as the limit.
pub const RESTRICTED_MEAN: &str = "restricted_mean_epochs";
/// When it is best to start again.
pub const BEST_RESTART_EPOCH: &str = "best_restart_epoch";
/// What a success costs when runs are started again there.
pub const BEST_RESTART_EPOCHS: &str = "best_restart_epochs";
/// What a restart costs by the runs that had no part in choosing it.
const HELD_OUT_RATIO: &str = "held_out_restart_ratio";
/// What follows a prediction's name for the share of runs that were right.
pub const CORRECT_RATE: &str = "_correct_rate";

const ORDER_STATISTICS: &str =
    "Thompson 1936: exact, from one run's epoch to another's in their order";
const TRIMMED_ERROR: &str =
    "Tukey & McLaughlin 1963: winsorized standard deviation / (share kept * sqrt(runs))";
const MOVER: &str = "Zou & Donner 2008: the interval of the share that failed, as of rate, and Student's of the epochs of the others";
const RECIPROCAL_ERROR: &str =
    "delta method: mean^2 * standard deviation of the reciprocals / sqrt(runs)";
const RATIO_ERROR: &str = "delta method: standard deviation of (epochs - value * (1 if converged, else 0)) * sqrt(runs) / converged";
const HELD_OUT: &str = "delta method on the logarithmic scale, Student's t";
const HAMEY: &str = "Hamey 1991, Benchmarking feed-forward neural networks";

/// A model and what its runs say.
#[derive(Debug, Clone, Copy)]
pub struct SummaryRow<'a> {
    /// The model.
    pub model: &'a Model,
    /// Its summary.
    pub summary: &'a ModelSummary,
}

/// The rows of the models' summaries, in the plan's order; then those of several partitions of the
/// rows taken together.
pub fn rows<'a>(
    plan: &'a Plan,
    summaries: &'a [ModelSummary],
    pooled: &'a Pooled,
) -> impl Iterator<Item = SummaryRow<'a>> {
    let models = plan.models.iter().zip(summaries);
    let pools = plan.pools().iter().map(|pool| &pool.model);
    let all = models.chain(pools.zip(&pooled.summaries));
    all.map(|(model, summary)| SummaryRow { model, summary })
}

/// The columns, which depend on nothing but the plan.
pub fn columns<'a>(plan: &Plan) -> Columns<SummaryRow<'a>> {
    let intervals = Intervals::new(plan);
    let mut of_summary = counts(&intervals);
    of_summary.extend(epochs(&intervals));
    of_summary.extend(restarts(&intervals));
    of_summary.extend(quality());
    of_summary.extend(performance::columns(plan, &intervals));
    for (at, prediction) in plan.predictions().iter().enumerate() {
        of_summary.extend(spreads(&intervals, at, prediction));
    }
    let models = model_columns(plan).into_iter();
    let models = models.map(|column| column.of(|row: &SummaryRow<'a>| row.model));
    let summaries = of_summary.into_iter();
    let summaries = summaries.map(|column| column.of(|row: &SummaryRow<'a>| row.summary));
    Columns(models.chain(summaries).collect())
}

fn counts(intervals: &Intervals) -> Vec<Column<ModelSummary>> {
    let runs = |name, meaning, count: fn(&ModelSummary) -> u64| {
        Column::new(name, meaning, move |s: &ModelSummary| count(s).into())
            .unit("runs")
            .format(Format::Count)
    };
    let rate = Column::new(RATE, "converged / runs", |s: &ModelSummary| {
        s.rate.map(|rate| rate.value).into()
    });
    let mut columns = vec![
        runs(RUNS, "runs of the model", |s| s.runs),
        runs(CONVERGED, "runs that converged", |s| s.converged),
        runs("diverged", "runs with a weight that is not finite", |s| {
            s.diverged
        }),
    ];
    columns.extend(intervals.around(
        rate.unit("share").format(Format::Percent),
        RATE,
        intervals.rate,
        |s| ends(s.rate),
    ));
    columns
}

fn ends(estimate: Option<Estimate>) -> [Option<f64>; 2] {
    let interval = estimate.map(|estimate| estimate.interval);
    [interval.map(|i| i.low), interval.map(|i| i.high)]
}

/// Epochs to convergence.
fn epochs(intervals: &Intervals) -> Vec<Column<ModelSummary>> {
    let quantile = |name: &'static str, percent: u64, of: fn(&ModelSummary) -> QuantileEpochs| {
        let meaning = format!(
            "first epoch by which {percent}% of all runs had converged; empty if fewer did"
        );
        let value = Column::new(name, meaning, move |s| of(s).value.into())
            .unit("epochs")
            .source(KAPLAN_MEIER)
            .format(Format::Epochs);
        let what = format!("{name}; empty if not reached, or of too few runs");
        intervals.around(value, &what, ORDER_STATISTICS, move |s| {
            [of(s).low, of(s).high]
        })
    };
    let mut columns = vec![
        Column::new(
            "epoch_limit",
            "most epochs that a run was allowed; runs that did not converge are censored there",
            |s: &ModelSummary| s.epoch_limit.into(),
        )
        .unit("epochs")
        .format(Format::Count),
    ];
    columns.extend(quantile(Q25_EPOCHS, 25, |s| s.q25));
    columns.extend(quantile(MEDIAN_EPOCHS, 50, |s| s.median));
    columns.extend(quantile(Q75_EPOCHS, 75, |s| s.q75));
    let restricted = mean_epochs(
        RESTRICTED_MEAN,
        "mean epochs to convergence, a run that did not converge counting as the limit: area under not_converged of survival.csv",
        "Klein & Moeschberger 2003, section 4.5",
        |s| s.restricted_mean.map(|mean| mean.value),
    );
    let error = mean_epochs(
        "restricted_mean_epochs_se",
        "standard error of restricted_mean_epochs; empty of one run",
        "Greenwood 1926; Klein & Moeschberger 2003, equation 4.5.2",
        |s| s.restricted_mean.and_then(|mean| mean.standard_error),
    );
    let [restricted, low, high] = intervals.around(restricted, RESTRICTED_MEAN, MOVER, |s| {
        let interval = s.restricted_mean.map(|mean| mean.interval);
        [interval.map(|i| i.low), interval.map(|i| i.high)]
    });
    columns.extend([restricted, error, low, high]);
    let of_converged = |s: &ModelSummary| s.mean_of_converged;
    let mean = simulated(
        "mean_epochs_of_converged",
        "mean epochs to convergence of the converged runs only: it says nothing of the others",
        of_converged,
    );
    let mean = mean.unit("epochs").format(Format::Epochs);
    columns.extend(with_error(mean, MEAN_ERROR, of_converged));
    columns
}

/// Epochs that may have a fraction.
fn mean_epochs(
    name: &'static str,
    meaning: &'static str,
    source: &'static str,
    value: fn(&ModelSummary) -> Option<f64>,
) -> Column<ModelSummary> {
    Column::new(name, meaning, move |s| value(s).into())
        .unit("epochs")
        .source(source)
        .format(Format::Epochs)
}

fn restarts(intervals: &Intervals) -> Vec<Column<ModelSummary>> {
    let harmonic_mean = |s: &ModelSummary| s.restart.harmonic_mean;
    let harmonic = simulated(
        "harmonic_mean_epochs",
        "runs / sum of 1 / convergence_epoch, runs that did not converge adding 0",
        harmonic_mean,
    );
    let at_limit = |s: &ModelSummary| s.restart.at_limit;
    let limit = simulated(
        "restart_at_limit_epochs",
        "expected epochs to one success when a run that fails is started again with another seed at the limit: epochs of all runs up to convergence or the limit / converged",
        at_limit,
    );
    let epochs =
        |column: Column<ModelSummary>| column.unit("epochs").source(HAMEY).format(Format::Epochs);
    let mut columns = Vec::from(with_error(
        epochs(harmonic),
        RECIPROCAL_ERROR,
        harmonic_mean,
    ));
    columns.extend(with_error(epochs(limit), RATIO_ERROR, at_limit));
    columns.extend([
        Column::new(
            BEST_RESTART_EPOCH,
            "T_E, the whole number t up to the limit at which E(t) = 1000 * #(runs that converged before t) / sum of min(t, epochs to convergence) is largest: stop a run at this epoch and start again; at the limit itself a run that converges in its last epoch counts; of equally good t the smallest",
            |s: &ModelSummary| s.restart.best_epoch.into(),
        )
        .unit("epochs")
        .source(HAMEY)
        .format(Format::Count),
        mean_epochs(
            BEST_RESTART_EPOCHS,
            "expected epochs to one success when every run is stopped at best_restart_epoch and started again with another seed: 1000 / peak_efficiency; flattered by the choice of that epoch on the same runs, see held_out_restart_ratio",
            HAMEY,
            |s| s.restart.best_epochs,
        ),
        Column::new(
            "peak_efficiency",
            "E at best_restart_epoch",
            |s: &ModelSummary| s.restart.peak_efficiency.into(),
        )
        .unit("successes per 1000 epochs")
        .source(HAMEY),
        Column::new(
            "held_out_restart_epoch",
            "best_restart_epoch of every second run in canonical order (the 2nd, 4th, ...) alone, so that the others can say what it costs; empty if none of them converged",
            |s: &ModelSummary| s.restart.held_out.epoch.into(),
        )
        .unit("epochs")
        .source(HAMEY)
        .format(Format::Count),
    ]);
    let ratio = Column::new(
        HELD_OUT_RATIO,
        "of the other runs (the 1st, 3rd, ...): expected epochs to one success when stopped at held_out_restart_epoch / at the limit; below 1, restarting saves epochs. Empty if fewer than 10 of them converged before that epoch, if what is saved is fewer than 10 runs' worth (Kish's effective size), or if the limit itself is best",
        |s: &ModelSummary| s.restart.held_out.ratio.map(|ratio| ratio.value).into(),
    );
    let confidence = intervals.confidence;
    columns.extend(intervals.around(ratio, HELD_OUT_RATIO, HELD_OUT, move |s| {
        let ratio = s.restart.held_out.ratio;
        ends(ratio.map(|ratio| ratio.estimate(confidence)))
    }));
    columns
}

fn quality() -> Vec<Column<ModelSummary>> {
    let mse_median = |s: &ModelSummary| s.mse_median;
    let mse = simulated(
        "mse_median",
        "median final mse of all runs, one that is not finite counting as the worst",
        mse_median,
    );
    let mse = mse.source(TYPE_7).format(Format::Scientific);
    let accuracy_mean = |s: &ModelSummary| s.accuracy_mean;
    let accuracy = simulated(ACCURACY_MEAN, "mean accuracy of all runs", accuracy_mean);
    let accuracy = accuracy.unit("share").format(Format::Percent);
    let mut columns = Vec::from(with_error(mse, QUANTILE_ERROR, mse_median));
    columns.extend(with_error(accuracy, MEAN_ERROR, accuracy_mean));
    columns
}

/// How the prediction at position `at` spreads over all runs, and over those that converged.
fn spreads(
    intervals: &Intervals,
    at: usize,
    prediction: &Prediction,
) -> impl Iterator<Item = Column<ModelSummary>> {
    let Prediction { name, about, .. } = prediction;
    let all = format!(
        ", of the final outputs of all runs for {about}; outputs that are not finite are left out, but are wrong"
    );
    let all = spread(intervals, name, &all).into_iter();
    let converged = format!(", of the final outputs of converged runs only for {about}; likewise");
    let converged = spread(intervals, &format!("{name}_converged"), &converged).into_iter();
    all.map(move |column| column.of(move |s: &ModelSummary| &s.predictions[at].all))
        .chain(
            converged
                .map(move |column| column.of(move |s: &ModelSummary| &s.predictions[at].converged)),
        )
}

/// How a prediction called `name` spreads over runs; `about` ends what each column means.
fn spread(intervals: &Intervals, name: &str, about: &str) -> Vec<Column<Spread>> {
    let alone = |suffix: &str, meaning: &str, value: fn(&Spread) -> Option<f64>| {
        let name = format!("{name}{suffix}");
        Column::new(name, format!("{meaning}{about}"), move |spread: &Spread| {
            value(spread).into()
        })
    };
    let mut columns = distribution(name, about, Format::Output);
    let interquartile = simulated(
        format!("{name}_iqm"),
        format!(
            "interquartile mean: the mean without the lowest and highest quarter, each rounded down to whole runs{about}"
        ),
        |s: &Spread| s.interquartile_mean,
    );
    let interquartile = interquartile
        .source("trimmed mean of 25%")
        .format(Format::Output);
    columns.extend(with_error(interquartile, TRIMMED_ERROR, |s| {
        s.interquartile_mean
    }));
    let right = alone(
        CORRECT_RATE,
        "share closer than 0.5 to the target (0.5 itself is wrong), an output that is not finite counting as wrong; empty without a target",
        |s| s.correct.map(|share| share.value),
    );
    columns.extend(intervals.around(
        right.unit("share").format(Format::Percent),
        &format!("the share closer than 0.5 to the target{about}"),
        intervals.rate,
        |s| ends(s.correct),
    ));
    columns
}
