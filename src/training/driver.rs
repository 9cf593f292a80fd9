//! Keeps the lanes of a batch full: gives a free lane the next seed, trains to the next event
//! of any lane, and hands out what has finished.

use super::backend::{backend_or_best, dispatch};
use super::course::{Course, Lane};
use super::task::{Feed, Task};
use crate::network::kernel::{Batch, Stretch};
use crate::network::lanes::{Backend, Generic, Lanes, Wide};

/// Instructions between two calls of [`Feed::interrupted`]: some milliseconds.
const PATIENCE: u64 = 20_000_000;

/// Trains every seed that the feed gives, many at once on the calling thread, until the feed
/// has no more and the last is finished, or it is interrupted.
///
/// Uses [`backend`](super::backend)'s backend; if `SEEDBED_SIMD` is wrong, the processor's best.
pub fn train(task: &Task, feed: &mut dyn Feed) {
    train_on(backend_or_best(), task, feed);
}

/// [`train`] with a given backend (scalars, if the processor lacks it).
pub fn train_on(backend: Backend, task: &Task, feed: &mut dyn Feed) {
    dispatch(backend, task.precision, TrainJob { task, feed });
}

/// How many networks of a task train side by side on one thread.
pub fn lanes(task: &Task) -> usize {
    dispatch(backend_or_best(), task.precision, LanesJob { task })
}

struct TrainJob<'t, 'f> {
    task: &'t Task<'t>,
    feed: &'f mut dyn Feed,
}

impl Generic for TrainJob<'_, '_> {
    type Output = ();
    fn with<S: Lanes>(self, simd: S) {
        let problem = self.task.problem();
        drive(simd, &Course::new(self.task, &problem), self.feed);
    }
}

struct LanesJob<'t> {
    task: &'t Task<'t>,
}

impl Generic for LanesJob<'_> {
    type Output = usize;
    fn with<S: Lanes>(self, _: S) -> usize {
        S::LANES * self.task.problem::<S::Element>().unroll()
    }
}

/// Trains every seed of a feed, with as many vectors side by side as are fastest; fewer, once
/// the last seeds no longer fill them.
pub(super) fn drive<S: Lanes>(simd: S, course: &Course<S::Element>, feed: &mut dyn Feed) {
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
