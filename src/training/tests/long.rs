//! A long run can be stopped at any time, within an epoch too.

use std::cell::Cell;

use super::*;

/// Says that it is interrupted from the `last`th question on.
struct Impatient {
    seeds: Seeds,
    asked: Cell<u64>,
    last: u64,
}

impl Feed for Impatient {
    fn next_seed(&mut self) -> Option<u64> {
        self.seeds.next_seed()
    }
    fn finished(&mut self, outcome: Outcome) {
        self.seeds.finished(outcome);
    }
    fn observed(&mut self, seed: u64, epoch: u64, mse: f64) {
        self.seeds.observed(seed, epoch, mse);
    }
    fn interrupted(&self) -> bool {
        self.asked.set(self.asked.get() + 1);
        self.asked.get() >= self.last
    }
}

fn impatient(last: u64) -> Impatient {
    Impatient {
        seeds: seeds(1..=2),
        asked: Cell::new(0),
        last,
    }
}

/// Rows by which an epoch takes many times the arithmetic after which it is asked whether to go
/// on: 600 × (8 × 50,200 weights + 30 × 201 neurons) instructions.
fn wide_rows() -> Dataset {
    mixed(600, 250, 1)
}

#[test]
fn a_long_epoch_asks_whether_to_go_on() {
    let dataset = wide_rows();
    let architecture = architecture(&dataset, &[200]);
    let task = Task {
        epochs: 1,
        ..task(&architecture, &dataset)
    };
    let mut feed = impatient(u64::MAX);
    train_on(best(), &task, &mut feed);
    assert_eq!(feed.seeds.outcomes.len(), 2);
    // Its one epoch, and the evaluations before and after it.
    let questions = feed.asked.get();
    assert!(questions >= 3 * 10, "{questions} questions");
}

#[test]
fn a_long_epoch_ends_when_it_is_interrupted() {
    let dataset = wide_rows();
    let architecture = architecture(&dataset, &[200]);
    let task = Task {
        epochs: 1,
        checkpoints: &[1],
        ..task(&architecture, &dataset)
    };
    let mut all = impatient(u64::MAX);
    train_on(best(), &task, &mut all);
    // In the evaluation before the epoch, in the epoch, in the evaluation of its weights.
    for last in [1, 2, 15, 18, 25, 30, all.asked.get()] {
        let mut feed = impatient(last);
        train_on(best(), &task, &mut feed);
        assert_eq!(feed.seeds.outcomes.len(), 0, "question {last}");
        // It may be asked once more where the epoch ends.
        assert!(feed.asked.get() <= last + 1, "question {last}");
    }
}

#[test]
fn a_short_epoch_is_not_asked_within() {
    let dataset = article();
    let architecture = architecture(&dataset, &[5]);
    let task = Task {
        epochs: 1000,
        ..task(&architecture, &dataset)
    };
    let mut feed = impatient(u64::MAX);
    train_on(best(), &task, &mut feed);
    assert!(feed.asked.get() <= 10, "{} questions", feed.asked.get());
}
