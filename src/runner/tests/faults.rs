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
    let mut trained = trained.unwrap();
    write(&plan, &mut trained);
    let new_runs = trained.new_runs;
    close(trained);
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
    let mut between_blocks = 0;
    for cut in ends[1]..=ends[2] {
        let _ = fs::remove_file(place.path().join(RUNS));
        let _ = fs::remove_file(place.path().join(LOSSES));
        fs::write(place.path().join(JOURNAL), &journal[..cut as usize]).unwrap();
        let (warnings, trained, tables) = mend(&experiment, place.path());
        assert_eq!(tables, expected, "cut at {cut}");
        // 12 seeds of three models, of which 4 or 5 were there.
        assert_eq!(trained, 3 * if cut == ends[2] { 7 } else { 8 });
        between_blocks += u32::from(warnings.is_empty());
        assert!(warnings.len() <= 1, "{warnings:?}");
        assert!(
            warnings
                .iter()
                .all(|text| text.contains("not completely written"))
        );
    }
    // At both ends, and where the files that would be written were announced.
    assert_eq!(between_blocks, 3);
}

#[test]
fn a_flipped_byte_is_said_and_its_runs_are_trained_again() {
    let experiment = small();
    let whole = Place::new();
    finish(&experiment, whole.path(), 1);
    let expected = tables(whole.path());
    let (place, ends) = unfinished(&experiment);
    let journal = fs::read(place.path().join(JOURNAL)).unwrap();
    let mut with_runs = 0;
    for flipped in ends[0]..ends[1] {
        let _ = fs::remove_file(place.path().join(RUNS));
        let _ = fs::remove_file(place.path().join(LOSSES));
        let mut bytes = journal.clone();
        bytes[flipped as usize] ^= 0x20;
        fs::write(place.path().join(JOURNAL), &bytes).unwrap();
        let (warnings, trained, tables) = mend(&experiment, place.path());
        assert_eq!(tables, expected, "byte {flipped}");
        // The block before announces files and holds no runs.
        assert!([3 * 7, 3 * (1 + 7)].contains(&trained), "{trained}");
        with_runs += u64::from(trained > 3 * 7);
        assert_eq!(warnings.len(), 1);
        assert!(warnings[0].contains("damaged") && warnings[0].contains("trained again"));
    }
    assert!(with_runs > 200, "{with_runs}");
}

#[test]
fn a_crash_between_table_and_journal_is_finished_by_the_next_run() {
    let experiment = small();
    let (place, _) = unfinished(&experiment);
    let plan = experiment.plan();
    let quiet = AtomicBool::new(false);
    let folder = ResultsFolder::open(place.path()).unwrap();
    let mut trained = run(&plan, &folder, &options(2, &quiet), &|_| ()).unwrap();
    write(&plan, &mut trained);
    // No close: the journal is still there, and so is the work of writing what follows.
    drop(trained);
    let expected = tables(place.path());
    let mut again = run(&plan, &folder, &options(2, &quiet), &|_| ()).unwrap();
    assert!(again.new_runs == 0 && again.open.is_some());
    let written = write(&plan, &mut again);
    record(&folder, &again, None, written);
    let epochs = again.total_network_epochs;
    // A crash after provenance.json and before the journal is removed: nothing counts twice.
    drop(again);
    let again = run(&plan, &folder, &options(2, &quiet), &|_| ()).unwrap();
    assert!(again.new_runs == 0 && again.open.is_some());
    assert_eq!(epochs, 36 * 40);
    assert_eq!(
        again.total_network_epochs, 0,
        "provenance.json says none here"
    );
    close(again);
    assert_eq!(tables(place.path()), expected);
    let unchanged = run(&plan, &folder, &options(2, &quiet), &|_| ()).unwrap();
    assert!(unchanged.open.is_none());
}

/// Bits flipped, one by one.
const FLIPS: u64 = 100;

/// A bit flipped in the journal between the end of the training and the writing of the tables.
#[test]
fn a_bit_flipped_while_the_run_goes_on_is_trained_again_with_a_warning() {
    let experiment = small();
    let whole = Place::new();
    finish(&experiment, whole.path(), 1);
    let expected = tables(whole.path());
    let plan = experiment.plan();
    let quiet = AtomicBool::new(false);
    let mut said = 0;
    let docs = include_str!("../../../docs/guarantees.md");
    assert!(docs.contains(&format!("| {FLIPS} bits |")));
    for flip in 0..FLIPS {
        let place = Place::new();
        let folder = ResultsFolder::open(place.path()).unwrap();
        let mut trained = run(&plan, &folder, &options(1, &quiet), &|_| ()).unwrap();
        let path = place.path().join(JOURNAL);
        let mut bytes = fs::read(&path).unwrap();
        // Spread over the file by the golden ratio's bits.
        let at = flip.wrapping_mul(0x9e37_79b9_7f4a_7c15) % bytes.len() as u64;
        bytes[at as usize] ^= 1 << (flip % 8);
        // In place: a file that was replaced is another file.
        let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
        std::os::unix::fs::FileExt::write_all_at(&file, &bytes, 0).unwrap();
        let warnings = Mutex::new(0);
        let open = trained.open.as_mut().unwrap();
        let on_event = |event| {
            if let Event::Warning(text) = event {
                assert!(text.contains("became unreadable"), "{text}");
                *warnings.lock().unwrap() += 1;
            }
        };
        let runs = &trained.runs;
        write_tables(&plan, runs, open, &quiet, &on_event, &mut |_| Ok(())).unwrap();
        said += *warnings.lock().unwrap();
        assert_eq!(tables(place.path()), expected, "bit {flip} of byte {at}");
    }
    assert!(said > FLIPS / 2, "only {said} flips hit a run");
}

