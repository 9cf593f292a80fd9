//! Checks a results folder: checksums of its files, gaps and duplicates in runs.csv, and a
//! sample of its rows, or all, against runs trained anew, bit for bit.

mod compare;
mod stored;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::pool::{self, Listener};
use super::work::Job;
use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::results::{Store, threads};
use crate::training::Run;
use compare::compare;
use stored::{check_files, check_gaps, scan};

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
    check_files(folder, &mut found)?;
    let mut store = Store::new(plan, 0..plan.runs());
    scan(folder, &mut store, &mut found)?;
    check_gaps(plan, folder, &store, &mut found);
    let present = store.extent().filter(|&position| store.has(position));
    let chosen = match sample {
        Sample::All => present.collect(),
        Sample::Random { count, seed } => draw(present.collect(), count, seed),
    };
    let jobs = jobs(plan, &store, &chosen);
    let check = Check {
        interrupt,
        runs: Mutex::default(),
    };
    let wanted = chosen.len() as u64;
    let mut failed = Ok(());
    let threads = threads::pool(threads::thread_count(threads))?;
    let mut take = |found: &mut Verification| {
        let runs = std::mem::take(&mut *check.runs.lock().unwrap_or_else(PoisonError::into_inner));
        found.retrained += runs.len() as u64;
        if failed.is_ok() {
            failed = compare(plan, &store, runs, found);
        }
        on_progress(found.retrained, wanted);
    };
    pool::train(plan, &jobs, &threads, &check, &mut || take(&mut found));
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

/// Collects retrained runs for the calling thread to compare.
struct Check<'a> {
    interrupt: &'a AtomicBool,
    runs: Mutex<Vec<Run>>,
}

impl Listener for Check<'_> {
    fn finished(&self, _worker: usize, run: Run) {
        self.runs
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(run);
    }

    fn stopped(&self) -> bool {
        self.interrupt.load(Ordering::Relaxed)
    }
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
