//! Which runs are worth watching: a converged and a failed one of the single neuron and of a
//! network with hidden neurons.

use crate::plan::{Model, Plan};
use crate::report::figures::network::NEURONS;
use crate::statistics::Findings;
use crate::training::Status;

/// A run that the report would like to have retrained step by step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// The model's position in the plan.
    pub model: usize,
    /// The run's seed.
    pub seed: u64,
}

/// Which runs to retrain: of the single neuron and of one network with hidden neurons, a
/// converged and a failed one each, if there are such; their seeds are the examples of the
/// findings.
///
/// The network is the smallest that mostly converges but not always, so that both fates can be
/// seen; failing that, one with the rate closest to a half.
pub fn wanted(plan: &Plan, findings: &Findings) -> Vec<Wanted> {
    let single = plan
        .models
        .iter()
        .find(|model| model.choices.hidden.is_empty());
    [single, chosen(plan, findings)]
        .into_iter()
        .flatten()
        .filter(|model| drawable(plan, model))
        .flat_map(|model| both_fates(model.index, findings))
        .collect()
}

/// The models that may be watched, before anything is known of their runs: the single neuron, and
/// a network in the middle of those that can be drawn.
pub fn watchable(plan: &Plan) -> Vec<usize> {
    let (single, hidden): (Vec<&Model>, Vec<&Model>) = plan
        .models
        .iter()
        .filter(|model| drawable(plan, model))
        .partition(|model| model.choices.hidden.is_empty());
    let both = [single.first(), hidden.get(hidden.len() / 2)];
    both.into_iter()
        .flatten()
        .map(|model| model.index)
        .collect()
}

/// A converged and a failed run of a model, if there are such.
fn both_fates(model: usize, findings: &Findings) -> impl Iterator<Item = Wanted> + '_ {
    let endings = &findings.endings[model];
    [true, false].into_iter().filter_map(move |converged| {
        let ending = endings
            .iter()
            .find(|ending| (ending.status == Status::Converged) == converged)?;
        Some(Wanted {
            model,
            seed: ending.example_seed,
        })
    })
}

fn drawable(plan: &Plan, model: &Model) -> bool {
    let data = &plan.manifest.data;
    let layers = [data.input_count(), data.output_count()];
    layers
        .iter()
        .chain(&model.choices.hidden)
        .all(|size| *size <= NEURONS)
        && model.choices.hidden.len() <= 3
}

fn chosen<'a>(plan: &'a Plan, findings: &Findings) -> Option<&'a Model> {
    let rated = plan.models.iter().zip(&findings.summaries);
    let candidates: Vec<(&Model, f64)> = rated
        .filter(|(model, _)| !model.choices.hidden.is_empty() && drawable(plan, model))
        .filter_map(|(model, summary)| Some((model, summary.rate?.value)))
        .collect();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::Manifest;
    use crate::training::{Outcome, Run};

    const SEEDS: u64 = 4;

    fn plan(hidden: &str) -> Plan {
        let text = format!(
            "name = \"x\"\n[data]\ngenerator = \"parity\"\nsize = 2\n[network]\n\
             hidden = {hidden}\n[training]\nepochs = 10\n[seeds]\ncount = {SEEDS}\n"
        );
        Plan::new(Manifest::parse(&text, "x.toml", ".").unwrap())
    }

    /// The findings of runs of which the first so many of each model fail.
    fn findings(plan: &Plan, failing: &[u64]) -> Findings {
        let mut collector = Findings::collect(plan);
        for (model, failing) in failing.iter().enumerate() {
            for seed in 1..=SEEDS {
                collector.add(&run(model, seed, seed > *failing)).unwrap();
            }
        }
        collector.finish().unwrap()
    }

    fn run(model: usize, seed: u64, converges: bool) -> Run {
        let outcome = Outcome {
            seed,
            epochs: 10,
            convergence_epoch: converges.then_some(5),
            mse: 0.1,
            mse_at_90_percent: Some(0.1),
            max_abs_error: 0.2,
            wrong_rows: crate::training::WrongRows::default(),
            gradient_norm: 0.1,
            predictions: Vec::new(),
            judged: crate::training::Judged::default(),
            finite: true,
            weights_hash: 0,
        };
        Run::new(model, outcome)
    }

    fn watched(hidden: &str, failing: &[u64]) -> Vec<(usize, u64)> {
        let plan = plan(hidden);
        let wanted = wanted(&plan, &findings(&plan, failing));
        wanted.iter().map(|run| (run.model, run.seed)).collect()
    }

    #[test]
    fn one_converged_and_one_failed_run_are_watched() {
        let runs = watched("[0, 2, 3, 4]", &[4, 3, 1, 1]);
        assert_eq!(runs, [(0, 1), (2, 2), (2, 1)]);
    }

    #[test]
    fn without_one_that_mostly_converges_the_closest_to_a_half_is_watched() {
        assert_eq!(watched("[2, 3]", &[4, 3]), [(1, 4), (1, 1)]);
        assert_eq!(watched("[2, 3]", &[0, 0]), [(0, 1)]);
    }

    #[test]
    fn what_is_too_large_to_draw_is_not_watched() {
        assert_eq!(watched("[17, [2, 2, 2, 2], 3]", &[1, 1, 4]), [(2, 1)]);
        assert_eq!(watched("17", &[1]), []);
    }
}
