//! One process at a time: a file lock that names its holder and dies with it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// Held while a process works in a results folder.
pub const LOCK: &str = ".lock";

/// The lock of a folder; dropping it removes the file and lets the next process in.
#[derive(Debug)]
pub struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Takes the lock, also when a process that crashed left the file behind.
    pub fn take(folder: &Path) -> Result<Lock> {
        let path = folder.join(LOCK);
        loop {
            let mut file = OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(&path)
                .map_err(Error::io("write files in", folder))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(held(&mut file, folder)),
                Err(TryLockError::Error(error)) => return Err(Error::io("lock", &path)(error)),
            }
            // The holder before may have removed the file between our open and our lock.
            if !is_at(&file, &path) {
                continue;
            }
            let holder = format!("process {} on {}\n", std::process::id(), host());
            file.set_len(0)
                .and_then(|()| file.rewind())
                .and_then(|()| file.write_all(holder.as_bytes()))
                .map_err(Error::io("write", &path))?;
            return Ok(Lock { file, path });
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Where a path can't be compared with an open file, the file stays: it is no obstacle.
        if cfg!(unix) && is_at(&self.file, &self.path) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn held(file: &mut File, folder: &Path) -> Error {
    let mut holder = String::new();
    // Some systems refuse to read a locked file; then the holder stays unnamed.
    let _ = file.take(200).read_to_string(&mut holder);
    let holder = match crate::text::shown(holder.trim()) {
        holder if holder.is_empty() => "another process".to_string(),
        holder => holder,
    };
    Error::Conflict(format!(
        "{} is in use by {holder}; wait for it, end it, or choose another folder with --out",
        folder.display()
    ))
}

/// Whether `path` is still the file that was opened.
#[cfg(unix)]
pub fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(open), Ok(there)) => open.ino() == there.ino() && open.dev() == there.dev(),
        _ => false,
    }
}

/// Whether `path` is still there; an open file can't be replaced on this system.
#[cfg(not(unix))]
pub fn is_at(_file: &File, path: &Path) -> bool {
    path.exists()
}

fn host() -> String {
    let named = ["/proc/sys/kernel/hostname", "/etc/hostname"]
        .iter()
        .filter_map(|path| fs::read_to_string(path).ok())
        .chain(
            ["HOSTNAME", "COMPUTERNAME"]
                .iter()
                .filter_map(|name| std::env::var(name).ok()),
        );
    let mut names = named.map(|name| name.trim().to_string());
    names
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| "this machine".to_string())
}
