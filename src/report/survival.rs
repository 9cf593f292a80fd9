//! survival.csv: the Kaplan–Meier steps of each model, from epoch 0.

use super::csv::{number, text, whole};
use super::table::Table;
use crate::plan::Plan;
use crate::statistics::{KaplanMeier, Step, z_of};

/// The columns.
pub const COLUMNS: [&str; 9] = [
    "model",
    "epoch",
    "at_risk",
    "converged",
    "censored",
    "not_converged",
    "not_converged_low",
    "not_converged_high",
    "share_converged",
];

/// The rows of all models' curves, in the plan's order, made as they are asked for: a million
/// runs may have as many steps.
pub fn rows<'a>(
    plan: &'a Plan,
    curves: &'a [KaplanMeier],
) -> impl Iterator<Item = Vec<String>> + 'a {
    let z = z_of(plan.manifest.statistics.confidence);
    let models = plan.models.iter().zip(curves);
    models.flat_map(move |(model, curve)| curve.steps().map(move |step| row(&model.name, &step, z)))
}

/// survival.csv whole.
pub fn table(plan: &Plan, curves: &[KaplanMeier]) -> Table {
    Table {
        header: COLUMNS.map(str::to_owned).to_vec(),
        rows: rows(plan, curves).collect(),
    }
}

fn row(model: &str, step: &Step, z: f64) -> Vec<String> {
    let interval = step.interval(z);
    vec![
        text(model),
        whole(step.epoch),
        whole(step.at_risk),
        whole(step.converged),
        whole(step.censored),
        number(step.not_converged),
        number(interval.low),
        number(interval.high),
        number(1.0 - step.not_converged),
    ]
}
