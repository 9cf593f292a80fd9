//! The criterion of convergence in the form the kernel reads, and how an epoch's forward pass is
//! held against it: block of rows by block, in every lane, in the problem's own precision.

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
    /// O.
    outputs: usize,
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
                rule: Rule::new(dataset.right, rows.targets(), dataset.targets.ncols()),
                outputs: dataset.targets.ncols(),
            }),
            Criterion::Mse(limit) => Met::Below(Below {
                limit: E::from_f64(limit),
                count: E::from_f64(dataset.targets.len() as f64),
            }),
        }
    }
}

impl<E: Element> Rule<E> {
    /// From the targets of all rows, R × O.
    fn new(right: Right, targets: &[E], outputs: usize) -> Rule<E> {
        let classes = || {
            let of = |targets: &[E]| {
                let targets: Vec<f64> = targets.iter().map(|target| target.to_f64()).collect();
                right.class(&targets).map(|class| class as u32)
            };
            targets.chunks_exact(outputs).map(of).collect()
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

/// What is known of an epoch after some of its rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen<S: Lanes> {
    /// Every |target − output| is below the tolerance.
    within: S::Mask,
    /// Right rows (whole numbers, exact in either precision for as many rows as there may be), or
    /// the sum of the squared errors: each is rounded before it is added, as in the mean squared
    /// error of a run.
    sum: S::Vector,
}

impl<E: Element> Met<E> {
    /// Before the first row.
    #[inline(always)]
    pub fn start<S: Lanes<Element = E>>(&self, simd: S) -> Seen<S> {
        Seen {
            within: simd.all(),
            sum: simd.splat(E::from_f64(0.0)),
        }
    }

    /// After more rows: the place of the first, their targets and outputs (B × O each).
    #[inline(always)]
    pub fn rows<S: Lanes<Element = E>>(
        &self,
        simd: S,
        seen: &mut Seen<S>,
        first: usize,
        targets: &[E],
        outputs: &[S::Vector],
    ) {
        match self {
            Met::Within(tolerance) => {
                let tolerance = simd.splat(*tolerance);
                seen.within = within(simd, seen.within, tolerance, targets, outputs);
            }
            Met::Right(counting) => {
                seen.sum = counting.rows(simd, seen.sum, first, targets, outputs);
            }
            Met::Below(_) => {
                for (&target, &output) in targets.iter().zip(outputs) {
                    let error = simd.sub(simd.splat(target), output);
                    seen.sum = simd.add(seen.sum, simd.mul(error, error));
                }
            }
        }
    }

    /// After the last row: the lanes that meet the criterion. None that holds something that is
    /// no number.
    #[inline(always)]
    pub fn met<S: Lanes<Element = E>>(&self, simd: S, seen: Seen<S>) -> S::Mask {
        match self {
            Met::Within(_) => seen.within,
            Met::Right(counting) => simd.less(simd.splat(counting.below_needed), seen.sum),
            Met::Below(Below { limit, count }) => {
                let mean = simd.div(seen.sum, simd.splat(*count));
                simd.less(mean, simd.splat(*limit))
            }
        }
    }
}

/// Whether also here every |target − output| is below a tolerance.
#[inline(always)]
fn within<S: Lanes>(
    simd: S,
    mut within: S::Mask,
    tolerance: S::Vector,
    targets: &[S::Element],
    outputs: &[S::Vector],
) -> S::Mask {
    for (&target, &output) in targets.iter().zip(outputs) {
        let error = simd.sub(simd.splat(target), output);
        within = simd.and(within, simd.less(simd.abs(error), tolerance));
    }
    within
}

impl<E: Element> Counting<E> {
    /// Counts the right rows among some: the place of the first, their targets and outputs.
    #[inline(always)]
    fn rows<S: Lanes<Element = E>>(
        &self,
        simd: S,
        mut count: S::Vector,
        first: usize,
        targets: &[E],
        outputs: &[S::Vector],
    ) -> S::Vector {
        let zero = simd.splat(E::from_f64(0.0));
        let one = simd.splat(E::from_f64(1.0));
        let rows = targets.chunks_exact(self.outputs);
        let rows = rows.zip(outputs.chunks_exact(self.outputs));
        for (place, (targets, outputs)) in (first..).zip(rows) {
            let right = match &self.rule {
                Rule::Near(half) => within(simd, simd.all(), simd.splat(*half), targets, outputs),
                Rule::Side { middle, classes } => {
                    let middle = simd.splat(*middle);
                    match classes[place] {
                        Some(0) => simd.less(outputs[0], middle),
                        Some(_) => simd.less(middle, outputs[0]),
                        None => continue,
                    }
                }
                Rule::Largest { classes } => match classes[place] {
                    Some(class) => largest(simd, class as usize, outputs),
                    None => continue,
                },
            };
            count = simd.add(count, simd.select(right, one, zero));
        }
        count
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
