//! Limits that the system sets to a process (`ulimit`): running into one ends in a message and
//! exit code 1, not in a death by signal.

/// Heeds the limits on the size of files and on memory from now on.
pub fn heed() {
    #[cfg(unix)]
    unix::heed();
}

#[cfg(unix)]
mod unix {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use signal_hook::consts::{SIGABRT, SIGXFSZ};
    use signal_hook::flag;

    /// Where the system gives no way to listen, the signals end the process, which loses
    /// nothing finished either.
    pub fn heed() {
        // With any handler, the write that went too far fails, and says so.
        let _ = flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
        // The standard library says how much memory is missing, then aborts.
        let always = Arc::new(AtomicBool::new(true));
        let _ = flag::register_conditional_shutdown(SIGABRT, 1, always);
    }
}
