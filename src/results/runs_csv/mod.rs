//! The columns of runs.csv: one table that says how each is written, and how it is read back
//! (also after a spreadsheet has saved the file again: numbers in any notation, TRUE or true).
//!
//! Writing and reading are inverse to each other, bit for bit, for every run made by
//! [`Run::new`]. Cells that follow from others must agree with them, so that a row edited by
//! hand is found here or by `verify`, never half believed.

use std::collections::HashMap;

use super::columns::{Cell, Column, Columns, Format, Head, parse_number, parse_whole, same_value};
use crate::manifest::Value;
use crate::network::is_right;
use crate::plan::{Model, Plan};
use crate::text::shown;
use crate::training::{Outcome, Run, Status};

#[cfg(test)]
mod tests;

/// The name of the column that holds the seed.
pub const SEED: &str = "seed";

/// How runs of a plan become lines of runs.csv, and lines runs.
#[derive(Debug)]
pub struct RunRows {
    heads: Vec<Head>,
    /// Per model, its name and every cell that is the same for all of its runs.
    models: Vec<ModelCells>,
    /// Position of a model by its name.
    positions: HashMap<String, usize>,
    columns: Vec<RunColumn>,
    predictions: usize,
    rows: usize,
}

#[derive(Debug)]
struct ModelCells {
    typed: Vec<Cell<'static>>,
    /// The same as text.
    cells: Vec<String>,
    /// The same as the start of a line.
    start: String,
}

/// A cell that can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellError {
    /// Column, from 0.
    pub column: usize,
    /// What was found and what was expected.
    pub message: String,
}

/// Puts a cell into an outcome; the error says what was expected.
type ReadCell = Box<dyn Fn(&mut Outcome, &str) -> Result<(), String> + Send + Sync>;

/// A column that says what training gave.
struct RunColumn {
    column: Column<Outcome>,
    /// Puts a cell into the outcome; `None` where the cell follows from others.
    read: Option<ReadCell>,
    /// What is held against the other cells, once all are read.
    check: Check,
}

