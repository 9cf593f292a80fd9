//! Where every run of a plan is kept: in a journal, in a runs.csv, or nowhere yet. Holds eight
//! bytes a run, and the loss curves of losses.csv; the runs themselves stay in their files and
//! are fetched in canonical order.

use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::losses::{Curve, Curves, read_losses};
use super::runs_csv::{RunRows, SEED};
use super::table::{Order, Row, read_piece, read_table};
use crate::error::{Error, Result};
use crate::files;
use crate::plan::{Identity, Plan, Positions};
use crate::results::folder::LOSSES;
use crate::results::journal;
use crate::training::Run;

/// No run here yet.
const NOWHERE: u64 = u64::MAX;
/// The low bits of a location are the offset in a file, the high bits say in which.
const OFFSET_BITS: u32 = 48;
/// Runs at most this far apart in a file are read in one piece.
const GAP: u64 = 1 << 14;
/// A piece is at most so long, if one run isn't longer.
const PIECE: u64 = 1 << 22;

/// Says at which position a row is, if it is to be kept.
pub type OnRow<'a> = &'a mut dyn FnMut(&Store, &Row, &Curves) -> Result<Option<u64>>;

/// Takes a position, its row and its loss curve.
pub type OnStoredRow<'a> = &'a mut dyn FnMut(u64, &Row, &[(u64, f64)]) -> Result<()>;

/// Takes a source, some of its bytes, their offset, and (location, position) of what is wanted
/// in them, ascending.
type OnPiece<'a> = &'a mut dyn FnMut(&Source, &[u8], u64, &[(u64, u64)]) -> Result<()>;

