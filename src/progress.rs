//! Shows the runner's events on stderr: bars, lines or nothing. The work knows nothing of this.

mod bars;
mod lines;
mod tally;

use std::io::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use indicatif::ProgressDrawTarget;

use bars::Bars;
use lines::{Schedule, line};
pub use tally::{ModelTally, Tally, duration, large};

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Bars on a terminal.
    Bars {
        /// Whether characters outside ASCII can be shown.
        unicode: bool,
        /// Whether colours may be used.
        colour: bool,
    },
    /// A line now and then.
    Lines,
    /// Only warnings.
    Silent,
}

/// Writes one line to stderr; there is nobody left to tell if that fails.
pub fn tell(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}
