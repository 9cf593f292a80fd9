//! `[data]`: exactly one source of rows, all rows of one shape.

use std::collections::HashSet;
use std::path::PathBuf;

use ndarray::Array2;

use crate::manifest::axes::Axes;
use crate::manifest::data::{Goal, PartitionKey};
use crate::manifest::diagnostic::{Problems, Span};
use crate::manifest::generators::Pattern;
use crate::manifest::raw::{Data as DataTable, Root};
use crate::manifest::reader::{Axis, List, Real, Slot};
use crate::manifest::values::{BelowOne, Cell, ColumnName, Finite, Target};
use crate::manifest::words::Word;
use crate::manifest::{Data, limits, table as file};
use crate::network::Dataset;
use crate::text::{counted, grouped};

/// The three ways to give rows, as messages list them.
const WAYS: &str = "either inputs with targets, csv with target_columns, or generator with size";

/// The rows of the one source that is given; `None` after reporting what is wrong with it.
pub fn read(
    table: &DataTable,
    at: Span,
    csv_path: &dyn Fn(&str) -> PathBuf,
    axes: Option<&Axes>,
    problems: &mut Problems,
) -> Option<Data> {
    one_way(table, at, problems)?;
    refuse_senseless(table, problems)?;
    if let (Some(inputs), Some(targets)) = (table.inputs.get(), table.targets.get()) {
        let dataset = inline(inputs, targets, table.targets.span()?, problems)?;
        return Some(Data::plain(dataset));
    }
    if let (Some(generator), Some(size)) = (table.generator.get(), table.size.get()) {
        let dataset = generated(generator.0, size.value, table.size.span()?, problems)?;
        return Some(Data::plain(dataset));
    }
    from_csv(table, csv_path, axes, problems)
}

