//! How fast this machine trains one shape of network: measured for a moment, remembered in the
//! user's cache folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::error::Result;
use crate::plan::Plan;
use crate::training::{self, Feed, Outcome, Task};

use super::machine;

/// A measurement runs at least this long: short enough to wait for, long enough that the
/// clock and the first cold microseconds do not matter.
const LEAST: Duration = Duration::from_millis(60);

/// Networks that keep one thread at its full speed: every lane filled, more than once.
pub fn full_load(plan: &Plan, model: usize) -> u64 {
    2 * training::lanes(&Task::new(plan, model, &[])) as u64
}

/// Speeds by what they depend on.
#[derive(Debug, Default)]
pub struct Speeds {
    known: BTreeMap<String, f64>,
    file: Option<PathBuf>,
    changed: bool,
}

impl Speeds {
    /// What was remembered in the user's cache folder. A file that is missing or unreadable is
    /// an empty memory.
    pub fn remembered() -> Self {
        let file = cache_folder().map(|folder| folder.join("seedbed").join("speeds.json"));
        let text = file
            .as_deref()
            .and_then(|f| std::fs::read_to_string(f).ok());
        let known: BTreeMap<String, f64> = text
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default();
        let sensible = known.into_iter().filter(|(_, speed)| *speed > 0.0);
        Speeds {
            known: sensible.collect(),
            file,
            changed: false,
        }
    }

    /// Epochs per second of one thread that trains `networks` networks of the model in turn
    /// while `threads` threads do the same, in network-epochs.
    pub fn of(&mut self, plan: &Plan, model: usize, networks: u64, threads: usize) -> Result<f64> {
        let key = key(plan, model, networks, threads)?;
        if let Some(speed) = self.known.get(&key) {
            return Ok(*speed);
        }
        let speed = measure(plan, model, networks, threads);
        self.known.insert(key, speed);
        self.changed = true;
        Ok(speed)
    }

    /// Remembers what was measured. A cache that can't be written costs time, nothing else.
    pub fn remember(&self) {
        if let (true, Some(file)) = (self.changed, &self.file) {
            let _ = self.write(file);
        }
    }

    fn write(&self, file: &Path) -> std::io::Result<()> {
        let folder = file.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        // Two processes may write at once: each its own file, the last rename stays.
        let draft = folder.join(format!("speeds.{}.tmp", std::process::id()));
        std::fs::write(&draft, serde_json::to_string_pretty(&self.known)?)?;
        std::fs::rename(&draft, file)
    }
}

/// Everything that a speed depends on, and the version, whose code it is.
fn key(plan: &Plan, model: usize, networks: u64, threads: usize) -> Result<String> {
    Ok(format!(
        "{} | {} | {} | {} | {networks} networks | {threads} threads",
        env!("CARGO_PKG_VERSION"),
        machine::processor(),
        training::backend()?,
        Task::new(plan, model, &[]).workload(),
    ))
}

/// Trains the model's first networks on every thread for ever more epochs until it took long
/// enough to tell.
fn measure(plan: &Plan, model: usize, networks: u64, threads: usize) -> f64 {
    let mut epochs = 50;
    loop {
        let elapsed = time(plan, model, networks, threads, epochs);
        if elapsed >= LEAST || epochs >= plan.manifest.epochs.max(1 << 20) {
            return (networks * epochs) as f64 / elapsed.as_secs_f64().max(1e-9);
        }
        let missing = LEAST.as_secs_f64() / elapsed.as_secs_f64().max(1e-6);
        epochs = (epochs as f64 * (1.2 * missing).clamp(2.0, 50.0)) as u64;
    }
}

fn time(plan: &Plan, model: usize, networks: u64, threads: usize, epochs: u64) -> Duration {
    let task = Task {
        epochs,
        stop: false,
        ..Task::new(plan, model, &[])
    };
    let go = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while !go.load(Ordering::Acquire) {
                    std::hint::spin_loop();
                }
                training::train(&task, &mut Several { left: networks });
            });
        }
        let started = Instant::now();
        go.store(true, Ordering::Release);
        started
    })
    .elapsed()
}

/// So many seeds, outcomes to nowhere.
struct Several {
    left: u64,
}

impl Feed for Several {
    fn next_seed(&mut self) -> Option<u64> {
        let seed = self.left;
        self.left = self.left.checked_sub(1)?;
        Some(seed)
    }
    fn finished(&mut self, _: Outcome) {}
}

/// The user's cache folder, by each system's custom.
fn cache_folder() -> Option<PathBuf> {
    let folder = |name| {
        let value = std::env::var_os(name).map(PathBuf::from);
        value.filter(|path| path.is_absolute())
    };
    let home = || folder("HOME");
    if cfg!(windows) {
        folder("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        home().map(|home| home.join("Library/Caches"))
    } else {
        folder("XDG_CACHE_HOME").or_else(|| home().map(|home| home.join(".cache")))
    }
}
