//! Products of small matrices, one in every lane: C = A · B, or C += A · B, every sum in the
//! order of the inner index.
//!
//! A tile of C stays in registers while its sums grow: with p · q of them, every step of the
//! inner index loads p + q vectors for p · q multiply-adds. The kernel's README.md tells which
//! sizes and why.

// Indices are those of the formulas.
#![allow(clippy::needless_range_loop)]

use std::marker::PhantomData;
use std::ops::Range;

use super::{Element, Lanes, Work};

/// Steps of the inner index after which a tile is put down for a while: so few that what a strip
/// of B holds for them stays in the nearest cache until all tiles of A have used it.
const DEPTH: usize = 256;

/// What the elements of a matrix are.
pub trait Kind<S: Lanes> {
    /// An element as it lies in memory.
    type Element: Copy;
    /// The element of every lane.
    fn vector(simd: S, element: Self::Element) -> S::Vector;
}

/// Numbers that are the same in every lane, such as inputs.
#[derive(Debug, Clone, Copy)]
pub struct Shared;

/// Numbers that are every lane's own, such as weights.
#[derive(Debug, Clone, Copy)]
pub struct Own;

impl<S: Lanes> Kind<S> for Shared {
    type Element = S::Element;

    #[inline(always)]
    fn vector(simd: S, element: S::Element) -> S::Vector {
        simd.splat(element)
    }
}

impl<S: Lanes> Kind<S> for Own {
    type Element = S::Vector;

    #[inline(always)]
    fn vector(_: S, element: S::Vector) -> S::Vector {
        element
    }
}

/// How a matrix lies in memory: as many series, through which the inner index runs.
pub trait Order {
    /// The place of element `depth` of a series.
    fn place(series: usize, depth: usize, stride: usize) -> usize;
}

/// Element k of series m is at m · stride + k.
#[derive(Debug, Clone, Copy)]
pub struct Along;

/// Element k of series m is at k · stride + m.
#[derive(Debug, Clone, Copy)]
pub struct Across;

impl Order for Along {
    #[inline(always)]
    fn place(series: usize, depth: usize, stride: usize) -> usize {
        series * stride + depth
    }
}

impl Order for Across {
    #[inline(always)]
    fn place(series: usize, depth: usize, stride: usize) -> usize {
        depth * stride + series
    }
}

/// A matrix to be multiplied.
pub struct Matrix<'a, S: Lanes, K: Kind<S>, O> {
    elements: &'a [K::Element],
    stride: usize,
    order: PhantomData<O>,
}

impl<'a, S: Lanes, K: Kind<S>, O: Order> Matrix<'a, S, K, O> {
    /// Of elements in memory, in the order that its type says.
    #[inline(always)]
    pub fn new(elements: &'a [K::Element], stride: usize) -> Self {
        Matrix {
            elements,
            stride,
            order: PhantomData,
        }
    }

    /// Whether it has so many series of so many elements.
    #[inline(always)]
    fn has(&self, series: usize, depth: usize) -> bool {
        O::place(series - 1, depth - 1, self.stride) < self.elements.len()
    }

    /// An element in every lane.
    ///
    /// # Safety
    /// The matrix [`has`](Self::has) it.
    #[inline(always)]
    unsafe fn at(&self, simd: S, series: usize, depth: usize) -> S::Vector {
        let place = O::place(series, depth, self.stride);
        // SAFETY: asked of the caller. Places grow with both indices.
        K::vector(simd, unsafe { *self.elements.get_unchecked(place) })
    }
}

/// What the sums begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// C = A · B.
    Zero,
    /// C += A · B.
    There,
}

/// C = A · B or C += A · B in every lane: C is M × N, with K products to each sum.
pub struct Product<'a, 'b, 'c, S: Lanes, KA: Kind<S>, OA, KB: Kind<S>, OB> {
    /// Its operations.
    pub simd: S,
    /// M series of K elements.
    pub a: Matrix<'a, S, KA, OA>,
    /// N series of K elements.
    pub b: Matrix<'b, S, KB, OB>,
    /// M, N, K.
    pub size: (usize, usize, usize),
    /// What the sums begin with.
    pub start: Start,
    /// C: element (m, n) is at m · stride of m + n · stride of n.
    pub c: &'c mut [S::Vector],
    /// Of m and of n.
    pub strides: (usize, usize),
}

impl<S: Lanes, KA: Kind<S>, OA: Order, KB: Kind<S>, OB: Order> Work
    for Product<'_, '_, '_, S, KA, OA, KB, OB>
{
    type Output = ();

    /// # Panics
    /// If a matrix has fewer elements than its size says.
    #[inline(always)]
    fn run(mut self) {
        let (rows, columns, depth) = self.size;
        if rows == 0 || columns == 0 || depth == 0 {
            return;
        }
        // Every tile lies within; what this asserts, its unsafe code relies on.
        let last = (rows - 1) * self.strides.0 + (columns - 1) * self.strides.1;
        assert!(self.a.has(rows, depth) && self.b.has(columns, depth) && last < self.c.len());
        if depth == 1 {
            // SAFETY: asserted above.
            return unsafe { self.outer() };
        }
        for from in (0..depth).step_by(DEPTH) {
            let depths = from..depth.min(from + DEPTH);
            for (column, q) in Parts::new(columns, S::TILE.1) {
                for (row, p) in Parts::new(rows, S::TILE.0) {
                    // SAFETY: asserted above.
                    unsafe { self.dispatch(p, q, row, column, depths.clone()) };
                }
            }
            self.start = Start::There;
        }
    }
}

