//! The epochs at which loss curves are kept.

/// Distinct whole epochs from 1 to `limit`, ascending and as evenly spaced on a log axis as
/// whole numbers allow: the rounded powers of limit^(1/(points − 1)), so at most `points`.
///
/// Only multiplications, additions and comparisons are used: unlike `powf`, they give the
/// same bits on every platform.
pub fn log_spaced(limit: u64, points: u64) -> Vec<u64> {
    let steps = points.saturating_sub(1);
    if limit <= 1 || steps == 0 {
        return vec![limit.max(1)];
    }
    let ratio = root(limit as f64, steps);
    let mut epochs = vec![1];
    for step in 1..steps {
        // Half up: floor(x + 0.5). Above 2^52 every f64 is whole and the half would round.
        let value = power(ratio, step);
        let epoch = if value < 4e15 {
            (value + 0.5) as u64
        } else {
            value as u64
        };
        if epoch < limit && epochs.last().is_some_and(|last| epoch > *last) {
            epochs.push(epoch);
        }
    }
    epochs.push(limit);
    epochs
}

/// The `degree`-th root of `value` ≥ 1 by bisection.
fn root(value: f64, degree: u64) -> f64 {
    let (mut low, mut high) = (1.0, value);
    // 1,100 halvings would exhaust any f64 interval; some 60 do for these.
    for _ in 0..1_100 {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        if power(middle, degree) < value {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// base^exponent by repeated squaring.
fn power(base: f64, exponent: u64) -> f64 {
    let (mut result, mut square, mut rest) = (1.0, base, exponent);
    while rest > 0 {
        if rest & 1 == 1 {
            result *= square;
        }
        square *= square;
        rest >>= 1;
    }
    result
}
