//! Settings that train: as many epochs as a minute takes, at a learning rate that full batches
//! bear.

/// Widths of the hidden layer that are compared.
const WIDTHS: [usize; 5] = [0, 2, 4, 8, 16];
/// Momentum, with which a step goes ten times as far.
pub const MOMENTUM: f64 = 0.9;
/// Epochs of a file that is small.
const EPOCHS: f64 = 1000.0;
/// Epochs that are the least that show anything.
const LEAST_EPOCHS: f64 = 10.0;
/// Seeds that the estimate is for.
pub const SEEDS: usize = 50;
/// Multiply-adds that a core does in a second, cautiously.
pub const PER_SECOND: f64 = 2e9;
/// Multiply-adds of a minute.
const MINUTE: f64 = 60.0 * PER_SECOND;
/// Inputs from which on the learning rate shrinks: the more of them vary together, the steeper the
/// loss, and with it the step that gradient descent still bears.
const INPUTS: f64 = 60.0;
/// Outputs from which on it shrinks too. Of many classes most outputs are to be 0: all rows push
/// them there together, and too long a first step leaves them saturated. The power was found by
/// training on files of 2 to 10 classes.
const OUTPUTS: f64 = 2.0;
const OUTPUTS_POWER: f64 = 1.5;
/// Standard deviation of what reaches a hidden neuron at first, of inputs whose own is 1: beyond
/// it, sigmoids saturate.
const REACH: f64 = 2.0;
/// Numbers (activations and deltas) of the networks that a thread trains side by side: 3 GB, below
/// what the manifest refuses.
const MOST_NUMBERS: usize = 3_000_000_000 / 8;
/// Networks side by side.
const LANES: usize = 16;

/// How a network of these shapes is trained.
#[derive(Debug, Clone, PartialEq)]
pub struct Training {
    /// Widths of the hidden layer.
    pub hidden: Vec<usize>,
    /// Epochs of a run.
    pub epochs: u64,
    /// Range of the initial weights.
    pub range: f64,
    /// Step along the summed gradient.
    pub learning_rate: f64,
    /// Multiply-adds of one run of each width.
    pub work: f64,
}

impl Training {
    /// Settings for R training rows of I inputs and O outputs.
    pub fn of(rows: usize, inputs: usize, outputs: usize) -> Training {
        let fits = |width: &usize| 2 * LANES * (width + outputs) * rows <= MOST_NUMBERS;
        let hidden: Vec<usize> = WIDTHS.into_iter().filter(fits).collect();
        let hidden = if hidden.is_empty() { vec![0] } else { hidden };
        let weights: usize = hidden
            .iter()
            .map(|width| weights(inputs, *width, outputs))
            .sum();
        // Forward, backward and the gradient.
        let epoch = 3.0 * rows as f64 * weights as f64;
        let affordable = MINUTE / (SEEDS as f64 * epoch.max(1.0));
        let epochs = affordable.clamp(LEAST_EPOCHS, EPOCHS);
        let epochs = one_digit(epochs);
        let steepness = (inputs as f64 / INPUTS).max(1.0)
            * (outputs as f64 / OUTPUTS).max(1.0).powf(OUTPUTS_POWER);
        // Uniform weights have the standard deviation range / √3.
        let range = (REACH * (3.0 / inputs.max(1) as f64).sqrt()).min(1.0);
        Training {
            hidden,
            epochs: epochs as u64,
            range: one_digit(range),
            learning_rate: one_digit(2.0 / rows.max(1) as f64 / steepness),
            work: epoch * epochs,
        }
    }
}

/// Weights and biases.
fn weights(inputs: usize, width: usize, outputs: usize) -> usize {
    match width {
        0 => (inputs + 1) * outputs,
        _ => (inputs + 1) * width + (width + 1) * outputs,
    }
}

/// Rounded to one significant digit.
fn one_digit(value: f64) -> f64 {
    // What is written in this form is a number.
    format!("{value:.0e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_follow_the_size() {
        let iris = Training::of(112, 4, 3);
        assert_eq!(iris.hidden, WIDTHS);
        assert_eq!(
            (iris.epochs, iris.range, iris.learning_rate),
            (1000, 1.0, 0.01)
        );
        // Weights 15 + 19 + 35 + 67 + 131, three times for each of 112 rows.
        assert_eq!(iris.work, 1000.0 * 3.0 * 112.0 * 267.0);
        let digits = Training::of(1347, 64, 10);
        assert_eq!((digits.range, digits.learning_rate), (0.4, 0.0001));
        assert!(digits.epochs < 1000, "{digits:?}");
        let wide = Training::of(100, 600, 2);
        assert_eq!((wide.range, wide.learning_rate), (0.1, 0.002));
        let long = Training::of(1_000_000, 5, 2);
        assert_eq!((long.hidden.as_slice(), long.epochs), (&WIDTHS[..4], 10));
        assert_eq!(Training::of(0, 0, 0).learning_rate, 2.0);
    }
}
