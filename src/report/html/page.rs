//! The page around the sections: head, answer, contents, and how to reproduce it.

use sha2::{Digest, Sha256};

use crate::manifest::Seeds;
use crate::report::figures::data::ReportData;
use crate::report::figures::palette;
use crate::report::figures::sweep::Sweep;
use crate::text::grouped;
use crate::text::{counted, escape};

use super::answer::{Answer, answer};
use super::sections::{self, Section};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// The whole page.
pub fn html(data: &ReportData) -> String {
    let sweep = Sweep::new(data.plan);
    let sections = sections::sections(data, &sweep);
    let mut page = head(data);
    page += &top(data, &sweep, &sections);
    page += "<main id=\"main\">\n";
    for section in &sections {
        page += &format!(
            "<section aria-labelledby=\"{0}\"><h2 id=\"{0}\">{1}</h2>\n{2}</section>\n",
            section.id, section.title, section.body
        );
    }
    page += "</main>\n";
    page += &footer(data);
    page + "<script>" + SCRIPT + "</script>\n</body>\n</html>\n"
}

fn head(data: &ReportData) -> String {
    let manifest = &data.plan.manifest;
    let style = format!("{}{}{STYLE}", palette::variables(), palette::CHART_STYLE);
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{}'; \
         base-uri 'none'; form-action 'none'",
        base64(&Sha256::digest(SCRIPT.as_bytes()))
    );
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{} – Seedbed report</title>\n<style>\n{style}</style>\n</head>\n<body>\n",
        escape(&manifest.name)
    )
}

fn top(data: &ReportData, sweep: &Sweep, sections: &[Section]) -> String {
    let manifest = &data.plan.manifest;
    let question = match manifest.description.trim() {
        "" => &manifest.name,
        description => description,
    };
    let Answer { lead, advice } = answer(data, sweep);
    let links: Vec<String> = sections
        .iter()
        .map(|section| format!("<li><a href=\"#{}\">{}</a></li>", section.id, section.title))
        .collect();
    let advice: Vec<String> = advice
        .iter()
        .map(|(head, text)| format!("<dt>{head}</dt><dd>{text}</dd>"))
        .collect();
    format!(
        "<a class=\"skip\" href=\"#main\">Skip to the charts</a>\n<header>\
         <p class=\"kicker\">Seedbed report · {}</p>\n<h1>{}</h1>\n<p class=\"lead\">{lead}</p>\n\
         <dl class=\"advice\">{}</dl>\n{}<p class=\"facts\">{}</p>\n\
         <nav aria-label=\"Contents\"><ol>{}</ol></nav></header>\n",
        escape(&manifest.name),
        escape(question),
        advice.join("\n"),
        sections::key(data, sweep),
        facts(data),
        links.join("\n"),
    )
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
        counted(data.plan.runs(), "run"),
        counted(manifest.epochs, "epoch"),
        counted(manifest.dataset.inputs.nrows(), "row"),
        counted(manifest.dataset.inputs.ncols(), "input"),
    )
}

fn footer(data: &ReportData) -> String {
    let name = escape(&data.plan.manifest.name);
    format!(
        "<footer><h2 id=\"reproduce\">Reproduce it</h2>\n<p>Every number on this page is in the \
         tables beside it: summary.csv, comparisons.csv, survival.csv, curves.csv, failures.csv; \
         columns.csv says what each column means and where its formula comes from. The same \
         manifest gives the same {} to the last bit, on any machine. Commands are given from \
         the folder that holds results/.</p>\n<div class=\"replay\"><code>seedbed verify \
         results/{name}</code></div>\n<p>Made by Seedbed {} from {}.</p>\
         </footer>\n",
        counted(data.plan.runs(), "run"),
        env!("CARGO_PKG_VERSION"),
        models(data),
    )
}

/// `8,000 runs of 8 models`.
fn models(data: &ReportData) -> String {
    let runs = counted(data.plan.runs(), "run");
    format!("{runs} of {}", counted(data.plan.models.len(), "model"))
}

/// Bytes in base64 (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |position: usize| u32::from(chunk.get(position).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for position in 0..4 {
            let digit = (bits >> (18 - 6 * position)) as usize & 63;
            let padding = position > chunk.len();
            text.push(if padding { '=' } else { DIGITS[digit] as char });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_standard() {
        // The test vectors of RFC 4648, section 10.
        let vectors = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (bytes, text) in vectors {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}
