//! L networks in training: their weights, and the operations on them.

use super::block::Scratch;
use super::problem::Problem;
use super::rows::Rows;
use crate::network::lanes::{Element, Lanes};
use crate::network::{Architecture, Dataset, Query};

/// L networks of one shape, one per lane.
#[derive(Debug, Clone)]
pub struct Batch<S: Lanes> {
    pub(super) simd: S,
    pub(super) weights: Vec<S::Vector>,
    /// What the update rule remembers of every weight; often nothing.
    pub(super) state: Vec<S::Vector>,
    /// Minus the gradient of the loss, summed over rows.
    pub(super) gradient: Vec<S::Vector>,
    /// Weights that met the criterion, when [`Stretch::stop`] ended a stretch; empty before the
    /// first stretch that may be ended so.
    pub(super) kept: Vec<S::Vector>,
    pub(super) scratch: Scratch<S>,
}

/// How far to train, and what to watch.
#[derive(Debug, Clone, Copy)]
pub struct Stretch {
    /// Epochs at most.
    pub epochs: u64,
    /// Lanes (bit l is lane l) whose first convergence is wanted.
    pub watched: u64,
    /// Whether the first convergence ends the stretch.
    pub stop: bool,
}

/// What a stretch of training gave.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Epochs trained.
    pub epochs: u64,
    /// Watched lanes that converged.
    pub converged: u64,
    /// For those, the epoch, counted from 1 at the start of the stretch.
    pub first: [u64; 64],
}

impl Progress {
    #[inline(always)]
    pub(super) fn new() -> Progress {
        Progress {
            epochs: 0,
            converged: 0,
            first: [0; 64],
        }
    }

    /// Notes an epoch's newly converged lanes.
    #[cold]
    pub(super) fn note(&mut self, lanes: u64) {
        self.converged |= lanes;
        let mut left = lanes;
        while left != 0 {
            self.first[left.trailing_zeros() as usize] = self.epochs + 1;
            left &= left - 1;
        }
    }
}

/// Outputs and gradient at the current weights, for every lane.
#[derive(Debug, Clone)]
pub struct Evaluation<S: Lanes> {
    /// Activations of the last `kept` neurons for every row, then for every query.
    pub(super) activations: Vec<S::Vector>,
    pub(super) gradient: Vec<S::Vector>,
    /// Neurons of a row whose activations are here.
    pub(super) kept: usize,
    pub(super) outputs: usize,
}

/// What an evaluation holds of every row: of a wide network, the activations of all neurons for
/// all rows would take more memory than everything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// The outputs.
    Outputs,
    /// The activations of all neurons.
    Neurons,
}

impl<S: Lanes> Evaluation<S> {
    /// O outputs of all lanes for a row (queries follow the rows).
    pub fn output_vectors(&self, row: usize) -> &[S::Vector] {
        let end = (row + 1) * self.kept;
        &self.activations[end - self.outputs..end]
    }

    /// O outputs of a lane for a row (queries follow the rows).
    pub fn outputs(&self, row: usize, lane: usize) -> impl Iterator<Item = f64> + '_ {
        let outputs = self.output_vectors(row).iter();
        outputs.map(move |v| S::lanes(v)[lane].to_f64())
    }

    /// Activations of a lane's neurons for a row (queries follow the rows): of all layers, or the
    /// outputs, as was asked for.
    pub fn neurons(&self, row: usize, lane: usize) -> impl Iterator<Item = f64> + '_ {
        let neurons = self.activations[row * self.kept..(row + 1) * self.kept].iter();
        neurons.map(move |v| S::lanes(v)[lane].to_f64())
    }

    /// Euclidean norm of a lane's gradient of the loss.
    pub fn gradient_norm(&self, problem: &Problem<S::Element>, lane: usize) -> f64 {
        let squares = problem.canonical().map(|at| {
            let g = S::lanes(&self.gradient[at])[lane].to_f64();
            g * g
        });
        squares.fold(0.0, |sum, square| sum + square).sqrt()
    }
}

/// The queries in the form the kernel reads.
#[derive(Debug, Clone)]
pub struct Queries<E>(pub(super) Rows<E>);

