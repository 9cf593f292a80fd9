//! `[data]` written in the manifest or made by a rule.

use super::refused;

#[test]
fn no_rows_given() {
    refused(&[("inputs = [[0, 0], [0, 1], [1, 0]]
targets = [0, 1, 1]
", "")], "
t.toml:3:1: [data] has no rows; expected either inputs with targets, csv with target_columns, or generator with size
   |
 3 | [data]
   | ^^^^^^
");
}

#[test]
fn inputs_without_targets() {
    refused(
        &[(
            "targets = [0, 1, 1]
",
            "",
        )],
        "
t.toml:4:10: [data] has inputs but no targets; expected inputs with targets
   |
 4 | inputs = [[0, 0], [0, 1], [1, 0]]
   |          ^^^^^^^^^^^^^^^^^^^^^^^^
",
    );
}

#[test]
fn targets_without_inputs() {
    refused(
        &[(
            "inputs = [[0, 0], [0, 1], [1, 0]]
",
            "",
        )],
        "
t.toml:4:11: [data] has targets but no inputs; expected targets with inputs
   |
 4 | targets = [0, 1, 1]
   |           ^^^^^^^^^
",
    );
}

#[test]
fn csv_and_inline() {
    refused(
        &[(
            "targets = [0, 1, 1]",
            r#"targets = [0, 1, 1]
csv = "good.csv"
target_columns = ["y"]"#,
        )],
        r#"
t.toml:6:7: [data] has both inputs and csv; expected either inputs with targets, csv with target_columns, or generator with size
   |
 6 | csv = "good.csv"
   |       ^^^^^^^^^^
"#,
    );
}

#[test]
fn generator_and_inline() {
    refused(&[("[data]
", r#"[data]
generator = "parity"
"#)], "
t.toml:5:10: [data] has both generator and inputs; expected either inputs with targets, csv with target_columns, or generator with size
   |
 5 | inputs = [[0, 0], [0, 1], [1, 0]]
   |          ^^^^^^^^^^^^^^^^^^^^^^^^
");
}

#[test]
fn inputs_empty() {
    refused(
        &[("[[0, 0], [0, 1], [1, 0]]", "[]")],
        "
t.toml:4:10: inputs is an empty list; expected a list of lists, each entry a finite number
   |
 4 | inputs = []
   |          ^^ it needs at least one entry
",
    );
}

#[test]
fn row_empty() {
    refused(
        &[("[[0, 0], [0, 1], [1, 0]]", "[[0, 0], [], [1, 0]]")],
        "
t.toml:4:19: inputs has an empty list; expected a list, each entry a finite number
   |
 4 | inputs = [[0, 0], [], [1, 0]]
   |                   ^^ it needs at least one entry
",
    );
}

#[test]
fn rows_ragged() {
    refused(
        &[("[[0, 0], [0, 1], [1, 0]]", "[[0, 0], [0, 1, 1], [1]]")],
        "
t.toml:4:19: row 2 of inputs has 3 numbers; expected 2, as in the rows before
   |
 4 | inputs = [[0, 0], [0, 1, 1], [1]]
   |                   ^^^^^^^^^

t.toml:4:30: row 3 of inputs has 1 number; expected 2, as in the rows before
   |
 4 | inputs = [[0, 0], [0, 1, 1], [1]]
   |                              ^^^

t.toml: 2 problems
",
    );
}

#[test]
fn rows_flat() {
    refused(
        &[("[[0, 0], [0, 1], [1, 0]]", "[0, 0, 1]")],
        "
t.toml:4:11: inputs has 0; expected a list, each entry a finite number
   |
 4 | inputs = [0, 0, 1]
   |           ^

t.toml:4:14: inputs has 0; expected a list, each entry a finite number
   |
 4 | inputs = [0, 0, 1]
   |              ^

t.toml:4:17: inputs has 1; expected a list, each entry a finite number
   |
 4 | inputs = [0, 0, 1]
   |                 ^

t.toml: 3 problems
",
    );
}

#[test]
fn input_nan() {
    refused(
        &[("[[0, 0]", "[[0, nan]")],
        "
t.toml:4:15: inputs has nan; expected a finite number
   |
 4 | inputs = [[0, nan], [0, 1], [1, 0]]
   |               ^^^
",
    );
}

#[test]
fn input_infinite() {
    refused(
        &[("[[0, 0]", "[[-inf, 0]")],
        "
t.toml:4:12: inputs has -inf; expected a finite number
   |
 4 | inputs = [[-inf, 0], [0, 1], [1, 0]]
   |            ^^^^
",
    );
}

#[test]
fn target_negative() {
    refused(
        &[("targets = [0, 1, 1]", "targets = [0, 1, -0.1]")],
        "
t.toml:5:18: targets has -0.1; expected a number from 0 to 1
   |
 5 | targets = [0, 1, -0.1]
   |                  ^^^^
",
    );
}

#[test]
fn targets_too_few() {
    refused(
        &[("targets = [0, 1, 1]", "targets = [0, 1]")],
        "
t.toml:5:11: targets for 2 rows; expected 3, one per row of inputs
   |
 5 | targets = [0, 1]
   |           ^^^^^^
",
    );
}

#[test]
fn targets_ragged() {
    refused(
        &[
            ("targets = [0, 1, 1]", "targets = [[0, 1], [1, 0], 1]"),
            ("target = 0", "target = [0, 1]"),
        ],
        "
t.toml:5:28: row 3 of targets has 1 target; expected 2, as in the rows before
   |
 5 | targets = [[0, 1], [1, 0], 1]
   |                            ^
",
    );
}

#[test]
fn parity_too_large() {
    refused(
        &[(
            "inputs = [[0, 0], [0, 1], [1, 0]]
targets = [0, 1, 1]",
            r#"generator = "parity"
size = 17"#,
        )],
        "
t.toml:5:8: parity of 17 inputs; expected a size from 1 to 16
   |
 5 | size = 17
   |        ^^
",
    );
}

#[test]
fn encoder_too_small() {
    refused(
        &[(
            "inputs = [[0, 0], [0, 1], [1, 0]]
targets = [0, 1, 1]",
            r#"generator = "encoder"
size = 1"#,
        )],
        "
t.toml:5:8: encoder of 1 input; expected a size from 2 to 1,024
   |
 5 | size = 1
   |        ^
",
    );
}

#[test]
fn size_zero() {
    refused(&[("inputs = [[0, 0], [0, 1], [1, 0]]
targets = [0, 1, 1]", r#"generator = "encoder"
size = 0"#)], "
t.toml:5:8: size is 0; expected a whole number of inputs: 1 to 16 for parity and majority, 2 to 1,024 for encoder
   |
 5 | size = 0
   |        ^
");
}

#[test]
fn generator_without_size() {
    refused(
        &[(
            "inputs = [[0, 0], [0, 1], [1, 0]]
targets = [0, 1, 1]",
            r#"generator = "encoder""#,
        )],
        r#"
t.toml:4:13: [data] has generator but no size; expected generator with size
   |
 4 | generator = "encoder"
   |             ^^^^^^^^^
"#,
    );
}

#[test]
fn f32_overflow() {
    refused(
        &[
            ("[[0, 0]", "[[1e39, 1e-60]"),
            (
                "epochs = 100",
                r#"epochs = 100
precision = "f32""#,
            ),
        ],
        r#"
t.toml:4:12: a number too large for precision = "f32"; expected 0 or a size from 1.5e-45 to 3.4e38, or precision = "f64"
   |
 4 | inputs = [[1e39, 1e-60], [0, 1], [1, 0]]
   |            ^^^^

t.toml:4:18: a number too small for precision = "f32"; expected 0 or a size from 1.5e-45 to 3.4e38, or precision = "f64"
   |
 4 | inputs = [[1e39, 1e-60], [0, 1], [1, 0]]
   |                  ^^^^^

t.toml: 2 problems
"#,
    );
}
