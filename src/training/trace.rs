//! One run in detail: its outcome, and its weights, activations and loss at chosen epochs.

use std::ops::ControlFlow;

use ndarray::Array2;

use super::backend::{backend_or_best, dispatch};
use super::course::{Course, Lane};
use super::outcome::Outcome;
use super::task::Task;
use crate::network::Parameters;
use crate::network::kernel::{Batch, Evaluation, Keep, PATIENCE, Stretch};
use crate::network::lanes::{Generic, Lanes};

/// What [`trace`] gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// The same as [`train`](super::train) gives.
    pub outcome: Outcome,
    /// The network at each of the moments, ascending, the last with its final weights.
    pub snapshots: Vec<Snapshot>,
    /// (R + Q + V + T) × O outputs of the final weights: for the rows, the queries, the validation
    /// rows and the test rows.
    pub outputs: Array2<f64>,
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
///
/// Snapshots hold the activations and outputs of these `rows` alone, in this order; the queries
/// follow the rows. Of many rows, all would take much memory.
///
/// `interrupted` is asked now and then, also within an epoch and an evaluation that take long;
/// if it says yes, there is no trace.
pub fn trace_rows(
    task: &Task,
    seed: u64,
    epochs: &[u64],
    rows: &[usize],
    interrupted: &dyn Fn() -> bool,
) -> Option<Trace> {
    let job = TraceJob {
        task,
        seed,
        epochs,
        rows,
        interrupted,
    };
    dispatch(backend_or_best(), task.precision, job)
}

/// The same, with all rows and queries in the snapshots.
#[cfg(test)]
pub fn trace(
    task: &Task,
    seed: u64,
    epochs: &[u64],
    interrupted: &dyn Fn() -> bool,
) -> Option<Trace> {
    let all: Vec<usize> = (0..task.dataset.inputs.nrows() + task.queries.len()).collect();
    trace_rows(task, seed, epochs, &all, interrupted)
}

struct TraceJob<'t> {
    task: &'t Task<'t>,
    seed: u64,
    epochs: &'t [u64],
    rows: &'t [usize],
    interrupted: &'t dyn Fn() -> bool,
}

impl Generic for TraceJob<'_> {
    type Output = Option<Trace>;

    fn with<S: Lanes>(self, simd: S) -> Option<Trace> {
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
            interrupted: self.interrupted,
            snapshots: Vec::new(),
        };
        let (outcome, outputs) = watched.run()?;
        Some(Trace {
            outcome,
            snapshots: watched.snapshots,
            outputs,
        })
    }
}

/// One run in the first lane of a batch, and what was seen of it.
struct Watched<'a, S: Lanes> {
    course: &'a Course<'a, S::Element>,
    batch: Batch<S>,
    lane: Lane,
    asked: &'a [u64],
    rows: &'a [usize],
    interrupted: &'a dyn Fn() -> bool,
    snapshots: Vec<Snapshot>,
}

impl<S: Lanes> Watched<'_, S> {
    /// Trains to the end, looking on the way; nothing if it is interrupted.
    fn run(&mut self) -> Option<(Outcome, Array2<f64>)> {
        let limit = self.course.task.epochs;
        let mut moments: Vec<u64> = self.asked.iter().copied().filter(|&e| e <= limit).collect();
        moments.extend([self.course.ninety, limit]);
        moments.extend(self.course.looks());
        moments.sort_unstable();
        moments.dedup();
        for moment in moments {
            while self.lane.updates < moment {
                if (self.interrupted)() {
                    return None;
                }
                if self.stretch(moment)?.is_break() {
                    return self.outcome();
                }
            }
            self.note()?;
            if moment == limit || self.asked.contains(&moment) {
                self.look(moment)?;
            }
        }
        self.outcome()
    }

    /// Notes what the outcome says of this moment, if it says something.
    fn note(&mut self) -> Option<()> {
        let updates = self.lane.updates;
        let (ninety, look) = (
            updates == self.course.ninety,
            self.course.looks().contains(&updates),
        );
        if ninety || look {
            let evaluation = self.evaluate()?;
            if ninety {
                self.lane.mse_at_90_percent = Some(self.course.mse(&evaluation)[0]);
            }
            if let Some(mse) = self.course.validation_mse(&evaluation).first() {
                self.lane.look(self.course, *mse);
            }
        }
        Some(())
    }

    /// Trains up to `moment`, as far as patience goes, or only to the first convergence. Breaks if
    /// that ends the run, with the weights that met the criterion.
    fn stretch(&mut self, moment: u64) -> Option<ControlFlow<()>> {
        let patience = (PATIENCE / self.course.problem.work()).max(1);
        let stretch = Stretch {
            epochs: (moment - self.lane.updates).min(patience),
            watched: u64::from(self.lane.converged.is_none()),
            stop: true,
        };
        let progress = self
            .batch
            .train(self.course.problem, stretch, self.interrupted);
        if progress.converged & 1 == 1 {
            let epoch = self.lane.updates + progress.first[0];
            self.lane.converged = Some(epoch);
            self.batch.exchange_kept();
            self.look(epoch - 1)?;
            if self.course.task.stop {
                self.lane.updates = epoch - 1;
                return Some(ControlFlow::Break(()));
            }
            self.batch.exchange_kept();
        }
        self.lane.updates += progress.epochs;
        Some(ControlFlow::Continue(()))
    }

    /// The outputs of the current weights.
    fn evaluate(&mut self) -> Option<Evaluation<S>> {
        let (course, problem) = (self.course, self.course.problem);
        let mut evaluation = self.batch.room(problem, &course.queries, Keep::Neurons);
        (self.batch)
            .evaluate_unless(&mut evaluation, problem, &course.queries, self.interrupted)
            .then_some(evaluation)
    }

    /// The outcome with the current weights as the final ones, and their outputs.
    fn outcome(&mut self) -> Option<(Outcome, Array2<f64>)> {
        let evaluation = self.evaluate()?;
        let weights = self.batch.weights(self.course.problem, 0);
        let losses = self.course.losses(&evaluation);
        let outcome = (self.course).outcome(&self.lane, &evaluation, 0, &losses, weights);
        let mut outputs = Array2::zeros((
            self.course.evaluated(),
            self.course.task.architecture.outputs,
        ));
        for (row, mut places) in outputs.outer_iter_mut().enumerate() {
            for (place, output) in places.iter_mut().zip(evaluation.outputs(row, 0)) {
                *place = output;
            }
        }
        Some((outcome, outputs))
    }

    /// Keeps the network as it is after `updates`, unless it was kept at that moment before.
    fn look(&mut self, updates: u64) -> Option<()> {
        if self
            .snapshots
            .last()
            .is_none_or(|last| last.epoch < updates)
        {
            let evaluation = self.evaluate()?;
            let snapshot = snapshot(self.course, &self.batch, &evaluation, updates, self.rows);
            self.snapshots.push(snapshot);
        }
        Some(())
    }
}

fn snapshot<S: Lanes>(
    course: &Course<S::Element>,
    batch: &Batch<S>,
    evaluation: &Evaluation<S>,
    epoch: u64,
    rows: &[usize],
) -> Snapshot {
    let task = course.task;
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
        mse: course.mse(evaluation)[0],
        parameters,
        hidden,
        outputs,
    }
}
