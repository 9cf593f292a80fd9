//! `seedbed new --from`: a manifest for a data file that plans and trains as it is.

use crate::fixture::{Workplace, column};

/// Two classes that a straight line tells apart, with row numbers and a colour.
fn rows() -> String {
    let row = |row: usize| {
        let (a, b) = (row * 7 % 40, row * 13 % 40);
        let class = if a + b > 39 { "above" } else { "below" };
        let colour = ["red", "blue"][row / 3 % 2];
        format!("{row},{a}.5,{b}.25,{colour},{class}\n")
    };
    let rows: String = (0..120).map(row).collect();
    format!(",a,b,colour,side\n{rows}")
}

#[test]
fn a_file_becomes_a_manifest_that_trains() {
    let place = Workplace::new();
    place.write("sides.csv", &rows());
    place
        .seedbed("new sides --from sides.csv")
        .succeeds()
        .mentions(&[
            "Guessed from sides.csv",
            "\"side\", 2 classes",
            "a column without a name numbers the rows",
            "90 to train on, 25% of all to test with",
            "seedbed plan sides.toml",
            "seedbed run sides.toml",
        ]);
    place
        .seedbed("plan sides.toml --no-calibration")
        .succeeds()
        .mentions(&["90 train, 30 test", "5: single-neuron", "above", "below"]);
    place.seedbed("run sides.toml --seeds 1..3").exits(0);
    let runs = place.read("results/sides/runs.csv");
    let accuracy = column(&runs, "test_accuracy");
    // Of the widest networks single runs may end with saturated neurons.
    let narrow = |run: &&str| !run.starts_with("hidden-16");
    for run in runs.lines().skip(1).filter(narrow) {
        let value: f64 = run.split(',').nth(accuracy).unwrap().parse().unwrap();
        assert!(value >= 0.8, "{run}");
    }
}

#[test]
fn the_schema_accepts_it_and_it_replaces_nothing() {
    let place = Workplace::new();
    place.write("data/sides.csv", &rows());
    place.seedbed("new sides --from data/sides.csv").succeeds();
    let text = place.read("sides.toml");
    assert!(text.contains("csv = \"data/sides.csv\""), "{text}");
    let schema = serde_json::from_str(&place.read("seedbed.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let manifest: toml::Value = toml::from_str(&text).unwrap();
    assert!(validator.is_valid(&serde_json::to_value(&manifest).unwrap()));
    place
        .seedbed("new sides --from data/sides.csv")
        .fails(1, &["sides.toml exists already"]);
    assert_eq!(place.read("sides.toml"), text);
}

#[test]
fn targets_beyond_outputs_are_told_before_plan_refuses_them() {
    let place = Workplace::new();
    let rows: String = (0..30).map(|row| format!("{row}.5,{row}.25\n")).collect();
    place.write("prices.csv", &format!("size,price\n{rows}"));
    let done = place.seedbed("new prices --from prices.csv").succeeds();
    let said = done.out.replace('\n', " ");
    assert!(said.contains("Not yet: column \"price\" goes from 0.25 to 29.25"));
    assert!(said.contains("(value - 0.25) / (29.25 - 0.25)"), "{said}");
    place
        .seedbed("plan prices.toml --no-calibration")
        .fails(2, &["in column \"price\"", "a number from 0 to 1"]);
}

#[test]
fn refusals_are_one_message_and_leave_no_file() {
    let place = Workplace::new();
    place.write("one.csv", "a\n1\n2\n");
    place.write("none.csv", "");
    place.write("book.csv", "PK\u{3}\u{4}xl/");
    place.write("bad.csv", "a,y\n1,0\n2\n");
    let absolute = place.path("one.csv").display().to_string();
    for (path, words) in [
        ("nowhere.csv", "cannot read nowhere.csv"),
        ("one.csv", "only one column"),
        ("none.csv", "an empty file"),
        ("book.csv", "an Excel workbook"),
        ("bad.csv", "bad.csv:3:1: a row of 1 cell"),
        (&absolute, "or copy the file here"),
        (".", "is no file"),
    ] {
        place
            .seedbed(&format!("new t --from {path}"))
            .fails(2, &[words, "expected"]);
    }
    assert!(!place.path("t.toml").exists());
    assert!(!place.path("seedbed.schema.json").exists());
}
