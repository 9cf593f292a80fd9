//! Arguments, help and messages: exit code 2 and one message for what was typed wrongly.

use std::io::Read;
use std::process::Stdio;

use crate::fixture::Workplace;

const COMMANDS: [&str; 10] = [
    "run",
    "plan",
    "replay",
    "verify",
    "rounding",
    "report",
    "merge",
    "new",
    "schema",
    "completions",
];

#[test]
fn help_names_every_command_and_shows_examples() {
    let place = Workplace::new();
    let help = place.seedbed("--help").succeeds();
    for command in COMMANDS {
        assert!(help.out.contains(&format!("\n  {command}")), "{command}");
        let own = place.seedbed(&format!("{command} --help")).succeeds();
        assert!(own.out.contains(&format!("seedbed {command}")), "{command}");
    }
    help.mentions(&["Examples:", "Exit codes:", "130"]);
}

#[test]
fn help_fits_eighty_columns_of_a_terminal() {
    let place = Workplace::new();
    let help = place
        .seedbed_with("run --help", &[("COLUMNS", "80")])
        .succeeds();
    assert!(help.out.contains("--threads"));
    for line in help.out.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn nothing_typed_is_a_question_not_an_answer() {
    let done = Workplace::new().seedbed("").exits(2);
    assert_eq!(done.out, "");
    assert!(done.err.contains("Usage"));
}

#[test]
fn the_version_is_the_crates() {
    let done = Workplace::new().seedbed("--version").succeeds();
    assert_eq!(
        done.out.trim(),
        concat!("seedbed ", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn wrong_arguments_end_with_two_and_say_what_is_expected() {
    let place = Workplace::with_small();
    let cases: [(&str, &[&str]); 14] = [
        ("run small.toml --threads 100000000", &["1 to 4096"]),
        ("rum small.toml", &["rum", "run"]),
        ("run", &["MANIFEST"]),
        ("run small.toml --treads 2", &["--treads", "--threads"]),
        ("run small.toml --threads 0", &["--threads"]),
        ("run small.toml --threads many", &["--threads"]),
        ("run small.toml --shard 0/4", &["parts count from 1"]),
        ("run small.toml --shard 5/4", &["there is no part 5 of 4"]),
        ("run small.toml --shard 3", &["I/N"]),
        ("run small.toml --seeds 9..3", &["9 is after 3"]),
        ("run small.toml --progress loud", &["loud", "plain"]),
        (
            "run small.toml --shard 1/2 --seeds 1..3",
            &["cannot be used"],
        ),
        ("verify x --all --sample 3", &["cannot be used"]),
        ("merge out", &["SHARD"]),
    ];
    for (arguments, words) in cases {
        place.seedbed(arguments).fails(2, words);
        assert_eq!(place.files("").len(), 1, "{arguments} left files");
    }
}

#[test]
fn a_manifest_that_is_not_there_is_named() {
    let place = Workplace::new();
    for command in ["run", "plan"] {
        let done = place.seedbed(&format!("{command} nowhere.toml"));
        let done = done.mentions(&["nowhere.toml"]);
        assert!(matches!(done.code, Some(1 | 2)), "{done:?}");
        assert_eq!(done.err.matches("error:").count(), 1);
    }
}

#[test]
fn every_problem_of_a_manifest_is_shown_with_its_place() {
    let place = Workplace::with_small();
    let text = place.read("small.toml");
    let text = text
        .replace("epochs = 400", "epoch = 400")
        .replace("target = 0\n", "target = 7\n");
    place.write("wrong.toml", &text);
    for command in [
        "run wrong.toml",
        "plan wrong.toml",
        "replay wrong.toml --model m --seed 1",
    ] {
        place
            .seedbed(command)
            .fails(2, &["wrong.toml:", "epoch", "did you mean", "epochs", "7"]);
    }
    assert!(!place.path("results").exists());
}

#[test]
fn no_escape_sequence_of_a_manifest_reaches_the_terminal() {
    let place = Workplace::with_small();
    let evil = "\\u001b]0;owned\\u0007\\u001b[31m \\u202eDoes a hidden";
    let evil = place.read("small.toml").replace("Does a hidden", evil);
    place.write("small.toml", &evil);
    for command in [
        "plan small.toml",
        "run small.toml",
        "replay small.toml --model m --seed 1",
    ] {
        let done = place
            .seedbed(command)
            .fails(2, &["description", "control character"]);
        for bad in ['\u{1b}', '\u{7}', '\u{202e}'] {
            assert!(!done.err.contains(bad), "{command}");
        }
    }
}

#[test]
fn new_writes_a_manifest_that_runs_and_never_replaces_one() {
    let place = Workplace::new();
    place
        .seedbed("new my-study")
        .succeeds()
        .mentions(&["my-study.toml", "seedbed run my-study.toml"]);
    let text = place.read("my-study.toml");
    assert!(text.starts_with("#:schema ./seedbed.schema.json"), "{text}");
    place
        .seedbed("plan my-study.toml --no-calibration")
        .succeeds();
    place
        .seedbed("new my-study")
        .fails(1, &["my-study.toml", "already"]);
    assert_eq!(place.read("my-study.toml"), text);
    for name in ["../escape", "a/b", "", ".."] {
        let mut command = place.command("new");
        let output = command.arg(name).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{name:?}");
    }
}

#[test]
fn the_schema_accepts_the_starter_and_refuses_nonsense() {
    let place = Workplace::new();
    place.seedbed("new demo").succeeds();
    let printed = place.seedbed("schema").succeeds().out;
    assert_eq!(printed, place.read("seedbed.schema.json"));
    let schema: serde_json::Value = serde_json::from_str(&printed).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let starter: toml::Value = toml::from_str(&place.read("demo.toml")).unwrap();
    assert!(validator.is_valid(&serde_json::to_value(&starter).unwrap()));
    let mut wrong = starter;
    wrong
        .as_table_mut()
        .unwrap()
        .insert("nmae".into(), "x".into());
    assert!(!validator.is_valid(&serde_json::to_value(&wrong).unwrap()));
}

#[test]
fn completions_for_every_shell() {
    let place = Workplace::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let done = place.seedbed(&format!("completions {shell}")).succeeds();
        assert!(
            done.out.contains("replay") && done.out.contains("no-calibration"),
            "{shell}"
        );
    }
    place.seedbed("completions basic").fails(2, &["bash"]);
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let place = Workplace::new();
    for command in ["schema", "completions bash", "--help"] {
        let mut child = place
            .command(command)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut err = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut err)
            .unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{command}");
        assert_eq!(err, "", "{command}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_stdout_is_an_error() {
    let place = Workplace::new();
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = place.command("schema").stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("standard output"));
}
