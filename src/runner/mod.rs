//! Trains what a results folder lacks: shares the pending runs among threads, writes them to
//! the journal as they finish, and tells how far it is by events.

mod gather;
mod known;
mod pending;
mod pool;

#[cfg(test)]
mod tests;
mod verify;
mod work;

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, Result};
use crate::plan::{Plan, identity};
use crate::results::folder::{JOURNAL, RUNS, ResultsFolder, Shard};
use crate::results::journal::Writer;
use crate::results::threads;
use crate::results::{Runs, Store, check_version, prepare};
use known::Known;
use pending::{pending, started};
pub use verify::{Difference, Sample, Verification, verify};
use work::Job;

/// How to run.
#[derive(Debug, Clone, Copy)]
pub struct RunOptions<'a> {
    /// Threads; `None` for one per core.
    pub threads: Option<usize>,
    /// Only this part of the experiment.
    pub shard: Option<Shard>,
    /// Only these seeds (first and last) of the manifest's.
    pub seeds: Option<(u64, u64)>,
    /// Start over, replacing what is in the folder.
    pub overwrite: bool,
    /// Set to stop: runs in flight are dropped, finished ones are kept.
    pub interrupt: &'a AtomicBool,
}

/// What happens while running.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Training begins.
    Started {
        /// Runs this folder shall hold in the end.
        runs: u64,
        /// Of these, runs that were there before.
        already_done: u64,
        /// (runs to hold, already done) by model.
        models: Vec<(u64, u64)>,
        /// Threads at work.
        threads: usize,
    },
    /// Runs of one model have finished since the last such event.
    Progress {
        /// Position of the model.
        model: usize,
        /// How many runs.
        runs: u64,
        /// Of these, with a convergence epoch.
        converged: u64,
        /// Epochs of these runs, summed.
        network_epochs: u64,
    },
    /// Something the user should know.
    Warning(String),
    /// Training is over.
    Finished {
        /// Runs trained by this call.
        runs: u64,
        /// Their epochs, summed.
        network_epochs: u64,
        /// Wall-clock seconds of the training alone.
        seconds: f64,
    },
}

/// Everything trained; the tables not yet written.
#[derive(Debug)]
pub struct Trained<'a> {
    /// Every run of the folder. [`Runs::write`] makes runs.csv and losses.csv of them.
    pub runs: Runs<'a>,
    /// Runs trained by this call.
    pub new_runs: u64,
    /// Their epochs, summed.
    pub network_epochs: u64,
    /// Wall-clock seconds they took.
    pub seconds: f64,
    /// Epochs of all calls that worked on this folder, summed, as far as is known.
    pub total_network_epochs: u64,
    /// Seconds of all these calls.
    pub total_seconds: f64,
    /// Threads used.
    pub threads: usize,
    /// The folder held every run in its tables before: there is nothing to write.
    pub unchanged: bool,
    folder: &'a ResultsFolder,
}

impl Trained<'_> {
    /// Removes the journal: to be called when every file of the folder is written. Until then
    /// a crash leaves a folder that the next run finishes.
    pub fn close(self) -> Result<()> {
        self.folder.remove(JOURNAL)
    }
}

/// Trains the runs that the folder lacks. When it returns, all of them are in the journal or
/// in runs.csv.
///
/// # Errors
/// [`Error::Conflict`] if the folder belongs to another manifest, shard or version;
/// [`Error::Interrupted`] if the flag was set, after every finished run was written;
/// [`Error::Io`] and [`Error::Unreadable`] from files.
pub fn run<'a>(
    plan: &'a Plan,
    folder: &'a ResultsFolder,
    options: &RunOptions,
    on_event: &(dyn Fn(Event) + Sync),
) -> Result<Trained<'a>> {
    let extent = extent(plan, options)?;
    prepare(plan, folder, options.shard, options.overwrite)?;
    let mut store = Store::new(plan, extent);
    let known = Known::load(plan, folder, &mut store, on_event)?;
    let jobs = pending(plan, &store, options.seeds, &known.curves);
    let wanted: u64 = jobs.iter().map(Job::runs).sum();
    let threads = threads::thread_count(options.threads);
    let threads_pool = threads::pool(threads)?;
    let mut gathered = gather::Gathered::default();
    if wanted > 0 {
        check_version(folder)?;
        let (event, runs) = started(plan, &store, &jobs, threads);
        on_event(event);
        let path = folder.file(JOURNAL);
        let good = known.scan.as_ref().map(|scan| scan.good);
        let writer = Writer::open(&path, identity(&plan.manifest), good)?;
        let source = store.add_journal(&path);
        let sink = gather::Sink {
            plan,
            writer,
            store: &mut store,
            source,
            folder,
        };
        let (done, result) = gather::train(sink, &jobs, &threads_pool, options.interrupt, on_event);
        gathered = done;
        on_event(Event::Finished {
            runs: done.runs,
            network_epochs: done.network_epochs,
            seconds: done.seconds,
        });
        result.inspect_err(|_| on_event(kept(&store, folder)))?;
        if options.interrupt.load(Ordering::Relaxed) && gathered.runs < wanted {
            let done = runs - (wanted - gathered.runs);
            return Err(interrupted(done, runs, folder));
        }
    }
    Ok(Trained {
        runs: Runs::new(plan, store, threads_pool),
        new_runs: gathered.runs,
        network_epochs: gathered.network_epochs,
        seconds: gathered.seconds,
        total_network_epochs: known.network_epochs + gathered.network_epochs,
        total_seconds: known.seconds + gathered.seconds,
        threads,
        unchanged: wanted == 0 && known.scan.is_none() && folder.has(RUNS),
        folder,
    })
}

/// The positions of a folder's runs in canonical order.
fn extent(plan: &Plan, options: &RunOptions) -> Result<Range<u64>> {
    match options.shard {
        None => Ok(0..plan.runs()),
        Some(Shard { index, count }) if index >= 1 && index <= count => {
            Ok(plan.shard(index, count))
        }
        Some(shard) => Err(Error::Usage(format!(
            "shard {shard}: the first number counts from 1 to the second"
        ))),
    }
}

fn kept(store: &Store, folder: &ResultsFolder) -> Event {
    Event::Warning(format!(
        "{} finished runs are kept in {}; the same command goes on from there",
        store.runs(),
        folder.path().display()
    ))
}

fn interrupted(done: u64, runs: u64, folder: &ResultsFolder) -> Error {
    Error::Interrupted(format!(
        "interrupted: {done} of {runs} runs are done and kept in {}",
        folder.path().display()
    ))
}
