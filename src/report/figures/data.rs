//! What the report is made from: the plan, what its runs say, and a few runs retrained step by
//! step.
//!
//! Nothing is computed here; the findings are only looked up.

use ndarray::Array2;

use crate::plan::Plan;
use crate::statistics::Findings;
use crate::training::Trace;

/// Everything that the pages and figures show.
#[derive(Clone, Copy)]
pub struct ReportData<'a> {
    /// The experiment and its grid of models.
    pub plan: &'a Plan,
    /// What the runs say.
    pub findings: &'a Findings,
    /// Runs retrained step by step; those of a model stand together.
    pub episodes: &'a [Episode],
    /// Tables that are not, or are not known to be, what was recorded when they were trained.
    pub changed: &'a [String],
}

/// The predictions of one model for one prediction column, each drawn as a dot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dots<'a> {
    /// Finite values, ascending: those of all runs, or evenly spaced quantiles of them.
    pub values: &'a [f64],
    /// How many runs they stand for.
    pub runs: u64,
}

impl<'a> ReportData<'a> {
    /// Runs that are there, of all models together.
    pub fn runs(&self) -> u64 {
        let runs = self.findings.summaries.iter().map(|summary| summary.runs);
        runs.sum()
    }

    /// What a model predicts for prediction `column`; both are positions in the plan.
    pub fn dots(&self, model: usize, column: usize) -> Option<Dots<'a>> {
        Some(Dots {
            values: self.findings.dots.get(model)?.get(column)?,
            runs: self.findings.summaries.get(model)?.runs,
        })
    }
}

/// One run of a model, retrained and watched.
#[derive(Debug, Clone, PartialEq)]
pub struct Episode {
    /// The model's position in the plan.
    pub model: usize,
    /// The run's seed.
    pub seed: u64,
    /// When it converged, if it did.
    pub convergence_epoch: Option<u64>,
    /// The network at some epochs, ascending, from its initial weights (epoch 0).
    pub frames: Vec<Frame>,
}

/// A network after some updates.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Updates made.
    pub epoch: u64,
    /// Mean squared error on the training rows.
    pub mse: f64,
    /// Per layer (fan-in, and one more row for a bias) × fan-out.
    pub weights: Vec<Array2<f64>>,
    /// Per layer, the output layer last, rows × neurons: what each neuron gives for each row
    /// and then each query that the page shows.
    pub activations: Vec<Array2<f64>>,
}

impl Episode {
    /// The run that was traced.
    pub fn new(model: usize, trace: Trace) -> Self {
        let frames = trace.snapshots.into_iter().map(|snapshot| {
            let mut activations = snapshot.hidden;
            activations.push(snapshot.outputs);
            Frame {
                epoch: snapshot.epoch,
                mse: snapshot.mse,
                weights: snapshot.parameters.layers,
                activations,
            }
        });
        Episode {
            model,
            seed: trace.outcome.seed,
            convergence_epoch: trace.outcome.convergence_epoch,
            frames: frames.collect(),
        }
    }
}
