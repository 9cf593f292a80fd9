//! What is left to train, as jobs, and how that is told.

use super::Event;
use super::work::Job;
use crate::plan::Plan;
use crate::results::Store;

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
