//! Sentences that compare: the model of the answer along each axis, and all models with their
//! baselines.

use super::{Speaker, article};
use crate::manifest::{Axis, Value};
use crate::report::answer::along::{Along, along};
use crate::report::answer::held::{Held, held};
use crate::report::figures::sweep::{spelled, without_hidden};
use crate::text::{counted, grouped, title, whole};

/// The most models that a list in a sentence names.
const NAMED: usize = 4;

impl Speaker<'_> {
    /// The model beside those that differ from it along one axis.
    pub(super) fn along(&self, subject: usize) -> Vec<String> {
        let lines = along(self.plan, subject).into_iter();
        lines
            .filter_map(|along| self.one_axis(&along, subject))
            .collect()
    }

    /// `Along activation, with 4 hidden neurons: sigmoid takes 249 epochs on average, tanh 43;
    /// each converged in 200 of 200 runs.`
    fn one_axis(&self, along: &Along, subject: usize) -> Option<String> {
        let converged =
            |model: usize| (self.summaries[model].converged, self.summaries[model].runs);
        let models = || along.models.iter().copied();
        let alike = models().all(|model| converged(model) == converged(subject));
        let parts: Option<Vec<String>> = models()
            .enumerate()
            .map(|(position, model)| self.takes(along.axis, model, position == 0, !alike))
            .collect();
        let (done, runs) = converged(subject);
        let end = match alike {
            true => format!(
                "; each converged in {} of {}",
                grouped(done.into()),
                counted(runs, "run")
            ),
            false => "; a run that failed counts as the limit".to_owned(),
        };
        let left = match along.all - along.models.len() {
            0 => String::new(),
            left => format!(" ({left} more in summary.csv)"),
        };
        let name = match along.axis.key {
            "hidden" => "depth",
            _ => along.axis.name,
        };
        let others = self.others(along.axis, subject);
        Some(format!(
            "Along {name}{others}: {}{end}{left}.",
            parts?.join(", ")
        ))
    }

    /// `sigmoid takes 249 epochs on average (200 of 200 converged)`, of the others only
    /// `tanh 43 (200 of 200)`; `None` of no runs.
    fn takes(&self, axis: &Axis, model: usize, first: bool, with_counts: bool) -> Option<String> {
        let summary = &self.summaries[model];
        let epochs = whole(summary.restricted_mean?.value);
        let (verb, unit, converged) = match first {
            true => (" takes", " epochs on average", " converged"),
            false => ("", "", ""),
        };
        let counts = match with_counts {
            true => format!(
                " ({} of {}{converged})",
                grouped(summary.converged.into()),
                grouped(summary.runs.into())
            ),
            false => String::new(),
        };
        Some(format!(
            "{}{verb} {epochs}{unit}{counts}",
            self.value(axis, model)
        ))
    }

    /// A model's value on an axis: a number alone, for the axis is named.
    fn value(&self, axis: &Axis, model: usize) -> String {
        let value = axis.value(&self.plan.models[model].choices);
        match value {
            Value::Number(_) | Value::Layers(_) => without_hidden(self.plan, value.label()),
            Value::Word(_) | Value::Truth(_) | Value::Text(_) | Value::Nothing => {
                axis.phrase(value)
            }
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
                let phrase = axis.phrase(axis.value(&self.plan.models[model].choices));
                article(spelled(without_hidden(self.plan, phrase)))
            })
            .collect()
    }

    /// How all models stand beside their baselines, if there are several.
    pub(super) fn held(&self) -> Option<String> {
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
