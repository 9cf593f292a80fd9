//! The derived tables: every file has the columns that columns.csv describes, and every row has
//! a cell for each.

use std::collections::HashSet;

use super::{MANIFEST, Made, made, plan};
use crate::report::columns::{self, ColumnRow};
use crate::report::{comparisons, curves, failures, rounding, summary, survival};
use crate::results::RunRows;
use crate::results::columns::{Cell, Columns, Format, Head, same_value};
use crate::statistics::RoundingCounts;
use crate::training::Status;

/// A table with the cells of its rows, and its bytes.
struct Table {
    file: &'static str,
    heads: Vec<Head>,
    rows: Vec<Vec<Cell<'static>>>,
    csv: String,
}

impl Table {
    fn new<R>(file: &'static str, columns: &Columns<R>, rows: impl Iterator<Item = R>) -> Table {
        let mut csv = String::new();
        columns.write_header(&mut csv);
        let cells = rows.map(|row| {
            columns.write_row(&row, &mut csv);
            let cells = columns.cells(&row).into_iter();
            cells.map(Cell::into_owned).collect()
        });
        Table {
            file,
            heads: columns.heads(),
            rows: cells.collect(),
            csv,
        }
    }

    /// The cells of a column as the file has them.
    fn column(&self, name: &str) -> Vec<String> {
        let at = self.heads.iter().position(|head| head.name == name);
        let at = at.unwrap_or_else(|| panic!("{} has no {name}", self.file));
        self.rows.iter().map(|row| row[at].to_csv()).collect()
    }
}

fn tables(made: &Made) -> Vec<Table> {
    let Made { plan, findings, .. } = made;
    let counts = RoundingCounts::default();
    let roundings = vec![counts.estimate(&plan.manifest.statistics); plan.models.len()];
    vec![
        Table::new(
            "summary.csv",
            &summary::columns(plan),
            summary::rows(plan, &findings.summaries, &findings.pooled),
        ),
        Table::new(
            "comparisons.csv",
            &comparisons::columns(plan),
            comparisons::rows(plan, &findings.comparisons, &findings.pooled),
        ),
        Table::new(
            "survival.csv",
            &survival::columns(plan),
            survival::rows(plan, &findings.survival),
        ),
        Table::new(
            "failures.csv",
            &failures::columns(plan),
            failures::rows(plan, &findings.endings),
        ),
        Table::new(
            "curves.csv",
            &curves::columns(),
            curves::rows(plan, &findings.curves),
        ),
        Table::new(
            "rounding.csv",
            &rounding::columns(plan),
            rounding::rows(plan, &roundings),
        ),
        Table::new("columns.csv", &columns::columns(), columns::rows(plan)),
    ]
}

fn names(heads: &[Head]) -> Vec<&str> {
    heads.iter().map(|head| head.name.as_str()).collect()
}

#[test]
fn every_column_of_every_file_is_described_in_order() {
    let made = made(MANIFEST, &[0, 30, 50]);
    let described: Vec<ColumnRow> = columns::rows(&made.plan).collect();
    let of = |file: &str| -> Vec<&str> {
        let rows = described.iter().filter(|row| row.file == file);
        rows.map(|row| row.head.name.as_str()).collect()
    };
    assert_eq!(of("runs.csv"), RunRows::new(&made.plan).names());
    assert_eq!(of("losses.csv"), ["model", "seed", "epoch", "mse"]);
    for table in tables(&made) {
        assert_eq!(of(table.file), names(&table.heads), "{}", table.file);
        assert!(!table.rows.is_empty(), "{}", table.file);
        for row in &table.rows {
            assert_eq!(row.len(), table.heads.len(), "{}", table.file);
        }
    }
}

#[test]
fn every_column_has_a_name_of_its_own_and_a_meaning() {
    let described: Vec<ColumnRow> = columns::rows(&plan(MANIFEST)).collect();
    let mut seen = HashSet::new();
    for row in &described {
        assert!(seen.insert((row.file, &row.head.name)), "twice: {row:?}");
        assert!(!row.head.name.is_empty(), "{row:?}");
        assert!(row.head.meaning.len() > 3, "{row:?}");
    }
    let files: HashSet<&str> = described.iter().map(|row| row.file).collect();
    assert_eq!(files.len(), 9, "{files:?}");
}

#[test]
fn every_table_but_columns_names_its_model_first() {
    let rows: Vec<ColumnRow> = columns::rows(&plan(MANIFEST)).collect();
    let mut before = "";
    for row in rows.iter().filter(|row| row.file != "columns.csv") {
        let first = row.file != before;
        assert_eq!(
            first,
            row.head.name == crate::report::shared::MODEL,
            "{row:?}"
        );
        before = row.file;
    }
}

