//! summary.csv: one row per model.

use super::csv::{number, whole};
use super::table::Table;
use crate::plan::{Model, Plan};
use crate::statistics::{Estimate, ModelSummary, PredictionSummary, QuantileEpochs, Spread};

/// The columns before the predictions.
pub const FIXED_COLUMNS: [&str; 33] = [
    "model",
    "hidden",
    "activation",
    "bias",
    "range",
    "learning_rate",
    "momentum",
    "tolerance",
    "runs",
    "converged",
    "diverged",
    "rate",
    "rate_low",
    "rate_high",
    "epoch_limit",
    "q25_epochs",
    "q25_epochs_low",
    "q25_epochs_high",
    "median_epochs",
    "median_epochs_low",
    "median_epochs_high",
    "q75_epochs",
    "q75_epochs_low",
    "q75_epochs_high",
    "restricted_mean_epochs",
    "restricted_mean_epochs_se",
    "mean_epochs_of_converged",
    "harmonic_mean_epochs",
    "restart_at_limit_epochs",
    "best_restart_epoch",
    "best_restart_epochs",
    "peak_efficiency",
    "mse_median",
];

/// The last of the columns before the predictions.
pub const ACCURACY: &str = "accuracy_mean";

/// What follows a prediction's name, for all runs; for converged runs with `_converged` before.
pub const SPREAD_COLUMNS: [&str; 11] = [
    "_mean",
    "_sd",
    "_median",
    "_q05",
    "_q25",
    "_q75",
    "_q95",
    "_iqm",
    "_correct_rate",
    "_correct_rate_low",
    "_correct_rate_high",
];

/// Column names, which depend on nothing but the plan.
pub fn header(plan: &Plan) -> Vec<String> {
    let mut names: Vec<String> = FIXED_COLUMNS.map(str::to_owned).to_vec();
    names.push(ACCURACY.to_owned());
    for prediction in plan.prediction_columns() {
        for subset in ["", "_converged"] {
            names.extend(SPREAD_COLUMNS.map(|column| format!("{prediction}{subset}{column}")));
        }
    }
    names
}

/// summary.csv of the models' summaries, in the plan's order.
pub fn table(plan: &Plan, summaries: &[ModelSummary]) -> Table {
    let rows = plan.models.iter().zip(summaries);
    Table {
        header: header(plan),
        rows: rows.map(|(model, summary)| row(model, summary)).collect(),
    }
}

fn row(model: &Model, summary: &ModelSummary) -> Vec<String> {
    let mut cells: Vec<String> = crate::results::model_columns()
        .iter()
        .map(|column| column.cell(model).to_csv())
        .collect();
    cells.extend([
        whole(summary.runs),
        whole(summary.converged),
        whole(summary.diverged),
    ]);
    push_estimate(&mut cells, summary.rate);
    cells.push(whole(summary.epoch_limit));
    for quantile in [summary.q25, summary.median, summary.q75] {
        push_quantile(&mut cells, quantile);
    }
    let mean = summary.restricted_mean;
    let restart = summary.restart;
    cells.extend([
        number(mean.map(|mean| mean.value)),
        number(mean.map(|mean| mean.standard_error)),
        number(summary.mean_of_converged),
        number(restart.harmonic_mean),
        number(restart.at_limit),
        whole(restart.best_epoch),
        number(restart.best_epochs),
        number(restart.peak_efficiency),
        number(summary.mse_median),
        number(summary.accuracy_mean),
    ]);
    for PredictionSummary { all, converged } in &summary.predictions {
        push_spread(&mut cells, all);
        push_spread(&mut cells, converged);
    }
    cells
}

/// Three cells: value, low, high.
fn push_estimate(cells: &mut Vec<String>, estimate: Option<Estimate>) {
    cells.extend([
        number(estimate.map(|estimate| estimate.value)),
        number(estimate.map(|estimate| estimate.interval.low)),
        number(estimate.map(|estimate| estimate.interval.high)),
    ]);
}

fn push_quantile(cells: &mut Vec<String>, quantile: QuantileEpochs) {
    cells.extend([quantile.value, quantile.low, quantile.high].map(whole));
}

fn push_spread(cells: &mut Vec<String>, spread: &Spread) {
    let numbers = [
        spread.mean,
        spread.sd,
        spread.median,
        spread.q05,
        spread.q25,
        spread.q75,
        spread.q95,
        spread.interquartile_mean,
    ];
    cells.extend(numbers.map(number));
    push_estimate(cells, spread.correct);
}
