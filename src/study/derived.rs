//! Findings become the derived files of a results folder, each written whole.

use crate::error::Result;
use crate::plan::Plan;
use crate::report::table::Table;
use crate::report::workbook::WORKBOOK_CELLS;
use crate::report::{self, workbook};
use crate::results::RunRows;
use crate::results::folder::{
    COLUMNS, COMPARISONS, CURVES, DATA, FAILURES, MANIFEST, ResultsFolder, SHARD, SUMMARY,
    SURVIVAL, WORKBOOK,
};
use crate::statistics::Collector;
use crate::training::Run;

use super::{Findings, pages};

pub use crate::results::folder::Digests;

/// What the derived files need of the runs, collected while all of them pass by in canonical
/// order: their statistics, and the runs themselves if the workbook has room for them.
#[derive(Debug)]
pub struct Passing<'p> {
    statistics: Collector<'p>,
    rows: WorkbookRuns,
}

impl<'p> Passing<'p> {
    /// No runs of the plan yet.
    pub fn new(plan: &'p Plan) -> Self {
        Passing {
            statistics: Collector::new(plan),
            rows: WorkbookRuns::new(plan),
        }
    }

    /// Takes the next run.
    pub fn take(&mut self, run: &Run) {
        self.statistics.add(run);
        self.rows.add(run);
    }

    /// What all of them say.
    pub fn finish(self) -> (Findings, WorkbookRuns) {
        (self.statistics.finish(), self.rows)
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

/// Writes every derived file and notes its checksum, and those of the files that are there.
pub fn write(
    plan: &Plan,
    folder: &ResultsFolder,
    findings: &Findings,
    runs: &WorkbookRuns,
    digests: &mut Digests,
) -> Result<()> {
    let summary = report::summary::table(plan, &findings.summaries);
    let comparisons = report::comparisons::table(plan, &findings.comparisons);
    let failures = report::failures::table(plan, &findings.endings);
    let curves = report::curves::table(plan, &findings.curves);
    let columns = report::columns::table(plan);
    let tables = [
        (SUMMARY, &summary),
        (COMPARISONS, &comparisons),
        (FAILURES, &failures),
        (CURVES, &curves),
        (COLUMNS, &columns),
    ];
    for (name, table) in tables {
        put(folder, digests, name, &table.to_csv())?;
    }
    write_survival(plan, folder, findings, digests)?;
    let sources = Tables {
        summary: &summary,
        comparisons: &comparisons,
        failures: &failures,
        curves: &curves,
        columns: &columns,
    };
    let bytes = make_workbook(plan, runs, &sources)?;
    put(folder, digests, WORKBOOK, &bytes)?;
    let tables = pages::Tables {
        summary: &summary,
        comparisons: &comparisons,
        failures: &failures,
        curves: &curves,
    };
    pages::write(plan, folder, findings, &tables, digests)?;
    add_inputs(folder, digests)
}

/// Notes the checksums of the files that are written before training.
pub fn add_inputs(folder: &ResultsFolder, digests: &mut Digests) -> Result<()> {
    for name in [MANIFEST, DATA, SHARD] {
        if folder.has(name) {
            let digest = crate::results::folder::sha256_of_file(&folder.file(name))?;
            digests.insert(name.to_owned(), digest);
        }
    }
    Ok(())
}

fn put(folder: &ResultsFolder, digests: &mut Digests, name: &str, bytes: &[u8]) -> Result<()> {
    let digest = folder.write(name, bytes)?;
    digests.insert(name.to_owned(), digest);
    Ok(())
}

/// survival.csv has a row for every epoch at which a run converged, so it is written as it is
/// made.
fn write_survival(
    plan: &Plan,
    folder: &ResultsFolder,
    findings: &Findings,
    digests: &mut Digests,
) -> Result<()> {
    let digest = folder.write_with(SURVIVAL, |file| {
        let mut text = String::new();
        report::csv::write_row(&mut text, &report::survival::COLUMNS);
        for row in report::survival::rows(plan, &findings.survival) {
            report::csv::write_row(&mut text, &row);
            if text.len() > 1 << 16 {
                file.put(text.as_bytes())?;
                text.clear();
            }
        }
        file.put(text.as_bytes())
    })?;
    digests.insert(SURVIVAL.to_owned(), digest);
    Ok(())
}

struct Tables<'a> {
    summary: &'a Table,
    comparisons: &'a Table,
    failures: &'a Table,
    curves: &'a Table,
    columns: &'a Table,
}

fn make_workbook(plan: &Plan, runs: &WorkbookRuns, tables: &Tables) -> Result<Vec<u8>> {
    let columns = RunRows::new(plan);
    let mut rows = runs.runs.iter().map(|run| Ok(columns.cells(run)));
    workbook::workbook(workbook::Sources {
        name: &plan.manifest.name,
        description: &plan.manifest.description,
        summary: tables.summary,
        comparisons: tables.comparisons,
        runs: workbook::Runs {
            header: &columns.names(),
            count: runs.count,
            rows: &mut rows,
        },
        failures: tables.failures,
        curves: tables.curves,
        columns: tables.columns,
    })
}
