//! Which model answers, how it stands beside others, and what is said and advised, over made-up
//! runs of small studies.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::words::paragraphs;
use super::*;
use crate::manifest::Manifest;
use crate::training::{Outcome, Run};

/// A plan of a pattern of two inputs, one prediction with its answer 1 and one without.
fn plan(network: &str, more: &str, seeds: u64) -> Plan {
    let text = format!(
        "name = \"made-up\"\n[data]\ninputs = [[0, 0], [0, 1], [1, 0], [1, 1]]\n\
         targets = [0, 1, 1, 0]\n[[predict]]\ninput = [0.5, 1]\ntarget = 1\n[[predict]]\n\
         input = [1, -2]\n[network]\n{network}\n[training]\nepochs = 1000\n[seeds]\n\
         count = {seeds}\n{more}"
    );
    Plan::new(Manifest::parse(&text, "x.toml", ".").unwrap())
}

/// What a run of a made-up model does: converges at an epoch or not, and predicts.
type Made = (Option<u64>, f64);

/// The findings of such runs; `made` is asked for each model and seed.
fn findings(plan: &Plan, seeds: u64, made: impl Fn(usize, u64) -> Made) -> Findings {
    let mut collector = Findings::collect(plan);
    for model in 0..plan.models.len() {
        for seed in 1..=seeds {
            let (epoch, prediction) = made(model, seed);
            let outcome = Outcome {
                seed,
                epochs: 1000,
                convergence_epoch: epoch,
                mse: 0.25,
                mse_at_90_percent: Some(if seed % 2 == 0 { 0.25 } else { 0.5 }),
                max_abs_error: 0.5,
                wrong_rows: if epoch.is_some() { vec![] } else { vec![0, 3] }
                    .into_iter()
                    .collect(),
                gradient_norm: 0.1,
                predictions: vec![prediction; plan.predictions().len()],
                judged: crate::training::Judged::default(),
                finite: true,
                weights_hash: seed,
            };
            collector.add(&Run::new(model, outcome)).unwrap();
        }
    }
    collector.finish().unwrap()
}

/// Runs of which so many converge per model, all at epoch 10 + the model's position.
fn converging(plan: &Plan, seeds: u64, converged: &[u64]) -> Findings {
    findings(plan, seeds, |model, seed| {
        let epoch = (seed <= converged[model]).then_some(10 + model as u64);
        (epoch, 0.9)
    })
}

fn said(plan: &Plan, findings: &Findings) -> String {
    paragraphs(plan, findings).join("\n")
}

#[track_caller]
fn says(text: &str, part: &str) {
    assert!(text.contains(part), "{part:?} is not in:\n{text}");
}

#[test]
fn the_smallest_reliable_model_is_chosen_whatever_the_order() {
    let plan = plan("hidden = [8, 4, 2, 0]", "", 200);
    let findings = converging(&plan, 200, &[200, 199, 180, 0]);
    let answer = Answer::new(&plan, &findings);
    assert_eq!((answer.chosen, answer.best), (Some(1), Some(0)));
    assert_eq!((answer.single, answer.subject()), (Some(3), Some(1)));
    assert_eq!(answer.reliable, [0, 1]);
    let text = said(&plan, &findings);
    says(
        &text,
        "2 of 4 models are shown to converge in more than 95% of runs; the smallest of them is 4 hidden neurons.",
    );
}

/// A rate of 0.95 is passed by an interval at 95% in one study of forty; of many models, one
/// that passes is always found.
#[test]
fn no_model_passes_by_being_one_of_many() {
    let mut chance = ChaCha8Rng::seed_from_u64(1);
    let mut uniform = || (chance.next_u64() >> 11) as f64 * 2f64.powi(-53);
    for models in [8, 114] {
        let widths: Vec<String> = (1..=models).map(|width: usize| width.to_string()).collect();
        let plan = plan(&format!("hidden = [{}]", widths.join(", ")), "", 200);
        let claims = (0..40).filter(|_| {
            let converged: Vec<u64> = (0..models)
                .map(|_| (0..200).filter(|_| uniform() < 0.95).count() as u64)
                .collect();
            let summaries = converging(&plan, 200, &converged).summaries;
            let all: Vec<usize> = (0..models).collect();
            !reliable(&summaries, &all).is_empty()
        });
        let claims = claims.count();
        assert!(claims <= 4, "{claims} of 40 studies of {models} models");
    }
}