#[test]
fn intervals_are_described_as_the_manifest_asks_for_them() {
    let described: Vec<ColumnRow> = columns::rows(&plan(MANIFEST)).collect();
    let head = |file: &str, column: &str| {
        let mut rows = described.iter();
        let found = rows.find(|row| row.file == file && row.head.name == column);
        &found.unwrap_or_else(|| panic!("{file} {column}")).head
    };
    assert_eq!(
        head("summary.csv", "rate_low").source,
        "Clopper & Pearson 1934"
    );
    for (file, column, meaning) in [
        (
            "summary.csv",
            "rate_low",
            "lower end of the interval of rate (90% interval)",
        ),
        (
            "summary.csv",
            "median_epochs_high",
            "upper end of the interval of median_epochs; empty if not reached, or of too few runs (90% interval)",
        ),
        (
            "survival.csv",
            "not_converged_high",
            "upper end of the interval of not_converged at this epoch alone, pointwise: a band of all epochs together would be wider (90% interval)",
        ),
        (
            "summary.csv",
            "prediction_1_-2_output_1_correct_rate_low",
            "lower end of the interval of the share closer than 0.5 to the target, of the final outputs of all runs for inputs 1 -2: output 1; outputs that are not finite are left out, but are wrong (90% interval)",
        ),
    ] {
        assert_eq!(head(file, column).meaning, meaning, "{file} {column}");
    }
    let status = head("runs.csv", "status");
    assert!(status.meaning.contains("0.99 times mse_at_90_percent"));
    let prediction = head("summary.csv", "prediction_0.5_1_output_2_converged_iqm");
    assert!(
        prediction
            .meaning
            .contains("converged runs only for inputs 0.5 1: output 2")
    );
}

#[test]
fn columns_have_fitting_formats() {
    let described: Vec<ColumnRow> = columns::rows(&plan(MANIFEST)).collect();
    for (file, column, format) in [
        ("summary.csv", "rate_low", Format::Percent),
        (
            "summary.csv",
            "prediction_0.5_1_output_1_converged_correct_rate_high",
            Format::Percent,
        ),
        (
            "comparisons.csv",
            "prediction_0.5_1_output_1_p_holm",
            Format::Scientific,
        ),
        ("comparisons.csv", "logrank_p", Format::Scientific),
        (
            "comparisons.csv",
            "restricted_mean_difference_low",
            Format::Epochs,
        ),
        ("runs.csv", "seed", Format::Seed),
        ("failures.csv", "example_seed", Format::Seed),
        ("summary.csv", "median_epochs_high", Format::Epochs),
        ("runs.csv", "epochs", Format::Count),
        ("curves.csv", "mse_q05", Format::Scientific),
        (
            "summary.csv",
            "prediction_0.5_1_output_1_mean",
            Format::Output,
        ),
        ("summary.csv", "learning_rate", Format::General),
        ("runs.csv", "weights_hash", Format::General),
    ] {
        let mut rows = described.iter();
        let found = rows.find(|row| row.file == file && row.head.name == column);
        let found = found.unwrap_or_else(|| panic!("{file} {column}"));
        assert_eq!(found.head.format, format, "{file} {column}");
    }
}

#[test]
fn cells_hold_the_numbers_and_nothing_where_there_is_none() {
    let made = made(MANIFEST, &[0, 30, 50]);
    let tables = tables(&made);
    let table = |name: &str| tables.iter().find(|table| table.file == name).unwrap();
    let summary = table("summary.csv");
    assert_eq!(
        summary.column("model"),
        ["single-neuron", "hidden-2", "hidden-3"]
    );
    assert_eq!(summary.column("rate"), ["0", "0.6", "1"]);
    assert_eq!(summary.column("rate_low")[0], "0");
    assert_eq!(summary.column("rate_high")[2], "1");
    assert_eq!(summary.column("median_epochs"), ["", "250", "250"]);
    assert_eq!(
        summary.column("mean_epochs_of_converged"),
        ["", "155", "255"]
    );
    assert_eq!(summary.column("diverged"), ["7", "3", "0"]);
    // No target, no correctness; nothing converged, no mean.
    assert_eq!(
        summary.column("prediction_1_-2_output_1_correct_rate"),
        [""; 3]
    );
    assert_eq!(
        summary.column("prediction_0.5_1_output_1_converged_mean")[0],
        ""
    );
    let comparisons = table("comparisons.csv");
    assert_eq!(comparisons.column("model"), ["hidden-2", "hidden-3"]);
    assert_eq!(comparisons.column("baseline"), ["single-neuron"; 2]);
    assert_eq!(comparisons.column("only_model_converged"), ["30", "50"]);
    assert_eq!(comparisons.column("rate_ratio"), ["", ""]);
    assert_eq!(
        comparisons.column("prediction_1_-2_output_2_p_holm"),
        ["", ""]
    );
    let failures = table("failures.csv");
    let stuck = Status::Stuck.word().to_owned();
    assert!(failures.column("status").contains(&stuck));
    assert!(failures.column("wrong_rows").contains(&"r1 r4".to_owned()));
    assert_eq!(table("curves.csv").column("mse_median")[1], "0.25");
    assert_eq!(table("survival.csv").column("epoch")[..2], ["0", "1000"]);
}

#[test]
fn tables_read_back_from_their_bytes() {
    for table in tables(&made(MANIFEST, &[0, 30, 50])) {
        let file = table.file;
        assert!(table.csv.ends_with("\r\n"), "{file}");
        let mut reader = csv::Reader::from_reader(table.csv.as_bytes());
        assert_eq!(reader.headers().unwrap(), names(&table.heads), "{file}");
        let read: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(read.len(), table.rows.len(), "{file}");
        for (read, row) in read.iter().zip(&table.rows) {
            for (text, cell) in read.iter().zip(row) {
                match cell {
                    Cell::Text(expected) => assert_eq!(text, expected, "{file}"),
                    Cell::Empty | Cell::Truth(_) | Cell::Whole(_) | Cell::Number(_) => {
                        assert!(same_value(text, &cell.to_csv()), "{file}: {text} {cell:?}");
                    }
                }
            }
        }
    }
}
