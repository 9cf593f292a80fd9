//! What a manifest can say: defaults, axes, every source of rows, several outputs, files.

use std::fs;

use ndarray::array;

use super::{VALID, accepted, edited};
use crate::manifest::{
    Baseline, Curves, IntervalMethod, Manifest, Seeds, StatisticsSettings, Value,
};
use crate::network::{Generator, Precision};

const INLINE: &str = "inputs = [[0, 0], [0, 1], [1, 0]]\ntargets = [0, 1, 1]";

#[test]
fn what_is_left_out_has_its_default() {
    let manifest = accepted(&[("[initialization]\nrange = 1.0\n", "")]);
    assert_eq!(manifest.name, "t");
    assert_eq!(manifest.description, "");
    assert_eq!(manifest.axes.of("activation"), [Value::Word("sigmoid")]);
    assert_eq!(manifest.axes.of("bias"), [Value::Truth(false)]);
    assert_eq!(manifest.axes.of("range"), [Value::Number(1.0)]);
    assert_eq!(manifest.generator, Generator::ChaCha8);
    assert_eq!(manifest.axes.of("learning_rate"), [Value::Number(1.0)]);
    assert_eq!(manifest.axes.of("momentum"), [Value::Number(0.0)]);
    assert_eq!(manifest.precision, Precision::F64);
    assert_eq!(manifest.axes.of("tolerance"), [Value::Number(0.4)]);
    assert!(!manifest.stop);
    assert_eq!(
        manifest.seeds,
        Seeds::Range {
            first: 1,
            count: 10
        }
    );
    assert_eq!(
        manifest.curves,
        Curves {
            seeds: 100,
            points: 200
        }
    );
    let statistics = StatisticsSettings {
        interval: IntervalMethod::Wilson,
        confidence: 0.95,
    };
    assert_eq!(manifest.statistics, statistics);
    let mut single_neuron = [None; 9];
    single_neuron[0] = Some(0);
    assert_eq!(manifest.baseline, Baseline(single_neuron.to_vec()));
    assert_eq!(
        manifest.source,
        edited(&[("[initialization]\nrange = 1.0\n", "")])
    );
}

#[test]
fn every_key_is_read() {
    let manifest = accepted(&[
        ("name = \"t\"", "name = \"t\"\ndescription = \"Why?\""),
        (
            "hidden = [0, 4]",
            "hidden = [0, 4]\nactivation = [\"tanh\", \"sigmoid\"]\nbias = [true, false]",
        ),
        ("range = 1.0", "range = [0.5, 2]\ngenerator = \"numpy\""),
        (
            "epochs = 100",
            "epochs = 1_000\nlearning_rate = [1, 0.25]\nmomentum = [0, 0.9]\nprecision = \"f32\"",
        ),
        (
            "count = 10",
            "list = [7, 1, 42]\n[convergence]\ntolerance = [1, 0.5]\nstop = true\n[compare]\nbaseline = { hidden = 4, bias = true, momentum = 0.9 }\n[curves]\nseeds = 0\npoints = 2\n[statistics]\ninterval = \"clopper-pearson\"\nconfidence = 0.99",
        ),
    ]);
    assert_eq!(manifest.description, "Why?");
    assert_eq!(
        manifest.axes.of("activation"),
        [Value::Word("tanh"), Value::Word("sigmoid")]
    );
    assert_eq!(
        manifest.axes.of("bias"),
        [Value::Truth(true), Value::Truth(false)]
    );
    assert_eq!(
        manifest.axes.of("range"),
        [Value::Number(0.5), Value::Number(2.0)]
    );
    assert_eq!(manifest.generator, Generator::Numpy);
    assert_eq!(manifest.epochs, 1000);
    assert_eq!(
        manifest.axes.of("learning_rate"),
        [Value::Number(1.0), Value::Number(0.25)]
    );
    assert_eq!(
        manifest.axes.of("momentum"),
        [Value::Number(0.0), Value::Number(0.9)]
    );
    assert_eq!(manifest.precision, Precision::F32);
    assert_eq!(
        manifest.axes.of("tolerance"),
        [Value::Number(1.0), Value::Number(0.5)]
    );
    assert!(manifest.stop);
    assert_eq!(manifest.seeds, Seeds::List(vec![7, 1, 42]));
    // 4 hidden neurons, with bias, momentum 0.9: their positions on their axes.
    let baseline = [
        Some(1),
        None,
        Some(0),
        None,
        None,
        Some(1),
        None,
        None,
        None,
    ];
    assert_eq!(manifest.baseline, Baseline(baseline.to_vec()));
    assert_eq!(
        manifest.curves,
        Curves {
            seeds: 0,
            points: 2
        }
    );
    assert_eq!(manifest.statistics.interval, IntervalMethod::ClopperPearson);
    assert_eq!(manifest.statistics.confidence, 0.99);
    assert_eq!(manifest.queries[0].input, [1.0, 1.0]);
    assert_eq!(manifest.queries[0].target, Some(vec![0.0]));
}

