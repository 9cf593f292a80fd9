//! The first sheet: charts, then one line a model with the numbers people ask for first.
//!
//! Every number is a formula that points at the cell it comes from, with that cell's
//! value stored as the formula's last result, so a viewer that calculates nothing
//! shows it too.

use rust_xlsxwriter::{
    Format, Formula, Url, Worksheet, XlsxError, utility::row_col_to_cell_absolute,
};

use super::charts::{self, Bars};
use super::format;
use super::links::{
    ACCURACY, ACCURACY_HIGH, ACCURACY_LOW, Column, HALF, QUARTER, SHARE, SHARE_HIGH, SHARE_LOW,
    THREE_QUARTERS, Target, accuracy, columns,
};
use super::sheet::{Sheet, number, sheet_row};
use crate::plan::Prediction;
use crate::report::shared::MODEL;
use crate::report::summary::{MEDIAN_EPOCHS, Q75_EPOCHS, RATE};
use crate::results::columns::Cell;

/// Rows above the charts, of the charts, and the first row of the table's data.
const CHARTS: u32 = 4;
const HEADER: u32 = 23;
const FIRST: u32 = HEADER + 1;
/// Characters of a column of numbers.
const WIDTH: f64 = 13.0;

/// What the other sheets hold; a table that was left to its file is `None`.
pub(super) struct Found<'a> {
    pub(super) name: &'a str,
    pub(super) description: &'a str,
    pub(super) predictions: &'a [Prediction],
    pub(super) summary: Option<&'a Sheet>,
    pub(super) comparisons: Option<&'a Sheet>,
    pub(super) curves: Option<&'a Sheet>,
}

/// Writes the whole sheet.
pub(super) fn write(sheet: &mut Worksheet, found: &Found) -> Result<(), XlsxError> {
    let title = Format::new().set_bold().set_font_size(16);
    let quiet = Format::new().set_font_color("#555555");
    sheet.write_string_with_format(0, 0, format::text(found.name), &title)?;
    sheet.write_string(1, 0, format::text(found.description))?;
    sheet.write_string_with_format(
        2,
        0,
        "Every number of the table below the charts is a formula that points at its source in another sheet; the sheets are the CSV files of this folder.",
        &quiet,
    )?;
    sheet.set_column_width(0, 26)?;
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    let Some(summary) = found.summary else {
        let place = "The models are too many for this workbook: they are in summary.csv, in the same folder.";
        sheet.write_string(CHARTS, 0, place)?;
        return Ok(());
    };
    let columns = columns(summary, found.comparisons, found.predictions);
    write_table(sheet, summary, &columns)?;
    let bars = error_bars(sheet, &columns)?;
    insert_charts(sheet, found, summary, &bars)
}

fn write_table(
    sheet: &mut Worksheet,
    summary: &Sheet,
    columns: &[Column],
) -> Result<(), XlsxError> {
    let head = format::header().set_text_wrap();
    let link = format::link();
    sheet.write_string_with_format(HEADER, 0, "Model", &head)?;
    let model = summary.place(MODEL);
    for row in 0..summary.rows.len() {
        let url = Url::new(format!("internal:{}!A{}", summary.name, sheet_row(row) + 1))
            .set_text(format::text(summary.text(row, model)));
        sheet.write_url_with_format(FIRST + row as u32, 0, url, &link)?;
    }
    for (position, column) in columns.iter().enumerate() {
        let place = position as u16 + 1;
        sheet.write_string_with_format(HEADER, place, &column.heading, &head)?;
        sheet.set_column_width(place, WIDTH)?;
        let format = format::of(column.format);
        for (row, target) in column.cells.iter().enumerate() {
            if let Some(target) = target {
                write_link(sheet, (FIRST + row as u32, place), target, &format)?;
            }
        }
    }
    sheet.set_row_height(HEADER, 64)?;
    Ok(())
}

/// A formula that shows the target's value; nothing where the target is empty, since it would show 0.
fn write_link(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    target: &Target,
    format: &Format,
) -> Result<(), XlsxError> {
    if *target.value != Cell::Empty {
        let result = target.value.to_csv();
        let formula = Formula::new(format!("={}", target.address)).set_result(result);
        sheet.write_formula_with_format(row, column, formula, format)?;
    }
    Ok(())
}

