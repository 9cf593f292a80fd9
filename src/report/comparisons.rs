//! comparisons.csv: one row per model that has another as its baseline. Effects come before
//! p-values.

use super::csv::{number, text, whole};
use super::table::Table;
use crate::plan::Plan;
use crate::statistics::{Comparison, Predicted};

/// The columns before the predictions.
pub const FIXED_COLUMNS: [&str; 22] = [
    "model",
    "baseline",
    "runs",
    "baseline_runs",
    "rate",
    "baseline_rate",
    "rate_difference",
    "rate_difference_low",
    "rate_difference_high",
    "rate_ratio",
    "only_model_converged",
    "only_baseline_converged",
    "mcnemar_p",
    "mcnemar_p_holm",
    "fisher_p",
    "fisher_p_holm",
    "logrank_chi_squared",
    "logrank_p",
    "logrank_p_holm",
    "restricted_mean_difference",
    "restricted_mean_difference_low",
    "restricted_mean_difference_high",
];

/// What follows a prediction's name.
pub const PREDICTION_COLUMNS: [&str; 6] = [
    "_probability_better",
    "_probability_better_low",
    "_probability_better_high",
    "_cliffs_delta",
    "_p",
    "_p_holm",
];

/// Column names, which depend on nothing but the plan.
pub fn header(plan: &Plan) -> Vec<String> {
    let mut names: Vec<String> = FIXED_COLUMNS.map(str::to_owned).to_vec();
    for prediction in plan.prediction_columns() {
        names.extend(PREDICTION_COLUMNS.map(|column| format!("{prediction}{column}")));
    }
    names
}

/// comparisons.csv of the comparisons, in the order given.
pub fn table(plan: &Plan, comparisons: &[Comparison]) -> Table {
    Table {
        header: header(plan),
        rows: comparisons.iter().map(|c| row(plan, c)).collect(),
    }
}

fn row(plan: &Plan, c: &Comparison) -> Vec<String> {
    let difference = c.rate_difference;
    let mean = c.restricted_mean_interval;
    let mut cells = vec![
        text(&plan.models[c.model].name),
        text(&plan.models[c.baseline].name),
        whole(c.runs),
        whole(c.baseline_runs),
        number(c.rate),
        number(c.baseline_rate),
        number(difference.map(|d| d.value)),
        number(difference.map(|d| d.interval.low)),
        number(difference.map(|d| d.interval.high)),
        number(c.rate_ratio),
        whole(c.only_model_converged),
        whole(c.only_baseline_converged),
        number(c.mcnemar_p),
        number(c.mcnemar_p_holm),
        number(c.fisher_p),
        number(c.fisher_p_holm),
        number(c.logrank.map(|test| test.chi_squared)),
        number(c.logrank.map(|test| test.p)),
        number(c.logrank_p_holm),
        number(c.restricted_mean_difference),
        number(mean.map(|interval| interval.low)),
        number(mean.map(|interval| interval.high)),
    ];
    for Predicted { ranks, p_holm } in &c.predictions {
        let interval = ranks.and_then(|ranks| ranks.interval);
        cells.extend([
            number(ranks.map(|ranks| ranks.probability)),
            number(interval.map(|interval| interval.low)),
            number(interval.map(|interval| interval.high)),
            number(ranks.map(|ranks| ranks.cliffs_delta)),
            number(ranks.map(|ranks| ranks.p)),
            number(*p_holm),
        ]);
    }
    cells
}
