//! A few runs, trained until a deadline.

use std::time::Instant;

use crate::training::{Feed, Outcome};

/// The seeds from `left` down to 1; `on_outcome` takes what becomes of them.
pub struct Few<F> {
    /// Seeds left.
    pub left: u64,
    /// When it has to be over.
    pub deadline: Instant,
    /// Takes outcomes.
    pub on_outcome: F,
}

impl<F: FnMut(Outcome)> Feed for Few<F> {
    fn next_seed(&mut self) -> Option<u64> {
        let seed = self.left;
        self.left = self.left.checked_sub(1)?;
        Some(seed)
    }

    fn finished(&mut self, outcome: Outcome) {
        (self.on_outcome)(outcome);
    }

    fn interrupted(&self) -> bool {
        Instant::now() >= self.deadline
    }
}
