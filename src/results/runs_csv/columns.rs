//! The table of columns of runs.csv: name, meaning, unit, how a cell is written and read back.

use std::fmt::Write as _;

use crate::manifest::Value;
use crate::network::{Criterion, is_right};
use crate::plan::{Model, Plan};
use crate::results::columns::{Cell, Column, Format, parse_number, parse_whole};
use crate::training::{Outcome, Status};

/// The name of the column that names the model.
pub const MODEL: &str = "model";
/// The name of the column that holds the seed.
pub const SEED: &str = "seed";
/// The column of how many epochs a run was trained for.
pub const EPOCHS: &str = "epochs";

/// Puts a cell into an outcome; the error says what was expected.
type ReadCell = Box<dyn Fn(&mut Outcome, &str) -> Result<(), String> + Send + Sync>;

/// A column that says what training gave.
pub(super) struct RunColumn {
    pub column: Column<Outcome>,
    /// Puts a cell into the outcome; `None` where the cell follows from others.
    pub read: Option<ReadCell>,
    /// What is held against the other cells, once all are read.
    pub check: Check,
}

/// How a cell that was read must agree with the cell that the outcome gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Check {
    /// It is where the outcome has it from.
    Nothing,
    /// They say the same.
    Same,
    /// The numbers differ by less than 1e-9: spreadsheets keep 15 digits, and `verify` compares
    /// every bit.
    Close,
}

impl std::fmt::Debug for RunColumn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({:?})", self.column.head().name, self.check)
    }
}

/// A column that is part of the outcome.
fn stored(
    column: Column<Outcome>,
    read: impl Fn(&mut Outcome, &str) -> Result<(), String> + Send + Sync + 'static,
) -> RunColumn {
    RunColumn {
        column,
        read: Some(Box::new(read)),
        check: Check::Nothing,
    }
}

/// A column that follows from others.
fn derived(column: Column<Outcome>, check: Check) -> RunColumn {
    RunColumn {
        column,
        read: None,
        check,
    }
}

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
    let rows = plan.manifest.data.first().rows();
    let limit = plan.manifest.epochs;
    let goal = goal(plan.criterion());
    let mut columns = vec![
        stored(
            Column::new(
                SEED,
                "seed of the random initial weights; `seedbed replay` retrains the run from it",
                |run: &Outcome| run.seed.into(),
            )
            .format(Format::Seed),
            |run, cell| set(&mut run.seed, whole(cell)),
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
                    |run: &Outcome| run.status().word().into(),
                ),
                |run, cell| {
                    let status = Status::from_word(cell)
                        .ok_or_else(|| "converged, stuck, improving or diverged".to_owned());
                    set(&mut run.finite, status.map(|status| status != Status::Diverged))
                },
            )
        },
        stored(
            Column::new(EPOCHS, "epochs trained", |run: &Outcome| run.epochs.into())
                .unit("epochs")
                .format(Format::Count),
            move |run, cell| {
                let epochs = whole(cell)?;
                let within = (1..=limit).contains(&epochs).then_some(epochs);
                let expected = || format!("a whole number from 1 to {limit}");
                set(&mut run.epochs, within.ok_or_else(expected))
            },
        ),
        derived(
            Column::new(
                "converged",
                format!("whether some epoch met {goal}, also if the run diverged later"),
                |run: &Outcome| run.convergence_epoch.is_some().into(),
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
                |run: &Outcome| run.convergence_epoch.into(),
            )
            .unit("epochs")
            .format(Format::Count),
            |run, cell| {
                let epoch = match cell {
                    "" => Ok(None),
                    cell => whole(cell).and_then(|epoch| match (1..=run.epochs).contains(&epoch) {
                        true => Ok(Some(epoch)),
                        false => Err("an epoch of the run".to_owned()),
                    }),
                };
                set(&mut run.convergence_epoch, epoch)
            },
        ),
        stored(
            Column::new(
                "mse",
                "mean squared error over rows and outputs with the final weights; empty if not finite",
                |run: &Outcome| run.mse.into(),
            )
            .format(Format::Scientific),
            |run, cell| set(&mut run.mse, number(cell)),
        ),
        stored(
            Column::new(
                "mse_at_90_percent",
                "the same when nine tenths of the epoch limit were done; empty if the run stopped before",
                |run: &Outcome| run.mse_at_90_percent.into(),
            )
            .format(Format::Scientific),
            |run, cell| {
                let mse = number(cell).map(|mse| Some(mse).filter(|mse| mse.is_finite()));
                set(&mut run.mse_at_90_percent, mse)
            },
        ),
        stored(
            Column::new(
                "max_abs_error",
                "largest |target - output| with the final weights; empty if not finite",
                |run: &Outcome| run.max_abs_error.into(),
            )
            .format(Format::Output),
            |run, cell| set(&mut run.max_abs_error, number(cell)),
        ),
        derived(
            Column::new(
                "accuracy",
                "share of training rows with every output closer than 0.5 to its target (0.5 itself is wrong)",
                move |run: &Outcome| run.accuracy(rows).into(),
            )
            .unit("share")
            .format(Format::Percent),
            Check::Close,
        ),
        stored(
            Column::new("wrong_rows", "the other rows, counted from 1: those of which at least one output is wrong", |run: &Outcome| {
                row_words(&run.wrong_rows).into()
            }),
            move |run, cell| set(&mut run.wrong_rows, row_numbers(cell, rows)),
        ),
        stored(
            Column::new(
                "gradient_norm",
                "Euclidean norm of the gradient of half the summed squared error at the final weights; empty if not finite",
                |run: &Outcome| run.gradient_norm.into(),
            )
            .format(Format::Scientific),
            |run, cell| set(&mut run.gradient_norm, number(cell)),
        ),
    ];
    for (at, prediction) in plan.predictions().into_iter().enumerate() {
        let value = move |run: &Outcome| run.predictions.get(at).copied();
        let meaning = format!("final output for {}", prediction.about);
        columns.push(stored(
            Column::new(&prediction.name, meaning, move |run: &Outcome| {
                value(run).into()
            })
            .format(Format::Output),
            move |run, cell| set(&mut run.predictions[at], number(cell)),
        ));
        let correct = move |run: &Outcome| Some(is_right(prediction.target?, value(run)?));
        let name = format!("{}_correct", prediction.name);
        let meaning = format!(
            "whether it is within 0.5 of its target; empty without a target: {}",
            prediction.about
        );
        columns.push(derived(
            Column::new(name, meaning, move |run: &Outcome| correct(run).into())
                .unit("TRUE or FALSE")
                .format(Format::Output),
            Check::Same,
        ));
    }
    columns.push(stored(
        Column::new(
            "weights_hash",
            "the letter w and the first 16 hexadecimal digits of the SHA-256 of the final weights: equal for runs that are equal bit for bit",
            |run: &Outcome| format!("w{:016x}", run.weights_hash).into(),
        )
        .source("FIPS 180-4"),
        |run, cell| set(&mut run.weights_hash, hash(cell)),
    ));
    columns
}