#[test]
fn a_list_of_widths_is_an_axis_and_a_list_in_it_one_network() {
    let hidden = |text: &str| -> Vec<Vec<usize>> {
        let manifest = accepted(&[("hidden = [0, 4]", text)]);
        let widths = |value: Value| match value {
            Value::Layers(widths) => widths.to_vec(),
            other => panic!("{other:?}"),
        };
        manifest.axes.of("hidden").into_iter().map(widths).collect()
    };
    assert_eq!(hidden("hidden = 4"), [vec![4]]);
    assert_eq!(hidden("hidden = 0"), [Vec::<usize>::new()]);
    assert_eq!(hidden("hidden = [8, 4]"), [vec![8], vec![4]]);
    assert_eq!(hidden("hidden = [[8, 4]]"), [vec![8, 4]]);
    assert_eq!(
        hidden("hidden = [0, [3], [8, 4, 2]]"),
        [vec![], vec![3], vec![8, 4, 2]]
    );
}

#[test]
fn whole_numbers_do_where_fractions_are_expected_and_zero_has_no_sign() {
    let manifest = accepted(&[
        ("[0, 0]", "[-0.0, 0x10]"),
        ("count = 10", "count = 10\n[convergence]\ntolerance = 1"),
    ]);
    assert_eq!(manifest.data.first().inputs[[0, 0]].to_bits(), 0);
    assert_eq!(manifest.data.first().inputs[[0, 1]], 16.0);
    assert_eq!(manifest.axes.of("tolerance"), [Value::Number(1.0)]);
}

#[test]
fn numbers_at_the_edges() {
    let manifest = accepted(&[
        ("[0, 0]", "[1.7976931348623157e308, 5e-324]"),
        ("epochs = 100", "epochs = 9_007_199_254_740_992"),
        ("count = 10", "first = 999_999_999_999_999\ncount = 1"),
    ]);
    assert_eq!(manifest.data.first().inputs[[0, 0]], f64::MAX);
    assert_eq!(manifest.epochs, 1 << 53);
    assert_eq!(manifest.seeds.get(0), Some(999_999_999_999_999));
    let numpy = accepted(&[
        ("range = 1.0", "generator = \"numpy\""),
        ("count = 10", "first = 4_294_967_295\ncount = 1"),
    ]);
    assert_eq!(numpy.seeds.get(0), Some(u64::from(u32::MAX)));
}

#[test]
fn targets_may_have_several_outputs() {
    let manifest = accepted(&[
        (
            "targets = [0, 1, 1]",
            "targets = [[0, 1], [1, 0.5], [1, 0]]",
        ),
        ("target = 0", "target = [1, 0]"),
    ]);
    assert_eq!(
        manifest.data.first().targets,
        array![[0.0, 1.0], [1.0, 0.5], [1.0, 0.0]]
    );
    assert_eq!(manifest.queries[0].target, Some(vec![1.0, 0.0]));
}

