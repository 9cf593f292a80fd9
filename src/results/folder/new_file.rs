//! A file while it is written, and the checksums of files.

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::system::Uninterrupted;
use crate::error::{Error, Result};
use crate::files;
use crate::results::watch::Watch;

/// A file being written, whole or not at all.
#[derive(Debug)]
pub struct NewFile {
    file: BufWriter<File>,
    digest: Sha256,
    path: PathBuf,
}

impl NewFile {
    /// Writes to `file`; messages call it `path`.
    pub(super) fn new(file: File, path: &Path) -> NewFile {
        NewFile {
            file: BufWriter::with_capacity(1 << 16, file),
            digest: Sha256::new(),
            path: path.to_owned(),
        }
    }

    /// Appends bytes.
    pub fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.digest.update(bytes);
        self.file
            .write_all(bytes)
            .map_err(Error::io("write", &self.path))
    }

    /// Makes the bytes durable and returns their SHA-256.
    pub(super) fn finish(self) -> Result<String> {
        let sync = |writer: BufWriter<File>| {
            let file = writer
                .into_inner()
                .map_err(std::io::IntoInnerError::into_error)?;
            file.sync_all()
        };
        sync(self.file).map_err(Error::io("write", &self.path))?;
        Ok(hexadecimal(&self.digest.finalize()))
    }
}

/// The SHA-256 of bytes, in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// The SHA-256, in hexadecimal, of everything that `fill` hands over.
pub fn sha256_of(fill: impl FnOnce(&mut dyn FnMut(&[u8])) -> Result<()>) -> Result<String> {
    let mut digest = Sha256::new();
    fill(&mut |bytes| digest.update(bytes))?;
    Ok(hexadecimal(&digest.finalize()))
}

/// The SHA-256 of a file, in hexadecimal.
pub fn sha256_of_file(path: &Path, watch: &Watch) -> Result<String> {
    let mut digest = Sha256::new();
    let file = files::open(path)?;
    let all = file.metadata().map_err(Error::io("read", path))?.len();
    let mut file = Uninterrupted(file);
    let mut done = 0;
    let mut buffer = vec![0; 1 << 18];
    loop {
        match file.read(&mut buffer).map_err(Error::io("read", path))? {
            0 => break,
            length => {
                digest.update(&buffer[..length]);
                done += length as u64;
                watch.at(path, done, all)?;
            }
        }
    }
    Ok(hexadecimal(&digest.finalize()))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
