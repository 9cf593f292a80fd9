//! Folders that can't be written, or are taken away.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::place::{Ended, Place, files, has_journal, same_files, wait_for};

/// The run as somebody whom permissions bind: the superuser gives up the right to ignore them.
fn bound_by_permissions(place: &Place, out: &Path) -> Ended {
    let run = place.run(out);
    let root = fs::metadata("/proc/self").is_ok_and(|process| {
        use std::os::unix::fs::MetadataExt;
        process.uid() == 0
    });
    let mut command = match root {
        true => {
            let mut command = Command::new("setpriv");
            command.args(["--bounding-set=-dac_override,-dac_read_search,-fowner"]);
            command.arg(run.get_program());
            command
        }
        false => Command::new(run.get_program()),
    };
    command
        .args(run.get_args())
        .current_dir(run.get_current_dir().unwrap());
    Ended::of(&mut command)
}

fn allow(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_read_only_folder_is_said_before_anything_is_trained() {
    let place = Place::new(100_000, 200_000);
    let parent = place.path("parent");
    fs::create_dir(&parent).unwrap();
    allow(&parent, 0o555);
    let ended = bound_by_permissions(&place, &parent.join("out"));
    ended.fails_saying(&["cannot create", "out", "Permission denied"]);
    ended.fails_saying(&[parent.to_str().unwrap()]);
    allow(&parent, 0o755);
    fs::create_dir(parent.join("out")).unwrap();
    allow(&parent.join("out"), 0o555);
    let ended = bound_by_permissions(&place, &parent.join("out"));
    ended.fails_saying(&["cannot write files in", "out", "Permission denied"]);
    assert_eq!(fs::read_dir(parent.join("out")).unwrap().count(), 0);
    allow(&parent.join("out"), 0o755);
}

#[test]
fn a_finished_folder_made_read_only_is_left_as_it_is() {
    let place = Place::new(300, 20);
    let out = place.path("out");
    place.finish(&out).succeeds();
    let before = files(&out);
    allow(&out, 0o555);
    place.set(300, 30);
    let ended = bound_by_permissions(&place, &out);
    allow(&out, 0o755);
    ended.fails_saying(&["cannot write files in"]);
    same_files(&out, &before);
    place.finish(&out).succeeds();
    place.finish(&place.path("whole")).succeeds();
    same_files(&out, &files(&place.path("whole")));
}

#[test]
fn a_file_in_the_folders_place_is_named() {
    let place = Place::new(300, 20);
    fs::write(place.path("out"), "a file").unwrap();
    let ended = place.finish(&place.path("out"));
    ended.fails_saying(&["cannot create", "out"]);
    assert_eq!(fs::read(place.path("out")).unwrap(), b"a file");
}

#[test]
fn a_folder_deleted_while_running_ends_the_run() {
    let place = Place::new(100_000, 200_000);
    let out = place.path("out");
    let mut command = place.run(&out);
    command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let child = command.spawn().unwrap();
    wait_for(|| has_journal(&out));
    fs::remove_dir_all(&out).unwrap();
    let output = child.wait_with_output().unwrap();
    let ended = Ended {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    };
    ended.fails_saying(&["the results folder", "is gone: it was moved or deleted"]);
    assert!(!out.exists());
}
