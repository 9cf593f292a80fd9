//! Target columns to numbers, or to classes and the outputs that stand for them.

use indexmap::IndexMap;
use ndarray::Array2;

use super::columns::Columns;
use super::inputs::{and_more, numbers};
use super::numbers::{self, Reading};
use super::sheet::Sheet;
use crate::manifest::data::{ClassOutputs, Classes, Goal};
use crate::manifest::diagnostic::{Problems, Span};
use crate::manifest::limits::{self, defaults};
use crate::manifest::raw::Data as DataTable;
use crate::network::Right;
use crate::text::{grouped, quoted};

/// What the networks are to answer.
#[derive(Debug)]
pub struct Targets {
    /// R × O.
    pub values: Array2<f64>,
    /// When an answer is right.
    pub right: Right,
    /// The classes, and the class of each row; `None` of numbers.
    pub classes: Option<(Classes, Vec<usize>)>,
}

/// The targets of the rows `kept`; `None` after reporting what is wrong with them.
pub fn read(
    sheet: &Sheet<'_>,
    columns: &Columns,
    table: &DataTable,
    kept: &[usize],
    problems: &mut Problems,
) -> Option<Targets> {
    let task = table.task.get().map(|task| task.0);
    match task.unwrap_or_else(|| goal(sheet, columns, kept)) {
        Goal::Regress => {
            let targets = regress(sheet, columns, task, kept, problems);
            refuse_class_keys(table, problems)?;
            targets
        }
        Goal::Classify => {
            let &[column] = columns.targets.as_slice() else {
                let found = format!("{} target columns to classify by", columns.targets.len());
                let at = table.target_columns.span().unwrap_or_default();
                problems.add(at, found, "one, whose values are the classes");
                return None;
            };
            classify(sheet, column, table, kept, problems)
        }
    }
}

/// Without `task`: classes if most cells of a target column are text.
fn goal(sheet: &Sheet<'_>, columns: &Columns, kept: &[usize]) -> Goal {
    let is_text = |column: usize| {
        let readings = kept.iter().map(|row| sheet.reading(*row, column));
        2 * readings.filter(|reading| *reading == Reading::Text).count() > kept.len()
    };
    match columns.targets.iter().any(|column| is_text(*column)) {
        true => Goal::Classify,
        false => Goal::Regress,
    }
}

/// Refuses keys that are about classes where there are none.
fn refuse_class_keys(table: &DataTable, problems: &mut Problems) -> Option<()> {
    let keys = [
        ("classes", table.classes.span()),
        ("class_targets", table.class_targets.span()),
    ];
    let mut sound = true;
    for (key, span) in keys {
        let Some(span) = span else { continue };
        problems.add_with_hint(
            span,
            format!("{key}, but targets that are numbers"),
            "a target column of classes",
            Some("if its numbers are classes, write task = \"classify\"".to_owned()),
        );
        sound = false;
    }
    sound.then_some(())
}

fn regress(
    sheet: &Sheet<'_>,
    columns: &Columns,
    task: Option<Goal>,
    kept: &[usize],
    problems: &mut Problems,
) -> Option<Targets> {
    let commas = sheet.has_decimal_commas();
    let hint = match task {
        Some(_) => "scale it to 0 to 1 in the file",
        None => {
            "if its values are classes, write task = \"classify\"; else scale it to 0 to 1 in the file"
        }
    };
    let mut values = Array2::zeros((kept.len(), columns.targets.len()));
    let mut sound = true;
    for (output, &column) in columns.targets.iter().enumerate() {
        let text_hint = "if its values are classes, write task = \"classify\"";
        let Some(found) = numbers(sheet, column, kept, commas, Some(text_hint), problems) else {
            sound = false;
            continue;
        };
        let outside = |value: &f64| !(0.0..=1.0).contains(value);
        if let Some(place) = found.iter().position(outside) {
            let count = found.iter().filter(|value| outside(value)).count();
            let text = quoted(&sheet.cell(kept[place], column));
            let name = quoted(&sheet.heads[column].name);
            let found = format!("{text}{} in column {name}", and_more(count));
            let span = sheet.span(kept[place], column);
            problems.data(span, &found, "a number from 0 to 1", Some(hint.to_owned()));
            sound = false;
        }
        values
            .column_mut(output)
            .iter_mut()
            .zip(found)
            .for_each(|(to, value)| *to = value);
    }
    sound.then_some(Targets {
        values,
        right: Right::Near,
        classes: None,
    })
}

