//! Results folders: filled by training what they lack, made again from their runs.csv, or
//! joined from shards.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use crate::error::{Error, Result};
use crate::plan::identity;
use crate::results::folder::{
    JOURNAL, LOSSES, MANIFEST, PROVENANCE, Provenance, ROUNDING, RUNS, ResultsFolder, SHARD,
    SUMMARY, check_names, sha256, sha256_of_file,
};
use crate::results::journal::Writer;
use crate::results::{self, Claim, FileShelf, Runs, Tables, Watch};
use crate::runner::{self, Event, Open, on_pass};
use crate::training;

use super::cost::{self, Part};
use super::derived::Passing;
use super::write::{Training, Write, scan};
use super::{Done, Findings, Made, Study, machine};

impl Study<'_> {
    /// Trains what a results folder lacks and writes every file of it.
    ///
    /// # Errors
    /// [`Error::Conflict`] if the folder belongs to something else, or its tables are not what
    /// was recorded; [`Error::Interrupted`] if the flag was set, with what is done kept;
    /// [`Error::Io`].
    pub fn run_in(&self, path: &Path, on_event: &(dyn Fn(Event) + Sync)) -> Result<Done> {
        // What can't be is refused before a folder is made.
        self.options.extent(&self.plan)?;
        let part = Part::new(&self.plan, self.options.shard);
        let threads = results::threads::thread_count(self.options.threads);
        cost::check(&self.plan, part, threads, path)?;
        let backend = training::backend()?.to_string();
        let started = machine::now();
        let folder = ResultsFolder::open(path)?;
        warn(&folder, on_event);
        let on_pass = on_pass(Some(folder.path()), self.options.interrupt, on_event);
        let watch = Watch::new(&on_pass);
        let whole = self.options.shard.is_none();
        let up_to_date =
            !self.options.overwrite && self.is_up_to_date(&folder, &watch, on_event)?;
        // If nothing is missing either, the statistics are made while runs.csv is read.
        let shelf = FileShelf::new(path);
        let go_on = || runner::go_on(SUMMARY, Some(path), self.options.interrupt);
        let mut statistics = Findings::collect_with(&self.plan, &shelf, &go_on);
        let mut on_stored = |run: &_| {
            if whole && up_to_date {
                statistics.add(run)?;
            }
            Ok(())
        };
        let mut trained = runner::run(
            &self.plan,
            &folder,
            &self.options,
            up_to_date,
            &mut on_stored,
            on_event,
        )?;
        let mut done = Done {
            findings: None,
            runs: trained.runs.count(),
            new_runs: trained.new_runs,
            network_epochs: trained.network_epochs,
            seconds: trained.seconds,
        };
        let Some(open) = trained.open.take() else {
            if whole {
                if !trained.in_order {
                    statistics = Findings::collect_with(&self.plan, &shelf, &go_on);
                    trained.runs.each(watch, &mut |run| statistics.add(run))?;
                }
                done.findings = Some(statistics.finish()?);
            }
            return Ok(done);
        };
        drop(statistics);
        let training = Training {
            cpu: machine::processor(),
            backend,
            threads: trained.threads,
            started,
            shard: self.options.shard,
            network_epochs: trained.total_network_epochs,
            seconds: trained.total_seconds,
            trained_by: trained.trained_by,
        };
        let write = Write {
            study: self,
            folder: &folder,
            interrupt: self.options.interrupt,
            on_event,
        };
        if whole {
            done.findings = Some(write.whole(open, &trained.runs, training)?);
        } else {
            write.shard(open, &trained.runs, training)?;
        }
        Ok(done)
    }

    /// Recomputes every derived file of a results folder from its runs.csv. Works on tables
    /// that somebody changed too, and says so.
    ///
    /// # Errors
    /// [`Error::Unreadable`] with line and column of a cell that can't be read;
    /// [`Error::Interrupted`] if the flag was set: the same call goes on.
    pub fn report(
        path: &Path,
        interrupt: &AtomicBool,
        on_event: &(dyn Fn(Event) + Sync),
    ) -> Result<Made> {
        let study = Study::of_results(path)?;
        let folder = ResultsFolder::open(path)?;
        warn(&folder, on_event);
        if folder.has(SHARD) {
            return Err(Error::Conflict(format!(
                "{} holds one shard; `seedbed merge` joins all of them and makes the report",
                path.display()
            )));
        }
        let mut provenance = match folder.has(PROVENANCE) {
            true => Provenance::load(path)?,
            false => Provenance::default(),
        };
        let on_pass = on_pass(None, interrupt, on_event);
        let watch = Watch::new(&on_pass);
        let threads = results::threads::cores();
        let tables = results::inspect_finished(&study.plan, path, &provenance, threads, &watch)?;
        let (changed, notes) = told(path, &provenance, &tables);
        let shelf = FileShelf::new(path);
        let go_on = || runner::go_on(SUMMARY, Some(path), interrupt);
        let mut passing = Passing::new(&study.plan, &shelf, &go_on);
        let (runs, in_order) = results::read(&study.plan, path, None, &watch, &mut |run| {
            passing.take(run)
        })?;
        if !in_order {
            passing = Passing::new(&study.plan, &shelf, &go_on);
            runs.each(watch, &mut |run| passing.take(run))?;
        }
        runs.check_curves(path, &watch)?;
        let (findings, rows) = passing.finish()?;
        // What the tables were when they were trained stays on record: `verify` compares with
        // that.
        provenance.changed = changed;
        if !provenance.sha256.contains_key(RUNS) {
            provenance.runs = runs.count();
        }
        let write = Write {
            study: &study,
            folder: &folder,
            interrupt,
            on_event,
        };
        write.report(&findings, &rows, provenance)?;
        Ok(Made {
            study,
            findings,
            notes,
        })
    }

    /// Joins the folders of all shards. Goes on with what an earlier merge has begun; a folder
    /// that holds the merged runs already is left as it is, with a note.
    ///
    /// # Errors
    /// [`Error::Conflict`] for gaps, overlaps and different manifests or versions, and for
    /// tables that are not what was recorded; [`Error::Interrupted`] if the flag was set.
    pub fn merge(
        out: &Path,
        shards: &[PathBuf],
        interrupt: &AtomicBool,
        on_event: &(dyn Fn(Event) + Sync),
    ) -> Result<Made> {
        let started = machine::now();
        shards.iter().try_for_each(|shard| check_names(shard))?;
        let (manifest, first) = results::common_manifest(shards)?;
        let study = Study::new(manifest);
        let on_pass = on_pass(None, interrupt, on_event);
        let watch = Watch::new(&on_pass);
        let merged = results::merge(&study.plan, shards, None, &watch)?;
        let folder = ResultsFolder::open(out)?;
        warn(&folder, on_event);
        if study.is_merged(&folder, &merged.runs, watch)? {
            let shelf = FileShelf::new(out);
            let go_on = || runner::go_on(SUMMARY, Some(out), interrupt);
            let mut statistics = Findings::collect_with(&study.plan, &shelf, &go_on);
            merged.runs.each(watch, &mut |run| statistics.add(run))?;
            let findings = statistics.finish()?;
            let notes = vec![format!(
                "{} holds these runs already; nothing was written",
                out.display()
            )];
            return Ok(Made {
                study,
                findings,
                notes,
            });
        }
        let identity = identity(&study.plan.manifest);
        let scan = match scan(&folder, identity, &watch) {
            Err(error @ Error::Interrupted(_)) => return Err(error),
            // A journal of something else, or with runs in it, is no merge that was begun.
            scan => scan.ok().flatten().filter(|(_, held)| *held == 0),
        };
        let scan = scan.map(|(scan, _)| scan);
        let claim = Claim::check_new(&study.plan, &folder, scan.as_ref(), &watch)?;
        let mut journal = Writer::open_in(&folder, identity, scan.map(|scan| scan.good))?;
        let open = Open::new(&folder, claim.write(&mut journal)?, claim.owned(), journal);
        let training = Training {
            cpu: first.cpu,
            backend: first.backend,
            threads: first.threads,
            started,
            shard: None,
            network_epochs: merged.network_epochs,
            seconds: merged.seconds,
            trained_by: merged.trained_by,
        };
        let write = Write {
            study: &study,
            folder: &folder,
            interrupt,
            on_event,
        };
        let findings = write.whole(open, &merged.runs, training)?;
        Ok(Made {
            study,
            findings,
            notes: Vec::new(),
        })
    }

    /// Whether a folder holds the whole study's runs, finished.
    fn is_merged(&self, folder: &ResultsFolder, runs: &Runs, watch: Watch) -> Result<bool> {
        let finished = folder.has(RUNS) && folder.has(PROVENANCE) && !folder.has(JOURNAL);
        if !finished || folder.has(SHARD) {
            return Ok(false);
        }
        let there = sha256_of_file(&folder.file(RUNS), &watch)?;
        let recorded = Provenance::load(folder.path())?;
        let held = Study::of_results(folder.path())?.plan.manifest;
        Ok(recorded.sha256.get(RUNS) == Some(&there)
            && held == self.plan.manifest
            && runs.digest(watch)? == there)
    }

    /// Whether every file that the folder's provenance names is there as it was written, by
    /// this version of Seedbed from this very manifest; runs.csv and losses.csv are looked at
    /// when they are read. Tells of files that are made again because they have changed.
    fn is_up_to_date(
        &self,
        folder: &ResultsFolder,
        watch: &Watch,
        on_event: &(dyn Fn(Event) + Sync),
    ) -> Result<bool> {
        let Ok(provenance) = Provenance::load(folder.path()) else {
            return Ok(false);
        };
        if folder.has(JOURNAL) {
            // Files may be newer than what is recorded: they were being written.
            return Ok(false);
        }
        let manifest = sha256(self.plan.manifest.source.as_bytes());
        let same_maker = provenance.version == env!("CARGO_PKG_VERSION")
            && provenance.sha256.get(MANIFEST) == Some(&manifest);
        let mut all_there = true;
        for (name, digest) in &provenance.sha256 {
            if !folder.has(name) {
                all_there = false;
            } else if ![RUNS, LOSSES].contains(&name.as_str())
                && sha256_of_file(&folder.file(name), watch)? != *digest
            {
                all_there = false;
                let fate = match name.as_str() {
                    ROUNDING => "removed; `seedbed rounding` with --write makes it again",
                    _ => "made again",
                };
                on_event(Event::Warning(format!(
                    "{} was changed after Seedbed wrote it; it is {fate}",
                    folder.file(name).display()
                )));
            }
        }
        Ok(same_maker && all_there && provenance.changed.is_empty())
    }
}

/// What of the tables that a report is made of is not what was recorded: the files, and notes
/// for the reader.
fn told(path: &Path, provenance: &Provenance, tables: &Tables) -> (Vec<String>, Vec<String>) {
    if !provenance.sha256.contains_key(RUNS) {
        let note = format!(
            "there is no record of what {RUNS} in {} was when it was trained; these numbers are those of the file as it is",
            path.display()
        );
        return (vec![RUNS.to_owned()], vec![note]);
    }
    match tables {
        Tables::Absent | Tables::AsRecorded(_) | Tables::SavedAgain(_) => (Vec::new(), Vec::new()),
        Tables::Changed(changed) => {
            let files = changed.files.iter().map(|&name| name.to_owned()).collect();
            let note = format!(
                "{}\nThese numbers are those of the changed file; `seedbed verify` compares it with training.",
                changed.describe(path)
            );
            (files, vec![note])
        }
    }
}

/// Tells what whoever works in a folder should know of it.
fn warn(folder: &ResultsFolder, on_event: &(dyn Fn(Event) + Sync)) {
    for note in folder.notes() {
        on_event(Event::Warning(note.clone()));
    }
}
