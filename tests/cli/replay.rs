//! `replay`: a run again, held against its row, and its story.

use crate::fixture::{Workplace, column};

#[test]
fn a_stored_run_is_identical_bit_for_bit() {
    let place = Workplace::with_small_results();
    for (model, seed) in [("single-neuron", 1), ("hidden-2", 20), ("hidden-4", 7)] {
        let done = place
            .seedbed(&format!(
                "replay results/small --model {model} --seed {seed}"
            ))
            .succeeds();
        done.mentions(&[
            "identical, bit for bit",
            "nitial weights",
            "inal weights",
            "epoch",
            "[1,1,0]",
        ]);
    }
}

#[test]
fn the_first_column_that_differs_is_shown_with_both_values() {
    let place = Workplace::with_small_results();
    let runs = place.read("results/small/runs.csv");
    let line = runs
        .lines()
        .find(|line| line.starts_with("hidden-4,") && line.contains(",0.4,7,"));
    let line = line.unwrap();
    let cells: Vec<&str> = line.split(',').collect();
    let mut edited = cells.clone();
    let gradient = "0.125";
    let at = column(&runs, "gradient_norm");
    edited[at] = gradient;
    place.write(
        "results/small/runs.csv",
        &runs.replace(line, &edited.join(",")),
    );
    let done = place
        .seedbed("replay results/small --model hidden-4 --seed 7")
        .exits(1);
    done.mentions(&["gradient_norm", gradient, cells[at]]);
    place
        .seedbed("replay results/small --model hidden-4 --seed 8")
        .succeeds();
}

#[test]
fn a_manifest_needs_nothing_stored() {
    let place = Workplace::with_small();
    let done = place
        .seedbed("replay small.toml --model hidden-2 --seed 4")
        .succeeds();
    done.mentions(&["hidden-2", "4"]);
    let other = place
        .seedbed("replay small.toml --model hidden-2 --seed 4000")
        .succeeds();
    assert!(!other.out.contains("identical"), "{}", other.out);
    assert!(!place.path("results").exists());
}

#[test]
fn unknown_models_and_seeds_are_answered_with_known_ones() {
    let place = Workplace::with_small_results();
    place
        .seedbed("replay results/small --model hiden-4 --seed 1")
        .fails(2, &["hiden-4", "hidden-4"]);
    place
        .seedbed("replay results/small --model hidden-4 --seed 21")
        .fails(2, &["21", "1", "20"]);
    place
        .seedbed("replay nowhere --model hidden-4 --seed 1")
        .fails(2, &["nowhere"]);
}

#[test]
fn curve_and_weights_are_written_as_csv() {
    let place = Workplace::with_small_results();
    place
        .seedbed(
            "replay results/small --model hidden-4 --seed 3 --curve loss.csv --weights weights.csv",
        )
        .succeeds()
        .mentions(&["loss.csv", "weights.csv"]);
    let loss = place.read("loss.csv");
    let mut lines = loss.split("\r\n");
    assert_eq!(lines.next(), Some("updates,mse"));
    let last = loss.trim_end().lines().last().unwrap();
    let runs = place.read("results/small/runs.csv");
    let row = runs
        .lines()
        .find(|l| l.starts_with("hidden-4,") && l.contains(",0.4,3,"))
        .unwrap();
    let mse = row.split(',').nth(column(&runs, "mse")).unwrap();
    assert_eq!(last, format!("400,{mse}"));
    let weights = place.read("weights.csv");
    assert_eq!(weights.lines().next(), Some("updates,layer,from,to,weight"));
    let initial = weights
        .lines()
        .filter(|line| line.starts_with("0,"))
        .count();
    assert_eq!(initial, 3 * 4 + 4);
}

#[test]
fn a_curve_that_cannot_be_written_is_an_error() {
    let place = Workplace::with_small();
    let command = "replay small.toml --model hidden-2 --seed 1 --curve no/such/folder/loss.csv";
    place
        .seedbed(command)
        .exits(1)
        .mentions(&["no/such/folder/loss.csv"]);
}

#[test]
fn a_file_that_is_no_earlier_curve_is_not_replaced() {
    let place = Workplace::with_small_results();
    let runs = place.read("results/small/runs.csv");
    let to = |path: &str| {
        format!("replay results/small --model hidden-4 --seed 3 --curve {path} --weights w.csv")
    };
    place
        .seedbed(&to("results/small/runs.csv"))
        .exits(1)
        .mentions(&["runs.csv is there already"]);
    assert_eq!(place.read("results/small/runs.csv"), runs);
    place.seedbed(&to("c.csv")).exits(0);
    let curve = place.read("c.csv");
    place.seedbed(&to("c.csv")).exits(0);
    assert_eq!(place.read("c.csv"), curve);
}

#[test]
fn a_schema_that_is_somebody_elses_is_not_replaced() {
    let place = Workplace::with_small();
    place.write("seedbed.schema.json", "{\"title\": \"mine\"}");
    place
        .seedbed("new another")
        .exits(1)
        .mentions(&["seedbed.schema.json is there already"]);
    assert_eq!(place.read("seedbed.schema.json"), "{\"title\": \"mine\"}");
    std::fs::remove_file(place.path("seedbed.schema.json")).unwrap();
    place.seedbed("new another").exits(0);
    place.seedbed("new one-more").exits(0);
}
