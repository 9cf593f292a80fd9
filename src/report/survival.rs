//! survival.csv: the Kaplan–Meier steps of each model, from epoch 0.

use super::shared::{Intervals, KAPLAN_MEIER, model_name};
use crate::plan::Plan;
use crate::results::columns::{Column, Columns, Format};
use crate::statistics::{Interval, KaplanMeier, Step};

/// A step of a model's curve.
#[derive(Debug, Clone, Copy)]
pub struct SurvivalRow<'a> {
    /// Name of the model.
    pub model: &'a str,
    /// The step.
    pub step: Step,
    /// The interval of the share not converged.
    pub interval: Interval,
}

/// The rows of all models' curves, in the plan's order, made as they are asked for: a million
/// runs may have as many steps.
pub fn rows<'a>(
    plan: &'a Plan,
    curves: &'a [KaplanMeier],
) -> impl Iterator<Item = SurvivalRow<'a>> {
    let settings = &plan.manifest.statistics;
    // Of no runs there is no share.
    let models = plan.models.iter().zip(curves);
    let models = models.filter(|(_, curve)| curve.runs() > 0);
    models.flat_map(move |(model, curve)| {
        curve.steps().map(move |step| SurvivalRow {
            model: &model.name,
            interval: step.interval(settings),
            step,
        })
    })
}

/// The columns, which depend on nothing but the plan.
pub fn columns<'a>(plan: &Plan) -> Columns<SurvivalRow<'a>> {
    let of_step = |column: Column<Step>| column.of(|row: &SurvivalRow<'a>| &row.step);
    let not_converged = share(
        "not_converged",
        "estimated share of runs not converged by this epoch",
        |step| step.not_converged,
    );
    let share_converged = share(
        "share_converged",
        "runs that had converged by this epoch / all runs",
        Step::share_converged,
    );
    let mut columns = vec![model_name(|row: &SurvivalRow<'a>| row.model)];
    columns.extend(counts().map(of_step));
    let intervals = Intervals::new(plan);
    let of = "not_converged at this epoch alone, pointwise: a band of all epochs together would be wider";
    columns.extend(
        intervals.around(of_step(not_converged), of, intervals.rate, |row| {
            [row.interval.low, row.interval.high]
        }),
    );
    columns.push(of_step(share_converged));
    Columns(columns)
}

fn counts() -> [Column<Step>; 4] {
    let count = |name, meaning, unit, value: fn(&Step) -> u64| {
        Column::new(name, meaning, move |step: &Step| value(step).into())
            .unit(unit)
            .format(Format::Count)
    };
    [
        count(
            "epoch",
            "epoch at which a run converged or was censored; 0 is the start",
            "epochs",
            |step| step.epoch,
        ),
        count(
            "at_risk",
            "runs neither converged nor censored before this epoch",
            "runs",
            |step| step.at_risk,
        ),
        count(
            "converged",
            "runs that converged at this epoch",
            "runs",
            |step| step.converged,
        ),
        count(
            "censored",
            "runs that ended at this epoch without having converged",
            "runs",
            |step| step.censored,
        ),
    ]
}

fn share(name: &'static str, meaning: &'static str, value: fn(&Step) -> f64) -> Column<Step> {
    Column::new(name, meaning, move |step| value(step).into())
        .unit("share")
        .source(KAPLAN_MEIER)
        .format(Format::Percent)
}
