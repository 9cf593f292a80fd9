//! The rows and queries whose answers a player shows, and the numbers that the page's script
//! moves through, as JSON.

use crate::plan::Plan;
use crate::report::figures::network::{brief, largest_weight};
use crate::report::figures::predictions::shorten;
use crate::report::figures::{Episode, Frame};
use crate::text::number;

/// The most training rows and the most queries whose answers are shown.
const ROWS: (usize, usize) = (16, 8);

/// A row of the dataset, or a query, as the player shows it.
pub struct Row {
    /// Which of the shown rows, from 0: they are the rows of an episode's activations.
    pub index: usize,
    /// `row 3`, or `asked` for a query.
    pub name: String,
    /// The inputs.
    pub inputs: Vec<f64>,
    /// The right outputs, if known.
    pub target: Option<Vec<f64>>,
}

/// Which rows are shown, the first of the dataset and the first queries: (R + Q), the queries
/// after the rows.
pub fn shown(plan: &Plan) -> Vec<usize> {
    let rows = plan.manifest.data.first().rows();
    let queries = rows..rows + plan.manifest.queries.len().min(ROWS.1);
    (0..rows.min(ROWS.0)).chain(queries).collect()
}

/// The same rows and queries.
pub fn rows(plan: &Plan) -> Vec<Row> {
    let dataset = plan.manifest.data.first();
    let training = dataset
        .inputs
        .rows()
        .into_iter()
        .zip(dataset.targets.rows());
    let training = training
        .enumerate()
        .take(ROWS.0)
        .map(|(index, (inputs, target))| Row {
            index,
            name: format!("row {}", index + 1),
            inputs: inputs.to_vec(),
            target: Some(target.to_vec()),
        });
    let first = dataset.inputs.nrows().min(ROWS.0);
    let queries = plan.manifest.queries.iter().take(ROWS.1).enumerate();
    let queries = queries.map(|(position, query)| Row {
        index: first + position,
        name: "asked".to_owned(),
        inputs: query.input.clone(),
        target: query.target.clone(),
    });
    training.chain(queries).collect()
}

/// Values in a line, the last ones left out if there are many.
pub fn list(values: &[f64]) -> String {
    let values: Vec<String> = values.iter().map(|value| number(*value, 3)).collect();
    shorten(&values.join(" "), 32)
}

/// What all neurons answer to a row, layer by layer.
pub fn answers(frame: &Frame, row: usize) -> impl Iterator<Item = f64> + '_ {
    let layers = frame.activations.iter();
    layers
        .flat_map(move |layer| (0..layer.ncols()).filter_map(move |n| layer.get((row, n)).copied()))
}

/// The epochs of the longest episode.
pub fn epochs(group: &[Episode]) -> Vec<u64> {
    let longest = group.iter().max_by_key(|episode| episode.frames.len());
    longest.map_or_else(Vec::new, |episode| {
        episode.frames.iter().map(|f| f.epoch).collect()
    })
}

/// The data of a page's players. Only numbers are in it, so nothing can end the script element.
pub fn json(rows: &[Row], groups: &[&[Episode]]) -> String {
    let players = groups.iter().map(|group| player(rows, group));
    list_of(players, ",\n")
}

fn player(rows: &[Row], group: &[Episode]) -> String {
    let shown = rows.iter().map(|row| {
        let target = row.target.as_ref();
        let target = target.map_or("null".to_owned(), |t| numbers(t.iter().copied()));
        let inputs = numbers(row.inputs.iter().copied());
        format!("{{\"x\":{inputs},\"t\":{target}}}")
    });
    let runs = group.iter().map(|episode| {
        let frames = episode.frames.iter().map(|at| frame(rows, at));
        format!("{{\"frames\":{}}}", list_of(frames, ",\n"))
    });
    format!(
        "{{\"largest\":{},\"epochs\":{},\"rows\":{},\"runs\":{}}}",
        brief(largest_weight(group.iter())),
        list_of(epochs(group).iter().map(u64::to_string), ","),
        list_of(shown, ","),
        list_of(runs, ",\n")
    )
}

fn frame(rows: &[Row], frame: &Frame) -> String {
    let shown = rows.iter().map(|row| numbers(answers(frame, row.index)));
    format!(
        "{{\"e\":{},\"m\":{},\"w\":{},\"a\":{}}}",
        frame.epoch,
        brief(frame.mse),
        numbers(frame.weights.iter().flatten().copied()),
        list_of(shown, ",")
    )
}

fn numbers(values: impl Iterator<Item = f64>) -> String {
    list_of(values.map(brief), ",")
}

fn list_of(items: impl Iterator<Item = String>, separator: &str) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(separator))
}
