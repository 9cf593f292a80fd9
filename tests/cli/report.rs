//! `report`: every derived file again, the same bytes, from runs.csv however it was saved.

use crate::fixture::Workplace;

const DERIVED: [&str; 8] = [
    "summary.csv",
    "comparisons.csv",
    "curves.csv",
    "survival.csv",
    "failures.csv",
    "columns.csv",
    "report.html",
    "workbook.xlsx",
];

fn without_provenance(place: &Workplace) -> Vec<(String, Vec<u8>)> {
    let mut files = place.files("results/small");
    files.retain(|(name, _)| name != "provenance.json");
    files
}

#[test]
fn every_derived_file_comes_back_the_same() {
    let place = Workplace::with_small_results();
    let before = without_provenance(&place);
    for name in DERIVED {
        std::fs::remove_file(place.path("results/small").join(name)).unwrap();
    }
    let done = place.seedbed("report results/small").succeeds();
    done.mentions(&["hidden-4", "results/small"]);
    assert_eq!(before, without_provenance(&place));
    place.seedbed("verify results/small").exits(0);
}

#[test]
fn a_spreadsheet_may_have_saved_the_runs() {
    let place = Workplace::with_small_results();
    let before = without_provenance(&place);
    let runs = place.read("results/small/runs.csv");
    // Rows in another order, every cell in quotes, bare line ends: the same values.
    let mut lines: Vec<String> = runs
        .lines()
        .map(|line| {
            let cells: Vec<String> = line.split(',').map(|cell| format!("\"{cell}\"")).collect();
            cells.join(",")
        })
        .collect();
    lines[1..].reverse();
    place.write("results/small/runs.csv", &(lines.join("\n") + "\n"));
    place.seedbed("report results/small").exits(0);
    for (name, bytes) in before {
        if DERIVED.contains(&name.as_str()) {
            let now = std::fs::read(place.path("results/small").join(&name)).unwrap();
            assert!(now == bytes, "{name} differs");
        }
    }
}

/// runs.csv as another spreadsheet may save it: byte order mark, bare line ends, every cell
/// quoted, columns in another order, fractions as 1E-05.
fn saved_again(runs: &str) -> String {
    let respelled = |cell: &str| match cell.parse::<f64>() {
        Ok(number) if number.fract() != 0.0 => format!("\"{number:E}\""),
        _ => format!("\"{cell}\""),
    };
    let lines = runs.lines().map(|line| {
        let mut cells: Vec<String> = line.split(',').map(respelled).collect();
        cells.rotate_left(5);
        cells.swap(0, 2);
        cells.join(",") + "\n"
    });
    format!("\u{feff}{}", lines.collect::<String>())
}

#[test]
fn every_command_takes_the_same_table() {
    let place = Workplace::with_small_results();
    let before = without_provenance(&place);
    let original = place.read("results/small/runs.csv");
    let again = saved_again(&original);
    assert!(again.contains("E-"), "no number was spelled otherwise");
    place.write("results/small/runs.csv", &again);
    for (model, seed) in [("single-neuron", 1), ("hidden-4", 7)] {
        place
            .seedbed(&format!(
                "replay results/small --model {model} --seed {seed}"
            ))
            .succeeds()
            .mentions(&["identical, bit for bit"]);
    }
    // Not the bytes that were written, but no row that differs.
    place
        .seedbed("verify results/small --all")
        .exits(1)
        .mentions(&["runs.csv has changed", "1 difference found"]);
    place.seedbed("report results/small").succeeds();
    for (name, bytes) in without_provenance(&place) {
        if name != "runs.csv" {
            let (_, expected) = before.iter().find(|(known, _)| *known == name).unwrap();
            assert!(bytes == *expected, "{name} differs");
        }
    }
    // Every value is what was recorded, so nothing is trained; the file is written anew.
    let done = place.seedbed("run small.toml").exits(0);
    done.mentions(&["saved again by another program", "nothing to train"]);
    assert_eq!(place.read("results/small/runs.csv"), original);
    for index in 1..=2 {
        let part = format!("part{index}");
        place
            .seedbed(&format!("run small.toml --shard {index}/2 --out {part}"))
            .exits(0);
        let runs = format!("{part}/runs.csv");
        place.write(&runs, &saved_again(&place.read(&runs)));
    }
    place.seedbed("merge joined part1 part2").exits(0);
    assert_eq!(place.read("joined/runs.csv"), original);
}

#[test]
fn a_cell_that_cannot_be_read_is_named() {
    let place = Workplace::with_small_results();
    let runs = place.read("results/small/runs.csv");
    let mut lines: Vec<String> = runs.lines().map(str::to_owned).collect();
    lines[4] = lines[4].replacen(",400,", ",four hundred,", 1);
    place.write("results/small/runs.csv", &(lines.join("\r\n") + "\r\n"));
    place
        .seedbed("report results/small")
        .fails(1, &["runs.csv:5:11", "four hundred", "epochs"]);
}

#[test]
fn a_folder_without_results_is_named() {
    let place = Workplace::new();
    place.seedbed("report nowhere").fails(2, &["nowhere"]);
}

#[test]
fn without_the_loss_curves_nothing_is_overwritten() {
    let place = Workplace::with_small_results();
    let curves = place.read("results/small/curves.csv");
    std::fs::remove_file(place.path("results/small/losses.csv")).unwrap();
    place
        .seedbed("report results/small")
        .fails(1, &["losses.csv", "seedbed run"]);
    assert_eq!(place.read("results/small/curves.csv"), curves);
    place.seedbed("run small.toml").exits(0);
    place.seedbed("verify results/small").exits(0);
    assert_eq!(place.read("results/small/curves.csv"), curves);
}
