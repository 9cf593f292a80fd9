//! Results that somebody changed, and files that somebody else put there: nothing is adopted
//! unseen, nothing of anybody else's is replaced.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::place::{Ended, Place, SEEDBED, files, same_files};

fn seedbed(place: &Place, arguments: &[&str]) -> Ended {
    let mut command = Command::new(SEEDBED);
    Ended::of(command.current_dir(place.path("")).args(arguments))
}

fn retrain(place: &Place) -> Ended {
    seedbed(
        place,
        &[
            "run",
            "m.toml",
            "--out",
            "out",
            "--progress",
            "none",
            "--retrain-changed",
        ],
    )
}

/// A finished folder `out` of 20 seeds.
fn finished() -> Place {
    let place = Place::new(300, 20);
    place.finish(&place.path("out")).succeeds();
    place
}

/// Every file, also provenance.json.
fn snapshot(out: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = files(out);
    let provenance = fs::read(out.join("provenance.json")).unwrap_or_default();
    all.push(("provenance.json".to_owned(), provenance));
    all
}

/// Changes one cell of the row of a model and seed; returns the row's line.
fn edit(path: &Path, model: &str, seed: &str, column: &str, cell: &str) -> usize {
    let text = fs::read_to_string(path).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let heads: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    let at = |name: &str| heads.iter().position(|head| *head == name).unwrap();
    let line = lines
        .iter()
        .position(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            cells[at("model")] == model && cells[at("seed")] == seed
        })
        .unwrap();
    let mut cells: Vec<&str> = lines[line].split(',').collect();
    assert_ne!(cells[at(column)], cell);
    cells[at(column)] = cell;
    lines[line] = cells.join(",");
    fs::write(path, lines.join("\r\n") + "\r\n").unwrap();
    line + 1
}

#[test]
fn a_changed_digit_is_named_and_nothing_is_adopted_until_it_is_trained_again() {
    for grow in [false, true] {
        let place = finished();
        let out = place.path("out");
        let line = edit(
            &out.join("runs.csv"),
            "hidden-4",
            "7",
            "gradient_norm",
            "0.125",
        );
        if grow {
            place.set(300, 21);
        }
        let before = snapshot(&out);
        let refused = place.finish(&out);
        refused.fails_saying(&[
            "runs.csv",
            "changed",
            &format!("line {line}: hidden-4 seed 7"),
            "seedbed verify",
            "--retrain-changed",
        ]);
        assert!(!refused.stderr.contains("seed 8"), "{refused:?}");
        assert!(snapshot(&out) == before, "a refused run wrote something");
        let trained = retrain(&place);
        trained.succeeds();
        assert!(trained.stderr.contains("hidden-4 seed 7"), "{trained:?}");
        place.finish(&place.path("whole")).succeeds();
        same_files(&out, &files(&place.path("whole")));
        seedbed(&place, &["verify", "out", "--all"]).succeeds();
    }
}

/// Of a large study, neighbours share a checksum: no row is accused alone.
#[test]
fn a_changed_digit_among_thousands_of_rows_is_said_to_be_among_its_neighbours() {
    let place = Place::new(20, 1_000);
    let out = place.path("out");
    place.finish(&out).succeeds();
    edit(
        &out.join("runs.csv"),
        "hidden-4",
        "7",
        "gradient_norm",
        "0.125",
    );
    let words = ["is among 2 rows", "hidden-4 seed 7", "hidden-4 seed 8"];
    place.finish(&out).fails_saying(&words);
    retrain(&place).succeeds();
    place.finish(&place.path("whole")).succeeds();
    same_files(&out, &files(&place.path("whole")));
}

