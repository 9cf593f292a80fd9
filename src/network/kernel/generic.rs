//! One epoch for any shape: sizes known only at run time. Kernels of fixed size do the same
//! operations in the same order.

use super::batch::{Batch, Evaluation, Progress, Stretch};
use super::criterion::{Met, Watch, Within};
use super::exponential::{sigmoid, tanh};
use super::problem::{Layer, Problem};
use super::rows::{Row, Rows};
use crate::network::lanes::{Element, Lanes, Work};
use crate::network::{Activation, Loss, Output};

/// Trains a batch.
pub(super) struct Train<'a, S: Lanes> {
    pub problem: &'a Problem<S::Element>,
    pub batch: &'a mut Batch<S>,
    pub stretch: Stretch,
    pub interrupted: &'a dyn Fn() -> bool,
}

impl<S: Lanes> Work for Train<'_, S> {
    type Output = Progress;

    #[inline(always)]
    fn run(self) -> Progress {
        match &self.problem.criterion {
            Met::Within(tolerance) => {
                let tolerance = self.batch.simd.splat(*tolerance);
                self.until(Within(tolerance))
            }
            Met::Right(counting) => self.until(counting),
            Met::Below(limit) => self.until(*limit),
        }
    }
}

impl<S: Lanes> Train<'_, S> {
    /// Trains, and holds every epoch against a criterion.
    #[inline(always)]
    fn until(self, criterion: impl Watch<S>) -> Progress {
        let Train {
            problem,
            batch,
            stretch,
            interrupted,
        } = self;
        let simd = batch.simd;
        let rows_between_questions = problem.rows_between_questions();
        let mut progress = Progress::new();
        while progress.epochs < stretch.epochs {
            let zero = simd.splat(S::Element::from_f64(0.0));
            batch.gradient.fill(zero);
            let mut seen = criterion.start(simd);
            for first in (0..problem.rows.len()).step_by(rows_between_questions) {
                // An epoch that is broken off has moved no weight.
                if first > 0 && interrupted() {
                    return progress;
                }
                let rows = problem.rows.part(first, rows_between_questions);
                for (place, row) in (first..).zip(rows) {
                    forward(simd, problem, &batch.weights, row, &mut batch.activations);
                    let outputs = &batch.activations[problem.neurons - row.targets.len()..];
                    seen = criterion.row(simd, seen, place, row.targets, outputs);
                    let (activations, deltas) = (&batch.activations, &mut batch.deltas);
                    let gradient = &mut batch.gradient;
                    backward(
                        simd,
                        problem,
                        &batch.weights,
                        row,
                        activations,
                        deltas,
                        gradient,
                    );
                }
            }
            let newly =
                simd.bits(criterion.met(simd, seen)) & stretch.watched & !progress.converged;
            if newly != 0 {
                progress.note(newly);
                if stretch.stop {
                    batch.kept.copy_from_slice(&batch.weights);
                }
            }
            let (weights, state) = (&mut batch.weights, &mut batch.state);
            problem.update.apply(simd, weights, &batch.gradient, state);
            progress.epochs += 1;
            if newly != 0 && stretch.stop {
                break;
            }
        }
        progress
    }
}

/// Outputs and gradient without training.
pub(super) struct Evaluate<'a, S: Lanes> {
    pub problem: &'a Problem<S::Element>,
    pub queries: &'a Rows<S::Element>,
    pub batch: &'a mut Batch<S>,
    pub evaluation: &'a mut Evaluation<S>,
    pub interrupted: &'a dyn Fn() -> bool,
}

impl<S: Lanes> Work for Evaluate<'_, S> {
    /// Whether it was done to the end.
    type Output = bool;

    #[inline(always)]
    fn run(self) -> bool {
        let Evaluate {
            problem,
            queries,
            batch,
            evaluation,
            interrupted,
        } = self;
        let simd = batch.simd;
        let weights = &batch.weights;
        let rows_between_questions = problem.rows_between_questions();
        let all = problem.rows.iter().chain(queries.iter());
        let kept = evaluation.activations.chunks_exact_mut(evaluation.kept);
        for (number, (row, kept)) in all.zip(kept).enumerate() {
            if number > 0 && number.is_multiple_of(rows_between_questions) && interrupted() {
                return false;
            }
            let activations = &mut batch.activations;
            forward(simd, problem, weights, row, activations);
            kept.copy_from_slice(&activations[problem.neurons - kept.len()..]);
            if !row.targets.is_empty() {
                let (deltas, gradient) = (&mut batch.deltas, &mut evaluation.gradient);
                backward(simd, problem, weights, row, activations, deltas, gradient);
            }
        }
        true
    }
}

/// Activations of all neurons for one row.
#[inline(always)]
fn forward<S: Lanes>(
    simd: S,
    problem: &Problem<S::Element>,
    weights: &[S::Vector],
    row: Row<S::Element>,
    activations: &mut [S::Vector],
) {
    let mut layers = problem.layers.iter().enumerate();
    let last = problem.layers.len() - 1;
    if let Some((_, layer)) = layers.next() {
        let rows = &weights[layer.weights..][..layer.stride * layer.width];
        let neurons = rows.chunks_exact(layer.stride);
        for (weights, activation) in neurons.zip(activations.iter_mut()) {
            let z = input_sum(simd, problem, layer, row, weights);
            *activation = neuron(simd, problem, last == 0, z);
        }
    }
    for (l, layer) in layers {
        let (below, here) = activations.split_at_mut(layer.neurons);
        let below = &below[layer.neurons - layer.fan_in..];
        let rows = &weights[layer.weights..][..layer.stride * layer.width];
        for (weights, activation) in rows.chunks_exact(layer.stride).zip(here) {
            let mut z = simd.mul(weights[0], below[0]);
            for (&weight, &value) in weights[1..].iter().zip(&below[1..]) {
                z = simd.mul_add(weight, value, z);
            }
            if problem.bias {
                z = simd.add(z, weights[layer.fan_in]);
            }
            *activation = neuron(simd, problem, l == last, z);
        }
    }
}

