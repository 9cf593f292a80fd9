//! The manifest as its users meet it: what is accepted, what is refused and in what words.
//!
//! Every refusal is a test that holds the whole message, with line, column and caret.

mod accepted;
mod axes;
mod bounds;
mod convergence;
mod csv;
mod data;
mod draft;
mod files;
mod hostile;
mod keys;
mod mutations;
mod names;
mod queries_and_seeds;
mod refused_files;
mod rendering;
mod round_trip;
mod schema;
mod syntax;
mod types;

use crate::manifest::Manifest;

/// A valid manifest with one problem short of every table that the tests put one into.
pub const VALID: &str = r#"name = "t"

[data]
inputs = [[0, 0], [0, 1], [1, 0]]
targets = [0, 1, 1]

[[predict]]
input = [1, 1]
target = 0

[network]
hidden = [0, 4]

[initialization]
range = 1.0

[training]
epochs = 100

[seeds]
count = 10
"#;

/// [`VALID`] with the first occurrence of each text replaced.
pub fn edited(edits: &[(&str, &str)]) -> String {
    let mut text = VALID.to_owned();
    for (from, to) in edits {
        assert!(text.contains(from), "no {from:?} to replace in\n{text}");
        text = text.replacen(from, to, 1);
    }
    text
}

/// The edited manifest, which must be accepted.
pub fn accepted(edits: &[(&str, &str)]) -> Manifest {
    Manifest::parse(&edited(edits), "t.toml", ".").unwrap_or_else(|error| panic!("{error}"))
}

/// The edited manifest must be refused in exactly these words.
#[track_caller]
pub fn refused(edits: &[(&str, &str)], message: &str) {
    refused_text(&edited(edits), message);
}

/// This manifest must be refused in exactly these words.
#[track_caller]
pub fn refused_text(text: &str, message: &str) {
    let error = Manifest::parse(text, "t.toml", ".").unwrap_err();
    assert_eq!(error.exit_code(), 2);
    same(&error.to_string(), message);
}

/// Rows from a file `rows.csv` with this content, named by these lines of `[data]`, must be
/// refused in exactly these words; the folder of the file is called FOLDER in them.
#[track_caller]
pub fn refused_csv(content: Option<&[u8]>, data: &str, message: &str) {
    let folder = tempfile::tempdir().unwrap();
    if let Some(content) = content {
        std::fs::write(folder.path().join("rows.csv"), content).unwrap();
    }
    let inline = "inputs = [[0, 0], [0, 1], [1, 0]]\ntargets = [0, 1, 1]";
    let error = Manifest::parse(&edited(&[(inline, data)]), "t.toml", folder.path()).unwrap_err();
    let shown = folder.path().display().to_string();
    same(&error.to_string().replace(&shown, "FOLDER"), message);
}

#[track_caller]
fn same(found: &str, expected: &str) {
    assert!(
        found == expected.trim_matches('\n'),
        "found:\n{found}\n\nexpected:{expected}"
    );
}

/// `1, 2, … count`.
pub fn counting(count: usize) -> String {
    let numbers: Vec<String> = (1..=count).map(|number| number.to_string()).collect();
    numbers.join(", ")
}
