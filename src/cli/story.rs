//! The story of one run in words and numbers: how it began, how its loss fell, where its
//! weights ended, what it says of every row and every query.

use super::outputs::{self, number};
use super::summary::folded;
use super::terminal::Terminal;
use crate::network::{Architecture, Parameters, is_right};
use crate::plan::Plan;
use crate::statistics::Otherwise;
use crate::study::Replay;
use crate::text::percent;
use crate::training::{Outcome, Snapshot, Status, WrongRows};

/// Of more rows than these, not all are shown.
const ROWS: usize = 20;

/// Tells the story of a retrained run; `standing` says of each prediction where it stands
/// among the runs of its model, where that is known.
pub fn tell(
    terminal: Terminal,
    plan: &Plan,
    replay: &Replay,
    standing: &[Option<String>],
) -> String {
    let (run, snapshots) = (&replay.run, &replay.snapshots);
    let (architecture, outcome) = (plan.architecture(run.model), &run.outcome);
    let mut text = format!("\n{}", how_it_ended(plan, run.model, outcome));
    let twin = how_its_twin_ends(outcome, &replay.twin.outcome, &plan.targets());
    text += &folded(&twin, terminal.width);
    if let (Some(first), Some(last)) = (snapshots.first(), snapshots.last()) {
        text += "\nInitial weights\n";
        text += &weights(terminal, architecture, &first.parameters);
        text += "\nFinal weights\n";
        text += &weights(terminal, architecture, &last.parameters);
        text += "\nLoss (mean squared error) after so many updates\n";
        text += &losses(outcome, snapshots);
        text += &outputs::told(terminal, plan, replay);
    }
    text += &predictions(plan, outcome, standing);
    terminal.plain(&text)
}

fn how_it_ended(plan: &Plan, model: usize, outcome: &Outcome) -> String {
    let limit = plan.manifest.epochs;
    let end = match (outcome.status(), outcome.convergence_epoch) {
        (Status::Converged, Some(epoch)) => format!("converged at epoch {epoch} of {limit}"),
        (Status::Diverged, _) => format!(
            "diverged: a weight is not finite after {} epochs",
            outcome.epochs
        ),
        (Status::Improving, _) => {
            format!("did not converge in {limit} epochs, but its loss was still falling")
        }
        // A converged run without an epoch can't be.
        (Status::Stuck | Status::Converged, _) => {
            format!("did not converge in {limit} epochs, and its loss no longer fell")
        }
    };
    let right = how_right(plan, model, outcome);
    format!("It {end}; {right}; loss {}.\n", number(outcome.mse))
}

/// Which rows are right, set by set.
fn how_right(plan: &Plan, model: usize, outcome: &Outcome) -> String {
    let sets = plan.sets(model);
    let rows = sets.training.dataset.rows();
    let WrongRows { count, first } = &outcome.wrong_rows;
    let named: Vec<String> = first.iter().map(|row| (row + 1).to_string()).collect();
    let judged = &outcome.judged;
    let is_held_out = judged.validation.is_some() || judged.test.is_some();
    let mut text = match *count as usize {
        // Rows have the data's numbers, of which training has some.
        wrong if is_held_out => {
            let right = rows.saturating_sub(wrong);
            let accuracy = percent(outcome.accuracy(rows));
            format!("{right} of {rows} training rows right ({accuracy})")
        }
        0 => format!("all {rows} rows right"),
        1 => format!("row {} of {rows} wrong", named[0]),
        wrong if wrong <= ROWS => format!("rows {} of {rows} wrong", named.join(", ")),
        wrong => format!("{wrong} of {rows} rows wrong"),
    };
    let held_out = [
        ("validation", judged.validation, &sets.validation),
        ("test", judged.test, &sets.test),
    ];
    for (set, scored, part) in held_out {
        if let Some(scored) = scored {
            let rows = part.dataset.rows();
            let right = rows.saturating_sub(scored.wrong as usize);
            let accuracy = percent(scored.accuracy(rows));
            text += &format!("; {right} of {rows} {set} rows right ({accuracy})");
        }
    }
    text
}

