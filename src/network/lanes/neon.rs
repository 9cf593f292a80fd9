//! 128-bit vectors of 64-bit ARM: 2 networks in double, 4 in single precision.

use std::arch::aarch64::*;

use super::processor::processor;
use super::{Lanes, POWERS_F32, POWERS_F64, Work};

processor! {
    /// Two networks in double precision.
    NeonF64 = 2 of f64 as float64x2_t, masks as uint64x2_t;
    needs "neon": (std::arch::is_aarch64_feature_detected!("neon"));
    // Of 32 registers.
    tiles of (6, 4);
    splat(value) = vdupq_n_f64(value);
    vectors {
        add(a, b) = vaddq_f64(a, b);
        sub(a, b) = vsubq_f64(a, b);
        mul(a, b) = vmulq_f64(a, b);
        div(a, b) = vdivq_f64(a, b);
        // The summand is the first operand of ARM's fused instructions.
        mul_add(a, b, c) = vfmaq_f64(c, a, b);
        mul_sub(a, b, c) = vfmaq_f64(vnegq_f64(c), a, b);
        neg_mul_add(a, b, c) = vfmsq_f64(c, a, b);
        // ARM's own maximum and minimum treat what is not a number otherwise.
        max(a, b) = vbslq_f64(vcgtq_f64(a, b), a, b);
        min(a, b) = vbslq_f64(vcltq_f64(a, b), a, b);
        abs(a) = vabsq_f64(a);
        power(rounded) = {
            let bits = vreinterpretq_u64_f64(rounded);
            let powers = [
                POWERS_F64[(vgetq_lane_u64::<0>(bits) & 15) as usize],
                POWERS_F64[(vgetq_lane_u64::<1>(bits) & 15) as usize],
            ];
            // SAFETY: reads the two elements of the array.
            let power = vld1q_u64(powers.as_ptr());
            vreinterpretq_f64_u64(vaddq_u64(power, vshlq_n_u64::<48>(bits)))
        };
    }
    less(a, b) = vcltq_f64(a, b);
    select(mask, a, b) = vbslq_f64(mask, a, b);

    #[inline(always)]
    fn all(self) -> Self::Mask {
        unsafe { vdupq_n_u64(u64::MAX) }
    }
    #[inline(always)]
    fn and(self, a: Self::Mask, b: Self::Mask) -> Self::Mask {
        unsafe { vandq_u64(a, b) }
    }
    #[inline(always)]
    fn bits(self, mask: Self::Mask) -> u64 {
        unsafe { (vgetq_lane_u64::<0>(mask) & 1) | ((vgetq_lane_u64::<1>(mask) & 1) << 1) }
    }
}

processor! {
    /// Four networks in single precision.
    NeonF32 = 4 of f32 as float32x4_t, masks as uint32x4_t;
    needs "neon": (std::arch::is_aarch64_feature_detected!("neon"));
    // Of 32 registers.
    tiles of (6, 4);
    splat(value) = vdupq_n_f32(value);
    vectors {
        add(a, b) = vaddq_f32(a, b);
        sub(a, b) = vsubq_f32(a, b);
        mul(a, b) = vmulq_f32(a, b);
        div(a, b) = vdivq_f32(a, b);
        mul_add(a, b, c) = vfmaq_f32(c, a, b);
        mul_sub(a, b, c) = vfmaq_f32(vnegq_f32(c), a, b);
        neg_mul_add(a, b, c) = vfmsq_f32(c, a, b);
        max(a, b) = vbslq_f32(vcgtq_f32(a, b), a, b);
        min(a, b) = vbslq_f32(vcltq_f32(a, b), a, b);
        abs(a) = vabsq_f32(a);
        power(rounded) = {
            let bits = vreinterpretq_u32_f32(rounded);
            let powers = [
                POWERS_F32[(vgetq_lane_u32::<0>(bits) & 15) as usize],
                POWERS_F32[(vgetq_lane_u32::<1>(bits) & 15) as usize],
                POWERS_F32[(vgetq_lane_u32::<2>(bits) & 15) as usize],
                POWERS_F32[(vgetq_lane_u32::<3>(bits) & 15) as usize],
            ];
            // SAFETY: reads the four elements of the array.
            let power = vld1q_u32(powers.as_ptr());
            vreinterpretq_f32_u32(vaddq_u32(power, vshlq_n_u32::<19>(bits)))
        };
    }
    less(a, b) = vcltq_f32(a, b);
    select(mask, a, b) = vbslq_f32(mask, a, b);

    #[inline(always)]
    fn all(self) -> Self::Mask {
        unsafe { vdupq_n_u32(u32::MAX) }
    }
    #[inline(always)]
    fn and(self, a: Self::Mask, b: Self::Mask) -> Self::Mask {
        unsafe { vandq_u32(a, b) }
    }
    #[inline(always)]
    fn bits(self, mask: Self::Mask) -> u64 {
        unsafe {
            u64::from(vgetq_lane_u32::<0>(mask) & 1)
                | (u64::from(vgetq_lane_u32::<1>(mask) & 1) << 1)
                | (u64::from(vgetq_lane_u32::<2>(mask) & 1) << 2)
                | (u64::from(vgetq_lane_u32::<3>(mask) & 1) << 3)
        }
    }
}
