//! Measures a [`Speed`] by training for a moment. A network too large for that is measured with
//! fewer neurons and rows, and the time is scaled by the arithmetic.

use std::hint::black_box;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::clock::Worked;
use super::few::Few;
use super::lanes::first_rows;
use super::speed::{Shape, Speed};
use crate::network::kernel::BLOCK;
use crate::network::{Architecture, Dataset, Parameters};
use crate::plan::{Plan, operations};
use crate::results::journal::encode_run;
use crate::training::{self, Feed, Outcome, Run, Task};

/// Weights above which a network is measured with fewer neurons: far more than caches hold, so
/// that it is as slow as a larger one, and few enough to be trained at once.
const WEIGHTS: usize = 1 << 19;
/// Multiply-adds of one epoch of all networks side by side, for each second that the measurements
/// of a shape may take: of larger ones fewer rows are trained.
const OPERATIONS: f64 = 0.35e9;
/// Moments that a shape takes: three measurements, each of them tried out before.
const MOMENTS: u32 = 6;
/// A longer moment than this tells nothing more.
const MOMENT: Duration = Duration::from_millis(60);

/// How long a measurement may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// All measurements of a shape together take about so long.
    pub share: Duration,
    /// When everything has to be over.
    pub deadline: Instant,
}

impl Patience {
    /// Long enough that the clock and the first cold microseconds do not matter.
    fn moment(&self) -> Duration {
        (self.share / MOMENTS).min(MOMENT)
    }
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
    // A single network: others side by side would take no more time, but theirs to begin.
    let alone = Stopwatch::new(task, shape, 1, patience).speed()?;
    let cost = |network, rows| operations(network, rows) as f64;
    let larger = cost(network, rows) / cost(&small, task.dataset.inputs.nrows());
    let weights = network.parameters() as f64 / small.parameters() as f64;
    Some(side_by_side(
        alone.times(larger),
        shape,
        weights * initial(&task),
    ))
}

/// The speed of each of a shape's networks, by that of one which trains alone in the same time as all
/// that are side by side. Each has its own initial weights, which take so many seconds.
fn side_by_side(alone: Speed, shape: &Shape, initial: f64) -> Speed {
    let each = alone.times(1.0 / shape.networks.min(shape.lanes) as f64);
    Speed {
        // An evaluation before the first epoch and after the last.
        run: initial + 2.0 * each.point,
        ..each
    }
}

/// The speed, if there was no time for more than a run of one epoch: that is an epoch, and an
/// evaluation before and after it, which only goes forward.
fn of_one_epoch(run: f64, initial: f64) -> Speed {
    let fifth = (run - initial) / 5.0;
    Speed {
        run: initial + 2.0 * fifth,
        epoch: 3.0 * fifth,
        point: fifth,
    }
}

