//! One table as one sheet: typed cells, frozen header and first column, filters, widths.

use std::borrow::Borrow;

use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use super::format;
use crate::results::columns::{Cell, Columns, Head};

/// Cells of a whole workbook, its overview not counted: 10,000 runs of an experiment with
/// one or two queries. That many take about 45 MB and 0.2 s to write.
pub const WORKBOOK_CELLS: u64 = 250_000;

/// A table of which a sheet is made.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// The sheet's name; one word, so that a formula needs no quotes around it.
    pub name: &'static str,
    /// The file with the same table.
    pub file: &'static str,
    /// What is known of its columns.
    pub heads: Vec<Head>,
    /// How many rows it has.
    pub count: u64,
    /// Their cells; of none, if they are too many for a workbook.
    pub rows: Vec<Vec<Cell<'static>>>,
}

impl Sheet {
    /// The sheet of a table's rows.
    pub fn new<R>(
        name: &'static str,
        file: &'static str,
        columns: &Columns<R>,
        rows: impl Iterator<Item = R>,
    ) -> Sheet {
        let heads = columns.heads();
        let room = WORKBOOK_CELLS / heads.len().max(1) as u64;
        let (mut count, mut kept) = (0, Vec::new());
        for row in rows {
            count += 1;
            if count <= room {
                let cells = columns.cells(&row).into_iter();
                kept.push(cells.map(Cell::into_owned).collect());
            } else {
                kept = Vec::new();
            }
        }
        Sheet {
            name,
            file,
            heads,
            count,
            rows: kept,
        }
    }

    /// Place of the column called `name`, from 0. It must be one of them: whoever asks names it
    /// by the constant that its table's entry has.
    pub(super) fn place(&self, name: &str) -> u16 {
        let place = self.heads.iter().position(|head| head.name == name);
        let place = place.unwrap_or_else(|| panic!("{} has no column {name}", self.file));
        // A sheet has at most 16,384 columns, see `Fits`.
        place as u16
    }

    /// A cell of data row `row`, from 0.
    pub(super) fn cell(&self, row: usize, column: u16) -> &Cell<'static> {
        &self.rows[row][usize::from(column)]
    }

    /// The text of a cell of data row `row`, from 0; nothing if it holds no text.
    pub(super) fn text(&self, row: usize, column: u16) -> &str {
        match self.cell(row, column) {
            Cell::Text(text) => text,
            Cell::Empty | Cell::Truth(_) | Cell::Whole(_) | Cell::Number(_) => "",
        }
    }

    /// A range of one column, from data row `first` to `last`, as a chart takes it.
    pub(super) fn range(
        &self,
        column: u16,
        first: usize,
        last: usize,
    ) -> (&'static str, u32, u16, u32, u16) {
        (self.name, sheet_row(first), column, sheet_row(last), column)
    }
}

/// The sheet's row of a data row, both from 0. A workbook never has more rows than `WORKBOOK_CELLS`.
pub(super) fn sheet_row(row: usize) -> u32 {
    row as u32 + 1
}

/// The number that a cell holds.
pub(super) fn number(cell: &Cell) -> Option<f64> {
    match *cell {
        Cell::Whole(value) => Some(value as f64),
        Cell::Number(value) => Some(value),
        Cell::Empty | Cell::Text(_) | Cell::Truth(_) => None,
    }
}

/// Writes header and rows from the sheet's first cell.
///
/// # Errors
/// The workbook writer's refusal.
pub(super) fn write_table<R: Borrow<Vec<Cell<'static>>>>(
    sheet: &mut Worksheet,
    heads: &[Head],
    rows: impl Iterator<Item = R>,
) -> Result<(), XlsxError> {
    let formats: Vec<Format> = heads.iter().map(|head| format::of(head.format)).collect();
    let mut longest = vec![0; heads.len()];
    let mut count = 0;
    for row in rows {
        for (column, cell) in row.borrow().iter().enumerate().take(heads.len()) {
            write_cell(
                sheet,
                (sheet_row(count), column as u16),
                cell,
                &formats[column],
            )?;
            let width = format::shown_width(heads[column].format, cell);
            longest[column] = longest[column].max(width);
        }
        count += 1;
    }
    dress(sheet, heads, &longest, count)
}

/// Header, filter, frozen panes and widths of a table of `count` rows.
fn dress(
    sheet: &mut Worksheet,
    heads: &[Head],
    longest: &[usize],
    count: usize,
) -> Result<(), XlsxError> {
    let bold = format::header();
    for (column, head) in heads.iter().enumerate() {
        let column = column as u16;
        sheet.write_string_with_format(0, column, format::text(&head.name), &bold)?;
        let width = format::width(&head.name, longest[usize::from(column)]);
        sheet.set_column_width(column, width)?;
    }
    if let Some(last) = heads.len().checked_sub(1) {
        sheet.autofilter(0, 0, sheet_row(count) - 1, last as u16)?;
    }
    sheet.set_freeze_panes(1, 1)?;
    Ok(())
}

/// Writes one cell with its type; an empty one is left out.
fn write_cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell,
    format: &Format,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => {}
        Cell::Truth(value) => {
            sheet.write_boolean(row, column, *value)?;
        }
        Cell::Whole(value) => {
            sheet.write_number_with_format(row, column, *value as f64, format)?;
        }
        Cell::Number(value) => {
            sheet.write_number_with_format(row, column, *value, format)?;
        }
        Cell::Text(value) => {
            sheet.write_string(row, column, format::text(value))?;
        }
    }
    Ok(())
}

/// Says in the sheet that its table is left to its CSV file.
pub(super) fn write_note(sheet: &mut Worksheet, file: &str, rows: u64) -> Result<(), XlsxError> {
    let lines = [
        format!("The {rows} rows of {file} are more than this workbook holds."),
        format!("They are in {file}, in the same folder: a spreadsheet opens up to"),
        "1,048,575 rows of it, pandas and DuckDB any number.".to_owned(),
    ];
    sheet.set_column_width(0, 80)?;
    for (row, line) in (0..).zip(lines) {
        sheet.write_string(row, 0, line)?;
    }
    Ok(())
}
