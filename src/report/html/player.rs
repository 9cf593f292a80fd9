//! The network moving through its training: drawings of a converged and a failed run of one
//! model side by side, the answers of every neuron to every row, the weights behind them, and
//! the data for the script.

mod values;

use maud::{Markup, PreEscaped, html};

use super::elements::{or_dash, replay, scrolling};
use crate::network::is_right;
use crate::report::figures::network::{self, Scene, brief};
use crate::report::figures::sweep::Sweep;
use crate::report::figures::{Episode, Frame, ReportData};
use crate::text::{grouped, number, title};
pub use values::shown;
use values::{Row, answers, epochs, json, list, rows};

/// The section's players and their data; `None` if there are no episodes.
pub fn players(data: &ReportData, sweep: &Sweep) -> Option<Markup> {
    let rows = rows(data.plan);
    let groups: Vec<&[Episode]> = data
        .episodes
        .chunk_by(|a, b| a.model == b.model)
        .filter(|group| group.iter().all(|episode| !episode.frames.is_empty()))
        .collect();
    (!groups.is_empty()).then(|| {
        html! {
            @for (position, group) in groups.iter().enumerate() {
                (player(data, sweep, &rows, position, group))
            }
            script type="application/json" id="episodes" { (PreEscaped(json(&rows, &groups))) }
        }
    })
}

fn player(
    data: &ReportData,
    sweep: &Sweep,
    rows: &[Row],
    position: usize,
    group: &[Episode],
) -> Markup {
    let id = format!("player-{position}");
    let last = epochs(group).len().saturating_sub(1);
    let largest = network::largest_weight(group.iter());
    html! {
        section.player aria-labelledby=(id) {
            h3 id=(id) { (title(&sweep.in_words(group[0].model))) }
            div.controls hidden {
                button.play type="button" { "Play" }
                label.time {
                    span.word { "Training" } " "
                    input type="range" min="0" max=(last) value=(last) step="1";
                    span.when {}
                }
                label.which {
                    span.word { "Show the answer to" } " "
                    select {
                        @for (position, row) in rows.iter().enumerate() {
                            option value=(position) { (choice(row)) }
                        }
                    }
                }
            }
            div.runs { @for episode in group { (run(data, rows, episode, largest)) } }
        }
    }
}

/// `row 3: 1 0 1 → 1`.
fn choice(row: &Row) -> String {
    let target = row.target.as_ref();
    let target = target.map_or_else(String::new, |target| format!(" → {}", list(target)));
    format!("{}: {}{target}", row.name, list(&row.inputs))
}

fn run(data: &ReportData, rows: &[Row], episode: &Episode, largest: f64) -> Markup {
    let (Some(frame), Some(row)) = (episode.frames.last(), rows.first()) else {
        return Markup::default();
    };
    let (model, seed) = (&data.plan.models[episode.model].name, episode.seed);
    let fate = match episode.convergence_epoch {
        Some(epoch) => format!("✓ Seed {seed} converged at epoch {}", grouped(epoch.into())),
        None => format!("✗ Seed {seed} did not converge"),
    };
    let whose = format!("{model}, seed {seed}");
    let scene = Scene {
        inputs: &row.inputs,
        row: row.index,
        target: row.target.clone(),
        largest,
        label: &format!("Network {model} trained from seed {seed}"),
    };
    html! {
        div.run {
            h4 { (fate) }
            p.readout {
                "after " (grouped(frame.epoch.into())) " updates, loss " (number(frame.mse, 3))
            }
            (PreEscaped(network::draw(frame, &scene)))
            (answer_table(rows, frame, &whose))
            (weights(frame, row.inputs.len(), &whose))
            (replay(data.plan, episode.model, seed))
        }
    }
}

/// The answers of all neurons to all rows: the matrix product, row by row.
fn answer_table(rows: &[Row], frame: &Frame, whose: &str) -> Markup {
    let table = html! {
        table.answers {
            caption { "What each neuron answers to each row" }
            thead {
                tr {
                    th scope="col" { "inputs" }
                    @for name in neurons(frame) { th scope="col" { (name) } }
                    th scope="col" { "target" }
                    th.words scope="col" { "answer" }
                }
            }
            tbody {
                @for (position, row) in rows.iter().enumerate() {
                    tr class=[(position == 0).then_some("now")] {
                        th scope="row" { (list(&row.inputs)) }
                        @for value in answers(frame, row.index) { (answer_cell(value)) }
                        td { (or_dash(row.target.as_ref().map(|target| list(target)))) }
                        td.verdict { (verdict(row, frame)) }
                    }
                }
            }
        }
    };
    scrolling(&format!("Answers of {whose}"), &table)
}

/// `h1`, `h2`, `out`; with several hidden layers `h2.1` for the first of the second.
fn neurons(frame: &Frame) -> Vec<String> {
    let layers = frame.activations.len();
    let name = |layer: usize, neuron: usize, width: usize| match (layer == layers, width, layers) {
        (true, 1, _) => "out".to_owned(),
        (true, ..) => format!("out {neuron}"),
        (false, _, 2) => format!("h{neuron}"),
        (false, ..) => format!("h{layer}.{neuron}"),
    };
    let widths = frame.activations.iter().map(|layer| layer.ncols());
    (1..)
        .zip(widths)
        .flat_map(|(layer, width)| (1..=width).map(move |neuron| name(layer, neuron, width)))
        .collect()
}

fn answer_cell(value: f64) -> Markup {
    let share = (100.0 * value.abs().min(1.0)).round();
    let text = match value.is_finite() {
        true => format!("{value:.2}").replace('-', "−"),
        false => "not finite".to_owned(),
    };
    html! { td.v.below[value < 0.0] style={ "--v:" (share) "%" } { (text) } }
}

fn verdict(row: &Row, frame: &Frame) -> &'static str {
    let (Some(target), Some(outputs)) = (&row.target, frame.activations.last()) else {
        return "";
    };
    let right = target.iter().enumerate().all(|(output, target)| {
        let answer = outputs.get((row.index, output));
        answer.is_some_and(|answer| is_right(*target, *answer))
    });
    if right { "✓ right" } else { "✗ wrong" }
}

/// The weights as matrices.
fn weights(frame: &Frame, inputs: usize, whose: &str) -> Markup {
    let mut first = 0;
    let mut fan_in = inputs;
    let mut matrices = Vec::new();
    for (layer, matrix) in (1..).zip(&frame.weights) {
        let from = if layer == 1 { "input" } else { "hidden" };
        let table = html! {
            table {
                caption { "Layer " (layer) ": one row per " (from) ", one column per neuron" }
                tbody {
                    @for (number, row) in matrix.rows().into_iter().enumerate() {
                        tr {
                            th scope="row" {
                                @if number == fan_in { "bias" }
                                @else { (from) " " (number + 1) }
                            }
                            @for (column, weight) in row.iter().enumerate() {
                                td data-w=(first + number * matrix.ncols() + column) {
                                    (weight_text(*weight))
                                }
                            }
                        }
                    }
                }
            }
        };
        matrices.push(scrolling(
            &format!("Weights of layer {layer}, {whose}"),
            &table,
        ));
        first += matrix.len();
        fan_in = matrix.ncols();
    }
    html! {
        details {
            summary { "The weights as numbers" }
            @for matrix in matrices { (matrix) }
        }
    }
}

fn weight_text(weight: f64) -> String {
    match weight.is_finite() {
        true => brief(weight).replace('-', "−"),
        false => "not finite".to_owned(),
    }
}
