//! What may be wrong with rows that can be trained on all the same: a sentence each.

use std::collections::{HashMap, HashSet};

use super::inputs::Inputs;
use super::targets::Targets;
use crate::manifest::data::{Classes, Input, Partition, PartitionKey, Scale};
use crate::text::{counted, number, quoted};

/// Sizes beyond which an input saturates a sigmoid whatever its weight.
const LARGE: f64 = 10.0;
/// Rows of a class that a set should have.
const FEW: usize = 5;
/// Names in a sentence, before the rest is only counted.
const NAMES: usize = 5;

/// Everything that may be wrong with rows and sets.
pub fn of(inputs: &Inputs, targets: &Targets, partitions: &[Partition]) -> Vec<String> {
    let classes = targets.classes.as_ref().map(|(classes, _)| classes);
    [
        contradictions(inputs, targets),
        constant(inputs),
        unscaled(inputs, partitions),
        classes.and_then(|classes| few(classes, partitions)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Rows whose inputs another row has with another target.
fn contradictions(inputs: &Inputs, targets: &Targets) -> Option<String> {
    let bits = |row: ndarray::ArrayView1<'_, f64>| -> Vec<u64> {
        row.iter().map(|value| value.to_bits()).collect()
    };
    let mut seen: HashMap<Vec<u64>, (usize, HashSet<Vec<u64>>)> = HashMap::new();
    let rows = inputs.values.rows().into_iter().zip(targets.values.rows());
    for (input, target) in rows {
        let (count, answers) = seen.entry(bits(input)).or_default();
        *count += 1;
        answers.insert(bits(target));
    }
    let contrary = seen.values().filter(|(_, answers)| answers.len() > 1);
    let count: usize = contrary.map(|(count, _)| count).sum();
    (count > 0).then(|| {
        let rows = counted(count, "row");
        format!("{rows} have the same inputs as another row with another target: no network gets all of them right")
    })
}

/// Inputs that never vary.
fn constant(inputs: &Inputs) -> Option<String> {
    let columns = inputs.values.columns().into_iter().zip(&inputs.names);
    let constant = columns.filter(|(column, _)| column.iter().all(|value| *value == column[0]));
    let names: Vec<String> = constant.map(|(_, input)| name(input)).collect();
    match names.len() {
        0 => None,
        1 => Some(format!("input {} is the same in every row", names[0])),
        count => Some(format!(
            "{count} inputs are the same in every row: {}",
            listed(&names)
        )),
    }
}

/// Large inputs of models that do not scale.
fn unscaled(inputs: &Inputs, partitions: &[Partition]) -> Option<String> {
    if partitions
        .iter()
        .all(|partition| partition.key.scale != Scale::None)
    {
        return None;
    }
    let columns = inputs.values.columns().into_iter().zip(&inputs.names);
    let largest = |column: ndarray::ArrayView1<'_, f64>| {
        let larger = |a: f64, b: &f64| if b.abs() > a.abs() { *b } else { a };
        column.iter().fold(0.0, larger)
    };
    let sizes = columns.map(|(column, input)| (largest(column), input));
    let large: Vec<String> = sizes
        .filter(|(value, _)| value.abs() > LARGE)
        .map(|(value, input)| format!("{} reaches {}", name(input), number(value, 3)))
        .collect();
    (!large.is_empty()).then(|| {
        let which = listed(&large);
        format!("inputs beyond ±10 that are not scaled saturate neurons: {which}; scale = \"standard\" or \"range\" scales them")
    })
}

/// Classes with few rows in a set that has rows.
fn few(classes: &Classes, partitions: &[Partition]) -> Option<String> {
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    for partition in partitions {
        let PartitionKey {
            scale: _,
            set_column,
            split_seed,
        } = &partition.key;
        // Scaling moves no row, and seeds only which rows a class gives.
        if !seen.insert((set_column, split_seed.is_some())) {
            continue;
        }
        let column = set_column
            .as_ref()
            .map(|name| format!(" by {}", quoted(name)));
        let column = column.unwrap_or_default();
        let sets = &partition.sets;
        for (set, part) in [
            ("training", &sets.training),
            ("validation", &sets.validation),
            ("test", &sets.test),
        ] {
            if part.numbers.is_empty() {
                continue;
            }
            for (class, count) in classes.names.iter().zip(counts(classes, part)) {
                if count < FEW {
                    found.push(format!("{} has {count} for {set}{column}", quoted(class)));
                }
            }
        }
    }
    (!found.is_empty()).then(|| format!("classes with fewer than {FEW} rows: {}", listed(&found)))
}

/// Rows of each class in a set.
fn counts(classes: &Classes, part: &crate::network::Part) -> Vec<usize> {
    let mut counts = vec![0; classes.names.len()];
    for row in part.dataset.targets.rows() {
        if let Some(class) = part.dataset.right.class(&row.to_vec()) {
            counts[class] += 1;
        }
    }
    counts
}

fn name(input: &Input) -> String {
    quoted(&input.to_string())
}

/// The first few, and how many others.
pub fn listed(names: &[String]) -> String {
    match names.len() {
        0..=NAMES => names.join(", "),
        count => format!("{} and {} more", names[..NAMES].join(", "), count - NAMES),
    }
}
