//! Rows from a data file:
//!
//! ```text
//! decode (bytes → text) → dialect → cells → sheet → columns → missing → targets, inputs
//!   → leakage → sets (split, scale) → warnings, told
//! ```
//!
//! Every cell keeps its place, so that a problem is shown with the file's own line and column.

mod cells;
mod columns;
mod decode;
mod dialect;
mod guess;
mod inputs;
mod leakage;
mod missing;
mod numbers;
mod scale;
mod sets;
mod sheet;
mod split;
mod targets;
mod told;
mod warnings;

use std::path::Path;

use self::decode::Undecodable;
use self::sets::Source;
use self::sheet::Sheet;
use super::data::{Data, Missing, PartitionKey};
use super::diagnostic::{Problems, Span};
use super::raw::Data as DataTable;
use crate::error::{Error, Result};
use crate::text::{path_text, quoted};

pub use guess::{Guess, MOMENTUM, PER_SECOND, SEEDS, SPLIT_SEED, Sets, TEST};
pub use targets::class_named;

/// The rows of the file at `path`, shared out and scaled for each of `keys`; `None` after reporting
/// what is wrong with it.
pub fn read(
    table: &DataTable,
    path: &Path,
    keys: &[PartitionKey],
    problems: &mut Problems,
) -> Option<Data> {
    let at = table.csv.span()?;
    let content = match decode::load(path) {
        Ok(content) => content,
        Err(found) => {
            problems.add(at, found, "a CSV file, its path as seen from the manifest");
            return None;
        }
    };
    let text = text(table, &content, path, at, problems)?;
    problems.open_data(&path.display().to_string(), text.clone());
    let mut data = parse(table, &text, keys, problems)?;
    data.file = Some(content);
    Some(data)
}

/// The file's text; `None` after reporting that it has none.
fn text(
    table: &DataTable,
    content: &[u8],
    path: &Path,
    at: Span,
    problems: &mut Problems,
) -> Option<String> {
    match decode::decode(content) {
        Ok(text) => Some(text),
        Err(Undecodable::Other(kind, remedy)) => {
            let name = quoted(&table.csv.get()?.0);
            let hint = Some(remedy.to_owned());
            problems.add_with_hint(at, format!("{name} is {kind}"), "a CSV file", hint);
            None
        }
        Err(Undecodable::Encoding(encoding, shown, at)) => {
            report_encoding(encoding, shown, at, path, problems);
            None
        }
    }
}

/// Reports bytes at `at` of the text as it is shown that are not of an encoding.
fn report_encoding(encoding: &str, shown: String, at: usize, path: &Path, problems: &mut Problems) {
    problems.open_data(&path.display().to_string(), shown);
    problems.data(
        Span::from(at..at + char::REPLACEMENT_CHARACTER.len_utf8()),
        &format!("bytes that are not {encoding}"),
        &format!("a CSV in {encoding}"),
        Some("save it again with that encoding".to_owned()),
    );
}

/// What is guessed of the file at `path`, for the manifest that messages call `manifest`.
///
/// # Errors
/// [`Error::Usage`] if it can't be read as text, [`Error::Manifest`] with every problem if it is no
/// table with a target and an input.
pub fn guess(path: &Path, manifest: &str) -> Result<Guess> {
    let content = decode::load(path)
        .map_err(|found| Error::Usage(format!("{found}; expected a CSV file")))?;
    let mut problems = Problems::new(manifest, "");
    let text = match decode::decode(&content) {
        Ok(text) => text,
        Err(Undecodable::Other(kind, remedy)) => {
            let path = path_text(path);
            let message = format!("{path} is {kind}; expected a CSV file: {remedy}");
            return Err(Error::Usage(message));
        }
        Err(Undecodable::Encoding(encoding, shown, at)) => {
            report_encoding(encoding, shown, at, path, &mut problems);
            return Err(problems.into_error());
        }
    };
    problems.open_data(&path.display().to_string(), text.clone());
    let guess = guess::of(&text, &mut problems);
    guess.ok_or_else(|| problems.into_error())
}

/// The rows of a text.
fn parse(
    table: &DataTable,
    text: &str,
    keys: &[PartitionKey],
    problems: &mut Problems,
) -> Option<Data> {
    let header = table.header.get() != Some(&false);
    let sheet = Sheet::read(text, header, problems)?;
    let columns = columns::read(&sheet, table, problems)?;
    let missing = table.missing.get().map_or(Missing::Refuse, |word| word.0);
    let kept = missing::kept(&sheet, &columns, missing, problems)?;
    // Both are read before either is given up: every problem is to be reported.
    let targets = targets::read(&sheet, &columns, table, &kept, problems);
    let inputs = inputs::read(&sheet, &columns, &kept, problems);
    let (targets, inputs) = (targets?, inputs?);
    leakage::refuse(&sheet, &columns, &inputs, &targets, problems)?;
    let source = Source {
        sheet: &sheet,
        columns: &columns,
        table,
        kept: &kept,
        inputs: &inputs,
        targets: &targets,
    };
    let partitions = source.partitions(keys, problems)?;
    let name = |column: &usize| sheet.heads[*column].name.clone();
    Some(Data {
        recognised: told::of(&table.csv.get()?.0, &source, &partitions),
        warnings: warnings::of(&inputs, &targets, &partitions),
        target_columns: columns.targets.iter().map(name).collect(),
        inputs: inputs.names,
        classes: targets.classes.map(|(classes, _)| classes),
        partitions,
        file: None,
    })
}
