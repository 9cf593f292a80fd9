//! The JSON Schema agrees with the reader: what one accepts or refuses, so does the other.

use std::collections::BTreeSet;
use std::path::PathBuf;

use jsonschema::Validator;

use super::{VALID, edited};
use crate::manifest::raw::HOMES;
use crate::manifest::{Manifest, schema, starter};

/// The schema, compiled.
pub fn validator() -> Validator {
    let schema = serde_json::from_str(&schema()).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

/// What an editor says about a manifest's text.
pub fn complaints(validator: &Validator, text: &str) -> Vec<String> {
    let table: toml::Table = text.parse().unwrap();
    let instance = serde_json::to_value(table).unwrap();
    validator
        .iter_errors(&instance)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// Every manifest under experiments/.
fn examples() -> Vec<PathBuf> {
    let mut folders = vec![PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/experiments"
    ))];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "toml")
            {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// The reader's keys and the schema's are made by one declaration; this holds the macro to it.
#[test]
fn the_reader_and_the_schema_know_the_same_keys() {
    let schema: serde_json::Value = serde_json::from_str(&schema()).unwrap();
    let definitions = schema["definitions"].as_object().unwrap();
    let keys = |table: &serde_json::Value| -> Option<BTreeSet<String>> {
        Some(
            table
                .get("properties")?
                .as_object()?
                .keys()
                .cloned()
                .collect(),
        )
    };
    let in_schema: BTreeSet<BTreeSet<String>> = definitions
        .values()
        .chain([&schema])
        .filter_map(keys)
        .collect();
    let in_reader: BTreeSet<BTreeSet<String>> = HOMES
        .iter()
        .map(|(_, keys)| keys.iter().map(|key| (*key).to_owned()).collect())
        .collect();
    assert_eq!(in_schema, in_reader);
    assert_eq!(in_reader.len(), 13);
}

#[test]
fn every_example_is_accepted_by_schema_and_reader() {
    let validator = validator();
    let examples = examples();
    assert!(examples.len() >= 3);
    for path in examples {
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(complaints(&validator, &text), [""; 0], "{}", path.display());
        Manifest::load(&path).unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn the_starter_is_accepted_and_names_the_schema() {
    let text = starter("my-study").unwrap();
    assert!(text.starts_with("#:schema ./seedbed.schema.json\n"));
    assert_eq!(complaints(&validator(), &text), [""; 0]);
    let manifest = Manifest::parse(&text, "my-study.toml", ".").unwrap();
    assert_eq!(manifest.name, "my-study");
    assert!(manifest.epochs * manifest.seeds.count() * manifest.axes.models() as u64 <= 5_000_000);
}

#[test]
fn the_starter_refuses_a_name_that_no_manifest_can_have() {
    let error = starter("../up").unwrap_err();
    assert_eq!(error.exit_code(), 2);
    assert_eq!(
        error.to_string(),
        "\"../up\" can't be the name of an experiment (\"/\" can't be in a folder's name); \
         expected letters (a to z), digits, . _ and -, beginning with a letter, digit or _"
    );
}

/// One edit of the valid manifest for everything that a single key can get wrong.
const WRONG: &[(&str, &str)] = &[
    ("hidden = [0, 4]", "hiden = 4"),
    ("[seeds]", "[sedes]"),
    ("hidden = [0, 4]\n", ""),
    ("count = 10\n", ""),
    ("count = 10", "count = 10\nlist = [1]"),
    ("count = 10", "first = 1\nlist = [1]"),
    ("targets = [0, 1, 1]\n", ""),
    (
        "targets = [0, 1, 1]",
        "targets = [0, 1, 1]\ncsv = \"a.csv\"\ntarget_columns = [\"y\"]",
    ),
    ("targets = [0, 1, 1]", "targets = [0, 1, 1]\nsize = 3"),
    ("targets = [0, 1, 1]", "targets = [0, 1, 1.5]"),
    ("targets = [0, 1, 1]", "targets = [0, 1, \"1\"]"),
    ("inputs = [[0, 0]", "inputs = [[]"),
    ("hidden = [0, 4]", "hidden = []"),
    ("hidden = [0, 4]", "hidden = -1"),
    ("hidden = [0, 4]", "hidden = 100001"),
    ("hidden = [0, 4]", "hidden = [[4, 0]]"),
    ("hidden = [0, 4]", "hidden = [4, 4]"),
    ("hidden = [0, 4]", "hidden = 4\nactivation = \"step\""),
    ("hidden = [0, 4]", "hidden = 4\nbias = 1"),
    ("range = 1.0", "range = 0"),
    ("range = 1.0", "range = [1, -1]"),
    ("range = 1.0", "generator = \"numpi\""),
    ("epochs = 100", "epochs = 0"),
    ("epochs = 100", "epochs = 9007199254740993"),
    ("epochs = 100", "epochs = 1\nlearning_rate = 0"),
    ("epochs = 100", "epochs = 1\nmomentum = 1"),
    ("epochs = 100", "epochs = 1\nmomentum = -0.5"),
    ("epochs = 100", "epochs = 1\nprecision = \"f16\""),
    ("count = 10", "count = 0"),
    ("count = 10", "list = [1000000000000000]"),
    ("count = 10", "list = [-1]"),
    ("count = 10", "list = []"),
    ("name = \"t\"", "name = \"..\""),
    ("name = \"t\"", "name = \"a/b\""),
    ("name = \"t\"", "name = \"\""),
    ("name = \"t\"", "name = \"a.\""),
    ("name = \"t\"", "name = 5"),
    ("[seeds]", "[convergence]\ntolerance = 0\n[seeds]"),
    ("[seeds]", "[convergence]\naccuracy = 0\n[seeds]"),
    ("[seeds]", "[convergence]\naccuracy = 1.5\n[seeds]"),
    ("[seeds]", "[convergence]\nmse = 0\n[seeds]"),
    (
        "[seeds]",
        "[convergence]\ntolerance = 0.4\naccuracy = 1\n[seeds]",
    ),
    (
        "[seeds]",
        "[convergence]\ntolerance = 0.4\nmse = 0.01\n[seeds]",
    ),
    (
        "[seeds]",
        "[convergence]\naccuracy = 1\nmse = 0.01\n[seeds]",
    ),
    ("[seeds]", "[convergence]\nstop = \"yes\"\n[seeds]"),
    ("[seeds]", "[compare]\nbaseline = {}\n[seeds]"),
    ("[seeds]", "[compare]\nbaseline = { hidden = [] }\n[seeds]"),
    ("[seeds]", "[compare]\n[seeds]"),
    ("[seeds]", "[curves]\npoints = 1\n[seeds]"),
    ("[seeds]", "[statistics]\nconfidence = 1\n[seeds]"),
    ("[seeds]", "[statistics]\ninterval = \"wald\"\n[seeds]"),
    (
        "targets = [0, 1, 1]",
        "targets = [0, 1, 1]\nscale = \"standard\"",
    ),
    ("targets = [0, 1, 1]", "targets = [0, 1, 1]\nheader = false"),
    (
        "targets = [0, 1, 1]",
        "targets = [0, 1, 1]\nsplit = { test = 1 }",
    ),
    ("target = 0", "target = 0\nname = \"a/b\""),
    ("target = 0", "target = 0\nname = \" a\""),
    ("input = [1, 1]\n", ""),
    ("target = 0", "target = 2"),
];

#[test]
fn what_the_reader_refuses_in_one_key_the_schema_refuses() {
    let validator = validator();
    assert_eq!(complaints(&validator, VALID), [""; 0]);
    for &(from, to) in WRONG {
        let text = edited(&[(from, to)]);
        assert!(
            Manifest::parse(&text, "t.toml", ".").is_err(),
            "reader accepts {to}"
        );
        assert!(
            !complaints(&validator, &text).is_empty(),
            "schema accepts {to}"
        );
    }
}

#[test]
fn every_key_is_described_and_every_default_stated() {
    let schema: serde_json::Value = serde_json::from_str(&schema()).unwrap();
    assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
    let definitions = schema["definitions"].as_object().unwrap();
    let mut keys = 0;
    for table in definitions.values().chain([&schema]) {
        let Some(properties) = table.get("properties") else {
            continue;
        };
        assert_eq!(table["additionalProperties"], false);
        assert!(table["description"].is_string());
        for (key, about) in properties.as_object().unwrap() {
            assert!(about["description"].is_string(), "{key} has no description");
            keys += 1;
        }
    }
    assert_eq!(keys, 66);
    assert_eq!(
        definitions["Convergence"]["properties"]["tolerance"]["default"],
        0.4
    );
    assert_eq!(
        definitions["Network"]["properties"]["activation"]["default"],
        "sigmoid"
    );
    assert_eq!(
        definitions["SeedsTable"]["properties"]["first"]["default"],
        1
    );
}
