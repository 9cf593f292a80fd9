//! Which runs are worth watching: a converged and a failed one of the single neuron and of a
//! network with hidden neurons.

use crate::plan::{Model, Plan};
use crate::report::figures::data::Reader;
use crate::report::figures::network::NEURONS;

/// A run that the report would like to have retrained step by step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// The model's position in the plan.
    pub model: usize,
    /// The run's seed.
    pub seed: u64,
}

/// Which runs to retrain: of the single neuron and of one network with hidden neurons, a
/// converged and a failed one each, if there are such; their seeds are those of failures.csv.
///
/// The network is the smallest that mostly converges but not always, so that both fates can be
/// seen; failing that, one with the rate closest to a half.
pub fn wanted(plan: &Plan, summary: &Reader, failures: &Reader) -> Vec<Wanted> {
    let groups = failures.by_model();
    let seeds = |model: &Model| -> Vec<Wanted> {
        let rows = groups.get(model.name.as_str()).cloned().unwrap_or(0..0);
        let find = |converged: bool| {
            let mut rows = rows.clone();
            rows.find(|row| (failures.text(*row, "status") == "converged") == converged)
        };
        let seed = |row| failures.text(row, "example_seed").parse().ok();
        [find(true), find(false)]
            .into_iter()
            .flatten()
            .filter_map(seed)
            .map(|seed| Wanted {
                model: model.index,
                seed,
            })
            .collect()
    };
    let single = plan
        .models
        .iter()
        .find(|model| model.choices.hidden.is_empty());
    let mut wanted = single.map(&seeds).unwrap_or_default();
    wanted.extend(chosen(plan, summary).map(seeds).unwrap_or_default());
    wanted.retain(|run| drawable(plan, &plan.models[run.model]));
    wanted
}

fn drawable(plan: &Plan, model: &Model) -> bool {
    let dataset = &plan.manifest.dataset;
    let layers = [dataset.inputs.ncols(), dataset.targets.ncols()];
    layers
        .iter()
        .chain(&model.choices.hidden)
        .all(|size| *size <= NEURONS)
        && model.choices.hidden.len() <= 3
}

fn chosen<'a>(plan: &'a Plan, summary: &Reader) -> Option<&'a Model> {
    let candidates = plan
        .models
        .iter()
        .filter(|model| !model.choices.hidden.is_empty() && drawable(plan, model))
        .filter_map(|model| Some((model, summary.number(model.index, "rate")?)));
    let candidates: Vec<(&Model, f64)> = candidates.collect();
    let mostly = candidates
        .iter()
        .filter(|(_, rate)| (0.5..1.0).contains(rate));
    let smallest = mostly.min_by_key(|(model, _)| model.choices.hidden.iter().sum::<usize>());
    let closest = || {
        let distance = |rate: f64| (rate - 0.5).abs();
        candidates
            .iter()
            .min_by(|a, b| distance(a.1).total_cmp(&distance(b.1)))
    };
    smallest.or_else(closest).map(|(model, _)| *model)
}
