//! Ctrl-C and SIGTERM: the first asks the work to stop, the second ends the process at once.

use std::sync::atomic::{AtomicBool, Ordering};

use super::terminal::tell;

/// Exit code of an interrupted process, as shells give it for SIGINT.
pub const EXIT_CODE: i32 = 130;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Listens from now on; the flag returned is set by the first signal. Where the system
/// gives no way to listen, a signal ends the process, which loses nothing finished either.
pub fn listen() -> &'static AtomicBool {
    let heard = || {
        if INTERRUPTED.swap(true, Ordering::SeqCst) {
            std::process::exit(EXIT_CODE);
        }
        tell("stopping; what is done is kept (again to stop at once)");
    };
    // An error means that a handler is already there, which is this one.
    let _ = ctrlc::set_handler(heard);
    &INTERRUPTED
}
