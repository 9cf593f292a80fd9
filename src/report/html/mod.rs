//! report.html: one file that holds everything it shows, made from a study's plan and findings.
//! Here is the page around the sections: head, answer, contents, and how to reproduce it.
//!
//! No script or style comes from elsewhere and none is needed to read it; a content security
//! policy allows the page's own script by its hash and no request at all. Every text is escaped
//! by the template; only charts, style and script go in as they are.

mod answer;
mod elements;
mod failures;
mod kept;
mod player;
mod right;
mod sections;
mod tables;

use data_encoding::BASE64;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::answer::right::Right;
use super::figures::sweep::Sweep;
use super::figures::{ReportData, palette};
use crate::manifest::Seeds;
use crate::text::{counted, grouped, steers};

pub use player::shown as shown_rows;
use sections::Section;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// The whole page.
pub fn html(data: &ReportData) -> String {
    let sweep = Sweep::new(data.plan);
    let sections = sections::sections(data, &sweep);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            (head(data))
            body {
                a.skip href="#main" { "Skip to the charts" }
                (header(data, &sweep, &sections))
                main id="main" {
                    @for section in &sections {
                        section aria-labelledby=(section.id) {
                            h2 id=(section.id) { (section.title) }
                            (section.body)
                        }
                    }
                }
                (footer(data))
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    shown(&page.into_string())
}

/// Characters that move the cursor or turn the direction of writing are shown as U+FFFD, not
/// sent to the browser, wherever on the page they came from.
fn shown(page: &str) -> String {
    page.chars()
        .map(|letter| match letter {
            '\n' | '\t' => letter,
            letter if steers(letter) => '\u{FFFD}',
            letter => letter,
        })
        .collect()
}

fn head(data: &ReportData) -> Markup {
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{}'; \
         base-uri 'none'; form-action 'none'",
        BASE64.encode(&Sha256::digest(SCRIPT.as_bytes()))
    );
    html! {
        head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content=(policy);
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (data.plan.manifest.name) " – Seedbed report" }
            style {
                (PreEscaped(palette::variables()))
                (PreEscaped(palette::CHART_STYLE))
                (PreEscaped(STYLE))
            }
        }
    }
}

/// The question, its answer, and the way to the sections.
fn header(data: &ReportData, sweep: &Sweep, sections: &[Section]) -> Markup {
    let manifest = &data.plan.manifest;
    let question = match manifest.description.trim() {
        "" => &manifest.name,
        description => description,
    };
    html! {
        header {
            p.kicker { "Seedbed report · " (manifest.name) }
            h1 { (question) }
            (answer::answer(data.plan, data.findings))
            @if !data.changed.is_empty() {
                p.note {
                    "These are the numbers of " (data.changed.join(" and "))
                    " as found, not as recorded by the training; " code { "seedbed verify" }
                    " compares it with training."
                }
            }
            @match Right::new(data.plan, data.findings) {
                Some(found) => { (right::key(data, found)) }
                None => { (sections::key(data, sweep)) }
            }
            p.facts { (facts(data)) }
            nav aria-label="Contents" {
                ol {
                    @for section in sections {
                        li { a href={ "#" (section.id) } { (section.title) } }
                    }
                }
            }
        }
    }
}

/// The experiment in one line.
fn facts(data: &ReportData) -> String {
    let manifest = &data.plan.manifest;
    let seeds = match &manifest.seeds {
        Seeds::Range { first, count } => format!(
            "seeds {} to {}",
            grouped((*first).into()),
            grouped(first.saturating_add(count.saturating_sub(1)).into())
        ),
        Seeds::List(list) => counted(list.len(), "listed seed"),
    };
    let stop = if manifest.stop {
        "stopped at convergence, or after"
    } else {
        "trained for"
    };
    format!(
        "{} × {}: {}, {stop} {}; {} of {} to learn from.",
        counted(data.plan.models.len(), "model"),
        seeds,
        runs(data),
        counted(manifest.epochs, "epoch"),
        counted(manifest.data.first().rows(), "row"),
        counted(manifest.data.input_count(), "input"),
    )
}

/// `8,000 runs`, or how many of them are there.
fn runs(data: &ReportData) -> String {
    let (there, all) = (data.runs(), data.plan.runs());
    match there == all {
        true => counted(all, "run"),
        false => format!("{} of {}", grouped(there.into()), counted(all, "run")),
    }
}

fn footer(data: &ReportData) -> Markup {
    let runs = counted(data.runs(), "run");
    let models = counted(data.plan.models.len(), "model");
    let has_classes = data.plan.manifest.data.classes.is_some();
    let confusion = if has_classes { ", confusion.csv" } else { "" };
    html! {
        footer {
            h2 id="reproduce" { "Reproduce it" }
            p {
                "Every number on this page is in the tables beside it: summary.csv, \
                 comparisons.csv, survival.csv, curves.csv, failures.csv" (confusion)
                "; columns.csv says what \
                 each column means and where its formula comes from. The same manifest gives the \
                 same " (runs) " to the last bit, on any machine. Commands are given from the \
                 folder that holds results/."
            }
            div.replay { code { "seedbed verify results/" (data.plan.manifest.name) } }
            p { "Made by Seedbed " (env!("CARGO_PKG_VERSION")) " from " (runs) " of " (models) "." }
        }
    }
}

#[cfg(test)]
mod tests;
