//! Fetches runs from the files they are in, what is close together in one piece.

use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

use super::{Curve, Fetched, Kind, OFFSET_BITS, Order, Source, Store, changed, parse};
use crate::error::{Error, Result};
use crate::files;
use crate::results::journal;
use crate::results::table::{Row, read_piece};
use crate::training::Run;

/// Runs at most this far apart in a file are read in one piece.
const GAP: u64 = 1 << 14;
/// A piece is at most so long, if one run isn't longer.
const PIECE: u64 = 1 << 22;

/// Takes a position, its row and its loss curve.
pub type OnStoredRow<'a> = &'a mut dyn FnMut(u64, &Row, &[(u64, f64)]) -> Result<()>;

/// Takes a source, some of its bytes, their offset, and (location, position) of what is wanted
/// in them, ascending.
type OnPiece<'a> = &'a mut dyn FnMut(&Source, &[u8], u64, &[(u64, u64)]) -> Result<()>;

impl Store {
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
