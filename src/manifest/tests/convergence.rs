//! `[convergence]`: one criterion among three, its axis, its baseline.

use super::{accepted, edited, refused};
use crate::manifest::{Manifest, Value};
use crate::plan::{Plan, identity};

/// [`VALID`](super::VALID) with these lines of `[convergence]`.
fn with(convergence: &str) -> Manifest {
    accepted(&[("[seeds]", &format!("[convergence]\n{convergence}\n[seeds]"))])
}

fn values<'m>(manifest: &'m Manifest) -> [Vec<Value<'m>>; 3] {
    ["tolerance", "accuracy", "mse"].map(|key| manifest.axes.of(key))
}

#[test]
fn a_study_has_the_criterion_that_it_gives_and_else_a_tolerance() {
    let none = || vec![Value::Nothing];
    let number = |value| vec![Value::Number(value)];
    for (lines, expected) in [
        ("", [number(0.4), none(), none()]),
        ("tolerance = 0.5", [number(0.5), none(), none()]),
        ("accuracy = 1", [none(), number(1.0), none()]),
        ("mse = 2.5", [none(), none(), number(2.5)]),
        (
            "mse = [0.01, 0.4]",
            [
                none(),
                none(),
                vec![Value::Number(0.01), Value::Number(0.4)],
            ],
        ),
    ] {
        assert_eq!(values(&with(lines)), expected, "{lines}");
    }
}

#[test]
fn models_are_named_by_the_criterion_that_they_differ_in() {
    let names = |lines: &str| -> Vec<String> {
        let plan = Plan::new(with(lines));
        plan.models.into_iter().map(|model| model.name).collect()
    };
    assert_eq!(names("accuracy = 0.9"), ["single-neuron", "hidden-4"]);
    assert_eq!(
        names("accuracy = [0.9, 1]"),
        [
            "single-neuron:accuracy=0.9",
            "single-neuron:accuracy=1",
            "hidden-4:accuracy=0.9",
            "hidden-4:accuracy=1",
        ]
    );
    assert_eq!(names("mse = [0.01, 0.4]")[3], "hidden-4:mse=0.4");
}

#[test]
fn the_columns_of_a_criterion_are_there_where_it_is_used() {
    let shown = |lines: &str| -> Vec<&str> {
        let manifest = with(lines);
        let shown: Vec<&str> = manifest.axes.shown().map(|(axis, _)| axis.column).collect();
        shown[6..].to_vec()
    };
    assert_eq!(shown(""), ["tolerance"]);
    assert_eq!(shown("tolerance = 0.4"), ["tolerance"]);
    assert_eq!(shown("accuracy = 0.4"), ["tolerance", "criterion_accuracy"]);
    assert_eq!(shown("mse = 0.4"), ["tolerance", "criterion_mse"]);
}

#[test]
fn every_criterion_is_another_experiment() {
    let manifests = [
        "tolerance = 0.4",
        "accuracy = 0.4",
        "mse = 0.4",
        "mse = 0.5",
    ]
    .map(with);
    for (at, one) in manifests.iter().enumerate() {
        for other in &manifests[..at] {
            assert_ne!(identity(one), identity(other));
            assert!(!one.conflicts(other).is_empty());
        }
    }
    let [tolerance, accuracy, _, _] = &manifests;
    let shown = tolerance.conflicts(accuracy).into_iter();
    let shown: Vec<String> = shown
        .map(|found| format!("{}: {} | {}", found.key, found.ours, found.theirs))
        .collect();
    assert_eq!(
        shown,
        [
            "convergence.tolerance: 0.4 | none",
            "convergence.accuracy: none | 0.4",
        ]
    );
    assert_eq!(identity(tolerance), identity(&with("")));
}

#[test]
fn a_baseline_may_fix_the_criterion() {
    for key in ["tolerance", "accuracy", "mse"] {
        let plan = Plan::new(accepted(&[(
            "[seeds]",
            &format!(
                "[convergence]\n{key} = [0.5, 0.25]\n[compare]\nbaseline = {{ {key} = 0.25 }}\n[seeds]"
            ),
        )]));
        let baselines: Vec<usize> = (0..4).map(|model| plan.baseline(model)).collect();
        assert_eq!(baselines, [1, 1, 3, 3], "{key}");
    }
}

