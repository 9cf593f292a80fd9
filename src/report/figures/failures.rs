//! How runs fail: per model a stacked bar of the runs that did not converge, by the training
//! rows they got wrong.

use std::collections::HashMap;

use super::data::ReportData;
use super::frame::{self, Area, Drawing, Size};
use super::marks::{Svg, short, width};
use super::palette;
use super::predictions::shorten;
use super::scale::{Scale, thin};
use super::sweep::Sweep;
use crate::plan::Plan;
use crate::report::criterion::missed;
use crate::report::wrong::WrongWords;
use crate::results::row_words;
use crate::statistics::{Failure, WrongAtEnd};
use crate::text::{counted, escape, grouped, interval, percent};
use crate::training::{Status, WrongRows};

/// The most models in the chart.
const ROWS: usize = 24;
/// Patterns of wrong rows with a colour of their own; the others share the last.
const PATTERNS: usize = 7;
/// Room for the names of models in pixels.
const NAME: f64 = 140.0;
/// Height of a bar and of the space it stands in.
const BAR: (f64, f64) = (20.0, 32.0);

/// Which of so many models are drawn.
pub fn drawn(models: usize) -> Vec<usize> {
    thin(models, ROWS)
}

/// The chart, or `None` if every run converged.
pub fn draw(data: &ReportData, size: Size) -> Option<Drawing> {
    let endings = &data.findings.endings;
    let kinds = kinds(endings.iter().flatten());
    if kinds.is_empty() {
        return None;
    }
    let sweep = Sweep::new(data.plan);
    let models = data.plan.models.len();
    let shown = drawn(models);
    let mut notes = Vec::new();
    if shown.len() < models {
        notes.push(format!(
            "{} of {} models are drawn, evenly spread over the grid; failures.csv has all.",
            shown.len(),
            grouped(models as u128)
        ));
    }
    if kinds.len() > PATTERNS {
        notes.push(format!(
            "{} rarer patterns are drawn together as “other”; failures.csv has each.",
            kinds.len() - PATTERNS
        ));
    }
    let mut svg = Svg::new(size.width(), 0.0);
    for pattern in 0..palette::SERIES {
        svg.define(&hatch(size, pattern));
    }
    let missed = missed(data.plan);
    let words = WrongWords::new(data.plan);
    let top = 14.0 + legend(&mut svg, size, &kinds, &words, &missed);
    let names = shown
        .iter()
        .map(|model| frame::wrap(&sweep.parts(*model), NAME).len());
    let lines = names.max().unwrap_or(1) as f64;
    let head = size.pick(15.0 * (lines - 1.0), 16.0);
    let area = Area {
        left: size.pick(NAME + 10.0, 10.0),
        top,
        right: size.width() - size.pick(90.0, 24.0),
        bottom: top + shown.len() as f64 * (BAR.1 + head),
    };
    let highest = endings
        .iter()
        .map(|failures| failed_share(failures))
        .fold(0.0, f64::max);
    let chart = Chart {
        data,
        sweep: &sweep,
        kinds: &kinds,
        size,
        x: Scale::linear((0.0, highest.max(1e-6)), (area.left, area.right)),
    };
    chart.axis(&mut svg, area, highest);
    for (order, model) in shown.iter().enumerate() {
        let y = area.top + order as f64 * (BAR.1 + head);
        chart.bar(&mut svg, *model, (y, head));
    }
    svg.resize(area.bottom + 42.0);
    let attributes = format!("class=\"chart {}\" data-chart=\"failures\"", size.class());
    Some(Drawing {
        svg: svg.finish(
            &attributes,
            "How runs failed, by model",
            "One bar for each model, as long as the share of its runs that did not converge, \
             divided by the training rows that came out wrong. The table below holds the shares.",
        ),
        notes,
    })
}

/// What failed runs are drawn as.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Kind<'a> {
    /// They diverged, whatever they answer.
    Diverged,
    /// These training rows are wrong.
    Wrong(&'a WrongAtEnd),
}

impl<'a> Kind<'a> {
    /// The kind of some runs; `None` if they converged.
    fn of(failure: &'a Failure) -> Option<Self> {
        match failure.status {
            Status::Converged => None,
            Status::Diverged => Some(Kind::Diverged),
            Status::Stuck | Status::Improving => Some(Kind::Wrong(&failure.wrong)),
        }
    }

    /// What decides between kinds that are as frequent.
    fn order(&self) -> String {
        match self {
            Kind::Diverged => Status::Diverged.word().to_owned(),
            Kind::Wrong(WrongAtEnd::Rows(rows)) => {
                row_words(&rows.iter().copied().collect::<WrongRows>())
            }
            Kind::Wrong(wrong) => format!("{wrong:?}"),
        }
    }

    /// The kind in words; `missed` says what runs without a wrong row did not reach.
    fn words(&self, words: &WrongWords, missed: &str) -> String {
        match self {
            Kind::Diverged => "diverged: weights not finite".to_owned(),
            Kind::Wrong(wrong) if wrong.count() == 0 => {
                format!("no row wrong, but {missed}")
            }
            Kind::Wrong(wrong) => format!("{} wrong", shorten(&words.phrase(wrong), 35)),
        }
    }
}

