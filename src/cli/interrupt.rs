//! Ctrl-C and SIGTERM: the first asks the work to stop, the second ends the process at once,
//! whatever it is doing. SIGHUP asks too, but never insists: terminal and shell both send one.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use super::terminal::MOMENT;

/// Exit code of an interrupted process, as shells give it for SIGINT.
pub const EXIT_CODE: i32 = 130;
/// Time between two looks at the flag, where nothing else waits for it.
const PAUSE: Duration = Duration::from_millis(100);

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Listens from now on; the flag returned is set by the first signal. Where the system
/// gives no way to listen, a signal ends the process, which loses nothing finished either.
pub fn listen() -> &'static AtomicBool {
    for signal in [SIGINT, SIGTERM] {
        // The order matters: the first signal must not find the flag set.
        let ends = flag::register_conditional_shutdown(signal, EXIT_CODE, &INTERRUPTED);
        let _ = ends.and_then(|_| flag::register(signal, &INTERRUPTED));
    }
    #[cfg(unix)]
    let _ = flag::register(signal_hook::consts::SIGHUP, &INTERRUPTED);
    &INTERRUPTED
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
