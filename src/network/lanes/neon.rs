//! 128-bit vectors of 64-bit ARM: 2 networks in double, 4 in single precision.

use std::arch::aarch64::*;

use super::{Lanes, POWERS_F32, POWERS_F64, Work};

/// Two networks in double precision.
#[derive(Debug, Clone, Copy)]
pub struct NeonF64(());

impl NeonF64 {
    /// The proof that this processor has the instructions, if it has.
    pub fn new() -> Option<Self> {
        (std::arch::is_aarch64_feature_detected!("neon")).then_some(Self(()))
    }
}

impl Lanes for NeonF64 {
    type Element = f64;
    type Vector = float64x2_t;
    type Mask = uint64x2_t;
    const LANES: usize = 2;
    const SPECIALISED: bool = true;

    #[inline(always)]
    fn vectorize<W: Work>(self, work: W) -> W::Output {
        #[target_feature(enable = "neon")]
        fn inner<W: Work>(work: W) -> W::Output {
            work.run()
        }
        // SAFETY: `self` exists only where the processor has these features.
        unsafe { inner(work) }
    }
    #[inline(always)]
    fn splat(self, value: f64) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { vdupq_n_f64(value) }
    }
    #[inline(always)]
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { vaddq_f64(a, b) }
    }
    #[inline(always)]
    fn sub(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { vsubq_f64(a, b) }
    }
    #[inline(always)]
    fn mul(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { vmulq_f64(a, b) }
    }
    #[inline(always)]
    fn div(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { vdivq_f64(a, b) }
    }
    #[inline(always)]
    fn mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { vfmaq_f64(c, a, b) }
    }
    #[inline(always)]
    fn mul_sub(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { vfmaq_f64(vnegq_f64(c), a, b) }
    }
    #[inline(always)]
    fn neg_mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { vfmsq_f64(c, a, b) }
    }
    #[inline(always)]
    fn max(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { vbslq_f64(vcgtq_f64(a, b), a, b) }
    }
    #[inline(always)]
    fn min(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { vbslq_f64(vcltq_f64(a, b), a, b) }
    }
    #[inline(always)]
    fn abs(self, a: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { vabsq_f64(a) }
    }
    #[inline(always)]
    fn power(self, rounded: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has these instructions; 2 elements are read.
        unsafe {
            let bits = vreinterpretq_u64_f64(rounded);
            let powers = [
                POWERS_F64[(vgetq_lane_u64::<0>(bits) & 15) as usize],
                POWERS_F64[(vgetq_lane_u64::<1>(bits) & 15) as usize],
            ];
            let power = vld1q_u64(powers.as_ptr());
            vreinterpretq_f64_u64(vaddq_u64(power, vshlq_n_u64::<48>(bits)))
        }
    }
    #[inline(always)]
    fn all(self) -> Self::Mask {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { vdupq_n_u64(u64::MAX) }
    }
    #[inline(always)]
    fn less(self, a: Self::Vector, b: Self::Vector) -> Self::Mask {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { vcltq_f64(a, b) }
    }
    #[inline(always)]
    fn and(self, a: Self::Mask, b: Self::Mask) -> Self::Mask {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { vandq_u64(a, b) }
    }
    #[inline(always)]
    fn bits(self, mask: Self::Mask) -> u64 {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { ((vgetq_lane_u64::<0>(mask) & 1) << 0) | ((vgetq_lane_u64::<1>(mask) & 1) << 1) }
    }
    #[inline(always)]
    fn lanes(vector: &Self::Vector) -> &[f64] {
        // SAFETY: the vector is exactly 2 elements in a row.
        unsafe { std::slice::from_raw_parts(std::ptr::from_ref(vector).cast(), 2) }
    }
    #[inline(always)]
    fn lanes_mut(vector: &mut Self::Vector) -> &mut [f64] {
        // SAFETY: the vector is exactly 2 elements in a row, borrowed exclusively.
        unsafe { std::slice::from_raw_parts_mut(std::ptr::from_mut(vector).cast(), 2) }
    }
}

/// Four networks in single precision.
#[derive(Debug, Clone, Copy)]
pub struct NeonF32(());

