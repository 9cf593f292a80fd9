//! Where the runs under way are: as the workers last handed it over, or as an earlier process
//! left it in the folder.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::event::Event;
use crate::plan::{Plan, Positions, identity};
use crate::results::Store;
use crate::results::checkpoint::{self, UnderWay, decode_entry, encode_entry};
use crate::results::folder::{CHECKPOINT, ResultsFolder};
use crate::training::Task;

/// The states of runs that are not finished, shared by the workers and who writes them.
#[derive(Debug)]
pub struct Checkpoints {
    positions: Positions,
    /// Entries of a checkpoint, by the position of the run.
    states: Mutex<BTreeMap<u64, Arc<[u8]>>>,
    /// How often the workers were asked.
    asked: AtomicU64,
    /// How many states they have handed over.
    handed: AtomicU64,
}

impl Checkpoints {
    /// What the folder holds of runs that are not finished; tells what can't be believed.
    /// `curves`: positions whose loss curve is there, ascending.
    pub fn load(
        plan: &Plan,
        folder: &ResultsFolder,
        store: &Store,
        curves: &[u64],
        on_event: &(dyn Fn(Event) + Sync),
    ) -> Checkpoints {
        let checkpoints = Checkpoints {
            positions: store.positions().clone(),
            states: Mutex::default(),
            asked: AtomicU64::new(0),
            handed: AtomicU64::new(0),
        };
        let path = folder.file(CHECKPOINT);
        let ignored = |reason: &str| {
            on_event(Event::Warning(format!(
                "{}: {reason}; runs that were under way begin anew",
                path.display()
            )));
        };
        match checkpoint::read(folder, &identity(&plan.manifest)) {
            Ok(runs) => {
                let misfits = checkpoints.take(plan, store, curves, runs);
                if misfits > 0 {
                    ignored(&format!("{misfits} of its runs are not as in the manifest"));
                }
            }
            Err(reason) => ignored(&reason),
        }
        checkpoints
    }

    /// Takes stored states of runs that are still to be trained; returns how many can't be those.
    fn take(&self, plan: &Plan, store: &Store, curves: &[u64], runs: Vec<UnderWay>) -> u64 {
        let curve_epochs = plan.curve_epochs();
        let mut misfits = 0;
        let mut states = self.lock();
        for run in runs {
            let position = self.positions.position(run.model, run.state.seed);
            let position = position.filter(|position| store.extent().contains(position));
            let Some(position) = position else {
                misfits += 1;
                continue;
            };
            let (model, place) = self.positions.model_and_place(position);
            let with_curve = place < plan.manifest.curves.seeds;
            if store.has(position) && !(with_curve && curves.binary_search(&position).is_err()) {
                continue;
            }
            let losses = if with_curve {
                curve_epochs.as_slice()
            } else {
                &[]
            };
            if run.fits(&Task::new(plan, model, losses)) {
                states.insert(position, encode_entry(&run).into());
            } else {
                misfits += 1;
            }
        }
        misfits
    }

    /// Asks the workers for the states of their runs.
    pub fn ask(&self) {
        self.asked.fetch_add(1, Ordering::Relaxed);
    }

    /// How often the workers were asked.
    pub fn asked(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }

    /// How many states they have handed over.
    pub fn handed(&self) -> u64 {
        self.handed.load(Ordering::Relaxed)
    }

    /// A run under way is handed over.
    pub fn put(&self, run: &UnderWay) {
        if let Some(position) = self.positions.position(run.model, run.state.seed) {
            let entry = encode_entry(run).into();
            self.lock().insert(position, entry);
            self.handed.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Where a run is, if it has been handed over.
    pub fn get(&self, model: usize, seed: u64) -> Option<UnderWay> {
        let position = self.positions.position(model, seed)?;
        let entry = self.lock().get(&position).cloned()?;
        decode_entry(&entry).map(|(run, _)| run)
    }

    /// A run is under way no more.
    pub fn forget(&self, model: usize, seed: u64) {
        if let Some(position) = self.positions.position(model, seed) {
            self.lock().remove(&position);
        }
    }

    /// The entries of all runs under way.
    pub fn entries(&self) -> Vec<Arc<[u8]>> {
        self.lock().values().cloned().collect()
    }

    /// How many runs are under way.
    pub fn count(&self) -> usize {
        self.lock().len()
    }

    /// An insertion or removal is done or not; a panic leaves neither half done.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<[u8]>>> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
