//! The grid of models × seeds in canonical order: model in grid order, then seed.

use crate::network::Activation;

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
