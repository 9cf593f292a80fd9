//! Trains what a results folder lacks: shares the pending runs among threads, writes them to
//! the journal as they finish, and tells how far it is by events.

mod identity;
mod merge;
mod pool;
mod positions;
mod prepare;
mod runs;
mod session;
mod store;
mod table;
#[cfg(test)]
mod tests;
mod verify;
mod work;

use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, Result};
use crate::folder::{JOURNAL, Provenance, RUNS, ResultsFolder, Shard};
use crate::journal::{Scan, Writer};
use crate::plan::Plan;
use crate::record::Run;
pub use merge::{Merged, adopt, merge, merge_plan};
pub use positions::Positions;
pub use runs::{Runs, Written};
use store::Store;
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
    prepare::prepare(plan, folder, options)?;
    let mut store = Store::new(plan, extent);
    let known = Known::load(plan, folder, &mut store, on_event)?;
    let jobs = pending(plan, &store, options.seeds, &known.curves);
    let wanted: u64 = jobs.iter().map(Job::runs).sum();
    let threads = pool::thread_count(options.threads);
    let threads_pool = pool::pool(threads)?;
    let mut session = session::Session::default();
    if wanted > 0 {
        prepare::check_version(folder)?;
        let (event, runs) = started(plan, &store, &jobs, threads);
        on_event(event);
        let path = folder.file(JOURNAL);
        let good = known.scan.as_ref().map(|scan| scan.good);
        let writer = Writer::open(&path, identity::identity(&plan.manifest), good)?;
        let source = store.add_journal(&path);
        let sink = session::Sink {
            plan,
            writer,
            store: &mut store,
            source,
            folder,
        };
        let (done, result) =
            session::train(sink, &jobs, &threads_pool, options.interrupt, on_event);
        session = done;
        on_event(Event::Finished {
            runs: done.runs,
            network_epochs: done.network_epochs,
            seconds: done.seconds,
        });
        result.inspect_err(|_| on_event(kept(&store, folder)))?;
        if options.interrupt.load(Ordering::Relaxed) && session.runs < wanted {
            let done = runs - (wanted - session.runs);
            return Err(interrupted(done, runs, folder));
        }
    }
    Ok(Trained {
        runs: Runs::new(plan, store, threads_pool),
        new_runs: session.runs,
        network_epochs: session.network_epochs,
        seconds: session.seconds,
        total_network_epochs: known.network_epochs + session.network_epochs,
        total_seconds: known.seconds + session.seconds,
        threads,
        unchanged: wanted == 0 && known.scan.is_none() && folder.has(RUNS),
        folder,
    })
}

/// The runs in a results folder's runs.csv, for `report` and `replay`; every row is checked.
pub fn read<'a>(plan: &'a Plan, folder: &Path, threads: Option<usize>) -> Result<Runs<'a>> {
    let mut store = Store::new(plan, 0..plan.runs());
    store.scan_table(&folder.join(RUNS), &mut |_, _| ())?;
    Ok(Runs::new(
        plan,
        store,
        pool::pool(pool::thread_count(threads))?,
    ))
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

/// What a folder holds before training.
struct Known {
    scan: Option<Scan>,
    /// Positions whose loss curve is there, ascending.
    curves: Vec<u64>,
    network_epochs: u64,
    seconds: f64,
}

impl Known {
    fn load(
        plan: &Plan,
        folder: &ResultsFolder,
        store: &mut Store,
        on_event: &(dyn Fn(Event) + Sync),
    ) -> Result<Known> {
        let curve_epochs = plan.curve_epochs();
        let mut known = Known {
            scan: None,
            curves: Vec::new(),
            network_epochs: 0,
            seconds: 0.0,
        };
        let has_curve = |run: &Run| {
            let due = curve_epochs
                .iter()
                .take_while(|&&epoch| epoch <= run.record.outcome.epochs);
            !run.curve.is_empty() && due.eq(run.curve.iter().map(|(epoch, _)| epoch))
        };
        if folder.has(RUNS) {
            store.scan_table(&folder.file(RUNS), &mut |position, run| {
                if has_curve(run) {
                    known.curves.push(position);
                }
            })?;
            // Only for the sums: a folder without it is as good.
            if let Ok(before) = Provenance::load(folder.path()) {
                known.network_epochs = before.network_epochs;
                known.seconds = before.training_seconds;
            }
        }
        let identity = identity::identity(&plan.manifest);
        let path = folder.file(JOURNAL);
        known.scan = store.scan_journal(&path, identity, &mut |position, run| {
            known.network_epochs += run.record.outcome.epochs;
            if has_curve(run) {
                known.curves.push(position);
            }
        })?;
        known.curves.sort_unstable();
        if let Some(scan) = &known.scan {
            known.seconds += scan.seconds;
            warn_of_damage(scan, &path, on_event);
        }
        Ok(known)
    }
}

fn warn_of_damage(scan: &Scan, path: &Path, on_event: &(dyn Fn(Event) + Sync)) {
    let path = path.display();
    for damage in &scan.damage {
        on_event(Event::Warning(format!(
            "{path}: bytes {} to {} are damaged (their checksum does not match); the runs in them are trained again",
            damage.from, damage.to
        )));
    }
    if scan.torn > 0 {
        on_event(Event::Warning(format!(
            "{path}: the last {} bytes were not completely written and are cut; the runs in them are trained again",
            scan.torn
        )));
    }
}

/// The runs to train: those not there, and those whose loss curve is wanted and not there.
fn pending(plan: &Plan, store: &Store, seeds: Option<(u64, u64)>, curves: &[u64]) -> Vec<Job> {
    let selected = |seed: u64| seeds.is_none_or(|(first, last)| seed >= first && seed <= last);
    let mut jobs = Vec::new();
    let extent = store.extent();
    for model in 0..plan.models.len() {
        let cost = plan.cost(model);
        let mut with_curve = Job::new(model, true, cost);
        let mut without = Job::new(model, false, cost);
        let all = store.positions().of_model(model);
        for position in all.start.max(extent.start)..all.end.min(extent.end) {
            let place = position - all.start;
            if !selected(store.positions().seed(place)) {
                continue;
            }
            if place < plan.manifest.curves.seeds {
                if !store.has(position) || curves.binary_search(&position).is_err() {
                    with_curve.push(place);
                }
            } else if !store.has(position) {
                without.push(place);
            }
        }
        jobs.extend(
            [with_curve, without]
                .into_iter()
                .filter(|job| job.runs() > 0),
        );
    }
    jobs
}

/// What there is to do: the event, and the runs this folder shall hold in the end.
fn started(plan: &Plan, store: &Store, jobs: &[Job], threads: usize) -> (Event, u64) {
    let mut models = vec![(0, 0); plan.models.len()];
    for position in store.extent().filter(|&position| store.has(position)) {
        let (model, _) = store.positions().model_and_place(position);
        models[model].0 += 1;
        models[model].1 += 1;
    }
    for job in jobs {
        let again = job
            .places
            .iter()
            .flat_map(Clone::clone)
            .filter(|place| store.has(store.positions().of_model(job.model).start + place));
        // A run trained again for its loss curve is not done yet.
        let again = again.count() as u64;
        models[job.model].0 += job.runs() - again;
        models[job.model].1 -= again;
    }
    let runs = models.iter().map(|model| model.0).sum();
    let event = Event::Started {
        runs,
        already_done: models.iter().map(|model| model.1).sum(),
        models,
        threads,
    };
    (event, runs)
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
