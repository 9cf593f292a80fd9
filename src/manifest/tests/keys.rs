//! Keys: unknown, misplaced, missing.

use super::{refused, refused_text};

#[test]
fn unknown_key() {
    refused(
        &[("hidden =", "hiden =")],
        r#"
t.toml:12:1: unknown key "hiden" in [network]; expected hidden, activation or bias
    |
 12 | hiden = [0, 4]
    | ^^^^^ did you mean hidden?
"#,
    );
}

#[test]
fn unknown_table() {
    refused(
        &[("[training]", "[trainning]")],
        r#"
t.toml:17:2: unknown key "trainning" in the manifest; expected name, data, network, training, seeds, description, predict, initialization, convergence, compare, curves or statistics
    |
 17 | [trainning]
    |  ^^^^^^^^^ did you mean training?
"#,
    );
}

#[test]
fn unknown_key_without_a_near_one() {
    refused(
        &[("range = 1.0", "colour = 3")],
        r#"
t.toml:15:1: unknown key "colour" in [initialization]; expected range or generator
    |
 15 | colour = 3
    | ^^^^^^
"#,
    );
}

#[test]
fn key_in_the_wrong_table() {
    refused(
        &[(
            "hidden = [0, 4]",
            "hidden = [0, 4]
learning_rate = 0.5",
        )],
        r#"
t.toml:13:1: unknown key "learning_rate" in [network]; expected hidden, activation or bias
    |
 13 | learning_rate = 0.5
    | ^^^^^^^^^^^^^ belongs in [training]
"#,
    );
}

#[test]
fn key_at_the_top() {
    refused(
        &[(
            r#"name = "t""#,
            r#"name = "t"
epochs = 5"#,
        )],
        r#"
t.toml:2:1: unknown key "epochs" in the manifest; expected name, data, network, training, seeds, description, predict, initialization, convergence, compare, curves or statistics
   |
 2 | epochs = 5
   | ^^^^^^ belongs in [training]
"#,
    );
}

#[test]
fn everything_missing() {
    refused_text("", "
t.toml:1:1: the manifest has no name; expected letters (a to z), digits, . _ and -, beginning with a letter, digit or _
   |
 1 |
   | ^

t.toml:1:1: the manifest has no [data]; expected a table [data] with inputs, targets, csv, target_columns, input_columns, ignore_columns, category_columns, task, classes, class_targets, set_column, split, scale, missing, header, generator, size
   |
 1 |
   | ^

t.toml:1:1: the manifest has no [network]; expected a table [network] with hidden, activation, bias
   |
 1 |
   | ^

t.toml:1:1: the manifest has no [training]; expected a table [training] with epochs, learning_rate, momentum, precision
   |
 1 |
   | ^

t.toml:1:1: the manifest has no [seeds]; expected a table [seeds] with first, count, list
   |
 1 |
   | ^

t.toml: 5 problems
");
}

#[test]
fn missing_keys() {
    refused(&[("hidden = [0, 4]
", ""), ("epochs = 100
", "")], "
t.toml:11:1: [network] has no hidden; expected a number of neurons such as 4 (0: the single neuron), [[8, 4]] for two layers, or a list of them
    |
 11 | [network]
    | ^^^^^^^^^

t.toml:16:1: [training] has no epochs; expected a whole number from 1 to 9,007,199,254,740,992
    |
 16 | [training]
    | ^^^^^^^^^^

t.toml: 2 problems
");
}

#[test]
fn seeds_without_count() {
    refused(
        &[(
            "count = 10
",
            "",
        )],
        "
t.toml:20:1: [seeds] has neither count nor list; expected either count (and first), or list
    |
 20 | [seeds]
    | ^^^^^^^
",
    );
}

#[test]
fn seeds_first_only() {
    refused(
        &[("count = 10", "first = 10")],
        "
t.toml:20:1: [seeds] has neither count nor list; expected either count (and first), or list
    |
 20 | [seeds]
    | ^^^^^^^
",
    );
}
