//! Studies of data files end to end: the same rows in any spelling, rows that are never trained
//! on, and what is said of accuracy.

use std::fs;

use crate::fixture::{Workplace, column};

/// Two classes that no line parts, in forty rows.
fn rows() -> Vec<[String; 3]> {
    let row = |at: i32| {
        let (x, y) = (at * 7 % 20, at * 11 % 20);
        let class = if (x < 10) == (y < 10) {
            "same"
        } else {
            "other"
        };
        [
            format!("{}.5", x - 10),
            format!("0.{:02}", y),
            class.to_owned(),
        ]
    };
    (0..40).map(row).collect()
}

/// The rows as a file with this separator and decimal point.
fn file(separator: &str, point: &str) -> String {
    let mut text = ["width", "height", "class"].join(separator) + "\n";
    for [x, y, class] in rows() {
        let cells = [x.replace('.', point), y.replace('.', point), class];
        text += &(cells.join(separator) + "\n");
    }
    text
}

fn manifest(data: &str) -> String {
    format!(
        "name = \"d\"\n[data]\ncsv = \"d.csv\"\ntarget_columns = [\"class\"]\n{data}\n\
         [network]\nhidden = [0, 3]\nbias = true\n\
         [training]\nepochs = 200\nlearning_rate = 0.05\nmomentum = 0.9\n\
         [convergence]\naccuracy = 1.0\n[seeds]\ncount = 12\n"
    )
}

const SPLIT: &str = "scale = \"standard\"\nsplit = { validation = 0.2, test = 0.3, seed = [1, 2] }";

/// The cells of a column, run by run.
fn cells(runs: &str, name: &str) -> Vec<String> {
    let at = column(runs, name);
    let lines = runs.lines().skip(1);
    let cell = |line: &str| line.split(',').nth(at).unwrap().to_owned();
    lines.map(cell).collect()
}

#[test]
fn the_same_rows_in_any_spelling_give_the_same_runs() {
    let utf_16 = |text: &str, little: bool| -> Vec<u8> {
        let units = "\u{feff}".encode_utf16().chain(text.encode_utf16());
        units
            .flat_map(|unit| match little {
                true => unit.to_le_bytes(),
                false => unit.to_be_bytes(),
            })
            .collect()
    };
    let plain = file(",", ".");
    let spellings: [Vec<u8>; 8] = [
        plain.clone().into_bytes(),
        file(";", ",").into_bytes(),
        file("\t", ".").into_bytes(),
        format!("sep=;\r\n{}", file(";", ".")).into_bytes(),
        format!("\u{feff}{plain}")
            .replace('\n', "\r\n")
            .into_bytes(),
        plain.replace('\n', ",,\n").into_bytes(),
        utf_16(&plain, true),
        utf_16(&plain, false),
    ];
    let mut first = None;
    for bytes in spellings {
        let place = Workplace::new();
        place.write("d.toml", &manifest(SPLIT));
        fs::write(place.path("d.csv"), &bytes).unwrap();
        place.seedbed("run d.toml").succeeds();
        assert_eq!(fs::read(place.path("results/d/data.csv")).unwrap(), bytes);
        // The folder alone is enough.
        fs::remove_file(place.path("d.csv")).unwrap();
        place.seedbed("verify results/d --all").succeeds();
        place
            .seedbed("replay results/d --model hidden-3:split_seed=2 --seed 5 --outputs o.csv")
            .succeeds()
            .mentions(&["identical, bit for bit"]);
        assert_eq!(place.read("o.csv").lines().count(), 41);
        let runs = place.read("results/d/runs.csv");
        assert_eq!(*first.get_or_insert(runs.clone()), runs);
    }
}

#[test]
fn no_test_row_changes_a_weight() {
    let with_sets = |test_row: &str| {
        let mut text = "width,height,class,set\n".to_owned();
        for (at, [x, y, class]) in rows().into_iter().enumerate() {
            text += &match at % 4 {
                3 => test_row.replace("CLASS", &class),
                2 => format!("{x},{y},{class},validation\n"),
                _ => format!("{x},{y},{class},train\n"),
            };
        }
        text
    };
    let sets = "set_column = \"set\"\nscale = \"range\"";
    let study = |text: &str| {
        let place = Workplace::new();
        place.write("d.toml", &manifest(sets));
        place.write("d.csv", text);
        place.seedbed("run d.toml").succeeds();
        place.read("results/d/runs.csv")
    };
    let one = study(&with_sets("-1000,7,CLASS,test\n"));
    let other = study(&with_sets("0.25,0.5,CLASS,test\n"));
    for name in [
        "weights_hash",
        "mse",
        "wrong_rows",
        "validation_mse",
        "best_epoch",
    ] {
        assert_eq!(cells(&one, name), cells(&other, name), "{name}");
    }
    assert_ne!(cells(&one, "test_mse"), cells(&other, "test_mse"));
}

#[test]
fn accuracy_comes_first() {
    let place = Workplace::new();
    place.write("d.toml", &manifest(SPLIT));
    place.write("d.csv", &file(",", "."));
    let run = place.seedbed("run d.toml").succeeds();
    let said: Vec<&str> = run.out.split_whitespace().collect();
    let said = said.join(" ");
    for words in [
        "test right",
        "of test rows right on average (95% interval",
        "o hidden layer",
        "All of it is over 2 partitions of the rows, which say",
        "other rows would move a share by some",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let folder = |name: &str| place.read(&format!("results/d/{name}"));
    let page = folder("report.html");
    for words in [
        "How often is it right?",
        "What is taken for what",
        "of test rows right",
        "confusion.csv",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains("single neuron"));
    // Per model and pool: two classes, each with two answers and none.
    assert_eq!(folder("confusion.csv").lines().count(), 1 + 6 * 2 * 3);
    let summary = folder("summary.csv");
    let pools: Vec<&str> = summary.lines().skip(5).collect();
    assert!(pools[0].starts_with("single-neuron,0,") && pools[1].starts_with("hidden-3,3,"));
    let about = folder("columns.csv");
    assert!(about.contains("in the order in which the file first has them"));
    assert!(about.contains("of models with split_seed=1, (value"));
    place.seedbed("report results/d").succeeds();
    assert_eq!(folder("summary.csv"), summary);
}

#[test]
fn a_study_of_numbers_with_held_out_rows_has_no_classes() {
    let place = Workplace::new();
    let mut text = "x,y\n".to_owned();
    for at in 0..30 {
        text += &format!("{},{}\n", at % 9, f64::from(at * 7 % 30) / 30.0);
    }
    place.write("d.csv", &text);
    let data = "split = { test = 0.2 }";
    let manifest = manifest(data).replace("\"class\"", "\"y\"");
    place.write("d.toml", &manifest);
    place
        .seedbed("run d.toml")
        .succeeds()
        .mentions(&["of test rows right on average"]);
    assert!(!place.path("results/d/confusion.csv").exists());
    let runs = place.read("results/d/runs.csv");
    assert!(runs.starts_with("model,") && runs.contains(",test_mse,test_accuracy,weights_hash"));
    assert!(!runs.contains("mistakes"));
}
