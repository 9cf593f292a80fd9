//! Trains a whole study in memory, for library users who want values and no folder.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::runner::Event;
use crate::training::{self, Feed, Outcome, Run, Task};

/// Seeds that one thread takes at a time: enough to fill every lane, few enough to share.
const PART: u64 = 256;

/// Every run of the plan in canonical order, trained on `threads` threads.
pub fn train(
    plan: &Plan,
    threads: usize,
    interrupt: &AtomicBool,
    on_event: &(dyn Fn(Event) + Sync),
) -> Result<Vec<Run>> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| Error::Threads {
        count: threads,
        source: error.into(),
    })?;
    let seeds = plan.manifest.seeds.count();
    let parts: Vec<(usize, u64)> = (0..plan.models.len())
        .flat_map(|model| {
            (0..seeds)
                .step_by(PART as usize)
                .map(move |first| (model, first))
        })
        .collect();
    let checkpoints = plan.curve_epochs();
    let trained: Vec<Vec<Run>> = pool.install(|| {
        let train_part = |(model, first)| {
            let runs = part(plan, model, first, &checkpoints, interrupt);
            on_event(progress(model, &runs));
            runs
        };
        parts.into_par_iter().map(train_part).collect()
    });
    if interrupt.load(Ordering::Relaxed) {
        return Err(Error::Interrupted(
            "nothing of a study in memory is kept".to_owned(),
        ));
    }
    Ok(trained.into_iter().flatten().collect())
}

fn progress(model: usize, runs: &[Run]) -> Event {
    let converged = runs
        .iter()
        .filter(|run| run.outcome.convergence_epoch.is_some());
    Event::Progress {
        model,
        runs: runs.len() as u64,
        converged: converged.count() as u64,
        network_epochs: runs.iter().map(|run| run.outcome.epochs).sum(),
    }
}

/// The runs of [`PART`] seeds of one model from position `first`, in the order of the seeds.
fn part(
    plan: &Plan,
    model: usize,
    first: u64,
    checkpoints: &[u64],
    interrupt: &AtomicBool,
) -> Vec<Run> {
    let curves = plan.manifest.curves.seeds;
    let end = (first + PART).min(plan.manifest.seeds.count());
    // Curves are kept of the first seeds only; the rest need not be observed.
    let split = curves.clamp(first, end);
    let mut runs = Vec::new();
    for (range, checkpoints) in [(first..split, checkpoints), (split..end, &[][..])] {
        let seeds: Vec<u64> = range.filter_map(|at| plan.manifest.seeds.get(at)).collect();
        let mut collect = Collect {
            pending: seeds.iter(),
            interrupt,
            outcomes: HashMap::new(),
            curves: HashMap::new(),
        };
        training::train(&Task::new(plan, model, checkpoints), &mut collect);
        runs.extend(seeds.iter().filter_map(|seed| {
            Some(Run {
                curve: collect.curves.remove(seed).unwrap_or_default(),
                ..Run::new(model, collect.outcomes.remove(seed)?)
            })
        }));
    }
    runs
}

struct Collect<'a> {
    pending: std::slice::Iter<'a, u64>,
    interrupt: &'a AtomicBool,
    outcomes: HashMap<u64, Outcome>,
    curves: HashMap<u64, Vec<(u64, f64)>>,
}

impl Feed for Collect<'_> {
    fn next_seed(&mut self) -> Option<u64> {
        self.pending.next().copied()
    }
    fn finished(&mut self, outcome: Outcome) {
        self.outcomes.insert(outcome.seed, outcome);
    }
    fn observed(&mut self, seed: u64, epoch: u64, mse: f64) {
        self.curves.entry(seed).or_default().push((epoch, mse));
    }
    fn interrupted(&self) -> bool {
        self.interrupt.load(Ordering::Relaxed)
    }
}
