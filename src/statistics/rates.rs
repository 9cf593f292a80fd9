//! Rates of success: how sure one is (Wilson's and Clopper–Pearson's intervals), whether one
//! passes a bound (the exact binomial test), how far two are apart (Newcombe's intervals), and
//! exact tests of whether they differ at all: McNemar's for paired seeds, Fisher's for
//! independent ones.
//!
//! Letters: k successes in n runs, p = k/n; with two rates, 1 and 2 say which.

use std::f64::consts::LN_2;

use super::estimate::{Estimate, Interval, p_value, z_of};
use super::special::{Hypergeometric, ln_binomial, ln_binomial_lower};
use crate::manifest::{IntervalMethod, StatisticsSettings};

/// k of n with the interval that the settings ask for; `None` of no runs.
pub fn rate(successes: u64, n: u64, settings: &StatisticsSettings) -> Option<Estimate> {
    (n > 0).then(|| Estimate {
        value: successes as f64 / n as f64,
        interval: rate_interval(successes, n, settings),
    })
}

/// The interval of a rate of `successes` in `n`; 0 to 1 if n is 0, when nothing is known.
pub fn rate_interval(successes: u64, n: u64, settings: &StatisticsSettings) -> Interval {
    match settings.interval {
        IntervalMethod::Wilson => wilson(successes, n, settings.confidence),
        IntervalMethod::ClopperPearson => clopper_pearson(successes, n, settings.confidence),
    }
}

/// Wilson's score interval (E. B. Wilson 1927, "Probable inference, the law of succession, and
/// statistical inference", JASA 22).
pub fn wilson(successes: u64, n: u64, confidence: f64) -> Interval {
    let successes = successes.min(n);
    let failures = (n - successes) as f64;
    score_interval(successes as f64, failures, z_of(confidence))
}

/// The same of counts that need not be whole. Its ends are the roots of
/// (n + z²)p² − (2k + z²)p + k²/n; the smaller one is computed from their product, so that it
/// keeps its digits near 0.
pub fn score_interval(successes: f64, failures: f64, z: f64) -> Interval {
    let (n, z2) = (successes + failures, z * z);
    let lower = |k: f64| {
        if k == 0.0 || n == 0.0 {
            return 0.0;
        }
        let root = (z2 * (k * (1.0 - k / n) + z2 / 4.0)).sqrt();
        k * k / n / (k + z2 / 2.0 + root)
    };
    Interval {
        low: lower(successes),
        high: 1.0 - lower(failures),
    }
}

/// The exact interval (C. J. Clopper and E. S. Pearson 1934, "The use of confidence or fiducial
/// limits illustrated in the case of the binomial", Biometrika 26): the rates at which k or
/// more, or k or fewer, successes have probability (1 − confidence)/2.
pub fn clopper_pearson(successes: u64, n: u64, confidence: f64) -> Interval {
    let ln_tail = libm::log((1.0 - confidence) / 2.0);
    let successes = successes.min(n);
    Interval {
        low: exact_lower(successes, n, ln_tail),
        high: 1.0 - exact_lower(n - successes, n, ln_tail),
    }
}

/// The rate p at which P(X ≥ k) has the logarithm `ln_tail`, for X binomial with n trials.
///
/// Newton's method on ln P as a function of ln p, inside a bracket: dP/dp = k·P(X = k)/p.
fn exact_lower(k: u64, n: u64, ln_tail: f64) -> f64 {
    if k == 0 {
        return 0.0;
    }
    let (k, n) = (k as f64, n as f64);
    if k == n {
        return libm::exp(ln_tail / n);
    }
    let (mut below, mut above) = (0.0, k / n);
    // A start well inside the bracket: Wilson's lower end with z² = −2 ln tail.
    let z2 = -2.0 * ln_tail;
    let mut p = k * k / n / (k + z2 / 2.0 + (z2 * (k * (1.0 - k / n) + z2 / 4.0)).sqrt());
    for _ in 0..200 {
        // P(X ≥ k) is P(failures ≤ n − k).
        let ln_upper = ln_binomial_lower(n - k, n, 1.0 - p, p);
        if ln_upper > ln_tail {
            above = p;
        } else {
            below = p;
        }
        let slope = k * libm::exp(ln_binomial(k, n, p, 1.0 - p) - ln_upper);
        let mut next = p * libm::exp((ln_tail - ln_upper) / slope);
        if !(next > below && next < above) {
            next = below + (above - below) / 2.0;
        }
        if (next - p).abs() <= 1e-15 * p {
            return next;
        }
        p = next;
    }
    p
}

