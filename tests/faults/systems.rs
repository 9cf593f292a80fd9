//! Systems as they are, and folders that come from somebody else: links and pipes where files
//! should be, files that somebody else left, limits on files and memory.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::place::{Ended, Place, SEEDBED, files, same_files};

/// Every file that Seedbed reads or writes directly in a results folder.
const NAMES: [&str; 19] = [
    "runs.csv",
    "losses.csv",
    "summary.csv",
    "comparisons.csv",
    "curves.csv",
    "survival.csv",
    "failures.csv",
    "columns.csv",
    "manifest.toml",
    "data.csv",
    "provenance.json",
    "shard.json",
    "report.html",
    "workbook.xlsx",
    "journal.bin",
    ".lock",
    ".lock.takeover",
    ".seedbed-probe",
    ".runs.csv.partial",
];

/// What was outside before.
const OUTSIDE: &str = "process 1 on elsewhere, and it is mine\n";

/// `seedbed WORDS`, in the place.
fn seedbed(place: &Place, words: &[&Path]) -> Ended {
    let mut command = Command::new(SEEDBED);
    command.current_dir(place.path("")).args(words);
    Ended::of(&mut command)
}

/// A finished folder, and two finished shards of the same study.
struct Folders {
    place: Place,
    whole: PathBuf,
    shards: [PathBuf; 2],
}

impl Folders {
    fn new() -> Folders {
        let place = Place::new(50, 4);
        let whole = place.path("whole");
        place.finish(&whole).succeeds();
        let shards = ["1/2", "2/2"].map(|shard| {
            let out = place.path(&format!("shard-{}", &shard[..1]));
            Ended::of(place.run(&out).args(["--shard", shard])).succeeds();
            out
        });
        Folders {
            place,
            whole,
            shards,
        }
    }

    /// A copy of a folder in which `put` has put something in place of `name`.
    fn copy(&self, of: &Path, name: &str, put: &dyn Fn(&Path)) -> PathBuf {
        let copy = self.place.path("copy");
        let _ = fs::remove_dir_all(&copy);
        let copied = Command::new("cp").arg("-r").arg(of).arg(&copy).status();
        assert!(copied.unwrap().success());
        let there = copy.join(name);
        if there.is_dir() {
            fs::remove_dir_all(&there).unwrap();
        } else {
            let _ = fs::remove_file(&there);
        }
        put(&there);
        copy
    }

    /// Every command that opens a results folder refuses one with that in place of `name`.
    #[track_caller]
    fn refuse(&self, name: &str, words: &[&str], put: &dyn Fn(&Path)) {
        let mut said: Vec<&str> = words.to_vec();
        said.push(name);
        let (place, [one, two]) = (&self.place, &self.shards);
        let path = |word: &'static str| Path::new(word);
        let copy = self.copy(&self.whole, name, put);
        place.finish(&copy).fails_saying(&said);
        Ended::of(place.run(&copy).arg("--overwrite")).fails_saying(&said);
        seedbed(place, &[path("report"), &copy]).fails_saying(&said);
        seedbed(place, &[path("verify"), &copy]).fails_saying(&said);
        let which = ["--model", "hidden-4", "--seed", "1"].map(path);
        seedbed(place, &[&[path("replay"), &copy], &which[..]].concat()).fails_saying(&said);
        let copy = self.copy(one, name, put);
        let merged = place.path("merged");
        let merge = [path("merge"), &merged, &copy, two];
        seedbed(place, &merge).fails_saying(&said);
        assert!(!merged.exists());
        fs::create_dir(&merged).unwrap();
        put(&merged.join(name));
        let merge = [path("merge"), &merged, one, two];
        seedbed(place, &merge).fails_saying(&said);
        fs::remove_dir_all(&merged).unwrap();
    }
}

#[test]
fn no_link_in_a_results_folder_is_followed() {
    let folders = Folders::new();
    let outside = folders.place.path("outside");
    fs::write(&outside, OUTSIDE).unwrap();
    let link = |there: &Path| symlink(&outside, there).unwrap();
    for name in NAMES {
        folders.refuse(name, &["is a symbolic link", "use another folder"], &link);
        assert_eq!(fs::read_to_string(&outside).unwrap(), OUTSIDE, "{name}");
    }
}

#[test]
fn a_link_to_nothing_makes_nothing() {
    let folders = Folders::new();
    let outside = folders.place.path("outside");
    let link = |there: &Path| symlink(&outside, there).unwrap();
    for name in [".lock", "journal.bin", "summary.csv", "figures"] {
        folders.refuse(name, &["is a symbolic link"], &link);
        assert!(!outside.exists(), "{name}");
    }
}

#[test]
fn no_file_is_removed_through_a_linked_figures() {
    let folders = Folders::new();
    let outside = folders.place.path("outside");
    fs::create_dir(&outside).unwrap();
    for name in ["mine.svg", ".mine.partial", "rate.svg"] {
        fs::write(outside.join(name), OUTSIDE).unwrap();
    }
    let link = |there: &Path| symlink(&outside, there).unwrap();
    folders.refuse("figures", &["is a symbolic link"], &link);
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 3);
    let rate = fs::read_to_string(outside.join("rate.svg"));
    assert_eq!(rate.unwrap(), OUTSIDE);
}

