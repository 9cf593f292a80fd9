//! provenance.json: where the numbers in a results folder come from.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::names::PROVENANCE;
use crate::error::{Error, Result};
use crate::files;

/// SHA-256 of files, hexadecimal, by name.
pub type Digests = BTreeMap<String, String>;

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
}

impl Provenance {
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
