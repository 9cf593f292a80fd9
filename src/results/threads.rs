//! The threads that train, format and read.

use crate::error::{Error, Result};

/// Cores that this process may use.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// How many threads `threads` means: one per core if nothing is said, at least one.
pub fn thread_count(threads: Option<usize>) -> usize {
    threads.unwrap_or_else(cores).max(1)
}

/// A pool of so many threads.
///
/// # Errors
/// [`Error::Threads`] if the operating system refuses to start them.
pub fn pool(threads: usize) -> Result<rayon::ThreadPool> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|error| Error::Threads {
            count: threads,
            source: error.into(),
        })
}
