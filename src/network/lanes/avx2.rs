//! 256-bit vectors of x86-64 with fused multiply-add: 4 networks in double, 8 in single
//! precision.

use std::arch::x86_64::*;

use super::{Lanes, POWERS_F32, POWERS_F64, Work};

/// Four networks in double precision.
#[derive(Debug, Clone, Copy)]
pub struct Avx2F64(());

impl Avx2F64 {
    /// The proof that this processor has the instructions, if it has.
    pub fn new() -> Option<Self> {
        (is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")).then_some(Self(()))
    }
}

impl Lanes for Avx2F64 {
    type Element = f64;
    type Vector = __m256d;
    type Mask = __m256d;
    const LANES: usize = 4;
    const SPECIALISED: bool = true;

    #[inline(always)]
    fn vectorize<W: Work>(self, work: W) -> W::Output {
        #[target_feature(enable = "avx2,fma")]
        fn inner<W: Work>(work: W) -> W::Output {
            work.run()
        }
        // SAFETY: `self` exists only where the processor has these features.
        unsafe { inner(work) }
    }
    #[inline(always)]
    fn splat(self, value: f64) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm256_set1_pd(value) }
    }
    #[inline(always)]
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm256_add_pd(a, b) }
    }
    #[inline(always)]
    fn sub(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm256_sub_pd(a, b) }
    }
    #[inline(always)]
    fn mul(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm256_mul_pd(a, b) }
    }
    #[inline(always)]
    fn div(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm256_div_pd(a, b) }
    }
    #[inline(always)]
    fn mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm256_fmadd_pd(a, b, c) }
    }
    #[inline(always)]
    fn mul_sub(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm256_fmsub_pd(a, b, c) }
    }
    #[inline(always)]
    fn neg_mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm256_fnmadd_pd(a, b, c) }
    }
    #[inline(always)]
    fn max(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm256_max_pd(a, b) }
    }
    #[inline(always)]
    fn min(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm256_min_pd(a, b) }
    }
    #[inline(always)]
    fn abs(self, a: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm256_andnot_pd(_mm256_set1_pd(-0.0), a) }
    }
    #[inline(always)]
    fn power(self, rounded: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has these instructions; indices are below 16.
        unsafe {
            let bits = _mm256_castpd_si256(rounded);
            let index = _mm256_and_si256(bits, _mm256_set1_epi64x(15));
            let power = _mm256_i64gather_epi64::<8>(POWERS_F64.as_ptr().cast(), index);
            _mm256_castsi256_pd(_mm256_add_epi64(power, _mm256_slli_epi64::<48>(bits)))
        }
    }
    #[inline(always)]
    fn all(self) -> Self::Mask {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm256_castsi256_pd(_mm256_set1_epi64x(-1)) }
    }
    #[inline(always)]
    fn less(self, a: Self::Vector, b: Self::Vector) -> Self::Mask {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm256_cmp_pd::<_CMP_LT_OQ>(a, b) }
    }
    #[inline(always)]
    fn and(self, a: Self::Mask, b: Self::Mask) -> Self::Mask {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm256_and_pd(a, b) }
    }
    #[inline(always)]
    fn bits(self, mask: Self::Mask) -> u64 {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm256_movemask_pd(mask) as u64 }
    }
    #[inline(always)]
    fn lanes(vector: &Self::Vector) -> &[f64] {
        // SAFETY: the vector is exactly 4 elements in a row.
        unsafe { std::slice::from_raw_parts(std::ptr::from_ref(vector).cast(), 4) }
    }
    #[inline(always)]
    fn lanes_mut(vector: &mut Self::Vector) -> &mut [f64] {
        // SAFETY: the vector is exactly 4 elements in a row, borrowed exclusively.
        unsafe { std::slice::from_raw_parts_mut(std::ptr::from_mut(vector).cast(), 4) }
    }
}

/// Eight networks in single precision.
#[derive(Debug, Clone, Copy)]
pub struct Avx2F32(());

impl Avx2F32 {
    /// The proof that this processor has the instructions, if it has.
    pub fn new() -> Option<Self> {
        (is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")).then_some(Self(()))
    }
}

impl Lanes for Avx2F32 {
    type Element = f32;
    type Vector = __m256;
    type Mask = __m256;
    const LANES: usize = 8;
    const SPECIALISED: bool = true;

    #[inline(always)]
    fn vectorize<W: Work>(self, work: W) -> W::Output {
        #[target_feature(enable = "avx2,fma")]
        fn inner<W: Work>(work: W) -> W::Output {
            work.run()
        }
        // SAFETY: `self` exists only where the processor has these features.
        unsafe { inner(work) }
    }
    #[inline(always)]
    fn splat(self, value: f32) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm256_set1_ps(value) }
    }
    #[inline(always)]
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm256_add_ps(a, b) }
    }
    #[inline(always)]
    fn sub(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm256_sub_ps(a, b) }
    }
    #[inline(always)]
    fn mul(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm256_mul_ps(a, b) }
    }
    #[inline(always)]
    fn div(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm256_div_ps(a, b) }
    }
    #[inline(always)]
    fn mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm256_fmadd_ps(a, b, c) }
    }
    #[inline(always)]
    fn mul_sub(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm256_fmsub_ps(a, b, c) }
    }
    #[inline(always)]
    fn neg_mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm256_fnmadd_ps(a, b, c) }
    }
    #[inline(always)]
    fn max(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm256_max_ps(a, b) }
    }
    #[inline(always)]
    fn min(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm256_min_ps(a, b) }
    }
    #[inline(always)]
    fn abs(self, a: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm256_andnot_ps(_mm256_set1_ps(-0.0), a) }
    }
    #[inline(always)]
    fn power(self, rounded: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has these instructions; indices are below 16.
        unsafe {
            let bits = _mm256_castps_si256(rounded);
            let index = _mm256_and_si256(bits, _mm256_set1_epi32(15));
            let power = _mm256_i32gather_epi32::<4>(POWERS_F32.as_ptr().cast(), index);
            _mm256_castsi256_ps(_mm256_add_epi32(power, _mm256_slli_epi32::<19>(bits)))
        }
    }
    #[inline(always)]
    fn all(self) -> Self::Mask {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm256_castsi256_ps(_mm256_set1_epi32(-1)) }
    }
    #[inline(always)]
    fn less(self, a: Self::Vector, b: Self::Vector) -> Self::Mask {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm256_cmp_ps::<_CMP_LT_OQ>(a, b) }
    }
    #[inline(always)]
    fn and(self, a: Self::Mask, b: Self::Mask) -> Self::Mask {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm256_and_ps(a, b) }
    }
    #[inline(always)]
    fn bits(self, mask: Self::Mask) -> u64 {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm256_movemask_ps(mask) as u64 }
    }
    #[inline(always)]
    fn lanes(vector: &Self::Vector) -> &[f32] {
        // SAFETY: the vector is exactly 8 elements in a row.
        unsafe { std::slice::from_raw_parts(std::ptr::from_ref(vector).cast(), 8) }
    }
    #[inline(always)]
    fn lanes_mut(vector: &mut Self::Vector) -> &mut [f32] {
        // SAFETY: the vector is exactly 8 elements in a row, borrowed exclusively.
        unsafe { std::slice::from_raw_parts_mut(std::ptr::from_mut(vector).cast(), 8) }
    }
}
