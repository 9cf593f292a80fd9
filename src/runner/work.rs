//! The pending runs, and who takes which next.
//!
//! A job is one model's pending runs of one kind, with or without loss curve. A worker takes
//! a job, trains from it until it is empty and takes the next. Jobs nobody works on come
//! first, the most expensive per run before the others, so that what is left at the end is
//! cheap to share; then workers join the job with the most work left. Nothing here decides a
//! bit of any result.

use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One model's pending runs of one kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Position of the model in the plan.
    pub model: usize,
    /// Whether loss curves are kept.
    pub curve: bool,
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
    shape: Vec<(usize, bool)>,
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
        Queue {
            jobs: pending.collect(),
            shape: jobs.iter().map(|job| (job.model, job.curve)).collect(),
        }
    }

    /// A job to work on, as its position among the jobs; `None` when nothing is pending.
    pub fn claim(&self) -> Option<usize> {
        loop {
            let best = (0..self.jobs.len())
                .filter_map(|job| Some((self.lock(job).urgency()?, job)))
                // Ties go to the first.
                .max_by(|(a, i), (b, j)| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(j.cmp(i)));
            let job = best?.1;
            let mut pending = self.lock(job);
            // Another worker may have emptied it since; then look again.
            if pending.left > 0 {
                pending.workers += 1;
                return Some(job);
            }
        }
    }

    /// Ends the work on a claimed job.
    pub fn release(&self, job: usize) {
        self.lock(job).workers -= 1;
    }

    /// Takes up to `count` runs of a job, as places; empty when none is pending.
    pub fn take(&self, job: usize, count: u64) -> Range<u64> {
        let mut pending = self.lock(job);
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

    /// Model and kind of a job.
    pub fn shape(&self, job: usize) -> (usize, bool) {
        self.shape[job]
    }

    /// Nothing is left half done by a worker that panicked.
    fn lock(&self, job: usize) -> MutexGuard<'_, Pending> {
        self.jobs[job]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pending {
    /// Larger is sooner; `None` if nothing is left.
    fn urgency(&self) -> Option<(bool, f64)> {
        match (self.left, self.workers) {
            (0, _) => None,
            (_, 0) => Some((true, self.cost)),
            (left, workers) => Some((false, self.cost * left as f64 / workers as f64)),
        }
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
