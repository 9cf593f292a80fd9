//! Several vectors treated as one wider vector: while one waits for a result of an earlier
//! instruction, the processor works on another.

use super::{Lanes, Work};

/// U vectors of a backend side by side.
#[derive(Debug, Clone, Copy)]
pub struct Wide<S, const U: usize>(pub S);

/// A tile of as many registers, of vectors that take several each.
const fn part_of(tile: (usize, usize), vectors: usize) -> (usize, usize) {
    match (vectors, tile) {
        (1, _) | (_, (1, 1)) => tile,
        // The other factor is loaded beside them.
        (_, (rows, 1)) => part_of((rows / 3, 1), vectors / 2),
        (_, (rows, columns)) => part_of((rows, columns.div_ceil(2)), vectors / 2),
    }
}

// Written out element by element: a loop or closure would keep the vectors in memory.
macro_rules! wide {
    ($u:literal: $($i:literal)+, $(($first:literal $second:literal))+) => {
impl<S: Lanes> Lanes for Wide<S, $u> {
    type Element = S::Element;
    type Vector = [S::Vector; $u];
    type Mask = [S::Mask; $u];
    const LANES: usize = $u * S::LANES;
    const UNROLL: usize = $u;
    const SPECIALISED: bool = S::SPECIALISED;
    const TILE: (usize, usize) = part_of(S::TILE, $u);

    #[inline(always)]
    fn vectorize<W: Work>(self, work: W) -> W::Output {
        self.0.vectorize(work)
    }
    #[inline(always)]
    fn splat(self, value: S::Element) -> Self::Vector {
        [self.0.splat(value); $u]
    }
    #[inline(always)]
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        [$(self.0.add(a[$i], b[$i])),+]
    }
    #[inline(always)]
    fn sub(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        [$(self.0.sub(a[$i], b[$i])),+]
    }
    #[inline(always)]
    fn mul(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        [$(self.0.mul(a[$i], b[$i])),+]
    }
    #[inline(always)]
    fn div(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        [$(self.0.div(a[$i], b[$i])),+]
    }
    #[inline(always)]
    fn mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        [$(self.0.mul_add(a[$i], b[$i], c[$i])),+]
    }
    #[inline(always)]
    fn mul_sub(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        [$(self.0.mul_sub(a[$i], b[$i], c[$i])),+]
    }
    #[inline(always)]
    fn neg_mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        [$(self.0.neg_mul_add(a[$i], b[$i], c[$i])),+]
    }
    #[inline(always)]
    fn max(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        [$(self.0.max(a[$i], b[$i])),+]
    }
    #[inline(always)]
    fn min(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        [$(self.0.min(a[$i], b[$i])),+]
    }
    #[inline(always)]
    fn abs(self, a: Self::Vector) -> Self::Vector {
        [$(self.0.abs(a[$i])),+]
    }
    #[inline(always)]
    fn power(self, rounded: Self::Vector) -> Self::Vector {
        let pairs = [$(self.0.power_pair(rounded[$first], rounded[$second])),+];
        [$(pairs[$i / 2][$i % 2]),+]
    }
    #[inline(always)]
    fn all(self) -> Self::Mask {
        [self.0.all(); $u]
    }
    #[inline(always)]
    fn less(self, a: Self::Vector, b: Self::Vector) -> Self::Mask {
        [$(self.0.less(a[$i], b[$i])),+]
    }
    #[inline(always)]
    fn and(self, a: Self::Mask, b: Self::Mask) -> Self::Mask {
        [$(self.0.and(a[$i], b[$i])),+]
    }
    #[inline(always)]
    fn select(self, mask: Self::Mask, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        [$(self.0.select(mask[$i], a[$i], b[$i])),+]
    }
    #[inline(always)]
    fn bits(self, mask: Self::Mask) -> u64 {
        let mut bits = 0;
        for (i, part) in mask.into_iter().enumerate() {
            bits |= self.0.bits(part) << (i * S::LANES);
        }
        bits
    }
    #[inline(always)]
    fn lanes(vector: &Self::Vector) -> &[S::Element] {
        // SAFETY: every backend's vector is exactly its L elements without padding (asserted
        // below), so U of them in a row are U · L elements in a row.
        const { assert!(size_of::<S::Vector>() == S::LANES * size_of::<S::Element>()) };
        unsafe { std::slice::from_raw_parts(vector.as_ptr().cast(), Self::LANES) }
    }
    #[inline(always)]
    fn lanes_mut(vector: &mut Self::Vector) -> &mut [S::Element] {
        const { assert!(size_of::<S::Vector>() == S::LANES * size_of::<S::Element>()) };
        // SAFETY: as in `lanes`; the exclusive borrow carries over.
        unsafe { std::slice::from_raw_parts_mut(vector.as_mut_ptr().cast(), Self::LANES) }
    }
}
    };
}

wide!(2: 0 1, (0 1));
wide!(4: 0 1 2 3, (0 1) (2 3));
