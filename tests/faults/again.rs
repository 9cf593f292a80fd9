//! The same command again: what a killed `merge` or `run --overwrite` has begun is finished,
//! and what is finished is left alone.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::counts::KILLS_OF_MERGE;
use crate::place::{Ended, Place, SEEDBED, files, has_journal, same_files, wait_for};

fn merge(place: &Place, shards: &[&str]) -> Command {
    let mut command = Command::new(SEEDBED);
    command
        .current_dir(place.path(""))
        .args(["merge", "joined"])
        .args(shards)
        .stdin(Stdio::null());
    command
}

/// The folders of two finished shards, `1` and `2`, and the files of the whole.
fn shards(place: &Place) -> Vec<(String, Vec<u8>)> {
    for index in ["1", "2"] {
        let mut run = place.run(&place.path(index));
        Ended::of(run.args(["--shard", &format!("{index}/2")])).succeeds();
    }
    place.finish(&place.path("whole")).succeeds();
    files(&place.path("whole"))
}

#[test]
fn a_merge_killed_at_any_moment_is_finished_by_the_same_command() {
    let place = Place::new(300, 2_000);
    let expected = shards(&place);
    let joined = place.path("joined");
    let started = Instant::now();
    Ended::of(&mut merge(&place, &["1", "2"])).succeeds();
    let time = started.elapsed();
    same_files(&joined, &expected);
    fs::remove_dir_all(&joined).unwrap();
    let (mut begun, mut moment) = (0, Duration::ZERO);
    for _ in 0..KILLS_OF_MERGE {
        moment += time / KILLS_OF_MERGE;
        let mut command = merge(&place, &["1", "2"]);
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(moment);
        child.kill().unwrap();
        child.wait().unwrap();
        begun += u32::from(has_journal(&joined));
        Ended::of(&mut merge(&place, &["1", "2"])).succeeds();
        same_files(&joined, &expected);
        fs::remove_dir_all(&joined).unwrap();
    }
    assert!(begun > 0, "no kill came while files were written");
}

#[test]
fn a_merge_of_the_same_runs_again_says_that_they_are_there() {
    let place = Place::new(300, 20);
    let expected = shards(&place);
    let joined = place.path("joined");
    Ended::of(&mut merge(&place, &["1", "2"])).succeeds();
    let provenance = fs::read(joined.join("provenance.json")).unwrap();
    let again = Ended::of(&mut merge(&place, &["2", "1"]));
    again.succeeds();
    assert!(
        again.stdout.contains("holds these runs already"),
        "{again:?}"
    );
    same_files(&joined, &expected);
    assert_eq!(
        fs::read(joined.join("provenance.json")).unwrap(),
        provenance
    );
    // A folder of other runs is none of a merge's business.
    place.set(301, 20);
    place.finish(&place.path("other")).succeeds();
    fs::rename(place.path("other"), place.path("kept")).unwrap();
    fs::rename(&joined, place.path("away")).unwrap();
    fs::rename(place.path("kept"), &joined).unwrap();
    let refused = Ended::of(&mut merge(&place, &["1", "2"]));
    refused.fails_saying(&["is there already; merge into a new folder"]);
}

#[test]
fn shards_that_somebody_changed_are_not_joined() {
    let place = Place::new(300, 20);
    let expected = shards(&place);
    let runs = place.path("2").join("runs.csv");
    let text = fs::read_to_string(&runs).unwrap();
    let digit = text.rfind(",w").unwrap() + 2;
    let other = if &text[digit..=digit] == "0" {
        "1"
    } else {
        "0"
    };
    let edited = format!("{}{other}{}", &text[..digit], &text[digit + 1..]);
    fs::write(&runs, edited).unwrap();
    let refused = Ended::of(&mut merge(&place, &["1", "2"]));
    refused.fails_saying(&["runs.csv", "hidden-4 seed 20", "not what was recorded"]);
    assert!(!place.path("joined").join("runs.csv").exists());
    fs::write(&runs, text).unwrap();
    let losses = place.path("1").join("losses.csv");
    let curves = fs::read(&losses).unwrap();
    fs::remove_file(&losses).unwrap();
    let refused = Ended::of(&mut merge(&place, &["1", "2"]));
    refused.fails_saying(&["losses.csv", "is missing"]);
    fs::write(&losses, curves).unwrap();
    Ended::of(&mut merge(&place, &["1", "2"])).succeeds();
    same_files(&place.path("joined"), &expected);
}

#[test]
fn what_a_merge_lacks_is_said_as_it_is() {
    let place = Place::new(300, 20);
    shards(&place);
    let refused = |shards: &[&str], words: &[&str]| {
        Ended::of(&mut merge(&place, shards)).fails_saying(words);
    };
    refused(&["1", "nowhere"], &["there is no folder nowhere"]);
    fs::create_dir(place.path("empty")).unwrap();
    refused(&["1", "empty"], &["empty holds no runs.csv"]);
    let manifest = fs::read_to_string(place.path("m.toml")).unwrap();
    let words = manifest.replace("[data]", "description = \"Other\"\n[data]");
    fs::write(place.path("m.toml"), words).unwrap();
    let mut run = place.run(&place.path("2"));
    Ended::of(run.args(["--shard", "2/2"])).succeeds();
    refused(&["1", "2"], &["differ", "description", "\"Other\""]);
    fs::remove_file(place.path("2").join("provenance.json")).unwrap();
    refused(&["1", "2"], &["2 holds no provenance.json"]);
}

#[test]
fn overwriting_that_was_killed_goes_on_and_does_not_start_over_again() {
    let place = Place::new(300, 20);
    let out = place.path("out");
    place.finish(&out).succeeds();
    place.set(40_000, 400);
    let overwrite = || {
        let mut run = place.run(&out);
        run.arg("--overwrite");
        run
    };
    let mut child = overwrite()
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let journal: PathBuf = out.join("journal.bin");
    // With runs in it, some of the 800.
    wait_for(|| fs::metadata(&journal).is_ok_and(|journal| journal.len() > 20_000));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!out.join("runs.csv").exists());
    let done = Ended::of(&mut overwrite());
    done.succeeds();
    assert!(!done.stdout.contains("trained   800 runs"), "{done:?}");
    place.finish(&place.path("whole")).succeeds();
    same_files(&out, &files(&place.path("whole")));
    // Of a finished folder, everything is trained again.
    let done = Ended::of(&mut overwrite());
    assert!(done.stdout.contains("trained   800 runs"), "{done:?}");
    same_files(&out, &files(&place.path("whole")));
}
