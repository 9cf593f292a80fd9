//! `rounding`: runs against their twins, one rounding step away, and rounding.csv.

use std::fs;
use std::process::Stdio;

use crate::fixture::{Workplace, column};

/// A study whose training is chaotic: of many runs, rounding decides how they end.
const CHAOS: &str = r#"
name = "chaos"
[data]
inputs  = [[0,0,1],[0,1,1],[1,0,1],[0,1,0],[1,0,0],[1,1,1],[0,0,0]]
targets = [0,1,1,1,1,0,0]
[[predict]]
input = [1,1,0]
target = 0
[network]
hidden = [2, 3]
[training]
epochs = 500
learning_rate = 10.0
[seeds]
count = 60
"#;

const ROUNDING: &str = "results/chaos/rounding.csv";

fn with_chaos() -> Workplace {
    let place = Workplace::new();
    place.write("chaos.toml", CHAOS);
    place.seedbed("run chaos.toml").succeeds();
    place
}

/// With its rounding.csv.
fn written() -> Workplace {
    let place = with_chaos();
    let done = place.seedbed("rounding results/chaos --write").succeeds();
    done.mentions(&[ROUNDING]);
    assert!(place.path(ROUNDING).exists());
    place
}

#[test]
fn a_line_a_model_says_what_changed_and_a_sentence_what_it_means() {
    let place = with_chaos();
    let done = place.seedbed("rounding results/chaos").succeeds();
    done.mentions(&[
        "pairs",
        "status",
        "hidden-2",
        "hidden-3",
        "Rounding decides how",
        "of 120 runs end",
        "No rate changed by more than chance",
    ]);
    assert!(!place.path(ROUNDING).exists());
    place.seedbed("verify results/chaos").exits(0);
}

#[test]
fn a_study_that_rounding_does_not_touch_says_so() {
    let place = Workplace::with_small_results();
    let done = place.seedbed("rounding results/small").succeeds();
    done.mentions(&["Each of 60 runs ends like its twin"]);
}

#[test]
fn a_replay_tells_whether_its_run_is_one_that_rounding_decides() {
    let place = with_chaos();
    place.seedbed("rounding results/chaos --write").succeeds();
    let rounding = place.read(ROUNDING);
    let row: Vec<&str> = rounding.lines().nth(1).unwrap().split(',').collect();
    let changed = row[column(&rounding, "status_changed")];
    let mut decided = 0;
    for seed in 1..=60 {
        let replay = format!("replay results/chaos --model hidden-2 --seed {seed}");
        let told = place.seedbed(&replay).succeeds().out;
        let words = "With every initial weight moved by one rounding step, it ";
        assert_eq!(told.matches(words).count(), 1, "{told}");
        decided += told.matches("rounding decides how this run ends").count();
    }
    assert_eq!(decided.to_string(), changed);
}

#[test]
fn the_file_is_the_same_on_any_number_of_threads_and_every_time() {
    let place = written();
    let first = place.read(ROUNDING);
    for threads in [1, 3] {
        let again = format!("rounding results/chaos --write --threads {threads}");
        place.seedbed(&again).succeeds();
        assert_eq!(place.read(ROUNDING), first);
    }
    let runs = first.lines().nth(1).unwrap().split(',');
    let runs: Vec<&str> = runs.collect();
    assert_eq!(runs[column(&first, "model")], "hidden-2");
    assert_eq!(runs[column(&first, "runs")], "60");
    let changed: u64 = runs[column(&first, "status_changed")].parse().unwrap();
    assert!(changed > 0, "{first}");
}

#[test]
fn every_column_is_described_whether_the_file_is_there_or_not() {
    let place = written();
    let described = place.read("results/chaos/columns.csv");
    for name in place.read(ROUNDING).lines().next().unwrap().split(',') {
        let start = format!("rounding.csv,{name},");
        assert!(described.contains(&start), "{name}");
    }
}

#[test]
fn it_is_recorded_and_a_change_of_it_is_found() {
    let place = written();
    place.seedbed("verify results/chaos").exits(0);
    // Nothing is missing, so nothing is written.
    let before = place.files("results/chaos");
    place.seedbed("run chaos.toml").succeeds();
    assert!(place.files("results/chaos") == before);
    place.write(ROUNDING, "model\r\n");
    let done = place.seedbed("verify results/chaos").exits(1);
    done.mentions(&["rounding.csv has changed"]);
    let done = place.seedbed("run chaos.toml").exits(0);
    done.mentions(&["rounding.csv", "it is removed"]);
    assert!(!place.path(ROUNDING).exists());
    place.seedbed("verify results/chaos").exits(0);
}

