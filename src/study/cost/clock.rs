//! How long a thread has worked.

use std::time::Duration;

/// The time that the calling thread has had a processor, where the system counts that: for a
/// moment after two threads begin, they may have to share one, which says nothing about a study
/// that takes longer. Elsewhere the time that has passed.
#[derive(Debug, Clone, Copy)]
pub struct Worked(Duration);

impl Worked {
    /// Now.
    pub fn now() -> Worked {
        Worked(system::now())
    }

    /// Since then, on the same thread.
    pub fn elapsed(self) -> Duration {
        system::now().saturating_sub(self.0)
    }
}

#[cfg(any(target_os = "linux", target_vendor = "apple"))]
mod system {
    use std::time::Duration;

    use rustix::time::{ClockId, clock_gettime};

    pub fn now() -> Duration {
        clock_gettime(ClockId::ThreadCPUTime)
            .try_into()
            .unwrap_or_default()
    }
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
mod system {
    use std::sync::LazyLock;
    use std::time::{Duration, Instant};

    static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);

    pub fn now() -> Duration {
        STARTED.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use std::hint::black_box;

    use super::*;

    #[test]
    fn work_takes_time_and_never_negative_time() {
        let began = Worked::now();
        let mut last = Duration::ZERO;
        while last < Duration::from_millis(2) {
            black_box((0..10_000u64).map(black_box).sum::<u64>());
            let worked = began.elapsed();
            assert!(worked >= last);
            last = worked;
        }
    }
}
