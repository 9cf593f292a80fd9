//! 512-bit vectors of x86-64: 8 networks in double, 16 in single precision.

use std::arch::x86_64::*;

use super::processor::processor;
use super::{Lanes, POWERS_F32, POWERS_F64, Work};

processor! {
    /// Eight networks in double precision.
    Avx512F64 = 8 of f64 as __m512d, masks as __mmask8;
    needs "avx512f,fma": (is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("fma"));
    // Of 32 registers.
    tiles of (6, 4);
    splat(value) = _mm512_set1_pd(value);
    vectors {
        add(a, b) = _mm512_add_pd(a, b);
        sub(a, b) = _mm512_sub_pd(a, b);
        mul(a, b) = _mm512_mul_pd(a, b);
        div(a, b) = _mm512_div_pd(a, b);
        mul_add(a, b, c) = _mm512_fmadd_pd(a, b, c);
        mul_sub(a, b, c) = _mm512_fmsub_pd(a, b, c);
        neg_mul_add(a, b, c) = _mm512_fnmadd_pd(a, b, c);
        max(a, b) = _mm512_max_pd(a, b);
        min(a, b) = _mm512_min_pd(a, b);
        abs(a) = _mm512_abs_pd(a);
        power(rounded) = {
            // SAFETY: the table has 16 entries; its two halves are read.
            let low = _mm512_loadu_si512(POWERS_F64.as_ptr().cast());
            let high = _mm512_loadu_si512(POWERS_F64.as_ptr().add(8).cast());
            let bits = _mm512_castpd_si512(rounded);
            // Looks at the lowest four bits of an index.
            let power = _mm512_permutex2var_epi64(low, bits, high);
            _mm512_castsi512_pd(_mm512_add_epi64(power, _mm512_slli_epi64::<48>(bits)))
        };
    }
    less(a, b) = _mm512_cmp_pd_mask::<_CMP_LT_OQ>(a, b);
    // The instruction takes its second operand where the mask is set.
    select(mask, a, b) = _mm512_mask_blend_pd(mask, b, a);

    #[inline(always)]
    fn all(self) -> Self::Mask {
        0xff
    }
    #[inline(always)]
    fn and(self, a: Self::Mask, b: Self::Mask) -> Self::Mask {
        a & b
    }
    #[inline(always)]
    fn bits(self, mask: Self::Mask) -> u64 {
        u64::from(mask)
    }
}

processor! {
    /// Sixteen networks in single precision.
    Avx512F32 = 16 of f32 as __m512, masks as __mmask16;
    needs "avx512f,fma": (is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("fma"));
    // Of 32 registers.
    tiles of (6, 4);
    splat(value) = _mm512_set1_ps(value);
    vectors {
        add(a, b) = _mm512_add_ps(a, b);
        sub(a, b) = _mm512_sub_ps(a, b);
        mul(a, b) = _mm512_mul_ps(a, b);
        div(a, b) = _mm512_div_ps(a, b);
        mul_add(a, b, c) = _mm512_fmadd_ps(a, b, c);
        mul_sub(a, b, c) = _mm512_fmsub_ps(a, b, c);
        neg_mul_add(a, b, c) = _mm512_fnmadd_ps(a, b, c);
        max(a, b) = _mm512_max_ps(a, b);
        min(a, b) = _mm512_min_ps(a, b);
        abs(a) = _mm512_abs_ps(a);
        power(rounded) = {
            // SAFETY: the table has 16 entries, which are read.
            let powers = _mm512_loadu_si512(POWERS_F32.as_ptr().cast());
            let bits = _mm512_castps_si512(rounded);
            // Looks at the lowest four bits of an index.
            let power = _mm512_permutexvar_epi32(bits, powers);
            _mm512_castsi512_ps(_mm512_add_epi32(power, _mm512_slli_epi32::<19>(bits)))
        };
    }
    less(a, b) = _mm512_cmp_ps_mask::<_CMP_LT_OQ>(a, b);
    select(mask, a, b) = _mm512_mask_blend_ps(mask, b, a);

    #[inline(always)]
    fn all(self) -> Self::Mask {
        0xffff
    }
    #[inline(always)]
    fn and(self, a: Self::Mask, b: Self::Mask) -> Self::Mask {
        a & b
    }
    #[inline(always)]
    fn bits(self, mask: Self::Mask) -> u64 {
        u64::from(mask)
    }
}
