//! Whether two models take the same time to converge: the log-rank test, and of few runs its
//! exact counterpart, in which chance deals the runs to the two models anew.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::estimate::p_value;
use super::special::two_sided_ln_p;
use super::spread::Sum;
use super::survival::Time;

/// Below so many runs of a model, χ² is too rough.
const FEW: usize = 30;
/// Up to so many ways to deal the runs, each is tried; of more, [`DRAWN`] are drawn.
const ALL: u128 = 20_000;
/// How many are drawn: enough for a standard error of 0.2 percentage points at p = 0.05.
const DRAWN: usize = 9_999;
/// Two sums that differ by less than this are equally far from 0; a score is some 1.
const TIE: f64 = 1e-9;

/// The log-rank test's statistic and p-value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Logrank {
    /// χ² with one degree of freedom.
    pub chi_squared: f64,
    /// Its p-value, at most 1 and never 0; below 30 runs of either model that of the
    /// permutation test.
    pub p: f64,
    /// Runs of the first sample that converged, minus those expected if the two were alike:
    /// above 0, the first converges sooner.
    pub excess: f64,
}

/// The log-rank test of two samples, each in ascending order (N. Mantel 1966, "Evaluation of
/// survival data and two new rank order statistics arising in its consideration", Cancer
/// Chemotherapy Reports 50), with the hypergeometric variance for ties. `None` if there is
/// nothing to compare: no run converged while both samples had runs left.
///
/// `deals` are the ways in which chance deals the runs, kept from one comparison to the next.
pub fn logrank(a: &[Time], b: &[Time], deals: &mut Deals) -> Option<Logrank> {
    let (excess, variance) = excess(a, b);
    (variance > 0.0).then(|| {
        let z = excess / variance.sqrt();
        let p = if a.len().min(b.len()) < FEW {
            deals.of(a.len(), b.len()).p(&scores(a, b), excess)
        } else {
            // χ² with one degree of freedom is the square of a standard normal.
            p_value(two_sided_ln_p(z))
        };
        Logrank {
            chi_squared: z * z,
            p,
            excess,
        }
    })
}

