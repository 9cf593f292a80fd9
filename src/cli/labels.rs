//! What tells the models of a sweep apart. A model's whole name is too long for a line of the
//! closing table, so each model shows its network and only the values that were swept.

use crate::plan::Model;

/// One heading, and what stands under it for a model.
pub struct Label {
    /// The manifest's word for the value.
    pub heading: &'static str,
    /// The value, as text.
    pub of: fn(&Model) -> String,
}

/// The first part of a model's name, such as `3-4-1`.
const NETWORK: Label = Label {
    heading: "model",
    of: |model| model.name.split(':').next().unwrap_or_default().to_owned(),
};

/// The other axes a manifest can sweep.
const AXES: [Label; 6] = [
    Label {
        heading: "activation",
        of: |model| format!("{:?}", model.activation).to_lowercase(),
    },
    Label {
        heading: "bias",
        of: |model| model.bias.to_string(),
    },
    Label {
        heading: "range",
        of: |model| model.range.to_string(),
    },
    Label {
        heading: "learning_rate",
        of: |model| model.learning_rate.to_string(),
    },
    Label {
        heading: "momentum",
        of: |model| model.momentum.to_string(),
    },
    Label {
        heading: "tolerance",
        of: |model| model.tolerance.to_string(),
    },
];

/// The labels under which `models` differ: the network too, unless another one tells them apart
/// and all have the same.
pub fn telling_apart(models: &[Model]) -> Vec<Label> {
    let varies = |label: &Label| {
        let mut cells = models.iter().map(label.of);
        let first = cells.next();
        cells.any(|cell| Some(cell) != first)
    };
    let mut labels: Vec<Label> = AXES.into_iter().filter(|label| varies(label)).collect();
    if labels.is_empty() || varies(&NETWORK) {
        labels.insert(0, NETWORK);
    }
    labels
}
