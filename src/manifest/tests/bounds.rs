//! Numbers outside the bounds of their key.

use super::refused;

#[test]
fn epochs_zero() {
    refused(
        &[("epochs = 100", "epochs = 0")],
        "
t.toml:18:10: epochs is 0; expected a whole number from 1 to 9,007,199,254,740,992
    |
 18 | epochs = 0
    |          ^
",
    );
}

#[test]
fn epochs_beyond_2_53() {
    refused(
        &[("epochs = 100", "epochs = 9007199254740993")],
        "
t.toml:18:10: epochs is 9007199254740993; expected a whole number from 1 to 9,007,199,254,740,992
    |
 18 | epochs = 9007199254740993
    |          ^^^^^^^^^^^^^^^^
",
    );
}

#[test]
fn epochs_huge() {
    refused(&[("epochs = 100", "epochs = 99999999999999999999999999999999")], "
t.toml:18:10: epochs is 99999999999999999999999999999999; expected a whole number from 1 to 9,007,199,254,740,992
    |
 18 | epochs = 99999999999999999999999999999999
    |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
");
}

#[test]
fn epochs_negative() {
    refused(
        &[("epochs = 100", "epochs = -1")],
        "
t.toml:18:10: epochs is -1; expected a whole number from 1 to 9,007,199,254,740,992
    |
 18 | epochs = -1
    |          ^^
",
    );
}

#[test]
fn range_zero() {
    refused(
        &[("range = 1.0", "range = 0")],
        "
t.toml:15:9: range is 0; expected a finite number above 0
    |
 15 | range = 0
    |         ^
",
    );
}

#[test]
fn range_negative_in_axis() {
    refused(
        &[("range = 1.0", "range = [1, -1]")],
        "
t.toml:15:13: range has -1; expected a finite number above 0
    |
 15 | range = [1, -1]
    |             ^^
",
    );
}

#[test]
fn range_infinite() {
    refused(
        &[("range = 1.0", "range = inf")],
        "
t.toml:15:9: range is inf; expected a finite number above 0
    |
 15 | range = inf
    |         ^^^
",
    );
}

#[test]
fn range_too_large() {
    refused(
        &[("range = 1.0", "range = 1e999")],
        "
t.toml:15:9: range is 1e999; expected a finite number above 0
    |
 15 | range = 1e999
    |         ^^^^^ larger than any 64-bit number, the largest is 1.8e308
",
    );
}

#[test]
fn learning_rate_nan() {
    refused(
        &[(
            "epochs = 100",
            "epochs = 1
learning_rate = nan",
        )],
        "
t.toml:19:17: learning_rate is nan; expected a finite number above 0
    |
 19 | learning_rate = nan
    |                 ^^^
",
    );
}

#[test]
fn learning_rate_zero() {
    refused(
        &[(
            "epochs = 100",
            "epochs = 1
learning_rate = 0.0",
        )],
        "
t.toml:19:17: learning_rate is 0.0; expected a finite number above 0
    |
 19 | learning_rate = 0.0
    |                 ^^^
",
    );
}

#[test]
fn momentum_one() {
    refused(
        &[(
            "epochs = 100",
            "epochs = 1
momentum = 1",
        )],
        "
t.toml:19:12: momentum is 1; expected a number from 0 up to, but not including, 1
    |
 19 | momentum = 1
    |            ^
",
    );
}

#[test]
fn momentum_negative() {
    refused(
        &[(
            "epochs = 100",
            "epochs = 1
momentum = -0.1",
        )],
        "
t.toml:19:12: momentum is -0.1; expected a number from 0 up to, but not including, 1
    |
 19 | momentum = -0.1
    |            ^^^^
",
    );
}

#[test]
fn tolerance_zero() {
    refused(
        &[(
            "[seeds]",
            "[convergence]
tolerance = 0
[seeds]",
        )],
        "
t.toml:21:13: tolerance is 0; expected a number above 0 and at most 1
    |
 21 | tolerance = 0
    |             ^
",
    );
}

#[test]
fn tolerance_above_one() {
    refused(
        &[(
            "[seeds]",
            "[convergence]
tolerance = 1.5
[seeds]",
        )],
        "
t.toml:21:13: tolerance is 1.5; expected a number above 0 and at most 1
    |
 21 | tolerance = 1.5
    |             ^^^
",
    );
}

#[test]
fn confidence_one() {
    refused(
        &[(
            "[seeds]",
            "[statistics]
confidence = 1
[seeds]",
        )],
        "
t.toml:21:14: confidence is 1; expected a number between 0 and 1, such as 0.95
    |
 21 | confidence = 1
    |              ^
",
    );
}

#[test]
fn confidence_percent() {
    refused(
        &[(
            "[seeds]",
            "[statistics]
confidence = 95
[seeds]",
        )],
        "
t.toml:21:14: confidence is 95; expected a number between 0 and 1, such as 0.95
    |
 21 | confidence = 95
    |              ^^
",
    );
}

#[test]
fn interval_unknown() {
    refused(
        &[(
            "[seeds]",
            r#"[statistics]
interval = "clopper"
[seeds]"#,
        )],
        r#"
t.toml:21:12: interval is "clopper"; expected "wilson" or "clopper-pearson"
    |
 21 | interval = "clopper"
    |            ^^^^^^^^^ did you mean "clopper-pearson"?
"#,
    );
}

#[test]
fn curves_absurd() {
    refused(
        &[(
            "[seeds]",
            "[curves]
seeds = 10000000
points = 1
[seeds]",
        )],
        "
t.toml:21:9: seeds is 10000000; expected a whole number from 0 (no curves) to 1,000,000
    |
 21 | seeds = 10000000
    |         ^^^^^^^^

t.toml:22:10: points is 1; expected a whole number from 2 to 10,000
    |
 22 | points = 1
    |          ^

t.toml: 2 problems
",
    );
}
