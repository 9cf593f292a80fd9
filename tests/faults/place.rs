//! A folder with a manifest in it, and the binary.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The binary under test.
pub const SEEDBED: &str = env!("CARGO_BIN_EXE_seedbed");

/// A folder that goes away, with `m.toml` and, by and by, `out`.
pub struct Place {
    folder: tempfile::TempDir,
}

/// How a process ended.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ended {
    pub fn of(command: &mut Command) -> Ended {
        let output = command.output().unwrap();
        Ended {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Exit code 1 and a message with every one of `words`; no panic.
    #[track_caller]
    pub fn fails_saying(&self, words: &[&str]) {
        assert_eq!(self.code, Some(1), "{self:?}");
        for word in words {
            assert!(self.stderr.contains(word), "{word:?} is not in {self:?}");
        }
        assert!(!self.stderr.contains("panicked"), "{self:?}");
    }

    #[track_caller]
    pub fn succeeds(&self) {
        assert_eq!(self.code, Some(0), "{self:?}");
    }
}

impl Place {
    /// With a manifest of so many epochs and seeds; two models.
    pub fn new(epochs: u64, seeds: u64) -> Place {
        let folder = tempfile::tempdir().unwrap();
        let place = Place { folder };
        place.set(epochs, seeds);
        place
    }

    /// Another manifest.
    pub fn set(&self, epochs: u64, seeds: u64) {
        let manifest = format!(
            r#"name = "faults"
[data]
inputs = [[0,0,1],[0,1,1],[1,0,1],[0,1,0],[1,0,0],[1,1,1],[0,0,0]]
targets = [0,1,1,1,1,0,0]
[[predict]]
input = [1,1,0]
target = 0
[network]
hidden = [0, 4]
[training]
epochs = {epochs}
[seeds]
count = {seeds}
[curves]
seeds = 8
points = 20
"#
        );
        fs::write(self.path("m.toml"), manifest).unwrap();
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `seedbed run m.toml --out OUT`, and a place for it to write in.
    pub fn run(&self, out: &Path) -> Command {
        let mut command = Command::new(SEEDBED);
        command
            .current_dir(self.folder.path())
            .args([
                "run",
                "m.toml",
                "--threads",
                "2",
                "--progress",
                "none",
                "--out",
            ])
            .arg(out)
            .stdin(Stdio::null());
        command
    }

    /// Starts a run whose output nobody reads.
    pub fn start(&self, out: &Path) -> Child {
        self.run(out)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// The same under a limit of the shell: "ulimit -f 8".
    pub fn finish_under(&self, limit: &str, out: &Path) -> Ended {
        let run = self.run(out);
        let mut shell = Command::new("sh");
        shell
            .arg("-c")
            .arg(format!("{limit} && exec \"$0\" \"$@\""))
            .arg(run.get_program())
            .args(run.get_args())
            .current_dir(self.folder.path());
        Ended::of(&mut shell)
    }

    pub fn finish(&self, out: &Path) -> Ended {
        Ended::of(&mut self.run(out))
    }
}

/// Every file that is the same bytes on every machine at any time, by name.
pub fn files(out: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    collect(out, out, &mut files);
    files.retain(|(name, _)| name != "provenance.json");
    files.sort();
    assert!(
        files.iter().any(|(name, _)| name == "runs.csv"),
        "{}",
        out.display()
    );
    files
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path
                .strip_prefix(root)
                .unwrap()
                .to_str()
                .unwrap()
                .to_string();
            files.push((name, fs::read(path).unwrap()));
        }
    }
}

/// Fails with the name of the first file that differs.
#[track_caller]
pub fn same_files(out: &Path, expected: &[(String, Vec<u8>)]) {
    let found = files(out);
    let names = |files: &[(String, Vec<u8>)]| -> Vec<String> {
        files.iter().map(|file| file.0.clone()).collect()
    };
    assert_eq!(names(&found), names(expected));
    for (found, expected) in found.iter().zip(expected) {
        assert!(found == expected, "{} differs", found.0);
    }
}

/// Waits until something is there: a journal with more than its header, say.
#[track_caller]
pub fn wait_for(what: impl Fn() -> bool) {
    let started = Instant::now();
    while !what() {
        assert!(
            started.elapsed() < Duration::from_secs(120),
            "it never came"
        );
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Whether the journal in `out` holds finished runs.
pub fn has_journal(out: &Path) -> bool {
    fs::metadata(out.join("journal.bin")).is_ok_and(|journal| journal.len() > 100)
}

/// Sends a signal to a process, by name: "INT".
pub fn signal(child: &Child, name: &str) {
    let status = Command::new("kill")
        .arg(format!("-{name}"))
        .arg(child.id().to_string())
        .status();
    assert!(status.unwrap().success());
}

/// The signals that stop a run. Tests that were started with `&` in a script ignore SIGINT, and
/// so does what they start.
pub fn stopping_signals() -> Vec<&'static str> {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = mask.map_or(0, |mask| u64::from_str_radix(mask.trim(), 16).unwrap());
    let mut signals = vec![("INT", 2), ("TERM", 15)];
    signals.retain(|(_, number)| ignored & (1 << (number - 1)) == 0);
    signals.into_iter().map(|(name, _)| name).collect()
}
