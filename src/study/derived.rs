//! Findings become the derived files of a results folder, each written whole.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::plan::Plan;
use crate::report::table::Table;
use crate::report::{self, workbook};
use crate::results;
use crate::results::RunRows;
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
    let bytes = make_workbook(plan, folder, runs, &sources)?;
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

fn make_workbook(
    plan: &Plan,
    folder: &ResultsFolder,
    runs: u64,
    tables: &Tables,
) -> Result<Vec<u8>> {
    let columns = RunRows::new(plan);
    // Only asked for if they fit in the workbook, so that they also fit in memory.
    let all_rows = || {
        let mut rows = Vec::new();
        // Read anew: what handed the runs over may remember places in a table since replaced.
        let read = results::read(plan, folder.path(), None).and_then(|runs| {
            runs.each(&mut |run| {
                rows.push(Ok(columns.cells(run)));
                Ok(())
            })
        });
        rows.extend(read.err().map(Err));
        rows
    };
    let mut rows = std::iter::once_with(all_rows).flatten();
    workbook::workbook(workbook::Sources {
        name: &plan.manifest.name,
        description: &plan.manifest.description,
        summary: tables.summary,
        comparisons: tables.comparisons,
        runs: workbook::Runs {
            header: &columns.names(),
            count: runs,
            rows: &mut rows,
        },
        failures: tables.failures,
        curves: tables.curves,
        columns: tables.columns,
    })
}
