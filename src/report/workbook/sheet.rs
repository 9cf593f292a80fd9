//! One table as one sheet: typed cells, frozen header and first column, filters, widths.

use std::borrow::Borrow;

use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use super::Table;
use super::format::{self, Kind};
use crate::error::Result;

/// A table that lies in a sheet from its first cell: header in row 0, data from row 1.
#[derive(Clone, Copy)]
pub(super) struct Placed<'a> {
    /// The sheet's name; one word, so that a formula needs no quotes around it.
    pub(super) sheet: &'static str,
    /// What lies there.
    pub(super) table: &'a Table,
}

impl<'a> Placed<'a> {
    /// The column called `name`, from 0.
    pub(super) fn column(&self, name: &str) -> Option<u16> {
        let position = self.table.header.iter().position(|column| column == name)?;
        u16::try_from(position).ok()
    }

    /// The text of a cell of data row `row`, from 0.
    pub(super) fn cell(&self, row: usize, column: u16) -> &'a str {
        &self.table.rows[row][usize::from(column)]
    }

    /// A range of one column, from data row `first` to `last`, as a chart takes it.
    pub(super) fn range(
        &self,
        column: u16,
        first: usize,
        last: usize,
    ) -> (&'static str, u32, u16, u32, u16) {
        (
            self.sheet,
            sheet_row(first),
            column,
            sheet_row(last),
            column,
        )
    }
}

/// The sheet's row of a data row, both from 0. A workbook never has more rows than `WORKBOOK_CELLS`.
pub(super) fn sheet_row(row: usize) -> u32 {
    row as u32 + 1
}

/// A cell of CSV, typed by its text: what reads as a number is one, in whichever column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cell<'a> {
    /// Missing.
    Empty,
    /// `TRUE` or `FALSE`.
    Boolean(bool),
    /// A finite number.
    Number(f64),
    /// Anything else.
    Text(&'a str),
}

impl<'a> Cell<'a> {
    pub(super) fn of(text: &'a str) -> Cell<'a> {
        match text {
            "" => Cell::Empty,
            "TRUE" => Cell::Boolean(true),
            "FALSE" => Cell::Boolean(false),
            _ if starts_number(text) => match text.parse::<f64>() {
                Ok(number) if number.is_finite() => Cell::Number(number),
                _ => Cell::Text(text),
            },
            _ => Cell::Text(text),
        }
    }
}

/// A digit, after a sign if any: what keeps `inf`, `nan` and `infinity` text.
fn starts_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit())
}

/// Writes header and rows from the sheet's first cell.
///
/// # Errors
/// The first error that `rows` gives, or the workbook writer's refusal.
pub(super) fn write_table<R: Borrow<Vec<String>>>(
    sheet: &mut Worksheet,
    header: &[String],
    rows: impl Iterator<Item = Result<R>>,
) -> Result<()> {
    let kinds: Vec<Kind> = header.iter().map(|name| Kind::of(name)).collect();
    let formats: Vec<Format> = kinds.iter().map(|kind| kind.format()).collect();
    let mut longest = vec![0; header.len()];
    let mut count = 0;
    for row in rows {
        let row = row?;
        for (column, cell) in row.borrow().iter().enumerate().take(header.len()) {
            write_cell(
                sheet,
                (sheet_row(count), column as u16),
                cell,
                &formats[column],
            )?;
            longest[column] = longest[column].max(format::shown_width(kinds[column], cell));
        }
        count += 1;
    }
    dress(sheet, header, &longest, count)?;
    Ok(())
}

/// Header, filter, frozen panes and widths of a table of `count` rows.
fn dress(
    sheet: &mut Worksheet,
    header: &[String],
    longest: &[usize],
    count: usize,
) -> Result<(), XlsxError> {
    let bold = format::header();
    for (column, name) in header.iter().enumerate() {
        let column = column as u16;
        sheet.write_string_with_format(0, column, format::text(name), &bold)?;
        let width = format::width(name, longest[usize::from(column)]);
        sheet.set_column_width(column, width)?;
    }
    if let Some(last) = header.len().checked_sub(1) {
        sheet.autofilter(0, 0, sheet_row(count) - 1, last as u16)?;
    }
    sheet.set_freeze_panes(1, 1)?;
    Ok(())
}

/// Writes one cell with its type; an empty one is left out.
fn write_cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    match Cell::of(cell) {
        Cell::Empty => {}
        Cell::Boolean(value) => {
            sheet.write_boolean(row, column, value)?;
        }
        Cell::Number(value) => {
            sheet.write_number_with_format(row, column, value, format)?;
        }
        Cell::Text(value) => {
            sheet.write_string(row, column, format::text(value))?;
        }
    }
    Ok(())
}

/// Says in the sheet `name` that its table is left to its CSV file.
pub(super) fn write_note(sheet: &mut Worksheet, name: &str, rows: u64) -> Result<(), XlsxError> {
    let file = name.to_lowercase();
    let lines = [
        format!("The {rows} rows of {file}.csv are more than this workbook holds."),
        format!("They are in {file}.csv, in the same folder: a spreadsheet opens up to"),
        "1,048,575 rows of it, pandas and DuckDB any number.".to_owned(),
    ];
    sheet.set_column_width(0, 80)?;
    for (row, line) in (0..).zip(lines) {
        sheet.write_string(row, 0, line)?;
    }
    Ok(())
}
