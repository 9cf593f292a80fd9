//! `seedbed report`: every derived file again from runs.csv.

use super::terminal::{self, Terminal};
use super::{arguments, summary};
use crate::error::Result;
use crate::study::Study;

/// Recomputes the derived files of a results folder and shows their summary.
pub fn report(arguments: &arguments::Report, terminal: Terminal) -> Result<()> {
    let made = Study::report(&arguments.results)?;
    terminal::say(&summary::of_report(terminal, &made, &arguments.results))
}
