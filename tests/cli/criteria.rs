//! The criteria of convergence end to end: the epoch in runs.csv is the first whose forward pass
//! met the criterion, as shorter runs and a loss curve show.

use crate::fixture::{Workplace, column};

/// A study of one width with a criterion and these seeds.
fn study(criterion: &str, epochs: u64, seeds: &str) -> String {
    format!(
        "name = \"c\"\n[data]\n\
         inputs  = [[0,0,1],[0,1,1],[1,0,1],[0,1,0],[1,0,0],[1,1,1],[0,0,0]]\n\
         targets = [0,1,1,1,1,0,0]\n[network]\nhidden = 3\n[training]\nepochs = {epochs}\n\
         [convergence]\n{criterion}\n[seeds]\nlist = [{seeds}]\n[curves]\nseeds = 0\n"
    )
}

/// The cells of these columns, a row for every run.
fn cells(place: &Workplace, manifest: &str, columns: &[&str]) -> Vec<Vec<String>> {
    place.write("c.toml", manifest);
    place.seedbed("run c.toml --overwrite").succeeds();
    let runs = place.read("results/c/runs.csv");
    let cells = |line: &str| -> Vec<String> {
        let cells: Vec<&str> = line.split(',').collect();
        let wanted = columns
            .iter()
            .map(|name| cells[column(&runs, name)].to_owned());
        wanted.collect()
    };
    runs.lines().skip(1).map(cells).collect()
}

/// Whether a run met the criterion with its final weights.
type Met = fn(f64) -> bool;

/// The criteria, each with the column that shows whether it is met.
const CRITERIA: [(&str, &str, Met); 4] = [
    ("tolerance = 0.45", "max_abs_error", |error| error < 0.45),
    ("accuracy = 1.0", "accuracy", |share| share >= 1.0),
    ("accuracy = 0.85", "accuracy", |share| share >= 0.85),
    ("mse = 0.1", "mse", |mse| mse < 0.1),
];

#[test]
fn a_run_converges_at_the_first_epoch_that_meets_its_criterion() {
    let place = Workplace::new();
    for (criterion, shown_by, met) in CRITERIA {
        let runs = cells(
            &place,
            &study(criterion, 1_000, "1, 2, 3, 4, 5, 6, 7, 8, 9, 10"),
            &["seed", "convergence_epoch"],
        );
        let late = runs.iter().filter_map(|run| {
            let epoch = run[1].parse::<u64>().ok().filter(|epoch| *epoch > 2)?;
            Some((&run[0], epoch))
        });
        let late: Vec<(&String, u64)> = late.take(3).collect();
        assert!(late.len() == 3, "{criterion}: {runs:?}");
        for (seed, epoch) in late {
            // The final weights of a run of E updates are those of the forward pass of epoch E + 1.
            for (updates, expected) in [(epoch - 2, false), (epoch - 1, true)] {
                let runs = cells(&place, &study(criterion, updates, seed), &[shown_by]);
                let value: f64 = runs[0][0].parse().unwrap();
                assert_eq!(met(value), expected, "{criterion}, seed {seed}: {value}");
            }
        }
    }
}

#[test]
fn the_loss_curve_of_a_replay_falls_below_the_mse_at_the_convergence_epoch() {
    let place = Workplace::new();
    let manifest = study("mse = 0.1", 1_000, "1, 2, 3, 4, 5");
    let runs = cells(&place, &manifest, &["seed", "convergence_epoch"]);
    let mut seen = 0;
    for run in &runs {
        let Ok(epoch) = run[1].parse::<u64>() else {
            continue;
        };
        let command = format!(
            "replay results/c --model hidden-3 --seed {} --curve loss-{}.csv",
            run[0], run[0]
        );
        place
            .seedbed(&command)
            .succeeds()
            .mentions(&["identical, bit for bit"]);
        let curve = place.read(&format!("loss-{}.csv", run[0]));
        let points = curve.lines().skip(1).map(|line| {
            let (updates, mse) = line.split_once(',').unwrap();
            (updates.parse::<u64>().unwrap(), mse.parse::<f64>().unwrap())
        });
        for (updates, mse) in points.filter(|(updates, _)| *updates < epoch) {
            assert_eq!(mse < 0.1, updates + 1 == epoch, "{updates} of {epoch}");
            seen += u64::from(updates + 1 == epoch);
        }
    }
    assert!(seen >= 2, "{runs:?}");
}

#[test]
fn files_name_the_criterion_that_is_used() {
    let place = Workplace::new();
    let manifest = study("accuracy = [0.9, 1.0]\nstop = true", 300, "1, 2, 3");
    let columns = ["model", "tolerance", "criterion_accuracy", "accuracy"];
    let runs = cells(&place, &manifest, &columns);
    assert_eq!(runs[0][..3], ["hidden-3:accuracy=0.9", "", "0.9"]);
    assert_eq!(runs[3][..3], ["hidden-3:accuracy=1", "", "1"]);
    let page = place.read("results/c/report.html");
    assert!(page.contains(
        "at the first epoch at which at least 90% or 100% of the training rows are right."
    ));
    let about = place.read("results/c/columns.csv");
    assert!(about.contains("whether some epoch met the required accuracy, also"));
    assert!(!about.contains("met the tolerance"));
    place.seedbed("report results/c").succeeds();
    place.seedbed("verify results/c --all").succeeds();
    // Another criterion is another study.
    place.write("c.toml", &study("mse = 0.9", 300, "1, 2, 3"));
    place
        .seedbed("run c.toml")
        .exits(1)
        .mentions(&["convergence"]);
}

#[test]
fn two_criteria_are_refused() {
    let place = Workplace::new();
    let manifest = study("accuracy = 0.9\nmse = 0.1", 10, "1");
    place.write("c.toml", &manifest);
    place.seedbed("plan c.toml").fails(
        2,
        &["[convergence] has both accuracy and mse; expected one criterion: tolerance, accuracy or mse"],
    );
}
