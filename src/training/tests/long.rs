//! A long run can be stopped at any time, within an epoch too.

use std::cell::Cell;

use super::*;

/// Says that it is interrupted from the `last`th question on.
struct Impatient {
    seeds: Seeds,
    asked: Cell<u64>,
    last: u64,
    /// How often it had been asked when the first run was finished.
    asked_before_end: Option<u64>,
}

impl Feed for Impatient {
    fn next_seed(&mut self) -> Option<u64> {
        self.seeds.next_seed()
    }
    fn finished(&mut self, outcome: Outcome) {
        self.asked_before_end.get_or_insert(self.asked.get());
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
        asked_before_end: None,
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
    for last in [1, 2, 15, 18, 25, 30, all.asked_before_end.unwrap()] {
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

/// Is interrupted at the `last`th question of every round, and goes on in the next.
struct Rounds {
    left: Vec<u64>,
    outcomes: BTreeMap<u64, Outcome>,
    losses: BTreeMap<(u64, u64), u64>,
    states: BTreeMap<u64, LaneState>,
    resumed: u64,
    asked: Cell<u64>,
    last: u64,
    /// Whether states are asked for all the time, instead of at the interruption alone.
    due: bool,
}

impl Feed for Rounds {
    fn next_seed(&mut self) -> Option<u64> {
        self.left.pop()
    }
    fn resume(&mut self, seed: u64) -> Option<LaneState> {
        let state = self.states.get(&seed).cloned();
        self.resumed += u64::from(state.is_some());
        state
    }
    fn finished(&mut self, outcome: Outcome) {
        assert!(self.outcomes.insert(outcome.seed, outcome).is_none());
    }
    fn observed(&mut self, seed: u64, epoch: u64, mse: f64) {
        let bits = mse.to_bits();
        let before = self.losses.insert((seed, epoch), bits);
        assert!(before.is_none_or(|before| before == bits));
    }
    fn checkpoint_due(&self) -> bool {
        self.due
    }
    fn checkpoint(&mut self, state: LaneState) {
        let count = |seed| self.losses.keys().filter(|key| key.0 == seed).count();
        assert!(state.observed <= count(state.seed));
        self.states.insert(state.seed, state);
    }
    fn interrupted(&self) -> bool {
        self.asked.set(self.asked.get() + 1);
        self.asked.get() >= self.last
    }
}

/// Trains with an interruption at every `last`th question, each time in another order; also
/// returns how many runs went on from a state.
fn in_rounds(backend: Backend, task: &Task, all: &[u64], last: u64, due: bool) -> (Bits, u64) {
    let mut feed = Rounds {
        left: Vec::new(),
        outcomes: BTreeMap::new(),
        losses: BTreeMap::new(),
        states: BTreeMap::new(),
        resumed: 0,
        asked: Cell::new(0),
        last,
        due,
    };
    for round in 0.. {
        let open = all.iter().filter(|seed| !feed.outcomes.contains_key(seed));
        feed.left = open.copied().collect();
        if feed.left.is_empty() {
            break;
        }
        let middle = round * 7 % feed.left.len();
        feed.left.rotate_left(middle);
        feed.asked.set(0);
        train_on(backend, task, &mut feed);
    }
    let done = Seeds {
        left: Vec::new(),
        outcomes: feed.outcomes,
        losses: feed.losses,
    };
    (bits(done), feed.resumed)
}

/// Tasks of several shapes, rules, criteria, precisions, with and without bias and early stop.
fn each_task(dataset: &Dataset, hidden: &[usize], check: &mut dyn FnMut(&Task)) {
    for (momentum, criterion) in [
        (0.0, Criterion::Tolerance(0.55)),
        (0.9, Criterion::Tolerance(0.55)),
        (1e20, Criterion::Tolerance(0.55)),
        (0.9, Criterion::Accuracy(0.8)),
        (0.0, Criterion::Mse(0.2)),
    ] {
        for precision in [Precision::F64, Precision::F32] {
            for (bias, stop) in [(false, false), (true, false), (false, true), (true, true)] {
                let architecture = Architecture {
                    bias,
                    ..architecture(dataset, hidden)
                };
                let learning = Learning {
                    momentum,
                    ..Learning::default()
                };
                let settings = Settings {
                    learning,
                    criterion,
                    ..Settings::default()
                };
                check(&Task {
                    precision,
                    stop,
                    settings,
                    validation: Some(dataset).filter(|_| bias),
                    test: Some(dataset).filter(|_| bias),
                    epochs: 120,
                    checkpoints: &[1, 2, 5, 17, 60, 108, 109, 119, 120],
                    ..task(&architecture, dataset)
                });
            }
        }
    }
}

#[test]
fn a_run_that_goes_on_is_the_run_that_never_stopped() {
    let all: Vec<u64> = (1..=70).collect();
    let mut resumed = 0;
    for (dataset, hidden) in [
        (article(), &[][..]),
        (article(), &[3]),
        (article(), &[8]),
        (mixed(5, 4, 2), &[5, 3]),
    ] {
        each_task(&dataset, hidden, &mut |task| {
            let expected = on(Backend::Scalar, task, all.clone());
            for backend in available() {
                for (last, due) in [(2, false), (4, true)] {
                    let (rounds, went_on) = in_rounds(backend, task, &all, last, due);
                    assert_eq!(rounds, expected, "{backend} {hidden:?} {last}");
                    resumed += went_on;
                }
            }
        });
    }
    assert!(resumed > 3_000, "only {resumed} runs went on");
}

#[test]
fn a_run_stopped_within_an_epoch_goes_on_from_the_last_whole_one() {
    let dataset = mixed(150, 250, 1);
    for (momentum, criterion) in [
        (0.0, Criterion::Tolerance(0.99)),
        (0.9, Criterion::Tolerance(0.99)),
        // Seeds 1 and 2 reach it at the second and third epoch.
        (0.9, Criterion::Mse(0.3843)),
    ] {
        let learning = Learning {
            learning_rate: 1e-4,
            momentum,
            ..Learning::default()
        };
        // Loose enough that it ends by the criterion after some epochs.
        let settings = Settings {
            learning,
            criterion,
            ..Settings::default()
        };
        for stop in [false, true] {
            let architecture = architecture(&dataset, &[200]);
            let task = Task {
                settings,
                stop,
                epochs: 3,
                ..task(&architecture, &dataset)
            };
            let expected = on(best(), &task, [1, 2]);
            let questions = {
                let mut feed = impatient(u64::MAX);
                train_on(best(), &task, &mut feed);
                feed.asked.get()
            };
            // Only those that get beyond the first epoch get on at all.
            for last in (questions / 2..=questions).step_by(2) {
                let (rounds, _) = in_rounds(best(), &task, &[1, 2], last, false);
                assert_eq!(rounds, expected, "{momentum} {criterion:?} {stop} {last}");
            }
        }
    }
}

#[test]
fn a_state_of_another_task_is_not_believed() {
    let dataset = article();
    let architecture = architecture(&dataset, &[4]);
    let task = Task {
        checkpoints: &[1, 10, 50],
        ..task(&architecture, &dataset)
    };
    let good = LaneState {
        seed: 1,
        updates: 20,
        converged: Some(7),
        mse_at_90_percent: None,
        observed: 2,
        looked: 0,
        best: None,
        weights: vec![0.5; 16],
        remembered: Vec::new(),
    };
    assert!(good.fits(&task));
    let wrong: [fn(&mut LaneState); 9] = [
        |state| state.updates = 61,
        |state| state.updates = u64::MAX,
        |state| state.converged = Some(21),
        |state| state.converged = Some(0),
        |state| state.mse_at_90_percent = Some(0.1),
        |state| state.observed = 1,
        |state| state.observed = 3,
        |state| state.weights.truncate(15),
        |state| state.remembered = vec![0.0; 16],
    ];
    for (number, damage) in wrong.into_iter().enumerate() {
        let mut state = good.clone();
        damage(&mut state);
        assert!(!state.fits(&task), "{number}");
        let (bits, _) = in_rounds_from(&task, state);
        assert_eq!(bits, on(best(), &task, [1]), "{number}");
    }
    assert!(!good.fits(&Task { stop: true, ..task }));
}

/// The run of seed 1, which a state is offered for.
fn in_rounds_from(task: &Task, state: LaneState) -> (Bits, u64) {
    let mut feed = Rounds {
        left: vec![1],
        outcomes: BTreeMap::new(),
        losses: BTreeMap::new(),
        states: BTreeMap::from([(1, state)]),
        resumed: 0,
        asked: Cell::new(0),
        last: u64::MAX,
        due: false,
    };
    train_on(best(), task, &mut feed);
    let done = Seeds {
        left: Vec::new(),
        outcomes: feed.outcomes,
        losses: feed.losses,
    };
    (bits(done), feed.resumed)
}
