//! `run --shard` and `merge`: the parts are the whole.

use crate::fixture::{Workplace, assert_same_results};

#[test]
fn shards_joined_are_the_bytes_of_the_whole() {
    let place = Workplace::with_small();
    place.seedbed("run small.toml --out whole").succeeds();
    for index in 1..=3 {
        place
            .seedbed(&format!(
                "run small.toml --shard {index}/3 --out part{index}"
            ))
            .exits(0);
    }
    place
        .seedbed("merge joined part3 part1 part2")
        .exits(0)
        .mentions(&["hidden-4"]);
    assert_same_results(&place.path("whole"), &place.path("joined"));
    place.seedbed("verify joined --all").exits(0);
}

#[test]
fn gaps_overlaps_and_strangers_are_refused() {
    let place = Workplace::with_small();
    for index in 1..=2 {
        place
            .seedbed(&format!(
                "run small.toml --shard {index}/2 --out part{index}"
            ))
            .exits(0);
    }
    let other = place
        .read("small.toml")
        .replace("epochs = 400", "epochs = 300");
    place.write("other.toml", &other);
    place
        .seedbed("run other.toml --shard 2/2 --out stranger")
        .exits(0);
    place
        .seedbed("merge joined part1")
        .fails(1, &["missing", "seed"]);
    place
        .seedbed("merge joined part1 part1 part2")
        .fails(1, &["this model and seed are there twice"]);
    place
        .seedbed("merge joined part1 stranger")
        .fails(1, &["differ", "training.epochs"]);
    assert!(!place.path("joined/runs.csv").exists());
}
