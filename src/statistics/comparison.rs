//! A model against its baseline: one row of comparisons.csv as a value. Effects come with
//! intervals; p-values are adjusted by Holm within each family, which is one test over all
//! compared models (and, for predictions, one prediction).

use super::accuracy::{AccuracyComparison, compare_accuracy};
use super::estimate::{Estimate, Interval};
use super::logrank::{Deals, Logrank, logrank};
use super::predictions::GoOn;
use super::ranks::{RankComparison, rank_comparison};
use super::rates::{Pairs, fisher_exact, mcnemar_exact, newcombe, newcombe_paired, ratio};
use super::runs::RunColumns;
use super::spread::{Sum, mean, standard_deviation, worst};
use super::student::t_of;
use super::survival::{KaplanMeier, Time};
use crate::error::Result;
use crate::manifest::StatisticsSettings;

/// A model compared with its baseline. Shares and p-values are from 0 to 1, p never 0; what is
/// called adjusted is so by Holm over the family of the same test, and `None` where the test is.
/// With no runs of the model or of the baseline every effect and test is `None`.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Position of the model in the plan, from 0.
    pub model: usize,
    /// Position of its baseline.
    pub baseline: usize,
    /// Runs of the model.
    pub runs: u64,
    /// Runs of the baseline.
    pub baseline_runs: u64,
    /// Rate of the model minus rate of the baseline, −1 to 1.
    pub rate_difference: Option<Estimate>,
    /// Share of the model's runs that converged; `None` if it has none.
    pub rate: Option<f64>,
    /// Share of the baseline's runs that converged; `None` if it has none.
    pub baseline_rate: Option<f64>,
    /// Rate of the model divided by rate of the baseline; `None` also if the latter is 0.
    pub rate_ratio: Option<f64>,
    /// Seeds with which only the model converged; `None` if the two were not trained from the
    /// same seeds.
    pub only_model_converged: Option<u64>,
    /// Seeds with which only the baseline converged; likewise.
    pub only_baseline_converged: Option<u64>,
    /// p of the exact McNemar test over pairs of the same seed; likewise.
    pub mcnemar_p: Option<f64>,
    /// The same, adjusted.
    pub mcnemar_p_holm: Option<f64>,
    /// p of Fisher's exact test of the two rates.
    pub fisher_p: Option<f64>,
    /// The same, adjusted.
    pub fisher_p_holm: Option<f64>,
    /// Log-rank test of epochs to convergence; `None` also if no run converged while both had
    /// runs left.
    pub logrank: Option<Logrank>,
    /// Its p, adjusted.
    pub logrank_p_holm: Option<f64>,
    /// Restricted mean epochs to convergence of the model minus those of the baseline.
    pub restricted_mean_difference: Option<Estimate>,
    /// Epochs to convergence where both converged; `None` if the two were not trained from the
    /// same seeds.
    pub both_converged: Option<BothConverged>,
    /// How often they are right; `None` where rows have no classes and none is held out.
    pub accuracy: Option<AccuracyComparison>,
    /// Prediction by prediction, as in `Plan::predictions`.
    pub predictions: Vec<Predicted>,
}

/// Epochs to convergence of the seeds with which both a model and its baseline converged: it
/// says nothing of those with which one of them failed.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct BothConverged {
    /// How many seeds.
    pub seeds: u64,
    /// Mean over these seeds of the model's convergence epoch minus the baseline's; `None` of no
    /// seeds.
    pub difference: Option<f64>,
    /// Student's interval of that mean; `None` of fewer than two seeds.
    pub interval: Option<Interval>,
}

/// How much closer to the target a model's predictions are than its baseline's.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Predicted {
    /// |prediction − target| of a run of the model against that of one of the baseline;
    /// predictions that are not finite count as the farthest. `None` without a target, and if
    /// either has no runs.
    pub ranks: Option<RankComparison>,
    /// Its p, adjusted.
    pub p_holm: Option<f64>,
}

