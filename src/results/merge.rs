//! Joins the folders of an experiment's shards: every run of the plan exactly once, from
//! folders with the same manifest, trained by the same version.

use std::path::{Path, PathBuf};

use super::claim::side_by_side;
use super::runs::Runs;
use super::store::Store;
use super::threads::{pool, thread_count};
use crate::error::{Error, Result};
use crate::manifest::Manifest;
use crate::plan::Plan;
use crate::results::folder::{JOURNAL, MANIFEST, Provenance, RUNS};

/// The shards' runs, together.
#[derive(Debug)]
pub struct Merged<'a> {
    /// Every run of the plan; [`Runs::write`] gives the bytes of an unsharded run.
    pub runs: Runs<'a>,
    /// Epochs trained by all shards, summed.
    pub network_epochs: u64,
    /// Seconds they took, summed.
    pub seconds: f64,
}

/// The manifest that all shards share, and the provenance of the first.
///
/// # Errors
/// [`Error::Conflict`] if a manifest or a version differs or a shard is not finished.
pub fn common_manifest(shards: &[PathBuf]) -> Result<(Manifest, Provenance)> {
    let mut first: Option<(&Path, Manifest, Provenance)> = None;
    for shard in shards {
        let place = shard.display();
        if shard.join(JOURNAL).exists() || !shard.join(RUNS).exists() {
            return Err(Error::Conflict(format!(
                "{place} is not finished: run its shard again, which does the rest"
            )));
        }
        let manifest = Manifest::load_results(shard)?;
        let provenance = Provenance::load(shard)?;
        match &first {
            None => first = Some((shard, manifest, provenance)),
            Some((path, expected, _)) if *expected != manifest => {
                let differences = expected.conflicts(&manifest);
                return Err(Error::Conflict(format!(
                    "{} and {} differ, so their runs don't belong together\n{}",
                    path.join(MANIFEST).display(),
                    shard.join(MANIFEST).display(),
                    side_by_side(&differences, "in the first", "in the second"),
                )));
            }
            Some((path, _, expected)) if expected.version != provenance.version => {
                return Err(Error::Conflict(format!(
                    "{} was trained by Seedbed {}, {place} by {}: they may round differently",
                    path.display(),
                    crate::text::shown(&expected.version),
                    crate::text::shown(&provenance.version),
                )));
            }
            Some(_) => {}
        }
    }
    match first {
        Some((_, manifest, provenance)) => Ok((manifest, provenance)),
        None => Err(Error::Usage("there is no shard to merge".to_string())),
    }
}

/// The runs of all shards of a plan.
///
/// # Errors
/// [`Error::Conflict`] for gaps, [`Error::Unreadable`] for overlaps, with file and line.
pub fn merge<'a>(plan: &'a Plan, shards: &[PathBuf], threads: Option<usize>) -> Result<Merged<'a>> {
    let mut store = Store::new(plan, 0..plan.runs())?;
    let (mut network_epochs, mut seconds) = (0, 0.0);
    for shard in shards {
        store.scan_table(&shard.join(RUNS), &mut |_, _| Ok(()))?;
        let provenance = Provenance::load(shard)?;
        network_epochs += provenance.network_epochs;
        seconds += provenance.training_seconds;
    }
    let runs = Runs::new(plan, store, pool(thread_count(threads))?);
    runs.complete("the shards don't make the whole experiment")?;
    Ok(Merged {
        runs,
        network_epochs,
        seconds,
    })
}
