//! How good the outputs of a lane are for the rows of one set.

use std::collections::BTreeMap;
use std::ops::Range;

use super::outcome::{Mistake, WrongRows};
use crate::network::kernel::Evaluation;
use crate::network::lanes::{Element, Lanes};
use crate::network::{Dataset, Right};

/// Knows the targets of a set's rows, which follow each other in an evaluation.
pub(super) struct Judge<'a> {
    /// `None`: no rows.
    dataset: Option<&'a Dataset>,
    /// Where its rows begin in an evaluation.
    first: usize,
    /// R × O targets as the kernel sees them: rounded to its precision.
    targets: Vec<f64>,
}

/// What a lane makes of the rows of a set.
pub(super) struct Verdict {
    /// Largest |target − output|; NaN if one is.
    pub largest_error: f64,
    /// Places in the set.
    pub wrong_rows: WrongRows,
    /// Of classes, what rows were taken for.
    pub mistakes: Vec<Mistake>,
}

impl<'a> Judge<'a> {
    /// Of rows that begin at `first` in every evaluation.
    pub fn new<E: Element>(dataset: Option<&'a Dataset>, first: usize) -> Judge<'a> {
        let targets = dataset.into_iter().flat_map(|rows| rows.targets.iter());
        Judge {
            dataset,
            first,
            targets: targets.map(|&t| E::from_f64(t).to_f64()).collect(),
        }
    }

    /// The places of its rows in an evaluation.
    pub fn rows(&self) -> Range<usize> {
        self.first..self.first + self.dataset.map_or(0, Dataset::rows)
    }

    /// Mean squared error of every lane over rows and outputs, summed in their order. All lanes
    /// at once: of many rows, a pass for each lane would read all outputs from memory again.
    pub fn mse<S: Lanes>(&self, evaluation: &Evaluation<S>) -> Vec<f64> {
        let mut sums = vec![0.0; S::LANES];
        let outputs = self.rows().flat_map(|row| evaluation.output_vectors(row));
        for (output, target) in outputs.zip(&self.targets) {
            for (sum, output) in sums.iter_mut().zip(S::lanes(output)) {
                let error = target - output.to_f64();
                *sum += error * error;
            }
        }
        let count = self.targets.len() as f64;
        sums.into_iter().map(|sum| canonical(sum / count)).collect()
    }

    /// What a lane makes of the rows.
    pub fn verdict<S: Lanes>(&self, evaluation: &Evaluation<S>, lane: usize) -> Verdict {
        let right = self.dataset.map_or(Right::Near, |rows| rows.right);
        let mut wrong_rows = WrongRows::default();
        let mut largest_error = 0.0;
        let mut mistakes = BTreeMap::new();
        let rows = self.rows();
        let width = self.targets.len() / rows.len().max(1);
        let mut outputs = Vec::with_capacity(width);
        for (place, row) in rows.enumerate() {
            let targets = &self.targets[place * width..(place + 1) * width];
            outputs.clear();
            outputs.extend(evaluation.outputs(row, lane));
            for (output, target) in outputs.iter().zip(targets) {
                let error = (target - output).abs();
                // NaN counts as the largest error.
                if error > largest_error || error.is_nan() {
                    largest_error = error;
                }
            }
            if right.holds(targets, &outputs) {
                continue;
            }
            wrong_rows.push(place as u32);
            if let Some(class) = right.class(targets) {
                *mistakes.entry((class, right.class(&outputs))).or_insert(0) += 1;
            }
        }
        let mistake = |((class, answer), rows): ((usize, Option<usize>), u32)| Mistake {
            class: class as u16,
            answer: answer.map(|answer| answer as u16),
            rows,
        };
        Verdict {
            largest_error,
            wrong_rows,
            mistakes: mistakes.into_iter().map(mistake).collect(),
        }
    }
}

/// Every NaN as the same bits. Made of integers: a compiler may leave out a choice between two
/// NaN, as to it they are all alike.
pub(super) fn canonical(value: f64) -> f64 {
    const INFINITY: u64 = 0x7ff0_0000_0000_0000;
    const NAN: u64 = 0x7ff8_0000_0000_0000;
    let bits = value.to_bits();
    let magnitude = bits & (u64::MAX >> 1);
    f64::from_bits(if magnitude > INFINITY { NAN } else { bits })
}
