//! Keeps the lanes of a batch full: gives a free lane the next seed, trains to the next event
//! of any lane, and hands out what has finished.

use super::{Feed, Outcome, Task};
use crate::network::kernel::{Batch, Evaluation, Problem, Queries, Stretch};
use crate::network::lanes::{Element, Lanes, Wide};
use crate::network::{is_right, parameters_hash};

/// Instructions between two calls of [`Feed::interrupted`]: some milliseconds.
const PATIENCE: u64 = 20_000_000;

/// Trains every seed of a feed, with as many vectors side by side as are fastest; fewer, once
/// the last seeds no longer fill them.
pub(super) fn train<S: Lanes>(simd: S, course: &Course<S::Element>, feed: &mut dyn Feed) {
    match course.problem.unroll() {
        4 => {
            let wide = Driver::new(Wide::<S, 4>(simd), course);
            let Some(wide) = wide.run(feed) else {
                return;
            };
            let Some(narrow) = wide.narrowed(Wide::<S, 2>(simd)).run(feed) else {
                return;
            };
            narrow.narrowed(simd).run(feed);
        }
        2 => {
            let wide = Driver::new(Wide::<S, 2>(simd), course);
            let Some(wide) = wide.run(feed) else {
                return;
            };
            wide.narrowed(simd).run(feed);
        }
        _ => {
            Driver::new(simd, course).run(feed);
        }
    }
}

/// What all lanes have in common.
pub(super) struct Course<'a, E> {
    pub task: &'a Task<'a>,
    pub problem: &'a Problem<E>,
    pub queries: Queries<E>,
    /// R × O targets as f64.
    targets: Vec<f64>,
    /// Updates after which [`Outcome::mse_at_90_percent`] is taken.
    pub ninety: u64,
}

impl<'a, E: Element> Course<'a, E> {
    pub fn new(task: &'a Task<'a>, problem: &'a Problem<E>) -> Self {
        let targets = task.dataset.targets.iter();
        let limit = u128::from(task.epochs);
        Course {
            task,
            problem,
            queries: Queries::new(task.queries),
            // Rounded to the precision, as the kernel sees them.
            targets: targets.map(|&t| E::from_f64(t).to_f64()).collect(),
            // At most the limit, so it fits.
            ninety: (limit * 9 / 10) as u64,
        }
    }

    fn rows(&self) -> usize {
        self.task.dataset.targets.nrows()
    }

    /// Mean squared error over rows and outputs, summed in their order.
    pub fn mse<S: Lanes<Element = E>>(&self, evaluation: &Evaluation<S>, lane: usize) -> f64 {
        let outputs = (0..self.rows()).flat_map(|row| evaluation.outputs(row, lane));
        let squares = outputs.zip(&self.targets).map(|(o, t)| (t - o) * (t - o));
        let sum = squares.fold(0.0, |sum, square| sum + square);
        canonical(sum / self.targets.len() as f64)
    }

    /// What a finished run is, but for its weights, from the evaluation of its final weights.
    pub fn outcome<S: Lanes<Element = E>>(
        &self,
        run: &Lane,
        evaluation: &Evaluation<S>,
        lane: usize,
        weights: impl Iterator<Item = f64>,
    ) -> Outcome {
        let mut wrong_rows = Vec::new();
        let mut largest = 0.0;
        let outputs = self.task.architecture.outputs;
        for (row, targets) in self.targets.chunks_exact(outputs).enumerate() {
            let mut right = true;
            for (output, target) in evaluation.outputs(row, lane).zip(targets) {
                let error = (target - output).abs();
                right &= is_right(*target, output);
                // NaN counts as the largest error.
                if error > largest || error.is_nan() {
                    largest = error;
                }
            }
            if !right {
                wrong_rows.push(row as u32);
            }
        }
        let queries = self.rows()..self.rows() + self.task.queries.len();
        let predictions = queries.flat_map(|query| evaluation.outputs(query, lane));
        let mut finite = true;
        let weights = weights.inspect(|weight| finite &= weight.is_finite());
        let weights_hash = parameters_hash(weights, self.task.precision);
        Outcome {
            seed: run.seed,
            epochs: run.epochs(self.task),
            convergence_epoch: run.converged,
            mse: self.mse(evaluation, lane),
            mse_at_90_percent: run.mse_at_90_percent,
            max_abs_error: canonical(largest),
            wrong_rows,
            gradient_norm: canonical(evaluation.gradient_norm(self.problem, lane)),
            predictions: predictions.map(canonical).collect(),
            finite,
            weights_hash,
        }
    }
}

/// Every NaN as the same bits.
fn canonical(value: f64) -> f64 {
    if value.is_nan() { f64::NAN } else { value }
}

/// A run in a lane.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lane {
    pub seed: u64,
    pub updates: u64,
    pub converged: Option<u64>,
    pub mse_at_90_percent: Option<f64>,
    /// How many of the checkpoints it has passed.
    observed: usize,
}

impl Lane {
    pub fn new(seed: u64) -> Lane {
        Lane {
            seed,
            updates: 0,
            converged: None,
            mse_at_90_percent: None,
            observed: 0,
        }
    }

    fn epochs(&self, task: &Task) -> u64 {
        match self.converged {
            Some(epoch) if task.stop => epoch,
            _ => task.epochs,
        }
    }

