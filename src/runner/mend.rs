//! Trains again what can no longer be read: runs whose entry in the journal was damaged after it
//! was written.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use super::pool;
use crate::error::{Error, Result};
use crate::plan::{Plan, Positions};
use crate::training::{self, Run, Task};

/// The runs at some positions, trained on the calling thread, in any order. Those that
/// `keeps_curve` wants carry their loss curve.
///
/// # Errors
/// [`Error::Interrupted`] if the flag was set before all were trained.
pub fn train_again(
    plan: &Plan,
    positions: &Positions,
    wanted: &[u64],
    keeps_curve: &dyn Fn(u64) -> bool,
    interrupt: &AtomicBool,
) -> Result<Vec<(u64, Run)>> {
    let mut jobs: BTreeMap<(usize, bool), Vec<u64>> = BTreeMap::new();
    for &position in wanted {
        let (model, place) = positions.model_and_place(position);
        let seeds = jobs.entry((model, keeps_curve(position))).or_default();
        seeds.push(positions.seed(place));
    }
    let curve_epochs = plan.curve_epochs();
    let mut runs = Vec::new();
    for ((model, curve), seeds) in jobs {
        let checkpoints = if curve { curve_epochs.as_slice() } else { &[] };
        let task = Task::new(plan, model, checkpoints);
        let mut feed = pool::Seeds::new(model, seeds, checkpoints, interrupt);
        training::train(&task, &mut feed);
        runs.extend(feed.finish());
    }
    let position = |run: Run| Some((positions.position(run.model, run.outcome.seed)?, run));
    let runs: Vec<(u64, Run)> = runs.into_iter().filter_map(position).collect();
    match runs.len() == wanted.len() {
        true => Ok(runs),
        false => Err(Error::Interrupted(
            "interrupted while runs were trained again; what is done is kept".to_owned(),
        )),
    }
}
