//! curves.csv: how the loss of each model falls.

use super::shared::{QUANTILE_ERROR, TYPE_7, model_name, simulated, with_error};
use crate::plan::Plan;
use crate::results::columns::{Column, Columns, Format};
use crate::statistics::{CurvePoint, Simulated};

/// The epoch of a point.
pub const EPOCH: &str = "epoch";
/// The median loss at that epoch.
pub const MSE_MEDIAN: &str = "mse_median";
/// The share of runs that had converged by that epoch.
pub const SHARE_CONVERGED: &str = "share_converged";

/// A point of a model's curves.
#[derive(Debug, Clone, Copy)]
pub struct CurveRow<'a> {
    /// Name of the model.
    pub model: &'a str,
    /// The point.
    pub point: &'a CurvePoint,
}

/// The rows of each model's points, in the plan's order.
pub fn rows<'a>(
    plan: &'a Plan,
    curves: &'a [Vec<CurvePoint>],
) -> impl Iterator<Item = CurveRow<'a>> {
    let models = plan.models.iter().zip(curves);
    models.flat_map(|(model, points)| {
        points.iter().map(|point| CurveRow {
            model: &model.name,
            point,
        })
    })
}

/// The columns.
pub fn columns<'a>() -> Columns<CurveRow<'a>> {
    let mut columns = vec![model_name(|row: &CurveRow<'a>| row.model)];
    columns.extend(
        of_point()
            .into_iter()
            .map(|column| column.of(|row: &CurveRow<'a>| row.point)),
    );
    Columns(columns)
}

fn of_point() -> Vec<Column<CurvePoint>> {
    let mse = |name, meaning, number: fn(&CurvePoint) -> Option<Simulated>| {
        let column = simulated(name, meaning, number);
        let column = column.source(TYPE_7).format(Format::Scientific);
        with_error(column, QUANTILE_ERROR, number)
    };
    let share = |name, meaning, value: fn(&CurvePoint) -> f64| {
        Column::new(name, meaning, move |point: &CurvePoint| value(point).into())
            .unit("share")
            .format(Format::Percent)
    };
    let mut columns = vec![
        Column::new(
            EPOCH,
            "epoch, counted from 1: limit^(j / (points - 1)) for j = 0, 1, ..., points - 1 with [curves] points, rounded half up, each once",
            |point: &CurvePoint| point.epoch.into(),
        )
        .unit("epochs")
        .format(Format::Count),
        Column::new(
            "runs",
            "runs whose loss curve is kept: the first [curves] seeds",
            |point: &CurvePoint| point.runs.into(),
        )
        .unit("runs")
        .format(Format::Count),
    ];
    let quantiles = [
        mse(
            "mse_q05",
            "5% quantile of their mse at this epoch; a run that stopped earlier keeps its final mse, one that is not finite counts as the worst",
            |point| point.mse_q05,
        ),
        mse("mse_q25", "25% quantile, likewise", |point| point.mse_q25),
        mse(MSE_MEDIAN, "median, likewise", |point| point.mse_median),
        mse("mse_q75", "75% quantile, likewise", |point| point.mse_q75),
        mse("mse_q95", "95% quantile, likewise", |point| point.mse_q95),
    ];
    columns.extend(quantiles.into_iter().flatten());
    columns.push(share(
        SHARE_CONVERGED,
        "share of these runs that had converged by this epoch",
        |point| point.share_converged,
    ));
    columns.push(
        share(
            "share_converged_mcse",
            "Monte Carlo standard error of share_converged",
            |point| point.share_converged_mcse,
        )
        .source("sqrt(p (1 - p) / runs)"),
    );
    columns
}
