//! Which runs of a plan a results folder holds.

use crate::plan::Plan;
use crate::results::folder::Shard;

/// The part of a plan that a results folder holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Rows of its runs.csv.
    pub runs: u64,
    /// Whether it is the whole plan, of which statistics are made.
    pub whole: bool,
}

impl Part {
    /// The whole plan, or one shard of it.
    pub fn new(plan: &Plan, shard: Option<Shard>) -> Part {
        let runs = match shard {
            None => plan.runs(),
            Some(Shard { index, count }) => {
                let positions = plan.shard(index, count);
                positions.end - positions.start
            }
        };
        Part {
            runs,
            whole: shard.is_none(),
        }
    }

    /// The part's share of what all runs take.
    pub fn share(self, plan: &Plan, all: u64) -> u64 {
        let share = u128::from(all) * u128::from(self.runs) / u128::from(plan.runs().max(1));
        u64::try_from(share).unwrap_or(u64::MAX)
    }
}
