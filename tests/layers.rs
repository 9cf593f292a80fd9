//! The house stands as drawn: each file imports only from modules before its own, and keeps
//! away from what its layer must not touch.

use std::fs;
use std::path::{Path, PathBuf};

/// The order of the modules; arrows point from a module to one before it.
const ORDER: [&str; 16] = [
    "error",
    "number",
    "seed",
    "dataset",
    "network",
    "manifest",
    "plan",
    "training",
    "statistics",
    "record",
    "folder",
    "journal",
    "runner",
    "progress",
    "report",
    "study",
];

/// `cli` comes last of the modules; `lib` and `main` only name the others.
const LAST: &str = "cli";

/// What must not appear in the code of these modules: files, clock, printing, threads, bars.
const PURE: [&str; 3] = ["network", "training", "statistics"];
const FORBIDDEN_IN_PURE: [&str; 12] = [
    "std::fs",
    "std::io",
    "std::time",
    "std::thread",
    "Instant",
    "SystemTime",
    "println!",
    "eprintln!",
    "print!(",
    "dbg!",
    "rayon",
    "indicatif",
];

#[test]
fn every_import_points_down() {
    let mut wrong = Vec::new();
    for file in sources() {
        let here = module_of(&file);
        if here == "lib" || here == "main" {
            continue;
        }
        let rank = rank(&here).unwrap_or_else(|| panic!("{here} has no place in the order"));
        for name in crate_paths(&code(&file)) {
            let Some(target) = self::rank(&name) else {
                continue; // an item of the crate root, e.g. a macro
            };
            if target > rank {
                wrong.push(format!("{} imports crate::{name}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_of_the_order_exists() {
    let modules: Vec<String> = sources().iter().map(|file| module_of(file)).collect();
    for name in ORDER.into_iter().chain([LAST]) {
        assert!(modules.iter().any(|m| m == name), "{name}");
    }
}

#[test]
fn arithmetic_touches_no_file_clock_screen_or_thread() {
    let mut wrong = Vec::new();
    for file in sources() {
        if PURE.contains(&module_of(&file).as_str()) {
            let code = code(&file);
            for word in FORBIDDEN_IN_PURE
                .iter()
                .filter(|word| code.contains(**word))
            {
                wrong.push(format!("{} uses {word}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_command_line_and_progress_print() {
    for file in sources() {
        let module = module_of(&file);
        if matches!(module.as_str(), "cli" | "progress") {
            continue;
        }
        let code = code(&file);
        for word in ["println!", "eprintln!", "print!(", "eprint!(", "dbg!"] {
            assert!(!code.contains(word), "{} uses {word}", file.display());
        }
    }
}

#[test]
fn unsafe_lives_behind_one_door() {
    let door = Path::new("network").join("lanes");
    for file in sources() {
        let inside = file.to_string_lossy().contains(&*door.to_string_lossy());
        if !inside {
            let code = code(&file);
            assert!(
                !code
                    .split(|c: char| !c.is_alphanumeric() && c != '_')
                    .any(|word| word == "unsafe"),
                "{} has unsafe code outside src/network/lanes",
                file.display()
            );
        }
    }
    let root = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    assert!(root.contains("#![deny(unsafe_code)]") || root.contains("#![forbid(unsafe_code)]"));
}

#[test]
fn every_file_opens_with_its_responsibility() {
    for file in sources() {
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("//! "), "{}", file.display());
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All source files but those that hold tests only.
fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") && !is_test(&path) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn is_test(path: &Path) -> bool {
    path.components()
        .any(|part| matches!(part.as_os_str().to_str(), Some("tests" | "tests.rs")))
}

/// `src/plan/shards.rs` and `src/plan.rs` are both `plan`.
fn module_of(file: &Path) -> String {
    let inside = file.strip_prefix(root().join("src")).unwrap();
    let first = inside.components().next().unwrap().as_os_str();
    first.to_string_lossy().trim_end_matches(".rs").to_owned()
}

fn rank(module: &str) -> Option<usize> {
    if module == LAST {
        return Some(ORDER.len());
    }
    ORDER.iter().position(|name| *name == module)
}

/// The file without comments, string contents and its `mod tests { … }`.
fn code(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap();
    let text = match text.find("#[cfg(test)]\nmod tests {") {
        Some(start) => &text[..start],
        None => &text,
    };
    let mut code = String::new();
    for line in text.lines() {
        let line = line.trim_start();
        if line.starts_with("//") {
            continue;
        }
        let line = line.split(" // ").next().unwrap_or_default();
        // Even pieces between quotes are code, odd ones text; good enough for one line.
        for (index, piece) in line.split('"').enumerate() {
            if index % 2 == 0 {
                code.push_str(piece);
            }
        }
        code.push('\n');
    }
    code
}

/// The first names after `crate::`, also in `use crate::{a, b::c}`.
fn crate_paths(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (start, _) in code.match_indices("crate::") {
        let rest = &code[start + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => names.push(leading_word(rest)),
            Some(group) => {
                let mut depth = 0;
                let mut first = true;
                for (at, c) in group.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => first = true,
                        c if first && !c.is_whitespace() => {
                            names.push(leading_word(&group[at..]));
                            first = false;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    names
}

fn leading_word(text: &str) -> String {
    text.chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

#[test]
fn imports_are_found_in_every_form() {
    let code = "use crate::error::Result;\nuse crate::{seed, network::{a, b}, plan::Plan};\n\
                let x = crate::runner::run();";
    assert_eq!(
        crate_paths(code),
        ["error", "seed", "network", "plan", "runner"]
    );
}
