//! Where the articles' own runs lie: two published networks, each trained once from
//! `numpy.random.seed(1)`.
//!
//! Milo Spencer-Harper, "How to build a simple neural network in 9 lines of Python code" (2015)
//! and "How to build a multi-layered neural network in Python" (2015).

use super::data::ReportData;
use crate::manifest::Choices;
use crate::network::Settings;

struct Published {
    inputs: &'static [[f64; 3]],
    targets: &'static [f64],
    hidden: &'static [usize],
    query: [f64; 3],
    prediction: f64,
}

const PUBLISHED: [Published; 2] = [
    Published {
        inputs: &[[0., 0., 1.], [1., 1., 1.], [1., 0., 1.], [0., 1., 1.]],
        targets: &[0., 1., 1., 0.],
        hidden: &[],
        query: [1., 0., 0.],
        prediction: 0.999_937_04,
    },
    Published {
        inputs: &[
            [0., 0., 1.],
            [0., 1., 1.],
            [1., 0., 1.],
            [0., 1., 0.],
            [1., 0., 0.],
            [1., 1., 1.],
            [0., 0., 0.],
        ],
        targets: &[0., 1., 1., 1., 1., 0., 0.],
        hidden: &[4],
        query: [1., 1., 0.],
        prediction: 0.007_887_6,
    },
];

/// The published prediction for a model and prediction column, if an article trained that
/// network on this pattern and asked it that.
pub fn prediction(data: &ReportData, model: usize, column: usize) -> Option<f64> {
    let manifest = &data.plan.manifest;
    let choices = &data.plan.models[model].choices;
    // Both train as a manifest does that says nothing else, whatever counts as converged.
    let plain = Choices {
        hidden: choices.hidden.clone(),
        settings: Settings {
            criterion: choices.settings.criterion,
            ..Settings::default()
        },
        ..Choices::default()
    };
    let same_training = *choices == plain;
    PUBLISHED
        .iter()
        .find(|published| {
            let query = manifest.queries.get(column);
            same_training
                && choices.hidden == published.hidden
                && query.is_some_and(|query| query.input == published.query)
                && manifest.data.first().targets.iter().eq(published.targets)
                && manifest
                    .data
                    .first()
                    .inputs
                    .iter()
                    .eq(published.inputs.iter().flatten())
        })
        .map(|published| published.prediction)
}