#[test]
fn fifteen_digits_of_a_spreadsheet_are_not_mixed_with_exact_rows() {
    let place = finished();
    let out = place.path("out");
    let path = out.join("runs.csv");
    let text = fs::read_to_string(&path).unwrap();
    let rounded = |cell: &str| match cell.parse::<f64>() {
        Ok(number) if cell.contains('.') => {
            format!("{}", format!("{number:.14e}").parse::<f64>().unwrap())
        }
        _ => cell.to_owned(),
    };
    let lines = text.lines().map(|line| {
        let cells: Vec<String> = line.split(',').map(rounded).collect();
        cells.join(",") + "\n"
    });
    fs::write(&path, lines.collect::<String>()).unwrap();
    let before = snapshot(&out);
    place.set(300, 21);
    place
        .finish(&out)
        .fails_saying(&["runs.csv", "rows are not what was recorded"]);
    assert!(snapshot(&out) == before);
    retrain(&place).succeeds();
    place.finish(&place.path("whole")).succeeds();
    same_files(&out, &files(&place.path("whole")));
}

#[test]
fn a_changed_loss_curve_and_a_lost_row_are_found_too() {
    let place = finished();
    let out = place.path("out");
    edit(&out.join("losses.csv"), "single-neuron", "3", "mse", "0.5");
    place
        .finish(&out)
        .fails_saying(&["losses.csv", "single-neuron seed 3"]);
    retrain(&place).succeeds();
    let path = out.join("runs.csv");
    let text = fs::read_to_string(&path).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.remove(9);
    fs::write(&path, lines.join("\r\n") + "\r\n").unwrap();
    place
        .finish(&out)
        .fails_saying(&["runs.csv", "1 row missing"]);
    retrain(&place).succeeds();
    place.finish(&place.path("whole")).succeeds();
    same_files(&out, &files(&place.path("whole")));
}

#[test]
fn a_report_of_a_changed_table_says_so_wherever_it_is_read() {
    let place = finished();
    let out = place.path("out");
    edit(
        &out.join("runs.csv"),
        "hidden-4",
        "7",
        "gradient_norm",
        "0.125",
    );
    let report = seedbed(&place, &["report", "out"]);
    report.succeeds();
    assert!(report.stdout.contains("hidden-4 seed 7"), "{report:?}");
    let provenance = fs::read_to_string(out.join("provenance.json")).unwrap();
    assert!(provenance.contains("\"changed\""), "{provenance}");
    let page = fs::read_to_string(out.join("report.html")).unwrap();
    assert!(page.contains("the numbers of runs.csv as found, not as recorded"));
    let verified = seedbed(&place, &["verify", "out", "--sample", "0"]);
    assert_eq!(verified.code, Some(1), "{verified:?}");
    assert!(
        verified.stdout.contains("runs.csv has changed"),
        "{verified:?}"
    );
    assert!(
        verified.stdout.contains("the report was made"),
        "{verified:?}"
    );
    // Nor does a report make the rows those that were recorded.
    place.finish(&out).fails_saying(&["hidden-4 seed 7"]);
    retrain(&place).succeeds();
    place.finish(&place.path("whole")).succeeds();
    same_files(&out, &files(&place.path("whole")));
}

#[test]
fn verify_is_content_with_nothing_that_has_no_record() {
    let place = finished();
    let out = place.path("out");
    let provenance = fs::read_to_string(out.join("provenance.json")).unwrap();
    let without: Vec<&str> = provenance
        .lines()
        .filter(|line| !line.contains("\"summary.csv\""))
        .collect();
    fs::write(out.join("provenance.json"), without.join("\n")).unwrap();
    let verified = seedbed(&place, &["verify", "out", "--sample", "0"]);
    assert_eq!(verified.code, Some(1), "{verified:?}");
    assert!(
        verified.stdout.contains("summary.csv has no checksum"),
        "{verified:?}"
    );
    let some = ["run", "m.toml", "--out", "some", "--seeds", "1..5"];
    seedbed(&place, &some).succeeds();
    let verified = seedbed(&place, &["verify", "some", "--all"]);
    verified.succeeds();
    let said = "15 of the manifest's 20 seeds have no row, from 6 to 20";
    assert!(verified.stdout.contains(said), "{verified:?}");
}

