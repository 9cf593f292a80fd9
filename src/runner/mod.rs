//! Trains what is missing: shares the pending runs among threads, collects them in a folder's
//! journal or in memory as they finish, and tells how far it is by events.

mod event;
mod gather;
mod pending;
mod pool;
#[cfg(test)]
mod tests;
mod verify;
mod work;

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::error::{Error, Result};
use crate::plan::{Plan, identity};
use crate::results::folder::{Digests, JOURNAL, RUNS, ResultsFolder, Shard};
use crate::results::journal::Writer;
use crate::results::{OnRun, Runs, Store, check_version, claim, threads};
use crate::training::{self, Run};
pub use event::Event;
use event::Tally;
use pending::{Known, pending, started};
use pool::Collected;
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

impl RunOptions<'_> {
    /// The positions of the runs that a folder with these options holds in the end.
    ///
    /// # Errors
    /// [`Error::Usage`] for a shard that can't be, or seeds of which the manifest has none.
    pub fn extent(&self, plan: &Plan) -> Result<Range<u64>> {
        self.check_seeds(plan)?;
        match self.shard {
            None => Ok(0..plan.runs()),
            Some(Shard { index, count }) if index >= 1 && index <= count => {
                Ok(plan.shard(index, count))
            }
            Some(shard) => Err(Error::Usage(format!(
                "shard {shard}: the first number counts from 1 to the second"
            ))),
        }
    }

    /// The seeds asked for must be some of the manifest's.
    fn check_seeds(&self, plan: &Plan) -> Result<()> {
        let Some((first, last)) = self.seeds else {
            return Ok(());
        };
        let seeds = &plan.manifest.seeds;
        if seeds.iter().any(|seed| (first..=last).contains(&seed)) {
            return Ok(());
        }
        let (low, high) = seeds.ends().unwrap_or_default();
        Err(Error::Usage(format!(
            "none of the manifest's seeds is in {first}..{last}: they are {low} to {high}"
        )))
    }
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
    /// Digests of the files that say whose folder it is.
    pub claimed: Digests,
    /// The folder held every run in its tables before: there is nothing to write.
    pub unchanged: bool,
    /// Whether every run of runs.csv was handed over in canonical order as it was read.
    pub in_order: bool,
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
/// in runs.csv. `on_stored` gets the runs that runs.csv held before, as they are read, while
/// they come in canonical order.
///
/// # Errors
/// [`Error::Conflict`] if the folder belongs to another manifest, shard or version;
/// [`Error::Interrupted`] if the flag was set, after every finished run was written;
/// [`Error::Io`] and [`Error::Unreadable`] from files.
pub fn run<'a>(
    plan: &'a Plan,
    folder: &'a ResultsFolder,
    options: &RunOptions,
    on_stored: OnRun,
    on_event: &(dyn Fn(Event) + Sync),
) -> Result<Trained<'a>> {
    let extent = options.extent(plan)?;
    let claimed = claim(plan, folder, options.shard, options.overwrite)?;
    let mut store = Store::new(plan, extent)?;
    let known = Known::load(plan, folder, &mut store, on_stored, on_event)?;
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
        result.inspect_err(|_| {
            // In a folder that is gone nothing is kept.
            if folder.path().is_dir() {
                on_event(kept(&store, folder));
            }
        })?;
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
        claimed,
        unchanged: wanted == 0 && known.scan.is_none() && folder.has(RUNS),
        in_order: known.in_order,
        folder,
    })
}

/// Trains the runs of a plan in memory and returns them in canonical order, for callers who
/// want values and no folder.
///
/// # Errors
/// [`Error::Interrupted`] if the flag was set before the last run was finished.
pub fn run_in_memory(
    plan: &Plan,
    options: &RunOptions,
    on_event: &(dyn Fn(Event) + Sync),
) -> Result<Vec<Run>> {
    training::backend()?;
    let store = Store::new(plan, options.extent(plan)?)?;
    let jobs = pending(plan, &store, options.seeds, &[]);
    let threads = threads::thread_count(options.threads);
    let threads_pool = threads::pool(threads)?;
    let (event, wanted) = started(plan, &store, &jobs, threads);
    on_event(event);
    let begun = Instant::now();
    let collected = Collected::new(options.interrupt);
    let (mut runs, mut network_epochs) = (Vec::new(), 0);
    let mut take = || {
        let finished = collected.take();
        let mut tally = Tally::default();
        finished.iter().for_each(|run| tally.add(run));
        network_epochs += tally.tell(on_event);
        runs.extend(finished);
    };
    pool::train(plan, &jobs, &threads_pool, &collected, &mut take);
    take();
    on_event(Event::Finished {
        runs: runs.len() as u64,
        network_epochs,
        seconds: begun.elapsed().as_secs_f64(),
    });
    if options.interrupt.load(Ordering::Relaxed) && (runs.len() as u64) < wanted {
        return Err(Error::Interrupted(
            "nothing of a study in memory is kept".to_owned(),
        ));
    }
    let positions = store.positions();
    runs.sort_by_cached_key(|run| positions.position(run.model, run.outcome.seed));
    Ok(runs)
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
