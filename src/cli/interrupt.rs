//! Ctrl-C and SIGTERM: the first asks the work to stop, the second ends the process at once,
//! whatever it is doing. SIGHUP asks too, but never insists: terminal and shell both send one.
//! What was ignored when the process started (`nohup`, `&` in a script) stays ignored.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use super::terminal::MOMENT;
use crate::error::Error;

/// Exit code of an interrupted process, as shells give it for SIGINT.
pub const EXIT_CODE: i32 = 130;
/// Time between two looks at the flag, where nothing else waits for it.
const PAUSE: Duration = Duration::from_millis(100);

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Listens from now on, but to no signal that whoever started the process had ignored; the flag
/// returned is set by the first signal. Where the system gives no way to listen, a signal ends
/// the process, which loses nothing finished either.
pub fn listen() -> &'static AtomicBool {
    let ignored = ignored();
    let heeded = |signal: i32| ignored & (1 << (signal - 1)) == 0;
    for signal in [SIGINT, SIGTERM] {
        if heeded(signal) {
            // The order matters: the first signal must not find the flag set.
            let ends = flag::register_conditional_shutdown(signal, EXIT_CODE, &INTERRUPTED);
            let _ = ends.and_then(|_| flag::register(signal, &INTERRUPTED));
        }
    }
    #[cfg(unix)]
    if heeded(signal_hook::consts::SIGHUP) {
        let _ = flag::register(signal_hook::consts::SIGHUP, &INTERRUPTED);
    }
    &INTERRUPTED
}

/// The signals that are ignored, the first in the lowest bit. Only Linux says it in a file; asking
/// the system takes unsafe code, so elsewhere every signal is heeded.
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    ignored_in(&status).unwrap_or(0)
}

fn ignored_in(status: &str) -> Option<u64> {
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(mask.trim(), 16).ok()
}

/// An interruption ends with the command that goes on.
pub fn with_next_command(error: Error, command: impl Fn() -> String) -> Error {
    match error {
        Error::Interrupted(kept) => Error::Interrupted(format!("{kept}\nto go on: {}", command())),
        other => other,
    }
}

/// Nothing is left to stop: all is written, and told next. From now on a signal, also one that
/// came before, ends the process after a moment, though the terminal may not take what is told.
pub fn end_soon() {
    let watch = || {
        while !INTERRUPTED.load(Ordering::Relaxed) {
            thread::sleep(PAUSE);
        }
        thread::sleep(MOMENT);
        std::process::exit(EXIT_CODE);
    };
    // Without a thread for it, the second signal still ends the process.
    let _ = thread::Builder::new().spawn(watch);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mask_of_ignored_signals_is_read() {
        let status = "Name:\tseedbed\nSigBlk:\t0000000000000004\nSigIgn:\t0000000000001003\n";
        assert_eq!(ignored_in(status), Some(0x1003));
        assert_eq!(ignored_in("SigIgn:\tno number\n"), None);
        assert_eq!(ignored_in(""), None);
    }
}
