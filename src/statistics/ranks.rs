//! Which of two samples has the smaller values, each value of the one against each of the
//! other: for instance which of two models comes closer to a target.

use super::estimate::{Interval, p_value};
use super::special::two_sided_ln_p;

/// Two samples compared by ranks; smaller values are better.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RankComparison {
    /// Probability that a value of the first sample is smaller than one of the second, ties
    /// counting half, 0 to 1: Mann and Whitney's U / (n·m).
    pub probability: f64,
    /// Its DeLong interval, cut at 0 and 1; `None` if a sample has one value, or if every pair
    /// says the same, so that the variance is unknown.
    pub interval: Option<Interval>,
    /// Cliff's δ: probability smaller minus probability larger, −1 to 1.
    pub cliffs_delta: f64,
    /// Two-sided p-value of U, at most 1 and never 0.
    pub p: f64,
}

/// Compares two samples in ascending order (infinity allowed, NaN not); `None` if one is empty.
///
/// p: H. B. Mann and D. R. Whitney 1947, "On a test of whether one of two random variables is
/// stochastically larger than the other", Annals of Mathematical Statistics 18: the normal
/// approximation with continuity correction and the variance corrected for ties.
/// δ: N. Cliff 1993, "Dominance statistics", Psychological Bulletin 114.
/// Interval: E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson 1988, "Comparing the areas
/// under two or more correlated receiver operating characteristic curves", Biometrics 44: the
/// variance from each value's placement among the other sample.
///
/// Everything up to the last few divisions is counted in whole numbers, so it is exact.
pub fn rank_comparison(first: &[f64], second: &[f64], z: f64) -> Option<RankComparison> {
    if first.is_empty() || second.is_empty() {
        return None;
    }
    let (n, m) = (first.len() as f64, second.len() as f64);
    let placed = Placements::of(first, second);
    let back = Placements::of(second, first);
    // Each pair counts 2 for the smaller, 1 for each in a tie.
    let probability = placed.larger as f64 / (2.0 * n * m);
    let error = (placed.variance(m) / n + back.variance(n) / m).sqrt();
    let known = first.len() > 1 && second.len() > 1 && error > 0.0;
    Some(RankComparison {
        probability,
        interval: known.then(|| Interval {
            low: (probability - z * error).max(0.0),
            high: (probability + z * error).min(1.0),
        }),
        cliffs_delta: (placed.larger as i128 - back.larger as i128) as f64 / (2.0 * n * m),
        p: mann_whitney(placed.larger, back.larger, first, second),
    })
}

/// Doubled placements of the values of one sample among another: for each, twice the number of
/// larger values and once that of equal ones.
struct Placements {
    count: u128,
    larger: u128,
    squares: u128,
}

impl Placements {
    fn of(values: &[f64], others: &[f64]) -> Placements {
        let (mut smaller, mut not_larger) = (0, 0);
        let mut sums = Placements {
            count: values.len() as u128,
            larger: 0,
            squares: 0,
        };
        for value in values {
            while others.get(smaller).is_some_and(|other| other < value) {
                smaller += 1;
            }
            not_larger = not_larger.max(smaller);
            while others.get(not_larger).is_some_and(|other| other <= value) {
                not_larger += 1;
            }
            let twice = (2 * others.len() - smaller - not_larger) as u128;
            sums.larger += twice;
            sums.squares += twice * twice;
        }
        sums
    }

    /// Sample variance of the placements as shares of the `others` values; 0 of one value.
    fn variance(&self, others: f64) -> f64 {
        if self.count < 2 {
            return 0.0;
        }
        let scaled = self.count * self.squares - self.larger * self.larger;
        let count = self.count as f64;
        scaled as f64 / (count * (count - 1.0)) / (4.0 * others * others)
    }
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
