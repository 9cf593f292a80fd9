//! How many networks of each model train side by side on one thread.

use std::collections::HashMap;

use ndarray::{Array2, Axis, Slice};

use crate::network::{Architecture, Dataset, Learning};
use crate::plan::Plan;
use crate::training::{self, Task};

/// Rows that tell which kernel trains them: asking with all rows would take long.
const ROWS: usize = 64;

/// Networks that train side by side on one thread, model by model.
pub fn lanes(plan: &Plan) -> Vec<u64> {
    // Models that differ in nothing but numbers have the same.
    let mut known: HashMap<(&Architecture, *const Dataset, bool), u64> = HashMap::new();
    let of_model = |model: usize| {
        let Learning { momentum, .. } = plan.models[model].choices.settings.learning;
        let (network, dataset) = (plan.architecture(model), plan.dataset(model));
        let alike = (network, std::ptr::from_ref(dataset), momentum == 0.0);
        *known.entry(alike).or_insert_with(|| {
            let few = first_rows(dataset, ROWS);
            let task = Task {
                dataset: &few,
                ..Task::new(plan, model, &[])
            };
            training::lanes(&task).max(1) as u64
        })
    };
    (0..plan.models.len()).map(of_model).collect()
}

/// So many rows of a dataset, or all that it has.
pub fn first_rows(dataset: &Dataset, count: usize) -> Dataset {
    let rows = Slice::from(..count.min(dataset.inputs.nrows()));
    let first = |values: &Array2<f64>| values.slice_axis(Axis(0), rows).to_owned();
    Dataset {
        inputs: first(&dataset.inputs),
        targets: first(&dataset.targets),
        right: dataset.right,
    }
}
