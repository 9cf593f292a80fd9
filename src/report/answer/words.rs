//! The answer in sentences, the same on the terminal and on the page. Numbers come from
//! summaries and comparisons as they are; no sentence says more than its interval or its test.

use super::along::{Along, along};
use super::held::{Held, follows, held};
use super::{Answer, LEVEL, RELIABLE, size};
use crate::manifest::{Axis, StatisticsSettings, Value};
use crate::plan::Plan;
use crate::report::figures::sweep::{Sweep, spelled};
use crate::statistics::{Findings, ModelSummary, rate_interval};
use crate::text::{counted, grouped, interval, level, number, percent, title, whole};
use crate::training::Status;

/// The most models that a list in a sentence names.
const NAMED: usize = 4;
/// From this share of the failed runs on, that they were still improving is worth more epochs.
const MANY: f64 = 0.1;

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
        (answer.runs > 0).then(|| Words {
            lead: speaker.lead(),
            beside: speaker.beside(),
            settled: answer.chosen.is_some(),
            how_sure: speaker.how_sure(),
            tests: speaker.tests(),
            what_to_do: speaker.what_to_do(),
            restart: speaker.restart(),
        })
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

struct Speaker<'a> {
    plan: &'a Plan,
    findings: &'a Findings,
    summaries: &'a [ModelSummary],
    sweep: Sweep,
    answer: &'a Answer,
}

