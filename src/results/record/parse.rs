//! Reads a row of runs.csv back, also after a spreadsheet has saved it again: numbers in any
//! notation, TRUE or true. Cells that follow from others must agree with them, so that a row
//! edited by hand is found here or by `verify`, never half believed.

use super::columns::{Columns, MODEL_COLUMNS, correct};
use super::{FIXED_COLUMNS, Record, Status, parse_number, parse_whole};
use crate::training::Outcome;

/// A cell that can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellError {
    /// Column, from 0.
    pub column: usize,
    /// What was found and what was expected.
    pub message: String,
}

/// A cell's text as a message may show it: control characters escaped, cut to 40 characters.
pub fn shown(cell: &str) -> String {
    let mut text: String = cell.chars().take(40).flat_map(char::escape_debug).collect();
    if cell.chars().nth(40).is_some() {
        text.push('…');
    }
    text
}

impl Columns {
    /// Reads the cells of one row, in the order of [`Columns::names`].
    pub fn parse(&self, cells: &[&str]) -> Result<Record, CellError> {
        let row = Row {
            columns: self,
            cells,
        };
        if cells.len() != self.names().len() {
            let message = format!(
                "{} cells where the header has {}",
                cells.len(),
                self.names().len()
            );
            let column = cells.len().min(self.names().len());
            return Err(CellError { column, message });
        }
        let model = row.model()?;
        let record = Record {
            model,
            outcome: row.outcome()?,
        };
        row.check_derived(&record)?;
        Ok(record)
    }
}

/// Column positions by name; the order of [`FIXED_COLUMNS`].
const SEED: usize = 8;
const STATUS: usize = 9;
const EPOCHS: usize = 10;
const CONVERGED: usize = 11;
const CONVERGENCE_EPOCH: usize = 12;
const MSE: usize = 13;
const MSE_AT_90_PERCENT: usize = 14;
const MAX_ABS_ERROR: usize = 15;
const ACCURACY: usize = 16;
const WRONG_ROWS: usize = 17;
const GRADIENT_NORM: usize = 18;

struct Row<'a> {
    columns: &'a Columns,
    cells: &'a [&'a str],
}

