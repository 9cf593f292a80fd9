//! Every way Seedbed can fail, with the exit code that each one ends in.
//!
//! A message is for the person at the keyboard: it names the file, what was found
//! and what was expected. Nothing here prints; `main` does.

use std::path::{Path, PathBuf};

/// The crate's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure, ready to be shown to a user through `Display`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The manifest is wrong. The text holds every problem found, each with file, line, column.
    #[error("{0}")]
    Manifest(String),
    /// The arguments are wrong in a way that the argument parser can't see.
    #[error("{0}")]
    Usage(String),
    /// The operating system refused something.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was attempted, as a verb: "read", "write", "create".
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A results file can't be read; line and column count from 1.
    #[error("{}:{line}:{column}: {message}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: u64,
        /// Column (cell for CSV), from 1.
        column: u64,
        /// What was found and what was expected.
        message: String,
    },
    /// A results folder that belongs to something else, or is in use.
    #[error("{0}")]
    Conflict(String),
    /// A retrained run differs from its stored row.
    #[error("{0}")]
    Differs(String),
    /// The user interrupted; the text says what is kept and which command goes on.
    #[error("{0}")]
    Interrupted(String),
}

impl Error {
    /// An [`Error::Io`] from its parts, for `map_err`.
    pub fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Error {
        let path = path.to_owned();
        move |source| Error::Io {
            action,
            path,
            source,
        }
    }

    /// The process exit code: 1 failed or differs, 2 bad arguments or manifest, 130 interrupted.
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::Manifest(_) | Error::Usage(_) => 2,
            Error::Interrupted(_) => 130,
            _ => 1,
        }
    }
}
