//! The answer in words: what the single neuron did, which model is enough, how sure that is,
//! and what to do. What the answer is, is decided in `report::answer`.

use maud::{Markup, html};

use super::elements::in_words;
use crate::plan::Plan;
use crate::report::answer::{Answer, RELIABLE};
use crate::report::figures::sweep::Sweep;
use crate::statistics::Findings;
use crate::text::{counted, grouped, interval, level, number, percent, title, whole};

/// One or two sentences, then how sure they are and what to do.
pub fn answer(plan: &Plan, findings: &Findings, sweep: &Sweep) -> Markup {
    let words = Words {
        plan,
        findings,
        sweep,
        answer: Answer::new(plan, findings),
    };
    let advice = [
        ("How sure", Some(words.how_sure())),
        ("What to do", words.what_to_do()),
        ("Restart", words.restart()),
    ];
    html! {
        p.lead { (words.lead()) }
        dl.advice {
            @for (head, text) in advice {
                @if let Some(text) = text { dt { (head) } dd { (text) } }
            }
        }
    }
}

struct Words<'a> {
    plan: &'a Plan,
    findings: &'a Findings,
    sweep: &'a Sweep,
    answer: Answer,
}

impl Words<'_> {
    /// `998 of 1,000 runs (95% interval 99.3–99.9%)`.
    fn count(&self, model: usize) -> Markup {
        let summary = &self.findings.summaries[model];
        let rate = summary.rate.map(|rate| rate.interval);
        html! {
            strong { (grouped(summary.converged.into())) " of " (counted(summary.runs, "run")) }
            @if let Some(rate) = rate {
                " (" (self.confidence()) " interval " (interval(rate.low, rate.high)) ")"
            }
        }
    }

    fn confidence(&self) -> String {
        level(self.plan.manifest.statistics.confidence)
    }

    fn named(&self, model: usize) -> String {
        let hidden = self.plan.models[model].choices.hidden.as_slice();
        match (self.sweep.swept, hidden) {
            (0 | 1, []) => "the single neuron".to_owned(),
            (0 | 1, [1]) => "one hidden neuron".to_owned(),
            _ => in_words(self.sweep, model),
        }
    }

    fn lead(&self) -> Markup {
        let sentences: Vec<Markup> = [self.alone(), self.found()].into_iter().flatten().collect();
        html! {
            @for (position, sentence) in sentences.iter().enumerate() {
                @if position > 0 { " " }
                (sentence)
            }
        }
    }

    /// What the single neuron did, if it was tried.
    fn alone(&self) -> Option<Markup> {
        let model = self.answer.single?;
        let models = self.plan.models.iter();
        let singles = models
            .filter(|model| model.choices.hidden.is_empty())
            .count();
        Some(html! {
            @if singles == 1 { "The single neuron" }
            @else { "At its best (" (self.named(model)) "), the single neuron" }
            " converged in " (self.count(model)) "."
        })
    }

    /// Which model is enough, or that none is; nothing more is said of the single neuron.
    fn found(&self) -> Option<Markup> {
        let Answer {
            chosen,
            best,
            single,
            ..
        } = self.answer;
        let told = |model: usize| Some(model) == single;
        let only_single = self
            .plan
            .models
            .iter()
            .all(|model| model.choices.hidden.is_empty());
        match (chosen, best) {
            (Some(chosen), _) => (!told(chosen)).then(|| self.enough(chosen)),
            (None, Some(best)) if !only_single => Some(html! {
                "No model is sure to learn in more than " (percent(RELIABLE)) " of runs; the best \
                 was " (self.named(best)) ", which converged in " (self.count(best)) "."
            }),
            (None, _) => None,
        }
    }

    /// The chosen model: the smallest, the only one, or the surest of models of one size.
    fn enough(&self, model: usize) -> Markup {
        let models = self.plan.models.len();
        let (name, count) = (self.named(model), self.count(model));
        let reliable = percent(RELIABLE);
        html! {
            @if self.plan.manifest.axes.of("hidden").len() > 1 {
                "The smallest network that is sure to learn in more than " (reliable) " of runs \
                 has " (name) ": it converged in " (count) "."
            } @else if models == 1 {
                (title(&name)) " converged in " (count) ": surely more than " (reliable) " of runs."
            } @else {
                (self.answer.reliable) " of " (models) " models are sure to learn in more than "
                (reliable) " of runs; the surest, " (name) ", converged in " (count) "."
            }
        }
    }

    fn how_sure(&self) -> String {
        let manifest = &self.plan.manifest;
        let rates = self
            .findings
            .summaries
            .iter()
            .filter_map(|summary| summary.rate);
        let widest = rates
            .map(|rate| rate.interval.high - rate.interval.low)
            .fold(0.0, f64::max);
        format!(
            "Each rate rests on {}, one per seed, and its {} interval is at most {} percentage \
             points wide. All of it holds for at most {} of training with these settings: a longer \
             limit can raise a rate, and a prediction can still move after convergence.",
            counted(manifest.seeds.count(), "run"),
            self.confidence(),
            number(100.0 * widest, 2),
            counted(manifest.epochs, "epoch"),
        )
    }

    fn what_to_do(&self) -> Option<String> {
        let Some(model) = self.answer.chosen else {
            return Some(
                "Train more epochs where runs were still improving (see how runs fail), try more \
                 hidden neurons or another setting, or restart failed runs with other seeds."
                    .to_owned(),
            );
        };
        let summary = &self.findings.summaries[model];
        let most = summary.q75.value.map_or_else(String::new, |most| {
            format!(", three quarters within {}", grouped(most.into()))
        });
        Some(format!(
            "Use {}. Half of its runs converge within {}{most}.",
            self.named(model),
            counted(summary.median.value?, "epoch")
        ))
    }

    fn restart(&self) -> Option<String> {
        let (model, advice) = (self.answer.subject()?, self.answer.restart?);
        Some(format!(
            "Where failures are common, stop early and start again with another seed: of {}, \
             stopped after {}, a success costs {} epochs on average; with failed runs going on \
             to the limit it costs {}.",
            self.named(model),
            counted(advice.epoch, "epoch"),
            whole(advice.epochs),
            whole(advice.at_limit)
        ))
    }
}
