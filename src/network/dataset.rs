//! Rows and queries: what a network sees, what it should answer, and when an answer is right.
//!
//! Letters used throughout: R rows, I inputs, O outputs.

use ndarray::{Array2, Axis};

/// Rows: R × I inputs and R × O targets, all finite, targets in \[0, 1\].
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset {
    /// R × I.
    pub inputs: Array2<f64>,
    /// R × O.
    pub targets: Array2<f64>,
    /// When the outputs for a row are right.
    pub right: Right,
}

/// When the outputs for a row are right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Right {
    /// Every |target − output| is below 0.5: rows without classes.
    Near,
    /// The only output is on the side of this middle on which its target is; the middle itself is
    /// on neither. Two classes: 0 below, 1 above.
    Side {
        /// Between the targets of the two classes.
        middle: f64,
    },
    /// The output of the row's class is larger than every other. One class per output.
    Largest,
}

/// Rows of a table, and which of its rows they are.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The rows; maybe none.
    pub dataset: Dataset,
    /// Of each, its place among the table's rows, from 0; ascending.
    pub numbers: Vec<u32>,
}

/// The rows that a model trains on, and those that it is only evaluated on.
#[derive(Debug, Clone, PartialEq)]
pub struct Sets {
    /// At least one row.
    pub training: Part,
    /// Looked at while training, never trained on; often none.
    pub validation: Part,
    /// Only ever evaluated with the final weights; often none.
    pub test: Part,
}

/// A situation not trained on, `[[predict]]` in the manifest.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// Names its columns; without it, its inputs do.
    pub name: Option<String>,
    /// I values.
    pub input: Vec<f64>,
    /// O values in \[0, 1\], when the right answer is known.
    pub target: Option<Vec<f64>>,
}

/// Whether an output is right: closer than 0.5 to its target.
pub fn is_right(target: f64, output: f64) -> bool {
    (target - output).abs() < 0.5
}

impl Dataset {
    /// Rows without classes.
    pub fn new(inputs: Array2<f64>, targets: Array2<f64>) -> Dataset {
        Dataset {
            inputs,
            targets,
            right: Right::Near,
        }
    }

    /// R.
    pub fn rows(&self) -> usize {
        self.inputs.nrows()
    }

    /// The rows at these places, in this order.
    pub fn select(&self, places: &[usize]) -> Dataset {
        Dataset {
            inputs: self.inputs.select(Axis(0), places),
            targets: self.targets.select(Axis(0), places),
            right: self.right,
        }
    }
}

impl Sets {
    /// All rows are trained on.
    pub fn all(dataset: Dataset) -> Sets {
        let none = || Part {
            dataset: dataset.select(&[]),
            numbers: Vec::new(),
        };
        Sets {
            validation: none(),
            test: none(),
            training: Part {
                numbers: (0..dataset.rows() as u32).collect(),
                dataset,
            },
        }
    }
}

impl Right {
    /// Whether these outputs are right for a row with these targets. An output that is no number
    /// is never right.
    pub fn holds(self, targets: &[f64], outputs: &[f64]) -> bool {
        match self {
            Right::Near => {
                let mut pairs = targets.iter().zip(outputs);
                pairs.all(|(target, output)| is_right(*target, *output))
            }
            Right::Side { .. } | Right::Largest => {
                let class = self.class(targets);
                class.is_some() && class == self.class(outputs)
            }
        }
    }

    /// The class that outputs (or targets) say; `None` where they say none: a tie, something that
    /// is no number, or rows without classes.
    pub fn class(self, outputs: &[f64]) -> Option<usize> {
        match self {
            Right::Near => None,
            Right::Side { middle } => {
                let output = *outputs.first()?;
                match (output < middle, output > middle) {
                    (true, _) => Some(0),
                    (_, true) => Some(1),
                    _ => None,
                }
            }
            Right::Largest => {
                let mut largest = (f64::NEG_INFINITY, None);
                for (class, &output) in outputs.iter().enumerate() {
                    if output > largest.0 {
                        largest = (output, Some(class));
                    } else if output == largest.0 {
                        largest.1 = None;
                    } else if output.is_nan() {
                        return None;
                    }
                }
                largest.1
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tie_and_what_is_no_number_are_no_class() {
        for (outputs, class) in [
            (&[0.2, 0.7, 0.1][..], Some(1)),
            (&[0.7, 0.2, 0.7], None),
            (&[0.7, 0.7, 0.9], Some(2)),
            (&[0.7, f64::NAN, 0.1], None),
            (&[f64::NAN, f64::NAN], None),
        ] {
            assert_eq!(Right::Largest.class(outputs), class, "{outputs:?}");
        }
        let side = Right::Side { middle: 0.5 };
        for (output, class) in [
            (0.4, Some(0)),
            (0.6, Some(1)),
            (0.5, None),
            (f64::NAN, None),
        ] {
            assert_eq!(side.class(&[output]), class, "{output}");
        }
    }

    #[test]
    fn the_largest_output_is_right_however_far_from_its_target() {
        assert!(Right::Largest.holds(&[0.0, 1.0], &[0.1, 0.2]));
        assert!(!Right::Near.holds(&[0.0, 1.0], &[0.1, 0.2]));
        assert!(Right::Near.holds(&[0.0, 1.0], &[0.4, 0.6]));
        assert!(!Right::Largest.holds(&[0.1, 0.9], &[0.3, 0.3]));
        let side = Right::Side { middle: 0.4 };
        assert!(side.holds(&[0.9], &[0.45]) && !side.holds(&[0.1], &[0.45]));
    }
}
