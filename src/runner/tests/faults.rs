//! What goes wrong on real machines, in-process; tests/faults/ does the same to the binary.

use super::*;

/// A folder with a journal of three blocks and no tables, and where each block ends.
fn unfinished(experiment: &Experiment) -> (Place, Vec<u64>) {
    let plan = experiment.plan();
    let place = Place::new();
    let quiet = AtomicBool::new(false);
    let mut ends = Vec::new();
    for seeds in [(1, 3), (4, 4), (5, 5)] {
        let folder = ResultsFolder::open(place.path()).unwrap();
        let part = RunOptions {
            seeds: Some(seeds),
            ..options(1, &quiet)
        };
        // Neither written nor closed: as after a crash.
        run(&plan, &folder, &part, &|_| ()).unwrap();
        ends.push(fs::metadata(place.path().join(JOURNAL)).unwrap().len());
    }
    (place, ends)
}

fn small() -> Experiment {
    Experiment {
        count: 12,
        curves: 3,
        epochs: 40,
        ..Experiment::default()
    }
}

/// Finishes a folder; returns its warnings, how many runs were trained, and its tables.
fn mend(experiment: &Experiment, path: &Path) -> (Vec<String>, u64, (Vec<u8>, Vec<u8>)) {
    let plan = experiment.plan();
    let folder = ResultsFolder::open(path).unwrap();
    let quiet = AtomicBool::new(false);
    let warnings = Mutex::new(Vec::new());
    let trained = run(&plan, &folder, &options(2, &quiet), &|event| {
        if let Event::Warning(text) = event {
            warnings.lock().unwrap().push(text);
        }
    });
    let trained = trained.unwrap();
    trained.runs.write(&folder, &mut |_| Ok(())).unwrap();
    let new_runs = trained.new_runs;
    trained.close().unwrap();
    (warnings.into_inner().unwrap(), new_runs, tables(path))
}

#[test]
fn a_journal_cut_at_every_byte_of_its_last_block_loses_only_that_block() {
    let experiment = small();
    let whole = Place::new();
    finish(&experiment, whole.path(), 1);
    let expected = tables(whole.path());
    let (place, ends) = unfinished(&experiment);
    let journal = fs::read(place.path().join(JOURNAL)).unwrap();
    for cut in ends[1]..=ends[2] {
        let _ = fs::remove_file(place.path().join(RUNS));
        let _ = fs::remove_file(place.path().join(LOSSES));
        fs::write(place.path().join(JOURNAL), &journal[..cut as usize]).unwrap();
        let (warnings, trained, tables) = mend(&experiment, place.path());
        assert_eq!(tables, expected, "cut at {cut}");
        // 12 seeds of three models, of which 4 or 5 were there.
        assert_eq!(trained, 3 * if cut == ends[2] { 7 } else { 8 });
        let torn = cut != ends[1] && cut != ends[2];
        assert_eq!(warnings.len(), usize::from(torn), "{warnings:?}");
        assert!(
            warnings
                .iter()
                .all(|text| text.contains("not completely written"))
        );
    }
}

#[test]
fn a_flipped_byte_is_said_and_its_runs_are_trained_again() {
    let experiment = small();
    let whole = Place::new();
    finish(&experiment, whole.path(), 1);
    let expected = tables(whole.path());
    let (place, ends) = unfinished(&experiment);
    let journal = fs::read(place.path().join(JOURNAL)).unwrap();
    for flipped in ends[0]..ends[1] {
        let _ = fs::remove_file(place.path().join(RUNS));
        let _ = fs::remove_file(place.path().join(LOSSES));
        let mut bytes = journal.clone();
        bytes[flipped as usize] ^= 0x20;
        fs::write(place.path().join(JOURNAL), &bytes).unwrap();
        let (warnings, trained, tables) = mend(&experiment, place.path());
        assert_eq!(tables, expected, "byte {flipped}");
        assert_eq!(trained, 3 * (1 + 7));
        assert_eq!(warnings.len(), 1);
        assert!(warnings[0].contains("damaged") && warnings[0].contains("trained again"));
    }
}

