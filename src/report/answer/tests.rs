//! Which model answers, decided over rates put in by hand into the findings of tiny studies.

use super::*;
use crate::statistics::{Interval, Restart};
use crate::study::Study;

/// A study of one epoch and two seeds whose models have these rates and lower ends instead.
fn study(network: &str, rates: &[(f64, f64)]) -> (Plan, Findings) {
    let study = Study::parse(&format!(
        "name = \"x\"\n[data]\ngenerator = \"parity\"\nsize = 2\n[network]\n{network}\n\
         [training]\nepochs = 1\n[seeds]\ncount = 2\n"
    ))
    .unwrap();
    let (_, mut findings) = study.run(&|_| {}).unwrap();
    assert_eq!(findings.summaries.len(), rates.len());
    for (summary, (value, low)) in findings.summaries.iter_mut().zip(rates) {
        let interval = Interval {
            low: *low,
            high: 1.0,
        };
        summary.rate = Some(Estimate {
            value: *value,
            interval,
        });
        summary.restart = Restart::default();
    }
    (study.plan().clone(), findings)
}

#[test]
fn the_smallest_reliable_model_is_chosen_whatever_the_order() {
    let rates = [(1.0, 0.99), (0.98, 0.96), (0.9, 0.85), (0.0, 0.0)];
    let (plan, findings) = study("hidden = [8, 4, 2, 0]", &rates);
    let answer = Answer::new(&plan, &findings);
    let expected = Answer {
        chosen: Some(1),
        best: Some(0),
        single: Some(3),
        reliable: 2,
        restart: None,
    };
    assert_eq!(answer, expected);
    assert_eq!(answer.subject(), Some(1));
    let words = terminal::answer(&plan, &findings);
    let reliable = "2 of 4 models have rates that surely pass 95%; hidden-4 is the smallest of them.";
    assert!(words.contains(reliable), "{words}");
    assert!(words.starts_with("8 hidden neurons converged"), "{words}");
    assert!(words.contains("; 4 hidden neurons converged"), "{words}");
}

#[test]
fn of_equally_small_models_the_surest_is_chosen_and_the_first_of_equals() {
    let network = "hidden = [4, [2, 2]]\nactivation = [\"sigmoid\", \"tanh\"]";
    let (plan, findings) = study(network, &[(0.99, 0.96), (1.0, 0.97), (1.0, 0.97), (1.0, 0.97)]);
    let answer = Answer::new(&plan, &findings);
    assert_eq!((answer.chosen, answer.best), (Some(1), Some(1)));
    assert_eq!((answer.single, answer.reliable), (None, 4));
}

#[test]
fn without_a_reliable_model_the_best_is_the_subject() {
    let (plan, findings) = study("hidden = [0, 2, 4]", &[(0.5, 0.4), (0.7, 0.95), (0.7, 0.6)]);
    let answer = Answer::new(&plan, &findings);
    assert_eq!((answer.chosen, answer.reliable), (None, 0));
    assert_eq!((answer.best, answer.subject()), (Some(1), Some(1)));
    assert_eq!(answer.single, Some(0));
    let words = terminal::answer(&plan, &findings);
    assert!(words.contains(" No model's rate surely passes 95%."), "{words}");
}

#[test]
fn restarting_is_advised_where_it_saves_most_if_it_saves_a_tenth() {
    let (plan, mut findings) = study("hidden = [1, 2, 3]", &[(0.9, 0.8); 3]);
    let restart = |best_epochs: f64, at_limit: f64| Restart {
        at_limit: Some(at_limit),
        best_epoch: Some(7),
        best_epochs: Some(best_epochs),
        ..Restart::default()
    };
    findings.summaries[1].restart = restart(90.0, 100.0);
    assert_eq!(Answer::new(&plan, &findings).restart, None);
    findings.summaries[1].restart = restart(89.0, 100.0);
    findings.summaries[2].restart = restart(1.0, 2.0);
    let advice = Answer::new(&plan, &findings).restart.unwrap();
    assert_eq!((advice.model, advice.epoch), (2, 7));
    // The first of equals; the terminal names it where it is not the model it speaks of.
    findings.summaries[0].restart = restart(1000.0, 2000.0);
    assert_eq!(Answer::new(&plan, &findings).restart.unwrap().model, 0);
    let words = terminal::answer(&plan, &findings);
    let own = " To get one success soonest, stop a run at epoch 7 and start again: 1,000 epochs \
               expected, against 2,000 when runs go on to the limit of 1.";
    assert!(words.ends_with(own), "{words}");
    findings.summaries[0].restart = Restart::default();
    let words = terminal::answer(&plan, &findings);
    let other = "soonest with 3 hidden neurons, where restarting saves most, stop a run at epoch 7";
    assert!(words.contains(other), "{words}");
}

#[test]
fn of_no_runs_nothing_is_said() {
    let (plan, _) = study("hidden = [0, 2]", &[(0.0, 0.0); 2]);
    let findings = Findings::new(&plan, &mut |_| Ok(())).unwrap();
    let answer = Answer::new(&plan, &findings);
    assert_eq!((answer.subject(), answer.single), (None, None));
    assert_eq!(terminal::answer(&plan, &findings), "");
}
