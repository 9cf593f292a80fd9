//! How much more often a model is right than its baseline.

use super::estimate::{Estimate, Interval};
use super::predictions::GoOn;
use super::ranks::{RankComparison, rank_comparison};
use super::spread::{mean, standard_deviation};
use super::student::{p_of, t_of};
use crate::error::Result;

/// Accuracy of the runs of a model against that of its baseline: of test rows; of training rows,
/// where no row is a test row.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct AccuracyComparison {
    /// Mean accuracy of the model minus that of the baseline, −1 to 1, with Student's interval:
    /// of the differences seed by seed or, where seeds do not pair, Welch's. `None` if one of
    /// them has fewer than two runs.
    pub difference: Option<Estimate>,
    /// Two-sided p of the same t that it is 0; `None` also where neither varies.
    pub p: Option<f64>,
    /// The same, adjusted by Holm over the compared models.
    pub p_holm: Option<f64>,
    /// Accuracy of a run of the model against that of one of the baseline, by ranks.
    pub ranks: Option<RankComparison>,
    /// Its p, adjusted.
    pub ranks_p_holm: Option<f64>,
}

/// How many rows each of some runs has right, of so many.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shares {
    pub right: Vec<u64>,
    /// 1 or more.
    pub rows: u64,
}

impl Shares {
    /// The shares as numbers.
    fn values(&self) -> Vec<f64> {
        let rows = self.rows as f64;
        self.right
            .iter()
            .map(|right| *right as f64 / rows)
            .collect()
    }
}

/// Compares the accuracies of a model's runs with those of its baseline's. If they are `paired`,
/// values at the same place belong together.
///
/// # Errors
/// What `go_on` returns.
pub(super) fn compare_accuracy(
    model: &Shares,
    baseline: &Shares,
    paired: bool,
    confidence: f64,
    go_on: GoOn,
) -> Result<AccuracyComparison> {
    let (values, baseline_values) = (model.values(), baseline.values());
    let t = match paired && model.rows == baseline.rows {
        true => paired_t(model, baseline),
        false => welch(&values, &baseline_values),
    };
    let estimate = |t: &T| {
        let distance = t_of(confidence, t.freedom)? * t.error;
        Some(Estimate {
            value: t.difference,
            interval: Interval {
                low: t.difference - distance,
                high: t.difference + distance,
            },
        })
    };
    let (turned, baseline_turned) = (turned(&values), turned(&baseline_values));
    Ok(AccuracyComparison {
        difference: t.as_ref().and_then(estimate),
        p: t.as_ref().and_then(T::p),
        p_holm: None,
        ranks: rank_comparison(&turned, &baseline_turned, paired, confidence, go_on)?,
        ranks_p_holm: None,
    })
}

/// By ranks, smaller values are better.
fn turned(accuracies: &[f64]) -> Vec<f64> {
    accuracies.iter().map(|accuracy| -accuracy).collect()
}

/// A difference of mean accuracies as Student's t sees it.
struct T {
    difference: f64,
    error: f64,
    freedom: u64,
}

impl T {
    fn p(&self) -> Option<f64> {
        match self.error > 0.0 {
            true => p_of(self.difference / self.error, self.freedom),
            false => None,
        }
    }
}

/// Of the differences seed by seed (Student 1908), which are counted in whole rows: equal ones are
/// equal to the bit.
fn paired_t(model: &Shares, baseline: &Shares) -> Option<T> {
    let rows = model.rows as f64;
    let pairs = model.right.iter().zip(&baseline.right);
    let difference = |(model, baseline): (&u64, &u64)| (*model as f64 - *baseline as f64) / rows;
    let differences: Vec<f64> = pairs.map(difference).collect();
    let count = differences.len() as u64;
    let spread = match differences.iter().all(|d| *d == differences[0]) {
        true if count > 1 => 0.0,
        _ => standard_deviation(&differences)?,
    };
    Some(T {
        difference: mean(&differences)?,
        error: spread / (count as f64).sqrt(),
        freedom: count.checked_sub(1)?,
    })
}

/// Of two samples with variances of their own (B. L. Welch 1947, "The generalization of
/// `Student's' problem when several different population variances are involved", Biometrika
/// 34), the degrees of freedom rounded down to a whole number.
fn welch(model: &[f64], baseline: &[f64]) -> Option<T> {
    let square_error = |values: &[f64]| {
        let deviation = standard_deviation(values)?;
        Some(deviation * deviation / values.len() as f64)
    };
    let (a, b) = (square_error(model)?, square_error(baseline)?);
    let freedom = |n: usize| (n - 1) as f64;
    let satterthwaite =
        (a + b) * (a + b) / (a * a / freedom(model.len()) + b * b / freedom(baseline.len()));
    Some(T {
        difference: mean(model)? - mean(baseline)?,
        error: (a + b).sqrt(),
        // Where neither varies, any number of degrees gives an interval of no width.
        freedom: if satterthwaite.is_finite() {
            satterthwaite as u64
        } else {
            1
        },
    })
}