impl Speaker<'_> {
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
        lead.extend(self.held().filter(|_| self.asks_to_compare()));
        lead.extend(self.measured(subject));
        lead.extend(self.reliability(subject));
        lead
    }

    fn beside(&self) -> Vec<String> {
        let Some(subject) = self.answer.subject() else {
            return Vec::new();
        };
        let mut beside = self.along(subject);
        beside.extend(self.duration(subject));
        beside.extend(self.held().filter(|_| !self.asks_to_compare()));
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
                Value::Word(_) | Value::Truth(_) | Value::Number(_) => 0,
            });
            layers.max().unwrap_or(0)
        };
        let hidden = self.plan.manifest.axes.of("hidden");
        hidden.len() > 1 && depths(&hidden) <= 1
    }

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

    fn with_runs(&self) -> usize {
        self.summaries
            .iter()
            .filter(|summary| summary.runs > 0)
            .count()
    }

    /// What stands behind the word "shown"; empty where nothing could be.
    fn tests(&self) -> String {
        let models = self.with_runs();
        let compared = self.findings.comparisons.len();
        let said = self.lead().into_iter().chain(self.beside());
        let mut tests = Vec::new();
        if !said.into_iter().any(|sentence| sentence.contains(" shown")) {
            return String::new();
        }
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

    /// The model beside those that differ from it along one axis.
    fn along(&self, subject: usize) -> Vec<String> {
        let lines = along(self.plan, subject).into_iter();
        lines
            .filter_map(|along| self.one_axis(&along, subject))
            .collect()
    }

    /// `Along activation, with 4 hidden neurons: sigmoid takes 249 epochs on average, tanh 43;
    /// each converged in 200 of 200 runs.`
    fn one_axis(&self, along: &Along, subject: usize) -> Option<String> {
        let converged = |model: usize| {
            let summary = &self.summaries[model];
            (summary.converged, summary.runs)
        };
        let common = converged(subject);
        let alike = along.models.iter().all(|model| converged(*model) == common);
        let mut parts = Vec::new();
        for (position, model) in along.models.iter().enumerate() {
            let mean = self.summaries[*model].restricted_mean?;
            let epochs = whole(mean.value);
            let phrase = self.value(along.axis, *model);
            let (done, runs) = converged(*model);
            let (done, runs) = (grouped(done.into()), grouped(runs.into()));
            parts.push(match (position, alike) {
                (0, true) => format!("{phrase} takes {epochs} epochs on average"),
                (_, true) => format!("{phrase} {epochs}"),
                (0, false) => format!(
                    "{phrase} takes {epochs} epochs on average ({done} of {runs} converged)"
                ),
                (_, false) => format!("{phrase} {epochs} ({done} of {runs})"),
            });
        }
        let end = match alike {
            true => format!(
                "; each converged in {} of {}",
                grouped(common.0.into()),
                counted(common.1, "run")
            ),
            false => "; a run that failed counts as the limit".to_owned(),
        };
        let left = match along.all - along.models.len() {
            0 => String::new(),
            left => format!(" ({left} more in summary.csv)"),
        };
        let others = self.others(along.axis, subject);
        let name = match along.axis.key {
            "hidden" => "depth",
            _ => along.axis.name,
        };
        Some(format!(
            "Along {name}{others}: {}{end}{left}.",
            parts.join(", ")
        ))
    }

    /// A model's value on an axis: a number alone, for the axis is named.
    fn value(&self, axis: &Axis, model: usize) -> String {
        let value = axis.value(&self.plan.models[model].choices);
        match value {
            Value::Number(_) | Value::Layers(_) => value.label(),
            Value::Word(_) | Value::Truth(_) => axis.phrase(value),
        }
    }

    /// `, with 4 hidden neurons, range 1`: a model's values on the other swept axes.
    fn others(&self, axis: &Axis, model: usize) -> String {
        let parts = self.phrases(model, |other, _| other.key != axis.key);
        match parts.is_empty() {
            true => String::new(),
            false => format!(", with {}", parts.join(", ")),
        }
    }

    /// A model's values in words on those swept axes that are asked for, each with whether the
    /// baseline fixes it.
    fn phrases(&self, model: usize, wanted: impl Fn(&Axis, bool) -> bool) -> Vec<String> {
        let manifest = &self.plan.manifest;
        let axes = manifest.axes.iter().zip(&manifest.baseline.0);
        let swept = axes.filter(|((_, values), _)| values.len() > 1);
        swept
            .filter(|((axis, _), fixed)| wanted(axis, fixed.is_some()))
            .map(|((axis, _), _)| {
                article(spelled(
                    axis.phrase(axis.value(&self.plan.models[model].choices)),
                ))
            })
            .collect()
    }

    /// How all models stand beside their baselines, if there are several.
    fn held(&self) -> Option<String> {
        let compared = self.findings.comparisons.len();
        let groups = held(self.plan, self.findings);
        let sentence = |held: &Held| format!("{} {}", self.group(held), standing(self, held));
        let sentences: Vec<String> = groups.iter().map(sentence).collect();
        (compared > 1).then(|| format!("{}.", sentences.join("; ")))
    }

    /// `Tanh against sigmoid with the same hidden neurons: of 5 models,`.
    fn group(&self, held: &Held) -> String {
        let fixed = |model: usize| self.phrases(model, |_, fixed| fixed).join(", ");
        let axes = &self.plan.manifest.axes;
        let open = axes.iter().zip(&self.plan.manifest.baseline.0);
        let open = open.filter(|((_, values), fixed)| values.len() > 1 && fixed.is_none());
        let open: Vec<&str> = open.map(|((axis, _), _)| axis.name).collect();
        let same = match open.as_slice() {
            [] => String::new(),
            names => format!(" with the same {}", names.join(" and ")),
        };
        let (baseline, count) = (fixed(held.baseline), held.count);
        match held.group {
            Some(model) => format!(
                "{} against {baseline}{same}: of {},",
                title(&fixed(model)),
                counted(count, "model")
            ),
            None => format!(
                "Against {baseline}{same}, of {} other models",
                grouped(count as u128)
            ),
        }
    }

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

    fn what_to_do(&self) -> String {
        if self.answer.too_few() && self.answer.chosen.is_none() {
            return self.more_seeds();
        }
        let Some(best) = self.answer.subject() else {
            return self.try_else(0);
        };
        let open = self.summaries.iter().filter_map(|summary| summary.rate);
        let mut open = open.map(|rate| rate.interval.high);
        match self.answer.chosen {
            Some(model) => self.use_it(model),
            None if open.any(|high| high > RELIABLE) => {
                let seeds = self.widths(self.answer.runs);
                format!(
                    "More seeds may show a rate of more than {}: {seeds}.",
                    percent(RELIABLE)
                )
            }
            None => self.try_else(best),
        }
    }

    /// What may help a model that fails too often.
    fn try_else(&self, model: usize) -> String {
        let summary = &self.summaries[model];
        let failed = (summary.runs - summary.converged) as f64 / summary.runs.max(1) as f64;
        let improving = self.improving(model) / failed.max(f64::MIN_POSITIVE);
        let longer = match improving >= MANY {
            true => format!(
                "Train longer: {} of the runs of {} that failed were still improving at the \
                 limit. Or try",
                percent(improving.min(1.0)),
                self.named(model)
            ),
            false => format!(
                "More epochs promise little: {} of the runs of {} that failed no longer improved \
                 at the limit. Try",
                percent((1.0 - improving).max(0.0)),
                self.named(model)
            ),
        };
        format!("{longer} more hidden neurons or other settings, or start again with other seeds.")
    }

    fn use_it(&self, model: usize) -> String {
        let summary = &self.summaries[model];
        let by = |epoch: Option<u64>| epoch.map(|epoch| grouped(epoch.into()));
        let quarters = match (by(summary.median.value), by(summary.q75.value)) {
            (Some(half), Some(most)) => {
                format!(": half of the runs converged by epoch {half}, three quarters by {most}")
            }
            (Some(half), None) => format!(": half of the runs converged by epoch {half}"),
            (None, _) => String::new(),
        };
        format!("Use {}{quarters}.", self.named(model))
    }

    fn more_seeds(&self) -> String {
        let least = self.answer.least_runs;
        let models = match self.with_runs() {
            0 | 1 => String::new(),
            models => format!(" for one of {models} models"),
        };
        format!(
            "{} of a model cannot show how often it learns. More seeds: {}; it takes at least \
             {least}, all of them converged, to show a rate of more than {}{models}.",
            title(&counted(self.answer.runs, "run")),
            self.widths(self.answer.runs),
            percent(RELIABLE),
        )
    }

    /// `100 give a rate an interval of at most ±9.6 percentage points, 1,000 ±3.1`.
    fn widths(&self, runs: u64) -> String {
        let half = |n: u64| {
            let ends = rate_interval(n / 2, n, self.settings());
            format!("±{}", number(50.0 * (ends.high - ends.low), 2))
        };
        let mut round = 100;
        while round <= runs {
            round *= 10;
        }
        format!(
            "{} give a rate an interval of at most {} percentage points, {} {}",
            grouped(round.into()),
            half(round),
            grouped((10 * round).into()),
            half(10 * round),
        )
    }

    /// The share of a model's runs that were still improving at the limit.
    fn improving(&self, model: usize) -> f64 {
        let endings = self.findings.endings[model].iter();
        let improving = endings.filter(|ending| ending.status == Status::Improving);
        improving.map(|ending| ending.share.value).sum()
    }

    /// When to give a run up and start again.
    fn restart(&self) -> Option<String> {
        let advice = self.answer.restart?;
        let ends = advice.ratio.interval;
        Some(format!(
            "To get one success of {} soonest, stop a run at epoch {} and start again with \
             another seed: that costs {} ({} interval {}) of the epochs that going on to the \
             limit of {} costs, by the half of the seeds that did not choose the epoch.",
            self.named(advice.model),
            grouped(advice.epoch.into()),
            percent(advice.ratio.value),
            level(1.0 - LEVEL),
            interval(ends.low, ends.high),
            grouped(self.plan.manifest.epochs.into()),
        ))
    }
}

/// `0 are shown to converge more often, 1 less often (2 hidden neurons), 4 sooner, 0 later`.
fn standing(speaker: &Speaker, held: &Held) -> String {
    let counted_as = |models: &[usize], how: &str| {
        let names = |model: &usize| match held.group {
            Some(_) => speaker.phrases(*model, |_, fixed| !fixed).join(", "),
            None => speaker.named(*model),
        };
        let count = grouped(models.len() as u128);
        let some = (1..=NAMED).contains(&models.len()) && models.len() < held.count;
        match some {
            true => {
                let names: Vec<String> = models.iter().map(names).collect();
                format!("{count} {how} ({})", names.join("; "))
            }
            false => format!("{count} {how}"),
        }
    };
    let verb = if held.more.len() == 1 { "is" } else { "are" };
    format!(
        "{}, {}, {}, {}",
        counted_as(&held.more, &format!("{verb} shown to converge more often")),
        counted_as(&held.less, "less often"),
        counted_as(&held.sooner, "sooner"),
        counted_as(&held.later, "later"),
    )
}

/// There is only one single neuron.
fn article(phrase: String) -> String {
    match phrase.strip_prefix("single neuron") {
        Some(rest) => format!("the single neuron{rest}"),
        None => phrase,
    }
}
