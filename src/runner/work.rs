//! The pending runs, and who takes which next.
//!
//! A job is one model's pending runs of one kind, with or without loss curve. A worker takes
//! a job, trains from it until it is empty and takes the next. Jobs nobody works on come
//! first, the most expensive per run before the others, so that what is left at the end is
//! cheap to share; then workers join the job with the most work left. Nothing here decides a
//! bit of any result.

use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::network::Start;

/// One model's pending runs of one kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Position of the model in the plan.
    pub model: usize,
    /// Whether loss curves are kept.
    pub curve: bool,
    /// Whether runs begin as their seed says, or as its twin.
    pub start: Start,
    /// Places of the seeds in the manifest, ascending.
    pub places: Vec<Range<u64>>,
    /// Expected work of one run, in any unit that all jobs share.
    pub cost: f64,
}

impl Job {
    /// A job without runs.
    pub fn new(model: usize, curve: bool, cost: f64) -> Job {
        Job {
            model,
            curve,
            start: Start::Drawn,
            places: Vec::new(),
            cost,
        }
    }

    /// Adds the run of the seed at `place`, above all before.
    pub fn push(&mut self, place: u64) {
        match self.places.last_mut() {
            Some(last) if last.end == place => last.end += 1,
            _ => self.places.push(place..place + 1),
        }
    }

    /// How many runs.
    pub fn runs(&self) -> u64 {
        self.places
            .iter()
            .map(|places| places.end - places.start)
            .sum()
    }
}

/// The jobs, shared by the workers.
#[derive(Debug)]
pub struct Queue {
    jobs: Vec<Mutex<Pending>>,
    shape: Vec<(usize, bool, Start)>,
    /// Jobs that nobody has worked on: the next one at the end.
    fresh: Mutex<Vec<usize>>,
}

#[derive(Debug)]
struct Pending {
    /// In reverse: the next places are at the end.
    places: Vec<Range<u64>>,
    left: u64,
    cost: f64,
    workers: u64,
}

impl Queue {
    /// Of these jobs.
    pub fn new(jobs: &[Job]) -> Queue {
        let pending = jobs.iter().map(|job| {
            Mutex::new(Pending {
                places: job.places.iter().rev().cloned().collect(),
                left: job.runs(),
                cost: job.cost,
                workers: 0,
            })
        });
        let mut fresh: Vec<usize> = (0..jobs.len()).collect();
        // The most expensive last; of equal ones the first.
        fresh.sort_by(|&a, &b| jobs[a].cost.total_cmp(&jobs[b].cost).then(b.cmp(&a)));
        Queue {
            jobs: pending.collect(),
            fresh: Mutex::new(fresh),
            shape: jobs
                .iter()
                .map(|job| (job.model, job.curve, job.start))
                .collect(),
        }
    }

    /// A job to work on, as its position among the jobs; `None` when nothing is pending.
    pub fn claim(&self) -> Option<usize> {
        loop {
            let fresh = lock(&self.fresh).pop();
            let job = fresh.or_else(|| self.most_left())?;
            let mut pending = lock(&self.jobs[job]);
            // Another worker may have emptied it since; then look again.
            if pending.left > 0 {
                pending.workers += 1;
                return Some(job);
            }
        }
    }

    /// The job that leaves each of its workers the most to do. Looks at all of them, so it is
    /// asked only when none is fresh: of ten thousand models, each claim would take as long as
    /// a short job.
    fn most_left(&self) -> Option<usize> {
        let share = |job: usize| Some((lock(&self.jobs[job]).share()?, job));
        let best = (0..self.jobs.len())
            .filter_map(share)
            // Ties go to the first.
            .max_by(|(a, i), (b, j)| a.total_cmp(b).then(j.cmp(i)));
        best.map(|(_, job)| job)
    }

    /// Ends the work on a claimed job.
    pub fn release(&self, job: usize) {
        lock(&self.jobs[job]).workers -= 1;
    }

    /// Takes up to `count` runs of a job, as places; empty when none is pending.
    pub fn take(&self, job: usize, count: u64) -> Range<u64> {
        let mut pending = lock(&self.jobs[job]);
        let Some(places) = pending.places.last_mut() else {
            return 0..0;
        };
        let end = places.start.saturating_add(count).min(places.end);
        let taken = places.start..end;
        places.start = end;
        if places.is_empty() {
            pending.places.pop();
        }
        pending.left -= taken.end - taken.start;
        taken
    }

    /// Model and kind of a job: whether loss curves are kept, and how its runs begin.
    pub fn shape(&self, job: usize) -> (usize, bool, Start) {
        self.shape[job]
    }
}

/// Nothing is left half done by a worker that panicked.
fn lock<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Pending {
    /// Work for each of the job's workers; `None` if nothing is left.
    fn share(&self) -> Option<f64> {
        let share = self.cost * self.left as f64 / self.workers.max(1) as f64;
        (self.left > 0).then_some(share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jobs() -> Vec<Job> {
        let mut jobs = vec![Job::new(0, false, 1.0), Job::new(1, false, 5.0)];
        for place in [0, 1, 2, 5, 6] {
            jobs[0].push(place);
        }
        jobs[1].push(3);
        jobs
    }

    #[test]
    fn consecutive_places_are_one_range() {
        assert_eq!(jobs()[0].places, [0..3, 5..7]);
        assert_eq!(jobs()[0].runs(), 5);
    }

    #[test]
    fn expensive_jobs_come_first_and_every_run_once() {
        let queue = Queue::new(&jobs());
        assert_eq!(queue.claim(), Some(1));
        assert_eq!(queue.claim(), Some(0));
        assert_eq!(queue.take(1, 16), 3..4);
        assert_eq!(queue.take(1, 16), 0..0);
        assert_eq!(queue.take(0, 2), 0..2);
        // A second worker joins what is left.
        assert_eq!(queue.claim(), Some(0));
        assert_eq!(queue.take(0, 2), 2..3);
        assert_eq!(queue.take(0, 2), 5..7);
        assert_eq!(queue.claim(), None);
    }
}
