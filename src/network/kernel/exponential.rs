//! exp, sigmoid and tanh, made of the same few exact operations on every backend.
//!
//! exp(−z) = 2^(n/16) · exp(−s) with n = round(−z · 16/ln 2) and s = z + n · ln 2/16, so that
//! |s| ≤ ln 2/32; a table of 16 powers and a short polynomial do the rest (the method of
//! Tang 1989, *Table-driven implementation of the exponential function in IEEE
//! floating-point arithmetic*, ACM TOMS 15:144). Measured errors are in README.md.

use crate::network::lanes::{Element, Lanes};

/// exp(−z) as S and p with exp(−z) = S · (1 + p); z is clamped first.
#[inline(always)]
fn parts<S: Lanes>(simd: S, z: S::Vector) -> (S::Vector, S::Vector) {
    let limit = simd.splat(S::Element::LARGEST_EXPONENT);
    let least = simd.splat(S::Element::from_f64(-S::Element::LARGEST_EXPONENT.to_f64()));
    // z is the second operand, so that NaN stays NaN.
    let z = simd.min(limit, simd.max(least, z));
    let rounder = simd.splat(S::Element::ROUNDER);
    let rounded = simd.neg_mul_add(z, simd.splat(S::Element::SIXTEENTHS), rounder);
    let n = simd.sub(rounded, rounder);
    // The first step is exact: n · STEP_HIGH and z agree but for the bits of s.
    let s = simd.mul_add(n, simd.splat(S::Element::STEP_HIGH), z);
    let s = simd.mul_add(n, simd.splat(S::Element::STEP_LOW), s);
    let mut q = simd.splat(S::Element::SERIES[S::Element::TERMS - 1]);
    for term in (0..S::Element::TERMS - 1).rev() {
        q = simd.mul_add(q, s, simd.splat(S::Element::SERIES[term]));
    }
    let p = simd.mul_sub(simd.mul(s, s), q, s);
    (simd.power(rounded), p)
}

/// exp(−z), for |z| up to [`Element::LARGEST_EXPONENT`] and clamped to that.
#[inline(always)]
pub(super) fn exp_negated<S: Lanes>(simd: S, z: S::Vector) -> S::Vector {
    let (scale, p) = parts(simd, z);
    simd.mul_add(scale, p, scale)
}

/// 1 / (1 + exp(−z))
#[inline(always)]
pub(super) fn sigmoid<S: Lanes>(simd: S, z: S::Vector) -> S::Vector {
    let one = simd.splat(S::Element::from_f64(1.0));
    simd.div(one, simd.add(one, exp_negated(simd, z)))
}

/// tanh z = −e / (2 + e) with e = exp(−2z) − 1, which is p itself near 0.
#[inline(always)]
pub(super) fn tanh<S: Lanes>(simd: S, z: S::Vector) -> S::Vector {
    let (scale, p) = parts(simd, simd.add(z, z));
    let one = simd.splat(S::Element::from_f64(1.0));
    let two = simd.splat(S::Element::from_f64(2.0));
    let e = simd.mul_add(scale, p, simd.sub(scale, one));
    simd.div(
        simd.sub(simd.splat(S::Element::from_f64(0.0)), e),
        simd.add(two, e),
    )
}

#[cfg(test)]
mod tests;
