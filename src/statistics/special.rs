//! The special functions behind the tests and intervals, as logarithms so that tails far below
//! 1e-300 keep their digits: the normal tail and quantile, and binomial and hypergeometric
//! probabilities and tails.
//!
//! Probabilities of counts follow C. Loader 2000, "Fast and accurate computation of binomial
//! probabilities": a saddle-point form without the difference of huge logarithms of
//! factorials, which would cost seven digits at a million runs.

use std::f64::consts::{LN_2, PI};

/// ln √(2π).
const LN_SQRT_2PI: f64 = 0.918_938_533_204_672_8;

/// From here on the normal tail is a continued fraction; below, ½ minus a series.
const TAIL_FROM: f64 = 2.0;
/// Depth of the continued fraction: its error at z = 2 is about exp(−2·z·√(2·depth)) < 1e-24.
const DEPTH: u32 = 120;

/// ln of the upper tail of the standard normal distribution at `z` ≥ 0.
///
/// Laplace's continued fraction 1/(z + 1/(z + 2/(z + …))) (Abramowitz & Stegun 1964, 26.2.14);
/// near 0 the series of G. Marsaglia 2004, "Evaluating the normal distribution", eq. 1.
pub fn ln_normal_tail(z: f64) -> f64 {
    let ln_density = -0.5 * z * z - LN_SQRT_2PI;
    if z < TAIL_FROM {
        let (mut term, mut sum, mut odd) = (z, z, 1.0);
        while term > 1e-18 * sum {
            odd += 2.0;
            term *= z * z / odd;
            sum += term;
        }
        return libm::log(0.5 - sum * libm::exp(ln_density));
    }
    let fraction = (1..=DEPTH).rev().fold(z, |rest, k| z + f64::from(k) / rest);
    ln_density - libm::log(fraction)
}

/// ln of the two-sided p-value of a standard normal statistic, whatever its sign.
pub fn two_sided_ln_p(z: f64) -> f64 {
    (LN_2 + ln_normal_tail(z.abs())).min(0.0)
}

/// The z above which a standard normal variable lies with probability `tail` in (0, ½].
///
/// Starts from the rational approximation 26.2.23 of Abramowitz & Stegun 1964 (error < 4.5e-4)
/// and solves ln Q(z) = ln tail by Newton's method.
pub fn normal_quantile(tail: f64) -> f64 {
    let ln_tail = libm::log(tail);
    let t = (-2.0 * ln_tail).sqrt();
    let above = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let below = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    let mut z = (t - above / below).max(0.0);
    for _ in 0..4 {
        let ln_q = ln_normal_tail(z);
        // d ln Q / dz = −density / Q
        let slope = libm::exp(-0.5 * z * z - LN_SQRT_2PI - ln_q);
        z = (z + (ln_q - ln_tail) / slope).max(0.0);
    }
    z
}

/// ln n! minus Stirling's formula ln(√(2πn)·(n/e)ⁿ) (Loader 2000); from n = 16 on by Stirling's
/// series (Abramowitz & Stegun 1964, 6.1.41), whose first six terms leave less than 2e-18.
fn stirling_error(n: f64) -> f64 {
    if n < 16.0 {
        // 15! is exact in f64.
        let factorial = (2..=n as u32).fold(1.0, |product, k| product * f64::from(k));
        return libm::log(factorial) - LN_SQRT_2PI - (n + 0.5) * libm::log(n) + n;
    }
    let square = n * n;
    let terms = [
        1.0 / 12.0,
        1.0 / 360.0,
        1.0 / 1260.0,
        1.0 / 1680.0,
        1.0 / 1188.0,
        691.0 / 360_360.0,
    ];
    let series = terms
        .iter()
        .rev()
        .fold(0.0, |rest, term| term - rest / square);
    series / n
}

/// x·ln(x/mean) + mean − x (Loader 2000), accurate also where x is close to the mean: there it
/// is summed as a series in (x − mean)/(x + mean).
fn deviance(x: f64, mean: f64) -> f64 {
    let difference = x - mean;
    if difference.abs() >= 0.1 * (x + mean) {
        return x * libm::log(x / mean) - difference;
    }
    let v = difference / (x + mean);
    let mut sum = difference * v;
    let mut power = 2.0 * x * v;
    let mut odd = 1.0;
    loop {
        power *= v * v;
        odd += 2.0;
        let next = sum + power / odd;
        if next == sum {
            return sum;
        }
        sum = next;
    }
}

/// ln P(X = k) for X binomial with n trials (Loader 2000); `p` + `q` = 1, each given so that
/// neither loses digits.
pub fn ln_binomial(k: f64, n: f64, p: f64, q: f64) -> f64 {
    if k == 0.0 {
        return n * if p < 0.1 {
            libm::log1p(-p)
        } else {
            libm::log(q)
        };
    }
    if k == n {
        return n * if q < 0.1 {
            libm::log1p(-q)
        } else {
            libm::log(p)
        };
    }
    let corrections = stirling_error(n) - stirling_error(k) - stirling_error(n - k);
    let deviances = deviance(k, n * p) + deviance(n - k, n * q);
    let scale = libm::log(2.0 * PI * k * ((n - k) / n));
    corrections - deviances - 0.5 * scale
}

/// ln P(X ≤ k) for X binomial, summed downwards from k, which must lie below the mean n·p
/// or close to it: terms then fall, the sum needs some √n of them.
pub fn ln_binomial_lower(k: f64, n: f64, p: f64, q: f64) -> f64 {
    let odds = q / p;
    let (mut term, mut sum, mut j) = (1.0, 1.0, k);
    while j > 0.0 {
        term *= j / (n - j + 1.0) * odds;
        j -= 1.0;
        sum += term;
        if term < 1e-18 * sum {
            break;
        }
    }
    ln_binomial(k, n, p, q) + libm::log(sum)
}

/// Margins of a 2 × 2 table: the first cell x is hypergeometric.
#[derive(Debug, Clone, Copy)]
pub struct Hypergeometric {
    /// Sum of the first row.
    pub first: f64,
    /// Sum of the second row.
    pub second: f64,
    /// Sum of the first column.
    pub drawn: f64,
}

impl Hypergeometric {
    /// ln P(X = x), as three binomial probabilities (Loader 2000).
    pub fn ln(&self, x: f64) -> f64 {
        let all = self.first + self.second;
        let (p, q) = (self.drawn / all, (all - self.drawn) / all);
        if p == 0.0 || q == 0.0 {
            return 0.0; // the only table
        }
        ln_binomial(x, self.first, p, q) + ln_binomial(self.drawn - x, self.second, p, q)
            - ln_binomial(self.drawn, all, p, q)
    }

    /// Smallest and largest possible x.
    pub fn range(&self) -> (f64, f64) {
        let low = (self.drawn - self.second).max(0.0);
        (low, self.drawn.min(self.first))
    }

    /// ln P(X ≤ x), for x not far above the mode.
    pub fn ln_lower(&self, x: f64) -> f64 {
        let low = self.range().0;
        let (mut term, mut sum, mut j) = (1.0, 1.0, x);
        while j > low {
            term *= j / (self.first - j + 1.0)
                * ((self.second - self.drawn + j) / (self.drawn - j + 1.0));
            j -= 1.0;
            sum += term;
            if term < 1e-18 * sum {
                break;
            }
        }
        self.ln(x) + libm::log(sum)
    }

    /// The same table with its rows exchanged: x becomes drawn − x.
    pub fn mirrored(&self) -> Hypergeometric {
        Hypergeometric {
            first: self.second,
            second: self.first,
            drawn: self.drawn,
        }
    }
}
