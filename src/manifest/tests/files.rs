//! `[data] csv` read in every dialect and encoding: the same rows of the same meaning.

use std::fs;

use ndarray::array;
use proptest::prelude::*;

use super::VALID;
use crate::manifest::data::{ClassOutputs, Classes, PartitionKey, Scale, Scaling};
use crate::manifest::{Data, Manifest, Value};
use crate::network::Right;
use crate::plan::Plan;

const INLINE: &str = "inputs = [[0, 0], [0, 1], [1, 0]]\ntargets = [0, 1, 1]";

/// The valid manifest with rows from `rows.csv`, these lines in `[data]` and these situations.
pub fn text(data: &str, predict: &str) -> String {
    let data = format!("csv = \"rows.csv\"\n{data}");
    let predict = format!("{predict}\n[network]");
    let text = VALID.replace(INLINE, &data);
    text.replace(
        "[[predict]]\ninput = [1, 1]\ntarget = 0\n\n[network]",
        &predict,
    )
}

/// The manifest of these lines with a file of this content.
pub fn manifest(content: &[u8], data: &str, predict: &str) -> Manifest {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rows.csv"), content).unwrap();
    let text = text(data, predict);
    Manifest::parse(&text, "t.toml", folder.path())
        .unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// What it means.
fn data(content: impl AsRef<[u8]>, lines: &str) -> Data {
    manifest(content.as_ref(), lines, "").data
}

/// What is the same whatever the file looks like.
fn meaning(data: Data) -> Data {
    Data {
        file: None,
        recognised: Vec::new(),
        ..data
    }
}

fn told(data: &Data, label: &str) -> String {
    let line = data.recognised.iter().find(|(found, _)| *found == label);
    line.map_or(String::new(), |(_, text)| text.clone())
}

/// Rows of three classes with decimals and a column of text.
const FLOWERS: &str = "length,colour,name,species\n1.5,red,a,setosa\n2.5,blue,b,virginica\n\
                       0.25,red,c,setosa\n1,green,d,versicolor\n";
const FLOWER_KEYS: &str =
    "target_columns = [\"species\"]\ncategory_columns = [\"colour\"]\nignore_columns = [\"name\"]";

#[test]
fn dialects_and_encodings_give_the_same_rows() {
    let expected = meaning(data(FLOWERS, FLOWER_KEYS));
    let semicolons = FLOWERS.replace(',', ";").replace('.', ",");
    let tabs = FLOWERS.replace(',', "\t");
    let utf_16 = |order: fn(u16) -> [u8; 2], mark: &[u8]| -> Vec<u8> {
        let units = FLOWERS.encode_utf16().flat_map(order);
        mark.iter().copied().chain(units).collect()
    };
    let quoted = FLOWERS.replace("length,colour", " \"length\" , \"colour\"");
    let files: Vec<Vec<u8>> = vec![
        format!("\u{feff}{FLOWERS}").into(),
        semicolons.clone().into(),
        format!("sep=;\r\n{semicolons}").into(),
        tabs.clone().into(),
        tabs.replace('.', ",").into(),
        utf_16(u16::to_le_bytes, b"\xff\xfe"),
        utf_16(u16::to_be_bytes, b"\xfe\xff"),
        FLOWERS.replace('\n', "\r").into(),
        FLOWERS.replace('\n', "\r\n").into(),
        FLOWERS.replace('\n', ",,\n").into(),
        format!("{FLOWERS},,,\n,\n,,,\n").into(),
        format!("{FLOWERS}\n\n").into(),
        quoted.into(),
    ];
    for file in files {
        let found = data(&file, FLOWER_KEYS);
        assert_eq!(found.file.as_deref(), Some(&file[..]));
        assert_eq!(
            meaning(found),
            expected,
            "{}",
            String::from_utf8_lossy(&file)
        );
    }
    let without = FLOWERS.split_once('\n').unwrap().1;
    let keys = "target_columns = [\"c4\"]\ncategory_columns = [\"c2\"]\nignore_columns = [\"c3\"]\nheader = false";
    assert_eq!(data(without, keys).partitions, expected.partitions);
}

#[test]
fn text_means_classes_and_categories_are_inputs() {
    let found = data(FLOWERS, FLOWER_KEYS);
    let names: Vec<String> = found.inputs.iter().map(ToString::to_string).collect();
    assert_eq!(
        names,
        ["length", "colour = red", "colour = blue", "colour = green"]
    );
    assert_eq!(found.first().inputs.row(1), array![2.5, 0.0, 1.0, 0.0]);
    let targets = array![[1., 0., 0.], [0., 1., 0.], [1., 0., 0.], [0., 0., 1.]];
    assert_eq!(found.first().targets, targets);
    assert_eq!(found.first().right, Right::Largest);
    let classes = Classes {
        names: ["setosa", "virginica", "versicolor"]
            .map(str::to_owned)
            .into(),
        outputs: ClassOutputs::OneEach,
        targets: [0.0, 1.0],
    };
    assert_eq!(found.classes, Some(classes));
    assert_eq!(found.target_columns, ["species"]);
    for (label, text) in [
        ("file", "rows.csv: commas, 4 rows, 4 columns"),
        ("rows", "4 train"),
        (
            "inputs",
            "4: length, colour = red, colour = blue, colour = green",
        ),
        ("classes", "3: setosa 2, virginica 1, versicolor 1"),
        ("left out", "1 column: name"),
        ("scaling", ""),
    ] {
        assert_eq!(told(&found, label), text);
    }
}

#[test]
fn equal_numbers_are_one_class() {
    let keys = "target_columns = [\"y\"]\ntask = \"classify\"\nclasses = \"single-output\"\nclass_targets = [0.1, 0.9]";
    for (labels, names) in [
        (["-1", "1", "1.0"], ["-1", "1"]),
        (["0", "1", "1e0"], ["0", "1"]),
        (["TRUE", "FALSE", "FALSE"], ["TRUE", "FALSE"]),
        (["yes", "no", "no"], ["yes", "no"]),
    ] {
        let rows = format!("a,y\n1,{}\n2,{}\n3,{}\n", labels[0], labels[1], labels[2]);
        let found = data(rows, keys);
        assert_eq!(found.first().targets, array![[0.1], [0.9], [0.9]]);
        assert_eq!(found.first().right, Right::Side { middle: 0.5 });
        assert_eq!(found.classes.unwrap().names, names);
    }
}

#[test]
fn numbers_from_0_to_1_are_no_classes() {
    let found = data("a,y\n1,0\n2,1\n3,0\n", "target_columns = [\"y\"]");
    assert_eq!(found.classes, None);
    assert_eq!(found.first().right, Right::Near);
    assert_eq!(told(&found, "targets"), "1: y");
}

#[test]
fn rows_with_missing_values_are_dropped_and_still_counted() {
    let rows = "a,note,y\n1,,0\n?,x,1\n2,NA,1\n3,x,n/a\n4,x,0\n";
    let found = data(
        rows,
        "target_columns = [\"y\"]\nignore_columns = [\"note\"]\nmissing = \"drop\"",
    );
    assert_eq!(found.partitions[0].sets.training.numbers, [0, 2, 4]);
    assert_eq!(found.first().inputs, array![[1.0], [2.0], [4.0]]);
    assert_eq!(
        told(&found, "left out"),
        "2 rows with missing values; 1 column: note"
    );
}

#[test]
fn only_the_named_columns_are_inputs() {
    let keys = "target_columns = [\"y\"]\ninput_columns = [\"c\", \"a\"]";
    let found = data("n,a,b,c,y\n0,1,x,3,0\n1,4,y,6,1\n", keys);
    assert_eq!(found.first().inputs, array![[1.0, 3.0], [4.0, 6.0]]);
}

/// Sets by two columns, rows of two classes.
const SETS: &str = "a,s,t,y\n2,Train,test,no\n4,training,train,yes\n6,VALID,train,no\n8,test,validation,yes\n\
                    4,train,training,no\n";

#[test]
fn columns_of_sets_are_an_axis() {
    let keys = "target_columns = [\"y\"]\nset_column = [\"s\", \"t\"]\nscale = [\"none\", \"standard\", \"range\"]";
    let manifest = manifest(SETS.as_bytes(), keys, "");
    let key = |scale, name: &str| PartitionKey {
        scale,
        set_column: Some(name.to_owned()),
        split_seed: None,
    };
    let keys: Vec<PartitionKey> = manifest
        .data
        .partitions
        .iter()
        .map(|one| one.key.clone())
        .collect();
    let expected = [Scale::None, Scale::Standard, Scale::Range]
        .map(|scale| [key(scale, "s"), key(scale, "t")]);
    assert_eq!(keys, expected.concat());
    let sets = |at: usize| {
        let sets = &manifest.data.partitions[at].sets;
        [&sets.training, &sets.validation, &sets.test].map(|part| part.numbers.clone())
    };
    assert_eq!(sets(0), [vec![0, 1, 4], vec![2], vec![3]]);
    assert_eq!(sets(1), [vec![1, 2, 4], vec![3], vec![0]]);
    // Mean 10/3 and variance 8/9 of 2, 4, 4; the rows of the other sets are scaled by them.
    let standard = &manifest.data.partitions[2];
    let Scaling { shift, divisor } = standard.scaling[0];
    assert!((shift - 10.0 / 3.0).abs() < 1e-15 && (divisor - (8.0_f64 / 9.0).sqrt()).abs() < 1e-15);
    assert_eq!(
        standard.sets.test.dataset.inputs,
        array![[(8.0 - shift) / divisor]]
    );
    let range = &manifest.data.partitions[4].sets;
    assert_eq!(range.training.dataset.inputs, array![[0.0], [1.0], [1.0]]);
    assert_eq!(range.validation.dataset.inputs, array![[2.0]]);
    assert!(manifest.data.validates() && manifest.data.tests());
    assert_eq!(
        told(&manifest.data, "rows"),
        "s: 3 train, 1 validation, 1 test; t: 3 train, 1 validation, 1 test"
    );
    assert_eq!(
        told(&manifest.data, "scaling"),
        "none, standard, range, fitted on the training rows"
    );

    let shown: Vec<(String, usize)> = manifest
        .axes
        .shown()
        .map(|(axis, values)| (axis.path(), values.len()))
        .skip(7)
        .collect();
    assert_eq!(
        shown,
        [
            ("data.scale".to_owned(), 3),
            ("data.set_column".to_owned(), 2)
        ]
    );
    let plan = Plan::new(manifest);
    assert_eq!(
        plan.models[5].name,
        "single-neuron:scale=range:set_column=t"
    );
    assert_eq!(plan.sets(5), &plan.manifest.data.partitions[5].sets);
    // No baseline fixes a column of sets: every model is compared with that of its own.
    assert_eq!(
        plan.models[plan.baseline(11)].name,
        "single-neuron:scale=range:set_column=t"
    );
}

/// 60 rows of three classes: 30, 20 and 10.
fn many() -> String {
    let row = |row: usize| {
        let class = ["a", "b", "a", "c", "b", "a"][row % 6];
        format!("{row},{class}\n")
    };
    "x,y\n".to_owned() + &(0..60).map(row).collect::<String>()
}

#[test]
fn a_split_has_the_same_share_of_each_class() {
    let keys = |seed: &str| {
        format!("target_columns = [\"y\"]\nsplit = {{ validation = 0.25, test = 0.25{seed} }}")
    };
    let found = data(many(), &keys(", seed = [1, 2]"));
    assert_eq!(found.partitions.len(), 2);
    assert_eq!(told(&found, "rows"), "30 train, 15 validation, 15 test");
    for partition in &found.partitions {
        let counts = |part: &crate::network::Part| {
            let sums = part.dataset.targets.sum_axis(ndarray::Axis(0));
            assert!(part.numbers.is_sorted());
            sums.to_vec()
        };
        let sets = &partition.sets;
        let table = [&sets.training, &sets.validation, &sets.test].map(counts);
        // 30, 20, 10 rows: halves are 15, 10, 5; quarters 7.5, 5, 2.5.
        assert_eq!(table[0], [15.0, 10.0, 5.0]);
        for quarter in &table[1..] {
            assert!(
                (7.0..=8.0).contains(&quarter[0])
                    && quarter[1] == 5.0
                    && (2.0..=3.0).contains(&quarter[2])
            );
        }
        for (place, number) in sets.test.numbers.iter().enumerate() {
            assert_eq!(sets.test.dataset.inputs[[place, 0]], f64::from(*number));
        }
    }
    assert_ne!(found.partitions[0].sets, found.partitions[1].sets);
    let default = data(many(), &keys(""));
    assert_eq!(default.partitions[0], found.partitions[0]);
    let manifest = manifest(many().as_bytes(), &keys(""), "");
    assert_eq!(manifest.axes.of("split_seed"), [Value::Number(1.0)]);
}

#[test]
fn what_may_be_wrong_is_said() {
    let mut rows = String::from("big,same,y\n");
    for row in 0..12 {
        rows += &format!("{},7,{}\n", row * 10, ["no", "yes"][row % 2]);
    }
    rows += "110,7,no\n110,7,no\n";
    let found = data(&rows, "target_columns = [\"y\"]\nsplit = { test = 0.5 }");
    assert_eq!(
        found.warnings,
        [
            "3 rows have the same inputs as another row with another target: no network gets all of them right",
            "input \"same\" is the same in every row",
            "inputs beyond ±10 that are not scaled saturate neurons: \"big\" reaches 110; scale = \"standard\" or \"range\" scales them",
            "classes with fewer than 5 rows: \"no\" has 4 for training, \"yes\" has 3 for training, \"no\" has 4 for test, \"yes\" has 3 for test",
        ]
    );
    let scaled = data(&rows, "target_columns = [\"y\"]\nscale = \"range\"");
    assert_eq!(scaled.warnings.len(), 2);
}

#[test]
fn a_small_or_honest_file_is_no_leak() {
    data("a,y\n0,0\n1,1\n", "target_columns = [\"y\"]");
    data(
        "a,y\n0,no\n1,yes\n0,no\n1,yes\n",
        "target_columns = [\"y\"]",
    );
    // One row that differs, twelve values for two classes.
    let rows: String = (0..12)
        .map(|row| {
            format!(
                "{},{row},{}\n",
                u8::from(row < 6),
                ["no", "yes"][usize::from(row < 5)]
            )
        })
        .collect();
    data(format!("a,b,y\n{rows}"), "target_columns = [\"y\"]");
}

#[test]
fn situations_have_a_value_for_each_column() {
    let predict = "[[predict]]\ninput = [0.5, \"blue\"]\ntarget = \"versicolor\"\nname = \"patient 7\"\n\
                   [[predict]]\ninput = [0.5, \"blue\"]\ntarget = [1, 0, 0]\n[[predict]]\ninput = [1, \"red\"]";
    let manifest = manifest(FLOWERS.as_bytes(), FLOWER_KEYS, predict);
    let [named, numbers, open] = manifest.queries.as_slice() else {
        panic!("{:?}", manifest.queries);
    };
    assert_eq!(named.input, [0.5, 0.0, 1.0, 0.0]);
    assert_eq!(named.target, Some(vec![0.0, 0.0, 1.0]));
    assert_eq!(numbers.target, Some(vec![1.0, 0.0, 0.0]));
    assert_eq!((open.target.clone(), open.name.clone()), (None, None));
    let plan = Plan::new(manifest);
    let columns = plan.prediction_columns();
    assert_eq!(columns[0], "prediction_patient_7_output_1");
    assert_eq!(columns[3], "prediction_0.5_0_1_0_output_1");
    assert_eq!(plan.predictions()[1].about, "patient 7: output 2");
}

/// Pieces that files are made of, likely to meet every rule of the reader.
const PIECES: &[&str] = &[
    ",",
    ",",
    ";",
    "\t",
    "\n",
    "\n",
    "\r",
    "\r\n",
    "\"",
    "\"\"",
    " ",
    "a",
    "b",
    "y",
    "1",
    "0",
    "0.5",
    "3,5",
    "1.234,5",
    "NA",
    "?",
    "train",
    "test",
    "valid",
    "red",
    "\u{feff}",
    "é",
    "\0",
    "-",
    "1e309",
    "sep=;\n",
    "PK\x03\x04",
    "a,b,s,y\n",
    "1,red,train,0\n",
    "2,blue,test,1\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_the_reader_panic(
        header in prop::bool::ANY,
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..60),
        bytes in prop::collection::vec(any::<u8>(), 0..4),
        keys in prop::sample::subsequence(vec![
            "category_columns = [\"b\"]",
            "ignore_columns = [\"\", \"a\"]",
            "set_column = \"s\"",
            "task = \"classify\"",
            "missing = \"drop\"",
            "scale = [\"standard\", \"range\"]",
            "split = { validation = 0.3, test = 0.3 }",
            "header = false",
        ], 0..8),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let start = if header { "a,b,s,y\n1,red,train,0\n2,blue,test,1\n" } else { "" };
        let content = [start.as_bytes(), pieces.concat().as_bytes(), &bytes].concat();
        fs::write(folder.path().join("rows.csv"), content).unwrap();
        let text = text(&format!("target_columns = [\"y\"]\n{}", keys.join("\n")), "");
        match Manifest::parse(&text, "t.toml", folder.path()) {
            Ok(manifest) => {
                let data = &manifest.data;
                for partition in &data.partitions {
                    prop_assert!(partition.sets.training.dataset.rows() > 0);
                    prop_assert_eq!(partition.sets.test.dataset.inputs.ncols(), data.input_count());
                    prop_assert!(partition.sets.training.dataset.inputs.iter().all(|value| value.is_finite()));
                }
                Plan::new(manifest);
            }
            Err(error) => prop_assert!(error.to_string().contains("; expected "), "{}", error),
        }
    }
}
