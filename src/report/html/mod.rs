//! report.html: one file that holds everything it shows, made from the derived tables.
//!
//! No script or style comes from elsewhere and none is needed to read it; a content security
//! policy allows the page's own script by its hash and no request at all.

mod answer;
mod failures;
mod page;
mod player;
mod sections;
mod tables;

use super::figures::ReportData;
use crate::text::escape;

pub use page::html;
pub use player::{Wanted, wanted};

/// A command whose lines break between words rather than at a hyphen.
fn words(command: &str) -> String {
    let words = command
        .split(' ')
        .map(|word| format!("<span>{}</span>", escape(word)));
    words.collect::<Vec<_>>().join(" ")
}

/// The command that retrains one run, with a button that copies it.
fn replay(data: &ReportData, model: &str, seed: u64) -> String {
    let command = format!(
        "seedbed replay results/{} --model {model} --seed {seed}",
        data.plan.manifest.name
    );
    format!(
        "<div class=\"replay\"><code>{}</code><button type=\"button\" class=\"copy\" hidden \
         aria-label=\"Copy: {}\">Copy</button></div>",
        words(&command),
        escape(&command)
    )
}

#[cfg(test)]
mod tests;
