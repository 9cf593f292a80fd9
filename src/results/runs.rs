//! The finished runs of an experiment, model by model in canonical order, whatever files they
//! are in; and how they become runs.csv and losses.csv. Only a few thousand are in memory at
//! a time.

use std::fmt::Write;
use std::ops::Range;
use std::path::Path;
use std::sync::mpsc;
use std::thread;

use rayon::prelude::*;

use super::runs_csv::RunRows;
use super::store::{Store, losses_columns};
use super::threads::{pool, thread_count};
use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::results::columns::Cell;
use crate::results::folder::{LOSSES, NewFile, RUNS, ResultsFolder};
use crate::training::Run;

/// Positions fetched and formatted together.
const WINDOW: u64 = 2048;
/// Windows made together, at most; twice as many are in memory.
const WINDOWS: usize = 8;

/// The runs of a plan that are finished.
#[derive(Debug)]
pub struct Runs<'a> {
    plan: &'a Plan,
    pub(super) store: Store,
    pool: rayon::ThreadPool,
}

/// SHA-256 of the files written by [`Runs::write`], hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Of runs.csv.
    pub runs: String,
    /// Of losses.csv, if the manifest keeps loss curves.
    pub losses: Option<String>,
}

/// The runs in a results folder's runs.csv, for `report` and `replay`; every row is checked.
pub fn read<'a>(plan: &'a Plan, folder: &Path, threads: Option<usize>) -> Result<Runs<'a>> {
    let mut store = Store::new(plan, 0..plan.runs());
    store.scan_table(&folder.join(RUNS), &mut |_, _| ())?;
    Ok(Runs::new(plan, store, pool(thread_count(threads))?))
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
        Runs { plan, store, pool }
    }

    /// How many.
    pub fn count(&self) -> u64 {
        self.store.runs()
    }

    /// Whether the run of a model and a seed is there.
    pub fn has(&self, model: usize, seed: u64) -> bool {
        let position = self.store.positions().position(model, seed);
        position.is_some_and(|position| self.store.has(position))
    }

    /// The run of a model and a seed.
    pub fn get(&self, model: usize, seed: u64) -> Result<Option<Run>> {
        let Some(position) = self.store.positions().position(model, seed) else {
            return Ok(None);
        };
        let runs = self.store.fetch(position..position + 1)?;
        Ok(runs.into_iter().next().map(|(_, run)| run))
    }

    /// Hands over every run in canonical order. Runs among the first `[curves] seeds` carry
    /// their loss curve.
    pub fn each(&self, on_run: &mut dyn FnMut(&Run) -> Result<()>) -> Result<()> {
        self.windows(false, &mut |window| {
            window.runs.iter().try_for_each(&mut *on_run)
        })
    }

    /// Writes runs.csv and losses.csv, and hands over every run on the way.
    pub fn write(
        &self,
        folder: &ResultsFolder,
        on_run: &mut dyn FnMut(&Run) -> Result<()>,
    ) -> Result<Written> {
        if self.plan.manifest.curves.seeds == 0 {
            folder.remove(LOSSES)?;
            let runs = folder.write_with(RUNS, |runs| self.fill(runs, None, on_run))?;
            return Ok(Written { runs, losses: None });
        }
        let mut losses_digest = None;
        let runs = folder.write_with(RUNS, |runs| {
            let digest =
                folder.write_with(LOSSES, |losses| self.fill(runs, Some(losses), on_run))?;
            losses_digest = Some(digest);
            Ok(())
        })?;
        Ok(Written {
            runs,
            losses: losses_digest,
        })
    }

    fn fill(
        &self,
        runs: &mut NewFile,
        mut losses: Option<&mut NewFile>,
        on_run: &mut dyn FnMut(&Run) -> Result<()>,
    ) -> Result<()> {
        runs.put(self.store.columns().header_line().as_bytes())?;
        if let Some(losses) = &mut losses {
            losses.put((losses_columns().join(",") + "\r\n").as_bytes())?;
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
        for (position, mut run) in self.store.fetch(range)? {
            let (_, place) = self.store.positions().model_and_place(position);
            if place >= self.plan.manifest.curves.seeds {
                run.curve = Vec::new();
            }
            if text {
                columns.write_line(&run, &mut window.lines);
                write_losses(&columns, &run, &mut window.losses);
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

fn write_losses(columns: &RunRows, run: &Run, out: &mut String) {
    let model = columns.model_name(run.model);
    for &(epoch, mse) in &run.curve {
        // Writing to a String can't fail.
        let _ = write!(out, "{model},{},{epoch},", run.outcome.seed);
        Cell::from(mse).write(out);
        out.push_str("\r\n");
    }
}
