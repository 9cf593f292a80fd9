//! The failures in words: the most frequent ones with a run to replay, and all in a table.

use crate::report::figures::data::{Reader, ReportData};
use crate::report::figures::failures::phrase;
use crate::report::figures::sweep::{self, Sweep};
use crate::text::{counted, escape, interval, number, percent, title, whole};

use super::tables::folded;

/// How many failures are shown with a command.
const EXAMPLES: usize = 5;

/// The most frequent failures, the largest share of a model's runs first.
pub fn examples(data: &ReportData, sweep: &Sweep) -> String {
    let reader = Reader::new(data.failures);
    let mut rows: Vec<(usize, f64)> = (0..reader.rows())
        .filter(|row| reader.text(*row, "status") != "converged")
        .filter_map(|row| Some((row, reader.number(row, "share")?)))
        .collect();
    rows.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    // One example a model first: eight failures of one model would tell less.
    let mut seen: Vec<&str> = Vec::new();
    rows.retain(|(row, _)| {
        let model = reader.text(*row, "model");
        let new = !seen.contains(&model);
        seen.push(model);
        new
    });
    rows.truncate(EXAMPLES);
    if rows.is_empty() {
        return String::new();
    }
    let items: Vec<String> = rows
        .iter()
        .map(|(row, _)| item(data, sweep, &reader, *row))
        .collect();
    format!(
        "<h3>Examples to replay</h3><p>Each command retrains one such run, checks it bit for bit \
         against runs.csv, and tells its story.</p><ul class=\"examples\">{}</ul>",
        items.join("\n")
    )
}

fn item(data: &ReportData, sweep: &Sweep, reader: &Reader, row: usize) -> String {
    let name = reader.text(row, "model");
    let model = data.plan.models.iter().find(|model| model.name == name);
    let words = model.map_or_else(|| name.to_owned(), |model| sweep.phrase(model.index));
    let share = reader.number(row, "share").unwrap_or(0.0);
    let seed = reader.text(row, "example_seed").parse().unwrap_or(0);
    format!(
        "<li><span class=\"what\">{}: {}, {} of its runs ({}).</span>{}</li>",
        escape(&title(&words)),
        escape(&kind(data, reader, row)),
        percent(share),
        escape(&status(reader.text(row, "status"))),
        super::replay(data, name, seed)
    )
}

fn kind(data: &ReportData, reader: &Reader, row: usize) -> String {
    let tolerance = match sweep::labels(data.plan, "tolerance").as_slice() {
        [one] => one.clone(),
        _ => "the tolerance".to_owned(),
    };
    match reader.text(row, "status") {
        "diverged" => phrase("diverged", &tolerance),
        _ => phrase(reader.text(row, "wrong_rows"), &tolerance),
    }
}

fn status(word: &str) -> String {
    match word {
        "improving" => "still improving when stopped".to_owned(),
        other => other.to_owned(),
    }
}

/// All rows of failures.csv.
pub fn all(data: &ReportData, sweep: &Sweep) -> String {
    let reader = Reader::new(data.failures);
    let rows: Vec<Vec<String>> = (0..reader.rows())
        .filter(|row| reader.text(*row, "status") != "converged")
        .map(|row| {
            let name = reader.text(row, "model");
            let model = data.plan.models.iter().find(|model| model.name == name);
            let share = reader.interval(row, "share");
            let small = |column| {
                reader
                    .number(row, column)
                    .map_or("–".to_owned(), |v| number(v, 2))
            };
            vec![
                model.map_or_else(|| name.to_owned(), |model| sweep.phrase(model.index)),
                status(reader.text(row, "status")),
                kind(data, &reader, row),
                reader.number(row, "runs").map_or("–".to_owned(), whole),
                share.map_or("–".to_owned(), |(share, low, high)| {
                    format!("{} ({})", percent(share), interval(low, high))
                }),
                small("mse_median"),
                small("gradient_norm_median"),
                reader.text(row, "example_seed").to_owned(),
            ]
        })
        .collect();
    folded(
        &format!("Table: {}", counted(rows.len(), "kind") + " of failure"),
        "failures.csv",
        "Runs that did not converge, by model, state and wrong rows",
        &[
            "model",
            "state",
            "rows",
            "runs",
            "share",
            "median loss",
            "median gradient",
            "example seed",
        ],
        &rows,
    )
}
