//! Manifests that are guessed from files: what is guessed, that it is accepted, and that what is
//! refused is refused for what stands in the file.

use std::path::Path;

use proptest::prelude::*;

use crate::error::{Error, Result};
use crate::manifest::{Draft, Manifest, draft};

/// The draft for a file of this content, and the manifest that it is.
fn drafted(content: impl AsRef<[u8]>) -> Result<(Draft, Option<Manifest>)> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("rows.csv"), content).unwrap();
    let draft = draft("t", Path::new("rows.csv"), folder.path())?;
    let read = Manifest::parse(&draft.text, "t.toml", folder.path());
    assert_eq!(read.is_ok(), draft.refused.is_none(), "{}", draft.text);
    Ok((draft, read.ok()))
}

/// The text of an accepted draft, and its manifest.
#[track_caller]
fn accepted(content: impl AsRef<[u8]>) -> (String, Manifest) {
    let (draft, manifest) = drafted(content).unwrap_or_else(|error| panic!("{error}"));
    (draft.text.clone(), manifest.expect(&draft.text))
}

/// The first line of a refusal, without the folder.
#[track_caller]
fn refused(content: impl AsRef<[u8]>) -> String {
    let message = drafted(content).unwrap_err().to_string();
    let first = message.lines().next().unwrap_or_default();
    match first.rsplit_once("rows.csv") {
        Some((_, rest)) => rest.to_owned(),
        None => first.to_owned(),
    }
}

#[track_caller]
fn has(text: &str, lines: &[&str]) {
    for line in lines {
        let found = text.lines().any(|found| found.starts_with(line));
        assert!(found, "{line:?} is missing in\n{text}");
    }
}

/// A file of so many rows, made of their numbers.
fn file(header: &str, rows: usize, row: impl Fn(usize) -> String) -> String {
    let rows: Vec<String> = (0..rows).map(row).collect();
    format!("{header}\n{}\n", rows.join("\n"))
}

#[test]
fn flowers_with_row_numbers_colours_and_gaps() {
    let colours = ["red", "blue", "green"];
    let content = file(",length,colour,day,species", 60, |row| {
        let length = if row == 9 {
            "NA".to_owned()
        } else {
            format!("{}.5", row % 7)
        };
        let colour = colours[row % 3];
        let class = ["setosa", "other"][usize::from(row % 5 == 0)];
        format!(
            "{row},{length},{colour},2024-01-{:02},{class}",
            row % 28 + 1
        )
    });
    let (text, manifest) = accepted(content);
    has(
        &text,
        &[
            "target_columns = [\"species\"]   # by its name",
            "task = \"classify\"   # 2 different values",
            "# Inputs are all columns that are not named here: 1 column of numbers, 1 of text.",
            "  \"colour\",   # text: an input for each of its 3 values",
            "  \"\",   # without a name numbers the rows",
            "  \"day\",   # has dates",
            "missing = \"drop\"   # 1 missing value in 1 row, left out",
            "split = { validation = 0, test = 0.25, seed = 1 }",
            "scale = \"standard\"   # inputs go beyond -2 to 2",
            "accuracy = 1.0",
        ],
    );
    assert_eq!(manifest.data.input_count(), 4);
    assert_eq!(manifest.data.output_count(), 2);
    let sets = &manifest.data.partitions[0].sets;
    assert_eq!(sets.training.dataset.rows() + sets.test.dataset.rows(), 59);
    // A step of 2 / 44 rows.
    has(&text, &["epochs = 1000", "learning_rate = 0.05   #"]);
}

#[test]
fn a_first_line_that_is_a_row() {
    let (text, manifest) = accepted("5.1,3.5,setosa\n4.9,3.0,other\n4.7,3.2,setosa\n");
    has(
        &text,
        &[
            "header = false",
            "target_columns = [\"c3\"]",
            "# No split: 3 rows are too few to test with some.",
        ],
    );
    assert_eq!(manifest.data.first().rows(), 3);
}

#[test]
fn columns_of_sets_replace_the_split() {
    let content = file("x,y,set_1,set_2", 40, |row| {
        let set = |place: usize| ["train", "test"][place % 2];
        format!("0.{row},{},{},{}", row / 3 % 2, set(row), set(row / 2))
    });
    let (text, manifest) = accepted(content);
    has(
        &text,
        &[
            "target_columns = [\"y\"]   # by its name",
            "set_column = \"set_1\"",
            "  \"set_2\",   # has sets, as \"set_1\" has",
        ],
    );
    assert!(!text.contains("split"));
    assert!(manifest.data.tests());
    let unfair = file("x,y,set", 40, |row| {
        format!("0.{row},{0},{1}", row % 2, ["train", "test"][row % 2])
    });
    let (text, _) = accepted(unfair);
    has(
        &text,
        &[
            "  \"set\",   # leaves a class without a training row",
            "split = ",
        ],
    );
}

