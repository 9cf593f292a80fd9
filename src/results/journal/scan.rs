//! Reads a journal as it is, whole or not: every good block, and where the bad ones are.

use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

use super::codec::decode_entry;
use super::format::{FORMAT, HEAD_LENGTH, HEADER_LENGTH, MAGIC, MARKER, checksum};
use crate::error::{Error, Result};
use crate::files;
use crate::plan::Identity;
use crate::training::Run;

/// How many bytes are searched at a time for the next marker.
const WINDOW: usize = 1 << 20;

/// Bytes in the middle of a journal that can't be believed; good blocks follow them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Damage {
    /// Offset of the first.
    pub from: u64,
    /// Offset after the last.
    pub to: u64,
}

/// What a journal holds besides its runs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scan {
    /// Length up to the end of the last good block; the header's if there is none.
    pub good: u64,
    /// Bytes after that: a torn tail.
    pub torn: u64,
    /// Bad regions before it.
    pub damage: Vec<Damage>,
    /// Training time that the good blocks tell of.
    pub seconds: f64,
}

/// Reads every good block and hands over each run with the offset of its entry. `None` if
/// there is no journal.
///
/// # Errors
/// [`Error::Conflict`] if the journal is another experiment's or another version's;
/// [`Error::Io`] if it can't be read.
pub fn scan(
    path: &Path,
    identity: Identity,
    on_run: &mut dyn FnMut(u64, usize, Run),
) -> Result<Option<Scan>> {
    let file = match files::open(path) {
        Ok(file) => file,
        Err(Error::Io { source, .. }) if source.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let length = file.metadata().map_err(Error::io("read", path))?.len();
    let mut journal = Journal {
        file,
        path,
        length,
        identity,
    };
    let mut found = Scan {
        good: HEADER_LENGTH as u64,
        ..Scan::default()
    };
    if !journal.check_header()? && length > 0 {
        found.damage.push(Damage {
            from: 0,
            to: length.min(HEADER_LENGTH as u64),
        });
    }
    let mut position = HEADER_LENGTH as u64;
    while position < length {
        match journal.block(position)? {
            Block::Good(payload) => {
                if found.good < position {
                    found.damage.push(Damage {
                        from: found.good,
                        to: position,
                    });
                }
                position += HEAD_LENGTH as u64;
                let end = position + payload.len() as u64;
                let (seconds, read) = entries(&payload, position, on_run);
                found.seconds += seconds;
                if position + (read as u64) < end {
                    found.damage.push(Damage {
                        from: position + read as u64,
                        to: end,
                    });
                }
                position = end;
                found.good = end;
            }
            Block::BadPayload(length) => position += HEAD_LENGTH as u64 + length,
            Block::Nothing => position = journal.next_marker(position + 1)?,
        }
    }
    found.torn = length.saturating_sub(found.good);
    Ok(Some(found))
}

/// Hands over the entries of a payload that starts at `offset`; returns its seconds and how
/// many of its bytes could be read.
fn entries(payload: &[u8], offset: u64, on_run: &mut dyn FnMut(u64, usize, Run)) -> (f64, usize) {
    let Some((seconds, mut rest)) = payload.split_first_chunk::<8>() else {
        return (0.0, 0);
    };
    while let Some((run, length)) = decode_entry(rest) {
        let position = offset + (payload.len() - rest.len()) as u64;
        on_run(position, length, run);
        rest = &rest[length..];
    }
    let seconds = f64::from_le_bytes(*seconds);
    let seconds = if seconds.is_finite() { seconds } else { 0.0 };
    (seconds, payload.len() - rest.len())
}

enum Block {
    Good(Vec<u8>),
    /// The head is good, so the payload's length is known.
    BadPayload(u64),
    Nothing,
}

struct Journal<'a> {
    file: File,
    path: &'a Path,
    length: u64,
    identity: Identity,
}

impl Journal<'_> {
    /// Up to `count` bytes from `position` on, fewer at the end of the file.
    fn read(&mut self, position: u64, count: usize) -> Result<Vec<u8>> {
        let count = (count as u64).min(self.length.saturating_sub(position));
        let mut bytes = Vec::with_capacity(count as usize);
        self.file
            .seek(SeekFrom::Start(position))
            .and_then(|_| (&mut self.file).take(count).read_to_end(&mut bytes))
            .map_err(Error::io("read", self.path))?;
        Ok(bytes)
    }

    /// Whether the header is whole. A good header of something else is refused.
    fn check_header(&mut self) -> Result<bool> {
        let header = self.read(0, HEADER_LENGTH)?;
        let whole = header.len() == HEADER_LENGTH
            && header[..8] == MAGIC
            && header[64..] == crc32fast::hash(&header[..64]).to_le_bytes();
        if !whole || header[..] == super::format::header(&self.identity) {
            return Ok(whole);
        }
        let path = self.path.display();
        let version = String::from_utf8_lossy(&header[12..32]);
        let version = crate::text::shown(version.trim_end_matches('\0'));
        let ours = env!("CARGO_PKG_VERSION");
        let message = if header[8..12] != FORMAT.to_le_bytes() || version != ours {
            format!(
                "{path} was begun by Seedbed {version}; this is {ours}, which may round differently: finish with that version, or start over with --overwrite"
            )
        } else {
            format!(
                "{path} belongs to another manifest; use --overwrite to replace it, or --out for another folder"
            )
        };
        Err(Error::Conflict(message))
    }

    fn block(&mut self, position: u64) -> Result<Block> {
        let head = self.read(position, HEAD_LENGTH)?;
        if head.len() < HEAD_LENGTH || head[..8] != MARKER {
            return Ok(Block::Nothing);
        }
        let field =
            |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let length = u64::from(field(8));
        let left = self.length - position - HEAD_LENGTH as u64;
        if field(16) != checksum(&self.identity, &head[..16]) || length > left {
            return Ok(Block::Nothing);
        }
        let payload = self.read(position + HEAD_LENGTH as u64, length as usize)?;
        Ok(match field(12) == checksum(&self.identity, &payload) {
            true => Block::Good(payload),
            false => Block::BadPayload(length),
        })
    }

    /// The first marker at `position` or after; the end of the file if there is none.
    fn next_marker(&mut self, mut position: u64) -> Result<u64> {
        while position < self.length {
            let window = self.read(position, WINDOW)?;
            let found = window
                .windows(MARKER.len())
                .position(|bytes| bytes == MARKER);
            match found {
                Some(offset) => return Ok(position + offset as u64),
                None if window.len() < WINDOW => break,
                None => position += (WINDOW - MARKER.len() + 1) as u64,
            }
        }
        Ok(self.length)
    }
}
