//! The statistics against independent implementations: SciPy, statsmodels, lifelines, and
//! mpmath with 50 digits for the tails. The values are in `tests/golden/`.

use std::collections::HashMap;

use serde_json::Value;

use super::rank_comparison;
use crate::manifest::{IntervalMethod, StatisticsSettings};
use crate::statistics::comparison::holm;
use crate::statistics::estimate::p_value;
use crate::statistics::logrank::{Deals, logrank};
use crate::statistics::rates::{clopper_pearson, fisher_exact, mcnemar_exact, newcombe, wilson};
use crate::statistics::special::{normal_quantile, two_sided_ln_p};
use crate::statistics::spread::{interquartile_mean, quantile, spread};
use crate::statistics::survival::{KaplanMeier, Step, Time};

const DIGITS: f64 = 1e-9;
/// For p-values below 1e-12.
const FAR_DIGITS: f64 = 1e-6;

fn golden() -> Value {
    serde_json::from_str(include_str!("../../../tests/golden/statistics.json")).unwrap()
}

fn tails() -> Value {
    serde_json::from_str(include_str!("../../../tests/golden/statistics-tails.json")).unwrap()
}

pub(super) fn list<'a>(value: &'a Value, name: &str) -> &'a Vec<Value> {
    let list = value[name].as_array().unwrap();
    assert!(!list.is_empty(), "{name}");
    list
}

pub(super) fn numbers(value: &Value) -> Vec<f64> {
    let numbers = value.as_array().unwrap().iter();
    numbers.map(|number| number.as_f64().unwrap()).collect()
}

pub(super) fn f(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}

pub(super) fn n(value: &Value) -> u64 {
    value
        .as_u64()
        .unwrap_or_else(|| panic!("{value} is no whole number"))
}

#[track_caller]
fn close_by(found: f64, expected: f64, digits: f64) {
    // Beside 0 there is no relative error.
    let error = (found - expected).abs();
    let allowed = digits * expected.abs() + if expected == 0.0 { 1e-15 } else { 0.0 };
    assert!(error <= allowed, "{found:e}, expected {expected:e}");
}

#[track_caller]
pub(super) fn close(found: f64, expected: f64) {
    close_by(found, expected, DIGITS);
}

#[track_caller]
fn close_p(found: f64, expected: f64) {
    if expected == 0.0 {
        assert_eq!(found, f64::MIN_POSITIVE);
    } else {
        close_by(
            found,
            expected,
            if expected < 1e-12 { FAR_DIGITS } else { DIGITS },
        );
    }
}

fn times(epochs: &Value, converged: &Value) -> Vec<Time> {
    let epochs = numbers(epochs);
    let converged = numbers(converged);
    let pairs = epochs.iter().zip(&converged);
    let mut times: Vec<Time> = pairs
        .map(|(epoch, converged)| {
            let epoch = *epoch as u64;
            Time::new((*converged == 1.0).then_some(epoch), epoch)
        })
        .collect();
    times.sort();
    times
}

fn sorted(value: &Value) -> Vec<f64> {
    let mut values = numbers(value);
    values.sort_by(f64::total_cmp);
    values
}

fn settings() -> StatisticsSettings {
    StatisticsSettings {
        interval: IntervalMethod::Wilson,
        confidence: 0.95,
    }
}

#[test]
fn proportions() {
    for case in list(&golden(), "proportion") {
        let (k, n) = (n(&case["successes"]), n(&case["n"]));
        let found = wilson(k, n, 0.95);
        close(found.low, f(&case["wilson"][0]));
        close(found.high, f(&case["wilson"][1]));
        let found = clopper_pearson(k, n, 0.95);
        close(found.low, f(&case["clopper_pearson"][0]));
        close(found.high, f(&case["clopper_pearson"][1]));
        assert_eq!(k == 0, found.low == 0.0);
        assert_eq!(k == n, found.high == 1.0);
    }
}

#[test]
fn proportions_at_the_extremes() {
    for case in list(&tails(), "wilson") {
        let confidence = f(&case["confidence"]);
        let found = wilson(n(&case["successes"]), n(&case["n"]), confidence);
        close(found.low, f(&case["interval"][0]));
        close(found.high, f(&case["interval"][1]));
    }
    for case in list(&tails(), "clopper_pearson") {
        let confidence = f(&case["confidence"]);
        let found = clopper_pearson(n(&case["successes"]), n(&case["n"]), confidence);
        close(found.low, f(&case["interval"][0]));
        close(found.high, f(&case["interval"][1]));
    }
}

