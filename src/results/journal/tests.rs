use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;

use proptest::prelude::*;

use super::codec::put_entry;
use super::scan::{Damage, OnEntry};
use super::*;
use crate::results::watch::Watch;
use crate::training::{Judged, Mistake, Outcome, Run, Scored};

const OURS: Identity = Identity([7; 32]);

fn runs(seeds: Range<u64>) -> Vec<Run> {
    let run = |seed: u64| Run {
        model: (seed % 3) as usize,
        outcome: Outcome {
            seed,
            epochs: 1000 + seed,
            convergence_epoch: seed.is_multiple_of(2).then_some(seed + 1),
            mse: 1.0 / (seed + 1) as f64,
            mse_at_90_percent: (!seed.is_multiple_of(5)).then_some(0.25),
            max_abs_error: 0.5,
            wrong_rows: (0..(seed % 4) as u32).collect(),
            gradient_norm: 1e-300 * seed as f64,
            predictions: vec![0.1, -0.0],
            judged: crate::training::Judged::default(),
            finite: !seed.is_multiple_of(7),
            weights_hash: seed << 40,
        },
        curve: (1..=seed % 3).map(|epoch| (epoch * 100, 0.3)).collect(),
    };
    seeds.map(run).collect()
}

/// A journal of three blocks: its path, its folder and where each block ends.
fn journal() -> (tempfile::TempDir, PathBuf, Vec<u64>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.bin");
    let mut writer = Writer::open(&path, OURS, None).unwrap();
    let mut ends = vec![fs::metadata(&path).unwrap().len()];
    for seeds in [0..5, 5..9, 9..12] {
        append(&mut writer, seeds);
        ends.push(fs::metadata(&path).unwrap().len());
    }
    (folder, path, ends)
}

fn append(writer: &mut Writer, seeds: Range<u64>) {
    let runs: Vec<Vec<u8>> = runs(seeds).iter().map(encoded).collect();
    let runs = runs.iter().map(Vec::as_slice);
    writer.append(runs, 0.5).unwrap();
}

fn encoded(run: &Run) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode_run(run, &mut bytes);
    bytes
}

/// The entry of a run.
fn entry(run: &Run) -> Vec<u8> {
    let mut bytes = Vec::new();
    put_entry(&mut bytes, &OURS, &encoded(run));
    bytes
}

fn scan_with(path: &Path, identity: Identity, on_entry: OnEntry) -> Result<Option<Scan>> {
    scan(path, identity, &Watch::nobody(), on_entry)
}

fn read(path: &Path) -> (Vec<Run>, Scan) {
    let mut found = Vec::new();
    let scan = scan_with(path, OURS, &mut |entry| {
        assert_eq!(entry.trainer, Trainer::ours().to_string());
        found.push(entry.run);
        true
    });
    (found, scan.unwrap().unwrap())
}

#[test]
fn what_was_appended_is_read_back_from_where_it_was_said_to_be() {
    let (_folder, path, ends) = journal();
    let (found, scanned) = read(&path);
    assert_eq!(found, runs(0..12));
    assert_eq!(
        scanned,
        Scan {
            good: ends[3],
            torn: 0,
            damage: vec![],
            seconds: 1.5,
            announced: BTreeMap::new(),
        }
    );
    let bytes = fs::read(&path).unwrap();
    scan_with(&path, OURS, &mut |entry| {
        let there = decode_entry(&bytes[entry.offset as usize..], &OURS);
        assert_eq!(there, Some((entry.run, entry.length)));
        true
    })
    .unwrap();
}

#[test]
fn the_writer_says_where_each_run_is() {
    let (_folder, path, ends) = journal();
    let mut writer = Writer::open(&path, OURS, Some(ends[3])).unwrap();
    let more = runs(12..15);
    let bytes: Vec<Vec<u8>> = more.iter().map(encoded).collect();
    let places = writer.append(bytes.iter().map(Vec::as_slice), 0.5).unwrap();
    let journal = fs::read(&path).unwrap();
    for (run, (offset, length)) in more.into_iter().zip(places) {
        let found = decode_entry(&journal[offset as usize..], &OURS);
        assert_eq!(found, Some((run, length)));
    }
}