#[test]
fn a_link_is_refused_before_anything_is_written() {
    let place = Place::new(50, 4);
    let out = place.path("out");
    fs::create_dir(&out).unwrap();
    symlink(place.path("m.toml"), out.join("workbook.xlsx")).unwrap();
    place.finish(&out).fails_saying(&["workbook.xlsx"]);
    assert_eq!(fs::read_dir(&out).unwrap().count(), 1);
}

#[test]
fn the_way_to_a_results_folder_may_be_a_link() {
    let place = Place::new(50, 4);
    fs::create_dir(place.path("real")).unwrap();
    let way = place.path("way");
    symlink(place.path("real"), &way).unwrap();
    place.finish(&way).succeeds();
    for command in ["report", "verify"] {
        seedbed(&place, &[Path::new(command), &way]).succeeds();
    }
    assert!(place.path("real/runs.csv").exists());
}

#[test]
fn a_pipe_or_a_folder_in_a_files_place_is_named_and_never_waited_for() {
    let folders = Folders::new();
    let pipe = |there: &Path| {
        let made = Command::new("mkfifo").arg(there).status();
        assert!(made.unwrap().success());
    };
    let folder = |there: &Path| fs::create_dir(there).unwrap();
    for name in NAMES {
        folders.refuse(name, &["is a pipe, socket or device"], &pipe);
        folders.refuse(name, &["is a folder where"], &folder);
    }
}

/// Only Linux limits the memory of a process.
#[cfg(target_os = "linux")]
#[test]
fn more_runs_than_the_memory_holds_are_said_with_a_way_out() {
    // Few enough that the machine may have room for them, though this process may not.
    let place = Place::new(1, 10_000_000);
    let out = place.path("out");
    let ended = place.finish_under("ulimit -v 150000", &out);
    ended.fails_saying(&[
        "the places of all runs need 160 MB of memory",
        "use fewer seeds, or split the runs by --shard",
    ]);
}

#[cfg(target_os = "linux")]
#[test]
fn statistics_that_the_memory_does_not_hold_are_said_and_change_nothing() {
    let place = Place::new(50, 4);
    let out = place.path("out");
    place.finish(&out).succeeds();
    let manifest = fs::read_to_string(out.join("manifest.toml")).unwrap();
    let many = manifest.replace("count = 4\n", "count = 10000000\n");
    fs::write(out.join("manifest.toml"), many).unwrap();
    let before = files(&out);
    let mut shell = Command::new("sh");
    shell
        .args([
            "-c",
            "ulimit -v 400000 && exec \"$0\" report \"$1\"",
            SEEDBED,
        ])
        .arg(&out);
    Ended::of(&mut shell).fails_saying(&["the statistics of a model's runs need"]);
    same_files(&out, &before);
}

#[cfg(target_os = "linux")]
#[test]
fn too_little_memory_ends_with_a_message_and_keeps_what_is_finished() {
    let place = Place::new(50, 3_000);
    let whole = place.path("whole");
    place.finish(&whole).succeeds();
    let expected = files(&whole);
    let mut failed = 0;
    let mut kilobytes = 12_000;
    loop {
        let out = place.path(&format!("out-{kilobytes}"));
        let ended = place.finish_under(&format!("ulimit -v {kilobytes}"), &out);
        if ended.code == Some(0) {
            same_files(&out, &expected);
            break;
        }
        // 127: so little that the program could not even be loaded.
        if ended.code != Some(127) {
            assert_eq!(ended.code, Some(1), "{ended:?}");
            assert!(!ended.stderr.is_empty());
            failed += 1;
        }
        place.finish(&out).succeeds();
        same_files(&out, &expected);
        kilobytes += kilobytes / 6;
        assert!(kilobytes < 1 << 24, "it never fits");
    }
    assert!(failed > 0, "no limit was too low");
}

/// A library that takes file locks away from whoever loads it.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn without_file_locks(place: &Place) -> PathBuf {
    let source =
        "#include <errno.h>\nint flock(int file, int how) { errno = EOPNOTSUPP; return -1; }\n";
    fs::write(place.path("locks.c"), source).unwrap();
    let library = place.path("locks.so");
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-o"]).arg(&library);
    let made = compiler.arg(place.path("locks.c")).status();
    assert!(made.unwrap().success());
    library
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn a_system_without_file_locks_is_told_of_by_every_command_that_writes() {
    let place = Place::new(300, 20);
    let library = without_file_locks(&place);
    for words in [
        "run m.toml --shard 1/2 --out 1",
        "run m.toml --shard 2/2 --out 2",
        "merge joined 1 2",
        "report joined",
    ] {
        let mut command = Command::new(SEEDBED);
        command
            .current_dir(place.path(""))
            .args(words.split(' '))
            .env("LD_PRELOAD", &library);
        let ended = Ended::of(&mut command);
        ended.succeeds();
        let told = ended
            .stderr
            .matches("warning: there are no file locks where");
        assert_eq!(told.count(), 1, "{words}: {ended:?}");
    }
}
