//! The answer in a few sentences for the terminal: effect and interval first, p last.
//!
//! Numbers come from summaries and comparisons as they are.

use super::{Advice, Answer, RELIABLE};
use crate::plan::{Model, Plan};
use crate::statistics::{Comparison, Estimate, Findings, ModelSummary};
use crate::text::{counted, grouped, level, p_value, percent, title};

/// What the study found: the baseline's rate, that of the model that answers the question, the
/// difference, how long it takes, and whether to restart. Empty if there are no runs.
pub fn answer(plan: &Plan, findings: &Findings) -> String {
    let answer = Answer::new(plan, findings);
    let Some(subject) = answer.subject() else {
        return String::new();
    };
    let summaries = &findings.summaries;
    let confidence = level(plan.manifest.statistics.confidence);
    let level = format!("{confidence} interval ");
    let mut comparisons = findings.comparisons.iter();
    let mut text = match comparisons.find(|comparison| comparison.model == subject) {
        Some(c) => compared(plan, summaries, c, &level),
        None => begun(&alone(plan, summaries, subject, &level)),
    };
    text += &reliability(plan, &answer);
    text += &duration(&summaries[subject]);
    if let Some(advice) = answer.restart {
        text += &restart(plan, &advice);
    }
    text
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
    let mut text = begun(&alone(plan, summaries, c.baseline, level));
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

/// How sure: which rates' lower bounds pass 95%.
fn reliability(plan: &Plan, answer: &Answer) -> String {
    let models = plan.models.len();
    match (answer.chosen, answer.reliable) {
        (Some(_), _) if models == 1 => format!(", surely more than {}.", percent(RELIABLE)),
        (None, _) if models == 1 => ".".to_owned(),
        (None, _) => format!(". No model's rate surely passes {}.", percent(RELIABLE)),
        (Some(chosen), 1) => format!(
            ". {} is the only one of {} whose rate surely passes {}.",
            plan.models[chosen].name,
            counted(models, "model"),
            percent(RELIABLE),
        ),
        (Some(chosen), reliable) => {
            let widths = plan.manifest.axes.of("hidden").len() > 1;
            format!(
                ". {reliable} of {} have rates that surely pass {}; {} is the {} of them.",
                counted(models, "model"),
                percent(RELIABLE),
                plan.models[chosen].name,
                if widths { "smallest" } else { "surest" },
            )
        }
    }
}

/// How long it takes.
fn duration(summary: &ModelSummary) -> String {
    let median = summary.median;
    let Some(epoch) = median.value else {
        return String::new();
    };
    let interval = median.low.zip(median.high).map(|(low, high)| {
        let (low, high) = (grouped(low.into()), grouped(high.into()));
        format!(" ({low} to {high})")
    });
    format!(
        " Half of its runs had converged by epoch {}{}.",
        grouped(epoch.into()),
        interval.unwrap_or_default()
    )
}

/// When to give a run up and start again.
fn restart(plan: &Plan, advice: &Advice) -> String {
    format!(
        " To get one success soonest, stop a run at epoch {} and start again: {} epochs \
         expected, against {} when runs go on to the limit of {}.",
        grouped(advice.epoch.into()),
        grouped(advice.epochs.round() as u128),
        grouped(advice.at_limit.round() as u128),
        grouped(plan.manifest.epochs.into()),
    )
}

/// A model in words.
fn name(model: &Model) -> String {
    match model.choices.hidden.as_slice() {
        [] if model.name == "single-neuron" => "the single neuron".to_owned(),
        [1] if model.name == "hidden-1" => "1 hidden neuron".to_owned(),
        [width] if model.name == format!("hidden-{width}") => format!("{width} hidden neurons"),
        [] | [_] | [_, _, ..] => model.name.clone(),
    }
}

/// The start of a sentence. A model's own name keeps its letters: it is what `--model` takes.
fn begun(sentence: &str) -> String {
    match sentence.starts_with("the ") {
        true => title(sentence),
        false => sentence.to_owned(),
    }
}

fn range(estimate: &Estimate) -> String {
    let interval = estimate.interval;
    format!("{} to {}", percent(interval.low), percent(interval.high))
}
