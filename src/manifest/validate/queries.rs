//! `[[predict]]`: situations with as many inputs and outputs as the training rows, each with names
//! of columns of its own.

use std::collections::HashMap;

use crate::manifest::data::{ClassOutputs, Classes, Input};
use crate::manifest::diagnostic::{Problems, Span};
use crate::manifest::raw::{Predict, Root};
use crate::manifest::reader::Slot;
use crate::manifest::table::class_named;
use crate::manifest::values::{Answer, Cell};
use crate::manifest::{Data, limits, prediction_column};
use crate::network::Query;
use crate::text::{alternatives, counted, grouped, nearest, quoted};

/// The queries; `None` if one of them was refused. Without rows only the tables are read.
pub fn read(root: &Root, data: Option<&Data>, problems: &mut Problems) -> Option<Vec<Query>> {
    let Some(list) = root.predict.get() else {
        return (!root.predict.is_present()).then(Vec::new);
    };
    if list.entries.len() > limits::QUERIES {
        problems.add(
            root.predict.span()?,
            format!("{} [[predict]] tables", grouped(list.entries.len() as u128)),
            format!(
                "at most {}: each is two columns of runs.csv",
                grouped(limits::QUERIES as u128)
            ),
        );
        return None;
    }
    let mut names = Names::default();
    let mut queries = Some(Vec::new());
    let outputs = data.map_or(1, Data::output_count);
    for (position, entry) in list.entries.iter().enumerate() {
        let query = entry.get().and_then(|table| one(table, data, problems));
        if let (Some(query), Some(table)) = (&query, entry.get()) {
            names.add(query, table, outputs, position, problems);
        }
        match (query, &mut queries) {
            (Some(query), Some(all)) => all.push(query),
            _ => queries = None,
        }
    }
    queries
}

/// The columns of the queries so far, and whose they are.
#[derive(Default)]
struct Names {
    /// Lower case, since spreadsheets take names that differ in case for the same.
    taken: HashMap<String, usize>,
    inputs: HashMap<Vec<u64>, usize>,
}

impl Names {
    fn add(
        &mut self,
        query: &Query,
        table: &Predict,
        outputs: usize,
        position: usize,
        problems: &mut Problems,
    ) {
        if query.name.is_none() {
            let bits: Vec<u64> = query.input.iter().map(|value| value.to_bits()).collect();
            if let Some(first) = self.inputs.insert(bits, position) {
                let found = format!("the same input as [[predict]] {}", first + 1);
                let expected = "each situation once, since its inputs name its columns";
                problems.add(table.input.span().unwrap_or_default(), found, expected);
                return;
            }
        }
        let at = table.name.span().or(table.input.span()).unwrap_or_default();
        for output in 0..outputs {
            let column = prediction_column(query, outputs, output);
            for column in [format!("{column}_correct"), column] {
                let Some(first) = self.taken.insert(column.to_lowercase(), position) else {
                    continue;
                };
                let found = format!("column {column}, which [[predict]] {} has too", first + 1);
                problems.add(at, found, "names that differ in letters or digits");
                return;
            }
        }
    }
}

fn one(table: &Predict, data: Option<&Data>, problems: &mut Problems) -> Option<Query> {
    let (cells, at) = (table.input.get()?, table.input.span()?);
    let slots = &cells.entries;
    let refused = slots.iter().any(|slot| slot.get().is_none());
    let input = match data {
        Some(data) => input(slots, at, data, problems),
        None => numbers(slots),
    };
    let target = match (table.target.get(), data) {
        (Some(answer), data) => Some(target(answer, table.target.span()?, data, problems)),
        (None, _) if table.target.is_present() => return None,
        (None, _) => None,
    };
    if refused || (table.name.is_present() && table.name.get().is_none()) {
        return None;
    }
    let query = Query {
        name: table.name.get().map(|name| name.0.clone()),
        input: input?,
        target: match target {
            Some(target) => Some(target?),
            None => None,
        },
    };
    if let Some(data) = data {
        refuse_infinite(&query, at, data, problems)?;
    }
    Some(query)
}

/// Numbers, where the rows that they belong to are not known.
fn numbers(slots: &[Slot<Cell>]) -> Option<Vec<f64>> {
    let number = |slot: &Slot<Cell>| match slot.get()? {
        Cell::Number(value) => Some(*value),
        Cell::Text(_) => None,
    };
    slots.iter().map(number).collect()
}

