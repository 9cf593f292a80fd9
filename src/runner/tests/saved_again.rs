//! One reader: a table that a spreadsheet has saved again is the same table for `verify`,
//! `report` and `merge` (tests/cli does the same with the commands, `replay` among them).

use super::*;
use crate::results::columns::parse_number;

/// A table as some spreadsheet may save it: byte order mark, LF, every cell quoted, columns in
/// another order, TRUE as true, fractions as 1E-05.
pub fn saved_again(table: &str) -> String {
    let lines = table.lines().map(|line| {
        let mut cells: Vec<String> = line.split(',').map(respelled).collect();
        let quarter = cells.len() / 4;
        cells.rotate_left(quarter);
        cells.swap(0, 2);
        format!("{}\n", cells.join(","))
    });
    format!("\u{feff}{}", lines.collect::<String>())
}

fn respelled(cell: &str) -> String {
    let cell = match (cell, parse_number(cell)) {
        ("TRUE", _) => "true".to_owned(),
        (_, Some(number)) if number.fract() != 0.0 => format!("{number:E}"),
        (cell, _) => cell.to_owned(),
    };
    format!("\"{cell}\"")
}

/// Saves runs.csv and losses.csv of a folder again, with the rows in the same order or not.
fn save_again(folder: &Path, reversed: bool) {
    for name in [RUNS, LOSSES] {
        let text = fs::read_to_string(folder.join(name)).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        if reversed {
            lines[1..].reverse();
        }
        fs::write(folder.join(name), saved_again(&lines.join("\n"))).unwrap();
    }
}

fn finished() -> (Experiment, Place) {
    let experiment = Experiment {
        count: 12,
        curves: 3,
        epochs: 40,
        ..Experiment::default()
    };
    let place = Place::new();
    finish(&experiment, place.path(), 1);
    (experiment, place)
}

#[test]
fn the_spelling_really_changes() {
    let (_, place) = finished();
    let before = tables(place.path());
    save_again(place.path(), false);
    let after = fs::read_to_string(place.path().join(RUNS)).unwrap();
    assert_ne!(after.as_bytes(), before.0);
    assert!(after.contains("E-"), "no number was spelled otherwise");
    assert!(!after.contains('\r'));
}

#[test]
fn verify_finds_no_row_that_differs() {
    for reversed in [false, true] {
        let (experiment, place) = finished();
        save_again(place.path(), reversed);
        let quiet = AtomicBool::new(false);
        let plan = experiment.plan();
        let found = verify(
            &plan,
            place.path(),
            Sample::All,
            Some(2),
            &quiet,
            &mut |_, _| (),
        );
        let found = found.unwrap();
        assert_eq!(found.differences, []);
        assert_eq!((found.rows, found.retrained), (36, 36));
        // The checksums tell that the files are not those that were written.
        let changed = |problem: &String| problem.contains("has changed");
        assert!(found.problems.iter().all(changed), "{:?}", found.problems);
        assert_eq!(found.problems.len(), 2);
    }
}

#[test]
fn reading_gives_the_same_runs_and_says_whether_they_came_in_order() {
    for reversed in [false, true] {
        let (experiment, place) = finished();
        let plan = experiment.plan();
        let before = tables(place.path());
        save_again(place.path(), reversed);
        let mut passed = 0;
        let watch = Watch::nobody();
        let (runs, in_order) =
            crate::results::read(&plan, place.path(), Some(2), &watch, &mut |_| {
                passed += 1;
                Ok(())
            })
            .unwrap();
        assert_eq!(in_order, !reversed);
        assert_eq!(passed, if reversed { 1 } else { plan.runs() });
        let out = Place::new();
        copy(&runs, &plan, out.path());
        assert_eq!(tables(out.path()), before);
    }
}

#[test]
fn shards_merge_to_the_bytes_of_the_whole() {
    let (experiment, whole) = finished();
    let plan = experiment.plan();
    let places = [Place::new(), Place::new()];
    for (place, index) in places.iter().zip(1..) {
        finish_shard(&experiment, place.path(), Some(Shard { index, count: 2 }));
        save_again(place.path(), index == 2);
    }
    let paths = places.each_ref().map(|place| place.path().to_owned());
    let merged = merge(&plan, &paths, Some(2), &Watch::nobody()).unwrap();
    let out = Place::new();
    copy(&merged.runs, &plan, out.path());
    assert_eq!(tables(out.path()), tables(whole.path()));
}

#[test]
fn what_was_saved_again_counts_as_done() {
    for reversed in [false, true] {
        let (experiment, place) = finished();
        let plan = experiment.plan();
        save_again(place.path(), reversed);
        let folder = ResultsFolder::open(place.path()).unwrap();
        let quiet = AtomicBool::new(false);
        let trained = run(&plan, &folder, &options(2, &quiet), &|_| ()).unwrap();
        // Nothing is trained, but the tables are written as Seedbed writes them.
        assert!(trained.new_runs == 0 && trained.open.is_some());
        assert_eq!(trained.in_order, !reversed);
    }
}
