//! `workbook.xlsx`: the results folder's tables as one spreadsheet with charts, as bytes.
//!
//! Every sheet but Overview is one CSV file, value for value: numbers are numbers,
//! booleans are booleans, and text is written as text, so no cell can start a formula.
//! Overview holds no number of its own: its cells are formulas that point at the cell
//! a number comes from. No clock is read, so the same tables give the same bytes.
//!
//! A workbook holds at most [`WORKBOOK_CELLS`] cells. A table that would go beyond is left
//! to its CSV file, and its sheet says so: a cell takes some 170 bytes and 0.8 µs while a
//! workbook is made, and the report must cost little beside the training that it reports.
//! The hard limit of the format, 1,048,576 rows in a sheet, lies above.

mod charts;
mod format;
mod links;
mod overview;
mod sheet;
#[cfg(test)]
mod tests;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::error::{Error, Result};
use crate::plan::Prediction;
use crate::results::columns::{Cell, Head};
use crate::results::folder::RUNS;
pub use sheet::{Sheet, WORKBOOK_CELLS};
use sheet::{write_note, write_table};

/// What the workbook shows: the tables, one a sheet.
pub struct Sources<'a> {
    /// The manifest's name.
    pub name: &'a str,
    /// The manifest's question; may be empty.
    pub description: &'a str,
    /// What is predicted, of which the overview shows a part.
    pub predictions: &'a [Prediction],
    /// summary.csv.
    pub summary: &'a Sheet,
    /// comparisons.csv.
    pub comparisons: &'a Sheet,
    /// runs.csv, row by row.
    pub runs: Runs<'a>,
    /// failures.csv.
    pub failures: &'a Sheet,
    /// confusion.csv, of studies with classes.
    pub confusion: Option<&'a Sheet>,
    /// curves.csv.
    pub curves: &'a Sheet,
    /// columns.csv.
    pub columns: &'a Sheet,
}

/// runs.csv as a stream: rows are asked for only if they fit in the workbook.
pub struct Runs<'a> {
    /// What is known of its columns.
    pub heads: &'a [Head],
    /// Number of rows.
    pub count: u64,
    /// The rows' cells in canonical order.
    pub rows: &'a mut dyn Iterator<Item = Vec<Cell<'static>>>,
}

/// The bytes of `workbook.xlsx`.
///
/// # Errors
/// The workbook writer's own refusal.
pub fn workbook(sources: Sources<'_>) -> Result<Vec<u8>> {
    let fits = Fits::new(&sources);
    let mut book = Workbook::new();
    book.set_properties(&properties(sources.name)?);
    // Overview comes first for the reader but is written last, when it is known where
    // every number lies.
    book.add_worksheet().set_name("Overview")?;
    let summary = add(&mut book, sources.summary, fits.summary)?;
    let comparisons = add(&mut book, sources.comparisons, fits.comparisons)?;
    add_runs(&mut book, sources.runs, fits.runs)?;
    add(&mut book, sources.failures, fits.failures)?;
    if let Some(confusion) = sources.confusion {
        add(&mut book, confusion, fits.confusion)?;
    }
    let curves = add(&mut book, sources.curves, fits.curves)?;
    add(&mut book, sources.columns, fits.columns)?;

    if let Some(curves) = curves {
        charts::losses(book.worksheet_from_name(curves.name)?, curves)?;
    }
    let found = overview::Found {
        name: sources.name,
        description: sources.description,
        predictions: sources.predictions,
        summary,
        comparisons,
        curves,
    };
    overview::write(book.worksheet_from_name("Overview")?, &found)?;
    Ok(book.save_to_buffer()?)
}

/// Which tables get a sheet of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fits {
    summary: bool,
    comparisons: bool,
    failures: bool,
    confusion: bool,
    columns: bool,
    curves: bool,
    runs: bool,
}

impl Fits {
    /// Shares the workbook's cells out, what people ask for first before the details.
    fn new(sources: &Sources) -> Fits {
        let mut left = WORKBOOK_CELLS;
        let mut take = |rows: u64, columns: usize| {
            // One row more for the header; the format ends at 16,384 columns.
            let cells = (rows + 1).saturating_mul(columns as u64);
            let fits = cells <= left && columns <= 16_384;
            left -= if fits { cells } else { 0 };
            fits
        };
        let mut table = |sheet: &Sheet| take(sheet.count, sheet.heads.len());
        Fits {
            columns: table(sources.columns),
            summary: table(sources.summary),
            comparisons: table(sources.comparisons),
            failures: table(sources.failures),
            confusion: sources.confusion.is_some_and(&mut table),
            curves: table(sources.curves),
            runs: take(sources.runs.count, sources.runs.heads.len()),
        }
    }
}

/// Document properties with a fixed date, 1980-01-01: the first day that a zip file can name.
fn properties(name: &str) -> Result<DocProperties, XlsxError> {
    Ok(DocProperties::new()
        .set_title(format::text(name))
        .set_comment("Made by Seedbed from the CSV files of the same folder")
        .set_creation_datetime(&ExcelDateTime::from_ymd(1980, 1, 1)?))
}

/// Adds a sheet with the whole of its table, or with the note that it is left to its file.
fn add<'a>(book: &mut Workbook, source: &'a Sheet, fits: bool) -> Result<Option<&'a Sheet>> {
    let sheet = book.add_worksheet();
    sheet.set_name(source.name)?;
    if !fits {
        write_note(sheet, source.file, source.count)?;
        return Ok(None);
    }
    write_table(sheet, &source.heads, source.rows.iter())?;
    Ok(Some(source))
}

fn add_runs(book: &mut Workbook, runs: Runs<'_>, fits: bool) -> Result<(), XlsxError> {
    let sheet = book.add_worksheet();
    sheet.set_name("Runs")?;
    if fits {
        write_table(sheet, runs.heads, runs.rows)
    } else {
        write_note(sheet, RUNS, runs.count)
    }
}

/// The workbook writer's refusal as the crate's error.
impl From<XlsxError> for Error {
    fn from(source: XlsxError) -> Error {
        Error::Io {
            action: "write",
            path: "workbook.xlsx".into(),
            source: std::io::Error::other(source),
        }
    }
}
