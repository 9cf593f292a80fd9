//! How much rounding decides: runs against their twins, which start one step of rounding away.
//!
//! A run and its twin differ in nothing that anybody asked about. So what differs between their
//! ends is what a seed cannot promise to other programs, whose sums round otherwise; and the rates
//! of both, which should be the same but for chance, are what a study can.

use super::estimate::Estimate;
use super::rates::{Pairs, newcombe_paired, rate};
use crate::manifest::StatisticsSettings;
use crate::network::is_right;
use crate::training::Outcome;

/// A prediction that moved farther than this has changed.
const MOVED: f64 = 1e-6;

/// What became of some runs of a model and of their twins, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RoundingCounts {
    /// Runs with their twins.
    pub runs: u64,
    /// Pairs of another status.
    pub status: u64,
    /// Pairs of another convergence epoch, one of which may have none.
    pub convergence_epoch: u64,
    /// Pairs in which a prediction with a target is right in one and wrong in the other.
    pub correct: u64,
    /// Pairs in which a prediction is more than 1e-6 apart, or finite in one only.
    pub prediction: u64,
    /// Which of each pair converged, the twin being the first.
    pub converged: Pairs,
}

/// In which ways a run is otherwise than its twin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Otherwise {
    /// Another status.
    pub status: bool,
    /// Another convergence epoch, or one where the other has none.
    pub convergence_epoch: bool,
    /// A prediction with a target is right in one and wrong in the other.
    pub correct: bool,
    /// A prediction is more than 1e-6 apart, or finite in one only.
    pub prediction: bool,
}

/// Runs that are otherwise than their twins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Changed {
    /// How many.
    pub runs: u64,
    /// Their share of all pairs, 0 to 1; `None` of none.
    pub share: Option<Estimate>,
}

/// How much rounding decides for a model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rounding {
    /// Runs with their twins.
    pub runs: u64,
    /// Of another status.
    pub status: Changed,
    /// Of another convergence epoch.
    pub convergence_epoch: Changed,
    /// With a prediction right in one and wrong in the other.
    pub correct: Changed,
    /// With a prediction more than 1e-6 apart.
    pub prediction: Changed,
    /// Share of the runs that converged.
    pub rate: Option<Estimate>,
    /// Share of their twins that converged.
    pub twin_rate: Option<Estimate>,
    /// `twin_rate` − `rate`; its interval uses the pairs.
    pub rate_difference: Option<Estimate>,
}

impl Otherwise {
    /// A run held against its twin. `targets` are those of the predictions, where they are known.
    pub fn of(run: &Outcome, twin: &Outcome, targets: &[Option<f64>]) -> Otherwise {
        let predictions = || run.predictions.iter().zip(&twin.predictions);
        let turned = |(target, (a, b)): (&Option<f64>, (&f64, &f64))| {
            target.is_some_and(|target| is_right(target, *a) != is_right(target, *b))
        };
        Otherwise {
            status: run.status() != twin.status(),
            convergence_epoch: run.convergence_epoch != twin.convergence_epoch,
            correct: targets.iter().zip(predictions()).any(turned),
            prediction: predictions().any(|(a, b)| has_moved(*a, *b)),
        }
    }
}

impl RoundingCounts {
    /// Adds a run and its twin. `targets` are those of the predictions, where they are known.
    pub fn add(&mut self, run: &Outcome, twin: &Outcome, targets: &[Option<f64>]) {
        let otherwise = Otherwise::of(run, twin, targets);
        self.runs += 1;
        self.status += u64::from(otherwise.status);
        self.convergence_epoch += u64::from(otherwise.convergence_epoch);
        self.correct += u64::from(otherwise.correct);
        self.prediction += u64::from(otherwise.prediction);
        *self.converged(run, twin) += 1;
    }

    /// Where a pair counts, by which of both converged.
    fn converged(&mut self, run: &Outcome, twin: &Outcome) -> &mut u64 {
        let [run, twin] = [run, twin].map(|outcome| outcome.convergence_epoch.is_some());
        let pairs = &mut self.converged;
        match (twin, run) {
            (true, true) => &mut pairs.both,
            (true, false) => &mut pairs.only_first,
            (false, true) => &mut pairs.only_second,
            (false, false) => &mut pairs.neither,
        }
    }

    /// What the counts say.
    pub fn estimate(&self, settings: &StatisticsSettings) -> Rounding {
        let share = |runs| rate(runs, self.runs, settings);
        let changed = |runs| Changed {
            runs,
            share: share(runs),
        };
        Rounding {
            runs: self.runs,
            status: changed(self.status),
            convergence_epoch: changed(self.convergence_epoch),
            correct: changed(self.correct),
            prediction: changed(self.prediction),
            rate: share(self.converged.both + self.converged.only_second),
            twin_rate: share(self.converged.both + self.converged.only_first),
            rate_difference: newcombe_paired(self.converged, settings.confidence),
        }
    }
}

