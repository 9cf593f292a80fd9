//! The criterion of convergence in the form the kernel reads, and how an epoch's forward pass is
//! held against it: row by row in every lane, in the problem's own precision.
//!
//! Each criterion is a type of its own, so that the kernel is compiled once for each and asks
//! nowhere within an epoch which one it has.

use super::rows::Rows;
use crate::network::lanes::{Element, Lanes};
use crate::network::{Criterion, Dataset, Right};

/// A criterion, its numbers rounded to one precision.
#[derive(Debug, Clone)]
pub(super) enum Met<E> {
    /// Every |target − output| is below this.
    Within(E),
    /// Enough rows are right.
    Right(Counting<E>),
    /// The mean squared error is below a limit.
    Below(Below<E>),
}

/// So many right rows.
#[derive(Debug, Clone)]
pub(super) struct Counting<E> {
    /// Half a row less than are needed: a count above this is enough.
    below_needed: E,
    /// When a row is right.
    rule: Rule<E>,
}

/// When a row is right, see [`Right`].
#[derive(Debug, Clone)]
enum Rule<E> {
    /// Every |target − output| is below this half.
    Near(E),
    /// The only output is on its class's side of the middle; the class of every row, if its
    /// targets say one.
    Side {
        middle: E,
        classes: Vec<Option<u32>>,
    },
    /// The output of the row's class is larger than every other; the class of every row, if its
    /// targets say one.
    Largest { classes: Vec<Option<u32>> },
}

/// A limit of the mean squared error.
#[derive(Debug, Clone, Copy)]
pub(super) struct Below<E> {
    limit: E,
    /// R · O.
    count: E,
}

impl<E: Element> Met<E> {
    /// The criterion for these rows, which are the dataset's, rounded to the precision.
    pub fn new(criterion: Criterion, dataset: &Dataset, rows: &Rows<E>) -> Met<E> {
        match criterion {
            Criterion::Tolerance(tolerance) => Met::Within(E::from_f64(tolerance)),
            Criterion::Accuracy(share) => Met::Right(Counting {
                below_needed: E::from_f64(rows_needed(share, rows.len()) as f64 - 0.5),
                rule: Rule::new(dataset.right, rows),
            }),
            Criterion::Mse(limit) => Met::Below(Below {
                limit: E::from_f64(limit),
                count: E::from_f64(dataset.targets.len() as f64),
            }),
        }
    }
}

impl<E: Element> Rule<E> {
    fn new(right: Right, rows: &Rows<E>) -> Rule<E> {
        let classes = || {
            let of = |targets: &[E]| {
                let targets: Vec<f64> = targets.iter().map(|target| target.to_f64()).collect();
                right.class(&targets).map(|class| class as u32)
            };
            rows.iter().map(|row| of(row.targets)).collect()
        };
        match right {
            Right::Near => Rule::Near(E::from_f64(0.5)),
            Right::Side { middle } => Rule::Side {
                middle: E::from_f64(middle),
                classes: classes(),
            },
            Right::Largest => Rule::Largest { classes: classes() },
        }
    }
}

/// The least number of rows, of R, whose share is at least this. The share of a count is what
/// dividing gives, as in the accuracy of a run: 9 of 10 rows are 0.9, although 0.9 as a binary
/// number is a little more than nine tenths.
fn rows_needed(share: f64, rows: usize) -> usize {
    let enough = |count: usize| count as f64 / rows as f64 >= share;
    // At most one row off by rounding, at either side.
    let guess = (share * rows as f64).ceil() as usize;
    let near = guess.saturating_sub(1)..=guess;
    near.into_iter()
        .find(|count| enough(*count))
        .unwrap_or(guess + 1)
}

/// Holds an epoch against a criterion.
pub(super) trait Watch<S: Lanes> {
    /// What is known after some rows.
    type Seen: Copy;

    /// Before the first row.
    fn start(&self, simd: S) -> Self::Seen;
    /// After one more: its place among the rows, its O targets and O outputs.
    fn row(
        &self,
        simd: S,
        seen: Self::Seen,
        place: usize,
        targets: &[S::Element],
        outputs: &[S::Vector],
    ) -> Self::Seen;
    /// After the last row: the lanes that meet the criterion. None that holds something that is
    /// no number.
    fn met(&self, simd: S, seen: Self::Seen) -> S::Mask;
}

/// Every |target − output| is below this.
pub(super) struct Within<V>(pub V);

impl<S: Lanes> Watch<S> for Within<S::Vector> {
    type Seen = S::Mask;

