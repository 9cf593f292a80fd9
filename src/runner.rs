//! Trains what a results folder lacks: shares the pending runs among threads, writes them to
//! the journal as they finish, and tells how far it is by events.

use std::sync::atomic::AtomicBool;

use crate::error::Result;
use crate::folder::ResultsFolder;
use crate::folder::Shard;
use crate::plan::Plan;
use crate::record::Run;

/// How to run.
#[derive(Debug, Clone, Copy)]
pub struct RunOptions<'a> {
    /// Threads; `None` for one per core.
    pub threads: Option<usize>,
    /// Only this part of the experiment.
    pub shard: Option<Shard>,
    /// Only these seeds (first and last) of the manifest's.
    pub seeds: Option<(u64, u64)>,
    /// Replace what another manifest left in the folder.
    pub overwrite: bool,
    /// Set to stop: runs in flight are dropped, finished ones are kept.
    pub interrupt: &'a AtomicBool,
}

/// What happens while running.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Training begins.
    Started {
        /// Runs this folder shall hold in the end.
        runs: u64,
        /// Of these, runs that were there before.
        already_done: u64,
        /// (runs to hold, already done) by model.
        models: Vec<(u64, u64)>,
        /// Threads at work.
        threads: usize,
    },
    /// Runs of one model have finished since the last such event.
    Progress {
        /// Position of the model.
        model: usize,
        /// How many runs.
        runs: u64,
        /// Of these, with a convergence epoch.
        converged: u64,
        /// Epochs of these runs, summed.
        network_epochs: u64,
    },
    /// Something the user should know.
    Warning(String),
    /// Training is over.
    Finished {
        /// Runs trained by this call.
        runs: u64,
        /// Their epochs, summed.
        network_epochs: u64,
        /// Wall-clock seconds of the training alone.
        seconds: f64,
    },
}