#[test]
fn no_runs_say_nothing_and_none_or_all_end_exactly() {
    for interval in [wilson, clopper_pearson] {
        for n in [1, 7, 1000, 1_000_000_000] {
            assert_eq!(interval(0, n, 0.95).low, 0.0);
            assert_eq!(interval(n, n, 0.95).high, 1.0);
        }
        let nothing = interval(0, 0, 0.95);
        assert_eq!((nothing.low, nothing.high), (0.0, 1.0));
    }
    assert_eq!(newcombe(0, 0, 1, 2, 0.95), None);
}

#[test]
fn differences_of_proportions() {
    for case in list(&golden(), "difference_of_proportions") {
        let [k1, n1, k2, n2] = ["k1", "n1", "k2", "n2"].map(|name| n(&case[name]));
        let found = newcombe(k1, n1, k2, n2, 0.95).unwrap().interval;
        close(found.low, f(&case["newcombe"][0]));
        close(found.high, f(&case["newcombe"][1]));
        close_p(fisher_exact(k1, n1, k2, n2), f(&case["fisher_p"]));
        close_p(fisher_exact(k2, n2, k1, n1), f(&case["fisher_p"]));
    }
    for case in list(&tails(), "newcombe") {
        let [k1, n1, k2, n2] = ["k1", "n1", "k2", "n2"].map(|name| n(&case[name]));
        let found = newcombe(k1, n1, k2, n2, f(&case["confidence"]))
            .unwrap()
            .interval;
        close(found.low, f(&case["interval"][0]));
        close(found.high, f(&case["interval"][1]));
    }
}

#[test]
fn fishers_test_from_tiny_tables_to_far_tails() {
    for case in list(&tails(), "fisher") {
        let [k1, n1, k2, n2] = ["k1", "n1", "k2", "n2"].map(|name| n(&case[name]));
        close_p(fisher_exact(k1, n1, k2, n2), f(&case["p"]));
        close_p(fisher_exact(k2, n2, k1, n1), f(&case["p"]));
        close_p(fisher_exact(n1 - k1, n1, n2 - k2, n2), f(&case["p"]));
    }
    assert_eq!(fisher_exact(0, 10, 0, 20), 1.0);
    assert_eq!(fisher_exact(10, 10, 20, 20), 1.0);
    let million = 1_000_000;
    assert_eq!(
        fisher_exact(million, million, 0, million),
        f64::MIN_POSITIVE
    );
}

#[test]
fn mcnemars_test() {
    for case in list(&golden(), "mcnemar_exact")
        .iter()
        .chain(list(&tails(), "mcnemar_exact"))
    {
        let (b, c) = (n(&case["b"]), n(&case["c"]));
        close_p(mcnemar_exact(b, c), f(&case["p"]));
        close_p(mcnemar_exact(c, b), f(&case["p"]));
    }
    assert_eq!(mcnemar_exact(1_000_000, 0), f64::MIN_POSITIVE);
}

#[test]
fn the_normal_distribution_keeps_its_digits_everywhere() {
    for case in list(&tails(), "two_sided_ln_p") {
        let (found, expected) = (two_sided_ln_p(f(&case["z"])), f(&case["ln_p"]));
        // An error of ln p is a relative error of p.
        let allowed = 1e-13 * expected.abs().max(1.0);
        assert!(
            (found - expected).abs() <= allowed,
            "{found:e}, expected {expected:e}"
        );
    }
    for case in list(&tails(), "normal_quantile") {
        let (found, expected) = (normal_quantile(f(&case["tail"])), f(&case["z"]));
        assert!(
            (found - expected).abs() <= 1e-14 * expected.max(1.0),
            "{found} {expected}"
        );
    }
    assert_eq!(p_value(-1e9), f64::MIN_POSITIVE);
    assert_eq!(p_value(0.0), 1.0);
}

#[test]
fn survival_curves() {
    for case in list(&golden(), "survival") {
        let times = times(&case["epochs"], &case["converged"]);
        let curve = KaplanMeier::new(&times);
        let steps: Vec<Step> = curve.steps().collect();
        let epochs: Vec<f64> = steps.iter().map(|step| step.epoch as f64).collect();
        assert_eq!(epochs, numbers(&case["times"]));
        for (at, share) in numbers(&case["not_converged"]).into_iter().enumerate() {
            close(steps[at].not_converged, share);
        }
        assert_eq!(
            curve.quantile(0.5, 0.95).value,
            case["median"].as_f64().map(|m| m as u64)
        );
        for mean in list(case, "rmst") {
            let found = curve.restricted_mean(n(&mean["tau"]), &settings()).unwrap();
            close(found.value, f(&mean["mean"]));
            // Of one run it is 0 elsewhere, and unknown here.
            close(
                found.standard_error.unwrap_or(0.0),
                f(&mean["standard_error"]),
            );
        }
    }
}

