//! The grid of models × seeds in canonical order: model in grid order, then seed.
//!
//! Grid order is that of a number whose digits are the axes: `hidden` changes slowest, then
//! activation, bias, range, learning rate, momentum, and tolerance fastest.

mod curves;
mod identity;
mod names;
mod positions;
mod shards;

use std::ops::Range;

use crate::manifest::Manifest;
use crate::network::{Activation, Architecture};

pub use curves::log_spaced;
pub use identity::{Identity, identity};
pub use names::Prediction;
pub use positions::Positions;

/// One cell of the grid: everything that differs between models.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Position in the grid, from 0.
    pub index: usize,
    /// `single-neuron`, `hidden-4`, `hidden-8x4:learning_rate=0.5`.
    pub name: String,
    /// Neurons of each hidden layer; empty for the single neuron.
    pub hidden: Vec<usize>,
    /// Activation of the hidden layers.
    pub activation: Activation,
    /// Whether neurons have a bias.
    pub bias: bool,
    /// Initial weights are uniform(−range, range).
    pub range: f64,
    /// Multiplies the gradient of half the summed squared error.
    pub learning_rate: f64,
    /// Share of the previous update that is added to the next.
    pub momentum: f64,
    /// Converged: every |target − output| below this.
    pub tolerance: f64,
}

/// The whole experiment, laid out.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The experiment.
    pub manifest: Manifest,
    /// Its models in canonical order.
    pub models: Vec<Model>,
    architectures: Vec<Architecture>,
}

impl Plan {
    /// The grid of a manifest; what can't be planned was refused when the manifest was read.
    pub fn new(manifest: Manifest) -> Plan {
        let models = models(&manifest);
        let architectures = models
            .iter()
            .map(|model| Architecture {
                inputs: manifest.dataset.inputs.ncols(),
                hidden: model.hidden.clone(),
                outputs: manifest.dataset.targets.ncols(),
                bias: model.bias,
                activation: model.activation,
            })
            .collect();
        Plan {
            manifest,
            models,
            architectures,
        }
    }

    /// Shape of a model's networks.
    pub fn architecture(&self, model: usize) -> &Architecture {
        &self.architectures[model]
    }

    /// The model that `model` is compared with: the axes that `[compare] baseline` fixes have
    /// its values, the others those of `model`. The baseline's own baseline is itself.
    pub fn baseline(&self, model: usize) -> Option<usize> {
        let manifest = &self.manifest;
        let fixed = &manifest.baseline;
        let mut digits = self.digits(model);
        let positions = [
            position(&manifest.hidden, fixed.hidden.as_ref())?,
            position(&manifest.activation, fixed.activation.as_ref())?,
            position(&manifest.bias, fixed.bias.as_ref())?,
            position(&manifest.range, fixed.range.as_ref())?,
            position(&manifest.learning_rate, fixed.learning_rate.as_ref())?,
            position(&manifest.momentum, fixed.momentum.as_ref())?,
            position(&manifest.tolerance, fixed.tolerance.as_ref())?,
        ];
        for (digit, position) in digits.iter_mut().zip(positions) {
            *digit = position.unwrap_or(*digit);
        }
        let lengths = axis_lengths(manifest);
        let index = digits
            .iter()
            .zip(lengths)
            .fold(0, |index, (digit, length)| index * length + digit);
        Some(index)
    }

    /// Position on each axis of a model.
    fn digits(&self, model: usize) -> [usize; AXES] {
        let mut digits = axis_lengths(&self.manifest);
        let mut rest = model;
        for digit in digits.iter_mut().rev() {
            let length = *digit;
            *digit = rest % length;
            rest /= length;
        }
        digits
    }

    /// Models × seeds.
    pub fn runs(&self) -> u64 {
        self.models.len() as u64 * self.manifest.seeds.count()
    }

    /// Upper limit of the work: runs × epoch limit.
    pub fn network_epochs(&self) -> u128 {
        u128::from(self.runs()) * u128::from(self.manifest.epochs)
    }

    /// Log-spaced distinct epochs from 1 to the epoch limit, ascending: `[curves] points` of
    /// them at most. Empty if no curves are kept.
    pub fn curve_epochs(&self) -> Vec<u64> {
        match self.manifest.curves.seeds {
            0 => Vec::new(),
            _ => curves::log_spaced(self.manifest.epochs, self.manifest.curves.points),
        }
    }

    /// What is predicted, query by query, output by output (Q × O).
    pub fn predictions(&self) -> Vec<Prediction> {
        let outputs = self.manifest.dataset.targets.ncols();
        let queries = self.manifest.queries.iter();
        queries
            .flat_map(|query| names::predictions(query, outputs))
            .collect()
    }

    /// Names of the prediction columns.
    pub fn prediction_columns(&self) -> Vec<String> {
        let predictions = self.predictions().into_iter();
        predictions.map(|prediction| prediction.name).collect()
    }

    /// The right answer of each prediction, where it is known.
    pub fn targets(&self) -> Vec<Option<f64>> {
        let predictions = self.predictions().into_iter();
        predictions.map(|prediction| prediction.target).collect()
    }

    /// The positions (model × seeds + seed's position, from 0) of shard `index` of `count`,
    /// counted from 1: `count` consecutive parts of equal estimated work, which together are
    /// all runs. Empty if there is no such shard.
    pub fn shard(&self, index: u64, count: u64) -> Range<u64> {
        let costs = (0..self.models.len()).map(|model| self.operations(model));
        shards::part(costs, self.manifest.seeds.count(), index, count)
    }

    /// Relative cost of one epoch of one of a model's networks, from the arithmetic of its
    /// shape; only ratios between models mean anything.
    pub fn cost(&self, model: usize) -> f64 {
        self.operations(model) as f64
    }

    /// The same in fused multiply-adds.
    fn operations(&self, model: usize) -> u128 {
        let rows = self.manifest.dataset.inputs.nrows();
        shards::operations(&self.architectures[model], rows)
    }
}

/// Axes of the grid.
const AXES: usize = 7;

fn axis_lengths(manifest: &Manifest) -> [usize; AXES] {
    [
        manifest.hidden.len(),
        manifest.activation.len(),
        manifest.bias.len(),
        manifest.range.len(),
        manifest.learning_rate.len(),
        manifest.momentum.len(),
        manifest.tolerance.len(),
    ]
}

/// Where on an axis a fixed value is: `Some(None)` if none is fixed, `None` if it isn't there.
fn position<T: PartialEq>(axis: &[T], fixed: Option<&T>) -> Option<Option<usize>> {
    match fixed {
        None => Some(None),
        Some(value) => axis.iter().position(|other| other == value).map(Some),
    }
}

/// Every cell of the grid in canonical order.
fn models(manifest: &Manifest) -> Vec<Model> {
    let mut models = Vec::new();
    for hidden in &manifest.hidden {
        for &activation in &manifest.activation {
            for &bias in &manifest.bias {
                for &range in &manifest.range {
                    for &learning_rate in &manifest.learning_rate {
                        for &momentum in &manifest.momentum {
                            for &tolerance in &manifest.tolerance {
                                models.push(Model {
                                    index: models.len(),
                                    name: String::new(),
                                    hidden: hidden.clone(),
                                    activation,
                                    bias,
                                    range,
                                    learning_rate,
                                    momentum,
                                    tolerance,
                                });
                            }
                        }
                    }
                }
            }
        }
    }
    for model in &mut models {
        model.name = names::model(model, manifest);
    }
    models
}

#[cfg(test)]
mod tests;
