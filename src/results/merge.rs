//! Joins the folders of an experiment's shards: every run of the plan exactly once, from
//! folders with the same manifest, trained by builds that round alike, whose tables are what
//! was recorded of them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::claim::{check_trainers, side_by_side};
use super::runs::Runs;
use super::store::Store;
use super::tables::{Tables, inspect_finished};
use super::threads::{pool, thread_count};
use super::watch::Watch;
use crate::error::{Error, Result};
use crate::manifest::Manifest;
use crate::plan::Plan;
use crate::results::folder::{JOURNAL, LOSSES, MANIFEST, PROVENANCE, Provenance, RUNS, Trainer};

/// The shards' runs, together.
#[derive(Debug)]
pub struct Merged<'a> {
    /// Every run of the plan; [`Runs::write`] gives the bytes of an unsharded run.
    pub runs: Runs<'a>,
    /// Epochs trained by all shards, summed.
    pub network_epochs: u64,
    /// Seconds they took, summed.
    pub seconds: f64,
    /// The builds that trained them.
    pub trained_by: BTreeSet<Trainer>,
}

/// The manifest that all shards share, and the provenance of the first.
///
/// # Errors
/// [`Error::Conflict`] if a manifest differs, a version may round differently, or a shard is
/// not finished.
pub fn common_manifest(shards: &[PathBuf]) -> Result<(Manifest, Provenance)> {
    let mut first: Option<(&Path, Manifest, Provenance)> = None;
    for shard in shards {
        check_finished(shard)?;
        let manifest = Manifest::load_results(shard)?;
        let provenance = Provenance::load(shard)?;
        check_trainers(shard, &provenance)?;
        match &first {
            None => first = Some((shard, manifest, provenance)),
            Some((path, expected, _)) => {
                let differences = expected.differences(&manifest);
                if !differences.is_empty() {
                    return Err(Error::Conflict(format!(
                        "{} and {} differ, so their runs don't belong together\n{}",
                        path.join(MANIFEST).display(),
                        shard.join(MANIFEST).display(),
                        side_by_side(&differences, "in the first", "in the second"),
                    )));
                }
            }
        }
    }
    match first {
        Some((_, manifest, provenance)) => Ok((manifest, provenance)),
        None => Err(Error::Usage("there is no shard to merge".to_string())),
    }
}

/// A shard must be there, whole.
fn check_finished(shard: &Path) -> Result<()> {
    let place = shard.display();
    let problem = if !shard.is_dir() {
        format!("there is no folder {place}: run its shard first")
    } else if shard.join(JOURNAL).exists() {
        format!("{place} is not finished: run its shard again, which does the rest")
    } else if !shard.join(RUNS).exists() {
        format!("{place} holds no {RUNS}: run its shard, or leave it out if it is no shard")
    } else if !shard.join(PROVENANCE).exists() {
        format!(
            "{place} holds no {PROVENANCE}, so nobody knows whether its rows are what was trained: put it back, or run its shard into a new folder"
        )
    } else {
        return Ok(());
    };
    Err(Error::Conflict(problem))
}

/// The runs of all shards of a plan.
///
/// # Errors
/// [`Error::Conflict`] for gaps and for tables that are not what was recorded,
/// [`Error::Unreadable`] for overlaps, with file and line; what `watch` returns.
pub fn merge<'a>(
    plan: &'a Plan,
    shards: &[PathBuf],
    threads: Option<usize>,
    watch: &Watch,
) -> Result<Merged<'a>> {
    let threads = thread_count(threads);
    let mut store = Store::new(plan, 0..plan.runs())?;
    let (mut network_epochs, mut seconds) = (0, 0.0);
    let mut trained_by = BTreeSet::new();
    for shard in shards {
        let provenance = Provenance::load(shard)?;
        let digests = match inspect_finished(plan, shard, &provenance, threads, watch)? {
            Tables::AsRecorded(digests) | Tables::SavedAgain(digests) => digests,
            Tables::Changed(changed) => return Err(changed.refusal(shard)),
            Tables::Absent => continue,
        };
        if provenance.sha256.contains_key(LOSSES) && !digests.contains_key(LOSSES) {
            return Err(Error::Conflict(format!(
                "{} is missing, so the loss curves of its runs would be lost: run its shard again, which trains them",
                shard.join(LOSSES).display()
            )));
        }
        store.scan_table(&shard.join(RUNS), watch, &mut |_, _, _| Ok(()))?;
        for (name, digest) in digests {
            store.expect(&shard.join(name), digest);
        }
        network_epochs += provenance.network_epochs;
        seconds += provenance.training_seconds;
        trained_by.extend(provenance.trainers());
    }
    let runs = Runs::new(plan, store, pool(threads)?);
    runs.complete("the shards don't make the whole experiment")?;
    Ok(Merged {
        runs,
        network_epochs,
        seconds,
        trained_by,
    })
}
