//! Lines of runs.csv: runs written with the table of columns, and read back (also after a
//! spreadsheet has saved the file again: numbers in any notation, TRUE or true).
//!
//! Writing and reading are inverse to each other, bit for bit, for every run made by
//! [`Run::new`]. Cells that follow from others must agree with them, so that a row edited by
//! hand is found here or by `verify`, never half believed.

use std::collections::HashMap;

use self::bounds::{Bounds, bounds};
use self::column::{Check, RunColumn};
use self::columns::WRONG_ROWS;
use self::columns::run_columns;
pub use self::columns::{EPOCHS, MODEL, SEED, model_columns};
use self::words::row_numbers;
pub use self::words::row_words;
use super::columns::{Cell, Columns, Head, parse_number, same_value};
use crate::plan::{Model, Plan};
use crate::text::shown;
use crate::training::{Judged, Outcome, Run, WrongRows};

mod bounds;
mod column;
mod columns;
mod judged;
mod words;

#[cfg(test)]
mod tests;

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
    /// By partition of the data.
    bounds: Vec<Bounds>,
    /// Of each model its partition.
    partitions: Vec<usize>,
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
            bounds: bounds(plan),
            partitions: (0..plan.models.len()).map(|m| plan.partition(m)).collect(),
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

    /// Whether a cell of the column at this place says what another one says.
    pub fn says_the_same(&self, place: usize, stored: &str, own: &str) -> bool {
        let stored = stored.trim();
        // Version 0.1 named all wrong rows, however many.
        let rows = |cell: &str| row_numbers(cell, u32::MAX).ok();
        same_value(stored, own)
            || self.heads[place].name == WRONG_ROWS
                && rows(stored).is_some_and(|stored| Some(stored) == rows(own))
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

    /// Whether a run of a model can have these wrong rows and this judgement.
    pub fn fits(&self, model: usize, wrong_rows: &WrongRows, judged: &Judged) -> bool {
        self.bounds[self.partitions[model]].hold(wrong_rows, judged)
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
            entry.column.cell(run).write(out);
        }
        out.push_str("\r\n");
    }

    /// The run's cells, as they stand in its line. No cell of runs.csv needs quotes.
    pub fn cells(&self, run: &Run) -> Vec<String> {
        let own = self
            .columns
            .iter()
            .map(|entry| entry.column.cell(run).to_csv());
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
        let own = own.map(|entry| entry.column.cell(run).into_owned());
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
        let mut run = Run {
            model,
            outcome: unread(self.predictions),
            curve: Vec::new(),
        };
        for &(column, cell, entry) in &own {
            if let Some(read) = &entry.read {
                read(&mut run, cell)
                    .map_err(|expected| self.unexpected(column, cell, &expected))?;
            }
        }
        for &(column, cell, entry) in &own {
            let expected = match entry.check {
                Check::Nothing => continue,
                Check::Same | Check::Close => entry.column.cell(&run),
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
        Ok(Run::new(model, run.outcome))
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
        wrong_rows: WrongRows::default(),
        gradient_norm: f64::NAN,
        predictions: vec![f64::NAN; predictions],
        judged: Judged::default(),
        finite: true,
        weights_hash: 0,
    }
}