#[test]
fn numbers_are_learnt_as_numbers_if_outputs_can_say_them() {
    let (text, _) = accepted(file("x,value", 30, |row| format!("{row}.5,0.{row:02}")));
    has(&text, &["task = \"regress\"", "mse = 0.01"]);
    let beyond = file("x,value", 30, |row| {
        format!("{row}.5,{}.25", row as i64 - 3)
    });
    let (draft, _) = drafted(beyond).unwrap();
    let why = draft.refused.unwrap();
    assert!(
        why.contains("from -3.25 to 26.25")
            && why.ends_with("(value - (-3.25)) / (26.25 - (-3.25)) instead of each value"),
        "{why}"
    );
    has(
        &draft.text,
        &["# column \"value\" goes from", "task = \"regress\""],
    );
    let (text, _) = accepted(file("x,size", 30, |row| format!("{row}.5,{}", row % 3 + 7)));
    has(&text, &["task = \"classify\"   # 3 different values"]);
}

#[test]
fn inputs_that_give_the_answer_away_are_left_out() {
    let content = file("x,code,species", 20, |row| {
        format!("0.{row},{},{}", row % 2 + 5, ["a", "b"][row % 2])
    });
    let (text, manifest) = accepted(content);
    has(&text, &["  \"code\",   # gives \"species\" away"]);
    assert_eq!(manifest.data.input_count(), 1);
    let (text, _) = accepted(file("x,rest,y", 20, |row| {
        format!("0.{row}5,{},{}", 1.0 - row as f64 / 32.0, row as f64 / 32.0)
    }));
    has(&text, &["  \"rest\",   # gives \"y\" away"]);
}

#[test]
fn a_class_of_one_row_is_trained_on() {
    let content = file("x,kind", 40, |row| {
        format!(
            "{row}.5,{}",
            if row == 7 {
                "rare"
            } else {
                ["a", "b"][row % 2]
            }
        )
    });
    let (_, manifest) = accepted(content);
    let classes = manifest.data.classes.as_ref().unwrap();
    assert_eq!(classes.names.len(), 3);
}

#[test]
fn odd_files_are_accepted() {
    for content in [
        "a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n",
        "a;b;y\n0,5;1,25;ja\n1,5;2,75;nein\n2,5;0,25;ja\n",
        "\u{feff}sep=;\na;y\n1;0\n2;1\n3;1\n",
        "x,y\nred,1\nblue,0\nred,1\n",
        "x,y\nred,1\nblue,0\n",
        "name,\"a \"\"quoted\"\" \\ name\",y\nann,red,0\nbob,blue,1\neve,red,1\n",
        "a,a,b,y\n1,2,3,0\n2,3,4,1\n3,4,6,1\n",
        "a,b,y\n1,,0\n2,,1\n,,1\n4,,0\n",
        "0,1,2,3\n5,1.5,7,0\n2,2.5,2,1\n1,9.5,1,1\n",
        "a,y\n1e300,0\n1,1\n",
        "a,b,y\n1e-200,3,0\n2e-200,4,1\n0,4,1\n",
        "a,y\n1,0\n2,1\n2,0\n\n,\n",
        "größe\tart\n1,5\tgroß\n2,5\tklein\n3,5\tgroß\n",
    ] {
        match drafted(content) {
            Ok((_, Some(_))) => {}
            Ok((draft, None)) => panic!("{content}\n{}", draft.text),
            Err(error) => assert_eq!(content, "a,y\n1e300,0\n1,1\n", "{error}"),
        }
    }
}

