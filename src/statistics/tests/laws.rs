//! What must hold for any runs whatever: laws of the statistics over random inputs.

use std::cmp::Reverse;

use proptest::collection::vec;
use proptest::prelude::*;

use super::rank_comparison;
use crate::manifest::{IntervalMethod, StatisticsSettings};
use crate::statistics::comparison::{compare_all, holm};
use crate::statistics::curves::CurveColumns;
use crate::statistics::estimate::Interval;
use crate::statistics::failures::{Failure, failures};
use crate::statistics::logrank::{Deals, logrank};
use crate::statistics::rates::{clopper_pearson, fisher_exact, mcnemar_exact, newcombe, wilson};
use crate::statistics::restart::restart;
use crate::statistics::runs::RunColumns;
use crate::statistics::spread::{dots, interquartile_mean, quantile, spread, standing};
use crate::statistics::summary::{ModelSummary, predicted};
use crate::statistics::survival::{KaplanMeier, Step, Time};
use crate::training::Outcome;

const LIMIT: u64 = 60;

fn settings() -> StatisticsSettings {
    StatisticsSettings {
        interval: IntervalMethod::Wilson,
        confidence: 0.95,
    }
}

/// Ascending times: converged up to the limit, or censored at it.
fn limited(most: usize) -> impl Strategy<Value = Vec<Time>> {
    vec(1..=2 * LIMIT, 1..most).prop_map(|epochs| {
        let time = |epoch: u64| Time::new((epoch <= LIMIT).then_some(epoch), epoch.min(LIMIT));
        let mut times: Vec<Time> = epochs.into_iter().map(time).collect();
        times.sort();
        times
    })
}

/// Ascending times, censored anywhere.
fn censored(most: usize) -> impl Strategy<Value = Vec<Time>> {
    vec((1..=LIMIT, any::<bool>()), 1..most).prop_map(|runs| {
        let mut times: Vec<Time> = runs
            .into_iter()
            .map(|(epoch, converged)| Time::new(converged.then_some(epoch), epoch))
            .collect();
        times.sort();
        times
    })
}

/// Few distinct values, so that ties are common.
fn sample(most: usize) -> impl Strategy<Value = Vec<f64>> {
    vec(
        prop_oneof![(0..8u8).prop_map(f64::from), -3.0..9.0, Just(f64::INFINITY)],
        1..most,
    )
    .prop_map(|mut values| {
        values.sort_by(f64::total_cmp);
        values
    })
}

fn outcome(seed: u64, epoch: u64, prediction: f64, wrong: u32) -> Outcome {
    Outcome {
        seed,
        epochs: LIMIT,
        convergence_epoch: (epoch <= LIMIT).then_some(epoch),
        mse: prediction * prediction,
        mse_at_90_percent: None,
        max_abs_error: prediction,
        wrong_rows: (0..wrong).collect(),
        gradient_norm: prediction,
        predictions: vec![prediction],
        judged: crate::training::Judged::default(),
        finite: prediction.is_finite(),
        weights_hash: seed,
    }
}

fn columns() -> impl Strategy<Value = RunColumns<'static>> {
    let prediction = prop_oneof![9 => 0.0..1.0, 1 => Just(f64::NAN)];
    vec((1..=2 * LIMIT, prediction, 0..3u32), 0..40).prop_map(|runs| {
        let mut columns = RunColumns::new(1);
        for (seed, (epoch, prediction, wrong)) in runs.into_iter().enumerate() {
            columns.push(&outcome(seed as u64, epoch, prediction, wrong));
        }
        columns
    })
}

fn inside(inner: Interval, outer: Interval) -> bool {
    outer.low <= inner.low + 1e-12 && inner.high <= outer.high + 1e-12
}

