//! Trains what is missing: shares the pending runs among threads, collects them in a folder's
//! journal or in memory as they finish, and tells how far it is by events.

mod checkpoints;
mod event;
mod gather;
mod mend;
mod pending;
mod pool;
#[cfg(test)]
mod tests;
mod verify;
mod work;

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::results::folder::{CHECKPOINT, Digests, JOURNAL, ResultsFolder, Shard, Trainer};
use crate::results::journal::Writer;
use crate::results::{Claim, OnRun, Pass, Runs, Store, Tables, Watch, Written, inspect, threads};
use crate::text::counted;
use crate::training::{self, Run};
use checkpoints::Checkpoints;
pub use event::Event;
use mend::train_again;
use pending::{Known, pending, started};
use pool::Collected;
pub use verify::{Difference, Sample, Verification, verify};
use work::Job;

/// How often it is written down where the runs under way are: a crash loses at most so much of
/// them, and a study that is shorter writes nothing.
pub const CHECKPOINT_AFTER: Duration = Duration::from_secs(60);

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
    /// Train rows again that are not what was recorded, instead of refusing the folder.
    pub retrain_changed: bool,
    /// How often it is written down where the runs under way are.
    pub checkpoint_after: Duration,
    /// Set to stop: finished runs are kept, and those under way go on from there next time.
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

/// A folder whose files are being written.
#[derive(Debug)]
pub struct Open<'a> {
    /// Names what is about to be written; while it is there, the folder is unfinished.
    pub journal: Writer,
    /// Digests of the files that say whose folder it is.
    pub claimed: Digests,
    /// Files of the folder that Seedbed wrote.
    pub owned: BTreeSet<String>,
    /// Whether runs are under way that this call was not asked for.
    under_way: bool,
    folder: &'a ResultsFolder,
}

impl<'a> Open<'a> {
    /// A claimed folder.
    pub fn new(
        folder: &'a ResultsFolder,
        claimed: Digests,
        owned: &BTreeSet<String>,
        journal: Writer,
    ) -> Self {
        Open {
            journal,
            claimed,
            owned: owned.clone(),
            under_way: false,
            folder,
        }
    }

    /// Removes the journal: to be called when every file of the folder is written. Until then
    /// a crash leaves a folder that the next run finishes.
    pub fn close(self) -> Result<()> {
        if !self.under_way && self.folder.has(CHECKPOINT) {
            self.folder.remove(CHECKPOINT)?;
        }
        self.folder.remove(JOURNAL)
    }
}

/// Writes runs.csv and losses.csv of a folder. What has become unreadable of the journal since
/// it was written is trained again, with a warning.
///
/// # Errors
/// [`Error::Interrupted`] if the flag is set; [`Error::Io`]; what `on_run` returns.
pub fn write_tables(
    plan: &Plan,
    runs: &Runs,
    open: &mut Open,
    interrupt: &AtomicBool,
    on_event: &(dyn Fn(Event) + Sync),
    on_run: OnRun,
) -> Result<Written> {
    let positions = plan.positions();
    let keeps_curve = |position| {
        let (_, place) = positions.model_and_place(position);
        place < plan.manifest.curves.seeds
    };
    let path = open.folder.file(JOURNAL);
    let mend = |damaged: &[u64]| {
        on_event(Event::Warning(format!(
            "{}: {} became unreadable after it was written; trained again",
            path.display(),
            counted(damaged.len(), "run"),
        )));
        train_again(plan, &positions, damaged, &keeps_curve, interrupt)
    };
    let told = on_pass(open.folder, interrupt, on_event);
    let pass = Pass {
        mend: &mend,
        watch: Watch::new(&told),
    };
    runs.write(open.folder, &mut open.journal, pass, on_run)
}

/// Tells of passes over the files of a folder, and ends them when the work is to stop.
fn on_pass<'a>(
    folder: &'a ResultsFolder,
    interrupt: &'a AtomicBool,
    on_event: &'a (dyn Fn(Event) + Sync),
) -> impl Fn(&Path, u64, u64) -> Result<()> + Sync {
    move |path, done, all| {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        if interrupt.load(Ordering::Relaxed) {
            return Err(Error::Interrupted(format!(
                "interrupted at {file}: what is done is kept in {}",
                folder.path().display()
            )));
        }
        let file = file.into_owned();
        on_event(Event::Pass { file, done, all });
        Ok(())
    }
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
    let told = on_pass(folder, options.interrupt, on_event);
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

/// What was found in a folder before anything is written in it.
struct Found<'a> {
    claim: Claim<'a>,
    store: Store,
    known: Known,
}

impl<'a> Found<'a> {
    /// Reads the journal and sees whether the folder may be filled.
    fn of(
        plan: &'a Plan,
        folder: &'a ResultsFolder,
        options: &RunOptions,
        extent: Range<u64>,
        watch: &Watch,
    ) -> Result<Found<'a>> {
        let mut store = Store::new(plan, extent.clone())?;
        let mut known = Known::new(plan);
        match known.read_journal(&folder.file(JOURNAL), &mut store, watch) {
            // What belongs to something else goes away.
            Err(Error::Conflict(_)) if options.overwrite => {}
            read => read?,
        }
        let (shard, overwrite) = (options.shard, options.overwrite);
        let claim = Claim::check(plan, folder, shard, known.scan.as_ref(), overwrite)?;
        if claim.starts_over {
            (store, known) = (Store::new(plan, extent)?, Known::new(plan));
        }
        Ok(Found {
            claim,
            store,
            known,
        })
    }

    /// Reads the tables; says whether runs.csv is there and the tables are, to the byte, what
    /// was recorded.
    fn tables(
        &mut self,
        options: &RunOptions,
        threads: usize,
        watch: &Watch,
        on_stored: OnRun,
        on_event: &(dyn Fn(Event) + Sync),
    ) -> Result<bool> {
        let folder = self.claim.folder();
        self.known.warn(&folder.file(JOURNAL), on_event);
        if self.claim.starts_over {
            return Ok(false);
        }
        let tables = inspect(&self.claim, folder.path(), threads, watch)?;
        match &tables {
            Tables::Absent | Tables::AsRecorded(_) => {}
            Tables::SavedAgain(_) => on_event(Event::Warning(format!(
                "the tables in {} were saved again by another program; every value is what was recorded, and they are written anew",
                folder.path().display()
            ))),
            Tables::Changed(changed) if options.retrain_changed => {
                let what = changed.describe(folder.path());
                on_event(Event::Warning(format!("{what}\nThey are trained again.")));
            }
            Tables::Changed(changed) => return Err(changed.refusal(folder.path())),
        }
        let (store, known) = (&mut self.store, &mut self.known);
        known.read_tables(folder, &tables, store, watch, on_stored)?;
        if let Some(before) = &self.claim.provenance {
            known.add(before);
        }
        Ok(matches!(tables, Tables::AsRecorded(_)))
    }
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