/// The kinds of failure, the most frequent in any model first.
fn kinds<'a>(failures: impl Iterator<Item = &'a Failure>) -> Vec<Kind<'a>> {
    let mut found: HashMap<Kind, f64> = HashMap::new();
    for failure in failures {
        let Some(kind) = Kind::of(failure) else {
            continue;
        };
        let share = failure.share.value;
        let most = found.entry(kind).or_insert(share);
        *most = most.max(share);
    }
    let mut found: Vec<(Kind, f64)> = found.into_iter().collect();
    found.sort_by(|a, b| {
        let order = || a.0.order().cmp(&b.0.order());
        b.1.total_cmp(&a.1).then_with(order)
    });
    found.into_iter().map(|(kind, _)| kind).collect()
}

/// The share of a model's runs that failed.
fn failed_share(failures: &[Failure]) -> f64 {
    let count = |failures: &mut dyn Iterator<Item = &Failure>| -> u64 {
        failures.map(|failure| failure.runs).sum()
    };
    let all = count(&mut failures.iter());
    let failed = count(
        &mut failures
            .iter()
            .filter(|failure| Kind::of(failure).is_some()),
    );
    // Of whole numbers: a sum of shares could miss 1 by rounding.
    failed as f64 / all.max(1) as f64
}

/// How failed runs ended, in words; empty if they converged.
pub fn ending_words(plan: &Plan, failure: &Failure) -> String {
    Kind::of(failure).map_or_else(String::new, |kind| {
        kind.words(&WrongWords::new(plan), &missed(plan))
    })
}

fn legend(svg: &mut Svg, size: Size, kinds: &[Kind], words: &WrongWords, missed: &str) -> f64 {
    let (mut x, mut y) = (4.0, 6.0);
    let named = kinds
        .iter()
        .take(PATTERNS)
        .map(|kind| kind.words(words, missed));
    let other = (kinds.len() > PATTERNS).then(|| "other".to_owned());
    for (pattern, name) in named.chain(other).enumerate() {
        let needed = 22.0 + width(&name) * frame::FONT + 18.0;
        if x > 4.0 && x + needed > size.width() {
            (x, y) = (4.0, y + 21.0);
        }
        swatch(svg, size, pattern, (x, y), (15.0, 13.0), "");
        svg.text("", (x + 21.0, y + 11.0), &name);
        x += needed;
    }
    y + 21.0
}

/// A rectangle in the colour and with the hatching of a pattern.
fn swatch(svg: &mut Svg, size: Size, pattern: usize, at: (f64, f64), area: (f64, f64), tip: &str) {
    svg.open(&format!("class=\"{}\"", palette::class(pattern)));
    svg.rectangle("class=\"solid\"", at, area, "");
    let fill = format!("fill=\"url(#hatch-{}-{pattern})\"", size.class());
    svg.rectangle(&fill, at, area, tip);
    svg.close();
}

/// The hatching of a pattern, in the colour of the paper over the pattern's own colour.
fn hatch(size: Size, pattern: usize) -> String {
    let lines = match pattern % palette::SERIES {
        0 => "",
        1 => "<path class=\"hatch\" d=\"M-2 2l4 -4M0 8l8 -8M6 10l4 -4\"/>",
        2 => "<circle class=\"hatchdot\" cx=\"4\" cy=\"4\" r=\"1.6\"/>",
        3 => "<path class=\"hatch\" d=\"M-2 6l4 4M0 0l8 8M6 -2l4 4\"/>",
        4 => "<path class=\"hatch\" d=\"M0 4H8\"/>",
        5 => "<path class=\"hatch\" d=\"M4 0V8\"/>",
        6 => "<path class=\"hatch\" d=\"M0 0L8 8M8 0L0 8\"/>",
        _ => "<path class=\"hatch\" d=\"M0 4H8M4 0V8\"/>",
    };
    format!(
        "<pattern id=\"hatch-{}-{pattern}\" width=\"8\" height=\"8\" \
         patternUnits=\"userSpaceOnUse\">{lines}</pattern>",
        size.class()
    )
}

struct Chart<'a> {
    data: &'a ReportData<'a>,
    sweep: &'a Sweep,
    kinds: &'a [Kind<'a>],
    size: Size,
    x: Scale,
}

