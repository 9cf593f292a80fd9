//! Tests of the statistics: against independent implementations, as laws over random inputs,
//! with a million runs, and of the collector that makes all of them for a study.

mod collector;
mod coverage;
mod golden;
mod laws;
mod pairs;
mod scale;

use super::ranks::{self, RankComparison};

/// The comparison by ranks, asked by nobody to stop.
fn rank_comparison(
    first: &[f64],
    second: &[f64],
    paired: bool,
    confidence: f64,
) -> Option<RankComparison> {
    ranks::rank_comparison(first, second, paired, confidence, &|| Ok(())).unwrap()
}