#[test]
fn an_entry_has_a_checksum_of_its_own() {
    let whole = entry(&runs(3..4)[0]);
    for (at, mask) in (0..whole.len()).flat_map(|at| [(at, 1), (at, 0x80)]) {
        let mut bytes = whole.clone();
        bytes[at] ^= mask;
        assert_eq!(decode_entry(&bytes, &OURS), None, "byte {at}");
    }
    assert_eq!(decode_entry(&whole, &Identity([8; 32])), None);
}

#[test]
fn an_entry_that_is_not_believed_is_damage() {
    let (_folder, path, _) = journal();
    let mut where_it_is = 0..0;
    let scanned = scan_with(&path, OURS, &mut |entry| {
        let unbelievable = entry.run.outcome.seed == 6;
        if unbelievable {
            where_it_is = entry.offset..entry.offset + entry.length as u64;
        }
        !unbelievable
    });
    let damage = Damage {
        from: where_it_is.start,
        to: where_it_is.end,
    };
    assert_eq!(scanned.unwrap().unwrap().damage, [damage]);
}

#[test]
fn announced_files_are_read_back() {
    let (_folder, path, ends) = journal();
    let mut writer = Writer::open(&path, OURS, Some(ends[3])).unwrap();
    let digests = |pairs: &[(&str, &str)]| -> Digests {
        let pairs = pairs.iter();
        pairs
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect()
    };
    let first = digests(&[("runs.csv", "ab"), ("summary.csv", "")]);
    writer.announce(&first).unwrap();
    append(&mut writer, 12..13);
    writer.announce(&digests(&[("runs.csv", "cd")])).unwrap();
    let (found, scanned) = read(&path);
    assert_eq!(found, runs(0..13));
    let of = |name: &str| -> Vec<String> { scanned.announced[name].iter().cloned().collect() };
    assert_eq!(of("runs.csv"), ["ab", "cd"]);
    assert_eq!(of("summary.csv"), [""]);
}

#[test]
fn a_journal_full_of_markers_is_scanned_in_one_go() {
    // A megabyte for every marker, as it once was, would be a terabyte.
    let (_folder, path, ends) = journal();
    let mut bytes = fs::read(&path).unwrap();
    let good = bytes.split_off(ends[0] as usize);
    for _ in 0..1_000_000 {
        bytes.extend(MARKER);
    }
    bytes.extend(&good);
    fs::write(&path, bytes).unwrap();
    let (found, scanned) = read(&path);
    assert_eq!(found, runs(0..12));
    assert_eq!(scanned.damage.len(), 1);
}

#[test]
fn a_journal_that_is_not_there_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.bin");
    let none = scan_with(&path, OURS, &mut |_| true);
    assert_eq!(none.unwrap(), None);
}

#[test]
fn a_cut_at_any_byte_costs_the_last_block_and_no_other() {
    let (_folder, path, ends) = journal();
    let whole = fs::read(&path).unwrap();
    for cut in ends[2]..ends[3] {
        fs::write(&path, &whole[..cut as usize]).unwrap();
        let (found, scanned) = read(&path);
        assert_eq!(found, runs(0..9), "cut at {cut}");
        assert_eq!((scanned.good, scanned.torn), (ends[2], cut - ends[2]));
        assert!(scanned.damage.is_empty());
        let mut writer = Writer::open(&path, OURS, Some(scanned.good)).unwrap();
        append(&mut writer, 9..12);
        assert_eq!(
            fs::read(&path).unwrap(),
            whole,
            "mended after a cut at {cut}"
        );
    }
}

#[test]
fn what_is_left_of_a_block_after_its_last_run_is_damage() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.bin");
    let mut writer = Writer::open(&path, OURS, None).unwrap();
    let mut block = begun(RUNS);
    block.extend(0.5f64.to_le_bytes());
    put_text(&mut block, &Trainer::ours().to_string());
    block.extend(entry(&runs(0..1)[0]));
    block.extend([9; 5]);
    writer.write(block).unwrap();
    append(&mut writer, 1..3);
    let (found, scanned) = read(&path);
    assert_eq!(found, runs(0..3));
    let [damage] = scanned.damage[..] else {
        panic!("{scanned:?}")
    };
    assert_eq!(damage.to - damage.from, 5);
    assert_eq!(scanned.torn, 0);
}

