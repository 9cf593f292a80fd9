//! The derived tables: every file has the columns that columns.csv describes, every row has a
//! cell for each, and the answer says what the numbers say.

use std::path::Path;

use seedbed::manifest::Manifest;
use seedbed::plan::Plan;
use seedbed::report::table::Table;
use seedbed::report::{answer, columns, comparisons, curves, failures, summary, survival};
use seedbed::results::record::{Record, Status, header as runs_header};
use seedbed::statistics::{
    CurveColumns, ModelSummary, RunColumns, compare_all, failures as endings, targets,
};
use seedbed::training::Outcome;

const MANIFEST: &str = r#"
name = "made-up"
[data]
inputs = [[0, 0], [0, 1], [1, 0], [1, 1]]
targets = [[0, 1], [1, 0], [1, 0], [0, 1]]
[[predict]]
input = [0.5, 1]
target = [1, 0]
[[predict]]
input = [1, -2]
[network]
hidden = [0, 2, 3]
[training]
epochs = 1000
[seeds]
count = 50
[statistics]
interval = "clopper-pearson"
confidence = 0.9
"#;

fn plan(text: &str) -> Plan {
    Plan::new(Manifest::parse(text, "made-up.toml", Path::new(".")).unwrap())
}

/// Of each model, so many of the runs converge, at epochs 10, 20, …
struct Made {
    plan: Plan,
    summaries: Vec<ModelSummary>,
    runs: Vec<RunColumns>,
}

fn made(text: &str, converged: &[u64]) -> Made {
    let plan = plan(text);
    let settings = plan.manifest.statistics;
    let runs: Vec<RunColumns> = converged
        .iter()
        .enumerate()
        .map(|(model, converged)| {
            let mut columns = RunColumns::new(plan.prediction_columns().len());
            for seed in 1..=plan.manifest.seeds.count() {
                let record = Record::new(model, outcome(&plan, seed, seed <= *converged));
                columns.push(&record.outcome, record.status() as u8);
            }
            columns
        })
        .collect();
    let limit = plan.manifest.epochs;
    let summarize =
        |runs: &RunColumns| ModelSummary::of(runs, 4, limit, &targets(&plan), &settings).0;
    let summaries = runs.iter().map(summarize).collect();
    Made {
        summaries,
        runs,
        plan,
    }
}

fn outcome(plan: &Plan, seed: u64, converged: bool) -> Outcome {
    Outcome {
        seed,
        epochs: 1000,
        convergence_epoch: converged.then_some(10 * seed),
        mse: 0.25 / seed as f64,
        mse_at_90_percent: Some(if seed.is_multiple_of(2) {
            0.5
        } else {
            0.2501 / seed as f64
        }),
        max_abs_error: 0.5,
        wrong_rows: if converged { vec![] } else { vec![0, 3] },
        gradient_norm: 0.1,
        predictions: vec![1.0 / seed as f64; plan.prediction_columns().len()],
        finite: !seed.is_multiple_of(7) || converged,
        weights_hash: seed,
    }
}

fn tables(made: &Made) -> Vec<(&'static str, Table)> {
    let Made {
        plan,
        summaries,
        runs,
    } = made;
    let settings = plan.manifest.statistics;
    let limit = plan.manifest.epochs;
    let baselines: Vec<Option<usize>> = (0..runs.len()).map(|m| plan.baseline(m)).collect();
    let targets = targets(plan);
    let compared = compare_all(runs, &baselines, limit, &targets, &settings);
    let survivals: Vec<_> = runs
        .iter()
        .map(|runs| ModelSummary::of(runs, 4, limit, &targets, &settings).1)
        .collect();
    let ends: Vec<_> = runs.iter().map(|runs| endings(runs, &settings)).collect();
    let points: Vec<_> = runs
        .iter()
        .map(|_| {
            let mut columns = CurveColumns::new(plan.curve_epochs());
            columns.push(&[(1, 0.5), (2, 0.25)], 0.125, None);
            columns.points()
        })
        .collect();
    vec![
        ("summary.csv", summary::table(plan, summaries)),
        ("comparisons.csv", comparisons::table(plan, &compared)),
        ("survival.csv", survival::table(plan, &survivals)),
        ("failures.csv", failures::table(plan, &ends)),
        ("curves.csv", curves::table(plan, &points)),
        ("columns.csv", columns::table(plan)),
    ]
}

fn column<'a>(table: &'a Table, name: &str) -> Vec<&'a str> {
    let at = table
        .header
        .iter()
        .position(|column| column == name)
        .unwrap();
    table.rows.iter().map(|row| row[at].as_str()).collect()
}

