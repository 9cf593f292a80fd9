//! 256-bit vectors of x86-64 with fused multiply-add: 4 networks in double, 8 in single
//! precision.

use std::arch::x86_64::*;

use super::processor::processor;
use super::{Lanes, POWERS_F32, POWERS_F64, Work};

processor! {
    /// Four networks in double precision.
    Avx2F64 = 4 of f64 as __m256d, masks as __m256d;
    needs "avx2,fma": (is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"));
    splat(value) = _mm256_set1_pd(value);
    vectors {
        add(a, b) = _mm256_add_pd(a, b);
        sub(a, b) = _mm256_sub_pd(a, b);
        mul(a, b) = _mm256_mul_pd(a, b);
        div(a, b) = _mm256_div_pd(a, b);
        mul_add(a, b, c) = _mm256_fmadd_pd(a, b, c);
        mul_sub(a, b, c) = _mm256_fmsub_pd(a, b, c);
        neg_mul_add(a, b, c) = _mm256_fnmadd_pd(a, b, c);
        max(a, b) = _mm256_max_pd(a, b);
        min(a, b) = _mm256_min_pd(a, b);
        abs(a) = _mm256_andnot_pd(_mm256_set1_pd(-0.0), a);
        power(rounded) = {
            let bits = _mm256_castpd_si256(rounded);
            let index = _mm256_and_si256(bits, _mm256_set1_epi64x(15));
            // SAFETY: the table has 16 entries, and indices are below 16.
            let power = _mm256_i64gather_epi64::<8>(POWERS_F64.as_ptr().cast(), index);
            _mm256_castsi256_pd(_mm256_add_epi64(power, _mm256_slli_epi64::<48>(bits)))
        };
    }
    less(a, b) = _mm256_cmp_pd::<_CMP_LT_OQ>(a, b);
    // The instruction takes its second operand where the mask is set.
    select(mask, a, b) = _mm256_blendv_pd(b, a, mask);

    #[inline(always)]
    fn all(self) -> Self::Mask {
        unsafe { _mm256_castsi256_pd(_mm256_set1_epi64x(-1)) }
    }
    #[inline(always)]
    fn and(self, a: Self::Mask, b: Self::Mask) -> Self::Mask {
        unsafe { _mm256_and_pd(a, b) }
    }
    #[inline(always)]
    fn bits(self, mask: Self::Mask) -> u64 {
        unsafe { _mm256_movemask_pd(mask) as u64 }
    }
}

processor! {
    /// Eight networks in single precision.
    Avx2F32 = 8 of f32 as __m256, masks as __m256;
    needs "avx2,fma": (is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"));
    splat(value) = _mm256_set1_ps(value);
    vectors {
        add(a, b) = _mm256_add_ps(a, b);
        sub(a, b) = _mm256_sub_ps(a, b);
        mul(a, b) = _mm256_mul_ps(a, b);
        div(a, b) = _mm256_div_ps(a, b);
        mul_add(a, b, c) = _mm256_fmadd_ps(a, b, c);
        mul_sub(a, b, c) = _mm256_fmsub_ps(a, b, c);
        neg_mul_add(a, b, c) = _mm256_fnmadd_ps(a, b, c);
        max(a, b) = _mm256_max_ps(a, b);
        min(a, b) = _mm256_min_ps(a, b);
        abs(a) = _mm256_andnot_ps(_mm256_set1_ps(-0.0), a);
        power(rounded) = {
            let bits = _mm256_castps_si256(rounded);
            let index = _mm256_and_si256(bits, _mm256_set1_epi32(15));
            // SAFETY: the table has 16 entries, and indices are below 16.
            let power = _mm256_i32gather_epi32::<4>(POWERS_F32.as_ptr().cast(), index);
            _mm256_castsi256_ps(_mm256_add_epi32(power, _mm256_slli_epi32::<19>(bits)))
        };
    }
    less(a, b) = _mm256_cmp_ps::<_CMP_LT_OQ>(a, b);
    select(mask, a, b) = _mm256_blendv_ps(b, a, mask);

    #[inline(always)]
    fn all(self) -> Self::Mask {
        unsafe { _mm256_castsi256_ps(_mm256_set1_epi32(-1)) }
    }
    #[inline(always)]
    fn and(self, a: Self::Mask, b: Self::Mask) -> Self::Mask {
        unsafe { _mm256_and_ps(a, b) }
    }
    #[inline(always)]
    fn bits(self, mask: Self::Mask) -> u64 {
        unsafe { _mm256_movemask_ps(mask) as u64 }
    }
}
