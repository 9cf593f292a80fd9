//! A model against its baseline: one row of comparisons.csv as a value. Effects come with
//! intervals; p-values are adjusted by Holm within each family, which is one test over all
//! compared models (and, for predictions, one prediction).

use super::estimate::{Estimate, Interval, z_of};
use super::predictions::GoOn;
use super::ranks::{RankComparison, rank_comparison};
use super::rates::{fisher_exact, mcnemar_exact, newcombe, ratio};
use super::runs::RunColumns;
use super::spread::sorted_worst_last;
use super::survival::{KaplanMeier, Logrank, logrank};
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
    pub restricted_mean_difference: Option<f64>,
    /// Its interval, in epochs; `None` also where neither mean has a standard error above 0.
    pub restricted_mean_interval: Option<Interval>,
    /// Prediction by prediction, as in `Plan::predictions`.
    pub predictions: Vec<Predicted>,
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
    let mut all = baselines
        .iter()
        .enumerate()
        .map(|(model, baseline)| (model, *baseline))
        .filter(|(model, baseline)| model != baseline)
        .map(|pair| compare(models, pair, epoch_limit, targets, settings, go_on))
        .collect::<Result<Vec<Comparison>>>()?;
    adjust(&mut all, |c| c.mcnemar_p, |c, p| c.mcnemar_p_holm = p);
    adjust(&mut all, |c| c.fisher_p, |c, p| c.fisher_p_holm = p);
    adjust(
        &mut all,
        |c| c.logrank.map(|test| test.p),
        |c, p| c.logrank_p_holm = p,
    );
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
    go_on: GoOn,
) -> Result<Comparison> {
    go_on()?;
    let (a, b) = (&models[model], &models[baseline]);
    let (n1, n2) = (a.len() as u64, b.len() as u64);
    let (k1, k2) = (a.converged(), b.converged());
    let both = n1 > 0 && n2 > 0;
    let pairs = discordant(a, b);
    let z = z_of(settings.confidence);
    let (restricted_mean_difference, restricted_mean_interval, logrank) =
        compare_times(a, b, epoch_limit, z);
    let predicted = |(at, target): (usize, &Option<f64>)| {
        go_on()?;
        let ranks = match target {
            Some(target) => closer(a, b, at, *target, z)?,
            None => None,
        };
        let p_holm = None;
        Ok(Predicted { ranks, p_holm })
    };
    let predictions = targets.iter().enumerate().map(predicted);
    Ok(Comparison {
        model,
        baseline,
        runs: n1,
        baseline_runs: n2,
        rate: (n1 > 0).then(|| k1 as f64 / n1 as f64),
        baseline_rate: (n2 > 0).then(|| k2 as f64 / n2 as f64),
        rate_difference: newcombe(k1, n1, k2, n2, settings.confidence),
        rate_ratio: ratio(k1, n1, k2, n2),
        only_model_converged: pairs.map(|pairs| pairs.0),
        only_baseline_converged: pairs.map(|pairs| pairs.1),
        mcnemar_p: pairs.map(|pairs| mcnemar_exact(pairs.0, pairs.1)),
        mcnemar_p_holm: None,
        fisher_p: both.then(|| fisher_exact(k1, n1, k2, n2)),
        fisher_p_holm: None,
        logrank,
        logrank_p_holm: None,
        restricted_mean_difference,
        restricted_mean_interval,
        predictions: predictions.collect::<Result<_>>()?,
    })
}

/// Pairs of the same seed of which only the first, or only the second, converged.
fn discordant(a: &RunColumns, b: &RunColumns) -> Option<(u64, u64)> {
    if a.is_empty() || a.len() != b.len() || a.seeds != b.seeds {
        return None;
    }
    let pairs = a.times.iter().zip(&b.times);
    Some(pairs.fold((0, 0), |(one, other), (a, b)| {
        let only_a = a.converged() && !b.converged();
        let only_b = b.converged() && !a.converged();
        (one + u64::from(only_a), other + u64::from(only_b))
    }))
}

/// Difference of the restricted means with its interval, and the log-rank test. The interval is
/// the normal one of two independent estimates: ± z·√(se₁² + se₂²).
fn compare_times(
    a: &RunColumns,
    b: &RunColumns,
    limit: u64,
    z: f64,
) -> (Option<f64>, Option<Interval>, Option<Logrank>) {
    let (a, b) = (a.sorted_times(), b.sorted_times());
    let mean = |times: &[_]| KaplanMeier::new(times).restricted_mean(limit);
    let (Some(mean_a), Some(mean_b)) = (mean(&a), mean(&b)) else {
        return (None, None, None);
    };
    let difference = mean_a.value - mean_b.value;
    let error = libm::hypot(mean_a.standard_error, mean_b.standard_error);
    let interval = (error > 0.0).then_some(Interval {
        low: difference - z * error,
        high: difference + z * error,
    });
    (Some(difference), interval, logrank(&a, &b))
}

/// Distances from the target of one prediction (from 0), compared by ranks.
fn closer(
    a: &RunColumns,
    b: &RunColumns,
    at: usize,
    target: f64,
    z: f64,
) -> Result<Option<RankComparison>> {
    let distances = |runs: &RunColumns| -> Result<Option<Vec<f64>>> {
        let values = runs.predictions.column(at)?;
        let distances = values.iter().map(|value| (value - target).abs());
        Ok(sorted_worst_last(distances))
    };
    let (Some(of_a), Some(of_b)) = (distances(a)?, distances(b)?) else {
        return Ok(None);
    };
    Ok(rank_comparison(&of_a, &of_b, z))
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
