//! The answer says what the numbers say, effect and interval first.

use super::{MANIFEST, made};
use crate::report::answer::terminal;

/// The answer to a study of which so many runs of each model converge.
fn answered(text: &str, converged: &[u64]) -> String {
    let made = made(text, converged);
    let findings = &made.findings;
    terminal::answer(&made.plan, findings)
}

#[test]
fn the_answer_puts_effect_and_interval_before_p() {
    let text = answered(MANIFEST, &[0, 30, 50]);
    assert!(
        text.starts_with(
            "The single neuron converged in 0 of 50 runs, 0% (90% interval 0% to 5.8%); \
             3 hidden neurons converged in 50 of 50 runs, 100% (94.2% to 100%): \
             a difference of 100 percentage points ("
        ),
        "{text}"
    );
    assert!(text.find("points").unwrap() < text.find("p = ").unwrap());
    assert!(
        text.contains("No model's rate surely passes 95%."),
        "{text}"
    );
    assert!(
        text.contains("Half of its runs had converged by epoch 250 (190 to 310)."),
        "{text}"
    );
}

#[test]
fn the_answer_of_one_model_is_about_it_alone() {
    let one = MANIFEST
        .replace("[0, 2, 3]", "1")
        .replace("count = 50", "count = 900");
    let text = answered(&one, &[880]);
    assert!(
        text.starts_with("1 hidden neuron converged in 880 of 900 runs, 97.8% ("),
        "{text}"
    );
    assert!(text.contains(", surely more than 95%."), "{text}");
}

#[test]
fn the_answer_names_the_first_model_that_surely_learns_and_when_to_restart() {
    let many = MANIFEST
        .replace("count = 50", "count = 900")
        .replace("epochs = 1000", "epochs = 9000");
    let text = answered(&many, &[3, 895, 900]);
    assert!(
        text.contains("2 hidden neurons converged in 895 of 900 runs"),
        "{text}"
    );
    assert!(
        text.contains("hidden-2 is the first of 3 models whose rate surely passes 95%."),
        "{text}"
    );
    let rarely = answered(&many, &[3, 30, 20]);
    assert!(rarely.contains("stop a run at epoch "), "{rarely}");
}
