//! What is done with runs that are there: their files written, made again, or joined from
//! shards.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::results::folder::{
    LOSSES, MANIFEST, PROVENANCE, Provenance, RUNS, ResultsFolder, SHARD,
};
use crate::results::{self, Runs};

use super::{Findings, Study, clock, derived};

impl Study<'_> {
    /// Recomputes every derived file of a results folder from its runs.csv.
    ///
    /// # Errors
    /// [`Error::Unreadable`] with line and column of a cell that can't be read.
    pub fn report(path: &Path) -> Result<(Study<'static>, Findings)> {
        let study = Study::of_results(path)?;
        let folder = ResultsFolder::open(path)?;
        if folder.has(SHARD) {
            return Err(Error::Conflict(format!(
                "{} holds one shard; `seedbed merge` joins all of them and makes the report",
                path.display()
            )));
        }
        if study.plan.manifest.curves.seeds > 0 && !folder.has(LOSSES) {
            return Err(Error::Conflict(format!(
                "{} is missing, so curves.csv can't be made again; `seedbed run` trains the \
                 runs whose loss curves are lost",
                folder.file(LOSSES).display()
            )));
        }
        let runs = results::read(&study.plan, path, None)?;
        let findings = study.findings(&runs)?;
        // What runs.csv was when it was trained stays on record: `verify` compares with that.
        let mut provenance = Provenance::load(path).unwrap_or_default();
        provenance.runs = runs.count();
        derived::write(
            &study.plan,
            &folder,
            runs.count(),
            &findings,
            &mut provenance.sha256,
        )?;
        folder.write(PROVENANCE, provenance.to_json().as_bytes())?;
        Ok((study, findings))
    }

    /// Joins the folders of all shards.
    ///
    /// # Errors
    /// [`Error::Conflict`] for gaps, overlaps and different manifests or versions.
    pub fn merge(out: &Path, shards: &[PathBuf]) -> Result<(Study<'static>, Findings)> {
        let started = clock::now();
        let plan = results::merge_plan(shards)?;
        let study = Study::new(plan.manifest)?;
        let merged = results::merge(&study.plan, shards, None)?;
        let folder = ResultsFolder::open(out)?;
        results::adopt(&study.plan, &folder)?;
        let first = shards.first().map(|shard| Provenance::load(shard));
        let provenance = Provenance {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: Some(env!("SEEDBED_COMMIT").to_owned()),
            started,
            finished: clock::now(),
            shard: None,
            network_epochs: merged.network_epochs,
            training_seconds: merged.seconds,
            ..first.transpose()?.unwrap_or_default()
        };
        let findings = study.write(&folder, &merged.runs, provenance)?;
        let findings = findings.ok_or_else(|| Error::Conflict("nothing to merge".to_owned()))?;
        Ok((study, findings))
    }

    /// Writes every file but manifest.toml; a shard has no statistics of its own.
    pub(super) fn write(
        &self,
        folder: &ResultsFolder,
        runs: &Runs,
        mut provenance: Provenance,
    ) -> Result<Option<Findings>> {
        let mut written = None;
        let findings = Findings::new(&self.plan, &mut |on_run| {
            written = Some(runs.write(folder, on_run)?);
            Ok(())
        })?;
        provenance.sha256.clear();
        if let Some(written) = written {
            provenance.sha256.insert(RUNS.to_owned(), written.runs);
            if let Some(losses) = written.losses {
                provenance
                    .sha256
                    .insert(crate::results::folder::LOSSES.to_owned(), losses);
            }
        }
        let findings = provenance.shard.is_none().then_some(findings);
        match &findings {
            Some(findings) => {
                derived::write(
                    &self.plan,
                    folder,
                    runs.count(),
                    findings,
                    &mut provenance.sha256,
                )?;
            }
            None => derived::add_inputs(folder, &mut provenance.sha256)?,
        }
        provenance.runs = runs.count();
        let speed = provenance.network_epochs as f64 / provenance.training_seconds;
        provenance.network_epochs_per_second = if speed.is_finite() { speed } else { 0.0 };
        folder.write(PROVENANCE, provenance.to_json().as_bytes())?;
        Ok(findings)
    }

    /// Whether every file that the folder's provenance names is there, made by this version of
    /// Seedbed from this very manifest.
    pub(super) fn is_up_to_date(&self, folder: &ResultsFolder) -> bool {
        let Ok(provenance) = Provenance::load(folder.path()) else {
            return false;
        };
        let manifest = crate::results::folder::sha256(self.plan.manifest.source.as_bytes());
        provenance.version == env!("CARGO_PKG_VERSION")
            && provenance.sha256.get(MANIFEST) == Some(&manifest)
            && provenance.sha256.keys().all(|name| folder.has(name))
    }

    pub(super) fn findings(&self, runs: &Runs) -> Result<Findings> {
        Findings::new(&self.plan, &mut |on_run| runs.each(on_run))
    }
}
