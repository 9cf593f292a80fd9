//! One process at a time: a file lock that names its holder and dies with it, or, where the
//! file system has no locks, a file that only one process can create.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::names::{LOCK, TAKEOVER};
use super::system::{self, Locked, is_gone, remove_if_there};
use crate::error::{Error, Result};
use crate::files;
use crate::text::visible;

/// With this every holder begins, so a file that begins otherwise is not ours.
const PROCESS: &str = "process ";
/// With this a holder ends that has no file lock, so that the file itself is the lock.
const EXCLUSIVE: &str = " (exclusive file)\n";
/// A holder is no longer than this.
const LONGEST: u64 = 400;

/// The lock of a folder; dropping it removes the file and lets the next process in.
#[derive(Debug)]
pub struct Lock {
    file: File,
    path: PathBuf,
    /// What the file says if it is itself the lock.
    exclusive: Option<String>,
    /// What the user should know of it.
    pub notes: Vec<String>,
}

impl Lock {
    /// Takes the lock, also when a process that crashed left the file behind.
    ///
    /// # Errors
    /// [`Error::Conflict`] if another process has it, or the file is not Seedbed's.
    pub fn take(folder: &Path) -> Result<Lock> {
        Lock::take_by(folder, &File::try_lock)
    }

    /// The same with another way to lock a file.
    fn take_by(
        folder: &Path,
        try_lock: &dyn Fn(&File) -> Result<(), TryLockError>,
    ) -> Result<Lock> {
        let path = folder.join(LOCK);
        loop {
            let (mut file, created) = create_or_open(&path, folder)?;
            match system::lock(|| try_lock(&file)).map_err(Error::io("lock", &path))? {
                Locked::Ours => {}
                Locked::Held => {
                    return Err(in_use(&read(&mut file), folder, "wait for it, end it"));
                }
                Locked::Unsupported if created => return Lock::exclusive(file, folder),
                Locked::Unsupported => return Lock::take_over(&read(&mut file), folder),
            }
            // The holder before may have removed the file between our open and our lock.
            if !is_at(&file, &path) {
                continue;
            }
            let holder = read(&mut file);
            refuse_foreign(&holder, &path)?;
            // It may be held from a host that sees no locks here.
            if holder.ends_with(EXCLUSIVE) && !has_left(&holder) {
                return Err(in_use(&holder, folder, &way_out(&path)));
            }
            write(&mut file, &format!("{}\n", holder_here()), &path)?;
            return Ok(Lock {
                file,
                path,
                exclusive: None,
                notes: Vec::new(),
            });
        }
    }

    /// A file that this process has just created is its lock.
    fn exclusive(mut file: File, folder: &Path) -> Result<Lock> {
        let path = folder.join(LOCK);
        let holder = holder_here() + EXCLUSIVE;
        write(&mut file, &holder, &path).inspect_err(|_| {
            let _ = remove_if_there(&path);
        })?;
        let note = format!(
            "there are no file locks where {} is: the file {LOCK} in it keeps other processes out, and stays there if this one is killed",
            folder.display()
        );
        Ok(Lock {
            file,
            path,
            exclusive: Some(holder),
            notes: vec![note],
        })
    }

    /// Takes the place of `holder`, if that was a process of this host that is gone.
    fn take_over(holder: &str, folder: &Path) -> Result<Lock> {
        let path = folder.join(LOCK);
        refuse_foreign(holder, &path)?;
        if !has_left(holder) {
            return Err(in_use(holder, folder, &way_out(&path)));
        }
        // Of several processes that find the holder gone, one gets past here at a time.
        let guard = Guard::create(folder)?;
        let now = files::read_to_string(&path).unwrap_or_default();
        if now != holder {
            return Err(in_use(&now, folder, &way_out(&path)));
        }
        remove_if_there(&path).map_err(Error::io("remove", &path))?;
        let (file, created) = create_or_open(&path, folder)?;
        if !created {
            return Err(in_use("", folder, &way_out(&path)));
        }
        let mut lock = Lock::exclusive(file, folder)?;
        drop(guard);
        lock.notes.push(format!(
            "{} was held by {}, which is gone: taken over",
            folder.display(),
            visible(holder.trim())
        ));
        Ok(lock)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let ours = match &self.exclusive {
            Some(holder) => files::read_to_string(&self.path).is_ok_and(|there| there == *holder),
            // Where a path can't be compared with an open file, the file stays: it is no obstacle.
            None => cfg!(unix) && is_at(&self.file, &self.path),
        };
        if ours {
            let _ = remove_if_there(&self.path);
        }
    }
}

