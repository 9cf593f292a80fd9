//! Processes that are killed, interrupted, or meet another one.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::counts::{KILLS, KILLS_WHILE_GROWING};
use crate::place::{
    Ended, Place, SEEDBED, files, has_journal, same_files, signal, stopping_signals, wait_for,
};

/// A run that takes long enough to be disturbed.
fn long() -> Place {
    Place::new(20_000, 200)
}

/// A run that would take far longer than the test.
fn endless() -> Place {
    Place::new(100_000, 200_000)
}

#[test]
fn killed_at_random_moments_the_files_are_those_of_an_undisturbed_run() {
    let place = long();
    let started = Instant::now();
    place.finish(&place.path("undisturbed")).succeeds();
    let time = started.elapsed();
    let expected = files(&place.path("undisturbed"));
    let out = place.path("out");
    let mut moment = 0x5eed_u64;
    let (mut kills, mut kept, mut finished) = (0, 0, 0);
    while kills < KILLS {
        // xorshift64 (Marsaglia 2003, Xorshift RNGs): any moment from the start to the end.
        moment ^= moment << 13;
        moment ^= moment >> 7;
        moment ^= moment << 17;
        let mut child = place.start(&out);
        std::thread::sleep(time.mul_f64(moment as f64 / u64::MAX as f64));
        child.kill().unwrap();
        if child.wait().unwrap().success() {
            // Too late: it had finished. The next one starts anew.
            same_files(&out, &expected);
            fs::remove_dir_all(&out).unwrap();
            finished += 1;
            continue;
        }
        kills += 1;
        kept += u32::from(has_journal(&out));
        if kills % 5 == 0 {
            place.finish(&out).succeeds();
            same_files(&out, &expected);
            fs::remove_dir_all(&out).unwrap();
        }
    }
    assert!(
        kept > 0,
        "no kill came after work was finished; {finished} came too late"
    );
}

#[test]
fn killed_while_a_study_grows_it_goes_on_and_accuses_no_file_of_having_changed() {
    let place = Place::new(20_000, 100);
    let (small, out) = (place.path("small"), place.path("out"));
    place.finish(&small).succeeds();
    place.set(20_000, 200);
    let started = Instant::now();
    place.finish(&place.path("undisturbed")).succeeds();
    let time = started.elapsed();
    let expected = files(&place.path("undisturbed"));
    for moment in 1..=KILLS_WHILE_GROWING {
        let copied = std::process::Command::new("cp")
            .args(["-r".as_ref(), small.as_os_str(), out.as_os_str()])
            .status();
        assert!(copied.unwrap().success());
        let mut child = place.start(&out);
        std::thread::sleep(time * (moment + 4) / (KILLS_WHILE_GROWING + 4));
        child.kill().unwrap();
        child.wait().unwrap();
        let ended = place.finish(&out);
        ended.succeeds();
        assert!(!ended.stderr.contains("changed"), "{ended:?}");
        same_files(&out, &expected);
        fs::remove_dir_all(&out).unwrap();
    }
}

#[test]
fn an_interruption_ends_with_130_and_the_command_that_goes_on() {
    let place = endless();
    let out = place.path("out");
    for name in stopping_signals() {
        let mut command = place.run(&out);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let length = || fs::metadata(out.join("journal.bin")).map_or(0, |journal| journal.len());
        let before = length().max(100);
        let child = command.spawn().unwrap();
        wait_for(|| length() > before);
        signal(&child, name);
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(130), "{stderr}");
        assert!(stderr.contains("seedbed run m.toml"), "{stderr}");
        assert!(stderr.contains("are done and kept in"), "{stderr}");
    }
}

#[test]
fn an_interrupted_run_goes_on_to_the_same_bytes() {
    let place = long();
    place.finish(&place.path("undisturbed")).succeeds();
    let out = place.path("out");
    let mut child = place.start(&out);
    wait_for(|| has_journal(&out) || out.join("provenance.json").exists());
    signal(&child, stopping_signals()[0]);
    let code = child.wait().unwrap().code();
    assert!(matches!(code, Some(130 | 0)), "{code:?}");
    place.finish(&out).succeeds();
    same_files(&out, &files(&place.path("undisturbed")));
}

