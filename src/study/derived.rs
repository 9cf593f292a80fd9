//! Findings become the derived files of a results folder, each written whole. For the page, the
//! few runs that are watched step by step are trained again.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, Result};
use crate::plan::{Plan, log_spaced};
use crate::report::figures::{self, Episode, ReportData};
use crate::report::watched::{self, Wanted};
use crate::report::workbook::{self, Sheet, WORKBOOK_CELLS};
use crate::report::{
    columns, comparisons, confusion, curves, failures, html, rounding, summary, survival,
};
use crate::results::columns::Columns;
use crate::results::folder::{
    COLUMNS, COMPARISONS, CONFUSION, CURVES, Digests, FAILURES, FIGURES, REPORT, ROUNDING,
    ResultsFolder, SUMMARY, SURVIVAL, WORKBOOK,
};
use crate::results::journal::Writer;
use crate::results::{RunRows, Watch};
use crate::runner::stopped_at;
use crate::statistics::{Collector, Findings, GoOn, Rounding, Shelf};
use crate::training::{Run, Task, trace_rows};

/// Moments at which a watched network is shown, besides its initial state.
const MOMENTS: u64 = 59;
/// Runs with a longer limit are not watched: retraining them one by one would take too long.
pub const WATCHED_EPOCHS: u64 = 2_000_000;

/// What the derived files need of the runs, collected while all of them pass by in canonical
/// order: their statistics, and the runs themselves if the workbook has room for them.
#[derive(Debug)]
pub struct Passing<'p> {
    statistics: Collector<'p>,
    rows: WorkbookRuns,
}

impl<'p> Passing<'p> {
    /// No runs of the plan yet, a shelf for what memory has no room for, and who says whether to
    /// go on.
    pub fn new(plan: &'p Plan, shelf: &'p dyn Shelf, go_on: GoOn<'p>) -> Self {
        Passing {
            statistics: Findings::collect_with(plan, shelf, go_on),
            rows: WorkbookRuns::new(plan),
        }
    }

    /// Takes the next run.
    ///
    /// # Errors
    /// If there is not enough memory.
    pub fn take(&mut self, run: &Run) -> Result<()> {
        self.rows.add(run);
        self.statistics.add(run)
    }

    /// What all of them say.
    ///
    /// # Errors
    /// What the shelf and who says whether to go on return.
    pub fn finish(self) -> Result<(Findings, WorkbookRuns)> {
        Ok((self.statistics.finish()?, self.rows))
    }
}

/// The runs that the workbook shows: all or, if they are too many for it, none, so that a
/// large study is never in memory.
#[derive(Debug)]
pub struct WorkbookRuns {
    /// More runs than this never fit.
    room: u64,
    count: u64,
    /// Without their loss curves, which the workbook does not show.
    runs: Vec<Run>,
}

impl WorkbookRuns {
    fn new(plan: &Plan) -> Self {
        WorkbookRuns {
            room: WORKBOOK_CELLS / RunRows::new(plan).heads().len() as u64,
            count: 0,
            runs: Vec::new(),
        }
    }

    fn add(&mut self, run: &Run) {
        self.count += 1;
        if self.count <= self.room {
            self.runs.push(Run::new(run.model, run.outcome.clone()));
        } else {
            self.runs = Vec::new();
        }
    }
}

/// Writes every derived file and notes its checksum, but removes [`ROUNDING`]: it is of runs that
/// were trained for it, which nobody has now. `changed` names the tables that are not
/// what was recorded of them.
///
/// # Errors
/// [`Error::Conflict`] if a file of somebody else is in the way; [`Error::Interrupted`] if the
/// flag is set; [`Error::Io`].
pub fn write(
    plan: &Plan,
    put: &mut Put,
    findings: &Findings,
    runs: &WorkbookRuns,
    changed: &[String],
) -> Result<()> {
    let tables = Tables::new(plan);
    let names = [SUMMARY, COMPARISONS, SURVIVAL, FAILURES, CURVES, COLUMNS];
    let has_classes = plan.manifest.data.classes.is_some();
    let confusion = has_classes.then_some(CONFUSION);
    let names = names.into_iter().chain(confusion);
    let names = names.chain([WORKBOOK, REPORT, ROUNDING]);
    put.announce(names.map(str::to_owned))?;
    put.remove(ROUNDING)?;
    put.rows(
        SUMMARY,
        &tables.summary,
        summary::rows(plan, &findings.summaries, &findings.pooled),
    )?;
    put.rows(
        COMPARISONS,
        &tables.comparisons,
        comparisons::rows(plan, &findings.comparisons, &findings.pooled),
    )?;
    put.rows(
        SURVIVAL,
        &tables.survival,
        survival::rows(plan, &findings.survival),
    )?;
    put.rows(
        FAILURES,
        &tables.failures,
        failures::rows(plan, &findings.endings),
    )?;
    if has_classes {
        let rows = confusion::rows(plan, &findings.summaries, &findings.pooled);
        put.rows(CONFUSION, &tables.confusion, rows)?;
    }
    put.rows(CURVES, &tables.curves, curves::rows(plan, &findings.curves))?;
    put.rows(COLUMNS, &tables.columns, columns::rows(plan))?;
    put.reach(WORKBOOK, 0, 1)?;
    let bytes = make_workbook(plan, runs, findings, &tables)?;
    put.bytes(WORKBOOK, &bytes)?;

    write_pages(plan, put, findings, changed)
}

