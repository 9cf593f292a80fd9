//! Names that would steer a terminal: no escape sequence comes out as it went in.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

use crate::fixture::{Done, Workplace};

/// A folder's name that would colour the terminal and begin a new line.
const HOSTILE: &str = "out\u{1b}[31m\nred";

fn seedbed(place: &Workplace, words: &[&str]) -> Done {
    let mut command: Command = place.command("");
    let done = Done::from(command.args(words.iter().map(OsStr::new)).output().unwrap());
    assert!(!done.out.contains('\u{1b}'), "{words:?}: {}", done.out);
    assert!(!done.err.contains('\u{1b}'), "{words:?}: {}", done.err);
    done
}

#[test]
fn a_hostile_folder_name_is_escaped_in_everything_that_is_told() {
    let place = Workplace::with_small();
    let shown = r"out\u{1b}[31m\u{a}red";
    for command in [
        &["run", "small.toml", "--out", HOSTILE][..],
        &["verify", HOSTILE, "--all"],
        &["rounding", HOSTILE, "--write"],
        &["report", HOSTILE],
    ] {
        seedbed(&place, command).exits(0).mentions(&[shown]);
    }
    let curve = format!("{HOSTILE}.csv");
    let replay = ["replay", HOSTILE, "--model", "hidden-4", "--seed", "3"];
    let replay = [&replay[..], &["--curve", &curve]].concat();
    seedbed(&place, &replay).exits(0).mentions(&[shown]);
    for shard in ["1/2", "2/2"] {
        let out = format!("{HOSTILE}-{}", &shard[..1]);
        let run = ["run", "small.toml", "--shard", shard, "--out", &out];
        seedbed(&place, &run).exits(0).mentions(&[shown]);
    }
    let merged = format!("{HOSTILE}-merged");
    let parts = [format!("{HOSTILE}-1"), format!("{HOSTILE}-2")];
    let merge = ["merge", &merged, &parts[0], &parts[1]];
    seedbed(&place, &merge).exits(0).mentions(&[shown]);
}

#[test]
fn a_hostile_name_is_escaped_in_every_refusal() {
    let place = Workplace::with_small();
    for command in [
        &["run", HOSTILE][..],
        &["run", "small.toml", "--out", "small.toml/\u{1b}[31m"],
        &["verify", HOSTILE],
        &["rounding", HOSTILE],
        &["report", HOSTILE],
        &["replay", HOSTILE, "--model", HOSTILE, "--seed", "1"],
        &["merge", HOSTILE, HOSTILE],
        &["new", HOSTILE],
    ] {
        let done = seedbed(&place, command);
        assert_ne!(done.code, Some(0), "{command:?}");
        done.mentions(&[r"\u{1b}[31m"]);
    }
}

/// The parser would write on a terminal what was typed, title and bell of the window included.
#[cfg(target_os = "linux")]
#[test]
fn the_parsers_refusals_do_not_steer_a_terminal_either() {
    let place = Workplace::with_small();
    let seedbed = env!("CARGO_BIN_EXE_seedbed");
    for typed in ["run small.toml", "run small.toml --threads"] {
        let line = format!(r#"{seedbed} {typed} "$(printf '\033]0;title\007')""#);
        let output = Command::new("script")
            .args(["-qec", &line, "/dev/null"])
            .current_dir(place.path(""))
            .env("TERM", "xterm-256color")
            .stdin(Stdio::null())
            .output()
            .expect("script from util-linux");
        assert_eq!(output.status.code(), Some(2));
        let shown = String::from_utf8_lossy(&output.stdout);
        assert!(shown.contains("error:"), "{shown:?}");
        assert!(
            !shown.contains('\u{1b}') && !shown.contains('\u{7}'),
            "{shown:?}"
        );
    }
}

/// The command that is printed goes on in the folder of that name.
#[test]
fn the_next_command_names_a_hostile_folder_as_a_shell_reads_it() {
    let place = Workplace::with_small();
    let run = ["run", "small.toml", "--out", HOSTILE];
    let done = seedbed(&place, &run).exits(0);
    done.mentions(&[r"seedbed replay $'out\033[31m\012red' --model"]);
}
