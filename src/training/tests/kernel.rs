//! The kernel against the plain ndarray reference, against finite differences, and against
//! itself: every backend, any batch, stopped or not, specialised or not, gives the same bits.

use crate::manifest::Word;
use std::collections::BTreeMap;

use proptest::prelude::*;

use super::backend::dispatch;
use super::course::Course;
use super::*;
use crate::network::Parameters;
use crate::network::lanes::{Generic, Lanes};
use crate::network::reference::Reference;

/// [`train_on`] with the run-time-sized kernel even where there is a faster one; if `sparse`, it
/// leaves out inputs that are 0 even where multiplying by them would be faster.
fn train_generic(backend: Backend, task: &Task, feed: &mut dyn Feed, sparse: bool) {
    struct Job<'t, 'f> {
        task: &'t Task<'t>,
        feed: &'f mut dyn Feed,
        sparse: bool,
    }
    impl Generic for Job<'_, '_> {
        type Output = ();
        fn with<S: Lanes>(self, simd: S) {
            let problem = self.task.problem().unspecialised();
            let problem = match self.sparse {
                true => problem.into_sparse(),
                false => problem,
            };
            driver::drive(simd, &Course::new(self.task, &problem), self.feed);
        }
    }
    let job = Job { task, feed, sparse };
    dispatch(backend, task.precision, job);
}

/// Shapes of depth 0 to 3 and widths 1 to 17.
fn shapes() -> Vec<Vec<usize>> {
    let mut shapes = vec![vec![]];
    for width in 1..=17 {
        shapes.push(vec![width]);
        shapes.push(vec![width, 18 - width]);
        shapes.push(vec![width, 1 + width % 3, 18 - width]);
    }
    shapes
}

fn assert_near(a: f64, b: f64, what: &str) {
    assert!((a - b).abs() <= 1e-9 * b.abs().max(1e-3), "{what}: {a} {b}");
}

pub(super) fn agrees_with_reference(task: &Task, seed: u64) {
    let reference = Reference {
        architecture: task.architecture,
        dataset: task.dataset,
        settings: task.settings,
    };
    let mut state = reference.start(task.initial(seed));
    let mut converged = None;
    for epoch in 1..=task.epochs {
        let outputs = reference.epoch(&mut state);
        if converged.is_none() && reference.meets(&outputs) {
            converged = Some(epoch);
        }
    }
    let trace = trace(task, seed, &[task.epochs]);
    let (outcome, last) = (&trace.outcome, trace.snapshots.last().unwrap());
    assert_eq!(last.epoch, task.epochs);
    let what = format!("{:?} {:?}", task.architecture, task.settings);
    for (a, b) in last.parameters.iter().zip(state.parameters.iter()) {
        assert_near(a, b, &what);
    }
    let outputs = reference.outputs(&state.parameters);
    for (a, b) in last.outputs.iter().zip(&outputs) {
        assert_near(*a, *b, &what);
    }
    assert_eq!(outcome.convergence_epoch, converged, "{what}");
    assert_near(
        outcome.mse,
        reference.mean_squared_error(&state.parameters),
        &what,
    );
    let gradient = reference.gradient(&state.parameters);
    let norm = gradient.iter().map(|g| g * g).sum::<f64>().sqrt();
    assert_near(outcome.gradient_norm, norm, &what);
    let errors = (&task.dataset.targets - &outputs).mapv(f64::abs);
    let largest = errors.iter().fold(0.0, |a: f64, &b| a.max(b));
    assert_near(outcome.max_abs_error, largest, &what);
    let wrong = errors.outer_iter().enumerate();
    let wrong = wrong.filter(|(_, row)| row.iter().any(|&e| e >= 0.5));
    let wrong: WrongRows = wrong.map(|(r, _)| r as u32).collect();
    assert_eq!(outcome.wrong_rows, wrong, "{what}");
    assert_eq!(outcome.weights_hash, last.parameters.hash(task.precision));
}

