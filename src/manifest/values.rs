//! The values that a manifest's keys take: the bounds of every number (in words, as a check,
//! and for the schema), and values of a shape of their own: layers, targets, names and paths.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use toml::de::DeValue;

use super::diagnostic::Problems;
use super::limits;
use super::reader::{
    Node, Read, Real, RealBounds, Slot, Whole, WholeBounds, read_entries, read_text,
};
use crate::text::{quoted, steers};

/// Declares bounds of a [`Real`]: in words, as a check, and as keywords of the schema.
macro_rules! real {
    ($($(#[$meta:meta])* $Name:ident: $expected:literal, $hold:expr, $keywords:tt;)*) => {$(
        $(#[$meta])*
        #[derive(Debug)]
        pub enum $Name {}
        impl RealBounds for $Name {
            const EXPECTED: &'static str = $expected;
            fn hold(value: f64) -> bool {
                let hold: fn(f64) -> bool = $hold;
                hold(value)
            }
            fn keywords() -> serde_json::Value {
                serde_json::json!($keywords)
            }
        }
    )*};
}

real! {
    /// Inputs.
    Finite: "a finite number", |_| true, {};
    /// Targets.
    Share: "a number from 0 to 1", |x| (0.0..=1.0).contains(&x), {"minimum": 0, "maximum": 1};
    /// Ranges, learning rates, and a mean squared error to reach.
    Positive: "a finite number above 0", |x| x > 0.0, {"exclusiveMinimum": 0};
    /// Momentum.
    BelowOne: "a number from 0 up to, but not including, 1", |x| (0.0..1.0).contains(&x),
        {"minimum": 0, "exclusiveMaximum": 1};
    /// Tolerance, and an accuracy to reach.
    PositiveShare: "a number above 0 and at most 1", |x| x > 0.0 && x <= 1.0,
        {"exclusiveMinimum": 0, "maximum": 1};
    /// Confidence.
    Inside: "a number between 0 and 1, such as 0.95", |x| x > 0.0 && x < 1.0,
        {"exclusiveMinimum": 0, "exclusiveMaximum": 1};
}

/// Declares bounds of a [`Whole`], both included.
macro_rules! whole {
    ($($(#[$meta:meta])* $Name:ident: $least:expr, $most:expr, $expected:literal;)*) => {$(
        $(#[$meta])*
        #[derive(Debug)]
        pub enum $Name {}
        impl WholeBounds for $Name {
            const EXPECTED: &'static str = $expected;
            const LEAST: u64 = $least;
            const MOST: u64 = $most;
        }
    )*};
}

whole! {
    /// Neurons of the only layer.
    Width: 0, limits::WIDTH, "a whole number of neurons from 0 (the single neuron) to 100,000";
    /// Neurons of one layer among several.
    Neurons: 1, limits::WIDTH, "a whole number of neurons from 1 to 100,000";
    /// Epochs.
    Epochs: 1, limits::EPOCHS, "a whole number from 1 to 9,007,199,254,740,992";
    /// A seed.
    Seed: 0, limits::SEED, "a whole number from 0, of at most 15 digits (spreadsheets round longer ones)";
    /// Number of seeds.
    SeedCount: 1, limits::SEED, "a whole number of at least 1, of at most 15 digits";
    /// Size of a generated pattern.
    Size: 1, limits::ENCODER, "a whole number of inputs: 1 to 16 for parity and majority, 2 to 1,024 for encoder";
    /// Runs with curves.
    CurveSeeds: 0, limits::CURVE_SEEDS, "a whole number from 0 (no curves) to 1,000,000";
    /// Points of a curve.
    CurvePoints: 2, limits::CURVE_POINTS, "a whole number from 2 to 10,000";
}

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

/// One value of a situation: a number, or the text of a category column.
#[derive(Debug)]
pub enum Cell {
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
}

impl Read for Cell {
    fn expected() -> String {
        format!("{}, or the text of a category column", Finite::EXPECTED)
    }

    fn read(node: Node<'_>, problems: &mut Problems) -> Option<Cell> {
        if let DeValue::String(_) = node.value {
            let text = read_text::<Cell>(node, problems, |text| check_text(text, false))?;
            return Some(Cell::Text(text));
        }
        Real::<Finite>::read(node, problems).map(|number| Cell::Number(number.value))
    }
}

impl JsonSchema for Cell {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Cell".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["number", "string"], "maxLength": limits::TEXT })
    }
}

/// The right answer to a situation: numbers, or a class.
#[derive(Debug)]
pub enum Answer {
    /// One per output.
    Numbers(Target),
    /// The name of a class.
    Class(String),
}

impl Read for Answer {
    fn expected() -> String {
        format!("{}, or the name of a class", Target::expected())
    }

    fn read(node: Node<'_>, problems: &mut Problems) -> Option<Answer> {
        if let DeValue::String(_) = node.value {
            let text = read_text::<Answer>(node, problems, |text| check_text(text, false))?;
            return Some(Answer::Class(text));
        }
        read_entries::<_, Answer>(node, problems).map(|list| Answer::Numbers(Target(list)))
    }
}

impl JsonSchema for Answer {
    fn schema_name() -> Cow<'static, str> {
        "Answer".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let number = generator.subschema_for::<Real<Share>>();
        json_schema!({
            "description": "A number from 0 to 1, one per output in a list, or the name of a class.",
            "anyOf": [
                number,
                { "type": "array", "items": number, "minItems": 1 },
                { "type": "string", "maxLength": limits::TEXT }
            ]
        })
    }
}

/// The targets for "not this class" and "this class": from 0 to 1, the first below the second.
#[derive(Debug)]
pub struct ClassTargets(pub [f64; 2]);

impl Read for ClassTargets {
    fn expected() -> String {
        "two numbers from 0 to 1, the first below the second, such as [0.1, 0.9]".to_owned()
    }

    fn read(node: Node<'_>, problems: &mut Problems) -> Option<ClassTargets> {
        let list = match node.value {
            DeValue::Array(list) if list.len() == 2 => list,
            _ => {
                node.wrong::<ClassTargets>(problems, None);
                return None;
            }
        };
        let mut numbers = list
            .iter()
            .map(|value| Real::<Share>::read(node.entry(value), problems));
        let (low, high) = (numbers.next()??.value, numbers.next()??.value);
        // Closer together, no output could be on a side of their middle.
        let middle = f64::midpoint(low, high);
        if low >= middle || middle >= high {
            node.wrong::<ClassTargets>(problems, None);
            return None;
        }
        Some(ClassTargets([low, high]))
    }
}

impl JsonSchema for ClassTargets {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "ClassTargets".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let number = generator.subschema_for::<Real<Share>>();
        json_schema!({ "type": "array", "items": number, "minItems": 2, "maxItems": 2 })
    }
}

/// Declares a type that wraps a text: what is expected, its check, and its schema.
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
    /// The path of a file as seen from the manifest.
    FilePath: "the path of a CSV file as seen from the manifest, such as \"patterns.csv\"", check_path,
        { "type": "string", "minLength": 1, "maxLength": limits::TEXT };
    /// A column of the CSV.
    ColumnName: "the name of a column of the CSV, in quotes", |text| check_text(text, false),
        { "type": "string", "maxLength": limits::TEXT };
    /// The name of a situation.
    QueryName: "letters (a to z), digits, spaces, _, - and ., beginning and ending with none of the spaces", check_query_name,
        { "type": "string", "minLength": 1, "maxLength": limits::NAME, "pattern": "^[A-Za-z0-9._-]([A-Za-z0-9 ._-]*[A-Za-z0-9._-])?$" };
}

/// Whether a name can be part of a column's name.
fn check_query_name(name: &str) -> Result<(), String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.');
    if name.is_empty() {
        return Err("the name is empty".to_owned());
    }
    if name.len() > limits::NAME {
        return Err(format!("longer than {} characters", limits::NAME));
    }
    if let Some(letter) = name.chars().find(|c| !allowed(*c)) {
        let shown = quoted(&letter.to_string());
        return Err(format!("{shown} can't be in a column's name"));
    }
    if name.trim() != name {
        return Err("begins or ends with a space".to_owned());
    }
    Ok(())
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

/// Whether a manifest can name a column so.
pub fn is_column_name(name: &str) -> bool {
    check_text(name, false).is_ok()
}

/// Whether a manifest can name a file so.
pub fn check_path(path: &str) -> Result<(), String> {
    if path.is_empty() {
        return Err("no file is named".to_owned());
    }
    let drive = path.as_bytes().get(1) == Some(&b':');
    if path.starts_with(['/', '\\']) || drive {
        return Err("write it relative to the manifest, so that both can be moved".to_owned());
    }
    check_text(path, false)
}
