//! The tables of a results folder, runs.csv and losses.csv, held against what was recorded of
//! them: nothing that anybody changed is adopted unseen. After a change, the checksums of the
//! rows tell which of them are still what was trained.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;

use super::claim::Claim;
use super::runs::Runs;
use super::store::Store;
use super::threads::pool;
use super::watch::Watch;
use crate::error::{Error, Result};
use crate::plan::{Plan, Positions};
use crate::results::folder::{
    Digests, LOSSES, Provenance, RUNS, RowChecksums, Shard, sha256_of_file,
};
use crate::text::{counted, grouped};

/// Changed rows that a message names.
const NAMED: usize = 5;

/// What became of the tables.
#[derive(Debug)]
pub enum Tables {
    /// There is no runs.csv.
    Absent,
    /// They are what was recorded, byte for byte.
    AsRecorded(Digests),
    /// They are written otherwise, as after a spreadsheet has saved them, but every value is
    /// what was recorded.
    SavedAgain(Digests),
    /// They say something else than what was recorded.
    Changed(Box<Changed>),
}

/// Tables that are not what was recorded.
#[derive(Debug)]
pub struct Changed {
    /// Which files.
    pub files: Vec<&'static str>,
    /// The first changed rows, as messages name them.
    pub named: Vec<String>,
    /// How many rows are not known to be what was recorded, or belong to no run.
    pub rows: u64,
    /// Whether each of them is known to have changed, or only that some of them have.
    pub one_by_one: bool,
    /// How many rows were recorded and are not there.
    pub lost: u64,
    positions: Positions,
    /// The rows that are there.
    present: Store,
    /// Positions that are not as recorded.
    differing: Vec<Range<u64>>,
}

impl Changed {
    /// Whether the row of a run is what was recorded.
    pub fn keeps(&self, model: usize, seed: u64) -> bool {
        let position = self.positions.position(model, seed);
        position.is_some_and(|position| {
            self.present.has(position) && !contains(&self.differing, position)
        })
    }

    /// What a folder's changed tables are, in a sentence or two and the rows.
    pub fn describe(&self, folder: &Path) -> String {
        let mut text = format!(
            "{} in {} changed after Seedbed wrote {}",
            self.files.join(" and "),
            folder.display(),
            if self.files.len() == 1 { "it" } else { "them" },
        );
        if self.rows > 0 {
            let which = match (self.rows, self.one_by_one) {
                (1, _) => "one row is not what was recorded".to_owned(),
                (rows, true) => format!("{} rows are not what was recorded", grouped(rows.into())),
                (rows, false) => format!(
                    "what is not as recorded is among {} rows",
                    grouped(rows.into())
                ),
            };
            text += &format!(": {which}\n  {}", self.named.join("\n  "));
            let more = self.rows.saturating_sub(self.named.len() as u64);
            if more > 0 {
                text += &format!("\n  … and {} more", grouped(more.into()));
            }
        }
        if self.lost > 0 {
            let lost = counted(self.lost, "row");
            text += &format!(
                "{} {lost} missing",
                if self.rows > 0 { "\n  and" } else { ":" }
            );
        }
        text
    }

    /// The refusal of a folder, with the ways on.
    pub fn refusal(&self, folder: &Path) -> Error {
        Error::Conflict(format!(
            "{}\n`seedbed verify` compares the rows with training; `seedbed run` with --retrain-changed keeps the rows that are as recorded and trains the others again.",
            self.describe(folder)
        ))
    }
}

fn contains(ranges: &[Range<u64>], position: u64) -> bool {
    let after = ranges.partition_point(|range| range.end <= position);
    ranges
        .get(after)
        .is_some_and(|range| range.contains(&position))
}

