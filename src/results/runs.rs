//! The finished runs of an experiment, model by model in canonical order, whatever files they
//! are in; and how they become runs.csv and losses.csv. Only a few thousand are in memory at
//! a time.

use std::ops::Range;
use std::path::Path;
use std::sync::mpsc;
use std::thread;

use rayon::prelude::*;

use super::losses::{LossPoint, losses_columns, write_losses};
use super::store::Store;
use super::threads::{pool, thread_count};
use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::results::columns::Columns;
use crate::results::folder::{Digests, LOSSES, NewFile, RUNS, ResultsFolder};
use crate::training::Run;

/// Positions fetched and formatted together.
const WINDOW: u64 = 2048;
/// Windows made together, at most; twice as many are in memory.
const WINDOWS: usize = 8;

/// Takes runs one by one.
pub type OnRun<'a> = &'a mut dyn FnMut(&Run) -> Result<()>;

/// The runs of a plan that are finished.
#[derive(Debug)]
pub struct Runs<'a> {
    plan: &'a Plan,
    losses: Columns<LossPoint>,
    store: Store,
    pool: rayon::ThreadPool,
}

/// Hands runs on for as long as they come in canonical order.
pub struct InOrder<'a> {
    /// The least position that may come next; `None` once a run came too late.
    next: Option<u64>,
    on_run: OnRun<'a>,
}

impl<'a> InOrder<'a> {
    /// Hands runs on to `on_run`.
    pub fn new(on_run: OnRun<'a>) -> Self {
        InOrder {
            next: Some(0),
            on_run,
        }
    }

    /// Takes the run at a position.
    ///
    /// # Errors
    /// What `on_run` returns.
    pub fn take(&mut self, position: u64, run: &Run) -> Result<()> {
        self.next = self.next.filter(|&next| position >= next);
        match &mut self.next {
            None => Ok(()),
            Some(next) => {
                *next = position + 1;
                (self.on_run)(run)
            }
        }
    }

    /// Whether every run came in canonical order and was handed on.
    pub fn all(&self) -> bool {
        self.next.is_some()
    }
}

/// Reads a results folder's runs.csv; every row is checked. While the rows come in canonical
/// order, as Seedbed writes them, each run is handed to `on_run` as it is read. Also says
/// whether all were: a spreadsheet may have sorted the rows otherwise, and then
/// [`Runs::each`] has to fetch them in canonical order, which reads the file again.
///
/// # Errors
/// [`Error::Unreadable`] with line and column of what can't be read; what `on_run` returns.
pub fn read<'a>(
    plan: &'a Plan,
    folder: &Path,
    threads: Option<usize>,
    on_run: OnRun,
) -> Result<(Runs<'a>, bool)> {
    let mut store = Store::new(plan, 0..plan.runs())?;
    let mut in_order = InOrder::new(on_run);
    store.scan_table(&folder.join(RUNS), &mut |position, run| {
        in_order.take(position, run)
    })?;
    let all = in_order.all();
    Ok((Runs::new(plan, store, pool(thread_count(threads))?), all))
}

/// A window's runs and their text.
struct Window {
    runs: Vec<Run>,
    lines: String,
    losses: String,
}