impl Row<'_> {
    fn fail<T>(&self, column: usize, expected: &str) -> Result<T, CellError> {
        let name = &self.columns.names()[column];
        let found = shown(self.cells[column]);
        let message = format!("{name} is \"{found}\", expected {expected}");
        Err(CellError { column, message })
    }

    fn cell(&self, column: usize) -> &str {
        self.cells[column].trim()
    }

    /// A finite number, or NaN for an empty cell.
    fn number(&self, column: usize) -> Result<f64, CellError> {
        match self.cell(column) {
            "" => Ok(f64::NAN),
            cell => parse_number(cell)
                .map_or_else(|| self.fail(column, "a finite number or nothing"), Ok),
        }
    }

    fn whole(&self, column: usize) -> Result<u64, CellError> {
        parse_whole(self.cell(column)).map_or_else(|| self.fail(column, "a whole number"), Ok)
    }

    fn agrees(&self, column: usize, cell: &str) -> Result<(), CellError> {
        match same_value(self.cell(column), cell) {
            true => Ok(()),
            false if cell.is_empty() => self.fail(column, "an empty cell"),
            false => self.fail(column, cell),
        }
    }

    fn model(&self) -> Result<usize, CellError> {
        let Some(&model) = self.columns.models.get(self.cell(0)) else {
            return self.fail(0, "the name of a model of this experiment");
        };
        for (column, cell) in self.columns.model_cells[model].iter().enumerate() {
            self.agrees(column, cell)?;
        }
        Ok(model)
    }

    fn outcome(&self) -> Result<Outcome, CellError> {
        let Some(status) = Status::from_word(self.cell(STATUS)) else {
            return self.fail(STATUS, "converged, stuck, improving or diverged");
        };
        let epochs = self.whole(EPOCHS)?;
        if epochs == 0 || epochs > self.columns.limit {
            let expected = format!("a whole number from 1 to {}", self.columns.limit);
            return self.fail(EPOCHS, &expected);
        }
        let convergence_epoch = match self.cell(CONVERGENCE_EPOCH) {
            "" => None,
            _ => Some(self.whole(CONVERGENCE_EPOCH)?),
        };
        if convergence_epoch.is_some_and(|epoch| epoch == 0 || epoch > epochs) {
            return self.fail(CONVERGENCE_EPOCH, "an epoch of the run");
        }
        let first = FIXED_COLUMNS.len();
        let predictions = (0..self.columns.targets.len())
            .map(|prediction| self.number(first + 2 * prediction))
            .collect::<Result<_, _>>()?;
        let mse_at_90_percent = self.number(MSE_AT_90_PERCENT)?;
        Ok(Outcome {
            seed: self.whole(SEED)?,
            epochs,
            convergence_epoch,
            mse: self.number(MSE)?,
            mse_at_90_percent: (!mse_at_90_percent.is_nan()).then_some(mse_at_90_percent),
            max_abs_error: self.number(MAX_ABS_ERROR)?,
            wrong_rows: self.wrong_rows()?,
            gradient_norm: self.number(GRADIENT_NORM)?,
            predictions,
            finite: status != Status::Diverged,
            weights_hash: self.hash()?,
        })
    }

    fn wrong_rows(&self) -> Result<Vec<u32>, CellError> {
        let mut rows = Vec::new();
        for word in self.cell(WRONG_ROWS).split_whitespace() {
            let row = word
                .strip_prefix('r')
                .and_then(|row| row.parse::<u32>().ok());
            match row {
                Some(row)
                    if row >= 1
                        && row as usize <= self.columns.rows
                        && rows.last().is_none_or(|&last| last < row - 1) =>
                {
                    rows.push(row - 1);
                }
                _ => return self.fail(WRONG_ROWS, "rising row numbers such as r3 r5"),
            }
        }
        Ok(rows)
    }

    fn hash(&self) -> Result<u64, CellError> {
        let column = self.cells.len() - 1;
        let digits = self.cell(column).strip_prefix('w').unwrap_or("");
        let hex = digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        match u64::from_str_radix(digits, 16) {
            Ok(hash) if hex => Ok(hash),
            _ => self.fail(column, "w and 16 hexadecimal digits"),
        }
    }

    /// Cells that follow from the others.
    fn check_derived(&self, record: &Record) -> Result<(), CellError> {
        self.agrees(STATUS, record.status().word())?;
        let converged = record.outcome.convergence_epoch.is_some();
        self.agrees(CONVERGED, if converged { "TRUE" } else { "FALSE" })?;
        let accuracy = record.accuracy(self.columns.rows);
        // Spreadsheets keep 15 digits; `verify` compares every bit.
        if !self
            .number(ACCURACY)
            .is_ok_and(|cell| (cell - accuracy).abs() < 1e-9)
        {
            return self.fail(ACCURACY, &format!("{accuracy}, as wrong_rows says"));
        }
        let targets = &self.columns.targets;
        for (position, (&value, &target)) in
            record.outcome.predictions.iter().zip(targets).enumerate()
        {
            let column = FIXED_COLUMNS.len() + 2 * position + 1;
            self.agrees(column, correct(value, target))?;
        }
        Ok(())
    }
}

const _: () = assert!(MODEL_COLUMNS == SEED);

/// Whether two cells say the same: as text, as numbers with equal bits, or as TRUE and true.
pub fn same_value(a: &str, b: &str) -> bool {
    a == b
        || a.eq_ignore_ascii_case("true") && b.eq_ignore_ascii_case("true")
        || a.eq_ignore_ascii_case("false") && b.eq_ignore_ascii_case("false")
        || matches!((parse_number(a), parse_number(b)), (Some(a), Some(b)) if a.to_bits() == b.to_bits())
}
