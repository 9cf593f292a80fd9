use std::fs;

use super::*;
use crate::results::watch::Watch;

#[test]
fn a_file_appears_whole_or_not_at_all() {
    let place = tempfile::tempdir().unwrap();
    let folder = ResultsFolder::open(place.path().join("a/b")).unwrap();
    let digest = folder.write(SUMMARY, b"abc").unwrap();
    assert_eq!(
        digest,
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    let there = sha256_of_file(&folder.file(SUMMARY), &Watch::nobody());
    assert_eq!(there.unwrap(), digest);
    assert_eq!(sha256(b"abc"), digest);
    let failed = folder.write_with(SUMMARY, |file| {
        file.put(b"half of the new")?;
        Err(Error::Conflict("enough".to_string()))
    });
    assert_eq!(failed.unwrap_err().to_string(), "enough");
    assert_eq!(fs::read(folder.file(SUMMARY)).unwrap(), b"abc");
    assert_eq!(names(&folder), [".lock", SUMMARY]);
}

#[test]
fn what_a_crash_left_half_written_is_swept_away() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join(".runs.csv.partial"), "half").unwrap();
    fs::write(place.path().join("mine.partial"), "mine").unwrap();
    let folder = ResultsFolder::open(place.path()).unwrap();
    assert_eq!(names(&folder), [".lock", "mine.partial"]);
}

#[test]
fn figures_have_a_folder_of_their_own() {
    let place = tempfile::tempdir().unwrap();
    let folder = ResultsFolder::open(place.path()).unwrap();
    folder.write("figures/rate.svg", b"<svg/>").unwrap();
    assert_eq!(
        fs::read(place.path().join("figures/rate.svg")).unwrap(),
        b"<svg/>"
    );
    folder.remove_all(["figures/rate.svg"]).unwrap();
    assert_eq!(names(&folder), [".lock"]);
}

#[test]
fn clearing_leaves_what_is_not_ours() {
    let place = tempfile::tempdir().unwrap();
    let folder = ResultsFolder::open(place.path()).unwrap();
    for name in KNOWN {
        folder.write(name, b"x").unwrap();
    }
    folder.write("figures/rate.svg", b"<svg/>").unwrap();
    fs::write(place.path().join("figures/mine.txt"), "mine").unwrap();
    fs::write(place.path().join("figures/mine.svg"), "mine").unwrap();
    fs::write(place.path().join("notes.txt"), "mine").unwrap();
    let outside = place.path().parent().unwrap().join("outside.svg");
    fs::write(&outside, "mine").unwrap();
    // Names that a provenance.json from elsewhere may hold.
    let strange = ["notes.txt", "figures/mine.txt", "figures/../notes.txt"];
    let strange = strange
        .into_iter()
        .chain(["../outside.svg", "figures/../../outside.svg"]);
    let ours = KNOWN.into_iter().chain(["figures/rate.svg"]);
    folder.remove_all(ours.chain(strange)).unwrap();
    assert_eq!(names(&folder), [".lock", "figures", "notes.txt"]);
    assert!(place.path().join("figures/mine.txt").exists());
    assert!(place.path().join("figures/mine.svg").exists());
    assert!(outside.exists());
    fs::remove_file(outside).unwrap();
}

#[test]
fn a_second_holder_is_refused_and_told_who_holds_it() {
    let place = tempfile::tempdir().unwrap();
    let first = ResultsFolder::open(place.path()).unwrap();
    let error = ResultsFolder::open(place.path()).unwrap_err().to_string();
    let process = format!("is in use by process {} on ", std::process::id());
    assert!(error.contains(&process), "{error}");
    drop(first);
    ResultsFolder::open(place.path()).unwrap();
}

#[test]
fn a_lock_file_left_by_a_crash_is_no_obstacle() {
    let place = tempfile::tempdir().unwrap();
    fs::write(
        place.path().join(".lock"),
        "process 4194305 on elsewhere, and more text\n",
    )
    .unwrap();
    let folder = ResultsFolder::open(place.path()).unwrap();
    let holder = fs::read_to_string(place.path().join(".lock")).unwrap();
    assert!(
        holder.starts_with(&format!("process {} on ", std::process::id())),
        "{holder}"
    );
    assert!(!holder.contains("elsewhere"));
    drop(folder);
    assert!(!place.path().join(".lock").exists());
}

#[test]
fn a_file_in_the_folders_place_is_named() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("results");
    fs::write(&path, "a file").unwrap();
    let error = ResultsFolder::open(&path).unwrap_err();
    assert!(error.to_string().starts_with("cannot create "), "{error}");
    assert_eq!(error.exit_code(), 1);
}

#[test]
fn a_folder_deleted_under_us_is_said_to_be_gone() {
    let place = tempfile::tempdir().unwrap();
    let folder = ResultsFolder::open(place.path().join("results")).unwrap();
    fs::remove_dir_all(folder.path()).unwrap();
    for name in [SUMMARY, "figures/rate.svg"] {
        let error = folder.write(name, b"x").unwrap_err().to_string();
        assert!(
            error.contains("is gone: it was moved or deleted"),
            "{error}"
        );
    }
    assert!(!folder.path().exists());
}

