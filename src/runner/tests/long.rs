//! Long runs: where they are survives interruptions and kills.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use super::*;
use crate::results::folder::CHECKPOINT;
use crate::results::journal;

/// Few runs of many epochs: long enough to be disturbed.
fn long(stop: bool) -> Experiment {
    Experiment {
        epochs: 800_000,
        count: 4,
        curves: 2,
        stop,
        ..Experiment::default()
    }
}

/// What a call told.
#[derive(Debug, Default)]
struct Told {
    warnings: Vec<String>,
    /// Epochs of the runs that it finished and trained, as its last event says.
    finished: u64,
    /// Epochs told as they were trained.
    progress: u64,
}

/// Works on a folder until it is done (true) or `disturb`, called at every progress, sets the
/// flag.
fn go_on(
    experiment: &Experiment,
    path: &Path,
    checkpoint_after: Duration,
    disturb: &(dyn Fn(&AtomicBool) + Sync),
) -> (bool, Told) {
    let plan = experiment.plan();
    let folder = ResultsFolder::open(path).unwrap();
    let interrupt = AtomicBool::new(false);
    let told = Mutex::new(Told::default());
    let options = RunOptions {
        checkpoint_after,
        ..options(2, &interrupt)
    };
    let result = run(&plan, &folder, &options, &|event| {
        let mut told = told.lock().unwrap();
        match event {
            Event::Started { .. } | Event::Pass { .. } => {}
            Event::Progress { network_epochs, .. } => {
                told.progress += network_epochs;
                disturb(&interrupt);
            }
            Event::Warning(text) => told.warnings.push(text),
            Event::Finished { network_epochs, .. } => told.finished = network_epochs,
        }
    });
    let told = told.into_inner().unwrap();
    match result {
        Ok(mut trained) => {
            write(&plan, &mut trained);
            close(trained);
            assert!(!folder.has(CHECKPOINT) && !folder.has(JOURNAL));
            (true, told)
        }
        Err(Error::Interrupted(_)) => (false, told),
        Err(error) => panic!("{error}"),
    }
}

fn undisturbed(experiment: &Experiment) -> (Place, Told) {
    let place = Place::new();
    let (done, told) = go_on(experiment, place.path(), CHECKPOINT_AFTER, &|_| {
        assert!(!place.path().join(CHECKPOINT).exists());
    });
    assert!(done);
    (place, told)
}

#[test]
fn an_interrupted_long_run_goes_on_from_where_it_was() {
    for stop in [false, true] {
        let experiment = long(stop);
        let (whole, all) = undisturbed(&experiment);
        assert_eq!(all.finished, all.progress);
        let place = Place::new();
        let (mut trained, mut rounds) = (0, 0);
        loop {
            let (done, told) = go_on(&experiment, place.path(), CHECKPOINT_AFTER, &|interrupt| {
                interrupt.store(true, Ordering::Relaxed);
            });
            assert!(told.warnings.is_empty(), "{told:?}");
            // Every epoch is trained once, by one call or the other.
            trained += told.progress;
            rounds += 1;
            if done {
                break;
            }
        }
        assert!(rounds > 1, "it was over before it could be interrupted");
        assert_eq!(trained, all.progress, "stop {stop}");
        assert_eq!(tables(place.path()), tables(whole.path()));
    }
}

#[test]
fn the_time_of_a_call_that_finished_no_run_is_on_record() {
    let experiment = Experiment {
        epochs: 100_000_000,
        ..long(false)
    };
    let place = Place::new();
    let mut before = 0.0;
    for round in 1..=2 {
        let (done, _) = go_on(&experiment, place.path(), CHECKPOINT_AFTER, &|interrupt| {
            interrupt.store(true, Ordering::Relaxed);
        });
        assert!(!done);
        let identity = identity(&experiment.plan().manifest);
        let path = place.path().join(JOURNAL);
        let scan = journal::scan(&path, identity, &Watch::nobody(), &mut |entry| {
            panic!("{entry:?} finished")
        });
        let scan = scan.unwrap().unwrap();
        assert!(scan.seconds > before, "round {round}: {}", scan.seconds);
        assert_eq!((scan.torn, scan.damage.len()), (0, 0));
        before = scan.seconds;
    }
}

