//! Where every run of a plan is kept: in a journal, in a runs.csv, or nowhere yet. Holds eight
//! bytes a run, and the loss curves of losses.csv; the runs themselves stay in their files and
//! are fetched in canonical order. A run of the journal is checked again when it is fetched: its
//! bytes may have changed since they were written.

mod fetch;
mod scan;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::losses::{Curve, Curves};
use super::runs_csv::RunRows;
use super::table::{Order, Row};
use super::watch::Watch;
use crate::error::{Error, Result};
use crate::plan::{Identity, Plan, Positions, identity};
use crate::results::folder::sha256_of_file;
use crate::training::{Outcome, Run};

/// No run here yet.
const NOWHERE: u64 = u64::MAX;
/// The low bits of a location are the offset in a file, the high bits say in which.
const OFFSET_BITS: u32 = 48;

/// What was fetched.
#[derive(Debug, Default)]
pub struct Fetched {
    /// Positions and runs, in canonical order.
    pub runs: Vec<(u64, Run)>,
    /// Positions whose entry in the journal can no longer be believed, ascending.
    pub damaged: Vec<u64>,
}

/// Whether losses.csv must be readable, or whatever can't be read of it is as good as lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// What can't be read is an error.
    Strict,
    /// What can't be read is not there.
    Lenient,
}

/// Says at which position a row is, if it is to be kept.
pub type OnRow<'a> = &'a mut dyn FnMut(&Store, &Row, &Curves) -> Result<Option<u64>>;

/// The runs of a plan, by position.
#[derive(Debug)]
pub struct Store {
    columns: Arc<RunRows>,
    positions: Positions,
    identity: Identity,
    /// Epochs of a run that does not stop early.
    limit: u64,
    /// Whether a run ends at its convergence epoch.
    stop: bool,
    /// Of every model, the first so many seeds keep their loss curve.
    curve_seeds: u64,
    /// The positions this store may hold.
    extent: Range<u64>,
    /// Location of each position of the extent.
    locations: Vec<u64>,
    sources: Vec<Source>,
}

#[derive(Debug)]
struct Source {
    path: PathBuf,
    /// What the file's SHA-256 was when it was found to be what was recorded.
    digest: Option<String>,
    /// Length of the longest run in the file.
    longest: u64,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Journal,
    Table { order: Order, curves: Curves },
}

impl Store {
    /// An empty store of the runs at `extent`.
    ///
    /// # Errors
    /// [`Error::Memory`] if so many runs can't be kept track of.
    pub fn new(plan: &Plan, extent: Range<u64>) -> Result<Store> {
        let locations = nowhere(extent.end - extent.start)?;
        Ok(Store {
            columns: Arc::new(RunRows::new(plan)),
            positions: plan.positions(),
            identity: identity(&plan.manifest),
            limit: plan.manifest.epochs,
            stop: plan.manifest.stop,
            curve_seeds: plan.manifest.curves.seeds,
            extent,
            locations,
            sources: Vec::new(),
        })
    }

    /// The columns of runs.csv.
    pub fn columns(&self) -> Arc<RunRows> {
        Arc::clone(&self.columns)
    }

    /// Canonical order.
    pub fn positions(&self) -> &Positions {
        &self.positions
    }

    /// The positions this store may hold.
    pub fn extent(&self) -> Range<u64> {
        self.extent.clone()
    }

    /// Whether the run at a position is kept somewhere.
    pub fn has(&self, position: u64) -> bool {
        self.locations
            .get((position.wrapping_sub(self.extent.start)) as usize)
            .is_some_and(|&location| location != NOWHERE)
    }

    /// How many runs are kept.
    pub fn runs(&self) -> u64 {
        let kept = self
            .locations
            .iter()
            .filter(|&&location| location != NOWHERE);
        kept.count() as u64
    }

