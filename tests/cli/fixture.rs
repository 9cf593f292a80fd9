//! Hides the mess of running the real binary: a fresh folder, a clean environment, and an
//! answer in three parts.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A small study that trains in milliseconds: three widths, some of which fail.
pub const SMALL: &str = r#"
name = "small"
description = "Does a hidden layer beat the single neuron?"

[data]
inputs  = [[0,0,1],[0,1,1],[1,0,1],[0,1,0],[1,0,0],[1,1,1],[0,0,0]]
targets = [0,1,1,1,1,0,0]

[[predict]]
input = [1,1,0]
target = 0

[network]
hidden = [0, 2, 4]

[training]
epochs = 400

[seeds]
count = 20

[curves]
seeds = 5
points = 20
"#;

/// A folder that commands run in.
pub struct Workplace {
    folder: TempDir,
}

/// What a command did.
#[derive(Debug)]
pub struct Done {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Workplace {
    /// An empty folder.
    pub fn new() -> Self {
        Workplace {
            folder: TempDir::new().unwrap(),
        }
    }

    /// A folder with `small.toml` in it.
    pub fn with_small() -> Self {
        let place = Workplace::new();
        place.write("small.toml", SMALL);
        place
    }

    /// A folder in which the small study was run.
    pub fn with_small_results() -> Self {
        let place = Workplace::with_small();
        place.seedbed("run small.toml").succeeds();
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        let path = self.path(name);
        fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    }

    /// `seedbed` with these arguments, split at spaces, run to its end.
    pub fn seedbed(&self, arguments: &str) -> Done {
        self.seedbed_with(arguments, &[])
    }

    /// The same with environment variables.
    pub fn seedbed_with(&self, arguments: &str, variables: &[(&str, &str)]) -> Done {
        let mut command = self.command(arguments);
        command.envs(variables.iter().copied());
        Done::from(command.output().unwrap())
    }

    /// The command, not started yet, in an environment that says nothing.
    pub fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_seedbed"));
        command
            .args(arguments.split_whitespace())
            .current_dir(self.folder.path())
            .env_clear()
            .env("LANG", "C.UTF-8")
            .env("XDG_CACHE_HOME", self.folder.path().join(".cache"))
            .stdin(Stdio::null());
        command
    }

    /// Every file of a folder with its bytes, by name.
    pub fn files(&self, folder: &str) -> Vec<(String, Vec<u8>)> {
        files_below(&self.path(folder))
    }
}

/// Every file below `folder` with its bytes, sorted by its path from there.
pub fn files_below(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(at) = folders.pop() {
        for entry in fs::read_dir(&at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap();
                let bytes = fs::read(&path).unwrap();
                found.push((name.to_string_lossy().into_owned(), bytes));
            }
        }
    }
    found.sort();
    found
}

/// Holds two results folders against each other, byte for byte but for provenance.json.
pub fn assert_same_results(one: &Path, other: &Path) {
    let compared = |folder| {
        let mut files = files_below(folder);
        files.retain(|(name, _)| name != "provenance.json" && !name.starts_with('.'));
        files
    };
    let (one, other) = (compared(one), compared(other));
    let names = |files: &[(String, Vec<u8>)]| -> Vec<String> {
        files.iter().map(|(name, _)| name.clone()).collect()
    };
    assert_eq!(names(&one), names(&other));
    for ((name, left), (_, right)) in one.iter().zip(&other) {
        assert!(left == right, "{name} differs");
    }
}

impl From<Output> for Done {
    fn from(output: Output) -> Self {
        Done {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Done {
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    /// Exit code 0 and a silent stderr.
    #[track_caller]
    pub fn succeeds(self) -> Self {
        let done = self.exits(0);
        assert_eq!(done.err, "", "{}", done.out);
        done
    }

    /// An exit code and one message on stderr that holds `words`; nothing on stdout.
    #[track_caller]
    pub fn fails(self, code: i32, words: &[&str]) -> Self {
        let done = self.exits(code);
        assert_eq!(done.err.matches("error:").count(), 1, "{}", done.err);
        assert_eq!(done.out, "");
        done.mentions(words)
    }

    /// Every one of `words` in stdout or stderr.
    #[track_caller]
    pub fn mentions(self, words: &[&str]) -> Self {
        for word in words {
            let said = self.out.contains(word) || self.err.contains(word);
            assert!(said, "{word:?} is missing: {self:#?}");
        }
        self
    }
}

/// Position of a column of runs.csv.
pub fn column(runs: &str, name: &str) -> usize {
    let mut names = runs.lines().next().unwrap().split(',');
    names.position(|column| column == name).unwrap()
}
