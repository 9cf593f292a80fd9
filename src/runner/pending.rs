//! What a results folder holds before training, in its runs.csv and its journal, and so what
//! is left to train, as jobs.

use std::collections::BTreeSet;
use std::path::Path;

use super::event::Event;
use super::work::Job;
use crate::error::Result;
use crate::plan::Plan;
use crate::results::folder::{Provenance, RUNS, ResultsFolder, Trainer};
use crate::results::journal::Scan;
use crate::results::{InOrder, OnRun, Store, Tables, Watch};
use crate::training::Run;

/// What a folder holds before training.
pub struct Known {
    /// Epochs at which a loss curve has its points.
    curve_epochs: Vec<u64>,
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
    /// Who trained the runs.
    pub trained_by: BTreeSet<Trainer>,
}

impl Known {
    /// Nothing yet of a plan's folder.
    pub fn new(plan: &Plan) -> Known {
        Known {
            curve_epochs: plan.curve_epochs(),
            scan: None,
            curves: Vec::new(),
            in_order: true,
            network_epochs: 0,
            seconds: 0.0,
            trained_by: BTreeSet::new(),
        }
    }

    /// Reads the folder's journal into the store.
    pub fn read_journal(&mut self, path: &Path, store: &mut Store, watch: &Watch) -> Result<()> {
        let mut epochs = 0;
        self.scan = store.scan_journal(path, watch, &mut |position, run, trainer| {
            epochs += run.outcome.epochs;
            self.trained_by.insert(Trainer::compatible(trainer));
            if has_curve(&self.curve_epochs, run) {
                self.curves.push(position);
            }
        })?;
        self.network_epochs += epochs;
        self.seconds += self.scan.as_ref().map_or(0.0, |scan| scan.seconds);
        self.curves.sort_unstable();
        Ok(())
    }

    /// Reads the folder's tables into the store, without the rows that are not what was
    /// recorded. Their runs are handed to `on_run` while they come in canonical order.
    pub fn read_tables(
        &mut self,
        folder: &ResultsFolder,
        tables: &Tables,
        store: &mut Store,
        watch: &Watch,
        on_run: OnRun,
    ) -> Result<()> {
        let path = folder.file(RUNS);
        let (curve_epochs, curves) = (&self.curve_epochs, &mut self.curves);
        let mut in_order = InOrder::new(on_run);
        let mut take = |position: u64, run: &Run, in_journal: bool| {
            if !in_journal && has_curve(curve_epochs, run) {
                curves.push(position);
            }
            in_order.take(position, run)
        };
        match tables {
            Tables::Absent => return Ok(()),
            Tables::AsRecorded(digests) | Tables::SavedAgain(digests) => {
                store.scan_table(&path, watch, &mut take)?;
                for (name, digest) in digests {
                    store.expect(&folder.file(name), digest.clone());
                }
            }
            Tables::Changed(changed) => {
                let keeps = |model, seed| changed.keeps(model, seed);
                store.scan_kept(&path, &keeps, watch, &mut take)?;
            }
        }
        self.in_order = in_order.all();
        self.curves.sort_unstable();
        Ok(())
    }

    /// Adds what provenance.json says of the runs before. It may have been written after the
    /// journal's runs were counted in it, by a process that ended before it could remove the
    /// journal: then the journal adds nothing.
    pub fn add(&mut self, before: &Provenance) {
        let announced = self.scan.as_ref().and_then(|scan| scan.announced.get(RUNS));
        let recorded = before.sha256.get(RUNS);
        if let (Some(announced), Some(recorded)) = (announced, recorded)
            && announced.contains(recorded)
        {
            self.network_epochs = 0;
            self.seconds = 0.0;
        }
        self.network_epochs += before.network_epochs;
        self.seconds += before.training_seconds;
        self.trained_by.extend(before.trainers());
    }

    /// Tells what of the journal is damaged.
    pub fn warn(&self, path: &Path, on_event: &(dyn Fn(Event) + Sync)) {
        if let Some(scan) = &self.scan {
            warn_of_damage(scan, path, on_event);
        }
    }
}

/// Whether a run has its whole loss curve.
fn has_curve(curve_epochs: &[u64], run: &Run) -> bool {
    let due = curve_epochs
        .iter()
        .take_while(|&&epoch| epoch <= run.outcome.epochs);
    !run.curve.is_empty() && due.eq(run.curve.iter().map(|(epoch, _)| epoch))
}

fn warn_of_damage(scan: &Scan, path: &Path, on_event: &(dyn Fn(Event) + Sync)) {
    let path = path.display();
    for damage in &scan.damage {
        on_event(Event::Warning(format!(
            "{path}: bytes {} to {} are damaged (a checksum does not match, or what they say can't be); the runs in them are trained again",
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
