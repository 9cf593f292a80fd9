//! 512-bit vectors of x86-64: 8 networks in double, 16 in single precision.

use std::arch::x86_64::*;

use super::{Lanes, POWERS_F32, POWERS_F64, Work};

/// Eight networks in double precision.
#[derive(Debug, Clone, Copy)]
pub struct Avx512F64(());

impl Avx512F64 {
    /// The proof that this processor has the instructions, if it has.
    pub fn new() -> Option<Self> {
        (is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("fma")).then_some(Self(()))
    }
}

impl Lanes for Avx512F64 {
    type Element = f64;
    type Vector = __m512d;
    type Mask = __mmask8;
    const LANES: usize = 8;
    const SPECIALISED: bool = true;

    #[inline(always)]
    fn vectorize<W: Work>(self, work: W) -> W::Output {
        #[target_feature(enable = "avx512f,fma")]
        fn inner<W: Work>(work: W) -> W::Output {
            work.run()
        }
        // SAFETY: `self` exists only where the processor has these features.
        unsafe { inner(work) }
    }
    #[inline(always)]
    fn splat(self, value: f64) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm512_set1_pd(value) }
    }
    #[inline(always)]
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm512_add_pd(a, b) }
    }
    #[inline(always)]
    fn sub(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm512_sub_pd(a, b) }
    }
    #[inline(always)]
    fn mul(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm512_mul_pd(a, b) }
    }
    #[inline(always)]
    fn div(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm512_div_pd(a, b) }
    }
    #[inline(always)]
    fn mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm512_fmadd_pd(a, b, c) }
    }
    #[inline(always)]
    fn mul_sub(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm512_fmsub_pd(a, b, c) }
    }
    #[inline(always)]
    fn neg_mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm512_fnmadd_pd(a, b, c) }
    }
    #[inline(always)]
    fn max(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm512_max_pd(a, b) }
    }
    #[inline(always)]
    fn min(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm512_min_pd(a, b) }
    }
    #[inline(always)]
    fn abs(self, a: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm512_abs_pd(a) }
    }
    #[inline(always)]
    fn power(self, rounded: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has these instructions; the table has 16 entries.
        unsafe {
            let low = _mm512_loadu_si512(POWERS_F64.as_ptr().cast());
            let high = _mm512_loadu_si512(POWERS_F64.as_ptr().add(8).cast());
            let bits = _mm512_castpd_si512(rounded);
            let power = _mm512_permutex2var_epi64(low, bits, high);
            _mm512_castsi512_pd(_mm512_add_epi64(power, _mm512_slli_epi64::<48>(bits)))
        }
    }
    #[inline(always)]
    fn all(self) -> Self::Mask {
        0xff
    }
    #[inline(always)]
    fn less(self, a: Self::Vector, b: Self::Vector) -> Self::Mask {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm512_cmp_pd_mask::<_CMP_LT_OQ>(a, b) }
    }
    #[inline(always)]
    fn and(self, a: Self::Mask, b: Self::Mask) -> Self::Mask {
        a & b
    }
    #[inline(always)]
    fn bits(self, mask: Self::Mask) -> u64 {
        u64::from(mask)
    }
    #[inline(always)]
    fn lanes(vector: &Self::Vector) -> &[f64] {
        // SAFETY: the vector is exactly 8 elements in a row.
        unsafe { std::slice::from_raw_parts(std::ptr::from_ref(vector).cast(), 8) }
    }
    #[inline(always)]
    fn lanes_mut(vector: &mut Self::Vector) -> &mut [f64] {
        // SAFETY: the vector is exactly 8 elements in a row, borrowed exclusively.
        unsafe { std::slice::from_raw_parts_mut(std::ptr::from_mut(vector).cast(), 8) }
    }
}

/// Sixteen networks in single precision.
#[derive(Debug, Clone, Copy)]
pub struct Avx512F32(());

impl Avx512F32 {
    /// The proof that this processor has the instructions, if it has.
    pub fn new() -> Option<Self> {
        (is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("fma")).then_some(Self(()))
    }
}

impl Lanes for Avx512F32 {
    type Element = f32;
    type Vector = __m512;
    type Mask = __mmask16;
    const LANES: usize = 16;
    const SPECIALISED: bool = true;

    #[inline(always)]
    fn vectorize<W: Work>(self, work: W) -> W::Output {
        #[target_feature(enable = "avx512f,fma")]
        fn inner<W: Work>(work: W) -> W::Output {
            work.run()
        }
        // SAFETY: `self` exists only where the processor has these features.
        unsafe { inner(work) }
    }
    #[inline(always)]
    fn splat(self, value: f32) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm512_set1_ps(value) }
    }
    #[inline(always)]
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm512_add_ps(a, b) }
    }
    #[inline(always)]
    fn sub(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm512_sub_ps(a, b) }
    }
    #[inline(always)]
    fn mul(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm512_mul_ps(a, b) }
    }
    #[inline(always)]
    fn div(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm512_div_ps(a, b) }
    }
    #[inline(always)]
    fn mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm512_fmadd_ps(a, b, c) }
    }
    #[inline(always)]
    fn mul_sub(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm512_fmsub_ps(a, b, c) }
    }
    #[inline(always)]
    fn neg_mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm512_fnmadd_ps(a, b, c) }
    }
    #[inline(always)]
    fn max(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm512_max_ps(a, b) }
    }
    #[inline(always)]
    fn min(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm512_min_ps(a, b) }
    }
    #[inline(always)]
    fn abs(self, a: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm512_abs_ps(a) }
    }
    #[inline(always)]
    fn power(self, rounded: Self::Vector) -> Self::Vector {
        // SAFETY: `self` exists only where the processor has these instructions; the table has 16 entries.
        unsafe {
            let powers = _mm512_loadu_si512(POWERS_F32.as_ptr().cast());
            let bits = _mm512_castps_si512(rounded);
            let power = _mm512_permutexvar_epi32(bits, powers);
            _mm512_castsi512_ps(_mm512_add_epi32(power, _mm512_slli_epi32::<19>(bits)))
        }
    }
    #[inline(always)]
    fn all(self) -> Self::Mask {
        0xffff
    }
    #[inline(always)]
    fn less(self, a: Self::Vector, b: Self::Vector) -> Self::Mask {
        // SAFETY: `self` exists only where the processor has this instruction.
        unsafe { _mm512_cmp_ps_mask::<_CMP_LT_OQ>(a, b) }
    }
    #[inline(always)]
    fn and(self, a: Self::Mask, b: Self::Mask) -> Self::Mask {
        a & b
    }
    #[inline(always)]
    fn bits(self, mask: Self::Mask) -> u64 {
        u64::from(mask)
    }
    #[inline(always)]
    fn lanes(vector: &Self::Vector) -> &[f32] {
        // SAFETY: the vector is exactly 16 elements in a row.
        unsafe { std::slice::from_raw_parts(std::ptr::from_ref(vector).cast(), 16) }
    }
    #[inline(always)]
    fn lanes_mut(vector: &mut Self::Vector) -> &mut [f32] {
        // SAFETY: the vector is exactly 16 elements in a row, borrowed exclusively.
        unsafe { std::slice::from_raw_parts_mut(std::ptr::from_mut(vector).cast(), 16) }
    }
}
