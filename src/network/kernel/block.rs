//! Forward and backward through all layers for a block of rows: every layer is a product of two
//! matrices in each lane, and a function of each of its elements.

use super::functions::{activate, answer, multiply_by_slope, output_deltas};
use super::input;
use super::problem::{Layer, Problem};
use super::rows::Block;
use crate::network::lanes::{Across, Along, Element, Lanes, Matrix, Own, Product, Shared, Start};

/// What the neurons are for a block's rows, layer by layer, row by row.
#[derive(Debug, Clone)]
pub(super) struct Scratch<S: Lanes> {
    /// Their values.
    values: Vec<S::Vector>,
    /// Minus the derivative of the loss by their weighted sums.
    deltas: Vec<S::Vector>,
    /// For every row the 1 that a bias is the weight of.
    ones: Vec<S::Element>,
}

impl<S: Lanes> Scratch<S> {
    /// For the rows of the longest block of a problem.
    pub fn new(simd: S, problem: &Problem<S::Element>) -> Scratch<S> {
        let zero = simd.splat(S::Element::from_f64(0.0));
        let room = problem.layers.iter().map(|layer| layer.room).sum::<usize>();
        let zeros = vec![zero; problem.block * room];
        Scratch {
            values: zeros.clone(),
            deltas: zeros,
            ones: vec![S::Element::from_f64(1.0); problem.block],
        }
    }

    /// Outputs of a block's rows, B × O.
    pub fn outputs(&self, problem: &Problem<S::Element>, rows: usize) -> &[S::Vector] {
        let last = &problem.layers[problem.layers.len() - 1];
        &self.values[last.place * problem.block..][..rows * last.width]
    }

    /// Copies the values of a block's rows: row by row, of the last neurons as many as there is
    /// room for.
    pub fn gather(&self, problem: &Problem<S::Element>, rows: usize, into: &mut [S::Vector]) {
        let kept = into.len() / rows.max(1);
        for layer in &problem.layers {
            let Some(to) = (layer.neurons + kept).checked_sub(problem.neurons) else {
                continue;
            };
            let values = &self.values[layer.place * problem.block..];
            let from = values.chunks_exact(layer.room);
            for (into, from) in into.chunks_exact_mut(kept).zip(from) {
                into[to..to + layer.width].copy_from_slice(&from[..layer.width]);
            }
        }
    }
}

/// Values of all neurons for a block of rows.
#[inline(always)]
pub(super) fn forward<S: Lanes>(
    simd: S,
    problem: &Problem<S::Element>,
    weights: &[S::Vector],
    rows: Block<S::Element>,
    scratch: &mut Scratch<S>,
) {
    let (count, block) = (rows.len(), problem.block);
    for (l, layer) in problem.layers.iter().enumerate() {
        let (lower, here) = scratch.values.split_at_mut(layer.place * block);
        let here = &mut here[..count * layer.room];
        let weights = &weights[layer.weights..][..layer.stride * layer.width];
        match l {
            0 => input::sums(simd, layer, weights, rows, here),
            _ => {
                let below = &problem.layers[l - 1];
                let values = &lower[below.place * block..][..count * below.room];
                sums(simd, (below, layer), weights, values, here);
                if problem.bias {
                    add_bias(simd, layer, weights, &scratch.ones[..count], here);
                }
            }
        }
        match l + 1 == problem.layers.len() {
            true => answer(simd, problem.output, here),
            false => activate(simd, problem.activation, here),
        }
    }
}

/// Weighted sums (B × H) of the values of the layer below.
#[inline(always)]
fn sums<S: Lanes>(
    simd: S,
    (below, layer): (&Layer, &Layer),
    weights: &[S::Vector],
    values: &[S::Vector],
    sums: &mut [S::Vector],
) {
    simd.vectorize(Product {
        simd,
        a: Matrix::<S, Own, Along>::new(values, below.room),
        b: Matrix::<S, Own, Along>::new(weights, layer.stride),
        size: (sums.len() / layer.room, layer.width, layer.fan_in),
        start: Start::Zero,
        c: sums,
        strides: (layer.room, 1),
    });
}