/// The weighted sum of a row's inputs that are not 0, in the order of the inputs, bias last.
#[inline(always)]
fn input_sum<S: Lanes>(
    simd: S,
    problem: &Problem<S::Element>,
    layer: &Layer,
    row: Row<S::Element>,
    weights: &[S::Vector],
) -> S::Vector {
    let bias = problem.bias.then(|| weights[layer.fan_in]);
    let Some((first, rest)) = row.terms.split_first() else {
        return bias.unwrap_or_else(|| simd.splat(S::Element::from_f64(0.0)));
    };
    let mut z = weights[first.input];
    if !first.one {
        z = simd.mul(z, simd.splat(first.value));
    }
    for term in rest {
        let weight = weights[term.input];
        z = match term.one {
            true => simd.add(z, weight),
            false => simd.mul_add(weight, simd.splat(term.value), z),
        };
    }
    bias.map_or(z, |bias| simd.add(z, bias))
}

/// A neuron's value from its weighted sum.
#[inline(always)]
fn neuron<S: Lanes>(
    simd: S,
    problem: &Problem<S::Element>,
    output: bool,
    z: S::Vector,
) -> S::Vector {
    match output {
        true => answer(simd, problem.output, z),
        false => activate(simd, problem.activation, z),
    }
}

/// A hidden neuron's value from its weighted sum.
#[inline(always)]
fn activate<S: Lanes>(simd: S, activation: Activation, z: S::Vector) -> S::Vector {
    match activation {
        Activation::Sigmoid => sigmoid(simd, z),
        Activation::Tanh => tanh(simd, z),
    }
}

/// An output from its weighted sum.
#[inline(always)]
fn answer<S: Lanes>(simd: S, output: Output, z: S::Vector) -> S::Vector {
    match output {
        Output::Sigmoid => sigmoid(simd, z),
    }
}

/// Minus the derivative of the loss by an output's weighted sum, from its error (target less
/// output) and its value.
#[inline(always)]
fn output_delta<S: Lanes>(
    simd: S,
    problem: &Problem<S::Element>,
    error: S::Vector,
    output: S::Vector,
) -> S::Vector {
    match (problem.loss, problem.output) {
        (Loss::SquaredError, Output::Sigmoid) => {
            simd.mul(error, simd.neg_mul_add(output, output, output))
        }
    }
}

/// Adds a row's share to minus the gradient of the loss.
#[inline(always)]
fn backward<S: Lanes>(
    simd: S,
    problem: &Problem<S::Element>,
    weights: &[S::Vector],
    row: Row<S::Element>,
    activations: &[S::Vector],
    deltas: &mut [S::Vector],
    gradient: &mut [S::Vector],
) {
    let outputs = problem.neurons - row.targets.len();
    let targets = row.targets.iter().zip(&activations[outputs..]);
    for ((&target, &output), delta) in targets.zip(&mut deltas[outputs..]) {
        let error = simd.sub(simd.splat(target), output);
        *delta = output_delta(simd, problem, error, output);
    }
    for layer in problem.layers[1..].iter().rev() {
        let (below_deltas, deltas) = deltas.split_at_mut(layer.neurons);
        let below = layer.neurons - layer.fan_in..layer.neurons;
        let below_deltas = &mut below_deltas[below.clone()];
        let below = &activations[below];
        let own = layer.weights..layer.weights + layer.stride * layer.width;
        let rows = weights[own.clone()].chunks_exact(layer.stride);
        let gradients = gradient[own].chunks_exact_mut(layer.stride);
        for (j, ((weights, gradient), &delta)) in rows.zip(gradients).zip(&*deltas).enumerate() {
            let sums = below_deltas.iter_mut().zip(weights);
            for ((&value, gradient), (sum, &weight)) in
                below.iter().zip(gradient.iter_mut()).zip(sums)
            {
                *gradient = simd.mul_add(delta, value, *gradient);
                *sum = match j {
                    0 => simd.mul(delta, weight),
                    _ => simd.mul_add(delta, weight, *sum),
                };
            }
            if problem.bias {
                gradient[layer.fan_in] = simd.add(gradient[layer.fan_in], delta);
            }
        }
        for (&value, delta) in below.iter().zip(below_deltas) {
            *delta = simd.mul(*delta, slope(simd, problem.activation, value));
        }
    }
    if row.terms.is_empty() && !problem.bias {
        return;
    }
    let layer = &problem.layers[0];
    let gradients = gradient[..layer.stride * layer.width].chunks_exact_mut(layer.stride);
    for (gradient, &delta) in gradients.zip(&*deltas) {
        for term in row.terms {
            let sum = gradient[term.input];
            gradient[term.input] = match term.one {
                true => simd.add(sum, delta),
                false => simd.mul_add(delta, simd.splat(term.value), sum),
            };
        }
        if problem.bias {
            gradient[layer.fan_in] = simd.add(gradient[layer.fan_in], delta);
        }
    }
}

/// The derivative of a hidden activation, from its value.
#[inline(always)]
fn slope<S: Lanes>(simd: S, activation: Activation, value: S::Vector) -> S::Vector {
    match activation {
        Activation::Sigmoid => simd.neg_mul_add(value, value, value),
        Activation::Tanh => simd.neg_mul_add(value, value, simd.splat(S::Element::from_f64(1.0))),
    }
}
