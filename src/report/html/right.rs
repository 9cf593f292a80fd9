//! How often models are right, of studies with classes or held-out rows: the table at the top,
//! and the section with what rows of each class were taken for.

use maud::{Markup, html};

use super::elements::{or_dash, scrolling};
use crate::report::answer::right::{About, Right};
use crate::report::answer::words::RightWords;
use crate::report::figures::ReportData;
use crate::report::shown::MOST_MODELS;
use crate::statistics::{Confusion, SetSummary};
use crate::text::{grouped, interval, level, number, percent, title};

/// The most models of the table at the top.
const KEY: usize = 12;
/// The most classes of the table of mistakes.
const CLASSES: usize = 12;

/// The models in a small table, if they are few: how often each is right.
pub fn key(data: &ReportData, right: Right) -> Markup {
    match right.candidates.len() <= KEY {
        true => table(data, &RightWords::new(data.plan, data.findings, right)),
        false => Markup::default(),
    }
}

/// The section: all models, then what rows were taken for.
pub fn section(data: &ReportData, right: Right) -> Markup {
    let many = right.candidates.len();
    let words = RightWords::new(data.plan, data.findings, right);
    html! {
        @if many > KEY { (table(data, &words)) }
        @if many > MOST_MODELS {
            p.note { (MOST_MODELS) " of " (grouped(many as u128)) " models; summary.csv has all." }
        }
        (confusion(data, &words))
        @for warning in &data.plan.manifest.data.warnings { p.note { (warning) } }
    }
}

fn rows_called(about: About) -> &'static str {
    match about {
        About::Test => "test rows",
        About::Training => "training rows",
    }
}

fn table(data: &ReportData, words: &RightWords) -> Markup {
    let right = words.right();
    let rows = rows_called(right.about);
    let label = "How often each model is right";
    let confidence = level(data.plan.manifest.statistics.confidence);
    let held_out = right.about == About::Test;
    let table = html! {
        table.key {
            caption {
                (label) ": mean share of " (rows) " over seeds, with " (confidence) " intervals"
            }
            thead {
                tr {
                    th scope="col" { "model" }
                    th scope="col" { (rows) " right" }
                    th scope="col" { span aria-hidden="true" {} "interval" }
                    th scope="col" aria-hidden="true" {}
                    th scope="col" { "sd" }
                    @if held_out { th scope="col" { "training rows" } }
                    th scope="col" { "converged" }
                }
            }
            tbody {
                @for candidate in 0..right.candidates.len().min(MOST_MODELS) {
                    (row(words, candidate, held_out))
                }
            }
        }
    };
    scrolling(label, &table)
}

fn row(words: &RightWords, candidate: usize, held_out: bool) -> Markup {
    let right = words.right();
    let summary = right.candidates[candidate].summary;
    let set = right.set(candidate);
    let mean = |set: Option<&SetSummary>| {
        let mean = set.and_then(|set| set.accuracy.mean);
        or_dash(mean.map(|mean| percent(mean.value)))
    };
    let ends = set.and_then(|set| set.accuracy_interval);
    let deviation = set.and_then(|set| set.accuracy.sd);
    let training = summary.performance.as_ref().map(|all| &all.training);
    let hundredths = |share: f64| format!("{:.2}", 100.0 * share);
    let value = set.and_then(|set| set.accuracy.mean).map(|mean| mean.value);
    html! {
        tr {
            th scope="row" { (title(&words.named(candidate))) }
            td { (mean(set)) }
            td { (or_dash(ends.map(|ends| interval(ends.low, ends.high)))) }
            td aria-hidden="true" {
                span.bar {
                    svg viewBox="0 0 100 10" preserveAspectRatio="none" {
                        @if let Some(value) = value {
                            rect.got width=(hundredths(value)) height="10" {}
                        }
                        @if let Some(ends) = ends {
                            rect.doubt x=(hundredths(ends.low)) y="4"
                                width=(hundredths(ends.high - ends.low)) height="2" {}
                        }
                    }
                }
            }
            td { (or_dash(deviation.map(|sd| number(100.0 * sd, 2)))) }
            @if held_out { td { (mean(training)) } }
            td { (or_dash(summary.rate.map(|rate| percent(rate.value)))) }
        }
    }
}

/// What rows of each class were taken for by the model of the answer.
fn confusion(data: &ReportData, words: &RightWords) -> Markup {
    let right = words.right();
    let summary = right.candidates[right.chosen].summary;
    let confusion = summary.performance.as_ref().map(|all| &all.confusion);
    let Some((classes, confusion)) = data.plan.manifest.data.classes.as_ref().zip(confusion) else {
        return Markup::default();
    };
    if classes.names.len() > CLASSES {
        return html! {
            p.note {
                "The classes are too many for a table here: confusion.csv says what rows of each \
                 were taken for."
            }
        };
    }
    let label = format!(
        "What {} of each class were taken for by {}, as shares of the class over all runs",
        rows_called(right.about),
        words.named(right.chosen)
    );
    let table = html! {
        table {
            caption { (label) "; confusion.csv has every model" }
            thead {
                tr {
                    th scope="col" { "class" }
                    @for name in &classes.names { th scope="col" { "→ " (name) } }
                    th scope="col" { "→ none" }
                }
            }
            tbody {
                @for (class, name) in classes.names.iter().enumerate() {
                    tr {
                        th scope="row" { (name) }
                        @for share in shares(confusion, class) { td { (share) } }
                    }
                }
            }
        }
    };
    html! { h3 { "What is taken for what" } (scrolling(&label, &table)) }
}

/// Of the rows of a class, the share that was taken for each class, and for none.
fn shares(confusion: &Confusion, class: usize) -> Vec<String> {
    let answers = (0..confusion.classes()).map(Some).chain([None]);
    let rows: Vec<u64> = answers
        .map(|answer| confusion.rows(class, answer))
        .collect();
    let all: u64 = rows.iter().sum();
    let share = |rows: &u64| match (*rows, all) {
        (_, 0) => "–".to_owned(),
        (0, _) => "0%".to_owned(),
        (rows, all) => percent(rows as f64 / all as f64),
    };
    rows.iter().map(share).collect()
}
