//! failures.csv: how the runs of each model ended.

use super::shared::{Intervals, QUANTILE_ERROR, TYPE_7, model_name, simulated, with_error};
use super::wrong::WrongWords;
use crate::plan::Plan;
use crate::results::columns::{Column, Columns, Format};
use crate::statistics::{Failure, Simulated};

/// A way in which runs of a model ended.
#[derive(Debug, Clone, Copy)]
pub struct FailureRow<'a> {
    /// Name of the model.
    pub model: &'a str,
    /// How they ended.
    pub failure: &'a Failure,
}

/// The rows of what happened to each model, in the plan's order.
pub fn rows<'a>(
    plan: &'a Plan,
    failures: &'a [Vec<Failure>],
) -> impl Iterator<Item = FailureRow<'a>> {
    let models = plan.models.iter().zip(failures);
    models.flat_map(|(model, failures)| {
        failures.iter().map(|failure| FailureRow {
            model: &model.name,
            failure,
        })
    })
}

/// The columns, which depend on nothing but the plan.
pub fn columns<'a>(plan: &Plan) -> Columns<FailureRow<'a>> {
    let mut columns = vec![model_name(|row: &FailureRow<'a>| row.model)];
    let of_failure = of_failure(plan, &Intervals::new(plan)).into_iter();
    columns.extend(of_failure.map(|column| column.of(|row: &FailureRow<'a>| row.failure)));
    Columns(columns)
}

fn of_failure(plan: &Plan, intervals: &Intervals) -> Vec<Column<Failure>> {
    const SHARE: &str = "share";
    let median = |name, meaning, number: fn(&Failure) -> Option<Simulated>| {
        let column = simulated(name, meaning, number);
        let column = column.source(TYPE_7).format(Format::Scientific);
        with_error(column, QUANTILE_ERROR, number)
    };
    let share = Column::new(SHARE, "their share of the model's runs", |f: &Failure| {
        f.share.value.into()
    })
    .unit("share")
    .format(Format::Percent);
    let words = WrongWords::new(plan);
    let mut columns = vec![
        Column::new(
            "status",
            "how these runs ended: converged, stuck, improving (the final mse is below 0.99 times mse_at_90_percent) or diverged; see runs.csv",
            |f: &Failure| f.status.word().into(),
        ),
        Column::new(
            "wrong_rows",
            "training rows that are not right (see accuracy in runs.csv): counted from 1; of more than 20 training rows, how many of each class, or how many; empty if all are right. Rows of this file are ordered by model, status (converged, stuck, improving, diverged), most runs first, then by this column",
            move |f: &Failure| words.cell(&f.wrong).into(),
        ),
        Column::new("runs", "runs that ended so", |f: &Failure| f.runs.into())
            .unit("runs")
            .format(Format::Count),
    ];
    columns.extend(intervals.around(share, SHARE, intervals.rate, |f| {
        [f.share.interval.low, f.share.interval.high]
    }));
    let medians = [
        median(
            "mse_median",
            "their median final mse, one that is not finite counting as the worst",
            |f| f.mse_median,
        ),
        median(
            "gradient_norm_median",
            "their median final gradient_norm, one that is not finite counting as the worst",
            |f| f.gradient_norm_median,
        ),
    ];
    columns.extend(medians.into_iter().flatten());
    let seed = Column::new(
        "example_seed",
        "the first seed in canonical order that ended so, to replay",
        |f: &Failure| f.example_seed.into(),
    );
    columns.push(seed.format(Format::Seed));
    columns
}
