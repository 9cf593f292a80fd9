//! The statistics of all models, collected run by run in canonical order, so that no more than
//! one model's runs are held in full.

use std::mem;

use super::comparison::{Comparison, compare_all};
use super::curves::{CurveColumns, CurvePoint};
use super::failures::{Failure, failures};
use super::judged::judged_bytes_per_run;
use super::pooled::{Pooled, pooled};
use super::predictions::{GoOn, Shelf};
use super::runs::RunColumns;
use super::summary::{ModelSummary, predicted};
use super::survival::KaplanMeier;
use crate::error::{Error, Result};
use crate::plan::{Plan, Pool};
use crate::training::Run;

/// What the runs of a study say. Every list but `comparisons` has one entry per model, in grid
/// order; a model without runs has an entry that says so.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// Counts, rates, epochs to convergence, predictions.
    pub summaries: Vec<ModelSummary>,
    /// Share of runs not converged, epoch by epoch.
    pub survival: Vec<KaplanMeier>,
    /// Ways in which runs ended, by status, then the most frequent first; empty of no runs.
    pub endings: Vec<Vec<Failure>>,
    /// Quantiles of the loss at the plan's curve epochs, ascending; empty if no curve was kept.
    pub curves: Vec<Vec<CurvePoint>>,
    /// Per prediction, in the order of `Plan::predictions`, its finite values over all runs,
    /// ascending; of more than 200, 100 quantiles that stand for them.
    pub dots: Vec<Vec<Vec<f64>>>,
    /// Every model that has another as its baseline, against it, in grid order.
    pub comparisons: Vec<Comparison>,
    /// Models of several partitions of the rows taken together, in the order of `Plan::pools`.
    pub pooled: Pooled,
}

/// Predictions that are held in memory at once of the model whose runs come, and as many of the
/// models before: 32 MB each. More are put on the shelf.
pub const PREDICTIONS_HELD: usize = 1 << 22;

impl Findings {
    /// A collector of the runs of `plan`, which holds all their predictions in memory.
    pub fn collect(plan: &Plan) -> Collector<'_> {
        Collector::new(plan, None, PREDICTIONS_HELD, &|| Ok(()))
    }

    /// The same, but if the predictions are too many, they are put on a shelf; and `go_on` is
    /// asked now and then.
    pub fn collect_with<'p>(
        plan: &'p Plan,
        shelf: &'p dyn Shelf,
        go_on: GoOn<'p>,
    ) -> Collector<'p> {
        Collector::new(plan, Some(shelf), PREDICTIONS_HELD, go_on)
    }
}

/// Takes runs in canonical order, and makes a model's statistics as soon as a run of the next
/// model comes. What only those need is freed then: of the models before, no more is held than
/// comparisons with a baseline need.
pub struct Collector<'p> {
    plan: &'p Plan,
    pools: &'p [Pool],
    /// The right answer of each prediction, where it is known.
    targets: Vec<Option<f64>>,
    /// Epochs of the loss curves.
    epochs: Vec<u64>,
    /// What the models before the present one say.
    findings: Findings,
    /// Their runs, for the comparisons.
    complete: Vec<RunColumns<'p>>,
    /// Of these, the predictions that are held in memory.
    complete_held: usize,
    /// The runs of the present model so far.
    runs: RunColumns<'p>,
    /// Those of its loss curves that are kept.
    curves: CurveColumns,
    shelf: Option<&'p dyn Shelf>,
    /// At most so many predictions are held, if there is a shelf.
    held: usize,
    go_on: GoOn<'p>,
}

impl std::fmt::Debug for Collector<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("Collector");
        shown
            .field("findings", &self.findings)
            .finish_non_exhaustive()
    }
}

impl<'p> Collector<'p> {
    pub(super) fn new(
        plan: &'p Plan,
        shelf: Option<&'p dyn Shelf>,
        held: usize,
        go_on: GoOn<'p>,
    ) -> Self {
        let targets = plan.targets();
        let epochs = plan.curve_epochs();
        Collector {
            plan,
            pools: plan.pools(),
            findings: Findings::default(),
            complete: Vec::with_capacity(plan.models.len()),
            complete_held: 0,
            runs: RunColumns::of(plan, 0, shelf),
            curves: CurveColumns::new(epochs.clone()),
            targets,
            epochs,
            shelf,
            held,
            go_on,
        }
    }

