//! The functions of neurons and of the loss, each applied to a block of rows at once: which one
//! it is, is asked once for a block.

use super::exponential::{sigmoid, tanh};
use crate::network::lanes::{Element, Lanes, Wide};
use crate::network::{Activation, Loss, Output};

/// A function of one number, in every lane. A type, not a closure: those are not compiled for the
/// backend's instructions.
trait Function {
    fn of<S: Lanes>(simd: S, value: S::Vector) -> S::Vector;
}

struct Sigmoid;

impl Function for Sigmoid {
    #[inline(always)]
    fn of<S: Lanes>(simd: S, z: S::Vector) -> S::Vector {
        sigmoid(simd, z)
    }
}

struct Tanh;

impl Function for Tanh {
    #[inline(always)]
    fn of<S: Lanes>(simd: S, z: S::Vector) -> S::Vector {
        tanh(simd, z)
    }
}

/// h (1 − h), the derivative of the sigmoid from its value h.
struct SigmoidSlope;

impl Function for SigmoidSlope {
    #[inline(always)]
    fn of<S: Lanes>(simd: S, value: S::Vector) -> S::Vector {
        simd.neg_mul_add(value, value, value)
    }
}

/// 1 − h², the derivative of tanh from its value h.
struct TanhSlope;

impl Function for TanhSlope {
    #[inline(always)]
    fn of<S: Lanes>(simd: S, value: S::Vector) -> S::Vector {
        simd.neg_mul_add(value, value, simd.splat(S::Element::from_f64(1.0)))
    }
}

/// Turns the weighted sums of a hidden layer into its values.
#[inline(always)]
pub(super) fn activate<S: Lanes>(simd: S, activation: Activation, sums: &mut [S::Vector]) {
    match activation {
        Activation::Sigmoid => apply::<S, Sigmoid>(simd, sums),
        Activation::Tanh => apply::<S, Tanh>(simd, sums),
    }
}

/// Turns the weighted sums of the output layer into its values.
#[inline(always)]
pub(super) fn answer<S: Lanes>(simd: S, output: Output, sums: &mut [S::Vector]) {
    match output {
        Output::Sigmoid => apply::<S, Sigmoid>(simd, sums),
    }
}

/// Four at a time, so that while one waits for a result the processor works on another.
#[inline(always)]
fn apply<S: Lanes, F: Function>(simd: S, values: &mut [S::Vector]) {
    let mut rest = values;
    // Of vectors that are several already, one at a time.
    if const { S::UNROLL == 1 } {
        let (fours, left) = rest.as_chunks_mut::<4>();
        for four in fours {
            *four = F::of(Wide::<S, 4>(simd), *four);
        }
        rest = left;
    }
    for value in rest {
        *value = F::of(simd, *value);
    }
}

/// Multiplies what reaches a hidden layer's values from above by the derivative of its activation.
#[inline(always)]
pub(super) fn multiply_by_slope<S: Lanes>(
    simd: S,
    activation: Activation,
    deltas: &mut [S::Vector],
    values: &[S::Vector],
) {
    match activation {
        Activation::Sigmoid => multiply::<S, SigmoidSlope>(simd, deltas, values),
        Activation::Tanh => multiply::<S, TanhSlope>(simd, deltas, values),
    }
}

#[inline(always)]
fn multiply<S: Lanes, F: Function>(simd: S, deltas: &mut [S::Vector], values: &[S::Vector]) {
    for (delta, &value) in deltas.iter_mut().zip(values) {
        *delta = simd.mul(*delta, F::of(simd, value));
    }
}

/// Minus the derivative of the loss by the outputs' weighted sums, from targets and outputs; all
/// of a block, B × O.
#[inline(always)]
pub(super) fn output_deltas<S: Lanes>(
    simd: S,
    loss: Loss,
    output: Output,
    targets: &[S::Element],
    outputs: &[S::Vector],
    deltas: &mut [S::Vector],
) {
    let pairs = targets.iter().zip(outputs);
    match (loss, output) {
        (Loss::SquaredError, Output::Sigmoid) => {
            for ((&target, &output), delta) in pairs.zip(deltas) {
                let error = simd.sub(simd.splat(target), output);
                *delta = simd.mul(error, SigmoidSlope::of(simd, output));
            }
        }
    }
}
