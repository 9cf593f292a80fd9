//! The whole job, for the command line and for library users: a manifest becomes runs, runs
//! become statistics, statistics become files or values.
//!
//! ```text
//! Study::load → run_in(folder) → Findings      every file of the results folder
//! Study::parse → run() → (Vec<Run>, Findings)  values in memory, no file
//! ```

mod clock;
mod derived;
mod estimate;
mod machine;
mod memory;
mod outputs;
mod pages;
mod replay;
mod speed;

use std::path::Path;
use std::sync::atomic::AtomicBool;

use crate::error::{Error, Result};
use crate::manifest::Manifest;
use crate::plan::Plan;
use crate::results::folder::{Provenance, ResultsFolder, Shard};
use crate::runner::{self, Event, RunOptions};
use crate::training::{self, Run};

pub use crate::statistics::Findings;
pub use estimate::Estimate;
pub use machine::cores;
pub use replay::{Replay, Stored};

/// A flag that nobody sets.
static NEVER: AtomicBool = AtomicBool::new(false);

/// A manifest and how to run it.
#[derive(Debug, Clone)]
pub struct Study<'a> {
    plan: Plan,
    threads: Option<usize>,
    shard: Option<Shard>,
    seeds: Option<(u64, u64)>,
    overwrite: bool,
    interrupt: &'a AtomicBool,
}

/// What [`Study::run_in`] did.
#[derive(Debug, Clone)]
pub struct Done {
    /// The statistics; `None` for a shard, which is only a part of the experiment.
    pub findings: Option<Findings>,
    /// Rows of runs.csv.
    pub runs: u64,
    /// Runs trained now.
    pub new_runs: u64,
    /// Their epochs, summed.
    pub network_epochs: u64,
    /// Wall-clock seconds of their training.
    pub seconds: f64,
}

impl<'a> Study<'a> {
    /// The study of a manifest file.
    ///
    /// # Errors
    /// [`Error::Manifest`] with every problem found; [`Error::NoManifest`] if it can't be read.
    pub fn load(path: &Path) -> Result<Self> {
        Self::new(Manifest::load(path)?)
    }

    /// The study of a manifest's text.
    ///
    /// # Errors
    /// [`Error::Manifest`] with every problem found.
    pub fn parse(text: &str) -> Result<Self> {
        Self::new(Manifest::parse(text, "manifest", Path::new("."))?)
    }

    /// The study of a manifest.
    ///
    /// # Errors
    /// If the grid is impossible.
    pub fn new(manifest: Manifest) -> Result<Self> {
        Ok(Study {
            plan: Plan::new(manifest)?,
            threads: None,
            shard: None,
            seeds: None,
            overwrite: false,
            interrupt: &NEVER,
        })
    }

    /// The study that a results folder holds.
    ///
    /// # Errors
    /// If there is no readable manifest.toml in it.
    pub fn of_results(folder: &Path) -> Result<Self> {
        Self::new(Manifest::load_results(folder)?)
    }

    /// Trains on so many threads; without this, on one per core. No byte depends on it.
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// Does only part `index` of `count`, counted from 1.
    pub fn shard(mut self, index: u64, count: u64) -> Self {
        self.shard = Some(Shard { index, count });
        self
    }

    /// Does only the manifest's seeds from `first` to `last`, both included.
    pub fn seeds(mut self, first: u64, last: u64) -> Self {
        self.seeds = Some((first, last));
        self
    }

    /// Whether results that are there already are thrown away.
    pub fn overwrite(mut self, overwrite: bool) -> Self {
        self.overwrite = overwrite;
        self
    }

    /// Stops soon after the flag is set; what is done is kept.
    pub fn interrupted_by(mut self, flag: &'a AtomicBool) -> Self {
        self.interrupt = flag;
        self
    }

    /// The models and runs.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What running it would cost on `threads` threads; `calibrate` measures this machine's
    /// speed where it is not remembered.
    ///
    /// # Errors
    /// If the SIMD backend that is asked for is none of this machine's.
    pub fn estimate(&self, threads: usize, calibrate: bool) -> Result<Estimate> {
        if !calibrate {
            return Estimate::new(&self.plan, threads, None);
        }
        let mut speeds = speed::Speeds::remembered();
        let estimate = Estimate::new(&self.plan, threads, Some(&mut speeds));
        speeds.remember();
        estimate
    }

    /// Trains every run in memory and returns them in canonical order with their statistics.
    /// Writes nothing.
    ///
    /// # Errors
    /// [`Error::Interrupted`] if the flag was set.
    pub fn run(&self, on_event: &(dyn Fn(Event) + Sync)) -> Result<(Vec<Run>, Findings)> {
        self.check_options()?;
        let runs = memory::train(
            &self.plan,
            self.threads.unwrap_or_else(cores),
            self.interrupt,
            on_event,
        )?;
        let findings = Findings::new(&self.plan, &mut |on_run| runs.iter().try_for_each(on_run))?;
        Ok((runs, findings))
    }

    /// Trains what a results folder lacks and writes every file of it.
    ///
    /// # Errors
    /// [`Error::Conflict`] if the folder belongs to something else; [`Error::Interrupted`] if
    /// the flag was set, with what is done kept; [`Error::Io`].
    pub fn run_in(&self, path: &Path, on_event: &(dyn Fn(Event) + Sync)) -> Result<Done> {
        self.check_options()?;
        let backend = training::backend()?.to_string();
        let started = clock::now();
        let folder = ResultsFolder::open(path)?;
        let options = RunOptions {
            threads: self.threads,
            shard: self.shard,
            seeds: self.seeds,
            overwrite: self.overwrite,
            interrupt: self.interrupt,
        };
        let trained = runner::run(&self.plan, &folder, &options, on_event)?;
        let mut done = Done {
            findings: None,
            runs: trained.runs.count(),
            new_runs: trained.new_runs,
            network_epochs: trained.network_epochs,
            seconds: trained.seconds,
        };
        if trained.unchanged && self.is_up_to_date(&folder) {
            if self.shard.is_none() {
                done.findings = Some(self.findings(&trained.runs)?);
            }
            return Ok(done);
        }
        let provenance = Provenance {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: Some(env!("SEEDBED_COMMIT").to_owned()),
            cpu: machine::processor(),
            backend,
            threads: trained.threads,
            started,
            finished: clock::now(),
            shard: self.shard,
            network_epochs: trained.total_network_epochs,
            training_seconds: trained.total_seconds,
            ..Provenance::default()
        };
        done.findings = self.write(&folder, &trained.runs, provenance)?;
        trained.close()?;
        Ok(done)
    }

    /// The seeds asked for must be some of the manifest's.
    fn check_options(&self) -> Result<()> {
        let Some((first, last)) = self.seeds else {
            return Ok(());
        };
        let seeds = &self.plan.manifest.seeds;
        let all = (0..seeds.count()).filter_map(|at| seeds.get(at));
        if all.clone().any(|seed| (first..=last).contains(&seed)) {
            return Ok(());
        }
        let (low, high) = all.fold((u64::MAX, 0), |(low, high), s| (low.min(s), high.max(s)));
        Err(Error::Usage(format!(
            "none of the manifest's seeds is in {first}..{last}: they are {low} to {high}"
        )))
    }
}
