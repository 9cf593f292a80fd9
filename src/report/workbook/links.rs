//! What the overview shows: for each heading, the cells of other sheets that it points at.

use std::collections::HashMap;

use rust_xlsxwriter::utility::row_col_to_cell_absolute;

use super::format::Kind;
use super::sheet::{Placed, sheet_row};

/// Headings and the summary's columns they show.
const SUMMARY: [(&str, &str); 11] = [
    ("Runs", "runs"),
    ("Converged", "converged"),
    ("Share converged", "rate"),
    ("… low", "rate_low"),
    ("… high", "rate_high"),
    ("Median epochs", "median_epochs"),
    ("Quarter by", "q25_epochs"),
    ("Three quarters by", "q75_epochs"),
    ("Best restart epoch", "best_restart_epoch"),
    (
        "Epochs to a success, restarting there",
        "best_restart_epochs",
    ),
    ("Mean accuracy", "accuracy_mean"),
];

/// Headings and the comparisons' columns they show.
const COMPARISONS: [(&str, &str); 4] = [
    ("Share minus baseline's", "rate_difference"),
    ("… low", "rate_difference_low"),
    ("… high", "rate_difference_high"),
    ("McNemar p (Holm)", "mcnemar_p_holm"),
];

/// A column of the overview: its heading and, a model each, the cell it points at.
pub(super) struct Column<'a> {
    pub(super) heading: String,
    pub(super) kind: Kind,
    pub(super) cells: Vec<Option<Target<'a>>>,
}

/// A cell of another sheet.
pub(super) struct Target<'a> {
    pub(super) address: String,
    pub(super) value: &'a str,
}

/// Every column that the tables have, in order.
pub(super) fn columns<'a>(
    summary: &Placed<'a>,
    comparisons: Option<&Placed<'a>>,
) -> Vec<Column<'a>> {
    let models = summary.table.rows.len();
    let own: Vec<Option<usize>> = (0..models).map(Some).collect();
    let mut columns: Vec<Column> = SUMMARY
        .iter()
        .map(|(heading, column)| ((*heading).to_owned(), (*column).to_owned()))
        .chain(predictions(summary))
        .filter_map(|(heading, column)| points_at(summary, &own, heading, &column))
        .collect();
    if let Some(comparisons) = comparisons {
        let rows = matching(summary, comparisons);
        columns.extend(COMPARISONS.iter().filter_map(|(heading, column)| {
            points_at(comparisons, &rows, (*heading).to_owned(), column)
        }));
    }
    columns
}

/// Headings and columns of the predictions: the median, and the share right where it is known.
fn predictions(summary: &Placed) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for name in &summary.table.header {
        let Some(query) = name
            .strip_suffix("_median")
            .filter(|query| query.starts_with("prediction_") && !query.ends_with("_converged"))
        else {
            continue;
        };
        let shown = query.trim_start_matches("prediction_").replace('_', " ");
        found.push((format!("Median prediction for {shown}"), name.clone()));
        found.push((
            format!("Share right for {shown}"),
            format!("{query}_correct_rate"),
        ));
    }
    found
}

fn points_at<'a>(
    source: &Placed<'a>,
    rows: &[Option<usize>],
    heading: String,
    column: &str,
) -> Option<Column<'a>> {
    let index = source.column(column)?;
    let cell = |row: usize| Target {
        address: format!(
            "{}!{}",
            source.sheet,
            row_col_to_cell_absolute(sheet_row(row), index)
        ),
        value: source.cell(row, index),
    };
    let cells: Vec<_> = rows.iter().map(|row| row.map(cell)).collect();
    // A column without any number (no query has a target, say) would only take space.
    let any = cells
        .iter()
        .flatten()
        .any(|target| !target.value.is_empty());
    any.then(|| Column {
        heading,
        kind: Kind::of(column),
        cells,
    })
}

/// For each model of the summary, its row in the comparisons.
fn matching(summary: &Placed, comparisons: &Placed) -> Vec<Option<usize>> {
    let (Some(model), Some(compared)) = (summary.column("model"), comparisons.column("model"))
    else {
        return vec![None; summary.table.rows.len()];
    };
    let rows: HashMap<&str, usize> = (0..comparisons.table.rows.len())
        .map(|row| (comparisons.cell(row, compared), row))
        .collect();
    (0..summary.table.rows.len())
        .map(|row| rows.get(summary.cell(row, model)).copied())
        .collect()
}
