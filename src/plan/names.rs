//! Names of models and of prediction columns.

use crate::manifest::{Axes, Axis, Choices, Value, prediction_column};
use crate::network::Query;
use crate::text::shortest;

/// The axes, and which of them have more than one value.
pub fn varied(axes: &Axes) -> Vec<(&'static Axis, bool)> {
    let axes = axes.iter();
    axes.map(|(axis, values)| (axis, values.len() > 1))
        .collect()
}

/// `single-neuron` or `hidden-8x4`, then every other axis that has more than one value.
pub fn model(choices: &Choices, axes: &[(&'static Axis, bool)]) -> String {
    let mut name = String::new();
    for &(axis, varied) in axes {
        let value = axis.value(choices);
        match value {
            Value::Layers([]) => name.push_str("single-neuron"),
            Value::Layers(_) => name.push_str(&format!("hidden-{value}")),
            Value::Word(_)
            | Value::Truth(_)
            | Value::Number(_)
            | Value::Text(_)
            | Value::Nothing
                if varied =>
            {
                name.push_str(&format!(":{}={value}", axis.key));
            }
            Value::Word(_)
            | Value::Truth(_)
            | Value::Number(_)
            | Value::Text(_)
            | Value::Nothing => {}
        }
    }
    name
}

/// What is predicted for one output of one query.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// Name of its column: `prediction_1_1_0` or `prediction_patient_7`, and if there are several
    /// outputs `prediction_1_1_0_output_2`.
    pub name: String,
    /// What it is about, in words: the inputs or the name and, of several, the output.
    pub about: String,
    /// The right answer, if it is known.
    pub target: Option<f64>,
}

/// One prediction per output of a query.
pub fn predictions(query: &Query, outputs: usize) -> impl Iterator<Item = Prediction> + '_ {
    let inputs: Vec<String> = query.input.iter().map(|value| shortest(*value)).collect();
    let whose = match &query.name {
        Some(name) => name.clone(),
        None => format!("inputs {}", inputs.join(" ")),
    };
    (0..outputs).map(move |output| Prediction {
        name: prediction_column(query, outputs, output),
        about: match outputs {
            1 => whose.clone(),
            _ => format!("{whose}: output {}", output + 1),
        },
        target: query.target.as_ref().map(|target| target[output]),
    })
}
