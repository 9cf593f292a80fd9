//! Validation and test rows: evaluated as the rows are, and never trained on.

use super::*;
use crate::network::Right;
use crate::training::{Best, Judged, LaneState, Mistake, Scored, trace};

/// Rows of three classes, whose inputs say the class but for some.
fn classes(rows: usize, first: usize) -> Dataset {
    let class = |row: usize| (row + first) % 3;
    let inputs = Array2::from_shape_fn((rows, 4), |(r, i)| {
        let noise = ((7 * (r + first) + 3 * i) % 11) as f64 / 11.0 - 0.5;
        if class(r) == i { 1.0 + noise } else { noise }
    });
    let targets = Array2::from_shape_fn((rows, 3), |(r, o)| {
        f64::from(u8::from(
            class(r) == o || (r % 7 == 3 && (class(r) + 1) % 3 == o),
        ))
    });
    // One class each: of two marked ones, the first only.
    let targets = Array2::from_shape_fn((rows, 3), |(r, o)| {
        let marked = (0..3).find(|&o| targets[[r, o]] == 1.0);
        if marked == Some(o) { 0.9 } else { 0.1 }
    });
    Dataset {
        right: Right::Largest,
        ..Dataset::new(inputs, targets)
    }
}

fn held_out<'a>(
    architecture: &'a Architecture,
    [training, validation, test]: [&'a Dataset; 3],
) -> Task<'a> {
    Task {
        validation: Some(validation),
        test: Some(test),
        epochs: 400,
        settings: crate::network::Settings {
            learning: crate::network::Learning {
                learning_rate: 0.2,
                ..Default::default()
            },
            ..Default::default()
        },
        ..task(architecture, training)
    }
}

fn outcomes(backend: Backend, task: &Task, list: impl IntoIterator<Item = u64>) -> Vec<Outcome> {
    let mut feed = seeds(list);
    train_on(backend, task, &mut feed);
    feed.outcomes.into_values().collect()
}

#[test]
fn no_validation_or_test_row_changes_a_weight() {
    let [training, validation, test] = [classes(30, 0), classes(9, 5), classes(12, 8)];
    let architecture = architecture(&training, &[5]);
    let with = held_out(&architecture, [&training, &validation, &test]);
    let other = classes(17, 2);
    let without = Task {
        validation: None,
        test: None,
        ..with
    };
    let others = Task {
        validation: Some(&test),
        test: Some(&other),
        ..with
    };
    let known = |outcome: Outcome| Outcome {
        judged: Judged {
            mistakes: outcome.judged.mistakes.clone(),
            ..Judged::default()
        },
        ..outcome
    };
    let plain: Vec<Outcome> = outcomes(best(), &without, 1..=9);
    for task in [with, others] {
        let found = outcomes(best(), &task, 1..=9).into_iter().map(known);
        assert!(found.eq(plain.iter().cloned()));
    }
}

#[test]
fn sets_are_judged_as_if_they_were_the_rows() {
    let [training, validation, test] = [classes(30, 0), classes(9, 5), classes(12, 8)];
    for precision in [Precision::F64, Precision::F32] {
        for hidden in [&[][..], &[5], &[4, 3]] {
            let architecture = architecture(&training, hidden);
            let task = Task {
                precision,
                ..held_out(&architecture, [&training, &validation, &test])
            };
            let outcome = outcomes(best(), &task, [3]).remove(0);
            let traced = trace(&task, 3, &[], &|| false).unwrap();
            let firsts = [0, 30, 39];
            let sets = [&training, &validation, &test];
            let judged: Vec<(f64, Vec<u32>, Vec<Mistake>)> = firsts
                .into_iter()
                .zip(sets)
                .map(|(first, set)| judge(&traced.outputs, first, set, precision))
                .collect();
            let scored = |at: usize| Scored {
                mse: judged[at].0,
                wrong: judged[at].1.len() as u32,
            };
            assert_eq!(outcome.mse, judged[0].0);
            assert_eq!(outcome.wrong_rows.first, judged[0].1);
            assert_eq!(outcome.judged.mistakes, judged[0].2);
            assert_eq!(outcome.judged.validation, Some(scored(1)));
            assert_eq!(outcome.judged.test, Some(scored(2)));
            assert_eq!(outcome.judged.test_mistakes, judged[2].2);
        }
    }
}