/// Seconds in which a network gets its initial weights.
fn initial(task: &Task) -> f64 {
    let began = Worked::now();
    let network = Parameters::initial(task.architecture, task.generator, task.range, 1);
    black_box(network);
    began.elapsed().as_secs_f64()
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
    let affordable = OPERATIONS * patience.share.as_secs_f64();
    let once = operations(network, 0) as f64;
    let row = operations(network, 1) as f64 - once;
    let few = (affordable / networks as f64 - once) / row;
    if few >= rows as f64 {
        return None;
    }
    // Whole blocks: what is left at the end of one costs more than its share.
    let few = (few as usize / BLOCK).max(1) * BLOCK;
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
        let Some((epochs, time)) = self.epochs(of_one, false) else {
            return Some(of_one_epoch(of_one, initial(&self.task).min(of_one)));
        };
        // A run of one epoch, and the other epochs.
        let epoch = ((time / networks - of_one) / (epochs - 1) as f64).max(1e-12);
        let run = (of_one - epoch).max(0.0);
        let Some((epochs, time)) = self.epochs(of_one, true) else {
            let point = 0.5 * run;
            return Some(Speed { run, epoch, point });
        };
        let point = (time / networks - of_one - epoch * (epochs - 1) as f64) / epochs as f64;
        let point = point.max(0.0);
        Some(Speed { run, epoch, point })
    }

    /// Seconds that one run of one epoch takes.
    fn run_of_one_epoch(&self) -> Option<f64> {
        let mut times = 1;
        loop {
            let elapsed = self.time(1, &[], times)?;
            if 2 * elapsed >= self.patience.moment() {
                let runs = times * self.networks;
                return Some(elapsed.as_secs_f64() / runs as f64);
            }
            times = self.more(times, elapsed, 1);
        }
    }

    /// How many epochs take a moment and how many seconds that is, with a point of the loss curve
    /// at each or at none; as many as there was time for, if there was any.
    fn epochs(&self, of_one: f64, points: bool) -> Option<(u64, f64)> {
        let mut epochs = 2;
        let mut seen = None;
        loop {
            let all: Vec<u64> = (1..=epochs).collect();
            let Some(elapsed) = self.time(epochs, if points { &all } else { &[] }, 1) else {
                return seen;
            };
            seen = Some((epochs, elapsed.as_secs_f64()));
            let besides = Duration::from_secs_f64(of_one * self.networks as f64);
            if elapsed.saturating_sub(besides) >= self.patience.moment() {
                return seen;
            }
            epochs = self.more(epochs, elapsed, 2);
        }
    }

    /// More of what took so long, to take a moment.
    fn more(&self, count: u64, elapsed: Duration, least: u64) -> u64 {
        let missing = self.patience.moment().as_secs_f64() / elapsed.as_secs_f64().max(1e-6);
        let more = count as f64 * (1.3 * missing).clamp(2.0, 30.0);
        (more as u64).max(count + least)
    }

    /// Time that a thread takes to train the networks so many times, while all do; `None` if the
    /// deadline came first.
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
            let began = Worked::now();
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
                    break;
                }
            }
            began.elapsed()
        };
        let worked: Duration = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..self.threads).map(|_| scope.spawn(work)).collect();
            go.store(true, Ordering::Release);
            let worked = threads.into_iter().map(|thread| thread.join());
            worked
                .map(|worked| worked.unwrap_or_else(|panic| resume_unwind(panic)))
                .sum()
        });
        let elapsed = worked / self.threads as u32;
        (!late.load(Ordering::Relaxed)).then_some(elapsed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{Activation, Output};

    const ALONE: Speed = Speed {
        run: 9.0,
        epoch: 4.0,
        point: 1.0,
    };

    fn shape(networks: u64, lanes: u64) -> Shape {
        Shape {
            model: 0,
            networks,
            lanes,
            threads: 1,
            key: String::new(),
        }
    }

    #[test]
    fn those_side_by_side_share_the_time_and_those_in_turn_do_not() {
        // Two batches in turn, one batch, half a batch.
        for (networks, epoch) in [(16, 0.5), (8, 0.5), (4, 1.0)] {
            let each = side_by_side(ALONE, &shape(networks, 8), 0.25);
            assert_eq!(each.epoch, epoch, "{networks} networks");
            assert_eq!(each.point, epoch / 4.0);
            assert_eq!(each.run, 0.25 + 2.0 * each.point);
        }
    }

    #[test]
    fn a_run_of_one_epoch_is_all_of_its_parts() {
        let Speed { run, epoch, point } = of_one_epoch(11.0, 1.0);
        assert_eq!((run, epoch, point), (5.0, 6.0, 2.0));
    }

    #[test]
    fn fewer_rows_are_whole_blocks_of_what_can_be_afforded() {
        let patience = Patience {
            share: Duration::from_secs(1),
            deadline: Instant::now(),
        };
        let network = &Architecture {
            inputs: 2,
            hidden: vec![50],
            outputs: 1,
            bias: false,
            activation: Activation::Sigmoid,
            output: Output::Sigmoid,
        };
        let dataset = Dataset::new(
            ndarray::Array2::zeros((1_000, 2)),
            ndarray::Array2::zeros((1_000, 1)),
        );
        let rows = |networks| {
            let few = fewer_rows(network, &dataset, networks, patience);
            few.map(|few| few.rows())
        };
        // What an epoch of so many networks costs with all rows, and with half of them.
        let all = (OPERATIONS / operations(network, 1_000) as f64) as u64;
        assert_eq!(rows(all), None);
        assert_eq!(rows(2 * all), Some(10 * BLOCK));
        assert_eq!(rows(1_000 * all), Some(BLOCK));
    }
}
