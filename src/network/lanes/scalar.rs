//! One lane: plain Rust, on any processor, to the same bits as every other backend.

use std::marker::PhantomData;

use super::{Lanes, POWERS_F32, POWERS_F64, Work};

/// A single lane. Without fused multiply-add in hardware it is slow, and still the same bits.
#[derive(Debug, Clone, Copy)]
pub struct Scalar<E>(PhantomData<E>);

impl<E> Scalar<E> {
    /// Always possible.
    pub fn new() -> Self {
        Scalar(PhantomData)
    }
}

impl<E> Default for Scalar<E> {
    fn default() -> Self {
        Scalar::new()
    }
}

macro_rules! scalar {
    ($float:ty, $powers:ident, $shift:literal) => {
        impl Lanes for Scalar<$float> {
            type Element = $float;
            type Vector = $float;
            type Mask = bool;
            const LANES: usize = 1;
            const SPECIALISED: bool = false;
            // Its multiply-add is a call that keeps nothing in registers.
            const TILE: (usize, usize) = (1, 1);

            #[inline(always)]
            fn vectorize<W: Work>(self, work: W) -> W::Output {
                work.run()
            }
            #[inline(always)]
            fn splat(self, value: $float) -> $float {
                value
            }
            #[inline(always)]
            fn add(self, a: $float, b: $float) -> $float {
                a + b
            }
            #[inline(always)]
            fn sub(self, a: $float, b: $float) -> $float {
                a - b
            }
            #[inline(always)]
            fn mul(self, a: $float, b: $float) -> $float {
                a * b
            }
            #[inline(always)]
            fn div(self, a: $float, b: $float) -> $float {
                a / b
            }
            #[inline(always)]
            fn mul_add(self, a: $float, b: $float, c: $float) -> $float {
                a.mul_add(b, c)
            }
            #[inline(always)]
            fn mul_sub(self, a: $float, b: $float, c: $float) -> $float {
                a.mul_add(b, -c)
            }
            #[inline(always)]
            fn neg_mul_add(self, a: $float, b: $float, c: $float) -> $float {
                (-a).mul_add(b, c)
            }
            #[inline(always)]
            fn abs(self, a: $float) -> $float {
                a.abs()
            }
            #[inline(always)]
            fn power(self, rounded: $float) -> $float {
                let bits = rounded.to_bits();
                let power = $powers[(bits & 15) as usize];
                <$float>::from_bits(power.wrapping_add(bits << $shift))
            }
            #[inline(always)]
            fn all(self) -> bool {
                true
            }
            #[inline(always)]
            fn less(self, a: $float, b: $float) -> bool {
                a < b
            }
            #[inline(always)]
            fn and(self, a: bool, b: bool) -> bool {
                a & b
            }
            #[inline(always)]
            fn select(self, mask: bool, a: $float, b: $float) -> $float {
                if mask { a } else { b }
            }
            #[inline(always)]
            fn bits(self, mask: bool) -> u64 {
                u64::from(mask)
            }
            #[inline(always)]
            fn lanes(vector: &$float) -> &[$float] {
                std::slice::from_ref(vector)
            }
            #[inline(always)]
            fn lanes_mut(vector: &mut $float) -> &mut [$float] {
                std::slice::from_mut(vector)
            }
        }
    };
}

scalar!(f64, POWERS_F64, 48);
scalar!(f32, POWERS_F32, 19);
