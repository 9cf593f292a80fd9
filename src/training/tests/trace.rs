//! A traced run is the run: its outcome to the bit, and its networks on the way are those of
//! shorter runs.

use std::cell::Cell;

use super::*;
use crate::manifest::Word;

/// Epochs of the traced runs.
const LIMIT: u64 = 120;

/// Tasks of every kind that training treats differently, on four rows of two inputs.
fn for_every_kind(check: &mut dyn FnMut(&Task)) {
    let dataset = mixed(4, 2, 1);
    let held_out = mixed(3, 2, 1);
    let queries = [Query {
        name: None,
        input: vec![0.5, 1.0],
        target: None,
    }];
    let shapes: [&[usize]; 3] = [&[], &[3], &[3, 2]];
    for hidden in shapes {
        for (at, activation) in Activation::choices().into_iter().enumerate() {
            let bias = at % 2 == 1;
            let momentum = if bias { 0.9 } else { 0.0 };
            let architecture = Architecture {
                activation,
                bias,
                ..architecture(&dataset, hidden)
            };
            // Every output is within 2 of its target at once, and within 0 never.
            for tolerance in [2.0, 0.55, 0.0] {
                for stop in [false, true] {
                    for precision in [Precision::F64, Precision::F32] {
                        check(&Task {
                            queries: &queries,
                            precision,
                            settings: Settings {
                                learning: Learning {
                                    momentum,
                                    ..Learning::default()
                                },
                                criterion: Criterion::Tolerance(tolerance),
                                ..Settings::default()
                            },
                            epochs: LIMIT,
                            stop,
                            validation: Some(&held_out).filter(|_| bias),
                            test: Some(&held_out).filter(|_| stop),
                            ..task(&architecture, &dataset)
                        });
                    }
                }
            }
        }
    }
}

/// A trace that is interrupted at a question, counted from 1; how many were asked.
fn interrupted_at(task: &Task, last: u64) -> (Option<Trace>, u64) {
    let asked = Cell::new(0);
    let trace = super::super::trace(task, 1, &[0, 1], &|| {
        asked.set(asked.get() + 1);
        asked.get() >= last
    });
    (trace, asked.get())
}

#[test]
fn it_is_asked_and_ends_within_epochs_and_evaluations() {
    let dataset = mixed(150, 250, 1);
    let architecture = architecture(&dataset, &[200]);
    // The second always converges in its first epoch.
    for (tolerance, stop) in [(0.0, false), (2.0, true)] {
        let task = Task {
            settings: Settings {
                criterion: Criterion::Tolerance(tolerance),
                ..Settings::default()
            },
            stop,
            epochs: 3,
            ..task(&architecture, &dataset)
        };
        let (whole, questions) = interrupted_at(&task, u64::MAX);
        assert!(whole.is_some());
        // One before each stretch, and some within each epoch and each look at the network.
        let looks = if stop { 2 } else { 5 };
        assert!(questions > 3 + looks, "{questions} questions, stop {stop}");
        for last in 1..=questions {
            let (trace, asked) = interrupted_at(&task, last);
            // Who broke off within an epoch asks once more.
            assert!(asked <= last + 1, "{asked} of {last}, stop {stop}");
            assert_eq!(trace, None, "{last}, stop {stop}");
        }
    }
}

#[test]
fn it_is_asked_again_and_again_in_a_long_run_of_a_small_network() {
    let dataset = mixed(4, 2, 1);
    let architecture = architecture(&dataset, &[3]);
    let task = Task {
        epochs: 1_000_000,
        ..task(&architecture, &dataset)
    };
    let (trace, asked) = interrupted_at(&task, 5);
    assert_eq!((trace, asked), (None, 5));
}

/// The outcome of training alone, by the backend that [`trace`] uses too.
fn trained(task: &Task, seed: u64) -> Outcome {
    let mut feed = seeds([seed]);
    train_on(backend().unwrap(), task, &mut feed);
    feed.outcomes.remove(&seed).unwrap()
}

#[test]
fn the_outcome_is_that_of_training() {
    let (mut at_once, mut later, mut never) = (0, 0, 0);
    for_every_kind(&mut |task: &Task| {
        for seed in 1..=3 {
            let asked = [LIMIT, 0, 7, 1, 108, 50, LIMIT + 1];
            let found = trace(task, seed, &asked).outcome;
            let expected = trained(task, seed);
            assert_eq!(exact(found), exact(expected), "{task:?}");
        }
    });
    // The tasks are not all of one kind.
    for_every_kind(
        &mut |task: &Task| match trained(task, 1).convergence_epoch {
            Some(1) => at_once += 1,
            Some(_) => later += 1,
            None => never += 1,
        },
    );
    assert!(at_once > 0 && later > 0 && never > 0);
}

#[test]
fn snapshots_are_the_networks_of_shorter_runs() {
    for_every_kind(&mut |task: &Task| {
        // Out of order, one twice, one beyond the limit.
        let asked = [60, 0, 1, 7, 7, 108, 119, LIMIT, LIMIT + 1];
        let trace = trace(task, 2, &asked);
        let converged = trace.outcome.convergence_epoch;
        let last = match converged {
            Some(epoch) if task.stop => epoch - 1,
            _ => LIMIT,
        };
        let mut expected: Vec<u64> = asked.into_iter().filter(|&e| e <= last).collect();
        expected.extend(converged.map(|epoch| epoch - 1));
        expected.push(last);
        expected.sort_unstable();
        expected.dedup();
        let found: Vec<u64> = trace.snapshots.iter().map(|s| s.epoch).collect();
        assert_eq!(found, expected, "{task:?}");
        for snapshot in &trace.snapshots {
            is_a_shorter_run(task, snapshot);
        }
    });
}

/// That a snapshot of seed 2 holds what training to its epoch, and no further, gives.
fn is_a_shorter_run(task: &Task, snapshot: &Snapshot) {
    let rows = task.dataset.inputs.nrows();
    let hash = snapshot.parameters.hash(task.precision);
    if snapshot.epoch == 0 {
        assert_eq!(hash, task.initial(2).hash(task.precision));
        return;
    }
    let shorter = Task {
        epochs: snapshot.epoch,
        stop: false,
        ..*task
    };
    let expected = trained(&shorter, 2);
    assert_eq!(hash, expected.weights_hash, "{task:?}");
    assert_eq!(snapshot.mse.to_bits(), expected.mse.to_bits());
    let answers = snapshot.outputs.iter().skip(rows);
    assert!(answers.eq(&expected.predictions));
}
