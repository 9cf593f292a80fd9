//! Trains many networks of one shape at once, one network per lane. README.md beside this
//! file explains lanes, refilling, bit-equality, the exponential and what was tried.

mod batch;
mod block;
mod choose;
mod criterion;
mod exponential;
mod fixed;
mod functions;
mod generic;
mod input;
mod problem;
mod rows;
mod update;

pub use batch::{Batch, Evaluation, Keep, Queries, Stretch};
pub use problem::{BLOCK, PATIENCE, Problem, working_vectors};
pub use update::remembered_per_weight;
