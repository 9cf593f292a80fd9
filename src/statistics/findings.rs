//! The statistics of all models, made while their runs stream by in canonical order.

use crate::error::Result;
use crate::plan::Plan;
use crate::statistics::{
    Comparison, CurveColumns, CurvePoint, Failure, KaplanMeier, ModelSummary, RunColumns,
    compare_all, dots, failures,
};
use crate::training::Run;

/// What the runs of a study say; every list has one entry per model, in grid order.
#[derive(Debug, Clone)]
pub struct Findings {
    /// Counts, rates, epochs to convergence, predictions.
    pub summaries: Vec<ModelSummary>,
    /// Share not converged by epoch.
    pub survival: Vec<KaplanMeier>,
    /// Ways in which runs ended.
    pub endings: Vec<Vec<Failure>>,
    /// Quantiles of the loss at the plan's curve epochs; empty if no curves are kept.
    pub curves: Vec<Vec<CurvePoint>>,
    /// Per prediction column, the predictions of all runs, or 100 quantiles of many.
    pub dots: Vec<Vec<Vec<f64>>>,
    /// Every model that has another as its baseline, against it.
    pub comparisons: Vec<Comparison>,
}

/// Something that hands over runs one by one.
pub type Source<'s> = dyn FnMut(&mut dyn FnMut(&Run) -> Result<()>) -> Result<()> + 's;

/// Makes findings of runs that are added one by one in canonical order.
#[derive(Debug)]
pub struct Collector<'p> {
    plan: &'p Plan,
    models: Vec<Model>,
    /// The model whose runs are coming.
    current: Option<usize>,
    findings: Findings,
}

impl<'p> Collector<'p> {
    /// No runs of the plan yet.
    pub fn new(plan: &'p Plan) -> Self {
        Collector {
            plan,
            models: plan.models.iter().map(|_| Model::new(plan)).collect(),
            current: None,
            findings: Findings::empty(),
        }
    }

    /// Adds the next run in canonical order.
    pub fn add(&mut self, run: &Run) {
        let model = run.model;
        if self.current != Some(model) {
            // Runs come model by model: the one before is complete, and what only its
            // summary needs can be freed.
            if let Some(before) = self.current {
                self.findings.close(self.plan, &mut self.models, before);
            }
            self.current = Some(model);
        }
        self.models[model].add(run);
    }

    /// The findings of all runs that were added.
    pub fn finish(mut self) -> Findings {
        let plan = self.plan;
        self.findings
            .close(plan, &mut self.models, plan.models.len() - 1);
        let baselines: Vec<Option<usize>> = (0..plan.models.len())
            .map(|model| plan.baseline(model))
            .collect();
        let columns: Vec<RunColumns> = self.models.into_iter().map(|model| model.columns).collect();
        let manifest = &plan.manifest;
        self.findings.comparisons = compare_all(
            &columns,
            &baselines,
            manifest.epochs,
            &plan.targets(),
            &manifest.statistics,
        );
        self.findings
    }
}

impl Findings {
    /// The statistics of the runs that `source` hands over in canonical order.
    ///
    /// # Errors
    /// Those of `source`.
    pub fn new(plan: &Plan, source: &mut Source) -> Result<Findings> {
        let mut collector = Collector::new(plan);
        source(&mut |run| {
            collector.add(run);
            Ok(())
        })?;
        Ok(collector.finish())
    }

    fn empty() -> Findings {
        Findings {
            summaries: Vec::new(),
            survival: Vec::new(),
            endings: Vec::new(),
            curves: Vec::new(),
            dots: Vec::new(),
            comparisons: Vec::new(),
        }
    }

    /// Summarizes the models up to `last` that are not summarized yet; those without runs too.
    fn close(&mut self, plan: &Plan, collected: &mut [Model], last: usize) {
        let manifest = &plan.manifest;
        let rows = manifest.dataset.inputs.nrows();
        let targets = plan.targets();
        for model in &mut collected[self.summaries.len()..=last] {
            let columns = &mut model.columns;
            let (summary, survival) = ModelSummary::of(
                columns,
                rows,
                manifest.epochs,
                &targets,
                &manifest.statistics,
            );
            self.summaries.push(summary);
            self.survival.push(survival);
            self.endings.push(failures(columns, &manifest.statistics));
            self.dots.push(
                (0..targets.len())
                    .map(|at| dots(columns.prediction(at).iter().copied()))
                    .collect(),
            );
            self.curves.push(model.curves.points());
            model.curves = CurveColumns::default();
            columns.keep_for_comparison();
        }
    }
}

/// What is kept of a model's runs until its summary is made.
#[derive(Debug)]
struct Model {
    columns: RunColumns,
    curves: CurveColumns,
    /// Runs still to come, to make room for once.
    seeds: usize,
}

impl Model {
    fn new(plan: &Plan) -> Model {
        Model {
            columns: RunColumns::new(plan.prediction_columns().len()),
            curves: CurveColumns::new(plan.curve_epochs()),
            seeds: usize::try_from(plan.manifest.seeds.count()).unwrap_or(0),
        }
    }

    fn add(&mut self, run: &Run) {
        if self.columns.is_empty() {
            self.columns.reserve(self.seeds);
        }
        let outcome = &run.outcome;
        self.columns.push(outcome);
        if !run.curve.is_empty() {
            self.curves
                .push(&run.curve, outcome.mse, outcome.convergence_epoch);
        }
    }
}
