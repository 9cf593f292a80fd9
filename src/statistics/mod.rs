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
//!
//! Each file imports only from those above its own:
//!
//! ```text
//! special      normal, binomial and hypergeometric tails, as logarithms
//! estimate     an estimate with its interval or standard error; differences; p-values
//! student      Student's t
//! rates        share of successes: interval, difference, exact tests
//! spread       sums, mean, quantiles of values
//! survival     Kaplan–Meier, its mean and quantiles
//! logrank      whether two take the same time, also of few runs
//! restart      what giving up and starting again costs
//! predictions  the predictions of one model's runs, outside memory if they are many
//! ranks        Mann–Whitney, Cliff's δ
//! accuracy     how much more often a model is right than its baseline
//! curves       quantiles of the loss by epoch
//! ending       what is wrong when a run ends
//! judged       accuracy and loss by set, and what classes were taken for
//! runs         the runs of one model as columns
//! failures     … become its ways to end
//! rounding     … and its runs against their twins
//! summary      … and its summary
//! comparison   a model against its baseline
//! pooled       models of several partitions of the rows, taken together
//! findings     all of it for a whole study, while runs stream by
//! ```

mod accuracy;
mod comparison;
mod curves;
mod ending;
mod estimate;
mod failures;
mod findings;
mod judged;
mod logrank;
mod pooled;
mod predictions;
mod ranks;
mod rates;
mod restart;
mod rounding;
mod runs;
mod special;
mod spread;
mod student;
mod summary;
mod survival;
#[cfg(test)]
mod tests;

pub use accuracy::AccuracyComparison;
pub use comparison::{BothConverged, Comparison, Predicted, holm};
pub use curves::CurvePoint;
pub use ending::WrongAtEnd;
pub use estimate::{Estimate, Interval, Simulated};
pub use failures::Failure;
pub use findings::{Collector, Findings, PREDICTIONS_HELD};
pub use judged::{Confusion, SetSummary, judged_bytes_per_run};
pub use logrank::Logrank;
pub use pooled::Pooled;
pub use predictions::{GoOn, Shelf};
pub use ranks::RankComparison;
pub use rates::{exact_above, rate_interval};
pub use restart::{HeldOut, Ratio, Restart};
pub use rounding::{Changed, Otherwise, Rounding, RoundingCounts};
pub use spread::{Spread, standing};
pub use summary::{ModelSummary, PredictionSummary};
#[cfg(test)]
pub use survival::Time;
pub use survival::{KaplanMeier, MeanEpochs, QuantileEpochs, Step};
