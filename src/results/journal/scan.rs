//! Reads a journal as it is, whole or not: every good block, and where the bad ones are.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

use super::codec::{decode_entry, take_text};
use super::format::{
    FILES, FIRST_FORMAT_CHECKSUM, FORMAT, HEAD_LENGTH, HEADER_CHECKSUM, HEADER_LENGTH, MAGIC,
    MARKER, RUNS, checksum, header,
};
use crate::error::{Error, Result};
use crate::files;
use crate::plan::Identity;
use crate::results::watch::Watch;
use crate::text::shown;
use crate::training::Run;

/// How many bytes are read at a time.
const WINDOW: usize = 1 << 20;

/// Bytes in the middle of a journal that can't be believed; good blocks follow them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Damage {
    /// Offset of the first.
    pub from: u64,
    /// Offset after the last.
    pub to: u64,
}

/// A finished run in a journal.
#[derive(Debug)]
pub struct Entry<'a> {
    /// Where its entry begins in the file.
    pub offset: u64,
    /// How long the entry is.
    pub length: usize,
    /// The run.
    pub run: Run,
    /// Who trained it, as [`Trainer`](crate::results::folder::Trainer) writes it.
    pub trainer: &'a str,
}

/// Takes an entry; says whether it can be believed.
pub type OnEntry<'a> = &'a mut dyn FnMut(Entry) -> bool;

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
    /// Files that were about to be written, with the SHA-256 they were to have; an empty text
    /// for one that was not known yet.
    pub announced: BTreeMap<String, BTreeSet<String>>,
}

/// Whether a file starts as journals of any version do.
pub fn is_journal(path: &Path) -> bool {
    let mut start = [0; MAGIC.len()];
    let Ok(mut file) = files::open(path) else {
        return false;
    };
    file.read_exact(&mut start).is_ok() && start == MAGIC
}

/// Reads every good block and hands over each run. `None` if there is no journal.
///
/// # Errors
/// [`Error::Conflict`] if the journal is another experiment's or of a version whose runs may
/// differ; [`Error::Io`] if it can't be read; what `watch` returns.
pub fn scan(
    path: &Path,
    identity: Identity,
    watch: &Watch,
    on_entry: OnEntry,
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
        window: Vec::new(),
        window_at: 0,
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
        watch.at(path, position, length)?;
        match journal.block(position)? {
            Block::Good(payload) => {
                if found.good < position {
                    found.damage.push(Damage {
                        from: found.good,
                        to: position,
                    });
                }
                position += HEAD_LENGTH as u64;
                found.read(&payload, position, &identity, on_entry);
                position += payload.len() as u64;
                found.good = position;
            }
            Block::BadPayload(length) => position += HEAD_LENGTH as u64 + length,
            Block::Nothing => position = journal.next_marker(position + 1)?,
        }
    }
    found.torn = length.saturating_sub(found.good);
    Ok(Some(found))
}

impl Scan {
    /// Reads the payload of a block, which starts at `offset` in the file. What can't be read
    /// or believed in it is damage: its checksum was right, so nobody but Seedbed wrote it.
    fn read(&mut self, payload: &[u8], offset: u64, identity: &Identity, on_entry: OnEntry) {
        let bad = match payload.split_first() {
            Some((&RUNS, body)) => self.runs(body, identity, &mut |run, place, trainer| {
                // The byte before the body says that it holds runs.
                on_entry(Entry {
                    offset: offset + 1 + place.start as u64,
                    length: place.len(),
                    run,
                    trainer,
                })
            }),
            Some((&FILES, body)) => self.files(body),
            Some((_, body)) => whole(body),
            None => Vec::new(),
        };
        self.damage.extend(bad.into_iter().map(|bytes| Damage {
            from: offset + 1 + bytes.start as u64,
            to: offset + 1 + bytes.end as u64,
        }));
    }

    /// Hands over the entries of a body; returns the parts of it that can't be believed.
    fn runs(
        &mut self,
        body: &[u8],
        identity: &Identity,
        on_run: &mut dyn FnMut(Run, Range<usize>, &str) -> bool,
    ) -> Vec<Range<usize>> {
        let mut bad = Vec::new();
        let Some((seconds, mut rest)) = body.split_first_chunk::<8>() else {
            return whole(body);
        };
        let Some(trainer) = take_text(&mut rest) else {
            return whole(body);
        };
        while let Some((run, length)) = decode_entry(rest, identity) {
            let start = body.len() - rest.len();
            rest = &rest[length..];
            if !on_run(run, start..start + length, trainer) {
                bad.push(start..start + length);
            }
        }
        if !rest.is_empty() {
            bad.push(body.len() - rest.len()..body.len());
        }
        let seconds = f64::from_le_bytes(*seconds);
        self.seconds += if seconds.is_finite() { seconds } else { 0.0 };
        bad
    }

