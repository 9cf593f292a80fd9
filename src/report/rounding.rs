//! rounding.csv: how much rounding decides, a model a row.

use super::shared::{Intervals, model_name};
use crate::plan::Plan;
use crate::results::columns::{Column, Columns, Format};
use crate::statistics::{Changed, Estimate, Rounding};

const NEWCOMBE: &str = "Newcombe 1998, Statistics in Medicine 17:2635, method 10";

/// A model's runs and their twins.
#[derive(Debug, Clone, Copy)]
pub struct RoundingRow<'a> {
    /// Name of the model.
    pub model: &'a str,
    /// What became of them.
    pub rounding: &'a Rounding,
}

/// The rows of all models, in the plan's order.
pub fn rows<'a>(
    plan: &'a Plan,
    roundings: &'a [Rounding],
) -> impl Iterator<Item = RoundingRow<'a>> {
    let models = plan.models.iter().zip(roundings);
    models.map(|(model, rounding)| RoundingRow {
        model: &model.name,
        rounding,
    })
}

/// The columns, which depend on nothing but the plan: of predictions there are columns if the
/// manifest asks for any, and of right ones if it knows a target.
pub fn columns<'a>(plan: &Plan) -> Columns<RoundingRow<'a>> {
    let intervals = Intervals::new(plan);
    let queries = &plan.manifest.queries;
    let mut of_model = vec![
        Column::new(
            "runs",
            "runs of runs.csv that were trained again, every initial weight moved to the next number of its precision: their twins",
            |row: &Rounding| row.runs.into(),
        )
        .unit("runs")
        .format(Format::Count),
    ];
    of_model.extend(changed(
        &intervals,
        "status_changed",
        "runs whose twin has another status",
        |row| &row.status,
    ));
    of_model.extend(changed(
        &intervals,
        "convergence_epoch_changed",
        "runs whose twin has another convergence_epoch, or one where the other has none",
        |row| &row.convergence_epoch,
    ));
    if queries.iter().any(|query| query.target.is_some()) {
        of_model.extend(changed(
            &intervals,
            "correct_changed",
            "runs whose twin has a prediction right that is wrong in the run, or the other way",
            |row| &row.correct,
        ));
    }
    if !queries.is_empty() {
        of_model.extend(changed(
            &intervals,
            "prediction_changed",
            "runs whose twin has a prediction more than 1e-6 away from the run's, or finite in one only",
            |row| &row.prediction,
        ));
    }
    of_model.extend(rates(&intervals));
    let mut columns = vec![model_name(|row: &RoundingRow<'a>| row.model)];
    let of_model = of_model.into_iter();
    columns.extend(of_model.map(|column| column.of(|row: &RoundingRow<'a>| row.rounding)));
    Columns(columns)
}

/// The columns of runs that are otherwise than their twins: how many, and their share.
fn changed(
    intervals: &Intervals,
    name: &'static str,
    meaning: &'static str,
    of: fn(&Rounding) -> &Changed,
) -> Vec<Column<Rounding>> {
    let count = Column::new(name, meaning, move |row| of(row).runs.into())
        .unit("runs")
        .format(Format::Count);
    let name = format!("{name}_share");
    let share = estimate(
        intervals,
        &name,
        "their share of the runs, empty if there are none",
        intervals.rate,
        move |row| of(row).share,
    );
    [count].into_iter().chain(share).collect()
}

fn rates(intervals: &Intervals) -> impl Iterator<Item = Column<Rounding>> {
    let rate = estimate(
        intervals,
        "rate",
        "share of these runs that converged, empty if there are none",
        intervals.rate,
        |row| row.rate,
    );
    let twin_rate = estimate(
        intervals,
        "twin_rate",
        "share of their twins that converged",
        intervals.rate,
        |row| row.twin_rate,
    );
    let difference = estimate(
        intervals,
        "rate_difference",
        "twin_rate - rate; rounding favours neither, so the interval should hold 0",
        NEWCOMBE,
        |row| row.rate_difference,
    );
    rate.into_iter().chain(twin_rate).chain(difference)
}

/// The columns of a share or a difference of shares with its interval.
fn estimate(
    intervals: &Intervals,
    name: &str,
    meaning: &str,
    source: &'static str,
    of: impl Fn(&Rounding) -> Option<Estimate> + Copy + Send + Sync + 'static,
) -> [Column<Rounding>; 3] {
    let column = Column::new(name, meaning, move |row| {
        of(row).map(|estimate| estimate.value).into()
    })
    .unit("share")
    .format(Format::Percent);
    intervals.around(column, name, source, move |row| {
        let interval = of(row).map(|estimate| estimate.interval);
        [interval.map(|it| it.low), interval.map(|it| it.high)]
    })
}
