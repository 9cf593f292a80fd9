//! The runs of one model as compact columns: what the statistics need of each run and no more,
//! 28 bytes and its predictions.

use std::collections::TryReserveError;

use indexmap::IndexMap;

use super::ending::{Detail, WrongAtEnd};
use super::judged::JudgedColumns;
use super::predictions::{PredictionColumns, Shelf};
use super::survival::Time;
use crate::plan::Plan;
use crate::training::{Outcome, Status};

/// The runs of one model in canonical order.
#[derive(Debug, Clone, Default)]
pub struct RunColumns<'s> {
    /// When each run converged or was given up.
    pub(super) times: Vec<Time>,
    /// Final mean squared error, NaN if not finite.
    pub(super) mse: Vec<f64>,
    /// Final gradient norm, NaN if not finite.
    pub(super) gradient_norm: Vec<f64>,
    /// Its predictions.
    pub(super) predictions: PredictionColumns<'s>,
    /// How each run ended: a position in `endings`.
    pub(super) ending: Vec<u32>,
    /// Ways in which runs ended, in the order of their first run, and those that did.
    pub(super) endings: IndexMap<Ending, Ended>,
    /// Accuracy and loss by set, of rows with classes or held out.
    pub(super) judged: Option<JudgedColumns>,
    /// What endings say of wrong rows.
    pub(super) detail: Detail,
    /// Runs with a weight that is not finite.
    pub(super) diverged: u64,
    /// Two models with the same number here were trained from the same seeds in the same order.
    pub(super) seeds: u64,
}

/// A way in which runs ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Ending {
    pub status: Status,
    pub wrong: WrongAtEnd,
}

/// The runs that ended in one way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ended {
    pub runs: u64,
    pub example_seed: u64,
}

impl<'s> RunColumns<'s> {
    /// No runs yet, of a model with so many predictions (Q × O), all held in memory, of few rows
    /// without classes.
    #[cfg(test)]
    pub fn new(predictions: usize) -> Self {
        RunColumns {
            predictions: PredictionColumns::new(predictions, None),
            ..RunColumns::default()
        }
    }

    /// No runs yet, of a plan's model, and a shelf for their predictions.
    pub fn of(plan: &Plan, model: usize, shelf: Option<&'s dyn Shelf>) -> Self {
        RunColumns {
            predictions: PredictionColumns::new(plan.predictions().len(), shelf),
            judged: JudgedColumns::of(plan, model),
            detail: Detail::of(plan, model),
            ..RunColumns::default()
        }
    }

    /// Makes room for so many more runs, so that growing never holds two copies; for the
    /// predictions of at most `held` of them.
    ///
    /// # Errors
    /// If there is not so much memory.
    pub fn reserve(&mut self, runs: usize, held: usize) -> Result<(), TryReserveError> {
        self.times.try_reserve_exact(runs)?;
        self.mse.try_reserve_exact(runs)?;
        self.gradient_norm.try_reserve_exact(runs)?;
        self.ending.try_reserve_exact(runs)?;
        if let Some(judged) = &mut self.judged {
            judged.reserve(runs)?;
        }
        self.predictions.reserve(held.min(runs))
    }

    /// Bytes that each run takes besides its predictions.
    pub const BYTES_PER_RUN: usize = size_of::<Time>() + 2 * size_of::<f64>() + size_of::<u32>();

    /// Adds the next run in canonical order.
    pub fn push(&mut self, outcome: &Outcome) {
        self.times
            .push(Time::new(outcome.convergence_epoch, outcome.epochs));
        self.mse.push(outcome.mse);
        self.gradient_norm.push(outcome.gradient_norm);
        self.predictions.push(&outcome.predictions);
        self.diverged += u64::from(!outcome.finite);
        if let Some(judged) = &mut self.judged {
            judged.push(outcome);
        }
        let ending = self.ending_of(outcome);
        self.endings[ending].runs += 1;
        self.ending.push(ending as u32);
        // An odd multiplier (Knuth's MMIX) spreads every seed over all bits.
        const SPREAD: u64 = 6_364_136_223_846_793_005;
        self.seeds = (self.seeds ^ outcome.seed)
            .wrapping_mul(SPREAD)
            .rotate_left(23)
            .wrapping_add(1);
    }

    /// Position of the way in which a run ended, which may be new.
    fn ending_of(&mut self, outcome: &Outcome) -> usize {
        let ending = Ending {
            status: outcome.status(),
            wrong: WrongAtEnd::of(outcome, self.detail),
        };
        // Most runs end like the one before.
        let before = self.ending.last().map(|&before| before as usize);
        let alike = |at: &usize| {
            let known = self.endings.get_index(*at);
            known.is_some_and(|(known, _)| *known == ending)
        };
        if let Some(known) = before.filter(alike) {
            return known;
        }
        let ended = Ended {
            runs: 0,
            example_seed: outcome.seed,
        };
        let entry = self.endings.entry(ending);
        let place = entry.index();
        entry.or_insert(ended);
        place
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
        self.endings = IndexMap::new();
        if let Some(judged) = &mut self.judged {
            judged.keep_for_comparison();
        }
    }
}
