//! How right the runs of a model are: accuracy and loss by set, and what rows of each class were
//! taken for.

use std::collections::TryReserveError;

use super::accuracy::Shares;
use super::estimate::{Interval, Simulated};
use super::spread::{Spread, spread};
use super::student::t_of;
use crate::manifest::StatisticsSettings;
use crate::network::{Dataset, Sets};
use crate::plan::Plan;
use crate::training::{Judged, Mistake, Outcome, Scored};

/// Accuracy and loss of the rows of one set over the runs of a model.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SetSummary {
    /// Share of its rows that are right, 0 to 1.
    pub accuracy: Spread,
    /// Student's interval of the mean accuracy; `None` of fewer than two runs.
    pub accuracy_interval: Option<Interval>,
    /// Final mean squared error.
    pub mse: Spread,
}

/// What the runs of a model amount to on rows with classes, or held out of training.
#[derive(Debug, Clone, PartialEq)]
pub struct Performance {
    /// The rows that were trained on.
    pub training: SetSummary,
    /// The rows that were looked at while training.
    pub validation: Option<SetSummary>,
    /// The rows that only the final weights were evaluated on.
    pub test: Option<SetSummary>,
    /// What test rows were taken for; training rows, where no row is a test row. Empty without
    /// classes.
    pub confusion: Confusion,
}

/// Rows by their class and by what they were taken for, summed over runs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Confusion {
    classes: usize,
    /// Class by class: an answer for each class, and last that there was none.
    counts: Vec<u64>,
}

/// What is kept of each run's accuracy and loss, set by set.
#[derive(Debug, Clone, Default)]
pub(super) struct JudgedColumns {
    about: About,
    training: SetColumns,
    validation: Option<SetColumns>,
    test: Option<SetColumns>,
    confusion: Confusion,
    /// Rows of each class in the set that the confusion is of.
    class_rows: Vec<u64>,
}

/// Which rows a study is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum About {
    /// Training rows: no row of any model is a test row.
    #[default]
    Training,
    /// Test rows.
    Test,
}

/// Of one set.
#[derive(Debug, Clone, Default)]
pub(super) struct SetColumns {
    pub rows: u32,
    pub mse: Vec<f64>,
    /// How many rows are right.
    pub right: Vec<u32>,
}

impl JudgedColumns {
    /// Of a plan's model; `None` if its rows have no classes and none is held out.
    pub fn of(plan: &Plan, model: usize) -> Option<JudgedColumns> {
        let classes = plan.manifest.data.classes.as_ref();
        let classes = classes.map_or(0, |classes| classes.names.len());
        let Sets {
            training,
            validation,
            test,
        } = plan.sets(model);
        let columns = |rows: &Dataset| SetColumns {
            rows: rows.rows() as u32,
            ..SetColumns::default()
        };
        let held_out = |rows: &Dataset| (rows.rows() > 0).then(|| columns(rows));
        let (validation, test_columns) = (held_out(&validation.dataset), held_out(&test.dataset));
        if classes == 0 && validation.is_none() && test_columns.is_none() {
            return None;
        }
        // Where some model has test rows, the study is about test rows.
        let about = match plan.manifest.data.tests() {
            true => About::Test,
            false => About::Training,
        };
        let confused = match about {
            About::Test => &test.dataset,
            About::Training => &training.dataset,
        };
        Some(JudgedColumns {
            about,
            training: columns(&training.dataset),
            validation,
            test: test_columns,
            confusion: Confusion::new(classes),
            class_rows: class_rows(confused, classes),
        })
    }

    /// Bytes that each run takes.
    pub fn bytes_per_run(&self) -> usize {
        let sets = 1 + usize::from(self.validation.is_some()) + usize::from(self.test.is_some());
        sets * (size_of::<f64>() + size_of::<u32>())
    }

    /// Makes room for so many more runs.
    pub fn reserve(&mut self, runs: usize) -> Result<(), TryReserveError> {
        let held_out = [&mut self.validation, &mut self.test];
        for columns in [&mut self.training]
            .into_iter()
            .chain(held_out.into_iter().flatten())
        {
            columns.mse.try_reserve_exact(runs)?;
            columns.right.try_reserve_exact(runs)?;
        }
        Ok(())
    }

    /// Adds the next run.
    pub fn push(&mut self, outcome: &Outcome) {
        let Judged {
            validation,
            best_epoch: _,
            test,
            mistakes,
            test_mistakes,
        } = &outcome.judged;
        self.training.push(Scored {
            mse: outcome.mse,
            wrong: outcome.wrong_rows.count,
        });
        for (columns, scored) in [(&mut self.validation, validation), (&mut self.test, test)] {
            if let (Some(columns), Some(scored)) = (columns, scored) {
                columns.push(*scored);
            }
        }
        let mistakes = match self.about {
            About::Test => test_mistakes,
            About::Training => mistakes,
        };
        self.confusion.add(&self.class_rows, mistakes);
    }

