//! The room on disk that a study takes: what stays, and what is there at the peak, when its tables
//! are written while the journal still holds the same runs.

use super::cells::{FEW_ROWS, Tables};
use super::part::Part;
use super::typical::Typical;
use crate::plan::Plan;
use crate::report::columns::{self, ColumnRow};
use crate::report::watched;
use crate::results::columns::Head;
use crate::results::journal::encode_run;
use crate::results::{RunRows, row_words};
use crate::statistics::PREDICTIONS_HELD;

/// What an entry of the journal has besides the run: its checksum and length, in bytes.
const ENTRY: u64 = 8;
/// A loss with all its digits, as most are.
const LOSS: u64 = 19;
/// Commas and the line's end of a row of losses.csv.
const LOSS_ROW: u64 = 5;

/// Bytes of a cell, by table (measured).
const SUMMARY_CELL: u64 = 12;
const COMPARISONS_CELL: u64 = 11;
const FAILURES_CELL: u64 = 13;
const CONFUSION_CELL: u64 = 11;
const SURVIVAL_CELL: u64 = 8;
const CURVES_CELL: u64 = 15;

/// A wrong row in a list of them.
const WRONG_ROW: u64 = 6;

/// The page, its figures and the workbook without a model, in bytes (measured).
const PAGES: u64 = 65_000;
/// The runs that the page lets be watched (measured).
const WATCHED: u64 = 45_000;
/// What each of the first models adds to page and figures, and each of some more; then tables and
/// charts end (measured).
const PAGES_PER_MODEL: [(u64, u64); 2] = [(9, 45_000), (60, 7_000)];
/// What a cell takes in the workbook (measured).
const WORKBOOK_CELL: u64 = 6;
/// A checksum of a row in provenance.json, and how many there are at most.
const ROW_CHECKSUM: u64 = 9;
const ROW_CHECKSUMS: u64 = 1_024;

/// Room on disk, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disk {
    /// Of the finished folder.
    pub finished: u64,
    /// The most that is there at once.
    pub peak: u64,
    /// Of the tables, runs.csv and losses.csv.
    pub tables: u64,
    /// Of the journal.
    pub journal: u64,
    /// Of the tables of statistics.
    pub derived: u64,
}

/// The room that the folder of a part of a plan takes.
pub fn disk(plan: &Plan, part: Part, typical: Typical) -> Disk {
    let share = |bytes: u64| part.share(plan, bytes);
    let tables = share(runs_csv(plan, typical)).saturating_add(share(losses_csv(plan)));
    let journal = share(journal(plan, typical));
    let (derived, pages) = match part.whole {
        true => (derived(plan, part, typical), pages(plan, part)),
        false => (0, 0),
    };
    let finished = [derived, pages, source(plan)]
        .iter()
        .fold(tables, |sum, bytes| sum.saturating_add(*bytes));
    let put_away = if part.whole { put_away(plan) } else { 0 };
    Disk {
        finished,
        peak: finished.saturating_add(journal).saturating_add(put_away),
        tables,
        journal,
        derived,
    }
}

/// Size of the manifest and its data, which are kept with the results.
pub fn source(plan: &Plan) -> u64 {
    let manifest = &plan.manifest;
    let data = manifest.data.file.as_ref().map_or(0, Vec::len);
    (manifest.source.len() + data) as u64
}

/// Size of runs.csv.
fn runs_csv(plan: &Plan, typical: Typical) -> u64 {
    let columns = RunRows::new(plan);
    let mut one = typical.run(plan, 0, false);
    let wrong_rows = std::mem::take(&mut one.outcome.wrong_rows);
    let wrong_rows = row_words(&wrong_rows).len() as u64;
    let mut line = String::new();
    let mut per_seed = 0;
    for model in 0..plan.models.len() {
        one.model = model;
        line.clear();
        columns.write_line(&one, &mut line);
        per_seed += line.len() as u64 + wrong_rows;
    }
    per_seed.saturating_mul(plan.manifest.seeds.count())
}

