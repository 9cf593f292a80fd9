//! A run as most are, for its size in files and in memory.

use std::time::{Duration, Instant};

use super::few::Few;
use super::lanes::lanes;
use crate::network::Part;
use crate::plan::Plan;
use crate::training::{self, Judged, Mistake, Outcome, Run, Scored, Task};

/// A few runs may be trained for so long to see how they end.
const TRAINED: Duration = Duration::from_millis(350);
/// Of fewer rows, the list of those that are wrong is short however many they are.
const MANY_ROWS: usize = 50;
/// Without having seen it: of many rows, one in so many is wrong at the end of a run.
const RIGHT_PER_WRONG: usize = 10;

/// How most runs end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Typical {
    /// Rows that are wrong at the end.
    pub wrong_rows: usize,
}

/// What a run says of classes and held-out rows: a tenth of them wrong, as [`Typical::guessed`].
fn judged(plan: &Plan, model: usize, digits: f64) -> Judged {
    let sets = plan.sets(model);
    let scored = |part: &Part| {
        let rows = part.dataset.rows();
        (rows > 0).then(|| Scored {
            mse: digits,
            wrong: rows.div_ceil(RIGHT_PER_WRONG) as u32,
        })
    };
    let classes = plan.manifest.data.classes.as_ref();
    let classes = classes.map_or(0, |classes| classes.names.len() as u16);
    let mistakes = |part: &Part| -> Vec<Mistake> {
        let wrong = part.dataset.rows().div_ceil(RIGHT_PER_WRONG);
        let pairs = (0..classes).map(|class| Mistake {
            class,
            answer: Some((class + 1) % classes),
            rows: 1,
        });
        pairs.take(wrong).collect()
    };
    Judged {
        validation: scored(&sets.validation),
        best_epoch: scored(&sets.validation).map(|_| plan.manifest.epochs.div_ceil(2)),
        test: scored(&sets.test),
        mistakes: mistakes(&sets.training),
        test_mistakes: mistakes(&sets.test),
    }
}

impl Typical {
    /// A guess: a tenth of the rows is wrong.
    pub fn guessed(plan: &Plan) -> Typical {
        let rows = plan.manifest.data.first().rows();
        Typical {
            wrong_rows: rows.div_ceil(RIGHT_PER_WRONG),
        }
    }

    /// As a few runs of the model in the middle end, if they can be trained in a moment and the
    /// rows are many; else guessed.
    pub fn seen(plan: &Plan) -> Typical {
        let guessed = Typical::guessed(plan);
        if plan.manifest.data.first().rows() < MANY_ROWS {
            return guessed;
        }
        let model = plan.models.len() / 2;
        let mut wrong_rows = Vec::new();
        let mut few = Few {
            left: lanes(plan)[model].min(plan.manifest.seeds.count()),
            deadline: Instant::now() + TRAINED,
            on_outcome: |outcome: Outcome| wrong_rows.push(outcome.wrong_rows.count as usize),
        };
        training::train(&Task::new(plan, model, &[]), &mut few);
        match wrong_rows.len() {
            0 => guessed,
            runs => Typical {
                wrong_rows: wrong_rows.iter().sum::<usize>() / runs,
            },
        }
    }

    /// A run whose numbers have all their digits, of the seed with most digits; with its loss
    /// curve if it is one that is kept.
    pub fn run(self, plan: &Plan, model: usize, curve: bool) -> Run {
        let manifest = &plan.manifest;
        let digits = std::f64::consts::PI / 10.0;
        let last = manifest.seeds.count().saturating_sub(1);
        let rows = manifest.data.first().rows();
        let every = rows / self.wrong_rows.max(1);
        let wrong_rows = (0..self.wrong_rows).map(|wrong| (wrong * every) as u32);
        let outcome = Outcome {
            seed: manifest.seeds.get(last).unwrap_or(0),
            epochs: manifest.epochs,
            convergence_epoch: Some(manifest.epochs.div_ceil(2)),
            mse: digits,
            mse_at_90_percent: Some(digits),
            max_abs_error: digits,
            wrong_rows: wrong_rows.collect(),
            gradient_norm: digits / 10.0,
            predictions: vec![digits; plan.predictions().len()],
            judged: judged(plan, model, digits),
            finite: true,
            weights_hash: u64::MAX,
        };
        let epochs = if curve {
            plan.curve_epochs()
        } else {
            Vec::new()
        };
        Run {
            curve: epochs.into_iter().map(|epoch| (epoch, digits)).collect(),
            ..Run::new(model, outcome)
        }
    }
}
