//! MERGE: tables of text cells, for the figures and the page until they read typed values; then
//! this file goes.

use crate::results::columns::{Cell, Columns};

/// Header and rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// Column names.
    pub header: Vec<String>,
    /// Rows of cells.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// The table of some rows.
    pub fn of<R>(columns: &Columns<R>, rows: impl Iterator<Item = R>) -> Table {
        Table {
            header: columns.heads().into_iter().map(|head| head.name).collect(),
            rows: text_rows(columns, rows).collect(),
        }
    }
}

/// The rows' cells as text, made as they are asked for.
pub fn text_rows<R>(
    columns: &Columns<R>,
    rows: impl Iterator<Item = R>,
) -> impl Iterator<Item = Vec<String>> {
    let text = |cell: Cell| match cell {
        Cell::Text(text) => text.into_owned(),
        cell => cell.to_csv(),
    };
    rows.map(move |row| columns.cells(&row).into_iter().map(text).collect())
}
