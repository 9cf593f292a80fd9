//! Where every run of a plan is kept: in a journal, in a runs.csv, or nowhere yet. Holds eight
//! bytes a run; the runs themselves stay in their files and are fetched in canonical order.

mod fetch;
mod losses;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::runs_csv::{RunRows, SEED};
use super::table::{Order, Row, read_table};
use crate::error::{Error, Result};
use crate::plan::{Identity, Plan, Positions};
use crate::results::folder::LOSSES;
use crate::results::journal;
use crate::training::Run;
use losses::read_losses;
pub use losses::{Curves, losses_columns};

/// No run here yet.
const NOWHERE: u64 = u64::MAX;
/// The low bits of a location are the offset in a file, the high bits say in which.
const OFFSET_BITS: u32 = 48;

/// Says at which position a row is, if it is to be kept.
pub type OnRow<'a> = &'a mut dyn FnMut(&Store, &Row, &Curves) -> Result<Option<u64>>;

/// The runs of a plan, by position.
#[derive(Debug)]
pub struct Store {
    columns: Arc<RunRows>,
    positions: Positions,
    /// The positions this store may hold.
    extent: Range<u64>,
    /// Location of each position of the extent.
    locations: Vec<u64>,
    sources: Vec<Source>,
}

#[derive(Debug)]
struct Source {
    path: PathBuf,
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
    pub fn new(plan: &Plan, extent: Range<u64>) -> Store {
        let length = usize::try_from(extent.end - extent.start).unwrap_or(usize::MAX);
        Store {
            columns: Arc::new(RunRows::new(plan)),
            positions: Positions::new(plan),
            extent,
            locations: vec![NOWHERE; length],
            sources: Vec::new(),
        }
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

    /// Whether a run fits the plan: no other is ever believed.
    pub fn fits(&self, run: &Run) -> bool {
        let outcome = &run.outcome;
        self.positions.position(run.model, outcome.seed).is_some()
            && outcome.predictions.len() == self.columns.predictions()
            && outcome
                .wrong_rows
                .iter()
                .all(|&row| (row as usize) < self.columns.rows())
    }

    /// Adds a journal from which runs will be fetched; returns its number.
    pub fn add_journal(&mut self, path: &Path) -> usize {
        self.sources.push(Source {
            path: path.to_owned(),
            longest: 0,
            kind: Kind::Journal,
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

    /// Scans a journal. `on_run` sees each run that belongs here, with its position.
    pub fn scan_journal(
        &mut self,
        path: &Path,
        identity: Identity,
        on_run: &mut dyn FnMut(u64, &Run),
    ) -> Result<Option<journal::Scan>> {
        let source = self.add_journal(path);
        journal::scan(path, identity, &mut |offset, length, run| {
            let position = self.positions.position(run.model, run.outcome.seed);
            if let Some(position) = position.filter(|_| self.fits(&run)) {
                // Room for the entry's own length.
                self.put(source, position, offset, length as u64 + 10);
                on_run(position, &run);
            }
        })
    }

    /// Scans a runs.csv and the losses.csv beside it: every row is read and checked.
    /// `on_run` sees each run, with its loss curve and its position.
    ///
    /// # Errors
    /// [`Error::Unreadable`] for a cell that can't be read, a run that is there twice or one
    /// that isn't of this plan.
    pub fn scan_table(&mut self, path: &Path, on_run: &mut dyn FnMut(u64, &Run)) -> Result<()> {
        let columns = Arc::clone(&self.columns);
        let seed_column = columns.place(SEED);
        self.scan_rows(path, &mut |store, row, curves| {
            let mut run = parse(&columns, row)?;
            let seed = run.outcome.seed;
            let position = store.positions.position(run.model, seed);
            let Some(position) = position.filter(|position| store.extent.contains(position)) else {
                let message = format!("seed {seed} is not one of this folder's runs");
                return Err(row.error(seed_column, message));
            };
            if let Some(other) = store.source_of(position) {
                let message = match other == path {
                    true => "this model and seed are there twice".to_string(),
                    false => format!("this model and seed are also in {}", other.display()),
                };
                return Err(row.error(seed_column, message));
            }
            run.curve = curves.get(&position).cloned().unwrap_or_default();
            on_run(position, &run);
            Ok(Some(position))
        })
    }

    /// Scans the rows of a runs.csv and notes where each is that `on_row` gives a position.
    pub fn scan_rows(&mut self, path: &Path, on_row: OnRow) -> Result<()> {
        let curves = match path.with_file_name(LOSSES) {
            losses if losses.is_file() => read_losses(&losses, &self.columns, &self.positions)?,
            _ => Curves::new(),
        };
        let source = self.sources.len();
        self.sources.push(Source {
            path: path.to_owned(),
            longest: 0,
            kind: Kind::Table {
                order: Order::new(),
                curves: Curves::new(),
            },
        });
        let names = self.columns.names();
        let mut last = 0;
        let order = read_table(path, &names, &mut |row| {
            let longest = &mut self.sources[source].longest;
            *longest = (*longest).max(row.offset - last);
            last = row.offset;
            if let Some(position) = on_row(self, row, &curves)? {
                self.put(source, position, row.offset, 0);
            }
            Ok(())
        })?;
        let length = std::fs::metadata(path)
            .map_err(Error::io("read", path))?
            .len();
        let source = &mut self.sources[source];
        source.longest = source.longest.max(length.saturating_sub(last));
        source.kind = Kind::Table { order, curves };
        Ok(())
    }

    /// The file in which the run at a position is.
    fn source_of(&self, position: u64) -> Option<&Path> {
        let place = position.checked_sub(self.extent.start)?;
        let location = self.locations.get(usize::try_from(place).ok()?);
        let location = location.filter(|&&location| location != NOWHERE)?;
        Some(&self.sources[(location >> OFFSET_BITS) as usize].path)
    }
}

fn parse(columns: &RunRows, row: &Row) -> Result<Run> {
    let parsed = columns.parse(row.cells);
    parsed.map_err(|error| row.error(error.column, error.message))
}
