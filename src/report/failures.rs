//! failures.csv: how the runs of each model ended.

use super::csv::{number, text, whole};
use super::table::Table;
use crate::plan::Plan;
use crate::results::row_words;
use crate::statistics::Failure;

/// The columns.
pub const COLUMNS: [&str; 10] = [
    "model",
    "status",
    "wrong_rows",
    "runs",
    "share",
    "share_low",
    "share_high",
    "mse_median",
    "gradient_norm_median",
    "example_seed",
];

/// failures.csv of what happened to each model, in the plan's order.
pub fn table(plan: &Plan, failures: &[Vec<Failure>]) -> Table {
    let models = plan.models.iter().zip(failures);
    let rows = models.flat_map(|(model, failures)| failures.iter().map(|f| row(&model.name, f)));
    Table {
        header: COLUMNS.map(str::to_owned).to_vec(),
        rows: rows.collect(),
    }
}

fn row(model: &str, failure: &Failure) -> Vec<String> {
    vec![
        text(model),
        failure.status.word().to_owned(),
        row_words(&failure.wrong_rows),
        whole(failure.runs),
        number(failure.share.value),
        number(failure.share.interval.low),
        number(failure.share.interval.high),
        number(failure.mse_median),
        number(failure.gradient_norm_median),
        whole(failure.example_seed),
    ]
}
