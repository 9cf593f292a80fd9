//! The rows and queries whose answers a player shows.

use crate::network::Dataset;
use crate::plan::Plan;
use crate::report::figures::data::Frame;
use crate::report::figures::predictions::shorten;
use crate::text::number;

/// The most training rows and the most queries whose answers are shown.
const ROWS: (usize, usize) = (16, 8);

/// A row of the dataset, or a query, as the player shows it.
pub struct Row {
    /// Which row of the activations.
    pub index: usize,
    /// `row 3`, or `asked` for a query.
    pub name: String,
    /// The inputs.
    pub inputs: Vec<f64>,
    /// The right outputs, if known.
    pub target: Option<Vec<f64>>,
}

/// The first rows and queries.
pub fn rows(dataset: &Dataset, plan: &Plan) -> Vec<Row> {
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
    let first = dataset.inputs.nrows();
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
pub fn values(frame: &Frame, row: usize) -> impl Iterator<Item = f64> + '_ {
    let layers = frame.activations.iter();
    layers
        .flat_map(move |layer| (0..layer.ncols()).filter_map(move |n| layer.get((row, n)).copied()))
}
