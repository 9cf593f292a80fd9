//! The kinds of values: numbers within bounds, words of a choice, booleans, checked texts, and
//! lists of them: of entries, of values that are an axis, of parts of one value.

use std::borrow::Cow;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use toml::de::DeValue;

use super::tree::{Node, Read, Slot};
use crate::manifest::diagnostic::Problems;
use crate::manifest::limits;
use crate::manifest::words::Word;
use crate::text::{alternatives, counted, nearest, quoted};

/// A finite number within the bounds of `B`. Whole numbers are read as well.
#[derive(Debug)]
pub struct Real<B> {
    /// The number; never −0.
    pub value: f64,
    bounds: PhantomData<B>,
}

/// Bounds of a [`Real`].
pub trait RealBounds: 'static {
    /// Completes "expected …".
    const EXPECTED: &'static str;
    /// Whether a finite number is within them.
    fn hold(value: f64) -> bool;
    /// The same as JSON Schema keywords.
    fn keywords() -> serde_json::Value;
}

impl<B: RealBounds> Read for Real<B> {
    fn expected() -> String {
        B::EXPECTED.to_owned()
    }

    fn read(node: Node<'_>, problems: &mut Problems) -> Option<Real<B>> {
        let (value, written) = match node.value {
            DeValue::Integer(number) if number.radix() == 10 => {
                (number.as_str().parse::<f64>().ok(), number.as_str())
            }
            DeValue::Integer(number) => (
                u64::from_str_radix(number.as_str(), number.radix())
                    .ok()
                    .map(|value| value as f64),
                number.as_str(),
            ),
            DeValue::Float(number) => (number.as_str().parse::<f64>().ok(), number.as_str()),
            _ => (None, ""),
        };
        // Minus zero is zero: otherwise equal rows could differ in bits.
        let value = value.map(|value| value + 0.0);
        if let Some(value) = value.filter(|value| value.is_finite() && B::hold(*value)) {
            return Some(Real {
                value,
                bounds: PhantomData,
            });
        }
        let digits = written.contains(|letter: char| letter.is_ascii_digit());
        let hint = value
            .filter(|value| value.is_infinite() && digits)
            .map(|_| "larger than any 64-bit number, the largest is 1.8e308".to_owned());
        node.wrong::<Self>(problems, hint);
        None
    }
}

impl<B: RealBounds> JsonSchema for Real<B> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Number".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut schema = json_schema!({ "type": "number" });
        if let serde_json::Value::Object(keywords) = B::keywords() {
            for (keyword, value) in keywords {
                schema.insert(keyword, value);
            }
        }
        schema
    }
}

/// A whole number within the bounds of `B`.
#[derive(Debug)]
pub struct Whole<B> {
    /// The number.
    pub value: u64,
    bounds: PhantomData<B>,
}

/// Bounds of a [`Whole`], both included.
pub trait WholeBounds: 'static {
    /// Completes "expected …".
    const EXPECTED: &'static str;
    /// The least.
    const LEAST: u64;
    /// The most.
    const MOST: u64;
}

impl<B: WholeBounds> Read for Whole<B> {
    fn expected() -> String {
        B::EXPECTED.to_owned()
    }

    fn read(node: Node<'_>, problems: &mut Problems) -> Option<Whole<B>> {
        let within = |value: &u64| (B::LEAST..=B::MOST).contains(value);
        let mut hint = None;
        match node.value {
            DeValue::Integer(number) => {
                let value = u64::from_str_radix(number.as_str(), number.radix()).ok();
                if let Some(value) = value.filter(within) {
                    return Some(Whole {
                        value,
                        bounds: PhantomData,
                    });
                }
            }
            DeValue::Float(number) => {
                // 1e5 and 60000.0 are floats in TOML; whoever wrote them meant a whole number.
                hint = number
                    .as_str()
                    .parse::<f64>()
                    .ok()
                    .filter(|value| value.fract() == 0.0 && (0.0..1e18).contains(value))
                    .map(|value| value as u64)
                    .filter(within)
                    .map(|value| format!("write {value}"));
            }
            _ => {}
        }
        node.wrong::<Self>(problems, hint);
        None
    }
}

impl<B: WholeBounds> JsonSchema for Whole<B> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "WholeNumber".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": B::LEAST, "maximum": B::MOST })
    }
}

/// One of the words of a choice.
#[derive(Debug)]
pub struct OneOf<T>(pub T);

impl<T: Word> Read for OneOf<T> {
    fn expected() -> String {
        let words: Vec<String> = T::ALL.iter().map(|(word, _)| quoted(word)).collect();
        alternatives(&words)
    }

    fn read(node: Node<'_>, problems: &mut Problems) -> Option<OneOf<T>> {
        let mut hint = None;
        if let DeValue::String(text) = node.value {
            if let Some((_, choice)) = T::ALL.iter().find(|(word, _)| word == text) {
                return Some(OneOf(*choice));
            }
            hint = nearest(text, T::ALL.iter().map(|(word, _)| *word))
                .map(|word| format!("did you mean \"{word}\"?"));
        }
        node.wrong::<Self>(problems, hint);
        None
    }
}