#[test]
fn a_killed_long_run_goes_on_from_its_last_checkpoint() {
    let experiment = long(false);
    let (whole, all) = undisturbed(&experiment);
    let (place, killed) = (Place::new(), Place::new());
    let copy = |name: &str| {
        let _ = fs::copy(place.path().join(name), killed.path().join(name));
    };
    let every = Duration::from_millis(50);
    // What is in the folder when a checkpoint is there is what a kill at that moment leaves.
    let copied = AtomicBool::new(false);
    go_on(&experiment, place.path(), every, &|interrupt| {
        if place.path().join(CHECKPOINT).exists() && !copied.swap(true, Ordering::Relaxed) {
            [CHECKPOINT, JOURNAL, MANIFEST].into_iter().for_each(copy);
            interrupt.store(true, Ordering::Relaxed);
        }
    });
    assert!(copied.load(Ordering::Relaxed), "no checkpoint was written");
    let (done, told) = go_on(&experiment, killed.path(), CHECKPOINT_AFTER, &|_| ());
    assert!(done && told.warnings.is_empty(), "{told:?}");
    assert!(
        told.finished < all.finished,
        "{} {}",
        told.finished,
        all.finished
    );
    assert_eq!(told.finished, told.progress);
    assert_eq!(tables(killed.path()), tables(whole.path()));
}

#[test]
fn checkpoints_written_all_the_time_change_nothing() {
    let experiment = Experiment {
        epochs: 20_000,
        count: 300,
        stop: true,
        ..Experiment::default()
    };
    let (whole, _) = undisturbed(&experiment);
    let place = Place::new();
    let calls = AtomicU64::new(0);
    loop {
        let (done, told) = go_on(&experiment, place.path(), Duration::ZERO, &|interrupt| {
            let calls = calls.fetch_add(1, Ordering::Relaxed);
            if calls % 5 == 4 {
                interrupt.store(true, Ordering::Relaxed);
            }
        });
        assert!(told.warnings.is_empty(), "{told:?}");
        if done {
            break;
        }
    }
    assert_eq!(tables(place.path()), tables(whole.path()));
}

#[test]
fn a_checkpoint_that_is_damaged_foreign_or_stale_is_not_believed() {
    let experiment = long(false);
    let (whole, all) = undisturbed(&experiment);
    let interrupted = |experiment: &Experiment| {
        let place = Place::new();
        let (done, _) = go_on(experiment, place.path(), CHECKPOINT_AFTER, &|interrupt| {
            interrupt.store(true, Ordering::Relaxed);
        });
        assert!(!done);
        let bytes = fs::read(place.path().join(CHECKPOINT)).unwrap();
        (place, bytes)
    };
    let (_, mut damaged) = interrupted(&experiment);
    let middle = damaged.len() / 2;
    let torn = damaged[..middle].to_vec();
    damaged[middle] ^= 1;
    // Of other epochs, and of runs with other curves.
    let (_, foreign) = interrupted(&Experiment {
        epochs: 799_999,
        ..experiment
    });
    let (_, stale) = interrupted(&Experiment {
        curves: 0,
        ..experiment
    });
    for (bytes, word) in [
        (damaged, "is damaged"),
        (foreign, "of another manifest"),
        (stale, "are not as in the manifest"),
        (torn, "is damaged"),
    ] {
        let place = Place::new();
        fs::write(place.path().join(CHECKPOINT), bytes).unwrap();
        let (done, told) = go_on(&experiment, place.path(), CHECKPOINT_AFTER, &|_| ());
        assert!(done);
        assert_eq!(told.warnings.len(), 1, "{told:?}");
        let text = &told.warnings[0];
        assert!(text.contains(word) && text.contains("begin anew"), "{text}");
        assert!(told.finished <= all.finished);
        assert_eq!(tables(place.path()), tables(whole.path()));
    }
}
