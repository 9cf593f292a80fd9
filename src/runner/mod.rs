//! Trains what is missing: shares the pending runs among threads, collects them in a folder's
//! journal or in memory as they finish, and tells how far it is by events.

mod checkpoints;
mod event;
mod found;
mod gather;
mod mend;
mod open;
mod options;
mod pending;
mod pool;
mod rounding;
#[cfg(test)]
mod tests;
mod verify;
mod work;

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::time::Instant;

use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::results::folder::{JOURNAL, ResultsFolder, Trainer};
use crate::results::journal::Writer;
use crate::results::{OnRun, Runs, Store, Watch, threads};
use crate::training::{self, Run};
use checkpoints::Checkpoints;
pub use event::Event;
use found::Found;
pub use open::{Open, go_on, on_pass, stopped_at, write_tables};
pub use options::{CHECKPOINT_AFTER, RunOptions};
use pending::{pending, started};
use pool::Collected;
pub use rounding::{Twins, train_twins};
pub use verify::{Difference, Sample, Verification, verify};
use work::Job;

/// Everything trained; the tables not yet written.
#[derive(Debug)]
pub struct Trained<'a> {
    /// Every run of the folder.
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
    /// The builds that trained the runs.
    pub trained_by: BTreeSet<Trainer>,
    /// Whether every run of runs.csv was handed over in canonical order as it was read.
    pub in_order: bool,
    /// What is needed to write the folder's files; `None` if there is nothing to write.
    pub open: Option<Open<'a>>,
}

/// Trains the runs that the folder lacks. When it returns, all of them are in the journal or
/// in runs.csv. `on_stored` gets the runs that runs.csv held before, as they are read, while
/// they come in canonical order. `is_up_to_date` says that every other file of the folder is
/// as it should be, so that nothing is written if no run is missing.
///
/// Everything that can be refused is refused before the first byte is written.
///
/// # Errors
/// [`Error::Conflict`] if the folder belongs to another manifest, shard or version, or holds
/// what nobody recorded; [`Error::Interrupted`] if the flag was set, after every finished run
/// was written; [`Error::Io`] and [`Error::Unreadable`] from files.
pub fn run<'a>(
    plan: &'a Plan,
    folder: &'a ResultsFolder,
    options: &RunOptions,
    is_up_to_date: bool,
    on_stored: OnRun,
    on_event: &(dyn Fn(Event) + Sync),
) -> Result<Trained<'a>> {
    let extent = options.extent(plan)?;
    let told = on_pass(Some(folder.path()), options.interrupt, on_event);
    let watch = Watch::new(&told);
    let threads = threads::thread_count(options.threads);
    let threads_pool = threads::pool(threads)?;

    let mut found = Found::of(plan, folder, options, extent, &watch)?;
    let as_recorded = found.tables(options, threads, &watch, on_stored, on_event)?;
    let Found {
        claim,
        mut store,
        known,
    } = found;
    let jobs = pending(plan, &store, options.seeds, &known.curves);
    let wanted: u64 = jobs.iter().map(Job::runs).sum();
    let begun = known.scan.is_some() && !claim.starts_over;
    let mut gathered = gather::Gathered::default();
    let mut trained_by = known.trained_by;
    let mut open = None;
    if wanted > 0 || begun || !as_recorded || !is_up_to_date {
        let good = known.scan.as_ref().map(|scan| scan.good).filter(|_| begun);
        let mut journal = Writer::open_in(folder, store.identity(), good)?;
        let claimed = claim.write(&mut journal)?;
        open = Some(Open::new(folder, claimed, claim.owned(), journal));
    }
    let checkpoints = Checkpoints::load(plan, folder, &store, &known.curves, on_event);
    if let (Some(open), 1..) = (&mut open, wanted) {
        let (event, runs) = started(plan, &store, &jobs, threads);
        on_event(event);
        let source = store.add_journal(&folder.file(JOURNAL));
        let sink = gather::Sink {
            plan,
            writer: &mut open.journal,
            store: &mut store,
            source,
            folder,
            checkpoints: &checkpoints,
            checkpoint_after: options.checkpoint_after,
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
            return Err(interrupted(done, runs, checkpoints.count(), folder));
        }
        trained_by.insert(Trainer::ours());
    }
    if let Some(open) = &mut open {
        open.under_way = checkpoints.count() > 0;
    }
    Ok(Trained {
        runs: Runs::new(plan, store, threads_pool),
        new_runs: gathered.runs,
        network_epochs: gathered.network_epochs,
        seconds: gathered.seconds,
        total_network_epochs: known.network_epochs
            + gathered.earlier_epochs
            + gathered.network_epochs,
        total_seconds: known.seconds + gathered.seconds,
        threads,
        trained_by,
        in_order: known.in_order,
        open,
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
        let (finished, tally) = collected.take();
        network_epochs += finished.iter().map(|run| run.outcome.epochs).sum::<u64>();
        tally.tell(on_event);
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

fn interrupted(done: u64, runs: u64, under_way: usize, folder: &ResultsFolder) -> Error {
    let go_on = match under_way {
        0 => String::new(),
        1 => "; the run under way goes on from where it is".to_owned(),
        _ => format!("; {under_way} runs under way go on from where they are"),
    };
    Error::Interrupted(format!(
        "interrupted: {done} of {runs} runs are done and kept in {}{go_on}",
        folder.path().display()
    ))
}
