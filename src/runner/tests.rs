use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use super::*;
use crate::plan::identity;
use crate::results::folder::{
    COMPATIBILITY, LOSSES, MANIFEST, PROVENANCE, Provenance, RUNS, Shard,
};
use crate::results::{Claim, Pass, Written, common_manifest, merge};

mod faults;
mod fixture;
mod long;
mod saved_again;
// Named, because the runner has functions of these names that also hand runs over.
use fixture::*;
use fixture::{read, run};

#[test]
fn bytes_do_not_depend_on_threads_or_early_stop_scheduling() {
    for stop in [false, true] {
        let experiment = Experiment {
            stop,
            ..Experiment::default()
        };
        let one = Place::new();
        let four = Place::new();
        finish(&experiment, one.path(), 1);
        finish(&experiment, four.path(), 4);
        assert_eq!(tables(one.path()), tables(four.path()));
        let lines = tables(one.path())
            .0
            .iter()
            .filter(|&&byte| byte == b'\n')
            .count();
        assert_eq!(lines as u64, 1 + experiment.plan().runs());
    }
}

#[test]
fn rows_are_in_canonical_order_and_curves_only_of_the_first_seeds() {
    let experiment = Experiment::default();
    let place = Place::new();
    finish(&experiment, place.path(), 2);
    let plan = experiment.plan();
    let runs = read(&plan, place.path(), None).unwrap();
    let mut expected = (0..plan.models.len())
        .flat_map(|model| (0..plan.manifest.seeds.count()).map(move |place| (model, place)));
    runs.each(Watch::nobody(), &mut |run| {
        let (model, seed) = expected.next().unwrap();
        assert_eq!(run.model, model);
        assert_eq!(run.outcome.seed, plan.manifest.seeds.get(seed).unwrap());
        let epochs: Vec<u64> = run.curve.iter().map(|point| point.0).collect();
        let mut due = plan.curve_epochs();
        due.retain(|&epoch| seed < plan.manifest.curves.seeds && epoch <= run.outcome.epochs);
        assert_eq!(epochs, due);
        Ok(())
    })
    .unwrap();
    assert_eq!(expected.next(), None);
}

#[test]
fn an_interrupted_run_goes_on_to_the_same_bytes() {
    let experiment = Experiment {
        epochs: 60_000,
        ..Experiment::default()
    };
    let undisturbed = Place::new();
    finish(&experiment, undisturbed.path(), 2);
    let plan = experiment.plan();
    let place = Place::new();
    let interrupt = AtomicBool::new(false);
    let mut rounds = 0;
    loop {
        let folder = ResultsFolder::open(place.path()).unwrap();
        interrupt.store(false, Ordering::Relaxed);
        let result = run(&plan, &folder, &options(2, &interrupt), &|event| {
            if matches!(event, Event::Progress { .. }) {
                interrupt.store(true, Ordering::Relaxed);
            }
        });
        rounds += 1;
        match result {
            Err(Error::Interrupted(text)) => {
                assert!(text.contains("runs are done and kept in"), "{text}");
                assert!(folder.has(JOURNAL) && !folder.has(RUNS));
            }
            Err(error) => panic!("{error}"),
            Ok(mut trained) => {
                write(&plan, &mut trained);
                close(trained);
                break;
            }
        }
        assert!(rounds < 10_000);
    }
    assert!(rounds > 1, "it was over before it could be interrupted");
    assert_eq!(tables(undisturbed.path()), tables(place.path()));
    assert!(!place.path().join(JOURNAL).exists());
}

#[test]
fn a_finished_folder_is_left_alone() {
    let experiment = Experiment::default();
    let place = Place::new();
    finish(&experiment, place.path(), 2);
    let plan = experiment.plan();
    let folder = ResultsFolder::open(place.path()).unwrap();
    let quiet = AtomicBool::new(false);
    let trained = run(&plan, &folder, &options(2, &quiet), &|event| {
        let reading = matches!(event, Event::Pass { .. });
        assert!(reading, "nothing should happen: {event:?}")
    });
    let trained = trained.unwrap();
    assert!(trained.open.is_none());
    assert_eq!(trained.new_runs, 0);
    assert_eq!(trained.runs.count(), plan.runs());
}

#[test]
fn more_seeds_and_curves_train_only_what_is_new() {
    let small = Experiment {
        count: 30,
        curves: 5,
        ..Experiment::default()
    };
    let large = Experiment {
        count: 75,
        curves: 12,
        ..Experiment::default()
    };
    let grown = Place::new();
    finish(&small, grown.path(), 2);
    let trained = finish(&large, grown.path(), 2);
    // 45 new seeds and 7 curves of runs that were there, for each of three models.
    assert_eq!(trained, 3 * (45 + 7));
    let at_once = Place::new();
    finish(&large, at_once.path(), 2);
    assert_eq!(tables(grown.path()), tables(at_once.path()));
}