impl Chart<'_> {
    fn axis(&self, svg: &mut Svg, area: Area, highest: f64) {
        for tick in self.x.ticks(5) {
            let at = self.x.at(tick);
            svg.line("grid", (at, area.top), (at, area.bottom));
            let label = if highest < 0.05 {
                percent(tick)
            } else {
                frame::share_label(tick)
            };
            svg.text("quiet small middle", (at, area.bottom + 16.0), &label);
        }
        let middle = (area.left + area.right) / 2.0;
        svg.text(
            "small middle",
            (middle, area.bottom + 34.0),
            "runs that did not converge",
        );
    }

    fn bar(&self, svg: &mut Svg, model: usize, (top, head): (f64, f64)) {
        let failures = &self.data.findings.endings[model];
        let left = self.x.at(0.0);
        let y = top + self.size.pick(head / 2.0, head) + (BAR.1 - BAR.0) / 2.0;
        self.name(svg, model, (left, top), y);
        let total = failed_share(failures);
        svg.open(&format!(
            "data-model=\"{}\" data-failed=\"{total}\" data-left=\"{}\" data-right=\"{}\"",
            escape(&self.data.plan.models[model].name),
            short(left),
            short(self.x.at(total)),
        ));
        let mut segments: Vec<(usize, &Failure)> = failures
            .iter()
            .filter_map(|failure| {
                let kind = Kind::of(failure)?;
                let mut patterns = self.kinds.iter().take(PATTERNS);
                let pattern = patterns.position(|known| *known == kind);
                Some((pattern.unwrap_or(PATTERNS), failure))
            })
            .collect();
        segments.sort_by_key(|(pattern, _)| *pattern);
        let mut start = 0.0;
        for (pattern, failure) in segments {
            let share = failure.share.value;
            let (from, to) = (self.x.at(start), self.x.at(start + share));
            let tip = self.tip(failure);
            swatch(svg, self.size, pattern, (from, y), (to - from, BAR.0), &tip);
            start += share;
        }
        svg.close();
        let end = self.x.at(total) + 6.0;
        let text = if total > 0.0 {
            percent(total)
        } else {
            "none".to_owned()
        };
        match self.size {
            Size::Wide => svg.text("small quiet", (end, y + 14.0), &text),
            Size::Narrow => {
                svg.text(
                    "small quiet end halo",
                    (self.x.at(f64::INFINITY), top + 15.0),
                    &text,
                );
            }
        }
    }

    /// The model's name, beside its bar or above it.
    fn name(&self, svg: &mut Svg, model: usize, (left, top): (f64, f64), y: f64) {
        if self.size == Size::Narrow {
            return svg.text("halo", (left, top + 15.0), &self.sweep.phrase(model));
        }
        let lines = frame::wrap(&self.sweep.parts(model), NAME);
        let first = y + 14.0 - 7.5 * (lines.len() as f64 - 1.0);
        for (order, line) in lines.iter().enumerate() {
            svg.text("end", (left - 10.0, first + 15.0 * order as f64), line);
        }
    }

    fn tip(&self, failure: &Failure) -> String {
        let share = failure.share;
        format!(
            "{} ({}): {}, {} ({})",
            ending_words(self.data.plan, failure),
            failure.status.word(),
            counted(failure.runs, "run"),
            percent(share.value),
            interval(share.interval.low, share.interval.high)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::Manifest;
    use crate::statistics::{Estimate, Interval};

    fn failure(status: Status, wrong_rows: &[u32], share: f64) -> Failure {
        Failure {
            status,
            wrong: WrongAtEnd::Rows(wrong_rows.to_vec()),
            runs: 3,
            share: Estimate {
                value: share,
                interval: Interval {
                    low: 0.0,
                    high: 1.0,
                },
            },
            mse_median: None,
            gradient_norm_median: None,
            example_seed: 1,
        }
    }

    #[test]
    fn failures_are_told_in_words() {
        let text = "name = 'x'\ndata = { generator = 'parity', size = 2 }\n\
                    network = { hidden = 2 }\ntraining = { epochs = 1 }\nseeds = { count = 1 }";
        let plan = Plan::new(Manifest::parse(text, "x.toml", ".").unwrap());
        let failed = |status, rows: &[u32]| failure(status, rows, 0.5);
        let words = |status, rows: &[u32]| ending_words(&plan, &failed(status, rows));
        assert_eq!(words(Status::Stuck, &[2, 4]), "rows 3, 5 wrong");
        assert_eq!(words(Status::Improving, &[0]), "row 1 wrong");
        assert_eq!(
            words(Status::Stuck, &[]),
            "no row wrong, but not within 0.4"
        );
        assert_eq!(
            words(Status::Diverged, &[1]),
            "diverged: weights not finite"
        );
        assert_eq!(words(Status::Converged, &[]), "");
        let many: Vec<u32> = (0..200).collect();
        assert_eq!(
            words(Status::Stuck, &many),
            "rows 1, 2, 3, 4, 5, 6, 7, 8, 9, 10… wrong"
        );
    }

    #[test]
    fn the_most_frequent_kind_comes_first() {
        let failures = [
            failure(Status::Converged, &[], 0.9),
            failure(Status::Stuck, &[1], 0.2),
            failure(Status::Stuck, &[9], 0.2),
            failure(Status::Diverged, &[1], 0.1),
            failure(Status::Diverged, &[], 0.3),
            failure(Status::Improving, &[1], 0.1),
        ];
        assert_eq!(
            kinds(failures.iter()),
            [
                Kind::Diverged,
                Kind::Wrong(&WrongAtEnd::Rows(vec![9])),
                Kind::Wrong(&WrongAtEnd::Rows(vec![1])),
            ]
        );
    }
}
