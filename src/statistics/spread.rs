//! Where values lie: mean, spread, quantiles, interquartile mean, and where one value stands
//! among others. Values that are not finite belong to diverged runs and are left out, except
//! that correctness counts them as wrong.

use super::sums::{mean, standard_deviation};
use super::{Estimate, rate};
use crate::manifest::StatisticsSettings;

/// The distribution of one prediction over the runs of a model.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Spread {
    /// Finite values.
    pub count: u64,
    /// Arithmetic mean.
    pub mean: Option<f64>,
    /// Standard deviation of a sample (divisor n − 1).
    pub sd: Option<f64>,
    /// Quantile 0.5.
    pub median: Option<f64>,
    /// Quantile 0.05.
    pub q05: Option<f64>,
    /// Quantile 0.25.
    pub q25: Option<f64>,
    /// Quantile 0.75.
    pub q75: Option<f64>,
    /// Quantile 0.95.
    pub q95: Option<f64>,
    /// Interquartile mean.
    pub interquartile_mean: Option<f64>,
    /// Share of runs whose value is within 0.5 of the target; `None` without a target.
    pub correct: Option<Estimate>,
}

/// Where a value stands among others, as shares of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// Share that the value is lower than.
    pub lower_than: f64,
    /// Share that the value is higher than.
    pub higher_than: f64,
}

/// A value is right if it is closer to its target than this.
const RIGHT: f64 = 0.5;
/// Up to so many values are drawn one by one.
const DOTS_ALL: usize = 200;
/// Beyond that, so many quantiles stand for them.
const DOTS: usize = 100;

/// The spread of `values`, of which those closer than 0.5 to `target` are right.
pub fn spread(
    values: impl Iterator<Item = f64>,
    target: Option<f64>,
    settings: &StatisticsSettings,
) -> Spread {
    let (mut runs, mut right) = (0, 0);
    let mut sorted: Vec<f64> = Vec::with_capacity(values.size_hint().0);
    for value in values {
        runs += 1;
        right += u64::from(target.is_some_and(|target| (target - value).abs() < RIGHT));
        if value.is_finite() {
            sorted.push(value);
        }
    }
    sorted.sort_unstable_by(f64::total_cmp);
    Spread {
        count: sorted.len() as u64,
        mean: mean(&sorted),
        sd: standard_deviation(&sorted),
        median: quantile(&sorted, 0.5),
        q05: quantile(&sorted, 0.05),
        q25: quantile(&sorted, 0.25),
        q75: quantile(&sorted, 0.75),
        q95: quantile(&sorted, 0.95),
        interquartile_mean: interquartile_mean(&sorted),
        correct: target.and_then(|_| rate(right, runs, settings)),
    }
}

/// The quantile `q` of values in ascending order, of type 7 in R. J. Hyndman and Y. Fan 1996,
/// "Sample quantiles in statistical packages", The American Statistician 50: position
/// (n − 1)·q from 0, linear between neighbours. `None` of no values, and where it is infinite.
pub fn quantile(sorted: &[f64], q: f64) -> Option<f64> {
    let position = sorted.len().checked_sub(1)? as f64 * q;
    let below = position.floor();
    let share = position - below;
    let low = *sorted.get(below as usize)?;
    let value = match sorted.get(below as usize + 1) {
        // Half the step twice: the distance itself may exceed f64.
        Some(high) if share > 0.0 => low + 2.0 * (share * (high / 2.0 - low / 2.0)),
        _ => low,
    };
    value.is_finite().then_some(value)
}

/// The mean of values in ascending order without the ⌊n/4⌋ lowest and highest: the 25% trimmed
/// mean, which few runs gone astray can't move.
pub fn interquartile_mean(sorted: &[f64]) -> Option<f64> {
    let cut = sorted.len() / 4;
    mean(&sorted[cut..sorted.len() - cut])
}

/// Where `value` stands among `peers`; `None` if it or all of them are not finite.
pub fn standing(peers: &[f64], value: f64) -> Option<Standing> {
    let count = peers.iter().filter(|peer| peer.is_finite()).count() as f64;
    let share = |count_as: fn(&f64, f64) -> bool| {
        peers
            .iter()
            .filter(|peer| peer.is_finite() && count_as(peer, value))
            .count() as f64
            / count
    };
    (value.is_finite() && count > 0.0).then(|| Standing {
        lower_than: share(|peer, value| *peer > value),
        higher_than: share(|peer, value| *peer < value),
    })
}

/// The finite values in ascending order if they are at most 200; else 100 quantiles, each for
/// a hundredth of them (M. Kay et al. 2016, "When (ish) is my bus?", CHI: quantile dot plots).
pub fn dots(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.filter(|value| value.is_finite()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    if sorted.len() <= DOTS_ALL {
        return sorted;
    }
    let middle = |dot: usize| (dot as f64 + 0.5) / DOTS as f64;
    (0..DOTS)
        .filter_map(|dot| quantile(&sorted, middle(dot)))
        .collect()
}
