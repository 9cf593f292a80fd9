//! What the overview shows: for each heading, the cells of other sheets that it points at.

use std::collections::HashMap;

use rust_xlsxwriter::utility::row_col_to_cell_absolute;

use super::sheet::{Sheet, sheet_row};
use crate::plan::Prediction;
use crate::report::comparisons::{MCNEMAR_P_HOLM, RATE_DIFFERENCE};
use crate::report::performance::{ACCURACY_MEAN, TEST_ACCURACY_MEAN};
use crate::report::shared::{HIGH, LOW, MEDIAN, MODEL};
use crate::report::summary::{
    BEST_RESTART_EPOCH, BEST_RESTART_EPOCHS, CONVERGED, CORRECT_RATE, MEDIAN_EPOCHS, Q25_EPOCHS,
    Q75_EPOCHS, RATE, RUNS,
};
use crate::results::columns::{Cell, Format};

/// Heading of the share of runs that converged.
pub(super) const SHARE: &str = "Share converged";
/// Heading of the lower end of the interval before it.
pub(super) const SHARE_LOW: &str = "… low";
/// Heading of the upper end of the interval before it.
pub(super) const SHARE_HIGH: &str = "… high";
/// Heading of the epochs by which half of the runs had converged.
pub(super) const HALF: &str = "Median epochs";
/// Heading of the epochs by which a quarter had.
pub(super) const QUARTER: &str = "Quarter by";
/// Heading of the epochs by which three quarters had.
pub(super) const THREE_QUARTERS: &str = "Three quarters by";

/// Heading of the mean share of rows that are right.
pub(super) const ACCURACY: &str = "Rows right";
/// Heading of the lower end of the interval before it.
pub(super) const ACCURACY_LOW: &str = "Rows right: low";
/// Heading of the upper end of the interval before it.
pub(super) const ACCURACY_HIGH: &str = "Rows right: high";

/// Headings, and what they show of the summary: an estimate, and which end of its interval.
const SUMMARY: [(&str, &str, &str); 11] = [
    ("Runs", RUNS, ""),
    ("Converged", CONVERGED, ""),
    (SHARE, RATE, ""),
    (SHARE_LOW, RATE, LOW),
    (SHARE_HIGH, RATE, HIGH),
    (HALF, MEDIAN_EPOCHS, ""),
    (QUARTER, Q25_EPOCHS, ""),
    (THREE_QUARTERS, Q75_EPOCHS, ""),
    ("Best restart epoch", BEST_RESTART_EPOCH, ""),
    (
        "Epochs to a success, restarting there",
        BEST_RESTART_EPOCHS,
        "",
    ),
    ("Mean accuracy", ACCURACY_MEAN, ""),
];

/// Headings and what they show of the comparisons.
const COMPARISONS: [(&str, &str, &str); 4] = [
    ("Share minus baseline's", RATE_DIFFERENCE, ""),
    ("… low", RATE_DIFFERENCE, LOW),
    ("… high", RATE_DIFFERENCE, HIGH),
    ("McNemar p (Holm)", MCNEMAR_P_HOLM, ""),
];

/// A column of the overview: its heading and, a model each, the cell it points at.
pub(super) struct Column<'a> {
    pub(super) heading: String,
    pub(super) format: Format,
    pub(super) cells: Vec<Option<Target<'a>>>,
}

/// A cell of another sheet.
pub(super) struct Target<'a> {
    pub(super) address: String,
    pub(super) value: &'a Cell<'static>,
}

/// Every column that has a number, in order.
pub(super) fn columns<'a>(
    summary: &'a Sheet,
    comparisons: Option<&'a Sheet>,
    predictions: &[Prediction],
) -> Vec<Column<'a>> {
    let own: Vec<Option<usize>> = (0..summary.rows.len()).map(Some).collect();
    let fixed = SUMMARY.map(|(heading, name, end)| (heading.to_owned(), format!("{name}{end}")));
    let accuracy = accuracy(summary).into_iter().flat_map(|name| {
        let ends = [(ACCURACY, ""), (ACCURACY_LOW, LOW), (ACCURACY_HIGH, HIGH)];
        ends.map(|(heading, end)| (heading.to_owned(), format!("{name}{end}")))
    });
    let mut columns: Vec<Column> = accuracy
        .chain(fixed)
        .chain(predictions.iter().flat_map(predicted))
        .filter_map(|(heading, name)| points_at(summary, &own, heading, &name))
        .collect();
    if let Some(comparisons) = comparisons {
        let rows = matching(summary, comparisons);
        columns.extend(COMPARISONS.iter().filter_map(|(heading, name, end)| {
            let name = format!("{name}{end}");
            points_at(comparisons, &rows, (*heading).to_owned(), &name)
        }));
    }
    columns
}

/// The column of the mean accuracy that a study with classes or held-out rows is about: that of
/// test rows; of training rows, where no row is a test row.
pub(super) fn accuracy(summary: &Sheet) -> Option<&'static str> {
    let has = |name: &str| summary.heads.iter().any(|head| head.name == name);
    match (has(TEST_ACCURACY_MEAN), has("accuracy_sd")) {
        (true, _) => Some(TEST_ACCURACY_MEAN),
        (false, true) => Some(ACCURACY_MEAN),
        (false, false) => None,
    }
}

/// Headings and columns of a prediction: the median, and the share right where it is known.
fn predicted(prediction: &Prediction) -> [(String, String); 2] {
    let name = &prediction.name;
    let shown = name.trim_start_matches("prediction_").replace('_', " ");
    [
        (
            format!("Median prediction for {shown}"),
            format!("{name}{MEDIAN}"),
        ),
        (
            format!("Share right for {shown}"),
            format!("{name}{CORRECT_RATE}"),
        ),
    ]
}

fn points_at<'a>(
    source: &'a Sheet,
    rows: &[Option<usize>],
    heading: String,
    name: &str,
) -> Option<Column<'a>> {
    let column = source.place(name);
    let cell = |row: usize| Target {
        address: format!(
            "{}!{}",
            source.name,
            row_col_to_cell_absolute(sheet_row(row), column)
        ),
        value: source.cell(row, column),
    };
    let cells: Vec<_> = rows.iter().map(|row| row.map(cell)).collect();
    // A column without any number (no query has a target, say) would only take space.
    let any = cells
        .iter()
        .flatten()
        .any(|target| *target.value != Cell::Empty);
    any.then(|| Column {
        heading,
        format: source.heads[usize::from(column)].format,
        cells,
    })
}

/// For each model of the summary, its row in the comparisons.
fn matching(summary: &Sheet, comparisons: &Sheet) -> Vec<Option<usize>> {
    let (model, compared) = (summary.place(MODEL), comparisons.place(MODEL));
    let rows: HashMap<&str, usize> = (0..comparisons.rows.len())
        .map(|row| (comparisons.text(row, compared), row))
        .collect();
    (0..summary.rows.len())
        .map(|row| rows.get(summary.text(row, model)).copied())
        .collect()
}
