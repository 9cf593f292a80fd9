//! Measures a [`Speed`] by training for a moment. A network too large for that is measured with
//! fewer neurons and rows, and the time is scaled by the arithmetic.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::few::Few;
use super::lanes::first_rows;
use super::speed::{Shape, Speed};
use crate::network::{Architecture, Dataset, Parameters};
use crate::plan::{Plan, operations};
use crate::results::journal::encode_run;
use crate::training::{self, Feed, Outcome, Run, Task};

/// Weights above which a network is measured with fewer neurons: far more than caches hold, so
/// that it is as slow as a larger one, and few enough to be trained at once.
const WEIGHTS: usize = 1 << 19;
/// Multiply-adds of one epoch of all networks side by side above which fewer rows are trained,
/// if a measurement may take a tenth of a second.
const OPERATIONS: f64 = 60e6;

/// How long a measurement may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// A moment that is long enough that the clock and the first cold microseconds do not matter.
    pub moment: Duration,
    /// When everything has to be over.
    pub deadline: Instant,
}

/// The speed of a shape; `None` if there was no time for it.
pub fn measure(plan: &Plan, shape: &Shape, patience: Patience) -> Option<Speed> {
    let network = plan.architecture(shape.model);
    let dataset = plan.dataset(shape.model);
    let rows = dataset.inputs.nrows();
    let small = narrowed(network);
    let few = fewer_rows(&small, dataset, shape.networks, patience);
    let task = Task {
        architecture: &small,
        dataset: few.as_ref().unwrap_or(dataset),
        validation: None,
        stop: false,
        ..Task::new(plan, shape.model, &[])
    };
    if few.is_none() && small == *network {
        let networks = shape.networks;
        return Stopwatch::new(task, shape, networks, patience).speed();
    }
    // A single network: the others would take no more time side by side, but theirs to begin.
    let alone = Stopwatch::new(task, shape, 1, patience).speed()?;
    let trained = task.dataset.inputs.nrows();
    let cost = |network, rows| operations(network, rows) as f64;
    let larger = cost(network, rows) / cost(&small, trained) / shape.networks as f64;
    let weights = network.parameters() as f64 / small.parameters() as f64;
    let point = alone.point * larger;
    Some(Speed {
        run: weights * initial(&task) + 2.0 * point,
        epoch: alone.epoch * larger,
        point,
    })
}

/// Seconds in which a network gets its initial weights.
fn initial(task: &Task) -> f64 {
    let started = Instant::now();
    let network = Parameters::initial(task.architecture, task.generator, task.range, 1);
    black_box(network);
    started.elapsed().as_secs_f64()
}

/// The same network with so few neurons in its hidden layers that it can be measured.
fn narrowed(network: &Architecture) -> Architecture {
    let mut small = network.clone();
    let mut share = 1.0;
    while small.parameters() > WEIGHTS && small.hidden.iter().any(|&width| width > 1) {
        share *= 0.9;
        let width = |&width: &usize| ((width as f64 * share) as usize).max(1);
        small.hidden = network.hidden.iter().map(width).collect();
    }
    small
}

/// The first rows, if all would take too long.
fn fewer_rows(
    network: &Architecture,
    dataset: &Dataset,
    networks: u64,
    patience: Patience,
) -> Option<Dataset> {
    let rows = dataset.inputs.nrows();
    let affordable = OPERATIONS * 10.0 * patience.moment.as_secs_f64();
    let few = affordable / (operations(network, 1) as f64 * networks as f64);
    let few = (few as usize).max(1);
    (few < rows).then(|| first_rows(dataset, few))
}

/// Trains one task on all threads again and again, and looks at the clock.
struct Stopwatch<'a> {
    task: Task<'a>,
    threads: usize,
    /// Networks that each thread trains in turn.
    networks: u64,
    patience: Patience,
}

impl<'a> Stopwatch<'a> {
    fn new(task: Task<'a>, shape: &Shape, networks: u64, patience: Patience) -> Self {
        Stopwatch {
            task,
            threads: shape.threads,
            networks,
            patience,
        }
    }

    fn speed(&self) -> Option<Speed> {
        let networks = self.networks as f64;
        let of_one = self.run_of_one_epoch()?;
        // An epoch, and an evaluation before and after it.
        let third = of_one / 3.0;
        let if_late = Speed {
            run: 2.0 * third,
            epoch: third,
            point: third,
        };
        let Some((epochs, time)) = self.epochs(of_one, false) else {
            return Some(if_late);
        };
        // A run of one epoch, and the other epochs.
        let epoch = ((time / networks - of_one) / (epochs - 1) as f64).max(1e-12);
        let Some((epochs, time)) = self.epochs(of_one, true) else {
            return Some(Speed { epoch, ..if_late });
        };
        let point = (time / networks - of_one - epoch * (epochs - 1) as f64) / epochs as f64;
        Some(Speed {
            run: (of_one - epoch).max(0.0),
            epoch,
            point: point.max(0.0),
        })
    }

    /// Seconds that one run of one epoch takes.
    fn run_of_one_epoch(&self) -> Option<f64> {
        let mut times = 1;
        loop {
            let elapsed = self.time(1, &[], times)?;
            if 2 * elapsed >= self.patience.moment {
                let runs = times * self.networks;
                return Some(elapsed.as_secs_f64() / runs as f64);
            }
            times = self.more(times, elapsed, 1);
        }
    }

    /// How many epochs take a moment and how many seconds that is, with a point of the loss curve
    /// at each or at none.
    fn epochs(&self, of_one: f64, points: bool) -> Option<(u64, f64)> {
        let mut epochs = 2;
        loop {
            let all: Vec<u64> = (1..=epochs).collect();
            let elapsed = self.time(epochs, if points { &all } else { &[] }, 1)?;
            let besides = Duration::from_secs_f64(of_one * self.networks as f64);
            if elapsed.saturating_sub(besides) >= self.patience.moment {
                return Some((epochs, elapsed.as_secs_f64()));
            }
            epochs = self.more(epochs, elapsed, 2);
        }
    }

    /// More of what took so long, to take a moment.
    fn more(&self, count: u64, elapsed: Duration, least: u64) -> u64 {
        let missing = self.patience.moment.as_secs_f64() / elapsed.as_secs_f64().max(1e-6);
        let more = count as f64 * (1.3 * missing).clamp(2.0, 30.0);
        (more as u64).max(count + least)
    }

    /// Trains the networks so many times on every thread; `None` if the deadline came first.
    fn time(&self, epochs: u64, checkpoints: &[u64], times: u64) -> Option<Duration> {
        let task = Task {
            epochs,
            checkpoints,
            ..self.task
        };
        let go = AtomicBool::new(false);
        let late = AtomicBool::new(false);
        let work = || {
            while !go.load(Ordering::Acquire) {
                std::hint::spin_loop();
            }
            for _ in 0..times {
                let mut journal = Vec::new();
                let mut few = Few {
                    left: self.networks,
                    deadline: self.patience.deadline,
                    on_outcome: |outcome: Outcome| {
                        journal.clear();
                        encode_run(&Run::new(0, outcome), &mut journal);
                    },
                };
                training::train(&task, &mut few);
                if few.interrupted() {
                    late.store(true, Ordering::Relaxed);
                    return;
                }
            }
        };
        let elapsed = std::thread::scope(|scope| {
            for _ in 0..self.threads {
                scope.spawn(work);
            }
            let started = Instant::now();
            go.store(true, Ordering::Release);
            started
        })
        .elapsed();
        (!late.load(Ordering::Relaxed)).then_some(elapsed)
    }
}
