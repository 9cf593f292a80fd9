//! `seedbed report`: every derived file again from runs.csv.

use super::arguments;
use super::summary;
use super::terminal::{self, Terminal};
use crate::error::Result;
use crate::study::Study;

/// Recomputes the derived files of a results folder and shows their summary.
pub fn report(arguments: &arguments::Report, terminal: Terminal) -> Result<()> {
    let (study, findings) = Study::report(&arguments.results)?;
    terminal::say(&summary::of_report(
        terminal,
        &study,
        &findings,
        &arguments.results,
    ))
}
