//! 256-bit vectors of x86-64 with fused multiply-add: 4 networks in double, 8 in single
//! precision.

use std::arch::x86_64::*;

use super::processor::processor;
use super::{Lanes, POWERS_F32, POWERS_F64, Work};

processor! {
    /// Four networks in double precision.
    Avx2F64 = 4 of f64 as __m256d, masks as __m256d;
    needs "avx2,fma": (is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"));
    // Of 16 registers.
    tiles of (6, 2);
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
    fn power_pair(self, a: __m256d, b: __m256d) -> [__m256d; 2] {
        unsafe {
            let (a, b) = (_mm256_castpd_si256(a), _mm256_castpd_si256(b));
            let [of_a, of_b] = powers_f64(a, b);
            [
                _mm256_castsi256_pd(_mm256_add_epi64(of_a, _mm256_slli_epi64::<48>(a))),
                _mm256_castsi256_pd(_mm256_add_epi64(of_b, _mm256_slli_epi64::<48>(b))),
            ]
        }
    }
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
    // Of 16 registers.
    tiles of (6, 2);
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
            let power = entries(&POWERS_F32, bits);
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

/// Words of 32 bits of the table of powers in double precision: the lower (or upper) halves of its
/// 16 entries.
const fn words(shift: u32) -> [u32; 16] {
    let mut words = [0; 16];
    let mut entry = 0;
    while entry < 16 {
        words[entry] = (POWERS_F64[entry] >> shift) as u32;
        entry += 1;
    }
    words
}

const LOWER_WORDS: [u32; 16] = words(0);
const UPPER_WORDS: [u32; 16] = words(32);

/// Entries of the table of powers at the lowest four bits of every lane of two vectors: eight
/// lower words at once, and eight upper ones.
///
/// # Safety
/// The processor must have AVX2.
#[inline(always)]
unsafe fn powers_f64(a: __m256i, b: __m256i) -> [__m256i; 2] {
    // SAFETY: asked of the caller.
    unsafe {
        let (a, b) = (_mm256_castsi256_ps(a), _mm256_castsi256_ps(b));
        // Of each half of the vectors two lanes of a, then two of b, as unpacking wants them.
        let bits = _mm256_castps_si256(_mm256_shuffle_ps::<0b10_00_10_00>(a, b));
        let lower = _mm256_castsi256_ps(entries(&LOWER_WORDS, bits));
        let upper = _mm256_castsi256_ps(entries(&UPPER_WORDS, bits));
        [
            _mm256_castps_si256(_mm256_unpacklo_ps(lower, upper)),
            _mm256_castps_si256(_mm256_unpackhi_ps(lower, upper)),
        ]
    }
}

/// Entries of a table at the lowest four bits of every lane: permutations of its two halves and a
/// choice, which take less time than reading eight entries from memory.
///
/// # Safety
/// The processor must have AVX2.
#[inline(always)]
unsafe fn entries(table: &[u32; 16], bits: __m256i) -> __m256i {
    // SAFETY: the instructions are there; each half is eight entries of the 16.
    unsafe {
        let low = _mm256_loadu_si256(table.as_ptr().cast());
        let high = _mm256_loadu_si256(table.as_ptr().add(8).cast());
        // Permutations count modulo 8, and a choice looks at the highest bit.
        let low = _mm256_castsi256_ps(_mm256_permutevar8x32_epi32(low, bits));
        let high = _mm256_castsi256_ps(_mm256_permutevar8x32_epi32(high, bits));
        let upper = _mm256_castsi256_ps(_mm256_slli_epi32::<28>(bits));
        _mm256_castps_si256(_mm256_blendv_ps(low, high, upper))
    }
}
