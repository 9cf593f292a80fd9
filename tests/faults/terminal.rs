//! Terminals that take nothing: stopped by Ctrl-S, or with nobody who reads them. The work goes
//! on, its results are written, and a signal still ends the process.

use std::fs::{File, OpenOptions};
use std::io::{PipeReader, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Action, tcflow};

use crate::place::{
    Place, SEEDBED, files, has_journal, same_files, signal, stopping_signals, wait_for,
};

/// Long enough for any machine; short of a test that hangs.
const GENEROUS: Duration = Duration::from_secs(120);
/// How long a process may take to end after a signal.
const SOON: Duration = Duration::from_secs(10);

/// Something to write to that takes nothing more as long as this is there.
enum Blocked {
    /// A terminal, and the side of it that nobody reads.
    Terminal(File, #[expect(dead_code)] OwnedFd),
    Pipe(File, #[expect(dead_code)] PipeReader),
}

impl Blocked {
    /// A terminal after Ctrl-S.
    fn stopped_terminal() -> Blocked {
        let (terminal, reader) = terminal();
        tcflow(&terminal, Action::OOff).unwrap();
        Blocked::Terminal(terminal, reader)
    }

    /// A terminal whose buffer is full.
    fn full_terminal() -> Blocked {
        let (terminal, reader) = terminal();
        fill(&terminal);
        Blocked::Terminal(terminal, reader)
    }

    fn full_pipe() -> Blocked {
        let (reader, writer) = std::io::pipe().unwrap();
        let writer = File::from(OwnedFd::from(writer));
        fill(&writer);
        Blocked::Pipe(writer, reader)
    }

    fn end(&self) -> Stdio {
        let (Blocked::Terminal(file, _) | Blocked::Pipe(file, _)) = self;
        file.try_clone().unwrap().into()
    }
}

/// A terminal, and the side of it that shows what is written.
fn terminal() -> (File, OwnedFd) {
    let reader = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&reader).unwrap();
    unlockpt(&reader).unwrap();
    let name = ptsname(&reader, Vec::new()).unwrap();
    let path = Path::new(name.to_str().unwrap());
    let terminal = OpenOptions::new().read(true).write(true).open(path);
    (terminal.unwrap(), reader)
}

/// Writes until there is no more room.
fn fill(mut file: &File) {
    let usual = fcntl_getfl(file.as_fd()).unwrap();
    fcntl_setfl(file.as_fd(), usual | OFlags::NONBLOCK).unwrap();
    for size in [4096, 1] {
        while file.write(&vec![b'.'; size]).is_ok() {}
    }
    fcntl_setfl(file.as_fd(), usual).unwrap();
}

/// `command` with a terminal that can draw, in whatever environment the test runs.
fn shown_on(command: &mut Command, blocked: &Blocked, progress: &str) -> Child {
    command
        .args(["--progress", progress])
        .env("TERM", "xterm")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(blocked.end());
    command.spawn().unwrap()
}

fn run_in(place: &Place, out: &Path) -> Command {
    let mut command = Command::new(SEEDBED);
    command
        .current_dir(place.path(""))
        .args(["run", "m.toml", "--threads", "2", "--out"])
        .arg(out);
    command
}

/// The exit code; a process that does not end within `limit` is killed and fails the test.
#[track_caller]
fn ends_within(child: &mut Child, limit: Duration) -> Option<i32> {
    let started = Instant::now();
    while started.elapsed() < limit {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    panic!("it waits for the terminal");
}

/// Every way to be blocked, with the progress that would be shown there.
fn all_blocked() -> Vec<(Blocked, &'static str)> {
    vec![
        (Blocked::stopped_terminal(), "bar"),
        (Blocked::stopped_terminal(), "plain"),
        (Blocked::full_terminal(), "bar"),
        (Blocked::full_pipe(), "plain"),
    ]
}

#[test]
fn a_run_stores_everything_though_nobody_reads_its_progress() {
    let place = Place::new(2_000, 300);
    place.finish(&place.path("undisturbed")).succeeds();
    let expected = files(&place.path("undisturbed"));
    for (number, (blocked, progress)) in all_blocked().into_iter().enumerate() {
        let out = place.path(&format!("out-{number}"));
        let mut child = shown_on(&mut run_in(&place, &out), &blocked, progress);
        assert_eq!(ends_within(&mut child, GENEROUS), Some(0), "{number}");
        same_files(&out, &expected);
    }
}

#[test]
fn verify_retrains_everything_though_nobody_reads_its_progress() {
    let place = Place::new(2_000, 50);
    let out = place.path("out");
    place.finish(&out).succeeds();
    for (blocked, progress) in all_blocked() {
        let mut command = Command::new(SEEDBED);
        command.arg("verify").arg(&out).arg("--all");
        let mut child = shown_on(&mut command, &blocked, progress);
        assert_eq!(ends_within(&mut child, GENEROUS), Some(0));
    }
}

/// A run that would take far longer than the test, with finished runs in its journal.
fn endless(blocked: &Blocked, progress: &str) -> (Place, PathBuf, Child) {
    let place = Place::new(100_000, 200_000);
    let out = place.path("out");
    let child = shown_on(&mut run_in(&place, &out), blocked, progress);
    wait_for(|| has_journal(&out));
    (place, out, child)
}

#[test]
fn a_signal_ends_a_run_whose_terminal_is_blocked() {
    for (blocked, progress) in all_blocked() {
        for name in stopping_signals() {
            let (_place, out, mut child) = endless(&blocked, progress);
            signal(&child, name);
            assert_eq!(ends_within(&mut child, SOON), Some(130), "{name}");
            assert!(has_journal(&out));
        }
    }
}

/// When all is written, what was found is told, to a terminal that may take nothing.
#[test]
fn a_signal_ends_a_process_that_waits_to_tell_what_it_found() {
    let place = Place::new(500, 20);
    for blocked in [Blocked::stopped_terminal(), Blocked::full_pipe()] {
        let out = place.path("out");
        let mut command = place.run(&out);
        command.stdout(blocked.end()).stderr(blocked.end());
        let mut child = command.spawn().unwrap();
        wait_for(|| out.join("runs.csv").exists() && !out.join("journal.bin").exists());
        signal(&child, "TERM");
        assert_eq!(ends_within(&mut child, SOON), Some(130));
        place.finish(&out).succeeds();
        std::fs::remove_dir_all(&out).unwrap();
    }
}
