//! The grid of models × seeds in canonical order: model in grid order, then seed.

use std::ops::Range;

use crate::error::Result;
use crate::manifest::Manifest;
use crate::network::{Activation, Architecture};

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

/// The whole experiment.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The experiment.
    pub manifest: Manifest,
    /// Its models in canonical order.
    pub models: Vec<Model>,
    architectures: Vec<Architecture>,
}

impl Plan {
    /// The grid of a manifest.
    pub fn new(manifest: Manifest) -> Result<Plan> {
        let mut models = Vec::new();
        for hidden in &manifest.hidden {
            let name = match hidden.as_slice() {
                [] => "single-neuron".to_string(),
                widths => format!(
                    "hidden-{}",
                    widths
                        .iter()
                        .map(usize::to_string)
                        .collect::<Vec<_>>()
                        .join("x")
                ),
            };
            models.push(Model {
                index: models.len(),
                name,
                hidden: hidden.clone(),
                activation: manifest.activation[0],
                bias: manifest.bias[0],
                range: manifest.range[0],
                learning_rate: manifest.learning_rate[0],
                momentum: manifest.momentum[0],
                tolerance: manifest.tolerance[0],
            });
        }
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
        Ok(Plan {
            manifest,
            models,
            architectures,
        })
    }

    /// Shape of a model.
    pub fn architecture(&self, model: usize) -> &Architecture {
        &self.architectures[model]
    }

    /// Models × seeds.
    pub fn runs(&self) -> u64 {
        self.models.len() as u64 * self.manifest.seeds.count()
    }

    /// Epochs at which loss curves are kept.
    pub fn curve_epochs(&self) -> Vec<u64> {
        (1..=self.manifest.epochs)
            .filter(|e| e.is_power_of_two())
            .collect()
    }

    /// Names of the prediction columns, Q × O.
    pub fn prediction_columns(&self) -> Vec<String> {
        let outputs = self.manifest.dataset.targets.ncols();
        let mut names = Vec::new();
        for query in &self.manifest.queries {
            let input: Vec<String> = query.input.iter().map(f64::to_string).collect();
            for output in 1..=outputs {
                let name = format!("prediction_{}", input.join("_"));
                names.push(if outputs == 1 {
                    name
                } else {
                    format!("{name}_output_{output}")
                });
            }
        }
        names
    }

    /// Positions of a shard in canonical order.
    pub fn shard(&self, index: u64, count: u64) -> Range<u64> {
        let runs = self.runs();
        runs * (index - 1) / count..runs * index / count
    }

    /// Relative cost of one epoch of one network.
    pub fn cost(&self, model: usize) -> f64 {
        1.0 + self.models[model].hidden.iter().sum::<usize>() as f64
    }
}
