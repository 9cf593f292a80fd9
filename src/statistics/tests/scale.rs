//! A million runs of a model: whole numbers stay exact, tails keep their digits, and everything
//! is made of sorts and single passes, so that this test takes moments.

use crate::manifest::{IntervalMethod, StatisticsSettings};
use crate::statistics::comparison::compare_all;
use crate::statistics::failures::failures;
use crate::statistics::runs::RunColumns;
use crate::statistics::summary::{ModelSummary, predicted};
use crate::training::Outcome;

const RUNS: u64 = 1_000_000;
const LIMIT: u64 = 20_000;

/// Seeds 1, 2, … whose convergence epochs run through 1 to `span` again and again.
fn runs(span: u64) -> RunColumns<'static> {
    let mut columns = RunColumns::new(1);
    columns.reserve(RUNS as usize, RUNS as usize).unwrap();
    let mut wrong = vec![2, 4];
    for seed in 1..=RUNS {
        let epoch = (seed * 7919) % span + 1;
        let converged = epoch <= LIMIT;
        let share = epoch as f64 / span as f64;
        let outcome = Outcome {
            seed,
            epochs: LIMIT,
            convergence_epoch: converged.then_some(epoch),
            mse: share,
            mse_at_90_percent: None,
            max_abs_error: share,
            wrong_rows: if converged { &[][..] } else { &wrong }
                .iter()
                .copied()
                .collect(),
            gradient_norm: share,
            predictions: vec![share],
            judged: crate::training::Judged::default(),
            finite: true,
            weights_hash: seed,
        };
        columns.push(&outcome);
        wrong[0] = 1 + (seed % 2) as u32;
    }
    columns
}

#[test]
fn a_million_runs_against_a_million() {
    let settings = StatisticsSettings {
        interval: IntervalMethod::ClopperPearson,
        confidence: 0.95,
    };
    // 7919 is a prime that divides neither span, so each epoch comes equally often.
    let mut models = [runs(40_000), runs(25_000)];
    let (predictions, _) = predicted(&models[1], &[Some(0.0)], &settings, &|| Ok(())).unwrap();
    let (summary, curve) = ModelSummary::of(&models[1], 7, LIMIT, predictions, &settings);
    assert_eq!(summary.converged, 800_000);
    assert_eq!(summary.median.value, Some(12_500));
    assert_eq!(summary.mean_of_converged.unwrap().value, 10_000.5);
    assert_eq!(summary.restricted_mean.unwrap().value, 12_000.4);
    assert_eq!(summary.restart.at_limit.unwrap().value, 15_000.5);
    assert_eq!(curve.steps().count() as u64, LIMIT + 1);
    let rate = summary.rate.unwrap();
    assert!((rate.interval.high - rate.interval.low - 2.0 * 1.96 * 4e-4).abs() < 1e-5);
    let share = summary.predictions[0].all;
    assert!((share.mean.unwrap().value - 0.500_02).abs() < 1e-12);

    let ends = failures(&mut models[1], &settings);
    let counts: Vec<u64> = ends.iter().map(|end| end.runs).collect();
    assert_eq!(counts, [800_000, 100_000, 100_000]);
    assert!((ends[0].mse_median.unwrap().value - 0.400_02).abs() < 1e-15);

    let found = compare_all(&models, &[0, 0], LIMIT, &[Some(0.0)], &settings, &|| Ok(())).unwrap();
    let found = &found[0];
    assert!((found.rate_difference.unwrap().value - 0.3).abs() < 1e-12);
    assert_eq!(found.rate_ratio, Some(1.6));
    // Far beyond 1e-308: the smallest number, never 0.
    assert_eq!(found.fisher_p, Some(f64::MIN_POSITIVE));
    assert_eq!(found.mcnemar_p, Some(f64::MIN_POSITIVE));
    assert_eq!(found.logrank.unwrap().p, f64::MIN_POSITIVE);
    let ranks = found.predictions[0].ranks.unwrap();
    assert!((ranks.probability - 0.5).abs() < 1e-4 && ranks.interval.low < 0.5);
}