#[test]
fn a_part_of_the_seeds_and_then_the_rest() {
    let experiment = Experiment::default();
    let place = Place::new();
    let plan = experiment.plan();
    let quiet = AtomicBool::new(false);
    let folder = ResultsFolder::open(place.path()).unwrap();
    let some = RunOptions {
        seeds: Some((10, 19)),
        ..options(2, &quiet)
    };
    let mut trained = run(&plan, &folder, &some, &|_| ()).unwrap();
    assert_eq!(trained.new_runs, 30);
    let written = write(&plan, &mut trained);
    record(&folder, &trained, None, written);
    close(trained);
    drop(folder);
    let rest = finish(&experiment, place.path(), 2);
    assert_eq!(rest, plan.runs() - 30);
    let whole = Place::new();
    finish(&experiment, whole.path(), 1);
    assert_eq!(tables(place.path()), tables(whole.path()));
}

#[test]
fn shards_merge_to_the_bytes_of_the_whole() {
    let experiment = Experiment::default();
    let plan = experiment.plan();
    let places: Vec<Place> = (0..5).map(|_| Place::new()).collect();
    let mut paths: Vec<PathBuf> = Vec::new();
    for (place, index) in places.iter().zip(1..) {
        finish_shard(&experiment, place.path(), Some(Shard { index, count: 5 }));
        paths.push(place.path().to_owned());
    }
    // The order in which shards are named does not matter.
    paths.reverse();
    assert_eq!(common_manifest(&paths).unwrap().0, plan.manifest);
    let merged = merge(&plan, &paths, Some(2), &Watch::nobody()).unwrap();
    let out = Place::new();
    copy(&merged.runs, &plan, out.path());
    let whole = Place::new();
    finish(&experiment, whole.path(), 2);
    assert_eq!(tables(out.path()), tables(whole.path()));
    let folder = ResultsFolder::open(whole.path()).unwrap();
    let refused = Claim::check_new(&plan, &folder, None, &Watch::nobody()).unwrap_err();
    assert!(refused.to_string().contains("new folder"), "{refused}");

    let gap = merge(&plan, &paths[1..], None, &Watch::nobody())
        .unwrap_err()
        .to_string();
    assert!(gap.contains("runs are missing, the first is"), "{gap}");
    let twice: Vec<PathBuf> = [&paths[..], &paths[..1]].concat();
    let overlap = merge(&plan, &twice, None, &Watch::nobody())
        .unwrap_err()
        .to_string();
    assert!(overlap.contains("there twice"), "{overlap}");

    let other = Place::new();
    let different = Experiment {
        epochs: 999,
        ..experiment
    };
    finish_shard(&different, other.path(), Some(Shard { index: 1, count: 5 }));
    let mixed = [other.path().to_owned(), paths[0].clone()];
    let mixed = common_manifest(&mixed).unwrap_err().to_string();
    assert!(mixed.contains("don't belong together"), "{mixed}");
}

#[test]
fn a_shard_of_another_version_is_refused() {
    let experiment = Experiment::default();
    let places = [Place::new(), Place::new()];
    for (place, index) in places.iter().zip(1..) {
        finish_shard(&experiment, place.path(), Some(Shard { index, count: 2 }));
    }
    trained_by_another(places[1].path(), COMPATIBILITY + 1);
    let paths = places.each_ref().map(|place| place.path().to_owned());
    let error = common_manifest(&paths).unwrap_err().to_string();
    assert!(
        error.contains("0.0.7") && error.contains("round differently"),
        "{error}"
    );
}

#[test]
fn another_manifest_or_shard_is_refused_and_overwrite_replaces() {
    let first = Experiment::default();
    let second = Experiment {
        epochs: 777,
        ..Experiment::default()
    };
    let place = Place::new();
    finish(&first, place.path(), 2);
    fs::write(place.path().join("notes.txt"), "mine").unwrap();
    let before = tables(place.path());
    let plan = second.plan();
    let quiet = AtomicBool::new(false);
    let folder = ResultsFolder::open(place.path()).unwrap();
    let error = run(&plan, &folder, &options(1, &quiet), &|_| ()).unwrap_err();
    assert!(
        matches!(&error, Error::Conflict(text) if text.contains("--overwrite")),
        "{error}"
    );
    assert_eq!(tables(place.path()), before);
    let same = first.plan();
    let sharded = RunOptions {
        shard: Some(Shard { index: 1, count: 2 }),
        ..options(1, &quiet)
    };
    let error = run(&same, &folder, &sharded, &|_| ())
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("holds the whole experiment, not shard 1/2"),
        "{error}"
    );
    let overwrite = RunOptions {
        overwrite: true,
        ..options(1, &quiet)
    };
    let trained = run(&plan, &folder, &overwrite, &|_| ()).unwrap();
    assert_eq!(trained.new_runs, plan.runs());
    assert_eq!(fs::read(place.path().join("notes.txt")).unwrap(), b"mine");
}

