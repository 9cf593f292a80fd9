//! The criterion of convergence in words: what a run of a study has to reach, and what one missed
//! that has no row wrong.

use super::figures::sweep;
use crate::manifest::Value;
use crate::network::Criterion;
use crate::plan::Plan;
use crate::text::{counted, shortest};

/// What has to be so at an epoch for a run to converge: `every output is within 0.4 of its
/// target`. More values than `most` are counted.
pub fn reached(plan: &Plan, most: usize) -> String {
    let values = plan.manifest.axes.of(plan.criterion().key());
    let one_of = |noun: &str, shown: Vec<String>| match shown.len() {
        many if many > most => format!("one of {}", counted(many, noun)),
        _ => shown.join(" or "),
    };
    let labels = || values.iter().map(|value| value.label()).collect();
    match plan.criterion() {
        Criterion::Tolerance(_) => format!(
            "every output is within {} of its target",
            one_of("tolerance", labels())
        ),
        Criterion::Accuracy(share) if share == 1.0 && values.len() == 1 => {
            "every training row is right".to_owned()
        }
        Criterion::Accuracy(_) => {
            let shown = values.iter().map(|value| match value {
                Value::Number(share) => exact_percent(*share),
                Value::Layers(_)
                | Value::Word(_)
                | Value::Truth(_)
                | Value::Text(_)
                | Value::Nothing => value.label(),
            });
            format!(
                "at least {} of the training rows are right",
                one_of("share", shown.collect())
            )
        }
        Criterion::Mse(_) => format!(
            "the mean squared error is below {}",
            one_of("limit", labels())
        ),
    }
}

/// What a run missed that ended with no row wrong and did not converge: `not within 0.4`.
pub fn missed(plan: &Plan) -> String {
    let labels = sweep::labels(plan, plan.criterion().key());
    let only = match labels.as_slice() {
        [one] => Some(one.as_str()),
        _ => None,
    };
    match plan.criterion() {
        Criterion::Tolerance(_) => format!("not within {}", only.unwrap_or("the tolerance")),
        // With all rows right at any epoch before its update it would have converged.
        Criterion::Accuracy(_) => "only after the last update".to_owned(),
        Criterion::Mse(_) => format!("mse not below {}", only.unwrap_or("the limit")),
    }
}

/// A share in percent, never rounded to another one: `90%`, or as it was typed.
fn exact_percent(share: f64) -> String {
    let percent = format!("{:.10}", 100.0 * share);
    let percent = percent.trim_end_matches('0').trim_end_matches('.');
    match percent.parse::<f64>() {
        Ok(value) if value / 100.0 == share => format!("{percent}%"),
        _ => shortest(share),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::Manifest;

    fn plan(convergence: &str) -> Plan {
        let text = format!(
            "name = 'x'\ndata = {{ generator = 'parity', size = 2 }}\nnetwork = {{ hidden = 2 }}\n\
             training = {{ epochs = 1 }}\nseeds = {{ count = 1 }}\nconvergence = {{ {convergence} }}"
        );
        Plan::new(Manifest::parse(&text, "x.toml", ".").unwrap())
    }

    #[test]
    fn every_criterion_has_its_words() {
        for (convergence, expected_reached, expected_missed) in [
            (
                "",
                "every output is within 0.4 of its target",
                "not within 0.4",
            ),
            (
                "tolerance = [0.4, 0.5]",
                "every output is within 0.4 or 0.5 of its target",
                "not within the tolerance",
            ),
            (
                "tolerance = [0.1, 0.2, 0.3, 0.4]",
                "every output is within one of 4 tolerances of its target",
                "not within the tolerance",
            ),
            (
                "accuracy = 1",
                "every training row is right",
                "only after the last update",
            ),
            (
                "accuracy = 0.9",
                "at least 90% of the training rows are right",
                "only after the last update",
            ),
            (
                "accuracy = [0.9995, 1]",
                "at least 99.95% or 100% of the training rows are right",
                "only after the last update",
            ),
            (
                "accuracy = [0.1, 0.2, 0.3, 0.4]",
                "at least one of 4 shares of the training rows are right",
                "only after the last update",
            ),
            (
                "mse = 0.01",
                "the mean squared error is below 0.01",
                "mse not below 0.01",
            ),
            (
                "mse = [0.01, 0.1]",
                "the mean squared error is below 0.01 or 0.1",
                "mse not below the limit",
            ),
        ] {
            let plan = plan(convergence);
            assert_eq!(reached(&plan, 3), expected_reached, "{convergence}");
            assert_eq!(missed(&plan), expected_missed, "{convergence}");
        }
    }

    #[test]
    fn a_share_in_percent_is_not_rounded_to_another() {
        assert_eq!(exact_percent(0.07), "7%");
        assert_eq!(exact_percent(0.9123), "91.23%");
        assert_eq!(exact_percent(1.0 / 3.0), "0.3333333333333333");
        assert_eq!(exact_percent(1e-300), "1e-300");
    }
}
