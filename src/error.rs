//! Every way Seedbed can fail, with the exit code that each one ends in.
//!
//! A message is for the person at the keyboard: it names the file, what was found
//! and what was expected. Nothing here prints; `cli::exit_code` does. What made something
//! fail, if it was another error, is kept as the source.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::text::{grouped, path_text, visible};

/// The crate's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Another error that made something fail.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// A failure, ready to be shown to a user through `Display`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The manifest is wrong: every problem found, each with its place.
    #[error("{0}")]
    Manifest(Diagnostics),
    /// There is no manifest where one was named, or it can't be read.
    #[error("cannot read {}: {source}{}", path_text(path), did_you_mean(nearest.as_deref()))]
    NoManifest {
        /// The file that was named.
        path: PathBuf,
        /// A file beside it with nearly the same name.
        nearest: Option<PathBuf>,
        /// What the operating system said, or what the path is instead of a file.
        source: std::io::Error,
    },
    /// The arguments are wrong in a way that the argument parser can't see.
    #[error("{0}")]
    Usage(String),
    /// The operating system refused something.
    #[error("cannot {action} {}: {source}", path_text(path))]
    Io {
        /// What was attempted, as a verb: "read", "write", "create".
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The operating system refused to start threads.
    #[error("cannot start {count} threads: {source}")]
    Threads {
        /// How many.
        count: usize,
        /// What it said.
        source: Cause,
    },
    /// There is not enough memory for what the number of runs makes large.
    #[error(
        "{what} need {} of memory, which this machine does not give: use fewer seeds, or split the runs by --shard; what is finished is kept",
        crate::text::bytes(u128::from(*bytes))
    )]
    Memory {
        /// What is to be held, in the plural.
        what: &'static str,
        /// How much it takes.
        bytes: u64,
    },
    /// The machine hasn't the memory or the disk that a study takes; nothing was begun.
    #[error("{0}")]
    TooLarge(String),
    /// A results file can't be read; line and column count from 1.
    #[error("{}:{line}:{column}: {message}", path_text(path))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: u64,
        /// Column (cell for CSV), from 1.
        column: u64,
        /// What was found and what was expected.
        message: String,
        /// What the file's parser said, if it was the parser that refused it.
        source: Option<Cause>,
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

    /// An [`Error::Unreadable`] from a JSON file's parser, for `map_err`.
    pub fn json(path: &Path) -> impl FnOnce(serde_json::Error) -> Error {
        let path = path.to_owned();
        move |source| Error::Unreadable {
            path,
            line: source.line() as u64,
            column: source.column() as u64,
            message: source.to_string(),
            source: Some(source.into()),
        }
    }

    /// The process exit code: 1 failed or differs, 2 bad arguments or manifest, 130 interrupted.
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::Manifest(_) | Error::NoManifest { .. } | Error::Usage(_) => 2,
            Error::Io { .. }
            | Error::Threads { .. }
            | Error::Memory { .. }
            | Error::TooLarge(_)
            | Error::Unreadable { .. }
            | Error::Conflict(_)
            | Error::Differs(_) => 1,
            Error::Interrupted(_) => 130,
        }
    }
}

fn did_you_mean(nearest: Option<&Path>) -> String {
    nearest.map_or_else(String::new, |file| {
        format!("; did you mean {}?", path_text(file))
    })
}

/// Everything that is wrong with a manifest and its data, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostics {
    /// How messages call the manifest.
    pub manifest: String,
    /// The problems that are shown, at least one.
    pub list: Vec<Diagnostic>,
    /// How many more were found.
    pub more: usize,
}

/// One problem and its place in a text. Lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The manifest's name, or the path of its data file.
    pub file: String,
    /// Line of the first offending character.
    pub line: usize,
    /// Its column.
    pub column: usize,
    /// The offending bytes of the text.
    pub span: Range<usize>,
    /// What was found and what was expected.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
    /// The offending line.
    pub excerpt: Excerpt,
}

/// A line, or its part around a problem, as a terminal can show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The text: tabs are spaces, control characters are escaped.
    pub text: String,
    /// The columns of a terminal, from 0, that the offending text takes.
    pub marked: Range<usize>,
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, diagnostic) in self.list.iter().enumerate() {
            let gap = if position > 0 { "\n\n" } else { "" };
            write!(f, "{gap}{diagnostic}")?;
        }
        if self.more > 0 {
            write!(f, "\n\n… and {} more problems", grouped(self.more as u128))?;
        }
        let total = self.list.len() + self.more;
        if total > 1 {
            let (manifest, total) = (visible(&self.manifest), grouped(total as u128));
            write!(f, "\n\n{manifest}: {total} problems")?;
        }
        Ok(())
    }
}

/// The message, then the offending line with the place underlined.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (file, line, column) = (visible(&self.file), self.line, self.column);
        writeln!(f, "{file}:{line}:{column}: {}", self.message)?;
        let gutter = " ".repeat(line.to_string().len());
        let Excerpt { text, marked } = &self.excerpt;
        writeln!(f, " {gutter} |")?;
        writeln!(f, "{}", format!(" {line} | {text}").trim_end())?;
        let before = " ".repeat(marked.start);
        let marks = "^".repeat(marked.len().max(1));
        write!(f, " {gutter} | {before}{marks}")?;
        match &self.hint {
            Some(hint) => write!(f, " {hint}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn a_refusal_to_start_threads_is_no_usage_error_and_keeps_its_cause() {
        let error = Error::Threads {
            count: 1_000,
            source: "no room".into(),
        };
        assert_eq!(error.exit_code(), 1);
        assert_eq!(error.to_string(), "cannot start 1000 threads: no room");
        assert_eq!(error.source().unwrap().to_string(), "no room");
    }

    #[test]
    fn a_json_error_keeps_its_place_and_cause() {
        let refused = serde_json::from_str::<u64>("\n {}").unwrap_err();
        let said = refused.to_string();
        let error = Error::json(Path::new("shard.json"))(refused);
        assert_eq!(error.exit_code(), 1);
        assert!(error.to_string().starts_with("shard.json:2:"), "{error}");
        assert_eq!(error.source().unwrap().to_string(), said);
    }
}
