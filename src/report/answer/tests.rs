//! Which model answers, decided over rates put in by hand into the findings of tiny studies.

use super::*;
use crate::statistics::{Interval, Restart};
use crate::study::Study;
use crate::training::{Outcome, Run};

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
    let reliable =
        "2 of 4 models have rates that surely pass 95%; hidden-4 is the smallest of them.";
    assert!(words.contains(reliable), "{words}");
    assert!(words.starts_with("The single neuron converged"), "{words}");
    assert!(words.contains("; 4 hidden neurons converged"), "{words}");
}

#[test]
fn of_equally_small_models_the_surest_is_chosen_and_the_first_of_equals() {
    let network = "hidden = [4, [2, 2]]\nactivation = [\"sigmoid\", \"tanh\"]";
    let (plan, findings) = study(
        network,
        &[(0.99, 0.96), (1.0, 0.97), (1.0, 0.97), (1.0, 0.97)],
    );
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
    assert!(
        words.contains(" No model's rate surely passes 95%."),
        "{words}"
    );
}

#[test]
fn restarting_is_advised_for_the_subject_if_it_saves_a_tenth() {
    let (plan, mut findings) = study("hidden = [1, 2, 3]", &[(0.9, 0.8); 3]);
    let restart = |best_epochs: f64, at_limit: f64| Restart {
        at_limit: Some(at_limit),
        best_epoch: Some(7),
        best_epochs: Some(best_epochs),
        ..Restart::default()
    };
    findings.summaries[0].restart = restart(90.0, 100.0);
    // What another model would save is no part of the answer.
    findings.summaries[2].restart = restart(1.0, 2.0);
    assert_eq!(Answer::new(&plan, &findings).restart, None);
    findings.summaries[0].restart = restart(1780.0, 2000.0);
    let advice = Answer::new(&plan, &findings).restart.unwrap();
    assert_eq!((advice.epoch, advice.epochs), (7, 1780.0));
    let words = terminal::answer(&plan, &findings);
    let own = " To get one success soonest, stop a run at epoch 7 and start again: 1,780 epochs \
               expected, against 2,000 when runs go on to the limit of 1.";
    assert!(words.ends_with(own), "{words}");
}

#[test]
fn of_no_runs_nothing_is_said() {
    let (plan, _) = study("hidden = [0, 2]", &[(0.0, 0.0); 2]);
    let findings = Findings::collect(&plan).finish().unwrap();
    let answer = Answer::new(&plan, &findings);
    assert_eq!((answer.subject(), answer.single), (None, None));
    assert_eq!(terminal::answer(&plan, &findings), "");
}

const MADE_UP: &str = "name = \"made-up\"\n[data]\n\
    inputs = [[0, 0], [0, 1], [1, 0], [1, 1]]\ntargets = [[0, 1], [1, 0], [1, 0], [0, 1]]\n\
    [[predict]]\ninput = [0.5, 1]\ntarget = [1, 0]\n[[predict]]\ninput = [1, -2]\n\
    [network]\nhidden = [0, 2, 3]\n[training]\nepochs = 1000\n[seeds]\ncount = 50\n\
    [statistics]\ninterval = \"clopper-pearson\"\nconfidence = 0.9\n";

/// What is said of a study of whose models so many runs converged, at epochs 10, 20, …
fn said(manifest: &str, converged: &[u64]) -> String {
    let study = Study::parse(manifest).unwrap();
    let plan = study.plan();
    let seeds = plan.manifest.seeds.count();
    let mut collector = Findings::collect(plan);
    for (model, converged) in converged.iter().enumerate() {
        for seed in 1..=seeds {
            let run = Run::new(model, outcome(plan, seed, seed <= *converged));
            collector.add(&run).unwrap();
        }
    }
    terminal::answer(plan, &collector.finish().unwrap())
}

fn outcome(plan: &Plan, seed: u64, converged: bool) -> Outcome {
    Outcome {
        seed,
        epochs: 1000,
        convergence_epoch: converged.then_some(10 * seed),
        mse: 0.25 / seed as f64,
        mse_at_90_percent: Some(0.5),
        max_abs_error: 0.5,
        wrong_rows: if converged { vec![] } else { vec![0, 3] },
        gradient_norm: 0.1,
        predictions: vec![1.0 / seed as f64; plan.predictions().len()],
        finite: true,
        weights_hash: seed,
    }
}

#[test]
fn effect_and_interval_stand_before_p() {
    let text = said(MADE_UP, &[0, 30, 50]);
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
fn of_one_model_the_answer_is_about_it_alone() {
    let one = MADE_UP
        .replace("[0, 2, 3]", "1")
        .replace("count = 50", "count = 900");
    let text = said(&one, &[880]);
    assert!(
        text.starts_with("1 hidden neuron converged in 880 of 900 runs, 97.8% ("),
        "{text}"
    );
    assert!(text.contains(", surely more than 95%."), "{text}");
}

#[test]
fn the_smallest_model_that_surely_learns_is_named_and_when_to_restart() {
    let many = MADE_UP
        .replace("count = 50", "count = 900")
        .replace("epochs = 1000", "epochs = 9000");
    let text = said(&many, &[3, 895, 900]);
    assert!(
        text.contains("2 hidden neurons converged in 895 of 900 runs"),
        "{text}"
    );
    let reliable = "2 of 3 models have rates that surely pass 95%; hidden-2 is the smallest";
    assert!(text.contains(reliable), "{text}");
    let only = said(&many, &[3, 30, 900]);
    let reliable = "hidden-3 is the only one of 3 models whose rate surely passes 95%.";
    assert!(only.contains(reliable), "{only}");
    let rarely = said(&many, &[3, 30, 20]);
    assert!(rarely.contains("stop a run at epoch "), "{rarely}");
}
