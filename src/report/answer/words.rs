//! The answer in sentences, the same on the terminal and on the page. Numbers come from
//! summaries and comparisons as they are; no sentence says more than its interval or its test.

mod advice;
mod comparing;
mod right;

pub use self::right::RightWords;
use super::held::follows;
use super::right::Right;
use super::{Answer, LEVEL, RELIABLE, size};
use crate::manifest::{StatisticsSettings, Value};
use crate::plan::Plan;
use crate::report::figures::sweep::Sweep;
use crate::statistics::{Findings, ModelSummary};
use crate::text::{counted, grouped, interval, level, number, percent, title};

/// What there is to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// The answer itself, sentence by sentence.
    pub lead: Vec<String>,
    /// How the model that it names stands beside others, and all beside their baselines.
    pub beside: Vec<String>,
    /// What the rates rest on.
    pub how_sure: String,
    /// What tests stand behind what is said to be shown; empty if there are none.
    pub tests: String,
    /// What to do next.
    pub what_to_do: String,
    /// Whether that is to use the model of the lead.
    pub settled: bool,
    /// When to give a run up, if that pays.
    pub restart: Option<String>,
}

impl Words {
    /// The words for the findings of a plan's runs; `None` of no runs.
    pub fn new(plan: &Plan, findings: &Findings) -> Option<Words> {
        let answer = Answer::new(plan, findings);
        let speaker = Speaker {
            plan,
            summaries: &findings.summaries,
            findings,
            sweep: Sweep::new(plan),
            answer: &answer,
        };
        (answer.runs > 0).then(|| {
            let (lead, beside) = (speaker.lead(), speaker.beside());
            let words = Words {
                settled: answer.chosen.is_some(),
                how_sure: speaker.how_sure(),
                tests: speaker.tests(lead.iter().chain(&beside)),
                what_to_do: speaker.what_to_do(),
                restart: speaker.restart(),
                lead,
                beside,
            };
            match Right::new(plan, findings) {
                Some(right) => words.behind(&RightWords::new(plan, findings, right)),
                None => words,
            }
        })
    }
}

impl Words {
    /// Of a study with classes or held-out rows: how often models are right, and only in a sentence
    /// whether they converge.
    fn behind(self, right: &RightWords) -> Words {
        Words {
            lead: right.lead(),
            beside: right.beside(),
            settled: right.is_settled(),
            what_to_do: right.what_to_do(),
            tests: String::new(),
            restart: None,
            how_sure: self.how_sure,
        }
    }
}

/// The answer for the terminal, paragraph by paragraph; none of no runs.
pub fn paragraphs(plan: &Plan, findings: &Findings) -> Vec<String> {
    let Some(words) = Words::new(plan, findings) else {
        return Vec::new();
    };
    let mut paragraphs = vec![words.lead.join(" ")];
    let tests = Some(words.tests).filter(|tests| !tests.is_empty());
    let beside: Vec<String> = words.beside.into_iter().chain(tests).collect();
    if !beside.is_empty() {
        paragraphs.push(beside.join(" "));
    }
    // What to use is in the lead.
    let advice = match words.settled {
        true => None,
        false => Some(words.what_to_do),
    };
    let advice: Vec<String> = advice.into_iter().chain(words.restart).collect();
    if !advice.is_empty() {
        paragraphs.push(advice.join(" "));
    }
    paragraphs
}

/// Who finds the words: what is known, and how models are called.
struct Speaker<'a> {
    plan: &'a Plan,
    findings: &'a Findings,
    summaries: &'a [ModelSummary],
    sweep: Sweep,
    answer: &'a Answer,
}

