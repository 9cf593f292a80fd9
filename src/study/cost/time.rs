//! The time that a study takes: training, shared by the threads, then the tables and the pages.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::time::{Duration, Instant};

use super::lanes::lanes;
use super::measure::{Patience, measure};
use super::speed::{self, Shape, Speed, Speeds};
use crate::error::Result;
use crate::plan::Plan;
use crate::report::figures::scale::thin;
use crate::results::threads::cores;
use crate::training::Task;

/// All measurements together take at most about so long.
const ALL: Duration = Duration::from_millis(1_300);
/// So many shapes are measured; those between them are estimated.
const SHAPES: usize = 8;
/// An epoch of all networks side by side is long from so many multiply-adds on.
const LARGE: f64 = 50e6;
/// So many batches are shared out one by one.
const BATCHES: u64 = 10_000;

/// Told how many shapes are measured, of how many.
pub type OnMeasured<'a> = &'a mut dyn FnMut(u64, u64);

/// One model's runs of one kind.
struct Job {
    shape: Shape,
    runs: u64,
    /// Points of the loss curve of each.
    points: u64,
    /// Arithmetic of one epoch, for shapes that are not measured.
    cost: f64,
}

/// What training takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Training {
    /// Seconds on all threads.
    pub seconds: f64,
    /// Seconds of an epoch of one network that trains alone on a thread, by model.
    pub epoch_alone: Vec<f64>,
}

/// The time that training the plan takes on `threads` threads.
pub fn training(
    plan: &Plan,
    threads: usize,
    speeds: &mut Speeds,
    on_measured: OnMeasured,
) -> Result<Training> {
    let threads = threads.min(cores()).max(1);
    let jobs = jobs(plan, threads)?;
    measure_some(plan, &jobs, speeds, on_measured);
    let known = Known::new(&jobs, speeds);
    let epochs = plan.manifest.epochs as f64;
    let mut epoch_alone = vec![0.0; plan.models.len()];
    let batches = jobs.iter().map(|job| {
        let speed = known.speed(job, speeds);
        // Two vectors side by side take about as long as one.
        let vector = job.shape.lanes.div_ceil(2).min(job.shape.networks);
        epoch_alone[job.shape.model] = speed.epoch * vector as f64;
        let run = speed.run + speed.epoch * epochs + speed.point * job.points as f64;
        (run, job)
    });
    let seconds = shared(batches, threads);
    Ok(Training {
        seconds,
        epoch_alone,
    })
}

fn jobs(plan: &Plan, threads: usize) -> Result<Vec<Job>> {
    let seeds = plan.manifest.seeds.count();
    let curves = plan.manifest.curves.seeds.min(seeds);
    let points = plan.curve_epochs().len() as u64;
    let kinds = [(curves, points), (seeds - curves, 0)];
    let kinds = kinds.into_iter().filter(|(runs, _)| *runs > 0);
    let here = speed::here()?;
    let mut jobs = Vec::new();
    for (model, lanes) in lanes(plan).into_iter().enumerate() {
        // The loss is looked at there as it is at a point of a curve.
        let looks = Task::new(plan, model, &[]).looks().len() as u64;
        for (runs, points) in kinds.clone() {
            // Two batches in turn show what refilling costs, which is little where networks are
            // large; with few seeds there are empty lanes, so that is what has to be measured.
            let cost = plan.cost(model);
            let turns = if cost * (lanes as f64) < LARGE { 2 } else { 1 };
            let networks = runs.min(turns * lanes);
            let parts = plan.runs().div_ceil(networks.max(1));
            let busy = threads.min(usize::try_from(parts).unwrap_or(usize::MAX));
            jobs.push(Job {
                shape: Shape::new(plan, model, (networks, lanes), busy, &here),
                runs,
                points: points + looks,
                cost,
            });
        }
    }
    Ok(jobs)
}

/// Measures the shapes that are not remembered; of many only some, evenly spread by their cost.
fn measure_some(plan: &Plan, jobs: &[Job], speeds: &mut Speeds, on_measured: OnMeasured) {
    let distinct: BTreeMap<&str, &Job> = jobs
        .iter()
        .map(|job| (job.shape.key.as_str(), job))
        .collect();
    let mut unknown: Vec<&Job> = distinct.into_values().collect();
    unknown.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    let some = thin(unknown.len(), SHAPES).into_iter();
    let unknown: Vec<&Job> = some
        .map(|place| unknown[place])
        .filter(|job| speeds.get(&job.shape).is_none())
        .collect();
    let count = unknown.len() as u32;
    let deadline = Instant::now() + ALL;
    // The most expensive first: if time runs out, it is for those that matter least.
    for (done, job) in (0..count).zip(unknown.into_iter().rev()) {
        on_measured(done.into(), count.into());
        let left = deadline.saturating_duration_since(Instant::now());
        let patience = Patience {
            share: left / (count - done),
            deadline,
        };
        if let Some(speed) = measure(plan, &job.shape, patience) {
            speeds.put(&job.shape, speed);
        }
    }
}

/// What is known of the shapes of a plan: speeds by cost, ascending.
struct Known(Vec<(f64, Speed)>);