/// There while a process takes a lock over; dropping it removes the file.
struct Guard(PathBuf);

impl Guard {
    fn create(folder: &Path) -> Result<Guard> {
        let path = folder.join(TAKEOVER);
        let mut options = OpenOptions::new();
        match files::open_with(options.write(true).create_new(true), "write", &path) {
            Ok(_) => Ok(Guard(path)),
            Err(Error::Io { source, .. }) if source.kind() == ErrorKind::AlreadyExists => {
                Err(in_use("", folder, &way_out(&path)))
            }
            Err(error) => Err(error),
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let _ = remove_if_there(&self.0);
    }
}

/// The lock's file, and whether this call created it.
fn create_or_open(path: &Path, folder: &Path) -> Result<(File, bool)> {
    loop {
        let mut options = OpenOptions::new();
        options.read(true).write(true);
        let there = match files::open_with(options.clone().create_new(true), "write", path) {
            Err(Error::Io { source, .. }) if source.kind() == ErrorKind::AlreadyExists => {
                files::open_with(&mut options, "write", path)
            }
            created => return created.map(|file| (file, true)).map_err(about(folder)),
        };
        match there {
            // Its holder removed it just now.
            Err(Error::Io { source, .. }) if source.kind() == ErrorKind::NotFound => {}
            there => return there.map(|file| (file, false)).map_err(about(folder)),
        }
    }
}

/// Where the lock can't be opened, no file of the folder can be written.
fn about(folder: &Path) -> impl FnOnce(Error) -> Error {
    move |error| match error {
        Error::Io { source, .. } => Error::io("write files in", folder)(source),
        other => other,
    }
}

/// Who holds a lock, as its file says. Some systems refuse to read a locked file; then the
/// holder stays unnamed.
fn read(file: &mut File) -> String {
    let mut text = Vec::new();
    let _ = file.rewind();
    let _ = file.take(LONGEST).read_to_end(&mut text);
    String::from_utf8_lossy(&text).into_owned()
}

fn write(file: &mut File, holder: &str, path: &Path) -> Result<()> {
    file.set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| file.write_all(holder.as_bytes()))
        .map_err(Error::io("write", path))
}

/// A file of that name that somebody else made is not to be overwritten.
fn refuse_foreign(holder: &str, path: &Path) -> Result<()> {
    if holder.is_empty() || holder.starts_with(PROCESS) {
        return Ok(());
    }
    Err(Error::Conflict(format!(
        "{} is not Seedbed's: it holds other text than a process's number; move it away, or use another folder",
        path.display()
    )))
}

fn in_use(holder: &str, folder: &Path, way_out: &str) -> Error {
    let holder = match visible(holder.trim()) {
        holder if holder.is_empty() => "another process".to_string(),
        holder => holder,
    };
    Error::Conflict(format!(
        "{} is in use by {holder}; {way_out}, or choose another folder with --out",
        folder.display()
    ))
}

/// What to do where a file stays when its process is killed.
fn way_out(path: &Path) -> String {
    format!("if that process is gone, remove {}", path.display())
}

/// This process, as a lock names it.
fn holder_here() -> String {
    format!("{PROCESS}{} on {}", std::process::id(), host())
}

/// Whether a holder was a process of this host that has ended.
fn has_left(holder: &str) -> bool {
    let named = holder.trim_end().trim_end_matches(EXCLUSIVE.trim_end());
    let named = named.strip_prefix(PROCESS);
    let Some((process, place)) = named.and_then(|named| named.split_once(" on ")) else {
        return false;
    };
    place == host() && process.parse().is_ok_and(is_gone)
}

/// Whether `path` is still the file that was opened.
#[cfg(unix)]
pub fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), std::fs::symlink_metadata(path)) {
        (Ok(open), Ok(there)) => open.ino() == there.ino() && open.dev() == there.dev(),
        _ => false,
    }
}

/// Whether `path` is still there; an open file can't be replaced on this system.
#[cfg(not(unix))]
pub fn is_at(_file: &File, path: &Path) -> bool {
    path.exists()
}