impl<S: Lanes, KA: Kind<S>, OA: Order, KB: Kind<S>, OB: Order>
    Product<'_, '_, '_, S, KA, OA, KB, OB>
{
    /// Computes sums of a single product, for which tiles are too much ado.
    ///
    /// # Safety
    /// The size is that of the matrices.
    #[inline(always)]
    unsafe fn outer(&mut self) {
        let (simd, (rows, columns, _), (down, across)) = (self.simd, self.size, self.strides);
        let zero = simd.splat(Element::from_f64(0.0));
        // SAFETY, of every block here: asked of the caller.
        for row in 0..rows {
            let left = unsafe { self.a.at(simd, row, 0) };
            for column in 0..columns {
                let right = unsafe { self.b.at(simd, column, 0) };
                let sum = unsafe { self.c.get_unchecked_mut(row * down + column * across) };
                let before = match self.start {
                    Start::Zero => zero,
                    Start::There => *sum,
                };
                *sum = simd.mul_add(left, right, before);
            }
        }
    }

    /// Computes a tile of the size p × q.
    ///
    /// # Safety
    /// The tile and the depths lie within the matrices.
    #[inline(always)]
    unsafe fn dispatch(
        &mut self,
        p: usize,
        q: usize,
        row: usize,
        column: usize,
        depths: Range<usize>,
    ) {
        macro_rules! sizes {
            ($($p:literal $q:literal),+) => {
                match (p, q) {
                    // Sizes that this backend has no registers for are never asked for, and no
                    // code is made of them.
                    $(($p, $q) if const { $p <= S::TILE.0 && $q <= S::TILE.1 } => {
                        // SAFETY: asked of the caller.
                        unsafe { self.tile::<$p, $q>(row, column, depths) }
                    })+
                    _ => unreachable!("no part of a matrix is {p} × {q}"),
                }
            };
        }
        sizes!(
            1 1, 1 2, 1 3, 1 4, 2 1, 2 2, 2 3, 2 4, 3 1, 3 2, 3 3, 3 4, 4 1, 4 2, 4 3, 4 4, 6 1,
            6 2, 6 3, 6 4
        );
    }

    /// Computes a tile of P × Q sums.
    ///
    /// # Safety
    /// The tile and the depths lie within the matrices.
    #[inline(always)]
    unsafe fn tile<const P: usize, const Q: usize>(
        &mut self,
        row: usize,
        column: usize,
        depths: Range<usize>,
    ) {
        let simd = self.simd;
        let (down, across) = self.strides;
        let place = row * down + column * across;
        let zero = simd.splat(Element::from_f64(0.0));
        let mut sums = [[zero; Q]; P];
        // SAFETY, of every block here: asked of the caller.
        if self.start == Start::There {
            for p in 0..P {
                for q in 0..Q {
                    sums[p][q] = unsafe { *self.c.get_unchecked(place + p * down + q * across) };
                }
            }
        }
        for k in depths {
            let mut right = [zero; Q];
            for q in 0..Q {
                right[q] = unsafe { self.b.at(simd, column + q, k) };
            }
            // One of A's at a time: more would not fit beside the sums.
            for p in 0..P {
                let left = unsafe { self.a.at(simd, row + p, k) };
                for q in 0..Q {
                    sums[p][q] = simd.mul_add(left, right[q], sums[p][q]);
                }
            }
        }
        for p in 0..P {
            for q in 0..Q {
                let sum = unsafe { self.c.get_unchecked_mut(place + p * down + q * across) };
                *sum = sums[p][q];
            }
        }
    }
}

/// Divides a length into parts of at most so many, of sizes that there are tiles for.
struct Parts {
    at: usize,
    end: usize,
    most: usize,
}

impl Parts {
    #[inline(always)]
    fn new(length: usize, most: usize) -> Parts {
        Parts {
            at: 0,
            end: length,
            most,
        }
    }
}

impl Iterator for Parts {
    /// Where a part begins, and its size.
    type Item = (usize, usize);

    /// The largest; at the end two of about the same size rather than a large and a tiny one.
    #[inline(always)]
    fn next(&mut self) -> Option<(usize, usize)> {
        let left = self.end - self.at;
        let size = match left {
            0 => return None,
            _ if left >= 2 * self.most || left == self.most => self.most,
            _ if left > self.most => left.div_ceil(2),
            _ => left,
        };
        let size = if size == 5 { 3 } else { size };
        let part = (self.at, size);
        self.at += size;
        Some(part)
    }
}
