//! The failures in words: the most frequent ones with a run to replay, and all in a table.

use std::collections::HashSet;

use maud::{Markup, html};

use super::elements::{Folded, or_dash, replay};
use super::kept::Kept;
use super::tables::share;
use crate::report::figures::ReportData;
use crate::report::figures::failures::ending_words;
use crate::report::figures::sweep::Sweep;
use crate::statistics::{Failure, Simulated};
use crate::text::{counted, grouped, number, percent, title};
use crate::training::Status;

/// How many failures are shown with a command.
const EXAMPLES: usize = 5;

/// All ways in which runs of a model, from 0, did not converge, in the plan's order.
fn failures<'a>(data: &ReportData<'a>) -> Vec<(usize, &'a Failure)> {
    let models = data.findings.endings.iter().enumerate();
    models
        .flat_map(|(model, endings)| endings.iter().map(move |ending| (model, ending)))
        .filter(|(_, ending)| ending.status != Status::Converged)
        .collect()
}

/// The most frequent failures, the largest share of a model's runs first.
pub fn examples(data: &ReportData, sweep: &Sweep) -> Markup {
    let mut failures = failures(data);
    // Stable: of equally frequent ones, the first stays first.
    failures.sort_by(|(_, a), (_, b)| b.share.value.total_cmp(&a.share.value));
    // One example a model first: eight failures of one model would tell less.
    let mut seen = HashSet::new();
    failures.retain(|(model, _)| seen.insert(*model));
    failures.truncate(EXAMPLES);
    html! {
        @if !failures.is_empty() {
            h3 { "Examples to replay" }
            p {
                "Each command retrains one such run, checks it bit for bit against runs.csv, and \
                 tells its story."
            }
            ul.examples { @for (model, failure) in failures { (item(data, sweep, model, failure)) } }
        }
    }
}

fn item(data: &ReportData, sweep: &Sweep, model: usize, failure: &Failure) -> Markup {
    html! {
        li {
            span.what {
                (title(&sweep.phrase(model))) ": " (ending_words(data.plan, failure)) ", "
                (percent(failure.share.value)) " of its runs (" (status(failure.status)) ")."
            }
            (replay(data.plan, model, failure.example_seed))
        }
    }
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Improving => "still improving when stopped",
        Status::Converged | Status::Stuck | Status::Diverged => status.word(),
    }
}

/// All failures, a row each.
pub fn all(data: &ReportData, sweep: &Sweep, kept: &Kept) -> Markup {
    let failures = failures(data);
    let table = Folded {
        title: &format!("Table: {} of failure", counted(failures.len(), "kind")),
        file: "failures.csv",
        caption: "Runs that did not converge, by model, state and wrong rows",
        header: &[
            "model",
            "state",
            "rows",
            "runs",
            "share",
            "median loss",
            "median gradient",
            "example seed",
        ],
    };
    let rows = kept.rows(failures.iter().map(|(model, _)| *model));
    table.of(&rows, |row| {
        let (model, failure) = failures[row];
        let small = |value: Option<Simulated>| or_dash(value.map(|value| number(value.value, 2)));
        vec![
            sweep.phrase(model),
            status(failure.status).to_owned(),
            ending_words(data.plan, failure),
            grouped(failure.runs.into()),
            share(failure.share),
            small(failure.mse_median),
            small(failure.gradient_norm_median),
            failure.example_seed.to_string(),
        ]
    })
}
