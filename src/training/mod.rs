//! Trains one batch of networks after another: pure, no clock, no files.
//!
//! The caller feeds seeds and takes outcomes; which networks share a batch never
//! changes a bit of any outcome.

mod backend;
mod course;
mod driver;
mod feed;
mod judge;
mod outcome;
mod state;
mod task;
#[cfg(test)]
mod tests;
mod trace;

#[cfg(test)]
pub use crate::network::lanes::Backend;
pub use backend::backend;
#[cfg(test)]
pub use driver::train_on;
pub use driver::{lanes, train};
pub use feed::Feed;
pub use outcome::{Judged, Mistake, Outcome, Run, Scored, Status, WrongRows};
pub use state::{Best, LaneState};
pub use task::Task;
#[cfg(test)]
pub use trace::trace;
pub use trace::{Snapshot, Trace, trace_rows};