/// Reports if not exactly one way to give rows is used, with both of its keys.
fn one_way(table: &DataTable, at: Span, problems: &mut Problems) -> Option<()> {
    let ways = [
        [
            ("inputs", table.inputs.span()),
            ("targets", table.targets.span()),
        ],
        [
            ("csv", table.csv.span()),
            ("target_columns", table.target_columns.span()),
        ],
        [
            ("generator", table.generator.span()),
            ("size", table.size.span()),
        ],
    ];
    let mut given: Vec<&[(&str, Option<Span>); 2]> = ways
        .iter()
        .filter(|way| way.iter().any(|(_, span)| span.is_some()))
        .collect();
    // In the order of the text, so that the message points at what came second.
    given.sort_by_key(|way| way.iter().filter_map(|(_, span)| *span).min());
    let first = |way: &[(&'static str, Option<Span>); 2]| {
        way.iter().find_map(|(key, span)| Some((*key, (*span)?)))
    };
    match given.as_slice() {
        [] => problems.add(at, "[data] has no rows", WAYS),
        [one, other, ..] => {
            let (one, (other, span)) = (first(one)?.0, first(other)?);
            problems.add(span, format!("[data] has both {one} and {other}"), WAYS);
        }
        [[(a, Some(span)), (b, None)]] | [[(b, None), (a, Some(span))]] => {
            problems.add(
                *span,
                format!("[data] has {a} but no {b}"),
                format!("{a} with {b}"),
            );
        }
        [_] => return Some(()),
    }
    None
}

/// Rows made by a rule.
fn generated(
    pattern: Pattern,
    size: u64,
    size_at: Span,
    problems: &mut Problems,
) -> Option<Dataset> {
    let (least, most) = pattern.sizes();
    if !(least..=most).contains(&size) {
        problems.add(
            size_at,
            format!("{} of {}", pattern.word(), counted(size as usize, "input")),
            format!("a size from {least} to {}", grouped(u128::from(most))),
        );
        return None;
    }
    Some(pattern.rows(size as usize))
}

/// Reports keys that mean nothing where they stand, each with its reason.
fn refuse_senseless(table: &DataTable, problems: &mut Problems) -> Option<()> {
    let keys = [
        ("input_columns", table.input_columns.span()),
        ("ignore_columns", table.ignore_columns.span()),
        ("category_columns", table.category_columns.span()),
        ("task", table.task.span()),
        ("classes", table.classes.span()),
        ("class_targets", table.class_targets.span()),
        ("set_column", table.set_column.span()),
        ("split", table.split.span()),
        ("scale", table.scale.span()),
        ("missing", table.missing.span()),
        ("header", table.header.span()),
    ];
    let given = keys
        .into_iter()
        .filter_map(|(key, span)| Some((key, span?)));
    let before = problems.count();
    if !table.csv.is_present() {
        let source = match table.inputs.is_present() {
            true => "inputs that are written here",
            false => "generator",
        };
        for (key, span) in given {
            let found = format!("{key} with {source}");
            problems.add(span, found, "it only with csv, whose rows it is about");
        }
        return (problems.count() == before).then_some(());
    }
    refuse_pairs(table, problems);
    refuse_split(table, problems);
    (problems.count() == before).then_some(())
}

/// Reports keys that exclude each other.
fn refuse_pairs(table: &DataTable, problems: &mut Problems) {
    if let (Some(_), Some(span)) = (table.set_column.span(), table.split.span()) {
        let found = "[data] has both set_column and split";
        problems.add(
            span,
            found,
            "either a column that has the sets, or a split that makes them",
        );
    }
    if let (Some(_), Some(span)) = (table.input_columns.span(), table.ignore_columns.span()) {
        let found = "[data] has both input_columns and ignore_columns";
        problems.add(span, found, "one of them: what is no input is left out");
    }
    let regress = table.task.get().is_some_and(|task| task.0 == Goal::Regress);
    let of_classes = [
        ("classes", table.classes.span()),
        ("class_targets", table.class_targets.span()),
    ];
    for (key, span) in of_classes {
        if let (true, Some(span)) = (regress, span) {
            let found = format!("{key} with task = \"regress\"");
            problems.add(
                span,
                found,
                "it only with task = \"classify\" or classes of text",
            );
        }
    }
}

/// Reports shares that leave nothing to train on, or nothing out.
fn refuse_split(table: &DataTable, problems: &mut Problems) {
    let (Some(split), Some(at)) = (table.split.get(), table.split.span()) else {
        return;
    };
    let refused = [&split.validation, &split.test]
        .iter()
        .any(|slot| slot.is_present() && slot.get().is_none());
    let share = |slot: &Slot<Real<BelowOne>>| slot.get().map_or(0.0, |number| number.value);
    let held_out = share(&split.validation) + share(&split.test);
    if refused {
        return;
    }
    if held_out == 0.0 {
        let expected = "validation, test or both above 0, such as { validation = 0.25, test = 0.25, seed = 1 }";
        problems.add(at, "a split that leaves no row out", expected);
    } else if held_out >= 1.0 {
        let expected = "validation and test together below 1, the rest is trained on";
        problems.add(at, "a split that leaves no row to train on", expected);
    }
}

/// Rows in a file.
fn from_csv(
    table: &DataTable,
    csv_path: &dyn Fn(&str) -> PathBuf,
    axes: Option<&Axes>,
    problems: &mut Problems,
) -> Option<Data> {
    let (csv, columns) = (table.csv.get()?, table.target_columns.get()?);
    refuse_target_names(columns, table.target_columns.span()?, problems)?;
    // Without its names, a column of sets would be taken for an input.
    if table.set_column.is_present() && axes.is_none() {
        return None;
    }
    // A grid that was refused trains nothing; its file is read for its own problems.
    let keys = axes.map_or_else(|| vec![PartitionKey::default()], Axes::partitions);
    file::read(table, &csv_path(&csv.0), &keys, problems)
}

/// Reports target columns that are named twice, or too many of them.
fn refuse_target_names(
    columns: &List<ColumnName>,
    at: Span,
    problems: &mut Problems,
) -> Option<()> {
    if columns.entries.len() > limits::COLUMNS {
        let most = format!("at most {}", counted(limits::COLUMNS, "output"));
        problems.add(at, "too many target columns", most);
        return None;
    }
    let mut seen = HashSet::new();
    for entry in &columns.entries {
        if !seen.insert(entry.get()?.0.trim()) {
            problems.add(
                entry.span()?,
                "a column that is named twice",
                "each target column once",
            );
            return None;
        }
    }
    Some(())
}

/// Rows written in the manifest.
fn inline(
    inputs: &List<List<Real<Finite>>>,
    targets: &List<Target>,
    targets_at: Span,
    problems: &mut Problems,
) -> Option<Dataset> {
    let rows = inputs.entries.len();
    let shape = |count: usize| (1..=limits::COLUMNS).contains(&count);
    let input_lengths = inputs
        .entries
        .iter()
        .map(|row| (row, row.get().map(|row| row.entries.len())));
    let width = same_length(input_lengths, "inputs", "number", problems);
    let target_lengths = targets
        .entries
        .iter()
        .map(|row| (row, row.get().map(|row| row.0.len())));
    let outputs = same_length(target_lengths, "targets", "target", problems);
    if targets.entries.len() != rows {
        problems.add(
            targets_at,
            format!("targets for {}", counted(targets.entries.len(), "row")),
            format!("{}, one per row of inputs", grouped(rows as u128)),
        );
        return None;
    }
    let (width, outputs) = (width?, outputs?);
    if !shape(width) || !shape(outputs) {
        problems.add(
            inputs.entries.first()?.span()?,
            format!(
                "{} and {}",
                counted(width, "input"),
                counted(outputs, "output")
            ),
            format!("at most {} of each", grouped(limits::COLUMNS as u128)),
        );
        return None;
    }
    let numbers = |row: &Slot<List<Real<Finite>>>| -> Option<Vec<f64>> {
        Some(
            row.get()?
                .all()?
                .iter()
                .map(|number| number.value)
                .collect(),
        )
    };
    let mut input_cells = Vec::with_capacity(rows * width);
    let mut target_cells = Vec::with_capacity(rows * outputs);
    for (input, target) in inputs.entries.iter().zip(&targets.entries) {
        input_cells.extend(numbers(input)?);
        for number in &target.get()?.0 {
            target_cells.push(number.get()?.value);
        }
    }
    // Every row was found to have these lengths.
    Some(Dataset::new(
        Array2::from_shape_vec((rows, width), input_cells).ok()?,
        Array2::from_shape_vec((rows, outputs), target_cells).ok()?,
    ))
}

/// The length of every row, or `None` after reporting each that differs from the first.
fn same_length<'a, T: 'a>(
    rows: impl Iterator<Item = (&'a Slot<T>, Option<usize>)>,
    what: &str,
    unit: &str,
    problems: &mut Problems,
) -> Option<usize> {
    let mut first = None;
    let mut sound = true;
    for (position, (row, length)) in rows.enumerate() {
        // A row that was refused has been reported.
        let Some(length) = length else {
            sound = false;
            continue;
        };
        let expected = *first.get_or_insert(length);
        if length != expected {
            sound = false;
            problems.add(
                row.span().unwrap_or_default(),
                format!(
                    "row {} of {what} has {}",
                    position + 1,
                    counted(length, unit)
                ),
                format!("{expected}, as in the rows before"),
            );
        }
    }
    first.filter(|_| sound)
}

/// Numbers that f32 can't hold: they would become infinite or zero in training.
pub fn check_f32(root: &Root, problems: &mut Problems) {
    fn check<B>(slot: &Slot<Real<B>>, problems: &mut Problems) {
        if let (Some(number), Some(span)) = (slot.get(), slot.span()) {
            check_value(number.value, span, problems);
        }
    }
    fn axis<B>(slot: Option<&Slot<Axis<Real<B>>>>, problems: &mut Problems) {
        for value in slot
            .and_then(Slot::get)
            .into_iter()
            .flat_map(|axis| &axis.values)
        {
            check(value, problems);
        }
    }
    axis(
        root.initialization.get().map(|table| &table.range),
        problems,
    );
    axis(
        root.training.get().map(|table| &table.learning_rate),
        problems,
    );
    let rows = root.data.get().and_then(|data| data.inputs.get());
    let rows = rows
        .into_iter()
        .flat_map(|rows| &rows.entries)
        .filter_map(Slot::get);
    for number in rows.flat_map(|row| &row.entries) {
        check(number, problems);
    }
    let queries = root
        .predict
        .get()
        .into_iter()
        .flat_map(|list| &list.entries);
    let queries = queries.filter_map(|query| query.get()?.input.get());
    for cell in queries.flat_map(|input| &input.entries) {
        if let (Some(Cell::Number(value)), Some(span)) = (cell.get(), cell.span()) {
            check_value(*value, span, problems);
        }
    }
}

fn check_value(value: f64, span: Span, problems: &mut Problems) {
    let narrow = value as f32;
    if !narrow.is_finite() || (narrow == 0.0) != (value == 0.0) {
        let size = if narrow == 0.0 { "small" } else { "large" };
        problems.add(
            span,
            format!("a number too {size} for precision = \"f32\""),
            "0 or a size from 1.5e-45 to 3.4e38, or precision = \"f64\"",
        );
    }
}
