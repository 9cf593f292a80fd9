//! Values of a shape of their own: layers, targets, names and other texts.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use toml::de::DeValue;

use super::bounds::{Neurons, Share, Width};
use crate::manifest::diagnostic::Problems;
use crate::manifest::limits;
use crate::manifest::reader::{Node, Read, Real, Slot, Whole, read_entries, read_text};
use crate::text::{quoted, steers};

/// Hidden layers of one network: `0`, `4`, or `[8, 4]` within a list.
#[derive(Debug)]
pub struct Layers(pub Vec<usize>);

impl Read for Layers {
    fn expected() -> String {
        "a number of neurons such as 4 (0: the single neuron), [[8, 4]] for two layers".to_owned()
    }

    fn lone_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<Whole<Width>>()
    }

    fn read(node: Node<'_>, problems: &mut Problems) -> Option<Layers> {
        if let DeValue::Integer(_) = node.value {
            let width = Whole::<Width>::read(node, problems)?.value as usize;
            return Some(Layers(if width == 0 { Vec::new() } else { vec![width] }));
        }
        let widths: Vec<Slot<Whole<Neurons>>> = read_entries::<_, Layers>(node, problems)?;
        if widths.len() > limits::LAYERS {
            let found = node.says(&format!("{} layers", widths.len()));
            problems.add(
                node.span,
                found,
                format!("at most {} hidden layers", limits::LAYERS),
            );
            return None;
        }
        let widths: Option<Vec<usize>> = widths
            .iter()
            .map(|width| width.get().map(|width| width.value as usize))
            .collect();
        widths.map(Layers)
    }
}

impl JsonSchema for Layers {
    fn schema_name() -> Cow<'static, str> {
        "Layers".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let width = generator.subschema_for::<Whole<Width>>();
        let neurons = generator.subschema_for::<Whole<Neurons>>();

        json_schema!({
            "description": "Neurons of each hidden layer: 0 for the single neuron, 4 for one layer of four, [8, 4] for two layers.",
            "anyOf": [
                width,
                { "type": "array", "items": neurons, "minItems": 1, "maxItems": limits::LAYERS }
            ]
        })
    }
}

/// The targets of one row: a number, or a list for several outputs.
#[derive(Debug)]
pub struct Target(pub Vec<Slot<Real<Share>>>);

impl Read for Target {
    fn expected() -> String {
        "a number from 0 to 1, or a list of them for several outputs".to_owned()
    }

    fn read(node: Node<'_>, problems: &mut Problems) -> Option<Target> {
        read_entries::<_, Target>(node, problems).map(Target)
    }
}

impl JsonSchema for Target {
    fn schema_name() -> Cow<'static, str> {
        "Target".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let number = generator.subschema_for::<Real<Share>>();
        json_schema!({
            "description": "A number from 0 to 1, or one per output in a list.",
            "anyOf": [number, { "type": "array", "items": number, "minItems": 1 }]
        })
    }
}

macro_rules! text {
    ($($(#[$meta:meta])* $Name:ident: $expected:expr, $accept:expr, $keywords:tt;)*) => {$(
        $(#[$meta])*
        #[derive(Debug)]
        pub struct $Name(pub String);
        impl Read for $Name {
            fn expected() -> String {
                $expected.to_owned()
            }
            fn read(node: Node<'_>, problems: &mut Problems) -> Option<$Name> {
                let accept: fn(&str) -> Result<(), String> = $accept;
                read_text::<$Name>(node, problems, accept).map($Name)
            }
        }
        impl JsonSchema for $Name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> Cow<'static, str> {
                stringify!($Name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($keywords)
            }
        }
    )*};
}

text! {
    /// The experiment's name.
    Name: "letters (a to z), digits, . _ and -, beginning with a letter, digit or _", check_name,
        { "type": "string", "minLength": 1, "maxLength": limits::NAME, "pattern": "^[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_-])?$" };
    /// The question.
    Description: "text of at most 10,000 characters, without control characters", |text| check_text(text, true),
        { "type": "string", "maxLength": limits::TEXT };
    /// A file beside the manifest.
    FilePath: "the name of a CSV file beside the manifest, such as \"patterns.csv\"", check_path,
        { "type": "string", "minLength": 1, "maxLength": limits::TEXT };
    /// A column of the CSV.
    ColumnName: "the name of a column of the CSV, in quotes", |text| check_text(text, false),
        { "type": "string", "maxLength": limits::TEXT };
}

/// Whether a name can name a folder on every system and never leave the results folder.
pub fn check_name(name: &str) -> Result<(), String> {
    /// Names that Windows keeps for devices, whatever the extension.
    const RESERVED: [&str; 4] = ["con", "prn", "aux", "nul"];
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if name.is_empty() {
        return Err("the name is empty".to_owned());
    }
    if name.len() > limits::NAME {
        return Err(format!("longer than {} characters", limits::NAME));
    }
    if let Some(letter) = name.chars().find(|c| !allowed(*c)) {
        let shown = quoted(&letter.to_string());
        return Err(format!("{shown} can't be in a folder's name"));
    }
    if name.starts_with(['.', '-']) || name.ends_with('.') {
        return Err("begins with . or -, or ends with .".to_owned());
    }
    let stem = name.split('.').next().unwrap_or(name).to_ascii_lowercase();
    let port = stem.strip_prefix("com").or(stem.strip_prefix("lpt"));
    if RESERVED.contains(&stem.as_str())
        || port.is_some_and(|n| n.len() == 1 && n.as_bytes()[0].is_ascii_digit())
    {
        return Err("Windows reserves this name for a device".to_owned());
    }
    Ok(())
}

fn check_text(text: &str, lines: bool) -> Result<(), String> {
    if text.chars().count() > limits::TEXT {
        return Err("too long".to_owned());
    }
    match text
        .chars()
        .find(|&c| steers(c) && !(lines && matches!(c, '\n' | '\r' | '\t')))
    {
        Some(letter) => Err(format!(
            "holds the control character {}",
            letter.escape_unicode()
        )),
        None => Ok(()),
    }
}

fn check_path(path: &str) -> Result<(), String> {
    if path.is_empty() {
        return Err("no file is named".to_owned());
    }
    let drive = path.as_bytes().get(1) == Some(&b':');
    if path.starts_with(['/', '\\']) || drive {
        return Err("write it relative to the manifest, so that both can be moved".to_owned());
    }
    check_text(path, false)
}
