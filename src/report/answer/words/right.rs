//! The answer of studies with classes or held-out rows in sentences: how often models are right.

use super::article;
use crate::manifest::Axis;
use crate::plan::Plan;
use crate::report::answer::right::{About, Candidate, NEARLY, Right};
use crate::report::criterion::reached;
use crate::report::figures::sweep::{spelled, without_hidden};
use crate::statistics::{Estimate, Findings, SetSummary, Simulated, Spread};
use crate::text::{counted, grouped, interval, level, number, percent, title};

/// Of more values of the criterion, only how many there are is said.
const MOST_VALUES: usize = 3;

/// What there is to say of accuracy.
pub struct RightWords<'a> {
    plan: &'a Plan,
    findings: &'a Findings,
    right: Right<'a>,
}

impl<'a> RightWords<'a> {
    /// The words for an answer.
    pub fn new(plan: &'a Plan, findings: &'a Findings, right: Right<'a>) -> RightWords<'a> {
        RightWords {
            plan,
            findings,
            right,
        }
    }

    /// What was decided.
    pub fn right(&self) -> &Right<'a> {
        &self.right
    }

    /// The answer itself: what the chosen model and its baseline reach, and which is best.
    pub fn lead(&self) -> Vec<String> {
        let Right { best, chosen, .. } = self.right;
        let mut lead = vec![self.chosen_beside_baseline()];
        if best != chosen {
            lead.push(format!(
                "The highest mean is that of {}, {}; of the {} within {} of it, the simplest is \
                 {}.",
                self.named(best),
                self.mean(best),
                counted(self.right.nearly, "model"),
                points(NEARLY),
                self.named(chosen),
            ));
        } else if self.right.candidates.len() > 1 {
            lead.push(match self.right.nearly {
                1 => format!("No other model comes within {} of that.", points(NEARLY)),
                _ => "No other model has a higher mean.".to_owned(),
            });
        }
        lead
    }

    /// `4 hidden neurons: 97.1% of test rows right (95% interval 96.8–97.4%), the single neuron
    /// 94.0% (…): 3.1 percentage points more (… to …).`
    fn chosen_beside_baseline(&self) -> String {
        let chosen = self.right.chosen;
        let candidate = &self.right.candidates[chosen];
        let rows = match self.right.about {
            About::Test => "test rows",
            About::Training => "training rows",
        };
        let averaged = match candidate.summary.runs {
            1 => "",
            _ => " on average",
        };
        let mut text = format!(
            "{}: {} of {rows} right{averaged}{}",
            title(&self.named(chosen)),
            self.value(chosen),
            self.ends(chosen)
        );
        if candidate.baseline != chosen {
            let baseline = candidate.baseline;
            text += &format!(", {} {}", self.named(baseline), self.mean(baseline));
            text += &self.difference(candidate);
        }
        text + "."
    }

    /// How a candidate differs from its baseline.
    fn difference(&self, candidate: &Candidate) -> String {
        let accuracy = candidate
            .comparison
            .and_then(|comparison| comparison.accuracy);
        let Some(Estimate { value, interval }) = accuracy.and_then(|all| all.difference) else {
            return String::new();
        };
        let more = if value < 0.0 { "fewer" } else { "more" };
        let sign = if value < 0.0 { -1.0 } else { 1.0 };
        let mut ends = [sign * interval.low, sign * interval.high];
        ends.sort_by(f64::total_cmp);
        format!(
            "; the difference is {} {more} ({} {} to {})",
            points(value.abs()),
            self.interval(),
            number(100.0 * ends[0], 2),
            number(100.0 * ends[1], 2),
        )
    }

    /// What stands beside that: how seeds differ, the training rows, and how far it holds.
    pub fn beside(&self) -> Vec<String> {
        let mut beside = Vec::new();
        let chosen = self.right.chosen;
        if let Some(set) = self.right.set(chosen) {
            beside.extend(self.seeds(set));
        }
        if self.right.about == About::Test {
            beside.extend(self.training(chosen));
        }
        beside.extend(self.partitions());
        beside.push(self.how_far());
        beside.extend(self.converged());
        beside
    }

    /// How often the chosen model converges, and what that means here.
    fn converged(&self) -> Option<String> {
        let summary = self.right.candidates[self.right.chosen].summary;
        let rate = summary.rate?;
        Some(format!(
            "{} of its {} converged, {} ({} {}): at some epoch {}.",
            title(&grouped(summary.converged.into())),
            counted(summary.runs, "run"),
            percent(rate.value),
            self.interval(),
            interval(rate.interval.low, rate.interval.high),
            reached(self.plan, MOST_VALUES),
        ))
    }