#[test]
fn a_crash_between_table_and_journal_is_finished_by_the_next_run() {
    let experiment = small();
    let (place, _) = unfinished(&experiment);
    let plan = experiment.plan();
    let quiet = AtomicBool::new(false);
    let folder = ResultsFolder::open(place.path()).unwrap();
    let trained = run(&plan, &folder, &options(2, &quiet), &|_| ()).unwrap();
    trained.runs.write(&folder, &mut |_| Ok(())).unwrap();
    // No close: the journal is still there, and so is the work of writing what follows.
    drop(trained);
    let expected = tables(place.path());
    let again = run(&plan, &folder, &options(2, &quiet), &|_| ()).unwrap();
    assert_eq!((again.new_runs, again.unchanged), (0, false));
    again.runs.write(&folder, &mut |_| Ok(())).unwrap();
    again.close().unwrap();
    assert_eq!(tables(place.path()), expected);
    assert!(
        run(&plan, &folder, &options(2, &quiet), &|_| ())
            .unwrap()
            .unchanged
    );
}

#[test]
fn losses_that_are_gone_are_trained_again() {
    let experiment = small();
    let place = Place::new();
    finish(&experiment, place.path(), 1);
    let expected = tables(place.path());
    fs::remove_file(place.path().join(LOSSES)).unwrap();
    let (_, trained, tables) = mend(&experiment, place.path());
    assert_eq!((trained, tables), (3 * 3, expected));
}

#[test]
fn a_folder_deleted_while_running_ends_with_a_clear_message() {
    let experiment = Experiment {
        count: 2_000_000,
        curves: 0,
        ..Experiment::default()
    };
    let plan = experiment.plan();
    let place = Place::new();
    let folder = ResultsFolder::open(place.path().join("results")).unwrap();
    let quiet = AtomicBool::new(false);
    let error = run(&plan, &folder, &options(2, &quiet), &|event| match event {
        Event::Progress { .. } => {
            let _ = fs::remove_dir_all(place.path().join("results"));
        }
        // Nothing is kept in it.
        Event::Warning(text) => panic!("{text}"),
        Event::Started { .. } | Event::Finished { .. } => {}
    });
    let error = error.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("is gone: it was moved or deleted"),
        "{error}"
    );
    assert_eq!(error.exit_code(), 1);
}

