//! TOML text to a tree whose every key and value knows its place; syntax errors in our style.

use toml::Spanned;
use toml::de::DeTable;

use super::diagnostic::{Problems, Span, quoted};
use super::limits;
use super::raw::{HOMES, Root};
use super::reader::TableReader;
use crate::number::bytes;

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
    let root = TableReader::read(table.get_ref(), first_character(text), HOMES, problems);
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

fn parse(text: &str) -> (Spanned<DeTable<'_>>, Vec<SyntaxError>) {
    let (table, errors) = DeTable::parse_recoverable(text);
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
    let mut last_line = None;
    for error in errors {
        let line = problems.line_start(error.span.start);
        if last_line.replace(line) == Some(line) {
            continue;
        }
        let (found, expected) = match error.message.split_once(", expected ") {
            Some((found, "nothing")) => (found, "nothing more here"),
            Some((found, "literal string")) => (found, "text in quotes"),
            Some((found, expected)) => (found, expected),
            None if error.message == "duplicate key" => {
                ("this key or table is there already", "each once")
            }
            None => (error.message.as_str(), "valid TOML"),
        };
        let span = error.span.start as usize..error.span.end as usize;
        let hint = text
            .get(span)
            .filter(|word| expected == "text in quotes" && word.len() < 40)
            .map(|word| format!("did you mean {}?", quoted(word)));
        problems.add_with_hint(
            error.span,
            super::diagnostic::escape(found),
            super::diagnostic::escape(expected),
            hint,
        );
    }
}