    /// Notes the files that a body names; returns the part of it that can't be read.
    fn files(&mut self, body: &[u8]) -> Vec<Range<usize>> {
        let mut rest = body;
        while !rest.is_empty() {
            let start = body.len() - rest.len();
            match (take_text(&mut rest), take_text(&mut rest)) {
                (Some(name), Some(digest)) => {
                    let digests = self.announced.entry(name.to_owned()).or_default();
                    digests.insert(digest.to_owned());
                }
                _ => {
                    let rest = start..body.len();
                    return Vec::from_iter(std::iter::once(rest));
                }
            }
        }
        Vec::new()
    }
}

/// All of a body, as a list of its bad parts.
fn whole(body: &[u8]) -> Vec<Range<usize>> {
    Vec::from_iter(std::iter::once(0..body.len()))
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
    /// What was read last of the file, so that bytes between two markers, however close they
    /// are, are read once.
    window: Vec<u8>,
    window_at: u64,
}

impl Journal<'_> {
    /// Up to `count` bytes from `position` on, fewer at the end of the file.
    fn read(&mut self, position: u64, count: usize) -> Result<&[u8]> {
        let count = (count as u64).min(self.length.saturating_sub(position)) as usize;
        let within = position.checked_sub(self.window_at);
        let within = within.and_then(|start| usize::try_from(start).ok());
        let start = match within.filter(|start| start + count <= self.window.len()) {
            Some(start) => start,
            None => {
                self.fill(position, count.max(WINDOW))?;
                0
            }
        };
        let end = (start + count).min(self.window.len());
        Ok(&self.window[start..end])
    }

    fn fill(&mut self, position: u64, count: usize) -> Result<()> {
        self.window.clear();
        self.window_at = position;
        self.file
            .seek(SeekFrom::Start(position))
            .and_then(|_| {
                let mut piece = (&mut self.file).take(count as u64);
                piece.read_to_end(&mut self.window)
            })
            .map(|_| ())
            .map_err(Error::io("read", self.path))
    }

    /// Whether the header is whole. A good header of something else is refused.
    fn check_header(&mut self) -> Result<bool> {
        let expected = header(&self.identity);
        let path = self.path.display().to_string();
        let found = self.read(0, HEADER_LENGTH)?;
        if found.len() < HEADER_LENGTH || found[..8] != MAGIC {
            return Ok(false);
        }
        let is_whole =
            |end: usize| found[end..end + 4] == crc32fast::hash(&found[..end]).to_le_bytes();
        let first_format = found[8..12] == 1u32.to_le_bytes() && is_whole(FIRST_FORMAT_CHECKSUM);
        if !first_format && !is_whole(HEADER_CHECKSUM) {
            return Ok(false);
        }
        let other = |what: &str, way: &str| {
            Err(Error::Conflict(format!(
                "{path} {what}: {way}, or start over with --overwrite"
            )))
        };
        if found[8..12] != FORMAT.to_le_bytes() {
            let what = "was begun by a version of Seedbed that writes another kind of journal";
            return other(what, "finish with that version");
        }
        if found[12..16] != expected[12..16] {
            let version = String::from_utf8_lossy(&found[16..36]);
            let version = shown(version.trim_end_matches('\0'));
            let what = format!(
                "was begun by Seedbed {version}, whose runs may differ from this one's in their last digits"
            );
            return other(&what, "finish with that version");
        }
        if found[36..HEADER_CHECKSUM] != expected[36..HEADER_CHECKSUM] {
            return other(
                "belongs to another manifest",
                "use --out for another folder",
            );
        }
        Ok(true)
    }

    fn block(&mut self, position: u64) -> Result<Block> {
        let head = self.read(position, HEAD_LENGTH)?;
        let Ok(head) = <[u8; HEAD_LENGTH]>::try_from(head) else {
            return Ok(Block::Nothing);
        };
        if head[..8] != MARKER {
            return Ok(Block::Nothing);
        }
        let field =
            |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let length = u64::from(field(8));
        let left = self.length - position - HEAD_LENGTH as u64;
        if field(16) != checksum(&self.identity, &head[..16]) || length > left {
            return Ok(Block::Nothing);
        }
        let identity = self.identity;
        let payload = self.read(position + HEAD_LENGTH as u64, length as usize)?;
        Ok(match field(12) == checksum(&identity, payload) {
            true => Block::Good(payload.to_vec()),
            false => Block::BadPayload(length),
        })
    }

    /// The first marker at `position` or after; the end of the file if there is none.
    fn next_marker(&mut self, mut position: u64) -> Result<u64> {
        while position < self.length {
            // What is left of the window that was read already, or a new one.
            let window_end = self.window_at + self.window.len() as u64;
            let left = window_end.saturating_sub(position) as usize;
            let count = if left >= MARKER.len() { left } else { WINDOW };
            let window = self.read(position, count)?;
            let found = window
                .windows(MARKER.len())
                .position(|bytes| bytes == MARKER);
            let length = window.len();
            match found {
                Some(offset) => return Ok(position + offset as u64),
                None if position + length as u64 >= self.length => break,
                None => position += (length - MARKER.len() + 1) as u64,
            }
        }
        Ok(self.length)
    }
}
