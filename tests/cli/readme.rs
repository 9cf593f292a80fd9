//! The README and the pages of docs tell the truth: every `console` block is run, and its output
//! compared.
//!
//! A block that names a file after its language (` ```toml flowers.toml `) is that file from there
//! on.
//! What differs between machines is masked on both sides: times, speeds, threads, backends, the
//! memory that so many threads take, and the seed that `verify` draws. A line that ends in ` …`, and
//! is not said so, stands for itself and all lines up to the next one shown.

use std::fs;
use std::path::{Path, PathBuf};

use crate::fixture::Workplace;

const BACKENDS: [&str; 4] = ["avx512", "avx2", "neon", "scalar"];
const UNITS: [&str; 6] = ["s", "min", "h", "d", "thread", "threads"];
const SCALES: [&str; 4] = ["thousand", "million", "billion", "trillion"];

/// One command of a page and what it shows below it.
struct Example {
    command: String,
    shown: Vec<String>,
}

/// What a page does, in its order.
enum Step {
    /// A file with its text.
    File(String, String),
    Command(Example),
}

#[test]
fn every_command_of_the_readme_does_what_it_shows() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let read = |name: &str| fs::read_to_string(root.join(name)).unwrap();
    let place = Workplace::new();
    copy(&root.join("experiments"), &place.path("experiments"));
    place.write("mistakes.toml", manifests(&read("README.md"))[1]);
    place.write("chaotic.toml", manifests(&read("docs/rounding.md"))[0]);
    // The second goes on with the results of the first.
    for (name, least) in [("README.md", 8), ("docs/rounding.md", 3)] {
        does_what_it_shows(&place, &root.join(name), least);
    }
}

#[test]
fn every_command_of_your_own_data_does_what_it_shows() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let place = Workplace::new();
    copy(&root.join("experiments"), &place.path("experiments"));
    does_what_it_shows(&place, &root.join("docs/your-own-data.md"), 10);
}

/// Follows a page that has at least so many commands.
fn does_what_it_shows(place: &Workplace, page: &Path, least: usize) {
    let text = fs::read_to_string(page).unwrap();
    let update = std::env::var_os("SEEDBED_UPDATE_README").is_some();
    let mut updated = text.clone();
    let mut commands = 0;
    for step in steps(&text) {
        let example = match step {
            Step::File(name, text) => {
                place.write(&name, &text);
                continue;
            }
            Step::Command(example) => example,
        };
        commands += 1;
        let said = said(place, &example.command);
        if update {
            updated = replaced(&updated, &example, &said);
        } else {
            compare(&example, &said);
        }
    }
    assert!(commands >= least, "{commands}");
    if update {
        fs::write(page, updated).unwrap();
    }
}

/// What a command says: Seedbed, or `head -N FILE`.
fn said(place: &Workplace, command: &str) -> String {
    if let Some(words) = command.strip_prefix("head -") {
        let (count, name) = words.split_once(' ').unwrap();
        let text = place.read(name);
        let lines = text.lines().take(count.parse().unwrap());
        return lines.map(|line| format!("{line}\n")).collect();
    }
    let words = command.strip_prefix("cargo run --release -- ");
    let words = words.or(command.strip_prefix("seedbed "));
    let words = words.unwrap_or_else(|| panic!("{command} is not Seedbed's"));
    let done = place.seedbed(words);
    done.out + &done.err
}

fn steps(page: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    // The words behind the ``` of the block that a line is in; none outside.
    let mut block: Option<Vec<&str>> = None;
    for line in page.lines() {
        if let Some(words) = line.strip_prefix("```") {
            block = match block {
                Some(_) => None,
                None => Some(words.split_whitespace().collect()),
            };
            if let Some([_, name]) = block.as_deref() {
                steps.push(Step::File((*name).to_owned(), String::new()));
            }
            continue;
        }
        match (block.as_deref(), steps.last_mut()) {
            (Some([_, _]), Some(Step::File(_, text))) => *text += &format!("{line}\n"),
            (Some(["console"]), last) => match (line.strip_prefix("$ "), last) {
                (Some(command), _) => steps.push(Step::Command(Example {
                    command: command.to_owned(),
                    shown: Vec::new(),
                })),
                (None, Some(Step::Command(example))) => example.shown.push(line.to_owned()),
                (None, _) => panic!("{line} follows no command"),
            },
            _ => {}
        }
    }
    steps
}