/// Nor does an interruption while they are trained again leave any run out.
#[test]
fn an_interruption_while_mending_writes_no_table() {
    let experiment = small();
    let plan = experiment.plan();
    let place = Place::new();
    let folder = ResultsFolder::open(place.path()).unwrap();
    let interrupt = AtomicBool::new(false);
    let mut trained = run(&plan, &folder, &options(1, &interrupt), &|_| ()).unwrap();
    let journal = fs::OpenOptions::new()
        .write(true)
        .open(folder.file(JOURNAL));
    let length = fs::metadata(folder.file(JOURNAL)).unwrap().len();
    let zeros = vec![0; length as usize - 500];
    std::os::unix::fs::FileExt::write_all_at(&journal.unwrap(), &zeros, 500).unwrap();
    let on_event = |event| {
        if matches!(event, Event::Warning(_)) {
            interrupt.store(true, Ordering::Relaxed);
        }
    };
    let open = trained.open.as_mut().unwrap();
    let runs = &trained.runs;
    let ended = write_tables(&plan, runs, open, &interrupt, &on_event, &mut |_| Ok(()));
    assert!(matches!(ended, Err(Error::Interrupted(_))), "{ended:?}");
    assert!(!folder.has(RUNS) && !folder.has(LOSSES));
    drop(trained);
    drop(folder);
    let whole = Place::new();
    finish(&experiment, whole.path(), 1);
    let (_, _, mended) = mend(&experiment, place.path());
    assert_eq!(mended, tables(whole.path()));
}

/// An entry whose checksums are right, of a run that can't be.
#[test]
fn an_entry_that_cannot_be_is_never_believed() {
    let experiment = small();
    let whole = Place::new();
    finish(&experiment, whole.path(), 1);
    let expected = tables(whole.path());
    let plan = experiment.plan();
    let good = read(&plan, whole.path(), Some(1)).unwrap();
    let mut runs = Vec::new();
    good.each(Watch::nobody(), &mut |run| {
        runs.push(run.clone());
        Ok(())
    })
    .unwrap();
    let changes: [fn(&mut Run); 6] = [
        |run| run.outcome.epochs = 41,
        |run| run.outcome.epochs = 39,
        |run| run.outcome.convergence_epoch = Some(0),
        |run| run.outcome.predictions.push(0.5),
        |run| run.outcome.wrong_rows = [7].into_iter().collect(),
        |run| run.curve = vec![(41, 0.5)],
    ];
    for (at, change) in changes.iter().enumerate() {
        let place = Place::new();
        fs::write(place.path().join(MANIFEST), &plan.manifest.source).unwrap();
        let folder = ResultsFolder::open(place.path()).unwrap();
        let mut journal = Writer::open_in(&folder, identity(&plan.manifest), None).unwrap();
        drop(folder);
        let mut wrong = runs[at].clone();
        change(&mut wrong);
        let mut bytes = Vec::new();
        crate::results::journal::encode_run(&wrong, &mut bytes);
        journal.append([bytes.as_slice()].into_iter(), 0.1).unwrap();
        let (warnings, trained, tables) = mend(&experiment, place.path());
        assert_eq!((trained, tables), (36, expected.clone()), "change {at}");
        assert!(warnings[0].contains("can't be"), "{warnings:?}");
    }
}

#[test]
fn a_table_that_changes_between_its_check_and_its_use_is_not_copied() {
    let experiment = small();
    let place = Place::new();
    finish(&experiment, place.path(), 1);
    let plan = Experiment {
        count: 20,
        ..experiment
    }
    .plan();
    let quiet = AtomicBool::new(false);
    let folder = ResultsFolder::open(place.path()).unwrap();
    let mut trained = run(&plan, &folder, &options(1, &quiet), &|_| ()).unwrap();
    let path = place.path().join(RUNS);
    let text = fs::read_to_string(&path).unwrap();
    let digit = text.rfind(",w").unwrap() + 3;
    let other = if &text[digit..=digit] == "0" {
        "1"
    } else {
        "0"
    };
    fs::write(
        &path,
        format!("{}{other}{}", &text[..digit], &text[digit + 1..]),
    )
    .unwrap();
    let open = trained.open.as_mut().unwrap();
    let runs = &trained.runs;
    let error = write_tables(&plan, runs, open, &quiet, &|_| (), &mut |_| Ok(()));
    let error = error.unwrap_err().to_string();
    assert!(error.contains("changed while it was read"), "{error}");
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
        Event::Started { .. } | Event::Finished { .. } | Event::Pass { .. } => {}
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
        // What is no journal is somebody else's file.
        match run(&plan, &folder, &options(1, &quiet), &|_| ()) {
            Ok(trained) => proptest::prop_assert_eq!(trained.runs.count(), plan.runs()),
            Err(error) => proptest::prop_assert!(error.to_string().contains("journal.bin")),
        }
    }
}