/// The runs of a plan, by position.
#[derive(Debug)]
pub struct Store {
    columns: Arc<RunRows>,
    positions: Positions,
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
            let here = |position: &u64| self.extent.contains(position) && self.fits(&run);
            if let Some(position) = position.filter(here) {
                self.put(source, position, offset, length as u64);
                on_run(position, &run);
            }
        })
    }

    /// Scans a runs.csv and the losses.csv beside it: every row is read and checked.
    /// `on_run` sees each run with its position, in the order of the rows. Runs among the
    /// first `[curves] seeds` carry their loss curve.
    ///
    /// # Errors
    /// [`Error::Unreadable`] for a cell that can't be read, a run that is there twice or one
    /// that isn't of this plan; what `on_run` returns.
    pub fn scan_table(
        &mut self,
        path: &Path,
        on_run: &mut dyn FnMut(u64, &Run) -> Result<()>,
    ) -> Result<()> {
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
            run.curve = store.curve(position, curves);
            on_run(position, &run)?;
            Ok(Some(position))
        })
    }

    /// Scans the rows of a runs.csv and notes where each is that `on_row` gives a position.
    pub fn scan_rows(&mut self, path: &Path, on_row: OnRow) -> Result<()> {
        let curves = match path.with_file_name(LOSSES) {
            losses if losses.exists() => read_losses(&losses, &self.columns, &self.positions)?,
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

    /// Whether the run at a position is among the seeds whose loss curve is kept.
    fn keeps_curve(&self, position: u64) -> bool {
        self.positions.model_and_place(position).1 < self.curve_seeds
    }

    /// The loss curve of the run at a position, if it is one that is kept.
    fn curve(&self, position: u64, curves: &Curves) -> Curve {
        let curve = curves.get(&position).filter(|_| self.keeps_curve(position));
        curve.cloned().unwrap_or_default()
    }

    /// The runs kept at some positions, in canonical order. Those among the first
    /// `[curves] seeds` carry their loss curve.
    pub fn fetch(&self, range: Range<u64>) -> Result<Vec<(u64, Run)>> {
        let mut runs = Vec::new();
        self.fetch_pieces(
            range,
            &mut |source, bytes, first, piece| match &source.kind {
                Kind::Journal => {
                    for &(location, position) in piece {
                        let at = (offset(location) - first) as usize;
                        let found = bytes.get(at..).and_then(journal::decode_entry);
                        let (mut run, _) = found.ok_or_else(|| changed(&source.path))?;
                        if !self.keeps_curve(position) {
                            run.curve = Curve::new();
                        }
                        runs.push((position, run));
                    }
                    Ok(())
                }
                Kind::Table { order, curves } => table_rows(
                    &source.path,
                    bytes,
                    first,
                    order,
                    piece,
                    &mut |position, row| {
                        let mut run = parse(&self.columns, row)?;
                        run.curve = self.curve(position, curves);
                        runs.push((position, run));
                        Ok(())
                    },
                ),
            },
        )?;
        runs.sort_unstable_by_key(|&(position, _)| position);
        Ok(runs)
    }

    /// The rows of a runs.csv at some positions, as they stand there, in any order.
    pub fn fetch_rows(
        &self,
        positions: impl Iterator<Item = u64>,
        on_row: OnStoredRow,
    ) -> Result<()> {
        self.fetch_pieces(
            positions,
            &mut |source, bytes, first, piece| match &source.kind {
                Kind::Journal => Ok(()),
                Kind::Table { order, curves } => table_rows(
                    &source.path,
                    bytes,
                    first,
                    order,
                    piece,
                    &mut |position, row| {
                        on_row(
                            position,
                            row,
                            curves.get(&position).map_or(&[], Vec::as_slice),
                        )
                    },
                ),
            },
        )
    }

    /// Reads what is close together in one file in one piece.
    fn fetch_pieces(&self, positions: impl Iterator<Item = u64>, on_piece: OnPiece) -> Result<()> {
        let mut wanted: Vec<(u64, u64)> = positions
            .filter(|&position| self.has(position))
            .map(|position| {
                (
                    self.locations[(position - self.extent.start) as usize],
                    position,
                )
            })
            .collect();
        wanted.sort_unstable();
        let mut rest = wanted.as_slice();
        while let Some(&(first, _)) = rest.first() {
            let source = &self.sources[(first >> OFFSET_BITS) as usize];
            let (piece, after) = rest.split_at(together(rest, source.longest));
            let last = piece.last().map_or(first, |&(location, _)| location);
            let bytes = read_at(&source.path, offset(first), last - first + source.longest)?;
            on_piece(source, &bytes, offset(first), piece)?;
            rest = after;
        }
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

/// The part of a location that is the offset in its file.
fn offset(location: u64) -> u64 {
    location & ((1 << OFFSET_BITS) - 1)
}

/// Finds the wanted rows, (location, position) ascending, in a piece of a table.
fn table_rows(
    path: &Path,
    bytes: &[u8],
    first: u64,
    order: &Order,
    wanted: &[(u64, u64)],
    on_row: &mut dyn FnMut(u64, &Row) -> Result<()>,
) -> Result<()> {
    let mut wanted = wanted.iter().peekable();
    read_piece(path, bytes, first, order, &mut |row| {
        if let Some(&(_, position)) =
            wanted.next_if(|&&(location, _)| offset(location) == row.offset)
        {
            on_row(position, row)?;
        }
        // The piece may end within a row that is not wanted.
        Ok(wanted.peek().is_some())
    })?;
    match wanted.next() {
        None => Ok(()),
        Some(_) => Err(changed(path)),
    }
}

/// How many of these locations to read in one piece.
fn together(locations: &[(u64, u64)], longest: u64) -> usize {
    let first = locations[0].0;
    let mut last = first;
    let close = locations.iter().take_while(|&&(location, _)| {
        let near = location >> OFFSET_BITS == first >> OFFSET_BITS
            && location - last <= longest + GAP
            && location - first <= PIECE;
        last = location;
        near
    });
    close.count().max(1)
}

fn read_at(path: &Path, offset: u64, length: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut file = files::open(path)?;
    let read = || {
        file.seek(SeekFrom::Start(offset))?;
        file.take(length).read_to_end(&mut bytes)
    };
    read().map_err(Error::io("read", path))?;
    Ok(bytes)
}

fn changed(path: &Path) -> Error {
    Error::Conflict(format!("{} changed while it was read", path.display()))
}
