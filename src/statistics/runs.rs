//! The runs of one model as compact columns: what the statistics need of each run and no more,
//! 28 bytes and 8 for each prediction.

use std::collections::{HashMap, TryReserveError};

use super::survival::Time;
use crate::training::{Outcome, Status};

/// The runs of one model in canonical order.
#[derive(Debug, Clone, Default)]
pub struct RunColumns {
    /// When each run converged or was given up.
    pub(super) times: Vec<Time>,
    /// Final mean squared error, NaN if not finite.
    pub(super) mse: Vec<f64>,
    /// Final gradient norm, NaN if not finite.
    pub(super) gradient_norm: Vec<f64>,
    /// Prediction by prediction, run by run; NaN if not finite.
    pub(super) predictions: Vec<Vec<f64>>,
    /// How each run ended: a position in `endings`.
    pub(super) ending: Vec<u32>,
    /// Ways in which runs ended, in the order of their first run.
    pub(super) endings: Vec<Ending>,
    /// Runs with a weight that is not finite.
    pub(super) diverged: u64,
    /// Where each ending stands in `endings`.
    positions: HashMap<(Status, Vec<u32>), u32>,
    /// Two models with the same number here were trained from the same seeds in the same order.
    pub(super) seeds: u64,
}

/// A way in which runs ended.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ending {
    pub status: Status,
    pub wrong_rows: Vec<u32>,
    pub runs: u64,
    pub example_seed: u64,
}

impl RunColumns {
    /// No runs yet, of a model with so many predictions (Q × O).
    pub fn new(predictions: usize) -> RunColumns {
        RunColumns {
            predictions: vec![Vec::new(); predictions],
            ..RunColumns::default()
        }
    }

    /// Makes room for so many more runs, so that growing never holds two copies.
    ///
    /// # Errors
    /// If there is not so much memory.
    pub fn reserve(&mut self, runs: usize) -> Result<(), TryReserveError> {
        self.times.try_reserve_exact(runs)?;
        self.mse.try_reserve_exact(runs)?;
        self.gradient_norm.try_reserve_exact(runs)?;
        self.ending.try_reserve_exact(runs)?;
        let mut predictions = self.predictions.iter_mut();
        predictions.try_for_each(|column| column.try_reserve_exact(runs))
    }

    /// Bytes that each run takes.
    pub fn bytes_per_run(&self) -> usize {
        let numbers = 2 + self.predictions.len();
        size_of::<Time>() + numbers * size_of::<f64>() + size_of::<u32>()
    }

    /// Adds the next run in canonical order.
    pub fn push(&mut self, outcome: &Outcome) {
        self.times
            .push(Time::new(outcome.convergence_epoch, outcome.epochs));
        self.mse.push(outcome.mse);
        self.gradient_norm.push(outcome.gradient_norm);
        for (at, column) in self.predictions.iter_mut().enumerate() {
            column.push(outcome.predictions.get(at).copied().unwrap_or(f64::NAN));
        }
        self.diverged += u64::from(!outcome.finite);
        let ending = self.ending_of(outcome);
        self.endings[ending as usize].runs += 1;
        self.ending.push(ending);
        // An odd multiplier (Knuth's MMIX) spreads every seed over all bits.
        const SPREAD: u64 = 6_364_136_223_846_793_005;
        self.seeds = (self.seeds ^ outcome.seed)
            .wrapping_mul(SPREAD)
            .rotate_left(23)
            .wrapping_add(1);
    }

    fn ending_of(&mut self, outcome: &Outcome) -> u32 {
        let status = outcome.status();
        // Most runs end like the one before.
        if let Some(&before) = self.ending.last() {
            let ending = &self.endings[before as usize];
            if ending.status == status && ending.wrong_rows == outcome.wrong_rows {
                return before;
            }
        }
        let key = (status, outcome.wrong_rows.clone());
        if let Some(position) = self.positions.get(&key) {
            return *position;
        }
        let position = self.endings.len() as u32;
        self.endings.push(Ending {
            status,
            wrong_rows: outcome.wrong_rows.clone(),
            runs: 0,
            example_seed: outcome.seed,
        });
        self.positions.insert(key, position);
        position
    }

    /// How many runs.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// How many converged.
    pub fn converged(&self) -> u64 {
        self.times.iter().filter(|time| time.converged()).count() as u64
    }

    /// The values of a prediction (from 0) in canonical order, NaN where not finite.
    pub fn prediction(&self, prediction: usize) -> &[f64] {
        &self.predictions[prediction]
    }

    /// The times in ascending order.
    pub fn sorted_times(&self) -> Vec<Time> {
        let mut times = self.times.clone();
        times.sort_unstable();
        times
    }

    /// Frees what only the summary and the failures need; comparisons still work.
    pub fn keep_for_comparison(&mut self) {
        self.mse = Vec::new();
        self.gradient_norm = Vec::new();
        self.ending = Vec::new();
        self.positions = HashMap::new();
    }
}