impl Known {
    fn new(jobs: &[Job], speeds: &Speeds) -> Known {
        let known = jobs
            .iter()
            .filter_map(|job| Some((job.cost, speeds.get(&job.shape)?)));
        let mut known: Vec<(f64, Speed)> = known.collect();
        known.sort_by(|a, b| a.0.total_cmp(&b.0));
        Known(known)
    }

    /// The speed of a job; if its shape was not measured, from the next in cost.
    fn speed(&self, job: &Job, speeds: &Speeds) -> Speed {
        if let Some(speed) = speeds.get(&job.shape) {
            return speed;
        }
        let after = self.0.partition_point(|(cost, _)| *cost <= job.cost);
        let (before, after) = (self.0[..after].last(), self.0.get(after));
        let scaled = |(cost, speed): &(f64, Speed)| speed.times(job.cost / cost);
        match (before.map(scaled), after.map(scaled), before, after) {
            (Some(low), Some(high), Some((least, _)), Some((most, _))) => {
                let share = (job.cost / least).ln() / (most / least).ln();
                let between = |a: f64, b: f64| a + share * (b - a);
                Speed {
                    run: between(low.run, high.run),
                    epoch: between(low.epoch, high.epoch),
                    point: between(low.point, high.point),
                }
            }
            (Some(near), None, ..) | (None, Some(near), ..) => near,
            _ => guess(job.cost),
        }
    }
}

/// The speed of a shape of which nothing could be measured: a multiply-add a nanosecond.
fn guess(cost: f64) -> Speed {
    let epoch = cost * 1e-9;
    Speed {
        run: 2.0 * epoch,
        epoch,
        point: epoch,
    }
}

/// Seconds until the last thread is done: batches go to the thread that is free first, the most
/// expensive before the others. `jobs` are the seconds of a run, and what is to be run.
fn shared<'a>(jobs: impl Iterator<Item = (f64, &'a Job)>, threads: usize) -> f64 {
    let mut batches: Vec<(f64, u64)> = Vec::new();
    let (mut total, mut count) = (0.0, 0);
    for (run, job) in jobs {
        total += run * job.runs as f64;
        count += job.runs.div_ceil(job.shape.lanes);
        let (whole, rest) = (job.runs / job.shape.lanes, job.runs % job.shape.lanes);
        batches.push((run * job.shape.lanes as f64, whole));
        batches.push((run * rest as f64, u64::from(rest > 0)));
    }
    if count > BATCHES {
        return total / threads as f64;
    }
    batches.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut free: BinaryHeap<Reverse<Nanoseconds>> = (0..threads).map(|_| Reverse(0)).collect();
    for (seconds, count) in batches {
        for _ in 0..count {
            let Reverse(first) = free.pop().unwrap_or_default();
            free.push(Reverse(
                first.saturating_add((seconds * 1e9) as Nanoseconds),
            ));
        }
    }
    let last = free.into_iter().map(|Reverse(end)| end).max();
    last.unwrap_or(0) as f64 / 1e9
}

type Nanoseconds = u128;

#[cfg(test)]
mod tests {
    use super::*;

    fn job(runs: u64, lanes: u64, cost: f64) -> Job {
        let shape = Shape {
            model: 0,
            networks: lanes,
            lanes,
            threads: 1,
            key: format!("{cost}"),
        };
        Job {
            shape,
            runs,
            points: 0,
            cost,
        }
    }

    #[test]
    fn batches_are_shared_but_not_divided() {
        let (large, small) = (job(10, 10, 1.0), job(30, 10, 1.0));
        // One batch: the second thread has nothing to do.
        assert_eq!(shared([(1.0, &large)].into_iter(), 2), 10.0);
        // 10 s, then three of 1 s beside it.
        assert_eq!(shared([(0.1, &small), (1.0, &large)].into_iter(), 2), 10.0);
        // Three equal batches on two threads take two rounds.
        assert_eq!(shared([(0.1, &small)].into_iter(), 2), 2.0);
        let many = job(10_000_000, 10, 1.0);
        assert_eq!(shared([(0.1, &many)].into_iter(), 4), 250_000.0);
    }

    #[test]
    fn shapes_that_were_not_measured_lie_between_those_that_were() {
        let mut speeds = Speeds::default();
        let speed = |epoch| Speed {
            run: 0.0,
            epoch,
            point: epoch,
        };
        let jobs = [job(1, 1, 100.0), job(1, 1, 1_000.0), job(1, 1, 10_000.0)];
        let guessed = Known::new(&jobs, &speeds).speed(&jobs[1], &speeds).epoch;
        assert!((guessed - 1e-6).abs() < 1e-12);
        speeds.put(&jobs[0].shape, speed(1e-7));
        speeds.put(&jobs[2].shape, speed(4e-5));
        let known = Known::new(&jobs, &speeds);
        assert_eq!(known.speed(&jobs[0], &speeds).epoch, 1e-7);
        // 1 ns an operation there, 4 ns here: 2.5 ns in the middle.
        assert!((known.speed(&jobs[1], &speeds).epoch - 2.5e-6).abs() < 1e-12);
        let larger = job(1, 1, 20_000.0);
        assert!((known.speed(&larger, &speeds).epoch - 8e-5).abs() < 1e-12);
    }
}
