//! `[[predict]]` and `[seeds]`.

use super::refused;

#[test]
fn query_too_short() {
    refused(
        &[("input = [1, 1]", "input = [1]")],
        "
t.toml:8:9: a situation of 1 input; expected 2, as in the training rows
   |
 8 | input = [1]
   |         ^^^
",
    );
}

#[test]
fn query_target_too_long() {
    refused(
        &[("target = 0", "target = [0, 1]")],
        "
t.toml:9:10: a target for 2 outputs; expected 1, as in the training rows
   |
 9 | target = [0, 1]
   |          ^^^^^^
",
    );
}

#[test]
fn query_twice() {
    refused(&[("target = 0", "target = 0

[[predict]]
input = [1.0, 1]")], "
t.toml:12:9: the same input as [[predict]] 1; expected each situation once, since its inputs name its columns
    |
 12 | input = [1.0, 1]
    |         ^^^^^^^^
");
}

#[test]
fn query_without_input() {
    refused(
        &[(
            "input = [1, 1]
",
            "",
        )],
        "
t.toml:7:1: [[predict]] has no input; expected a list, each entry a finite number, or the text of a category column
   |
 7 | [[predict]]
   | ^^^^^^^^^^^
",
    );
}

#[test]
fn query_infinite() {
    refused(
        &[("input = [1, 1]", "input = [1, inf]")],
        "
t.toml:8:13: input has inf; expected a finite number
   |
 8 | input = [1, inf]
   |             ^^^
",
    );
}

#[test]
fn query_target_above_one() {
    refused(
        &[("target = 0", "target = 7")],
        "
t.toml:9:10: target is 7; expected a number from 0 to 1
   |
 9 | target = 7
   |          ^
",
    );
}

#[test]
fn count_zero() {
    refused(
        &[("count = 10", "count = 0")],
        "
t.toml:21:9: count is 0; expected a whole number of at least 1, of at most 15 digits
    |
 21 | count = 0
    |         ^
",
    );
}

#[test]
fn seed_of_16_digits() {
    refused(&[("count = 10", "list = [1000000000000000]")], "
t.toml:21:9: list has 1000000000000000; expected a whole number from 0, of at most 15 digits (spreadsheets round longer ones)
    |
 21 | list = [1000000000000000]
    |         ^^^^^^^^^^^^^^^^
");
}

#[test]
fn seed_negative() {
    refused(&[("count = 10", "list = [-1]")], "
t.toml:21:9: list has -1; expected a whole number from 0, of at most 15 digits (spreadsheets round longer ones)
    |
 21 | list = [-1]
    |         ^^
");
}

#[test]
fn last_seed_of_16_digits() {
    refused(&[("count = 10", "first = 999999999999999
count = 2")], "
t.toml:22:9: seeds up to 1000000000000000; expected none above 999,999,999,999,999 (15 digits; spreadsheets round longer ones)
    |
 22 | count = 2
    |         ^
");
}

#[test]
fn seeds_twice() {
    refused(
        &[("count = 10", "list = [1, 2, 1]")],
        "
t.toml:21:15: seed 1 a second time; expected each seed once
    |
 21 | list = [1, 2, 1]
    |               ^
",
    );
}

#[test]
fn seeds_empty() {
    refused(&[("count = 10", "list = []")], "
t.toml:21:8: list is an empty list; expected a list, each entry a whole number from 0, of at most 15 digits (spreadsheets round longer ones)
    |
 21 | list = []
    |        ^^ it needs at least one entry
");
}

#[test]
fn count_and_list() {
    refused(
        &[(
            "count = 10",
            "count = 10
list = [1]",
        )],
        "
t.toml:22:8: [seeds] has both count and list; expected either count (and first), or list
    |
 22 | list = [1]
    |        ^^^
",
    );
}

#[test]
fn first_and_list() {
    refused(
        &[(
            "count = 10",
            "first = 10
list = [1]",
        )],
        "
t.toml:22:8: [seeds] has both first and list; expected either count (and first), or list
    |
 22 | list = [1]
    |        ^^^
",
    );
}

#[test]
fn numpy_seed_of_33_bits() {
    refused(
        &[
            (
                "count = 10",
                "first = 4294967296
count = 1",
            ),
            ("range = 1.0", r#"generator = "numpy""#),
        ],
        r#"
t.toml:22:9: seeds up to 4294967296; expected none above 4,294,967,295 with generator = "numpy" (numpy.random.seed takes 32 bits)
    |
 22 | count = 1
    |         ^
"#,
    );
}

#[test]
fn numpy_list_of_33_bits() {
    refused(
        &[
            ("count = 10", "list = [1, 4294967296]"),
            ("range = 1.0", r#"generator = "numpy""#),
        ],
        r#"
t.toml:21:12: seed 4294967296; expected none above 4,294,967,295 with generator = "numpy" (numpy.random.seed takes 32 bits)
    |
 21 | list = [1, 4294967296]
    |            ^^^^^^^^^^
"#,
    );
}
