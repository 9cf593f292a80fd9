//! Sentences that advise: which model to use, what to try where none is enough, and when to give
//! a run up.

use super::Speaker;
use crate::report::answer::{LEVEL, RELIABLE};
use crate::statistics::rate_interval;
use crate::text::{counted, grouped, interval, level, number, percent, title};
use crate::training::Status;

/// From this share of the failed runs on, that they were still improving is worth more epochs.
const MANY: f64 = 0.1;

impl Speaker<'_> {
    /// The advice that the answer gives.
    pub(super) fn what_to_do(&self) -> String {
        if self.answer.too_few() && self.answer.chosen.is_none() {
            return self.more_seeds();
        }
        let Some(best) = self.answer.subject() else {
            return self.try_else(self.most_improving());
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

    /// Which model to use, and how long it takes.
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

    /// What fewer runs than any test needs can't say, and how many it takes.
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

    /// The model of whose runs the largest share was still improving, the first of equals.
    fn most_improving(&self) -> usize {
        let models = 0..self.summaries.len();
        let later_is_worse = |a: &usize, b: &usize| {
            let order = self.improving(*a).total_cmp(&self.improving(*b));
            order.then(b.cmp(a))
        };
        models.max_by(later_is_worse).unwrap_or(0)
    }

    /// When to give a run up and start again.
    pub(super) fn restart(&self) -> Option<String> {
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