#[test]
fn a_flipped_byte_anywhere_is_found_and_the_other_blocks_are_kept() {
    let (_folder, path, ends) = journal();
    let whole = fs::read(&path).unwrap();
    for flipped in ends[1]..ends[2] {
        for mask in [0x01, 0xff] {
            let mut bytes = whole.clone();
            bytes[flipped as usize] ^= mask;
            fs::write(&path, &bytes).unwrap();
            let (found, scanned) = read(&path);
            assert_eq!(found, [runs(0..5), runs(9..12)].concat(), "byte {flipped}");
            let damage = Damage {
                from: ends[1],
                to: ends[2],
            };
            assert_eq!((scanned.damage, scanned.torn), (vec![damage], 0));
            assert_eq!(scanned.good, ends[3]);
        }
    }
}

#[test]
fn a_damaged_header_loses_nothing_and_is_mended() {
    let (_folder, path, ends) = journal();
    let whole = fs::read(&path).unwrap();
    for flipped in 0..ends[0] {
        let mut bytes = whole.clone();
        bytes[flipped as usize] ^= 0x10;
        fs::write(&path, &bytes).unwrap();
        let (found, scanned) = read(&path);
        assert_eq!(found, runs(0..12), "byte {flipped}");
        assert_eq!(scanned.damage.len(), 1);
        Writer::open(&path, OURS, Some(scanned.good)).unwrap();
        assert_eq!(fs::read(&path).unwrap(), whole);
    }
}

#[test]
fn blocks_of_another_experiment_are_never_believed() {
    let (_folder, path, ends) = journal();
    let other = Identity([8; 32]);
    let mut none = |_: Entry| panic!("no run is ours");
    let refused = scan_with(&path, other, &mut none);
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("another manifest"), "{refused}");
    // Not even behind our own header.
    let mut bytes = fs::read(&path).unwrap();
    bytes[..ends[0] as usize].copy_from_slice(&header(&other));
    fs::write(&path, bytes).unwrap();
    let scanned = scan_with(&path, other, &mut none);
    assert_eq!(scanned.unwrap().unwrap().torn, ends[3] - ends[0]);
}

/// The journal with another header, whose checksum is right.
fn with_header(change: impl FnOnce(&mut [u8]), checksum_at: usize) -> Result<Option<Scan>> {
    let (_folder, path, _) = journal();
    let mut bytes = fs::read(&path).unwrap();
    change(&mut bytes);
    let checksum = crc32fast::hash(&bytes[..checksum_at]).to_le_bytes();
    bytes[checksum_at..checksum_at + 4].copy_from_slice(&checksum);
    fs::write(&path, bytes).unwrap();
    scan_with(&path, OURS, &mut |_| true)
}

#[test]
fn another_compatibility_number_is_refused_and_its_version_named() {
    let change = |bytes: &mut [u8]| {
        bytes[12] += 1;
        bytes[16..36].copy_from_slice(b"9.9.9\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    };
    let refused = with_header(change, HEADER_LENGTH - 4).unwrap_err();
    let refused = refused.to_string();
    assert!(refused.contains("begun by Seedbed 9.9.9"), "{refused}");
}

#[test]
fn another_version_of_the_same_number_goes_on() {
    let change = |bytes: &mut [u8]| bytes[16..21].copy_from_slice(b"9.9.9");
    let scanned = with_header(change, HEADER_LENGTH - 4).unwrap().unwrap();
    assert!(scanned.damage.is_empty(), "{scanned:?}");
}

#[test]
fn journals_of_another_format_are_refused() {
    let first = with_header(|bytes| bytes[8] = 1, 64).unwrap_err();
    assert!(
        first.to_string().contains("another kind of journal"),
        "{first}"
    );
    let next = with_header(|bytes| bytes[8] = 3, HEADER_LENGTH - 4).unwrap_err();
    assert!(
        next.to_string().contains("another kind of journal"),
        "{next}"
    );
}

#[test]
fn a_file_that_is_gone_is_an_error_at_once() {
    let (_folder, path, ends) = journal();
    let mut writer = Writer::open(&path, OURS, Some(ends[3])).unwrap();
    fs::remove_file(&path).unwrap();
    let error = writer
        .append(std::iter::empty(), 0.0)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("cannot write") && error.contains("gone"),
        "{error}"
    );
}

fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>(),
        Just(-0.0),
        Just(5e-324),
        Just(1e308),
        Just(f64::NAN)
    ]
}