    #[inline(always)]
    fn start(&self, simd: S) -> S::Mask {
        simd.all()
    }

    #[inline(always)]
    fn row(
        &self,
        simd: S,
        mut seen: S::Mask,
        _: usize,
        targets: &[S::Element],
        outputs: &[S::Vector],
    ) -> S::Mask {
        for (&target, &output) in targets.iter().zip(outputs) {
            let error = simd.sub(simd.splat(target), output);
            seen = simd.and(seen, simd.less(simd.abs(error), self.0));
        }
        seen
    }

    #[inline(always)]
    fn met(&self, _: S, seen: S::Mask) -> S::Mask {
        seen
    }
}

impl<S: Lanes> Watch<S> for &Counting<S::Element> {
    /// Right rows: whole numbers, exact in either precision for as many rows as there may be.
    type Seen = S::Vector;

    #[inline(always)]
    fn start(&self, simd: S) -> S::Vector {
        simd.splat(S::Element::from_f64(0.0))
    }

    #[inline(always)]
    fn row(
        &self,
        simd: S,
        seen: S::Vector,
        place: usize,
        targets: &[S::Element],
        outputs: &[S::Vector],
    ) -> S::Vector {
        let right = match &self.rule {
            Rule::Near(half) => {
                let near = Within(simd.splat(*half));
                near.row(simd, near.start(simd), place, targets, outputs)
            }
            Rule::Side { middle, classes } => {
                let middle = simd.splat(*middle);
                match classes[place] {
                    Some(0) => simd.less(outputs[0], middle),
                    Some(_) => simd.less(middle, outputs[0]),
                    None => return seen,
                }
            }
            Rule::Largest { classes } => match classes[place] {
                Some(class) => largest(simd, class as usize, outputs),
                None => return seen,
            },
        };
        let zero = simd.splat(S::Element::from_f64(0.0));
        let one = simd.splat(S::Element::from_f64(1.0));
        simd.add(seen, simd.select(right, one, zero))
    }

    #[inline(always)]
    fn met(&self, simd: S, seen: S::Vector) -> S::Mask {
        simd.less(simd.splat(self.below_needed), seen)
    }
}

/// Whether a class's output is larger than every other.
#[inline(always)]
fn largest<S: Lanes>(simd: S, class: usize, outputs: &[S::Vector]) -> S::Mask {
    let own = outputs[class];
    // Also of a single output, one that is no number is never right.
    let least = simd.splat(S::Element::from_f64(f64::NEG_INFINITY));
    let mut right = simd.less(least, own);
    for (other, &output) in outputs.iter().enumerate() {
        if other != class {
            right = simd.and(right, simd.less(output, own));
        }
    }
    right
}

impl<S: Lanes> Watch<S> for Below<S::Element> {
    /// Sum of the squared errors: each is rounded before it is added, as in the mean squared
    /// error of a run.
    type Seen = S::Vector;

    #[inline(always)]
    fn start(&self, simd: S) -> S::Vector {
        simd.splat(S::Element::from_f64(0.0))
    }

    #[inline(always)]
    fn row(
        &self,
        simd: S,
        mut seen: S::Vector,
        _: usize,
        targets: &[S::Element],
        outputs: &[S::Vector],
    ) -> S::Vector {
        for (&target, &output) in targets.iter().zip(outputs) {
            let error = simd.sub(simd.splat(target), output);
            seen = simd.add(seen, simd.mul(error, error));
        }
        seen
    }

    #[inline(always)]
    fn met(&self, simd: S, seen: S::Vector) -> S::Mask {
        let mean = simd.div(seen, simd.splat(self.count));
        simd.less(mean, simd.splat(self.limit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_rows_is_what_dividing_gives() {
        for (share, rows, needed) in [
            (0.9, 10, 9),
            (0.7, 10, 7),
            (0.29, 100, 29),
            (0.57, 100, 57),
            (0.901, 10, 10),
            (1.0, 7, 7),
            (5e-324, 7, 1),
            (0.5, 7, 4),
            (1.0 / 3.0, 3, 1),
        ] {
            assert_eq!(rows_needed(share, rows), needed, "{share} of {rows}");
        }
        for rows in (1..300).chain([999_983, 1_000_000]) {
            for count in (1..=rows).step_by(1 + rows / 300) {
                let share = count as f64 / rows as f64;
                assert_eq!(rows_needed(share, rows), count, "{count} of {rows}");
                let more = share.next_up().min(1.0);
                let expected = if share < 1.0 { count + 1 } else { count };
                assert_eq!(rows_needed(more, rows), expected, "above {count} of {rows}");
            }
        }
    }
}