/// p of the exact one-sided test that the rate of `successes` in `n` is at most `bound`, against
/// that it is more: P(X ≥ k) for X binomial with that rate; 1 of no runs.
pub fn exact_above(successes: u64, n: u64, bound: f64) -> f64 {
    let failures = n.saturating_sub(successes) as f64;
    // P(X ≥ k) is P(failures ≤ n − k).
    p_value(ln_binomial_lower(failures, n as f64, 1.0 - bound, bound).min(0.0))
}

/// Runs of two models from the same seeds, by which of the two succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pairs {
    /// Seeds with which both did.
    pub both: u64,
    /// Seeds with which only the first did.
    pub only_first: u64,
    /// Seeds with which only the second did.
    pub only_second: u64,
    /// Seeds with which neither did.
    pub neither: u64,
}

impl Pairs {
    /// How many seeds.
    pub fn seeds(&self) -> u64 {
        self.both + self.only_first + self.only_second + self.neither
    }

    /// The correlation φ of the two successes, corrected for continuity as in Newcombe's method
    /// 10: where it is positive, ad − bc is made smaller by n/2, down to 0. 0 if one of the two
    /// always or never succeeded.
    fn correlation(&self) -> f64 {
        let [a, b, c, d] =
            [self.both, self.only_first, self.only_second, self.neither].map(|count| count as f64);
        let margins = ((a + b) * (c + d)).sqrt() * ((a + c) * (b + d)).sqrt();
        if margins == 0.0 {
            return 0.0;
        }
        let product = a * d - b * c;
        let corrected = if product > 0.0 {
            (product - (a + b + c + d) / 2.0).max(0.0)
        } else {
            product
        };
        corrected / margins
    }
}

/// p₁ − p₂ of the same seeds with the interval of R. G. Newcombe 1998, "Improved confidence
/// intervals for the difference between binomial proportions based on paired data", Statistics
/// in Medicine 17, p. 2635, method 10: Wilson's intervals, joined by the correlation of the two.
/// `None` of no seeds.
pub fn newcombe_paired(pairs: Pairs, confidence: f64) -> Option<Estimate> {
    let n = pairs.seeds();
    let first = wilson_rate(pairs.both + pairs.only_first, n, confidence)?;
    let second = wilson_rate(pairs.both + pairs.only_second, n, confidence)?;
    let difference = first.minus(&second, pairs.correlation());
    // From whole numbers: equal rates differ by 0 and not by what rounding leaves.
    let value = (pairs.only_first as f64 - pairs.only_second as f64) / n as f64;
    Some(Estimate {
        value,
        ..difference
    })
}

/// p₁ − p₂ of unrelated seeds with the hybrid score interval of R. G. Newcombe 1998, "Interval
/// estimation for the difference between independent proportions", Statistics in Medicine 17,
/// p. 873, method 10; `None` if either has no runs.
pub fn newcombe(k1: u64, n1: u64, k2: u64, n2: u64, confidence: f64) -> Option<Estimate> {
    let first = wilson_rate(k1, n1, confidence)?;
    Some(first.minus(&wilson_rate(k2, n2, confidence)?, 0.0))
}

/// k of n with Wilson's interval; `None` of no runs.
fn wilson_rate(successes: u64, n: u64, confidence: f64) -> Option<Estimate> {
    (n > 0).then(|| Estimate {
        value: successes as f64 / n as f64,
        interval: wilson(successes, n, confidence),
    })
}

/// Which of n values in ascending order, counted from 1, are the ends of an exact interval of
/// the quantile `share` of what they are drawn from (W. R. Thompson 1936, "On confidence ranges
/// for the median and other expectation distributions for populations of unknown distribution
/// form", Annals of Mathematical Statistics 7): the largest l and the smallest u for which
/// P(X < l) and P(X ≥ u) are at most (1 − confidence)/2, X binomial. `None` for an end that n
/// values are too few for.
pub fn order_statistics(n: u64, share: f64, confidence: f64) -> [Option<u64>; 2] {
    let below = lower_rank(n, share, confidence);
    // The upper end is the lower one counted from above.
    let above = lower_rank(n, 1.0 - share, confidence);
    [below, above.map(|rank| n + 1 - rank)]
}