#[test]
fn every_shape_agrees_with_the_reference() {
    for outputs in [1, 3] {
        let datasets = [mixed(5, 4, outputs), mixed(3, 3, outputs), article()];
        for (n, hidden) in shapes().into_iter().enumerate() {
            // The article's rows have one output.
            let dataset = &datasets[if outputs == 1 { n % 3 } else { n % 2 }];
            for (bias, momentum) in [(false, 0.0), (true, 0.0), (false, 0.6), (true, 0.6)] {
                for activation in Activation::choices() {
                    let architecture = Architecture {
                        bias,
                        activation,
                        ..architecture(dataset, &hidden)
                    };
                    let task = Task {
                        settings: Settings {
                            learning: Learning {
                                momentum,
                                learning_rate: 0.3,
                                ..Learning::default()
                            },
                            ..Settings::default()
                        },
                        epochs: 30,
                        ..task(&architecture, dataset)
                    };
                    agrees_with_reference(&task, n as u64);
                }
            }
        }
    }
}

#[test]
fn rows_of_several_blocks_agree_with_the_reference() {
    let datasets = [mixed(131, 9, 3), mixed(53, 21, 1), mixed(96, 2, 7)];
    for (dataset, hidden) in datasets.iter().zip([&[13][..], &[20, 6], &[]]) {
        for bias in [false, true] {
            let architecture = Architecture {
                bias,
                ..architecture(dataset, hidden)
            };
            let settings = Settings {
                learning: Learning {
                    learning_rate: 0.02,
                    ..Learning::default()
                },
                ..Settings::default()
            };
            let task = Task {
                settings,
                epochs: 20,
                ..task(&architecture, dataset)
            };
            agrees_with_reference(&task, 3);
        }
    }
}

#[test]
fn gradients_are_central_finite_differences() {
    let dataset = mixed(5, 3, 2);
    for activation in Activation::choices() {
        for hidden in [&[][..], &[4], &[3, 5], &[2, 3, 2]] {
            let architecture = Architecture {
                activation,
                bias: true,
                ..architecture(&dataset, hidden)
            };
            // One epoch with rate 1 and no momentum moves the weights by minus the gradient.
            let task = Task {
                epochs: 1,
                ..task(&architecture, &dataset)
            };
            let trace = trace(&task, 3, &[0, 1]);
            let [before, after] = trace.snapshots.as_slice() else {
                panic!()
            };
            let reference = Reference {
                architecture: &architecture,
                dataset: &dataset,
                settings: task.settings,
            };
            for (l, layer) in before.parameters.layers.iter().enumerate() {
                for (at, &weight) in layer.indexed_iter() {
                    let error = |weight: f64| {
                        let mut moved = before.parameters.clone();
                        moved.layers[l][at] = weight;
                        reference.loss(&moved)
                    };
                    let slope = (error(weight + 1e-5) - error(weight - 1e-5)) / 2e-5;
                    let step = after.parameters.layers[l][at] - weight;
                    assert!((slope + step).abs() < 1e-8, "{hidden:?} {slope} {step}");
                }
            }
        }
    }
}

/// Momentum that throws weights to infinity within some epochs, and then to no number.
fn wild<'a>(task: Task<'a>) -> Task<'a> {
    Task {
        settings: Settings {
            learning: Learning {
                momentum: 1e20,
                ..task.settings.learning
            },
            ..task.settings
        },
        ..task
    }
}

