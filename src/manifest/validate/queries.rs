//! `[[predict]]`: situations with as many inputs and outputs as the training rows.

use std::collections::HashMap;

use crate::manifest::diagnostic::Problems;
use crate::manifest::limits;
use crate::manifest::raw::{Predict, Root};
use crate::network::{Dataset, Query};
use crate::text::{counted, grouped};

/// The queries; `None` if one of them was refused. Without rows only the tables are read.
pub fn read(root: &Root, rows: Option<&Dataset>, problems: &mut Problems) -> Option<Vec<Query>> {
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
    let mut seen = HashMap::new();
    let mut queries = Some(Vec::new());
    for (position, entry) in list.entries.iter().enumerate() {
        let query = entry.get().and_then(|table| one(table, rows, problems));
        if let Some(query) = &query {
            let bits: Vec<u64> = query.input.iter().map(|value| value.to_bits()).collect();
            if let Some(first) = seen.insert(bits, position) {
                problems.add(
                    entry
                        .get()
                        .and_then(|table| table.input.span())
                        .unwrap_or_default(),
                    format!("the same input as [[predict]] {}", first + 1),
                    "each situation once, since its inputs name its columns",
                );
            }
        }
        match (query, &mut queries) {
            (Some(query), Some(all)) => all.push(query),
            _ => queries = None,
        }
    }
    queries
}

fn one(table: &Predict, rows: Option<&Dataset>, problems: &mut Problems) -> Option<Query> {
    let input = table.input.get()?;
    let mut sound = true;
    if let Some(rows) = rows {
        let inputs = rows.inputs.ncols();
        if input.entries.len() != inputs {
            sound = false;
            problems.add(
                table.input.span()?,
                format!("a situation of {}", counted(input.entries.len(), "input")),
                format!("{inputs}, as in the training rows"),
            );
        }
        let outputs = rows.targets.ncols();
        if let Some(target) = table
            .target
            .get()
            .filter(|target| target.0.len() != outputs)
        {
            sound = false;
            problems.add(
                table.target.span()?,
                format!("a target for {}", counted(target.0.len(), "output")),
                format!("{outputs}, as in the training rows"),
            );
        }
    }
    let input: Vec<f64> = input.all()?.iter().map(|number| number.value).collect();
    let target = match table.target.get() {
        Some(target) => Some(
            target
                .0
                .iter()
                .map(|number| number.get().map(|number| number.value))
                .collect::<Option<Vec<f64>>>()?,
        ),
        None if table.target.is_present() => return None,
        None => None,
    };
    sound.then_some(Query {
        name: None,
        input,
        target,
    })
}
