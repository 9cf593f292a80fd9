//! What the tests of this room share: a feed that collects, datasets, tasks, and outcomes to the
//! bit.

mod article;
mod criteria;
mod kernel;
mod long;
mod sets;
mod trace;
mod twin;

use std::collections::BTreeMap;

use ndarray::Array2;

use super::*;
use crate::network::{
    Activation, Architecture, Criterion, Dataset, Generator, Learning, Output, Precision, Query,
    Settings, Start,
};

/// A trace that nobody interrupts.
fn trace(task: &Task, seed: u64, epochs: &[u64]) -> Trace {
    super::trace(task, seed, epochs, &|| false).unwrap()
}

/// Outcomes by seed, and losses by (seed, epoch).
#[derive(Default)]
struct Seeds {
    left: Vec<u64>,
    outcomes: BTreeMap<u64, Outcome>,
    losses: BTreeMap<(u64, u64), u64>,
}

impl Feed for Seeds {
    fn next_seed(&mut self) -> Option<u64> {
        self.left.pop()
    }
    fn finished(&mut self, outcome: Outcome) {
        assert!(self.outcomes.insert(outcome.seed, outcome).is_none());
    }
    fn observed(&mut self, seed: u64, epoch: u64, mse: f64) {
        let bits = mse.to_bits();
        assert!(self.losses.insert((seed, epoch), bits).is_none());
    }
}

/// Everything that a run is, to the bit (not a number equals itself here).
type Bits = (BTreeMap<u64, String>, BTreeMap<(u64, u64), u64>);

fn bits(feed: Seeds) -> Bits {
    let outcomes = feed.outcomes.into_iter().map(|(s, o)| (s, exact(o)));
    (outcomes.collect(), feed.losses)
}

/// An outcome but for its seed, numbers as their bits.
fn exact(outcome: Outcome) -> String {
    let Outcome {
        seed: _,
        epochs,
        convergence_epoch,
        mse,
        mse_at_90_percent,
        max_abs_error,
        wrong_rows,
        gradient_norm,
        predictions,
        judged,
        finite,
        weights_hash,
    } = outcome;
    let mut floats = vec![mse, max_abs_error, gradient_norm];
    floats.extend(mse_at_90_percent);
    floats.extend(predictions);
    let floats: Vec<u64> = floats.into_iter().map(f64::to_bits).collect();
    let rest = (
        epochs,
        convergence_epoch,
        wrong_rows,
        judged,
        finite,
        weights_hash,
    );
    format!("{floats:x?} {rest:?}")
}

fn seeds(seeds: impl IntoIterator<Item = u64>) -> Seeds {
    Seeds {
        left: seeds.into_iter().collect(),
        ..Seeds::default()
    }
}

fn on(backend: Backend, task: &Task, list: impl IntoIterator<Item = u64>) -> Bits {
    let mut feed = seeds(list);
    train_on(backend, task, &mut feed);
    bits(feed)
}

fn available() -> impl Iterator<Item = Backend> {
    Backend::ALL.into_iter().filter(|b| b.available())
}

fn best() -> Backend {
    available().last().unwrap()
}

/// The article's rows.
fn article() -> Dataset {
    let bits = [0b001, 0b011, 0b101, 0b010, 0b100, 0b111, 0b000];
    let inputs = Array2::from_shape_fn((7, 3), |(r, i)| f64::from(bits[r] >> (2 - i) & 1));
    let targets = ndarray::arr2(&[[0.0], [1.0], [1.0], [1.0], [1.0], [0.0], [0.0]]);
    Dataset::new(inputs, targets)
}

/// Rows whose inputs are 0, 1 and others, with O targets each.
fn mixed(rows: usize, inputs: usize, outputs: usize) -> Dataset {
    let value = |r: usize, i: usize| [0.0, 1.0, 0.75, -1.5][(3 * r + 5 * i + r * i) % 4];
    Dataset::new(
        Array2::from_shape_fn((rows, inputs), |(r, i)| value(r, i)),
        Array2::from_shape_fn((rows, outputs), |(r, o)| ((r + o) % 3) as f64 / 2.0),
    )
}

fn task<'a>(architecture: &'a Architecture, dataset: &'a Dataset) -> Task<'a> {
    Task {
        architecture,
        dataset,
        numbers: &[],
        validation: None,
        test: None,
        queries: &[],
        generator: Generator::ChaCha8,
        range: 1.0,
        start: Start::Drawn,
        precision: Precision::F64,
        settings: Settings::default(),
        epochs: 60,
        stop: false,
        checkpoints: &[],
    }
}

fn architecture(dataset: &Dataset, hidden: &[usize]) -> Architecture {
    Architecture {
        inputs: dataset.inputs.ncols(),
        hidden: hidden.to_vec(),
        outputs: dataset.targets.ncols(),
        bias: false,
        activation: Activation::Sigmoid,
        output: Output::Sigmoid,
    }
}
