//! The JSON Schema of a manifest, made from the types that read it.

use schemars::generate::SchemaSettings;

use super::raw::Root;

/// The JSON Schema (draft 7, which TOML editors understand) as indented text.
pub fn schema() -> String {
    let mut schema = SchemaSettings::draft07()
        .into_generator()
        .into_root_schema_for::<Root>();
    schema.insert("title".to_owned(), "Seedbed manifest".into());
    // A schema is a tree of strings and numbers, which JSON can always hold.
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}