impl Comparison {
    /// A comparison of which nothing is known.
    pub(super) fn nothing(model: usize, baseline: usize, predictions: usize) -> Comparison {
        Comparison {
            model,
            baseline,
            runs: 0,
            baseline_runs: 0,
            rate_difference: None,
            rate: None,
            baseline_rate: None,
            rate_ratio: None,
            only_model_converged: None,
            only_baseline_converged: None,
            mcnemar_p: None,
            mcnemar_p_holm: None,
            fisher_p: None,
            fisher_p_holm: None,
            logrank: None,
            logrank_p_holm: None,
            restricted_mean_difference: None,
            both_converged: None,
            accuracy: None,
            predictions: vec![Predicted::default(); predictions],
        }
    }
}

/// Every model that has another as its baseline, in the order of the models. `baselines` holds
/// the position of each model's baseline.
pub fn compare_all(
    models: &[RunColumns],
    baselines: &[usize],
    epoch_limit: u64,
    targets: &[Option<f64>],
    settings: &StatisticsSettings,
    go_on: GoOn,
) -> Result<Vec<Comparison>> {
    let mut deals = Deals::default();
    let mut all = baselines
        .iter()
        .enumerate()
        .map(|(model, baseline)| (model, *baseline))
        .filter(|(model, baseline)| model != baseline)
        .map(|pair| {
            compare(
                models,
                pair,
                epoch_limit,
                targets,
                settings,
                &mut deals,
                go_on,
            )
        })
        .collect::<Result<Vec<Comparison>>>()?;
    adjust(&mut all, |c| c.mcnemar_p, |c, p| c.mcnemar_p_holm = p);
    adjust(&mut all, |c| c.fisher_p, |c, p| c.fisher_p_holm = p);
    adjust(
        &mut all,
        |c| c.logrank.map(|test| test.p),
        |c, p| c.logrank_p_holm = p,
    );
    adjust_accuracy(&mut all);
    for at in 0..targets.len() {
        adjust(
            &mut all,
            |c| c.predictions.get(at)?.ranks.map(|ranks| ranks.p),
            |c, p| {
                if let Some(predicted) = c.predictions.get_mut(at) {
                    predicted.p_holm = p;
                }
            },
        );
    }
    Ok(all)
}

/// Adjusts the p-values of accuracies.
pub(super) fn adjust_accuracy(all: &mut [Comparison]) {
    adjust(
        all,
        |c| c.accuracy?.p,
        |c, p| {
            if let Some(accuracy) = &mut c.accuracy {
                accuracy.p_holm = p;
            }
        },
    );
    adjust(
        all,
        |c| c.accuracy?.ranks.map(|ranks| ranks.p),
        |c, p| {
            if let Some(accuracy) = &mut c.accuracy {
                accuracy.ranks_p_holm = p;
            }
        },
    );
}

/// Adjusts the p-values of one family: reads each with `p` and hands what it becomes to `set`.
fn adjust(
    all: &mut [Comparison],
    p: impl Fn(&Comparison) -> Option<f64>,
    set: impl Fn(&mut Comparison, Option<f64>),
) {
    let family: Vec<Option<f64>> = all.iter().map(p).collect();
    for (comparison, p) in all.iter_mut().zip(holm(&family)) {
        set(comparison, p);
    }
}

