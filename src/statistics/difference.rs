//! How much one rate is above another.

use super::{Estimate, Interval, wilson};

/// p₁ − p₂ with the hybrid score interval of R. G. Newcombe 1998, "Interval estimation for the
/// difference between independent proportions", Statistics in Medicine 17, method 10; `None`
/// if either has no runs.
pub fn newcombe(k1: u64, n1: u64, k2: u64, n2: u64, confidence: f64) -> Option<Estimate> {
    if n1 == 0 || n2 == 0 {
        return None;
    }
    let (p1, p2) = (k1 as f64 / n1 as f64, k2 as f64 / n2 as f64);
    let (w1, w2) = (wilson(k1, n1, confidence), wilson(k2, n2, confidence));
    let difference = p1 - p2;
    Some(Estimate {
        value: difference,
        interval: Interval {
            low: difference - libm::hypot(p1 - w1.low, w2.high - p2),
            high: difference + libm::hypot(w1.high - p1, p2 - w2.low),
        },
    })
}

/// p₁ / p₂; `None` if there are no runs or p₂ is 0.
pub fn ratio(k1: u64, n1: u64, k2: u64, n2: u64) -> Option<f64> {
    let ratio = (k1 as f64 / n1 as f64) / (k2 as f64 / n2 as f64);
    ratio.is_finite().then_some(ratio)
}
