//! `plan`: the size of the work, what it costs, how sure the answer will be.

use crate::fixture::Workplace;

#[test]
fn the_size_of_the_grid_and_the_certainty_of_its_answer() {
    let place = Workplace::with_small();
    let done = place.seedbed("plan small.toml --no-calibration").succeeds();
    let fact = |label: &str| {
        let line = done.out.lines().find(|line| line.starts_with(label));
        line.unwrap_or_else(|| panic!("{label}: {}", done.out))[label.len()..]
            .trim()
            .to_owned()
    };
    assert_eq!(fact("models"), "3: single-neuron, hidden-2, hidden-4");
    assert_eq!(fact("seeds"), "20");
    assert_eq!(fact("runs"), "60");
    assert_eq!(fact("epochs of a run"), "400");
    assert_eq!(fact("network-epochs"), "24.0 thousand");
    assert!(fact("time").contains("not estimated"));
    // Wilson's interval of 0 of 20 and of 10 of 20.
    assert!(
        done.out.contains("if  0 of 20 runs converge: 0–16.1%"),
        "{}",
        done.out
    );
    assert!(
        done.out.contains("if 10 of 20 runs converge: 29.9–70.1%"),
        "{}",
        done.out
    );
    assert!(!place.path("results").exists(), "plan trains nothing");
}

#[test]
fn the_speed_is_measured_once_and_remembered() {
    let place = Workplace::with_small();
    let cache = place.path(".cache/seedbed/speeds.json");
    place.seedbed("plan small.toml --no-calibration").succeeds();
    assert!(!cache.exists());
    let first = place.seedbed("plan small.toml --threads 2").succeeds();
    first.mentions(&["of training on 2 threads"]);
    let remembered = std::fs::read(&cache).unwrap();
    let second = place.seedbed("plan small.toml --threads 2").succeeds();
    second.mentions(&["about"]);
    assert_eq!(remembered, std::fs::read(&cache).unwrap());
}

#[test]
fn a_broken_or_unwritable_cache_is_no_obstacle() {
    let place = Workplace::with_small();
    place.write(".cache/seedbed/speeds.json", "{ not json");
    place
        .seedbed("plan small.toml")
        .succeeds()
        .mentions(&["time"]);
    place.write("blocked", "");
    let cache = place.path("blocked");
    let variables = [("XDG_CACHE_HOME", cache.to_str().unwrap())];
    place.seedbed_with("plan small.toml", &variables).succeeds();
}

#[test]
fn runs_that_may_stop_early_have_an_upper_limit() {
    let place = Workplace::with_small();
    let text = place.read("small.toml") + "[convergence]\nstop = true\n";
    place.write("small.toml", &text);
    let done = place.seedbed("plan small.toml").succeeds();
    assert_eq!(done.out.matches("at most").count(), 3, "{}", done.out);
}

#[test]
fn huge_grids_are_refused_with_their_size() {
    let place = Workplace::with_small();
    let text = place
        .read("small.toml")
        .replace("count = 20", "count = 900000000000000");
    place.write("small.toml", &text);
    let done = place.seedbed("plan small.toml --no-calibration").exits(2);
    assert_eq!(done.out, "");
    assert_eq!(done.err.matches("error:").count(), 1, "{}", done.err);
}
