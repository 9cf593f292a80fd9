//! Where every run of a plan is kept: in a journal, in a runs.csv, or nowhere yet. Holds eight
//! bytes a run, and the loss curves of losses.csv; the runs themselves stay in their files and
//! are fetched in canonical order. A run of the journal is checked again when it is fetched: its
//! bytes may have changed since they were written.

use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::losses::{Curve, Curves, read_losses};
use super::runs_csv::{EPOCHS, RunRows, SEED};
use super::table::{Order, Row, read_piece, read_table};
use super::watch::Watch;
use crate::error::{Error, Result};
use crate::files;
use crate::plan::{Identity, Plan, Positions, identity};
use crate::results::folder::{LOSSES, sha256_of_file};
use crate::results::journal::{self, Entry};
use crate::training::{Outcome, Run};

/// No run here yet.
const NOWHERE: u64 = u64::MAX;
/// The low bits of a location are the offset in a file, the high bits say in which.
const OFFSET_BITS: u32 = 48;
/// Runs at most this far apart in a file are read in one piece.
const GAP: u64 = 1 << 14;
/// A piece is at most so long, if one run isn't longer.
const PIECE: u64 = 1 << 22;

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
            && wrong_rows.windows(2).all(|pair| pair[0] < pair[1])
            && wrong_rows
                .last()
                .is_none_or(|&row| (row as usize) < self.columns.rows())
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

    /// Scans a journal. `on_run` sees each run that belongs here, with its position and who
    /// trained it; an entry that can't be one of the plan is damage.
    pub fn scan_journal(
        &mut self,
        path: &Path,
        watch: &Watch,
        on_run: &mut dyn FnMut(u64, &Run, &str),
    ) -> Result<Option<journal::Scan>> {
        let source = self.add_journal(path);
        journal::scan(path, self.identity, watch, &mut |entry: Entry| {
            let run = &entry.run;
            let Some(position) = self.positions.position(run.model, run.outcome.seed) else {
                // Of a seed that the manifest has no longer, perhaps; nothing to believe.
                return true;
            };
            if !self.fits(run) {
                return false;
            }
            if self.extent.contains(&position) {
                self.put(source, position, entry.offset, entry.length as u64);
                on_run(position, run, entry.trainer);
            }
            true
        })
    }

    /// Scans a runs.csv and the losses.csv beside it: every row is read and checked.
    /// `on_run` sees each run with its position, in the order of the rows, and whether it is
    /// in the journal too, which then is where it will be fetched from. Runs among the first
    /// `[curves] seeds` carry their loss curve.
    ///
    /// # Errors
    /// [`Error::Unreadable`] for a cell that can't be read, a run that is there twice or one
    /// that isn't of this plan; what `on_run` returns.
    pub fn scan_table(
        &mut self,
        path: &Path,
        watch: &Watch,
        on_run: &mut dyn FnMut(u64, &Run, bool) -> Result<()>,
    ) -> Result<()> {
        let columns = Arc::clone(&self.columns);
        let seed_column = columns.place(SEED);
        self.scan_rows(path, Reading::Strict, watch, &mut |store, row, curves| {
            let mut run = parse(&columns, row)?;
            let seed = run.outcome.seed;
            let position = store.positions.position(run.model, seed);
            let Some(position) = position.filter(|position| store.extent.contains(position)) else {
                let message = format!("seed {seed} is not one of this folder's runs");
                return Err(row.error(seed_column, message));
            };
            run.curve = store.curve(position, curves);
            if !store.fits(&run) {
                let message = format!(
                    "no run of this manifest ends after {} epochs",
                    run.outcome.epochs
                );
                return Err(row.error(columns.place(EPOCHS), message));
            }
            let in_journal = match store.source_of(position) {
                None => false,
                Some(source) if matches!(source.kind, Kind::Journal) => true,
                Some(other) => {
                    let message = match other.path == path {
                        true => "this model and seed are there twice".to_string(),
                        false => {
                            format!("this model and seed are also in {}", other.path.display())
                        }
                    };
                    return Err(row.error(seed_column, message));
                }
            };
            on_run(position, &run, in_journal)?;
            Ok((!in_journal).then_some(position))
        })
    }

    /// Scans a runs.csv that anybody may have changed, and keeps the rows that can be runs of
    /// the plan; the first, if a run is there twice. `on_strange` gets the others: what finds
    /// the row's line, and what is wrong with it.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if the file is no table of these columns at all.
    pub fn scan_table_leniently(
        &mut self,
        path: &Path,
        watch: &Watch,
        on_strange: &mut dyn FnMut(&dyn Fn() -> u64, String),
    ) -> Result<()> {
        let columns = Arc::clone(&self.columns);
        self.scan_rows(
            path,
            Reading::Lenient,
            watch,
            &mut |store, row, curves| match store.believable(&columns, row, curves) {
                Ok((position, _)) => Ok(Some(position)),
                Err(what) => {
                    on_strange(&|| row.line(), what);
                    Ok(None)
                }
            },
        )
    }

    /// Scans a runs.csv that somebody changed for the rows that `keeps` wants, by model and
    /// seed. `on_run` sees them as in [`Store::scan_table`].
    pub fn scan_kept(
        &mut self,
        path: &Path,
        keeps: &dyn Fn(usize, u64) -> bool,
        watch: &Watch,
        on_run: &mut dyn FnMut(u64, &Run, bool) -> Result<()>,
    ) -> Result<()> {
        let columns = Arc::clone(&self.columns);
        self.scan_rows(path, Reading::Lenient, watch, &mut |store, row, curves| {
            let Ok((position, run)) = store.believable(&columns, row, curves) else {
                return Ok(None);
            };
            if !keeps(run.model, run.outcome.seed) {
                return Ok(None);
            }
            on_run(position, &run, false)?;
            Ok(Some(position))
        })
    }

    /// The position and run of a row that can be one of this store and is not there yet; else
    /// what is wrong with it.
    fn believable(
        &self,
        columns: &RunRows,
        row: &Row,
        curves: &Curves,
    ) -> Result<(u64, Run), String> {
        let mut run = columns.parse(row.cells).map_err(|error| error.message)?;
        let position = self.positions.position(run.model, run.outcome.seed);
        let position = position.filter(|position| self.extent.contains(position));
        let position = position.ok_or("a seed that is not one of this folder's")?;
        run.curve = self.curve(position, curves);
        if !self.fits(&run) {
            return Err("no run of this manifest can end so".to_owned());
        }
        match self.has(position) {
            true => Err("a run that is there already".to_owned()),
            false => Ok((position, run)),
        }
    }

    /// Scans the rows of a runs.csv and notes where each is that `on_row` gives a position.
    pub fn scan_rows(
        &mut self,
        path: &Path,
        reading: Reading,
        watch: &Watch,
        on_row: OnRow,
    ) -> Result<()> {
        let curves = self.read_curves(&path.with_file_name(LOSSES), reading, watch)?;
        let source = self.add(
            path,
            Kind::Table {
                order: Order::new(),
                curves: Curves::new(),
            },
        );
        let names = self.columns.names();
        let mut last = 0;
        let order = read_table(path, &names, watch, &mut |row| {
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

    fn read_curves(&self, losses: &Path, reading: Reading, watch: &Watch) -> Result<Curves> {
        if !losses.is_file() {
            return Ok(Curves::new());
        }
        let curves = read_losses(losses, &self.columns, &self.positions, watch);
        match (curves, reading) {
            (Err(Error::Unreadable { .. }), Reading::Lenient) => Ok(Curves::new()),
            (curves, Reading::Strict | Reading::Lenient) => curves,
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

    /// The runs kept at some positions, in canonical order. Those among the first
    /// `[curves] seeds` carry their loss curve.
    pub fn fetch(&self, range: Range<u64>) -> Result<Fetched> {
        let mut fetched = Fetched::default();
        self.fetch_pieces(
            range,
            &mut |source, bytes, first, piece| match &source.kind {
                Kind::Journal => {
                    for &(location, position) in piece {
                        let at = (offset(location) - first) as usize;
                        match self.entry(bytes.get(at..), position) {
                            Some(run) => fetched.runs.push((position, run)),
                            None => fetched.damaged.push(position),
                        }
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
                        fetched.runs.push((position, run));
                        Ok(())
                    },
                ),
            },
        )?;
        fetched.runs.sort_unstable_by_key(|&(position, _)| position);
        fetched.damaged.sort_unstable();
        Ok(fetched)
    }

    /// The journal's entry at the start of `bytes`, if it is whole and the run at a position.
    fn entry(&self, bytes: Option<&[u8]>, position: u64) -> Option<Run> {
        let (mut run, _) = journal::decode_entry(bytes?, &self.identity)?;
        let found = self.positions.position(run.model, run.outcome.seed);
        if found != Some(position) || !self.fits(&run) {
            return None;
        }
        if !self.keeps_curve(position) {
            run.curve = Curve::new();
        }
        Some(run)
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