/// How the run's twin ends, and what rounding decides of the run.
fn how_its_twin_ends(run: &Outcome, twin: &Outcome, targets: &[Option<f64>]) -> String {
    let otherwise = Otherwise::of(run, twin, targets);
    let same = !otherwise.status;
    let too = |same: bool| if same { " too" } else { "" };
    let end = match (twin.status(), twin.convergence_epoch) {
        (Status::Converged, Some(epoch)) => {
            let too = too(run.convergence_epoch == Some(epoch));
            format!("it converges at epoch {epoch}{too}")
        }
        (Status::Diverged, _) => format!("it diverges{}", too(same)),
        // A converged run without an epoch can't be.
        (Status::Stuck | Status::Improving | Status::Converged, _) if same => {
            "it does not converge either".to_owned()
        }
        (Status::Improving, _) => "it does not converge, but its loss still falls".to_owned(),
        (Status::Stuck | Status::Converged, _) => {
            "it does not converge, and its loss no longer falls".to_owned()
        }
    };
    let decided = decided(otherwise);
    format!("With every initial weight moved by one rounding step, {end}: {decided}.")
}

/// What rounding decides of a run, by what is otherwise in its twin: what `seedbed rounding`
/// counts.
fn decided(otherwise: Otherwise) -> String {
    let Otherwise {
        status,
        convergence_epoch,
        correct,
        prediction,
    } = otherwise;
    let all = [
        (status, "how this run ends"),
        (convergence_epoch && !status, "when this run converges"),
        (correct, "which of its predictions are right"),
        (prediction && !correct, "its predictions beyond 1e-6"),
    ];
    let decided: Vec<&str> = { all.iter() }
        .filter_map(|(decided, what)| decided.then_some(*what))
        .collect();
    match decided.as_slice() {
        [] => "this run is none of those that rounding decides".to_owned(),
        decided => format!("rounding decides {}", decided.join(" and ")),
    }
}

/// One line per neuron with the weights that come in, the bias last.
fn weights(terminal: Terminal, architecture: &Architecture, parameters: &Parameters) -> String {
    let mut text = String::new();
    let last = parameters.layers.len().saturating_sub(1);
    for (index, layer) in parameters.layers.iter().enumerate() {
        for (neuron, column) in layer.columns().into_iter().enumerate() {
            let label = match (index == last, architecture.hidden.len()) {
                (true, _) => format!("output {}", neuron + 1),
                (false, 1) => format!("hidden {}", neuron + 1),
                (false, _) => format!("hidden {}.{}", index + 1, neuron + 1),
            };
            let cells: Vec<String> = column.iter().map(|weight| number(*weight)).collect();
            text += &wrapped(terminal, &label, &cells);
        }
    }
    text
}

/// A label and right-aligned cells, continued below each other where the line is full.
fn wrapped(terminal: Terminal, label: &str, cells: &[String]) -> String {
    const LABEL: usize = 14;
    const CELL: usize = 13;
    let per_line = (terminal.width.saturating_sub(LABEL) / CELL).max(1);
    let mut text = String::new();
    for (index, line) in cells.chunks(per_line).enumerate() {
        let label = if index == 0 { label } else { "" };
        text += &format!("  {label:<width$}", width = LABEL - 2);
        for cell in line {
            text += &format!("{cell:>CELL$}");
        }
        text.push('\n');
    }
    text
}

/// At 0, 1, 2, 5, 10, … updates, those whose outputs converged, and the last.
fn losses(outcome: &Outcome, snapshots: &[Snapshot]) -> String {
    let converged = outcome.convergence_epoch.map(|epoch| epoch - 1);
    let last = snapshots.last().map(|snapshot| snapshot.epoch);
    let mut text = String::new();
    for snapshot in snapshots {
        let updates = snapshot.epoch;
        let met = converged == Some(updates);
        if met || updates == 0 || Some(updates) == last || is_round(updates) {
            let mark = if met { "  converged" } else { "" };
            text += &format!("  {updates:>10}  {:>12}{mark}\n", number(snapshot.mse));
        }
    }
    text
}

/// 1, 2, 5, 10, 20, 50, …
fn is_round(mut number: u64) -> bool {
    while number.is_multiple_of(10) && number > 0 {
        number /= 10;
    }
    matches!(number, 1 | 2 | 5)
}

