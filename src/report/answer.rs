//! The answer to a study's question in a few sentences: effect and interval first, p last.
//!
//! The words are plain ASCII; numbers come from summaries and comparisons as they are.

use crate::plan::{Model, Plan};
use crate::statistics::{Comparison, Estimate, ModelSummary};
use crate::text::{counted, grouped, p_value, percent, title};

/// A model learns reliably if the lower end of its rate's interval passes this.
const RELIABLE: f64 = 0.95;
/// Restarting is worth a sentence if it saves more than this share of the epochs.
const WORTH_RESTARTING: f64 = 0.1;

/// What the study found: the baseline's rate, that of the model that answers the question (the
/// first in grid order whose rate is surely above 95%, else the one with the highest rate), the
/// difference, how long it takes, and whether to restart. Empty if there are no runs.
pub fn answer(plan: &Plan, summaries: &[ModelSummary], comparisons: &[Comparison]) -> String {
    let Some(best) = chosen(summaries) else {
        return String::new();
    };
    let comparison = comparisons.iter().find(|c| c.model == best);
    let confidence = percent(plan.manifest.statistics.confidence);
    let level = format!("{confidence} interval ");
    let mut text = match comparison {
        Some(c) => compared(plan, summaries, c, &level),
        None => title(&alone(plan, summaries, best, &level)),
    };
    text += &reliability(plan, summaries, best);
    text += &duration(&summaries[best]);
    text
}

fn chosen(summaries: &[ModelSummary]) -> Option<usize> {
    let rates = || {
        summaries
            .iter()
            .enumerate()
            .filter_map(|(at, s)| Some((at, s.rate?)))
    };
    let reliable = rates().find(|(_, rate)| rate.interval.low > RELIABLE);
    // The first of the highest.
    let highest = || {
        rates().fold(None, |best: Option<(usize, Estimate)>, rate| match best {
            Some(best) if best.1.value >= rate.1.value => Some(best),
            _ => Some(rate),
        })
    };
    Some(reliable.or_else(highest)?.0)
}

/// `4 hidden neurons converged in 994 of 1,000 runs, 99.4% (95% interval 98.7% to 99.7%)`
fn alone(plan: &Plan, summaries: &[ModelSummary], model: usize, level: &str) -> String {
    let summary = &summaries[model];
    let rate = summary.rate.map_or_else(String::new, |rate| {
        format!(", {} ({level}{})", percent(rate.value), range(&rate))
    });
    format!(
        "{} converged in {} of {}{rate}",
        name(&plan.models[model]),
        grouped(summary.converged.into()),
        counted(summary.runs, "run"),
    )
}

/// The baseline, the model, and the difference.
fn compared(plan: &Plan, summaries: &[ModelSummary], c: &Comparison, level: &str) -> String {
    let mut text = title(&alone(plan, summaries, c.baseline, level));
    text += &format!("; {}", alone(plan, summaries, c.model, ""));
    if let Some(difference) = &c.rate_difference {
        let points = |share: f64| percent(share).trim_end_matches('%').to_owned();
        text += &format!(
            ": a difference of {} percentage points ({} to {}",
            points(difference.value),
            points(difference.interval.low),
            points(difference.interval.high),
        );
        let tests = [
            (c.mcnemar_p_holm, "McNemar's exact test on pairs of a seed"),
            (c.fisher_p_holm, "Fisher's exact test"),
        ];
        if let Some((p, test)) = tests.iter().find_map(|(p, test)| Some(((*p)?, test))) {
            text += &format!("; {}, {test}, Holm-adjusted", p_value(p));
        }
        text.push(')');
    }
    text
}

/// How sure: whether the rate's lower bound passes 95%.
fn reliability(plan: &Plan, summaries: &[ModelSummary], best: usize) -> String {
    let surely = |s: &ModelSummary| s.rate.is_some_and(|rate| rate.interval.low > RELIABLE);
    let single = summaries.len() < 2;
    match (surely(&summaries[best]), single) {
        (true, true) => format!(", surely more than {}.", percent(RELIABLE)),
        (true, false) => format!(
            ". {} is the first of {} whose rate surely passes {}.",
            plan.models[best].name,
            counted(summaries.len(), "model"),
            percent(RELIABLE),
        ),
        (false, true) => ".".to_owned(),
        (false, false) => format!(". No model's rate surely passes {}.", percent(RELIABLE)),
    }
}

/// How long it takes, and whether to restart.
fn duration(summary: &ModelSummary) -> String {
    let mut text = String::new();
    let median = summary.median;
    if let Some(epoch) = median.value {
        text += &format!(
            " Half of its runs had converged by epoch {}",
            grouped(epoch.into())
        );
        if let (Some(low), Some(high)) = (median.low, median.high) {
            text += &format!(" ({} to {})", grouped(low.into()), grouped(high.into()));
        }
        text.push('.');
    }
    let restart = summary.restart;
    if let (Some(at), Some(best), Some(limit)) =
        (restart.best_epoch, restart.best_epochs, restart.at_limit)
        && best < (1.0 - WORTH_RESTARTING) * limit
    {
        text += &format!(
            " To get one success soonest, stop a run at epoch {} and start again: {} epochs \
             expected, against {} when runs go on to the limit of {}.",
            grouped(at.into()),
            grouped(best.round() as u128),
            grouped(limit.round() as u128),
            grouped(summary.epoch_limit.into()),
        );
    }
    text
}

/// A model in words.
fn name(model: &Model) -> String {
    match model.choices.hidden.as_slice() {
        [] if model.name == "single-neuron" => "the single neuron".to_owned(),
        [1] if model.name == "hidden-1" => "1 hidden neuron".to_owned(),
        [width] if model.name == format!("hidden-{width}") => format!("{width} hidden neurons"),
        _ => model.name.clone(),
    }
}

fn range(estimate: &Estimate) -> String {
    let interval = estimate.interval;
    format!("{} to {}", percent(interval.low), percent(interval.high))
}