/// The level of the tests is fixed: an interval at 50% makes no model reliable.
#[test]
fn the_confidence_of_intervals_decides_nothing() {
    let answers = ["0.5", "0.999"].map(|confidence| {
        let statistics = format!("[statistics]\nconfidence = {confidence}\n");
        let plan = plan("hidden = [1, 2]", &statistics, 200);
        let findings = converging(&plan, 200, &[194, 200]);
        Answer::new(&plan, &findings)
    });
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].reliable, [1]);
}

#[test]
fn of_equally_small_models_the_faster_is_chosen_then_the_better_and_never_the_first() {
    let plan = plan(
        "hidden = [4, [2, 2]]\nactivation = [\"tanh\", \"sigmoid\"]",
        "",
        100,
    );
    let answer = |made: fn(usize, u64) -> Made| Answer::new(&plan, &findings(&plan, 100, made));
    // Sigmoid comes later in the grid, and is faster.
    let faster = answer(|model, _| (Some(if model == 1 { 40 } else { 50 }), 0.9));
    assert_eq!((faster.chosen, faster.best), (Some(1), Some(1)));
    // As fast, but right.
    let better = answer(|model, _| (Some(50), if model == 1 { 0.9 } else { 0.1 }));
    assert_eq!((better.chosen, better.best), (Some(1), Some(1)));
    // Fewer layers are simpler, however fast more of them are.
    let simpler = answer(|model, _| (Some(if model >= 2 { 5 } else { 50 }), 0.9));
    assert_eq!(simpler.chosen, Some(0));
}

#[test]
fn a_sweep_of_activations_is_answered_along_it() {
    let plan = plan(
        "hidden = 4\nactivation = [\"sigmoid\", \"tanh\"]",
        "[compare]\nbaseline = { activation = \"sigmoid\" }\n",
        200,
    );
    let findings = findings(&plan, 200, |model, seed| {
        (Some(if model == 0 { 249 } else { 43 } + seed % 3), 0.9)
    });
    let text = said(&plan, &findings);
    says(
        &text,
        "Along activation: sigmoid takes 250 epochs on average, tanh 44; each converged \
                 in 200 of 200 runs.",
    );
    says(&text, "the fastest of them on average is tanh.");
}

#[test]
fn a_grid_tells_what_the_other_axes_are_and_how_all_stand() {
    let plan = plan(
        "hidden = [2, 3]\nbias = [false, true]",
        "[compare]\nbaseline = { bias = false }\n",
        100,
    );
    // With two neurons a bias helps, with three it makes slower.
    let findings = findings(&plan, 100, |model, seed| match model {
        0 => ((seed <= 50).then_some(30), 0.9),
        1 => (Some(20), 0.9),
        2 => (Some(20 + seed % 5), 0.9),
        _ => (Some(40 + seed % 5), 0.9),
    });
    let text = said(&plan, &findings);
    says(
        &text,
        "Along bias, with 2 hidden neurons: without bias takes 515 epochs on average (50 \
                 of 100 converged), with bias 20 (100 of 100); a run that failed counts as the \
                 limit.",
    );
    says(
        &text,
        "With bias against without bias with the same hidden neurons: of 2 models, 1 is shown to converge more often (2 hidden neurons), 0 less often, 1 sooner (2 hidden neurons), 1 later (3 hidden neurons).",
    );
}

#[test]
fn depths_of_equal_width_are_an_axis_of_their_own() {
    let plan = plan("hidden = [4, [4, 4], 8, [4, 2]]", "", 100);
    let findings = converging(&plan, 100, &[100, 99, 100, 100]);
    let text = said(&plan, &findings);
    says(
        &text,
        "Along depth: 4 takes 10 epochs on average (100 of 100 converged), 4×4 21 (99 of \
                 100); a run that failed counts as the limit.",
    );
}

#[test]
fn without_a_reliable_model_the_best_is_the_subject() {
    let plan = plan("hidden = [0, 2, 4]", "", 100);
    let findings = converging(&plan, 100, &[40, 70, 70]);
    let answer = Answer::new(&plan, &findings);
    assert_eq!((answer.chosen, answer.best), (None, Some(1)));
    assert_eq!(answer.subject(), Some(1));
    let text = said(&plan, &findings);
    says(
        &text,
        "No model is shown to converge in more than 95% of runs; 2 hidden neurons converged most often.",
    );
    // Every second made-up failure still improves.
    says(
        &text,
        "Train longer: 50% of the runs of 2 hidden neurons that failed were still \
                 improving at the limit.",
    );
}