/// One model against one baseline, both positions in `models`, not yet adjusted.
pub fn compare(
    models: &[RunColumns],
    (model, baseline): (usize, usize),
    epoch_limit: u64,
    targets: &[Option<f64>],
    settings: &StatisticsSettings,
    deals: &mut Deals,
    go_on: GoOn,
) -> Result<Comparison> {
    go_on()?;
    let (a, b) = (&models[model], &models[baseline]);
    let (n1, n2) = (a.len() as u64, b.len() as u64);
    let (k1, k2) = (a.converged(), b.converged());
    let both = n1 > 0 && n2 > 0;
    let confidence = settings.confidence;
    let pairs = are_pairs(a, b).then(|| pairs(a, b));
    let predicted = |(at, target): (usize, &Option<f64>)| {
        go_on()?;
        let ranks = match target {
            Some(target) => closer(a, b, (at, *target), confidence, go_on)?,
            None => None,
        };
        let p_holm = None;
        Ok(Predicted { ranks, p_holm })
    };
    let predictions = targets.iter().enumerate().map(predicted);
    let (restricted_mean_difference, logrank) = compare_times(a, b, epoch_limit, settings, deals);
    Ok(Comparison {
        model,
        baseline,
        runs: n1,
        baseline_runs: n2,
        rate: (n1 > 0).then(|| k1 as f64 / n1 as f64),
        baseline_rate: (n2 > 0).then(|| k2 as f64 / n2 as f64),
        rate_difference: match pairs {
            Some(pairs) => newcombe_paired(pairs, confidence),
            None => newcombe(k1, n1, k2, n2, confidence),
        },
        rate_ratio: ratio(k1, n1, k2, n2),
        only_model_converged: pairs.map(|pairs| pairs.only_first),
        only_baseline_converged: pairs.map(|pairs| pairs.only_second),
        mcnemar_p: pairs.map(|pairs| mcnemar_exact(pairs.only_first, pairs.only_second)),
        mcnemar_p_holm: None,
        fisher_p: both.then(|| fisher_exact(k1, n1, k2, n2)),
        fisher_p_holm: None,
        logrank,
        logrank_p_holm: None,
        restricted_mean_difference,
        both_converged: pairs.map(|_| both_converged(a, b, confidence)),
        accuracy: accuracy(a, b, confidence, go_on)?,
        predictions: predictions.collect::<Result<_>>()?,
    })
}

/// How often the runs of two models are right.
fn accuracy(
    a: &RunColumns,
    b: &RunColumns,
    confidence: f64,
    go_on: GoOn,
) -> Result<Option<AccuracyComparison>> {
    let (Some(of_a), Some(of_b)) = (&a.judged, &b.judged) else {
        return Ok(None);
    };
    // Of a model without test rows, in a study of test rows, nothing is known.
    let (Some(of_a), Some(of_b)) = (of_a.shares(), of_b.shares()) else {
        return Ok(None);
    };
    compare_accuracy(&of_a, &of_b, are_pairs(a, b), confidence, go_on).map(Some)
}

/// Whether two models were trained from the same seeds, so that their runs pair.
pub(super) fn are_pairs(a: &RunColumns, b: &RunColumns) -> bool {
    !a.is_empty() && a.len() == b.len() && a.seeds == b.seeds
}

/// The runs of the same seeds, by which of the two converged.
fn pairs(a: &RunColumns, b: &RunColumns) -> Pairs {
    let mut pairs = Pairs::default();
    for (a, b) in a.times.iter().zip(&b.times) {
        let count = match (a.converged(), b.converged()) {
            (true, true) => &mut pairs.both,
            (true, false) => &mut pairs.only_first,
            (false, true) => &mut pairs.only_second,
            (false, false) => &mut pairs.neither,
        };
        *count += 1;
    }
    pairs
}

/// Difference of the restricted means, and the log-rank test.
fn compare_times(
    a: &RunColumns,
    b: &RunColumns,
    limit: u64,
    settings: &StatisticsSettings,
    deals: &mut Deals,
) -> (Option<Estimate>, Option<Logrank>) {
    let sorted = [a.sorted_times(), b.sorted_times()];
    let correlation = match are_pairs(a, b) {
        true => correlation(&a.times, &b.times),
        false => 0.0,
    };
    let difference = mean_difference(&sorted, correlation, limit, settings);
    (difference, logrank(&sorted[0], &sorted[1], deals))
}

