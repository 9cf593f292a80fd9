//! The table of columns of runs.csv: name, meaning, unit, how a cell is written and read back.

use super::column::{Check, RunColumn, derived, number, set, stored, whole};
use super::judged::{judged_columns, right, rows_by_model};
use super::words::{row_numbers, row_words};
use crate::manifest::Value;
use crate::network::{Criterion, is_right};
use crate::plan::{Model, Plan};
use crate::results::columns::{Cell, Column, Format};
use crate::training::{Run, Status};

/// The name of the column that names the model.
pub const MODEL: &str = "model";
/// The name of the column that holds the seed.
pub const SEED: &str = "seed";
/// The column of how many epochs a run was trained for.
pub const EPOCHS: &str = "epochs";
/// The column of the training rows that are not right.
pub const WRONG_ROWS: &str = "wrong_rows";

/// The columns that say which model it is, as runs.csv and summary.csv begin.
pub fn model_columns(plan: &Plan) -> Vec<Column<Model>> {
    let name = Column::new(
        MODEL,
        "name of the model: its hidden layers and then every other swept value",
        |model: &Model| model.name.as_str().into(),
    );
    let axes = plan.manifest.axes.shown().map(|(axis, _)| {
        Column::new(axis.column, axis.meaning, |model: &Model| {
            axis_cell(axis.value(&model.choices))
        })
        .unit(axis.unit)
    });
    [name].into_iter().chain(axes).collect()
}

/// A number wherever it can be one, so that a spreadsheet computes with it: 4, but 8x4 as text.
fn axis_cell(value: Value<'_>) -> Cell<'static> {
    match value {
        Value::Layers([]) => Cell::Whole(0),
        Value::Layers([width]) => Cell::Whole(*width as u64),
        Value::Layers(_) => value.to_string().into(),
        Value::Word(word) => word.into(),
        Value::Truth(value) => value.into(),
        Value::Number(number) => number.into(),
        Value::Text(text) => text.to_owned().into(),
        Value::Nothing => Cell::Empty,
    }
}

/// What an epoch meets that a run converges in.
fn goal(criterion: Criterion) -> &'static str {
    match criterion {
        Criterion::Tolerance(_) => "the tolerance",
        Criterion::Accuracy(_) => "the required accuracy",
        Criterion::Mse(_) => "the required mse",
    }
}

