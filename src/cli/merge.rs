//! `seedbed merge`: the results of all shards in one folder.

use super::arguments::{self, ProgressChoice};
use super::progress::{Mode, Progress};
use super::terminal::{self, Terminal, shell_word};
use super::{interrupt, summary};
use crate::error::Result;
use crate::study::Study;

/// Joins shards and shows the summary of the whole.
pub fn merge(arguments: &arguments::Merge, terminal: Terminal) -> Result<()> {
    let (out, shards) = (&arguments.out, &arguments.shards);
    let interrupt = interrupt::listen();
    let mode = Mode::of(ProgressChoice::Auto, terminal);
    let progress = Progress::of_files(mode, interrupt);
    let made = Study::merge(out, shards, interrupt, &|event| progress.on_event(&event));
    progress.finish();
    let made = made.map_err(|error| interrupt::with_next_command(error, || next(arguments)))?;
    interrupt::end_soon();
    terminal::say(&summary::of_report(terminal, &made, out))
}

/// The same command again.
fn next(arguments: &arguments::Merge) -> String {
    let folders = std::iter::once(&arguments.out).chain(&arguments.shards);
    let words = folders.map(|folder| shell_word(&folder.to_string_lossy()));
    format!("seedbed merge {}", words.collect::<Vec<_>>().join(" "))
}
