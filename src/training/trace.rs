//! One run in detail: its outcome, and its weights, activations and loss at chosen epochs.

use ndarray::Array2;

use super::backend::{backend_or_best, dispatch};
use super::course::{Course, Lane};
use super::outcome::Outcome;
use super::task::Task;
use crate::network::Parameters;
use crate::network::kernel::{Batch, Stretch};
use crate::network::lanes::{Generic, Lanes};

/// What [`trace`] gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// The same as [`train`](super::train) gives.
    pub outcome: Outcome,
    /// The network at each of the moments, ascending, the last with its final weights.
    pub snapshots: Vec<Snapshot>,
}

/// A network at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// Updates made: 0 is the initial network.
    pub epoch: u64,
    /// Mean squared error over rows and outputs.
    pub mse: f64,
    /// Its weights.
    pub parameters: Parameters,
    /// Per hidden layer: (R + Q) × H activations, the queries after the rows; or those of the
    /// rows that were asked for.
    pub hidden: Vec<Array2<f64>>,
    /// (R + Q) × O outputs, likewise.
    pub outputs: Array2<f64>,
}

/// Trains one run, once, and looks at it after each of `epochs` updates (in any order; those
/// beyond the run's last update are left out), when its outputs first met the criterion of
/// convergence, and at its end.
///
/// With [`Task::stop`] the last update is the one before the convergence epoch.
pub fn trace(task: &Task, seed: u64, epochs: &[u64]) -> Trace {
    let all: Vec<usize> = (0..task.dataset.inputs.nrows() + task.queries.len()).collect();
    trace_rows(task, seed, epochs, &all)
}

/// The same, but snapshots hold only these rows, in this order; the queries follow the rows. Of
/// many rows, all would take much memory.
pub fn trace_rows(task: &Task, seed: u64, epochs: &[u64], rows: &[usize]) -> Trace {
    let job = TraceJob {
        task,
        seed,
        epochs,
        rows,
    };
    dispatch(backend_or_best(), task.precision, job)
}

struct TraceJob<'t> {
    task: &'t Task<'t>,
    seed: u64,
    epochs: &'t [u64],
    rows: &'t [usize],
}

impl Generic for TraceJob<'_> {
    type Output = Trace;

    fn with<S: Lanes>(self, simd: S) -> Trace {
        let problem = self.task.problem::<S::Element>();
        let course = Course::new(self.task, &problem);
        let mut batch = Batch::new(simd, &problem);
        batch.set(&problem, 0, self.task.initial(self.seed).iter());
        let mut watched = Watched {
            course: &course,
            batch,
            lane: Lane::new(self.seed),
            asked: self.epochs,
            rows: self.rows,
            snapshots: Vec::new(),
        };
        let outcome = watched.run();
        Trace {
            outcome,
            snapshots: watched.snapshots,
        }
    }
}

/// One run in the first lane of a batch, and what was seen of it.
struct Watched<'a, S: Lanes> {
    course: &'a Course<'a, S::Element>,
    batch: Batch<S>,
    lane: Lane,
    asked: &'a [u64],
    rows: &'a [usize],
    snapshots: Vec<Snapshot>,
}

impl<S: Lanes> Watched<'_, S> {
    /// Trains to the end, looking on the way.
    fn run(&mut self) -> Outcome {
        let limit = self.course.task.epochs;
        let mut moments: Vec<u64> = self.asked.iter().copied().filter(|&e| e <= limit).collect();
        moments.extend([self.course.ninety, limit]);
        moments.sort_unstable();
        moments.dedup();
        for moment in moments {
            while self.lane.updates < moment {
                if let Some(outcome) = self.stretch(moment) {
                    return outcome;
                }
            }
            if moment == self.course.ninety {
                let evaluation = self
                    .batch
                    .evaluate(self.course.problem, &self.course.queries);
                self.lane.mse_at_90_percent = Some(self.course.mse(&evaluation)[0]);
            }
            if moment == limit || self.asked.contains(&moment) {
                self.look(moment);
            }
        }
        self.outcome()
    }

    /// Trains up to `moment`, or only to the first convergence; the outcome if that ends the run.
    fn stretch(&mut self, moment: u64) -> Option<Outcome> {
        let stretch = Stretch {
            epochs: moment - self.lane.updates,
            watched: u64::from(self.lane.converged.is_none()),
            stop: true,
        };
        let progress = self.batch.train(self.course.problem, stretch, &|| false);
        if progress.converged & 1 == 1 {
            let epoch = self.lane.updates + progress.first[0];
            self.lane.converged = Some(epoch);
            self.batch.exchange_kept();
            self.look(epoch - 1);
            if self.course.task.stop {
                return Some(self.outcome());
            }
            self.batch.exchange_kept();
        }
        self.lane.updates += progress.epochs;
        None
    }

    /// The outcome with the current weights as the final ones.
    fn outcome(&mut self) -> Outcome {
        let (course, problem) = (self.course, self.course.problem);
        let evaluation = self.batch.evaluate(problem, &course.queries);
        let weights = self.batch.weights(problem, 0);
        let mse = course.mse(&evaluation)[0];
        course.outcome(&self.lane, &evaluation, 0, mse, weights)
    }

    /// Keeps the network as it is after `updates`, unless it was kept at that moment before.
    fn look(&mut self, updates: u64) {
        if self
            .snapshots
            .last()
            .is_none_or(|last| last.epoch < updates)
        {
            let snapshot = snapshot(self.course, &mut self.batch, updates, self.rows);
            self.snapshots.push(snapshot);
        }
    }
}

fn snapshot<S: Lanes>(
    course: &Course<S::Element>,
    batch: &mut Batch<S>,
    epoch: u64,
    rows: &[usize],
) -> Snapshot {
    let task = course.task;
    let evaluation = batch.evaluate(course.problem, &course.queries);
    let mut parameters = Parameters::zeros(task.architecture);
    let places = parameters.layers.iter_mut().flatten();
    for (place, weight) in places.zip(batch.weights(course.problem, 0)) {
        *place = weight;
    }
    let widths = task.architecture.hidden.iter();
    let mut hidden: Vec<Array2<f64>> = widths.map(|&h| Array2::zeros((rows.len(), h))).collect();
    let mut outputs = Array2::zeros((rows.len(), task.architecture.outputs));
    for (place, row) in rows.iter().enumerate() {
        let layers = hidden.iter_mut().chain([&mut outputs]);
        let places = layers.flat_map(|layer| layer.row_mut(place));
        for (place, value) in places.zip(evaluation.neurons(*row, 0)) {
            *place = value;
        }
    }
    Snapshot {
        epoch,
        mse: course.mse(&evaluation)[0],
        parameters,
        hidden,
        outputs,
    }
}
