//! Models of several partitions of the rows, taken together.
//!
//! A seed starts the same network in every partition, so its runs are no independent ones: what
//! varies by chance is the seed. Means are over all runs; a standard error, an interval and a test
//! are made from the means of each seed over the partitions, and say what other seeds would show
//! with the same partitions. Spreads are over seeds and partitions.

use super::accuracy::{AccuracyComparison, Shares, compare_accuracy};
use super::comparison::{Comparison, adjust_accuracy, are_pairs};
use super::estimate::{Estimate, Interval, Simulated};
use super::judged::{Confusion, JudgedColumns, Performance, SetColumns, SetSummary, mean_interval};
use super::predictions::GoOn;
use super::rates::rate_interval;
use super::restart::Restart;
use super::runs::RunColumns;
use super::spread::{Spread, mean, median_worst_last, spread, standard_deviation};
use super::summary::{ModelSummary, PredictionSummary};
use super::survival::{KaplanMeier, QuantileEpochs, Time};
use crate::error::Result;
use crate::manifest::StatisticsSettings;
use crate::plan::Pool;

/// What the pools of a plan amount to.
#[derive(Debug, Clone, Default)]
pub struct Pooled {
    /// Pool by pool. Of epochs to convergence there are only quantiles, without intervals; nothing
    /// of restarts and predictions.
    pub summaries: Vec<ModelSummary>,
    /// Every pool that has another as its baseline, against it; positions are those of pools. Only
    /// accuracy is compared.
    pub comparisons: Vec<Comparison>,
}

/// The runs of the models of a pool.
struct Members<'m> {
    models: Vec<&'m RunColumns<'m>>,
    /// Whether the runs at a place have the same seed in all models.
    aligned: bool,
}

/// Pools the runs of models, which must still have all their columns; `predictions` says how many
/// there are.
///
/// # Errors
/// What `go_on` returns.
pub(super) fn pooled(
    pools: &[Pool],
    models: &[RunColumns],
    epoch_limit: u64,
    predictions: usize,
    settings: &StatisticsSettings,
    go_on: GoOn,
) -> Result<Pooled> {
    let members: Vec<Members> = pools
        .iter()
        .map(|pool| Members::new(pool, models))
        .collect();
    let mut found = Pooled::default();
    for (at, pool) in pools.iter().enumerate() {
        go_on()?;
        let summary = members[at].summary(epoch_limit, predictions, settings);
        found.summaries.push(summary);
        if pool.baseline != at {
            let pair = (&members[at], &members[pool.baseline]);
            let comparison = compare(pair, (at, pool.baseline), predictions, settings, go_on)?;
            found.comparisons.push(comparison);
        }
    }
    adjust_accuracy(&mut found.comparisons);
    Ok(found)
}