prop_compose! {
    fn any_mistake()(
        class in any::<u16>(),
        answer in proptest::option::of(any::<u16>()),
        rows in any::<u32>(),
    ) -> Mistake {
        Mistake { class, answer, rows }
    }
}

prop_compose! {
    fn any_judged()(
        scored in proptest::array::uniform2(proptest::option::of((any_number(), any::<u32>()))),
        best_epoch in proptest::option::of(any::<u64>()),
        mistakes in proptest::collection::vec(any_mistake(), 0..3),
        test_mistakes in proptest::collection::vec(any_mistake(), 0..3),
    ) -> Judged {
        let [validation, test] = scored.map(|scored| {
            scored.map(|(mse, wrong)| Scored { mse, wrong })
        });
        Judged { validation, best_epoch, test, mistakes, test_mistakes }
    }
}

prop_compose! {
    fn any_run()(
        model in 0usize..1000,
        seed in any::<u64>(),
        epochs in any::<u64>(),
        convergence_epoch in proptest::option::of(any::<u64>()),
        numbers in proptest::array::uniform3(any_number()),
        mse_at_90_percent in proptest::option::of(any_number()),
        wrong_rows in proptest::collection::vec(any::<u32>(), 0..120),
        judged in any_judged(),
        predictions in proptest::collection::vec(any_number(), 0..5),
        finite in any::<bool>(),
        weights_hash in any::<u64>(),
        curve in proptest::collection::vec((any::<u64>(), any_number()), 0..30),
    ) -> Run {
        let [mse, max_abs_error, gradient_norm] = numbers;
        let outcome = Outcome {
            seed, epochs, convergence_epoch, mse, mse_at_90_percent, max_abs_error,
            wrong_rows: wrong_rows.into_iter().collect(),
            gradient_norm, predictions, judged, finite, weights_hash,
        };
        Run { model, outcome, curve }
    }
}

proptest! {
    #[test]
    fn encoding_is_exact(run in any_run(), rest in proptest::collection::vec(any::<u8>(), 0..9)) {
        let mut bytes = entry(&run);
        let length = bytes.len();
        bytes.extend(rest);
        let (back, size) = decode_entry(&bytes, &OURS).unwrap();
        prop_assert_eq!(size, length);
        prop_assert_eq!(&entry(&back)[..], &bytes[..length]);
        // NaN is not equal to itself, but its text is.
        prop_assert_eq!(format!("{back:?}"), format!("{run:?}"));
        prop_assert!(decode_entry(&bytes[..length - 1], &OURS).is_none());
    }

    #[test]
    fn random_runs_are_refused_or_read(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        // Behind a good checksum, so that what reads the run itself is tried.
        let mut entry = Vec::new();
        put_entry(&mut entry, &OURS, &bytes);
        if let Some((_, length)) = decode_entry(&entry, &OURS) {
            prop_assert_eq!(length, entry.len());
        }
    }

    #[test]
    fn random_journals_are_scanned_to_their_end(
        pieces in proptest::collection::vec(
            prop_oneof![
                proptest::collection::vec(any::<u8>(), 0..100),
                Just(MARKER.to_vec()),
                Just(header(&OURS).to_vec()),
                (0u64..9).prop_map(block),
            ],
            0..12,
        ),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.bin");
        let bytes = pieces.concat();
        fs::write(&path, &bytes).unwrap();
        if let Ok(Some(scanned)) = scan_with(&path, OURS, &mut |entry| {
            assert!(runs(0..9).contains(&entry.run));
            true
        }) {
            prop_assert!(scanned.good.saturating_sub(HEADER_LENGTH as u64) <= bytes.len() as u64);
        }
    }
}

/// A good block of one run.
fn block(seed: u64) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.bin");
    let mut writer = Writer::open(&path, OURS, None).unwrap();
    append(&mut writer, seed..seed + 1);
    fs::read(&path).unwrap().split_off(HEADER_LENGTH)
}