impl<'a> Runs<'a> {
    /// The runs in a store.
    pub fn new(plan: &'a Plan, store: Store, pool: rayon::ThreadPool) -> Runs<'a> {
        Runs {
            plan,
            losses: losses_columns(),
            store,
            pool,
        }
    }

    /// How many.
    pub fn count(&self) -> u64 {
        self.store.runs()
    }

    /// Hands over every run in canonical order, fetched from the files they are in. Runs among
    /// the first `[curves] seeds` carry their loss curve.
    pub fn each(&self, on_run: OnRun) -> Result<()> {
        self.windows(false, &mut |window| {
            window.runs.iter().try_for_each(&mut *on_run)
        })
    }

    /// Writes runs.csv, and losses.csv if the manifest keeps loss curves, and hands over every
    /// run on the way. Returns the digests of the files.
    pub fn write(&self, folder: &ResultsFolder, on_run: OnRun) -> Result<Digests> {
        let mut digests = Digests::new();
        let runs = if self.plan.manifest.curves.seeds == 0 {
            folder.remove(LOSSES)?;
            folder.write_with(RUNS, |runs| self.fill(runs, None, on_run))?
        } else {
            folder.write_with(RUNS, |runs| {
                let losses =
                    folder.write_with(LOSSES, |losses| self.fill(runs, Some(losses), on_run))?;
                digests.insert(LOSSES.to_owned(), losses);
                Ok(())
            })?
        };
        digests.insert(RUNS.to_owned(), runs);
        Ok(digests)
    }

    fn fill(
        &self,
        runs: &mut NewFile,
        mut losses: Option<&mut NewFile>,
        on_run: OnRun,
    ) -> Result<()> {
        runs.put(self.store.columns().header_line().as_bytes())?;
        if let Some(losses) = &mut losses {
            let mut header = String::new();
            self.losses.write_header(&mut header);
            losses.put(header.as_bytes())?;
        }
        self.windows(true, &mut |window| {
            runs.put(window.lines.as_bytes())?;
            if let Some(losses) = &mut losses {
                losses.put(window.losses.as_bytes())?;
            }
            window.runs.iter().try_for_each(&mut *on_run)
        })
    }

    /// Fetches windows in parallel and hands them over in order. While a batch of windows is
    /// handed over, the next one is made.
    fn windows(&self, text: bool, on_window: &mut dyn FnMut(&Window) -> Result<()>) -> Result<()> {
        let starts: Vec<u64> = self.store.extent().step_by(WINDOW as usize).collect();
        let together = (2 * self.pool.current_num_threads()).min(WINDOWS);
        // No room for a batch that waits: one is made, one is handed over.
        let (made, ready) = mpsc::sync_channel(0);
        thread::scope(|scope| {
            scope.spawn(move || {
                let mut batches = starts
                    .chunks(together)
                    .map(|starts| self.batch(starts, text));
                // The receiver goes away early when a window can't be handed over.
                batches.try_for_each(|batch| made.send(batch))
            });
            ready
                .into_iter()
                .flatten()
                .try_for_each(|window| on_window(&window?))
        })
    }

    /// The windows that begin at these positions.
    fn batch(&self, starts: &[u64], text: bool) -> Vec<Result<Window>> {
        let end = self.store.extent().end;
        let window = |&start: &u64| self.window(start..(start + WINDOW).min(end), text);
        self.pool
            .install(|| starts.par_iter().map(window).collect())
    }

    fn window(&self, range: Range<u64>, text: bool) -> Result<Window> {
        let columns = self.store.columns();
        let mut window = Window {
            runs: Vec::new(),
            lines: String::new(),
            losses: String::new(),
        };
        for (_, run) in self.store.fetch(range)? {
            if text {
                let model = columns.model_name(run.model);
                columns.write_line(&run, &mut window.lines);
                write_losses(&self.losses, model, &run, &mut window.losses);
            }
            window.runs.push(run);
        }
        Ok(window)
    }

    /// An error if a run of the whole plan is missing.
    pub(super) fn complete(&self, what: &str) -> Result<()> {
        let missing = self.store.extent().end - self.store.extent().start - self.count();
        if missing == 0 {
            return Ok(());
        }
        let first = self
            .store
            .extent()
            .find(|&position| !self.store.has(position));
        let (model, place) = self.store.positions().model_and_place(first.unwrap_or(0));
        Err(Error::Conflict(format!(
            "{what}: {missing} of {} runs are missing, the first is {} seed {}",
            self.plan.runs(),
            self.plan.models[model].name,
            self.store.positions().seed(place),
        )))
    }
}
