//! The grid of models × seeds in canonical order: model in grid order, then seed.
//!
//! Grid order is that of a number whose digits are the axes, in the order of
//! [`AXES`](crate::manifest::AXES): the first changes slowest.

mod curves;
mod identity;
mod model;
mod names;
mod order;
mod pools;

use std::ops::Range;

use crate::manifest::Manifest;
use crate::network::{Architecture, Criterion, Dataset, Output, Query, Sets};

pub use curves::log_spaced;
pub use identity::{Identity, identity};
pub use model::Model;
pub use names::Prediction;
pub use order::{Positions, operations};
pub use pools::Pool;

/// The whole experiment, laid out.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The experiment.
    pub manifest: Manifest,
    /// Its models in canonical order.
    pub models: Vec<Model>,
    architectures: Vec<Architecture>,
    /// Of every model, the partition of the data that it has.
    partitions: Vec<usize>,
    /// Of every partition of the data, the situations as its networks see them.
    queries: Vec<Vec<Query>>,
    pools: Vec<Pool>,
}

impl Plan {
    /// The grid of a manifest. What can't be planned was refused when the manifest was read.
    pub fn new(manifest: Manifest) -> Plan {
        let models = models(&manifest);
        let architectures = models
            .iter()
            .map(|model| Architecture {
                inputs: manifest.data.input_count(),
                hidden: model.choices.hidden.clone(),
                outputs: manifest.data.output_count(),
                bias: model.choices.bias,
                activation: model.choices.activation,
                output: Output::Sigmoid,
            })
            .collect();
        let partitions = manifest.data.partitions.iter();
        let queries = partitions.map(|partition| {
            let scaled = |query: &Query| Query {
                input: partition.scaled(&query.input),
                ..query.clone()
            };
            manifest.queries.iter().map(scaled).collect()
        });
        let partition = |model: &Model| manifest.data.place(&model.choices.partition);
        let mut plan = Plan {
            partitions: models.iter().map(partition).collect(),
            queries: queries.collect(),
            manifest,
            models,
            architectures,
            pools: Vec::new(),
        };
        let baseline = |model| plan.baseline(model);
        plan.pools = pools::pools(&plan.manifest.axes, &plan.models, &baseline);
        plan
    }

    /// Which of the data's partitions a model has.
    pub fn partition(&self, model: usize) -> usize {
        self.partitions[model]
    }

    /// The rows that a model trains on and those that it is evaluated on, as its networks see
    /// them.
    pub fn sets(&self, model: usize) -> &Sets {
        &self.manifest.data.partitions[self.partitions[model]].sets
    }

    /// The rows that a model trains on.
    pub fn dataset(&self, model: usize) -> &Dataset {
        &self.sets(model).training.dataset
    }

    /// The situations as the networks of a model see them.
    pub fn queries(&self, model: usize) -> &[Query] {
        &self.queries[self.partitions[model]]
    }

    /// Shape of a model's networks.
    pub fn architecture(&self, model: usize) -> &Architecture {
        &self.architectures[model]
    }

    /// The model that `model` is compared with: the axes that `[compare] baseline` fixes have
    /// its values, the others those of `model`. The baseline's own baseline is itself.
    pub fn baseline(&self, model: usize) -> usize {
        let axes = &self.manifest.axes;
        let mut digits = axes.digits(model);
        for (digit, fixed) in digits.iter_mut().zip(&self.manifest.baseline.0) {
            *digit = fixed.unwrap_or(*digit);
        }
        axes.model(&digits)
    }

    /// Models of several partitions of the rows that are taken together; none where there is only
    /// one partition.
    pub fn pools(&self) -> &[Pool] {
        &self.pools
    }

    /// The criterion of convergence, with the number that the first model has: it is the same one
    /// for all.
    pub fn criterion(&self) -> Criterion {
        let first = self.models.first();
        first.map_or_else(Criterion::default, |model| model.choices.settings.criterion)
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
        let outputs = self.manifest.data.output_count();
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

    /// Where each run stands in canonical order.
    pub(crate) fn positions(&self) -> Positions {
        Positions::new(self.models.len(), self.manifest.seeds.clone())
    }

    /// The positions (model × seeds + seed's position, from 0) of shard `index` of `count`,
    /// counted from 1: `count` consecutive parts of equal estimated work, which together are
    /// all runs. Empty if there is no such shard.
    pub fn shard(&self, index: u64, count: u64) -> Range<u64> {
        let costs = (0..self.models.len()).map(|model| self.operations(model));
        order::part(costs, self.manifest.seeds.count(), index, count)
    }

    /// Relative cost of one epoch of one of a model's networks, from the arithmetic of its
    /// shape; only ratios between models mean anything.
    pub fn cost(&self, model: usize) -> f64 {
        self.operations(model) as f64
    }

    /// The same in fused multiply-adds.
    fn operations(&self, model: usize) -> u128 {
        let rows = self.sets(model).training.dataset.rows();
        order::operations(&self.architectures[model], rows)
    }
}

/// Every cell of the grid in canonical order.
fn models(manifest: &Manifest) -> Vec<Model> {
    // The manifest was refused if there were more than memory has room for.
    let count = usize::try_from(manifest.axes.models()).unwrap_or(usize::MAX);
    let axes = names::varied(&manifest.axes);
    let model = |index| {
        let choices = manifest.axes.choices(index);
        Model {
            index,
            name: names::model(&choices, &axes),
            choices,
        }
    };
    (0..count).map(model).collect()
}

#[cfg(test)]
mod tests;
