//! The journal: finished runs of an unfinished experiment, appended in blocks.
//!
//! A file is a header and then blocks; every block has a marker, its length and checksums. A
//! crash leaves at worst a torn last block, which is cut. Damage in the middle is found by
//! checksum and stepped over: what follows is found again by its marker. Checksums start
//! from the experiment's identity, so that a block of another experiment is never believed.
//!
//! ```text
//! header: magic 8 · format u32 · version 20 · identity 32 · CRC-32 of these
//! block:  marker 8 · payload length u32 · CRC-32 of payload · CRC-32 of these 16
//! payload: seconds since the block before, f64 · entries, each a length and a run
//! ```
//!
//! Numbers are little-endian.

mod codec;
mod format;
mod scan;
#[cfg(test)]
mod tests;

use crate::plan::Identity;
use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::files;
use crate::results::folder::{is_at, sync_folder};
pub use codec::{decode_entry, encode_entry};
use format::{HEAD_LENGTH, HEADER_LENGTH, MARKER, checksum, header};
pub use scan::{Scan, scan};

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
    /// Starts a journal, or goes on with one that `scan` found good up to `good` bytes; what
    /// follows these is cut.
    pub fn open(path: &Path, identity: Identity, good: Option<u64>) -> Result<Writer> {
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

    /// Appends one block of entries and returns the offset of the first entry in the file.
    /// After a failure the file ends with the block before. A block survives the end of this
    /// process at once, and the end of the machine after [`Writer::sync`].
    pub fn append(&mut self, entries: &[u8], seconds: f64) -> Result<u64> {
        if !is_at(&self.file, &self.path) {
            let gone = std::io::Error::new(std::io::ErrorKind::NotFound, "it is gone");
            return Err(Error::io("write", &self.path)(gone));
        }
        let mut block = Vec::with_capacity(HEAD_LENGTH + 8 + entries.len());
        block.extend_from_slice(&MARKER);
        let length = u32::try_from(8 + entries.len()).map_err(|_| {
            let large = std::io::Error::other("a block of more than 4 GiB");
            Error::io("write", &self.path)(large)
        })?;
        block.extend_from_slice(&length.to_le_bytes());
        block.extend_from_slice(&[0; 8]);
        block.extend_from_slice(&seconds.to_le_bytes());
        block.extend_from_slice(entries);
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
        let first = self.good + (HEAD_LENGTH + 8) as u64;
        self.good += block.len() as u64;
        Ok(first)
    }

    /// Makes every block durable.
    pub fn sync(&self) -> Result<()> {
        self.file
            .sync_data()
            .map_err(Error::io("write", &self.path))
    }
}
