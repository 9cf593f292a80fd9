//! Whether to give a run up and start again: expected epochs to a success under restarts.
//!
//! L. G. C. Hamey 1991, "Benchmarking feed-forward neural networks: models and measures",
//! NIPS 4, measures the efficiency of the limit t by E(t) = 1000·#{tᵢ < t}/Σ min(t, tᵢ):
//! successes per 1,000 epochs when every run is stopped at t. 1000/E(t) is the expected cost of
//! a success when failures are restarted. His `<` is strict: a run that is stopped at t counts
//! if it converged before its epoch t. Here t is a whole number of epochs up to the limit, and
//! at the limit itself, which no run exceeds, one that converges in its last epoch counts too;
//! so a success at the best limit never costs more epochs than one at the limit itself.
//!
//! The best t of some runs flatters them: chance makes some t look best even where restarting
//! never helps. So what restarting saves is measured apart: t is chosen on half of the runs,
//! and what it costs there is estimated from the other half ([`held_out`]).

use super::estimate::{Estimate, Interval, Simulated};
use super::spread::{Sum, standard_deviation};
use super::student::t_of;
use super::survival::Time;

/// At least so many of the runs that estimate the cost converged before the restart, and so
/// many runs' worth of epochs are saved by it: of fewer nothing can be said.
const ENOUGH: f64 = 10.0;

/// What restarting costs; all `None` if no run converged.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Restart {
    /// Expected epochs to a success when failed runs are restarted at the limit.
    pub at_limit: Option<Simulated>,
    /// T_E, in epochs: the smallest t at which E(t) is largest.
    pub best_epoch: Option<u64>,
    /// 1000/e: expected epochs to a success when runs are restarted at T_E.
    pub best_epochs: Option<f64>,
    /// e: the largest E(t), in successes per 1,000 epochs.
    pub peak_efficiency: Option<f64>,
    /// Harmonic mean of epochs to convergence over all runs, a run that did not converge
    /// counting as infinitely many: it adds 0 to the sum of reciprocals.
    pub harmonic_mean: Option<Simulated>,
    /// What restarting saves, from runs that had no part in choosing when.
    pub held_out: HeldOut,
}

/// A restart chosen on the runs at even positions (the second, the fourth, …) and measured on
/// the others.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct HeldOut {
    /// The best epoch to restart at by the runs at even positions; `None` if none of them
    /// converged.
    pub epoch: Option<u64>,
    /// What a success costs the others when they are restarted there, as a share of what it
    /// costs at the limit. `None` if fewer than ten of them converged before that epoch, or if
    /// what is saved is fewer than ten runs' worth; so also where the limit itself is best.
    pub ratio: Option<Ratio>,
}

/// A ratio of two costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    /// The ratio; below 1 the restart saves epochs.
    pub value: f64,
    /// Standard error of its logarithm.
    error: f64,
    /// Runs that it is estimated from.
    runs: u64,
}

