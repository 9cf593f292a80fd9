//! Names of models and of prediction columns.

use super::Model;
use crate::manifest::{Manifest, Word};
use crate::network::Query;
use crate::text::shortest;

/// `single-neuron` or `hidden-8x4`, then every other axis that has more than one value.
pub fn model(model: &Model, manifest: &Manifest) -> String {
    let mut name = match model.hidden.as_slice() {
        [] => "single-neuron".to_owned(),
        widths => format!("hidden-{}", joined(widths)),
    };
    let mut swept = |key: &str, values: usize, value: String| {
        if values > 1 {
            name.push_str(&format!(":{key}={value}"));
        }
    };
    let activation = model.activation.word().to_owned();
    swept("activation", manifest.activation.len(), activation);
    swept("bias", manifest.bias.len(), model.bias.to_string());
    swept("range", manifest.range.len(), shortest(model.range));
    let rate = shortest(model.learning_rate);
    swept("learning_rate", manifest.learning_rate.len(), rate);
    swept(
        "momentum",
        manifest.momentum.len(),
        shortest(model.momentum),
    );
    swept(
        "tolerance",
        manifest.tolerance.len(),
        shortest(model.tolerance),
    );
    name
}

impl Model {
    /// The `hidden` cell: `0`, `4` or `8x4`.
    pub fn hidden_cell(&self) -> String {
        match self.hidden.as_slice() {
            [] => "0".to_owned(),
            widths => joined(widths),
        }
    }
}

fn joined(widths: &[usize]) -> String {
    let widths: Vec<String> = widths.iter().map(usize::to_string).collect();
    widths.join("x")
}

/// What is predicted for one output of one query.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// Name of its column: `prediction_1_1_0`, or `prediction_1_1_0_output_2` if there are
    /// several outputs.
    pub name: String,
    /// What it is about, in words: the inputs and, of several, the output.
    pub about: String,
    /// The right answer, if it is known.
    pub target: Option<f64>,
}

/// One prediction per output of a query.
pub fn predictions(query: &Query, outputs: usize) -> impl Iterator<Item = Prediction> + '_ {
    let inputs: Vec<String> = query.input.iter().map(|value| shortest(*value)).collect();
    (0..outputs).map(move |output| {
        let (name, about) = match outputs {
            1 => (String::new(), String::new()),
            _ => (
                format!("_output_{}", output + 1),
                format!(": output {}", output + 1),
            ),
        };
        Prediction {
            name: format!("prediction_{}{name}", inputs.join("_")),
            about: format!("inputs {}{about}", inputs.join(" ")),
            target: query.target.as_ref().map(|target| target[output]),
        }
    })
}