impl Speaker<'_> {
    /// How the manifest asks for intervals.
    fn settings(&self) -> &StatisticsSettings {
        &self.plan.manifest.statistics
    }

    /// `95% interval`.
    fn interval(&self) -> String {
        format!("{} interval", level(self.settings().confidence))
    }

    /// A model in words.
    fn named(&self, model: usize) -> String {
        article(self.sweep.in_words(model))
    }

    /// `998 of 1,000 runs, 99.8% (95% interval 99.3–99.9%)`.
    fn count(&self, model: usize) -> String {
        let summary = &self.summaries[model];
        let rate = summary.rate.map_or_else(String::new, |rate| {
            let ends = interval(rate.interval.low, rate.interval.high);
            format!(", {} ({} {ends})", percent(rate.value), self.interval())
        });
        format!(
            "{} of {}{rate}",
            grouped(summary.converged.into()),
            counted(summary.runs, "run")
        )
    }

    /// What was asked comes first: where something else than the width is swept, how its values
    /// compare; else which width is enough.
    fn lead(&self) -> Vec<String> {
        let Some(subject) = self.answer.subject() else {
            return vec![self.none_converged()];
        };
        let mut lead = Vec::new();
        if self.asks_to_compare() {
            lead.extend(self.held());
        }
        lead.extend(self.measured(subject));
        lead.extend(self.reliability(subject));
        lead
    }

    /// What stands beside that.
    fn beside(&self) -> Vec<String> {
        let Some(subject) = self.answer.subject() else {
            return Vec::new();
        };
        let mut beside = self.along(subject);
        beside.extend(self.duration(subject));
        if !self.asks_to_compare() {
            beside.extend(self.held());
        }
        beside
    }

    /// Whether the study asks how values compare: its baseline follows the compared model along
    /// an axis, or something else than the width is all that it sweeps. In a grid without such a
    /// baseline, and among widths, it asks which model to use.
    fn asks_to_compare(&self) -> bool {
        follows(self.plan) || (self.sweep.swept == 1 && !self.sweeps_widths())
    }

    /// Whether networks of one hidden layer, or none, are swept by their width.
    fn sweeps_widths(&self) -> bool {
        let depths = |values: &[Value]| {
            let layers = values.iter().map(|value| match value {
                Value::Layers(layers) => layers.len(),
                Value::Word(_)
                | Value::Truth(_)
                | Value::Number(_)
                | Value::Text(_)
                | Value::Nothing => 0,
            });
            layers.max().unwrap_or(0)
        };
        let hidden = self.plan.manifest.axes.of("hidden");
        hidden.len() > 1 && depths(&hidden) <= 1
    }

    /// The answer where no run of any model converged.
    fn none_converged(&self) -> String {
        let limit = counted(self.plan.manifest.epochs, "epoch");
        let highest = self.summaries.iter().filter_map(|summary| summary.rate);
        let highest = highest.map(|rate| rate.interval.high).fold(0.0, f64::max);
        let runs = counted(self.answer.runs, "run");
        let of = match self.plan.models.len() {
            1 => format!("of {runs} of {}", self.named(0)),
            models => format!("of the {runs} of any of {models} models"),
        };
        format!(
            "None {of} converged within {limit}; the {} of a rate reaches up to {}.",
            self.interval(),
            percent(highest)
        )
    }

    /// What the model did, beside its baseline or the single neuron.
    fn measured(&self, subject: usize) -> Vec<String> {
        let baseline = self.plan.baseline(subject);
        let beside = [Some(baseline), self.answer.single].into_iter().flatten();
        let beside = beside.filter(|model| *model != subject && self.summaries[*model].runs > 0);
        let mut sentences = Vec::new();
        if let Some(other) = beside.into_iter().next() {
            let named = title(&self.named(other));
            sentences.push(format!("{named} converged in {}.", self.count(other)));
        }
        let mut sentence = format!(
            "{} converged in {}",
            title(&self.named(subject)),
            self.count(subject)
        );
        let mut comparisons = self.findings.comparisons.iter();
        let compared = comparisons.find(|compared| compared.model == subject);
        if let Some(difference) = compared.and_then(|compared| compared.rate_difference) {
            let points = |share: f64| percent(share).trim_end_matches('%').to_owned();
            sentence += &format!(
                ": a difference of {} percentage points ({} {} to {})",
                points(difference.value),
                self.interval(),
                points(difference.interval.low),
                points(difference.interval.high),
            );
        }
        sentences.push(sentence + ".");
        sentences
    }

    /// Which models are shown to learn reliably.
    fn reliability(&self, subject: usize) -> Option<String> {
        let models = self.plan.models.len();
        let more = format!("more than {}", percent(RELIABLE));
        let named = self.named(subject);
        let open = self.summaries[subject]
            .rate
            .is_some_and(|rate| rate.interval.high > RELIABLE);
        match (self.answer.reliable.len(), models) {
            (0, _) if self.answer.too_few() => None,
            (0, 1) => open.then(|| format!("A rate of {more} is not shown.")),
            (0, _) => Some(format!(
                "No model is shown to converge in {more} of runs; {named} converged most often."
            )),
            (_, 1) => Some(format!("A rate of {more} is shown.")),
            (1, _) => Some(format!(
                "Of {models} models, only {named} is shown to converge in {more} of runs."
            )),
            (reliable, _) => Some(format!(
                "{reliable} of {models} models are shown to converge in {more} of runs; {} is \
                 {named}.",
                self.why(subject)
            )),
        }
    }

    /// What sets the chosen model apart from the other reliable ones.
    fn why(&self, chosen: usize) -> &'static str {
        let size = |model: usize| size(&self.plan.models[model]);
        let reliable = &self.answer.reliable;
        let alike = reliable
            .iter()
            .filter(|model| size(**model) == size(chosen))
            .count();
        match alike {
            1 => "the smallest of them",
            alike if alike == reliable.len() => "the fastest of them on average",
            _ => "of the smallest of them the fastest on average",
        }
    }

    /// Models that have runs.
    fn with_runs(&self) -> usize {
        self.summaries
            .iter()
            .filter(|summary| summary.runs > 0)
            .count()
    }

    /// What stands behind the word "shown"; empty if none of the sentences says it.
    fn tests<'s>(&self, mut said: impl Iterator<Item = &'s String>) -> String {
        if !said.any(|sentence| sentence.contains(" shown")) {
            return String::new();
        }
        let models = self.with_runs();
        let compared = self.findings.comparisons.len();
        let mut tests = Vec::new();
        if !self.answer.too_few() {
            let bound = percent(RELIABLE);
            tests.push(format!("exact binomial for a rate of more than {bound}"));
        }
        if compared > 1 {
            tests.push("McNemar’s for more or less often, log-rank for sooner or later".to_owned());
        }
        let family = match (models, compared) {
            (0 | 1, _) => String::new(),
            (models, 0 | 1) => format!(", adjusted by Holm for {models} models"),
            (models, compared) => {
                format!(", adjusted by Holm for {models} models and {compared} comparisons")
            }
        };
        format!(
            "“Shown” means by a test at the {} level ({}{family}).",
            percent(LEVEL),
            tests.join("; ")
        )
    }

    /// How long it takes.
    fn duration(&self, model: usize) -> Option<String> {
        let median = self.summaries[model].median;
        if self.summaries[model].runs == 1 {
            let epoch = grouped(median.value?.into());
            return Some(format!("The run converged at epoch {epoch}."));
        }
        let ends = median.low.zip(median.high).map(|(low, high)| {
            let (low, high) = (grouped(low.into()), grouped(high.into()));
            format!(" ({} {low} to {high})", self.interval())
        });
        Some(format!(
            "Half of the runs of {} had converged by epoch {}{}.",
            self.named(model),
            grouped(median.value?.into()),
            ends.unwrap_or_default()
        ))
    }

    /// What the rates rest on, and what they hold for.
    fn how_sure(&self) -> String {
        let runs = self.summaries.iter().map(|summary| summary.runs);
        let least = runs.filter(|runs| *runs > 0).min().unwrap_or(0);
        let most = self.answer.runs;
        let wanted = self.plan.manifest.seeds.count();
        let mut rest = match least == most {
            true => counted(most, "run"),
            false => format!("{} to {}", grouped(least.into()), counted(most, "run")),
        };
        if least < wanted {
            rest += &format!(
                " of the {} that the manifest asks for",
                grouped(wanted.into())
            );
        }
        let rates = self.summaries.iter().filter_map(|summary| summary.rate);
        let widest = rates
            .map(|rate| rate.interval.high - rate.interval.low)
            .fold(0.0, f64::max);
        format!(
            "Each rate rests on {rest}, one per seed, and its {} is at most {} percentage points \
             wide. All of it holds for at most {} of training with these settings: a longer limit \
             can raise a rate, and a prediction can still move after convergence.",
            self.interval(),
            number(100.0 * widest, 2),
            counted(self.plan.manifest.epochs, "epoch"),
        )
    }
}

/// There is only one single neuron.
fn article(phrase: String) -> String {
    match phrase.strip_prefix("single neuron") {
        Some(rest) => format!("the single neuron{rest}"),
        None => phrase,
    }
}
