//! Where values lie: sums whose rounding error does not grow with their count, mean and
//! standard deviation, quantiles, interquartile mean, dots that stand for a distribution, and
//! where one value stands among others.
//!
//! A value that is not finite belongs to a diverged run. [`spread`], [`dots`] and [`standing`]
//! leave it out (but it counts as a wrong prediction); [`median_worst_last`] and
//! [`sorted_worst_last`] count it as the worst.

use super::estimate::Estimate;
use super::rates::rate;
use crate::manifest::StatisticsSettings;
use crate::network::is_right;

/// The distribution of one prediction over some runs of a model. The values are outputs of the
/// network, without a unit. A statistic is `None` of no finite value, and where it exceeds f64.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Spread {
    /// Runs whose value is finite; all others here but `correct` are made from these.
    pub count: u64,
    /// Arithmetic mean.
    pub mean: Option<f64>,
    /// Standard deviation of a sample (divisor n − 1); `None` also of one value.
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
    /// Mean without the ⌊n/4⌋ lowest and highest values.
    pub interquartile_mean: Option<f64>,
    /// Share of runs, 0 to 1, whose value is right, one that is not finite counting as wrong;
    /// `None` without a target and of no runs.
    pub correct: Option<Estimate>,
}

/// Where a value stands among others: shares of them, 0 to 1. The rest are equal to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// Share that the value is lower than.
    pub lower_than: f64,
    /// Share that the value is higher than.
    pub higher_than: f64,
}

/// Up to so many values are drawn one by one.
const DOTS_ALL: usize = 200;
/// Beyond that, so many quantiles stand for them.
const DOTS: usize = 100;

/// The spread of `values`, some of which are right if there is a `target`.
pub fn spread(
    values: impl Iterator<Item = f64>,
    target: Option<f64>,
    settings: &StatisticsSettings,
) -> Spread {
    let (mut runs, mut right) = (0, 0);
    let mut sorted: Vec<f64> = Vec::with_capacity(values.size_hint().0);
    for value in values {
        runs += 1;
        right += u64::from(target.is_some_and(|target| is_right(target, value)));
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
/// mean, which a few runs far from the others do not move. `None` of no values.
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

/// In ascending order, with what is not finite last, as infinity; `None` of no values.
pub fn sorted_worst_last(values: impl Iterator<Item = f64>) -> Option<Vec<f64>> {
    let mut sorted: Vec<f64> = values
        .map(|value| {
            if value.is_finite() {
                value
            } else {
                f64::INFINITY
            }
        })
        .collect();
    sorted.sort_unstable_by(f64::total_cmp);
    (!sorted.is_empty()).then_some(sorted)
}

/// The median, values that are not finite counting as the largest; `None` of no values, and
/// where it is one of those.
pub fn median_worst_last(values: impl Iterator<Item = f64>) -> Option<f64> {
    sorted_worst_last(values).and_then(|sorted| quantile(&sorted, 0.5))
}

/// A compensated sum (A. Neumaier 1974, "Rundungsfehleranalyse einiger Verfahren zur Summation
/// endlicher Summen", ZAMM 54): what each addition rounds away is summed apart.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sum {
    sum: f64,
    lost: f64,
}

impl Sum {
    /// Adds one number.
    pub fn add(&mut self, value: f64) {
        let sum = self.sum + value;
        self.lost += if self.sum.abs() >= value.abs() {
            (self.sum - sum) + value
        } else {
            (value - sum) + self.sum
        };
        self.sum = sum;
    }

    /// The sum so far.
    pub fn value(self) -> f64 {
        self.sum + self.lost
    }
}

impl FromIterator<f64> for Sum {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Sum {
        let mut sum = Sum::default();
        values.into_iter().for_each(|value| sum.add(value));
        sum
    }
}

/// Arithmetic mean; `None` of nothing, and where the sum exceeds f64.
pub fn mean(values: &[f64]) -> Option<f64> {
    let sum: Sum = values.iter().copied().collect();
    let mean = sum.value() / values.len() as f64;
    mean.is_finite().then_some(mean)
}

/// Standard deviation of a sample (divisor n − 1); `None` of fewer than two values, and where
/// their squares exceed f64.
pub fn standard_deviation(values: &[f64]) -> Option<f64> {
    if values.len() < 2 {
        return None;
    }
    let mean = mean(values)?;
    let squares: Sum = values.iter().map(|x| (x - mean) * (x - mean)).collect();
    let deviation = (squares.value() / (values.len() - 1) as f64).sqrt();
    deviation.is_finite().then_some(deviation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rounding_loses_is_kept() {
        let sum: Sum = [1.0, 1e100, 1.0, -1e100].into_iter().collect();
        assert_eq!(sum.value(), 2.0);
        let tenth: Vec<f64> = vec![0.1; 1_000_000];
        assert_eq!(mean(&tenth), Some(0.1));
    }

    #[test]
    fn the_spread_of_one_value_is_unknown_and_of_equal_values_zero() {
        assert_eq!(mean(&[]), None);
        assert_eq!(standard_deviation(&[3.0]), None);
        assert_eq!(standard_deviation(&[3.0; 10]), Some(0.0));
    }
}