#[test]
fn rules_make_rows() {
    let rows = |data: &str, predict: &str| {
        accepted(&[(INLINE, data), ("input = [1, 1]\ntarget = 0", predict)])
            .data
            .first()
            .clone()
    };
    let parity = rows("generator = \"parity\"\nsize = 3", "input = [1, 1, 0]");
    assert_eq!(
        parity.targets.iter().copied().collect::<Vec<_>>(),
        [0., 1., 1., 0., 1., 0., 0., 1.]
    );
    let majority = rows("generator = \"majority\"\nsize = 2", "input = [1, 1]");
    assert_eq!(majority.targets, array![[0.], [0.], [0.], [1.]]);
    let encoder = rows(
        "generator = \"encoder\"\nsize = 10",
        "input = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]",
    );
    assert_eq!(encoder.targets.dim(), (10, 10));
}

/// A folder with a manifest whose rows come from a CSV of this content.
fn with_csv(content: &str, columns: &str) -> (tempfile::TempDir, Manifest) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rows.csv"), content).unwrap();
    let text = VALID.replace("target = 0\n", "").replace(
        INLINE,
        &format!("csv = \"rows.csv\"\ntarget_columns = {columns}"),
    );
    fs::write(folder.path().join("t.toml"), text).unwrap();
    let manifest = Manifest::load(folder.path().join("t.toml")).unwrap();
    (folder, manifest)
}

#[test]
fn rows_come_from_a_csv_beside_the_manifest() {
    let inline = accepted(&[]);
    for content in [
        "a,b,y\n0,0,0\n0,1,1\n1,0,1\n",
        "a,b,y\n0,0,0\n0,1,1\n1,0,1",
        "\u{feff}\"a\", b ,y\r\n0,0.0,-0\r\n\"0\",1, 1\r\n\r\n1e0,0,1\r\n\r\n",
    ] {
        let (_folder, manifest) = with_csv(content, "[\"y\"]");
        assert_eq!(manifest.data.first(), inline.data.first());
        assert_eq!(manifest.data.file.as_deref(), Some(content.as_bytes()));
        assert!(
            manifest
                .conflicts(&inline)
                .iter()
                .all(|difference| difference.key == "predict")
        );
    }
}

#[test]
fn outputs_are_in_the_order_of_target_columns() {
    let (_folder, manifest) = with_csv(
        "\"a, b\",y1,\"y\"\"2\",c\n1,0.1,0.2,3\n",
        "['y\"2', \"y1\"]",
    );
    assert_eq!(manifest.data.first().inputs, array![[1.0, 3.0]]);
    assert_eq!(manifest.data.first().targets, array![[0.2, 0.1]]);
}

#[test]
fn a_results_folder_reads_its_own_copies() {
    let (_folder, manifest) = with_csv("a,b,y\n0,0,0\n0,1,1\n", "[\"y\"]");
    let results = tempfile::tempdir().unwrap();
    fs::write(results.path().join("manifest.toml"), &manifest.source).unwrap();
    fs::write(
        results.path().join("data.csv"),
        manifest.data.file.as_ref().unwrap(),
    )
    .unwrap();
    assert_eq!(Manifest::load_results(results.path()).unwrap(), manifest);
}

#[test]
fn a_missing_manifest_suggests_its_neighbour() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("widths.toml"), VALID).unwrap();
    for typed in ["width.toml", "widths"] {
        let error = Manifest::load(folder.path().join(typed)).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        let shown = folder.path().display();
        assert_eq!(
            error.to_string(),
            format!(
                "cannot read {shown}/{typed}: No such file or directory (os error 2); did you mean {shown}/widths.toml?"
            )
        );
    }
    let error = Manifest::load(folder.path().join("none.toml")).unwrap_err();
    let cause = std::error::Error::source(&error).map(ToString::to_string);
    assert_eq!(
        cause.as_deref(),
        Some("No such file or directory (os error 2)")
    );
    let error = Manifest::load(folder.path()).unwrap_err().to_string();
    assert!(
        error.ends_with("it is no file; expected a manifest, such as widths.toml"),
        "{error}"
    );
}