/// Puts what was read in its place.
fn set<T>(place: &mut T, read: Result<T, String>) -> Result<(), String> {
    *place = read?;
    Ok(())
}

/// A finite number, or NaN for an empty cell.
fn number(cell: &str) -> Result<f64, String> {
    match cell {
        "" => Ok(f64::NAN),
        cell => parse_number(cell).ok_or_else(|| "a finite number or nothing".to_owned()),
    }
}

fn whole(cell: &str) -> Result<u64, String> {
    parse_whole(cell).ok_or_else(|| "a whole number".to_owned())
}

fn hash(cell: &str) -> Result<u64, String> {
    let digits = cell.strip_prefix('w').unwrap_or("");
    let hex = digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    match u64::from_str_radix(digits, 16) {
        Ok(hash) if hex => Ok(hash),
        _ => Err("w and 16 hexadecimal digits".to_owned()),
    }
}

/// Rows (from 0) as runs.csv and failures.csv name them: `r3 r5`, counted from 1.
pub fn row_words(rows: &[u32]) -> String {
    let mut words = String::new();
    for (place, row) in rows.iter().enumerate() {
        if place > 0 {
            words.push(' ');
        }
        words.push('r');
        // Writing to a String can't fail.
        let _ = write!(words, "{}", row + 1);
    }
    words
}

/// The inverse of [`row_words`], for the rows of a dataset of `rows`.
fn row_numbers(cell: &str, rows: usize) -> Result<Vec<u32>, String> {
    let mut found: Vec<u32> = Vec::new();
    for word in cell.split_whitespace() {
        let row = word.strip_prefix('r').and_then(|row| row.parse().ok());
        let row = row.filter(|&row: &u32| row >= 1 && row as usize <= rows);
        match row {
            Some(row) if found.last().is_none_or(|&last| last < row - 1) => found.push(row - 1),
            _ => return Err("rising row numbers such as r3 r5".to_owned()),
        }
    }
    Ok(found)
}
