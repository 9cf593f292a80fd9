//! The finished runs of an experiment, model by model in canonical order, whatever files they
//! are in; and how they become runs.csv and losses.csv. Only a few thousand are in memory at
//! a time.

use std::ops::Range;
use std::path::Path;
use std::sync::mpsc;
use std::thread;

use rayon::prelude::*;

use super::losses::{LossPoint, losses_columns, write_losses};
use super::runs_csv::RunRows;
use super::store::Store;
use super::threads::{pool, thread_count};
use super::watch::Watch;
use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::results::columns::Columns;
use crate::results::folder::{
    Digests, LOSSES, RUNS, ResultsFolder, RowChecksums, RowSums, sha256_of,
};
use crate::results::journal::Writer;
use crate::training::Run;

/// Positions fetched and formatted together, at most.
const WINDOW: u64 = 2048;
/// Fewer, if they would take more bytes than this.
const WINDOW_BYTES: u64 = 1 << 20;
/// Windows made together, at most; twice as many are in memory.
const WINDOWS: usize = 8;

/// Takes runs one by one.
pub type OnRun<'a> = &'a mut dyn FnMut(&Run) -> Result<()>;

/// Takes bytes of a file.
type PutBytes<'a> = &'a mut dyn FnMut(&[u8]) -> Result<()>;

/// Gives runs, with their loss curves where they are kept, in place of those whose entry in the
/// journal is damaged: (position, run), one for each position asked for.
pub type Mend<'a> = &'a (dyn Fn(&[u64]) -> Result<Vec<(u64, Run)>> + Sync);

/// The runs of a plan that are finished.
#[derive(Debug)]
pub struct Runs<'a> {
    plan: &'a Plan,
    losses: Columns<LossPoint>,
    /// Positions fetched and formatted together.
    window: u64,
    store: Store,
    pool: rayon::ThreadPool,
}

/// What [`Runs::write`] wrote.
#[derive(Debug, Clone, Default)]
pub struct Written {
    /// SHA-256 of the files.
    pub digests: Digests,
    /// Checksums of their rows.
    pub rows: RowChecksums,
}

/// How the runs are passed on their way into the files.
#[derive(Clone, Copy)]
pub struct Pass<'a> {
    /// What stands in for damaged entries of the journal.
    pub mend: Mend<'a>,
    /// Who watches.
    pub watch: Watch<'a>,
}

/// Hands runs on for as long as they come in canonical order.
pub struct InOrder<'a> {
    /// The least position that may come next; `None` once a run came too late.
    next: Option<u64>,
    on_run: OnRun<'a>,
}

impl Pass<'_> {
    /// Nothing has to be mended: the runs are in tables.
    pub fn of_tables(watch: Watch) -> Pass {
        Pass {
            mend: &|_| Ok(Vec::new()),
            watch,
        }
    }
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
/// [`Error::Unreadable`] with line and column of what can't be read; what `on_run` and `watch`
/// return.
pub fn read<'a>(
    plan: &'a Plan,
    folder: &Path,
    threads: Option<usize>,
    watch: &Watch,
    on_run: OnRun,
) -> Result<(Runs<'a>, bool)> {
    let mut store = Store::new(plan, 0..plan.runs())?;
    let mut in_order = InOrder::new(on_run);
    store.scan_table(&folder.join(RUNS), watch, &mut |position, run, _| {
        in_order.take(position, run)
    })?;
    let all = in_order.all();
    Ok((Runs::new(plan, store, pool(thread_count(threads))?), all))
}

/// A window's runs and their text.
#[derive(Default)]
struct Window {
    runs: Vec<Run>,
    lines: String,
    losses: String,
    /// Position of each run and the CRC-32 of its text in both files.
    rows: Vec<(u64, u32)>,
}

/// Roughly the bytes of so many runs of a plan that are in memory at once while the tables are
/// written by so many threads.
pub fn bytes_in_windows(plan: &Plan, runs: u64, threads: usize) -> u64 {
    let per_run = bytes_per_run(plan, &RunRows::new(plan));
    let windows = 2 * windows_together(threads) as u64;
    (windows * window(per_run))
        .min(runs)
        .saturating_mul(per_run)
}

/// Positions of a window of runs that take so many bytes each.
fn window(per_run: u64) -> u64 {
    (WINDOW_BYTES / per_run).clamp(1, WINDOW)
}

