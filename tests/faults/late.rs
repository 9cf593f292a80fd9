//! Interrupted when all is trained: while the derived files are made, for which a few runs are
//! trained again, and while one run is replayed.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::place::{Ended, Place, SEEDBED, files, same_files, signal, stopping_signals, wait_for};

/// Runs as long as any that the page shows step by step: to train them again takes a while.
fn watched() -> Place {
    Place::new(2_000_000, 4)
}

fn seedbed(place: &Place, arguments: &[&str]) -> Command {
    let mut command = Command::new(SEEDBED);
    command
        .current_dir(place.path(""))
        .args(arguments)
        .stdin(Stdio::null());
    command
}

/// Interrupts a command as soon as `file` is in the folder that it fills, which must end it
/// before the page is made; then lets the same command go on to the files of an undisturbed run.
fn interrupted_at(
    file: &str,
    out: &Path,
    command: &dyn Fn() -> Command,
    next: &str,
    expected: &[(String, Vec<u8>)],
) {
    let mut disturbed = command();
    disturbed.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = disturbed.spawn().unwrap();
    wait_for(|| out.join(file).exists());
    signal(&child, stopping_signals()[0]);
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{file}: {stderr}");
    assert!(
        stderr.contains("what is done is kept in"),
        "{file}: {stderr}"
    );
    assert!(
        stderr.contains(&format!("to go on: {next}")),
        "{file}: {stderr}"
    );
    assert!(!out.join("report.html").exists(), "{file}: it went on");
    assert!(
        out.join("journal.bin").exists(),
        "{file}: it looks finished"
    );
    Ended::of(&mut command()).succeeds();
    same_files(out, expected);
}

#[test]
fn a_run_is_interrupted_while_its_derived_files_are_made() {
    let place = watched();
    place.finish(&place.path("undisturbed")).succeeds();
    let expected = files(&place.path("undisturbed"));
    let out = place.path("out");
    let run = || place.run(&out);
    for file in ["summary.csv", "workbook.xlsx"] {
        interrupted_at(file, &out, &run, "seedbed run m.toml", &expected);
        fs::remove_dir_all(&out).unwrap();
    }
}

#[test]
fn a_report_is_interrupted_and_goes_on() {
    let place = watched();
    let out = place.path("out");
    place.finish(&out).succeeds();
    let expected = files(&out);
    let report = || seedbed(&place, &["report", "out"]);
    for file in ["summary.csv", "workbook.xlsx"] {
        for gone in [file, "report.html"] {
            fs::remove_file(out.join(gone)).unwrap();
        }
        interrupted_at(file, &out, &report, "seedbed report out", &expected);
    }
    // What it has left is finished by a run as well.
    fs::remove_file(out.join("report.html")).unwrap();
    fs::remove_file(out.join("workbook.xlsx")).unwrap();
    let child = report().stderr(Stdio::null()).spawn().unwrap();
    wait_for(|| out.join("workbook.xlsx").exists());
    signal(&child, stopping_signals()[0]);
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(130));
    place.finish(&out).succeeds();
    same_files(&out, &expected);
}

/// A folder with what `report` needs of `from`, and nothing else: no record of any file.
fn tables_alone(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for name in ["manifest.toml", "runs.csv", "losses.csv"] {
        fs::copy(from.join(name), to.join(name)).unwrap();
    }
}

#[test]
fn a_report_of_tables_alone_is_interrupted_and_goes_on() {
    let place = watched();
    let (whole, undisturbed) = (place.path("whole"), place.path("undisturbed"));
    place.finish(&whole).succeeds();
    tables_alone(&whole, &undisturbed);
    Ended::of(&mut seedbed(&place, &["report", "undisturbed"])).succeeds();
    let out = place.path("out");
    tables_alone(&whole, &out);
    let report = || seedbed(&place, &["report", "out"]);
    let expected = files(&undisturbed);
    let next = "seedbed report out";
    interrupted_at("workbook.xlsx", &out, &report, next, &expected);
}

#[test]
fn a_merge_is_interrupted_and_goes_on() {
    let place = watched();
    for index in ["1", "2"] {
        let mut run = place.run(&place.path(index));
        Ended::of(run.args(["--shard", &format!("{index}/2")])).succeeds();
    }
    place.finish(&place.path("whole")).succeeds();
    let expected = files(&place.path("whole"));
    let joined = place.path("joined");
    let merge = || seedbed(&place, &["merge", "joined", "1", "2"]);
    for file in ["summary.csv", "workbook.xlsx"] {
        let next = "seedbed merge joined 1 2";
        interrupted_at(file, &joined, &merge, next, &expected);
        fs::remove_dir_all(&joined).unwrap();
    }
}

/// Whether a process listens to signals by now; /proc says so on Linux.
#[cfg(target_os = "linux")]
fn listens(process: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    let caught = mask.map_or(0, |mask| u64::from_str_radix(mask.trim(), 16).unwrap());
    let terminated = 15;
    caught & (1 << (terminated - 1)) != 0
}

#[cfg(target_os = "linux")]
#[test]
fn a_replay_is_interrupted() {
    let place = Place::new(200_000_000, 2);
    let arguments = ["replay", "m.toml", "--model", "hidden-4", "--seed", "1"];
    let mut replay = seedbed(&place, &arguments);
    replay.args(["--curve", "curve.csv"]).stderr(Stdio::piped());
    let child = replay.spawn().unwrap();
    wait_for(|| listens(child.id()));
    signal(&child, "TERM");
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert!(
        stderr.contains("interrupted while the run was trained"),
        "{stderr}"
    );
    assert!(!place.path("curve.csv").exists());
}