    /// Adds the next run in canonical order; models may be left out.
    ///
    /// # Errors
    /// [`Error::Memory`] if the runs of its model need more than there is; what the shelf
    /// returns.
    ///
    /// # Panics
    /// If the run's model is none of the plan's, or comes before the model of the last run.
    pub fn add(&mut self, run: &Run) -> Result<()> {
        let models = self.complete.len()..self.plan.models.len();
        assert!(
            models.contains(&run.model),
            "runs come in canonical order, but one of model {} came when models {models:?} were \
             left",
            run.model
        );
        while self.complete.len() < run.model {
            self.complete_model()?;
        }
        if self.runs.is_empty() {
            self.make_room()?;
        }
        let outcome = &run.outcome;
        self.runs.push(outcome);
        if self.shelf.is_some() && self.runs.predictions.held() >= self.held {
            self.runs.predictions.put_away()?;
        }
        if !run.curve.is_empty() {
            self.curves
                .push(&run.curve, outcome.mse, outcome.convergence_epoch);
        }
        Ok(())
    }

    /// Makes room for the runs of a model.
    fn make_room(&mut self) -> Result<()> {
        let seeds = self.plan.manifest.seeds.count();
        let runs = usize::try_from(seeds).unwrap_or(usize::MAX);
        let held = match self.shelf {
            Some(_) => runs.min(self.held / self.targets.len().max(1) + 1),
            None => runs,
        };
        let reserved = self.runs.reserve(runs, held);
        let numbers = held.saturating_mul(size_of::<f64>() * self.targets.len());
        reserved.map_err(|_| Error::Memory {
            what: "the statistics of a model's runs",
            bytes: (seeds.saturating_mul(self.bytes_per_run() as u64))
                .saturating_add(numbers as u64),
        })
    }

    /// Bytes that each run of the present model takes besides its predictions.
    fn bytes_per_run(&self) -> usize {
        let model = self.complete.len();
        RunColumns::BYTES_PER_RUN + judged_bytes_per_run(self.plan, model)
    }

    /// The statistics of every model; those of which no run came have their empty entries.
    ///
    /// # Errors
    /// What the shelf returns.
    pub fn finish(mut self) -> Result<Findings> {
        while self.complete.len() < self.plan.models.len() {
            self.complete_model()?;
        }
        let manifest = &self.plan.manifest;
        let models = 0..self.plan.models.len();
        let baselines: Vec<usize> = models.map(|model| self.plan.baseline(model)).collect();
        self.findings.pooled = pooled(
            self.pools,
            &self.complete,
            manifest.epochs,
            self.targets.len(),
            &manifest.statistics,
            self.go_on,
        )?;
        self.findings.comparisons = compare_all(
            &self.complete,
            &baselines,
            manifest.epochs,
            &self.targets,
            &manifest.statistics,
            self.go_on,
        )?;
        Ok(self.findings)
    }

    /// Makes the statistics of the present model, and goes on to the next.
    fn complete_model(&mut self) -> Result<()> {
        let after = (self.complete.len() + 1).min(self.plan.models.len() - 1);
        let next = RunColumns::of(self.plan, after, self.shelf);
        let mut runs = mem::replace(&mut self.runs, next);
        let curves = mem::replace(&mut self.curves, CurveColumns::new(self.epochs.clone()));
        let manifest = &self.plan.manifest;
        let settings = &manifest.statistics;
        let rows = self.plan.dataset(self.complete.len()).rows();
        let (predictions, dots) = predicted(&runs, &self.targets, settings, self.go_on)?;
        (self.go_on)()?;
        let (summary, survival) =
            ModelSummary::of(&runs, rows, manifest.epochs, predictions, settings);
        self.findings.summaries.push(summary);
        self.findings.survival.push(survival);
        (self.go_on)()?;
        self.findings.endings.push(failures(&mut runs, settings));
        self.findings.curves.push(curves.points());
        self.findings.dots.push(dots);
        if self.pools.is_empty() {
            runs.keep_for_comparison();
        }
        self.keep(runs)
    }

    /// Keeps a model's runs for the comparisons.
    fn keep(&mut self, mut runs: RunColumns<'p>) -> Result<()> {
        let held = runs.predictions.held();
        if self.shelf.is_some() && self.complete_held + held > self.held {
            runs.predictions.put_away()?;
        } else {
            self.complete_held += held;
        }
        runs.predictions.shrink();
        self.complete.push(runs);
        Ok(())
    }
}