/// Adds the biases, each times 1, to weighted sums (B × H).
#[inline(always)]
fn add_bias<S: Lanes>(
    simd: S,
    layer: &Layer,
    weights: &[S::Vector],
    ones: &[S::Element],
    sums: &mut [S::Vector],
) {
    simd.vectorize(Product {
        simd,
        a: Matrix::<S, Shared, Along>::new(ones, 1),
        b: Matrix::<S, Own, Along>::new(&weights[layer.fan_in..], layer.stride),
        size: (ones.len(), layer.width, 1),
        start: Start::There,
        c: sums,
        strides: (layer.room, 1),
    });
}

/// Adds a block's share to minus the gradient of the loss, after its forward pass.
#[inline(always)]
pub(super) fn backward<S: Lanes>(
    simd: S,
    problem: &Problem<S::Element>,
    weights: &[S::Vector],
    rows: Block<S::Element>,
    scratch: &mut Scratch<S>,
    gradient: &mut [S::Vector],
) {
    let (count, block) = (rows.len(), problem.block);
    let Scratch {
        values,
        deltas,
        ones,
    } = scratch;
    let last = &problem.layers[problem.layers.len() - 1];
    output_deltas(
        simd,
        problem.loss,
        problem.output,
        rows.targets,
        &values[last.place * block..],
        &mut deltas[last.place * block..],
    );
    for pair in problem.layers.windows(2).rev() {
        let (below, layer) = (&pair[0], &pair[1]);
        let (lower, here) = deltas.split_at_mut(layer.place * block);
        let here = &here[..count * layer.room];
        let lower = &mut lower[below.place * block..][..count * below.room];
        let values = &values[below.place * block..][..count * below.room];
        let own = layer.weights..layer.weights + layer.stride * layer.width;
        add_gradient(
            simd,
            (below, layer),
            values,
            here,
            &mut gradient[own.clone()],
        );
        if problem.bias {
            let gradient = &mut gradient[own.clone()];
            add_bias_gradient(simd, layer, &ones[..count], here, gradient);
        }
        pull_back(simd, (below, layer), here, &weights[own], lower);
        multiply_by_slope(simd, problem.activation, lower, values);
    }
    let first = &problem.layers[0];
    let deltas = &deltas[..count * first.room];
    let gradient = &mut gradient[..first.stride * first.width];
    input::gradient(simd, first, deltas, rows, gradient);
}

/// Adds the products of the values below (B × H) and the deltas of a layer.
#[inline(always)]
fn add_gradient<S: Lanes>(
    simd: S,
    (below, layer): (&Layer, &Layer),
    values: &[S::Vector],
    deltas: &[S::Vector],
    gradient: &mut [S::Vector],
) {
    simd.vectorize(Product {
        simd,
        a: Matrix::<S, Own, Across>::new(values, below.room),
        b: Matrix::<S, Own, Across>::new(deltas, layer.room),
        size: (layer.fan_in, layer.width, deltas.len() / layer.room),
        start: Start::There,
        c: gradient,
        strides: (1, layer.stride),
    });
}

/// Adds the deltas of a layer, each times 1, to what concerns the biases.
#[inline(always)]
fn add_bias_gradient<S: Lanes>(
    simd: S,
    layer: &Layer,
    ones: &[S::Element],
    deltas: &[S::Vector],
    gradient: &mut [S::Vector],
) {
    simd.vectorize(Product {
        simd,
        a: Matrix::<S, Shared, Across>::new(ones, 1),
        b: Matrix::<S, Own, Across>::new(deltas, layer.room),
        size: (1, layer.width, ones.len()),
        start: Start::There,
        c: &mut gradient[layer.fan_in..],
        strides: (1, layer.stride),
    });
}

/// Minus the derivative of the loss by the values of the layer below (B × H), from the deltas of
/// a layer.
#[inline(always)]
fn pull_back<S: Lanes>(
    simd: S,
    (below, layer): (&Layer, &Layer),
    deltas: &[S::Vector],
    weights: &[S::Vector],
    lower: &mut [S::Vector],
) {
    simd.vectorize(Product {
        simd,
        a: Matrix::<S, Own, Along>::new(deltas, layer.room),
        b: Matrix::<S, Own, Across>::new(weights, layer.stride),
        size: (deltas.len() / layer.room, layer.fan_in, layer.width),
        start: Start::Zero,
        c: lower,
        strides: (below.room, 1),
    });
}
