//! Lists: of entries, of values that are an axis, of parts of one value.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use toml::de::DeValue;

use super::{Node, Read, Slot};
use crate::manifest::diagnostic::Problems;
use crate::manifest::limits;
use crate::text::counted;

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