#[test]
fn what_is_no_table_is_refused_in_one_message() {
    for (content, message) in [
        (
            &b""[..],
            ":1:1: an empty file; expected a header with the columns' names, then one line per row",
        ),
        (
            b"a,b\n",
            ":2:1: no rows after the header; expected at least one",
        ),
        (
            b"a\n1\n2\n",
            ":1:1: only one column; expected a target and at least one input",
        ),
        (
            b"a,b\n1,1\n1,1\n",
            ":1:1: no column that can be a target; expected a target and at least one input",
        ),
        (
            b"day,y\n2024-01-01,0\n2024-01-02,1\n",
            ":1:1: no column that can be an input; expected a target and at least one input",
        ),
        (
            b"a,b\n1,0\n2\n",
            ":3:1: a row of 1 cell; expected 2, as in the header",
        ),
        (
            b"a,\"b\n1,0\n",
            ":1:3: a quote that is never closed; expected a second quote at the cell's end",
        ),
        (
            b"a,y\n1,\xff\n",
            ":2:3: bytes that are not UTF-8; expected a CSV in UTF-8",
        ),
        (
            b"PK\x03\x04xl/",
            " is an Excel workbook; expected a CSV file: open it in a spreadsheet and save the sheet as CSV (UTF-8)",
        ),
        (
            "a,x\u{1b}[31m,y\n1,r,0\n2,b,1\n3,r,1\n".as_bytes(),
            ":1:3: a column called \"x\\u{1b}[31m\"; expected a name without control characters, which a manifest can have",
        ),
    ] {
        assert_eq!(refused(content), message);
    }
}

#[test]
fn names_and_paths_that_no_manifest_has() {
    let folder = Path::new("");
    for (name, path, words) in [
        ("a/b", "rows.csv", "can't be the name of an experiment"),
        ("t", "/rows.csv", "or copy the file here"),
        ("t", "nowhere.csv", "cannot read nowhere.csv"),
        ("t", "", "no file is named"),
    ] {
        let error = draft(name, Path::new(path), folder).unwrap_err();
        assert!(matches!(error, Error::Usage(_)), "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
}

/// Cells of every kind that a guess tells apart, and of none.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (-30..30_i32).prop_map(|value| value.to_string()),
        4 => (-2.0..2.0_f64).prop_map(|value| format!("{value:.3}")),
        4 => prop::sample::select(vec!["red", "blue", "0", "1", "train", "test"]).prop_map(str::to_owned),
        1 => prop::sample::select(vec![
            "", "?", "NA", "inf", "1e300", "1e-300", "\"1,234\"", "2024-01-31", "validation", "12:30",
        ])
        .prop_map(str::to_owned),
    ]
}

/// A column: its name, and as many cells as a file may have, drawn from a few of them or many.
fn column() -> impl Strategy<Value = Vec<String>> {
    let name = prop::sample::select(vec!["", "id", "a", "b", "c", "y", "set", "3", "Unnamed: 0"]);
    let few = prop::collection::vec(cell(), 1..4)
        .prop_flat_map(|cells| prop::collection::vec(prop::sample::select(cells), 40));
    let cells = prop_oneof![2 => few, 1 => prop::collection::vec(cell(), 40)];
    (name, cells).prop_map(|(name, cells)| std::iter::once(name.to_owned()).chain(cells).collect())
}

proptest! {
    /// Whatever the cells are: what is drafted is accepted, or refused as it says; what is not
    /// drafted is refused for the file, never for a line of a manifest that nobody has seen.
    #[test]
    fn a_draft_is_accepted_or_the_file_is_refused(
        columns in prop::collection::vec(column(), 1..6),
        rows in 0_usize..41,
    ) {
        let line = |row: usize| {
            let cells: Vec<&str> = columns.iter().map(|column| column[row].as_str()).collect();
            cells.join(",")
        };
        let content: Vec<String> = (0..=rows).map(line).collect();
        match drafted(content.join("\n")) {
            Ok(_) => {}
            Err(Error::Manifest(found)) => {
                for problem in &found.list {
                    prop_assert!(problem.file.ends_with("rows.csv"), "{}\n{:?}", problem, content);
                }
            }
            Err(error) => prop_assert!(false, "{}", error),
        }
    }

    /// Columns of numbers with a target of two classes are always trained with.
    #[test]
    fn numbers_with_classes_are_accepted(
        cells in prop::collection::vec((-1e6..1e6_f64, -1.0..1.0_f64, 0..3_u8), 10..60),
    ) {
        prop_assume!(cells.iter().any(|(_, _, class)| *class != cells[0].2));
        let content = file("a,b,class", cells.len(), |row| {
            let (a, b, class) = cells[row];
            format!("{a},{b},{class}")
        });
        let (_, manifest) = accepted(content);
        prop_assert_eq!(manifest.data.input_count(), 2);
        prop_assert!(manifest.data.classes.is_some());
    }
}
