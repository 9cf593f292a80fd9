//! Keeps the lanes of a batch full: gives a free lane the next seed, trains to the next event
//! of any lane, and hands out what has finished.

use std::ops::ControlFlow;

use super::backend::{backend_or_best, dispatch};
use super::course::{Course, Lane};
use super::feed::Feed;
use super::state::LaneState;
use super::task::Task;
use crate::network::kernel::{Batch, Evaluation, Keep, PATIENCE, Stretch};
use crate::network::lanes::{Backend, Generic, Lanes, Wide};

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
    /// The last one.
    evaluation: Evaluation<S>,
    runs: Vec<Option<Lane>>,
    /// Whether the feed has no more seeds.
    exhausted: bool,
}

impl<'a, S: Lanes> Driver<'a, S> {
    pub fn new(simd: S, course: &'a Course<'a, S::Element>) -> Self {
        let batch = Batch::new(simd, course.problem);
        Driver {
            course,
            evaluation: batch.room(course.problem, &course.queries, Keep::Outputs),
            batch,
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
            if self.events(feed).is_break() {
                self.hand_over(feed);
                return None;
            }
            let active = self.runs.iter().flatten().count();
            if active == 0 && self.exhausted {
                return None;
            }
            if self.exhausted && S::UNROLL > 1 && 2 * active <= S::LANES {
                return Some(self);
            }
            if feed.interrupted() {
                self.hand_over(feed);
                return None;
            }
            if feed.checkpoint_due() {
                self.hand_over(feed);
            }
            if active > 0 && self.stretch(feed).is_break() {
                self.hand_over(feed);
                return None;
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
            let stored = feed.resume(seed);
            self.runs[lane] = Some(self.begin(lane, seed, stored));
        }
    }

    /// Puts the run of a seed into a lane: from where it was, or from its beginning.
    fn begin(&mut self, lane: usize, seed: u64, stored: Option<LaneState>) -> Lane {
        let (task, problem) = (self.course.task, self.course.problem);
        let fits = |state: &LaneState| state.seed == seed && state.fits(task);
        if let Some(state) = stored.filter(fits) {
            let (weights, remembered) = (state.weights.iter(), state.remembered.iter());
            (self.batch).set_trained(problem, lane, weights.copied(), remembered.copied());
            return Lane::resumed(&state);
        }
        self.batch.set(problem, lane, task.initial(seed).iter());
        Lane::new(seed)
    }

    /// Tells where the runs are that have begun.
    fn hand_over(&self, feed: &mut dyn Feed) {
        let problem = self.course.problem;
        for (lane, run) in self.runs.iter().enumerate() {
            let Some(run) = run.filter(|run| run.updates > 0) else {
                continue;
            };
            let weights = self.batch.weights(problem, lane).collect();
            let remembered = self.batch.remembered(problem, lane).collect();
            feed.checkpoint(run.state(weights, remembered));
        }
    }

    /// Does what is due at the current weights of the runs: observations and endings. Breaks,
    /// with nothing done, if it is interrupted.
    fn events(&mut self, feed: &mut dyn Feed) -> ControlFlow<()> {
        let due = |run: &Lane| run.distance(self.course) == 0;
        if !self.runs.iter().flatten().any(due) {
            return ControlFlow::Continue(());
        }
        let (task, problem) = (self.course.task, self.course.problem);
        let interrupted = || feed.interrupted();
        if !self.evaluate(&interrupted) {
            return ControlFlow::Break(());
        };
        let course = self.course;
        let losses = course.losses(&self.evaluation);
        for (lane, place) in self.runs.iter_mut().enumerate() {
            let Some(run) = place else { continue };
            let mse = losses.training[lane];
            if let Some(mse) = losses.validation.get(lane) {
                run.look(course, *mse);
            }
            if run.updates == self.course.ninety && run.mse_at_90_percent.is_none() {
                run.mse_at_90_percent = Some(mse);
            }
            // The loss of an epoch's forward pass is that of the weights before its update.
            if task.checkpoints.get(run.observed) == Some(&(run.updates + 1))
                && run.updates < task.epochs
            {
                run.observed += 1;
                feed.observed(run.seed, run.updates + 1, mse);
            }
            if run.updates == task.epochs {
                let weights = self.batch.weights(problem, lane);
                let evaluation = &self.evaluation;
                feed.finished(course.outcome(run, evaluation, lane, &losses, weights));
                *place = None;
            }
        }
        ControlFlow::Continue(())
    }

    /// Evaluates all lanes; false if it is interrupted.
    fn evaluate(&mut self, interrupted: &dyn Fn() -> bool) -> bool {
        let (problem, queries) = (self.course.problem, &self.course.queries);
        let evaluation = &mut self.evaluation;
        (self.batch).evaluate_unless(evaluation, problem, queries, interrupted)
    }

    /// Trains all lanes to the nearest event. Breaks, before a run is handed out, if that is
    /// interrupted.
    fn stretch(&mut self, feed: &mut dyn Feed) -> ControlFlow<()> {
        let stretch = self.next_stretch();
        let interrupted = || feed.interrupted();
        let progress = (self.batch).train(self.course.problem, stretch, &interrupted);
        let mut trained = 0;
        for (lane, run) in self.runs.iter_mut().enumerate() {
            let Some(run) = run else { continue };
            if progress.converged >> lane & 1 == 1 {
                run.converged = Some(run.updates + progress.first[lane]);
            }
            run.updates += progress.epochs;
            trained += progress.epochs;
        }
        feed.progressed(trained);
        if stretch.stop && progress.converged != 0 {
            return self.finish_converged(progress.converged, feed);
        }
        ControlFlow::Continue(())
    }

    /// To the nearest event, or as far as patience goes.
    fn next_stretch(&self) -> Stretch {
        let runs = self.runs.iter().flatten();
        let nearest = runs.map(|run| run.distance(self.course)).min();
        let patience = (PATIENCE / self.course.problem.work()).max(1);
        let watched = self
            .runs
            .iter()
            .enumerate()
            .filter(|(_, run)| run.is_some_and(|run| run.converged.is_none()));
        Stretch {
            epochs: nearest.unwrap_or(0).min(patience),
            watched: watched.fold(0, |bits, (lane, _)| bits | 1 << lane),
            stop: self.course.task.stop,
        }
    }

    /// Hands out the runs that met the criterion, with the weights that met it. If it is
    /// interrupted, they are as they were before the epoch that met it.
    fn finish_converged(&mut self, lanes: u64, feed: &mut dyn Feed) -> ControlFlow<()> {
        let problem = self.course.problem;
        self.batch.exchange_kept();
        let interrupted = || feed.interrupted();
        if !self.evaluate(&interrupted) {
            self.batch.exchange_kept();
            self.take_back(lanes);
            return ControlFlow::Break(());
        };
        let losses = self.course.losses(&self.evaluation);
        for (lane, place) in self.runs.iter_mut().enumerate() {
            let Some(mut run) = place.filter(|_| lanes >> lane & 1 == 1) else {
                continue;
            };
            // The weights are those from before the last update.
            run.updates -= 1;
            let weights = self.batch.weights(problem, lane);
            let evaluation = &self.evaluation;
            feed.finished(
                self.course
                    .outcome(&run, evaluation, lane, &losses, weights),
            );
            *place = None;
        }
        self.batch.exchange_kept();
        ControlFlow::Continue(())
    }

    /// Takes back the last epoch of runs that met the criterion in it. What the update rule
    /// remembers stays as after it: no matter, because the next forward pass ends these runs.
    fn take_back(&mut self, lanes: u64) {
        for (lane, run) in self.runs.iter_mut().enumerate() {
            let Some(run) = run.as_mut().filter(|_| lanes >> lane & 1 == 1) else {
                continue;
            };
            self.batch.restore_kept(lane);
            run.converged = None;
            run.updates -= 1;
        }
    }
}
