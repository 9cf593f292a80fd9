use std::io::{Cursor, Read};

use rust_xlsxwriter::utility::{row_col_to_cell, row_col_to_cell_absolute};

use super::*;
use crate::plan::Plan;
use crate::report::tests::Made;
use crate::report::{columns, comparisons, curves, failures, summary};
use crate::results::RunRows;
use crate::results::columns::Format;
use crate::results::folder::{COLUMNS, COMPARISONS, CURVES, FAILURES, SUMMARY};
use crate::training::Outcome;

/// The single neuron never converges, four hidden neurons always do; nothing says what is
/// right for the prediction.
const MANIFEST: &str = r#"
name = "made-up"
[data]
inputs = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [0, 1, 0], [1, 0, 0]]
targets = [0, 1, 1, 1, 1]
[[predict]]
input = [1, 1, 0]
[network]
hidden = [0, 4]
[training]
epochs = 2000
[seeds]
count = 2
"#;
const PREDICTION: &str = "prediction_1_1_0";

fn outcome(_: &Plan, model: usize, seed: u64) -> Outcome {
    let converged = model == 1;
    Outcome {
        seed,
        epochs: 2000,
        convergence_epoch: converged.then_some(1350 + 25 * seed),
        mse: if converged { 1e-300 } else { 0.25 },
        mse_at_90_percent: None,
        max_abs_error: 0.5,
        wrong_rows: if converged { vec![] } else { vec![2, 4] }
            .into_iter()
            .collect(),
        gradient_norm: 0.1,
        predictions: vec![if converged { 0.0078876 } else { 0.3 }],
        judged: crate::training::Judged::default(),
        finite: true,
        weights_hash: seed,
    }
}

/// What a sheet of runs is made of.
struct Table {
    heads: Vec<Head>,
    rows: Vec<Vec<Cell<'static>>>,
}

/// The study's own runs.csv.
fn runs() -> Table {
    let made = Made::new(MANIFEST, outcome);
    let columns = RunRows::new(&made.plan);
    Table {
        heads: columns.heads().to_vec(),
        rows: made.runs.iter().map(|run| columns.typed(run)).collect(),
    }
}

/// A table of other cells in its place.
fn other(names: &[&str], rows: Vec<Vec<Cell<'static>>>) -> Table {
    let head = |name: &&str| Head {
        name: (*name).to_owned(),
        meaning: String::new(),
        unit: "",
        source: "",
        format: Format::General,
    };
    Table {
        heads: names.iter().map(head).collect(),
        rows,
    }
}

/// The workbook of the study, with these runs, of which it is told that they are `count`.
fn build(runs: Table, count: Option<u64>) -> Vec<u8> {
    let count = count.unwrap_or(runs.rows.len() as u64);
    let (heads, rows) = (&runs.heads, &mut runs.rows.into_iter());
    let Made { plan, findings, .. } = &Made::new(MANIFEST, outcome);
    workbook(Sources {
        name: "=1+1",
        description: "Does it?",
        predictions: &plan.predictions(),
        summary: &summary_sheet(),
        comparisons: &Sheet::new(
            "Comparisons",
            COMPARISONS,
            &comparisons::columns(plan),
            comparisons::rows(plan, &findings.comparisons, &findings.pooled),
        ),
        runs: Runs { heads, count, rows },
        failures: &Sheet::new(
            "Failures",
            FAILURES,
            &failures::columns(plan),
            failures::rows(plan, &findings.endings),
        ),
        confusion: None,
        curves: &curves_sheet(),
        columns: &Sheet::new("Columns", COLUMNS, &columns::columns(), columns::rows(plan)),
    })
    .unwrap()
}

fn summary_sheet() -> Sheet {
    let Made { plan, findings, .. } = &Made::new(MANIFEST, outcome);
    let rows = summary::rows(plan, &findings.summaries, &findings.pooled);
    Sheet::new("Summary", SUMMARY, &summary::columns(plan), rows)
}

fn curves_sheet() -> Sheet {
    let Made { plan, findings, .. } = &Made::new(MANIFEST, outcome);
    let rows = curves::rows(plan, &findings.curves);
    Sheet::new("Curves", CURVES, &curves::columns(), rows)
}

