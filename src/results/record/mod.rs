//! One row per run: what runs.csv holds, as a value, and its exact text form.
//!
//! Writing and reading are inverse to each other, bit for bit, for every record made by
//! [`Record::new`]; [`Columns`] holds what both need to know about the plan.

mod columns;
mod number;
mod parse;
#[cfg(test)]
mod tests;

pub use columns::{Columns, FIXED_COLUMNS};
pub use number::{parse_number, parse_whole, write_number};
pub use parse::{CellError, same_value, shown};

use crate::plan::Plan;
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

impl Status {
    /// Every status, in the order of the type.
    pub const ALL: [Status; 4] = [
        Status::Converged,
        Status::Stuck,
        Status::Improving,
        Status::Diverged,
    ];

    /// The word in the `status` column.
    pub fn word(self) -> &'static str {
        match self {
            Status::Converged => "converged",
            Status::Stuck => "stuck",
            Status::Improving => "improving",
            Status::Diverged => "diverged",
        }
    }

    /// The status of a word.
    pub fn from_word(word: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|status| status.word() == word)
    }
}

/// One run: a model and what training it from a seed gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Position of the model in the plan.
    pub model: usize,
    /// What training gave. Quantities that are not finite are NaN, or `None` where they may
    /// be missing: an infinity and a NaN are the same empty cell.
    pub outcome: Outcome,
}

/// A record with the loss curve of its run.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// The row of runs.csv.
    pub record: Record,
    /// (epoch, loss) at the plan's curve epochs up to the run's last; empty if no curve was kept.
    pub curve: Vec<(u64, f64)>,
}

impl Record {
    /// The record of an outcome, with what is not finite made NaN or `None`.
    pub fn new(model: usize, mut outcome: Outcome) -> Record {
        let tame = |value: &mut f64| {
            if !value.is_finite() {
                *value = f64::NAN;
            }
        };
        tame(&mut outcome.mse);
        tame(&mut outcome.max_abs_error);
        tame(&mut outcome.gradient_norm);
        outcome.predictions.iter_mut().for_each(tame);
        outcome.mse_at_90_percent = outcome.mse_at_90_percent.filter(|mse| mse.is_finite());
        Record { model, outcome }
    }

    /// How the run ended. A run that lost more than 1% of its loss in the last tenth of its
    /// epochs was still improving.
    pub fn status(&self) -> Status {
        let outcome = &self.outcome;
        if !outcome.finite {
            return Status::Diverged;
        }
        if outcome.convergence_epoch.is_some() {
            return Status::Converged;
        }
        match outcome.mse_at_90_percent {
            Some(before) if outcome.mse < 0.99 * before => Status::Improving,
            _ => Status::Stuck,
        }
    }

    /// Share of `rows` training rows with every output within 0.5 of its target.
    pub fn accuracy(&self, rows: usize) -> f64 {
        (rows - self.outcome.wrong_rows.len().min(rows)) as f64 / rows as f64
    }

    /// The cells of this run's row, in the order of [`header`].
    pub fn cells(&self, plan: &Plan) -> Vec<String> {
        Columns::new(plan).cells(self)
    }

    /// The record of a row of cells in the order of [`header`]: the inverse of [`Record::cells`].
    pub fn parse(plan: &Plan, cells: &[&str]) -> Result<Record, CellError> {
        Columns::new(plan).parse(cells)
    }
}

/// The column names of runs.csv.
pub fn header(plan: &Plan) -> Vec<String> {
    Columns::new(plan).names().to_vec()
}
