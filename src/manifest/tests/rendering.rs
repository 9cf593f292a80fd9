//! How a problem is shown: columns, wide and hidden characters, long lines, several at once.

use super::{edited, refused};
use crate::error::{Diagnostic, Error};
use crate::manifest::Manifest;

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

#[test]
fn an_error_keeps_the_place_of_each_problem() {
    let text = edited(&[
        ("range = 1.0", "range = 0"),
        ("epochs = 100", "epoch = 100"),
    ]);
    let error = Manifest::parse(&text, "t.toml", ".").unwrap_err();
    let Error::Manifest(found) = error else {
        panic!("{error}");
    };
    assert_eq!((found.manifest.as_str(), found.more), ("t.toml", 0));
    let place = |one: &Diagnostic| (one.file.clone(), one.line, one.column);
    let places: Vec<_> = found.list.iter().map(place).collect();
    assert_eq!(
        places,
        [("t.toml".to_owned(), 15, 9), ("t.toml".to_owned(), 18, 1)]
    );
    let offending: Vec<&str> = found
        .list
        .iter()
        .map(|one| &text[one.span.clone()])
        .collect();
    assert_eq!(offending, ["0", "epoch"]);
    assert_eq!(found.list[1].hint.as_deref(), Some("did you mean epochs?"));
    assert_eq!(found.list[1].excerpt.text, "epoch = 100");
    assert_eq!(found.list[1].excerpt.marked, 0..5);
}

#[test]
fn an_error_counts_the_problems_that_it_leaves_out() {
    let entries = vec!["-1"; 60].join(", ");
    let text = edited(&[("hidden = [0, 4]", &format!("hidden = [{entries}]"))]);
    let Err(Error::Manifest(found)) = Manifest::parse(&text, "t.toml", ".") else {
        panic!("60 problems are no manifest");
    };
    assert_eq!((found.list.len(), found.more), (50, 10));
}
