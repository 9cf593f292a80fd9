//! Which kernel does the work, one of fixed size or the generic one, and with how many vectors
//! side by side.

use super::batch::{Batch, Evaluation, Keep, Progress, Queries, Stretch};
use super::fixed;
use super::generic::{Evaluate, Train};
use super::problem::Problem;
use super::rows::Filling;
use crate::network::lanes::{Element, Lanes};

impl<E: Element> Problem<E> {
    /// How many vectors side by side train this fastest: measured, see README.md. Where all inputs
    /// are multiplied, the tiles and functions have enough to do side by side in one.
    pub fn unroll(&self) -> usize {
        let of_any_size = match (self.rows.filling(), self.parameters) {
            (Filling::Full | Filling::Partial, _) => 1,
            (Filling::Sparse, 0..=160) => 4,
            (Filling::Sparse, 161..=512) => 2,
            (Filling::Sparse, _) => 1,
        };
        fixed::unroll(self).unwrap_or(of_any_size)
    }
}

impl<S: Lanes> Batch<S> {
    /// Trains every lane. Within an epoch that takes long, `interrupted` is asked now and then;
    /// if it says yes, the stretch ends with the last whole epoch.
    pub fn train(
        &mut self,
        problem: &Problem<S::Element>,
        stretch: Stretch,
        interrupted: &dyn Fn() -> bool,
    ) -> Progress {
        if stretch.stop {
            let zero = self.simd.splat(S::Element::from_f64(0.0));
            self.kept.resize(problem.parameters, zero);
        }
        if S::SPECIALISED
            && let Some(progress) = fixed::train(self, problem, stretch)
        {
            return progress;
        }
        let simd = self.simd;
        simd.vectorize(Train {
            problem,
            batch: self,
            stretch,
            interrupted,
        })
    }

    /// Room for evaluations, one after the other.
    pub fn room(
        &self,
        problem: &Problem<S::Element>,
        queries: &Queries<S::Element>,
        keep: Keep,
    ) -> Evaluation<S> {
        let zero = self.simd.splat(S::Element::from_f64(0.0));
        let rows = problem.rows.len() + queries.0.len();
        let outputs = problem.layers.last().map_or(0, |layer| layer.width);
        let kept = match keep {
            Keep::Outputs => outputs,
            Keep::Neurons => problem.neurons,
        };
        Evaluation {
            activations: vec![zero; rows * kept],
            gradient: vec![zero; problem.parameters],
            kept,
            outputs,
        }
    }

    /// Evaluates what there is room for, for every row and query, and the gradient; false if
    /// `interrupted` says yes, which is asked now and then where it takes long.
    pub fn evaluate_unless(
        &mut self,
        evaluation: &mut Evaluation<S>,
        problem: &Problem<S::Element>,
        queries: &Queries<S::Element>,
        interrupted: &dyn Fn() -> bool,
    ) -> bool {
        let simd = self.simd;
        let zero = simd.splat(S::Element::from_f64(0.0));
        evaluation.gradient.fill(zero);
        simd.vectorize(Evaluate {
            problem,
            queries: &queries.0,
            batch: self,
            evaluation,
            interrupted,
        })
    }
}
