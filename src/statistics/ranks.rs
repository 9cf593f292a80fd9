//! Which of two samples has the smaller values, each value of the one against each of the
//! other: for instance which of two models comes closer to a target.

use super::estimate::{Interval, p_value, z_of};
use super::predictions::GoOn;
use super::rates::score_interval;
use super::special::two_sided_ln_p;
use super::spread::ascending;
use super::student::t_of;
use crate::error::Result;

/// Two samples compared by ranks; smaller values are better.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RankComparison {
    /// Probability that a value of the first sample is smaller than one of the second, ties
    /// counting half, 0 to 1: Mann and Whitney's U / (n·m).
    pub probability: f64,
    /// Its interval.
    pub interval: Interval,
    /// Cliff's δ: probability smaller minus probability larger, −1 to 1.
    pub cliffs_delta: f64,
    /// Two-sided p-value of U, at most 1 and never 0.
    pub p: f64,
}

/// Compares two samples (infinity allowed, NaN not); `None` if one is empty. If they are
/// `paired`, values at the same place belong together.
///
/// p: H. B. Mann and D. R. Whitney 1947, "On a test of whether one of two random variables is
/// stochastically larger than the other", Annals of Mathematical Statistics 18: the normal
/// approximation with continuity correction and the variance corrected for ties; it takes the
/// samples as independent.
/// δ: N. Cliff 1993, "Dominance statistics", Psychological Bulletin 114.
///
/// Everything up to the last few divisions is counted in whole numbers, so it is exact.
///
/// # Errors
/// What `go_on` returns, which is asked now and then.
pub fn rank_comparison(
    first: &[f64],
    second: &[f64],
    paired: bool,
    confidence: f64,
    go_on: GoOn,
) -> Result<Option<RankComparison>> {
    if first.is_empty() || second.is_empty() {
        return Ok(None);
    }
    let (n, m) = (first.len() as f64, second.len() as f64);
    let sorted_first = ascending(first);
    go_on()?;
    let sorted_second = ascending(second);
    // Made one by one: a list of them would cost more memory than the values.
    let smaller = first
        .iter()
        .map(|value| larger_than(*value, &sorted_second));
    let larger = second
        .iter()
        .map(|value| smaller_than(*value, &sorted_first));
    let (wins, error, quantile) = match paired && first.len() == second.len() {
        true => {
            let both = smaller.zip(larger).map(|(one, other)| one + other);
            let both = Placements::of(both, go_on)?;
            // Each pair is in the placements of both its values.
            let wins = both.sum / 2;
            let freedom = first.len() as u64 - 1;
            (wins, both.variance(m) / n, t_of(confidence, freedom))
        }
        false => {
            let own = Placements::of(smaller, go_on)?;
            let other = Placements::of(larger, go_on)?;
            let error = own.variance(m) / n + other.variance(n) / m;
            (own.sum, error, Some(z_of(confidence)))
        }
    };
    let losses = 2 * first.len() as u128 * second.len() as u128 - wins;
    // Each pair counts 2 for the smaller, 1 for each in a tie.
    let probability = wins as f64 / (2.0 * n * m);
    let known = quantile.filter(|_| error > 0.0);
    Ok(Some(RankComparison {
        probability,
        interval: match known {
            Some(quantile) => on_the_logit_scale(probability, quantile * error.sqrt()),
            None => of_so_many(probability, n.min(m), confidence),
        },
        cliffs_delta: (wins as f64 - losses as f64) / (2.0 * n * m),
        p: mann_whitney(wins, losses, &sorted_first, &sorted_second),
    }))
}

/// The doubled placement of a value among others in ascending order: twice the number of larger
/// ones, and once that of equal ones.
fn larger_than(value: f64, others: &[f64]) -> u64 {
    2 * others.len() as u64 - smaller_than(value, others)
}

/// The same of smaller ones.
fn smaller_than(value: f64, others: &[f64]) -> u64 {
    let below = others.partition_point(|other| *other < value);
    let not_above = others.partition_point(|other| *other <= value);
    (below + not_above) as u64
}

