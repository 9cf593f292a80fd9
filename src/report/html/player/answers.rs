//! The answers of every neuron to every row, and the weights behind them, as tables.

use std::fmt::Write;

use super::row::{Row, list, values};
use crate::report::figures::data::Frame;
use crate::report::figures::network::brief;
use crate::text::escape;

/// The answers of all neurons to all rows: the matrix product, row by row.
pub fn answers(rows: &[Row], frame: &Frame, whose: &str) -> String {
    let layers = frame.activations.len();
    let mut html = format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Answers of {whose}\">\
         <table class=\"answers\"><caption>What each neuron answers to each row</caption>\
         <thead><tr><th scope=\"col\">inputs</th>"
    );
    for (layer, values) in frame.activations.iter().enumerate() {
        for neuron in 1..=values.ncols() {
            let name = match (layer + 1 == layers, values.ncols(), layers) {
                (true, 1, _) => "out".to_owned(),
                (true, ..) => format!("out {neuron}"),
                (false, _, 2) => format!("h{neuron}"),
                (false, ..) => format!("h{}.{neuron}", layer + 1),
            };
            let _ = write!(html, "<th scope=\"col\">{name}</th>");
        }
    }
    html += "<th scope=\"col\">target</th><th scope=\"col\" class=\"words\">answer</th></tr></thead><tbody>\n";
    for (position, row) in rows.iter().enumerate() {
        let now = if position == 0 { " class=\"now\"" } else { "" };
        let _ = write!(
            html,
            "<tr{now}><th scope=\"row\">{}</th>",
            escape(&list(&row.inputs))
        );
        for value in values(frame, row.index) {
            let share = (100.0 * value.abs().min(1.0)).round();
            let below = if value < 0.0 { " below" } else { "" };
            let _ = write!(
                html,
                "<td class=\"v{below}\" style=\"--v:{share}%\">{}</td>",
                hundredths(value)
            );
        }
        let target = row
            .target
            .as_ref()
            .map_or_else(|| "–".to_owned(), |target| list(target));
        let _ = writeln!(
            html,
            "<td>{}</td><td class=\"verdict\">{}</td></tr>",
            escape(&target),
            verdict(row, frame)
        );
    }
    html + "</tbody></table></div>"
}

fn hundredths(value: f64) -> String {
    if !value.is_finite() {
        return "not finite".to_owned();
    }
    format!("{value:.2}").replace('-', "−")
}

fn verdict(row: &Row, frame: &Frame) -> &'static str {
    let (Some(target), Some(outputs)) = (&row.target, frame.activations.last()) else {
        return "";
    };
    let right = target.iter().enumerate().all(|(output, target)| {
        outputs
            .get((row.index, output))
            .is_some_and(|o| (target - o).abs() < 0.5)
    });
    if right { "✓ right" } else { "✗ wrong" }
}

/// The weights as matrices.
pub fn weights(frame: &Frame, whose: &str) -> String {
    let mut html = "<details><summary>The weights as numbers</summary>".to_owned();
    let mut first = 0;
    let mut fan_in = None;
    for (layer, matrix) in frame.weights.iter().enumerate() {
        let from = if layer == 0 { "input" } else { "hidden" };
        let _ = write!(
            html,
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Weights of layer {0}, {whose}\"><table><caption>Layer {0}: one row per {from}, one column per neuron</caption><tbody>",
            layer + 1
        );
        for (number, row) in matrix.rows().into_iter().enumerate() {
            let name = if Some(number) == fan_in {
                "bias".to_owned()
            } else {
                format!("{from} {}", number + 1)
            };
            let _ = write!(html, "<tr><th scope=\"row\">{name}</th>");
            for weight in row {
                let text = match weight.is_finite() {
                    true => brief(*weight).replace('-', "−"),
                    false => "not finite".to_owned(),
                };
                let _ = write!(html, "<td data-w=\"{first}\">{text}</td>");
                first += 1;
            }
            html += "</tr>";
        }
        html += "</tbody></table></div>";
        fan_in = Some(matrix.ncols());
    }
    html + "</details>"
}
