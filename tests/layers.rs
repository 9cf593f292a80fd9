//! The house stands as drawn: each file imports only from rooms below its own, no two files
//! import each other, and each keeps away from what its room must not touch.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms from the bottom up; arrows point from a room to one before it.
const ORDER: [&str; 13] = [
    "text",
    "error",
    "files",
    "network",
    "manifest",
    "plan",
    "training",
    "statistics",
    "results",
    "report",
    "runner",
    "study",
    "cli",
];

/// What must not appear in the code of these rooms: files, clock, printing, threads, bars.
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

/// What a report is made without: it turns values into bytes.
const FORBIDDEN_IN_REPORT: [&str; 5] = ["std::fs", "std::time", "Instant", "SystemTime", "File::"];

#[test]
fn every_import_points_down() {
    let house = House::read();
    let mut wrong = Vec::new();
    for (file, targets) in &house.imports {
        let rank = rank(&room(file)).unwrap_or_else(|| panic!("{file} is in no room"));
        for target in targets {
            if self::rank(&room(target)) > Some(rank) {
                wrong.push(format!("{file} imports {target}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_files_import_each_other() {
    let circles = House::read().circles();
    let shown: Vec<String> = circles.iter().map(|files| files.join(" ↔ ")).collect();
    assert!(shown.is_empty(), "{}", shown.join("\n"));
}

#[test]
fn every_room_of_the_order_exists() {
    let house = House::read();
    let rooms: BTreeSet<String> = house.imports.keys().map(|file| room(file)).collect();
    let drawn: BTreeSet<String> = ORDER.map(str::to_owned).into();
    assert_eq!(rooms, drawn);
}

#[test]
fn arithmetic_touches_no_file_clock_screen_or_thread() {
    refuse(&PURE, &FORBIDDEN_IN_PURE);
}

#[test]
fn a_report_is_bytes_and_never_a_file() {
    refuse(&["report"], &FORBIDDEN_IN_REPORT);
}

#[test]
fn only_the_command_line_prints() {
    let rooms: Vec<&str> = ORDER.into_iter().filter(|room| *room != "cli").collect();
    refuse(
        &rooms,
        &["println!", "eprintln!", "print!(", "eprint!(", "dbg!"],
    );
}

/// No file of these rooms has one of these words in its code.
fn refuse(rooms: &[&str], words: &[&str]) {
    let mut wrong = Vec::new();
    for file in sources() {
        if rooms.contains(&room(&name_of(&file)).as_str()) {
            let code = code(&file);
            let found = words.iter().filter(|word| code.contains(**word));
            wrong.extend(found.map(|word| format!("{} uses {word}", file.display())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn unsafe_lives_behind_one_door() {
    let door = Path::new("network").join("lanes");
    for file in sources() {
        let inside = file.to_string_lossy().contains(&*door.to_string_lossy());
        if !inside {
            let code = code(&file);
            let mut words = code.split(|c: char| !c.is_alphanumeric() && c != '_');
            assert!(
                !words.any(|word| word == "unsafe"),
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

/// All source files but those that hold tests only, and `lib.rs` and `main.rs`, which only name
/// the rooms.
fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") && !is_outside(&path) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn is_outside(path: &Path) -> bool {
    let named = |name: &str| path.ends_with(format!("src/{name}"));
    let test = |part: &str| matches!(part, "tests" | "tests.rs");
    let parts = path
        .components()
        .filter_map(|part| part.as_os_str().to_str());
    named("lib.rs") || named("main.rs") || parts.into_iter().any(test)
}

/// `src/plan/order.rs` is `plan::order`, `src/plan/mod.rs` is `plan`, `src/text.rs` is `text`.
fn name_of(file: &Path) -> String {
    let inside = file.strip_prefix(root().join("src")).unwrap();
    let inside = inside.with_extension("");
    let mut parts: Vec<&str> = inside.iter().filter_map(|part| part.to_str()).collect();
    if parts.last() == Some(&"mod") {
        parts.pop();
    }
    parts.join("::")
}

fn room(module: &str) -> String {
    module.split("::").next().unwrap_or(module).to_owned()
}

fn rank(room: &str) -> Option<usize> {
    ORDER.iter().position(|name| *name == room)
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

/// The modules of the crate and which imports which.
struct House {
    imports: BTreeMap<String, BTreeSet<String>>,
}

impl House {
    fn read() -> House {
        let files: BTreeMap<String, String> = sources()
            .iter()
            .map(|file| (name_of(file), code(file)))
            .collect();
        let exports: BTreeMap<&str, Vec<(String, String)>> = files
            .iter()
            .map(|(name, code)| (name.as_str(), reexports(name, code)))
            .collect();
        let imports = files.iter().map(|(name, code)| {
            let paths = paths(name, code).into_iter();
            let targets = paths.filter_map(|path| resolve(&path, &files, &exports, 0));
            let targets = targets.filter(|target| target != name);
            (name.clone(), targets.collect())
        });
        House {
            imports: imports.collect(),
        }
    }

    /// Groups of files that import each other, directly or by way of others.
    fn circles(&self) -> Vec<Vec<String>> {
        let reach: BTreeMap<&String, BTreeSet<&String>> = self
            .imports
            .keys()
            .map(|file| (file, self.reach(file)))
            .collect();
        let mut circles: Vec<Vec<String>> = Vec::new();
        for (file, reached) in &reach {
            let group: Vec<String> = reached
                .iter()
                .filter(|other| reach[**other].contains(*file))
                .map(|other| (*other).clone())
                .collect();
            if group.len() > 1 && !circles.contains(&group) {
                circles.push(group);
            }
        }
        circles
    }

    fn reach<'a>(&'a self, file: &'a String) -> BTreeSet<&'a String> {
        let mut seen = BTreeSet::new();
        let mut open = vec![file];
        while let Some(next) = open.pop() {
            for target in self.imports.get(next).into_iter().flatten() {
                if seen.insert(target) {
                    open.push(target);
                }
            }
        }
        seen
    }
}

/// The file in which what a path names is written, by way of re-exports.
fn resolve(
    path: &str,
    files: &BTreeMap<String, String>,
    exports: &BTreeMap<&str, Vec<(String, String)>>,
    depth: usize,
) -> Option<String> {
    let mut module = path;
    while !files.contains_key(module) {
        module = module.rsplit_once("::")?.0;
    }
    let rest = path.strip_prefix(module).unwrap_or_default();
    let item = rest
        .trim_start_matches("::")
        .split("::")
        .next()
        .unwrap_or_default();
    let exported = exports.get(module).into_iter().flatten();
    let mut target = exported.filter(|(name, _)| name == item && !item.is_empty());
    match target.next() {
        Some((_, path)) if depth < 8 => resolve(path, files, exports, depth + 1),
        _ => Some(module.to_owned()),
    }
}

/// What a module gives out that is written elsewhere: its name here, its path there.
fn reexports(module: &str, code: &str) -> Vec<(String, String)> {
    let statements = code.split(';').filter_map(|statement| {
        let (before, tree) = statement.rsplit_once("use ")?;
        before
            .trim_end()
            .rsplit('\n')
            .next()?
            .contains("pub")
            .then_some(tree)
    });
    let trees = statements.flat_map(branches);
    trees
        .filter_map(|path| {
            let (path, name) = match path.split_once(" as ") {
                Some((path, name)) => (path.to_owned(), name.to_owned()),
                None => (path.clone(), path.rsplit("::").next()?.to_owned()),
            };
            Some((name.trim().to_owned(), absolute(module, path.trim(), true)?))
        })
        .collect()
}

/// Every path that the code of a module names and that may lead to another module, but not
/// what it only gives out again.
fn paths(module: &str, code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = String::new();
    for statement in code.split_inclusive(';') {
        match statement.rsplit_once("use ") {
            Some((before, tree)) if tree.ends_with(';') => {
                rest.push_str(before);
                let line = before.trim_end().rsplit('\n').next().unwrap_or_default();
                if !line.contains("pub") {
                    let trees = branches(tree.trim_end_matches(';'));
                    found.extend(trees.iter().filter_map(|path| {
                        let path = path.split(" as ").next().unwrap_or_default();
                        absolute(module, path.trim(), true)
                    }));
                }
            }
            _ => rest.push_str(statement),
        }
    }
    let starts = ["crate::", "super::"];
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    for (at, _) in rest.char_indices() {
        let here = &rest[at..];
        let fresh = !rest[..at].ends_with(word);
        if fresh && starts.iter().any(|start| here.starts_with(start)) {
            let path: String = here.chars().take_while(|c| word(*c)).collect();
            found.extend(absolute(module, path.trim_end_matches(':'), false));
        }
    }
    // What a child gives is used by its module's name: `child::item(…)`.
    for (at, _) in rest.match_indices("::") {
        let name: String = rest[..at].chars().rev().take_while(|c| word(*c)).collect();
        let name: String = name.chars().rev().collect();
        let child = !matches!(name.as_str(), "crate" | "super" | "self" | "std");
        if child && !name.contains(':') && name.starts_with(char::is_lowercase) {
            let item: String = rest[at..].chars().take_while(|c| word(*c)).collect();
            found.push(format!("{module}::{name}{item}"));
        }
    }
    found
}

/// `a::{b, c::{d, e}}` as `a::b`, `a::c::d`, `a::c::e`.
fn branches(tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let Some((head, rest)) = tree.split_once('{') else {
        return vec![tree.trim_end_matches("::self").to_owned()];
    };
    let inside = rest.rsplit_once('}').map_or(rest, |(inside, _)| inside);
    let mut parts = vec![String::new()];
    let mut depth = 0;
    for c in inside.chars() {
        match c {
            ',' if depth == 0 => parts.push(String::new()),
            c => {
                depth += i32::from(c == '{') - i32::from(c == '}');
                if let Some(part) = parts.last_mut() {
                    part.push(c);
                }
            }
        }
    }
    let parts = parts.iter().filter(|part| !part.trim().is_empty());
    parts
        .flat_map(|part| branches(&format!("{}{}", head.trim(), part.trim())))
        .collect()
}

/// A path of this crate from its root; `None` for one of another crate. In a `use`, a name may
/// be that of a child.
fn absolute(module: &str, path: &str, in_use: bool) -> Option<String> {
    let (first, rest) = path.split_once("::").unwrap_or((path, ""));
    let join = |module: &str, rest: &str| match (module, rest) {
        ("", rest) => rest.to_owned(),
        (module, "") => module.to_owned(),
        (module, rest) => format!("{module}::{rest}"),
    };
    match first {
        "crate" => Some(rest.to_owned()),
        "self" => Some(join(module, rest)),
        "super" => {
            let parent = module.rsplit_once("::").map_or("", |(parent, _)| parent);
            match rest.starts_with("super") {
                true => absolute(parent, rest, in_use),
                false => Some(join(parent, rest)),
            }
        }
        "std" | "core" | "alloc" => None,
        _ if in_use => Some(join(module, path)),
        _ => None,
    }
}

#[test]
fn imports_are_found_in_every_form() {
    let code = "use crate::error::Result;\nuse crate::{text, network::{a, b as c}};\n\
                pub use child::Item;\nuse super::x;\nlet x = crate::runner::run(child::f());";
    assert_eq!(
        paths("plan::shards", code),
        [
            "error::Result",
            "text",
            "network::a",
            "network::b",
            "plan::x",
            "runner::run",
            "plan::shards::child::f"
        ]
    );
    assert_eq!(
        reexports("plan", code),
        [("Item".to_owned(), "plan::child::Item".to_owned())]
    );
}

#[test]
fn a_circle_is_found_and_a_line_is_not() {
    let arrows = |pairs: &[(&str, &str)]| {
        let mut imports: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (from, to) in pairs {
            imports
                .entry((*from).to_owned())
                .or_default()
                .insert((*to).to_owned());
            imports.entry((*to).to_owned()).or_default();
        }
        House { imports }.circles()
    };
    assert!(arrows(&[("a", "b"), ("b", "c")]).is_empty());
    assert_eq!(arrows(&[("a", "b"), ("b", "c"), ("c", "b")]), [["b", "c"]]);
}
