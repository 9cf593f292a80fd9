//! Claims a results folder for a manifest. First it is made sure that nothing is there that
//! belongs to something else or to somebody else; only then is written down whose it is
//! (manifest.toml, the data beside it, shard.json), and may runs be trained or merged into it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::checkpoint;
use super::journal::{self, Scan, Writer};
use super::watch::Watch;
use crate::error::{Error, Result};
use crate::files;
use crate::manifest::{Difference, Manifest};
use crate::plan::{Plan, identity};
use crate::results::folder::{
    CHECKPOINT, COMPATIBILITY, DATA, Digests, JOURNAL, KNOWN, MANIFEST, PROVENANCE, Provenance,
    RUNS, ResultsFolder, SHARD, Shard, sha256,
};
use crate::text::shown;

/// Names announced in a journal, with the SHA-256 their files were to have.
pub type Announced = BTreeMap<String, BTreeSet<String>>;

/// A folder that was found fit for a plan's runs.
#[derive(Debug)]
pub struct Claim<'a> {
    plan: &'a Plan,
    folder: &'a ResultsFolder,
    shard: Option<Shard>,
    /// What is recorded of the folder.
    pub provenance: Option<Provenance>,
    /// The plan of the manifest that is in the folder.
    pub stored: Option<Plan>,
    /// What the journal says of files.
    announced: Announced,
    /// Files that Seedbed wrote.
    owned: BTreeSet<String>,
    /// Whether what is there goes away first.
    pub starts_over: bool,
}

