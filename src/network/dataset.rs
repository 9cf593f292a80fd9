//! The training rows and the queries: what a network sees and what it is asked.
//!
//! Letters used throughout: R rows, I inputs, O outputs.

use ndarray::Array2;

/// The training rows: R × I inputs and R × O targets, all finite, targets in \[0, 1\].
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset {
    /// R × I.
    pub inputs: Array2<f64>,
    /// R × O.
    pub targets: Array2<f64>,
}

/// A situation not trained on, `[[predict]]` in the manifest.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// I values.
    pub input: Vec<f64>,
    /// O values in \[0, 1\], when the right answer is known.
    pub target: Option<Vec<f64>>,
}

/// Whether an output is right: closer than 0.5 to its target.
pub fn is_right(target: f64, output: f64) -> bool {
    (target - output).abs() < 0.5
}
