//! Layers, axes, the baseline, and the size of the grid.

use super::{counting, refused};

#[test]
fn hidden_negative() {
    refused(&[("hidden = [0, 4]", "hidden = [0, -4]")], "
t.toml:12:14: hidden has -4; expected a whole number of neurons from 0 (the single neuron) to 100,000
    |
 12 | hidden = [0, -4]
    |              ^^
");
}

#[test]
fn hidden_empty() {
    refused(&[("hidden = [0, 4]", "hidden = []")], "
t.toml:12:10: hidden is an empty list; expected a number of neurons such as 4 (0: the single neuron), [[8, 4]] for two layers, or a list of them
    |
 12 | hidden = []
    |          ^^ it needs at least one entry
");
}

#[test]
fn layers_with_zero() {
    refused(
        &[("hidden = [0, 4]", "hidden = [[8, 0]]")],
        "
t.toml:12:15: hidden has 0; expected a whole number of neurons from 1 to 100,000
    |
 12 | hidden = [[8, 0]]
    |               ^
",
    );
}

#[test]
fn layers_empty() {
    refused(&[("hidden = [0, 4]", "hidden = [[]]")], "
t.toml:12:11: hidden has an empty list; expected a number of neurons such as 4 (0: the single neuron), [[8, 4]] for two layers
    |
 12 | hidden = [[]]
    |           ^^
");
}

#[test]
fn layers_nested_deeper() {
    refused(
        &[("hidden = [0, 4]", "hidden = [[[8]]]")],
        "
t.toml:12:12: hidden has a list; expected a whole number of neurons from 1 to 100,000
    |
 12 | hidden = [[[8]]]
    |            ^^^
",
    );
}

#[test]
fn hidden_too_wide() {
    refused(&[("hidden = [0, 4]", "hidden = 100001")], "
t.toml:12:10: hidden is 100001; expected a whole number of neurons from 0 (the single neuron) to 100,000
    |
 12 | hidden = 100001
    |          ^^^^^^
");
}

#[test]
fn too_many_layers() {
    refused(&[("hidden = [0, 4]", &format!("hidden = [[{}]]", ["1"; 65].join(", ")))], "
t.toml:12:11: hidden has 65 layers; expected at most 64 hidden layers
    |
 12 | hidden = [[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1…
    |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
");
}

#[test]
fn hidden_twice() {
    refused(&[("hidden = [0, 4]", "hidden = [4, [4]]")], "
t.toml:12:14: a value that is in the list already; expected each value once, since every value is a model of its own
    |
 12 | hidden = [4, [4]]
    |              ^^^
");
}

#[test]
fn range_twice() {
    refused(&[("range = 1.0", "range = [1, 0.5, 1.0]")], "
t.toml:15:18: a value that is in the list already; expected each value once, since every value is a model of its own
    |
 15 | range = [1, 0.5, 1.0]
    |                  ^^^
");
}

#[test]
fn network_too_large() {
    refused(&[("hidden = [0, 4]", "hidden = [2, [10000, 10000]]")], "
t.toml:12:14: a network of 100,050,001 weights, of which 16 side by side take 38.4 GB of memory; expected at most 4.29 GB
    |
 12 | hidden = [2, [10000, 10000]]
    |              ^^^^^^^^^^^^^^
");
}

#[test]
fn axis_too_long() {
    refused(&[("range = 1.0", &format!("range = [{}]", counting(10_001)))], "
t.toml:15:9: range is a list of 10,001 values; expected at most 10,000 values
    |
 15 | range = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, …
    |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
");
}

#[test]
fn baseline_matches_no_model() {
    refused(
        &[(
            "[seeds]",
            r#"[compare]
baseline = { hidden = 3, range = 2, activation = "tanh" }
[seeds]"#,
        )],
        r#"
t.toml:21:23: a baseline with hidden = 3, which no model has; expected 0 or 4
    |
 21 | baseline = { hidden = 3, range = 2, activation = "tanh" }
    |                       ^

t.toml:21:34: a baseline with range = 2, which no model has; expected 1
    |
 21 | baseline = { hidden = 3, range = 2, activation = "tanh" }
    |                                  ^

t.toml:21:50: a baseline with activation = "tanh", which no model has; expected "sigmoid"
    |
 21 | baseline = { hidden = 3, range = 2, activation = "tanh" }
    |                                                  ^^^^^^

t.toml: 3 problems
"#,
    );
}

#[test]
fn baseline_empty() {
    refused(&[("[seeds]", "[compare]
baseline = {}
[seeds]")], "
t.toml:21:12: a baseline that fixes nothing; expected at least one axis value, such as { hidden = 0 }
    |
 21 | baseline = {}
    |            ^^
");
}

#[test]
fn baseline_missing() {
    refused(&[("[seeds]", "[compare]
[seeds]")], "
t.toml:20:1: [compare] has no baseline; expected a table baseline with hidden, activation, bias, range, learning_rate, momentum, tolerance, accuracy, mse, scale
    |
 20 | [compare]
    | ^^^^^^^^^
");
}

#[test]
fn baseline_unknown_key() {
    refused(
        &[(
            "[seeds]",
            "[compare]
baseline = { width = 3 }
[seeds]",
        )],
        r#"
t.toml:21:14: unknown key "width" in baseline; expected hidden, activation, bias, range, learning_rate, momentum, tolerance, accuracy, mse or scale
    |
 21 | baseline = { width = 3 }
    |              ^^^^^
"#,
    );
}

#[test]
fn baseline_axis() {
    refused(
        &[(
            "[seeds]",
            "[compare]
baseline = { range = [1, 2] }
[seeds]",
        )],
        "
t.toml:21:22: range is a list; expected a finite number above 0
    |
 21 | baseline = { range = [1, 2] }
    |                      ^^^^^^
",
    );
}

#[test]
fn baseline_a_name() {
    refused(
        &[(
            "[seeds]",
            r#"[compare]
baseline = "single-neuron"
[seeds]"#,
        )],
        r#"
t.toml:21:12: baseline is "single-neuron"; expected a table baseline with hidden, activation, bias, range, learning_rate, momentum, tolerance, accuracy, mse, scale
    |
 21 | baseline = "single-neuron"
    |            ^^^^^^^^^^^^^^^
"#,
    );
}

#[test]
fn grid_overflow() {
    refused(&[("range = 1.0", &format!("range = [{}]", counting(1_000))), ("epochs = 100", &format!("epochs = 100\nlearning_rate = [{}]", counting(1_000)))], "
t.toml:12:10: a grid of 2 hidden × 1,000 range × 1,000 learning_rate = 2,000,000 models; expected at most 100,000
    |
 12 | hidden = [0, 4]
    |          ^^^^^^
");
}

#[test]
fn too_many_runs() {
    refused(&[("count = 10", "count = 900000000000")], "
t.toml:21:9: 2 models × 900,000,000,000 seeds = 1,800,000,000,000 runs, whose results take 115 TB of memory; expected at most 1,073,741,824 runs (68.7 GB)
    |
 21 | count = 900000000000
    |         ^^^^^^^^^^^^
");
}

#[test]
fn too_many_losses() {
    refused(&[("count = 10", "count = 100000
[curves]
seeds = 100000
points = 10000")], "
t.toml:22:1: 2 models × 100,000 curves × 10,000 points = 2,000,000,000 losses, 32.0 GB of memory; expected at most 1,073,741,824: fewer [curves] seeds or points
    |
 22 | [curves]
    | ^^^^^^^^
");
}