#[test]
fn every_backend_gives_the_same_bits() {
    let article = article();
    let mixed = mixed(5, 4, 2);
    let queries = |inputs| {
        vec![Query {
            name: None,
            input: vec![1.0; inputs],
            target: None,
        }]
    };
    for dataset in [&article, &mixed] {
        let queries = queries(dataset.inputs.ncols());
        for hidden in [&[][..], &[1], &[2], &[3], &[4], &[6], &[8], &[16], &[5, 3]] {
            for activation in Activation::choices() {
                for precision in [Precision::F64, Precision::F32] {
                    let architecture = Architecture {
                        activation,
                        ..architecture(dataset, hidden)
                    };
                    let plain = Task {
                        precision,
                        queries: &queries,
                        epochs: 100,
                        ..task(&architecture, dataset)
                    };
                    for task in [plain, wild(plain)] {
                        let expected = on(Backend::Scalar, &task, 1..40);
                        for backend in available() {
                            assert_eq!(on(backend, &task, 1..40), expected, "{backend} {hidden:?}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn leaving_out_zeros_gives_the_bits_of_multiplying_by_them() {
    let dataset = mixed(131, 9, 3);
    for hidden in [&[][..], &[3], &[13], &[17, 6]] {
        for precision in [Precision::F64, Precision::F32] {
            let architecture = Architecture {
                bias: true,
                ..architecture(&dataset, hidden)
            };
            let plain = Task {
                precision,
                ..task(&architecture, &dataset)
            };
            for task in [plain, wild(plain)] {
                for backend in available() {
                    let [dense, sparse] = [false, true].map(|sparse| {
                        let mut feed = seeds(1..=6);
                        train_generic(backend, &task, &mut feed, sparse);
                        bits(feed)
                    });
                    assert_eq!(dense, sparse, "{backend} {hidden:?}");
                }
            }
        }
    }
}

#[test]
fn wild_runs_do_diverge() {
    let dataset = mixed(5, 4, 2);
    let architecture = architecture(&dataset, &[4]);
    let mut feed = seeds(1..40);
    train_on(best(), &wild(task(&architecture, &dataset)), &mut feed);
    let diverged = feed.outcomes.values().filter(|o| !o.finite).count();
    assert_eq!(diverged, 39);
}

#[test]
fn specialised_kernels_give_the_bits_of_the_generic_one() {
    let dataset = article();
    for backend in available() {
        for hidden in [&[][..], &[1], &[2], &[3], &[4], &[6], &[8]] {
            for precision in [Precision::F64, Precision::F32] {
                let architecture = architecture(&dataset, hidden);
                let plain = Task {
                    precision,
                    epochs: 400,
                    ..task(&architecture, &dataset)
                };
                let fast = Task {
                    settings: Settings {
                        learning: Learning {
                            learning_rate: 1e308,
                            ..plain.settings.learning
                        },
                        ..plain.settings
                    },
                    ..plain
                };
                let stopped = Task {
                    stop: true,
                    ..plain
                };
                for task in [plain, fast, stopped] {
                    // Enough seeds that no lane is left over: narrow tails are generic.
                    let mut feed = seeds(1..=64);
                    train_generic(backend, &task, &mut feed, false);
                    assert_eq!(
                        on(backend, &task, 1..=64),
                        bits(feed),
                        "{backend} {hidden:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn company_and_order_change_nothing() {
    let dataset = article();
    for hidden in [&[2][..], &[4], &[5, 3]] {
        let architecture = architecture(&dataset, hidden);
        for stop in [false, true] {
            let task = Task {
                stop,
                epochs: 700,
                checkpoints: &[1, 2, 10, 100, 631, 700],
                ..task(&architecture, &dataset)
            };
            let together = on(best(), &task, 1..=75);
            assert_eq!(together, on(best(), &task, (1..=75).rev()));
            let mut alone = (BTreeMap::new(), BTreeMap::new());
            for seed in 1..=75 {
                let (outcomes, losses) = on(best(), &task, [seed]);
                alone.0.extend(outcomes);
                alone.1.extend(losses);
            }
            assert_eq!(together, alone);
        }
    }
}

#[test]
fn stopping_ends_at_the_convergence_epoch_with_the_weights_that_met_it() {
    let dataset = article();
    let architecture = architecture(&dataset, &[3]);
    let task = Task {
        epochs: 1500,
        ..task(&architecture, &dataset)
    };
    let mut full = seeds(1..=50);
    train_on(best(), &task, &mut full);
    let mut stopped = seeds(1..=50);
    train_on(best(), &Task { stop: true, ..task }, &mut stopped);
    let mut stops = 0;
    for (seed, full) in &full.outcomes {
        let stopped = &stopped.outcomes[seed];
        assert_eq!(stopped.convergence_epoch, full.convergence_epoch);
        let Some(epoch) = full.convergence_epoch else {
            assert_eq!(stopped, full);
            continue;
        };
        stops += 1;
        assert_eq!(stopped.epochs, epoch);
        assert!(stopped.max_abs_error < Criterion::DEFAULT_TOLERANCE);
        let before = trace(&task, *seed, &[epoch - 1]);
        let weights = before.snapshots[0].parameters.hash(task.precision);
        assert_eq!(stopped.weights_hash, weights);
        let reached = stopped.mse_at_90_percent.is_some();
        assert_eq!(reached, epoch > task.epochs * 9 / 10);
    }
    assert!((10..50).contains(&stops), "{stops} of 50 stopped");
}

#[test]
fn losses_are_those_of_the_weights_before_the_update() {
    let dataset = article();
    let architecture = architecture(&dataset, &[4]);
    let task = Task {
        epochs: 100,
        checkpoints: &[1, 7, 91, 100],
        ..task(&architecture, &dataset)
    };
    let (_, losses) = on(best(), &task, [5, 6]);
    let trace = trace(&task, 5, &[0, 6, 90, 99, 100]);
    let at = |updates: u64| {
        let snapshot = trace.snapshots.iter().find(|s| s.epoch == updates);
        snapshot.unwrap().mse.to_bits()
    };
    assert_eq!(losses.len(), 8);
    for epoch in [1, 7, 91, 100] {
        assert_eq!(losses[&(5, epoch)], at(epoch - 1));
    }
    assert_eq!(trace.outcome.mse.to_bits(), at(100));
    assert_eq!(
        trace.outcome.mse_at_90_percent.map(f64::to_bits),
        Some(at(90))
    );
}

#[test]
fn interruption_drops_what_is_in_flight() {
    struct Interrupted(Seeds);
    impl Feed for Interrupted {
        fn next_seed(&mut self) -> Option<u64> {
            self.0.next_seed()
        }
        fn finished(&mut self, outcome: Outcome) {
            self.0.finished(outcome);
        }
        fn interrupted(&self) -> bool {
            true
        }
    }
    let dataset = article();
    let architecture = architecture(&dataset, &[4]);
    let task = Task {
        epochs: 1 << 50,
        ..task(&architecture, &dataset)
    };
    let mut feed = Interrupted(seeds(1..9));
    train_on(best(), &task, &mut feed);
    assert!(feed.0.outcomes.is_empty());
}

#[test]
fn widths_share_their_first_neurons_and_depths_their_output() {
    let dataset = article();
    let initial = |hidden: &[usize], bias| {
        let architecture = Architecture {
            bias,
            ..architecture(&dataset, hidden)
        };
        Parameters::initial(&architecture, Generator::ChaCha8, 1.0, 9)
    };
    let (narrow, wide) = (initial(&[4], false), initial(&[8], true));
    for (narrow, wide) in narrow.layers.iter().zip(&wide.layers) {
        let (rows, columns) = narrow.dim();
        assert_eq!(narrow, wide.slice(ndarray::s![..rows, ..columns]));
    }
    assert_eq!(narrow.layers[1], initial(&[7, 4], false).layers[2]);
    assert!(wide.iter().all(|w| (-1.0..1.0).contains(&w) && w != 0.0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Any small network: all backends agree to the bit, alone or in company.
    #[test]
    fn any_small_network_is_the_same_everywhere(
        hidden in prop::collection::vec(1usize..10, 0..4),
        (rows, inputs, outputs) in (1usize..6, 1usize..5, 1usize..4),
        bias: bool, single: bool, stop: bool, numpy: bool,
        activation in prop::sample::select(Activation::choices()),
        range in 0.01f64..20.0, learning_rate in 0.01f64..50.0, momentum in 0.0f64..1.2,
        epochs in 1u64..80, first in 0u64..1000, count in 1u64..80,
    ) {
        let dataset = mixed(rows, inputs, outputs);
        let architecture = Architecture { bias, activation, ..architecture(&dataset, &hidden) };
        let task = Task {
            range, epochs, stop,
            settings: Settings { learning: Learning { learning_rate, momentum, ..Learning::default() }, ..Settings::default() },
            precision: if single { Precision::F32 } else { Precision::F64 },
            generator: if numpy { Generator::Numpy } else { Generator::ChaCha8 },
            ..task(&architecture, &dataset)
        };
        let expected = on(Backend::Scalar, &task, first..first + count);
        prop_assert_eq!(expected.0.len() as u64, count);
        for backend in available() {
            prop_assert_eq!(&on(backend, &task, first..first + count), &expected);
        }
    }
}
