//! Seedbed: a parallel experiment runner.
//!
//! ```text
//! manifest → plan → training → record → statistics → report
//! ```

pub mod dataset;
pub mod error;
pub mod folder;
pub mod journal;
pub mod manifest;
pub mod network;
pub mod number;
pub mod plan;
pub mod record;
pub mod report;
pub mod runner;
pub mod seed;
pub mod statistics;
pub mod training;
