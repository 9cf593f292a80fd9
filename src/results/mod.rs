//! The results folder: its files, its lock, its journal, its rows read and written in
//! canonical order, where its numbers come from, and how the folders of shards become one.

mod bytes;
pub mod checkpoint;
mod claim;
pub mod columns;
pub mod folder;
pub mod journal;
mod losses;
mod merge;
mod runs;
mod runs_csv;
mod store;
mod table;
pub mod threads;

pub use claim::{check_version, claim, claim_new, stored_shard};
pub use losses::losses_heads;
pub use merge::{common_manifest, merge};
pub use runs::{InOrder, OnRun, Runs, read};
pub use runs_csv::{MODEL, RunRows, SEED, model_columns, row_words};
pub use store::Store;
pub use table::{Row, read_table};