/// Windows that are made together.
fn windows_together(threads: usize) -> usize {
    (2 * threads).min(WINDOWS)
}

/// Roughly the bytes that a run takes while its lines are made: as text and as numbers, its wrong
/// rows and its loss curve included.
fn bytes_per_run(plan: &Plan, columns: &RunRows) -> u64 {
    let numbers = columns.names().len() * 24;
    let wrong_rows = 2 * plan.manifest.data.first().rows();
    let curve = 64 * plan.curve_epochs().len();
    (256 + numbers + wrong_rows + curve) as u64
}

impl<'a> Runs<'a> {
    /// The runs in a store.
    pub fn new(plan: &'a Plan, store: Store, pool: rayon::ThreadPool) -> Runs<'a> {
        Runs {
            plan,
            losses: losses_columns(),
            window: window(bytes_per_run(plan, &store.columns())),
            store,
            pool,
        }
    }

    /// How many.
    pub fn count(&self) -> u64 {
        self.store.runs()
    }

    /// Where they are.
    pub fn into_store(self) -> Store {
        self.store
    }

    /// Hands over every run in canonical order, fetched from the tables they are in. Runs among
    /// the first `[curves] seeds` carry their loss curve.
    pub fn each(&self, watch: Watch, on_run: OnRun) -> Result<()> {
        self.windows(false, Pass::of_tables(watch), &mut |window| {
            window.runs.iter().try_for_each(&mut *on_run)
        })
    }

    /// Writes runs.csv, and losses.csv if the manifest keeps loss curves, and hands over every
    /// run on the way. Before a file takes its place the journal says what it will be, so that
    /// after a crash it is known whether it is there.
    pub fn write(
        &self,
        folder: &ResultsFolder,
        journal: &mut Writer,
        pass: Pass,
        on_run: OnRun,
    ) -> Result<Written> {
        let mut sums = RowSums::new(self.store.extent());
        let mut prepared = Vec::new();
        if self.plan.manifest.curves.seeds == 0 {
            let runs = folder.prepare(RUNS, |runs| {
                self.fill(&mut |bytes| runs.put(bytes), None, &mut sums, pass, on_run)
            })?;
            prepared.push((RUNS, runs));
        } else {
            let mut losses = None;
            let runs = folder.prepare(RUNS, |runs| {
                losses = Some(folder.prepare(LOSSES, |losses| {
                    let put = &mut |bytes: &[u8]| losses.put(bytes);
                    self.fill(
                        &mut |bytes| runs.put(bytes),
                        Some(put),
                        &mut sums,
                        pass,
                        on_run,
                    )
                })?);
                Ok(())
            })?;
            prepared.extend(losses.map(|losses| (LOSSES, losses)));
            prepared.push((RUNS, runs));
        }
        self.store.check_unchanged(&pass.watch)?;
        let digests = prepared.iter();
        let digests = digests.map(|(name, file)| ((*name).to_owned(), file.digest.clone()));
        let digests: Digests = digests.collect();
        journal.announce(&digests)?;
        for (_, file) in prepared {
            folder.place(file)?;
        }
        if !digests.contains_key(LOSSES) {
            folder.remove(LOSSES)?;
        }
        Ok(Written {
            digests,
            rows: sums.finish(),
        })
    }

    /// What the SHA-256 of runs.csv would be if it were written.
    pub fn digest(&self, watch: Watch) -> Result<String> {
        let mut sums = RowSums::new(self.store.extent());
        sha256_of(|digest| {
            let put = &mut |bytes: &[u8]| {
                digest(bytes);
                Ok(())
            };
            let pass = Pass::of_tables(watch);
            self.fill(put, None, &mut sums, pass, &mut |_| Ok(()))
        })
    }

    /// The checksums of the rows, however the files they are in are written.
    pub fn row_sums(&self, watch: Watch) -> Result<RowSums> {
        let mut sums = RowSums::new(self.store.extent());
        self.windows(true, Pass::of_tables(watch), &mut |window| {
            window.rows.iter().for_each(|&(at, row)| sums.add(at, row));
            Ok(())
        })?;
        Ok(sums)
    }

    fn fill(
        &self,
        runs: PutBytes,
        mut losses: Option<PutBytes>,
        sums: &mut RowSums,
        pass: Pass,
        on_run: OnRun,
    ) -> Result<()> {
        runs(self.store.columns().header_line().as_bytes())?;
        if let Some(losses) = &mut losses {
            let mut header = String::new();
            self.losses.write_header(&mut header);
            losses(header.as_bytes())?;
        }
        self.windows(true, pass, &mut |window| {
            runs(window.lines.as_bytes())?;
            if let Some(losses) = &mut losses {
                losses(window.losses.as_bytes())?;
            }
            window.rows.iter().for_each(|&(at, row)| sums.add(at, row));
            window.runs.iter().try_for_each(&mut *on_run)
        })
    }

    /// Fetches windows in parallel and hands them over in order. While a batch of windows is
    /// handed over, the next one is made.
    fn windows(
        &self,
        text: bool,
        pass: Pass,
        on_window: &mut dyn FnMut(&Window) -> Result<()>,
    ) -> Result<()> {
        let extent = self.store.extent();
        let starts: Vec<u64> = extent.clone().step_by(self.window as usize).collect();
        let together = windows_together(self.pool.current_num_threads());
        // No room for a batch that waits: one is made, one is handed over.
        let (made, ready) = mpsc::sync_channel(0);
        thread::scope(|scope| {
            scope.spawn(move || {
                let mut batches = starts
                    .chunks(together)
                    .map(|starts| self.batch(starts, text, pass.mend));
                // The receiver goes away early when a window can't be handed over.
                batches.try_for_each(|batch| made.send(batch))
            });
            let mut done = 0;
            ready.into_iter().flatten().try_for_each(|window| {
                pass.watch
                    .at(Path::new(RUNS), done, extent.end - extent.start)?;
                done += self.window;
                on_window(&window?)
            })
        })
    }

    /// The windows that begin at these positions.
    fn batch(&self, starts: &[u64], text: bool, mend: Mend) -> Vec<Result<Window>> {
        let end = self.store.extent().end;
        let window = |&start: &u64| self.window(start..(start + self.window).min(end), text, mend);
        self.pool
            .install(|| starts.par_iter().map(window).collect())
    }

    fn window(&self, range: Range<u64>, text: bool, mend: Mend) -> Result<Window> {
        let columns = self.store.columns();
        let mut window = Window::default();
        let mut fetched = self.store.fetch(range)?;
        if !fetched.damaged.is_empty() {
            fetched.runs.extend(mend(&fetched.damaged)?);
            fetched.runs.sort_unstable_by_key(|&(position, _)| position);
        }
        for (position, run) in fetched.runs {
            if text {
                let (line, losses) = (window.lines.len(), window.losses.len());
                let model = columns.model_name(run.model);
                columns.write_line(&run, &mut window.lines);
                write_losses(&self.losses, model, &run, &mut window.losses);
                let mut row = crc32fast::Hasher::new();
                row.update(&window.lines.as_bytes()[line..]);
                row.update(&window.losses.as_bytes()[losses..]);
                window.rows.push((position, row.finalize()));
            }
            window.runs.push(run);
        }
        Ok(window)
    }

    /// An error if a loss curve is missing that the manifest keeps, or a point of one.
    ///
    /// # Errors
    /// [`Error::Conflict`] with the first run of which losses.csv says too little or too much;
    /// what `watch` returns.
    pub fn check_curves(&self, folder: &Path, watch: &Watch) -> Result<()> {
        let seeds = self.plan.manifest.curves.seeds;
        let epochs = self.plan.curve_epochs();
        let per_model = self.plan.manifest.seeds.count();
        let models = self.plan.models.len() as u64;
        for model in 0..models {
            watch.at(Path::new(LOSSES), model, models)?;
            let first = model * per_model;
            for (position, run) in self.store.fetch(first..first + seeds.min(per_model))?.runs {
                let due = epochs
                    .iter()
                    .take_while(|&&epoch| epoch <= run.outcome.epochs);
                if !due.eq(run.curve.iter().map(|(epoch, _)| epoch)) {
                    let (_, place) = self.store.positions().model_and_place(position);
                    return Err(Error::Conflict(format!(
                        "{} does not hold the whole loss curve of {} seed {}, so curves.csv can't be made again; `seedbed run` trains the runs whose loss curves are lost",
                        folder.join(LOSSES).display(),
                        self.plan.models[run.model].name,
                        self.store.positions().seed(place),
                    )));
                }
            }
        }
        Ok(())
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