/// The parts of the workbook made from `runs`, by name.
fn parts(runs: Table, count: Option<u64>) -> Vec<(String, String)> {
    let bytes = build(runs, count);
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut part = archive.by_index(index).unwrap();
            let mut text = String::new();
            part.read_to_string(&mut text).unwrap();
            (part.name().unwrap().into_owned(), text)
        })
        .collect()
}

fn part(parts: &[(String, String)], name: &str) -> String {
    let found = parts.iter().find(|(part, _)| part == name);
    found.unwrap_or_else(|| panic!("no {name}")).1.clone()
}

/// The XML of the cell of a data row (from 0) in a column (from 0); `None` if there is none.
fn cell(sheet: &str, row: usize, column: usize) -> Option<&str> {
    let name = row_col_to_cell(row as u32 + 1, column as u16);
    let (_, rest) = sheet.split_once(&format!("<c r=\"{name}\""))?;
    rest.split_once("</c>").map(|(cell, _)| cell)
}

/// What a formula calls a cell of a sheet.
fn address(sheet: &Sheet, row: usize, column: &str) -> String {
    let cell = row_col_to_cell_absolute(row as u32 + 1, sheet.place(column));
    format!("{}!{cell}", sheet.name)
}

#[test]
fn the_same_tables_give_the_same_bytes_later_on() {
    let first = build(runs(), None);
    // The writer's own creation date, were it used, counts whole seconds.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert_eq!(first, build(runs(), None));
    let properties = part(&parts(runs(), None), "docProps/core.xml");
    assert!(properties.contains("1980-01-01T00:00:00Z"), "{properties}");
}

#[test]
fn every_cell_keeps_its_type() {
    let cells = vec![
        Cell::Empty,
        Cell::Truth(true),
        Cell::Truth(false),
        Cell::Whole(0),
        Cell::Whole(999_999_999_999_999),
        Cell::Number(-1e-300),
        Cell::Text("8x4".into()),
        Cell::Text("4".into()),
        Cell::Text("inf".into()),
        Cell::Text("1e999".into()),
        Cell::Text("TRUE".into()),
    ];
    let texts = cells.len() - 6;
    let names = vec!["x"; cells.len()];
    let parts = parts(other(&names, vec![cells]), None);
    let sheet = part(&parts, "xl/worksheets/sheet4.xml");
    assert_eq!(cell(&sheet, 0, 0), None);
    assert_eq!(cell(&sheet, 0, 1), Some(" t=\"b\"><v>1</v>"), "{sheet}");
    assert_eq!(cell(&sheet, 0, 2), Some(" t=\"b\"><v>0</v>"), "{sheet}");
    for (column, number) in [(3, 0.0), (4, 999_999_999_999_999.0), (5, -1e-300)] {
        let content = cell(&sheet, 0, column).unwrap();
        assert!(!content.contains("t="), "{content}");
        let (_, value) = content.split_once("<v>").unwrap();
        assert_eq!(value.trim_end_matches("</v>").parse(), Ok(number));
    }
    for text in 0..texts {
        let content = cell(&sheet, 0, 6 + text).unwrap();
        assert!(content.starts_with(" t=\"s\""), "{content}");
    }
}

#[test]
fn numbers_are_numbers_and_booleans_booleans() {
    let table = runs();
    let place = |name: &str| {
        table
            .heads
            .iter()
            .position(|head| head.name == name)
            .unwrap()
    };
    let sheet = part(&parts(runs(), None), "xl/worksheets/sheet4.xml");
    let cell = |row: usize, name: &str| cell(&sheet, row, place(name));
    // Two runs of the single neuron, then two with four hidden neurons.
    assert_eq!(cell(0, "converged"), Some(" t=\"b\"><v>0</v>"), "{sheet}");
    assert_eq!(cell(2, "converged"), Some(" t=\"b\"><v>1</v>"), "{sheet}");
    for (row, name, value) in [
        (0, "hidden", "<v>0</v>"),
        (2, "hidden", "<v>4</v>"),
        (0, "mse", "<v>0.25</v>"),
        (2, PREDICTION, "<v>0.0078876</v>"),
    ] {
        let content = cell(row, name).unwrap();
        assert!(content.ends_with(value), "{name}: {content}");
        assert!(!content.contains("t=\"s\""), "{name} is text: {content}");
    }
    assert!(cell(0, "wrong_rows").unwrap().contains("t=\"s\""));
    assert_eq!(cell(2, "wrong_rows"), None, "a missing value has a cell");
}

