//! Disks that are full: a small file system where one can be mounted, and everywhere a limit
//! on the size of a file, which fails writes in the same way.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::place::{Ended, Place, files, same_files};

/// A file system of so many bytes.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None` where this process may not mount one.
    fn mount(path: PathBuf, bytes: u64) -> Option<SmallDisk> {
        std::fs::create_dir_all(&path).unwrap();
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", &format!("size={bytes}"), "tmpfs"])
            .arg(&path);
        let mounted = mount.output().is_ok_and(|output| output.status.success());
        mounted.then_some(SmallDisk(path))
    }

    /// Bytes left.
    fn free(&self) -> u64 {
        let df = Command::new("df")
            .args(["--output=avail", "-B1"])
            .arg(&self.0)
            .output()
            .unwrap();
        let text = String::from_utf8(df.stdout).unwrap();
        text.lines().nth(1).unwrap().trim().parse().unwrap()
    }

    fn resize(&self, bytes: u64) {
        let mut mount = Command::new("mount");
        mount
            .args(["-o", &format!("remount,size={bytes}")])
            .arg(&self.0);
        assert!(mount.status().unwrap().success());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

/// The file that a message is about: `cannot write out/summary.csv: No space left`.
fn blamed(ended: &Ended) -> Option<String> {
    let path = ended.stderr.split("cannot ").nth(1)?.split(": ").next()?;
    Some(Path::new(path).file_name()?.to_str()?.to_string())
}

/// A small disk hands out pages of so many bytes.
const PAGE: u64 = 4096;

#[test]
fn a_disk_that_fills_in_the_middle_of_any_file_costs_no_finished_work() {
    let place = Place::new(300, 150);
    let whole = place.path("whole");
    place.finish(&whole).succeeds();
    let expected = files(&whole);
    let total: u64 = expected.iter().map(|file| file.1.len() as u64 + PAGE).sum();
    let mut blamed_files = BTreeSet::new();
    let mut size = 4 * PAGE;
    loop {
        let Some(disk) = SmallDisk::mount(place.path("disk"), size) else {
            eprintln!("no small disk can be mounted here: the limit on file sizes has to do");
            return;
        };
        let out = disk.0.join("out");
        let ended = place.finish(&out);
        if ended.code == Some(0) {
            same_files(&out, &expected);
            break;
        }
        ended.fails_saying(&["No space left on device"]);
        let name = blamed(&ended);
        // With so much more, that file fits and the next one fails.
        let length = name.as_ref().and_then(|name| length_of(&whole, name));
        let more = length.map_or(0, |length| length.next_multiple_of(PAGE) + PAGE);
        let more = more.saturating_sub(disk.free()).max(PAGE);
        blamed_files.extend(name);
        // Once there is room, the same command goes on.
        disk.resize(size + 4 * total);
        place.finish(&out).succeeds();
        same_files(&out, &expected);
        size += more;
        assert!(size < 8 * total, "it never fits");
    }
    let names = expected
        .iter()
        .map(|file| file.0.rsplit('/').next().unwrap());
    for name in names.chain(["journal.bin", "provenance.json"]) {
        let early = name == "manifest.toml";
        assert!(
            early || blamed_files.contains(name),
            "{name} never failed: {blamed_files:?}"
        );
    }
}

/// The length of a file somewhere in a results folder.
fn length_of(out: &Path, name: &str) -> Option<u64> {
    let places = [out.join(name), out.join("figures").join(name)];
    places
        .iter()
        .find_map(|path| std::fs::metadata(path).ok())
        .map(|file| file.len())
}

#[test]
fn a_disk_that_fills_while_training_keeps_what_was_finished() {
    let place = Place::new(200, 40_000);
    let Some(disk) = SmallDisk::mount(place.path("disk"), 1 << 20) else {
        eprintln!("no small disk can be mounted here: the limit on file sizes has to do");
        return;
    };
    let out = disk.0.join("out");
    let ended = place.finish(&out);
    ended.fails_saying(&[
        "cannot write",
        "journal.bin",
        "No space left on device",
        "are kept in",
    ]);
    let journal = std::fs::metadata(out.join("journal.bin")).unwrap().len();
    assert!(
        journal > 900_000,
        "only {journal} bytes of finished runs are kept"
    );
    disk.resize(1 << 30);
    place.finish(&out).succeeds();
    place.finish(&place.path("whole")).succeeds();
    same_files(&out, &files(&place.path("whole")));
}

#[test]
fn a_file_that_may_not_grow_costs_no_finished_work() {
    let place = Place::new(300, 150);
    let whole = place.path("whole");
    place.finish(&whole).succeeds();
    let expected = files(&whole);
    let mut blamed_files = BTreeSet::new();
    let mut blocks = 4;
    loop {
        let out = place.path(&format!("out-{blocks}"));
        let ended = place.finish_under(&format!("ulimit -f {blocks}"), &out);
        if ended.code == Some(0) {
            same_files(&out, &expected);
            break;
        }
        ended.fails_saying(&["cannot write", "File too large"]);
        blamed_files.extend(blamed(&ended));
        place.finish(&out).succeeds();
        same_files(&out, &expected);
        std::fs::remove_dir_all(&out).unwrap();
        blocks += 1 + blocks / 8;
        assert!(blocks < 1 << 20, "it never fits");
    }
    for name in ["journal.bin", "runs.csv"] {
        assert!(
            blamed_files.contains(name),
            "{name} never failed: {blamed_files:?}"
        );
    }
}

#[test]
fn every_file_that_cannot_be_replaced_is_named() {
    let place = Place::new(300, 20);
    let whole = place.path("whole");
    place.finish(&whole).succeeds();
    let expected = files(&whole);
    let names: Vec<&str> = expected.iter().map(|file| file.0.as_str()).collect();
    for name in names.into_iter().chain(["provenance.json"]) {
        let out = place.path(&format!("out-{}", name.replace('/', "-")));
        // A folder with something in it, where the file should go.
        std::fs::create_dir_all(out.join(name).join("something")).unwrap();
        place
            .finish(&out)
            .fails_saying(&[name.rsplit('/').next().unwrap()]);
        std::fs::remove_dir_all(out.join(name)).unwrap();
        place.finish(&out).succeeds();
        same_files(&out, &expected);
    }
}
