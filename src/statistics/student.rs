//! Student's t: the quantile that makes an interval of a mean whose spread is itself estimated
//! (Student 1908, "The probable error of a mean", Biometrika 6).

use std::f64::consts::{FRAC_1_PI, PI};

use super::estimate::z_of;

/// From this many half degrees of freedom on, Γ(a + ½)/Γ(a) is a series.
const SERIES_FROM: f64 = 64.0;

/// The quantile t of a two-sided interval with so many degrees of freedom: 12.7 for a
/// confidence of 0.95 and 1, 1.96 for very many. `None` of 0.
///
/// Newton's method on the logarithm of the tail as a function of ln t, which heavy tails make
/// nearly straight, from the normal quantile, which is below.
pub fn t_of(confidence: f64, freedom: u64) -> Option<f64> {
    if freedom == 0 {
        return None;
    }
    let freedom = freedom as f64;
    let ln_wanted = libm::log((1.0 - confidence) / 2.0);
    let mut t = z_of(confidence);
    for _ in 0..60 {
        let (tail, density) = tail_and_density(t, freedom);
        let step = tail * (libm::log(tail) - ln_wanted) / (density * t);
        t *= libm::exp(step);
        if step.abs() < 1e-15 {
            break;
        }
    }
    Some(t)
}

/// The two-sided p-value of `t` with so many degrees of freedom: at most 1, never 0. `None` of 0
/// degrees, and of a t that is no number.
pub fn p_of(t: f64, freedom: u64) -> Option<f64> {
    if freedom == 0 || t.is_nan() {
        return None;
    }
    let tail = match t.abs() {
        0.0 => 0.5,
        // Beyond this the square is infinite.
        t if t > 1e150 => 0.0,
        t => tail_and_density(t, freedom as f64).0,
    };
    Some((2.0 * tail).clamp(f64::MIN_POSITIVE, 1.0))
}

/// P(T > t) and the density of T at `t` > 0.
///
/// The tail is ½·Iₓ(a, ½) with a half the degrees of freedom and x = freedom/(freedom + t²)
/// (Abramowitz & Stegun 1964, 26.7.1), the incomplete beta function by its continued fraction
/// on the side where that converges fast (26.5.8).
fn tail_and_density(t: f64, freedom: f64) -> (f64, f64) {
    let a = freedom / 2.0;
    let square = t * t / freedom;
    let (x, rest) = (1.0 / (1.0 + square), square / (1.0 + square));
    // x^a·√(1 − x)/B(a, ½), of which the density is a part too.
    let power = libm::exp(-a * libm::log1p(square));
    let front = power * rest.sqrt() * gamma_ratio(a) * FRAC_1_PI.sqrt();
    let density = power * x.sqrt() * gamma_ratio(a) / (PI * freedom).sqrt();
    let tail = if x < (a + 1.0) / (a + 2.5) {
        0.5 * front / a * fraction(x, a, 0.5)
    } else {
        0.5 - front * fraction(rest, 0.5, a)
    };
    (tail, density)
}

/// Γ(a + ½)/Γ(a) for a = ½, 1, 1½, …: by recursion, and from [`SERIES_FROM`] on by the series in
/// 1/a (Abramowitz & Stegun 1964, 6.1.47).
fn gamma_ratio(a: f64) -> f64 {
    if a >= SERIES_FROM {
        let terms = [
            1.0,
            -1.0 / 8.0,
            1.0 / 128.0,
            5.0 / 1024.0,
            -21.0 / 32768.0,
            -399.0 / 262_144.0,
        ];
        return a.sqrt() * terms.iter().rev().fold(0.0, |rest, term| term + rest / a);
    }
    let whole = a.fract() == 0.0;
    let (mut at, mut ratio) = if whole {
        (1.0, PI.sqrt() / 2.0)
    } else {
        (0.5, FRAC_1_PI.sqrt())
    };
    while at < a {
        ratio *= (at + 0.5) / at;
        at += 1.0;
    }
    ratio
}

/// The continued fraction of the incomplete beta function, without what stands before it
/// (Abramowitz & Stegun 1964, 26.5.8), by W. J. Lentz's method (1976, Applied Optics 15).
fn fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away_from_0 = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut d = 1.0 / away_from_0(1.0 - (a + b) * x / (a + 1.0));
    let (mut c, mut value) = (1.0, d);
    let mut m = 0.0;
    loop {
        m += 1.0;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for term in [even, odd] {
            d = 1.0 / away_from_0(1.0 + term * d);
            c = away_from_0(1.0 + term / c);
            change = c * d;
            value *= change;
        }
        // √a steps are enough; the bound only guards against a fraction that never settles.
        if (change - 1.0).abs() < 1e-16 || m > 1e6 {
            return value;
        }
    }
}
