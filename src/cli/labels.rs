//! What tells the models of a sweep apart. A model's whole name is too long for a line of the
//! closing table, so each model shows its network and only the values that were swept.

use crate::manifest::{Axis, Value};
use crate::plan::{Model, Plan};

/// One heading, and what stands under it for a model.
pub enum Label {
    /// The first part of a model's name, such as `hidden-4`.
    Network,
    /// The value of another axis.
    Axis(&'static Axis),
}

impl Label {
    /// The manifest's word for the value.
    pub fn heading(&self) -> &'static str {
        match self {
            Label::Network => "model",
            Label::Axis(axis) => axis.key,
        }
    }

    /// The value of a model, as text.
    pub fn of(&self, model: &Model) -> String {
        match self {
            Label::Network => model.name.split(':').next().unwrap_or_default().to_owned(),
            Label::Axis(axis) => match axis.value(&model.choices) {
                // Only models of several partitions taken together have none of an axis that is
                // swept.
                Value::Nothing => "all".to_owned(),
                value => value.to_string(),
            },
        }
    }
}

/// The labels under which a plan's models differ: the network too, unless another one tells
/// them apart and all have the same.
pub fn telling_apart(plan: &Plan) -> Vec<Label> {
    let mut labels = Vec::new();
    let mut networks = false;
    for (axis, values) in plan
        .manifest
        .axes
        .iter()
        .filter(|(_, values)| values.len() > 1)
    {
        match values[0] {
            Value::Layers(_) => networks = true,
            Value::Word(_)
            | Value::Truth(_)
            | Value::Number(_)
            | Value::Text(_)
            | Value::Nothing => labels.push(Label::Axis(axis)),
        }
    }
    if labels.is_empty() || networks {
        labels.insert(0, Label::Network);
    }
    labels
}
