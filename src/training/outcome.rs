//! What a finished run is, and how it ended.

/// What a finished run is: the part of a row of runs.csv that training decides.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The run's seed.
    pub seed: u64,
    /// Epochs whose forward pass was made: the limit, or the convergence epoch if it stopped there.
    pub epochs: u64,
    /// First epoch whose forward pass, before its update, met the criterion.
    pub convergence_epoch: Option<u64>,
    /// Mean squared error over rows and outputs with the final weights.
    pub mse: f64,
    /// The same after nine tenths of the epoch limit; `None` if the run stopped before.
    pub mse_at_90_percent: Option<f64>,
    /// Largest |target − output| with the final weights.
    pub max_abs_error: f64,
    /// The training rows that are not right.
    pub wrong_rows: WrongRows,
    /// Euclidean norm of the gradient of the loss at the final weights.
    pub gradient_norm: f64,
    /// Q × O outputs for the queries, query by query.
    pub predictions: Vec<f64>,
    /// Classes, and the rows that were held out of training.
    pub judged: Judged,
    /// Whether every final weight is finite; if not, the run diverged.
    pub finite: bool,
    /// First 64 bits of the SHA-256 of the final weights (canonical NaN, little-endian, canonical order).
    pub weights_hash: u64,
}

/// Training rows that are not right.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WrongRows {
    /// How many.
    pub count: u32,
    /// The first of them, [`WrongRows::NAMED`] at most: places among the rows of the data, from 0,
    /// ascending.
    pub first: Vec<u32>,
}

/// What the final weights make of classes and of rows held out of training.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Judged {
    /// The validation rows; `None` without such rows.
    pub validation: Option<Scored>,
    /// Updates after which the validation rows had the least mean squared error, of those at
    /// which it was looked at.
    pub best_epoch: Option<u64>,
    /// The test rows; `None` without such rows.
    pub test: Option<Scored>,
    /// Of classes, what training rows were taken for; ascending.
    pub mistakes: Vec<Mistake>,
    /// The same of test rows.
    pub test_mistakes: Vec<Mistake>,
}

/// How good the outputs for some rows are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    /// Mean squared error over rows and outputs.
    pub mse: f64,
    /// Rows that are not right.
    pub wrong: u32,
}

/// Rows of one class that were taken for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mistake {
    /// Their class, from 0.
    pub class: u16,
    /// What they were taken for; `None` where the outputs say no class: a tie, or no number.
    pub answer: Option<u16>,
    /// How many: 1 or more.
    pub rows: u32,
}

impl WrongRows {
    /// At most so many are named: a cell of a spreadsheet has room for 32,767 characters.
    pub const NAMED: usize = 100;

    /// Adds the next row, a place among the rows of the data.
    pub fn push(&mut self, row: u32) {
        self.count += 1;
        if self.first.len() < WrongRows::NAMED {
            self.first.push(row);
        }
    }
}

impl FromIterator<u32> for WrongRows {
    fn from_iter<I: IntoIterator<Item = u32>>(rows: I) -> WrongRows {
        let mut wrong = WrongRows::default();
        rows.into_iter().for_each(|row| wrong.push(row));
        wrong
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// Met the criterion of convergence at some epoch.
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

/// A finished run.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Position of the model in the plan.
    pub model: usize,
    /// What training gave. Quantities that are not finite are NaN, or `None` where they may
    /// be missing: an infinity and a NaN are the same empty cell.
    pub outcome: Outcome,
    /// (epoch, loss) at the plan's curve epochs up to the run's last; empty if no curve was kept.
    pub curve: Vec<(u64, f64)>,
}

impl Run {
    /// The run of an outcome, with what is not finite made NaN or `None`, without a loss curve.
    pub fn new(model: usize, mut outcome: Outcome) -> Run {
        let tame = |value: &mut f64| {
            if !value.is_finite() {
                *value = f64::NAN;
            }
        };
        // Exhaustive on purpose: a new number may be not finite too.
        let Outcome {
            seed: _,
            epochs: _,
            convergence_epoch: _,
            mse,
            mse_at_90_percent,
            max_abs_error,
            wrong_rows: _,
            gradient_norm,
            predictions,
            judged,
            finite: _,
            weights_hash: _,
        } = &mut outcome;
        [mse, max_abs_error, gradient_norm]
            .into_iter()
            .for_each(tame);
        predictions.iter_mut().for_each(tame);
        let held_out = [&mut judged.validation, &mut judged.test];
        let losses = held_out.into_iter().flatten();
        losses.for_each(|scored| tame(&mut scored.mse));
        *mse_at_90_percent = mse_at_90_percent.filter(|mse| mse.is_finite());
        Run {
            model,
            outcome,
            curve: Vec::new(),
        }
    }
}

impl Outcome {
    /// How the run ended. A run that lost more than 1% of its loss in the last tenth of its
    /// epochs was still improving.
    pub fn status(&self) -> Status {
        if !self.finite {
            return Status::Diverged;
        }
        if self.convergence_epoch.is_some() {
            return Status::Converged;
        }
        match self.mse_at_90_percent {
            Some(before) if self.mse < 0.99 * before => Status::Improving,
            _ => Status::Stuck,
        }
    }

    /// Share of `rows` training rows that are right.
    pub fn accuracy(&self, rows: usize) -> f64 {
        share_right(self.wrong_rows.count, rows)
    }
}

impl Scored {
    /// Share of `rows` rows that are right.
    pub fn accuracy(&self, rows: usize) -> f64 {
        share_right(self.wrong, rows)
    }
}

fn share_right(wrong: u32, rows: usize) -> f64 {
    rows.saturating_sub(wrong as usize) as f64 / rows as f64
}