    /// Updates to the next moment at which something is to be done.
    fn distance(&self, course: &Course<'_, impl Sized>) -> u64 {
        let task = course.task;
        let mut next = task.epochs;
        if self.mse_at_90_percent.is_none() {
            next = next.min(course.ninety);
        }
        if let Some(checkpoint) = task.checkpoints.get(self.observed) {
            next = next.min(checkpoint - 1);
        }
        next - self.updates
    }
}

/// A batch and the runs in its lanes.
struct Driver<'a, S: Lanes> {
    course: &'a Course<'a, S::Element>,
    batch: Batch<S>,
    runs: Vec<Option<Lane>>,
    /// Whether the feed has no more seeds.
    exhausted: bool,
}

impl<'a, S: Lanes> Driver<'a, S> {
    pub fn new(simd: S, course: &'a Course<'a, S::Element>) -> Self {
        Driver {
            course,
            batch: Batch::new(simd, course.problem),
            runs: vec![None; S::LANES],
            exhausted: false,
        }
    }

    /// Moves the runs to a batch of fewer lanes, which must be enough.
    pub fn narrowed<T: Lanes<Element = S::Element>>(self, simd: T) -> Driver<'a, T> {
        let mut narrow = Driver::new(simd, self.course);
        narrow.exhausted = self.exhausted;
        let active = self.runs.iter().enumerate();
        let active = active.filter_map(|(lane, run)| run.map(|run| (lane, run)));
        for (to, (lane, run)) in active.enumerate() {
            narrow.batch.take(to, &self.batch, lane);
            narrow.runs[to] = Some(run);
        }
        narrow
    }

    /// Trains until nothing is left (`None`) or so few runs that half the vectors would do.
    pub fn run(mut self, feed: &mut dyn Feed) -> Option<Self> {
        loop {
            self.refill(feed);
            self.events(feed);
            let active = self.runs.iter().flatten().count();
            if active == 0 && self.exhausted {
                return None;
            }
            if self.exhausted && S::UNROLL > 1 && 2 * active <= S::LANES {
                return Some(self);
            }
            if feed.interrupted() {
                return None;
            }
            if active > 0 {
                self.stretch(feed);
            }
        }
    }

    /// Gives free lanes the next seeds.
    fn refill(&mut self, feed: &mut dyn Feed) {
        for lane in 0..S::LANES {
            if self.exhausted || self.runs[lane].is_some() {
                continue;
            }
            let Some(seed) = feed.next_seed() else {
                self.exhausted = true;
                return;
            };
            let initial = self.course.task.initial(seed);
            self.batch.set(self.course.problem, lane, initial.iter());
            self.runs[lane] = Some(Lane::new(seed));
        }
    }

    /// Does what is due at the current weights of the runs: observations and endings.
    fn events(&mut self, feed: &mut dyn Feed) {
        let due = |run: &Lane| run.distance(self.course) == 0;
        if !self.runs.iter().flatten().any(due) {
            return;
        }
        let (task, problem) = (self.course.task, self.course.problem);
        let evaluation = self.batch.evaluate(problem, &self.course.queries);
        for (lane, place) in self.runs.iter_mut().enumerate() {
            let Some(run) = place else { continue };
            if run.updates == self.course.ninety && run.mse_at_90_percent.is_none() {
                run.mse_at_90_percent = Some(self.course.mse(&evaluation, lane));
            }
            // The loss of an epoch's forward pass is that of the weights before its update.
            if task.checkpoints.get(run.observed) == Some(&(run.updates + 1))
                && run.updates < task.epochs
            {
                run.observed += 1;
                feed.observed(
                    run.seed,
                    run.updates + 1,
                    self.course.mse(&evaluation, lane),
                );
            }
            if run.updates == task.epochs {
                let weights = self.batch.weights(problem, lane);
                feed.finished(self.course.outcome(run, &evaluation, lane, weights));
                *place = None;
            }
        }
    }

    /// Trains all lanes to the nearest event.
    fn stretch(&mut self, feed: &mut dyn Feed) {
        let task = self.course.task;
        let runs = self.runs.iter().flatten();
        let nearest = runs.map(|run| run.distance(self.course)).min();
        let patience = (PATIENCE / self.course.problem.work()).max(1);
        let watched = self
            .runs
            .iter()
            .enumerate()
            .filter(|(_, run)| run.is_some_and(|run| run.converged.is_none()));
        let stretch = Stretch {
            epochs: nearest.unwrap_or(0).min(patience),
            watched: watched.fold(0, |bits, (lane, _)| bits | 1 << lane),
            stop: task.stop,
        };
        let progress = self.batch.train(self.course.problem, stretch);
        for (lane, run) in self.runs.iter_mut().enumerate() {
            let Some(run) = run else { continue };
            if progress.converged >> lane & 1 == 1 {
                run.converged = Some(run.updates + progress.first[lane]);
            }
            run.updates += progress.epochs;
        }
        if task.stop && progress.converged != 0 {
            self.finish_converged(progress.converged, feed);
        }
    }

    /// Hands out the runs that met the criterion, with the weights that met it.
    fn finish_converged(&mut self, lanes: u64, feed: &mut dyn Feed) {
        let problem = self.course.problem;
        self.batch.exchange_kept();
        let evaluation = self.batch.evaluate(problem, &self.course.queries);
        for (lane, place) in self.runs.iter_mut().enumerate() {
            let Some(run) = place.filter(|_| lanes >> lane & 1 == 1) else {
                continue;
            };
            let weights = self.batch.weights(problem, lane);
            feed.finished(self.course.outcome(&run, &evaluation, lane, weights));
            *place = None;
        }
        self.batch.exchange_kept();
    }
}