#[test]
fn verify_says_which_rows_were_edited() {
    let experiment = small();
    let place = Place::new();
    finish(&experiment, place.path(), 1);
    let plan = experiment.plan();
    let quiet = AtomicBool::new(false);
    let check = |sample: Sample| {
        verify(&plan, place.path(), sample, Some(2), &quiet, &mut |_, _| ()).unwrap()
    };
    let good = check(Sample::All);
    assert!(good.is_good(), "{good:?}");
    assert_eq!((good.rows, good.retrained), (36, 36));
    let some = check(Sample::Random { count: 10, seed: 3 });
    assert!(some.is_good() && some.retrained == 10);

    let path = place.path().join(RUNS);
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let edit = |line: usize, column: usize, cell: &str| {
        let mut cells: Vec<&str> = lines[line].split(',').collect();
        cells[column] = cell;
        let mut edited: Vec<String> = lines.iter().map(|line| line.to_string()).collect();
        edited[line] = cells.join(",");
        fs::write(&path, edited.join("\r\n") + "\r\n").unwrap();
    };
    let rows = crate::results::RunRows::new(&plan);
    for (name, cell) in [
        ("max_abs_error", "0.123"),
        ("accuracy", "0.5"),
        ("status", "finished"),
        ("seed", "77"),
        ("weights_hash", "w0000000000000000"),
    ] {
        edit(20, rows.place(name), cell);
        let found = check(Sample::All);
        assert_eq!(found.differences.len(), 1, "{name}: {found:?}");
        let difference = &found.differences[0];
        assert_eq!((difference.line, difference.column.as_str()), (21, name));
        assert_eq!(difference.stored, cell);
        assert!(
            found
                .problems
                .iter()
                .any(|text| text.starts_with("runs.csv has changed"))
        );
    }
    // A row lost, a row twice.
    fs::write(&path, [&lines[..5], &lines[6..]].concat().join("\r\n")).unwrap();
    let found = check(Sample::All);
    assert!(
        found
            .problems
            .iter()
            .any(|text| text.contains("1 rows are missing")),
        "{found:?}"
    );
    fs::write(&path, [&lines[..], &lines[4..5]].concat().join("\r\n")).unwrap();
    let found = check(Sample::All);
    assert_eq!(found.differences[0].line, 38);
    fs::write(&path, text).unwrap();
    let losses = fs::read_to_string(place.path().join(LOSSES)).unwrap();
    let mut lines: Vec<&str> = losses.lines().collect();
    lines.remove(2);
    fs::write(place.path().join(LOSSES), lines.join("\n")).unwrap();
    let found = check(Sample::All);
    assert_eq!(found.differences.len(), 1);
    assert_eq!(found.differences[0].column, "mse in losses.csv");
}

#[test]
fn samples_are_drawn_by_their_seed() {
    let experiment = small();
    let place = Place::new();
    finish(&experiment, place.path(), 1);
    let plan = experiment.plan();
    let quiet = AtomicBool::new(false);
    let count = |sample| {
        let found = verify(&plan, place.path(), sample, Some(1), &quiet, &mut |_, _| ());
        found.unwrap().retrained
    };
    assert_eq!(count(Sample::Random { count: 0, seed: 1 }), 0);
    assert_eq!(
        count(Sample::Random {
            count: 1000,
            seed: 1
        }),
        36
    );
    let interrupted = AtomicBool::new(true);
    let error = verify(
        &plan,
        place.path(),
        Sample::All,
        Some(1),
        &interrupted,
        &mut |_, _| (),
    );
    assert!(matches!(error, Err(Error::Interrupted(_))));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
    #[test]
    fn random_tables_never_panic(
        header in proptest::bool::ANY,
        pieces in proptest::collection::vec(
            proptest::prelude::prop_oneof![
                proptest::collection::vec(proptest::num::u8::ANY, 0..40),
                proptest::prelude::Just(b"hidden-2,2,sigmoid,FALSE,1,1,0,0.4,7,".to_vec()),
                proptest::prelude::Just(b"\"\r\n".to_vec()),
                proptest::prelude::Just(b",,,,,,\n".to_vec()),
            ],
            0..20,
        ),
    ) {
        let plan = small().plan();
        let place = Place::new();
        let mut bytes = Vec::new();
        if header {
            bytes.extend(crate::results::RunRows::new(&plan).header_line().bytes());
        }
        bytes.extend(pieces.concat());
        fs::write(place.path().join(RUNS), &bytes).unwrap();
        let read = read(&plan, place.path(), Some(1));
        proptest::prop_assert!(read.is_err() || header);
        let quiet = AtomicBool::new(false);
        let _ = verify(&plan, place.path(), Sample::All, Some(1), &quiet, &mut |_, _| ());
        fs::remove_file(place.path().join(RUNS)).unwrap();
        fs::write(place.path().join(JOURNAL), &bytes).unwrap();
        fs::write(place.path().join(MANIFEST), &plan.manifest.source).unwrap();
        let folder = ResultsFolder::open(place.path()).unwrap();
        let trained = run(&plan, &folder, &options(1, &quiet), &|_| ()).unwrap();
        proptest::prop_assert_eq!(trained.runs.count(), plan.runs());
    }
}