impl<'m> Members<'m> {
    fn new(pool: &Pool, models: &'m [RunColumns]) -> Members<'m> {
        let models: Vec<&RunColumns> = pool.members.iter().map(|&model| &models[model]).collect();
        let aligned = models.iter().all(|model| are_pairs(models[0], model));
        Members { models, aligned }
    }

    fn summary(
        &self,
        epoch_limit: u64,
        predictions: usize,
        settings: &StatisticsSettings,
    ) -> ModelSummary {
        let times = self.models.iter().flat_map(|model| &model.times);
        let mut times: Vec<Time> = times.copied().collect();
        times.sort_unstable();
        let curve = KaplanMeier::new(&times);
        let quantile = |share: f64| QuantileEpochs {
            low: None,
            high: None,
            ..curve.quantile(share, settings.confidence)
        };
        let converged = times.iter().filter(|time| time.converged());
        let epochs: Vec<f64> = converged.map(|time| time.epochs() as f64).collect();
        let mse = self.models.iter().flat_map(|model| &model.mse);
        let performance = self.performance(settings);
        let without_error = |value: f64| Simulated { value, mcse: None };
        ModelSummary {
            runs: times.len() as u64,
            converged: epochs.len() as u64,
            diverged: self.models.iter().map(|model| model.diverged).sum(),
            rate: self.rate(&times, settings),
            epoch_limit,
            q25: quantile(0.25),
            median: quantile(0.5),
            q75: quantile(0.75),
            restricted_mean: None,
            mean_of_converged: mean(&epochs).map(without_error),
            restart: Restart::default(),
            mse_median: median_worst_last(mse.copied()).map(|median| without_error(median.value)),
            accuracy_mean: performance
                .as_ref()
                .and_then(|all| all.training.accuracy.mean),
            performance,
            predictions: vec![PredictionSummary::NOTHING; predictions],
        }
    }

    /// Seeds, if every partition has the same.
    fn seeds(&self) -> Option<u64> {
        self.aligned.then(|| self.models[0].len() as u64)
    }

    /// The share of runs that converged. Its interval is that of as large a share of the seeds,
    /// wide enough also where the runs of a seed end alike in all partitions; 0 to 1, if
    /// partitions have different seeds.
    fn rate(&self, times: &[Time], settings: &StatisticsSettings) -> Option<Estimate> {
        if times.is_empty() {
            return None;
        }
        let converged = times.iter().filter(|time| time.converged()).count();
        let value = converged as f64 / times.len() as f64;
        let interval = match self.seeds() {
            Some(seeds) => {
                let end = |count: usize| rate_interval(count as u64, seeds, settings);
                Interval {
                    low: end(converged / self.models.len()).low,
                    high: end(converged.div_ceil(self.models.len())).high,
                }
            }
            None => Interval {
                low: 0.0,
                high: 1.0,
            },
        };
        Some(Estimate { value, interval })
    }

    fn judged(&self) -> Option<Vec<&JudgedColumns>> {
        self.models
            .iter()
            .map(|model| model.judged.as_ref())
            .collect()
    }

    fn performance(&self, settings: &StatisticsSettings) -> Option<Performance> {
        let judged = self.judged()?;
        let set = |place: usize| {
            let sets: Option<Vec<_>> = judged.iter().map(|one| one.sets()[place]).collect();
            Some(self.set(&sets?, settings))
        };
        let mut confusion: Confusion = judged.first()?.confusion().clone();
        judged[1..]
            .iter()
            .for_each(|other| confusion.extend(other.confusion()));
        Some(Performance {
            training: set(0)?,
            validation: set(1),
            test: set(2),
            confusion,
        })
    }

    /// One set of all partitions.
    fn set(&self, sets: &[&SetColumns], settings: &StatisticsSettings) -> SetSummary {
        let accuracies = || sets.iter().flat_map(|set| set.accuracies());
        let mse = || sets.iter().flat_map(|set| set.mse.iter().copied());
        let by_seed = |values: &dyn Fn(&SetColumns) -> Vec<f64>| self.seed_error(sets, values);
        let accuracy = Spread {
            mean: with_error(
                spread(accuracies(), None, settings).mean,
                by_seed(&|set| set.accuracies().collect()),
            ),
            ..without_errors(spread(accuracies(), None, settings))
        };
        let losses = spread(mse(), None, settings);
        let seeds = self.seeds().unwrap_or_default();
        SetSummary {
            accuracy,
            accuracy_interval: mean_interval(accuracy.mean, seeds, settings.confidence),
            mse: Spread {
                mean: with_error(losses.mean, by_seed(&|set| set.mse.clone())),
                ..without_errors(losses)
            },
        }
    }

    /// The standard error of a mean, from the means of each seed; `None` if one is not finite.
    fn seed_error(
        &self,
        sets: &[&SetColumns],
        values: &dyn Fn(&SetColumns) -> Vec<f64>,
    ) -> Option<f64> {
        let seeds = self.seeds()? as usize;
        let mut sums = vec![0.0; seeds];
        for set in sets {
            for (sum, value) in sums.iter_mut().zip(values(set)) {
                *sum += value;
            }
        }
        let means: Vec<f64> = sums.iter().map(|sum| sum / sets.len() as f64).collect();
        let all_finite = means.iter().all(|mean| mean.is_finite());
        let deviation = standard_deviation(&means).filter(|_| all_finite)?;
        Some(deviation / (seeds as f64).sqrt())
    }

    /// Of each seed, how many rows are right in all partitions together, each partition counting
    /// the same: whole numbers over the least common multiple of their rows.
    fn shares(&self) -> Option<Shares> {
        let seeds = self.seeds()? as usize;
        let judged = self.judged()?;
        let shares: Vec<Shares> = judged
            .iter()
            .map(|judged| judged.shares())
            .collect::<Option<_>>()?;
        let common = shares.iter().try_fold(1_u64, |common, shares| {
            least_common_multiple(common, shares.rows)
        })?;
        let rows = common.checked_mul(shares.len() as u64)?;
        let mut right = vec![0_u64; seeds];
        for shares in &shares {
            let factor = common / shares.rows;
            for (sum, right) in right.iter_mut().zip(&shares.right) {
                *sum = sum.checked_add(right.checked_mul(factor)?)?;
            }
        }
        Some(Shares { right, rows })
    }
}

fn least_common_multiple(a: u64, b: u64) -> Option<u64> {
    let (mut larger, mut smaller) = (a, b);
    while smaller != 0 {
        (larger, smaller) = (smaller, larger % smaller);
    }
    (a / larger.max(1)).checked_mul(b)
}

fn with_error(mean: Option<Simulated>, mcse: Option<f64>) -> Option<Simulated> {
    mean.map(|mean| Simulated { mcse, ..mean })
}

/// The standard errors of independent runs don't hold here.
fn without_errors(spread: Spread) -> Spread {
    let bare = |number: Option<Simulated>| number.map(|n| Simulated { mcse: None, ..n });
    let Spread {
        count,
        mean,
        sd,
        median,
        q05,
        q25,
        q75,
        q95,
        interquartile_mean,
        correct,
    } = spread;
    Spread {
        count,
        mean: bare(mean),
        sd,
        median: bare(median),
        q05: bare(q05),
        q25: bare(q25),
        q75: bare(q75),
        q95: bare(q95),
        interquartile_mean: bare(interquartile_mean),
        correct,
    }
}

/// A pool against its baseline, not yet adjusted.
fn compare(
    (pool, baseline): (&Members, &Members),
    (at, baseline_at): (usize, usize),
    predictions: usize,
    settings: &StatisticsSettings,
    go_on: GoOn,
) -> Result<Comparison> {
    let share = |members: &Members| {
        let times = || members.models.iter().flat_map(|model| &model.times);
        let (all, converged) = (
            times().count(),
            times().filter(|time| time.converged()).count(),
        );
        (all as u64, (all > 0).then(|| converged as f64 / all as f64))
    };
    let ((runs, rate), (baseline_runs, baseline_rate)) = (share(pool), share(baseline));
    Ok(Comparison {
        runs,
        rate,
        baseline_runs,
        baseline_rate,
        accuracy: accuracy(pool, baseline, settings.confidence, go_on)?,
        ..Comparison::nothing(at, baseline_at, predictions)
    })
}

fn accuracy(
    pool: &Members,
    baseline: &Members,
    confidence: f64,
    go_on: GoOn,
) -> Result<Option<AccuracyComparison>> {
    let (Some(of_pool), Some(of_baseline)) = (pool.shares(), baseline.shares()) else {
        return Ok(None);
    };
    let paired = are_pairs(pool.models[0], baseline.models[0]);
    compare_accuracy(&of_pool, &of_baseline, paired, confidence, go_on).map(Some)
}
