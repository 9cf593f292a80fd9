//! What is to be learnt, in the form the kernel reads: rows without their zero inputs, weights
//! in rows of one neuron each.

use super::criterion::Met;
use super::rows::Rows;
use super::update::Update;
use crate::network::lanes::Element;
use crate::network::{Activation, Architecture, Dataset, Loss, Output, Settings};

/// Instructions of one vector after which training asks whether to go on: some milliseconds.
pub const PATIENCE: u64 = 20_000_000;

/// One layer of the network.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layer {
    pub fan_in: usize,
    pub width: usize,
    /// Weights of a neuron: fan-in, and the bias if there is one.
    pub stride: usize,
    /// Where its weights start; a neuron's lie together, the bias last.
    pub weights: usize,
    /// Where its neurons start among all.
    pub neurons: usize,
}

/// What is to be learnt and how, converted to one precision.
#[derive(Debug, Clone)]
pub struct Problem<E> {
    pub(super) layers: Vec<Layer>,
    pub(super) rows: Rows<E>,
    /// Every row's pattern, when all have one.
    pub(super) patterns: Option<Vec<u32>>,
    pub(super) bias: bool,
    pub(super) activation: Activation,
    pub(super) output: Output,
    pub(super) loss: Loss,
    pub(super) update: Update<E>,
    /// Vectors that the rule remembers between updates.
    pub(super) state: usize,
    /// When an epoch meets the criterion of convergence.
    pub(super) criterion: Met<E>,
    pub(super) parameters: usize,
    pub(super) neurons: usize,
}

impl<E: Element> Problem<E> {
    /// From the dataset and the settings, rounded to the precision.
    pub fn new(architecture: &Architecture, dataset: &Dataset, settings: Settings) -> Self {
        let bias = usize::from(architecture.bias);
        let mut layers = Vec::new();
        let (mut weights, mut neurons) = (0, 0);
        for (fan_in, width) in architecture.layers() {
            let stride = fan_in + bias;
            layers.push(Layer {
                fan_in,
                width,
                stride,
                weights,
                neurons,
            });
            weights += stride * width;
            neurons += width;
        }
        let mut rows = Rows::with_room(
            dataset.inputs.nrows(),
            architecture.inputs,
            architecture.outputs,
        );
        for (inputs, targets) in dataset
            .inputs
            .outer_iter()
            .zip(dataset.targets.outer_iter())
        {
            rows.push(inputs.iter(), targets.iter());
        }
        let update = Update::new(settings.learning);
        Problem {
            layers,
            patterns: rows.iter().map(|row| row.pattern()).collect(),
            criterion: Met::new(settings.criterion, dataset, &rows),
            rows,
            bias: architecture.bias,
            activation: architecture.activation,
            output: architecture.output,
            loss: settings.loss,
            update,
            state: update.state_per_weight() * weights,
            parameters: weights,
            neurons,
        }
    }

    /// The same problem, trained by the run-time-sized kernel even if there is a faster one:
    /// those are chosen by the rows' patterns.
    #[cfg(test)]
    pub fn unspecialised(self) -> Self {
        Problem {
            patterns: None,
            ..self
        }
    }

    /// Positions of the kernel's weights in canonical order.
    pub(super) fn canonical(&self) -> impl Iterator<Item = usize> + '_ {
        self.layers.iter().flat_map(|layer| {
            let places = (0..layer.stride).flat_map(|i| (0..layer.width).map(move |j| (i, j)));
            places.map(|(i, j)| layer.weights + j * layer.stride + i)
        })
    }

    /// Positions of what the update rule remembers: of every weight in canonical order the
    /// first number, then of every weight the second, as far as there are any.
    pub(super) fn remembered(&self) -> impl Iterator<Item = usize> + '_ {
        let starts = (0..self.state).step_by(self.parameters.max(1));
        starts.flat_map(|start| self.canonical().map(move |at| start + at))
    }

    /// Roughly the instructions of one epoch of one vector.
    pub fn work(&self) -> u64 {
        self.row_work() * self.rows.len() as u64 + 4 * self.parameters as u64
    }

    /// The same of one row.
    fn row_work(&self) -> u64 {
        (8 * self.parameters + 30 * self.neurons) as u64
    }

    /// Rows between two questions whether to go on, within an epoch that has more of them.
    pub(super) fn rows_between_questions(&self) -> usize {
        let rows = PATIENCE / self.row_work().max(1);
        usize::try_from(rows).unwrap_or(usize::MAX).max(1)
    }
}
