//! Writes the files of a results folder: tables, derived files, provenance.json. The journal goes
//! last, so that whatever ends the work before is gone on from.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;

use crate::error::Result;
use crate::plan::{Identity, Plan, identity};
use crate::results::folder::{
    Digests, JOURNAL, MANIFEST, PROVENANCE, Provenance, ROUNDING, ResultsFolder, RowChecksums,
    SUMMARY, Shard, Trainer,
};
use crate::results::journal::{self, Scan, Writer};
use crate::results::{FileShelf, OnRun, Runs, Watch, Written};
use crate::runner::{self, Event, Open, on_pass};

use super::derived::{self, Passing};
use super::{Findings, Rounding, Study, machine};

/// What is in a folder's journal, if there is one, and how many runs.
pub(super) fn scan(
    folder: &ResultsFolder,
    identity: Identity,
    watch: &Watch,
) -> Result<Option<(Scan, u64)>> {
    let mut held = 0;
    let scan = journal::scan(&folder.file(JOURNAL), identity, watch, &mut |_| {
        held += 1;
        true
    })?;
    Ok(scan.map(|scan| (scan, held)))
}

/// Whether a journal is all of a report that did not come to its end: no run was claimed, and
/// none is in it.
fn is_of_report(scan: &Scan, held: u64) -> bool {
    held == 0 && scan.damage.is_empty() && !scan.announced.contains_key(MANIFEST)
}

/// Writes the files of a folder.
pub(super) struct Write<'a> {
    pub study: &'a Study<'a>,
    pub folder: &'a ResultsFolder,
    pub interrupt: &'a AtomicBool,
    pub on_event: &'a (dyn Fn(Event) + Sync),
}

impl Write<'_> {
    /// Every file of a whole study but those that say whose folder it is.
    pub fn whole(&self, mut open: Open, runs: &Runs, training: Training) -> Result<Findings> {
        let finished = machine::now();
        let plan = &self.study.plan;
        let shelf = FileShelf::new(self.folder.path());
        let go_on = || runner::go_on(SUMMARY, Some(self.folder.path()), self.interrupt);
        let mut passing = Passing::new(plan, &shelf, &go_on);
        let written = self.tables(&mut open, runs, &mut |run| passing.take(run))?;
        let (findings, workbook) = passing.finish()?;
        let mut digests = open.claimed.clone();
        digests.extend(written.digests);
        let on_pass = on_pass(Some(self.folder.path()), self.interrupt, self.on_event);
        let mut put = derived::Put {
            folder: self.folder,
            owned: &open.owned,
            journal: &mut open.journal,
            digests: &mut digests,
            watch: Watch::new(&on_pass),
            interrupt: self.interrupt,
        };
        derived::write(plan, &mut put, &findings, &workbook, &[])?;
        training.write(self.folder, runs.count(), finished, digests, written.rows)?;
        open.close()?;
        Ok(findings)
    }

    /// The same of a shard, which has no statistics of its own.
    pub fn shard(&self, mut open: Open, runs: &Runs, training: Training) -> Result<()> {
        let finished = machine::now();
        let written = self.tables(&mut open, runs, &mut |_| Ok(()))?;
        let mut digests = open.claimed.clone();
        digests.extend(written.digests);
        training.write(self.folder, runs.count(), finished, digests, written.rows)?;
        open.close()
    }

    /// The derived files of a folder whose tables are there.
    pub fn report(
        &self,
        findings: &Findings,
        rows: &derived::WorkbookRuns,
        provenance: Provenance,
    ) -> Result<()> {
        let changed = provenance.changed.clone();
        self.add_files(provenance, &|plan, put| {
            derived::write(plan, put, findings, rows, &changed)
        })
    }

    /// rounding.csv of a folder whose other files are there.
    pub fn rounding(&self, roundings: &[Rounding], provenance: Provenance) -> Result<()> {
        self.add_files(provenance, &|plan, put| {
            derived::write_rounding(plan, put, roundings)
        })
    }

    /// Has files written into a folder whose tables are there, and notes their checksums.
    fn add_files(
        &self,
        mut provenance: Provenance,
        fill: &dyn Fn(&Plan, &mut derived::Put) -> Result<()>,
    ) -> Result<()> {
        let (plan, folder) = (&self.study.plan, self.folder);
        let on_pass = on_pass(Some(folder.path()), self.interrupt, self.on_event);
        let watch = Watch::new(&on_pass);
        let identity = identity(&plan.manifest);
        let scan = scan(folder, identity, &watch)?;
        let unfinished = scan
            .as_ref()
            .is_some_and(|(scan, held)| !is_of_report(scan, *held));
        // Files of these names are replaced whoever wrote them only if they are on record.
        let mut owned: BTreeSet<String> = provenance.sha256.keys().cloned().collect();
        let good = scan.map(|(scan, _)| {
            owned.extend(scan.announced.into_keys());
            scan.good
        });
        let mut put = derived::Put {
            folder,
            owned: &owned,
            journal: &mut Writer::open_in(folder, identity, good)?,
            digests: &mut provenance.sha256,
            watch,
            interrupt: self.interrupt,
        };
        fill(plan, &mut put)?;
        folder.write(PROVENANCE, provenance.to_json().as_bytes())?;
        // A run that was going on before still has to.
        match unfinished {
            true => Ok(()),
            false => folder.remove(JOURNAL),
        }
    }

    fn tables(&self, open: &mut Open, runs: &Runs, on_run: OnRun) -> Result<Written> {
        let (plan, interrupt) = (&self.study.plan, self.interrupt);
        // It is of the rows before. What is not Seedbed's own was refused when it claimed the folder.
        if self.folder.has(ROUNDING) {
            self.folder.remove(ROUNDING)?;
        }
        runner::write_tables(plan, runs, open, interrupt, self.on_event, on_run)
    }
}

/// Who trained the runs of a folder, and what it took.
pub(super) struct Training {
    pub cpu: String,
    pub backend: String,
    pub threads: usize,
    pub started: String,
    pub shard: Option<Shard>,
    pub network_epochs: u64,
    pub seconds: f64,
    pub trained_by: BTreeSet<Trainer>,
}

impl Training {
    /// Writes provenance.json.
    fn write(
        self,
        folder: &ResultsFolder,
        runs: u64,
        finished: String,
        sha256: Digests,
        rows: RowChecksums,
    ) -> Result<()> {
        let speed = self.network_epochs as f64 / self.seconds;
        let provenance = Provenance {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: Some(env!("SEEDBED_COMMIT").to_owned()),
            cpu: self.cpu,
            backend: self.backend,
            threads: self.threads,
            started: self.started,
            finished,
            shard: self.shard,
            trained_by: self.trained_by,
            runs,
            network_epochs: self.network_epochs,
            training_seconds: self.seconds,
            network_epochs_per_second: if speed.is_finite() { speed } else { 0.0 },
            sha256,
            rows,
            changed: Vec::new(),
        };
        folder.write(PROVENANCE, provenance.to_json().as_bytes())?;
        Ok(())
    }
}
