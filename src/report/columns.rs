//! columns.csv: what every column of every CSV file means, its unit, and where its formula
//! comes from, from the heads of their tables. It depends on nothing but the plan.

use super::{comparisons, confusion, curves, data_columns, failures, rounding, summary, survival};
use crate::plan::Plan;
use crate::results::columns::{Column, Columns, Head};
use crate::results::folder::{
    COLUMNS, COMPARISONS, CONFUSION, CURVES, DATA, FAILURES, LOSSES, ROUNDING, RUNS, SUMMARY,
    SURVIVAL,
};
use crate::results::{RunRows, losses_heads};

/// A column of one of the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnRow {
    /// Name of the file.
    pub file: &'static str,
    /// What is known of the column.
    pub head: Head,
}

/// The columns of each file in their order.
pub fn rows(plan: &Plan) -> impl Iterator<Item = ColumnRow> + use<> {
    let files = [
        (RUNS, RunRows::new(plan).heads().to_vec()),
        (LOSSES, losses_heads()),
        (SUMMARY, summary::columns(plan).heads()),
        (COMPARISONS, comparisons::columns(plan).heads()),
        (SURVIVAL, survival::columns(plan).heads()),
        (FAILURES, failures::columns(plan).heads()),
        (CURVES, curves::columns().heads()),
        (ROUNDING, rounding::columns(plan).heads()),
        (COLUMNS, columns().heads()),
        (DATA, data_columns::heads(plan)),
    ];
    let mut files = Vec::from(files);
    if plan.manifest.data.classes.is_some() {
        let after = files.iter().position(|(file, _)| *file == FAILURES);
        let place = after.map_or(files.len(), |place| place + 1);
        files.insert(place, (CONFUSION, confusion::columns(plan).heads()));
    }
    let of = |(file, heads): (&'static str, Vec<Head>)| {
        heads.into_iter().map(move |head| ColumnRow { file, head })
    };
    files.into_iter().flat_map(of)
}

/// The columns of columns.csv itself.
pub fn columns() -> Columns<ColumnRow> {
    Columns(vec![
        Column::new("file", "name of the file", |row: &ColumnRow| {
            row.file.into()
        }),
        Column::new("column", "name of the column", |row: &ColumnRow| {
            row.head.name.as_str().into()
        }),
        Column::new("meaning", "what its cells say", |row: &ColumnRow| {
            row.head.meaning.as_str().into()
        }),
        Column::new(
            "unit",
            "in which unit; empty for words, names and pure numbers",
            |row: &ColumnRow| row.head.unit.into(),
        ),
        Column::new(
            "source",
            "where the formula is published; empty for plain counts and what Seedbed defines",
            |row: &ColumnRow| row.head.source.into(),
        ),
    ])
}
