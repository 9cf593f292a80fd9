//! What the runs of a task have in common, and how far each has come.

use super::outcome::Outcome;
use super::state::LaneState;
use super::task::Task;
use crate::network::kernel::{Evaluation, Problem, Queries};
use crate::network::lanes::{Element, Lanes};
use crate::network::{is_right, parameters_hash};

/// What all lanes have in common.
pub(super) struct Course<'a, E> {
    pub task: &'a Task<'a>,
    pub problem: &'a Problem<E>,
    pub queries: Queries<E>,
    /// R × O targets as f64.
    targets: Vec<f64>,
    /// Updates after which [`Outcome::mse_at_90_percent`] is taken.
    pub ninety: u64,
}

impl<'a, E: Element> Course<'a, E> {
    pub fn new(task: &'a Task<'a>, problem: &'a Problem<E>) -> Self {
        let targets = task.dataset.targets.iter();
        Course {
            task,
            problem,
            queries: Queries::new(task.queries),
            // Rounded to the precision, as the kernel sees them.
            targets: targets.map(|&t| E::from_f64(t).to_f64()).collect(),
            ninety: task.ninety(),
        }
    }

    fn rows(&self) -> usize {
        self.task.dataset.targets.nrows()
    }

    /// Mean squared error of every lane over rows and outputs, summed in their order. All lanes
    /// at once: of many rows, a pass for each lane would read all outputs from memory again.
    pub fn mse<S: Lanes<Element = E>>(&self, evaluation: &Evaluation<S>) -> Vec<f64> {
        let mut sums = vec![0.0; S::LANES];
        let outputs = (0..self.rows()).flat_map(|row| evaluation.output_vectors(row));
        for (output, target) in outputs.zip(&self.targets) {
            for (sum, output) in sums.iter_mut().zip(S::lanes(output)) {
                let error = target - output.to_f64();
                *sum += error * error;
            }
        }
        let count = self.targets.len() as f64;
        sums.into_iter().map(|sum| canonical(sum / count)).collect()
    }

    /// What a finished run is, but for its weights, from the evaluation of its final weights and
    /// their mean squared error.
    pub fn outcome<S: Lanes<Element = E>>(
        &self,
        run: &Lane,
        evaluation: &Evaluation<S>,
        lane: usize,
        mse: f64,
        weights: impl Iterator<Item = f64>,
    ) -> Outcome {
        let mut wrong_rows = Vec::new();
        let mut largest = 0.0;
        let outputs = self.task.architecture.outputs;
        for (row, targets) in self.targets.chunks_exact(outputs).enumerate() {
            let mut right = true;
            for (output, target) in evaluation.outputs(row, lane).zip(targets) {
                let error = (target - output).abs();
                right &= is_right(*target, output);
                // NaN counts as the largest error.
                if error > largest || error.is_nan() {
                    largest = error;
                }
            }
            if !right {
                wrong_rows.push(row as u32);
            }
        }
        let queries = self.rows()..self.rows() + self.task.queries.len();
        let predictions = queries.flat_map(|query| evaluation.outputs(query, lane));
        let mut finite = true;
        let weights = weights.inspect(|weight| finite &= weight.is_finite());
        let weights_hash = parameters_hash(weights, self.task.precision);
        Outcome {
            seed: run.seed,
            epochs: run.epochs(self.task),
            convergence_epoch: run.converged,
            mse,
            mse_at_90_percent: run.mse_at_90_percent,
            max_abs_error: canonical(largest),
            wrong_rows,
            gradient_norm: canonical(evaluation.gradient_norm(self.problem, lane)),
            predictions: predictions.map(canonical).collect(),
            finite,
            weights_hash,
        }
    }
}

/// Every NaN as the same bits. Made of integers: a compiler may leave out a choice between two
/// NaN, as to it they are all alike.
fn canonical(value: f64) -> f64 {
    const INFINITY: u64 = 0x7ff0_0000_0000_0000;
    const NAN: u64 = 0x7ff8_0000_0000_0000;
    let bits = value.to_bits();
    let magnitude = bits & (u64::MAX >> 1);
    f64::from_bits(if magnitude > INFINITY { NAN } else { bits })
}

/// A run in a lane.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lane {
    pub seed: u64,
    pub updates: u64,
    pub converged: Option<u64>,
    pub mse_at_90_percent: Option<f64>,
    /// How many of the checkpoints it has passed.
    pub observed: usize,
}

impl Lane {
    pub fn new(seed: u64) -> Lane {
        Lane {
            seed,
            updates: 0,
            converged: None,
            mse_at_90_percent: None,
            observed: 0,
        }
    }

    /// A run that goes on from a state.
    pub fn resumed(state: &LaneState) -> Lane {
        let &LaneState {
            seed,
            updates,
            converged,
            mse_at_90_percent,
            observed,
            weights: _,
            remembered: _,
        } = state;
        Lane {
            seed,
            updates,
            converged,
            mse_at_90_percent,
            observed,
        }
    }

    /// Where the run is, with the given weights and memory of its update rule.
    pub fn state(&self, weights: Vec<f64>, remembered: Vec<f64>) -> LaneState {
        let &Lane {
            seed,
            updates,
            converged,
            mse_at_90_percent,
            observed,
        } = self;
        LaneState {
            seed,
            updates,
            converged,
            mse_at_90_percent,
            observed,
            weights,
            remembered,
        }
    }

    fn epochs(&self, task: &Task) -> u64 {
        match self.converged {
            Some(epoch) if task.stop => epoch,
            _ => task.epochs,
        }
    }

    /// Updates to the next moment at which something is to be done.
    pub fn distance(&self, course: &Course<'_, impl Sized>) -> u64 {
        let task = course.task;
        let mut next = task.epochs;
        if self.mse_at_90_percent.is_none() {
            next = next.min(course.ninety);
        }
        if let Some(checkpoint) = task.checkpoints.get(self.observed) {
            next = next.min(checkpoint - 1);
        }
        next - self.updates
    }
}