/// How a cell that was read must agree with the cell that the outcome gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Check {
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
        "model",
        "name of the model: its hidden layers and then every other swept value",
        |model: &Model| model.name.as_str().into(),
    );
    let axes = plan.manifest.axes.shown().map(|(axis, _)| {
        Column::new(axis.key, axis.meaning, |model: &Model| {
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
    }
}

/// The table: every column after those of the model.
fn run_columns(plan: &Plan) -> Vec<RunColumn> {
    let rows = plan.manifest.dataset.inputs.nrows();
    let limit = plan.manifest.epochs;
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
                    "how the run ended: diverged = a weight is not finite; converged = some epoch met the tolerance; \
                     improving = not converged, but the final mse is below 0.99 times mse_at_90_percent: the loss still fell \
                     by more than 1% in the last tenth of the epochs, so a longer limit might help; stuck = none of these",
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
            Column::new("epochs", "epochs trained", |run: &Outcome| run.epochs.into())
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
                "whether some epoch met the tolerance, also if the run diverged later",
                |run: &Outcome| run.convergence_epoch.is_some().into(),
            )
            .unit("TRUE or FALSE")
            .format(Format::Count),
            Check::Same,
        ),
        stored(
            Column::new(
                "convergence_epoch",
                "first epoch, counted from 1, whose forward pass before its update met the tolerance; empty if none did",
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
                "share of training rows with every output within 0.5 of its target",
                move |run: &Outcome| run.accuracy(rows).into(),
            )
            .unit("share")
            .format(Format::Percent),
            Check::Close,
        ),
        stored(
            Column::new("wrong_rows", "the other rows, counted from 1", |run: &Outcome| {
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
    let words: Vec<String> = rows.iter().map(|row| format!("r{}", row + 1)).collect();
    words.join(" ")
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

impl RunRows {
    /// The columns of a plan.
    pub fn new(plan: &Plan) -> RunRows {
        let of_model: Columns<Model> = Columns(model_columns(plan));
        let columns = run_columns(plan);
        let mut heads = of_model.heads();
        heads.extend(columns.iter().map(|entry| entry.column.head().clone()));
        let models = plan.models.iter().map(|model| {
            let typed = of_model.cells(model).into_iter().map(Cell::into_owned);
            let typed: Vec<Cell> = typed.collect();
            let cells: Vec<String> = typed.iter().map(Cell::to_csv).collect();
            ModelCells {
                typed,
                start: cells.join(",") + ",",
                cells,
            }
        });
        let positions = plan.models.iter();
        RunRows {
            heads,
            models: models.collect(),
            positions: positions
                .map(|model| (model.name.clone(), model.index))
                .collect(),
            columns,
            predictions: plan.predictions().len(),
            rows: plan.manifest.dataset.inputs.nrows(),
        }
    }

    /// What is known of the columns without rows, in order.
    pub fn heads(&self) -> &[Head] {
        &self.heads
    }

    /// The column names, in order.
    pub fn names(&self) -> Vec<String> {
        self.heads.iter().map(|head| head.name.clone()).collect()
    }

    /// Position of the column called `name`, which must be one of them.
    pub fn place(&self, name: &str) -> usize {
        let place = self.heads.iter().position(|head| head.name == name);
        place.unwrap_or_else(|| panic!("runs.csv has no column {name}"))
    }

    /// How many predictions there are: Q × O.
    pub fn predictions(&self) -> usize {
        self.predictions
    }

    /// The position of the model of that name.
    pub fn model(&self, name: &str) -> Option<usize> {
        self.positions.get(name).copied()
    }

    /// The name of a model.
    pub fn model_name(&self, model: usize) -> &str {
        &self.models[model].cells[0]
    }

    /// R.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The header line with its CRLF.
    pub fn header_line(&self) -> String {
        self.names().join(",") + "\r\n"
    }

    /// Appends the run's line with its CRLF.
    pub fn write_line(&self, run: &Run, out: &mut String) {
        out.push_str(&self.models[run.model].start);
        for (position, entry) in self.columns.iter().enumerate() {
            if position > 0 {
                out.push(',');
            }
            entry.column.cell(&run.outcome).write(out);
        }
        out.push_str("\r\n");
    }

    /// The run's cells, as they stand in its line. No cell of runs.csv needs quotes.
    pub fn cells(&self, run: &Run) -> Vec<String> {
        let own = self
            .columns
            .iter()
            .map(|entry| entry.column.cell(&run.outcome).to_csv());
        self.models[run.model]
            .cells
            .iter()
            .cloned()
            .chain(own)
            .collect()
    }

    /// The run's cells as typed values, for a spreadsheet.
    pub fn typed(&self, run: &Run) -> Vec<Cell<'static>> {
        let own = self.columns.iter();
        let own = own.map(|entry| entry.column.cell(&run.outcome).into_owned());
        let model = self.models[run.model].typed.iter().cloned();
        model.chain(own).collect()
    }

    /// Reads the cells of one row, in the order of [`RunRows::names`].
    ///
    /// # Errors
    /// The first cell that can't be read or that contradicts the others.
    pub fn parse(&self, cells: &[&str]) -> Result<Run, CellError> {
        if cells.len() != self.heads.len() {
            let message = format!(
                "{} cells where the header has {}",
                cells.len(),
                self.heads.len()
            );
            let column = cells.len().min(self.heads.len());
            return Err(CellError { column, message });
        }
        let model = self.parse_model(cells)?;
        let first = self.models[model].cells.len();
        let own: Vec<(usize, &str, &RunColumn)> = (first..)
            .zip(&cells[first..])
            .zip(&self.columns)
            .map(|((column, cell), entry)| (column, cell.trim(), entry))
            .collect();
        let mut outcome = unread(self.predictions);
        for &(column, cell, entry) in &own {
            if let Some(read) = &entry.read {
                read(&mut outcome, cell)
                    .map_err(|expected| self.unexpected(column, cell, &expected))?;
            }
        }
        for &(column, cell, entry) in &own {
            let expected = match entry.check {
                Check::Nothing => continue,
                Check::Same | Check::Close => entry.column.cell(&outcome),
            };
            let text = expected.to_csv();
            let agrees = match (entry.check, &expected) {
                (Check::Close, Cell::Number(value)) => {
                    parse_number(cell).is_some_and(|cell| (cell - value).abs() < 1e-9)
                }
                _ => same_value(cell, &text),
            };
            if !agrees {
                let text = or_empty(&text);
                return Err(self.unexpected(column, cell, text));
            }
        }
        Ok(Run::new(model, outcome))
    }

    /// The model of a row, whose other cells must be those of that model.
    fn parse_model(&self, cells: &[&str]) -> Result<usize, CellError> {
        let name = cells[0].trim();
        let Some(model) = self.model(name) else {
            let expected = "the name of a model of this experiment";
            return Err(self.unexpected(0, name, expected));
        };
        for (column, expected) in self.models[model].cells.iter().enumerate() {
            let cell = cells[column].trim();
            if !same_value(cell, expected) {
                return Err(self.unexpected(column, cell, or_empty(expected)));
            }
        }
        Ok(model)
    }

    fn unexpected(&self, column: usize, found: &str, expected: &str) -> CellError {
        let message = format!(
            "{} is \"{}\", expected {expected}",
            self.heads[column].name,
            shown(found)
        );
        CellError { column, message }
    }
}

fn or_empty(cell: &str) -> &str {
    match cell {
        "" => "an empty cell",
        cell => cell,
    }
}

/// An outcome of which nothing has been read yet.
fn unread(predictions: usize) -> Outcome {
    Outcome {
        seed: 0,
        epochs: 0,
        convergence_epoch: None,
        mse: f64::NAN,
        mse_at_90_percent: None,
        max_abs_error: f64::NAN,
        wrong_rows: Vec::new(),
        gradient_norm: f64::NAN,
        predictions: vec![f64::NAN; predictions],
        finite: true,
        weights_hash: 0,
    }
}
