//! Networks: what they are ([`Architecture`]), how they start, and how they learn.
//!
//! Letters used throughout: R rows, I inputs, H hidden neurons, O outputs, L lanes.

/// The activation function of the hidden layers; the output layer is always sigmoid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Activation {
    /// 1 / (1 + exp(−z))
    Sigmoid,
    /// tanh(z)
    Tanh,
}

/// Floating-point type in which a network is trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Precision {
    /// 64-bit IEEE 754.
    F64,
    /// 32-bit IEEE 754.
    F32,
}

/// The shape of a network.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Architecture {
    /// I.
    pub inputs: usize,
    /// Neurons of each hidden layer; empty for the single neuron.
    pub hidden: Vec<usize>,
    /// O.
    pub outputs: usize,
    /// Whether every neuron has a bias.
    pub bias: bool,
    /// Activation of the hidden layers.
    pub activation: Activation,
}
