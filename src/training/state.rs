//! Where a run in flight is: everything that decides the rest of it.

use super::task::Task;
use crate::network::kernel::remembered_per_weight;

/// Where a run in flight is. Numbers are exact: those of single precision are also numbers of
/// double precision.
#[derive(Debug, Clone, PartialEq)]
pub struct LaneState {
    /// The run's seed.
    pub seed: u64,
    /// Updates made.
    pub updates: u64,
    /// Its convergence epoch, if it had one.
    pub converged: Option<u64>,
    /// Its loss after nine tenths of the epoch limit, if it came so far.
    pub mse_at_90_percent: Option<f64>,
    /// How many of the task's checkpoints it has passed.
    pub observed: usize,
    /// How often its validation rows were looked at.
    pub looked: usize,
    /// Where they fared best so far.
    pub best: Option<Best>,
    /// Its weights, in canonical order.
    pub weights: Vec<f64>,
    /// What the update rule remembers of every weight, such as the velocities of momentum: in
    /// canonical order; often nothing.
    pub remembered: Vec<f64>,
}

/// The moment at which the validation rows fared best.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Best {
    /// Updates made.
    pub epoch: u64,
    /// Their mean squared error.
    pub mse: f64,
}

impl Best {
    /// The better of what was best and of now; the earlier, if they are the same.
    pub(super) fn of(best: Option<Best>, epoch: u64, mse: f64) -> Option<Best> {
        let is_better = |best: Best| mse < best.mse || best.mse.is_nan() && !mse.is_nan();
        match best {
            Some(best) if !is_better(best) => Some(best),
            Some(_) | None => Some(Best { epoch, mse }),
        }
    }
}

impl LaneState {
    /// Whether a run of the task can be there. One that is stored may be of a task with other
    /// checkpoints, or wrong.
    pub fn fits(&self, task: &Task) -> bool {
        let weights = task.architecture.parameters();
        self.weights.len() == weights
            && self.remembered.len() == weights * remembered_per_weight(task.settings.learning)
            && self.updates <= task.epochs
            && self.convergence_fits(task)
            && self.ninety_fits(task)
            && self.observed_fits(task)
            && self.looks_fit(task)
    }

    /// A run that stops at its convergence is not in flight any more.
    fn convergence_fits(&self, task: &Task) -> bool {
        self.converged
            .is_none_or(|epoch| !task.stop && (1..=self.updates).contains(&epoch))
    }

    /// The loss is taken when the run is there, maybe after its state was.
    fn ninety_fits(&self, task: &Task) -> bool {
        match self.mse_at_90_percent {
            Some(_) => self.updates >= task.ninety(),
            None => self.updates <= task.ninety(),
        }
    }

    /// Validation rows are looked at when the run is there, maybe after its state was taken.
    fn looks_fit(&self, task: &Task) -> bool {
        let looks = task.looks();
        let passed = |updates| looks.partition_point(|&look| look <= updates);
        let least = passed(self.updates.saturating_sub(1));
        let most = passed(self.updates);
        (least..=most).contains(&self.looked)
            && self.best.is_some() == (self.looked > 0)
            && self.best.is_none_or(|best| best.epoch <= self.updates)
    }

    /// A checkpoint is observed before its epoch's update, maybe after the state was taken.
    fn observed_fits(&self, task: &Task) -> bool {
        let passed = |updates| task.checkpoints.partition_point(|&epoch| epoch <= updates);
        let least = passed(self.updates);
        let most = passed(self.updates.saturating_add(1));
        (least..=most).contains(&self.observed)
    }
}
