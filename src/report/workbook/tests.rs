use std::io::{Cursor, Read};

use super::sheet::Cell;
use super::*;

fn table(text: &str) -> Table {
    let mut rows = text
        .lines()
        .map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let header = rows.next().unwrap();
    Table {
        header,
        rows: rows.collect(),
    }
}

const RUNS: &str = "model,hidden,seed,converged,mse,wrong_rows,prediction_1_1_0\n\
    single-neuron,0,1,FALSE,0.25,r3 r5,0.3\n\
    hidden-4,4,1,TRUE,1e-300,,0.0078876";
const SUMMARY: &str = "model,hidden,runs,rate,rate_low,rate_high,median_epochs,q25_epochs,q75_epochs,prediction_1_1_0_median\n\
    single-neuron,0,2,0,0,0.65,,,,0.3\n\
    hidden-4,4,2,1,0.35,1,1375,1224,1400,0.0078876";
const CURVES: &str = "model,epoch,runs,mse_median,share_converged\n\
    single-neuron,1,2,0.3,0\nsingle-neuron,10,2,0.2,0\nhidden-4,1,2,0.3,0\nhidden-4,10,2,0.1,1";

/// The parts of the workbook made from `runs` as text, by name.
fn parts(runs: &str, count: Option<u64>) -> Vec<(String, String)> {
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

fn build(runs: &str, count: Option<u64>) -> Vec<u8> {
    let (summary, curves, other) = (table(SUMMARY), table(CURVES), table("model,runs"));
    let runs = table(runs);
    let mut rows = runs.rows.iter().cloned().map(Ok);
    workbook(Sources {
        name: "=1+1",
        description: "Does it?",
        summary: &summary,
        comparisons: &other,
        runs: Runs {
            header: &runs.header,
            count: count.unwrap_or(runs.rows.len() as u64),
            rows: &mut rows,
        },
        failures: &other,
        curves: &curves,
        columns: &other,
    })
    .unwrap()
}

fn part(parts: &[(String, String)], name: &str) -> String {
    let found = parts.iter().find(|(part, _)| part == name);
    found.unwrap_or_else(|| panic!("no {name}")).1.clone()
}

#[test]
fn the_same_tables_give_the_same_bytes_later_on() {
    let first = build(RUNS, None);
    // The writer's own creation date, were it used, counts whole seconds.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert_eq!(first, build(RUNS, None));
    let properties = part(&parts(RUNS, None), "docProps/core.xml");
    assert!(properties.contains("1980-01-01T00:00:00Z"), "{properties}");
}

#[test]
fn cells_are_typed_by_their_text() {
    let cases = [
        ("", Cell::Empty),
        ("TRUE", Cell::Boolean(true)),
        ("FALSE", Cell::Boolean(false)),
        ("0", Cell::Number(0.0)),
        ("-1e-300", Cell::Number(-1e-300)),
        ("999999999999999", Cell::Number(999_999_999_999_999.0)),
        ("8x4", Cell::Text("8x4")),
        ("r3", Cell::Text("r3")),
        ("inf", Cell::Text("inf")),
        ("-inf", Cell::Text("-inf")),
        ("nan", Cell::Text("nan")),
        ("1e999", Cell::Text("1e999")),
        ("w0123456789abcdef", Cell::Text("w0123456789abcdef")),
        ("'=1+1", Cell::Text("'=1+1")),
    ];
    for (text, cell) in cases {
        assert_eq!(Cell::of(text), cell, "{text}");
    }
}

#[test]
fn numbers_are_numbers_and_booleans_booleans() {
    let runs = part(&parts(RUNS, None), "xl/worksheets/sheet4.xml");
    assert!(runs.contains(r#"<c r="D2" t="b"><v>0</v></c>"#), "{runs}");
    assert!(runs.contains(r#"<c r="D3" t="b"><v>1</v></c>"#), "{runs}");
    assert!(runs.contains("<v>0.25</v>"), "{runs}");
    assert!(runs.contains("<v>0.0078876</v>"), "{runs}");
    assert!(!runs.contains(r#"r="F3""#), "a missing value has a cell");
}

#[test]
fn headers_are_frozen_and_filtered() {
    let runs = part(&parts(RUNS, None), "xl/worksheets/sheet4.xml");
    assert!(runs.contains(r#"<autoFilter ref="A1:G3"/>"#), "{runs}");
    assert!(runs.contains(r#"state="frozen""#), "{runs}");
}

#[test]
fn text_is_never_a_formula() {
    let hostile = "model,note\n=1+1,@SUM(A1)\n+1,-1+1";
    let parts = parts(hostile, None);
    let sheet = part(&parts, "xl/worksheets/sheet4.xml");
    assert!(!sheet.contains("<f>"), "{sheet}");
    let overview = part(&parts, "xl/worksheets/sheet1.xml");
    assert!(!overview.contains("<f>1+1"), "{overview}");
}

#[test]
fn overview_points_at_its_sources() {
    let parts = parts(RUNS, None);
    let overview = part(&parts, "xl/worksheets/sheet1.xml");
    for (formula, value) in [
        ("Summary!$D$3", "1"),
        ("Summary!$G$3", "1375"),
        ("Summary!$J$3", "0.0078876"),
    ] {
        let cell = format!("<f>{formula}</f><v>{value}</v>");
        assert!(overview.contains(&cell), "no {cell} in {overview}");
    }
    // The single neuron has no median: no cell, where a formula would show 0.
    assert!(!overview.contains("Summary!$G$2"), "{overview}");
}

#[test]
fn charts_draw_the_tables_with_error_bars() {
    let parts = parts(RUNS, None);
    let charts: Vec<_> = parts
        .iter()
        .filter(|(name, _)| name.starts_with("xl/charts/chart"))
        .collect();
    assert_eq!(charts.len(), 4);
    let all: String = charts.iter().map(|(_, text)| text.as_str()).collect();
    for source in [
        "Summary!$D$2:$D$3",
        "Summary!$G$2:$G$3",
        "Curves!$E$4:$E$5",
        "Curves!$D$2:$D$3",
    ] {
        assert!(all.contains(source), "no chart draws {source}");
    }
    assert_eq!(all.matches("<c:errBars>").count(), 2, "{all}");
    assert!(all.contains(r#"<c:logBase val="10"/>"#));
}

#[test]
fn long_tables_are_left_to_their_file() {
    let parts = parts(RUNS, Some(WORKBOOK_CELLS));
    let strings = part(&parts, "xl/sharedStrings.xml");
    assert!(
        strings.contains("The 250000 rows of runs.csv are more"),
        "{strings}"
    );
    assert!(
        !strings.contains("r3 r5"),
        "the rows were written all the same"
    );
    assert!(part(&parts, "xl/worksheets/sheet2.xml").contains("<v>1375</v>"));
}

#[test]
fn an_error_in_the_rows_is_the_workbooks() {
    let other = table("model");
    let header = vec!["model".to_owned()];
    let mut rows = std::iter::once(Err(Error::Usage("row 7".into())));
    let result = workbook(Sources {
        name: "x",
        description: "",
        summary: &other,
        comparisons: &other,
        runs: Runs {
            header: &header,
            count: 1,
            rows: &mut rows,
        },
        failures: &other,
        curves: &other,
        columns: &other,
    });
    assert_eq!(result.unwrap_err().to_string(), "row 7");
}

#[test]
fn text_is_cut_where_a_cell_ends() {
    let long = "é".repeat(40_000);
    assert_eq!(format::text(&long).chars().count(), 32_767);
    assert_eq!(format::text("short"), "short");
    let cell = format!("model\n{long}");
    let strings = part(&parts(&cell, None), "xl/sharedStrings.xml");
    assert!(strings.contains('…'));
}

#[test]
fn columns_have_fitting_formats() {
    use format::Kind;
    for (name, kind) in [
        ("rate_low", Kind::Percent),
        (
            "prediction_1_1_0_converged_correct_rate_high",
            Kind::Percent,
        ),
        ("prediction_1_1_0_p_holm", Kind::Scientific),
        ("logrank_p", Kind::Scientific),
        ("seed", Kind::Seed),
        ("median_epochs_high", Kind::Epochs),
        ("epochs", Kind::Count),
        ("mse_q05", Kind::Scientific),
        ("prediction_1_1_0_mean", Kind::Output),
        ("learning_rate", Kind::General),
        ("weights_hash", Kind::General),
    ] {
        assert_eq!(Kind::of(name), kind, "{name}");
    }
}
