//! Vectors of L floating-point lanes behind one trait: the only place with unsafe code.
//!
//! A backend is a token type that can only be obtained where the processor has its
//! instructions ([`detect`], `run`). Every operation is IEEE 754 exact or stated here to
//! the last bit, so that all backends give the same bits; lanes never interact.

#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod backend;
#[cfg(target_arch = "aarch64")]
mod neon;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod processor;
mod product;
mod scalar;
#[cfg(test)]
mod tests;
mod wide;

pub use backend::{Backend, Generic, detect, run_f32, run_f64};
pub use product::{Across, Along, Matrix, Own, Product, Shared, Start};
pub use wide::Wide;

use std::fmt::Debug;

/// A floating-point type that networks are trained in.
pub trait Element: Copy + PartialEq + PartialOrd + Debug + Send + Sync + 'static {
    /// 16 / ln 2.
    const SIXTEENTHS: Self;
    /// 1.5 · 2^(significand bits − 1): adding it rounds to an integer in the low bits.
    const ROUNDER: Self;
    /// ln 2 / 16, rounded.
    const STEP_HIGH: Self;
    /// What ln 2 / 16 loses by that rounding.
    const STEP_LOW: Self;
    /// Largest |x| whose exponential is computed; beyond, x is clamped.
    const LARGEST_EXPONENT: Self;
    /// Coefficients of s², s³, … in exp(−s) − 1 + s for |s| ≤ ln 2 / 32; as many as are used.
    const SERIES: [Self; 5];
    /// How many of them.
    const TERMS: usize;

    /// Rounds to this type.
    fn from_f64(value: f64) -> Self;
    /// Exact.
    fn to_f64(self) -> f64;
}

/// Bits of 2^(j/16) less j·2^48, so that adding n·2^48 for n = 16k + j gives 2^(n/16).
pub(crate) const POWERS_F64: [u64; 16] = [
    0x3ff0000000000000,
    0x3fefb5586cf9890f,
    0x3fef72b83c7d517b,
    0x3fef387a6e756238,
    0x3fef06fe0a31b715,
    0x3feedea64c123422,
    0x3feebfdad5362a27,
    0x3feeab07dd485429,
    0x3feea09e667f3bcd,
    0x3feea11473eb0187,
    0x3feeace5422aa0db,
    0x3feec49182a3f090,
    0x3feee89f995ad3ad,
    0x3fef199bdd85529c,
    0x3fef5818dcfba487,
    0x3fefa4afa2a490da,
];

/// The same in single precision: bits of 2^(j/16) less j·2^19.
pub(crate) const POWERS_F32: [u32; 16] = [
    0x3f800000, 0x3f7daac3, 0x3f7b95c2, 0x3f79c3d3, 0x3f7837f0, 0x3f76f532, 0x3f75fed7, 0x3f75583f,
    0x3f7504f3, 0x3f7508a4, 0x3f75672a, 0x3f76248c, 0x3f7744fd, 0x3f78ccdf, 0x3f7ac0c7, 0x3f7d257d,
];

impl Element for f64 {
    const SIXTEENTHS: f64 = 23.083120654223414;
    const ROUNDER: f64 = 6755399441055744.0;
    const STEP_HIGH: f64 = 0.04332169878499658;
    const STEP_LOW: f64 = 1.4494042586539372e-18;
    const LARGEST_EXPONENT: f64 = 708.0;
    // Remez exchange for the absolute error of s²·q(s): 1.2e-17, a tenth of an ulp of 1.
    const SERIES: [f64; 5] = [
        0.5000000000000006,
        -0.16666666664416968,
        0.041666666659647446,
        -0.008333471951051991,
        0.001388912913898929,
    ];
    const TERMS: usize = 5;

    #[inline(always)]
    fn from_f64(value: f64) -> f64 {
        value
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        self
    }
}

