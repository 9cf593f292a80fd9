//! What the answer to a study's question is: which model, and which restart to advise. It is
//! decided here once, from values; the terminal and the page only find words for it.

pub mod terminal;

use std::cmp::Ordering;

use crate::plan::{Model, Plan};
use crate::statistics::{Estimate, Findings, ModelSummary};

/// A model learns reliably if the lower end of its rate's interval passes this.
pub const RELIABLE: f64 = 0.95;
/// Restarting is worth a sentence if it costs less than this share of the epochs it costs to let
/// failed runs go on to the limit.
const WORTH_RESTARTING: f64 = 0.9;

/// What a study found; models are positions in the plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Answer {
    /// The model to use: of those that learn reliably the one with the fewest hidden neurons; of
    /// equally small ones that with the highest lower end, the first of equals. `None` if no
    /// model learns reliably.
    pub chosen: Option<usize>,
    /// The model with the highest rate, the first of equals; `None` if there are no runs.
    pub best: Option<usize>,
    /// The same among the models without a hidden neuron.
    pub single: Option<usize>,
    /// How many models learn reliably.
    pub reliable: usize,
    /// The restart of the model that the answer is about, if it is worth advising.
    pub restart: Option<Advice>,
}

/// A restart that pays.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Advice {
    /// The epoch to stop a run at.
    pub epoch: u64,
    /// Expected epochs to a success when runs are restarted there.
    pub epochs: f64,
    /// Expected epochs to a success when failed runs go on to the limit.
    pub at_limit: f64,
}

impl Answer {
    /// The answer that the findings of a plan's runs give.
    pub fn new(plan: &Plan, findings: &Findings) -> Answer {
        let summaries = &findings.summaries;
        let rated: Vec<(&Model, Estimate)> = plan
            .models
            .iter()
            .zip(summaries)
            .filter_map(|(model, summary)| Some((model, summary.rate?)))
            .collect();
        let single = |(model, _): &&(&Model, Estimate)| neurons(model) == 0;
        let (chosen, best) = (smallest_reliable(&rated), highest(rated.iter()));
        Answer {
            chosen,
            best,
            single: highest(rated.iter().filter(single)),
            reliable: rated.iter().filter(|(_, rate)| is_reliable(rate)).count(),
            restart: chosen.or(best).and_then(|model| restart(&summaries[model])),
        }
    }

    /// The model that the answer is about: the chosen one, else the best.
    pub fn subject(&self) -> Option<usize> {
        self.chosen.or(self.best)
    }
}

/// Hidden neurons of a model's networks, all layers together.
fn neurons(model: &Model) -> usize {
    model.choices.hidden.iter().sum()
}

fn is_reliable(rate: &Estimate) -> bool {
    rate.interval.low > RELIABLE
}

fn smallest_reliable(rated: &[(&Model, Estimate)]) -> Option<usize> {
    let order = |(a, rate_a): &(&Model, Estimate), (b, rate_b): &(&Model, Estimate)| {
        let surest = rate_b.interval.low.total_cmp(&rate_a.interval.low);
        neurons(a).cmp(&neurons(b)).then(surest)
    };
    let reliable = rated.iter().filter(|(_, rate)| is_reliable(rate)).copied();
    Some(reliable.min_by(order)?.0.index)
}

fn highest<'a>(rated: impl Iterator<Item = &'a (&'a Model, Estimate)>) -> Option<usize> {
    let best = first_of_greatest(rated, |(_, a), (_, b)| a.value.total_cmp(&b.value))?;
    Some(best.0.index)
}

/// The restart of a model, if it saves enough.
fn restart(summary: &ModelSummary) -> Option<Advice> {
    let advice = Advice {
        epoch: summary.restart.best_epoch?,
        epochs: summary.restart.best_epochs?,
        at_limit: summary.restart.at_limit?,
    };
    (advice.epochs < WORTH_RESTARTING * advice.at_limit).then_some(advice)
}

/// The greatest item; unlike [`Iterator::max_by`], the first of equals.
fn first_of_greatest<T>(
    items: impl Iterator<Item = T>,
    order: impl Fn(&T, &T) -> Ordering,
) -> Option<T> {
    items.reduce(|best, next| match order(&next, &best) {
        Ordering::Greater => next,
        Ordering::Less | Ordering::Equal => best,
    })
}

#[cfg(test)]
mod tests;
