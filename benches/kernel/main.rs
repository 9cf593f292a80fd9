//! How fast networks train: by width, precision and backend, beside a loop written by hand
//! for one shape; and how fast the kernel's functions are alone.
//!
//! Throughput is in elements per second: network-epochs, or values.

mod yardstick;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ndarray::arr2;
use seedbed::network::kernel::{Function, Map};
use seedbed::network::lanes::{Element, Generic, Lanes, run_f32, run_f64};
use seedbed::network::seed::Generator;
use seedbed::network::{Activation, Architecture, Precision};
use seedbed::network::{Dataset, Query};
use seedbed::training::{Backend, Feed, Outcome, Task, train_generic, train_on};

const EPOCHS: u64 = 2000;
const NETWORKS: u64 = 64;

/// The article's seven rows.
fn dataset() -> Dataset {
    Dataset {
        inputs: arr2(&[
            [0.0, 0.0, 1.0],
            [0.0, 1.0, 1.0],
            [1.0, 0.0, 1.0],
            [0.0, 1.0, 0.0],
            [1.0, 0.0, 0.0],
            [1.0, 1.0, 1.0],
            [0.0, 0.0, 0.0],
        ]),
        targets: arr2(&[[0.0], [1.0], [1.0], [1.0], [1.0], [0.0], [0.0]]),
    }
}

struct Seeds(u64);

impl Feed for Seeds {
    fn next_seed(&mut self) -> Option<u64> {
        self.0 = self.0.checked_sub(1)?;
        Some(self.0)
    }
    fn finished(&mut self, outcome: Outcome) {
        std::hint::black_box(outcome);
    }
}

fn available() -> impl Iterator<Item = Backend> {
    Backend::ALL.into_iter().rev().filter(|b| b.available())
}

fn training(criterion: &mut Criterion) {
    let dataset = dataset();
    let queries = [Query {
        input: vec![1.0, 1.0, 0.0],
        target: None,
    }];
    for width in [0, 1, 2, 3, 4, 6, 8, 16, 32] {
        let mut group = criterion.benchmark_group(format!("hidden {width}"));
        group.throughput(Throughput::Elements(NETWORKS * EPOCHS));
        group.sample_size(10);
        let architecture = Architecture {
            inputs: 3,
            hidden: if width == 0 { vec![] } else { vec![width] },
            outputs: 1,
            bias: false,
            activation: Activation::Sigmoid,
        };
        for backend in available() {
            for precision in [Precision::F64, Precision::F32] {
                let task = Task {
                    architecture: &architecture,
                    dataset: &dataset,
                    queries: &queries,
                    generator: Generator::ChaCha8,
                    range: 1.0,
                    precision,
                    learning_rate: 1.0,
                    momentum: 0.0,
                    tolerance: 0.4,
                    epochs: EPOCHS,
                    stop: false,
                    checkpoints: &[],
                };
                let name = format!("{backend} {precision:?}").to_lowercase();
                group.bench_function(&name, |bencher| {
                    bencher.iter(|| train_on(backend, &task, &mut Seeds(NETWORKS)));
                });
                group.bench_function(format!("{name} generic"), |bencher| {
                    bencher.iter(|| train_generic(backend, &task, &mut Seeds(NETWORKS)));
                });
            }
        }
        group.finish();
    }
}

/// Named as the groups of `training`, so that one filter selects both.
fn by_hand(criterion: &mut Criterion) {
    fn one<const H: usize>(criterion: &mut Criterion) {
        if yardstick::train::<H>(1).is_none() {
            return;
        }
        let mut group = criterion.benchmark_group(format!("by hand, hidden {H}"));
        group.throughput(Throughput::Elements(yardstick::LANES as u64 * EPOCHS));
        group.bench_function("avx512 f64", |bencher| {
            bencher.iter(|| yardstick::train::<H>(std::hint::black_box(EPOCHS)));
        });
        group.finish();
    }
    one::<1>(criterion);
    one::<2>(criterion);
    one::<4>(criterion);
    one::<8>(criterion);
    one::<16>(criterion);
}

/// A function of the kernel over 4,096 values that stay in the cache.
struct Values<'a> {
    criterion: &'a mut Criterion,
    name: String,
}

impl Generic for Values<'_> {
    type Output = ();
    fn with<S: Lanes>(self, simd: S) {
        let mut group = self.criterion.benchmark_group("functions");
        group.throughput(Throughput::Elements(4096));
        let vectors = 4096 / S::LANES;
        let start = vec![simd.splat(S::Element::from_f64(0.7)); vectors];
        for function in [Function::ExpNegated, Function::Sigmoid, Function::Tanh] {
            group.bench_function(format!("{function:?} {}", self.name), |bencher| {
                let mut values = start.clone();
                bencher.iter(|| {
                    simd.vectorize(Map {
                        simd,
                        values: &mut values,
                        function,
                    });
                });
            });
        }
        group.finish();
    }
}

fn functions(criterion: &mut Criterion) {
    for backend in available() {
        let name = |precision| format!("{backend} {precision}");
        let values = Values {
            name: name("f64"),
            criterion: &mut *criterion,
        };
        run_f64(backend, values);
        let values = Values {
            name: name("f32"),
            criterion: &mut *criterion,
        };
        run_f32(backend, values);
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(std::time::Duration::from_millis(500))
        .measurement_time(std::time::Duration::from_secs(2))
        .sample_size(20);
    targets = training, by_hand, functions
}
criterion_main!(benches);