#[test]
fn fewer_seeds_would_lose_runs() {
    let place = Place::new();
    finish(
        &Experiment {
            count: 40,
            ..Experiment::default()
        },
        place.path(),
        2,
    );
    let plan = Experiment {
        count: 20,
        ..Experiment::default()
    }
    .plan();
    let quiet = AtomicBool::new(false);
    let folder = ResultsFolder::open(place.path()).unwrap();
    let error = run(&plan, &folder, &options(1, &quiet), &|_| ())
        .unwrap_err()
        .to_string();
    assert!(error.contains("would be lost"), "{error}");
}

#[test]
fn results_without_a_manifest_are_refused() {
    let place = Place::new();
    finish(&Experiment::default(), place.path(), 2);
    let before = tables(place.path());
    fs::remove_file(place.path().join(MANIFEST)).unwrap();
    let plan = Experiment::default().plan();
    let quiet = AtomicBool::new(false);
    let folder = ResultsFolder::open(place.path()).unwrap();
    // Without it nobody knows whose rows these are.
    let error = run(&plan, &folder, &options(1, &quiet), &|_| ());
    let error = error.unwrap_err().to_string();
    assert!(error.contains("without a manifest.toml"), "{error}");
    assert_eq!(tables(place.path()), before);
}

/// Says that the rows of a folder were trained by version 0.0.7 of this number.
fn trained_by_another(folder: &Path, number: u32) {
    let path = folder.join(PROVENANCE);
    let text = fs::read_to_string(&path).unwrap();
    let version = env!("CARGO_PKG_VERSION");
    let ours = format!("\"compatibility\": {COMPATIBILITY}");
    assert!(text.contains(&ours), "{text}");
    let text = text.replace(version, "0.0.7");
    let text = text.replace(&ours, &format!("\"compatibility\": {number}"));
    fs::write(&path, text).unwrap();
}

#[test]
fn runs_of_another_version_are_only_continued_if_their_bytes_are_the_same() {
    let small = Experiment {
        count: 20,
        ..Experiment::default()
    };
    let large = Experiment {
        count: 40,
        ..Experiment::default()
    };
    let place = Place::new();
    finish(&small, place.path(), 2);
    let before = tables(place.path());
    trained_by_another(place.path(), COMPATIBILITY + 1);
    let plan = large.plan();
    let quiet = AtomicBool::new(false);
    let folder = ResultsFolder::open(place.path()).unwrap();
    let error = run(&plan, &folder, &options(1, &quiet), &|_| ()).unwrap_err();
    let error = error.to_string();
    assert!(
        error.contains("0.0.7") && error.contains("round differently"),
        "{error}"
    );
    assert_eq!(tables(place.path()), before);
    assert!(!place.path().join(JOURNAL).exists());
    drop(folder);

    let place = Place::new();
    finish(&small, place.path(), 2);
    trained_by_another(place.path(), COMPATIBILITY);
    assert_eq!(finish(&large, place.path(), 2), 60);
    let remembered = Provenance::load(place.path()).unwrap().trained_by;
    let versions: Vec<&str> = remembered.iter().map(|by| by.version.as_str()).collect();
    assert_eq!(versions, ["0.0.7", env!("CARGO_PKG_VERSION")]);
}

#[test]
fn rows_without_a_record_of_who_trained_them_are_refused() {
    let place = Place::new();
    finish(&Experiment::default(), place.path(), 2);
    fs::remove_file(place.path().join(PROVENANCE)).unwrap();
    let before = tables(place.path());
    let plan = Experiment {
        count: 110,
        ..Experiment::default()
    }
    .plan();
    let quiet = AtomicBool::new(false);
    let folder = ResultsFolder::open(place.path()).unwrap();
    let error = run(&plan, &folder, &options(1, &quiet), &|_| ()).unwrap_err();
    assert!(error.to_string().contains("no provenance.json"), "{error}");
    assert_eq!(tables(place.path()), before);
}