#[test]
fn one_run_asks_for_more_seeds_and_not_for_more_epochs() {
    let plan = plan("hidden = 2", "", 1);
    for converged in [0, 1] {
        let findings = converging(&plan, 1, &[converged]);
        let text = said(&plan, &findings);
        assert!(!text.contains("longer") && !text.contains("Use"), "{text}");
        assert!(Answer::new(&plan, &findings).too_few());
        says(
            &text,
            "1 run of a model cannot show how often it learns. More seeds: 100 give a rate an \
             interval of at most ±9.6 percentage points, 1,000 ±3.1; it takes at least 59, all of \
             them converged, to show a rate of more than 95%.",
        );
    }
}

#[test]
fn so_many_runs_show_what_they_are_said_to() {
    for models in [1, 8, 114] {
        let least = least_runs(models);
        let shown = |n| exact_above(n, n, RELIABLE) * models as f64 <= LEVEL;
        assert!(shown(least) && !shown(least - 1), "{least} of {models}");
    }
}

#[test]
fn counts_are_those_of_the_runs_that_are_there() {
    let plan = plan("hidden = [0, 2]", "", 1000);
    let findings = converging(&plan, 200, &[0, 200]);
    let words = words::Words::new(&plan, &findings).unwrap();
    says(
        &words.how_sure,
        "Each rate rests on 200 runs of the 1,000 that the manifest asks for",
    );
    says(&words.lead.join(" "), "converged in 200 of 200 runs");
}

#[test]
fn an_interval_and_a_p_share_no_sentence() {
    let plan = plan("hidden = [0, 2, 3]", "", 50);
    let text = said(&plan, &converging(&plan, 50, &[0, 30, 50]));
    says(
        &text,
        ": a difference of 100 percentage points (95% interval ",
    );
    assert!(!text.contains("p ="), "{text}");
}

#[test]
fn where_no_run_converged_none_is_named() {
    let plan = plan("hidden = [0, 2]", "", 300);
    let findings = converging(&plan, 300, &[0, 0]);
    let answer = Answer::new(&plan, &findings);
    assert_eq!((answer.subject(), answer.single), (None, Some(0)));
    let text = said(&plan, &findings);
    says(
        &text,
        "None of the 300 runs of any of 2 models converged within 1,000 epochs; the 95% \
                 interval of a rate reaches up to 1.3%.",
    );
}

#[test]
fn of_no_runs_nothing_is_said() {
    let plan = plan("hidden = [0, 2]", "", 2);
    let findings = Findings::collect(&plan).finish().unwrap();
    let answer = Answer::new(&plan, &findings);
    assert_eq!((answer.subject(), answer.single), (None, None));
    assert_eq!(said(&plan, &findings), "");
}

#[test]
fn a_restart_that_pays_is_advised() {
    let plan = plan("hidden = 2", "", 400);
    // One run in four never converges, the others at epochs 20 to 29.
    let findings = findings(&plan, 400, |_, seed| {
        ((seed / 2 % 4 != 0).then_some(20 + seed % 10), 0.9)
    });
    let advice = Answer::new(&plan, &findings).restart.unwrap();
    assert!((21..=30).contains(&advice.epoch), "{advice:?}");
    // About 33 epochs instead of 358.
    assert!(
        advice.ratio.value < 0.13 && advice.ratio.interval.high < 0.16,
        "{advice:?}"
    );
    says(
        &said(&plan, &findings),
        "To get one success of 2 hidden neurons soonest, stop a run at epoch ",
    );
}

/// Where every epoch is as good as the one before, restarting saves nothing; chance shows some
/// saving in most studies.
#[test]
fn memoryless_runs_are_not_told_to_restart() {
    let mut chance = ChaCha8Rng::seed_from_u64(7);
    for (seeds, mean) in [(100, 100.0), (100, 600.0), (100, 3000.0), (30, 1000.0)] {
        let plan = plan("hidden = 2", "", seeds);
        let advised = (0..300).filter(|_| {
            let epochs: Vec<u64> = (0..seeds)
                .map(|_| {
                    let uniform = ((chance.next_u64() >> 12) as f64 + 0.5) * 2f64.powi(-52);
                    (-mean * libm::log(uniform)).ceil() as u64
                })
                .collect();
            let made = findings(&plan, seeds, |_, seed| {
                let epoch = epochs[seed as usize - 1];
                ((epoch <= 1000).then_some(epoch), 0.9)
            });
            Answer::new(&plan, &made).restart.is_some()
        });
        let advised = advised.count();
        assert!(advised <= 15, "{advised} of 300 studies of {seeds} runs");
    }
}

#[test]
fn a_handful_of_successes_advises_nothing() {
    let plan = plan("hidden = 2", "", 100);
    let findings = findings(&plan, 100, |_, seed| ((seed % 12 < 2).then_some(5), 0.9));
    let answer = Answer::new(&plan, &findings);
    assert_eq!((answer.best, answer.restart), (Some(0), None));
}