fn host() -> String {
    let named = ["/proc/sys/kernel/hostname", "/etc/hostname"]
        .iter()
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .chain(
            ["HOSTNAME", "COMPUTERNAME"]
                .iter()
                .filter_map(|name| std::env::var(name).ok()),
        );
    let mut names = named.map(|name| name.trim().to_string());
    names
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| "this machine".to_string())
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::sync::Barrier;

    use super::*;

    /// A file system without file locks.
    fn no_locks(_: &File) -> Result<(), TryLockError> {
        let code = rustix::io::Errno::NOLCK.raw_os_error();
        Err(TryLockError::Error(std::io::Error::from_raw_os_error(code)))
    }

    fn take(folder: &Path) -> Result<Lock> {
        Lock::take_by(folder, &no_locks)
    }

    /// The number of a process that has ended.
    fn ended() -> u32 {
        let mut child = std::process::Command::new("true").spawn().unwrap();
        child.wait().unwrap();
        child.id()
    }

    #[track_caller]
    fn refused(taken: Result<Lock>, words: &[&str]) {
        let error = taken.unwrap_err();
        assert_eq!(error.exit_code(), 1);
        for word in words {
            assert!(error.to_string().contains(word), "{word}: {error}");
        }
    }

    #[test]
    fn without_file_locks_the_file_is_the_lock() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join(LOCK);
        let lock = take(place.path()).unwrap();
        let holder = fs::read_to_string(&file).unwrap();
        let process = format!("process {} on {}", std::process::id(), host());
        assert_eq!(holder, format!("{process} (exclusive file)\n"));
        assert_eq!(lock.notes.len(), 1);
        assert!(lock.notes[0].starts_with("there are no file locks where"));
        let way_out = format!("if that process is gone, remove {}", file.display());
        refused(take(place.path()), &[&process, &way_out]);
        // Nor does one get in that has file locks.
        refused(Lock::take(place.path()), &[&process, &way_out]);
        drop(lock);
        assert!(!file.exists());
        take(place.path()).unwrap();
    }

    #[test]
    fn the_file_of_a_process_that_is_gone_is_taken_over() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join(LOCK);
        for marker in ["", " (exclusive file)"] {
            let left = format!("process {} on {}{marker}\n", ended(), host());
            fs::write(&file, &left).unwrap();
            let lock = take(place.path()).unwrap();
            assert!(lock.notes[1].contains(left.trim()), "{:?}", lock.notes);
            assert!(lock.notes[1].ends_with("which is gone: taken over"));
            assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
            refused(take(place.path()), &["is in use by process"]);
            drop(lock);
            fs::write(&file, &left).unwrap();
            assert!(Lock::take(place.path()).unwrap().notes.is_empty());
        }
    }

    #[test]
    fn a_file_whose_process_may_be_there_is_left_alone() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join(LOCK);
        let elsewhere = format!("process {} on elsewhere (exclusive file)\n", ended());
        let crashed = format!("process {} on elsewhere\n", ended());
        for (left, holder) in [
            (elsewhere.as_str(), elsewhere.trim()),
            (&crashed, crashed.trim()),
            ("", "another process"),
            ("mine", ".lock is not Seedbed's"),
        ] {
            fs::write(&file, left).unwrap();
            refused(take(place.path()), &[holder, ".lock"]);
            assert_eq!(fs::read_to_string(&file).unwrap(), left);
        }
    }

    #[test]
    fn of_many_that_find_the_holder_gone_one_takes_over() {
        let place = tempfile::tempdir().unwrap();
        let left = format!("process {} on {} (exclusive file)\n", ended(), host());
        for _ in 0..50 {
            fs::write(place.path().join(LOCK), &left).unwrap();
            let start = Barrier::new(6);
            let racer = || {
                start.wait();
                take(place.path())
            };
            let taken: Vec<_> = std::thread::scope(|scope| {
                let racers: Vec<_> = (0..6).map(|_| scope.spawn(racer)).collect();
                let ends = racers.into_iter().map(|racer| racer.join().unwrap());
                ends.collect()
            });
            // All of them hold on to what they got until here.
            let winners = taken.iter().filter(|lock| lock.is_ok()).count();
            assert!(winners <= 1, "{winners} hold one folder");
            drop(taken);
            assert!(!place.path().join(TAKEOVER).exists());
        }
    }
}