/// The plain way: mean squared error, wrong rows, mistakes.
fn judge(
    outputs: &Array2<f64>,
    first: usize,
    set: &Dataset,
    precision: Precision,
) -> (f64, Vec<u32>, Vec<Mistake>) {
    let rounded = |target: f64| match precision {
        Precision::F64 => target,
        Precision::F32 => f64::from(target as f32),
    };
    let (mut sum, mut wrong, mut mistakes) = (0.0, Vec::new(), Vec::new());
    for row in 0..set.rows() {
        let output: Vec<f64> = outputs.row(first + row).to_vec();
        let target: Vec<f64> = set.targets.row(row).iter().map(|t| rounded(*t)).collect();
        sum = output
            .iter()
            .zip(&target)
            .fold(sum, |sum, (o, t)| sum + (t - o) * (t - o));
        let argmax = |values: &[f64]| {
            let largest = values.iter().fold(f64::MIN, |a, &b| a.max(b));
            values.iter().position(|&value| value == largest).unwrap()
        };
        let (class, answer) = (argmax(&target), argmax(&output));
        if class != answer {
            wrong.push(row as u32);
            mistakes.push((class as u16, answer as u16));
        }
    }
    mistakes.sort_unstable();
    let count = |&(class, answer): &(u16, u16)| Mistake {
        class,
        answer: Some(answer),
        rows: mistakes.iter().filter(|m| **m == (class, answer)).count() as u32,
    };
    let mut counted: Vec<Mistake> = mistakes.iter().map(count).collect();
    counted.dedup();
    (sum / set.targets.len() as f64, wrong, counted)
}

#[test]
fn the_best_epoch_is_where_a_validation_loss_was_least() {
    let [training, validation, test] = [classes(30, 0), classes(9, 5), classes(12, 8)];
    let architecture = architecture(&training, &[5]);
    let task = held_out(&architecture, [&training, &validation, &test]);
    for stop in [false, true] {
        let task = Task { stop, ..task };
        for outcome in outcomes(best(), &task, 1..=5) {
            let seed = outcome.seed;
            let end = match outcome.convergence_epoch {
                Some(epoch) if stop => epoch - 1,
                _ => task.epochs,
            };
            let mut looks: Vec<u64> = task.looks().into_iter().filter(|l| *l <= end).collect();
            looks.push(end);
            let mut least = (f64::INFINITY, 0);
            for look in looks {
                // A run of so many epochs ends with the weights of that moment.
                let short = Task {
                    epochs: look.max(1),
                    stop: false,
                    ..task
                };
                let there = outcomes(best(), &short, [seed]).remove(0);
                let mse = there.judged.validation.unwrap().mse;
                if mse < least.0 {
                    least = (mse, look);
                }
            }
            assert_eq!(outcome.judged.best_epoch, Some(least.1), "seed {seed}");
        }
    }
}

#[test]
fn sets_are_the_same_on_every_backend_in_any_company_and_traced() {
    let [training, validation, test] = [classes(30, 0), classes(9, 5), classes(12, 8)];
    let architecture = architecture(&training, &[5]);
    for precision in [Precision::F64, Precision::F32] {
        let task = Task {
            precision,
            ..held_out(&architecture, [&training, &validation, &test])
        };
        let expected = on(Backend::Scalar, &task, 1..=7);
        for backend in available() {
            assert_eq!(on(backend, &task, 1..=7), expected, "{backend:?}");
            assert_eq!(on(backend, &task, (1..=7).rev()), expected, "{backend:?}");
        }
        for outcome in outcomes(best(), &task, 1..=7) {
            let traced = trace(&task, outcome.seed, &[1, 17, 399], &|| false).unwrap();
            assert_eq!(exact(traced.outcome), exact(outcome));
        }
    }
}

#[test]
fn rows_keep_the_numbers_that_the_data_give_them() {
    let [training, validation, test] = [classes(30, 0), classes(9, 5), classes(12, 8)];
    let architecture = architecture(&training, &[]);
    let numbers: Vec<u32> = (0..30).map(|row| 100 + 2 * row).collect();
    let plain = Task {
        epochs: 1,
        ..held_out(&architecture, [&training, &validation, &test])
    };
    let numbered = Task {
        numbers: &numbers,
        ..plain
    };
    let [plain, numbered] = [plain, numbered].map(|task| outcomes(best(), &task, [1]).remove(0));
    assert!(plain.wrong_rows.count > 3);
    let expected = plain.wrong_rows.first.iter().map(|row| 100 + 2 * row);
    assert_eq!(numbered.wrong_rows, expected.collect());
}

#[test]
fn a_state_without_its_looks_is_not_believed() {
    let [training, validation, test] = [classes(30, 0), classes(9, 5), classes(12, 8)];
    let architecture = architecture(&training, &[5]);
    let task = held_out(&architecture, [&training, &validation, &test]);
    let updates = 40;
    let looked = task.looks().iter().filter(|look| **look <= updates).count();
    let good = LaneState {
        seed: 1,
        updates,
        converged: None,
        mse_at_90_percent: None,
        observed: 0,
        looked,
        best: Some(Best {
            epoch: 7,
            mse: 0.25,
        }),
        weights: vec![0.5; architecture.parameters()],
        remembered: Vec::new(),
    };
    assert!(good.fits(&task));
    let wrong: [fn(&mut LaneState); 4] = [
        |state| state.looked += 1,
        |state| state.looked -= 2,
        |state| state.best = None,
        |state| {
            state.best = Some(Best {
                epoch: 41,
                mse: 0.1,
            });
        },
    ];
    for change in wrong {
        let mut state = good.clone();
        change(&mut state);
        assert!(!state.fits(&task), "{state:?}");
    }
}
