//! curves.csv: how the loss of each model falls.

use super::csv::{number, text, whole};
use super::table::Table;
use crate::plan::Plan;
use crate::statistics::CurvePoint;

/// The columns.
pub const COLUMNS: [&str; 9] = [
    "model",
    "epoch",
    "runs",
    "mse_q05",
    "mse_q25",
    "mse_median",
    "mse_q75",
    "mse_q95",
    "share_converged",
];

/// curves.csv of each model's points, in the plan's order.
pub fn table(plan: &Plan, curves: &[Vec<CurvePoint>]) -> Table {
    let models = plan.models.iter().zip(curves);
    let rows =
        models.flat_map(|(model, points)| points.iter().map(|point| row(&model.name, point)));
    Table {
        header: COLUMNS.map(str::to_owned).to_vec(),
        rows: rows.collect(),
    }
}

fn row(model: &str, point: &CurvePoint) -> Vec<String> {
    vec![
        text(model),
        whole(point.epoch),
        whole(point.runs),
        number(point.mse_q05),
        number(point.mse_q25),
        number(point.mse_median),
        number(point.mse_q75),
        number(point.mse_q95),
        number(point.share_converged),
    ]
}