#[test]
fn a_manifest_that_is_not_utf_8_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.toml");
    fs::write(&path, b"name = \"t\"\n# \xff\n").unwrap();
    let error = Manifest::load(&path).unwrap_err().to_string();
    assert!(
        error.contains("t.toml:2:3: bytes that are not UTF-8; expected TOML in UTF-8"),
        "{error}"
    );
}

#[test]
fn a_manifest_that_is_too_large_is_not_read_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.toml");
    fs::write(&path, format!("{VALID}#{}", "x".repeat(5 << 20))).unwrap();
    let error = Manifest::load(&path).unwrap_err().to_string();
    assert!(error.contains("a manifest of 4.19 MB; expected at most 4.19 MB; rows can stand in a CSV file, [data] csv"), "{error}");
}

#[test]
fn equal_manifests_may_be_written_differently() {
    let other = Manifest::parse(
        "name='t'\ndata={inputs=[[0.0,0e5],[-0,1],[1.0,0]],targets=[[0],[1],[1]]}\npredict=[{input=[1,1.0],target=[0]}]\n\
         network.hidden=[0,[4]]\ntraining.epochs=0x64\nseeds.list=[1,2,3,4,5,6,7,8,9,10]\ncompare.baseline.hidden=0\n",
        "other.toml",
        ".",
    )
    .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(accepted(&[]), other);
}

#[test]
fn what_differs_is_shown_side_by_side() {
    let ours = accepted(&[]);
    let theirs = accepted(&[
        ("[0, 1], [1, 0]]", "[0, 1], [1, 0.5]]"),
        ("target = 0", "target = 1"),
        ("hidden = [0, 4]", "hidden = [[8, 4]]"),
        ("epochs = 100", "epochs = 200\nlearning_rate = [1, 2]"),
    ]);
    let shown: Vec<String> = ours
        .differences(&theirs)
        .iter()
        .map(|difference| {
            format!(
                "{}: {} | {}",
                difference.key, difference.ours, difference.theirs
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            "data: row 3: [1, 0] → 1 | row 3: [1, 0.5] → 1",
            "predict: [1, 1] → 0 | [1, 1] → 1",
            "network.hidden: [0, 4] | [[8, 4]]",
            "training.learning_rate: 1 | [1, 2]",
            "training.epochs: 100 | 200",
            "compare.baseline: { hidden = 0 } | { hidden = [8, 4], activation = \"sigmoid\", bias = false, range = 1, learning_rate = 1, momentum = 0, tolerance = 0.4 }",
        ]
    );
}

#[test]
fn seeds_description_baseline_curves_and_statistics_may_change() {
    let grown = accepted(&[
        ("name = \"t\"", "name = \"t\"\ndescription = \"Grown.\""),
        (
            "count = 10",
            "count = 100\n[compare]\nbaseline = { hidden = 4 }\n[curves]\nseeds = 3\n[statistics]\nconfidence = 0.9",
        ),
    ]);
    assert!(accepted(&[]).conflicts(&grown).is_empty());
    assert_ne!(accepted(&[]), grown);
    let keys: Vec<String> = accepted(&[])
        .differences(&grown)
        .into_iter()
        .map(|difference| difference.key)
        .collect();
    let expected = [
        "description",
        "seeds",
        "compare.baseline",
        "curves",
        "statistics",
    ];
    assert_eq!(keys, expected);
}

#[test]
fn tables_may_be_written_inline_and_a_mistyped_key_is_recognized() {
    let text = r#"
        name = "xor"
        data = { generator = "parity", size = 2 }
        network = { hidden = [0, 2, 4] }
        training = { epochs = 10_000 }
        seeds = { count = 100 }
    "#;
    let manifest = Manifest::parse(text, "xor.toml", ".").unwrap();
    assert_eq!(manifest.data.first().rows(), 4);

    let error = Manifest::parse(&text.replace("hidden", "hiden"), "xor.toml", ".").unwrap_err();
    assert!(error.to_string().contains("did you mean hidden?"));
}