/// Observed minus expected convergences of the first sample, and the variance.
fn excess(a: &[Time], b: &[Time]) -> (f64, f64) {
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
    (excess.value(), variance.value())
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

/// What each run of both samples adds to the excess of the sample it is dealt to: 1 if it
/// converged, minus the share of those left that converged, summed over the epochs it was there
/// for (R. Peto and J. Peto 1972, "Asymptotically efficient rank invariant test procedures",
/// Journal of the Royal Statistical Society A 135). They add up to 0.
fn scores(a: &[Time], b: &[Time]) -> Vec<f64> {
    let mut times: Vec<Time> = a.iter().chain(b).copied().collect();
    times.sort_unstable();
    let mut scores = Vec::with_capacity(times.len());
    let mut hazard = Sum::default();
    while let Some(first) = times.get(scores.len()) {
        let left = (times.len() - scores.len()) as f64;
        let mut end = scores.len();
        let converged = pass(&times, &mut end, first.epochs());
        hazard.add(converged / left);
        let group = &times[scores.len()..end];
        let score = |time: &Time| f64::from(u8::from(time.converged())) - hazard.value();
        scores.extend(group.iter().map(score));
    }
    scores
}

/// The ways in which runs are dealt to two samples of given sizes.
#[derive(Debug, Default)]
pub struct Deals {
    sizes: (usize, usize),
    /// Positions of the runs in the smaller sample, deal after deal.
    positions: Vec<u32>,
    /// Whether these are all deals that there are.
    all: bool,
}

impl Deals {
    /// Those of samples of these sizes, made anew if they are not the last that were asked for.
    fn of(&mut self, one: usize, other: usize) -> &Deals {
        let sizes = (one.min(other), one.max(other));
        if self.sizes != sizes {
            let runs = sizes.0 + sizes.1;
            self.sizes = sizes;
            self.all = combinations(runs, sizes.0).is_some_and(|count| count <= ALL);
            self.positions = match self.all {
                true => all_deals(runs, sizes.0),
                false => drawn_deals(runs, sizes.0),
            };
        }
        self
    }

    /// The share of deals in which the sum of the scores is at least as far from 0 as the one
    /// observed, which counts as one of those drawn (B. Phipson and G. K. Smyth 2010,
    /// "Permutation p-values should never be zero").
    fn p(&self, scores: &[f64], observed: f64) -> f64 {
        let least = observed.abs() - TIE;
        let mut deals = 0;
        let mut as_far = 0;
        for deal in self.positions.chunks_exact(self.sizes.0) {
            let sum: f64 = deal.iter().map(|&run| scores[run as usize]).sum();
            deals += 1;
            as_far += u32::from(sum.abs() >= least);
        }
        match self.all {
            true => f64::from(as_far) / f64::from(deals),
            false => f64::from(as_far + 1) / f64::from(deals + 1),
        }
    }
}

/// How many ways there are to choose so many of these; `None` if they are beyond counting.
fn combinations(of: usize, chosen: usize) -> Option<u128> {
    (0..chosen as u128).try_fold(1u128, |count, taken| {
        Some(count.checked_mul(of as u128 - taken)? / (taken + 1))
    })
}

/// Every way to choose so many of these, in lexicographic order.
fn all_deals(of: usize, chosen: usize) -> Vec<u32> {
    let mut deal: Vec<u32> = (0..chosen as u32).collect();
    let mut deals = deal.clone();
    // The last position that can still move up does, and those behind it follow closely.
    while let Some(at) = (0..chosen).rfind(|&at| deal[at] < (of - chosen + at) as u32) {
        let next = deal[at] + 1;
        for (place, position) in deal[at..].iter_mut().zip(next..) {
            *place = position;
        }
        deals.extend_from_slice(&deal);
    }
    deals
}

/// So many of these, drawn again and again by partial shuffles from a stream that is always the
/// same, so that the same runs give the same p.
fn drawn_deals(of: usize, chosen: usize) -> Vec<u32> {
    let mut words = ChaCha8Rng::seed_from_u64(0);
    let mut runs: Vec<u32> = (0..of as u32).collect();
    let mut deals = Vec::with_capacity(DRAWN * chosen);
    for _ in 0..DRAWN {
        for at in 0..chosen {
            let left = (of - at) as u64;
            let other = at + ((u64::from(words.next_u32()) * left) >> 32) as usize;
            runs.swap(at, other);
        }
        deals.extend_from_slice(&runs[..chosen]);
    }
    deals
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(epochs: &[u64]) -> Vec<Time> {
        let time = |epoch: &u64| Time::new((*epoch < 100).then_some(*epoch), 100);
        epochs.iter().map(time).collect()
    }

    #[test]
    fn every_deal_is_tried_once() {
        let all = all_deals(5, 2);
        let deals: Vec<&[u32]> = all.chunks_exact(2).collect();
        assert_eq!(deals.len(), 10);
        assert_eq!((deals[0], deals[9]), (&[0, 1][..], &[3, 4][..]));
        assert!(deals.is_sorted());
        assert_eq!(combinations(5, 2), Some(10));
        assert_eq!(combinations(58, 29), Some(30_067_266_499_541_040));
        assert_eq!(combinations(100_000, 50_000), None);
    }

    #[test]
    fn scores_add_up_to_nothing_and_those_of_a_sample_to_its_excess() {
        let (a, b) = (times(&[3, 5, 5, 100]), times(&[5, 8, 9, 100, 100]));
        let mut pooled: Vec<Time> = [a.clone(), b.clone()].concat();
        pooled.sort();
        let scores = scores(&a, &b);
        assert!(scores.iter().sum::<f64>().abs() < 1e-12);
        let (observed, _) = excess(&a, &b);
        // Equal times have equal scores, so whichever of them is whose does not matter.
        let of_a = |time: &Time| scores[pooled.iter().position(|other| other == time).unwrap()];
        let sum: f64 = a.iter().map(of_a).sum();
        assert!((sum - observed).abs() < 1e-12, "{sum} {observed}");
    }

    #[test]
    fn three_runs_against_three_can_say_no_more_than_one_in_ten() {
        let mut deals = Deals::default();
        let (quick, slow) = (times(&[1, 2, 3]), times(&[10, 20, 30]));
        let found = logrank(&quick, &slow, &mut deals).unwrap();
        // Of 20 deals this one and its mirror image are the farthest.
        assert_eq!(found.p, 0.1);
        assert!(found.excess > 0.0);
        assert_eq!(logrank(&slow, &quick, &mut deals).unwrap().p, 0.1);
    }

    #[test]
    fn an_excess_of_nothing_is_no_closer_to_0_than_any_other() {
        // Observed is as many as expected, which rounding makes 1e-16.
        let (a, b) = (times(&[1, 1, 2, 100]), times(&[1, 2, 2, 2, 2]));
        let found = logrank(&a, &b, &mut Deals::default()).unwrap();
        assert!(found.excess.abs() < 1e-12, "{found:?}");
        assert_eq!(found.p, 1.0);
    }

    #[test]
    fn drawn_deals_agree_with_all_of_them_and_are_always_the_same() {
        let a = times(&[4, 9, 11, 17, 23, 30, 41, 100]);
        let b = times(&[8, 15, 21, 34, 50, 77, 100, 100]);
        let observed = excess(&a, &b).0;
        let scores = scores(&a, &b);
        let mut deals = Deals::default();
        let exact = deals.of(8, 8).p(&scores, observed);
        let drawn = Deals {
            sizes: (8, 8),
            positions: drawn_deals(16, 8),
            all: false,
        };
        let found = drawn.p(&scores, observed);
        let error = (exact * (1.0 - exact) / DRAWN as f64).sqrt();
        assert!((found - exact).abs() < 4.0 * error, "{found} {exact}");
        assert_eq!(drawn.positions, drawn_deals(16, 8));
    }
}
