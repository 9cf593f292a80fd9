//! The results folder: its files, its lock, its journal, its rows read and written in
//! canonical order, where its numbers come from, and how the folders of shards become one.

pub mod columns;
pub mod folder;
pub mod journal;
mod merge;
mod prepare;
mod runs;
mod runs_csv;
mod store;
mod table;
pub mod threads;

pub use merge::{Merged, adopt, merge, merge_plan};
pub use prepare::{check_version, prepare};
pub use runs::{Runs, Written, read};
pub use runs_csv::{CellError, RunRows, SEED, model_columns, row_words};
pub use store::Store;
pub use table::{Row, read_table};
