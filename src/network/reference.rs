//! The same training in plain ndarray, one network at a time, with the platform's exp: slow,
//! obvious, kept for ever as documentation and as the oracle of the kernel.

use ndarray::{Array1, Array2, ArrayView1, Axis};

use super::{Activation, Architecture, Parameters};
use crate::network::Dataset;

/// What an epoch needs besides the weights.
#[derive(Debug, Clone, Copy)]
pub struct Reference<'a> {
    /// Shape of the network.
    pub architecture: &'a Architecture,
    /// Rows to train on.
    pub dataset: &'a Dataset,
    /// Multiplies the gradient.
    pub learning_rate: f64,
    /// Share of the previous update added to the next.
    pub momentum: f64,
}

/// A network in training.
#[derive(Debug, Clone)]
pub struct State {
    /// Its weights.
    pub parameters: Parameters,
    /// The previous update of every weight.
    pub update: Parameters,
}

impl Reference<'_> {
    /// A network before its first epoch.
    pub fn start(&self, parameters: Parameters) -> State {
        State {
            parameters,
            update: Parameters::zeros(self.architecture),
        }
    }

    /// Activations of every layer for one input, the output layer last.
    pub fn forward(&self, parameters: &Parameters, input: ArrayView1<f64>) -> Vec<Array1<f64>> {
        let mut activations: Vec<Array1<f64>> = Vec::new();
        for (l, layer) in parameters.layers.iter().enumerate() {
            let below = match l {
                0 => input.to_owned(),
                _ => activations[l - 1].clone(),
            };
            let z = self.with_one(&below).dot(layer);
            let last = l + 1 == parameters.layers.len();
            activations.push(match self.architecture.activation {
                Activation::Tanh if !last => z.mapv(f64::tanh),
                _ => z.mapv(|z| 1.0 / (1.0 + (-z).exp())),
            });
        }
        activations
    }

    /// R × O.
    pub fn outputs(&self, parameters: &Parameters) -> Array2<f64> {
        let mut outputs = Array2::zeros(self.dataset.targets.dim());
        for (row, input) in self.dataset.inputs.outer_iter().enumerate() {
            if let Some(output) = self.forward(parameters, input).last() {
                outputs.row_mut(row).assign(output);
            }
        }
        outputs
    }

    /// Half the summed squared error: what the gradient is the gradient of.
    pub fn half_squared_error(&self, parameters: &Parameters) -> f64 {
        let error = &self.dataset.targets - &self.outputs(parameters);
        0.5 * error.mapv(|e| e * e).sum()
    }

    /// Mean squared error over rows and outputs.
    pub fn mean_squared_error(&self, parameters: &Parameters) -> f64 {
        let values = self.dataset.targets.len() as f64;
        2.0 * self.half_squared_error(parameters) / values
    }

    /// The gradient of half the summed squared error, by back-propagation (Rumelhart, Hinton
    /// and Williams 1986, *Learning representations by back-propagating errors*).
    pub fn gradient(&self, parameters: &Parameters) -> Parameters {
        let mut gradient = Parameters::zeros(self.architecture);
        for (r, input) in self.dataset.inputs.outer_iter().enumerate() {
            let activations = self.forward(parameters, input);
            let last = activations.len() - 1;
            let output = &activations[last];
            let mut delta = (output - &self.dataset.targets.row(r)) * output * (1.0 - output);
            for l in (0..=last).rev() {
                let below = match l {
                    0 => input.to_owned(),
                    _ => activations[l - 1].clone(),
                };
                let column = self.with_one(&below).insert_axis(Axis(1));
                gradient.layers[l] += &column.dot(&delta.view().insert_axis(Axis(0)));
                if l > 0 {
                    let error = parameters.layers[l].dot(&delta);
                    let slope = match self.architecture.activation {
                        Activation::Sigmoid => below.mapv(|h| h * (1.0 - h)),
                        Activation::Tanh => below.mapv(|h| 1.0 - h * h),
                    };
                    // The last row is the bias, if there is one: nothing lies below it.
                    delta = slope * error.slice(ndarray::s![..below.len()]);
                }
            }
        }
        gradient
    }

    /// One epoch: the outputs of its forward pass, then the update.
    pub fn epoch(&self, state: &mut State) -> Array2<f64> {
        let outputs = self.outputs(&state.parameters);
        let gradient = self.gradient(&state.parameters);
        let layers = state.parameters.layers.iter_mut();
        let updates = state.update.layers.iter_mut().zip(&gradient.layers);
        for (weights, (update, gradient)) in layers.zip(updates) {
            *update = self.momentum * &*update - self.learning_rate * gradient;
            *weights += &*update;
        }
        outputs
    }

    /// A layer's input: with a bias, a constant 1 after the others.
    fn with_one(&self, below: &Array1<f64>) -> Array1<f64> {
        if !self.architecture.bias {
            return below.clone();
        }
        let mut with_one = Array1::ones(below.len() + 1);
        with_one.slice_mut(ndarray::s![..below.len()]).assign(below);
        with_one
    }
}