/// Doubled placements, added up.
struct Placements {
    count: u128,
    sum: u128,
    squares: u128,
}

impl Placements {
    fn of(placements: impl Iterator<Item = u64>, go_on: GoOn) -> Result<Placements> {
        /// Placements between two questions: some milliseconds of searching.
        const AT_ONCE: u128 = 1 << 16;
        let mut all = Placements {
            count: 0,
            sum: 0,
            squares: 0,
        };
        for placement in placements.map(u128::from) {
            if all.count.is_multiple_of(AT_ONCE) {
                go_on()?;
            }
            all.count += 1;
            all.sum += placement;
            all.squares += placement * placement;
        }
        Ok(all)
    }

    /// Their sample variance as shares of `others` values; 0 of one value.
    ///
    /// Of independent samples the variances of both, each over its size, add up (E. R. DeLong,
    /// D. M. DeLong and D. L. Clarke-Pearson 1988, "Comparing the areas under two or more
    /// correlated receiver operating characteristic curves", Biometrics 44). Of pairs it is the
    /// variance of the sum of a pair's two placements (N. A. Obuchowski 1997, "Nonparametric
    /// analysis of clustered ROC curve data", Biometrics 53, a pair being a cluster;
    /// F. Konietschke and M. Pauly 2012, "A studentized permutation test for the nonparametric
    /// Behrens-Fisher problem in paired data", Electronic Journal of Statistics 6).
    fn variance(&self, others: f64) -> f64 {
        if self.count < 2 {
            return 0.0;
        }
        let scaled = self.count * self.squares - self.sum * self.sum;
        let count = self.count as f64;
        scaled as f64 / (count * (count - 1.0)) / (4.0 * others * others)
    }
}

/// The interval of a probability strictly between 0 and 1, `distance` to both sides on the
/// scale of its logit, which keeps it between 0 and 1.
fn on_the_logit_scale(probability: f64, distance: f64) -> Interval {
    let odds = probability / (1.0 - probability);
    let factor = libm::exp(distance / (probability * (1.0 - probability)));
    let share = |odds: f64| match odds.is_finite() {
        true => odds / (1.0 + odds),
        false => 1.0,
    };
    Interval {
        low: share(odds / factor),
        high: share(odds * factor),
    }
}

/// The interval where every value says the same, so that the variance is unknown: Wilson's of
/// that share in the smaller sample's size.
fn of_so_many(probability: f64, size: f64, confidence: f64) -> Interval {
    let wins = probability * size;
    score_interval(wins, size - wins, z_of(confidence))
}

/// p from both samples' doubled U.
fn mann_whitney(one: u128, other: u128, first: &[f64], second: &[f64]) -> f64 {
    let (n, m) = (first.len() as f64, second.len() as f64);
    let all = n + m;
    let ties = tied(first, second) as f64 / (all * (all - 1.0));
    let variance = n * m / 12.0 * ((all + 1.0) - ties);
    // |U − nm/2| − ½, where the two U add up to nm.
    let distance = one.abs_diff(other) as f64 / 4.0 - 0.5;
    if distance <= 0.0 || variance <= 0.0 {
        return 1.0;
    }
    p_value(two_sided_ln_p(distance / variance.sqrt()))
}

/// Σ (t³ − t) over the groups of t equal values in both samples together.
fn tied(first: &[f64], second: &[f64]) -> u128 {
    let (mut a, mut b, mut sum) = (0, 0, 0);
    while a < first.len() || b < second.len() {
        let value = match (first.get(a), second.get(b)) {
            (Some(x), Some(y)) => x.min(*y),
            (Some(x), None) | (None, Some(x)) => *x,
            (None, None) => break,
        };
        let start = a + b;
        while first.get(a) == Some(&value) {
            a += 1;
        }
        while second.get(b) == Some(&value) {
            b += 1;
        }
        let size = (a + b - start) as u128;
        if size == 0 {
            break; // NaN, which the caller rules out
        }
        sum += size * size * size - size;
    }
    sum
}
