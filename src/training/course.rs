//! What the runs of a task have in common, and how far each has come.

use std::ops::Range;

use super::judge::{Judge, canonical};
use super::outcome::{Judged, Mistake, Outcome, Scored, WrongRows};
use super::state::{Best, LaneState};
use super::task::Task;
use crate::network::kernel::{Evaluation, Problem, Queries};
use crate::network::lanes::{Element, Lanes};
use crate::network::{Dataset, parameters_hash};

/// What all lanes have in common.
pub(super) struct Course<'a, E> {
    pub task: &'a Task<'a>,
    pub problem: &'a Problem<E>,
    pub queries: Queries<E>,
    /// The rows that are trained on.
    training: Judge<'a>,
    /// The rows that are looked at while training; maybe none.
    validation: Judge<'a>,
    /// The rows that are evaluated with the final weights; maybe none.
    test: Judge<'a>,
    /// Updates after which [`Outcome::mse_at_90_percent`] is taken.
    pub ninety: u64,
    /// Updates after which the validation rows are looked at, ascending.
    looks: Vec<u64>,
}

impl<'a, E: Element> Course<'a, E> {
    pub fn new(task: &'a Task<'a>, problem: &'a Problem<E>) -> Self {
        let held_out = [task.validation, task.test];
        let held_out: Vec<&Dataset> = held_out.into_iter().flatten().collect();
        let training = Judge::new::<E>(Some(task.dataset), 0);
        let queries = training.rows().end;
        let validation = Judge::new::<E>(task.validation, queries + task.queries.len());
        let test = Judge::new::<E>(task.test, validation.rows().end);
        Course {
            task,
            problem,
            queries: Queries::new(task.architecture, task.queries, &held_out),
            training,
            validation,
            test,
            ninety: task.ninety(),
            looks: task.looks(),
        }
    }

    /// Mean squared error of every lane over the training rows and outputs.
    pub fn mse<S: Lanes<Element = E>>(&self, evaluation: &Evaluation<S>) -> Vec<f64> {
        self.training.mse(evaluation)
    }

    /// The same of the validation rows; empty without such rows.
    pub fn validation_mse<S: Lanes<Element = E>>(&self, evaluation: &Evaluation<S>) -> Vec<f64> {
        match self.task.validation {
            Some(_) => self.validation.mse(evaluation),
            None => Vec::new(),
        }
    }

    /// Updates after which the validation rows are looked at, ascending.
    pub fn looks(&self) -> &[u64] {
        &self.looks
    }

    /// Rows and queries of an evaluation.
    pub fn evaluated(&self) -> usize {
        self.test.rows().end
    }

    /// The places of the queries in an evaluation.
    fn queries(&self) -> Range<usize> {
        let first = self.training.rows().end;
        first..first + self.task.queries.len()
    }

    /// What a finished run is, from its final weights and their evaluation. Losses are those of
    /// all lanes.
    pub fn outcome<S: Lanes<Element = E>>(
        &self,
        run: &Lane,
        evaluation: &Evaluation<S>,
        lane: usize,
        losses: &Losses,
        weights: impl Iterator<Item = f64>,
    ) -> Outcome {
        let verdict = self.training.verdict(evaluation, lane);
        let number = |row: &u32| *self.task.numbers.get(*row as usize).unwrap_or(row);
        let wrong_rows = WrongRows {
            count: verdict.wrong_rows.count,
            first: verdict.wrong_rows.first.iter().map(number).collect(),
        };
        let predictions = self.queries();
        let predictions = predictions.flat_map(|query| evaluation.outputs(query, lane));
        let mut finite = true;
        let weights = weights.inspect(|weight| finite &= weight.is_finite());
        let weights_hash = parameters_hash(weights, self.task.precision);
        Outcome {
            seed: run.seed,
            epochs: run.epochs(self.task),
            convergence_epoch: run.converged,
            mse: losses.training[lane],
            mse_at_90_percent: run.mse_at_90_percent,
            max_abs_error: canonical(verdict.largest_error),
            wrong_rows,
            gradient_norm: canonical(evaluation.gradient_norm(self.problem, lane)),
            predictions: predictions.map(canonical).collect(),
            judged: self.judged(run, evaluation, lane, losses, verdict.mistakes),
            finite,
            weights_hash,
        }
    }

    /// What the final weights make of classes and of the rows held out of training.
    fn judged<S: Lanes<Element = E>>(
        &self,
        run: &Lane,
        evaluation: &Evaluation<S>,
        lane: usize,
        losses: &Losses,
        mistakes: Vec<Mistake>,
    ) -> Judged {
        let validation = losses.validation.get(lane).map(|&mse| {
            let verdict = self.validation.verdict(evaluation, lane);
            (mse, verdict.wrong_rows.count)
        });
        // The final weights may be better than all that were looked at before.
        let now = |mse| Best::of(run.best, run.updates, mse);
        let best = validation.and_then(|(mse, _)| now(mse));
        let test = losses.test.get(lane).map(|&mse| {
            let verdict = self.test.verdict(evaluation, lane);
            (mse, verdict)
        });
        let (test, test_mistakes) = match test {
            Some((mse, verdict)) => {
                let wrong = verdict.wrong_rows.count;
                (Some(Scored { mse, wrong }), verdict.mistakes)
            }
            None => (None, Vec::new()),
        };
        Judged {
            validation: validation.map(|(mse, wrong)| Scored { mse, wrong }),
            best_epoch: best.map(|best| best.epoch),
            test,
            mistakes,
            test_mistakes,
        }
    }

    /// The losses of all lanes with their final weights.
    pub fn losses<S: Lanes<Element = E>>(&self, evaluation: &Evaluation<S>) -> Losses {
        let test = || self.test.mse(evaluation);
        Losses {
            training: self.training.mse(evaluation),
            validation: self.validation_mse(evaluation),
            test: self.task.test.map(|_| test()).unwrap_or_default(),
        }
    }
}

/// Mean squared errors of all lanes by set; empty of a set without rows.
pub(super) struct Losses {
    pub training: Vec<f64>,
    pub validation: Vec<f64>,
    pub test: Vec<f64>,
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
    /// How often its validation rows were looked at.
    pub looked: usize,
    /// Where they fared best so far.
    pub best: Option<Best>,
}

impl Lane {
    pub fn new(seed: u64) -> Lane {
        Lane {
            seed,
            updates: 0,
            converged: None,
            mse_at_90_percent: None,
            observed: 0,
            looked: 0,
            best: None,
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
            looked,
            best,
            weights: _,
            remembered: _,
        } = state;
        Lane {
            seed,
            updates,
            converged,
            mse_at_90_percent,
            observed,
            looked,
            best,
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
            looked,
            best,
        } = self;
        LaneState {
            seed,
            updates,
            converged,
            mse_at_90_percent,
            observed,
            looked,
            best,
            weights,
            remembered,
        }
    }

    /// Looks at the validation rows, if it is time: their mean squared error is now this.
    pub fn look(&mut self, course: &Course<'_, impl Sized>, mse: f64) {
        if course.looks.get(self.looked) == Some(&self.updates) {
            self.looked += 1;
            self.best = Best::of(self.best, self.updates, mse);
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
        if let Some(look) = course.looks.get(self.looked) {
            next = next.min(*look);
        }
        next - self.updates
    }
}
