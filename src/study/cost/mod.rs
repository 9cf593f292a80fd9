//! What a study would cost, before it is run: time, memory, room on disk; and whether this machine
//! has so much.

mod cells;
mod clock;
mod disk;
mod few;
mod fits;
mod lanes;
mod measure;
mod memory;
mod part;
mod speed;
mod time;
mod typical;
mod writing;

use std::path::Path;
use std::time::Duration;

use crate::error::Result;
use crate::plan::Plan;
pub use fits::check;
pub use part::Part;
pub use speed::Speeds;
pub use time::OnMeasured;
use typical::Typical;

/// Runs under way are saved once a minute.
const LONG: f64 = 60.0;

/// What a study would cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Cost {
    /// Seconds that it takes; `None` without calibration.
    pub seconds: Option<Seconds>,
    /// Whether runs may stop early, so that the time of training is an upper limit.
    pub at_most: bool,
    /// Peak memory in bytes.
    pub memory: u64,
    /// Bytes that each thread reads and writes again and again while it trains.
    pub at_work: u64,
    /// Size of the results folder in bytes, when it is finished.
    pub disk: u64,
    /// The most room on disk that it takes at once, in bytes: the journal is removed last.
    pub peak_disk: u64,
    /// Why it is refused on this machine, if it is.
    pub refused: Option<String>,
}

/// The time that a study takes, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seconds {
    /// Reading the manifest and its data.
    pub reading: f64,
    /// Training.
    pub training: f64,
    /// Tables, statistics and pages.
    pub writing: f64,
}

impl Seconds {
    /// All of it.
    pub fn all(&self) -> f64 {
        self.reading + self.training + self.writing
    }
}

/// How the time is found out.
pub struct Calibration<'a> {
    /// What it took to read the manifest and its data.
    pub reading: Duration,
    /// What is known of the machine.
    pub speeds: &'a mut Speeds,
    /// Told how far it is.
    pub on_measured: OnMeasured<'a>,
}

impl Cost {
    /// The cost of all runs of a plan on `threads` threads, with results in `folder`. The time of
    /// what is refused on this machine is not measured.
    ///
    /// # Errors
    /// If the SIMD backend that is asked for is none of this machine's.
    pub fn new(
        plan: &Plan,
        threads: usize,
        folder: &Path,
        calibration: Option<Calibration>,
    ) -> Result<Self> {
        let part = Part::new(plan, None);
        let refused = check(plan, part, threads, folder).err();
        let measured = calibration.filter(|_| refused.is_none());
        let typical = match &measured {
            Some(_) => Typical::seen(plan),
            None => Typical::guessed(plan),
        };
        let disk = disk::disk(plan, part, typical);
        let seconds = match measured {
            Some(calibration) => {
                let (speeds, on_measured) = (calibration.speeds, calibration.on_measured);
                let reading = calibration.reading.as_secs_f64();
                let training = time::training(plan, threads, speeds, on_measured)?;
                let work = writing::Work {
                    plan,
                    part,
                    disk: &disk,
                    typical,
                    folder,
                };
                Some(Seconds {
                    reading,
                    training: training.seconds,
                    writing: work.seconds(threads, &training),
                })
            }
            None => None,
        };
        let long = seconds.is_none_or(|seconds| seconds.training >= LONG);
        Ok(Cost {
            seconds,
            at_most: plan.manifest.stop,
            memory: memory::memory(plan, part, typical, threads, long),
            at_work: memory::at_work(plan),
            disk: disk.finished,
            peak_disk: disk.peak,
            refused: refused.map(|error| error.to_string()),
        })
    }
}
