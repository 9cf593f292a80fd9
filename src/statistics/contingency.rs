//! Exact tests of counts: McNemar's for paired seeds, Fisher's for independent ones.
//!
//! Both return p-values that follow [`super::p_value`]: never 0.

use std::f64::consts::LN_2;

use super::p_value;
use super::special::{Hypergeometric, ln_binomial_lower};

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
