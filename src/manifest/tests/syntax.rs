//! Text that is no TOML.

use super::{refused, refused_text};

#[test]
fn unclosed_string() {
    refused(
        &[(r#"name = "t""#, r#"name = "t"#)],
        r#"
t.toml:1:10: invalid basic string; expected `"`
   |
 1 | name = "t
   |          ^
"#,
    );
}

#[test]
fn unquoted_word() {
    refused(
        &[("epochs = 100", "epochs = many")],
        r#"
t.toml:18:10: "many" is no value; expected a number, true, false, a list, or text in quotes
    |
 18 | epochs = many
    |          ^^^^
"#,
    );
}

#[test]
fn two_values() {
    refused(
        &[("range = 1.0", "range = 1.0 2.0")],
        r#"
t.toml:15:9: "1.0 2.0" is no value; expected a number, true, false, a list, or text in quotes
    |
 15 | range = 1.0 2.0
    |         ^^^^^^^
"#,
    );
}

#[test]
fn duplicate_key() {
    refused(
        &[(
            "epochs = 100",
            "epochs = 100
epochs = 200",
        )],
        "
t.toml:19:1: a key or table that is there already; expected each once
    |
 19 | epochs = 200
    | ^^^^^^
",
    );
}

#[test]
fn duplicate_table() {
    refused(
        &[(
            "[seeds]",
            "[network]
[seeds]",
        )],
        "
t.toml:20:2: a key or table that is there already; expected each once
    |
 20 | [network]
    |  ^^^^^^^
",
    );
}

#[test]
fn no_value() {
    refused(
        &[("epochs = 100", "epochs =")],
        "
t.toml:18:9: no value; expected one after the =
    |
 18 | epochs =
    |         ^
",
    );
}

#[test]
fn unclosed_list() {
    refused(
        &[("hidden = [0, 4]", "hidden = [0, 4")],
        "
t.toml:14:1: missing comma between entries of a list; expected `,` or, to end the list, `]`
    |
 14 | [initialization]
    | ^
",
    );
}

#[test]
fn and_earlier_problem() {
    refused(
        &[("[[0, 0]", "[[0, nan]"), ("epochs = 100", "epochs = 1.0.0")],
        "
t.toml:4:15: inputs has nan; expected a finite number
   |
 4 | inputs = [[0, nan], [0, 1], [1, 0]]
   |               ^^^

t.toml:18:13: invalid float; expected nothing more here
    |
 18 | epochs = 1.0.0
    |             ^^

t.toml: 2 problems
",
    );
}

#[test]
fn bad_number() {
    refused(
        &[("epochs = 100", "epochs = 0x")],
        "
t.toml:18:10: epochs is 0x; expected a whole number from 1 to 9,007,199,254,740,992
    |
 18 | epochs = 0x
    |          ^^
",
    );
}

#[test]
fn json() {
    refused_text(
        r#"{"name": "t"}"#,
        r#"
t.toml:1:1: invalid key-value pair; expected key
   |
 1 | {"name": "t"}
   | ^
"#,
    );
}

#[test]
fn deep() {
    refused_text(&format!("a = {}", "[".repeat(200)), "
t.toml:1:85: cannot recurse further; max recursion depth met; expected valid TOML
   |
 1 | …[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[…
   |                          ^
");
}

#[test]
fn deep_keys() {
    refused_text(&format!("{}b = 1", "a.".repeat(200)), "
t.toml:1:1: recursion limit; expected valid TOML
   |
 1 | a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.…
   | ^
");
}

#[test]
fn several_at_once() {
    refused(
        &[
            (r#"name = "t""#, r#"name = "a/b""#),
            ("[0, 1]", "[0, 1, 2]"),
            (
                "hidden = [0, 4]",
                r#"hidden = [0, "x"]
activaton = "tanh""#,
            ),
            ("epochs = 100", "epochs = 0"),
            ("count = 10", "count = 0"),
        ],
        r#"
t.toml:1:8: name is "a/b"; expected letters (a to z), digits, . _ and -, beginning with a letter, digit or _
   |
 1 | name = "a/b"
   |        ^^^^^ "/" can't be in a folder's name

t.toml:4:19: row 2 of inputs has 3 numbers; expected 2, as in the rows before
   |
 4 | inputs = [[0, 0], [0, 1, 2], [1, 0]]
   |                   ^^^^^^^^^

t.toml:12:14: hidden has "x"; expected a number of neurons such as 4 (0: the single neuron), [[8, 4]] for two layers
    |
 12 | hidden = [0, "x"]
    |              ^^^

t.toml:13:1: unknown key "activaton" in [network]; expected hidden, activation or bias
    |
 13 | activaton = "tanh"
    | ^^^^^^^^^ did you mean activation?

t.toml:19:10: epochs is 0; expected a whole number from 1 to 9,007,199,254,740,992
    |
 19 | epochs = 0
    |          ^

t.toml:22:9: count is 0; expected a whole number of at least 1, of at most 15 digits
    |
 22 | count = 0
    |         ^

t.toml: 6 problems
"#,
    );
}