/// What makes two cells the same class: equal numbers, or equal texts.
#[derive(PartialEq, Eq, Hash)]
enum Label {
    Number(u64),
    Text(String),
}

impl Label {
    fn of(text: &str, commas: bool) -> Label {
        match numbers::value(text, commas) {
            Some(value) => Label::Number(value.to_bits()),
            None => Label::Text(text.to_owned()),
        }
    }
}

/// The class that a text in the manifest means.
pub fn class_named(classes: &Classes, text: &str) -> Option<usize> {
    let wanted = Label::of(text.trim(), false);
    let mut names = classes.names.iter();
    // Numbers of a file with decimal commas are named as they stand in it.
    names.position(|name| name == text.trim() || Label::of(name, name.contains(',')) == wanted)
}

fn classify(
    sheet: &Sheet<'_>,
    column: usize,
    table: &DataTable,
    kept: &[usize],
    problems: &mut Problems,
) -> Option<Targets> {
    let (names, of_rows) = labels(sheet, column, kept, problems)?;
    let outputs = table
        .classes
        .get()
        .map_or(ClassOutputs::OneEach, |word| word.0);
    let targets = table
        .class_targets
        .get()
        .map_or(defaults::CLASS_TARGETS, |pair| pair.0);
    let [low, high] = targets;
    let (values, right) = match outputs {
        ClassOutputs::Single if names.len() != 2 => {
            let at = table.classes.span().unwrap_or_default();
            let found = format!("\"single-output\" for {} classes", names.len());
            problems.add(at, found, "two classes, or \"one-output-each\"");
            return None;
        }
        ClassOutputs::Single => (
            Array2::from_shape_fn((kept.len(), 1), |(row, _)| targets[of_rows[row]]),
            Right::Side {
                middle: f64::midpoint(low, high),
            },
        ),
        ClassOutputs::OneEach => {
            refuse_cells(sheet, kept.len(), names.len(), problems)?;
            let target = |(row, class)| if of_rows[row] == class { high } else { low };
            let shape = (kept.len(), names.len());
            (Array2::from_shape_fn(shape, target), Right::Largest)
        }
    };
    let classes = Classes {
        names,
        outputs,
        targets,
    };
    Some(Targets {
        values,
        right,
        classes: Some((classes, of_rows)),
    })
}

fn refuse_cells(
    sheet: &Sheet<'_>,
    rows: usize,
    classes: usize,
    problems: &mut Problems,
) -> Option<()> {
    if rows * classes <= limits::CELLS {
        return Some(());
    }
    let found = format!("{} rows of {classes} outputs", grouped(rows as u128));
    let most = format!("at most {} numbers", grouped(limits::CELLS as u128));
    problems.data(sheet.header_span(), &found, &most, None);
    None
}

/// The names of the classes in order of first appearance, and the class of each row.
fn labels(
    sheet: &Sheet<'_>,
    column: usize,
    kept: &[usize],
    problems: &mut Problems,
) -> Option<(Vec<String>, Vec<usize>)> {
    let mut found: IndexMap<Label, String> = IndexMap::new();
    let mut of_rows = Vec::with_capacity(kept.len());
    let name = quoted(&sheet.heads[column].name);
    for &row in kept {
        let text = sheet.cell(row, column);
        let label = Label::of(&text, sheet.dialect.commas());
        let class = match found.get_index_of(&label) {
            Some(class) => class,
            None => found.insert_full(label, text.into_owned()).0,
        };
        if found.len() > limits::CLASSES {
            let most = limits::CLASSES;
            problems.data(
                sheet.span(row, column),
                &format!("value {} of target column {name}", most + 1),
                &format!("2 to {most} classes"),
                Some(
                    "it looks like a label or id of each row; name the column of classes, or write \
                     task = \"regress\" for numbers"
                        .to_owned(),
                ),
            );
            return None;
        }
        of_rows.push(class);
    }
    if let (1, Some(only)) = (found.len(), found.values().next()) {
        let span: Span = sheet.span(kept[0], column);
        let only = format!("only one class, {}, in column {name}", quoted(only));
        problems.data(span, &only, "at least 2 classes", None);
        return None;
    }
    Some((found.into_values().collect(), of_rows))
}
