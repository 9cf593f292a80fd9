//! One epoch for any shape: sizes known only at run time. Kernels of fixed size give the same
//! bits.

use super::batch::{Batch, Evaluation, Progress, Stretch};
use super::block::{backward, forward};
use super::criterion::Met;
use super::problem::Problem;
use super::rows::Rows;
use crate::network::lanes::{Element, Lanes, Work};

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
    fn run(mut self) -> Progress {
        let Stretch {
            epochs,
            watched,
            stop,
        } = self.stretch;
        let mut progress = Progress::new();
        while progress.epochs < epochs {
            // An epoch that is broken off has moved no weight.
            let Some(met) = self.pass() else { break };
            let newly = met & watched & !progress.converged;
            let batch = &mut *self.batch;
            if newly != 0 {
                progress.note(newly);
                if stop {
                    batch.kept.copy_from_slice(&batch.weights);
                }
            }
            let (weights, state) = (&mut batch.weights, &mut batch.state);
            let update = self.problem.update;
            update.apply(batch.simd, weights, &batch.gradient, state);
            progress.epochs += 1;
            if newly != 0 && stop {
                break;
            }
        }
        progress
    }
}

impl<S: Lanes> Train<'_, S> {
    /// Forward and backward of all rows; the lanes that meet the criterion (bit l is lane l).
    /// `None` if it is interrupted.
    #[inline(always)]
    fn pass(&mut self) -> Option<u64> {
        let (problem, batch) = (self.problem, &mut *self.batch);
        let simd = batch.simd;
        let criterion: &Met<S::Element> = &problem.criterion;
        batch.gradient.fill(simd.splat(S::Element::from_f64(0.0)));
        let mut seen = criterion.start(simd);
        for first in (0..problem.rows.len()).step_by(problem.block) {
            if problem.asks_before(first) && (self.interrupted)() {
                return None;
            }
            let rows = problem.rows.block(first, problem.block);
            forward(simd, problem, &batch.weights, rows, &mut batch.scratch);
            let outputs = batch.scratch.outputs(problem, rows.len());
            criterion.rows(simd, &mut seen, first, rows.targets, outputs);
            let (scratch, gradient) = (&mut batch.scratch, &mut batch.gradient);
            backward(simd, problem, &batch.weights, rows, scratch, gradient);
        }
        Some(simd.bits(criterion.met(simd, seen)))
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
        let kept = evaluation.kept;
        for (rows, before) in [(&problem.rows, 0), (queries, problem.rows.len())] {
            for first in (0..rows.len()).step_by(problem.block) {
                if problem.asks_before(before + first) && interrupted() {
                    return false;
                }
                let block = rows.block(first, problem.block);
                let scratch = &mut batch.scratch;
                forward(simd, problem, &batch.weights, block, scratch);
                let at = (before + first) * kept;
                let into = &mut evaluation.activations[at..at + block.len() * kept];
                scratch.gather(problem, block.len(), into);
                // Queries have no targets.
                if before == 0 {
                    let gradient = &mut evaluation.gradient;
                    backward(simd, problem, &batch.weights, block, scratch, gradient);
                }
            }
        }
        true
    }
}