    /// What all runs amount to.
    pub fn summary(&self, settings: &StatisticsSettings) -> Performance {
        let of = |columns: &SetColumns| columns.summary(settings);
        Performance {
            training: of(&self.training),
            validation: self.validation.as_ref().map(of),
            test: self.test.as_ref().map(of),
            confusion: self.confusion.clone(),
        }
    }

    /// The sets: training, validation, test.
    pub fn sets(&self) -> [Option<&SetColumns>; 3] {
        [
            Some(&self.training),
            self.validation.as_ref(),
            self.test.as_ref(),
        ]
    }

    /// Rows of the set that the study is about; `None` if the model has none.
    pub fn shares(&self) -> Option<Shares> {
        let columns = match self.about {
            About::Test => self.test.as_ref()?,
            About::Training => &self.training,
        };
        Some(Shares {
            right: columns.right.iter().copied().map(u64::from).collect(),
            rows: columns.rows.into(),
        })
    }

    /// What rows were taken for.
    pub fn confusion(&self) -> &Confusion {
        &self.confusion
    }

    /// Frees what only the summary needs.
    pub fn keep_for_comparison(&mut self) {
        self.validation = None;
        self.training.mse = Vec::new();
        if let Some(test) = &mut self.test {
            self.training.right = Vec::new();
            test.mse = Vec::new();
        }
    }
}

impl SetColumns {
    fn push(&mut self, scored: Scored) {
        self.mse.push(scored.mse);
        self.right.push(self.rows - scored.wrong.min(self.rows));
    }

    /// Of each run, the share of the rows that are right.
    pub fn accuracies(&self) -> impl Iterator<Item = f64> + '_ {
        let rows = f64::from(self.rows);
        self.right.iter().map(move |right| f64::from(*right) / rows)
    }

    fn summary(&self, settings: &StatisticsSettings) -> SetSummary {
        let accuracy = spread(self.accuracies(), None, settings);
        SetSummary {
            accuracy,
            accuracy_interval: mean_interval(accuracy.mean, accuracy.count, settings.confidence),
            mse: spread(self.mse.iter().copied(), None, settings),
        }
    }
}

/// Student's interval of a mean accuracy of `count` values.
pub(super) fn mean_interval(
    mean: Option<Simulated>,
    count: u64,
    confidence: f64,
) -> Option<Interval> {
    let mean = mean?;
    let distance = t_of(confidence, count.saturating_sub(1))? * mean.mcse?;
    // A share is nowhere else.
    Some(Interval {
        low: (mean.value - distance).max(0.0),
        high: (mean.value + distance).min(1.0),
    })
}

/// Bytes that each run of a model takes for accuracy and loss by set.
pub fn judged_bytes_per_run(plan: &Plan, model: usize) -> usize {
    JudgedColumns::of(plan, model).map_or(0, |judged| judged.bytes_per_run())
}

/// How many rows each class has.
fn class_rows(dataset: &Dataset, classes: usize) -> Vec<u64> {
    let mut rows = vec![0; classes];
    for targets in dataset.targets.outer_iter() {
        let class = dataset.right.class(&targets.to_vec());
        if let Some(count) = class.and_then(|class| rows.get_mut(class)) {
            *count += 1;
        }
    }
    rows
}

impl Confusion {
    fn new(classes: usize) -> Confusion {
        Confusion {
            classes,
            counts: vec![0; classes * (classes + 1)],
        }
    }

    /// Adds the rows of other runs with the same classes.
    pub(super) fn extend(&mut self, other: &Confusion) {
        for (ours, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *ours += theirs;
        }
    }

    /// How many classes; 0 if there are none.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Rows of a class that were taken for another, or for none.
    pub fn rows(&self, class: usize, answer: Option<usize>) -> u64 {
        self.counts[self.place(class, answer)]
    }

    fn place(&self, class: usize, answer: Option<usize>) -> usize {
        class * (self.classes + 1) + answer.unwrap_or(self.classes)
    }

    /// Adds a run: so many rows of each class, of which these were mistaken.
    fn add(&mut self, class_rows: &[u64], mistakes: &[Mistake]) {
        for (class, rows) in class_rows.iter().enumerate() {
            let place = self.place(class, Some(class));
            self.counts[place] += rows;
        }
        for mistake in mistakes {
            let class = usize::from(mistake.class);
            let answer = mistake.answer.map(usize::from);
            if class >= self.classes || answer.is_some_and(|answer| answer >= self.classes) {
                continue;
            }
            let (right, wrong) = (self.place(class, Some(class)), self.place(class, answer));
            let rows = u64::from(mistake.rows).min(self.counts[right]);
            self.counts[right] -= rows;
            self.counts[wrong] += rows;
        }
    }
}
