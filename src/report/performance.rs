//! Columns of summary.csv that only studies with classes, validation rows or test rows have:
//! accuracy and loss by set.

use super::shared::{HIGH, Intervals, LOW, distribution};
use crate::plan::Plan;
use crate::results::columns::{Column, Format, Head};
use crate::statistics::{Interval, ModelSummary, SetSummary, Spread};

/// The mean share of training rows that are right, of every study.
pub const ACCURACY_MEAN: &str = "accuracy_mean";
/// The mean share of test rows that are right.
pub const TEST_ACCURACY_MEAN: &str = "test_accuracy_mean";

const STUDENT: &str = "Student 1908: t interval of a mean";

/// Where a summary has a set.
type SetOf = fn(&ModelSummary) -> Option<&SetSummary>;

/// The columns, in their order.
pub fn columns(plan: &Plan, intervals: &Intervals) -> Vec<Column<ModelSummary>> {
    let data = &plan.manifest.data;
    if data.classes.is_none() && !data.validates() && !data.tests() {
        return Vec::new();
    }
    let mut columns = training(intervals);
    if data.validates() {
        let of: SetOf = |s| s.performance.as_ref()?.validation.as_ref();
        columns.extend(set("validation", of, intervals));
    }
    if data.tests() {
        let of: SetOf = |s| s.performance.as_ref()?.test.as_ref();
        columns.extend(set("test", of, intervals));
    }
    columns
}

/// Those of the training rows, but for what every study has.
fn training(intervals: &Intervals) -> Vec<Column<ModelSummary>> {
    /// Columns that every study has.
    const ALWAYS: [&str; 4] = [
        ACCURACY_MEAN,
        "accuracy_mean_mcse",
        "mse_median",
        "mse_median_mcse",
    ];
    let of: SetOf = |s| s.performance.as_ref().map(|p| &p.training);
    let mut columns = all("", "training", of, intervals);
    columns.retain(|column| !ALWAYS.contains(&column.head().name.as_str()));
    columns
}

fn set(name: &str, of: SetOf, intervals: &Intervals) -> Vec<Column<ModelSummary>> {
    all(&format!("{name}_"), name, of, intervals)
}

/// Accuracy with the interval of its mean, then loss; names begin with `prefix`.
fn all(prefix: &str, rows: &str, of: SetOf, intervals: &Intervals) -> Vec<Column<ModelSummary>> {
    let name = format!("{prefix}accuracy");
    let about = format!(" of the share of {rows} rows that are right, over all runs");
    let accuracy = distribution(&name, &about, Format::Percent).into_iter();
    let accuracy = accuracy.map(|column| column.unit("share"));
    let mut columns: Vec<_> = accuracy
        .map(|column| within(column, of, |set| &set.accuracy))
        .collect();
    let ends = ends(&name, rows, of, intervals, columns[0].head());
    columns.splice(2..2, ends);
    let about = format!(
        " of the final mean squared error over {rows} rows, over all runs; one that is not finite is left out"
    );
    let mse = distribution(&format!("{prefix}mse"), &about, Format::Scientific).into_iter();
    columns.extend(mse.map(|column| within(column, of, |set| &set.mse)));
    columns
}

/// A column of a spread as one of the summary that has it; empty where there is no such set.
fn within(
    column: Column<Spread>,
    of: SetOf,
    spread: fn(&SetSummary) -> &Spread,
) -> Column<ModelSummary> {
    const NOTHING: &Spread = &Spread::NOTHING;
    column.of(move |s: &ModelSummary| of(s).map_or(NOTHING, spread))
}

/// The ends of the interval of the mean accuracy.
fn ends(
    name: &str,
    rows: &str,
    of: SetOf,
    intervals: &Intervals,
    mean: &Head,
) -> [Column<ModelSummary>; 2] {
    let interval = move |s: &ModelSummary| of(s).and_then(|set| set.accuracy_interval);
    let estimate = Column::new(&mean.name, "", move |_: &ModelSummary| None::<f64>.into())
        .unit("share")
        .format(Format::Percent);
    let what = format!(
        "{name}_mean: of other seeds with the same {rows} rows; empty of fewer than two runs"
    );
    let [_, low, high] = intervals.around(estimate, &what, STUDENT, move |s| {
        let ends: Option<Interval> = interval(s);
        [ends.map(|i| i.low), ends.map(|i| i.high)]
    });
    debug_assert!(low.head().name.ends_with(LOW) && high.head().name.ends_with(HIGH));
    [low, high]
}
