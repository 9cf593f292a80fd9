//! Trains one batch of networks after another: pure, no clock, no files.
//!
//! The caller feeds seeds and takes outcomes; which networks share a batch never
//! changes a bit of any outcome.

mod driver;
mod outcome;
#[cfg(test)]
mod tests;
mod trace;

use crate::error::{Error, Result};
use crate::network::kernel::Problem;
use crate::network::lanes::{self, Element, Generic, Lanes};
use crate::network::seed::Generator;
use crate::network::{Architecture, Dataset, Parameters, Precision, Query, Settings};
use crate::plan::Plan;
use driver::Course;

pub use crate::network::lanes::Backend;
pub use outcome::{Outcome, Run, Status};
pub use trace::{Snapshot, Trace, trace};

/// Everything that determines a run but its seed.
#[derive(Debug, Clone, Copy)]
pub struct Task<'a> {
    /// Shape of the network.
    pub architecture: &'a Architecture,
    /// Rows to train on.
    pub dataset: &'a Dataset,
    /// Situations to predict with the final weights.
    pub queries: &'a [Query],
    /// Source of the initial weights.
    pub generator: Generator,
    /// Initial weights are uniform(−range, range).
    pub range: f64,
    /// Floating-point type.
    pub precision: Precision,
    /// How it learns, and when it has converged.
    pub settings: Settings,
    /// Epoch limit, at least 1.
    pub epochs: u64,
    /// Whether a run ends at its convergence epoch.
    pub stop: bool,
    /// Epochs at whose forward pass [`Feed::observed`] is told the loss; ascending, from 1.
    pub checkpoints: &'a [u64],
}

/// Where seeds come from and outcomes go.
pub trait Feed {
    /// The next seed to train, or `None` when there is no more.
    fn next_seed(&mut self) -> Option<u64>;
    /// A run has finished.
    fn finished(&mut self, outcome: Outcome);
    /// The loss of a run at one of the task's checkpoints.
    fn observed(&mut self, seed: u64, epoch: u64, mse: f64) {
        let _ = (seed, epoch, mse);
    }
    /// Asked now and then: true drops the runs in flight and returns.
    fn interrupted(&self) -> bool {
        false
    }
}

/// The environment variable that forces a backend.
pub const BACKEND_VARIABLE: &str = "SEEDBED_SIMD";

/// The backend that [`train`] uses: the processor's best, or the one that `SEEDBED_SIMD`
/// names (`scalar`, `avx2`, `avx512` or `neon`).
///
/// # Errors
///
/// [`Error::Usage`] if `SEEDBED_SIMD` names none, or one that this processor lacks.
pub fn backend() -> Result<Backend> {
    let Some(forced) = std::env::var_os(BACKEND_VARIABLE).filter(|word| !word.is_empty()) else {
        return Ok(lanes::detect());
    };
    let known = Backend::ALL.into_iter();
    match known.clone().find(|b| forced.to_str() == Some(b.word())) {
        Some(backend) if backend.available() => Ok(backend),
        Some(backend) => Err(Error::Usage(format!(
            "{BACKEND_VARIABLE}={backend}: this processor lacks it; it has {}",
            words(known.filter(|b| b.available()))
        ))),
        None => Err(Error::Usage(format!(
            "{BACKEND_VARIABLE}={}: expected one of {}",
            forced.to_string_lossy().escape_debug(),
            words(known)
        ))),
    }
}

fn words(backends: impl Iterator<Item = Backend>) -> String {
    let words: Vec<&str> = backends.map(Backend::word).collect();
    words.join(", ")
}

/// Trains every seed that the feed gives, many at once on the calling thread, until the feed
/// has no more and the last is finished, or it is interrupted.
///
/// Uses [`backend`]'s backend; if `SEEDBED_SIMD` is wrong, the processor's best.
pub fn train(task: &Task, feed: &mut dyn Feed) {
    train_on(backend().unwrap_or_else(|_| lanes::detect()), task, feed);
}

/// [`train`] with a given backend (scalars, if the processor lacks it).
pub fn train_on(backend: Backend, task: &Task, feed: &mut dyn Feed) {
    dispatch(backend, task.precision, TrainJob { task, feed });
}

/// How many networks of a task train side by side on one thread.
pub fn lanes(task: &Task) -> usize {
    let backend = backend().unwrap_or_else(|_| lanes::detect());
    dispatch(backend, task.precision, LanesJob { task })
}

fn dispatch<G: Generic>(backend: Backend, precision: Precision, job: G) -> G::Output {
    match precision {
        Precision::F64 => lanes::run_f64(backend, job),
        Precision::F32 => lanes::run_f32(backend, job),
    }
}

struct TrainJob<'t, 'f> {
    task: &'t Task<'t>,
    feed: &'f mut dyn Feed,
}

impl Generic for TrainJob<'_, '_> {
    type Output = ();
    fn with<S: Lanes>(self, simd: S) {
        let problem = self.task.problem();
        driver::train(simd, &Course::new(self.task, &problem), self.feed);
    }
}

struct LanesJob<'t> {
    task: &'t Task<'t>,
}

impl Generic for LanesJob<'_> {
    type Output = usize;
    fn with<S: Lanes>(self, _: S) -> usize {
        S::LANES * self.task.problem::<S::Element>().unroll()
    }
}

impl<'a> Task<'a> {
    /// The task of a plan's model. `checkpoints`: see the field.
    pub fn new(plan: &'a Plan, model: usize, checkpoints: &'a [u64]) -> Task<'a> {
        let manifest = &plan.manifest;
        let choices = &plan.models[model].choices;
        Task {
            architecture: plan.architecture(model),
            dataset: &manifest.dataset,
            queries: &manifest.queries,
            generator: manifest.generator,
            range: choices.range,
            precision: manifest.precision,
            settings: choices.settings,
            epochs: manifest.epochs,
            stop: manifest.stop,
            checkpoints,
        }
    }

    fn problem<E: Element>(&self) -> Problem<E> {
        Problem::new(self.architecture, self.dataset, self.settings)
    }

    /// What the time of a network-epoch depends on, but for the machine: tasks of the same text
    /// train equally fast.
    pub fn workload(&self) -> String {
        format!(
            "{:?} | {} rows, {:?} | {:?} by {:?}, {} remembered per weight",
            self.precision,
            self.dataset.inputs.nrows(),
            self.architecture,
            self.settings.loss,
            self.settings.rule,
            self.settings.state_per_weight(),
        )
    }

    fn initial(&self, seed: u64) -> Parameters {
        Parameters::initial(self.architecture, self.generator, self.range, seed)
    }
}
