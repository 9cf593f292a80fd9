//! Networks: what they are ([`Architecture`]), how they start, and how they learn.
//!
//! Letters used throughout: R rows, I inputs, H hidden neurons, O outputs, L lanes.
//! [`kernel`] trains many at once; `reference`, in tests only, one at a time in plain ndarray: the
//! kernel's oracle. [`lanes`] is the crate's only unsafe code.

mod dataset;
mod initialization;
pub mod kernel;
pub mod lanes;
mod parameters;
#[cfg(test)]
pub mod reference;
mod seed;
mod settings;

pub use dataset::{Dataset, Part, Query, Right, Sets, is_right};
pub use initialization::Start;
pub use parameters::Parameters;
pub(crate) use parameters::hash as parameters_hash;
pub use seed::Generator;
pub use settings::{Criterion, Learning, Loss, Rule, Settings};

/// The activation function of the hidden layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Activation {
    /// 1 / (1 + exp(−z))
    Sigmoid,
    /// tanh(z)
    Tanh,
}

/// The function of the output layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Output {
    /// 1 / (1 + exp(−z)), each output for itself.
    Sigmoid,
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
    /// Function of the output layer.
    pub output: Output,
}

impl Architecture {
    /// (fan-in, neurons) of each layer, the output layer last; fan-in without the bias.
    pub fn layers(&self) -> Vec<(usize, usize)> {
        let mut fan_in = self.inputs;
        let widths = self.hidden.iter().copied().chain([self.outputs]);
        widths
            .map(|width| (std::mem::replace(&mut fan_in, width), width))
            .collect()
    }

    /// Weights and biases.
    pub fn parameters(&self) -> usize {
        let bias = usize::from(self.bias);
        let layers = self.layers().into_iter();
        layers.map(|(fan_in, width)| (fan_in + bias) * width).sum()
    }

    /// Neurons of all layers.
    pub fn neurons(&self) -> usize {
        self.hidden.iter().sum::<usize>() + self.outputs
    }
}