fn nearly(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

proptest! {
    #[test]
    fn a_rate_lies_in_its_interval_which_widens_with_confidence(
        n in 1u64..3000, share in 0.0..=1.0f64, confidence in 0.2..0.99f64,
    ) {
        let k = (share * n as f64).round() as u64;
        let rate = k as f64 / n as f64;
        for method in [wilson, clopper_pearson] {
            let narrow = method(k, n, confidence);
            let wide = method(k, n, confidence + 0.009);
            prop_assert!(0.0 <= narrow.low && narrow.low <= rate && rate <= narrow.high && narrow.high <= 1.0);
            prop_assert!(inside(narrow, wide));
            // The failures have the mirrored interval.
            let mirrored = method(n - k, n, confidence);
            prop_assert!(nearly(narrow.low, 1.0 - mirrored.high));
        }
    }

    #[test]
    fn more_runs_are_surer(n in 1u64..2000, share in 0.0..=1.0f64) {
        let k = (share * n as f64).round() as u64;
        for method in [wilson, clopper_pearson] {
            let (few, many) = (method(k, n, 0.95), method(10 * k, 10 * n, 0.95));
            prop_assert!(many.high - many.low < few.high - few.low);
        }
    }

    #[test]
    fn swapping_groups_negates_a_difference_and_keeps_a_p(
        n1 in 1u64..400, n2 in 1u64..400, s1 in 0.0..=1.0f64, s2 in 0.0..=1.0f64,
    ) {
        let (k1, k2) = ((s1 * n1 as f64) as u64, (s2 * n2 as f64) as u64);
        let one = newcombe(k1, n1, k2, n2, 0.95).unwrap();
        let other = newcombe(k2, n2, k1, n1, 0.95).unwrap();
        prop_assert!(nearly(one.value, -other.value));
        prop_assert!(nearly(one.interval.low, -other.interval.high));
        prop_assert!(one.interval.low <= one.value && one.value <= one.interval.high);
        prop_assert!(-1.0 <= one.interval.low && one.interval.high <= 1.0);
        let p = fisher_exact(k1, n1, k2, n2);
        prop_assert!(p > 0.0 && p <= 1.0);
        prop_assert!(nearly(p, fisher_exact(k2, n2, k1, n1)));
        prop_assert!(nearly(p, fisher_exact(n1 - k1, n1, n2 - k2, n2)));
    }

    #[test]
    fn fishers_test_is_the_sum_of_its_definition(
        n1 in 1u64..40, n2 in 1u64..40, s1 in 0.0..=1.0f64, s2 in 0.0..=1.0f64,
    ) {
        let (k1, k2) = ((s1 * n1 as f64).round() as u64, (s2 * n2 as f64).round() as u64);
        // Below 2^53 binomial coefficients of 40 are exact.
        let choose = |n: u64, k: u64| (0..k).fold(1.0, |c, i| c * (n - i) as f64 / (i + 1) as f64);
        let all = k1 + k2;
        let weight = |x: u64| choose(n1, x) * choose(n2, all - x);
        let tables = all.saturating_sub(n2)..=all.min(n1);
        let total: f64 = tables.clone().map(weight).sum();
        let rare: f64 = tables.map(weight).filter(|w| *w <= weight(k1) * (1.0 + 1e-9)).sum();
        prop_assert!(nearly(fisher_exact(k1, n1, k2, n2), rare / total));
    }

    #[test]
    fn mcnemars_test_only_sees_how_unequal_the_pairs_are(b in 0u64..2000, c in 0u64..2000) {
        let p = mcnemar_exact(b, c);
        prop_assert!(p > 0.0 && p <= 1.0);
        prop_assert_eq!(p, mcnemar_exact(c, b));
        if b >= c {
            prop_assert!(mcnemar_exact(b + 1, c) <= p);
        }
    }

    #[test]
    fn a_survival_curve_never_rises_and_lies_in_its_band(times in limited(80)) {
        let curve = KaplanMeier::new(&times);
        let steps: Vec<Step> = curve.steps().collect();
        prop_assert_eq!(steps[0].not_converged, 1.0);
        for pair in steps.windows(2) {
            prop_assert!(pair[1].epoch > pair[0].epoch);
            prop_assert!(pair[1].not_converged <= pair[0].not_converged);
            prop_assert_eq!(pair[1].at_risk, pair[0].at_risk - pair[0].converged - pair[0].censored);
        }
        for step in &steps {
            let at = |confidence| step.interval(&StatisticsSettings { confidence, ..settings() });
            let (narrow, wide) = (at(0.8), at(0.95));
            prop_assert!(wide.low < wide.high);
            prop_assert!(narrow.low <= step.not_converged && step.not_converged <= narrow.high);
            prop_assert!(inside(narrow, wide));
        }
        let last = steps[steps.len() - 1];
        prop_assert_eq!(last.at_risk, last.converged + last.censored);
    }

    #[test]
    fn a_survival_curve_is_the_product_of_its_definition(times in censored(80)) {
        let mut product = 1.0;
        for step in KaplanMeier::new(&times).steps() {
            let (d, n) = (step.converged as f64, step.at_risk as f64);
            product *= 1.0 - d / n;
            prop_assert!(nearly(step.not_converged, product));
        }
    }

    #[test]
    fn with_one_limit_for_all_the_curve_is_one_minus_the_empirical_distribution(times in limited(80)) {
        let curve = KaplanMeier::new(&times);
        for step in curve.steps() {
            let by_now = |t: &&Time| t.converged() && t.epochs() <= step.epoch;
            let converged = times.iter().filter(by_now).count();
            prop_assert_eq!(step.not_converged, (times.len() - converged) as f64 / times.len() as f64);
            prop_assert_eq!(step.share_converged(), converged as f64 / times.len() as f64);
        }
        // And its area is the mean of all times.
        let sum: u64 = times.iter().map(|time| time.epochs()).sum();
        let mean = curve.restricted_mean(LIMIT, &settings()).unwrap();
        prop_assert!(nearly(mean.value, sum as f64 / times.len() as f64));
        // And Greenwood's variance is that of a mean, with divisor n.
        let squares: f64 = times.iter().map(|t| (t.epochs() as f64 - mean.value).powi(2)).sum();
        let n = times.len() as f64;
        let error = mean.standard_error.unwrap_or(0.0);
        prop_assert!((error - (squares / n / n).sqrt()).abs() < 1e-6);
        prop_assert!(mean.interval.low <= mean.value && mean.value <= mean.interval.high);
        prop_assert!(mean.interval.low >= 1.0 && mean.interval.high <= LIMIT as f64);
    }

    #[test]
    fn quantiles_of_epochs_come_in_order(times in limited(80)) {
        let curve = KaplanMeier::new(&times);
        let quartiles = [0.25, 0.5, 0.75].map(|share| curve.quantile(share, 0.9));
        for quartile in quartiles {
            if let (Some(low), Some(value)) = (quartile.low, quartile.value) {
                prop_assert!(low <= value);
            }
            if let Some(high) = quartile.high {
                prop_assert!(quartile.value.unwrap() <= high);
            }
        }
        for pair in quartiles.windows(2) {
            if let Some(later) = pair[1].value {
                prop_assert!(pair[0].value.unwrap() <= later);
            }
        }
    }

    #[test]
    fn the_log_rank_test_is_symmetric_and_blind_to_scale(a in censored(60), b in censored(60)) {
        let stretched = |times: &[Time]| -> Vec<Time> {
            let stretch = |t: &Time| Time::new(t.converged().then_some(7 * t.epochs()), 7 * t.epochs());
            times.iter().map(stretch).collect()
        };
        let mut deals = Deals::default();
        let mut logrank = |a: &[Time], b: &[Time]| logrank(a, b, &mut deals);
        match (logrank(&a, &b), logrank(&b, &a)) {
            (Some(one), Some(other)) => {
                prop_assert!(nearly(one.chi_squared, other.chi_squared));
                prop_assert!(one.p > 0.0 && one.p <= 1.0);
                prop_assert_eq!(logrank(&stretched(&a), &stretched(&b)), Some(one));
            }
            (one, other) => prop_assert_eq!(one, other),
        }
        // A sample against itself shows no difference.
        if let Some(same) = logrank(&a, &a) {
            prop_assert!(same.chi_squared < 1e-12 && same.p > 0.999);
        }
    }

    #[test]
    fn no_restart_is_cheaper_than_the_best(times in limited(60)) {
        let found = restart(&times, &times, LIMIT);
        let converged = times.iter().filter(|time| time.converged()).count();
        prop_assert_eq!(found.at_limit.is_some(), converged > 0);
        prop_assume!(converged > 0);
        // Hamey's formula, t by t.
        let efficiency = |t: u64| {
            let early = times.iter().filter(|time| time.converged() && time.epochs() < t).count();
            let cost: u64 = times.iter().map(|time| time.epochs().min(t)).sum();
            1000.0 * early as f64 / cost as f64
        };
        let (best, peak) = (found.best_epoch.unwrap(), found.peak_efficiency.unwrap());
        for t in 1..=LIMIT {
            prop_assert!(efficiency(t) <= peak * (1.0 + 1e-12));
            prop_assert!(t >= best || efficiency(t) < peak);
        }
        prop_assert!(best == LIMIT || nearly(efficiency(best), peak));
        prop_assert!(nearly(found.best_epochs.unwrap(), 1000.0 / peak));
        prop_assert!(found.best_epochs.unwrap() <= found.at_limit.unwrap().value * (1.0 + 1e-12));
        let epochs: u64 = times.iter().map(|time| time.epochs()).sum();
        prop_assert!(nearly(found.at_limit.unwrap().value, epochs as f64 / converged as f64));
        // The harmonic mean is no larger than the mean of the successes by the success rate.
        prop_assert!(found.harmonic_mean.unwrap().value <= found.at_limit.unwrap().value * (1.0 + 1e-9));
    }

    #[test]
    fn ranks_are_the_pairs_of_their_definition(x in sample(30), y in sample(30)) {
        let found = rank_comparison(&x, &y, false, 0.95).unwrap();
        let mut better = 0.0;
        for a in &x {
            for b in &y {
                better += if a < b { 1.0 } else if a == b { 0.5 } else { 0.0 };
            }
        }
        prop_assert!(nearly(found.probability, better / (x.len() * y.len()) as f64));
        prop_assert!(nearly(found.cliffs_delta, 2.0 * found.probability - 1.0));
        let swapped = rank_comparison(&y, &x, false, 0.95).unwrap();
        prop_assert!(nearly(swapped.probability, 1.0 - found.probability));
        prop_assert_eq!(swapped.cliffs_delta, -found.cliffs_delta);
        prop_assert_eq!(swapped.p, found.p);
        prop_assert!(found.p > 0.0 && found.p <= 1.0);
        for paired in [false, true] {
            let at = |confidence| rank_comparison(&x, &y, paired, confidence).unwrap().interval;
            let (interval, wide) = (at(0.95), at(0.99));
            let slack = 1e-12;
            prop_assert!(interval.low <= found.probability + slack);
            prop_assert!(found.probability <= interval.high + slack);
            prop_assert!(wide.low <= interval.low + slack && interval.high <= wide.high + slack);
            prop_assert!(wide.low >= 0.0 && wide.high <= 1.0 && wide.low < wide.high);
        }
    }

    #[test]
    fn holm_never_lowers_a_p_and_keeps_their_order(p in vec(proptest::option::of(1e-300..1.0f64), 0..30)) {
        let adjusted = holm(&p);
        prop_assert_eq!(adjusted.len(), p.len());
        for (raw, adjusted) in p.iter().zip(&adjusted) {
            prop_assert_eq!(raw.is_some(), adjusted.is_some());
            if let (Some(raw), Some(adjusted)) = (raw, adjusted) {
                prop_assert!(raw <= adjusted && *adjusted <= 1.0);
            }
        }
        let mut pairs: Vec<(f64, f64)> =
            p.iter().zip(&adjusted).filter_map(|(p, a)| Some(((*p)?, (*a)?))).collect();
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        prop_assert!(pairs.windows(2).all(|pair| pair[0].1 <= pair[1].1));
    }

    #[test]
    fn quantiles_lie_among_the_values_and_rise(values in vec(-1e300..1e300f64, 1..50)) {
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        let (least, most) = (sorted[0], sorted[sorted.len() - 1]);
        prop_assert_eq!(quantile(&sorted, 0.0), Some(least));
        prop_assert_eq!(quantile(&sorted, 1.0), Some(most));
        let found = spread(values.iter().copied(), None, &settings());
        let ladder = [found.q05, found.q25, found.median, found.q75, found.q95].map(|q| q.unwrap().value);
        let slack = 1e-12 * least.abs().max(most.abs());
        prop_assert!(ladder.windows(2).all(|pair| pair[0] <= pair[1] + slack));
        prop_assert!(least - slack <= ladder[0] && ladder[4] <= most + slack);
        let middle = interquartile_mean(&sorted).unwrap().value;
        prop_assert!(least - slack <= middle && middle <= most + slack);
        // The order of the runs decides nothing.
        let reversed = spread(values.iter().rev().copied(), None, &settings());
        prop_assert_eq!(reversed, found);
    }

    #[test]
    fn where_a_value_stands_adds_up(peers in vec(0..5u8, 1..50), at in any::<prop::sample::Index>()) {
        let peers: Vec<f64> = peers.into_iter().map(f64::from).collect();
        let value = *at.get(&peers);
        let found = standing(&peers, value).unwrap();
        let equal = peers.iter().filter(|peer| **peer == value).count() as f64 / peers.len() as f64;
        prop_assert!(nearly(found.lower_than + found.higher_than + equal, 1.0));
        prop_assert_eq!(standing(&peers, f64::NAN), None);
    }

    #[test]
    fn dots_are_all_values_or_a_hundred_of_them(values in vec(0.0..1.0f64, 0..500)) {
        let found = dots(values.iter().copied());
        let expected = if values.len() <= 200 { values.len() } else { 100 };
        prop_assert_eq!(found.len(), expected);
        prop_assert!(found.windows(2).all(|pair| pair[0] <= pair[1]));
        prop_assert!(found.iter().all(|dot| (0.0..1.0).contains(dot)));
    }

    #[test]
    fn ways_to_end_share_out_all_runs(mut runs in columns()) {
        let found = failures(&mut runs, &settings());
        let total: u64 = found.iter().map(|failure| failure.runs).sum();
        prop_assert_eq!(total, runs.len() as u64);
        let shares: f64 = found.iter().map(|failure| failure.share.value).sum();
        prop_assert!(runs.is_empty() || nearly(shares, 1.0));
        // By status, and of one status the most frequent first.
        let rank = |failure: &Failure| (failure.status, Reverse(failure.runs));
        prop_assert!(found.windows(2).all(|pair| rank(&pair[0]) <= rank(&pair[1])));
    }

    #[test]
    fn a_summary_of_any_runs_means_something(runs in columns()) {
        let (predictions, _) = predicted(&runs, &[Some(0.0)], &settings(), &|| Ok(())).unwrap();
        let (found, curve) = ModelSummary::of(&runs, 7, LIMIT, predictions, &settings());
        prop_assert_eq!(found.runs, runs.len() as u64);
        prop_assert_eq!(curve.runs(), found.runs);
        prop_assert_eq!(found.rate.is_some(), !runs.is_empty());
        prop_assert_eq!(found.mean_of_converged.is_some(), found.converged > 0);
        prop_assert_eq!(found.restart.at_limit.is_some(), found.converged > 0);
        if let (Some(mean), Some(restricted)) = (found.mean_of_converged, found.restricted_mean) {
            prop_assert!(mean.value <= restricted.value * (1.0 + 1e-12));
        }
        let prediction = found.predictions[0];
        prop_assert_eq!(prediction.converged.count > 0, prediction.converged.mean.is_some());
        prop_assert!(prediction.converged.count <= prediction.all.count);
        if let Some(accuracy) = found.accuracy_mean {
            prop_assert!((0.0..=1.0).contains(&accuracy.value));
        }
    }

    #[test]
    fn a_model_is_no_better_than_itself(runs in columns(), others in columns()) {
        let models = [runs.clone(), runs.clone(), others];
        let baselines = [0, 0, 2];
        let found = compare_all(&models, &baselines, LIMIT, &[Some(0.0)], &settings(), &|| Ok(())).unwrap();
        prop_assert_eq!(found.len(), 1);
        let same = &found[0];
        prop_assert_eq!((same.model, same.baseline), (1, 0));
        prop_assert_eq!(same.rate_difference.map(|d| d.value), (!runs.is_empty()).then_some(0.0));
        prop_assert_eq!(same.only_model_converged, (!runs.is_empty()).then_some(0));
        prop_assert_eq!(same.mcnemar_p_holm, (!runs.is_empty()).then_some(1.0));
        prop_assert_eq!(same.fisher_p, (!runs.is_empty()).then_some(1.0));
        if let Some(ranks) = same.predictions[0].ranks {
            prop_assert_eq!((ranks.probability, ranks.cliffs_delta, ranks.p), (0.5, 0.0, 1.0));
        }
    }

    #[test]
    fn a_curve_that_ended_keeps_its_last_loss(
        runs in vec((1..=8u64, 0.0..1.0f64), 1..30),
    ) {
        let epochs: Vec<u64> = (1..=8).collect();
        let mut curves = CurveColumns::new(epochs.clone());
        for (last, loss) in &runs {
            let curve: Vec<(u64, f64)> = (1..=*last).map(|epoch| (epoch, *loss)).collect();
            curves.push(&curve, *loss, Some(*last));
        }
        let points = curves.points();
        prop_assert_eq!(points.len(), epochs.len());
        for point in &points {
            // Each run's loss is constant, so the quantiles are too.
            prop_assert_eq!(point.mse_median, points[0].mse_median);
            let by_now = runs.iter().filter(|(last, _)| *last <= point.epoch).count();
            prop_assert_eq!(point.share_converged, by_now as f64 / runs.len() as f64);
        }
    }
}

#[test]
fn pairs_need_the_same_seeds() {
    let mut models = [RunColumns::new(0), RunColumns::new(0)];
    for seed in 1..=3 {
        models[0].push(&outcome(seed, seed, 0.5, 0));
        models[1].push(&outcome(seed + u64::from(seed == 3), LIMIT + 1, 0.5, 0));
    }
    let found = compare_all(&models, &[0, 0], LIMIT, &[], &settings(), &|| Ok(())).unwrap();
    assert_eq!(found[0].mcnemar_p, None);
    assert!(found[0].fisher_p.is_some());
}

#[test]
fn runs_that_diverged_count_as_the_worst() {
    let mut runs = RunColumns::new(1);
    for (seed, prediction) in [0.1, f64::NAN, 0.3].into_iter().enumerate() {
        runs.push(&outcome(seed as u64, LIMIT + 1, prediction, 1));
    }
    let (predictions, _) = predicted(&runs, &[Some(0.0)], &settings(), &|| Ok(())).unwrap();
    let (found, _) = ModelSummary::of(&runs, 2, LIMIT, predictions, &settings());
    assert_eq!(found.diverged, 1);
    assert_eq!(found.mse_median.unwrap().value, 0.3 * 0.3);
    assert_eq!(found.predictions[0].all.count, 2);
    assert_eq!(found.predictions[0].all.correct.unwrap().value, 2.0 / 3.0);
    assert_eq!(found.median.value, None);
    assert_eq!(found.restricted_mean.unwrap().value, LIMIT as f64);
}

#[test]
fn hameys_limit_is_strict() {
    // Two of four runs converge at epoch 10; the others never.
    let at = |epoch: Option<u64>| Time::new(epoch, epoch.unwrap_or(100));
    let times = [at(Some(10)), at(Some(10)), at(None), at(None)];
    let found = restart(&times, &times, 100);
    // Stopped at 11 they count: 20 epochs of successes and 22 of failures for 2 successes.
    assert_eq!(found.best_epoch, Some(11));
    assert_eq!(found.best_epochs, Some(21.0));
    assert_eq!(found.at_limit.unwrap().value, 110.0);
    assert_eq!(found.harmonic_mean.unwrap().value, 20.0);
    // In the last epoch of the limit a success still counts.
    let last = restart(&times, &times, 10);
    assert_eq!(last.best_epoch, Some(10));
}
