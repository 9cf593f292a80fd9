//! What the answer to a study's question is: which model, how it stands beside the others, and
//! which restart to advise. It is decided here once, from values; [`words`] finds the sentences
//! that the terminal and the page show.

pub mod along;
pub mod held;
pub mod right;
pub mod words;

use std::cmp::Ordering;

use crate::plan::{Model, Plan};
use crate::statistics::{Estimate, Findings, ModelSummary, exact_above, holm};

/// A model learns reliably if its true rate passes this.
pub const RELIABLE: f64 = 0.95;
/// In so large a share of studies, at most, is any model wrongly said to pass, or any difference
/// wrongly said to be one; whatever the confidence of the manifest's intervals.
pub const LEVEL: f64 = 0.05;
/// Restarting is worth a sentence if it costs less than this share of the epochs it costs to let
/// failed runs go on to the limit.
const WORTH_RESTARTING: f64 = 0.9;

/// What a study found; models are positions in the plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Models shown to learn reliably, in grid order: their exact one-sided binomial tests
    /// against [`RELIABLE`] are significant at [`LEVEL`] after Holm's adjustment for all models
    /// that have runs.
    pub reliable: Vec<usize>,
    /// The model to use: of the reliable ones the simplest shape, of equals the faster, then the
    /// one that predicts better. `None` if none is reliable.
    pub chosen: Option<usize>,
    /// The model with the highest rate, of equals by the same order; `None` if no run
    /// converged.
    pub best: Option<usize>,
    /// The same among the models without a hidden neuron, also if none of their runs converged.
    pub single: Option<usize>,
    /// The restart of the model that the answer is about, if it is worth advising; else of the
    /// model with the highest rate of which it is.
    pub restart: Option<Advice>,
    /// Most runs of a model.
    pub runs: u64,
    /// So many runs, all converged, it takes to show that one of the models is reliable.
    pub least_runs: u64,
}

/// A restart that pays.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Advice {
    /// The model whose runs it is for.
    pub model: usize,
    /// The epoch to stop a run at.
    pub epoch: u64,
    /// What a success then costs, as a share of what it costs when failed runs go on to the
    /// limit, from runs that had no part in choosing the epoch; at a confidence of
    /// 1 − [`LEVEL`].
    pub ratio: Estimate,
}

impl Answer {
    /// The answer that the findings of a plan's runs give.
    pub fn new(plan: &Plan, findings: &Findings) -> Answer {
        let summaries = &findings.summaries;
        let with_runs: Vec<usize> = (0..plan.models.len())
            .filter(|model| summaries[*model].runs > 0)
            .collect();
        let order = Order { plan, summaries };
        let reliable = reliable(summaries, &with_runs);
        let chosen = order.first(reliable.iter().copied(), &[shape]);
        let converged = |model: &usize| summaries[*model].converged > 0;
        let best = order.first(with_runs.iter().copied().filter(converged), &[rate, shape]);
        let single = |model: &usize| plan.models[*model].choices.hidden.is_empty();
        let pays = |model: &usize| restart(summaries, *model).is_some();
        let restarted = chosen.or(best).filter(pays);
        let others = || order.first(with_runs.iter().copied().filter(pays), &[rate, shape]);
        Answer {
            chosen,
            best,
            single: order.first(with_runs.iter().copied().filter(single), &[rate]),
            restart: restarted
                .or_else(others)
                .and_then(|model| restart(summaries, model)),
            runs: summaries
                .iter()
                .map(|summary| summary.runs)
                .max()
                .unwrap_or(0),
            least_runs: least_runs(with_runs.len()),
            reliable,
        }
    }

    /// The model that the answer is about: the chosen one, else the best.
    pub fn subject(&self) -> Option<usize> {
        self.chosen.or(self.best)
    }

    /// Whether the runs are too few to show any model reliable, even if all converged.
    pub fn too_few(&self) -> bool {
        self.runs < self.least_runs
    }
}

/// The models whose rates pass.
fn reliable(summaries: &[ModelSummary], with_runs: &[usize]) -> Vec<usize> {
    let p = |model: &usize| {
        let summary = &summaries[*model];
        Some(exact_above(summary.converged, summary.runs, RELIABLE))
    };
    let family: Vec<Option<f64>> = with_runs.iter().map(p).collect();
    let adjusted = holm(&family).into_iter().zip(with_runs);
    adjusted
        .filter(|(p, _)| p.is_some_and(|p| p <= LEVEL))
        .map(|(_, model)| *model)
        .collect()
}

/// The fewest runs n of which all converged for which RELIABLEⁿ times the number of models is
/// at most [`LEVEL`].
fn least_runs(models: usize) -> u64 {
    let level = LEVEL / models.max(1) as f64;
    (libm::log(level) / libm::log(RELIABLE)).ceil() as u64
}

/// Which of two models comes first, looked at in one way.
type Way = fn(&Order, usize, usize) -> Ordering;

/// What models are put in order by.
struct Order<'a> {
    plan: &'a Plan,
    summaries: &'a [ModelSummary],
}

impl Order<'_> {
    /// The first of some models: in these ways, then the faster, then the one that predicts
    /// better.
    fn first(&self, models: impl Iterator<Item = usize>, ways: &[Way]) -> Option<usize> {
        let ways = || ways.iter().copied().chain([speed as Way, predictions]);
        models.min_by(|a, b| {
            ways().fold(Ordering::Equal, |order, way| {
                order.then_with(|| way(self, *a, *b))
            })
        })
    }
}

/// The fewer hidden neurons first, of equally many those in fewer layers.
fn shape(order: &Order, a: usize, b: usize) -> Ordering {
    let size = |model: usize| size(&order.plan.models[model]);
    size(a).cmp(&size(b))
}

/// Hidden neurons of a model's networks, all layers together, and hidden layers.
pub fn size(model: &Model) -> (usize, usize) {
    let hidden = &model.choices.hidden;
    (hidden.iter().sum(), hidden.len())
}

fn rate(order: &Order, a: usize, b: usize) -> Ordering {
    let rate = |model: usize| order.summaries[model].rate.map_or(0.0, |rate| rate.value);
    rate(b).total_cmp(&rate(a))
}

fn speed(order: &Order, a: usize, b: usize) -> Ordering {
    let epochs = |model: usize| {
        let mean = order.summaries[model].restricted_mean;
        mean.map_or(f64::INFINITY, |mean| mean.value)
    };
    epochs(a).total_cmp(&epochs(b))
}

/// The more often right, over all predictions whose answer is known.
fn predictions(order: &Order, a: usize, b: usize) -> Ordering {
    let right = |model: usize| -> f64 {
        let predictions = order.summaries[model].predictions.iter();
        let rates = predictions.filter_map(|prediction| prediction.all.correct);
        rates.map(|rate| rate.value).sum()
    };
    right(b).total_cmp(&right(a))
}

/// The restart of a model, if it saves enough, and by its interval anything.
fn restart(summaries: &[ModelSummary], model: usize) -> Option<Advice> {
    let held_out = summaries[model].restart.held_out;
    let advice = Advice {
        model,
        epoch: held_out.epoch?,
        ratio: held_out.ratio?.estimate(1.0 - LEVEL),
    };
    let pays = advice.ratio.value < WORTH_RESTARTING && advice.ratio.interval.high < 1.0;
    pays.then_some(advice)
}

#[cfg(test)]
mod tests;