impl Ratio {
    /// The ratio with its interval: Student's on the logarithmic scale, by the delta method.
    pub fn estimate(&self, confidence: f64) -> Estimate {
        let quantile = t_of(confidence, self.runs.saturating_sub(1)).unwrap_or(f64::INFINITY);
        let factor = libm::exp(quantile * self.error);
        Estimate {
            value: self.value,
            interval: Interval {
                low: self.value / factor,
                high: self.value * factor,
            },
        }
    }
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

/// Restarts of runs given in canonical order, trained for `limit` epochs at most; `sorted` are
/// the same in ascending order.
pub fn restart(times: &[Time], sorted: &[Time], limit: u64) -> Restart {
    let Some((at_limit, best)) = trades(sorted, limit) else {
        return Restart::default();
    };
    Restart {
        at_limit: Some(success_at_limit(sorted, at_limit)),
        best_epoch: Some(best.epoch),
        best_epochs: Some(best.cost as f64 / best.successes as f64),
        peak_efficiency: Some(1000.0 * best.successes as f64 / best.cost as f64),
        harmonic_mean: Some(harmonic_mean(sorted)),
        held_out: held_out(times, limit),
    }
}

/// Expected epochs to a success at the limit: epochs over successes. Its standard error is that
/// of a ratio by the delta method, from what each run has beyond its share of the cost.
fn success_at_limit(sorted: &[Time], trade: Trade) -> Simulated {
    let value = trade.cost as f64 / trade.successes as f64;
    let rest = |time: &Time| match time.converged() {
        true => time.epochs() as f64 - value,
        false => time.epochs() as f64,
    };
    let rests: Vec<f64> = sorted.iter().map(rest).collect();
    let successes = trade.successes as f64;
    let scale = (sorted.len() as f64).sqrt() / successes;
    Simulated {
        value,
        mcse: standard_deviation(&rests).map(|deviation| deviation * scale),
    }
}

/// The harmonic mean of epochs to convergence. Its standard error is that of the mean of
/// reciprocals times the square of the value (delta method).
fn harmonic_mean(sorted: &[Time]) -> Simulated {
    let inverse = |time: &Time| match time.converged() {
        true => 1.0 / time.epochs() as f64,
        false => 0.0,
    };
    let inverses: Vec<f64> = sorted.iter().map(inverse).collect();
    let sum: Sum = inverses.iter().copied().collect();
    let count = sorted.len() as f64;
    let value = count / sum.value();
    let deviation = standard_deviation(&inverses);
    Simulated {
        value,
        mcse: deviation.map(|deviation| value * value * deviation / count.sqrt()),
    }
}

/// What runs in ascending order cost at the limit, and at the epoch where they cost least;
/// `None` if none converged.
fn trades(sorted: &[Time], limit: u64) -> Option<(Trade, Trade)> {
    let at_limit = at_limit(sorted, limit)?;
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
    Some((at_limit, best))
}

/// Chooses the restart on the runs at even positions, and measures it on the others.
fn held_out(times: &[Time], limit: u64) -> HeldOut {
    let half = |first: usize| times.iter().skip(first).step_by(2).copied();
    let mut chosen_on: Vec<Time> = half(1).collect();
    chosen_on.sort_unstable();
    let Some((_, best)) = trades(&chosen_on, limit) else {
        return HeldOut::default();
    };
    let measured: Vec<Time> = half(0).collect();
    HeldOut {
        epoch: Some(best.epoch),
        ratio: ratio(&measured, best.epoch, limit),
    }
}

/// What a success costs the runs when they are restarted at `epoch`, as a share of what it
/// costs at the limit.
///
/// The ratio is (Σ min(t, T)/#{t < T}) / (Σ min(t, L)/#converged); its logarithm changes with
/// each run by min(t, T)/mean − 1{t < T}/share − min(t, L)/mean + 1{converged}/share, and the
/// standard deviation of that over √n is the standard error.
fn ratio(times: &[Time], epoch: u64, limit: u64) -> Option<Ratio> {
    let count = times.len() as f64;
    let parts = || times.iter().map(|time| shares(*time, epoch));
    let [stopped, early, going_on, converged] = [0, 1, 2, 3].map(|part| {
        let sum: Sum = parts().map(|parts| parts[part]).collect();
        sum.value() / count
    });
    let saved = parts().map(|parts| parts[2] - parts[0]);
    if epoch >= limit || early * count < ENOUGH || worth(saved) < ENOUGH {
        return None;
    }
    let influence = |parts: [f64; 4]| {
        parts[0] / stopped - parts[1] / early - parts[2] / going_on + parts[3] / converged
    };
    let influences: Vec<f64> = parts().map(influence).collect();
    Some(Ratio {
        value: (stopped / early) / (going_on / converged),
        error: standard_deviation(&influences)? / count.sqrt(),
        runs: times.len() as u64,
    })
}

/// Epochs until a run is stopped at `epoch`, whether it converged before; its epochs to the
/// limit, whether it converged by then.
fn shares(time: Time, epoch: u64) -> [f64; 4] {
    let epochs = time.epochs();
    let early = time.converged() && epochs < epoch;
    [
        epochs.min(epoch) as f64,
        f64::from(u8::from(early)),
        epochs as f64,
        f64::from(u8::from(time.converged())),
    ]
}

/// How many equal amounts are worth as much evidence as these (L. Kish 1965, "Survey Sampling":
/// the effective sample size): one huge among many small counts as little more than one.
fn worth(amounts: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut squares) = (Sum::default(), Sum::default());
    for amount in amounts {
        sum.add(amount);
        squares.add(amount * amount);
    }
    match squares.value() > 0.0 {
        true => sum.value() * sum.value() / squares.value(),
        false => 0.0,
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
