//! The shape of an answer: an estimate with its confidence interval or its standard error, the
//! difference of two, and a p-value that is never 0.

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

/// A number that runs gave, with the standard error that other seeds would show in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Simulated {
    /// The number.
    pub value: f64,
    /// Its Monte Carlo standard error, in the same unit (T. P. Morris, I. R. White and
    /// M. J. Crowther 2019, "Using simulation studies to evaluate statistical methods",
    /// Statistics in Medicine 38); `None` of too few runs to know it.
    pub mcse: Option<f64>,
}

impl Estimate {
    /// This minus another, with an interval recovered from both (G. Y. Zou and A. Donner 2008,
    /// "Construction of confidence limits about effect measures: a general approach",
    /// Statistics in Medicine 27): the distances to the ends are the standard errors on that
    /// side, and `correlation` is that of the two estimates, 0 if nothing pairs them.
    pub fn minus(&self, other: &Estimate, correlation: f64) -> Estimate {
        let apart = |one: f64, two: f64| {
            let square = one * one - 2.0 * correlation * one * two + two * two;
            // Rounding may leave less than nothing where the two are one.
            square.max(0.0).sqrt()
        };
        let [below, above] = self.distances();
        let [other_below, other_above] = other.distances();
        let value = self.value - other.value;
        Estimate {
            value,
            interval: Interval {
                low: value - apart(below, other_above),
                high: value + apart(above, other_below),
            },
        }
    }

    /// From the value down to the lower end, and up to the upper one.
    fn distances(&self) -> [f64; 2] {
        [
            self.value - self.interval.low,
            self.interval.high - self.value,
        ]
    }
}

/// A p-value from its natural logarithm: at most 1, at least the smallest normal f64.
pub fn p_value(ln_p: f64) -> f64 {
    libm::exp(ln_p).clamp(f64::MIN_POSITIVE, 1.0)
}

/// The normal quantile z of a two-sided interval: 1.96 for a confidence of 0.95.
pub fn z_of(confidence: f64) -> f64 {
    normal_quantile((1.0 - confidence) / 2.0)
}
