//! The columns of runs.csv in words.

use super::{Description, Line, predictions};
use crate::plan::Plan;

/// The columns that say which model it is, of runs.csv and summary.csv.
pub(super) const MODEL: [Description; 8] = [
    (
        "model",
        "name of the model: its hidden layers and then every other swept value",
        "",
        "",
    ),
    (
        "hidden",
        "neurons of each hidden layer, first layer first; 0 is the single neuron",
        "neurons",
        "",
    ),
    (
        "activation",
        "activation function of the hidden layers; the output layer is sigmoid",
        "",
        "",
    ),
    (
        "bias",
        "whether every neuron has a bias weight",
        "TRUE or FALSE",
        "",
    ),
    (
        "range",
        "initial weights are uniform between minus this and this",
        "",
        "",
    ),
    (
        "learning_rate",
        "factor on the gradient of half the summed squared error",
        "",
        "",
    ),
    (
        "momentum",
        "share of the previous update that is added to the next",
        "",
        "",
    ),
    (
        "tolerance",
        "a run has converged when every |target - output| is below this",
        "",
        "",
    ),
];

const RUN: [Description; 11] = [
    (
        "seed",
        "seed of the random initial weights; `seedbed replay` retrains the run from it",
        "",
        "",
    ),
    (
        "status",
        "how the run ended: diverged = a weight is not finite; converged = some epoch met the tolerance; \
         improving = not converged, but the final mse is below 0.99 times mse_at_90_percent: the loss still fell \
         by more than 1% in the last tenth of the epochs, so a longer limit might help; stuck = none of these",
        "",
        "",
    ),
    ("epochs", "epochs trained", "epochs", ""),
    (
        "converged",
        "whether some epoch met the tolerance, also if the run diverged later",
        "TRUE or FALSE",
        "",
    ),
    (
        "convergence_epoch",
        "first epoch, counted from 1, whose forward pass before its update met the tolerance; empty if none did",
        "epochs",
        "",
    ),
    (
        "mse",
        "mean squared error over rows and outputs with the final weights; empty if not finite",
        "",
        "",
    ),
    (
        "mse_at_90_percent",
        "the same when nine tenths of the epoch limit were done; empty if the run stopped before",
        "",
        "",
    ),
    (
        "max_abs_error",
        "largest |target - output| with the final weights; empty if not finite",
        "",
        "",
    ),
    (
        "accuracy",
        "share of training rows with every output within 0.5 of its target",
        "share",
        "",
    ),
    ("wrong_rows", "the other rows, counted from 1", "", ""),
    (
        "gradient_norm",
        "Euclidean norm of the gradient of half the summed squared error at the final weights; empty if not finite",
        "",
        "",
    ),
];

const PREDICTION: Description = ("", "final output for ", "", "");
const CORRECT: Description = (
    "",
    "whether it is within 0.5 of its target; empty without a target: ",
    "TRUE or FALSE",
    "",
);
const HASH: Description = (
    "weights_hash",
    "the letter w and the first 16 hexadecimal digits of the SHA-256 of the final weights: equal for runs that are equal bit for bit",
    "",
    "FIPS 180-4",
);

pub(super) fn lines(plan: &Plan) -> Vec<Line> {
    let mut lines: Vec<Line> = MODEL.iter().chain(&RUN).map(Line::of).collect();
    for (name, about) in predictions(plan) {
        lines.push(Line::new(name.as_str(), &PREDICTION).about(&about));
        lines.push(Line::new(format!("{name}_correct"), &CORRECT).about(&about));
    }
    lines.push(Line::of(&HASH));
    lines
}
