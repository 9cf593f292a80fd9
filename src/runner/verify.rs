//! Checks a results folder: checksums of its files, gaps and duplicates in runs.csv, and a
//! sample of its rows, or all, against runs trained anew, bit for bit.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use super::pool::{self, Collected};
use super::work::Job;
use crate::error::{Error, Result};
use crate::plan::{Plan, Positions};
use crate::results::columns::parse_whole;
use crate::results::folder::{
    CHECKPOINT, JOURNAL, KNOWN, LOSSES, PROVENANCE, Provenance, RUNS, SHARD, is_known,
    sha256_of_file,
};
use crate::results::{MODEL, Reading, SEED, Store, Watch, stored_shard, threads};
use crate::text::{counted, grouped, shown};
use crate::training::Run;

/// Which rows to train again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sample {
    /// Every row.
    All,
    /// So many rows, drawn by a seed.
    Random {
        /// How many, at most.
        count: u64,
        /// Decides which.
        seed: u64,
    },
}

/// A row that is not what training gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Line in runs.csv, from 1.
    pub line: u64,
    /// Model, as far as it can be read.
    pub model: String,
    /// Seed, as far as it can be read.
    pub seed: String,
    /// The first column that differs.
    pub column: String,
    /// What is stored there.
    pub stored: String,
    /// What it should be.
    pub expected: String,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verification {
    /// Rows in runs.csv.
    pub rows: u64,
    /// Rows trained again.
    pub retrained: u64,
    /// Rows that differ, in file order.
    pub differences: Vec<Difference>,
    /// Anything else that is wrong: checksums, gaps, duplicates.
    pub problems: Vec<String>,
    /// What is not wrong, but limits what was verified.
    pub notes: Vec<String>,
}

impl Verification {
    /// Whether nothing is wrong.
    pub fn is_good(&self) -> bool {
        self.differences.is_empty() && self.problems.is_empty()
    }
}

/// Verifies a results folder. `on_progress` is told (retrained, to retrain) now and then.
///
/// # Errors
/// [`Error::Io`] and [`Error::Unreadable`] if runs.csv is no table of this plan at all;
/// [`Error::Interrupted`] if the flag was set. What merely differs is not an error but found.
pub fn verify(
    plan: &Plan,
    folder: &Path,
    sample: Sample,
    threads: Option<usize>,
    interrupt: &AtomicBool,
    on_progress: &mut dyn FnMut(u64, u64),
) -> Result<Verification> {
    let mut found = Verification::default();
    let stop = |_: &Path, _, _| match interrupt.load(Ordering::Relaxed) {
        true => Err(Error::Interrupted(
            "interrupted: no row was verified yet".to_owned(),
        )),
        false => Ok(()),
    };
    let watch = Watch::new(&stop);
    check_files(folder, &watch, &mut found)?;
    let mut store = Store::new(plan, 0..plan.runs())?;
    scan(folder, &mut store, &watch, &mut found)?;
    check_gaps(plan, folder, &store, &mut found);
    let present = store.extent().filter(|&position| store.has(position));
    let chosen = match sample {
        Sample::All => present.collect(),
        Sample::Random { count, seed } => draw(present.collect(), count, seed),
    };
    let jobs = jobs(plan, &store, &chosen);
    let retrained = Collected::new(interrupt);
    let wanted = chosen.len() as u64;
    let mut failed = Ok(());
    let threads = threads::pool(threads::thread_count(threads))?;
    let mut take = |found: &mut Verification| {
        let (runs, _) = retrained.take();
        found.retrained += runs.len() as u64;
        if failed.is_ok() {
            failed = compare(plan, &store, runs, found);
        }
        on_progress(found.retrained, wanted);
    };
    pool::train(plan, &jobs, &threads, &retrained, &mut || take(&mut found));
    take(&mut found);
    failed?;
    if interrupt.load(Ordering::Relaxed) && found.retrained < wanted {
        return Err(Error::Interrupted(format!(
            "interrupted: {} of {wanted} rows were verified",
            found.retrained
        )));
    }
    found.differences.sort_by_key(|difference| difference.line);
    Ok(found)
}

/// `count` of the positions, drawn without replacement, in canonical order.
fn draw(mut positions: Vec<u64>, count: u64, seed: u64) -> Vec<u64> {
    // SplitMix64 (Steele, Lea and Flood 2014, Fast splittable pseudorandom number generators).
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    let count = usize::try_from(count)
        .unwrap_or(usize::MAX)
        .min(positions.len());
    for drawn in 0..count {
        let left = (positions.len() - drawn) as u128;
        let other = drawn + ((u128::from(next()) * left) >> 64) as usize;
        positions.swap(drawn, other);
    }
    positions.truncate(count);
    positions.sort_unstable();
    positions
}

