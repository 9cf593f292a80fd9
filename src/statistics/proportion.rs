//! How sure a rate of successes is: Wilson's and Clopper–Pearson's intervals.

use super::special::{ln_binomial, ln_binomial_lower};
use super::{Estimate, Interval, z_of};
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
/// statistical inference", JASA 22). Its ends are the roots of (n + z²)p² − (2k + z²)p + k²/n;
/// the smaller one is computed from their product, so that it keeps its digits near 0.
pub fn wilson(successes: u64, n: u64, confidence: f64) -> Interval {
    let lower = |k: u64| {
        if k == 0 || n == 0 {
            return 0.0;
        }
        let (k, n, z2) = (k as f64, n as f64, z_of(confidence) * z_of(confidence));
        let root = (z2 * (k * (1.0 - k / n) + z2 / 4.0)).sqrt();
        k * k / n / (k + z2 / 2.0 + root)
    };
    let successes = successes.min(n);
    Interval {
        low: lower(successes),
        high: 1.0 - lower(n - successes),
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