/// Where the lengths of error bars were put: the first of two columns, down then up.
struct ErrorBars {
    accuracy: Option<u16>,
    rate: Option<u16>,
    epochs: Option<u16>,
}

/// Writes the lengths of error bars right of the table: excel's charts take lengths, not ends.
fn error_bars(sheet: &mut Worksheet, columns: &[Column]) -> Result<ErrorBars, XlsxError> {
    let place = |heading: &str| columns.iter().position(|column| column.heading == heading);
    let mut next = columns.len() as u16 + 2;
    let mut lengths = |middle, low, high| -> Result<Option<u16>, XlsxError> {
        let (Some(middle), Some(low), Some(high)) = (place(middle), place(low), place(high)) else {
            return Ok(None);
        };
        let first = next;
        next += 2;
        for (offset, from, to) in [(0, low, middle), (1, middle, high)] {
            let heading = ["Bar down", "Bar up"][usize::from(offset)];
            let text = format!("{heading}: {}", columns[middle].heading.to_lowercase());
            let head = format::header().set_text_wrap();
            sheet.write_string_with_format(HEADER, first + offset, text, &head)?;
            sheet.set_column_width(first + offset, WIDTH)?;
            write_lengths(
                sheet,
                first + offset,
                (&columns[from], from),
                (&columns[to], to),
            )?;
        }
        Ok(Some(first))
    };
    Ok(ErrorBars {
        accuracy: lengths(ACCURACY, ACCURACY_LOW, ACCURACY_HIGH)?,
        rate: lengths(SHARE, SHARE_LOW, SHARE_HIGH)?,
        epochs: lengths(HALF, QUARTER, THREE_QUARTERS)?,
    })
}

/// One column of differences `to − from` between two columns of this sheet.
fn write_lengths(
    sheet: &mut Worksheet,
    place: u16,
    (from, from_position): (&Column, usize),
    (to, to_position): (&Column, usize),
) -> Result<(), XlsxError> {
    let format = format::of(to.format);
    for (row, ends) in from.cells.iter().zip(&to.cells).enumerate() {
        let (Some(from), Some(to)) = ends else {
            continue;
        };
        let (Some(low), Some(high)) = (number(from.value), number(to.value)) else {
            continue;
        };
        let row = FIRST + row as u32;
        let cell = |position: usize| row_col_to_cell_absolute(row, position as u16 + 1);
        let formula = Formula::new(format!("={}-{}", cell(to_position), cell(from_position)))
            .set_result((high - low).to_string());
        sheet.write_formula_with_format(row, place, formula, &format)?;
    }
    Ok(())
}

fn insert_charts(
    sheet: &mut Worksheet,
    found: &Found,
    summary: &Sheet,
    bars: &ErrorBars,
) -> Result<(), XlsxError> {
    let lengths = |first: Option<u16>| first.map(|first| ("Overview", FIRST, first, first + 1));
    let accuracy = accuracy(summary).and_then(|column| {
        let bars = Bars {
            title: "Share of rows that are right, mean with interval",
            axis: "share of rows",
            number_format: "0%",
            end: Some(1.0),
            column: summary.place(column),
            errors: lengths(bars.accuracy),
        };
        charts::bars(summary, &bars)
    });
    let rate = charts::bars(
        summary,
        &Bars {
            title: "Share of runs that converged, with interval",
            axis: "share of runs",
            number_format: "0%",
            end: Some(1.0),
            column: summary.place(RATE),
            errors: lengths(bars.rate),
        },
    );
    let epochs = charts::bars(
        summary,
        &Bars {
            title: "Median epochs to convergence, with quartiles",
            axis: "epochs",
            number_format: "#,##0",
            end: charts::axis_end(summary, summary.place(Q75_EPOCHS)),
            column: summary.place(MEDIAN_EPOCHS),
            errors: lengths(bars.epochs),
        },
    );
    let learning = found.curves.and_then(charts::learning);
    let charts = [accuracy, rate, epochs, learning].into_iter().flatten();
    for (position, chart) in charts.enumerate() {
        let across = position as u32 * (charts::SIZE.0 + 10);
        sheet.insert_chart_with_offset(CHARTS, 0, &chart, across, 0)?;
    }
    Ok(())
}