/// Difference of the restricted means, joined from the intervals of both by the correlation of
/// the epochs of the same seeds. Where failures are frequent this is Student's interval of the
/// differences seed by seed; where they are rare it keeps the failures in mind that so many
/// runs may not have shown.
fn mean_difference(
    sorted: &[Vec<Time>; 2],
    correlation: f64,
    limit: u64,
    settings: &StatisticsSettings,
) -> Option<Estimate> {
    let mean = |times: &[Time]| {
        let mean = KaplanMeier::new(times).restricted_mean(limit, settings)?;
        Some(mean.estimate())
    };
    Some(mean(&sorted[0])?.minus(&mean(&sorted[1])?, correlation))
}

/// Pearson's correlation of the epochs of two models, seed by seed; 0 where one does not vary.
fn correlation(a: &[Time], b: &[Time]) -> f64 {
    let count = a.len() as f64;
    let mean = |times: &[Time]| {
        let sum: u128 = times.iter().map(|time| u128::from(time.epochs())).sum();
        sum as f64 / count
    };
    let (mean_a, mean_b) = (mean(a), mean(b));
    let [mut of_a, mut of_b, mut of_both] = [Sum::default(); 3];
    for (a, b) in a.iter().zip(b) {
        let (a, b) = (a.epochs() as f64 - mean_a, b.epochs() as f64 - mean_b);
        of_a.add(a * a);
        of_b.add(b * b);
        of_both.add(a * b);
    }
    let spread = of_a.value().sqrt() * of_b.value().sqrt();
    match spread > 0.0 {
        true => (of_both.value() / spread).clamp(-1.0, 1.0),
        false => 0.0,
    }
}

/// The epochs of the seeds with which both converged.
fn both_converged(a: &RunColumns, b: &RunColumns, confidence: f64) -> BothConverged {
    let both = a.times.iter().zip(&b.times);
    let both = both.filter(|(a, b)| a.converged() && b.converged());
    let differences: Vec<f64> = both
        .map(|(a, b)| a.epochs() as f64 - b.epochs() as f64)
        .collect();
    let seeds = differences.len() as u64;
    let difference = mean(&differences);
    let distance = || {
        let error = standard_deviation(&differences)? / (seeds as f64).sqrt();
        Some(t_of(confidence, seeds.saturating_sub(1))? * error)
    };
    let interval = difference
        .zip(distance())
        .map(|(middle, distance)| Interval {
            low: middle - distance,
            high: middle + distance,
        });
    BothConverged {
        seeds,
        difference,
        interval,
    }
}

/// Distances from the target of one prediction (from 0), compared by ranks.
fn closer(
    a: &RunColumns,
    b: &RunColumns,
    (at, target): (usize, f64),
    confidence: f64,
    go_on: GoOn,
) -> Result<Option<RankComparison>> {
    let distances = |runs: &RunColumns| -> Result<Vec<f64>> {
        let values = runs.predictions.column(at)?;
        let distances = values.iter().map(|value| worst((value - target).abs()));
        Ok(distances.collect())
    };
    let (of_a, of_b) = (distances(a)?, distances(b)?);
    rank_comparison(&of_a, &of_b, are_pairs(a, b), confidence, go_on)
}

/// Adjusted p-values in the order given (S. Holm 1979, "A simple sequentially rejective
/// multiple test procedure", Scandinavian Journal of Statistics 6): the i-th smallest of m is
/// multiplied by m − i + 1, made no smaller than the one before, and at most 1. A missing p
/// stays missing and does not count.
pub fn holm(p: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut order: Vec<(f64, usize)> = p
        .iter()
        .enumerate()
        .filter_map(|(at, p)| Some(((*p)?, at)))
        .collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut adjusted = vec![None; p.len()];
    let mut largest: f64 = 0.0;
    for (rank, (p, at)) in order.iter().enumerate() {
        largest = largest.max(p * (order.len() - rank) as f64).min(1.0);
        adjusted[*at] = Some(largest);
    }
    adjusted
}
