//! Values of another type than the key's, and words that aren't among its choices.

use super::refused;

#[test]
fn text_for_a_number() {
    refused(
        &[("range = 1.0", r#"range = "fast""#)],
        r#"
t.toml:15:9: range is "fast"; expected a finite number above 0
    |
 15 | range = "fast"
    |         ^^^^^^
"#,
    );
}

#[test]
fn number_in_quotes() {
    refused(
        &[("range = 1.0", r#"range = "0.5""#)],
        r#"
t.toml:15:9: range is "0.5"; expected a finite number above 0
    |
 15 | range = "0.5"
    |         ^^^^^ write 0.5 without quotes
"#,
    );
}

#[test]
fn boolean_in_quotes() {
    refused(
        &[(
            "hidden = [0, 4]",
            r#"hidden = 4
bias = "true""#,
        )],
        r#"
t.toml:13:8: bias is "true"; expected true or false
    |
 13 | bias = "true"
    |        ^^^^^^ write true without quotes
"#,
    );
}

#[test]
fn table_for_a_number() {
    refused(
        &[("range = 1.0", "range = { a = 1 }")],
        "
t.toml:15:9: range is a table; expected a finite number above 0, or a list of them
    |
 15 | range = { a = 1 }
    |         ^^^^^^^^^
",
    );
}

#[test]
fn date_for_a_number() {
    refused(&[("range = 1.0", "range = 1979-05-27")], "
t.toml:15:9: range is the date or time 1979-05-27; expected a finite number above 0, or a list of them
    |
 15 | range = 1979-05-27
    |         ^^^^^^^^^^
");
}

#[test]
fn list_for_a_number() {
    refused(
        &[("epochs = 100", "epochs = [100]")],
        "
t.toml:18:10: epochs is a list; expected a whole number from 1 to 9,007,199,254,740,992
    |
 18 | epochs = [100]
    |          ^^^^^
",
    );
}

#[test]
fn float_for_a_whole_number() {
    refused(
        &[("epochs = 100", "epochs = 1e3")],
        "
t.toml:18:10: epochs is 1e3; expected a whole number from 1 to 9,007,199,254,740,992
    |
 18 | epochs = 1e3
    |          ^^^ write 1000
",
    );
}

#[test]
fn fraction_for_a_whole_number() {
    refused(
        &[("epochs = 100", "epochs = 0.5")],
        "
t.toml:18:10: epochs is 0.5; expected a whole number from 1 to 9,007,199,254,740,992
    |
 18 | epochs = 0.5
    |          ^^^
",
    );
}

#[test]
fn value_for_a_table() {
    refused(
        &[(
            r#"name = "t""#,
            r#"name = "t"
curves = 5"#,
        )],
        "
t.toml:2:10: curves is 5; expected a table [curves] with seeds, points
   |
 2 | curves = 5
   |          ^
",
    );
}

#[test]
fn single_brackets_for_predict() {
    refused(
        &[("[[predict]]", "[predict]")],
        "
t.toml:7:1: predict is a table; expected a list, each entry a table [[predict]] with input, target, name
   |
 7 | [predict]
   | ^^^^^^^^^ write [[predict]], in double brackets
",
    );
}

#[test]
fn double_brackets_for_network() {
    refused(
        &[("[network]", "[[network]]")],
        "
t.toml:11:1: network is a list; expected a table [network] with hidden, activation, bias
    |
 11 | [[network]]
    | ^^^^^^^^^^^ write [network] once, in single brackets
",
    );
}

#[test]
fn unknown_word() {
    refused(
        &[(
            "hidden = [0, 4]",
            r#"hidden = 4
activation = "sigmod""#,
        )],
        r#"
t.toml:13:14: activation is "sigmod"; expected "sigmoid" or "tanh"
    |
 13 | activation = "sigmod"
    |              ^^^^^^^^ did you mean "sigmoid"?
"#,
    );
}

#[test]
fn unknown_word_far_away() {
    refused(
        &[("range = 1.0", r#"generator = "mersenne""#)],
        r#"
t.toml:15:13: generator is "mersenne"; expected "chacha8" or "numpy"
    |
 15 | generator = "mersenne"
    |             ^^^^^^^^^^
"#,
    );
}

#[test]
fn number_for_a_word() {
    refused(
        &[(
            "epochs = 100",
            "epochs = 1
precision = 64",
        )],
        r#"
t.toml:19:13: precision is 64; expected "f64" or "f32"
    |
 19 | precision = 64
    |             ^^
"#,
    );
}

#[test]
fn description_not_text() {
    refused(&[(r#"name = "t""#, r#"name = "t"
description = 5"#)], "
t.toml:2:15: description is 5; expected text of at most 10,000 characters, without control characters
   |
 2 | description = 5
   |               ^
");
}
