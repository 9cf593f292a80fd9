//! The results folder: its lock, and how files appear in it.
//!
//! A file appears whole or not at all: it is written beside its place, synced, renamed over
//! it, and the folder is synced. One process at a time holds a folder, by a file lock that
//! the operating system releases when the process ends, however it ends.

mod lock;
mod names;
mod new_file;
mod provenance;
mod row_checksums;
#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use lock::Lock;
pub use lock::is_at;
pub use names::*;
pub use new_file::{NewFile, sha256, sha256_of, sha256_of_file};
pub use provenance::{COMPATIBILITY, Digests, Provenance, Shard, Trainer};
pub use row_checksums::{RowChecksums, RowSums};

/// A results folder held by this process: created, locked and known to be writable.
#[derive(Debug)]
pub struct ResultsFolder {
    path: PathBuf,
    _lock: Lock,
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
    /// [`Error::Conflict`] if another process holds it; [`Error::Io`] if it can't be written.
    pub fn open(path: impl Into<PathBuf>) -> Result<ResultsFolder> {
        let path = path.into();
        fs::create_dir_all(&path).map_err(Error::io("create", &path))?;
        let lock = Lock::take(&path)?;
        let folder = ResultsFolder { path, _lock: lock };
        folder.remove_partial_files();
        folder.check_writable()?;
        Ok(folder)
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path of a file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Whether a file is there.
    pub fn has(&self, name: &str) -> bool {
        self.file(name).is_file()
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
            fs::create_dir_all(parent).map_err(Error::io("create", parent))?;
        }
        let file = File::create(partial).map_err(Error::io("write", path))?;
        let mut file = NewFile::new(file, path);
        fill(&mut file)?;
        file.finish()
    }

    /// Moves a prepared file to its place, over what is there.
    pub fn place(&self, prepared: Prepared) -> Result<()> {
        let Prepared { path, partial, .. } = &prepared;
        let parent = path.parent().unwrap_or(&self.path);
        fs::rename(partial, path)
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
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::io("remove", &path)(error))
            }
            _ => sync_folder(&self.path).map_err(|error| self.explain(error)),
        }
    }

    /// Removes files, and `figures/` if nothing is left in it. Names that Seedbed never writes
    /// are left alone, whoever says that they are its own.
    pub fn remove_all<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Result<()> {
        for name in names.into_iter().filter(|name| is_known(name)) {
            self.remove(name)?;
        }
        let _ = fs::remove_dir(self.file(FIGURES));
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
        let probe = self.path.join(".probe.partial");
        let written = File::create(&probe).and_then(|mut file| {
            file.write_all(b"Seedbed can write here.\n")?;
            file.sync_all()
        });
        let removed = fs::remove_file(&probe);
        written
            .and(removed)
            .map_err(Error::io("write files in", &self.path))
    }

    /// What a crash left of files it was writing.
    fn remove_partial_files(&self) {
        for folder in [self.path.clone(), self.file(FIGURES)] {
            for path in files_in(&folder) {
                let name = path.file_name().and_then(|name| name.to_str());
                if name.is_some_and(|name| name.starts_with('.') && name.ends_with(".partial")) {
                    // Harmless where it stays; the next write of that file replaces it.
                    let _ = fs::remove_file(&path);
                }
            }
        }
    }
}

/// Where a file is written before it takes its place.
fn partial(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.partial"))
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

/// Makes renames and removals in a folder durable.
pub(crate) fn sync_folder(path: &Path) -> Result<()> {
    // Only Unix can sync a folder; elsewhere the rename itself has to do.
    if cfg!(unix) {
        File::open(path)
            .and_then(|folder| folder.sync_all())
            .map_err(Error::io("write", path))?;
    }
    Ok(())
}
