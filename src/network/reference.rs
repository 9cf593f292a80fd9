//! The same training in plain ndarray, one network at a time, with the platform's exp: slow,
//! obvious, kept for ever as documentation and as the oracle of the kernel.

use ndarray::{Array1, Array2, ArrayView1, Axis};

use super::{
    Activation, Architecture, Criterion, Dataset, Learning, Loss, Output, Parameters, Rule,
    Settings,
};

/// What an epoch needs besides the weights.
#[derive(Debug, Clone, Copy)]
pub struct Reference<'a> {
    /// Shape of the network.
    pub architecture: &'a Architecture,
    /// Rows to train on.
    pub dataset: &'a Dataset,
    /// How it learns.
    pub settings: Settings,
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
            activations.push(match l + 1 == parameters.layers.len() {
                true => self.answer(z),
                false => self.activate(z),
            });
        }
        activations
    }

    /// A hidden layer's values from its weighted sums.
    fn activate(&self, z: Array1<f64>) -> Array1<f64> {
        match self.architecture.activation {
            Activation::Sigmoid => z.mapv(|z| 1.0 / (1.0 + (-z).exp())),
            Activation::Tanh => z.mapv(f64::tanh),
        }
    }

    /// The derivative of [`activate`](Self::activate), from its values.
    fn slope(&self, values: &Array1<f64>) -> Array1<f64> {
        match self.architecture.activation {
            Activation::Sigmoid => values.mapv(|h| h * (1.0 - h)),
            Activation::Tanh => values.mapv(|h| 1.0 - h * h),
        }
    }

    /// The outputs from their weighted sums.
    fn answer(&self, z: Array1<f64>) -> Array1<f64> {
        match self.architecture.output {
            Output::Sigmoid => z.mapv(|z| 1.0 / (1.0 + (-z).exp())),
        }
    }

    /// The derivative of a row's loss by the outputs' weighted sums.
    fn output_delta(&self, outputs: &Array1<f64>, targets: ArrayView1<f64>) -> Array1<f64> {
        match (self.settings.loss, self.architecture.output) {
            (Loss::SquaredError, Output::Sigmoid) => {
                (outputs - &targets) * outputs * (1.0 - outputs)
            }
        }
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

    /// What training makes small, and the gradient is the gradient of.
    pub fn loss(&self, parameters: &Parameters) -> f64 {
        match self.settings.loss {
            Loss::SquaredError => 0.5 * self.squared_errors(parameters).sum(),
        }
    }

    /// Mean squared error over rows and outputs, whatever the loss.
    pub fn mean_squared_error(&self, parameters: &Parameters) -> f64 {
        self.squared_errors(parameters).sum() / self.dataset.targets.len() as f64
    }

    /// R × O.
    fn squared_errors(&self, parameters: &Parameters) -> Array2<f64> {
        let errors = &self.dataset.targets - &self.outputs(parameters);
        errors.mapv(|e| e * e)
    }

    /// Whether these outputs (R × O) of all rows meet the criterion of convergence.
    pub fn meets(&self, outputs: &Array2<f64>) -> bool {
        let Dataset { targets, right, .. } = self.dataset;
        let errors = targets - outputs;
        match self.settings.criterion {
            Criterion::Tolerance(tolerance) => errors.iter().all(|e| e.abs() < tolerance),
            Criterion::Accuracy(share) => {
                let rows = targets.outer_iter().zip(outputs.outer_iter());
                let count = rows
                    .filter(|(targets, outputs)| right.holds(&targets.to_vec(), &outputs.to_vec()));
                count.count() as f64 / targets.nrows() as f64 >= share
            }
            Criterion::Mse(limit) => errors.mapv(|e| e * e).sum() / (errors.len() as f64) < limit,
        }
    }

    /// The gradient of the loss, by back-propagation (Rumelhart, Hinton
    /// and Williams 1986, *Learning representations by back-propagating errors*).
    pub fn gradient(&self, parameters: &Parameters) -> Parameters {
        let mut gradient = Parameters::zeros(self.architecture);
        for (r, input) in self.dataset.inputs.outer_iter().enumerate() {
            let activations = self.forward(parameters, input);
            let last = activations.len() - 1;
            let targets = self.dataset.targets.row(r);
            let mut delta = self.output_delta(&activations[last], targets);
            for l in (0..=last).rev() {
                let below = match l {
                    0 => input.to_owned(),
                    _ => activations[l - 1].clone(),
                };
                let column = self.with_one(&below).insert_axis(Axis(1));
                gradient.layers[l] += &column.dot(&delta.view().insert_axis(Axis(0)));
                if l > 0 {
                    let error = parameters.layers[l].dot(&delta);
                    // The last row is the bias, if there is one: nothing lies below it.
                    delta = self.slope(&below) * error.slice(ndarray::s![..below.len()]);
                }
            }
        }
        gradient
    }

    /// One epoch: the outputs of its forward pass, then the update.
    pub fn epoch(&self, state: &mut State) -> Array2<f64> {
        let outputs = self.outputs(&state.parameters);
        let gradient = self.gradient(&state.parameters);
        self.update(state, &gradient);
        outputs
    }

    fn update(&self, state: &mut State, gradient: &Parameters) {
        let Learning {
            rule,
            learning_rate,
            momentum,
        } = self.settings.learning;
        let layers = state.parameters.layers.iter_mut();
        let updates = state.update.layers.iter_mut().zip(&gradient.layers);
        for (weights, (update, gradient)) in layers.zip(updates) {
            match rule {
                Rule::GradientDescent => {
                    *update = momentum * &*update - learning_rate * gradient;
                    *weights += &*update;
                }
            }
        }
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