#[test]
fn every_column_of_every_file_is_described_in_order() {
    let made = made(MANIFEST, &[0, 30, 50]);
    let described = columns::table(&made.plan);
    let of = |file: &str| -> Vec<String> {
        let rows = described.rows.iter().filter(|row| row[0] == file);
        rows.map(|row| row[1].clone()).collect()
    };
    assert_eq!(of("runs.csv"), runs_header(&made.plan));
    assert_eq!(of("losses.csv"), ["model", "seed", "epoch", "mse"]);
    for (file, table) in tables(&made) {
        assert_eq!(of(file), table.header, "{file}");
        assert!(!table.rows.is_empty(), "{file}");
        for row in &table.rows {
            assert_eq!(row.len(), table.header.len(), "{file}");
        }
    }
    for row in &described.rows {
        assert!(row[2].len() > 3, "{row:?}");
    }
}

#[test]
fn intervals_are_described_as_the_manifest_asks_for_them() {
    let described = columns::table(&plan(MANIFEST));
    let row = |file: &str, column: &str| {
        let found = described
            .rows
            .iter()
            .find(|row| row[0] == file && row[1] == column);
        found.unwrap_or_else(|| panic!("{file} {column}")).clone()
    };
    assert_eq!(row("summary.csv", "rate_low")[4], "Clopper & Pearson 1934");
    assert!(row("summary.csv", "rate_low")[2].contains("90% interval"));
    assert!(row("survival.csv", "not_converged_high")[2].contains("90% interval"));
    assert!(row("runs.csv", "status")[2].contains("0.99 times mse_at_90_percent"));
    let prediction = row("summary.csv", "prediction_0.5_1_output_2_converged_iqm");
    assert!(prediction[2].contains("converged runs only for inputs 0.5 1: output 2"));
}

#[test]
fn cells_hold_the_numbers_and_nothing_where_there_is_none() {
    let made = made(MANIFEST, &[0, 30, 50]);
    let tables = tables(&made);
    let table = |name: &str| &tables.iter().find(|(file, _)| *file == name).unwrap().1;
    let summary = table("summary.csv");
    assert_eq!(
        column(summary, "model"),
        ["single-neuron", "hidden-2", "hidden-3"]
    );
    assert_eq!(column(summary, "rate"), ["0", "0.6", "1"]);
    assert_eq!(column(summary, "rate_low")[0], "0");
    assert_eq!(column(summary, "rate_high")[2], "1");
    assert_eq!(column(summary, "median_epochs"), ["", "250", "250"]);
    assert_eq!(
        column(summary, "mean_epochs_of_converged"),
        ["", "155", "255"]
    );
    assert_eq!(column(summary, "diverged"), ["7", "3", "0"]);
    // No target, no correctness; nothing converged, no mean.
    assert_eq!(
        column(summary, "prediction_1_-2_output_1_correct_rate"),
        [""; 3]
    );
    assert_eq!(
        column(summary, "prediction_0.5_1_output_1_converged_mean")[0],
        ""
    );
    let comparisons = table("comparisons.csv");
    assert_eq!(column(comparisons, "model"), ["hidden-2", "hidden-3"]);
    assert_eq!(column(comparisons, "baseline"), ["single-neuron"; 2]);
    assert_eq!(column(comparisons, "only_model_converged"), ["30", "50"]);
    assert_eq!(column(comparisons, "rate_ratio"), ["", ""]);
    assert_eq!(
        column(comparisons, "prediction_1_-2_output_2_p_holm"),
        ["", ""]
    );
    let failures = table("failures.csv");
    let stuck = Status::Stuck.word();
    assert!(column(failures, "status").contains(&stuck));
    assert!(column(failures, "wrong_rows").contains(&"r1 r4"));
    assert_eq!(column(table("curves.csv"), "mse_median")[1], "0.25");
    assert_eq!(column(table("survival.csv"), "epoch")[..2], ["0", "1000"]);
}

#[test]
fn tables_read_back_from_their_bytes() {
    for (file, table) in tables(&made(MANIFEST, &[0, 30, 50])) {
        let bytes = table.to_csv();
        assert_eq!(Table::parse(Path::new(file), &bytes).unwrap(), table);
        assert!(bytes.ends_with(b"\r\n"));
    }
}

fn answered(text: &str, converged: &[u64]) -> String {
    let made = made(text, converged);
    let plan = &made.plan;
    let baselines: Vec<Option<usize>> = (0..made.runs.len()).map(|m| plan.baseline(m)).collect();
    let compared = compare_all(
        &made.runs,
        &baselines,
        plan.manifest.epochs,
        &targets(plan),
        &plan.manifest.statistics,
    );
    answer::answer(plan, &made.summaries, &compared)
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