#[test]
fn quantiles_of_epochs() {
    for case in list(&tails(), "survival") {
        let curve = KaplanMeier::new(&times(&case["epochs"], &case["converged"]));
        for quantile in list(case, "quantiles") {
            let found = curve.quantile(f(&quantile["share"]), 0.95);
            let expected = quantile["value"].as_f64().map(|epoch| epoch as u64);
            assert_eq!(found.value, expected);
        }
    }
}

#[test]
fn log_rank_tests() {
    let golden = golden();
    let samples: HashMap<&str, Vec<Time>> = list(&golden, "survival")
        .iter()
        .map(|case| {
            let times = times(&case["epochs"], &case["converged"]);
            (case["name"].as_str().unwrap(), times)
        })
        .collect();
    let mut deals = Deals::default();
    let mut check = |a: &[Time], b: &[Time], case: &Value| {
        for (a, b) in [(a, b), (b, a)] {
            let found = logrank(a, b, &mut deals).unwrap();
            close(found.chi_squared, f(&case["chi_squared"]));
            // Of fewer runs p is not that of chi squared.
            if a.len().min(b.len()) >= 30 {
                close_p(found.p, f(&case["p"]));
            }
        }
    };
    for case in list(&golden, "logrank") {
        let sample = |name: &str| &samples[case[name].as_str().unwrap()];
        check(sample("a"), sample("b"), case);
    }
    for case in list(&tails(), "logrank") {
        let sample = |name: &str| times(&case[name][0], &case[name][1]);
        check(&sample("a"), &sample("b"), case);
    }
    assert_eq!(
        logrank(
            &samples["none_converged"],
            &samples["none_converged"],
            &mut deals
        ),
        None
    );
    assert_eq!(logrank(&samples["a"], &[], &mut deals), None);
}

#[test]
fn ranks() {
    for case in list(&golden(), "mann_whitney") {
        let (x, y) = (sorted(&case["x"]), sorted(&case["y"]));
        // The oracle asks which is greater, we ask which is smaller.
        let found = rank_comparison(&y, &x, false, 0.95).unwrap();
        close(found.probability, f(&case["probability_x_greater"]));
        close(found.cliffs_delta, f(&case["cliffs_delta"]));
        close(found.p, f(&case["p_asymptotic_continuity"]));
        close(
            found.probability * (x.len() * y.len()) as f64,
            f(&case["u"]),
        );
    }
    for case in list(&tails(), "ranks") {
        let (x, y) = (sorted(&case["x"]), sorted(&case["y"]));
        let found = rank_comparison(&x, &y, false, f(&case["confidence"])).unwrap();
        close(found.probability, f(&case["probability"]));
        close(found.cliffs_delta, f(&case["cliffs_delta"]));
        close_p(found.p, f(&case["p"]));
    }
    assert_eq!(rank_comparison(&[], &[1.0], false, 0.95), None);
}

#[test]
fn holms_adjustment() {
    for case in list(&golden(), "holm") {
        let p: Vec<Option<f64>> = numbers(&case["p"]).into_iter().map(Some).collect();
        for (found, expected) in holm(&p).into_iter().zip(numbers(&case["adjusted"])) {
            close(found.unwrap(), expected);
        }
    }
    let some_missing = holm(&[None, Some(0.03), None, Some(0.02)]);
    assert_eq!(some_missing, [None, Some(0.04), None, Some(0.04)]);
    assert_eq!(holm(&[Some(0.9), Some(0.8)]), [Some(1.0), Some(1.0)]);
}

#[test]
fn quantiles_and_means() {
    let settings = settings();
    for case in list(&golden(), "quantiles_type7") {
        let found = spread(numbers(&case["x"]).into_iter(), None, &settings);
        close(found.mean.unwrap().value, f(&case["mean"]));
        close(found.sd.unwrap(), f(&case["sd"]));
        close(found.q05.unwrap().value, f(&case["q05"]));
        close(found.q25.unwrap().value, f(&case["q25"]));
        close(found.median.unwrap().value, f(&case["median"]));
        close(found.q75.unwrap().value, f(&case["q75"]));
        close(found.q95.unwrap().value, f(&case["q95"]));
        close(found.interquartile_mean.unwrap().value, f(&case["iqm"]));
        assert_eq!(found.correct, None);
    }
    assert_eq!(quantile(&[], 0.5), None);
    assert_eq!(interquartile_mean(&[]), None);
    assert_eq!(quantile(&[1.0, f64::INFINITY], 0.5), None);
    assert_eq!(quantile(&[1.0, 2.0, f64::INFINITY], 0.5), Some(2.0));
    let one = spread([f64::NAN, 0.25].into_iter(), Some(0.0), &settings);
    assert_eq!(
        (one.count, one.mean.unwrap().value, one.sd),
        (1, 0.25, None)
    );
    assert_eq!(one.correct.unwrap().value, 0.5);
}