/// The README with what a command said in the place of what was shown.
fn replaced(readme: &str, example: &Example, said: &str) -> String {
    let block = |lines: &str| format!("$ {}\n{}", example.command, lines);
    let shown: String = example
        .shown
        .iter()
        .map(|line| format!("{line}\n"))
        .collect();
    readme.replacen(&block(&shown), &block(said), 1)
}

fn compare(example: &Example, said: &str) {
    let said: Vec<String> = said.lines().map(mask).collect();
    let mut at = 0;
    let mut skipping = false;
    for line in &example.shown {
        // Some messages end in these signs themselves.
        let skips = line.ends_with(" …") && !said.contains(&mask(line));
        let line = if skips {
            line.trim_end_matches(" …")
        } else {
            line.as_str()
        };
        let expected = mask(line);
        let found = if skipping {
            said[at..]
                .iter()
                .position(|l| *l == expected)
                .map(|n| at + n)
        } else {
            said.get(at).filter(|l| **l == expected).map(|_| at)
        };
        let Some(found) = found else {
            panic!(
                "$ {}\nthe page shows:\n{expected}\nwhere it says:\n{}",
                example.command,
                said[at.min(said.len())..].join("\n")
            );
        };
        at = found + 1;
        skipping = skips;
    }
    assert!(
        skipping || at == said.len(),
        "$ {}\nsays more: {}",
        example.command,
        said[at..].join("\n")
    );
}

/// The line with everything that differs between machines in capitals.
fn mask(line: &str) -> String {
    if line.starts_with("memory ") {
        return "MEMORY".to_owned();
    }
    let mut words: Vec<String> = Vec::new();
    for word in line.split(' ') {
        let core = word.trim_matches(|c: char| !c.is_alphanumeric());
        let number = |text: &String| text.parse::<f64>().is_ok();
        if core == "network-epochs/s" {
            if words.last().is_some_and(|w| SCALES.contains(&w.as_str())) {
                words.pop();
            }
            if words.last().is_some_and(number) {
                words.pop();
                words.push("SPEED".to_owned());
            }
            words.push(word.to_owned());
        } else if UNITS.contains(&core) && words.last().is_some_and(number) {
            words.pop();
            if words.last().is_none_or(|w| w != "MEASURED") {
                words.push("MEASURED".to_owned());
            }
        } else if BACKENDS.contains(&core) {
            words.push(word.replace(core, "BACKEND"));
        } else if words.last().is_some_and(|w| w.ends_with("--sample-seed")) {
            words.push("SEED".to_owned());
        } else {
            words.push(word.to_owned());
        }
    }
    words.join(" ")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

#[test]
fn only_what_differs_between_machines_is_masked() {
    assert_eq!(
        mask("time  about 1 min 20 s on 2 threads (avx512)"),
        "time  about MEASURED on MEASURED (BACKEND)"
    );
    assert_eq!(
        mask("23.4 million network-epochs/s, 40 s left"),
        "SPEED network-epochs/s, MEASURED left"
    );
    assert_eq!(mask("hidden-4  99.5%  356"), "hidden-4  99.5%  356");
    assert_ne!(mask("0 of 1000 runs"), mask("1 of 1000 runs"));
}

/// The `toml` blocks.
fn manifests(readme: &str) -> Vec<&str> {
    let blocks = readme.split("```toml\n").skip(1);
    blocks
        .map(|block| block.split("```").next().unwrap())
        .collect()
}

#[test]
fn the_manifest_of_the_readme_is_valid() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let place = Workplace::new();
    place.write("example.toml", manifests(&readme)[0]);
    place
        .seedbed("plan example.toml --no-calibration")
        .succeeds()
        .mentions(&["hidden-4x2"]);
}

#[test]
fn every_link_leads_somewhere() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    for (page, least) in [
        ("README.md", 3),
        ("docs/your-own-data.md", 3),
        ("experiments/README.md", 15),
        ("experiments/data/README.md", 3),
    ] {
        let page = root.join(page);
        let text = fs::read_to_string(&page).unwrap();
        let targets: Vec<&str> = text
            .split("](")
            .skip(1)
            .map(|rest| rest.split([')', '#']).next().unwrap())
            .filter(|target| !target.starts_with("http") && !target.is_empty())
            .collect();
        assert!(targets.len() >= least, "{}: {targets:?}", page.display());
        for target in targets {
            let found = page.parent().unwrap().join(target);
            assert!(found.exists(), "{}: {target}", page.display());
        }
    }
}
