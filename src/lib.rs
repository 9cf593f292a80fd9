//! Seedbed: a parallel experiment runner.
//!
//! ```text
//! manifest → plan → training → record → statistics → report
//! ```

pub mod cli;
pub mod dataset;
pub mod error;
pub mod folder;
pub mod journal;
pub mod manifest;
pub mod network;
pub mod plan;
pub mod progress;
pub mod record;
pub mod report;
pub mod runner;
pub mod seed;
pub mod training;
