//! The criteria of convergence: the kernel's epochs against the plain reference, every rule of
//! what is right, every backend, any company, stopped or not.

use proptest::prelude::*;

use super::*;
use crate::network::Right;
use crate::network::reference::Reference;

const LIMIT: u64 = 60;

/// The rows with a rule of what is right.
fn judged(dataset: Dataset, right: Right) -> Dataset {
    Dataset { right, ..dataset }
}

/// Three classes; the last row's targets say none.
fn classes() -> Dataset {
    let mut dataset = judged(mixed(6, 4, 3), Right::Largest);
    dataset.targets.row_mut(5).fill(0.5);
    dataset
}

/// Rows of one and of three outputs under each rule, some of whose targets say no class.
fn datasets() -> Vec<Dataset> {
    vec![
        article(),
        judged(article(), Right::Side { middle: 0.5 }),
        mixed(5, 4, 1),
        judged(mixed(5, 4, 1), Right::Side { middle: 0.25 }),
        judged(mixed(6, 4, 1), Right::Side { middle: 0.5 }),
        mixed(5, 4, 3),
        judged(mixed(5, 4, 3), Right::Largest),
        classes(),
    ]
}

const CRITERIA: [Criterion; 8] = [
    Criterion::Tolerance(0.45),
    Criterion::Tolerance(0.6),
    Criterion::Accuracy(0.2),
    Criterion::Accuracy(0.6),
    Criterion::Accuracy(1.0),
    Criterion::Mse(0.25),
    Criterion::Mse(0.17),
    Criterion::Mse(0.1),
];

/// Which criterion, by its place among all.
fn kind(criterion: Criterion) -> usize {
    match criterion {
        Criterion::Tolerance(_) => 0,
        Criterion::Accuracy(_) => 1,
        Criterion::Mse(_) => 2,
    }
}

/// Tasks of every rule, criterion and precision, of shapes that there are kernels of fixed size
/// for, and of others.
fn each_task(check: &mut dyn FnMut(&Task)) {
    for dataset in datasets() {
        for hidden in [&[][..], &[4], &[3, 5]] {
            let architecture = architecture(&dataset, hidden);
            for criterion in CRITERIA {
                for precision in [Precision::F64, Precision::F32] {
                    check(&Task {
                        settings: Settings {
                            criterion,
                            ..Settings::default()
                        },
                        precision,
                        range: 2.0,
                        epochs: LIMIT,
                        ..task(&architecture, &dataset)
                    });
                }
            }
        }
    }
}

fn reference<'a>(task: &Task<'a>) -> Reference<'a> {
    Reference {
        architecture: task.architecture,
        dataset: task.dataset,
        settings: task.settings,
    }
}

#[test]
fn runs_converge_at_the_epoch_of_the_reference() {
    // Of each criterion: at once, later, never.
    let mut found = [[0; 3]; 3];
    each_task(&mut |task| {
        for seed in 1..=3 {
            let reference = reference(task);
            let mut state = reference.start(task.initial(seed));
            let mut epochs = 1..=task.epochs;
            let converged = epochs.find(|_| {
                let outputs = reference.epoch(&mut state);
                reference.meets(&outputs)
            });
            // The reference trains in double precision.
            if task.precision == Precision::F64 {
                let epoch = trace(task, seed, &[]).outcome.convergence_epoch;
                assert_eq!(epoch, converged, "{task:?}, seed {seed}");
            }
            let fate = match converged {
                Some(1) => 0,
                Some(_) => 1,
                None => 2,
            };
            found[kind(task.settings.criterion)][fate] += 1;
        }
    });
    assert!(found.iter().flatten().all(|runs| *runs >= 10), "{found:?}");
}

#[test]
fn runs_converge_at_the_first_epoch_whose_outputs_meet_the_criterion() {
    let all: Vec<u64> = (0..=LIMIT).collect();
    each_task(&mut |task| {
        let trace = trace(task, 4, &all);
        let mut snapshots = trace.snapshots.iter();
        let meets = snapshots.position(|snapshot| reference(task).meets(&snapshot.outputs));
        // The outputs after so many updates are those of the next epoch, if there is one.
        let epoch = meets.map(|updates| updates as u64 + 1);
        let epoch = epoch.filter(|epoch| *epoch <= LIMIT);
        assert_eq!(trace.outcome.convergence_epoch, epoch, "{task:?}");
    });
}