#[test]
fn long_runs_go_on_from_where_they_were_after_interruption_and_kill() {
    // Two runs of each model, all under way at once.
    let place = Place::new(20_000_000, 2);
    place.finish(&place.path("undisturbed")).succeeds();
    let expected = files(&place.path("undisturbed"));
    assert!(!place.path("undisturbed").join("checkpoint.bin").exists());
    let out = place.path("out");
    let mut command = place.run(&out);
    command.stderr(std::process::Stdio::piped());
    let child = command.spawn().unwrap();
    wait_for(|| has_journal(&out));
    std::thread::sleep(Duration::from_millis(200));
    signal(&child, "INT");
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert!(stderr.contains("runs under way go on"), "{stderr}");
    let checkpoint = fs::read(out.join("checkpoint.bin")).unwrap();
    // A kill leaves the checkpoint as it is.
    let mut child = place.start(&out);
    wait_for(|| {
        fs::read_to_string(out.join(".lock"))
            .is_ok_and(|holder| holder.contains(&child.id().to_string()))
    });
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(fs::read(out.join("checkpoint.bin")).unwrap(), checkpoint);
    place.finish(&out).succeeds();
    same_files(&out, &expected);
    assert!(!out.join("checkpoint.bin").exists());
}

#[test]
fn a_second_process_is_refused_until_the_first_is_gone_however_it_went() {
    let place = endless();
    let out = place.path("out");
    let mut first = place.start(&out);
    wait_for(|| has_journal(&out));
    let second = place.finish(&out);
    second.fails_saying(&["is in use by process", &first.id().to_string()]);
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(out.join(".lock").exists(), "a crash leaves the lock file");
    let mut third = place.start(&out);
    wait_for(|| {
        let holder = fs::read_to_string(out.join(".lock"));
        holder.is_ok_and(|holder| holder.contains(&third.id().to_string()))
    });
    std::thread::sleep(Duration::from_millis(50));
    assert!(third.try_wait().unwrap().is_none(), "it was refused");
    third.kill().unwrap();
    third.wait().unwrap();
}

#[test]
fn rows_edited_by_hand_are_found_by_verify() {
    let place = Place::new(500, 20);
    let out = place.path("out");
    place.finish(&out).succeeds();
    let verify = || {
        let mut command = Command::new(SEEDBED);
        Ended::of(command.arg("verify").arg(&out).arg("--all"))
    };
    verify().succeeds();
    let path = out.join("runs.csv");
    let text = fs::read_to_string(&path).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
    let mut cells: Vec<&str> = lines[23].split(',').collect();
    cells[15] = "0.25";
    lines[23] = cells.join(",");
    fs::write(&path, lines.join("\r\n") + "\r\n").unwrap();
    let found = verify();
    assert_eq!(found.code, Some(1), "{found:?}");
    let said = found.stdout + &found.stderr;
    for word in ["hidden-4", "max_abs_error", "24", "runs.csv"] {
        assert!(said.contains(word), "{word:?} is not in {said}");
    }
}

/// `nohup` and `&` in a script start a process with signals ignored; /proc says so on Linux.
#[cfg(target_os = "linux")]
#[test]
fn signals_that_were_ignored_at_the_start_stay_ignored() {
    let place = long();
    let out = place.path("out");
    let mut child = ignoring_hangups(&place, &out).spawn().unwrap();
    wait_for(|| has_journal(&out));
    signal(&child, "HUP");
    signal(&child, "INT");
    signal(&child, "INT");
    assert_eq!(child.wait().unwrap().code(), Some(0));
    place.finish(&place.path("undisturbed")).succeeds();
    same_files(&out, &files(&place.path("undisturbed")));

    let place = endless();
    let out = place.path("out");
    let mut child = ignoring_hangups(&place, &out).spawn().unwrap();
    wait_for(|| has_journal(&out));
    signal(&child, "TERM");
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

/// The run, started with SIGHUP and SIGINT ignored.
#[cfg(target_os = "linux")]
fn ignoring_hangups(place: &Place, out: &std::path::Path) -> Command {
    let run = place.run(out);
    let mut command = Command::new("sh");
    command
        .args(["-c", "trap '' HUP INT; exec \"$@\"", "sh"])
        .arg(run.get_program())
        .args(run.get_args())
        .current_dir(place.path(""))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}
