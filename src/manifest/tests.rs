use std::collections::BTreeSet;

use super::raw::HOMES;

/// The reader's keys and the schema's are made by one declaration; this holds the macro to it.
#[test]
fn the_reader_and_the_schema_know_the_same_keys() {
    let schema: serde_json::Value = serde_json::from_str(&super::schema()).unwrap();
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
    assert_eq!(in_reader.len(), 12);
}
