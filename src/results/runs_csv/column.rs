//! What a column of runs.csv is: how a cell is written, read back, and held against others.

use crate::results::columns::{Column, parse_number, parse_whole};
use crate::training::Run;

/// Puts a cell into an outcome; the error says what was expected.
type ReadCell = Box<dyn Fn(&mut Run, &str) -> Result<(), String> + Send + Sync>;

/// A column that says what training gave.
pub(super) struct RunColumn {
    pub column: Column<Run>,
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
pub(super) fn stored(
    column: Column<Run>,
    read: impl Fn(&mut Run, &str) -> Result<(), String> + Send + Sync + 'static,
) -> RunColumn {
    RunColumn {
        column,
        read: Some(Box::new(read)),
        check: Check::Nothing,
    }
}

/// A column that follows from others.
pub(super) fn derived(column: Column<Run>, check: Check) -> RunColumn {
    RunColumn {
        column,
        read: None,
        check,
    }
}

/// Puts what was read in its place.
pub(super) fn set<T>(place: &mut T, read: Result<T, String>) -> Result<(), String> {
    *place = read?;
    Ok(())
}

/// A finite number, or NaN for an empty cell.
pub(super) fn number(cell: &str) -> Result<f64, String> {
    match cell {
        "" => Ok(f64::NAN),
        cell => parse_number(cell).ok_or_else(|| "a finite number or nothing".to_owned()),
    }
}

pub(super) fn whole(cell: &str) -> Result<u64, String> {
    parse_whole(cell).ok_or_else(|| "a whole number".to_owned())
}