/// Writes [`ROUNDING`] and notes its checksum.
///
/// # Errors
/// As for [`write`].
pub fn write_rounding(plan: &Plan, put: &mut Put, roundings: &[Rounding]) -> Result<()> {
    put.announce([ROUNDING.to_owned()].into_iter())?;
    let rows = rounding::rows(plan, roundings);
    put.rows(ROUNDING, &rounding::columns(plan), rows)
}

/// The refusal to replace a file that nobody recorded.
pub fn in_the_way(path: &Path) -> Error {
    Error::Conflict(format!(
        "{} is there, and there is no record that Seedbed wrote it: move it away, then the same command goes on",
        path.display()
    ))
}

/// Writes files into a folder and notes their checksums.
pub struct Put<'a> {
    /// Where to.
    pub folder: &'a ResultsFolder,
    /// Files of the folder that Seedbed wrote before.
    pub owned: &'a BTreeSet<String>,
    /// Told of every file before it is written.
    pub journal: &'a mut Writer,
    /// The checksums.
    pub digests: &'a mut Digests,
    /// Told which file is made.
    pub watch: Watch<'a>,
    /// Set when the work is to stop.
    pub interrupt: &'a AtomicBool,
}

impl Put<'_> {
    /// Makes sure that no file of somebody else has one of these names, and notes in the
    /// journal that they will be written.
    fn announce(&mut self, names: impl Iterator<Item = String>) -> Result<()> {
        let names: Digests = names.map(|name| (name, String::new())).collect();
        let foreign = names.keys().find(|name| {
            self.folder.file(name).symlink_metadata().is_ok() && !self.owned.contains(*name)
        });
        match foreign {
            Some(name) => Err(in_the_way(&self.folder.file(name))),
            None => self.journal.announce(&names),
        }
    }

    /// Removes a file, if it is there, and its checksum.
    fn remove(&mut self, name: &str) -> Result<()> {
        self.digests.remove(name);
        match self.folder.has(name) {
            true => self.folder.remove(name),
            false => Ok(()),
        }
    }

    /// Says that `done` of `all` of a file is made.
    fn reach(&self, name: &str, done: u64, all: u64) -> Result<()> {
        self.watch.at(Path::new(name), done, all)
    }

    fn bytes(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        self.reach(name, 0, 1)?;
        let digest = self.folder.write(name, bytes)?;
        self.digests.insert(name.to_owned(), digest);
        Ok(())
    }

    /// A table, written as its rows are made: survival.csv has one for every epoch at which a
    /// run converged.
    fn rows<R>(
        &mut self,
        name: &str,
        columns: &Columns<R>,
        rows: impl Iterator<Item = R>,
    ) -> Result<()> {
        self.reach(name, 0, 1)?;
        let digest = self.folder.write_with(name, |file| {
            let mut text = String::new();
            columns.write_header(&mut text);
            for row in rows {
                columns.write_row(&row, &mut text);
                if text.len() > 1 << 16 {
                    self.reach(name, 0, 1)?;
                    file.put(text.as_bytes())?;
                    text.clear();
                }
            }
            file.put(text.as_bytes())
        })?;
        self.digests.insert(name.to_owned(), digest);
        Ok(())
    }
}

/// The columns of every derived file.
struct Tables<'a> {
    summary: Columns<summary::SummaryRow<'a>>,
    comparisons: Columns<comparisons::ComparisonRow<'a>>,
    survival: Columns<survival::SurvivalRow<'a>>,
    failures: Columns<failures::FailureRow<'a>>,
    confusion: Columns<confusion::ConfusionRow<'a>>,
    curves: Columns<curves::CurveRow<'a>>,
    columns: Columns<columns::ColumnRow>,
}

