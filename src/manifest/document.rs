//! TOML text to a tree whose every key and value knows its place; syntax errors in our style.

use toml::Spanned;
use toml::de::DeTable;

use super::diagnostic::{Problems, Span};
use super::limits;
use super::raw::Root;
use super::reader::TableReader;
use crate::text::{bytes, quoted, visible};

/// The typed tables of a manifest; problems are added as they are found. After a syntax
/// error only what stands before it is judged, since what follows may be misread.
pub fn read(text: &str, problems: &mut Problems) -> Option<Root> {
    if text.len() as u64 > limits::MANIFEST_BYTES {
        problems.add(
            Span::default(),
            format!("a manifest of {}", bytes(text.len() as u128)),
            format!(
                "at most {}; rows can stand in a CSV file, [data] csv",
                bytes(u128::from(limits::MANIFEST_BYTES))
            ),
        );
        return None;
    }
    let (table, errors) = parse(text);
    let first = errors
        .iter()
        .map(|error| error.span.start)
        .min()
        .map(|at| problems.line_start(at));
    let root = TableReader::read(table.get_ref(), first_character(text), problems);
    if let Some(start) = first {
        // Keys may be missing only because the tree ends early.
        problems.keep_before(start);
        report(text, errors, problems);
        return None;
    }
    Some(root)
}

struct SyntaxError {
    span: Span,
    message: String,
}

/// The tree, as far as it can be read, and every syntax error; of a large text the first.
fn parse(text: &str) -> (Spanned<DeTable<'_>>, Vec<SyntaxError>) {
    /// Errors are many times larger than the bytes they are about.
    const ALL_ERRORS_UP_TO: usize = 256 << 10;
    let (table, errors) = match DeTable::parse(text) {
        Ok(table) => (table, Vec::new()),
        Err(_) if text.len() <= ALL_ERRORS_UP_TO => DeTable::parse_recoverable(text),
        Err(first) => (Spanned::new(0..0, DeTable::new()), vec![first]),
    };
    let errors = errors
        .iter()
        .map(|error| SyntaxError {
            span: error.span().unwrap_or_default().into(),
            message: error.message().to_owned(),
        })
        .collect();
    (table, errors)
}

/// Where problems of the manifest as a whole are shown.
fn first_character(text: &str) -> Span {
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    Span::from(start..start)
}

/// Adds the first syntax error of each line: the others usually follow from it.
fn report(text: &str, mut errors: Vec<SyntaxError>, problems: &mut Problems) {
    errors.sort_by_key(|error| error.span.start);
    let mut next_line = 0;
    for error in errors {
        let start = error.span.start as usize;
        if start < next_line {
            continue;
        }
        next_line = text
            .get(start..)
            .and_then(|rest| rest.find('\n'))
            .map_or(usize::MAX, |newline| start + newline + 1);
        let (found, expected) = in_our_words(&error, text);
        problems.add(error.span, visible(&found), visible(&expected));
        // A list that isn't closed swallows the rest of the file.
        if error.message.contains("array") {
            return;
        }
    }
}

/// What was found and what was expected, from the parser's message.
fn in_our_words(error: &SyntaxError, text: &str) -> (String, String) {
    let span = error.span.start as usize..error.span.end as usize;
    let word = text.get(span).unwrap_or_default();
    let (found, expected) = match error.message.split_once(", expected ") {
        Some((_, "literal string")) if word.is_empty() => ("no value", "one after the ="),
        Some((_, "literal string")) => {
            return (
                format!("{} is no value", quoted(word)),
                "a number, true, false, a list, or text in quotes".to_owned(),
            );
        }
        Some(("missing comma between array elements", comma)) => {
            return (
                "missing comma between entries of a list".to_owned(),
                format!("{comma} or, to end the list, `]`"),
            );
        }
        Some((found, "nothing")) => (found, "nothing more here"),
        Some((found, expected)) => (found, expected),
        None if error.message == "duplicate key" => {
            ("a key or table that is there already", "each once")
        }
        None => (error.message.as_str(), "valid TOML"),
    };
    (found.to_owned(), expected.to_owned())
}