fn jobs(plan: &Plan, store: &Store, chosen: &[u64]) -> Vec<Job> {
    let mut jobs: Vec<Job> = Vec::new();
    for model in 0..plan.models.len() {
        let cost = plan.cost(model);
        jobs.push(Job::new(model, true, cost));
        jobs.push(Job::new(model, false, cost));
    }
    for &position in chosen {
        let (model, place) = store.positions().model_and_place(position);
        let curve = place < plan.manifest.curves.seeds;
        jobs[2 * model + usize::from(!curve)].push(place);
    }
    jobs.retain(|job| job.runs() > 0);
    jobs
}

/// Checksums of the files that provenance.json names, and files that it doesn't.
fn check_files(folder: &Path, watch: &Watch, found: &mut Verification) -> Result<()> {
    if folder.join(JOURNAL).is_file() {
        let note = format!("{JOURNAL} is there: `seedbed run` has not finished this folder yet");
        found.notes.push(note);
    }
    if !folder.join(PROVENANCE).is_file() {
        let problem = format!("{PROVENANCE} is missing, so no file's checksum can be checked");
        found.problems.push(problem);
        return Ok(());
    }
    let provenance = Provenance::load(folder)?;
    for name in KNOWN {
        let recorded = [CHECKPOINT, JOURNAL, PROVENANCE].contains(&name)
            || provenance.sha256.contains_key(name);
        if !recorded && folder.join(name).is_file() {
            found.problems.push(format!(
                "{name} has no checksum in {PROVENANCE}, so nobody knows whether it has changed"
            ));
        }
    }
    if !provenance.changed.is_empty() {
        found.problems.push(format!(
            "the report was made when {} had changed",
            provenance
                .changed
                .iter()
                .map(|name| shown(name))
                .collect::<Vec<_>>()
                .join(" and ")
        ));
    }
    for (name, digest) in provenance.sha256 {
        let path = folder.join(&name);
        if !is_known(&name) || !path.exists() {
            found.problems.push(format!("{} is missing", shown(&name)));
        } else if sha256_of_file(&path, watch)? != digest {
            found.problems.push(format!(
                "{name} has changed: its SHA-256 is not the one in {PROVENANCE}"
            ));
        }
    }
    Ok(())
}

/// Notes where every row is; rows that can't be believed are found, not errors.
fn scan(folder: &Path, store: &mut Store, watch: &Watch, found: &mut Verification) -> Result<()> {
    let columns = store.columns();
    let (model_column, seed_column) = (columns.place(MODEL), columns.place(SEED));
    let path = folder.join(RUNS);
    store.scan_rows(&path, Reading::Strict, watch, &mut |store, row, _| {
        found.rows += 1;
        let mut differs = |column: usize, expected: String| {
            found.differences.push(Difference {
                line: row.line(),
                model: shown(row.cells[model_column]),
                seed: shown(row.cells[seed_column]),
                column: columns.names()[column].clone(),
                stored: shown(row.cells[column]),
                expected,
            });
        };
        let Some(model) = columns.model(row.cells[model_column].trim()) else {
            differs(
                model_column,
                "the name of a model of the manifest".to_string(),
            );
            return Ok(None);
        };
        let seed = parse_whole(row.cells[seed_column]);
        let Some(position) = seed.and_then(|seed| store.positions().position(model, seed)) else {
            differs(seed_column, "a seed of the manifest".to_string());
            return Ok(None);
        };
        if store.has(position) {
            differs(seed_column, "a run that is not there before".to_string());
            return Ok(None);
        }
        if let Err(error) = columns.parse(row.cells) {
            differs(error.column, error.message);
            return Ok(None);
        }
        Ok(Some(position))
    })
}