#[test]
fn provenance_reads_back() {
    let place = tempfile::tempdir().unwrap();
    let folder = ResultsFolder::open(place.path()).unwrap();
    let provenance = Provenance {
        version: "1.2.3".to_string(),
        shard: Some(Shard { index: 2, count: 8 }),
        training_seconds: 0.1,
        ..Provenance::default()
    };
    folder
        .write(PROVENANCE, provenance.to_json().as_bytes())
        .unwrap();
    assert_eq!(Provenance::load(folder.path()).unwrap(), provenance);
    folder.write(PROVENANCE, b"{\n\"version\": 3}").unwrap();
    let error = Provenance::load(folder.path()).unwrap_err().to_string();
    assert!(error.contains("provenance.json:2:"), "{error}");
}

fn names(folder: &ResultsFolder) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn only_seedbeds_own_leftovers_are_swept_away() {
    let place = tempfile::tempdir().unwrap();
    let path = |name: &str| place.path().join(name);
    fs::create_dir(path(FIGURES)).unwrap();
    let mine = [
        ".mine.partial",
        ".probe.partial",
        "figures/.mine.svg.partial",
    ];
    for name in mine {
        fs::write(path(name), "mine").unwrap();
    }
    fs::write(path("figures/.rate.svg.partial"), "half").unwrap();
    let folder = ResultsFolder::open(place.path()).unwrap();
    folder.write("figures/rate.svg", b"<svg/>").unwrap();
    for name in mine {
        assert_eq!(fs::read_to_string(path(name)).unwrap(), "mine", "{name}");
    }
    assert!(!path("figures/.rate.svg.partial").exists());
}

#[test]
fn a_probe_is_removed_only_if_it_is_seedbeds() {
    let place = tempfile::tempdir().unwrap();
    let probe = place.path().join(PROBE);
    for left in [PROBE_TEXT, &PROBE_TEXT[..7], b""] {
        fs::write(&probe, left).unwrap();
        ResultsFolder::open(place.path()).unwrap();
        assert!(!probe.exists());
    }
    fs::write(&probe, "mine").unwrap();
    let error = ResultsFolder::open(place.path()).unwrap_err().to_string();
    assert!(error.contains(".seedbed-probe is not Seedbed's"), "{error}");
    assert_eq!(fs::read_to_string(&probe).unwrap(), "mine");
}

#[test]
fn a_lock_that_is_not_seedbeds_is_named_and_left_alone() {
    let place = tempfile::tempdir().unwrap();
    let lock = place.path().join(LOCK);
    fs::write(&lock, "my own lock").unwrap();
    let error = ResultsFolder::open(place.path()).unwrap_err();
    assert!(
        error.to_string().contains(".lock is not Seedbed's"),
        "{error}"
    );
    assert_eq!(error.exit_code(), 1);
    assert_eq!(fs::read_to_string(&lock).unwrap(), "my own lock");
    fs::write(&lock, "").unwrap();
    ResultsFolder::open(place.path()).unwrap();
}

#[cfg(unix)]
#[test]
fn a_linked_leftover_is_removed_and_not_written_through() {
    let place = tempfile::tempdir().unwrap();
    let outside = place.path().join("outside");
    fs::write(&outside, "mine").unwrap();
    let folder = ResultsFolder::open(place.path().join("results")).unwrap();
    fs::create_dir(folder.file(FIGURES)).unwrap();
    for (name, leftover) in [
        (SUMMARY, ".summary.csv.partial"),
        ("figures/rate.svg", "figures/.rate.svg.partial"),
    ] {
        std::os::unix::fs::symlink(&outside, folder.file(leftover)).unwrap();
        folder.write(name, b"x").unwrap();
        assert_eq!(fs::read_to_string(&outside).unwrap(), "mine");
    }
}

#[cfg(unix)]
#[test]
fn a_link_put_there_meanwhile_is_not_followed() {
    let place = tempfile::tempdir().unwrap();
    let outside = place.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("mine.svg"), "mine").unwrap();
    let folder = ResultsFolder::open(place.path().join("results")).unwrap();
    std::os::unix::fs::symlink(&outside, folder.file(FIGURES)).unwrap();
    let errors = [
        folder.write("figures/rate.svg", b"x").map(drop),
        folder.remove_all(["figures/rate.svg"]),
        folder.remove_all(KNOWN),
    ];
    for error in errors {
        let error = error.unwrap_err().to_string();
        assert!(error.contains("figures is a symbolic link"), "{error}");
    }
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 1);
    std::os::unix::fs::symlink(outside.join("mine.svg"), folder.file(RUNS)).unwrap();
    assert!(!folder.has(RUNS));
    let error = sha256_of_file(&folder.file(RUNS), &Watch::nobody()).unwrap_err();
    let error = error.to_string();
    assert!(error.contains("runs.csv is a symbolic link"), "{error}");
}
