//! Twins: runs whose initial weights are all one step of rounding away are trained as any others.

use super::kernel::agrees_with_reference;
use super::*;
use crate::network::Parameters;

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