#[test]
fn headers_are_frozen_and_filtered() {
    let table = runs();
    let last = row_col_to_cell(table.rows.len() as u32, table.heads.len() as u16 - 1);
    let sheet = part(&parts(runs(), None), "xl/worksheets/sheet4.xml");
    let filter = format!(r#"<autoFilter ref="A1:{last}"/>"#);
    assert!(sheet.contains(&filter), "{sheet}");
    assert!(sheet.contains(r#"state="frozen""#), "{sheet}");
}

#[test]
fn text_is_never_a_formula() {
    let text = |text: &'static str| Cell::Text(text.into());
    let rows = vec![
        vec![text("=1+1"), text("@SUM(A1)")],
        vec![text("+1"), text("-1+1")],
    ];
    let parts = parts(other(&["model", "note"], rows), None);
    let sheet = part(&parts, "xl/worksheets/sheet4.xml");
    assert!(!sheet.contains("<f>"), "{sheet}");
    let overview = part(&parts, "xl/worksheets/sheet1.xml");
    assert!(!overview.contains("<f>1+1"), "{overview}");
}

#[test]
fn overview_points_at_its_sources() {
    let summary = summary_sheet();
    let parts = parts(runs(), None);
    let overview = part(&parts, "xl/worksheets/sheet1.xml");
    let median = format!("{PREDICTION}_median");
    for (column, value) in [
        ("rate", "1"),
        ("rate_high", "1"),
        ("median_epochs", "1375"),
        (&*median, "0.0078876"),
    ] {
        let formula = address(&summary, 1, column);
        let cell = format!("<f>{formula}</f><v>{value}</v>");
        assert!(overview.contains(&cell), "no {cell} in {overview}");
    }
    // The single neuron has no median: no cell, where a formula would show 0.
    let formula = address(&summary, 0, "median_epochs");
    assert!(!overview.contains(&formula), "{overview}");
    // The prediction has no target: no column for the share right.
    let column = format!("{PREDICTION}_correct_rate");
    assert!(!overview.contains(&address(&summary, 1, &column)));
    for heading in [
        "Share minus baseline's",
        "McNemar p (Holm)",
        "Median prediction for 1 1 0",
    ] {
        let strings = part(&parts, "xl/sharedStrings.xml");
        assert!(strings.contains(heading), "no {heading}");
    }
}

#[test]
fn charts_draw_the_tables_with_error_bars() {
    let parts = parts(runs(), None);
    let charts: Vec<_> = parts
        .iter()
        .filter(|(name, _)| name.starts_with("xl/charts/chart"))
        .collect();
    assert_eq!(charts.len(), 4);
    let all: String = charts.iter().map(|(_, text)| text.as_str()).collect();
    let (summary, curves) = (summary_sheet(), curves_sheet());
    let points = curves.rows.len() / 2;
    for (sheet, column, first, last) in [
        (&summary, "rate", 0, 1),
        (&summary, "median_epochs", 0, 1),
        (&curves, "share_converged", points, 2 * points - 1),
        (&curves, "mse_median", 0, points - 1),
    ] {
        let end = row_col_to_cell_absolute(last as u32 + 1, sheet.place(column));
        let source = format!("{}:{end}", address(sheet, first, column));
        assert!(all.contains(&source), "no chart draws {source}");
    }
    assert_eq!(all.matches("<c:errBars>").count(), 2, "{all}");
    assert!(all.contains(r#"<c:logBase val="10"/>"#));
}

#[test]
fn long_tables_are_left_to_their_file() {
    let parts = parts(runs(), Some(WORKBOOK_CELLS));
    let strings = part(&parts, "xl/sharedStrings.xml");
    assert!(
        strings.contains("The 250000 rows of runs.csv are more"),
        "{strings}"
    );
    assert!(
        !strings.contains("w0000000000000001"),
        "the rows were written all the same"
    );
    assert!(part(&parts, "xl/worksheets/sheet2.xml").contains("<v>1375</v>"));
}

#[test]
fn text_is_cut_where_a_cell_ends() {
    let long = "é".repeat(40_000);
    assert_eq!(format::text(&long).chars().count(), 32_767);
    assert_eq!(format::text("short"), "short");
    let table = other(&["model"], vec![vec![Cell::Text(long.into())]]);
    let strings = part(&parts(table, None), "xl/sharedStrings.xml");
    assert!(strings.contains('…'));
}