#[test]
fn a_refused_run_leaves_the_folder_and_the_way_back() {
    let place = finished();
    let out = place.path("out");
    let before = snapshot(&out);
    place.set(301, 20);
    place
        .finish(&out)
        .fails_saying(&["training.epochs", "--overwrite"]);
    assert!(snapshot(&out) == before);
    // A larger study whose tables are refused, then the manifest of before.
    let good = fs::read(out.join("runs.csv")).unwrap();
    edit(&out.join("runs.csv"), "hidden-4", "7", "mse", "0.125");
    place.set(300, 25);
    let manifest = fs::read(out.join("manifest.toml")).unwrap();
    assert_eq!(place.finish(&out).code, Some(1));
    assert_eq!(fs::read(out.join("manifest.toml")).unwrap(), manifest);
    fs::write(out.join("runs.csv"), good).unwrap();
    place.set(300, 20);
    place.finish(&out).succeeds();
    assert!(snapshot(&out) == before, "a finished folder is left alone");
}

#[test]
fn files_of_somebody_else_are_named_and_left_alone() {
    let place = Place::new(300, 20);
    let out = place.path("out");
    for name in [
        "report.html",
        "summary.csv",
        "losses.csv",
        "shard.json",
        "data.csv",
    ] {
        fs::create_dir_all(&out).unwrap();
        fs::write(out.join(name), "mine").unwrap();
        for overwrite in [false, true] {
            let mut run = place.run(&out);
            if overwrite {
                run.arg("--overwrite");
            }
            Ended::of(&mut run).fails_saying(&[name, "no record"]);
        }
        assert_eq!(fs::read_to_string(out.join(name)).unwrap(), "mine");
        assert_eq!(fs::read_dir(&out).unwrap().count(), 1, "{name}");
        fs::remove_dir_all(&out).unwrap();
    }
    // A picture beside ours stays; one with a name of ours stops the writing, not the work.
    fs::create_dir_all(out.join("figures")).unwrap();
    fs::write(out.join("figures/my-plot.svg"), "mine").unwrap();
    fs::write(out.join("figures/convergence-rate.svg"), "mine").unwrap();
    place
        .finish(&out)
        .fails_saying(&["convergence-rate.svg", "no record"]);
    fs::rename(
        out.join("figures/convergence-rate.svg"),
        out.join("figures/other.svg"),
    )
    .unwrap();
    let done = place.finish(&out);
    done.succeeds();
    assert!(!done.stdout.contains("trained 40"), "{done:?}");
    let mut again = place.run(&out);
    Ended::of(again.arg("--overwrite")).succeeds();
    for name in ["my-plot.svg", "other.svg"] {
        let path = out.join("figures").join(name);
        assert_eq!(fs::read_to_string(path).unwrap(), "mine");
    }
    // Merging is no exception.
    for index in ["1", "2"] {
        let shard = format!("{index}/2");
        seedbed(
            &place,
            &["run", "m.toml", "--shard", &shard, "--out", index],
        )
        .succeeds();
    }
    fs::create_dir(place.path("joined")).unwrap();
    fs::write(place.path("joined/report.html"), "mine").unwrap();
    let merge = ["merge", "joined", "1", "2"];
    seedbed(&place, &merge).fails_saying(&["report.html", "no record"]);
    assert_eq!(
        fs::read_to_string(place.path("joined/report.html")).unwrap(),
        "mine"
    );
    fs::remove_file(place.path("joined/report.html")).unwrap();
    seedbed(&place, &merge).succeeds();
}

#[test]
fn baseline_description_curves_and_statistics_change_without_training_again() {
    let place = finished();
    let manifest = fs::read_to_string(place.path("m.toml")).unwrap();
    let changed = manifest
        .replace(
            "name = \"faults\"",
            "name = \"faults\"\ndescription = \"Other words\"",
        )
        .replace(
            "points = 20",
            "points = 20\n[compare]\nbaseline = { hidden = 4 }\n[statistics]\nconfidence = 0.9",
        );
    fs::write(place.path("m.toml"), changed).unwrap();
    let out = place.path("out");
    let runs = fs::read(out.join("runs.csv")).unwrap();
    let done = place.finish(&out);
    done.succeeds();
    assert!(done.stdout.contains("nothing to train"), "{done:?}");
    assert_eq!(fs::read(out.join("runs.csv")).unwrap(), runs);
    place.finish(&place.path("whole")).succeeds();
    same_files(&out, &files(&place.path("whole")));
}