/// Whether two values of a prediction are more than `MOVED` apart. What is not finite is the
/// same however it is not.
fn has_moved(a: f64, b: f64) -> bool {
    match (a.is_finite(), b.is_finite()) {
        (true, true) => (a - b).abs() > MOVED,
        (a, b) => a != b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::IntervalMethod;
    use crate::statistics::Interval;

    const SETTINGS: StatisticsSettings = StatisticsSettings {
        interval: IntervalMethod::Wilson,
        confidence: 0.95,
    };

    fn outcome(convergence_epoch: Option<u64>, predictions: &[f64]) -> Outcome {
        Outcome {
            seed: 1,
            epochs: 100,
            convergence_epoch,
            mse: 0.1,
            mse_at_90_percent: Some(0.1),
            max_abs_error: 0.3,
            wrong_rows: crate::training::WrongRows::default(),
            gradient_norm: 0.0,
            predictions: predictions.to_vec(),
            judged: crate::training::Judged::default(),
            finite: true,
            weights_hash: 0,
        }
    }

    /// The counts of one pair.
    fn of(run: Outcome, twin: Outcome) -> RoundingCounts {
        let mut counts = RoundingCounts::default();
        counts.add(&run, &twin, &[Some(1.0), None]);
        counts
    }

    #[test]
    fn a_run_is_like_itself() {
        for outcome in [
            outcome(None, &[0.2, f64::NAN]),
            outcome(Some(3), &[0.7, 0.1]),
        ] {
            let counts = of(outcome.clone(), outcome);
            assert_eq!(counts.runs, 1);
            let changed = [
                counts.status,
                counts.convergence_epoch,
                counts.correct,
                counts.prediction,
            ];
            assert_eq!(changed, [0; 4]);
        }
    }

    #[test]
    fn each_change_is_counted_for_itself() {
        let changed = |counts: RoundingCounts| {
            let RoundingCounts {
                runs: _,
                status,
                convergence_epoch,
                correct,
                prediction,
                converged,
            } = counts;
            [
                status,
                convergence_epoch,
                correct,
                prediction,
                converged.only_second,
                converged.only_first,
            ]
        };
        let at = |epoch| outcome(epoch, &[0.7, 0.1]);
        assert_eq!(changed(of(at(Some(3)), at(Some(4)))), [0, 1, 0, 0, 0, 0]);
        assert_eq!(changed(of(at(Some(3)), at(None))), [1, 1, 0, 0, 1, 0]);
        assert_eq!(changed(of(at(None), at(Some(3)))), [1, 1, 0, 0, 0, 1]);
        let says = |first, second| outcome(None, &[first, second]);
        let pair = |first, second| changed(of(says(0.7, 0.1), says(first, second)));
        assert_eq!(pair(0.3, 0.1), [0, 0, 1, 1, 0, 0]);
        // Without a target nothing is right.
        assert_eq!(pair(0.7, 0.9), [0, 0, 0, 1, 0, 0]);
        assert_eq!(pair(0.7 + 0.9e-6, 0.1), [0, 0, 0, 0, 0, 0]);
        assert_eq!(pair(0.7 + 1.1e-6, 0.1), [0, 0, 0, 1, 0, 0]);
        assert_eq!(pair(0.7, f64::NAN), [0, 0, 0, 1, 0, 0]);
        assert_eq!(pair(f64::NAN, 0.1), [0, 0, 1, 1, 0, 0]);
    }

    #[test]
    fn rates_are_those_of_runs_and_of_twins_and_their_difference_uses_the_pairs() {
        let (converged, not) = (outcome(Some(3), &[]), outcome(None, &[]));
        let mut counts = RoundingCounts::default();
        let pairs = [(&converged, &converged, 5), (&converged, &not, 1)];
        let pairs = pairs
            .into_iter()
            .chain([(&not, &converged, 2), (&not, &not, 2)]);
        for (run, twin, times) in pairs {
            (0..times).for_each(|_| counts.add(run, twin, &[]));
        }
        let rounding = counts.estimate(&SETTINGS);
        assert_eq!(rounding.runs, 10);
        assert_eq!(rounding.rate.unwrap().value, 0.6);
        assert_eq!(rounding.twin_rate.unwrap().value, 0.7);
        assert_eq!(rounding.status.runs, 3);
        assert_eq!(rounding.status.share.unwrap().value, 0.3);
        let difference = rounding.rate_difference.unwrap();
        assert!((difference.value - 0.1).abs() < 1e-15);
        let Interval { low, high } = difference.interval;
        assert!(low < 0.0 && high > 0.1, "{low} {high}");
    }

    #[test]
    fn a_rate_that_only_twins_reach_is_beyond_chance() {
        let mut counts = RoundingCounts::default();
        let (run, twin) = (outcome(None, &[]), outcome(Some(3), &[]));
        (0..50).for_each(|_| counts.add(&run, &twin, &[]));
        let difference = counts.estimate(&SETTINGS).rate_difference.unwrap();
        assert_eq!(difference.value, 1.0);
        assert!(difference.interval.low > 0.5);
    }

    #[test]
    fn of_no_runs_nothing_is_known() {
        let rounding = RoundingCounts::default().estimate(&SETTINGS);
        assert_eq!((rounding.runs, rounding.status.share), (0, None));
        assert_eq!((rounding.rate, rounding.twin_rate), (None, None));
        assert_eq!(rounding.rate_difference, None);
    }
}
