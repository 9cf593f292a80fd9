//! From the columns of many runs to estimates: pure functions, one topic a file, each citing
//! its source. No files, no clock, no printing, no threads; no sum whose order could change.
//!
//! Letters: n runs, k successes, S(t) the share of runs not converged after t epochs,
//! z the normal quantile of the confidence level. Two conventions hold everywhere:
//!
//! - `None` is a number that would mean nothing (a median that was not reached, a spread of
//!   one value), and becomes an empty cell.
//! - A p-value is never 0: it is computed as a logarithm, and one below the smallest normal
//!   f64 (2.2e-308) is given as that smallest number, to be read as "at most".
//!
//! Elementary functions are those of the `libm` crate and not of the platform, so that the
//! same runs give the same bytes on every system.

mod comparison;
mod contingency;
mod curves;
mod difference;
mod failures;
mod findings;
mod holm;
mod logrank;
mod proportion;
mod ranks;
mod restart;
mod runs;
mod special;
mod spread;
mod summary;
mod sums;
mod survival;

pub use comparison::{Comparison, Predicted, compare, compare_all};
pub use contingency::{fisher_exact, mcnemar_exact};
pub use curves::{CurveColumns, CurvePoint};
pub use difference::{newcombe, ratio};
pub use failures::{Failure, failures};
pub use findings::{Collector, Findings};
pub use holm::holm;
pub use logrank::{Logrank, logrank};
pub use proportion::{clopper_pearson, rate, rate_interval, wilson};
pub use ranks::{RankComparison, rank_comparison};
pub use restart::{Restart, restart};
pub use runs::RunColumns;
pub use special::{normal_quantile, two_sided_ln_p};
pub use spread::{Spread, Standing, dots, interquartile_mean, quantile, spread, standing};
pub use summary::{ModelSummary, PredictionSummary};
pub use survival::{KaplanMeier, MeanEpochs, QuantileEpochs, Step, Time};

/// Ends of a confidence interval, both included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// An estimate with its confidence interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// Its interval.
    pub interval: Interval,
}

/// A p-value from its natural logarithm: at most 1, at least the smallest normal f64.
pub fn p_value(ln_p: f64) -> f64 {
    libm::exp(ln_p).clamp(f64::MIN_POSITIVE, 1.0)
}

/// The normal quantile z of a two-sided interval: 1.96 for a confidence of 0.95.
pub fn z_of(confidence: f64) -> f64 {
    normal_quantile((1.0 - confidence) / 2.0)
}
