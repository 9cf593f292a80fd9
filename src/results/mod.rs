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
mod shelf;
mod store;
mod table;
mod tables;
pub mod threads;
mod watch;

pub use claim::{Claim, stored_shard};
pub use losses::losses_heads;
pub use merge::{common_manifest, merge};
pub use runs::{InOrder, OnRun, Pass, Runs, Written, bytes_in_windows, read};
pub use runs_csv::{MODEL, RunRows, SEED, model_columns, row_words};
pub use shelf::FileShelf;
pub use store::{Reading, Store};
pub use table::{Row, read_table};
pub use tables::{Tables, inspect, inspect_finished};
pub use watch::Watch;
