//! How a problem is shown: columns, wide and hidden characters, long lines, several at once.

use super::refused;

#[test]
fn crlf() {
    refused(
        &[("epochs = 100", "epochs = 0\r")],
        "
t.toml:18:10: epochs is 0; expected a whole number from 1 to 9,007,199,254,740,992
    |
 18 | epochs = 0
    |          ^
",
    );
}

#[test]
fn wide_characters() {
    refused(
        &[(
            "epochs = 100",
            r#""größe漢字" = 0
epochs = 1"#,
        )],
        r#"
t.toml:18:1: unknown key "größe漢字" in [training]; expected epochs, learning_rate, momentum or precision
    |
 18 | "größe漢字" = 0
    | ^^^^^^^^^^^
"#,
    );
}

#[test]
fn control_characters_in_a_key() {
    refused(
        &[(
            "epochs = 100",
            r#""a\u001b[31m" = 0
epochs = 1"#,
        )],
        r#"
t.toml:18:1: unknown key "a\u{1b}[31m" in [training]; expected epochs, learning_rate, momentum or precision
    |
 18 | "a\u001b[31m" = 0
    | ^^^^^^^^^^^^^
"#,
    );
}

#[test]
fn bidirectional_text_in_a_comment() {
    refused(
        &[("epochs = 100", "epochs = 0 # \u{202e} evil")],
        r#"
t.toml:18:10: epochs is 0; expected a whole number from 1 to 9,007,199,254,740,992
    |
 18 | epochs = 0 # \u{202e} evil
    |          ^
"#,
    );
}

#[test]
fn tab_before() {
    refused(
        &[("epochs = 100", "\tepochs = 0")],
        "
t.toml:18:11: epochs is 0; expected a whole number from 1 to 9,007,199,254,740,992
    |
 18 |     epochs = 0
    |              ^
",
    );
}

#[test]
fn a_long_line() {
    refused(&[("[[0, 0], [0, 1], [1, 0]]", &format!("[[0, 0], {0}, [1, nan], {0}]", ["[0, 5]"; 100].join(", "))), ("targets = [0, 1, 1]", &format!("targets = [{}]", ["0"; 202].join(", ")))], "
t.toml:4:823: inputs has nan; expected a finite number
   |
 4 | …5], [0, 5], [0, 5], [1, nan], [0, 5], [0, 5], [0, 5], [0, 5], [0, 5], [0, 5], [0, 5], [0, 5], […
   |                          ^^^
");
}

#[test]
fn byte_order_mark() {
    refused(
        &[(r#"name = "t""#, "\u{feff}nmae = 1")],
        r#"
t.toml:1:1: unknown key "nmae" in the manifest; expected name, data, network, training, seeds, description, predict, initialization, convergence, compare, curves or statistics
   |
 1 | nmae = 1
   | ^^^^ did you mean name?
"#,
    );
}
