//! How fast this machine trains one shape of network: measured for a moment, remembered in the
//! user's cache folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::plan::Plan;
use crate::study::machine;
use crate::training::{self, Task};

/// Seconds of one thread that trains networks of one shape, many side by side, per network.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Speed {
    /// For a run as such: initial weights, evaluation at the end, what goes into the journal.
    pub run: f64,
    /// For an epoch.
    pub epoch: f64,
    /// For a point of the loss curve.
    pub point: f64,
}

impl Speed {
    /// Whether these are numbers that a clock can have given.
    fn is_sensible(&self) -> bool {
        let Speed { run, epoch, point } = *self;
        epoch > 0.0
            && [run, epoch, point]
                .iter()
                .all(|s| s.is_finite() && *s >= 0.0)
    }

    /// Of a network of another shape that costs so many times as much.
    pub fn times(self, factor: f64) -> Speed {
        Speed {
            run: self.run * factor,
            epoch: self.epoch * factor,
            point: self.point * factor,
        }
    }
}

/// Speeds by what they depend on.
#[derive(Debug, Default)]
pub struct Speeds {
    known: BTreeMap<String, Speed>,
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
        let mut known: BTreeMap<String, Speed> = text
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default();
        known.retain(|_, speed| speed.is_sensible());
        Speeds {
            known,
            file,
            changed: false,
        }
    }

    /// The speed of a shape, if it is remembered.
    pub fn get(&self, shape: &Shape) -> Option<Speed> {
        self.known.get(&shape.key).copied()
    }

    /// Notes the speed of a shape.
    pub fn put(&mut self, shape: &Shape, speed: Speed) {
        if speed.is_sensible() {
            self.known.insert(shape.key.clone(), speed);
            self.changed = true;
        }
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

/// A shape of network as it is trained: models of the same shape are equally fast.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// A model of it.
    pub model: usize,
    /// Networks that one thread trains in turn.
    pub networks: u64,
    /// How many of them side by side.
    pub lanes: u64,
    /// Threads that do so at once.
    pub threads: usize,
    /// Everything that its speed depends on.
    pub key: String,
}

/// What every speed depends on: the version, whose code it is, and the machine.
///
/// # Errors
/// If the SIMD backend that is asked for is none of this machine's.
pub fn here() -> Result<String> {
    let version = env!("CARGO_PKG_VERSION");
    let (processor, backend) = (machine::processor(), training::backend()?);
    Ok(format!("{version} | {processor} | {backend}"))
}

impl Shape {
    /// Of a model of which one thread trains so many networks in turn, and `lanes` side by side,
    /// on so many threads, [`here`].
    pub fn new(
        plan: &Plan,
        model: usize,
        (networks, lanes): (u64, u64),
        threads: usize,
        here: &str,
    ) -> Shape {
        let workload = Task::new(plan, model, &[]).workload();
        let queries = plan.manifest.queries.len();
        Shape {
            model,
            networks,
            lanes,
            threads,
            key: format!(
                "{here} | {workload} | {queries} queries | {networks} networks | {threads} threads"
            ),
        }
    }
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