fn predictions(plan: &Plan, outcome: &Outcome, standing: &[Option<String>]) -> String {
    let manifest = &plan.manifest;
    if manifest.queries.is_empty() {
        return String::new();
    }
    let outputs = manifest.data.output_count();
    let mut text = "\nPredictions\n".to_owned();
    for (index, prediction) in outcome.predictions.iter().enumerate() {
        let query = &manifest.queries[index / outputs];
        let input: Vec<String> = query.input.iter().map(f64::to_string).collect();
        let output = match outputs {
            1 => String::new(),
            _ => format!(" output {}", index % outputs + 1),
        };
        let verdict = match &query.target {
            Some(target) => {
                let target = target[index % outputs];
                let right = is_right(target, *prediction);
                format!(
                    ", target {target}, {}",
                    if right { "right" } else { "wrong" }
                )
            }
            None => String::new(),
        };
        text += &format!(
            "  [{}]{output} → {}{verdict}\n",
            input.join(","),
            number(*prediction)
        );
        if let Some(Some(standing)) = standing.get(index) {
            text += &format!("    {standing}\n");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_seven_digits() {
        assert_eq!(number(0.0078875979), "0.007887598");
        assert_eq!(number(-0.16595599), "-0.1659560");
        assert_eq!(number(123456.789), "123456.8");
        assert_eq!(number(3.4422e-5), "3.4422e-5");
        assert_eq!(number(0.0), "0.000000");
        assert_eq!(number(f64::NAN), "not finite");
    }

    fn outcome(convergence_epoch: Option<u64>, mse: f64, finite: bool) -> Outcome {
        Outcome {
            seed: 1,
            epochs: 100,
            convergence_epoch,
            mse,
            mse_at_90_percent: Some(1.0),
            max_abs_error: 1.0,
            wrong_rows: WrongRows::default(),
            gradient_norm: 1.0,
            predictions: Vec::new(),
            judged: crate::training::Judged::default(),
            finite,
            weights_hash: 0,
        }
    }

    #[test]
    fn a_run_is_told_what_rounding_decides_of_it() {
        let converged = |epoch| outcome(Some(epoch), 0.5, true);
        let (stuck, improving) = (outcome(None, 1.0, true), outcome(None, 0.5, true));
        let diverged = outcome(None, f64::NAN, false);
        let nothing = "this run is none of those that rounding decides";
        let when = "rounding decides when this run converges";
        let how = "rounding decides how this run ends";
        let cases = [
            (
                &converged(7),
                &converged(7),
                "it converges at epoch 7 too",
                nothing,
            ),
            (
                &converged(7),
                &converged(8),
                "it converges at epoch 8",
                when,
            ),
            (&stuck, &stuck, "it does not converge either", nothing),
            (
                &improving,
                &improving,
                "it does not converge either",
                nothing,
            ),
            (&diverged, &diverged, "it diverges too", nothing),
            (&stuck, &converged(8), "it converges at epoch 8", how),
            (&converged(7), &improving, "its loss still falls", how),
            (&improving, &stuck, "its loss no longer falls", how),
            (&stuck, &diverged, "it diverges", how),
        ];
        for (run, twin, end, decided) in cases {
            let told = how_its_twin_ends(run, twin, &[]);
            let end = format!("{end}: {decided}.");
            assert!(told.ends_with(&end), "{told}");
        }
    }

    #[test]
    fn a_run_is_told_what_rounding_decides_of_its_predictions() {
        let predicting = |prediction| Outcome {
            predictions: vec![prediction],
            judged: crate::training::Judged::default(),
            ..outcome(Some(7), 0.5, true)
        };
        let told = |run, twin| how_its_twin_ends(&predicting(run), &predicting(twin), &[Some(1.0)]);
        let end = "epoch 7 too: rounding decides which of its predictions are right.";
        assert!(told(0.4, 0.6).ends_with(end));
        let end = "epoch 7 too: rounding decides its predictions beyond 1e-6.";
        assert!(told(0.6, 0.600_002).ends_with(end));
        assert!(told(0.6, 0.6).ends_with("none of those that rounding decides."));
    }

    #[test]
    fn long_lists_of_weights_go_on_below() {
        let terminal = Terminal {
            width: 80,
            unicode: true,
        };
        let cells = vec!["-0.123456789".to_owned(); 11];
        let text = wrapped(terminal, "hidden 1", &cells);
        assert_eq!(text.lines().count(), 3);
        assert!(
            text.lines().all(|line| line.chars().count() <= 80),
            "{text}"
        );
        assert_eq!(text.matches("-0.1").count(), 11);
    }

    #[test]
    fn round_numbers_are_one_two_five() {
        let round: Vec<u64> = (0..=1000).filter(|number| is_round(*number)).collect();
        assert_eq!(round, [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]);
    }
}