#[test]
fn it_goes_when_the_files_beside_it_are_written_again() {
    let more = CHAOS.replace("count = 60", "count = 70");
    for command in [
        "report results/chaos",
        "run chaos.toml --overwrite",
        "run more.toml --out results/chaos",
    ] {
        let place = written();
        place.write("more.toml", &more);
        place.seedbed(command).succeeds();
        assert!(!place.path(ROUNDING).exists(), "{command}");
        let provenance = place.read("results/chaos/provenance.json");
        assert!(!provenance.contains("rounding.csv"), "{command}");
        place.seedbed("verify results/chaos").exits(0);
    }
}

#[test]
fn a_file_of_somebody_else_is_not_replaced() {
    let place = with_chaos();
    place.write(ROUNDING, "mine");
    for command in ["rounding results/chaos --write", "report results/chaos"] {
        place
            .seedbed(command)
            .fails(1, &["rounding.csv", "no record that Seedbed wrote it"]);
        assert_eq!(place.read(ROUNDING), "mine");
    }
}

#[test]
fn rows_that_are_missing_are_told_and_the_others_are_looked_at() {
    let place = with_chaos();
    let runs = place.read("results/chaos/runs.csv");
    let some = runs.lines().filter(|line| !line.starts_with("hidden-3"));
    let some: String = some.take(41).map(|line| format!("{line}\r\n")).collect();
    place.write("results/chaos/runs.csv", &some);
    let done = place.seedbed("rounding results/chaos").succeeds();
    done.mentions(&[
        "runs.csv has 40 of the study's 120 runs",
        "1 model without",
        "hidden-3",
        "changed after Seedbed wrote it",
    ]);
    let header = format!("{}\r\n", runs.lines().next().unwrap());
    place.write("results/chaos/runs.csv", &header);
    let done = place.seedbed("rounding results/chaos").succeeds();
    done.mentions(&["no run to compare"]);
    place.write("results/chaos/runs.csv", &(some + "hidden-2,nonsense\r\n"));
    place.seedbed("rounding results/chaos").fails(1, &["cells"]);
}

#[test]
fn nothing_is_written_beside_rows_that_are_not_as_recorded() {
    let place = with_chaos();
    let runs = place.read("results/chaos/runs.csv");
    let fewer: Vec<&str> = runs.lines().take(50).collect();
    place.write("results/chaos/runs.csv", &(fewer.join("\r\n") + "\r\n"));
    place
        .seedbed("rounding results/chaos --write")
        .fails(1, &["runs.csv", "changed after Seedbed wrote it"]);
    assert!(!place.path(ROUNDING).exists());
}

#[test]
fn a_shard_is_looked_at_but_nothing_is_written_into_it() {
    let place = Workplace::new();
    place.write("chaos.toml", CHAOS);
    place
        .seedbed("run chaos.toml --shard 1/2 --out part")
        .exits(0);
    let done = place.seedbed("rounding part").succeeds();
    done.mentions(&["runs.csv has 68 of the study's 120 runs"]);
    place
        .seedbed("rounding part --write")
        .fails(1, &["one shard", "seedbed merge"]);
}

#[test]
fn what_cannot_be_is_refused_kindly() {
    let place = Workplace::with_small();
    place
        .seedbed("rounding results/small --sample 0")
        .fails(2, &["--sample", "from 1"]);
    for command in ["rounding nowhere", "rounding nowhere --write"] {
        place.seedbed(command).mentions(&["nowhere", "error:"]);
        assert!(!place.path("nowhere").exists());
    }
    place
        .seedbed("run small.toml --shard 1/2 --out part")
        .exits(0);
    fs::remove_file(place.path("part/runs.csv")).unwrap();
    place
        .seedbed("rounding part")
        .fails(1, &["no runs.csv in part", "seedbed run"]);
}

/// Whether a process would be told of Ctrl-C, as Linux says it: then it listens.
#[cfg(target_os = "linux")]
fn listens(process: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    let caught = caught.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    caught.is_some_and(|mask| mask & 0b10 != 0)
}

#[cfg(target_os = "linux")]
#[test]
fn an_interruption_ends_with_130_and_nothing_written() {
    let place = Workplace::new();
    let long = CHAOS
        .replace("epochs = 500", "epochs = 20000")
        .replace("[2, 3]", "[16]")
        .replace("count = 60", "count = 2000");
    place.write("chaos.toml", &long);
    place.seedbed("run chaos.toml").succeeds();
    let before = place.files("results/chaos");
    let child = place
        .command("rounding results/chaos --write --sample 2000 --threads 1")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while !listens(child.id()) {
        std::thread::yield_now();
    }
    let sent = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{told}");
    assert_eq!(told.matches("interrupted").count(), 1, "{told}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    assert!(place.files("results/chaos") == before);
}
