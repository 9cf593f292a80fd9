//! How a file was read, line by line, for `seedbed plan`.

use super::inputs::Inputs;
use super::sets::Source;
use super::sheet::Sheet;
use super::warnings::listed;
use crate::manifest::data::{Classes, Partition, PartitionKey, Scale};
use crate::text::{counted, shown};

/// Sets of rows that are told one by one.
const PARTITIONS: usize = 4;

/// What was understood: a label and its text, line by line.
pub fn of(
    file: &str,
    source: &Source<'_, '_>,
    partitions: &[Partition],
) -> Vec<(&'static str, String)> {
    let mut lines = vec![("file", self::file(file, source.sheet))];
    lines.push(("rows", rows(partitions)));
    lines.push(("inputs", inputs(source.inputs)));
    match &source.targets.classes {
        Some((classes, _)) => lines.push(("classes", self::classes(classes, source))),
        None => lines.push(("targets", names(source.sheet, &source.columns.targets))),
    }
    lines.extend(scaling(partitions).map(|text| ("scaling", text)));
    lines.extend(left_out(source).map(|text| ("left out", text)));
    lines
}

fn file(name: &str, sheet: &Sheet<'_>) -> String {
    let commas = if sheet.has_decimal_commas() {
        ", decimal commas"
    } else {
        ""
    };
    format!(
        "{}: {}{commas}, {}, {}",
        shown(name),
        sheet.dialect.word(),
        counted(sheet.rows, "row"),
        counted(sheet.heads.len(), "column")
    )
}

/// `90 train, 30 validation, 30 test`; of several ways to share them out, each that differs.
fn rows(partitions: &[Partition]) -> String {
    let mut told: Vec<(String, String)> = Vec::new();
    for partition in partitions {
        let sets = &partition.sets;
        let parts = [
            (&sets.training, "train"),
            (&sets.validation, "validation"),
            (&sets.test, "test"),
        ];
        let parts = parts.iter().filter(|(part, _)| !part.numbers.is_empty());
        let parts: Vec<String> = parts
            .map(|(part, set)| format!("{} {set}", part.numbers.len()))
            .collect();
        let PartitionKey {
            scale: _,
            set_column,
            split_seed: _,
        } = &partition.key;
        let whose = set_column.as_deref().map(shown).unwrap_or_default();
        let line = (whose, parts.join(", "));
        if !told.contains(&line) {
            told.push(line);
        }
    }
    if let [(_, only)] = told.as_slice() {
        return only.clone();
    }
    let each = told
        .iter()
        .take(PARTITIONS)
        .map(|(whose, parts)| format!("{whose}: {parts}"));
    let mut text = each.collect::<Vec<_>>().join("; ");
    if told.len() > PARTITIONS {
        text += &format!("; {} more", told.len() - PARTITIONS);
    }
    text
}

fn inputs(inputs: &Inputs) -> String {
    let names: Vec<String> = inputs
        .names
        .iter()
        .map(|input| shown(&input.to_string()))
        .collect();
    format!("{}: {}", names.len(), listed(&names))
}

/// Each class with its rows in all sets.
fn classes(classes: &Classes, source: &Source<'_, '_>) -> String {
    let mut rows = vec![0_usize; classes.names.len()];
    for class in source
        .targets
        .classes
        .iter()
        .flat_map(|(_, of_rows)| of_rows)
    {
        rows[*class] += 1;
    }
    let each = classes.names.iter().zip(rows);
    let each: Vec<String> = each
        .map(|(name, rows)| format!("{} {rows}", shown(name)))
        .collect();
    format!("{}: {}", classes.names.len(), listed(&each))
}

fn scaling(partitions: &[Partition]) -> Option<String> {
    let mut scales: Vec<Scale> = Vec::new();
    for partition in partitions {
        if !scales.contains(&partition.key.scale) {
            scales.push(partition.key.scale);
        }
    }
    if scales == [Scale::None] {
        return None;
    }
    let words: Vec<&str> = scales
        .iter()
        .map(|scale| crate::manifest::words::Word::word(*scale))
        .collect();
    Some(format!("{}, fitted on the training rows", words.join(", ")))
}

fn names(sheet: &Sheet<'_>, columns: &[usize]) -> String {
    let names: Vec<String> = columns
        .iter()
        .map(|column| shown(&sheet.heads[*column].name))
        .collect();
    format!("{}: {}", names.len(), listed(&names))
}

fn left_out(source: &Source<'_, '_>) -> Option<String> {
    let mut parts = Vec::new();
    let rows = source.sheet.rows - source.kept.len();
    if rows > 0 {
        parts.push(format!("{} with missing values", counted(rows, "row")));
    }
    let ignored = &source.columns.ignored;
    if !ignored.is_empty() {
        let heads = ignored
            .iter()
            .map(|column| &source.sheet.heads[*column].name);
        let heads: Vec<String> = heads
            .map(|name| {
                if name.is_empty() {
                    "one without a name".to_owned()
                } else {
                    shown(name)
                }
            })
            .collect();
        parts.push(format!(
            "{}: {}",
            counted(ignored.len(), "column"),
            listed(&heads)
        ));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}
