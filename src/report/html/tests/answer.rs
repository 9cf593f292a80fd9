//! The answer on the page: which model it names, what it counts, what it advises.

use super::*;
use crate::report::answer::Answer;
use crate::report::answer::words::{Words, paragraphs};
use crate::report::html::answer::answer;

/// The article's pattern with this network, from seeds with which four hidden neurons learn.
fn learnt(network: &str) -> Example {
    Example::new(&format!(
        "name = \"x\"\n[data]\n\
         inputs = [[0,0,1],[0,1,1],[1,0,1],[0,1,0],[1,0,0],[1,1,1],[0,0,0]]\n\
         targets = [0,1,1,1,1,0,0]\n[network]\n{network}\n[training]\nepochs = 3000\n\
         [convergence]\nstop = true\n[seeds]\nfirst = 488\ncount = 150\n"
    ))
}

#[test]
fn the_answer_is_at_the_top() {
    let page = WIDTHS.page();
    let lead = lead(&page);
    let start = "The single neuron converged in 0 of 150 runs, 0% (95% interval 0–2.5%). 6 hidden \
                 neurons converged in 149 of 150 runs, 99.3% (95% interval 96.3–99.9%)";
    assert!(lead.starts_with(start), "{lead}");
    assert!(
        lead.contains("Of 5 models, only 6 hidden neurons is shown to converge in more than 95%"),
        "{lead}"
    );
    // Nearly all runs of 6 neurons converge soon: restarting pays of smaller networks only.
    assert!(!page.contains("one success of 6 hidden neurons"));
}

#[test]
fn where_a_restart_pays_it_is_that_of_the_model_the_answer_is_about() {
    let manifest = "name = \"often-stuck\"\n[data]\ngenerator = \"parity\"\nsize = 2\n\
        [network]\nhidden = 2\nbias = true\n[training]\nepochs = 5000\nlearning_rate = 2\n\
        [seeds]\ncount = 200\n";
    let example = Example::new(manifest);
    let advice = Answer::new(&example.plan, &example.findings)
        .restart
        .unwrap();
    let words = format!(
        "<dt>Restart</dt><dd>To get one success of 2 hidden neurons soonest, stop a run at epoch \
         {} and start again with another seed: that costs ",
        advice.epoch
    );
    assert!(example.page().contains(&words), "{words}");
}

#[test]
fn without_a_width_to_choose_the_fastest_model_is_named() {
    let page = GRID.page();
    let lead = lead(&page);
    assert!(lead.contains("of 114 models are shown to converge in more than 95% of runs"));
    assert!(
        lead.contains("; the fastest of them on average is range "),
        "{lead}"
    );
    let page = easy("", "hidden = 4").page();
    assert!(page.contains("4 hidden neurons converged in 100 of 100 runs"));
    let shown = "A rate of more than 95% is shown.";
    assert!(page.contains(shown));
    let page = easy("", "hidden = 0").page();
    assert!(page.contains("The single neuron converged in 100 of 100 runs"));
}

#[test]
fn the_page_and_the_terminal_name_the_same_model() {
    for network in [
        "hidden = [8, 4, 2, 0]",
        "hidden = 6\nbias = [true, false]",
        "hidden = 6",
    ] {
        let example = learnt(network);
        let (plan, findings) = (&example.plan, &example.findings);
        let chosen = Answer::new(plan, findings).chosen.unwrap();
        let named = Sweep::new(plan).in_words(chosen);
        let page = example.page();
        assert!(page.contains(&format!("Use {named}")), "{named}");
        assert_eq!(lead(&page), paragraphs(plan, findings)[0]);
    }
    let example = learnt("hidden = [8, 4, 2, 0]");
    assert!(
        example
            .page()
            .contains("Use 4 hidden neurons: half of the runs")
    );
}

#[test]
fn of_no_runs_the_page_and_the_terminal_name_no_model() {
    let plan = &WIDTHS.plan;
    let findings = Findings::collect(plan).finish().unwrap();
    let answered = answer(plan, &findings).into_string();
    assert_eq!(lead(&answered), "There are no runs yet.");
    assert!(!answered.contains("Use "));
    assert!(Words::new(plan, &findings).is_none());
}

#[test]
fn counts_are_those_of_the_runs_that_are_there() {
    let study = Study::new(WIDTHS.plan.manifest.clone());
    let (runs, _) = study.run(&|_| {}).unwrap();
    let plan = study.plan().clone();
    let mut collector = Findings::collect(&plan);
    for run in runs.iter().filter(|run| run.outcome.seed <= 20) {
        collector.add(run).unwrap();
    }
    let findings = collector.finish().unwrap();
    let example = Example {
        plan,
        findings,
        episodes: Vec::new(),
    };
    let page = example.page();
    let (models, all) = (example.plan.models.len(), example.plan.runs());
    let there = 20 * models;
    assert!(
        page.contains(&format!(": {there} of {all} runs, ")),
        "{}",
        lead(&page)
    );
    assert!(page.contains(&format!("from {there} runs of {models} models")));
    assert!(page.contains("Each rate rests on 20 runs of the 150 that the manifest asks for"));
    assert!(!page.contains("150 runs,") && !page.contains("of 150 runs, "));
}