/// Inspects the tables of a claimed folder.
///
/// # Errors
/// [`Error::Unreadable`] if runs.csv is no table of the plan at all; [`Error::Io`]; what
/// `watch` returns.
pub fn inspect(claim: &Claim, folder: &Path, threads: usize, watch: &Watch) -> Result<Tables> {
    let Some(stored) = &claim.stored else {
        return Ok(Tables::Absent);
    };
    let nothing = Provenance::default();
    let provenance = claim.provenance.as_ref().unwrap_or(&nothing);
    compare(
        stored,
        folder,
        &|name| claim.recorded(name),
        provenance,
        threads,
        watch,
    )
}

/// Inspects the tables of a finished folder by its own provenance.json.
///
/// # Errors
/// As for [`inspect`].
pub fn inspect_finished(
    plan: &Plan,
    folder: &Path,
    provenance: &Provenance,
    threads: usize,
    watch: &Watch,
) -> Result<Tables> {
    let recorded = |name: &str| provenance.sha256.get(name).cloned().into_iter().collect();
    compare(plan, folder, &recorded, provenance, threads, watch)
}

/// A losses.csv that is not there is no change: the runs whose curves it held are trained again.
fn compare(
    plan: &Plan,
    folder: &Path,
    recorded: &dyn Fn(&str) -> BTreeSet<String>,
    provenance: &Provenance,
    threads: usize,
    watch: &Watch,
) -> Result<Tables> {
    if !folder.join(RUNS).is_file() {
        return Ok(Tables::Absent);
    }
    let (mut digests, mut files) = (Digests::new(), Vec::new());
    for name in [RUNS, LOSSES] {
        let path = folder.join(name);
        if !path.is_file() {
            continue;
        }
        let digest = sha256_of_file(&path, watch)?;
        if !recorded(name).contains(&digest) {
            files.push(name);
        }
        digests.insert(name.to_owned(), digest);
    }
    if files.is_empty() {
        return Ok(Tables::AsRecorded(digests));
    }
    let (shard, rows) = (provenance.shard, &provenance.rows);
    let changed = examine(plan, folder, files, shard, rows, threads, watch)?;
    Ok(match changed.rows + changed.lost {
        0 => Tables::SavedAgain(digests),
        _ => Tables::Changed(Box::new(changed)),
    })
}

/// Finds the rows that are not what was recorded.
fn examine(
    plan: &Plan,
    folder: &Path,
    files: Vec<&'static str>,
    shard: Option<Shard>,
    recorded: &RowChecksums,
    threads: usize,
    watch: &Watch,
) -> Result<Changed> {
    let extent = match shard {
        Some(shard) => plan.shard(shard.index, shard.count),
        None => 0..plan.runs(),
    };
    let mut present = Store::new(plan, extent)?;
    let (mut strange, mut named) = (0, Vec::new());
    present.scan_table_leniently(&folder.join(RUNS), watch, &mut |line, what| {
        strange += 1;
        if named.len() < NAMED {
            named.push(format!("line {}: {what}", line()));
        }
    })?;
    let runs = Runs::new(plan, present, pool(threads)?);
    let differing = runs.row_sums(*watch)?.differing(recorded);
    let present = runs.into_store();
    let positions = plan.positions();
    let all = || differing.iter().cloned().flatten();
    let there = all().filter(|&position| present.has(position));
    let rows = there.clone().count() as u64;
    // Of a group of several, nobody knows which were there.
    let lost = match recorded.runs_each {
        1 => all().count() as u64 - rows,
        _ => 0,
    };
    let some: Vec<u64> = there.take(NAMED.saturating_sub(named.len())).collect();
    present.fetch_rows(some.into_iter(), &mut |position, row, _| {
        let (model, place) = positions.model_and_place(position);
        let model = &plan.models[model].name;
        named.push(format!(
            "line {}: {model} seed {}",
            row.line(),
            positions.seed(place)
        ));
        Ok(())
    })?;
    Ok(Changed {
        files,
        named,
        rows: rows + strange,
        one_by_one: recorded.runs_each == 1,
        lost,
        positions,
        present,
        differing,
    })
}
