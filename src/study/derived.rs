//! Findings become the derived files of a results folder, each written whole.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::plan::Plan;
use crate::report::workbook::{self, Sheet};
use crate::report::{columns, comparisons, curves, failures, summary, survival};
use crate::results;
use crate::results::RunRows;
use crate::results::columns::Columns;
use crate::results::folder::{
    COLUMNS, COMPARISONS, CURVES, DATA, FAILURES, MANIFEST, ResultsFolder, SHARD, SUMMARY,
    SURVIVAL, WORKBOOK,
};

use super::{Findings, pages};

/// SHA-256 of files by name.
pub type Digests = BTreeMap<String, String>;

/// Writes every derived file and notes its checksum, and those of the files that are there.
pub fn write(
    plan: &Plan,
    folder: &ResultsFolder,
    runs: u64,
    findings: &Findings,
    digests: &mut Digests,
) -> Result<()> {
    let tables = Tables::new(plan);
    let mut put = Put { folder, digests };
    put.rows(
        SUMMARY,
        &tables.summary,
        summary::rows(plan, &findings.summaries),
    )?;
    put.rows(
        COMPARISONS,
        &tables.comparisons,
        comparisons::rows(plan, &findings.comparisons),
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
    put.rows(CURVES, &tables.curves, curves::rows(plan, &findings.curves))?;
    put.rows(COLUMNS, &tables.columns, columns::rows(plan))?;
    let bytes = make_workbook(plan, folder, runs, findings, &tables)?;
    put.bytes(WORKBOOK, &bytes)?;

    pages::write(plan, folder, findings, digests)?;
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

/// Writes files into a folder and notes their checksums.
struct Put<'a> {
    folder: &'a ResultsFolder,
    digests: &'a mut Digests,
}

impl Put<'_> {
    fn bytes(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
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
        let digest = self.folder.write_with(name, |file| {
            let mut text = String::new();
            columns.write_header(&mut text);
            for row in rows {
                columns.write_row(&row, &mut text);
                if text.len() > 1 << 16 {
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
            curves: curves::columns(),
            columns: columns::columns(),
        }
    }
}

fn make_workbook<'a>(
    plan: &'a Plan,
    folder: &ResultsFolder,
    runs: u64,
    findings: &'a Findings,
    tables: &Tables<'a>,
) -> Result<Vec<u8>> {
    let run_rows = RunRows::new(plan);
    // Only asked for if they fit in the workbook, so that they also fit in memory.
    let all_rows = || {
        let mut rows = Vec::new();
        // Read anew: what handed the runs over may remember places in a table since replaced.
        let read = results::read(plan, folder.path(), None).and_then(|runs| {
            runs.each(&mut |run| {
                rows.push(Ok(run_rows.typed(run)));
                Ok(())
            })
        });
        rows.extend(read.err().map(Err));
        rows
    };
    let mut rows = std::iter::once_with(all_rows).flatten();
    let summaries = summary::rows(plan, &findings.summaries);
    let compared = comparisons::rows(plan, &findings.comparisons);
    let endings = failures::rows(plan, &findings.endings);
    let points = curves::rows(plan, &findings.curves);
    workbook::workbook(workbook::Sources {
        name: &plan.manifest.name,
        description: &plan.manifest.description,
        predictions: &plan.predictions(),
        summary: &Sheet::new("Summary", SUMMARY, &tables.summary, summaries),
        comparisons: &Sheet::new("Comparisons", COMPARISONS, &tables.comparisons, compared),
        runs: workbook::Runs {
            heads: run_rows.heads(),
            count: runs,
            rows: &mut rows,
        },
        failures: &Sheet::new("Failures", FAILURES, &tables.failures, endings),
        curves: &Sheet::new("Curves", CURVES, &tables.curves, points),
        columns: &Sheet::new("Columns", COLUMNS, &tables.columns, columns::rows(plan)),
    })
}