/// Rows that should be there. A folder may hold a part of the seeds (`--seeds`), but the same
/// part of every model; a shard's holds its part.
fn check_gaps(plan: &Plan, folder: &Path, store: &Store, found: &mut Verification) {
    if let Ok(provenance) = Provenance::load(folder)
        && provenance.runs != found.rows
    {
        found.problems.push(format!(
            "{RUNS} has {} rows, but {PROVENANCE} says {}",
            found.rows, provenance.runs
        ));
    }
    let positions = store.positions();
    let shard = match stored_shard(folder) {
        Ok(shard) => shard,
        Err(error) => {
            let problem = format!("{error}; so nobody knows which rows should be there");
            found.problems.push(problem);
            return;
        }
    };
    let expected = match shard {
        Some(shard) => plan.shard(shard.index, shard.count),
        None => store.extent(),
    };
    if expected.is_empty() {
        let problem = format!("{SHARD} names a shard that can't be, or has no runs");
        found.problems.push(problem);
    }
    let strangers = || {
        let there = store.extent().filter(|&position| store.has(position));
        there.filter(|position| !expected.contains(position))
    };
    if let Some(first) = strangers().next() {
        let (model, place) = positions.model_and_place(first);
        found.problems.push(format!(
            "{} of {RUNS} are none of the shard's, the first is {} seed {}",
            counted(strangers().count(), "row"),
            plan.models[model].name,
            positions.seed(place),
        ));
    }
    let some: HashSet<u64> = store
        .extent()
        .filter(|&position| store.has(position))
        .map(|position| position % positions.seeds())
        .collect();
    if shard.is_none() {
        note_seeds_without_rows(positions, &some, found);
    }
    // A row that was found to differ is there all the same.
    let bad: HashSet<(&str, &str)> = found
        .differences
        .iter()
        .map(|row| (row.model.as_str(), row.seed.as_str()))
        .collect();
    let mut gaps = expected.clone().filter(|&position| {
        let due = shard.is_some() || some.contains(&(position % positions.seeds()));
        due && !store.has(position)
    });
    let mut missing = 0u64;
    let mut first = None;
    for position in &mut gaps {
        let (model, place) = positions.model_and_place(position);
        let (model, seed) = (&plan.models[model].name, positions.seed(place));
        if !bad.contains(&(model.as_str(), seed.to_string().as_str())) {
            missing += 1;
            first.get_or_insert((model, seed));
        }
    }
    if let Some((model, seed)) = first {
        let problem =
            format!("{missing} rows are missing in {RUNS}, the first is {model} seed {seed}");
        found.problems.push(problem);
    }
}

/// Says of which seeds of the manifest there is no row at all: `--seeds` may have left them out.
fn note_seeds_without_rows(positions: &Positions, some: &HashSet<u64>, found: &mut Verification) {
    let mut without = (0..positions.seeds()).filter(|place| !some.contains(place));
    let Some(first) = without.next() else {
        return;
    };
    let last = without.clone().next_back().unwrap_or(first);
    let missing = grouped(1 + without.count() as u128);
    found.notes.push(format!(
        "{missing} of the manifest's {} seeds have no row, from {} to {}: they were not trained yet",
        grouped(positions.seeds().into()),
        positions.seed(first),
        positions.seed(last),
    ));
}

/// Compares retrained runs with their rows and stored loss curves.
fn compare(plan: &Plan, store: &Store, runs: Vec<Run>, found: &mut Verification) -> Result<()> {
    let retrained: HashMap<u64, Run> = runs
        .into_iter()
        .filter_map(|run| {
            let position = store.positions().position(run.model, run.outcome.seed);
            Some((position?, run))
        })
        .collect();
    let columns = store.columns();
    store.fetch_rows(retrained.keys().copied(), &mut |position, row, curve| {
        let Some(run) = retrained.get(&position) else {
            return Ok(());
        };
        let cells = columns.cells(run);
        let names = columns.names();
        let cell = (0..names.len())
            .find(|&column| !columns.says_the_same(column, row.cells[column], &cells[column]))
            .map(|column| {
                (
                    names[column].clone(),
                    shown(row.cells[column]),
                    cells[column].clone(),
                )
            });
        if let Some((column, stored, expected)) = cell.or_else(|| curve_difference(run, curve)) {
            found.differences.push(Difference {
                line: row.line(),
                model: plan.models[run.model].name.clone(),
                seed: run.outcome.seed.to_string(),
                column,
                stored,
                expected,
            });
        }
        Ok(())
    })
}

/// The first point in which two loss curves differ, as column, stored and expected.
fn curve_difference(run: &Run, stored: &[(u64, f64)]) -> Option<(String, String, String)> {
    let same = |a: &(u64, f64), b: &(u64, f64)| {
        a.0 == b.0 && (a.1.to_bits() == b.1.to_bits() || a.1.is_nan() && b.1.is_nan())
    };
    let text = |point: Option<&(u64, f64)>| match point {
        Some((epoch, mse)) => format!("{mse} at epoch {epoch}"),
        None => "nothing".to_string(),
    };
    let length = run.curve.len().max(stored.len());
    let differs = |&at: &usize| match (run.curve.get(at), stored.get(at)) {
        (Some(a), Some(b)) => !same(a, b),
        _ => true,
    };
    let at = (0..length).find(differs)?;
    let column = format!("mse in {}", LOSSES);
    Some((column, text(stored.get(at)), text(run.curve.get(at))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_draws_the_same_rows_each_time_and_each_row_once() {
        let drawn = |seed| draw((0..1000).collect(), 50, seed);
        let rows = drawn(1);
        assert_eq!(rows, drawn(1));
        assert_ne!(rows, drawn(2));
        assert_eq!(rows.len(), 50);
        assert!(rows.windows(2).all(|pair| pair[0] < pair[1]), "{rows:?}");
        assert_eq!(draw(vec![3, 4], 50, 1), [3, 4]);
    }
}
