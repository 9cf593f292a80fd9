//! What is asked of training: the task of a model, everything that its runs have in common.

use crate::network::kernel::Problem;
use crate::network::lanes::Element;
use crate::network::{
    Architecture, Dataset, Generator, Learning, Parameters, Part, Precision, Query, Sets, Settings,
    Start,
};
use crate::plan::{Plan, log_spaced};

/// Looks at the validation rows, log-spaced: enough to see where they fare best, and few enough to
/// cost nothing beside an epoch limit of a thousand.
const LOOKS: u64 = 50;

/// Everything that determines a run but its seed.
#[derive(Debug, Clone, Copy)]
pub struct Task<'a> {
    /// Shape of the network.
    pub architecture: &'a Architecture,
    /// Rows to train on.
    pub dataset: &'a Dataset,
    /// Of each of them, its place among the rows of the data; empty if it is its place here.
    pub numbers: &'a [u32],
    /// Rows that are looked at while training.
    pub validation: Option<&'a Dataset>,
    /// Rows that are only evaluated with the final weights.
    pub test: Option<&'a Dataset>,
    /// Situations to predict with the final weights.
    pub queries: &'a [Query],
    /// Source of the initial weights.
    pub generator: Generator,
    /// Initial weights are uniform(−range, range).
    pub range: f64,
    /// Whether runs begin as their seed says, or as its twin.
    pub start: Start,
    /// Floating-point type.
    pub precision: Precision,
    /// How it learns, and when it has converged.
    pub settings: Settings,
    /// Epoch limit, at least 1.
    pub epochs: u64,
    /// Whether a run ends at its convergence epoch.
    pub stop: bool,
    /// Epochs at whose forward pass [`Feed::observed`](super::Feed::observed) is told the loss; ascending, from 1.
    pub checkpoints: &'a [u64],
}

impl<'a> Task<'a> {
    /// The task of a plan's model. `checkpoints`: see the field.
    pub fn new(plan: &'a Plan, model: usize, checkpoints: &'a [u64]) -> Task<'a> {
        let manifest = &plan.manifest;
        let choices = &plan.models[model].choices;
        let Sets {
            training,
            validation,
            test,
        } = plan.sets(model);
        let some = |part: &'a Part| (part.dataset.rows() > 0).then_some(&part.dataset);
        Task {
            architecture: plan.architecture(model),
            dataset: &training.dataset,
            numbers: &training.numbers,
            validation: some(validation),
            test: some(test),
            queries: plan.queries(model),
            generator: manifest.generator,
            range: choices.range,
            start: Start::Drawn,
            precision: manifest.precision,
            settings: choices.settings,
            epochs: manifest.epochs,
            stop: manifest.stop,
            checkpoints,
        }
    }

    /// What is to be learnt, as the kernel reads it.
    pub(super) fn problem<E: Element>(&self) -> Problem<E> {
        Problem::new(self.architecture, self.dataset, self.settings)
    }

    /// What the time of a network-epoch depends on, but for the machine: tasks of the same text
    /// train equally fast.
    pub fn workload(&self) -> String {
        // Exhaustive on purpose: a number may take time only where it is not 0.
        let Learning {
            rule,
            learning_rate: _,
            momentum,
        } = self.settings.learning;
        format!(
            "{:?} | {} rows, {:?} | {:?} by {rule:?} to {}, {} momentum",
            self.precision,
            self.dataset.inputs.nrows(),
            self.architecture,
            self.settings.loss,
            self.settings.criterion.key(),
            if momentum == 0.0 { "without" } else { "with" },
        )
    }

    /// Updates after which [`Outcome::mse_at_90_percent`](super::Outcome::mse_at_90_percent) is taken.
    pub(super) fn ninety(&self) -> u64 {
        // At most the limit, so it fits.
        (u128::from(self.epochs) * 9 / 10) as u64
    }

    /// Updates after which the validation rows are looked at, ascending; the limit is one of them.
    /// Empty without such rows.
    pub fn looks(&self) -> Vec<u64> {
        match self.validation {
            Some(_) => log_spaced(self.epochs, LOOKS),
            None => Vec::new(),
        }
    }

    /// The weights that a seed starts with.
    pub(super) fn initial(&self, seed: u64) -> Parameters {
        let drawn = Parameters::initial(self.architecture, self.generator, self.range, seed);
        match self.start {
            Start::Drawn => drawn,
            Start::Stepped => drawn.stepped(self.precision, seed),
        }
    }
}