#[test]
fn the_words_of_a_baseline_name_the_criterion_that_is_used() {
    let single = |lines: &str| {
        accepted(&[
            ("hidden = [0, 4]", "hidden = 4"),
            ("[seeds]", &format!("[convergence]\n{lines}\n[seeds]")),
        ])
    };
    let found = with("mse = 0.01").differences(&single("mse = 0.01"));
    let baseline = found.iter().find(|found| found.key == "compare.baseline");
    let words = &baseline.unwrap().theirs;
    assert!(words.ends_with("momentum = 0, mse = 0.01 }"), "{words}");
}

#[test]
fn two_criteria() {
    refused(
        &[(
            "[seeds]",
            "[convergence]\naccuracy = 0.9\ntolerance = 0.4\n[seeds]",
        )],
        "
t.toml:22:13: [convergence] has both tolerance and accuracy; expected one criterion: tolerance, accuracy or mse
    |
 22 | tolerance = 0.4
    |             ^^^
",
    );
    refused(
        &[(
            "[seeds]",
            "[convergence]\ntolerance = 0.4\nmse = [0.1, 0.2]\n[seeds]",
        )],
        "
t.toml:22:7: [convergence] has both tolerance and mse; expected one criterion: tolerance, accuracy or mse
    |
 22 | mse = [0.1, 0.2]
    |       ^^^^^^^^^^
",
    );
    refused(
        &[(
            "[seeds]",
            "[convergence]\naccuracy = 1\nmse = 1\n[seeds]",
        )],
        "
t.toml:22:7: [convergence] has both accuracy and mse; expected one criterion: tolerance, accuracy or mse
    |
 22 | mse = 1
    |       ^
",
    );
}

#[test]
fn three_criteria() {
    refused(
        &[(
            "[seeds]",
            "[convergence]\ntolerance = 0.4\naccuracy = 1\nmse = 1\n[seeds]",
        )],
        "
t.toml:23:7: [convergence] has tolerance, accuracy and mse; expected one criterion: tolerance, accuracy or mse
    |
 23 | mse = 1
    |       ^
",
    );
}

#[test]
fn an_accuracy_that_no_run_can_have() {
    refused(
        &[("[seeds]", "[convergence]\naccuracy = 1.5\n[seeds]")],
        "
t.toml:21:12: accuracy is 1.5; expected a number above 0 and at most 1
    |
 21 | accuracy = 1.5
    |            ^^^
",
    );
    refused(
        &[("[seeds]", "[convergence]\naccuracy = [1, 0]\n[seeds]")],
        "
t.toml:21:16: accuracy has 0; expected a number above 0 and at most 1
    |
 21 | accuracy = [1, 0]
    |                ^
",
    );
}

#[test]
fn an_mse_that_no_run_can_have() {
    refused(
        &[("[seeds]", "[convergence]\nmse = 0\n[seeds]")],
        "
t.toml:21:7: mse is 0; expected a finite number above 0
    |
 21 | mse = 0
    |       ^
",
    );
}

#[test]
fn a_baseline_with_a_criterion_that_the_study_does_not_use() {
    refused(
        &[(
            "[seeds]",
            "[convergence]\nmse = 0.1\n[compare]\nbaseline = { tolerance = 0.4 }\n[seeds]",
        )],
        "
t.toml:23:26: a baseline with tolerance = 0.4, which no model has; expected none, as [convergence] has no tolerance
    |
 23 | baseline = { tolerance = 0.4 }
    |                          ^^^
",
    );
    refused(
        &[("[seeds]", "[compare]\nbaseline = { mse = 0.4 }\n[seeds]")],
        "
t.toml:21:20: a baseline with mse = 0.4, which no model has; expected none, as [convergence] has no mse
    |
 21 | baseline = { mse = 0.4 }
    |                    ^^^
",
    );
}

#[test]
fn a_criterion_in_the_wrong_table_is_sent_home() {
    let text = edited(&[("epochs = 100", "epochs = 100\naccuracy = 1")]);
    let error = Manifest::parse(&text, "t.toml", ".")
        .unwrap_err()
        .to_string();
    assert!(error.contains("[convergence]"), "{error}");
}