    /// Whether a run can be one of the plan: no other is ever believed.
    pub fn fits(&self, run: &Run) -> bool {
        // Exhaustive on purpose: a new number may have bounds too.
        let Outcome {
            seed,
            epochs,
            convergence_epoch,
            mse: _,
            mse_at_90_percent: _,
            max_abs_error: _,
            wrong_rows,
            gradient_norm: _,
            predictions,
            judged,
            finite: _,
            weights_hash: _,
        } = &run.outcome;
        let end = match convergence_epoch {
            Some(epoch) if self.stop => *epoch,
            _ => self.limit,
        };
        let ascending = |epochs: &Curve| epochs.windows(2).all(|pair| pair[0].0 < pair[1].0);
        self.positions.position(run.model, *seed).is_some()
            && *epochs == end
            && (1..=self.limit).contains(epochs)
            && convergence_epoch.is_none_or(|epoch| (1..=*epochs).contains(&epoch))
            && predictions.len() == self.columns.predictions()
            && self.columns.fits(run.model, wrong_rows, judged)
            && ascending(&run.curve)
            && run.curve.last().is_none_or(|&(epoch, _)| epoch <= *epochs)
    }

    /// What decides whether a journal is one of this plan.
    pub fn identity(&self) -> Identity {
        self.identity
    }

    /// Adds a journal from which runs will be fetched; returns its number.
    pub fn add_journal(&mut self, path: &Path) -> usize {
        self.add(path, Kind::Journal)
    }

    fn add(&mut self, path: &Path, kind: Kind) -> usize {
        self.sources.push(Source {
            path: path.to_owned(),
            digest: None,
            longest: 0,
            kind,
        });
        self.sources.len() - 1
    }

    /// Notes where in a source a run is; replaces what was known.
    pub fn put(&mut self, source: usize, position: u64, offset: u64, length: u64) {
        let place = position.wrapping_sub(self.extent.start) as usize;
        if let Some(location) = self.locations.get_mut(place) {
            *location = (source as u64) << OFFSET_BITS | offset;
            let longest = &mut self.sources[source].longest;
            *longest = (*longest).max(length);
        }
    }

    /// Remembers what the SHA-256 of a table was before it was scanned.
    pub fn expect(&mut self, path: &Path, digest: String) {
        let sources = self.sources.iter_mut();
        if let Some(source) = { sources }.find(|source| source.path == path) {
            source.digest = Some(digest);
        }
    }

    /// An error if a table has changed since it was scanned: what was fetched of it would be
    /// something that nobody has checked.
    pub fn check_unchanged(&self, watch: &Watch) -> Result<()> {
        for source in &self.sources {
            if let Some(digest) = &source.digest
                && sha256_of_file(&source.path, watch)? != *digest
            {
                return Err(changed(&source.path));
            }
        }
        Ok(())
    }

    /// Whether the run at a position is among the seeds whose loss curve is kept.
    pub fn keeps_curve(&self, position: u64) -> bool {
        self.positions.model_and_place(position).1 < self.curve_seeds
    }

    /// The loss curve of the run at a position, if it is one that is kept.
    fn curve(&self, position: u64, curves: &Curves) -> Curve {
        let curve = curves.get(&position).filter(|_| self.keeps_curve(position));
        curve.cloned().unwrap_or_default()
    }

    /// Where the run at a position is.
    fn source_of(&self, position: u64) -> Option<&Source> {
        let place = position.checked_sub(self.extent.start)?;
        let location = self.locations.get(usize::try_from(place).ok()?);
        let location = location.filter(|&&location| location != NOWHERE)?;
        Some(&self.sources[(location >> OFFSET_BITS) as usize])
    }
}

/// The locations of so many runs that are not there yet.
fn nowhere(runs: u64) -> Result<Vec<u64>> {
    let length = usize::try_from(runs).unwrap_or(usize::MAX);
    let mut locations = Vec::new();
    let reserved = locations.try_reserve_exact(length);
    reserved.map_err(|_| Error::Memory {
        what: "the places of all runs",
        bytes: runs.saturating_mul(size_of::<u64>() as u64),
    })?;
    locations.resize(length, NOWHERE);
    Ok(locations)
}

fn parse(columns: &RunRows, row: &Row) -> Result<Run> {
    let parsed = columns.parse(row.cells);
    parsed.map_err(|error| row.error(error.column, error.message))
}

fn changed(path: &Path) -> Error {
    Error::Conflict(format!("{} changed while it was read", path.display()))
}
