//! The results folder: its lock, and how files appear in it.
//!
//! A file appears whole or not at all: it is written beside its place, synced, renamed over
//! it, and the folder is synced. One process at a time holds a folder, by a file lock that
//! the operating system releases when the process ends, however it ends. Nothing in a results
//! folder is read, written or removed through a symbolic link.

mod lock;
mod names;
mod new_file;
mod provenance;
mod row_checksums;
mod system;
#[cfg(test)]
mod tests;

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::files;
use lock::Lock;
pub use lock::is_at;
pub use names::*;
pub use new_file::{NewFile, sha256, sha256_of, sha256_of_file};
pub use provenance::{COMPATIBILITY, Digests, Provenance, Shard, Trainer};
pub use row_checksums::{RowChecksums, RowSums};
pub use system::{Uninterrupted, sync_folder};
use system::{remove_if_there, rename, retry};

/// What the probe holds.
const PROBE_TEXT: &[u8] = b"Seedbed can write here.\n";

/// A results folder held by this process: created, locked and known to be writable.
#[derive(Debug)]
pub struct ResultsFolder {
    path: PathBuf,
    lock: Lock,
}

/// A whole file beside its place.
#[derive(Debug)]
pub struct Prepared {
    path: PathBuf,
    partial: PathBuf,
    /// Its SHA-256, hexadecimal.
    pub digest: String,
}

impl ResultsFolder {
    /// Creates the folder if need be, locks it and makes sure that files can be written.
    ///
    /// # Errors
    /// [`Error::Conflict`] if another process holds it or a file of it is a symbolic link;
    /// [`Error::Io`] if it can't be written.
    pub fn open(path: impl Into<PathBuf>) -> Result<ResultsFolder> {
        let path = path.into();
        fs::create_dir_all(&path).map_err(Error::io("create", &path))?;
        check_names(&path)?;
        let lock = Lock::take(&path)?;
        let folder = ResultsFolder { path, lock };
        folder.remove_partial_files();
        folder.check_writable()?;
        Ok(folder)
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the user should know of how the folder is held.
    pub fn notes(&self) -> &[String] {
        &self.lock.notes
    }

    /// The path of a file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Whether a file is there.
    pub fn has(&self, name: &str) -> bool {
        files::is_file(&self.file(name))
    }

    /// Writes a whole file and returns its SHA-256 in hexadecimal.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<String> {
        self.write_with(name, |file| file.put(bytes))
    }

    /// Writes a whole file piece by piece and returns its SHA-256 in hexadecimal. If `fill`
    /// fails, the file is as it was before.
    pub fn write_with(
        &self,
        name: &str,
        fill: impl FnOnce(&mut NewFile) -> Result<()>,
    ) -> Result<String> {
        let prepared = self.prepare(name, fill)?;
        let digest = prepared.digest.clone();
        self.place(prepared)?;
        Ok(digest)
    }

    /// Writes a whole file beside its place, where [`ResultsFolder::place`] moves it.
    pub fn prepare(
        &self,
        name: &str,
        fill: impl FnOnce(&mut NewFile) -> Result<()>,
    ) -> Result<Prepared> {
        let path = self.file(name);
        let partial = partial(&path);
        match self.fill(&path, &partial, fill) {
            Ok(digest) => Ok(Prepared {
                path,
                partial,
                digest,
            }),
            Err(error) => {
                // The error that matters is the first one.
                let _ = fs::remove_file(&partial);
                Err(self.explain(error))
            }
        }
    }

    fn fill(
        &self,
        path: &Path,
        partial: &Path,
        fill: impl FnOnce(&mut NewFile) -> Result<()>,
    ) -> Result<String> {
        let parent = path.parent().unwrap_or(&self.path);
        if parent != self.path && self.path.is_dir() {
            files::check_folder(parent)?;
            fs::create_dir_all(parent).map_err(Error::io("create", parent))?;
        }
        // What a crash left there.
        remove_if_there(partial).map_err(Error::io("write", path))?;
        let mut options = OpenOptions::new();
        let file = options.write(true).create_new(true).open(partial);
        let file = file.map_err(Error::io("write", path))?;
        let mut file = NewFile::new(file, path);
        fill(&mut file)?;
        file.finish()
    }

