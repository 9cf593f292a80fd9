//! How to run, and what of the plan that leaves to do.

use std::ops::Range;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::results::folder::Shard;

/// How often it is written down where the runs under way are: a crash loses at most so much of
/// them, and a study that is shorter writes nothing.
pub const CHECKPOINT_AFTER: Duration = Duration::from_secs(60);

/// How to run.
#[derive(Debug, Clone, Copy)]
pub struct RunOptions<'a> {
    /// Threads; `None` for one per core.
    pub threads: Option<usize>,
    /// Only this part of the experiment.
    pub shard: Option<Shard>,
    /// Only these seeds (first and last) of the manifest's.
    pub seeds: Option<(u64, u64)>,
    /// Start over, replacing what is in the folder.
    pub overwrite: bool,
    /// Train rows again that are not what was recorded, instead of refusing the folder.
    pub retrain_changed: bool,
    /// How often it is written down where the runs under way are.
    pub checkpoint_after: Duration,
    /// Set to stop: finished runs are kept, and those under way go on from there next time.
    pub interrupt: &'a AtomicBool,
}

impl RunOptions<'_> {
    /// The positions of the runs that a folder with these options holds in the end.
    ///
    /// # Errors
    /// [`Error::Usage`] for a shard that can't be, or seeds of which the manifest has none.
    pub fn extent(&self, plan: &Plan) -> Result<Range<u64>> {
        self.check_seeds(plan)?;
        match self.shard {
            None => Ok(0..plan.runs()),
            Some(Shard { index, count }) if index >= 1 && index <= count => {
                Ok(plan.shard(index, count))
            }
            Some(shard) => Err(Error::Usage(format!(
                "shard {shard}: the first number counts from 1 to the second"
            ))),
        }
    }

    /// The seeds asked for must be some of the manifest's.
    fn check_seeds(&self, plan: &Plan) -> Result<()> {
        let Some((first, last)) = self.seeds else {
            return Ok(());
        };
        let seeds = &plan.manifest.seeds;
        if seeds.iter().any(|seed| (first..=last).contains(&seed)) {
            return Ok(());
        }
        let (low, high) = seeds.ends().unwrap_or_default();
        Err(Error::Usage(format!(
            "none of the manifest's seeds is in {first}..{last}: they are {low} to {high}"
        )))
    }
}