/// The I inputs that the cells mean: one cell per column, of which a category column is several
/// inputs.
fn input(slots: &[Slot<Cell>], at: Span, data: &Data, problems: &mut Problems) -> Option<Vec<f64>> {
    let columns = columns(data);
    if slots.len() != columns.len() {
        let found = format!("a situation of {}", counted(slots.len(), "input"));
        let expected = match data.inputs.len() == columns.len() || data.inputs.is_empty() {
            true => format!("{}, as in the training rows", columns.len()),
            false => format!("{}, one per input column", columns.len()),
        };
        problems.add(at, found, expected);
        return None;
    }
    let mut values = Vec::with_capacity(data.input_count());
    let mut sound = true;
    for (slot, column) in slots.iter().zip(&columns) {
        // A cell that was refused has been reported.
        let (Some(cell), Some(span)) = (slot.get(), slot.span()) else {
            sound = false;
            continue;
        };
        match (cell, column) {
            (Cell::Number(value), Column::Number(_)) => values.push(*value),
            (cell, Column::Categories(inputs)) => match category(cell, inputs, span, problems) {
                Some(found) => {
                    values.extend((0..inputs.len()).map(|at| f64::from(u8::from(at == found))))
                }
                None => sound = false,
            },
            (Cell::Text(text), Column::Number(name)) => {
                let of = name.map(|name| format!(" for input {}", quoted(name)));
                let found = format!("{}{}", quoted(text), of.unwrap_or_default());
                problems.add(span, found, "a number: only category columns are text");
                sound = false;
            }
        }
    }
    sound.then_some(values)
}

/// What a cell of a situation is for.
enum Column<'a> {
    /// One input, and its name if rows are from a file.
    Number(Option<&'a str>),
    /// An input for each value.
    Categories(&'a [Input]),
}

fn columns(data: &Data) -> Vec<Column<'_>> {
    if data.inputs.is_empty() {
        return (0..data.input_count())
            .map(|_| Column::Number(None))
            .collect();
    }
    let of_column = data
        .inputs
        .chunk_by(|a, b| a.category.is_some() && a.column == b.column);
    of_column.map(Column::of).collect()
}

impl Column<'_> {
    /// What the inputs of one column are.
    fn of(inputs: &[Input]) -> Column<'_> {
        match inputs {
            [
                Input {
                    column,
                    category: None,
                },
            ] => Column::Number(Some(column)),
            several => Column::Categories(several),
        }
    }
}

/// Which of a category column's values a cell is.
fn category(cell: &Cell, inputs: &[Input], span: Span, problems: &mut Problems) -> Option<usize> {
    let text = match cell {
        Cell::Text(text) => text.trim().to_owned(),
        // Categories may be numbers: 1, 2, 3.
        Cell::Number(value) => crate::text::shortest(*value),
    };
    let names = || inputs.iter().filter_map(|input| input.category.as_deref());
    let found = names().position(|name| name == text);
    if found.is_none() {
        let column = inputs.first().map_or("", |input| &input.column);
        let hint = nearest(&text, names()).map(|name| format!("did you mean {}?", quoted(name)));
        let found = format!("{} for column {}", quoted(&text), quoted(column));
        problems.add_with_hint(span, found, listed(names()), hint);
    }
    found
}

/// The O targets that an answer means.
fn target(
    answer: &Answer,
    at: Span,
    data: Option<&Data>,
    problems: &mut Problems,
) -> Option<Vec<f64>> {
    match answer {
        Answer::Numbers(target) => {
            let outputs = data.map_or(target.0.len(), Data::output_count);
            if target.0.len() != outputs {
                let found = format!("a target for {}", counted(target.0.len(), "output"));
                problems.add(at, found, format!("{outputs}, as in the training rows"));
                return None;
            }
            let numbers = target.0.iter();
            numbers.map(|number| Some(number.get()?.value)).collect()
        }
        Answer::Class(name) => match data?.classes.as_ref() {
            Some(classes) => class(name, classes, at, problems),
            None => {
                let expected = "a number from 0 to 1: the training rows have no classes";
                problems.add(at, quoted(name), expected);
                None
            }
        },
    }
}

fn class(name: &str, classes: &Classes, at: Span, problems: &mut Problems) -> Option<Vec<f64>> {
    let names = || classes.names.iter().map(String::as_str);
    let Some(class) = class_named(classes, name) else {
        let hint = nearest(name, names()).map(|name| format!("did you mean {}?", quoted(name)));
        problems.add_with_hint(
            at,
            format!("no class {}", quoted(name)),
            listed(names()),
            hint,
        );
        return None;
    };
    let [low, high] = classes.targets;
    Some(match classes.outputs {
        ClassOutputs::Single => vec![classes.targets[class]],
        ClassOutputs::OneEach => {
            let target = |other| if other == class { high } else { low };
            (0..classes.names.len()).map(target).collect()
        }
    })
}

/// Refuses a situation that scaling leaves without finite numbers.
fn refuse_infinite(query: &Query, at: Span, data: &Data, problems: &mut Problems) -> Option<()> {
    let mut partitions = data.partitions.iter();
    let finite = partitions.all(|partition| {
        let scaled = partition.scaled(&query.input);
        scaled.iter().all(|value| value.is_finite())
    });
    if !finite {
        let expected = "values that scaling leaves finite";
        problems.add(at, "a situation too far from the training rows", expected);
    }
    finite.then_some(())
}

/// The first few names as alternatives.
fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    /// Names that a message lists.
    const LISTED: usize = 8;
    let mut shown: Vec<String> = names.map(quoted).collect();
    if shown.len() > LISTED {
        let rest = shown.len() - LISTED;
        shown.truncate(LISTED);
        shown.push(counted(rest, "other"));
    }
    alternatives(&shown)
}