impl Tables<'_> {
    fn new(plan: &Plan) -> Self {
        Tables {
            summary: summary::columns(plan),
            comparisons: comparisons::columns(plan),
            survival: survival::columns(plan),
            failures: failures::columns(plan),
            confusion: confusion::columns(plan),
            curves: curves::columns(),
            columns: columns::columns(),
        }
    }
}

fn make_workbook<'a>(
    plan: &'a Plan,
    runs: &WorkbookRuns,
    findings: &'a Findings,
    tables: &Tables<'a>,
) -> Result<Vec<u8>> {
    let run_rows = RunRows::new(plan);
    let mut rows = runs.runs.iter().map(|run| run_rows.typed(run));
    let summaries = summary::rows(plan, &findings.summaries, &findings.pooled);
    let compared = comparisons::rows(plan, &findings.comparisons, &findings.pooled);
    let endings = failures::rows(plan, &findings.endings);
    let points = curves::rows(plan, &findings.curves);
    let confused = confusion::rows(plan, &findings.summaries, &findings.pooled);
    let confusion = Sheet::new("Confusion", CONFUSION, &tables.confusion, confused);
    let has_classes = plan.manifest.data.classes.is_some();
    workbook::workbook(workbook::Sources {
        name: &plan.manifest.name,
        description: &plan.manifest.description,
        predictions: &plan.predictions(),
        summary: &Sheet::new("Summary", SUMMARY, &tables.summary, summaries),
        comparisons: &Sheet::new("Comparisons", COMPARISONS, &tables.comparisons, compared),
        runs: workbook::Runs {
            heads: run_rows.heads(),
            count: runs.count,
            rows: &mut rows,
        },
        failures: &Sheet::new("Failures", FAILURES, &tables.failures, endings),
        confusion: has_classes.then_some(&confusion),
        curves: &Sheet::new("Curves", CURVES, &tables.curves, points),
        columns: &Sheet::new("Columns", COLUMNS, &tables.columns, columns::rows(plan)),
    })
}

/// Writes report.html and the files of figures/, and removes figures of an earlier report.
fn write_pages(plan: &Plan, put: &mut Put, findings: &Findings, changed: &[String]) -> Result<()> {
    let episodes = episodes(plan, put, findings)?;
    let data = ReportData {
        plan,
        findings,
        episodes: &episodes,
        changed,
    };
    put.bytes(REPORT, html::html(&data).as_bytes())?;
    let figures = figures::figures(&data).into_iter();
    let figures = figures.map(|(name, svg)| (format!("{FIGURES}/{name}"), svg));
    let figures: Vec<(String, String)> = figures.collect();
    put.announce(figures.iter().map(|(name, _)| name.clone()))?;
    for (name, svg) in &figures {
        put.bytes(name, svg.as_bytes())?;
    }
    let earlier = put.owned.iter().filter(|name| {
        name.starts_with(FIGURES) && figures.iter().all(|(known, _)| known != *name)
    });
    for name in earlier.clone() {
        put.digests.remove(name);
    }
    put.folder.remove_all(earlier.map(String::as_str))
}

/// The runs that the report wants to watch, retrained.
fn episodes(plan: &Plan, put: &Put, findings: &Findings) -> Result<Vec<Episode>> {
    if plan.manifest.epochs > WATCHED_EPOCHS {
        return Ok(Vec::new());
    }
    let wanted = watched::wanted(plan, findings);
    let all = wanted.len() as u64;
    let numbered = (0..).zip(wanted);
    let episode = |(number, run): (u64, Wanted)| {
        put.reach(REPORT, number, all)?;
        episode(plan, run, put.interrupt).ok_or_else(|| stopped_at(REPORT, Some(put.folder.path())))
    };
    numbered.map(episode).collect()
}

/// A run retrained; `None` if it is interrupted.
fn episode(plan: &Plan, run: Wanted, interrupt: &AtomicBool) -> Option<Episode> {
    let task = Task::new(plan, run.model, &[]);
    let mut moments = vec![0];
    moments.extend(log_spaced(plan.manifest.epochs, MOMENTS));
    let interrupted = || interrupt.load(Ordering::Relaxed);
    let rows = html::shown_rows(plan);
    let mut trace = trace_rows(&task, run.seed, &moments, &rows, &interrupted)?;
    // A run that stopped ends with the weights that met the criterion; of one that went on, the
    // moments asked for are enough.
    if !plan.manifest.stop {
        trace.snapshots.retain(|at| moments.contains(&at.epoch));
    }
    Some(Episode::new(run.model, trace))
}
