//! provenance.json: where the numbers in a results folder come from.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::names::PROVENANCE;
use super::row_checksums::RowChecksums;
use crate::error::{Error, Result};
use crate::files;

/// SHA-256 of files, hexadecimal, by name.
pub type Digests = BTreeMap<String, String>;

/// Raised whenever a bit of any row of runs.csv may be another than before: runs of builds with
/// the same number may stand in one file. Version 0.1.0, which wrote none, has number 1.
pub const COMPATIBILITY: u32 = 1;

/// A build of Seedbed that trained runs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Trainer {
    /// Its version.
    pub version: String,
    /// The commit it was built from, if known.
    pub commit: Option<String>,
    /// Its [`COMPATIBILITY`]; `None` if it had none.
    pub compatibility: Option<u32>,
}

impl Trainer {
    /// This build.
    pub fn ours() -> Trainer {
        Trainer {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: Some(env!("SEEDBED_COMMIT").to_owned()),
            compatibility: Some(COMPATIBILITY),
        }
    }

    /// A build of this compatibility, from what its `Display` gave.
    pub fn compatible(text: &str) -> Trainer {
        let (version, commit) = match text.split_once(' ') {
            Some((version, commit)) => (version, Some(commit.to_owned())),
            None => (text, None),
        };
        Trainer {
            version: version.to_owned(),
            commit,
            compatibility: Some(COMPATIBILITY),
        }
    }
}

/// Version and commit.
impl std::fmt::Display for Trainer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.commit {
            Some(commit) => write!(f, "{} {commit}", self.version),
            None => f.write_str(&self.version),
        }
    }
}

/// Which part of an experiment a folder holds: part `index` of `count`, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// From 1.
    pub index: u64,
    /// How many parts.
    pub count: u64,
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

/// The contents of provenance.json. The only file of a results folder with clock values in it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Provenance {
    /// Seedbed's version.
    pub version: String,
    /// The commit it was built from, if known.
    pub commit: Option<String>,
    /// Name of the processor.
    pub cpu: String,
    /// SIMD backend.
    pub backend: String,
    /// Threads used.
    pub threads: usize,
    /// Start of the last call that trained or merged, RFC 3339, UTC.
    pub started: String,
    /// Its end, RFC 3339, UTC.
    pub finished: String,
    /// The part of the experiment, if not the whole.
    pub shard: Option<Shard>,
    /// The builds that trained rows of runs.csv; empty in folders of version 0.1.0.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub trained_by: BTreeSet<Trainer>,
    /// Rows of runs.csv.
    pub runs: u64,
    /// Epochs trained, summed over networks; with `training_seconds`, of every process that
    /// worked on this folder since it was begun.
    pub network_epochs: u64,
    /// Wall-clock seconds spent training.
    pub training_seconds: f64,
    /// Their quotient.
    pub network_epochs_per_second: f64,
    /// SHA-256 of every other file, hexadecimal, by name.
    pub sha256: Digests,
    /// What runs.csv and losses.csv said of every run, to tell which rows have changed.
    pub rows: RowChecksums,
    /// Files that had changed, or were never recorded, when the report was made of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<String>,
}

impl Provenance {
    /// The builds that trained the rows.
    pub fn trainers(&self) -> BTreeSet<Trainer> {
        if !self.trained_by.is_empty() {
            return self.trained_by.clone();
        }
        let compatibility = (self.version == "0.1.0").then_some(1);
        BTreeSet::from([Trainer {
            version: self.version.clone(),
            commit: self.commit.clone(),
            compatibility,
        }])
    }

    /// Reads the provenance of a results folder.
    pub fn load(folder: &Path) -> Result<Provenance> {
        let path = folder.join(PROVENANCE);
        let text = files::read_to_string(&path)?;
        serde_json::from_str(&text).map_err(Error::json(&path))
    }

    /// The file's text.
    pub fn to_json(&self) -> String {
        // A struct of strings and numbers always serializes.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}
