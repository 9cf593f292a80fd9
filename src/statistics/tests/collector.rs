//! The collector: model by model, with models of which no run came, and the same whether runs
//! are added one by one or handed over by a source.

use std::cell::{Cell, RefCell};
use std::path::Path;

use crate::error::Result;
use crate::manifest::Manifest;
use crate::plan::Plan;
use crate::statistics::{Collector, Findings, Shelf};
use crate::training::{Outcome, Run, Status};

const MANIFEST: &str = r#"
name = "collected"
[data]
inputs = [[0, 0], [0, 1]]
targets = [0, 1]
[[predict]]
input = [1, 1]
target = 1
[network]
hidden = [0, 1, 2]
[training]
epochs = 100
[seeds]
count = 4
[compare]
baseline = { hidden = 0 }
[curves]
seeds = 1
points = 2
"#;

fn plan() -> Plan {
    Plan::new(Manifest::parse(MANIFEST, "collected.toml", Path::new(".")).unwrap())
}

/// A run that converges if its seed is even; the first seed's loss curve is kept.
fn run(plan: &Plan, model: usize, seed: u64) -> Run {
    let converged = seed.is_multiple_of(2);
    let outcome = Outcome {
        seed,
        epochs: 100,
        convergence_epoch: converged.then_some(10 * seed),
        mse: 0.25,
        mse_at_90_percent: Some(0.25),
        max_abs_error: 0.5,
        wrong_rows: if converged { vec![] } else { vec![1] }
            .into_iter()
            .collect(),
        gradient_norm: 0.1,
        predictions: vec![1.0 / seed as f64],
        judged: crate::training::Judged::default(),
        finite: true,
        weights_hash: seed,
    };
    let curve = plan.curve_epochs().into_iter().map(|epoch| (epoch, 0.5));
    Run {
        curve: if seed == 1 { curve.collect() } else { vec![] },
        ..Run::new(model, outcome)
    }
}

fn runs(plan: &Plan, models: &[usize]) -> Vec<Run> {
    let seeds = |model: usize| (1..=4).map(move |seed| run(plan, model, seed));
    models.iter().flat_map(|model| seeds(*model)).collect()
}

fn collected(plan: &Plan, runs: &[Run]) -> Findings {
    let mut collector = Findings::collect(plan);
    runs.iter().for_each(|run| collector.add(run).unwrap());
    collector.finish().unwrap()
}

#[test]
fn every_model_has_its_entry_in_grid_order() {
    let plan = plan();
    let found = collected(&plan, &runs(&plan, &[0, 1, 2]));
    assert_eq!(found.summaries.len(), 3);
    for model in 0..3 {
        let summary = &found.summaries[model];
        assert_eq!((summary.runs, summary.converged), (4, 2));
        assert_eq!(found.survival[model].runs(), 4);
        let ends: Vec<Status> = found.endings[model].iter().map(|end| end.status).collect();
        assert_eq!(ends, [Status::Converged, Status::Stuck]);
        assert_eq!(found.dots[model], [[0.25, 1.0 / 3.0, 0.5, 1.0]]);
        let epochs: Vec<u64> = found.curves[model]
            .iter()
            .map(|point| point.epoch)
            .collect();
        assert_eq!(epochs, plan.curve_epochs());
        assert!(found.curves[model].iter().all(|point| point.runs == 1));
    }
    let pairs: Vec<(usize, usize)> = found
        .comparisons
        .iter()
        .map(|comparison| (comparison.model, comparison.baseline))
        .collect();
    assert_eq!(pairs, [(1, 0), (2, 0)]);
    // The same seeds: paired.
    assert_eq!(found.comparisons[0].only_model_converged, Some(0));
}

#[test]
fn models_without_runs_have_their_empty_entry() {
    let plan = plan();
    for with_runs in [vec![], vec![0], vec![1], vec![2], vec![0, 2]] {
        let found = collected(&plan, &runs(&plan, &with_runs));
        for model in 0..3 {
            let expected = if with_runs.contains(&model) { 4 } else { 0 };
            assert_eq!(found.summaries[model].runs, expected);
            assert_eq!(found.summaries[model].rate.is_some(), expected > 0);
            assert_eq!(found.endings[model].is_empty(), expected == 0);
            assert_eq!(found.curves[model].is_empty(), expected == 0);
            assert_eq!(found.dots[model].len(), 1);
        }
        assert_eq!(found.comparisons.len(), 2);
        let both = with_runs == [0, 2];
        assert_eq!(found.comparisons[1].rate_difference.is_some(), both);
    }
}

/// A shelf that counts how often it was used.
#[derive(Debug, Default)]
struct Counted {
    numbers: RefCell<Vec<f64>>,
    used: Cell<(u32, u32)>,
}

impl Shelf for Counted {
    fn put(&self, numbers: &[f64]) -> Result<()> {
        self.used.update(|(put, fetched)| (put + 1, fetched));
        self.numbers.borrow_mut().extend(numbers);
        Ok(())
    }
    fn fetch(&self, first: u64, count: usize, to: &mut Vec<f64>) -> Result<()> {
        self.used.update(|(put, fetched)| (put, fetched + 1));
        let first = first as usize;
        to.extend(&self.numbers.borrow()[first..first + count]);
        Ok(())
    }
    fn len(&self) -> u64 {
        self.numbers.borrow().len() as u64
    }
}

#[test]
fn predictions_on_a_shelf_are_those_in_memory() {
    let text = MANIFEST.replace("[network]", "[[predict]]\ninput = [0, 1]\n[network]");
    let plan = Plan::new(Manifest::parse(&text, "collected.toml", Path::new(".")).unwrap());
    let mut runs = runs(&plan, &[0, 2]);
    for (at, run) in runs.iter_mut().enumerate() {
        run.outcome.predictions = vec![1.0 / (at + 1) as f64, at as f64];
    }
    runs[5].outcome.predictions[0] = f64::NAN;
    let in_memory = format!("{:?}", collected(&plan, &runs));
    // Two numbers a run: what is held is put away after every run, every second, at the end of
    // a model, of the second model only, never.
    for (held, used) in [(1, true), (3, true), (7, true), (9, true), (100, false)] {
        let shelf = Counted::default();
        let mut collector = Collector::new(&plan, Some(&shelf), held, &|| Ok(()));
        runs.iter().for_each(|run| collector.add(run).unwrap());
        let found = format!("{:?}", collector.finish().unwrap());
        assert_eq!(found, in_memory, "with {held} held");
        let (put, fetched) = shelf.used.get();
        assert_eq!((put > 0, fetched > 0), (used, used), "with {held} held");
    }
}

#[test]
#[should_panic(expected = "canonical order")]
fn a_model_that_is_complete_takes_no_more_runs() {
    let plan = plan();
    collected(&plan, &runs(&plan, &[1, 0]));
}
