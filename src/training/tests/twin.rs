//! Twins: runs whose initial weights are all one step of rounding away are trained as any others.

use super::kernel::agrees_with_reference;
use super::*;
use crate::network::Parameters;
use crate::network::reference::Reference;

/// Tasks of both generators and precisions, with and without momentum, early stop and a kernel of
/// their own, that begin as asked.
fn for_every_kind(start: Start, check: &mut dyn FnMut(&Task)) {
    let (rows, other) = (article(), mixed(5, 4, 2));
    for (dataset, hidden) in [(&rows, &[4][..]), (&rows, &[]), (&other, &[3, 2])] {
        for precision in [Precision::F64, Precision::F32] {
            for generator in [Generator::ChaCha8, Generator::Numpy] {
                let numpy = generator == Generator::Numpy;
                let architecture = Architecture {
                    bias: numpy,
                    ..architecture(dataset, hidden)
                };
                check(&Task {
                    start,
                    precision,
                    generator,
                    stop: numpy,
                    settings: Settings {
                        learning: Learning {
                            momentum: if numpy { 0.5 } else { 0.0 },
                            ..Learning::default()
                        },
                        ..Settings::default()
                    },
                    ..task(&architecture, dataset)
                });
            }
        }
    }
}

#[test]
fn twins_of_a_batch_are_the_twins_traced_one_by_one() {
    for_every_kind(Start::Stepped, &mut |task| {
        let traced: BTreeMap<u64, String> = (1..=40)
            .map(|seed| (seed, exact(trace(task, seed, &[]).outcome)))
            .collect();
        for backend in available() {
            assert_eq!(on(backend, task, 1..=40).0, traced, "{backend:?} {task:?}");
        }
    });
}

#[test]
fn a_twin_starts_one_step_from_the_weights_that_its_run_starts_with() {
    for_every_kind(Start::Drawn, &mut |task| {
        let start = |start| -> Parameters {
            let task = Task { start, ..*task };
            trace(&task, 3, &[0]).snapshots[0].parameters.clone()
        };
        let single = |value: f64| f64::from(value as f32);
        let (drawn, stepped) = (start(Start::Drawn), start(Start::Stepped));
        for (drawn, stepped) in drawn.iter().zip(stepped.iter()) {
            let next = match task.precision {
                Precision::F64 => [drawn.next_down(), drawn.next_up()],
                Precision::F32 => {
                    assert_eq!(drawn, single(drawn));
                    let drawn = drawn as f32;
                    [drawn.next_down(), drawn.next_up()].map(f64::from)
                }
            };
            assert!(next.contains(&stepped), "{drawn} {stepped}");
        }
    });
}

#[test]
fn twins_agree_with_the_reference() {
    for_every_kind(Start::Stepped, &mut |task| {
        let task = Task {
            stop: false,
            epochs: 30,
            ..*task
        };
        if task.precision == Precision::F64 {
            agrees_with_reference(&task, 5);
        }
    });
}

/// What docs/rounding.md tells: rounding decides as much for another program, the plain ndarray
/// reference with other sums and another exponential, as it does for twins.
#[test]
fn runs_of_another_program_are_apart_about_as_often_as_twins() {
    const RUNS: u64 = 200;
    let dataset = article();
    let architecture = architecture(&dataset, &[2]);
    let drawn = Task {
        settings: Settings {
            learning: Learning {
                learning_rate: 10.0,
                ..Learning::default()
            },
            ..Settings::default()
        },
        epochs: 500,
        ..task(&architecture, &dataset)
    };
    let stepped = Task {
        start: Start::Stepped,
        ..drawn
    };
    let reference = Reference {
        architecture: &architecture,
        dataset: &dataset,
        settings: drawn.settings,
    };
    let (mut twins, mut others) = (0, 0);
    for seed in 1..=RUNS {
        let mse = |task| trace(task, seed, &[]).outcome.mse;
        let run = mse(&drawn);
        let mut state = reference.start(drawn.initial(seed));
        for _ in 0..drawn.epochs {
            reference.epoch(&mut state);
        }
        let other = reference.mean_squared_error(&state.parameters);
        let apart = |mse: f64| u64::from((mse - run).abs() > 1e-6);
        twins += apart(mse(&stepped));
        others += apart(other);
    }
    assert!(twins.min(others) > RUNS / 4, "{twins} {others}");
    assert!(twins.abs_diff(others) < RUNS / 8, "{twins} {others}");
}