    /// How much seeds matter.
    fn seeds(&self, set: &SetSummary) -> Option<String> {
        let Spread {
            q05, q25, q75, sd, ..
        } = set.accuracy;
        let value = |quantile: Option<Simulated>| Some(quantile?.value);
        let (low, from, to) = (value(q05)?, value(q25)?, value(q75)?);
        let sd = number(100.0 * sd?, 2);
        Some(match from == to {
            true => format!(
                "From seed to seed the share varies little: at least half of the runs have {} \
                 right (standard deviation {sd} percentage points).",
                percent(from)
            ),
            false => format!(
                "From seed to seed, half of its runs have {} right, and at most one in twenty fewer than \
                 {} (standard deviation {sd} percentage points).",
                interval(from, to),
                percent(low)
            ),
        })
    }

    /// How much it matters which rows are held out.
    fn partitions(&self) -> Option<String> {
        let chosen = self.right.chosen;
        let [low, high] = self.right.partitions(self.plan, self.findings, chosen)?;
        let count = self.plan.pools()[chosen].members.len();
        Some(format!(
            "All of it is over {count} partitions of the rows, which say {} of it; a partition's \
             own models are in summary.csv.",
            interval(low, high)
        ))
    }

    /// How well it fits the rows that it was trained on.
    fn training(&self, chosen: usize) -> Option<String> {
        let performance = self.right.candidates[chosen].summary.performance.as_ref()?;
        let mean = performance.training.accuracy.mean?;
        Some(format!(
            "Of the rows that it was trained on, {} are right.",
            percent(mean.value)
        ))
    }

    /// What the intervals are of, and what they are not of.
    fn how_far(&self) -> String {
        let rows = self.right.rows;
        let share = self.right.set(self.right.chosen);
        let share = share.and_then(|set| set.accuracy.mean);
        let share = share.map_or(0.5, |mean| mean.value);
        // Nobody knows a share of n rows better than one row in n.
        let error = (share * (1.0 - share) / rows as f64)
            .sqrt()
            .max(0.5 / rows as f64);
        match self.right.about {
            About::Test => format!(
                "Intervals say what other seeds would give with the same test rows; {} other rows \
                 would move a share by some ±{} percentage points (two binomial standard \
                 errors).",
                grouped(rows as u128),
                number(200.0 * error, 2)
            ),
            About::Training => {
                "No rows are held out: this says how well networks fit the rows they were trained \
                 on, not how well they answer new ones; `split = { test = 0.25 }` in [data] holds \
                 some out."
                    .to_owned()
            }
        }
    }

    /// Whether the lead says what to use.
    pub fn is_settled(&self) -> bool {
        self.right.candidates[self.right.chosen].summary.runs > 1
    }

    /// What to do.
    pub fn what_to_do(&self) -> String {
        let chosen = &self.right.candidates[self.right.chosen];
        let runs = chosen.summary.runs;
        let named = self.named(self.right.chosen);
        match runs {
            1 => "One run of a model says nothing of other seeds: more seeds tell how much they \
                  matter."
                .to_owned(),
            _ => format!("Use {named}."),
        }
    }

    /// A candidate in words: its values on the axes that are swept, but for how rows are shared
    /// out.
    pub fn named(&self, candidate: usize) -> String {
        let model = self.right.candidates[candidate].model;
        let pooled = !self.plan.pools().is_empty();
        let is_told = |axis: &Axis| !pooled || !["set_column", "split_seed"].contains(&axis.key);
        let axes: Vec<&Axis> = self
            .plan
            .manifest
            .axes
            .iter()
            .filter(|(axis, values)| values.len() > 1 && is_told(axis))
            .map(|(axis, _)| axis)
            .collect();
        let hidden = self.plan.manifest.axes.iter().map(|(axis, _)| axis).take(1);
        let told: Vec<&Axis> = match axes.is_empty() {
            true => hidden.collect(),
            false => axes,
        };
        let phrase = |axis: &&Axis| {
            let phrase = axis.phrase(axis.value(&model.choices));
            article(spelled(without_hidden(self.plan, phrase)))
        };
        told.iter().map(phrase).collect::<Vec<_>>().join(", ")
    }

    /// `94.0% (95% interval 93.8–94.2%)`.
    fn mean(&self, candidate: usize) -> String {
        format!("{}{}", self.value(candidate), self.ends(candidate))
    }

    fn value(&self, candidate: usize) -> String {
        let mean = self.right.set(candidate).and_then(|set| set.accuracy.mean);
        mean.map_or_else(|| "nothing known".to_owned(), |mean| percent(mean.value))
    }

    fn ends(&self, candidate: usize) -> String {
        let ends = self
            .right
            .set(candidate)
            .and_then(|set| set.accuracy_interval);
        ends.map_or_else(String::new, |ends| {
            format!(" ({} {})", self.interval(), interval(ends.low, ends.high))
        })
    }

    fn interval(&self) -> String {
        let confidence = self.plan.manifest.statistics.confidence;
        format!("{} interval", level(confidence))
    }
}

/// `1 percentage point`, `16.2 percentage points`.
fn points(share: f64) -> String {
    match number(100.0 * share, 2).as_str() {
        "1" => "1 percentage point".to_owned(),
        points => format!("{points} percentage points"),
    }
}
