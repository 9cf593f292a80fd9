//! Where values lie: sums whose rounding error does not grow with their count, mean and
//! standard deviation, quantiles, interquartile mean, dots that stand for a distribution, and
//! where one value stands among others.
//!
//! A value that is not finite belongs to a diverged run. [`spread`], [`dots`] and [`standing`]
//! leave it out (but it counts as a wrong prediction); [`median_worst_last`] and
//! [`sorted_worst_last`] count it as the worst.

use super::estimate::{Estimate, Simulated};
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
    pub mean: Option<Simulated>,
    /// Standard deviation of a sample (divisor n − 1); `None` also of one value.
    pub sd: Option<f64>,
    /// Quantile 0.5.
    pub median: Option<Simulated>,
    /// Quantile 0.05.
    pub q05: Option<Simulated>,
    /// Quantile 0.25.
    pub q25: Option<Simulated>,
    /// Quantile 0.75.
    pub q75: Option<Simulated>,
    /// Quantile 0.95.
    pub q95: Option<Simulated>,
    /// Mean without the ⌊n/4⌋ lowest and highest values.
    pub interquartile_mean: Option<Simulated>,
    /// Share of runs, 0 to 1, whose value is right, one that is not finite counting as wrong;
    /// `None` without a target and of no runs.
    pub correct: Option<Estimate>,
}

impl Spread {
    /// That of no values.
    pub const NOTHING: Spread = Spread {
        count: 0,
        mean: None,
        sd: None,
        median: None,
        q05: None,
        q25: None,
        q75: None,
        q95: None,
        interquartile_mean: None,
        correct: None,
    };
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
        mean: simulated_mean(&sorted),
        sd: standard_deviation(&sorted),
        median: simulated_quantile(&sorted, 0.5),
        q05: simulated_quantile(&sorted, 0.05),
        q25: simulated_quantile(&sorted, 0.25),
        q75: simulated_quantile(&sorted, 0.75),
        q95: simulated_quantile(&sorted, 0.95),
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

/// The quantile with its standard error: half the distance between the quantiles one binomial
/// standard error √(q(1 − q)/n) below and above `q` (R. S. Woodruff 1952, "Confidence intervals
/// for medians and other position measures", JASA 47). Without one where those lie beyond the
/// values: they are too few.
pub fn simulated_quantile(sorted: &[f64], q: f64) -> Option<Simulated> {
    let error = (q * (1.0 - q) / sorted.len() as f64).sqrt();
    let end = |q: f64| quantile(sorted, q).filter(|_| (0.0..=1.0).contains(&q));
    let enough = sorted.len() > 1;
    let ends = end(q - error).zip(end(q + error)).filter(|_| enough);
    Some(Simulated {
        value: quantile(sorted, q)?,
        mcse: ends.map(|(low, high)| high / 2.0 - low / 2.0),
    })
}

/// The mean of values in ascending order without the ⌊n/4⌋ lowest and highest: the 25% trimmed
/// mean, which a few runs far from the others do not move. `None` of no values. Its standard
/// error is that of J. W. Tukey and D. H. McLaughlin 1963, "Less vulnerable confidence and
/// significance procedures for location based on a single sample", Sankhyā A 25: the standard
/// deviation with the values that are left out put at the ends of the others, over the share
/// that is left in and √n.
pub fn interquartile_mean(sorted: &[f64]) -> Option<Simulated> {
    let (count, cut) = (sorted.len(), sorted.len() / 4);
    let kept = &sorted[cut..count - cut];
    let (low, high) = (kept.first()?, kept.last()?);
    let ends = std::iter::repeat_n(*low, cut).chain(std::iter::repeat_n(*high, cut));
    let winsorized: Vec<f64> = ends.chain(kept.iter().copied()).collect();
    let share = kept.len() as f64 / count as f64;
    let deviation = standard_deviation(&winsorized);
    Some(Simulated {
        value: mean(kept)?,
        mcse: deviation.map(|deviation| deviation / share / (count as f64).sqrt()),
    })
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

/// What is not finite, as infinity: the worst that a loss or a distance can be.
pub fn worst(value: f64) -> f64 {
    match value.is_finite() {
        true => value,
        false => f64::INFINITY,
    }
}

/// In ascending order, with what is not finite last, as infinity; `None` of no values.
pub fn sorted_worst_last(values: impl Iterator<Item = f64>) -> Option<Vec<f64>> {
    let values: Vec<f64> = values.map(worst).collect();
    (!values.is_empty()).then(|| ascending(&values))
}

/// The values in ascending order.
pub fn ascending(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

/// The median, values that are not finite counting as the largest; `None` of no values, and
/// where it is one of those.
pub fn median_worst_last(values: impl Iterator<Item = f64>) -> Option<Simulated> {
    sorted_worst_last(values).and_then(|sorted| simulated_quantile(&sorted, 0.5))
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

/// Arithmetic mean; `None` of nothing, and where the sum exceeds f64. Rounding never takes it
/// beyond the smallest and the largest value.
pub fn mean(values: &[f64]) -> Option<f64> {
    let sum: Sum = values.iter().copied().collect();
    let mean = sum.value() / values.len() as f64;
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    mean.is_finite().then(|| mean.max(least).min(most))
}

/// The mean with its standard error, the standard deviation over √n; without one where that is
/// unknown.
pub fn simulated_mean(values: &[f64]) -> Option<Simulated> {
    let deviation = standard_deviation(values);
    Some(Simulated {
        value: mean(values)?,
        mcse: deviation.map(|deviation| deviation / (values.len() as f64).sqrt()),
    })
}

/// Standard deviation of a sample (divisor n − 1), 0 if all are equal; `None` of fewer than two
/// values, and where their squares exceed f64.
///
/// In two passes, corrected by what rounding of the mean leaves (T. F. Chan, G. H. Golub and
/// R. J. LeVeque 1983, "Algorithms for computing the sample variance", The American Statistician
/// 37, eq. 1.7).
pub fn standard_deviation(values: &[f64]) -> Option<f64> {
    if values.len() < 2 {
        return None;
    }
    let mean = mean(values)?;
    let distances = || values.iter().map(|x| x - mean);
    let squares: Sum = distances().map(|distance| distance * distance).collect();
    let left: Sum = distances().collect();
    let count = values.len() as f64;
    let variance = (squares.value() - left.value() * left.value() / count) / (count - 1.0);
    let deviation = variance.max(0.0).sqrt();
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
