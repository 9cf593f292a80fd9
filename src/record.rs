//! One row per run: what runs.csv holds, as a value, and its exact text form.

use crate::training::Outcome;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// Met the tolerance at some epoch.
    Converged,
    /// Did not, and its loss no longer fell in the last tenth of the epochs.
    Stuck,
    /// Did not, but its loss fell by more than 1% over the last tenth of the epochs.
    Improving,
    /// A weight is not finite.
    Diverged,
}

/// One run: a model and what training it from a seed gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Position of the model in the plan.
    pub model: usize,
    /// What training gave.
    pub outcome: Outcome,
}
