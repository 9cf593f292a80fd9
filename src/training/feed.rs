//! Where the seeds of a task come from, and where goes what becomes of them.

use super::outcome::Outcome;
use super::state::LaneState;

/// Where seeds come from and outcomes go.
pub trait Feed {
    /// The next seed to train, or `None` when there is no more.
    fn next_seed(&mut self) -> Option<u64>;
    /// Where the run of a seed from [`next_seed`](Self::next_seed) was when it was last handed
    /// over, for it to go on from there; `None` if it begins. A state that isn't one of the task is
    /// ignored, and the run begins.
    fn resume(&mut self, seed: u64) -> Option<LaneState> {
        let _ = seed;
        None
    }
    /// So many epochs were trained, summed over the runs in flight.
    fn progressed(&mut self, epochs: u64) {
        let _ = epochs;
    }
    /// A run has finished.
    fn finished(&mut self, outcome: Outcome);
    /// The loss of a run at one of the task's checkpoints.
    fn observed(&mut self, seed: u64, epoch: u64, mse: f64) {
        let _ = (seed, epoch, mse);
    }
    /// Asked now and then: whether to be given the states of the runs in flight.
    fn checkpoint_due(&self) -> bool {
        false
    }
    /// Where a run in flight is; also told of all of them when it is interrupted.
    fn checkpoint(&mut self, state: LaneState) {
        let _ = state;
    }
    /// Asked now and then, also within a long epoch: true drops the runs in flight and returns.
    fn interrupted(&self) -> bool {
        false
    }
}
