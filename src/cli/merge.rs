//! `seedbed merge`: the results of all shards in one folder.

use super::terminal::{self, Terminal};
use super::{arguments, summary};
use crate::error::Result;
use crate::study::Study;

/// Joins shards and shows the summary of the whole.
pub fn merge(arguments: &arguments::Merge, terminal: Terminal) -> Result<()> {
    let made = Study::merge(&arguments.out, &arguments.shards)?;
    terminal::say(&summary::of_report(terminal, &made, &arguments.out))
}