impl NeonF32 {
    /// The proof that this processor has the instructions, if it has.
    pub fn new() -> Option<Self> {
        (std::arch::is_aarch64_feature_detected!("neon")).then_some(Self(()))
    }
}

impl Lanes for NeonF32 {
    type Element = f32;
    type Vector = float32x4_t;
    type Mask = uint32x4_t;
    const LANES: usize = 4;
    const SPECIALISED: bool = true;

    #[inline(always)]
    fn vectorize<W: Work>(self, work: W) -> W::Output {
        #[target_feature(enable = "neon")]
        fn inner<W: Work>(work: W) -> W::Output {
            work.run()
        }
        // SAFETY: `self` exists only where the processor has these features.
        unsafe { inner(work) }
    }
    #[inline(always)]
    fn splat(self, value: f32) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { vdupq_n_f32(value) }
    }
    #[inline(always)]
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { vaddq_f32(a, b) }
    }
    #[inline(always)]
    fn sub(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { vsubq_f32(a, b) }
    }
    #[inline(always)]
    fn mul(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { vmulq_f32(a, b) }
    }
    #[inline(always)]
    fn div(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { vdivq_f32(a, b) }
    }
    #[inline(always)]
    fn mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { vfmaq_f32(c, a, b) }
    }
    #[inline(always)]
    fn mul_sub(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { vfmaq_f32(vnegq_f32(c), a, b) }
    }
    #[inline(always)]
    fn neg_mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { vfmsq_f32(c, a, b) }
    }
    #[inline(always)]
    fn max(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { vbslq_f32(vcgtq_f32(a, b), a, b) }
    }
    #[inline(always)]
    fn min(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { vbslq_f32(vcltq_f32(a, b), a, b) }
    }
    #[inline(always)]
    fn abs(self, a: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { vabsq_f32(a) }
    }
    #[inline(always)]
    fn power(self, rounded: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has these instructions; 4 elements are read.
        unsafe {
            let bits = vreinterpretq_u32_f32(rounded);
            let powers = [
                POWERS_F32[(vgetq_lane_u32::<0>(bits) & 15) as usize],
                POWERS_F32[(vgetq_lane_u32::<1>(bits) & 15) as usize],
                POWERS_F32[(vgetq_lane_u32::<2>(bits) & 15) as usize],
                POWERS_F32[(vgetq_lane_u32::<3>(bits) & 15) as usize],
            ];
            let power = vld1q_u32(powers.as_ptr());
            vreinterpretq_f32_u32(vaddq_u32(power, vshlq_n_u32::<19>(bits)))
        }
    }
    #[inline(always)]
    fn all(self) -> Self::Mask {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { vdupq_n_u32(u32::MAX) }
    }
    #[inline(always)]
    fn less(self, a: Self::Vector, b: Self::Vector) -> Self::Mask {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { vcltq_f32(a, b) }
    }
    #[inline(always)]
    fn and(self, a: Self::Mask, b: Self::Mask) -> Self::Mask {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { vandq_u32(a, b) }
    }
    #[inline(always)]
    fn bits(self, mask: Self::Mask) -> u64 {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe {
            (u64::from(vgetq_lane_u32::<0>(mask) & 1) << 0)
                | (u64::from(vgetq_lane_u32::<1>(mask) & 1) << 1)
                | (u64::from(vgetq_lane_u32::<2>(mask) & 1) << 2)
                | (u64::from(vgetq_lane_u32::<3>(mask) & 1) << 3)
        }
    }
    #[inline(always)]
    fn lanes(vector: &Self::Vector) -> &[f32] {
        // SAFETY: the vector is exactly 4 elements in a row.
        unsafe { std::slice::from_raw_parts(std::ptr::from_ref(vector).cast(), 4) }
    }
    #[inline(always)]
    fn lanes_mut(vector: &mut Self::Vector) -> &mut [f32] {
        // SAFETY: the vector is exactly 4 elements in a row, borrowed exclusively.
        unsafe { std::slice::from_raw_parts_mut(std::ptr::from_mut(vector).cast(), 4) }
    }
}
