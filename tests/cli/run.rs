//! `run`: what it prints, what it leaves, and that neither depends on how it was done.

use sha2::{Digest, Sha256};
use std::process::Stdio;

use crate::fixture::{Workplace, assert_same_results, column};

#[test]
fn a_run_leaves_every_file_of_the_design_and_says_what_it_found() {
    let place = Workplace::with_small();
    let done = place.seedbed("run small.toml").succeeds();
    for name in [
        "runs.csv",
        "losses.csv",
        "summary.csv",
        "comparisons.csv",
        "curves.csv",
        "survival.csv",
        "failures.csv",
        "columns.csv",
        "manifest.toml",
        "provenance.json",
        "report.html",
        "workbook.xlsx",
    ] {
        assert!(place.path("results/small").join(name).is_file(), "{name}");
    }
    assert!(!place.path("results/small/journal.bin").exists());
    assert_eq!(
        place.read("results/small/manifest.toml"),
        place.read("small.toml")
    );
    assert_eq!(place.read("results/small/runs.csv").lines().count(), 61);
    done.mentions(&[
        "single-neuron",
        "hidden-2",
        "hidden-4",
        "network-epochs/s",
        "results/small",
        "seedbed replay results/small",
    ]);
}

#[test]
fn the_provenance_names_version_machine_and_checksums() {
    let place = Workplace::with_small_results();
    let text = place.read("results/small/provenance.json");
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(json["runs"], 60);
    assert_eq!(json["network_epochs"], 60 * 400);
    for key in ["cpu", "backend", "started", "finished"] {
        assert!(
            json[key].as_str().is_some_and(|s| !s.is_empty()),
            "{key}: {text}"
        );
    }
    let speed = json["network_epochs_per_second"].as_f64().unwrap();
    let seconds = json["training_seconds"].as_f64().unwrap();
    assert!(
        seconds > 0.0 && (speed * seconds - 24_000.0).abs() < 1.0,
        "{text}"
    );
    for (name, bytes) in place.files("results/small") {
        if name == "provenance.json" || name.starts_with('.') {
            continue;
        }
        let expected: String = Sha256::digest(&bytes)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        assert_eq!(json["sha256"][&name], expected.as_str(), "{name}");
    }
}

#[test]
fn threads_do_not_change_a_byte() {
    let place = Workplace::with_small();
    for threads in [1, 2, 4] {
        let command = format!("run small.toml --threads {threads} --out t{threads}");
        place.seedbed(&command).succeeds();
    }
    assert_same_results(&place.path("t1"), &place.path("t2"));
    assert_same_results(&place.path("t1"), &place.path("t4"));
}

#[test]
fn no_backend_changes_a_byte() {
    let place = Workplace::with_small();
    place.seedbed("run small.toml --out detected").succeeds();
    let mut tried = 0;
    for backend in ["scalar", "avx2", "avx512", "neon"] {
        let command = format!("run small.toml --out {backend}");
        let done = place.seedbed_with(&command, &[("SEEDBED_SIMD", backend)]);
        if done.code == Some(0) {
            assert_same_results(&place.path("detected"), &place.path(backend));
            let provenance = place.read(&format!("{backend}/provenance.json"));
            assert!(
                provenance.contains(&format!("\"{backend}\"")),
                "{provenance}"
            );
            tried += 1;
        } else {
            done.fails(2, &["SEEDBED_SIMD", backend]);
        }
    }
    assert!(tried >= 1, "scalar works everywhere");
    let done = place.seedbed_with("run small.toml --out x", &[("SEEDBED_SIMD", "mmx")]);
    done.fails(2, &["mmx", "scalar"]);
}

#[test]
fn a_finished_run_says_so_and_changes_nothing() {
    let place = Workplace::with_small_results();
    let before = place.files("results/small");
    let done = place.seedbed("run small.toml").exits(0);
    done.mentions(&["60", "results/small"]);
    assert_eq!(before, place.files("results/small"));
}

#[test]
fn a_study_grows_by_its_seeds() {
    let place = Workplace::with_small();
    place.seedbed("run small.toml --out grown").succeeds();
    let more = place.read("small.toml").replace("count = 20", "count = 30");
    place.write("small.toml", &more);
    place.seedbed("run small.toml --out grown").exits(0);
    place.seedbed("run small.toml --out fresh").succeeds();
    assert_same_results(&place.path("grown"), &place.path("fresh"));
}

#[test]
fn some_seeds_first_the_rest_later() {
    let place = Workplace::with_small();
    place
        .seedbed("run small.toml --out parts --seeds 3..7")
        .exits(0);
    place.seedbed("run small.toml --out parts").exits(0);
    place.seedbed("run small.toml --out whole").succeeds();
    assert_same_results(&place.path("parts"), &place.path("whole"));
    place
        .seedbed("run small.toml --seeds 21..30")
        .fails(2, &["21", "1", "20"]);
}

