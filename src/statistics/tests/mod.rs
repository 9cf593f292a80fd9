//! Tests of the statistics: against independent implementations, as laws over random inputs,
//! with a million runs, and of the collector that makes all of them for a study.

mod collector;
mod coverage;
mod golden;
mod laws;
mod pairs;
mod scale;
