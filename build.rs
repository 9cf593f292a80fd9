//! Tells the program which commit it was built from, for provenance.json.
//!
//! Works without Git and without a repository (a crate from a registry, an archive):
//! the commit is then "unknown".

use std::path::Path;
use std::process::Command;

fn main() {
    let root = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    println!("cargo::rerun-if-changed=build.rs");
    // A crate unpacked inside somebody else's repository is not a build of that repository.
    let commit = if Path::new(&root).join(".git").exists() {
        watch_repository();
        commit()
    } else {
        None
    };
    let commit = commit.unwrap_or_else(|| "unknown".to_owned());
    println!("cargo::rustc-env=SEEDBED_COMMIT={commit}");
}

/// Runs this script again when a commit is made, another is checked out, or a source changes.
fn watch_repository() {
    for path in ["src", "Cargo.toml", "Cargo.lock"] {
        println!("cargo::rerun-if-changed={path}");
    }
    for name in ["HEAD", "logs/HEAD"] {
        if let Some(path) = git(&["rev-parse", "--git-path", name])
            && Path::new(&path).exists()
        {
            println!("cargo::rerun-if-changed={path}");
        }
    }
}

/// The commit's hash, marked where the sources differ from it.
fn commit() -> Option<String> {
    let hash = git(&["rev-parse", "HEAD"])?;
    let changed = git(&[
        "status",
        "--porcelain",
        "--",
        "src",
        "Cargo.toml",
        "Cargo.lock",
    ])?;
    let mark = if changed.is_empty() { "" } else { "-modified" };
    Some(hash + mark)
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
