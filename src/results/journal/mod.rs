//! The journal: finished runs of an unfinished experiment, appended in blocks.
//!
//! A file is a header and then blocks; every block has a marker, its length and checksums. A
//! crash leaves at worst a torn last block, which is cut. Damage in the middle is found by
//! checksum and stepped over: what follows is found again by its marker. Checksums start
//! from the experiment's identity, so that a block of another experiment is never believed.
//!
//! Every run has a checksum of its own besides, for a block is read whole when a study goes on,
//! but run by run when its tables are written.
//!
//! ```text
//! header: magic 8 · format u32 · compatibility u32 · version 20 · identity 32 · CRC-32 of these
//! block:  marker 8 · payload length u32 · CRC-32 of payload · CRC-32 of these 16
//! payload of finished runs: 0 · seconds since the block before, f64 · who trained them, a text ·
//!         entries, each a length, a run and their CRC-32
//! payload of files about to be written: 1 · entries, each a name and its SHA-256, two texts
//! ```
//!
//! Numbers are little-endian; a text is its length and its bytes.

mod codec;
pub(super) mod format;
mod scan;
#[cfg(test)]
mod tests;

use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::files;
use crate::plan::Identity;
use crate::results::folder::{Digests, JOURNAL, ResultsFolder, Trainer, is_at, sync_folder};
pub use codec::{decode_entry, encode_run};
use codec::{put_entry, put_text};
use format::{FILES, HEAD_LENGTH, HEADER_LENGTH, MARKER, RUNS, checksum, header};
pub use scan::{Entry, Scan, is_journal, scan};

/// Appends blocks.
#[derive(Debug)]
pub struct Writer {
    file: File,
    path: PathBuf,
    identity: Identity,
    /// Length up to the last whole block.
    good: u64,
}

impl Writer {
    /// Starts a folder's journal, or goes on with one that `scan` found good up to `good` bytes.
    /// A new one is there with its whole header or not at all: a torn one would be nobody's.
    pub fn open_in(
        folder: &ResultsFolder,
        identity: Identity,
        good: Option<u64>,
    ) -> Result<Writer> {
        if good.is_none() {
            folder.write(JOURNAL, &header(&identity))?;
        }
        Writer::open(&folder.file(JOURNAL), identity, good)
    }

    /// Goes on with a journal up to `good` bytes; what follows these is cut.
    fn open(path: &Path, identity: Identity, good: Option<u64>) -> Result<Writer> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = files::open_with(&mut options, "write", path)?;
        let good = good.unwrap_or(0).max(HEADER_LENGTH as u64);
        let begin = |file: &mut File| {
            file.rewind()?;
            file.write_all(&header(&identity))?;
            file.set_len(good)?;
            file.seek(SeekFrom::Start(good))?;
            file.sync_all()
        };
        begin(&mut file).map_err(Error::io("write", path))?;
        if let Some(folder) = path.parent() {
            sync_folder(folder)?;
        }
        Ok(Writer {
            file,
            path: path.to_owned(),
            identity,
            good,
        })
    }

    /// Appends one block of runs, each as [`encode_run`] gives it, and returns where each begins
    /// in the file and how long it is there; a block of none only tells of the seconds. After a
    /// failure the file ends with the block before. A block survives the end of this process at
    /// once, and the end of the machine after [`Writer::sync`].
    pub fn append<'a>(
        &mut self,
        runs: impl Iterator<Item = &'a [u8]>,
        seconds: f64,
    ) -> Result<Vec<(u64, usize)>> {
        let mut block = begun(RUNS);
        block.extend_from_slice(&seconds.to_le_bytes());
        put_text(&mut block, &Trainer::ours().to_string());
        let start = self.good;
        let mut places = Vec::new();
        for run in runs {
            let first = block.len();
            put_entry(&mut block, &self.identity, run);
            places.push((start + first as u64, block.len() - first));
        }
        self.write(block)?;
        Ok(places)
    }

    /// Notes the files that are about to be written, with the SHA-256 of those whose bytes are
    /// known already: what a crash leaves under these names is Seedbed's own. The note is on
    /// disk when this returns.
    pub fn announce(&mut self, files: &Digests) -> Result<()> {
        let mut block = begun(FILES);
        for (name, digest) in files {
            put_text(&mut block, name);
            put_text(&mut block, digest);
        }
        self.write(block)?;
        self.sync()
    }

    /// Completes a block with its length and checksums, and appends it.
    fn write(&mut self, mut block: Vec<u8>) -> Result<()> {
        if !is_at(&self.file, &self.path) {
            let gone = std::io::Error::new(std::io::ErrorKind::NotFound, "it is gone");
            return Err(Error::io("write", &self.path)(gone));
        }
        let length = u32::try_from(block.len() - HEAD_LENGTH).map_err(|_| {
            let large = std::io::Error::other("a block of more than 4 GiB");
            Error::io("write", &self.path)(large)
        })?;
        block[8..12].copy_from_slice(&length.to_le_bytes());
        let payload = checksum(&self.identity, &block[HEAD_LENGTH..]);
        block[12..16].copy_from_slice(&payload.to_le_bytes());
        let head = checksum(&self.identity, &block[..16]);
        block[16..HEAD_LENGTH].copy_from_slice(&head.to_le_bytes());
        if let Err(error) = self.file.write_all(&block) {
            // Best effort: if this fails too, the next start cuts the torn block.
            let _ = self.file.set_len(self.good);
            let _ = self.file.seek(SeekFrom::Start(self.good));
            return Err(Error::io("write", &self.path)(error));
        }
        self.good += block.len() as u64;
        Ok(())
    }

    /// Makes every block durable.
    pub fn sync(&self) -> Result<()> {
        self.file
            .sync_data()
            .map_err(Error::io("write", &self.path))
    }
}

/// A block's head, still without length and checksums, and the kind of its payload.
fn begun(kind: u8) -> Vec<u8> {
    let mut block = Vec::from(MARKER);
    block.resize(HEAD_LENGTH, 0);
    block.push(kind);
    block
}
