//! The shape of an answer: an estimate with its confidence interval, and a p-value that is
//! never 0.

use super::special::normal_quantile;

/// Ends of a confidence interval, both included, in the unit of what they enclose.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// An estimate with its confidence interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// Its interval, in the same unit.
    pub interval: Interval,
}

/// A p-value from its natural logarithm: at most 1, at least the smallest normal f64.
pub fn p_value(ln_p: f64) -> f64 {
    libm::exp(ln_p).clamp(f64::MIN_POSITIVE, 1.0)
}

/// The normal quantile z of a two-sided interval: 1.96 for a confidence of 0.95.
pub fn z_of(confidence: f64) -> f64 {
    normal_quantile((1.0 - confidence) / 2.0)
}
