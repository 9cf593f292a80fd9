//! The first layer, whose inputs are the same numbers in every lane.
//!
//! An input that is 0 adds nothing, also where a diverged network would make 0 · ∞ of it. For
//! finite numbers multiplying by 0 does the same; so the other numbers are looked at before all
//! inputs are multiplied, and where one is not finite, or most inputs are 0, those are left out.

// Indices are neurons (q), as in the formulas.
#![allow(clippy::needless_range_loop)]

use super::problem::Layer;
use super::rows::{Block, Filling};
use crate::network::lanes::{Across, Along, Element, Lanes, Matrix, Own, Product, Shared, Start};

/// Weighted sums (B × H) of a block's rows.
#[inline(always)]
pub(super) fn sums<S: Lanes>(
    simd: S,
    layer: &Layer,
    weights: &[S::Vector],
    rows: Block<S::Element>,
    sums: &mut [S::Vector],
) {
    if !all_count(simd, rows.filling, weights) {
        // Sums that grow side by side, in about as many registers.
        return match S::UNROLL {
            1 => sums_without_zeros::<S, 4>(simd, layer, weights, rows, sums),
            2 => sums_without_zeros::<S, 2>(simd, layer, weights, rows, sums),
            _ => sums_without_zeros::<S, 1>(simd, layer, weights, rows, sums),
        };
    }
    simd.vectorize(Product {
        simd,
        a: Matrix::<S, Shared, Along>::new(rows.inputs, layer.stride),
        b: Matrix::<S, Own, Along>::new(weights, layer.stride),
        size: (rows.len(), layer.width, layer.stride),
        start: Start::Zero,
        c: sums,
        strides: (layer.room, 1),
    });
}

/// Adds a block's share to minus the gradient of the first layer's weights: the products of its
/// deltas (B × H) and inputs.
#[inline(always)]
pub(super) fn gradient<S: Lanes>(
    simd: S,
    layer: &Layer,
    deltas: &[S::Vector],
    rows: Block<S::Element>,
    gradient: &mut [S::Vector],
) {
    if !all_count(simd, rows.filling, deltas) {
        return gradient_without_zeros(simd, layer, deltas, rows, gradient);
    }
    simd.vectorize(Product {
        simd,
        a: Matrix::<S, Shared, Across>::new(rows.inputs, layer.stride),
        b: Matrix::<S, Own, Across>::new(deltas, layer.room),
        size: (layer.stride, layer.width, rows.len()),
        start: Start::There,
        c: gradient,
        strides: (1, layer.stride),
    });
}

/// Whether all inputs may be multiplied by these.
#[inline(always)]
fn all_count<S: Lanes>(simd: S, filling: Filling, others: &[S::Vector]) -> bool {
    match filling {
        Filling::Full => true,
        Filling::Partial => finite(simd, others),
        Filling::Sparse => false,
    }
}

/// Whether all are finite in every lane: only then 0 times each of them is 0.
#[inline(always)]
fn finite<S: Lanes>(simd: S, vectors: &[S::Vector]) -> bool {
    let zero = simd.splat(S::Element::from_f64(0.0));
    let mut sums = [zero; 4];
    let fours = vectors.chunks_exact(4);
    for &vector in fours.remainder() {
        sums[0] = simd.mul_add(vector, zero, sums[0]);
    }
    for four in fours {
        for i in 0..4 {
            sums[i] = simd.mul_add(four[i], zero, sums[i]);
        }
    }
    let sum = simd.add(simd.add(sums[0], sums[1]), simd.add(sums[2], sums[3]));
    let one = simd.splat(S::Element::from_f64(1.0));
    simd.bits(simd.less(sum, one)) == simd.bits(simd.all())
}

#[inline(always)]
fn sums_without_zeros<S: Lanes, const N: usize>(
    simd: S,
    layer: &Layer,
    weights: &[S::Vector],
    rows: Block<S::Element>,
    sums: &mut [S::Vector],
) {
    let zero = simd.splat(S::Element::from_f64(0.0));
    for first in (0..layer.width).step_by(N) {
        let width = N.min(layer.width - first);
        // Of those that are missing at the end, the first stands in.
        let mut own: [&[S::Vector]; N] = [&[]; N];
        for q in 0..N {
            let neuron = if q < width { first + q } else { first };
            own[q] = &weights[neuron * layer.stride..][..layer.stride];
        }
        let inputs = rows.inputs.chunks_exact(layer.stride);
        let sums = sums.chunks_exact_mut(layer.room);
        for ((places, inputs), sums) in rows.places().zip(inputs).zip(sums) {
            let mut z = [zero; N];
            for &place in places {
                let place = place as usize;
                let input = simd.splat(inputs[place]);
                for q in 0..N {
                    z[q] = simd.mul_add(input, own[q][place], z[q]);
                }
            }
            sums[first..first + width].copy_from_slice(&z[..width]);
        }
    }
}

#[inline(always)]
fn gradient_without_zeros<S: Lanes>(
    simd: S,
    layer: &Layer,
    deltas: &[S::Vector],
    rows: Block<S::Element>,
    gradient: &mut [S::Vector],
) {
    for (neuron, gradient) in gradient.chunks_exact_mut(layer.stride).enumerate() {
        let inputs = rows.inputs.chunks_exact(layer.stride);
        let deltas = deltas.chunks_exact(layer.room);
        for ((places, inputs), deltas) in rows.places().zip(inputs).zip(deltas) {
            let delta = deltas[neuron];
            for &place in places {
                let place = place as usize;
                let input = simd.splat(inputs[place]);
                gradient[place] = simd.mul_add(input, delta, gradient[place]);
            }
        }
    }
}
