//! What is to be learnt, in the form the kernel reads: rows with their bias, weights in rows of
//! one neuron each.

use super::criterion::Met;
use super::rows::Rows;
use super::update::Update;
use crate::network::lanes::Element;
use crate::network::{Activation, Architecture, Dataset, Learning, Loss, Output, Settings};

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
    /// Vectors from one row to the next in what a block makes: its width, or one more.
    pub room: usize,
    /// Where a row's vectors start among those of all layers.
    pub place: usize,
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
    /// Rows that go forward and backward together, at most.
    pub(super) block: usize,
    /// Rows, in whole blocks, between two questions whether to go on, within an epoch that has
    /// more of them.
    question: usize,
}

/// Rows that go forward and backward together: enough that weights and gradient are seldom read
/// again, and few enough that what the block makes stays in a near cache; measured, see
/// README.md.
pub const BLOCK: usize = 48;

impl<E: Element> Problem<E> {
    /// From the dataset and the settings, rounded to the precision.
    pub fn new(architecture: &Architecture, dataset: &Dataset, settings: Settings) -> Self {
        let layers = layers(architecture);
        let weights = layers.iter().map(|layer| layer.stride * layer.width).sum();
        let neurons = layers.iter().map(|layer| layer.width).sum();
        let rows = rows(architecture, dataset);
        let update = Update::new(settings.learning);
        let affordable = affordable_rows(weights, neurons);
        let block = block(rows.len(), affordable);
        Problem {
            layers,
            patterns: rows.patterns(),
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
            block,
            question: affordable.max(block) / block * block,
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

    /// The same problem, trained as if most inputs were 0.
    #[cfg(test)]
    pub fn into_sparse(self) -> Self {
        Problem {
            rows: self.rows.into_sparse(),
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
        row_work(self.parameters, self.neurons) * self.rows.len() as u64
            + 4 * self.parameters as u64
    }

    /// Whether it is asked, before a block of rows that begins here, if it is to go on.
    pub(super) fn asks_before(&self, row: usize) -> bool {
        row > 0 && row.is_multiple_of(self.question)
    }
}

/// Vectors that training reads and writes again and again: weights, their gradient, what the
/// update rule remembers of them, and what a block of the rows makes.
pub fn working_vectors(architecture: &Architecture, learning: Learning, rows: usize) -> usize {
    let weights = architecture.parameters();
    let affordable = affordable_rows(weights, architecture.neurons());
    let layers = layers(architecture).into_iter();
    let row: usize = layers.map(|layer| layer.room).sum();
    let remembered = Update::<f64>::new(learning).state_per_weight();
    weights * (2 + remembered) + 2 * row * block(rows, affordable)
}

fn layers(architecture: &Architecture) -> Vec<Layer> {
    let bias = usize::from(architecture.bias);
    let sizes = architecture.layers();
    let last = sizes.len() - 1;
    let mut layers: Vec<Layer> = Vec::new();
    for (l, (fan_in, width)) in sizes.into_iter().enumerate() {
        let below = layers.last();
        layers.push(Layer {
            fan_in,
            width,
            stride: fan_in + bias,
            weights: below.map_or(0, |below| below.weights + below.stride * below.width),
            neurons: below.map_or(0, |below| below.neurons + below.width),
            room: if l == last { width } else { room(width) },
            place: below.map_or(0, |below| below.place + below.room),
        });
    }
    layers
}

/// Vectors from one row of a hidden layer to the next. Of wide layers an odd number: rows whose
/// distance is a power of two would drive each other out of the nearest cache.
fn room(width: usize) -> usize {
    if width < 16 { width } else { width | 1 }
}

fn rows<E: Element>(architecture: &Architecture, dataset: &Dataset) -> Rows<E> {
    let Architecture {
        inputs,
        outputs,
        bias,
        ..
    } = *architecture;
    let mut rows = Rows::with_room(dataset.rows(), inputs, bias, outputs);
    let targets = dataset.targets.outer_iter();
    for (inputs, targets) in dataset.inputs.outer_iter().zip(targets) {
        rows.push(inputs.iter(), targets.iter());
    }
    rows
}

/// Roughly the instructions of one row of one vector.
fn row_work(parameters: usize, neurons: usize) -> u64 {
    (8 * parameters + 30 * neurons) as u64
}

/// Rows that may be trained without asking whether to go on.
fn affordable_rows(parameters: usize, neurons: usize) -> usize {
    let rows = PATIENCE / row_work(parameters, neurons).max(1);
    usize::try_from(rows).unwrap_or(usize::MAX).max(1)
}

/// Rows of a block: all blocks but the last have as many, and that is not much smaller.
fn block(rows: usize, affordable: usize) -> usize {
    let most = BLOCK.min(affordable);
    let blocks = rows.div_ceil(most).max(1);
    // Six rows make a tile.
    let equal = rows.div_ceil(blocks).max(1);
    if blocks == 1 {
        equal
    } else {
        equal.next_multiple_of(6).min(most)
    }
}