#[test]
fn another_experiment_is_refused_and_shown_until_overwritten() {
    let place = Workplace::with_small_results();
    let before = place.files("results/small");
    let other = place
        .read("small.toml")
        .replace("epochs = 400", "epochs = 300");
    place.write("small.toml", &other);
    place
        .seedbed("run small.toml")
        .fails(1, &["400", "300", "--overwrite"]);
    assert_eq!(before, place.files("results/small"));
    place.seedbed("run small.toml --overwrite").exits(0);
    place.seedbed("run small.toml --out fresh").succeeds();
    assert_same_results(&place.path("results/small"), &place.path("fresh"));
}

#[test]
fn a_name_of_its_own_for_every_shard() {
    let place = Workplace::with_small();
    place
        .seedbed("run small.toml --shard 2/3")
        .exits(0)
        .mentions(&["seedbed merge"]);
    assert!(place.path("results/small-shard-2-of-3/runs.csv").is_file());
    assert!(
        !place
            .path("results/small-shard-2-of-3/summary.csv")
            .exists()
    );
}

#[test]
fn a_folder_that_cannot_be_written_is_refused_before_training() {
    let place = Workplace::with_small();
    place.write("results", "a file, not a folder");
    place.seedbed("run small.toml").fails(1, &["results/small"]);
}

#[test]
fn only_the_seeds_of_a_list() {
    let place = Workplace::with_small();
    let listed = place
        .read("small.toml")
        .replace("count = 20", "list = [9, 7]");
    place.write("small.toml", &listed);
    place.seedbed("run small.toml").succeeds();
    let runs = place.read("results/small/runs.csv");
    let seeds: Vec<&str> = runs
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(column(&runs, "seed")).unwrap())
        .collect();
    assert_eq!(seeds, ["9", "7", "9", "7", "9", "7"]);
}

#[cfg(unix)]
#[test]
fn an_interruption_ends_with_130_and_the_command_that_goes_on() {
    let place = Workplace::with_small();
    let long = place
        .read("small.toml")
        .replace("epochs = 400", "epochs = 20000")
        .replace("count = 20", "count = 20000");
    place.write("small.toml", &long);
    let child = place
        .command("run small.toml --threads 1 --progress plain")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while !place.path("results/small/journal.bin").exists() {
        std::thread::yield_now();
    }
    let id = child.id().to_string();
    let sent = std::process::Command::new("kill")
        .args(["-INT", &id])
        .status()
        .unwrap();
    assert!(sent.success());
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{err}");
    assert!(
        err.contains("seedbed run small.toml --threads 1 --progress plain"),
        "{err}"
    );
    assert_eq!(err.matches("interrupted:").count(), 1, "{err}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    assert!(place.path("results/small/journal.bin").exists());
}

/// Whether a process has a file open that has no name, in or below a folder; /proc says so.
#[cfg(target_os = "linux")]
fn holds_a_nameless_file(process: u32, folder: &std::path::Path) -> bool {
    let open = std::fs::read_dir(format!("/proc/{process}/fd")).into_iter();
    let links = open
        .flatten()
        .flatten()
        .map(|link| std::fs::read_link(link.path()));
    links
        .flatten()
        .any(|file| file.starts_with(folder) && file.to_string_lossy().ends_with(" (deleted)"))
}

#[cfg(target_os = "linux")]
#[test]
fn predictions_that_memory_has_no_room_for_are_put_away_and_leave_no_file() {
    let place = Workplace::with_small();
    let queries: String = (0..400)
        .map(|query| format!("[[predict]]\ninput = [1, 1, 0.{query:03}1]\n"))
        .collect();
    let many = place
        .read("small.toml")
        .replace("[network]", &format!("{queries}[network]"))
        .replace("hidden = [0, 2, 4]", "hidden = [2]")
        .replace("epochs = 400", "epochs = 1")
        .replace("count = 20", "count = 11000");
    place.write("small.toml", &many);
    let mut command = place.command("run small.toml --out out");
    let mut child = command.stdout(std::process::Stdio::null()).spawn().unwrap();
    let out = place.path("out");
    let mut seen = false;
    while child.try_wait().unwrap().is_none() {
        seen |= holds_a_nameless_file(child.id(), &out);
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    assert!(seen, "all were held in memory");
    let provenance = place.read("out/provenance.json");
    let known =
        |name: &str| [".lock", "provenance.json"].contains(&name) || provenance.contains(name);
    for (name, _) in place.files("out") {
        assert!(known(&name), "{name} is left");
    }
}
