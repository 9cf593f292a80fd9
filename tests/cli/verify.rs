//! `verify`: nothing missing, nothing twice, nothing changed.

use crate::fixture::{Workplace, column};

#[test]
fn untouched_results_pass() {
    let place = Workplace::with_small_results();
    place
        .seedbed("verify results/small --all")
        .exits(0)
        .mentions(&["60"]);
    let done = place
        .seedbed("verify results/small --sample 5 --sample-seed 11")
        .exits(0);
    done.mentions(&["5", "11"]);
}

#[test]
fn the_seed_of_a_sample_is_printed_and_draws_it_again() {
    let place = Workplace::with_small_results();
    let done = place.seedbed("verify results/small --sample 3").exits(0);
    let said = done.out.clone() + &done.err;
    let seed = said.split("--sample-seed ").nth(1).unwrap();
    let seed: String = seed.chars().take_while(char::is_ascii_digit).collect();
    let again = format!("verify results/small --sample 3 --sample-seed {seed}");
    let again = place.seedbed(&again).exits(0);
    assert_eq!(again.out + &again.err, said);
}

#[test]
fn an_edited_row_is_named() {
    let place = Workplace::with_small_results();
    let runs = place.read("results/small/runs.csv");
    let line = runs
        .lines()
        .find(|l| l.starts_with("hidden-2,") && l.contains(",0.4,13,"))
        .unwrap();
    let cells: Vec<&str> = line.split(',').collect();
    let mut edited = cells.clone();
    edited[column(&runs, "gradient_norm")] = "0.125";
    place.write(
        "results/small/runs.csv",
        &runs.replace(line, &edited.join(",")),
    );
    let done = place.seedbed("verify results/small --all").exits(1);
    done.mentions(&["runs.csv", "hidden-2", "13"]);
}

#[test]
fn a_missing_and_a_doubled_row_are_named() {
    let place = Workplace::with_small_results();
    let runs = place.read("results/small/runs.csv");
    let mut lines: Vec<&str> = runs.lines().collect();
    lines.remove(10);
    place.write("results/small/runs.csv", &(lines.join("\r\n") + "\r\n"));
    let done = place.seedbed("verify results/small").exits(1);
    done.mentions(&["1 rows are missing", "runs.csv has 59 rows"]);
    lines.insert(10, lines[11]);
    place.write("results/small/runs.csv", &(lines.join("\r\n") + "\r\n"));
    let done = place.seedbed("verify results/small").exits(1);
    done.mentions(&["a run that is not there before"]);
}

#[test]
fn a_damaged_shard_file_is_named_and_no_row_is_called_missing() {
    let place = Workplace::with_small();
    place
        .seedbed("run small.toml --shard 1/2 --out part")
        .exits(0);
    for damaged in ["{", "{\"index\": 5, \"count\": 2}"] {
        place.write("part/shard.json", damaged);
        let done = place.seedbed("verify part").exits(1);
        let said = done.out + &done.err;
        assert!(said.contains("shard.json"), "{said}");
        assert!(!said.contains("are missing"), "{said}");
    }
}
