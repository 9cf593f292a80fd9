//! Intervals that use the pairs, of quantiles and of restricted means, and standard errors,
//! against SciPy, statsmodels and NumPy. The values are in `tests/golden/`.

use serde_json::Value;

use super::golden::{close, f, list, n, numbers};
use super::rank_comparison;
use crate::manifest::{IntervalMethod, StatisticsSettings};
use crate::statistics::estimate::Simulated;
use crate::statistics::rates::{Pairs, exact_above, newcombe_paired, order_statistics};
use crate::statistics::spread::{mean, spread, standard_deviation};
use crate::statistics::student::t_of;
use crate::statistics::survival::{KaplanMeier, Time};

fn golden() -> Value {
    serde_json::from_str(include_str!("../../../tests/golden/statistics-pairs.json")).unwrap()
}

#[test]
fn students_quantiles() {
    for case in list(&golden(), "student") {
        let found = t_of(f(&case["confidence"]), n(&case["freedom"])).unwrap();
        close(found, f(&case["t"]));
    }
    assert_eq!(t_of(0.95, 0), None);
}

#[test]
fn differences_of_rates_of_the_same_seeds() {
    for case in list(&golden(), "newcombe_paired") {
        let [both, only_first, only_second, neither] =
            [0, 1, 2, 3].map(|place| n(&case["pairs"][place]));
        let pairs = Pairs {
            both,
            only_first,
            only_second,
            neither,
        };
        let found = newcombe_paired(pairs, f(&case["confidence"])).unwrap();
        close(found.interval.low, f(&case["interval"][0]));
        close(found.interval.high, f(&case["interval"][1]));
    }
    assert_eq!(newcombe_paired(Pairs::default(), 0.95), None);
}

/// Newcombe 1998, Statistics in Medicine 17:2635, gives these four digits for method 10.
#[test]
fn newcombes_own_example() {
    let pairs = Pairs {
        both: 36,
        only_first: 12,
        only_second: 2,
        neither: 0,
    };
    let found = newcombe_paired(pairs, 0.95).unwrap();
    assert_eq!(found.value, 0.2);
    let digits = |value: f64| format!("{value:.4}");
    assert_eq!(digits(found.interval.low), "0.0569");
    assert_eq!(digits(found.interval.high), "0.3404");
}

#[test]
fn exact_intervals_of_quantiles() {
    for case in list(&golden(), "order_statistics") {
        let found = order_statistics(n(&case["n"]), f(&case["share"]), f(&case["confidence"]));
        let expected = ["low", "high"].map(|end| case[end].as_u64());
        assert_eq!(found, expected, "{case}");
    }
    assert_eq!(order_statistics(0, 0.5, 0.95), [None, None]);
}

#[test]
fn whether_a_rate_passes_a_bound() {
    for case in list(&golden(), "exact_above") {
        let p = exact_above(n(&case["k"]), n(&case["n"]), f(&case["bound"]));
        close(p, f(&case["p"]).max(f64::MIN_POSITIVE));
    }
    assert_eq!(exact_above(0, 0, 0.95), 1.0);
}

#[test]
fn standard_errors_of_means_and_quantiles() {
    let settings = StatisticsSettings {
        interval: IntervalMethod::Wilson,
        confidence: 0.95,
    };
    for case in list(&golden(), "errors") {
        let found = spread(numbers(&case["x"]).into_iter(), None, &settings);
        let check = |found: Option<Simulated>, name: &str| {
            let (found, expected) = (found.unwrap().mcse, case[name].as_f64());
            assert_eq!(found.is_some(), expected.is_some(), "{name} of {case}");
            if let Some((found, expected)) = found.zip(expected) {
                close(found, expected);
            }
        };
        check(found.mean, "mean");
        check(found.q05, "q05");
        check(found.q25, "q25");
        check(found.median, "median");
        check(found.q75, "q75");
        check(found.q95, "q95");
        check(found.interquartile_mean, "iqm");
    }
}

#[test]
fn intervals_of_the_probability_of_being_better() {
    for case in list(&golden(), "placements") {
        let (x, y) = (numbers(&case["x"]), numbers(&case["y"]));
        let paired = case["paired"].as_bool().unwrap();
        let found = rank_comparison(&x, &y, paired, 0.95).unwrap();
        close(found.probability, f(&case["probability"]));
        close(found.interval.low, f(&case["low"]));
        close(found.interval.high, f(&case["high"]));
    }
}

#[test]
fn intervals_of_restricted_means() {
    for case in list(&golden(), "restricted_means") {
        let limit = n(&case["limit"]);
        let runs = case["times"].as_array().unwrap().iter();
        let mut times: Vec<Time> = runs.map(|time| Time::new(time.as_u64(), limit)).collect();
        times.sort();
        let curve = KaplanMeier::new(&times);
        let settings = StatisticsSettings {
            interval: IntervalMethod::Wilson,
            confidence: f(&case["confidence"]),
        };
        let found = curve.restricted_mean(limit, &settings).unwrap();
        close(found.value, f(&case["value"]));
        close(found.interval.low, f(&case["low"]));
        close(found.interval.high, f(&case["high"]));
        assert_eq!(found.standard_error.is_none(), times.len() == 1);
    }
}

#[test]
fn equal_values_have_no_spread_and_their_mean_is_that_value() {
    // Summed and divided, these ten leave a mean that is one step too low.
    let equal = [0.1 + 0.2; 10];
    assert_eq!(mean(&equal), Some(0.1 + 0.2));
    assert_eq!(standard_deviation(&equal), Some(0.0));
    let thirds = vec![1.0 / 3.0; 1_000_003];
    assert_eq!(mean(&thirds), Some(1.0 / 3.0));
    assert_eq!(standard_deviation(&thirds), Some(0.0));
}

#[test]
fn a_spread_of_a_few_last_digits_keeps_its_own_digits() {
    // 1 + j·ε for j = 0 … 9: the standard deviation is ε·√(55/6).
    let values: Vec<f64> = (0..10).map(|j| 1.0 + f64::from(j) * f64::EPSILON).collect();
    let expected = f64::EPSILON * (55.0f64 / 6.0).sqrt();
    close(standard_deviation(&values).unwrap(), expected);
}
