//! The whole job, for the command line and for library users: a manifest becomes runs, runs
//! become statistics, statistics become files or values.
//!
//! ```text
//! Study::load → run_in(folder) → Done          every file of the results folder
//! Study::parse → run() → (Vec<Run>, Findings)  values in memory, no file
//! ```

mod cost;
mod derived;
mod machine;
mod outputs;
mod replay;
mod rounding;
mod write;

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use crate::error::Result;
use crate::results::folder::{Shard, check_names};
use crate::runner::{self, RunOptions};
use cost::{Calibration, Speeds};

pub use crate::manifest::{
    AXES, Axes, Axis, Baseline, Choices, Curves, IntervalMethod, Manifest, Seeds,
    StatisticsSettings, Value, Word,
};
pub use crate::network::{
    Activation, Architecture, Dataset, Generator, Learning, Loss, Output, Parameters, Precision,
    Query, Rule, Settings,
};
pub use crate::plan::{Model, Plan, Prediction};
pub use crate::results::threads::cores;
pub use crate::runner::{Difference, Event, Sample, Verification};
pub use crate::statistics::{
    BothConverged, Changed, Comparison, CurvePoint, Estimate, Failure, Findings, HeldOut, Interval,
    KaplanMeier, Logrank, MeanEpochs, ModelSummary, Predicted, PredictionSummary, QuantileEpochs,
    RankComparison, Ratio, Restart, Rounding, Simulated, Spread, Step,
};
pub use crate::training::{Outcome, Run, Snapshot, Status};
pub use cost::{Cost, Seconds};
pub use replay::{Replay, Stored};
pub use rounding::Roundings;

/// A flag that nobody sets.
static NEVER: AtomicBool = AtomicBool::new(false);

/// A manifest and how to run it.
#[derive(Debug, Clone)]
pub struct Study<'a> {
    plan: Plan,
    options: RunOptions<'a>,
    /// What it took to read the manifest and its data.
    reading: Duration,
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

/// What [`Study::report`] and [`Study::merge`] made.
#[derive(Debug, Clone)]
pub struct Made {
    /// The study that the folder holds.
    pub study: Study<'static>,
    /// Its statistics.
    pub findings: Findings,
    /// What whoever reads them should know.
    pub notes: Vec<String>,
}

impl<'a> Study<'a> {
    /// The study of a manifest file.
    ///
    /// # Errors
    /// [`Error::Manifest`](crate::Error::Manifest) with every problem found;
    /// [`Error::NoManifest`](crate::Error::NoManifest) if it can't be read.
    pub fn load(path: &Path) -> Result<Self> {
        Self::read(|| Manifest::load(path))
    }

    /// The study of a manifest's text.
    ///
    /// # Errors
    /// [`Error::Manifest`](crate::Error::Manifest) with every problem found.
    pub fn parse(text: &str) -> Result<Self> {
        Self::read(|| Manifest::parse(text, "manifest", Path::new(".")))
    }

    /// The study of a manifest that is read now.
    fn read(manifest: impl FnOnce() -> Result<Manifest>) -> Result<Self> {
        let began = Instant::now();
        let study = Self::new(manifest()?);
        Ok(Study {
            reading: began.elapsed(),
            ..study
        })
    }

    /// The study of a manifest.
    pub fn new(manifest: Manifest) -> Self {
        Study {
            plan: Plan::new(manifest),
            options: RunOptions {
                threads: None,
                shard: None,
                seeds: None,
                overwrite: false,
                retrain_changed: false,
                checkpoint_after: runner::CHECKPOINT_AFTER,
                interrupt: &NEVER,
            },
            reading: Duration::ZERO,
        }
    }

    /// The study that a results folder holds.
    ///
    /// # Errors
    /// If there is no readable manifest.toml in it;
    /// [`Error::Conflict`](crate::Error::Conflict) if a file of it is a symbolic link.
    pub fn of_results(folder: &Path) -> Result<Self> {
        check_names(folder)?;
        Self::read(|| Manifest::load_results(folder))
    }

    /// Trains on so many threads; without this, on one per core. No byte depends on it.
    pub fn threads(mut self, threads: usize) -> Self {
        self.options.threads = Some(threads);
        self
    }

    /// Does only part `index` of `count`, counted from 1.
    pub fn shard(mut self, index: u64, count: u64) -> Self {
        self.options.shard = Some(Shard { index, count });
        self
    }

    /// Does only the manifest's seeds from `first` to `last`, both included.
    pub fn seeds(mut self, first: u64, last: u64) -> Self {
        self.options.seeds = Some((first, last));
        self
    }

    /// Whether results that are there already are thrown away.
    pub fn overwrite(mut self, overwrite: bool) -> Self {
        self.options.overwrite = overwrite;
        self
    }

    /// Whether rows that are not what was recorded are trained again; without this, a folder
    /// with such rows is refused.
    pub fn retrain_changed(mut self, retrain: bool) -> Self {
        self.options.retrain_changed = retrain;
        self
    }

    /// Stops soon after the flag is set; what is done is kept.
    pub fn interrupted_by(mut self, flag: &'a AtomicBool) -> Self {
        self.options.interrupt = flag;
        self
    }

    /// The models and runs.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What running it would cost on `threads` threads with results in `folder`, but for its time.
    ///
    /// # Errors
    /// If the SIMD backend that is asked for is none of this machine's.
    pub fn estimate(&self, threads: usize, folder: &Path) -> Result<Cost> {
        Cost::new(&self.plan, threads, folder, None)
    }

    /// The same with its time. Measures this machine's speed where it is not remembered, for at
    /// most about two seconds; `on_measured` is told (shapes measured,
    /// shapes to measure).
    ///
    /// # Errors
    /// If the SIMD backend that is asked for is none of this machine's.
    pub fn estimate_with_time(
        &self,
        threads: usize,
        folder: &Path,
        on_measured: &mut dyn FnMut(u64, u64),
    ) -> Result<Cost> {
        let mut speeds = Speeds::remembered();
        let calibration = Calibration {
            reading: self.reading,
            speeds: &mut speeds,
            on_measured,
        };
        let estimate = Cost::new(&self.plan, threads, folder, Some(calibration));
        speeds.remember();
        estimate
    }

    /// Trains every run in memory and returns them in canonical order with their statistics.
    /// Writes nothing.
    ///
    /// # Errors
    /// [`Error::Interrupted`](crate::Error::Interrupted) if the flag was set.
    pub fn run(&self, on_event: &(dyn Fn(Event) + Sync)) -> Result<(Vec<Run>, Findings)> {
        let runs = runner::run_in_memory(&self.plan, &self.options, on_event)?;
        let mut collector = Findings::collect(&self.plan);
        runs.iter().try_for_each(|run| collector.add(run))?;
        let findings = collector.finish()?;
        Ok((runs, findings))
    }

    /// Checks that a results folder of this study is what training gives. `on_progress` is
    /// told (runs retrained, runs to retrain) now and then.
    ///
    /// # Errors
    /// If runs.csv is no table of this study at all, or the flag was set. What merely differs
    /// is not an error but found.
    pub fn verify(
        &self,
        folder: &Path,
        sample: Sample,
        on_progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Verification> {
        // Whatever is in the folder is verified, whichever part of the study these would train.
        let RunOptions {
            threads,
            interrupt,
            shard: _,
            seeds: _,
            overwrite: _,
            retrain_changed: _,
            checkpoint_after: _,
        } = self.options;
        runner::verify(&self.plan, folder, sample, threads, interrupt, on_progress)
    }
}
