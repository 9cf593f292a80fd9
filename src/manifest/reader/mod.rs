//! Reads a TOML tree into typed values, keeping where each was written.
//!
//! A type that can stand in a manifest implements [`Read`] (how it is read and what a
//! message says was expected) and schemars' `JsonSchema` (what an editor checks). Unlike a
//! serde derive, reading doesn't end at the first problem: it reports each and goes on.

mod kinds;
mod tree;

pub use kinds::{Axis, List, OneOf, Real, RealBounds, Whole, WholeBounds, read_entries, read_text};
pub use tree::{Homes, Node, Read, Slot, Table, TableReader};