impl<'a> Claim<'a> {
    /// Makes sure that a folder may be filled with the runs of a plan; writes nothing. `journal`
    /// is what was found in the folder's journal. `overwrite` throws away what the folder
    /// holds, but goes on with what an earlier call has begun.
    ///
    /// # Errors
    /// [`Error::Conflict`] if the folder belongs to something else, or holds files that
    /// Seedbed has not written and would replace; what `watch` returns.
    pub fn check(
        plan: &'a Plan,
        folder: &'a ResultsFolder,
        shard: Option<Shard>,
        journal: Option<&Scan>,
        overwrite: bool,
        watch: &Watch,
    ) -> Result<Claim<'a>> {
        let mut claim = Claim {
            plan,
            folder,
            shard,
            provenance: stored_provenance(folder)?,
            stored: None,
            announced: journal
                .map(|scan| scan.announced.clone())
                .unwrap_or_default(),
            owned: BTreeSet::new(),
            starts_over: false,
        };
        claim.owned = claim.owned_files(overwrite, watch)?;
        claim.refuse_foreign()?;
        let fits = claim.fits();
        let begun = journal.is_some() && claim.provenance.is_none();
        claim.starts_over = overwrite && !(begun && fits.is_ok());
        if claim.starts_over {
            claim.announced.clear();
            claim.provenance = None;
            return Ok(claim);
        }
        claim.stored = fits?;
        Ok(claim)
    }

    /// The same for merged results, whose folder must hold no runs of its own: nothing, or what
    /// an earlier merge of the same plan has begun.
    ///
    /// # Errors
    /// [`Error::Conflict`] if results are there already; what `watch` returns.
    pub fn check_new(
        plan: &'a Plan,
        folder: &'a ResultsFolder,
        journal: Option<&Scan>,
        watch: &Watch,
    ) -> Result<Claim<'a>> {
        let names = [RUNS, JOURNAL, SHARD].into_iter();
        let there = names.clone().find(|name| folder.has(name));
        if let Some(name) = there.filter(|_| journal.is_none()) {
            return Err(Error::Conflict(format!(
                "{} is there already; merge into a new folder",
                folder.file(name).display()
            )));
        }
        Claim::check(plan, folder, None, journal, journal.is_some(), watch)
    }

    /// Writes down whose the folder is; returns the digests of the files that say so. From now
    /// on, until the journal is removed, the folder is unfinished.
    pub fn write(&self, journal: &mut Writer) -> Result<Digests> {
        let names = KNOWN.iter().map(|name| (*name).to_owned());
        let names = names.chain(self.owned.iter().cloned());
        journal.announce(&names.map(|name| (name, String::new())).collect())?;
        if self.starts_over {
            // The provenance last: while it is there, starting over is what is still to do.
            let others = self.owned.iter().map(String::as_str);
            let others = others.filter(|name| ![JOURNAL, PROVENANCE].contains(name));
            self.folder.remove_all(others)?;
            self.folder.remove(PROVENANCE)?;
        }
        let mut digests = Digests::new();
        if let Some(shard) = self.shard {
            // A struct of two numbers always serializes.
            let text = serde_json::to_string(&shard).unwrap_or_default() + "\n";
            keep(self.folder, SHARD, text.as_bytes(), &mut digests)?;
        }
        if let Some(rows) = &self.plan.manifest.data.file {
            keep(self.folder, DATA, rows, &mut digests)?;
        }
        // After the rows that it may read from a file.
        let manifest = self.plan.manifest.source.as_bytes();
        keep(self.folder, MANIFEST, manifest, &mut digests)?;
        Ok(digests)
    }

    /// What a file's SHA-256 may be, by all that is recorded.
    pub fn recorded(&self, name: &str) -> BTreeSet<String> {
        let mut digests = self.announced.get(name).cloned().unwrap_or_default();
        let provenance = self.provenance.as_ref();
        digests.extend(provenance.and_then(|known| known.sha256.get(name).cloned()));
        digests.remove("");
        digests
    }

    /// The folder.
    pub fn folder(&self) -> &'a ResultsFolder {
        self.folder
    }

    /// Files of the folder that Seedbed wrote.
    pub fn owned(&self) -> &BTreeSet<String> {
        &self.owned
    }

    fn owned_files(&self, overwrite: bool, watch: &Watch) -> Result<BTreeSet<String>> {
        let mut owned: BTreeSet<String> = self.announced.keys().cloned().collect();
        if let Some(provenance) = &self.provenance {
            owned.extend(provenance.sha256.keys().cloned());
            owned.insert(PROVENANCE.to_owned());
        }
        if journal::is_journal(&self.folder.file(JOURNAL)) {
            // Version 0.1.0 wrote these before its journal, and announced nothing.
            owned.extend([JOURNAL, MANIFEST, DATA, SHARD].map(str::to_owned));
        }
        if checkpoint::is_checkpoint(&self.folder.file(CHECKPOINT)) {
            // It may outlive its journal, for runs that `--seeds` left out.
            owned.insert(CHECKPOINT.to_owned());
        }
        if overwrite && self.announced.is_empty() {
            owned.extend(self.announced_for_another(watch)?);
        }
        Ok(owned)
    }

    /// What a journal announces that belongs to the manifest in the folder.
    fn announced_for_another(&self, watch: &Watch) -> Result<Vec<String>> {
        let stored = Manifest::load_results(self.folder.path());
        let scan = stored.and_then(|stored| {
            let path = self.folder.file(JOURNAL);
            journal::scan(&path, identity(&stored), watch, &mut |_| true)
        });
        match scan {
            Ok(Some(scan)) => Ok(scan.announced.into_keys().collect()),
            Err(error @ Error::Interrupted(_)) => Err(error),
            Ok(None) | Err(_) => Ok(Vec::new()),
        }
    }

    /// Files that would be replaced must be Seedbed's own.
    fn refuse_foreign(&self) -> Result<()> {
        let foreign = |name: &&str| {
            let path = self.folder.file(name);
            fs::symlink_metadata(&path).is_ok()
                && !self.owned.contains(*name)
                && !self.is_what_would_be_written(name)
        };
        let foreign: Vec<&str> = KNOWN.into_iter().filter(foreign).collect();
        if foreign.is_empty() {
            return Ok(());
        }
        let place = self.folder.path().display();
        if foreign.contains(&RUNS) && self.provenance.is_none() {
            return Err(Error::Conflict(format!(
                "{place} holds {RUNS} but no {PROVENANCE}, so nobody knows which build of Seedbed trained its rows, or whether they are still what they were: put {PROVENANCE} back, or use --out for another folder"
            )));
        }
        Err(Error::Conflict(format!(
            "{place} holds {}, of which there is no record that Seedbed wrote {}: move {} away, or use --out for another folder",
            foreign.join(", "),
            if foreign.len() == 1 { "it" } else { "them" },
            if foreign.len() == 1 { "it" } else { "them" },
        )))
    }

    fn is_what_would_be_written(&self, name: &str) -> bool {
        let bytes = match name {
            MANIFEST => Some(self.plan.manifest.source.as_bytes()),
            DATA => self.plan.manifest.data.file.as_deref(),
            _ => None,
        };
        let there = files::read(&self.folder.file(name)).ok();
        bytes.is_some() && there.as_deref() == bytes
    }

    /// Whether what the folder holds belongs to the plan; the plan of the manifest in it.
    fn fits(&self) -> Result<Option<Plan>> {
        let folder = self.folder;
        if !folder.has(MANIFEST) {
            return match folder.has(RUNS) {
                false => Ok(None),
                true => Err(Error::Conflict(format!(
                    "{} is there without a {MANIFEST}, so nobody knows what it belongs to; use --overwrite to start over, or --out for another folder",
                    folder.file(RUNS).display()
                ))),
            };
        }
        let stored = Manifest::load_results(folder.path()).map_err(|error| {
            let path = folder.file(MANIFEST);
            Error::Conflict(format!(
                "{} can't be read, so what is in the folder can't be trusted; use --overwrite to start over\n{error}",
                path.display()
            ))
        })?;
        self.compare(&stored)?;
        if folder.has(RUNS) {
            self.check_trainers()?;
        }
        Ok(Some(Plan::new(stored)))
    }

    fn compare(&self, stored: &Manifest) -> Result<()> {
        let (plan, place) = (self.plan, self.folder.path().display());
        let differences = stored.conflicts(&plan.manifest);
        if !differences.is_empty() {
            return Err(Error::Conflict(format!(
                "{place} holds results of another manifest:\n{}\nUse --overwrite to replace them, or --out for another folder.",
                side_by_side(&differences, "in the folder", "in the manifest"),
            )));
        }
        let held = stored_shard(self.folder.path())?;
        self.compare_shards(held)?;
        if stored.seeds == plan.manifest.seeds {
            return Ok(());
        }
        if let Some(shard) = held {
            return Err(Error::Conflict(format!(
                "{place} holds shard {shard} of an experiment with other seeds; a shard can't grow, because the runs of every shard would move: use new folders"
            )));
        }
        let positions = plan.positions();
        let mut seeds = stored.seeds.iter();
        match seeds.find(|&seed| positions.place(seed).is_none()) {
            None => Ok(()),
            Some(seed) => Err(Error::Conflict(format!(
                "{place} holds seeds that the manifest no longer has, such as {seed}; their runs would be lost: put them back, use --overwrite to start over, or --out for another folder"
            ))),
        }
    }

    /// The folder must hold the part of the experiment that is asked for, by shard.json as by
    /// provenance.json.
    fn compare_shards(&self, held: Option<Shard>) -> Result<()> {
        let place = self.folder.path().display();
        let of = |shard: Option<Shard>| match shard {
            Some(shard) => format!("shard {shard}"),
            None => "the whole experiment".to_string(),
        };
        if let Some(provenance) = &self.provenance
            && provenance.shard != held
        {
            return Err(Error::Conflict(format!(
                "{place} holds {} by {SHARD} but {} by {PROVENANCE}; use --overwrite to start over, or --out for another folder",
                of(held),
                of(provenance.shard)
            )));
        }
        if held == self.shard {
            return Ok(());
        }
        Err(Error::Conflict(format!(
            "{place} holds {}, not {}; use another folder, or --overwrite to replace it",
            of(held),
            of(self.shard)
        )))
    }

    /// Rows may only be added to those of builds that round alike.
    fn check_trainers(&self) -> Result<()> {
        match &self.provenance {
            None => Ok(()),
            Some(provenance) => check_trainers(self.folder.path(), provenance),
        }
    }
}

