//! How long learning takes when some runs never learn: the Kaplan–Meier curve, its quantiles
//! and its restricted mean. A run that did not converge is censored at the epochs it was
//! trained: it counts as still learning up to there.
//!
//! No run is given up before the epoch limit. So below the limit the share of runs not
//! converged is a plain share of all runs, and its interval and that of a quantile are those of
//! the binomial distribution, which keep their promise also where few runs are left.

use super::estimate::{Estimate, Interval};
use super::rates::{order_statistics, rate_interval};
use super::spread::Sum;
use super::student::t_of;
use crate::manifest::StatisticsSettings;

/// When a run converged, or was given up: 8 bytes. Ordered by epoch, and at the same epoch
/// converged before censored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(u64);

impl Time {
    /// The time of a run that converged at `epoch`, or was trained `epochs` without converging.
    /// Epochs from 2^63 on are taken for 2^63 − 1.
    pub fn new(convergence_epoch: Option<u64>, epochs: u64) -> Time {
        let censored = u64::from(convergence_epoch.is_none());
        let epochs = convergence_epoch.unwrap_or(epochs).min(u64::MAX >> 1);
        Time(epochs << 1 | censored)
    }

    /// Convergence epoch, or epochs trained.
    pub fn epochs(self) -> u64 {
        self.0 >> 1
    }

    /// Whether the run converged.
    pub fn converged(self) -> bool {
        self.0 & 1 == 0
    }
}

/// The Kaplan–Meier estimate of the share of runs not converged (E. L. Kaplan and P. Meier
/// 1958, "Nonparametric estimation from incomplete observations", JASA 53), kept as what
/// happened at which epoch; [`steps`](KaplanMeier::steps) are the curve.
#[derive(Debug, Clone, PartialEq)]
pub struct KaplanMeier {
    /// How many runs the curve is made from.
    runs: u64,
    /// By epoch, ascending; only epochs at which something happened.
    changes: Vec<Change>,
}

/// What happened at one epoch.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Change {
    epoch: u64,
    /// Runs that converged.
    converged: u64,
    /// Runs given up without having converged.
    censored: u64,
}

/// The curve from one epoch until the next step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// Epoch; the first step is at 0.
    pub epoch: u64,
    /// Runs neither converged nor censored before this epoch.
    pub at_risk: u64,
    /// Runs that converged at this epoch.
    pub converged: u64,
    /// Runs censored at this epoch.
    pub censored: u64,
    /// S: share of runs not converged by this epoch, 0 to 1.
    pub not_converged: f64,
    /// All runs that the curve is made from.
    pub runs: u64,
    /// Of these, how many had converged by this epoch.
    pub converged_so_far: u64,
}

/// Restricted mean epochs to convergence, in epochs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanEpochs {
    /// ∫ S up to the limit: mean epochs trained if every run stops when it converges.
    pub value: f64,
    /// Its standard error, in epochs; `None` of one run, of which it can't be known.
    pub standard_error: Option<f64>,
    /// Its interval, in epochs.
    pub interval: Interval,
}

/// A quantile of epochs to convergence, in epochs; `None` what the runs do not reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct QuantileEpochs {
    /// First epoch by which so large a share has converged.
    pub value: Option<u64>,
    /// Lower end of its interval.
    pub low: Option<u64>,
    /// Upper end of its interval.
    pub high: Option<u64>,
}

/// A share that is this little above a level has reached it: rounding of products.
const ROUNDING: f64 = 1e-12;

impl Step {
    /// Share of all runs that had converged by this epoch: a count over a count.
    pub fn share_converged(&self) -> f64 {
        if self.runs == 0 {
            return 0.0;
        }
        self.converged_so_far as f64 / self.runs as f64
    }

    /// The interval of S at this epoch alone (pointwise), by the method of the settings: all but
    /// some of the runs had not converged.
    pub fn interval(&self, settings: &StatisticsSettings) -> Interval {
        rate_interval(self.runs - self.converged_so_far, self.runs, settings)
    }
}

impl KaplanMeier {
    /// The curve of runs given in ascending order.
    pub fn new(sorted: &[Time]) -> KaplanMeier {
        let mut changes: Vec<Change> = Vec::new();
        for time in sorted {
            let epoch = time.epochs();
            if changes.last().is_none_or(|last| last.epoch != epoch) {
                changes.push(Change {
                    epoch,
                    converged: 0,
                    censored: 0,
                });
            }
            if let Some(last) = changes.last_mut() {
                last.converged += u64::from(time.converged());
                last.censored += u64::from(!time.converged());
            }
        }
        changes.shrink_to_fit();
        KaplanMeier {
            runs: sorted.len() as u64,
            changes,
        }
    }

    /// How many runs the curve is made from.
    pub fn runs(&self) -> u64 {
        self.runs
    }

