//! Systems as they are: calls that a signal interrupts, file systems that can't sync a folder
//! or lock a file, processes that are gone. Each function takes what a call answered, so that
//! every answer can be tried without such a system.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use crate::error::{Error, Result};

/// Repeats a call for as long as a signal interrupts it.
pub fn retry<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            answer => return answer,
        }
    }
}

/// Reads on when a signal interrupts it.
#[derive(Debug)]
pub struct Uninterrupted<R>(pub R);

impl<R: Read> Read for Uninterrupted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        retry(|| self.0.read(buffer))
    }
}

/// What a file lock answered.
#[derive(Debug)]
pub enum Locked {
    /// It is ours.
    Ours,
    /// Another process has it.
    Held,
    /// This file system has no file locks.
    Unsupported,
}

/// Asks for a file lock, again if a signal interrupts it.
pub fn lock(mut try_lock: impl FnMut() -> Result<(), TryLockError>) -> io::Result<Locked> {
    loop {
        match try_lock() {
            Ok(()) => return Ok(Locked::Ours),
            Err(TryLockError::WouldBlock) => return Ok(Locked::Held),
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Interrupted => {}
            Err(TryLockError::Error(error)) if has_no_locks(&error) => {
                return Ok(Locked::Unsupported);
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

/// Makes renames and removals in a folder durable, where the system can.
pub fn sync_folder(path: &Path) -> Result<()> {
    // Only Unix can sync a folder; elsewhere the rename itself has to do.
    if cfg!(unix) {
        let synced = File::open(path).and_then(|folder| tolerate(folder.sync_all()));
        synced.map_err(Error::io("write", path))?;
    }
    Ok(())
}

/// A file system that can't sync folders (CIFS, vboxsf, some of FUSE) is no failure: the
/// rename itself has to do there.
fn tolerate(synced: io::Result<()>) -> io::Result<()> {
    match synced {
        Err(error) if cannot_sync_folders(&error) => Ok(()),
        synced => synced,
    }
}

/// Renames a file over another.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    retry(|| fs::rename(from, to))
}

/// Removes a file if it is there.
pub fn remove_if_there(path: &Path) -> io::Result<()> {
    match retry(|| fs::remove_file(path)) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

#[cfg(unix)]
mod unix {
    use std::io::Error;

    use rustix::io::Errno;
    use rustix::process::{Pid, test_kill_process};

    fn is_one_of(error: &Error, codes: &[Errno]) -> bool {
        let code = error.raw_os_error();
        codes.iter().any(|known| code == Some(known.raw_os_error()))
    }

    pub fn cannot_sync_folders(error: &Error) -> bool {
        let codes = [
            Errno::INVAL,
            Errno::NOTSUP,
            Errno::OPNOTSUPP,
            Errno::BADF,
            Errno::NOSYS,
        ];
        is_one_of(error, &codes)
    }

    pub fn has_no_locks(error: &Error) -> bool {
        let codes = [Errno::NOSYS, Errno::NOLCK, Errno::NOTSUP, Errno::OPNOTSUPP];
        is_one_of(error, &codes)
    }

    /// Asks by signal 0, not /proc, which may hide the processes of other users.
    pub fn is_gone(process: u32) -> bool {
        let process = i32::try_from(process).ok().and_then(Pid::from_raw);
        process.is_some_and(|process| test_kill_process(process) == Err(Errno::SRCH))
    }
}

#[cfg(unix)]
pub use unix::is_gone;
#[cfg(unix)]
use unix::{cannot_sync_folders, has_no_locks};

#[cfg(not(unix))]
fn cannot_sync_folders(_error: &io::Error) -> bool {
    false
}

#[cfg(not(unix))]
fn has_no_locks(error: &io::Error) -> bool {
    error.kind() == ErrorKind::Unsupported
}

/// Nobody knows here, so it is not.
#[cfg(not(unix))]
pub fn is_gone(_process: u32) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use rustix::io::Errno;

    use super::*;

    fn answer(code: Errno) -> io::Error {
        io::Error::from_raw_os_error(code.raw_os_error())
    }

    #[test]
    fn a_system_that_cannot_sync_folders_is_no_failure() {
        let tolerated = [
            Errno::INVAL,
            Errno::NOTSUP,
            Errno::OPNOTSUPP,
            Errno::BADF,
            Errno::NOSYS,
        ];
        for code in tolerated {
            assert!(tolerate(Err(answer(code))).is_ok(), "{code:?}");
        }
        for code in [Errno::IO, Errno::NOSPC, Errno::DQUOT, Errno::ROFS] {
            assert!(tolerate(Err(answer(code))).is_err(), "{code:?}");
        }
        assert!(tolerate(Ok(())).is_ok());
    }

    #[test]
    fn a_system_without_locks_is_told_from_a_lock_that_fails() {
        for code in [Errno::NOSYS, Errno::NOLCK, Errno::NOTSUP, Errno::OPNOTSUPP] {
            let asked = lock(|| Err(TryLockError::Error(answer(code))));
            assert!(matches!(asked, Ok(Locked::Unsupported)), "{code:?}");
        }
        assert!(lock(|| Err(TryLockError::Error(answer(Errno::IO)))).is_err());
        assert!(matches!(lock(|| Ok(())), Ok(Locked::Ours)));
        let held = lock(|| Err(TryLockError::WouldBlock));
        assert!(matches!(held, Ok(Locked::Held)));
    }

    #[test]
    fn what_a_signal_interrupts_is_done_again() {
        let mut left = 3;
        let mut interrupted = || {
            left -= 1;
            if left > 0 {
                Err(answer(Errno::INTR))
            } else {
                Ok(left)
            }
        };
        assert_eq!(retry(&mut interrupted).unwrap(), 0);
        let mut asked = 0;
        let locked = lock(|| {
            asked += 1;
            match asked {
                1 => Err(TryLockError::Error(answer(Errno::INTR))),
                _ => Ok(()),
            }
        });
        assert!(matches!(locked, Ok(Locked::Ours)));
        assert_eq!(asked, 2);
    }

    #[test]
    fn reading_goes_on_after_a_signal() {
        /// Interrupted before every byte.
        struct Nervous {
            left: u8,
            calm: bool,
        }
        impl Read for Nervous {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                self.calm = !self.calm;
                if self.calm {
                    return Err(answer(Errno::INTR));
                }
                if self.left == 0 {
                    return Ok(0);
                }
                self.left -= 1;
                buffer[0] = self.left;
                Ok(1)
            }
        }
        let mut reader = Uninterrupted(Nervous {
            left: 3,
            calm: false,
        });
        let mut buffer = [9; 4];
        for expected in [2, 1, 0] {
            assert_eq!(reader.read(&mut buffer).unwrap(), 1);
            assert_eq!(buffer[0], expected);
        }
        assert_eq!(reader.read(&mut buffer).unwrap(), 0);
    }

    #[test]
    fn a_process_that_ended_is_gone_and_this_one_is_not() {
        assert!(!is_gone(std::process::id()));
        assert!(!is_gone(0) && !is_gone(u32::MAX));
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let process = child.id();
        child.wait().unwrap();
        assert!(is_gone(process));
    }
}