/// Refuses rows of builds that may round differently from this one.
///
/// # Errors
/// [`Error::Conflict`] with the first such build.
pub fn check_trainers(folder: &Path, provenance: &Provenance) -> Result<()> {
    let trainers = provenance.trainers().into_iter();
    let other = { trainers }.find(|trainer| trainer.compatibility != Some(COMPATIBILITY));
    let Some(trainer) = other else {
        return Ok(());
    };
    let number = match trainer.compatibility {
        Some(number) => format!("whose rows have compatibility number {number}"),
        None => "which states no compatibility number".to_owned(),
    };
    Err(Error::Conflict(format!(
        "the runs in {} were trained by Seedbed {}, {number}; this is {}, number {COMPATIBILITY}, and may round differently: go on with that version, or start over with --overwrite",
        folder.display(),
        shown(&trainer.to_string()),
        env!("CARGO_PKG_VERSION"),
    )))
}

/// What is recorded of a folder; `None` if it holds no provenance.json.
///
/// # Errors
/// [`Error::Unreadable`] if it is none: it might say that what is here is not ours.
fn stored_provenance(folder: &ResultsFolder) -> Result<Option<Provenance>> {
    match folder.has(PROVENANCE) {
        true => Provenance::load(folder.path()).map(Some),
        false => Ok(None),
    }
}

/// Writes a file unless it is there with these bytes; notes its digest.
fn keep(folder: &ResultsFolder, name: &str, bytes: &[u8], digests: &mut Digests) -> Result<()> {
    let digest = match files::read(&folder.file(name)) {
        Ok(there) if there == bytes => sha256(bytes),
        _ => folder.write(name, bytes)?,
    };
    digests.insert(name.to_owned(), digest);
    Ok(())
}

/// The shard that a folder says it holds.
///
/// # Errors
/// [`Error::Unreadable`] with line and column if shard.json says nothing of the kind.
pub fn stored_shard(folder: &Path) -> Result<Option<Shard>> {
    let path = folder.join(SHARD);
    if !path.exists() {
        return Ok(None);
    }
    let text = files::read_to_string(&path)?;
    serde_json::from_str(&text)
        .map(Some)
        .map_err(Error::json(&path))
}

/// Differences as a table: key, here, there.
pub fn side_by_side(differences: &[Difference], here: &str, there: &str) -> String {
    let heads = [("", here, there)];
    let rows = differences
        .iter()
        .map(|row| (row.key.as_str(), row.ours.as_str(), row.theirs.as_str()));
    let rows: Vec<_> = heads.into_iter().chain(rows).collect();
    let width =
        |cell: &dyn Fn(&(&str, &str, &str)) -> usize| rows.iter().map(cell).max().unwrap_or(0);
    let key = width(&|row| row.0.chars().count());
    let ours = width(&|row| row.1.chars().count());
    let lines = rows
        .iter()
        .map(|row| format!("  {:key$}  {:ours$}  {}", row.0, row.1, row.2));
    lines.collect::<Vec<_>>().join("\n")
}