    /// Steps at epoch 0 and at every epoch at which a run converged or was censored.
    ///
    /// Between two censorings the product Π (1 − d/n) telescopes to one fraction; so without
    /// censoring the curve is exactly 1 − the empirical distribution.
    pub fn steps(&self) -> impl Iterator<Item = Step> + '_ {
        let start = Step {
            epoch: 0,
            at_risk: self.runs,
            converged: 0,
            censored: 0,
            not_converged: 1.0,
            runs: self.runs,
            converged_so_far: 0,
        };
        // S just after the last censoring, and the runs left then.
        let (mut share, mut since) = (1.0, self.runs);
        let mut at_risk = self.runs;
        let mut converged_so_far = 0;
        let changes = self.changes.iter().map(move |change| {
            let after = at_risk - change.converged;
            converged_so_far += change.converged;
            let not_converged = if after == since {
                share
            } else {
                share * (after as f64 / since as f64)
            };
            let step = Step {
                epoch: change.epoch,
                at_risk,
                converged: change.converged,
                censored: change.censored,
                not_converged,
                runs: self.runs,
                converged_so_far,
            };
            at_risk = after - change.censored;
            if change.censored > 0 {
                (share, since) = (not_converged, at_risk);
            }
            step
        });
        std::iter::once(start).chain(changes)
    }

    /// The restricted mean to `limit`: the area under S, beyond the last run as high as there;
    /// `None` of no runs. The standard error is Greenwood's (P. Meier 1975; J. P. Klein and
    /// M. L. Moeschberger 2003, "Survival Analysis", eq. 4.5.2): the root of
    /// Σ (area from t to the limit)² · d/(n(n − d)).
    pub fn restricted_mean(&self, limit: u64, settings: &StatisticsSettings) -> Option<MeanEpochs> {
        if self.runs == 0 {
            return None;
        }
        let area = |on_step: &mut dyn FnMut(&Step, f64)| {
            let mut area = Sum::default();
            let mut last = (0, 1.0);
            for step in self.steps().take_while(|step| step.epoch <= limit) {
                area.add((step.epoch - last.0) as f64 * last.1);
                on_step(&step, area.value());
                last = (step.epoch, step.not_converged);
            }
            area.add((limit - last.0) as f64 * last.1);
            area.value()
        };
        let value = area(&mut |_, _| {});
        let mut variance = Sum::default();
        area(&mut |step, before| {
            let (at_risk, converged) = (step.at_risk as f64, step.converged as f64);
            if step.converged > 0 && step.converged < step.at_risk {
                let after = (value - before).max(0.0);
                variance.add(after * after * converged / (at_risk * (at_risk - converged)));
            }
        });
        Some(MeanEpochs {
            value,
            standard_error: (self.runs > 1).then(|| variance.value().max(0.0).sqrt()),
            interval: self.mean_interval(value, limit, settings),
        })
    }

    /// The interval of the restricted mean, which is m + q·(L − m) for the share q of runs that
    /// failed, the mean m of those that converged, and the limit L: that of a rate for q and
    /// Student's for m, joined as Zou and Donner (2008) do, cut at the limit. The one dear failure that n
    /// runs may not have shown is in the upper end of q; the spread of n runs without it knows
    /// nothing of it.
    ///
    /// If fewer than two runs converged, nothing is known of m but that it is 1 or more.
    fn mean_interval(&self, value: f64, limit: u64, settings: &StatisticsSettings) -> Interval {
        let (count, mean, error) = self.of_converged();
        let failed = (self.runs - count) as f64 / self.runs as f64;
        let share = rate_interval(self.runs - count, self.runs, settings);
        let limit = limit as f64;
        let Some(t) = t_of(settings.confidence, count.saturating_sub(1)) else {
            let low = limit - (limit - 1.0) * (1.0 - share.low);
            return Interval {
                low: low.min(value),
                high: limit,
            };
        };
        let of_mean = (1.0 - failed) * t * error;
        let distance = |of_share: f64| libm::hypot((limit - mean) * of_share, of_mean);
        Interval {
            // No run converges before its first epoch.
            low: (value - distance(failed - share.low)).max(1.0),
            high: (value + distance(share.high - failed)).min(limit),
        }
    }

    /// How many runs converged, their mean epochs, and its standard error (0 of one).
    fn of_converged(&self) -> (u64, f64, f64) {
        let count: u64 = self.changes.iter().map(|change| change.converged).sum();
        if count == 0 {
            return (0, 0.0, 0.0);
        }
        let epochs = |change: &Change| u128::from(change.converged) * u128::from(change.epoch);
        let sum: u128 = self.changes.iter().map(epochs).sum();
        let mean = sum as f64 / count as f64;
        let square = |change: &Change| {
            let distance = change.epoch as f64 - mean;
            change.converged as f64 * distance * distance
        };
        let squares: Sum = self.changes.iter().map(square).collect();
        let freedom = count.saturating_sub(1).max(1) as f64;
        let error = (squares.value() / freedom / count as f64).sqrt();
        (count, mean, error)
    }

    /// The first epoch by which a `share` of all runs has converged, with the exact interval of
    /// a quantile: from the epoch of one run to that of another in their order. An end is
    /// `None` if the runs are too few for it, or if its run did not converge.
    pub fn quantile(&self, share: f64, confidence: f64) -> QuantileEpochs {
        let level = 1.0 - share + ROUNDING;
        let [low, high] = order_statistics(self.runs, share, confidence);
        let reached = |rank: Option<u64>, step: &Step| rank.filter(|r| step.converged_so_far >= *r);
        let mut found = QuantileEpochs::default();
        for step in self.steps() {
            let epoch = || step.epoch;
            if step.not_converged <= level {
                found.value.get_or_insert_with(epoch);
            }
            if reached(low, &step).is_some() {
                found.low.get_or_insert_with(epoch);
            }
            if reached(high, &step).is_some() {
                found.high.get_or_insert_with(epoch);
            }
        }
        found
    }
}

impl MeanEpochs {
    /// The mean with its interval.
    pub fn estimate(&self) -> Estimate {
        Estimate {
            value: self.value,
            interval: self.interval,
        }
    }
}