/// The table: every column after those of the model.
pub(super) fn run_columns(plan: &Plan) -> Vec<RunColumn> {
    let rows = rows_by_model(plan, |sets| &sets.training);
    let last = last_row(plan);
    let right = right(plan);
    let limit = plan.manifest.epochs;
    let goal = goal(plan.criterion());
    let mut columns = vec![
        stored(
            Column::new(
                SEED,
                "seed of the random initial weights; `seedbed replay` retrains the run from it",
                |run: &Run| run.outcome.seed.into(),
            )
            .format(Format::Seed),
            |run, cell| set(&mut run.outcome.seed, whole(cell)),
        ),
        RunColumn {
            check: Check::Same,
            ..stored(
                Column::new(
                    "status",
                    format!(
                        "how the run ended: diverged = a weight is not finite; converged = some epoch met {goal}; \
                         improving = not converged, but the final mse is below 0.99 times mse_at_90_percent: the loss still fell \
                         by more than 1% in the last tenth of the epochs, so a longer limit might help; stuck = none of these"
                    ),
                    |run: &Run| run.outcome.status().word().into(),
                ),
                |run, cell| {
                    let status = Status::from_word(cell)
                        .ok_or_else(|| "converged, stuck, improving or diverged".to_owned());
                    set(&mut run.outcome.finite, status.map(|status| status != Status::Diverged))
                },
            )
        },
        stored(
            Column::new(EPOCHS, "epochs trained", |run: &Run| run.outcome.epochs.into())
                .unit("epochs")
                .format(Format::Count),
            move |run, cell| {
                let epochs = whole(cell)?;
                let within = (1..=limit).contains(&epochs).then_some(epochs);
                let expected = || format!("a whole number from 1 to {limit}");
                set(&mut run.outcome.epochs, within.ok_or_else(expected))
            },
        ),
        derived(
            Column::new(
                "converged",
                format!("whether some epoch met {goal}, also if the run diverged later"),
                |run: &Run| run.outcome.convergence_epoch.is_some().into(),
            )
            .unit("TRUE or FALSE")
            .format(Format::Count),
            Check::Same,
        ),
        stored(
            Column::new(
                "convergence_epoch",
                format!(
                    "first epoch, counted from 1, whose forward pass before its update met {goal}; empty if none did"
                ),
                |run: &Run| run.outcome.convergence_epoch.into(),
            )
            .unit("epochs")
            .format(Format::Count),
            |run, cell| {
                let epoch = match cell {
                    "" => Ok(None),
                    cell => whole(cell).and_then(|epoch| match (1..=run.outcome.epochs).contains(&epoch) {
                        true => Ok(Some(epoch)),
                        false => Err("an epoch of the run".to_owned()),
                    }),
                };
                set(&mut run.outcome.convergence_epoch, epoch)
            },
        ),
        stored(
            Column::new(
                "mse",
                "mean squared error over rows and outputs with the final weights; empty if not finite",
                |run: &Run| run.outcome.mse.into(),
            )
            .format(Format::Scientific),
            |run, cell| set(&mut run.outcome.mse, number(cell)),
        ),
        stored(
            Column::new(
                "mse_at_90_percent",
                "the same when nine tenths of the epoch limit were done; empty if the run stopped before",
                |run: &Run| run.outcome.mse_at_90_percent.into(),
            )
            .format(Format::Scientific),
            |run, cell| {
                let mse = number(cell).map(|mse| Some(mse).filter(|mse| mse.is_finite()));
                set(&mut run.outcome.mse_at_90_percent, mse)
            },
        ),
        stored(
            Column::new(
                "max_abs_error",
                "largest |target - output| with the final weights; empty if not finite",
                |run: &Run| run.outcome.max_abs_error.into(),
            )
            .format(Format::Output),
            |run, cell| set(&mut run.outcome.max_abs_error, number(cell)),
        ),
        derived(
            Column::new(
                "accuracy",
                format!("share of training rows {right}"),
                move |run: &Run| run.outcome.accuracy(rows[run.model]).into(),
            )
            .unit("share")
            .format(Format::Percent),
            Check::Close,
        ),
        stored(
            Column::new(WRONG_ROWS, "the other rows, counted from 1, with the data's own numbers: the first 100 of them, and how many more", |run: &Run| {
                row_words(&run.outcome.wrong_rows).into()
            }),
            move |run, cell| set(&mut run.outcome.wrong_rows, row_numbers(cell, last)),
        ),
        stored(
            Column::new(
                "gradient_norm",
                "Euclidean norm of the gradient of half the summed squared error at the final weights; empty if not finite",
                |run: &Run| run.outcome.gradient_norm.into(),
            )
            .format(Format::Scientific),
            |run, cell| set(&mut run.outcome.gradient_norm, number(cell)),
        ),
    ];
    for (at, prediction) in plan.predictions().into_iter().enumerate() {
        let value = move |run: &Run| run.outcome.predictions.get(at).copied();
        let meaning = format!("final output for {}", prediction.about);
        columns.push(stored(
            Column::new(&prediction.name, meaning, move |run: &Run| {
                value(run).into()
            })
            .format(Format::Output),
            move |run, cell| set(&mut run.outcome.predictions[at], number(cell)),
        ));
        let correct = move |run: &Run| Some(is_right(prediction.target?, value(run)?));
        let name = format!("{}_correct", prediction.name);
        let meaning = format!(
            "whether it is within 0.5 of its target; empty without a target: {}",
            prediction.about
        );
        columns.push(derived(
            Column::new(name, meaning, move |run: &Run| correct(run).into())
                .unit("TRUE or FALSE")
                .format(Format::Output),
            Check::Same,
        ));
    }
    columns.extend(judged_columns(plan));
    columns.push(stored(
        Column::new(
            "weights_hash",
            "the letter w and the first 16 hexadecimal digits of the SHA-256 of the final weights: equal for runs that are equal bit for bit",
            |run: &Run| format!("w{:016x}", run.outcome.weights_hash).into(),
        )
        .source("FIPS 180-4"),
        |run, cell| set(&mut run.outcome.weights_hash, hash(cell)),
    ));
    columns
}

fn hash(cell: &str) -> Result<u64, String> {
    let digits = cell.strip_prefix('w').unwrap_or("");
    let hex = digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    match u64::from_str_radix(digits, 16) {
        Ok(hash) if hex => Ok(hash),
        _ => Err("w and 16 hexadecimal digits".to_owned()),
    }
}

/// Rows of the data, of which any may be named.
fn last_row(plan: &Plan) -> u32 {
    let partitions = plan.manifest.data.partitions.iter();
    let last = partitions.filter_map(|partition| partition.sets.training.numbers.last());
    last.max().map_or(0, |last| last + 1)
}
