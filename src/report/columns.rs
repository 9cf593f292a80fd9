//! columns.csv: what every column of every CSV file means, its unit, and where its formula
//! comes from. It depends on nothing but the plan.

mod comparisons;
mod runs;
mod small;
mod summary;

use super::csv::text;
use super::table::Table;
use crate::plan::Plan;

/// The columns.
pub const COLUMNS: [&str; 5] = ["file", "column", "meaning", "unit", "source"];

/// A column's name, meaning, unit and source.
type Description = (&'static str, &'static str, &'static str, &'static str);

/// One line of columns.csv before it knows its file.
struct Line {
    column: String,
    meaning: String,
    unit: String,
    source: String,
}

impl Line {
    fn of(description: &Description) -> Line {
        Line::new(description.0, description)
    }

    fn new(column: impl Into<String>, (_, meaning, unit, source): &Description) -> Line {
        Line {
            column: column.into(),
            meaning: (*meaning).to_owned(),
            unit: (*unit).to_owned(),
            source: (*source).to_owned(),
        }
    }

    /// The same with something added to the meaning.
    fn about(mut self, addition: &str) -> Line {
        self.meaning += addition;
        self
    }
}

/// columns.csv: the columns of each file in their order.
pub fn table(plan: &Plan) -> Table {
    let files = [
        ("runs.csv", runs::lines(plan)),
        ("losses.csv", small::losses()),
        ("summary.csv", summary::lines(plan)),
        ("comparisons.csv", comparisons::lines(plan)),
        ("survival.csv", small::survival(plan)),
        ("failures.csv", small::failures(plan)),
        ("curves.csv", small::curves()),
        ("columns.csv", small::columns()),
    ];
    let rows = files.into_iter().flat_map(|(file, lines)| {
        lines.into_iter().map(move |line| {
            [file, &line.column, &line.meaning, &line.unit, &line.source]
                .map(text)
                .to_vec()
        })
    });
    Table {
        header: COLUMNS.map(str::to_owned).to_vec(),
        rows: rows.collect(),
    }
}

/// What every prediction column is about, in words: the inputs and, of several, the output.
fn predictions(plan: &Plan) -> Vec<(String, String)> {
    let outputs = plan.manifest.dataset.targets.ncols();
    let queries = plan.manifest.queries.iter();
    let words = queries.flat_map(|query| {
        let inputs: Vec<String> = query
            .input
            .iter()
            .map(|value| crate::text::shortest(*value))
            .collect();
        let inputs = inputs.join(" ");
        (1..=outputs).map(move |output| match outputs {
            1 => format!("inputs {inputs}"),
            _ => format!("inputs {inputs}: output {output}"),
        })
    });
    plan.prediction_columns().into_iter().zip(words).collect()
}

/// The interval of a rate, as the manifest asks for it.
fn rate_source(plan: &Plan) -> &'static str {
    use crate::manifest::IntervalMethod::{ClopperPearson, Wilson};
    match plan.manifest.statistics.interval {
        Wilson => "Wilson 1927",
        ClopperPearson => "Clopper & Pearson 1934",
    }
}

/// The confidence level in words: ` (95% interval)`.
fn level(plan: &Plan) -> String {
    let percent = 100.0 * plan.manifest.statistics.confidence;
    // 100 × 0.95 has digits beyond those of 95 only by rounding.
    let percent = (percent * 1e9).round() / 1e9;
    format!(" ({}% interval)", crate::text::shortest(percent))
}

/// A line for the end of an interval says how confident it is.
fn with_level(plan: &Plan, line: Line) -> Line {
    match line.column.ends_with("_low") || line.column.ends_with("_high") {
        true => line.about(&level(plan)),
        false => line,
    }
}
