//! Texts made to exhaust time or memory: each must end in a message, however large it is.

use super::{VALID, edited, refused_csv};
use crate::manifest::Manifest;

/// The largest manifest that is read.
const MANIFEST: usize = 4 << 20;

/// The first line of the message that a text is refused with.
fn first_line(text: &str) -> String {
    let message = Manifest::parse(text, "h.toml", ".")
        .unwrap_err()
        .to_string();
    assert!(message.len() < 20_000);
    message.lines().next().unwrap_or_default().to_owned()
}

/// `piece` repeated into `before…after`, as long as a manifest may be.
fn filled(before: &str, piece: &str, after: &str) -> String {
    let count = (MANIFEST - before.len() - after.len()) / piece.len();
    format!("{before}{}{after}", piece.repeat(count))
}

#[test]
fn deep_nesting() {
    let cases = [
        (
            filled("a = ", "[", ""),
            "h.toml:1:85: cannot recurse further; max recursion depth met; expected valid TOML",
        ),
        (
            filled("", "a={", ""),
            "h.toml:1:243: cannot recurse further; max recursion depth met; expected valid TOML",
        ),
        (
            filled("", "a.", "b = 1"),
            "h.toml:1:1: recursion limit; expected valid TOML",
        ),
    ];
    for (text, message) in cases {
        assert_eq!(first_line(&text), message);
    }
}

#[test]
fn nothing_but_syntax_errors() {
    let cases = [
        (
            filled("", "x y z\n", ""),
            "h.toml:1:3: key with no value; expected `=`",
        ),
        (
            filled("", "\r", ""),
            "h.toml:1:2: carriage return must be followed by newline; expected newline",
        ),
        (
            "\r".repeat(200_000),
            "h.toml:1:2: carriage return must be followed by newline; expected newline",
        ),
        (
            filled("", "a=1\n", ""),
            "h.toml:2:1: a key or table that is there already; expected each once",
        ),
        (
            filled("", "\0", ""),
            "h.toml:1:4194305: key with no value; expected `=`",
        ),
    ];
    for (text, message) in cases {
        assert_eq!(first_line(&text), message);
    }
}

#[test]
fn nothing_but_wrong_values() {
    let text = filled("name = 't'\ndata = { inputs = [", "'',", "] }");
    assert_eq!(
        first_line(&text),
        "h.toml:1:1: the manifest has no [network]; expected a table [network] with hidden, activation, bias"
    );
    let message = Manifest::parse(&text, "h.toml", ".")
        .unwrap_err()
        .to_string();
    assert!(
        message
            .contains("h.toml:2:20: inputs has \"\"; expected a list, each entry a finite number")
    );
    assert!(
        message.ends_with("more problems\n\nh.toml: 1,398,094 problems"),
        "{}",
        &message[message.len() - 200..]
    );
}

#[test]
fn very_many_tables_and_keys() {
    let keys: String = (0..300_000).map(|key| format!("k{key}=1\n")).collect();
    assert!(
        first_line(&keys)
            .starts_with("h.toml:1:1: unknown key \"k0\" in the manifest; expected name")
    );
    let predictions = VALID.to_owned() + &"[[predict]]\ninput=[1]\n".repeat(150_000);
    assert_eq!(
        first_line(&predictions),
        "h.toml:7:1: 150,001 [[predict]] tables; expected at most 5,000: each is two columns of runs.csv"
    );
}

#[test]
fn one_line_of_very_many_cells() {
    let commas = ",".repeat(8 << 20);
    refused_csv(
        Some(commas.as_bytes()),
        "csv = \"rows.csv\"\ntarget_columns = [\"y\"]",
        &format!(
            "FOLDER/rows.csv:1:1: more than 20,000 columns; expected at most 10,000 inputs and as many targets\n   |\n 1 | {}…\n   | ^",
            ",".repeat(96)
        ),
    );
}

#[cfg(unix)]
#[test]
fn a_device_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("/dev/zero", folder.path().join("endless.csv")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", folder.path().join("endless.toml")).unwrap();
    let text = edited(&[(
        "inputs = [[0, 0], [0, 1], [1, 0]]\ntargets = [0, 1, 1]",
        "csv = \"endless.csv\"\ntarget_columns = [\"y\"]",
    )]);
    let error = Manifest::parse(&text, "t.toml", folder.path())
        .unwrap_err()
        .to_string();
    assert!(
        error.contains(
            "endless.csv is no file; expected a CSV file, its path as seen from the manifest"
        ),
        "{error}"
    );
    let error = Manifest::load(folder.path().join("endless.toml"))
        .unwrap_err()
        .to_string();
    assert!(error.contains("endless.toml: it is no file"), "{error}");
}
