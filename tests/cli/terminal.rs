//! What is drawn where: stdout for results, stderr for progress, nothing that a log or a pipe
//! would choke on.

use std::process::Stdio;

use crate::fixture::Workplace;

#[test]
fn progress_goes_to_stderr_and_results_to_stdout() {
    for (mode, lines) in [
        ("auto", false),
        ("bar", false),
        ("plain", true),
        ("none", false),
    ] {
        let place = Workplace::with_small();
        let done = place
            .seedbed(&format!("run small.toml --progress {mode}"))
            .exits(0);
        assert_eq!(!done.err.is_empty(), lines, "{mode}: {}", done.err);
        assert!(done.out.contains("hidden-4"), "{mode}");
        assert!(!done.out.contains("left"), "{mode}");
        assert!(
            !done.err.contains('\u{1b}') && !done.out.contains('\u{1b}'),
            "{mode}"
        );
        if lines {
            done.mentions(&[
                "0%: 0 of 60 runs",
                "100%: 60 of 60 runs",
                "network-epochs/s",
            ]);
        }
    }
}

#[test]
fn where_nothing_is_trained_no_progress_is_told() {
    let place = Workplace::with_small_results();
    let again = place.seedbed("run small.toml --progress plain").exits(0);
    assert_eq!(again.err, "");
}

#[test]
fn the_table_fits_eighty_columns() {
    let place = Workplace::with_small();
    let done = place.seedbed("run small.toml").succeeds();
    for line in done
        .out
        .lines()
        .filter(|line| !line.starts_with("  seedbed "))
    {
        assert!(line.chars().count() <= 80, "{line}");
    }
    assert!(done.out.contains('█'), "{}", done.out);
}

#[test]
fn a_narrow_window_still_shows_models_and_rates() {
    let place = Workplace::with_small();
    let done = place
        .seedbed_with("run small.toml", &[("COLUMNS", "40")])
        .succeeds();
    for line in done.out.lines().take_while(|line| !line.is_empty()) {
        assert!(line.chars().count() <= 40, "{line}");
    }
    done.mentions(&["hidden-4", "%"]);
}

#[test]
fn plain_ascii_when_asked_or_when_the_locale_says_so() {
    let place = Workplace::with_small_results();
    let commands = [
        "plan small.toml --no-calibration",
        "run small.toml --overwrite",
        "replay results/small --model hidden-4 --seed 3",
        "verify results/small --all",
        "rounding results/small --write",
        "report results/small",
    ];
    for command in commands {
        let asked = place.seedbed(&format!("{command} --ascii")).exits(0);
        assert!(
            asked.out.is_ascii() && asked.err.is_ascii(),
            "{command}: {}",
            asked.out
        );
        let locale = place.seedbed_with(command, &[("LC_ALL", "C")]).exits(0);
        assert!(
            locale.out.is_ascii() && locale.err.is_ascii(),
            "{command}: {}",
            locale.out
        );
    }
}

/// `script` gives the command a terminal of its own; it is part of every Debian and macOS.
#[cfg(target_os = "linux")]
#[test]
fn bars_on_a_terminal_respect_no_color_and_dumb() {
    let place = Workplace::with_small();
    let on_terminal = |number: u32, variables: &[(&str, &str)]| {
        let line = format!(
            "{} run small.toml --out t{number}",
            env!("CARGO_BIN_EXE_seedbed")
        );
        let output = std::process::Command::new("script")
            .args(["-qec", &line, "/dev/null"])
            .current_dir(place.path(""))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("LANG", "C.UTF-8")
            .env("TERM", "xterm-256color")
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .output()
            .expect("script from util-linux");
        assert!(output.status.success());
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let coloured = "\u{1b}[36m";
    let usual = on_terminal(1, &[]);
    assert!(
        usual.contains('\u{1b}') && usual.contains(coloured),
        "{usual:?}"
    );
    let plain = on_terminal(2, &[("NO_COLOR", "1")]);
    assert!(
        plain.contains('\u{1b}') && !plain.contains(coloured),
        "{plain:?}"
    );
    let dumb = on_terminal(3, &[("TERM", "dumb")]);
    assert!(!dumb.contains('\u{1b}'), "{dumb:?}");
    assert!(dumb.contains("100%: 60 of 60 runs"), "{dumb:?}");
}

#[test]
fn of_very_many_models_the_first_have_a_line_and_the_others_a_word() {
    let place = Workplace::new();
    let rates: Vec<String> = (1..=1_250).map(|rate| format!("{rate}e-3")).collect();
    let manifest = format!(
        "name = \"many\"\n[data]\ninputs = [[0,1],[1,0]]\ntargets = [0,1]\n[network]\n\
         hidden = 0\n[training]\nepochs = 2\nlearning_rate = [{}]\n[seeds]\ncount = 1\n",
        rates.join(", ")
    );
    place.write("many.toml", &manifest);
    let done = place.seedbed("run many.toml").succeeds();
    let said = "1,050 more models in summary.csv\n";
    assert!(done.out.contains(said), "{}", done.out);
    assert!(done.out.lines().count() < 260, "{}", done.out);
    // All of them are in the file.
    assert_eq!(
        place.read("results/many/summary.csv").lines().count(),
        1_251
    );
}
