//! `seedbed report`: every derived file again from runs.csv.

use super::arguments::{self, ProgressChoice};
use super::progress::{Mode, Progress};
use super::terminal::{self, Terminal, shell_word};
use super::{interrupt, summary};
use crate::error::Result;
use crate::study::Study;

/// Recomputes the derived files of a results folder and shows their summary.
pub fn report(arguments: &arguments::Report, terminal: Terminal) -> Result<()> {
    let folder = &arguments.results;
    let interrupt = interrupt::listen();
    let mode = Mode::of(ProgressChoice::Auto, terminal);
    let progress = Progress::of_files(mode, interrupt);
    let made = Study::report(folder, interrupt, &|event| progress.on_event(&event));
    progress.finish();
    let again = || format!("seedbed report {}", shell_word(&folder.to_string_lossy()));
    let made = made.map_err(|error| interrupt::with_next_command(error, again))?;
    interrupt::end_soon();
    terminal::say(&summary::of_report(terminal, &made, folder))
}
