//! The story of one run: its outcome and its weights, activations and loss along the way.

use ndarray::Array2;

use super::driver::{Course, Run};
use super::{Feed, Outcome, Task, backend, dispatch, train};
use crate::network::Parameters;
use crate::network::kernel::{Batch, Stretch};
use crate::network::lanes::{self, Generic, Lanes};

/// What [`trace`] gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// The same as [`train`] gives.
    pub outcome: Outcome,
    /// The epochs asked for that the run reached, ascending.
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
    /// Per hidden layer: (R + Q) × H activations, the queries after the rows.
    pub hidden: Vec<Array2<f64>>,
    /// (R + Q) × O outputs, the queries after the rows.
    pub outputs: Array2<f64>,
}

/// Trains one run and looks at it after each of `epochs` updates (ascending or not; those
/// beyond the run's last update are left out).
///
/// With [`Task::stop`] the last update is the one before the convergence epoch.
pub fn trace(task: &Task, seed: u64, epochs: &[u64]) -> Trace {
    let backend = backend().unwrap_or_else(|_| lanes::detect());
    let task = &Task {
        checkpoints: &[],
        ..*task
    };
    let mut one = One {
        seed: Some(seed),
        outcome: None,
    };
    train(task, &mut one);
    // The feed gave one seed and never interrupts, so there is one outcome.
    let outcome = one
        .outcome
        .expect("a run that was not interrupted finishes");
    let last = match outcome.convergence_epoch {
        Some(epoch) if task.stop => epoch - 1,
        _ => task.epochs,
    };
    let mut epochs: Vec<u64> = epochs.iter().copied().filter(|&e| e <= last).collect();
    epochs.sort_unstable();
    epochs.dedup();
    let job = TraceJob {
        task,
        seed,
        epochs: &epochs,
    };
    Trace {
        snapshots: dispatch(backend, task.precision, job),
        outcome,
    }
}

struct One {
    seed: Option<u64>,
    outcome: Option<Outcome>,
}

impl Feed for One {
    fn next_seed(&mut self) -> Option<u64> {
        self.seed.take()
    }
    fn finished(&mut self, outcome: Outcome) {
        self.outcome = Some(outcome);
    }
}

struct TraceJob<'t> {
    task: &'t Task<'t>,
    seed: u64,
    epochs: &'t [u64],
}

impl Generic for TraceJob<'_> {
    type Output = Vec<Snapshot>;

    fn with<S: Lanes>(self, simd: S) -> Vec<Snapshot> {
        let problem = self.task.problem::<S::Element>();
        let course = Course::new(self.task, &problem);
        let mut batch = Batch::new(simd, &problem);
        batch.set(&problem, 0, self.task.initial(self.seed).iter());
        let mut run = Run::new(self.seed);
        let mut snapshots = Vec::new();
        for &epoch in self.epochs {
            let stretch = Stretch {
                epochs: epoch - run.updates,
                watched: 0,
                stop: false,
            };
            batch.train(&problem, stretch);
            run.updates = epoch;
            snapshots.push(snapshot(&course, &mut batch, epoch));
        }
        snapshots
    }
}

fn snapshot<S: Lanes>(course: &Course<S::Element>, batch: &mut Batch<S>, epoch: u64) -> Snapshot {
    let task = course.task;
    let evaluation = batch.evaluate(course.problem, &course.queries);
    let rows = task.dataset.inputs.nrows() + task.queries.len();
    let mut parameters = Parameters::zeros(task.architecture);
    let places = parameters.layers.iter_mut().flatten();
    for (place, weight) in places.zip(batch.weights(course.problem, 0)) {
        *place = weight;
    }
    let widths = task.architecture.hidden.iter();
    let mut hidden: Vec<Array2<f64>> = widths.map(|&h| Array2::zeros((rows, h))).collect();
    let mut outputs = Array2::zeros((rows, task.architecture.outputs));
    for row in 0..rows {
        let layers = hidden.iter_mut().chain([&mut outputs]);
        let places = layers.flat_map(|layer| layer.row_mut(row));
        for (place, value) in places.zip(evaluation.neurons(row, 0)) {
            *place = value;
        }
    }
    Snapshot {
        epoch,
        mse: course.mse(&evaluation, 0),
        parameters,
        hidden,
        outputs,
    }
}