impl<E: Element> Queries<E> {
    /// Rounded to the precision; the rows that are only evaluated follow the queries.
    pub fn new(architecture: &Architecture, queries: &[Query], evaluated: &[&Dataset]) -> Self {
        let Architecture { inputs, bias, .. } = *architecture;
        let count = evaluated.iter().map(|rows| rows.rows()).sum::<usize>();
        let mut rows = Rows::with_room(queries.len() + count, inputs, bias, 0);
        for query in queries {
            rows.push(query.input.iter(), [].iter());
        }
        for inputs in evaluated.iter().flat_map(|rows| rows.inputs.outer_iter()) {
            rows.push(inputs.iter(), [].iter());
        }
        Queries(rows)
    }
}

impl<S: Lanes> Batch<S> {
    /// L networks whose weights are all 0.
    pub fn new(simd: S, problem: &Problem<S::Element>) -> Self {
        let zero = simd.splat(S::Element::from_f64(0.0));
        let zeros = |length| vec![zero; length];
        Batch {
            simd,
            weights: zeros(problem.parameters),
            state: zeros(problem.state),
            gradient: zeros(problem.parameters),
            kept: Vec::new(),
            scratch: Scratch::new(simd, problem),
        }
    }

    /// Puts a network that has not been trained into a lane: its weights in canonical order.
    pub fn set(
        &mut self,
        problem: &Problem<S::Element>,
        lane: usize,
        weights: impl Iterator<Item = f64>,
    ) {
        for (at, weight) in problem.canonical().zip(weights) {
            S::lanes_mut(&mut self.weights[at])[lane] = S::Element::from_f64(weight);
        }
        for remembered in &mut self.state {
            S::lanes_mut(remembered)[lane] = S::Element::from_f64(0.0);
        }
    }

    /// Puts a network in the midst of its training into a lane: its weights, and what
    /// [`remembered`](Self::remembered) gave of it.
    pub fn set_trained(
        &mut self,
        problem: &Problem<S::Element>,
        lane: usize,
        weights: impl Iterator<Item = f64>,
        remembered: impl Iterator<Item = f64>,
    ) {
        self.set(problem, lane, weights);
        for (at, value) in problem.remembered().zip(remembered) {
            S::lanes_mut(&mut self.state[at])[lane] = S::Element::from_f64(value);
        }
    }

    /// What the update rule remembers of a lane, such as the velocities of momentum: for every
    /// weight in canonical order; often nothing.
    pub fn remembered<'a>(
        &'a self,
        problem: &'a Problem<S::Element>,
        lane: usize,
    ) -> impl Iterator<Item = f64> + 'a {
        let places = problem.remembered();
        places.map(move |at| S::lanes(&self.state[at])[lane].to_f64())
    }

    /// A lane's weights in canonical order.
    pub fn weights<'a>(
        &'a self,
        problem: &'a Problem<S::Element>,
        lane: usize,
    ) -> impl Iterator<Item = f64> + 'a {
        let places = problem.canonical();
        places.map(move |at| S::lanes(&self.weights[at])[lane].to_f64())
    }

    /// Copies a lane with all its state from another batch of the same problem.
    pub fn take<T: Lanes<Element = S::Element>>(
        &mut self,
        to: usize,
        from: &Batch<T>,
        lane: usize,
    ) {
        let pairs = self.weights.iter_mut().zip(&from.weights);
        for (new, old) in pairs.chain(self.state.iter_mut().zip(&from.state)) {
            S::lanes_mut(new)[to] = T::lanes(old)[lane];
        }
    }

    /// Puts a lane's weights back to those that met the criterion when the last stretch stopped.
    /// What the update rule remembers stays.
    pub fn restore_kept(&mut self, lane: usize) {
        for (weight, kept) in self.weights.iter_mut().zip(&self.kept) {
            S::lanes_mut(weight)[lane] = S::lanes(kept)[lane];
        }
    }

    /// Exchanges the weights with those that met the criterion when the last stretch stopped:
    /// from before its last update. A second call exchanges them back.
    pub fn exchange_kept(&mut self) {
        std::mem::swap(&mut self.weights, &mut self.kept);
    }
}