/// The largest l ≥ 1 for which P(X ≤ l − 1) is at most (1 − confidence)/2.
fn lower_rank(n: u64, share: f64, confidence: f64) -> Option<u64> {
    let ln_tail = libm::log((1.0 - confidence) / 2.0);
    let rare = |k: u64| ln_binomial_lower(k as f64, n as f64, share, 1.0 - share) <= ln_tail;
    if n == 0 || !rare(0) {
        return None;
    }
    // Above the mean, P(X ≤ k) is some half and more.
    let (mut rank, mut too_high) = (0, (n as f64 * share).floor() as u64 + 1);
    while too_high - rank > 1 {
        let middle = rank + (too_high - rank) / 2;
        if rare(middle) {
            rank = middle;
        } else {
            too_high = middle;
        }
    }
    Some(rank + 1)
}

/// p₁ / p₂; `None` if there are no runs or p₂ is 0.
pub fn ratio(k1: u64, n1: u64, k2: u64, n2: u64) -> Option<f64> {
    let ratio = (k1 as f64 / n1 as f64) / (k2 as f64 / n2 as f64);
    ratio.is_finite().then_some(ratio)
}

/// Tables whose probabilities differ by less than this, relatively, count as equally probable.
const TIE: f64 = 1e-10;

/// McNemar's exact test (Q. McNemar 1947, "Note on the sampling error of the difference
/// between correlated proportions or percentages", Psychometrika 12): `b` pairs in which only
/// the one succeeded and `c` in which only the other did. Two-sided: twice the smaller tail of
/// the binomial with probability ½, at most 1.
pub fn mcnemar_exact(b: u64, c: u64) -> f64 {
    if b == c {
        return 1.0;
    }
    let ln_tail = ln_binomial_lower(b.min(c) as f64, (b + c) as f64, 0.5, 0.5);
    p_value(LN_2 + ln_tail)
}

/// Fisher's exact test (R. A. Fisher 1935, "The logic of inductive inference", JRSS 98) of
/// `k1` successes in `n1` against `k2` in `n2`. Two-sided: the probability of all tables with
/// the same margins that are no more probable than the one observed, as in R and SciPy.
pub fn fisher_exact(k1: u64, n1: u64, k2: u64, n2: u64) -> f64 {
    let mut x = k1 as f64;
    let mut tables = Hypergeometric {
        first: n1 as f64,
        second: n2 as f64,
        drawn: (k1 + k2) as f64,
    };
    // The mode lies within one of the mean; look at the table from the side of the lower tail.
    if x * (tables.first + tables.second) > tables.first * tables.drawn {
        x = tables.drawn - x;
        tables = tables.mirrored();
    }
    let ln_observed = tables.ln(x);
    let Some(other) = other_tail(&tables, x, ln_observed) else {
        return p_value(tables.ln_lower(x));
    };
    if other <= x + 1.0 {
        return 1.0; // the observed table is the most probable
    }
    let ln_lower = tables.ln_lower(x);
    let ln_upper = tables.mirrored().ln_lower(tables.drawn - other);
    // ln(exp(a) + exp(b)) from the larger.
    let (large, small) = (ln_lower.max(ln_upper), ln_lower.min(ln_upper));
    p_value(large + libm::log1p(libm::exp(small - large)))
}

/// The smallest table above `x` that starts the other tail: it and all above are no more
/// probable than the one observed. `None` if there is no such table.
fn other_tail(tables: &Hypergeometric, x: f64, ln_observed: f64) -> Option<f64> {
    let mode = ((tables.drawn + 1.0) * (tables.first + 1.0) / (tables.first + tables.second + 2.0))
        .floor()
        .max(x);
    let last = tables.range().1;
    if tables.first == tables.second {
        // Symmetric: the mirror image is exactly as probable.
        return Some((tables.drawn - x).max(x));
    }
    let as_rare = |table: f64| tables.ln(table) <= ln_observed + TIE;
    if as_rare(mode) {
        return Some(mode.min(x + 1.0));
    }
    if !as_rare(last) {
        return None;
    }
    let (mut common, mut rare) = (mode, last);
    while rare - common > 1.0 {
        let middle = ((common + rare) / 2.0).floor();
        if as_rare(middle) {
            rare = middle;
        } else {
            common = middle;
        }
    }
    Some(rare)
}