/// Size of losses.csv.
fn losses_csv(plan: &Plan) -> u64 {
    let epochs = plan.curve_epochs();
    let seeds = curve_seeds(plan);
    let per_point = LOSS + LOSS_ROW + digits(seeds);
    let points = epochs.len() as u64;
    let curve = epochs.iter().map(|&epoch| digits(epoch)).sum::<u64>() + points * per_point;
    let names = plan.models.iter().map(|model| model.name.len() as u64);
    let per_seed: u64 = names.map(|name| curve + points * name).sum();
    per_seed.saturating_mul(seeds)
}

/// Size of the journal.
fn journal(plan: &Plan, typical: Typical) -> u64 {
    let entry = |curve| {
        let mut bytes = Vec::new();
        encode_run(&typical.run(plan, 0, curve), &mut bytes);
        bytes.len() as u64 + ENTRY
    };
    let (seeds, with_curve) = (plan.manifest.seeds.count(), curve_seeds(plan));
    let per_model = (seeds - with_curve)
        .saturating_mul(entry(false))
        .saturating_add(with_curve.saturating_mul(entry(true)));
    per_model.saturating_mul(plan.models.len() as u64)
}

/// Predictions that are put away in a nameless file while the statistics are made.
fn put_away(plan: &Plan) -> u64 {
    let numbers = (plan.predictions().len() as u64).saturating_mul(plan.runs());
    let held = PREDICTIONS_HELD as u64;
    match numbers > held {
        true => numbers.saturating_mul(size_of::<f64>() as u64),
        false => 0,
    }
}

/// Size of the tables of statistics, and of the checksums of rows.
fn derived(plan: &Plan, part: Part, typical: Typical) -> u64 {
    let tables = Tables::new(plan, part);
    let csv = [
        (tables.summary, SUMMARY_CELL),
        (tables.comparisons, COMPARISONS_CELL),
        (tables.failures, FAILURES_CELL),
        (tables.confusion, CONFUSION_CELL),
        (tables.survival, SURVIVAL_CELL),
        (tables.curves, CURVES_CELL),
    ];
    let csv: u64 = csv.iter().map(|(table, cell)| table.cells() * cell).sum();
    let csv = csv + columns_csv(plan);
    let wrong_rows = tables.failures.rows * wrong_words(plan, typical);
    csv + wrong_rows + ROW_CHECKSUM * part.runs.min(ROW_CHECKSUMS)
}

/// Size of the cell that says what was wrong when runs ended.
fn wrong_words(plan: &Plan, typical: Typical) -> u64 {
    /// `3 of some class; `, and `12 rows`.
    const OF_CLASS: u64 = 18;
    const COUNT: u64 = 8;
    let data = &plan.manifest.data;
    let wrong = typical.wrong_rows as u64;
    match (data.first().rows(), &data.classes) {
        (0..=FEW_ROWS, _) => WRONG_ROW * wrong,
        (_, Some(classes)) => OF_CLASS * wrong.min(classes.names.len() as u64),
        (_, None) => COUNT,
    }
}

/// Size of columns.csv, which depends on nothing but the plan.
fn columns_csv(plan: &Plan) -> u64 {
    /// Commas, line end, and the quotes of a meaning with a comma.
    const AROUND: usize = 8;
    let line = |row: ColumnRow| {
        let Head {
            name,
            meaning,
            unit,
            source,
            format: _,
        } = row.head;
        row.file.len() + name.len() + meaning.len() + unit.len() + source.len() + AROUND
    };
    columns::rows(plan).map(line).sum::<usize>() as u64
}

/// Size of the page, its figures and the workbook.
fn pages(plan: &Plan, part: Part) -> u64 {
    let models = plan.models.len() as u64;
    let mut before = 0;
    let watched = match watched::watchable(plan).len() {
        0 => 0,
        _ => WATCHED,
    };
    let mut bytes = PAGES + watched + WORKBOOK_CELL * Tables::new(plan, part).cells_of_workbook();
    for (until, each) in PAGES_PER_MODEL {
        bytes += models.min(until).saturating_sub(before) * each;
        before = until;
    }
    bytes
}

fn curve_seeds(plan: &Plan) -> u64 {
    plan.manifest.curves.seeds.min(plan.manifest.seeds.count())
}

/// Decimal digits of a number.
fn digits(number: u64) -> u64 {
    u64::from(number.checked_ilog10().unwrap_or(0) + 1)
}
