//! What running tells its listeners while it goes on.

use std::collections::BTreeMap;

use crate::training::Run;

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
    /// Runs of one model have finished or gone on since the last such event.
    Progress {
        /// Position of the model.
        model: usize,
        /// How many runs have finished.
        runs: u64,
        /// Of these, with a convergence epoch.
        converged: u64,
        /// Epochs trained, summed over networks: told as they are trained, also those of runs
        /// that are not finished, or never will be in this process.
        network_epochs: u64,
        /// Epochs of the runs that have finished, summed, whoever trained them.
        finished_epochs: u64,
        /// Epochs that an earlier process had trained of runs that now go on.
        resumed_epochs: u64,
    },
    /// A long pass over a file of the results folder goes on.
    Pass {
        /// The file's name.
        file: String,
        /// How much of it is done.
        done: u64,
        /// How much there is, in the same unit.
        all: u64,
    },
    /// Something the user should know.
    Warning(String),
    /// Training is over.
    Finished {
        /// Runs trained by this call.
        runs: u64,
        /// Epochs of these runs that were trained by this call, summed.
        network_epochs: u64,
        /// Wall-clock seconds of the training alone.
        seconds: f64,
    },
}

/// What was trained since it was last told, by model.
#[derive(Debug, Default)]
pub struct Tally(BTreeMap<usize, Counts>);

#[derive(Debug, Default)]
struct Counts {
    runs: u64,
    converged: u64,
    network_epochs: u64,
    finished_epochs: u64,
    resumed_epochs: u64,
}

impl Tally {
    /// Counts a finished run.
    pub fn add(&mut self, run: &Run) {
        let counts = self.0.entry(run.model).or_default();
        counts.runs += 1;
        counts.converged += u64::from(run.outcome.convergence_epoch.is_some());
        counts.finished_epochs += run.outcome.epochs;
    }

    /// Counts epochs of a model's runs.
    pub fn progress(&mut self, model: usize, epochs: u64) {
        self.0.entry(model).or_default().network_epochs += epochs;
    }

    /// Counts epochs that an earlier process trained of a model's run.
    pub fn resume(&mut self, model: usize, epochs: u64) {
        self.0.entry(model).or_default().resumed_epochs += epochs;
    }

    /// Counts what another has counted, which then starts anew.
    pub fn take(&mut self, other: &mut Tally) {
        for (model, more) in std::mem::take(&mut other.0) {
            let counts = self.0.entry(model).or_default();
            counts.runs += more.runs;
            counts.converged += more.converged;
            counts.network_epochs += more.network_epochs;
            counts.finished_epochs += more.finished_epochs;
            counts.resumed_epochs += more.resumed_epochs;
        }
    }

    /// Tells of every model of which runs have finished or gone on.
    pub fn tell(self, on_event: &(dyn Fn(Event) + Sync)) {
        for (model, counts) in self.0 {
            on_event(Event::Progress {
                model,
                runs: counts.runs,
                converged: counts.converged,
                network_epochs: counts.network_epochs,
                finished_epochs: counts.finished_epochs,
                resumed_epochs: counts.resumed_epochs,
            });
        }
    }
}
