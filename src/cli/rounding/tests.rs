//! What the terminal says of counts that are made up.

use super::*;
use crate::manifest::Manifest;
use crate::statistics::{Interval, RoundingCounts};

/// A plan of so many models.
fn plan(models: usize) -> Plan {
    let rates: Vec<String> = (1..=models).map(|n| format!("{n}.0")).collect();
    let text = format!(
        "name = \"x\"\n[data]\ninputs = [[0], [1]]\ntargets = [0, 1]\n[[predict]]\ninput = [0.5]\ntarget = 1\n\
         [network]\nhidden = 2\n[training]\nepochs = 10\nlearning_rate = [{}]\n[seeds]\ncount = 10\n",
        rates.join(", ")
    );
    Plan::new(Manifest::parse(&text, "x.toml", ".").unwrap())
}

fn counts(status: u64, convergence_epoch: u64, correct: u64, prediction: u64) -> RoundingCounts {
    RoundingCounts {
        runs: 10,
        status,
        convergence_epoch,
        correct,
        prediction,
        ..RoundingCounts::default()
    }
}

fn found(plan: &Plan, counts: &[RoundingCounts]) -> Roundings {
    let settings = &plan.manifest.statistics;
    Roundings {
        models: counts.iter().map(|it| it.estimate(settings)).collect(),
        notes: Vec::new(),
    }
}

/// What is told, in one line.
fn told_of(counts: &[RoundingCounts]) -> String {
    let plan = plan(counts.len());
    let terminal = Terminal {
        width: 80,
        unicode: true,
    };
    let told = told(terminal, &plan, &found(&plan, counts));
    assert!(
        told.lines().all(|line| line.chars().count() <= 80),
        "{told}"
    );
    told.replace('\n', " ")
}

#[test]
fn sentences_say_what_rounding_decides_and_nothing_else() {
    let cases: [(&[RoundingCounts], &str); 6] = [
        (
            &[counts(0, 0, 0, 0)],
            "Each of 10 runs ends like its twin: rounding decides nothing of them.",
        ),
        (
            &[counts(0, 0, 0, 2)],
            "Each of 10 runs ends like its twin, but predictions of 2 moved.",
        ),
        (
            &[counts(3, 0, 0, 3)],
            "Rounding decides how 3 of 10 runs end.",
        ),
        (
            &[counts(0, 4, 1, 4)],
            "decides when 4 of 10 runs converge and what 1 get right; how they end, it does not",
        ),
        (
            &[counts(1, 1, 0, 1), counts(2, 3, 1, 4)],
            "how 3 of 20 runs end, when 4 converge and what 1 get right, most often of hidden-2:learning_rate=2.",
        ),
        (
            &[RoundingCounts::default()],
            "There is no run to compare with its twin.",
        ),
    ];
    for (counts, sentence) in cases {
        let told = told_of(counts);
        assert!(told.contains(sentence), "{told}");
    }
}

#[test]
fn of_very_many_models_those_with_the_most_changes_are_shown() {
    let mut many = vec![counts(0, 0, 0, 1); 250];
    for model in (0..250).step_by(13) {
        many[model] = counts(1, 1, 0, 1);
    }
    let told = told_of(&many);
    assert!(told.contains("These are the 20 of 250 models with the most changes"));
    assert_eq!(
        told.matches("  10  1 1.8–40%  1 1.8–40%").count(),
        20,
        "{told}"
    );
    let all = told_of(&many[..200]);
    assert!(!all.contains("the most changes"), "{all}");
}

#[test]
fn rates_that_chance_does_not_explain_are_named() {
    let plan = plan(3);
    let mut models = found(&plan, &[counts(0, 0, 0, 0); 3]).models;
    let difference = |low, high| {
        Some(Estimate {
            value: (low + high) / 2.0,
            interval: Interval { low, high },
        })
    };
    models[0].rate_difference = difference(0.0, 0.1);
    models[1].rate_difference = difference(-0.1, 0.1);
    models[2].rate_difference = None;
    assert_eq!(
        rates(&plan, &models),
        "No rate changed by more than chance explains."
    );
    models[1].rate_difference = difference(0.01, 0.2);
    let told = rates(&plan, &models);
    assert!(told.contains("for 1 of 2 models, the first is hidden-2:learning_rate=2;"));
    models[1].rate_difference = difference(-0.2, -0.01);
    assert_eq!(rates(&plan, &models), told);
}
