//! Results folders: filled by training what they lack, made again from their runs.csv, or
//! joined from shards.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::results::folder::{
    Digests, LOSSES, MANIFEST, PROVENANCE, Provenance, ResultsFolder, SHARD, Shard, check_names,
};
use crate::results::{self, Runs};
use crate::runner::{self, Event};
use crate::training::{self, Run};

use super::derived::{self, Passing};
use super::{Done, Findings, Study, machine};

impl Study<'_> {
    /// Trains what a results folder lacks and writes every file of it.
    ///
    /// # Errors
    /// [`Error::Conflict`] if the folder belongs to something else; [`Error::Interrupted`] if
    /// the flag was set, with what is done kept; [`Error::Io`].
    pub fn run_in(&self, path: &Path, on_event: &(dyn Fn(Event) + Sync)) -> Result<Done> {
        // What can't be is refused before a folder is made.
        self.options.extent(&self.plan)?;
        let backend = training::backend()?.to_string();
        let started = machine::now();
        let folder = ResultsFolder::open(path)?;
        for note in folder.notes() {
            on_event(Event::Warning(note.clone()));
        }
        let whole = self.options.shard.is_none();
        let up_to_date = self.is_up_to_date(&folder);
        // If nothing is missing either, the statistics are made while runs.csv is read.
        let mut statistics = Findings::collect(&self.plan);
        let mut on_stored = |run: &_| {
            if whole && up_to_date {
                statistics.add(run)?;
            }
            Ok(())
        };
        let trained = runner::run(&self.plan, &folder, &self.options, &mut on_stored, on_event)?;
        let mut done = Done {
            findings: None,
            runs: trained.runs.count(),
            new_runs: trained.new_runs,
            network_epochs: trained.network_epochs,
            seconds: trained.seconds,
        };
        if trained.unchanged && up_to_date {
            if whole {
                if !trained.in_order {
                    statistics = Findings::collect(&self.plan);
                    again(&trained.runs, |run| statistics.add(run))?;
                }
                done.findings = Some(statistics.finish());
            }
            return Ok(done);
        }
        drop(statistics);
        let training = Training {
            cpu: machine::processor(),
            backend,
            threads: trained.threads,
            started,
            shard: self.options.shard,
            network_epochs: trained.total_network_epochs,
            seconds: trained.total_seconds,
        };
        if whole {
            let claimed = trained.claimed.clone();
            done.findings = Some(self.write_whole(&folder, claimed, &trained.runs, training)?);
        } else {
            write_shard(&folder, trained.claimed.clone(), &trained.runs, training)?;
        }
        trained.close()?;
        Ok(done)
    }

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
        let mut passing = Passing::new(&study.plan);
        let (runs, in_order) =
            results::read(&study.plan, path, None, &mut |run| passing.take(run))?;
        if !in_order {
            passing = Passing::new(&study.plan);
            again(&runs, |run| passing.take(run))?;
        }
        let (findings, rows) = passing.finish();
        // What runs.csv was when it was trained stays on record: `verify` compares with that.
        let mut provenance = Provenance::load(path).unwrap_or_default();
        provenance.runs = runs.count();
        derived::write(
            &study.plan,
            &folder,
            &findings,
            &rows,
            &mut provenance.sha256,
        )?;
        derived::add_inputs(&folder, &mut provenance.sha256)?;
        folder.write(PROVENANCE, provenance.to_json().as_bytes())?;
        Ok((study, findings))
    }

    /// Joins the folders of all shards.
    ///
    /// # Errors
    /// [`Error::Conflict`] for gaps, overlaps and different manifests or versions.
    pub fn merge(out: &Path, shards: &[PathBuf]) -> Result<(Study<'static>, Findings)> {
        let started = machine::now();
        shards.iter().try_for_each(|shard| check_names(shard))?;
        let (manifest, first) = results::common_manifest(shards)?;
        let study = Study::new(manifest);
        let merged = results::merge(&study.plan, shards, None)?;
        let folder = ResultsFolder::open(out)?;
        let claimed = results::claim_new(&study.plan, &folder)?;
        let training = Training {
            cpu: first.cpu,
            backend: first.backend,
            threads: first.threads,
            started,
            shard: None,
            network_epochs: merged.network_epochs,
            seconds: merged.seconds,
        };
        let findings = study.write_whole(&folder, claimed, &merged.runs, training)?;
        Ok((study, findings))
    }

    /// Writes every file of a whole study but those that say whose folder it is, whose digests
    /// are `claimed`.
    fn write_whole(
        &self,
        folder: &ResultsFolder,
        claimed: Digests,
        runs: &Runs,
        training: Training,
    ) -> Result<Findings> {
        let finished = machine::now();
        let mut passing = Passing::new(&self.plan);
        let mut digests = claimed;
        digests.extend(runs.write(folder, &mut |run| passing.take(run))?);
        let (findings, rows) = passing.finish();
        derived::write(&self.plan, folder, &findings, &rows, &mut digests)?;
        training.write(folder, runs.count(), finished, digests)?;
        Ok(findings)
    }

    /// Whether every file that the folder's provenance names is there, made by this version of
    /// Seedbed from this very manifest.
    fn is_up_to_date(&self, folder: &ResultsFolder) -> bool {
        let Ok(provenance) = Provenance::load(folder.path()) else {
            return false;
        };
        let manifest = results::folder::sha256(self.plan.manifest.source.as_bytes());
        provenance.version == env!("CARGO_PKG_VERSION")
            && provenance.sha256.get(MANIFEST) == Some(&manifest)
            && provenance.sha256.keys().all(|name| folder.has(name))
    }
}

/// Hands over all runs in canonical order: those of a runs.csv whose rows are in another (a
/// spreadsheet may have sorted them), which reads the file a second time.
fn again(runs: &Runs, mut take: impl FnMut(&Run) -> Result<()>) -> Result<()> {
    runs.each(&mut take)
}

/// The same of a shard, which has no statistics of its own.
fn write_shard(
    folder: &ResultsFolder,
    claimed: Digests,
    runs: &Runs,
    training: Training,
) -> Result<()> {
    let finished = machine::now();
    let mut digests = claimed;
    digests.extend(runs.write(folder, &mut |_| Ok(()))?);
    training.write(folder, runs.count(), finished, digests)
}

/// Who trained the runs of a folder, and what it took.
struct Training {
    cpu: String,
    backend: String,
    threads: usize,
    started: String,
    shard: Option<Shard>,
    network_epochs: u64,
    seconds: f64,
}

impl Training {
    /// Writes provenance.json.
    fn write(
        self,
        folder: &ResultsFolder,
        runs: u64,
        finished: String,
        sha256: Digests,
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
            runs,
            network_epochs: self.network_epochs,
            training_seconds: self.seconds,
            network_epochs_per_second: if speed.is_finite() { speed } else { 0.0 },
            sha256,
        };
        folder.write(PROVENANCE, provenance.to_json().as_bytes())?;
        Ok(())
    }
}