    /// Moves a prepared file to its place, over what is there.
    pub fn place(&self, prepared: Prepared) -> Result<()> {
        let Prepared { path, partial, .. } = &prepared;
        let parent = path.parent().unwrap_or(&self.path);
        rename(partial, path)
            .map_err(Error::io("write", path))
            .and_then(|()| sync_folder(parent))
            .map_err(|error| {
                let _ = fs::remove_file(partial);
                self.explain(error)
            })
    }

    /// Removes a file if it is there.
    pub fn remove(&self, name: &str) -> Result<()> {
        let path = self.file(name);
        remove_if_there(&path).map_err(Error::io("remove", &path))?;
        sync_folder(&self.path).map_err(|error| self.explain(error))
    }

    /// Removes files, and `figures/` if nothing is left in it. Names that Seedbed never writes
    /// are left alone, whoever says that they are its own.
    pub fn remove_all<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Result<()> {
        let figures = self.file(FIGURES);
        files::check_folder(&figures)?;
        for name in names.into_iter().filter(|name| is_known(name)) {
            self.remove(name)?;
        }
        let _ = fs::remove_dir(figures);
        Ok(())
    }

    /// An error about a file of a folder that is gone is an error about the folder.
    pub(crate) fn explain(&self, error: Error) -> Error {
        match error {
            Error::Io { .. } if !self.path.is_dir() => Error::Conflict(format!(
                "the results folder {} is gone: it was moved or deleted while Seedbed used it",
                self.path.display()
            )),
            error => error,
        }
    }

    fn check_writable(&self) -> Result<()> {
        let path = self.file(PROBE);
        remove_probe(&path)?;
        let mut options = OpenOptions::new();
        let mut file = files::open_with(options.write(true).create_new(true), "write", &path)
            .map_err(|error| self.cannot_write(error))?;
        let written = file.write_all(PROBE_TEXT).and_then(|()| file.sync_all());
        let removed = retry(|| fs::remove_file(&path));
        written
            .and(removed)
            .map_err(Error::io("write files in", &self.path))
    }

    /// Where the probe can't be created, no file can.
    fn cannot_write(&self, error: Error) -> Error {
        match error {
            Error::Io { source, .. } => Error::io("write files in", &self.path)(source),
            other => other,
        }
    }

    /// What a crash left of files it was writing. What it left in `figures/` is removed when
    /// that chart is written again: nobody knows here which charts there are.
    fn remove_partial_files(&self) {
        for name in KNOWN {
            // Harmless where it stays; the next write of that file replaces it.
            let _ = remove_if_there(&partial(&self.file(name)));
        }
    }
}

/// Makes sure that every name of a results folder stands for a file of its own, or for none.
///
/// # Errors
/// [`Error::Conflict`] that names the first that is a symbolic link or something else.
pub fn check_names(folder: &Path) -> Result<()> {
    for name in KNOWN {
        let path = folder.join(name);
        files::check(&path)?;
        files::check(&partial(&path))?;
    }
    for name in [LOCK, TAKEOVER, PROBE] {
        files::check(&folder.join(name))?;
    }
    files::check_folder(&folder.join(FIGURES))
}

/// Removes the probe that a crash left, whole or torn, and no other file of that name.
fn remove_probe(path: &Path) -> Result<()> {
    if !files::is_file(path) {
        return Ok(());
    }
    if !PROBE_TEXT.starts_with(&files::read(path)?) {
        return Err(Error::Conflict(format!(
            "{} is not Seedbed's: it holds other text; move it away, or use another folder",
            path.display()
        )));
    }
    remove_if_there(path).map_err(Error::io("remove", path))
}

/// Where a file is written before it takes its place.
fn partial(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.partial"))
}
