//! What a results folder holds before training, in its runs.csv and its journal, and so what
//! is left to train, as jobs.

use std::path::Path;

use super::event::Event;
use super::work::Job;
use crate::error::Result;
use crate::plan::{Plan, identity};
use crate::results::folder::{JOURNAL, Provenance, RUNS, ResultsFolder};
use crate::results::journal::Scan;
use crate::results::{InOrder, OnRun, Store};
use crate::training::Run;

/// What a folder holds before training.
pub struct Known {
    /// Of the journal, if there is one.
    pub scan: Option<Scan>,
    /// Positions whose loss curve is there, ascending.
    pub curves: Vec<u64>,
    /// Whether every run of runs.csv was handed over in canonical order.
    pub in_order: bool,
    /// Epochs trained before, summed, as far as is known.
    pub network_epochs: u64,
    /// Seconds they took.
    pub seconds: f64,
}

impl Known {
    /// Reads the folder's table and journal into the store; tells what is damaged. The runs of
    /// the table are handed to `on_run` while they come in canonical order.
    pub fn load(
        plan: &Plan,
        folder: &ResultsFolder,
        store: &mut Store,
        on_run: OnRun,
        on_event: &(dyn Fn(Event) + Sync),
    ) -> Result<Known> {
        let curve_epochs = plan.curve_epochs();
        let mut known = Known {
            scan: None,
            curves: Vec::new(),
            in_order: true,
            network_epochs: 0,
            seconds: 0.0,
        };
        let has_curve = |run: &Run| {
            let due = curve_epochs
                .iter()
                .take_while(|&&epoch| epoch <= run.outcome.epochs);
            !run.curve.is_empty() && due.eq(run.curve.iter().map(|(epoch, _)| epoch))
        };
        if folder.has(RUNS) {
            let mut in_order = InOrder::new(on_run);
            store.scan_table(&folder.file(RUNS), &mut |position, run| {
                if has_curve(run) {
                    known.curves.push(position);
                }
                in_order.take(position, run)
            })?;
            known.in_order = in_order.all();
            // Only for the sums: a folder without it is as good.
            if let Ok(before) = Provenance::load(folder.path()) {
                known.network_epochs = before.network_epochs;
                known.seconds = before.training_seconds;
            }
        }
        let identity = identity(&plan.manifest);
        let path = folder.file(JOURNAL);
        known.scan = store.scan_journal(&path, identity, &mut |position, run| {
            known.network_epochs += run.outcome.epochs;
            if has_curve(run) {
                known.curves.push(position);
            }
        })?;
        known.curves.sort_unstable();
        if let Some(scan) = &known.scan {
            known.seconds += scan.seconds;
            warn_of_damage(scan, &path, on_event);
        }
        Ok(known)
    }
}

fn warn_of_damage(scan: &Scan, path: &Path, on_event: &(dyn Fn(Event) + Sync)) {
    let path = path.display();
    for damage in &scan.damage {
        on_event(Event::Warning(format!(
            "{path}: bytes {} to {} are damaged (their checksum does not match); the runs in them are trained again",
            damage.from, damage.to
        )));
    }
    if scan.torn > 0 {
        on_event(Event::Warning(format!(
            "{path}: the last {} bytes were not completely written and are cut; the runs in them are trained again",
            scan.torn
        )));
    }
}

/// The runs to train: those not there, and those whose loss curve is wanted and not there.
pub fn pending(plan: &Plan, store: &Store, seeds: Option<(u64, u64)>, curves: &[u64]) -> Vec<Job> {
    let selected = |seed: u64| seeds.is_none_or(|(first, last)| seed >= first && seed <= last);
    let mut jobs = Vec::new();
    let extent = store.extent();
    for model in 0..plan.models.len() {
        let cost = plan.cost(model);
        let mut with_curve = Job::new(model, true, cost);
        let mut without = Job::new(model, false, cost);
        let all = store.positions().of_model(model);
        for position in all.start.max(extent.start)..all.end.min(extent.end) {
            let place = position - all.start;
            if !selected(store.positions().seed(place)) {
                continue;
            }
            if place < plan.manifest.curves.seeds {
                if !store.has(position) || curves.binary_search(&position).is_err() {
                    with_curve.push(place);
                }
            } else if !store.has(position) {
                without.push(place);
            }
        }
        jobs.extend(
            [with_curve, without]
                .into_iter()
                .filter(|job| job.runs() > 0),
        );
    }
    jobs
}

/// What there is to do: the event, and the runs this folder shall hold in the end.
pub fn started(plan: &Plan, store: &Store, jobs: &[Job], threads: usize) -> (Event, u64) {
    let mut models = vec![(0, 0); plan.models.len()];
    for position in store.extent().filter(|&position| store.has(position)) {
        let (model, _) = store.positions().model_and_place(position);
        models[model].0 += 1;
        models[model].1 += 1;
    }
    for job in jobs {
        let again = job
            .places
            .iter()
            .flat_map(Clone::clone)
            .filter(|place| store.has(store.positions().of_model(job.model).start + place));
        // A run trained again for its loss curve is not done yet.
        let again = again.count() as u64;
        models[job.model].0 += job.runs() - again;
        models[job.model].1 -= again;
    }
    let runs = models.iter().map(|model| model.0).sum();
    let event = Event::Started {
        runs,
        already_done: models.iter().map(|model| model.1).sum(),
        models,
        threads,
    };
    (event, runs)
}