#[test]
fn events_add_up() {
    let plan = Experiment::default().plan();
    let place = Place::new();
    let folder = ResultsFolder::open(place.path()).unwrap();
    let quiet = AtomicBool::new(false);
    let events = Mutex::new(Vec::new());
    let trained = run(&plan, &folder, &options(3, &quiet), &|event| {
        events.lock().unwrap().push(event)
    });
    let trained = trained.unwrap();
    let events = events.into_inner().unwrap();
    let Event::Started {
        runs,
        already_done,
        models,
        threads,
    } = &events[0]
    else {
        panic!("{:?}", events[0])
    };
    assert_eq!((*runs, *already_done, *threads), (plan.runs(), 0, 3));
    assert_eq!(models.iter().map(|model| model.0).sum::<u64>(), plan.runs());
    let mut sums = (0, 0, 0);
    for event in &events {
        if let Event::Progress {
            runs,
            converged,
            network_epochs,
            ..
        } = event
        {
            sums = (sums.0 + runs, sums.1 + converged, sums.2 + network_epochs);
        }
    }
    let mut counted = (0, 0, 0);
    trained
        .runs
        .each(Watch::nobody(), &mut |run| {
            let outcome = &run.outcome;
            counted.0 += 1;
            counted.1 += u64::from(outcome.convergence_epoch.is_some());
            counted.2 += outcome.epochs;
            Ok(())
        })
        .unwrap();
    assert_eq!(sums, counted);
    assert_eq!(trained.network_epochs, counted.2);
    assert!(matches!(events.last(), Some(Event::Finished { runs, .. }) if *runs == plan.runs()));
}

#[test]
fn spreadsheets_may_save_the_table_again() {
    let experiment = Experiment::default();
    let plan = experiment.plan();
    let place = Place::new();
    finish(&experiment, place.path(), 2);
    let before = tables(place.path());
    let text = String::from_utf8(before.0.clone()).unwrap();
    let mut rows: Vec<Vec<String>> = text
        .lines()
        .map(|line| line.split(',').map(|cell| format!("\"{cell}\"")).collect())
        .collect();
    rows[1..].reverse();
    rows.swap(5, 40);
    for row in &mut rows {
        // Another order of columns, other words and other digits for the same values.
        row.swap(3, 9);
        for cell in row {
            match cell.as_str() {
                "\"TRUE\"" => *cell = "true".to_string(),
                "\"1\"" => *cell = "1.0".to_string(),
                _ => {}
            }
        }
    }
    let saved: Vec<String> = rows.iter().map(|row| row.join(",")).collect();
    let saved = format!("\u{feff}{}\n", saved.join("\n"));
    fs::write(place.path().join(RUNS), saved).unwrap();
    let runs = read(&plan, place.path(), Some(2)).unwrap();
    let out = Place::new();
    copy(&runs, &plan, out.path());
    assert_eq!(tables(out.path()), before);
}

#[test]
fn a_cell_that_cannot_be_read_is_named_by_line_and_column() {
    let experiment = Experiment::default();
    let plan = experiment.plan();
    let place = Place::new();
    finish(&experiment, place.path(), 2);
    let path = place.path().join(RUNS);
    let text = fs::read_to_string(&path).unwrap();
    let mse = crate::results::RunRows::new(&plan).place("mse");
    for (line_end, blank) in [("\r\n", ""), ("\n", ""), ("\r\n", "\r\n")] {
        let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
        let mut cells: Vec<&str> = lines[6].split(',').collect();
        cells[mse] = "\"12,5\u{1b}[31m\"";
        lines[6] = cells.join(",");
        fs::write(
            &path,
            lines
                .join(line_end)
                .replacen(line_end, &format!("{line_end}{blank}"), 1),
        )
        .unwrap();
        let error = read(&plan, place.path(), None).unwrap_err().to_string();
        let line = if blank.is_empty() { 7 } else { 8 };
        assert!(
            error.contains(&format!(
                "runs.csv:{line}:{}: mse is \"12,5\\u{{1b}}[31m\"",
                mse + 1
            )),
            "{error}"
        );
    }
    let mut lines: Vec<&str> = text.lines().collect();
    lines.push(lines[3]);
    fs::write(&path, lines.join("\r\n")).unwrap();
    let error = read(&plan, place.path(), None).unwrap_err().to_string();
    assert!(error.contains("there twice"), "{error}");
    fs::write(&path, lines[..3].join("\r\n") + "\r\n1,2,3\r\n").unwrap();
    let error = read(&plan, place.path(), None).unwrap_err().to_string();
    assert!(
        error.contains("runs.csv:4:4: 3 cells where the header has"),
        "{error}"
    );
}
