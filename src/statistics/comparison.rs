//! A model against its baseline: one row of comparisons.csv as a value. Effects come with
//! intervals; p-values are adjusted by Holm within each family, which is one test over all
//! compared models (and, for predictions, one prediction).

use super::failures::sorted_worst_last;
use super::{
    Estimate, Interval, KaplanMeier, Logrank, RankComparison, RunColumns, fisher_exact, holm,
    logrank, mcnemar_exact, newcombe, rank_comparison, ratio, z_of,
};
use crate::manifest::StatisticsSettings;

/// A model compared with its baseline.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Position of the model in the plan.
    pub model: usize,
    /// Position of its baseline.
    pub baseline: usize,
    /// Runs of the model.
    pub runs: u64,
    /// Runs of the baseline.
    pub baseline_runs: u64,
    /// Rate of the model minus rate of the baseline.
    pub rate_difference: Option<Estimate>,
    /// Rate of the model.
    pub rate: Option<f64>,
    /// Rate of the baseline.
    pub baseline_rate: Option<f64>,
    /// Rate of the model by rate of the baseline.
    pub rate_ratio: Option<f64>,
    /// Seeds with which only the model converged; `None` if the seeds are not the same.
    pub only_model_converged: Option<u64>,
    /// Seeds with which only the baseline converged; likewise.
    pub only_baseline_converged: Option<u64>,
    /// Exact McNemar test over pairs of the same seed.
    pub mcnemar_p: Option<f64>,
    /// The same, adjusted.
    pub mcnemar_p_holm: Option<f64>,
    /// Fisher's exact test.
    pub fisher_p: Option<f64>,
    /// The same, adjusted.
    pub fisher_p_holm: Option<f64>,
    /// Log-rank test of epochs to convergence.
    pub logrank: Option<Logrank>,
    /// Its p, adjusted.
    pub logrank_p_holm: Option<f64>,
    /// Restricted mean epochs of the model minus those of the baseline.
    pub restricted_mean_difference: Option<f64>,
    /// Its interval; `None` where neither mean has a spread.
    pub restricted_mean_interval: Option<Interval>,
    /// Prediction by prediction; all `None` in one without target.
    pub predictions: Vec<Predicted>,
}

/// How much closer to the target a model's predictions are than its baseline's.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Predicted {
    /// |prediction − target| of a run of the model against that of one of the baseline;
    /// predictions that are not finite count as the farthest.
    pub ranks: Option<RankComparison>,
    /// Its p, adjusted.
    pub p_holm: Option<f64>,
}

/// Every model that has another as its baseline, in the order of the models. `baselines` holds
/// the position of each model's baseline.
pub fn compare_all(
    models: &[RunColumns],
    baselines: &[Option<usize>],
    epoch_limit: u64,
    targets: &[Option<f64>],
    settings: &StatisticsSettings,
) -> Vec<Comparison> {
    let mut all: Vec<Comparison> = baselines
        .iter()
        .enumerate()
        .filter_map(|(model, baseline)| Some((model, (*baseline)?)))
        .filter(|(model, baseline)| model != baseline)
        .map(|pair| compare(models, pair, epoch_limit, targets, settings))
        .collect();
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
    all
}

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
) -> Comparison {
    let (a, b) = (&models[model], &models[baseline]);
    let (n1, n2) = (a.len() as u64, b.len() as u64);
    let (k1, k2) = (a.converged(), b.converged());
    let both = n1 > 0 && n2 > 0;
    let pairs = discordant(a, b);
    let z = z_of(settings.confidence);
    let (restricted_mean_difference, restricted_mean_interval, logrank) =
        compare_times(a, b, epoch_limit, z);
    let predicted = |(at, target): (usize, &Option<f64>)| Predicted {
        ranks: target.and_then(|target| closer(a, b, at, target, z)),
        p_holm: None,
    };
    Comparison {
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
        predictions: targets.iter().enumerate().map(predicted).collect(),
    }
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

fn closer(
    a: &RunColumns,
    b: &RunColumns,
    at: usize,
    target: f64,
    z: f64,
) -> Option<RankComparison> {
    let distances = |runs: &RunColumns| {
        let values = runs.predictions.get(at)?.iter();
        sorted_worst_last(values.map(|value| (value - target).abs()))
    };
    rank_comparison(&distances(a)?, &distances(b)?, z)
}