impl<T: Word> JsonSchema for OneOf<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Word".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let words: Vec<&str> = T::ALL.iter().map(|(word, _)| *word).collect();
        json_schema!({ "type": "string", "enum": words })
    }
}

impl Read for bool {
    fn expected() -> String {
        "true or false".to_owned()
    }

    fn read(node: Node<'_>, problems: &mut Problems) -> Option<bool> {
        if let DeValue::Boolean(value) = node.value {
            return Some(*value);
        }
        node.wrong::<Self>(problems, None);
        None
    }
}

/// Text that a type checks further; for types that wrap a string.
pub fn read_text<T: Read>(
    node: Node<'_>,
    problems: &mut Problems,
    accept: impl FnOnce(&str) -> Result<(), String>,
) -> Option<String> {
    let DeValue::String(text) = node.value else {
        node.wrong::<T>(problems, None);
        return None;
    };
    match accept(text) {
        Ok(()) => Some(text.to_string()),
        Err(reason) => {
            node.wrong::<T>(problems, Some(reason));
            None
        }
    }
}

/// Several values: `[a, b]`, or tables in double brackets.
#[derive(Debug)]
pub struct List<T> {
    /// Its entries, at least one; those refused are empty.
    pub entries: Vec<Slot<T>>,
}

impl<T> List<T> {
    /// Every entry, if all were accepted.
    pub fn all(&self) -> Option<Vec<&T>> {
        self.entries.iter().map(Slot::get).collect()
    }
}

impl<T: Read> Read for List<T> {
    fn expected() -> String {
        match T::expected().strip_prefix("a list, ") {
            Some(entries) => format!("a list of lists, {entries}"),
            None => format!("a list, each entry {}", T::expected()),
        }
    }

    fn read(node: Node<'_>, problems: &mut Problems) -> Option<List<T>> {
        match node.value {
            DeValue::Array(list) if !list.is_empty() => Some(List {
                entries: list
                    .iter()
                    .map(|value| Slot::read(node.entry(value), problems))
                    .collect(),
            }),
            DeValue::Array(_) => {
                node.wrong::<Self>(problems, Some(AT_LEAST_ONE.to_owned()));
                None
            }
            DeValue::Table(_) if T::expected().contains("[[") => {
                let hint = format!("write [[{}]], in double brackets", node.key);
                node.wrong::<Self>(problems, Some(hint));
                None
            }
            _ => {
                node.wrong::<Self>(problems, None);
                None
            }
        }
    }
}

/// What an empty list lacks.
const AT_LEAST_ONE: &str = "it needs at least one entry";

impl<T: JsonSchema> JsonSchema for List<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        format!("ListOf{}", T::schema_name()).into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "array",
            "items": generator.subschema_for::<T>(),
            "minItems": 1
        })
    }
}

/// One value, or a list of them where each becomes models of its own.
#[derive(Debug)]
pub struct Axis<T> {
    /// Its values, at least one; those refused are empty.
    pub values: Vec<Slot<T>>,
}

impl<T: Read> Read for Axis<T> {
    fn expected() -> String {
        format!("{}, or a list of them", T::expected())
    }

    fn read(node: Node<'_>, problems: &mut Problems) -> Option<Axis<T>> {
        let values = match node.value {
            DeValue::Array(list) if list.is_empty() => {
                node.wrong::<Self>(problems, Some(AT_LEAST_ONE.to_owned()));
                return None;
            }
            DeValue::Array(list) if list.len() > limits::AXIS => {
                let found = node.says(&format!("a list of {}", counted(list.len(), "value")));
                problems.add(
                    node.span,
                    found,
                    format!("at most {}", counted(limits::AXIS, "value")),
                );
                return None;
            }
            DeValue::Array(list) => list
                .iter()
                .map(|value| Slot::read(node.entry(value), problems))
                .collect(),
            DeValue::String(_) | DeValue::Boolean(_) | DeValue::Integer(_) | DeValue::Float(_) => {
                vec![Slot::read(node, problems)]
            }
            DeValue::Datetime(_) | DeValue::Table(_) => {
                node.wrong::<Self>(problems, None);
                return None;
            }
        };
        Some(Axis { values })
    }
}

impl<T: Read> JsonSchema for Axis<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        format!("AxisOf{}", T::schema_name()).into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let lone = T::lone_schema(generator);
        let value = generator.subschema_for::<T>();
        json_schema!({
            "anyOf": [
                lone,
                { "type": "array", "items": value, "minItems": 1, "maxItems": limits::AXIS, "uniqueItems": true }
            ]
        })
    }
}

/// The entries of a value that may be a list but is one value all the same.
pub fn read_entries<T: Read, Outer: Read>(
    node: Node<'_>,
    problems: &mut Problems,
) -> Option<Vec<Slot<T>>> {
    match node.value {
        DeValue::Array(list) if !list.is_empty() => Some(
            list.iter()
                .map(|value| Slot::read(node.entry(value), problems))
                .collect(),
        ),
        DeValue::Integer(_) | DeValue::Float(_) => Some(vec![Slot::read(node, problems)]),
        _ => {
            node.wrong::<Outer>(problems, None);
            None
        }
    }
}
