//! How long learning takes when some runs never learn: the Kaplan–Meier curve, its quantiles
//! and its restricted mean, and the log-rank test of whether two models take the same time. A
//! run that did not converge is censored at the epochs it was trained: it counts as still
//! learning up to there.

use super::estimate::{Interval, p_value};
use super::special::two_sided_ln_p;
use super::spread::Sum;

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
    /// Greenwood's sum Σ d/(n(n − d)) up to here (M. Greenwood 1926, "The natural duration of
    /// cancer"): the variance of ln S; infinite where S is 0.
    pub greenwood: f64,
}

/// Restricted mean epochs to convergence, in epochs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanEpochs {
    /// ∫ S up to the limit: mean epochs trained if every run stops when it converges.
    pub value: f64,
    /// Its standard error, in epochs; 0 also of one run, of which it can't be known.
    pub standard_error: f64,
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
    /// Pointwise interval of S on the scale of ln(−ln S) (J. D. Kalbfleisch and R. L. Prentice
    /// 1980, "The Statistical Analysis of Failure Time Data", §1.3); S itself where S is 0 or 1.
    pub fn interval(&self, z: f64) -> Interval {
        let share = self.not_converged;
        if share <= 0.0 || share >= 1.0 {
            return Interval {
                low: share,
                high: share,
            };
        }
        let ln = libm::log(share);
        // S^exp(±z·σ) with σ the standard error of ln(−ln S); ln S is negative.
        let factor = libm::exp(z * self.greenwood.sqrt() / -ln);
        Interval {
            low: libm::exp(ln * factor),
            high: libm::exp(ln / factor),
        }
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
    /// Between two censorings the product Π (1 − d/n) telescopes to one fraction and
    /// Greenwood's sum to a difference of two; so without censoring the curve is exactly
    /// 1 − the empirical distribution.
    pub fn steps(&self) -> impl Iterator<Item = Step> + '_ {
        let start = Step {
            epoch: 0,
            at_risk: self.runs,
            converged: 0,
            censored: 0,
            not_converged: 1.0,
            greenwood: 0.0,
        };
        // S and Greenwood's sum just after the last censoring, and the runs left then.
        let (mut share, mut sum, mut since) = (1.0, 0.0, self.runs);
        let mut at_risk = self.runs;
        let changes = self.changes.iter().map(move |change| {
            let after = at_risk - change.converged;
            let mut step = Step {
                epoch: change.epoch,
                at_risk,
                converged: change.converged,
                censored: change.censored,
                not_converged: share * (after as f64 / since as f64),
                greenwood: sum + (since - after) as f64 / since as f64 / after as f64,
            };
            if after == since {
                step.not_converged = share;
                step.greenwood = sum;
            }
            at_risk = after - change.censored;
            if change.censored > 0 {
                (share, sum, since) = (step.not_converged, step.greenwood, at_risk);
            }
            step
        });
        std::iter::once(start).chain(changes)
    }

    /// The restricted mean to `limit`: the area under S, beyond the last run as high as there;
    /// `None` of no runs. The standard error is Greenwood's (P. Meier 1975; J. P. Klein and
    /// M. L. Moeschberger 2003, "Survival Analysis", eq. 4.5.2): the root of
    /// Σ (area from t to the limit)² · d/(n(n − d)).
    pub fn restricted_mean(&self, limit: u64) -> Option<MeanEpochs> {
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
            standard_error: variance.value().max(0.0).sqrt(),
        })
    }

    /// The first epoch by which a `share` of all runs has converged, with the interval of
    /// R. Brookmeyer and J. Crowley 1982, "A confidence interval for the median survival time",
    /// Biometrics 38: the epochs at which the level lies inside the band of
    /// [`Step::interval`]. Where S is 0 it has no band, so an end that would only be reached
    /// there is not reached.
    pub fn quantile(&self, share: f64, z: f64) -> QuantileEpochs {
        let level = 1.0 - share + ROUNDING;
        let mut found = QuantileEpochs::default();
        for step in self.steps() {
            if found.value.is_none() && step.not_converged <= level {
                found.value = Some(step.epoch);
            }
            if step.not_converged <= 0.0 {
                break;
            }
            let band = step.interval(z);
            if found.low.is_none() && band.low <= level {
                found.low = Some(step.epoch);
            }
            if found.high.is_none() && band.high <= level {
                found.high = Some(step.epoch);
            }
            if found.high.is_some() {
                break;
            }
        }
        found
    }
}

/// The log-rank test's statistic and p-value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Logrank {
    /// χ² with one degree of freedom.
    pub chi_squared: f64,
    /// Its p-value, at most 1 and never 0.
    pub p: f64,
}

/// The log-rank test of two samples, each in ascending order (N. Mantel 1966, "Evaluation of
/// survival data and two new rank order statistics arising in its consideration", Cancer
/// Chemotherapy Reports 50), with the hypergeometric variance for ties. `None` if there is
/// nothing to compare: no run converged while both samples had runs left.
pub fn logrank(a: &[Time], b: &[Time]) -> Option<Logrank> {
    let (mut at_a, mut at_b) = (0, 0);
    let (mut excess, mut variance) = (Sum::default(), Sum::default());
    while at_a < a.len() && at_b < b.len() {
        let epoch = a[at_a].epochs().min(b[at_b].epochs());
        let (left_a, left_b) = ((a.len() - at_a) as f64, (b.len() - at_b) as f64);
        let converged_a = pass(a, &mut at_a, epoch);
        let converged = converged_a + pass(b, &mut at_b, epoch);
        if converged > 0.0 {
            let left = left_a + left_b;
            // Observed minus expected, over one denominator.
            excess.add(converged_a - converged * (left_a / left));
            if left > 1.0 {
                let share = (left_a / left) * (left_b / left);
                variance.add(share * converged * ((left - converged) / (left - 1.0)));
            }
        }
    }
    let (excess, variance) = (excess.value(), variance.value());
    (variance > 0.0).then(|| {
        let z = excess / variance.sqrt();
        Logrank {
            chi_squared: z * z,
            // χ² with one degree of freedom is the square of a standard normal.
            p: p_value(two_sided_ln_p(z)),
        }
    })
}

/// Moves past the runs of one epoch; returns how many of them converged.
fn pass(times: &[Time], at: &mut usize, epoch: u64) -> f64 {
    let mut converged = 0;
    while let Some(time) = times.get(*at).filter(|time| time.epochs() == epoch) {
        converged += u64::from(time.converged());
        *at += 1;
    }
    converged as f64
}
