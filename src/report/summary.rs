//! summary.csv: one row per model.

use super::shared::{Intervals, KAPLAN_MEIER, TYPE_7};
use crate::plan::{Model, Plan, Prediction};
use crate::results::columns::{Column, Columns, Format};
use crate::results::model_columns;
use crate::statistics::{Estimate, ModelSummary, QuantileEpochs, Spread};

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
/// When it is best to start again.
pub const BEST_RESTART_EPOCH: &str = "best_restart_epoch";
/// What a success costs when runs are started again there.
pub const BEST_RESTART_EPOCHS: &str = "best_restart_epochs";
/// The mean share of training rows that are right.
pub const ACCURACY_MEAN: &str = "accuracy_mean";
/// What follows a prediction's name for its median.
pub const MEDIAN: &str = "_median";
/// What follows a prediction's name for the share of runs that were right.
pub const CORRECT_RATE: &str = "_correct_rate";

const BROOKMEYER_CROWLEY: &str = "Brookmeyer & Crowley 1982, from the log-log band of survival.csv";
const HAMEY: &str = "Hamey 1991, Benchmarking feed-forward neural networks";

/// A model and what its runs say.
#[derive(Debug, Clone, Copy)]
pub struct SummaryRow<'a> {
    /// The model.
    pub model: &'a Model,
    /// Its summary.
    pub summary: &'a ModelSummary,
}

/// The rows of the models' summaries, in the plan's order.
pub fn rows<'a>(
    plan: &'a Plan,
    summaries: &'a [ModelSummary],
) -> impl Iterator<Item = SummaryRow<'a>> {
    let models = plan.models.iter().zip(summaries);
    models.map(|(model, summary)| SummaryRow { model, summary })
}

/// The columns, which depend on nothing but the plan.
pub fn columns<'a>(plan: &Plan) -> Columns<SummaryRow<'a>> {
    let intervals = Intervals::new(plan);
    let mut of_summary = counts(&intervals);
    of_summary.extend(epochs(&intervals));
    of_summary.extend(restarts());
    of_summary.extend(quality());
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
        let what = format!("{name}; empty if not reached");
        intervals.around(value, &what, BROOKMEYER_CROWLEY, move |s| {
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
    columns.extend([
        mean_epochs(
            "restricted_mean_epochs",
            "mean epochs to convergence, a run that did not converge counting as the limit: area under not_converged of survival.csv",
            "Klein & Moeschberger 2003, section 4.5",
            |s| s.restricted_mean.map(|mean| mean.value),
        ),
        mean_epochs(
            "restricted_mean_epochs_se",
            "standard error of restricted_mean_epochs",
            "Greenwood 1926; Klein & Moeschberger 2003, equation 4.5.2",
            |s| s.restricted_mean.map(|mean| mean.standard_error),
        ),
        mean_epochs(
            "mean_epochs_of_converged",
            "mean epochs to convergence of the converged runs only: it says nothing of the others",
            "",
            |s| s.mean_of_converged,
        ),
    ]);
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

fn restarts() -> [Column<ModelSummary>; 5] {
    [
        mean_epochs(
            "harmonic_mean_epochs",
            "runs / sum of 1 / convergence_epoch, runs that did not converge adding 0",
            HAMEY,
            |s| s.restart.harmonic_mean,
        ),
        mean_epochs(
            "restart_at_limit_epochs",
            "expected epochs to one success when a run that fails is started again with another seed at the limit: epochs of all runs up to convergence or the limit / converged",
            HAMEY,
            |s| s.restart.at_limit,
        ),
        Column::new(
            BEST_RESTART_EPOCH,
            "T_E, the whole number t up to the limit at which E(t) = 1000 * #(runs that converged before t) / sum of min(t, epochs to convergence) is largest: stop a run at this epoch and start again; at the limit itself a run that converges in its last epoch counts",
            |s: &ModelSummary| s.restart.best_epoch.into(),
        )
        .unit("epochs")
        .source(HAMEY)
        .format(Format::Count),
        mean_epochs(
            BEST_RESTART_EPOCHS,
            "expected epochs to one success when every run is stopped at best_restart_epoch and started again with another seed: 1000 / peak_efficiency",
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
    ]
}

fn quality() -> [Column<ModelSummary>; 2] {
    [
        Column::new(
            "mse_median",
            "median final mse of all runs, one that is not finite counting as the worst",
            |s: &ModelSummary| s.mse_median.into(),
        )
        .source(TYPE_7)
        .format(Format::Scientific),
        Column::new(
            ACCURACY_MEAN,
            "mean accuracy of all runs",
            |s: &ModelSummary| s.accuracy_mean.into(),
        )
        .unit("share")
        .format(Format::Percent),
    ]
}

/// How the prediction at position `at` spreads over all runs, and over those that converged.
fn spreads(
    intervals: &Intervals,
    at: usize,
    prediction: &Prediction,
) -> impl Iterator<Item = Column<ModelSummary>> {
    let Prediction { name, about, .. } = prediction;
    let all = format!(", of the final outputs of all runs for {about}");
    let all = spread(intervals, name, &all).into_iter();
    let converged = format!(", of the final outputs of converged runs only for {about}");
    let converged = spread(intervals, &format!("{name}_converged"), &converged).into_iter();
    all.map(move |column| column.of(move |s: &ModelSummary| &s.predictions[at].all))
        .chain(
            converged
                .map(move |column| column.of(move |s: &ModelSummary| &s.predictions[at].converged)),
        )
}

/// How a prediction called `name` spreads over runs; `about` ends what each column means.
fn spread(intervals: &Intervals, name: &str, about: &str) -> Vec<Column<Spread>> {
    let number = |suffix: &str, meaning: &str, source, value: fn(&Spread) -> Option<f64>| {
        Column::new(
            format!("{name}{suffix}"),
            format!("{meaning}{about}"),
            move |spread: &Spread| value(spread).into(),
        )
        .source(source)
        .format(Format::Output)
    };
    let right = number(
        CORRECT_RATE,
        "share within 0.5 of the target, an output that is not finite counting as wrong; empty without a target",
        "",
        |s| s.correct.map(|share| share.value),
    );
    let mut columns = vec![
        number("_mean", "mean", "", |s| s.mean),
        number("_sd", "standard deviation, divisor n - 1", "", |s| s.sd),
        number(MEDIAN, "median", TYPE_7, |s| s.median),
        number("_q05", "5% quantile", TYPE_7, |s| s.q05),
        number("_q25", "25% quantile", TYPE_7, |s| s.q25),
        number("_q75", "75% quantile", TYPE_7, |s| s.q75),
        number("_q95", "95% quantile", TYPE_7, |s| s.q95),
        number(
            "_iqm",
            "interquartile mean: the mean without the lowest and highest quarter, each rounded down to whole runs",
            "trimmed mean of 25%",
            |s| s.interquartile_mean,
        ),
    ];
    columns.extend(intervals.around(
        right.unit("share").format(Format::Percent),
        &format!("the share within 0.5 of the target{about}"),
        intervals.rate,
        |s| ends(s.correct),
    ));
    columns
}