impl Element for f32 {
    const SIXTEENTHS: f32 = 23.083_12;
    const ROUNDER: f32 = 12582912.0;
    const STEP_HIGH: f32 = 0.043_321_7;
    const STEP_LOW: f32 = -1.190_408_9e-10;
    const LARGEST_EXPONENT: f32 = 87.0;
    // The term of s⁴ is spread over s², where it costs least: error 1.6e-9, 1/37 ulp of 1.
    const SERIES: [f32; 5] = [0.500_016_2, -0.166_666_67, 0.0, 0.0, 0.0];
    const TERMS: usize = 2;

    #[inline(always)]
    fn from_f64(value: f64) -> f32 {
        value as f32
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
}

/// Something to do under a backend's instructions. Implementations mark `run` and all it
/// calls `#[inline(always)]`, so that it is compiled for those instructions.
pub trait Work {
    /// What it gives.
    type Output;
    /// Does it.
    fn run(self) -> Self::Output;
}

/// Vectors of L lanes. The value itself is the proof that the processor has the instructions.
pub trait Lanes: Copy + Send + Sync + 'static {
    /// What a lane holds.
    type Element: Element;
    /// L elements.
    type Vector: Copy + Send;
    /// L truth values.
    type Mask: Copy;
    /// L, at most 64.
    const LANES: usize;
    /// How many of the processor's vectors make up one of these.
    const UNROLL: usize = 1;
    /// Whether kernels of fixed size are worth their code on this backend.
    const SPECIALISED: bool;
    /// A tile of so many sums by so many stays in the processor's registers, beside what a
    /// multiply-add of each of them needs; at most 6 by 4.
    const TILE: (usize, usize);

    /// Runs `work` compiled for this backend's instructions.
    fn vectorize<W: Work>(self, work: W) -> W::Output;
    /// The same value in every lane.
    fn splat(self, value: Self::Element) -> Self::Vector;
    /// a + b
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// a − b
    fn sub(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// a · b
    fn mul(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// a / b
    fn div(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// a · b + c, rounded once.
    fn mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector;
    /// a · b − c, rounded once.
    fn mul_sub(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector;
    /// c − a · b, rounded once.
    fn neg_mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector;
    /// `if a > b { a } else { b }`: b when either is not a number.
    #[inline(always)]
    fn max(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        self.select(self.less(b, a), a, b)
    }
    /// `if a < b { a } else { b }`: b when either is not a number.
    #[inline(always)]
    fn min(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        self.select(self.less(a, b), a, b)
    }
    /// |a|
    fn abs(self, a: Self::Vector) -> Self::Vector;
    /// 2^(n/16), exact to half an ulp, for the integer n that adding [`Element::ROUNDER`]
    /// left in the low bits of `rounded`. Any bits when `rounded` is not such a sum.
    fn power(self, rounded: Self::Vector) -> Self::Vector;
    /// The same of two vectors: some processors look up twice as many at once as well.
    #[inline(always)]
    fn power_pair(self, a: Self::Vector, b: Self::Vector) -> [Self::Vector; 2] {
        [self.power(a), self.power(b)]
    }
    /// Every lane true.
    fn all(self) -> Self::Mask;
    /// a < b; false when either is not a number.
    fn less(self, a: Self::Vector, b: Self::Vector) -> Self::Mask;
    /// Both.
    fn and(self, a: Self::Mask, b: Self::Mask) -> Self::Mask;
    /// `if mask { a } else { b }` in every lane, without a branch: for functions in pieces (ReLU
    /// and leaky ReLU and their slopes by the sign of a value, errors below a margin). With
    /// [`max`](Lanes::max), [`abs`](Lanes::abs) and [`div`](Lanes::div) it is all that ReLU,
    /// leaky ReLU and softsign need.
    fn select(self, mask: Self::Mask, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// Lane l as bit l.
    fn bits(self, mask: Self::Mask) -> u64;
    /// The lanes of a vector.
    fn lanes(vector: &Self::Vector) -> &[Self::Element];
    /// The lanes of a vector, to be changed.
    fn lanes_mut(vector: &mut Self::Vector) -> &mut [Self::Element];
}
