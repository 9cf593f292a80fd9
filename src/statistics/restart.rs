//! Whether to give a run up and start again: expected epochs to a success under restarts.
//!
//! L. G. C. Hamey 1991, "Benchmarking feed-forward neural networks: models and measures",
//! NIPS 4, measures the efficiency of the limit t by E(t) = 1000·#{tᵢ < t}/Σ min(t, tᵢ):
//! successes per 1,000 epochs when every run is stopped at t. 1000/E(t) is the expected cost of
//! a success when failures are restarted. His `<` is strict: a run that is stopped at t counts
//! if it converged before its epoch t. Here t is a whole number of epochs up to the limit, and
//! at the limit itself, which no run exceeds, one that converges in its last epoch counts too;
//! so a success at the best limit never costs more epochs than one at the limit itself.

use super::spread::Sum;
use super::survival::Time;

/// What restarting costs; all `None` if no run converged.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Restart {
    /// Expected epochs to a success when failed runs are restarted at the limit.
    pub at_limit: Option<f64>,
    /// T_E, in epochs: the smallest t at which E(t) is largest.
    pub best_epoch: Option<u64>,
    /// 1000/e: expected epochs to a success when runs are restarted at T_E.
    pub best_epochs: Option<f64>,
    /// e: the largest E(t), in successes per 1,000 epochs.
    pub peak_efficiency: Option<f64>,
    /// Harmonic mean of epochs to convergence over all runs, a run that did not converge
    /// counting as infinitely many: it adds 0 to the sum of reciprocals.
    pub harmonic_mean: Option<f64>,
}

/// Successes and the epochs that they cost together.
#[derive(Clone, Copy)]
struct Trade {
    epoch: u64,
    successes: u128,
    cost: u128,
}

impl Trade {
    /// Whether its successes cost fewer epochs each.
    fn better_than(&self, other: &Trade) -> bool {
        // Whole numbers: no rounding decides between two limits. Up to 2^24 runs of 2^53 epochs
        // the products stay below 2^128; beyond, they saturate.
        let mine = self.successes.saturating_mul(other.cost);
        mine > other.successes.saturating_mul(self.cost)
    }
}

/// Restarts of runs given in ascending order, trained for `limit` epochs at most. All `None`
/// if no run converged.
pub fn restart(sorted: &[Time], limit: u64) -> Restart {
    let Some(at_limit) = at_limit(sorted, limit) else {
        return Restart::default();
    };
    let mut best = None;
    let mut trade = Trade {
        epoch: 0,
        successes: 0,
        cost: 0,
    };
    let mut passed: u128 = 0;
    for (at, time) in sorted.iter().enumerate() {
        trade.successes += u128::from(time.converged());
        passed += u128::from(time.epochs());
        let next = sorted.get(at + 1).map(|next| next.epochs());
        // E(t) only rises just after runs converged.
        if next == Some(time.epochs()) || time.epochs() >= limit {
            continue;
        }
        trade.epoch = time.epochs() + 1;
        trade.cost = passed + (sorted.len() - at - 1) as u128 * u128::from(trade.epoch);
        if best.is_none_or(|best| trade.better_than(&best)) {
            best = Some(trade);
        }
    }
    let best = match best {
        Some(best) if !at_limit.better_than(&best) => best,
        _ => at_limit,
    };
    let inverse: Sum = converged(sorted).map(|epoch| 1.0 / epoch as f64).collect();
    Restart {
        at_limit: Some(at_limit.cost as f64 / at_limit.successes as f64),
        best_epoch: Some(best.epoch),
        best_epochs: Some(best.cost as f64 / best.successes as f64),
        peak_efficiency: Some(1000.0 * best.successes as f64 / best.cost as f64),
        harmonic_mean: Some(sorted.len() as f64 / inverse.value()),
    }
}

/// Every run trained to its end; `None` if none succeeded.
fn at_limit(sorted: &[Time], limit: u64) -> Option<Trade> {
    let successes = converged(sorted).count() as u128;
    let cost = sorted.iter().map(|time| u128::from(time.epochs())).sum();
    (successes > 0 && cost > 0).then_some(Trade {
        epoch: limit,
        successes,
        cost,
    })
}

/// The convergence epochs of the runs that have one, ascending.
fn converged(sorted: &[Time]) -> impl Iterator<Item = u64> + '_ {
    sorted
        .iter()
        .filter(|time| time.converged())
        .map(|time| time.epochs())
}