#[test]
fn the_mse_of_a_criterion_is_the_mse_of_a_run() {
    let dataset = article();
    let architecture = architecture(&dataset, &[4]);
    let limit = |mse| Task {
        settings: Settings {
            criterion: Criterion::Mse(mse),
            ..Settings::default()
        },
        epochs: 500,
        ..task(&architecture, &dataset)
    };
    let all: Vec<u64> = (0..=500).collect();
    let trace_of = |mse| trace(&limit(mse), 7, &all);
    let losses: Vec<f64> = trace_of(1.0).snapshots.iter().map(|at| at.mse).collect();
    // A loss less than every one before it, and more than the next.
    let lowest = |at: &usize| losses[..*at].iter().all(|before| *before > losses[*at]);
    let at = (100..500).find(|at| lowest(at) && losses[at + 1] < losses[*at]);
    let at = at.unwrap();
    let epoch = |mse| trace_of(mse).outcome.convergence_epoch;
    // Strictly below: at just this loss only the next epoch is.
    assert_eq!(epoch(losses[at].next_up()), Some(at as u64 + 1));
    assert_eq!(epoch(losses[at]), Some(at as u64 + 2));
}

#[test]
fn every_backend_and_any_company_converges_at_the_same_epoch() {
    each_task(&mut |task| {
        for stop in [false, true] {
            let task = &Task { stop, ..*task };
            let expected = on(Backend::Scalar, task, 1..=40);
            for backend in available() {
                assert_eq!(on(backend, task, 1..=40), expected, "{backend} {task:?}");
                for seed in [1, 23, 40] {
                    let (alone, _) = on(backend, task, [seed]);
                    assert_eq!(alone[&seed], expected.0[&seed], "{backend} {task:?}");
                }
            }
        }
    });
}

#[test]
fn stopping_ends_with_the_weights_that_met_the_criterion() {
    let mut stops = [0; 3];
    each_task(&mut |task| {
        let (mut full, mut stopped) = (seeds(1..=5), seeds(1..=5));
        train_on(best(), task, &mut full);
        train_on(
            best(),
            &Task {
                stop: true,
                ..*task
            },
            &mut stopped,
        );
        for (seed, full) in &full.outcomes {
            let stopped = &stopped.outcomes[seed];
            assert_eq!(stopped.convergence_epoch, full.convergence_epoch);
            let Some(epoch) = full.convergence_epoch else {
                assert_eq!(stopped, full);
                continue;
            };
            assert_eq!(stopped.epochs, epoch);
            let before = trace(task, *seed, &[epoch - 1]);
            let weights = before.snapshots[0].parameters.hash(task.precision);
            assert_eq!(stopped.weights_hash, weights, "{task:?}");
            stops[kind(task.settings.criterion)] += 1;
        }
    });
    assert!(stops.iter().all(|stops| *stops >= 100), "{stops:?}");
}

#[test]
fn networks_that_diverge_are_never_right() {
    for dataset in datasets() {
        let architecture = architecture(&dataset, &[4]);
        for criterion in [
            Criterion::Tolerance(1.0),
            Criterion::Accuracy(1e-9),
            Criterion::Mse(1e300),
        ] {
            let task = Task {
                settings: Settings {
                    criterion,
                    ..Settings::default()
                },
                // Weights so large that the first sums are infinity less infinity.
                range: f64::MAX / 2.0,
                epochs: 3,
                ..task(&architecture, &dataset)
            };
            for backend in available() {
                let mut feed = seeds(1..=20);
                train_on(backend, &task, &mut feed);
                for (seed, outcome) in feed.outcomes {
                    let start = trace(&task, seed, &[0]);
                    let meets = reference(&task).meets(&start.snapshots[0].outputs);
                    let at_once = outcome.convergence_epoch == Some(1);
                    assert_eq!(at_once, meets, "{criterion:?} {seed}");
                }
            }
        }
    }
}

fn any_criterion() -> impl Strategy<Value = Criterion> {
    prop_oneof![
        (0.05..1.0).prop_map(Criterion::Tolerance),
        (0.05..=1.0).prop_map(Criterion::Accuracy),
        (0.01..0.5).prop_map(Criterion::Mse),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Any small network, rule and criterion: all backends agree to the bit, in any company.
    #[test]
    fn any_criterion_is_the_same_everywhere(
        criterion in any_criterion(),
        hidden in prop::collection::vec(1usize..10, 0..3),
        (rows, inputs, outputs) in (1usize..9, 1usize..5, 1usize..4),
        classes: bool, middle in 0.0..1.0, single: bool, stop: bool,
        epochs in 1u64..60, first in 0u64..1000, count in 1u64..60,
    ) {
        let right = match (classes, outputs) {
            (false, _) => Right::Near,
            (true, 1) => Right::Side { middle },
            (true, _) => Right::Largest,
        };
        let dataset = judged(mixed(rows, inputs, outputs), right);
        let architecture = architecture(&dataset, &hidden);
        let task = Task {
            epochs, stop,
            settings: Settings { criterion, ..Settings::default() },
            precision: if single { Precision::F32 } else { Precision::F64 },
            ..task(&architecture, &dataset)
        };
        let expected = on(Backend::Scalar, &task, first..first + count);
        for backend in available() {
            prop_assert_eq!(&on(backend, &task, first..first + count), &expected);
        }
        let half = on(best(), &task, first..first + count.div_ceil(2));
        for (seed, outcome) in &half.0 {
            prop_assert_eq!(outcome, &expected.0[seed]);
        }
    }
}
