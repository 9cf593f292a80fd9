//! Tables and their keys: values with the places where they are written, unknown, misplaced
//! and missing keys reported.

use std::borrow::Cow;
use std::collections::BTreeSet;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::manifest::diagnostic::{Problems, Span};
use crate::text::{alternatives, nearest, quoted};

/// Every table of a document with its keys: where a misplaced key belongs.
pub type Homes = &'static [(&'static str, &'static [&'static str])];

/// A value of the tree with its key and place.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    /// The key that it, or the list that it is in, is the value of.
    pub key: &'a str,
    /// Whether it is an entry of a list.
    pub entry: bool,
    /// The value.
    pub value: &'a DeValue<'a>,
    /// Where it is written.
    pub span: Span,
}

impl<'a> Node<'a> {
    /// The value of a key.
    pub fn of(key: &'a str, value: &'a Spanned<DeValue<'a>>) -> Node<'a> {
        Node {
            key,
            entry: false,
            value: value.get_ref(),
            span: value.span().into(),
        }
    }

    /// An entry of the list that this node is.
    pub fn entry(self, value: &'a Spanned<DeValue<'a>>) -> Node<'a> {
        Node {
            entry: true,
            ..Node::of(self.key, value)
        }
    }

    /// `epochs is 0` or, in a list, `hidden has "x"`.
    pub fn says(self, what: &str) -> String {
        format!(
            "{} {} {what}",
            self.key,
            if self.entry { "has" } else { "is" }
        )
    }

    /// The value in words.
    fn described(self) -> String {
        match self.value {
            DeValue::String(text) => quoted(text),
            DeValue::Integer(number) => quoted(&number.to_string()).trim_matches('"').to_owned(),
            DeValue::Float(number) => quoted(number.as_str()).trim_matches('"').to_owned(),
            DeValue::Boolean(value) => value.to_string(),
            DeValue::Datetime(value) => format!("the date or time {value}"),
            DeValue::Array(list) if list.is_empty() => "an empty list".to_owned(),
            DeValue::Array(_) => "a list".to_owned(),
            DeValue::Table(_) => "a table".to_owned(),
        }
    }

    /// Reports that the value is not what `T` reads.
    pub fn wrong<T: Read>(self, problems: &mut Problems, hint: Option<String>) {
        let hint = hint.or_else(|| self.unquoted::<T>());
        problems.add_with_hint(self.span, self.says(&self.described()), T::expected(), hint);
    }

    /// Advice for a number or boolean in quotes.
    fn unquoted<T: Read>(self) -> Option<String> {
        let DeValue::String(text) = self.value else {
            return None;
        };
        let plain = text.trim();
        let value =
            plain.parse::<f64>().is_ok_and(f64::is_finite) || plain == "true" || plain == "false";
        (value && !T::expected().starts_with('"')).then(|| format!("write {plain} without quotes"))
    }
}

/// A value that a manifest can hold.
pub trait Read: Sized + JsonSchema {
    /// Completes "expected …".
    fn expected() -> String;
    /// How a message names the key when it is missing.
    fn named(key: &str) -> String {
        key.to_owned()
    }
    /// The JSON Schema of one value where a list would be an axis.
    fn lone_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<Self>()
    }
    /// The value; `None` after reporting why not.
    fn read(node: Node<'_>, problems: &mut Problems) -> Option<Self>;
}

/// A key's value with its place; empty if the key is missing or its value was refused.
#[derive(Debug)]
pub struct Slot<T> {
    value: Option<T>,
    span: Option<Span>,
}

impl<T> Slot<T> {
    /// The value, if it is there and was accepted.
    pub fn get(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// Where the value is written, accepted or not; `None` if it is missing.
    pub fn span(&self) -> Option<Span> {
        self.span
    }

    /// Whether the key is there, whatever its value.
    pub fn is_present(&self) -> bool {
        self.span.is_some()
    }

    /// The value of a node that is there.
    pub(super) fn read(node: Node<'_>, problems: &mut Problems) -> Slot<T>
    where
        T: Read,
    {
        Slot {
            value: T::read(node, problems),
            span: Some(node.span),
        }
    }
}

impl<T> Default for Slot<T> {
    fn default() -> Slot<T> {
        Slot {
            value: None,
            span: None,
        }
    }
}

impl<T: JsonSchema> JsonSchema for Slot<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }
    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// A table with a fixed set of keys.
pub trait Table: Sized + JsonSchema {
    /// How messages call it: `[network]`.
    const TITLE: &'static str;
    /// Every table of the document that it belongs to.
    const HOMES: Homes;
    /// Its keys.
    const KEYS: &'static [&'static str];
    /// Takes each key from the reader.
    fn fill(reader: &mut TableReader<'_, '_>) -> Self;
}

/// Hands out the values of one table, reporting unknown and missing keys.
pub struct TableReader<'a, 'p> {
    table: &'a DeTable<'a>,
    title: &'static str,
    span: Span,
    /// Keys that an unknown key was probably meant to be: not reported as missing too.
    mistyped: BTreeSet<&'static str>,
    problems: &'p mut Problems,
}

impl<'a> TableReader<'a, '_> {
    /// Reads a table of type `T` that is written at `span`.
    pub fn read<T: Table>(table: &'a DeTable<'a>, span: Span, problems: &mut Problems) -> T {
        let mut reader = TableReader {
            table,
            title: T::TITLE,
            span,
            mistyped: BTreeSet::new(),
            problems,
        };
        reader.refuse_unknown::<T>();
        T::fill(&mut reader)
    }

    fn refuse_unknown<T: Table>(&mut self) {
        for key in self.table.keys() {
            let name = key.get_ref().as_ref();
            if T::KEYS.contains(&name) {
                continue;
            }
            let home = T::HOMES
                .iter()
                .find(|(title, keys)| *title != T::TITLE && keys.contains(&name));
            let near = nearest(name, T::KEYS.iter().copied());
            let hint = match (home, near) {
                (Some((title, _)), _) => Some(format!("belongs in {title}")),
                (None, Some(key)) => {
                    // `near` is one of the keys, whose lifetime is static.
                    self.mistyped.extend(T::KEYS.iter().find(|k| **k == key));
                    Some(format!("did you mean {key}?"))
                }
                (None, None) => None,
            };
            let keys: Vec<String> = T::KEYS.iter().map(|key| (*key).to_owned()).collect();
            self.problems.add_with_hint(
                key.span().into(),
                format!("unknown key {} in {}", quoted(name), T::TITLE),
                alternatives(&keys),
                hint,
            );
        }
    }

    /// A key that must be there.
    pub fn required<T: Read>(&mut self, key: &'static str) -> Slot<T> {
        let slot = self.optional(key);
        if !slot.is_present() && !self.mistyped.contains(key) {
            let found = format!("{} has no {}", self.title, T::named(key));
            self.problems.missing(self.span, found, T::expected());
        }
        slot
    }

    /// A key that may be there.
    pub fn optional<T: Read>(&mut self, key: &'static str) -> Slot<T> {
        match self.table.get(key) {
            Some(value) => Slot::read(Node::of(key, value), self.problems),
            None => Slot::default(),
        }
    }
}

/// A table, as the value of a key.
impl<T: Table> Read for T {
    fn expected() -> String {
        format!("a table {} with {}", T::TITLE, T::KEYS.join(", "))
    }

    fn named(_: &str) -> String {
        T::TITLE.to_owned()
    }

    fn read(node: Node<'_>, problems: &mut Problems) -> Option<T> {
        let DeValue::Table(table) = node.value else {
            let hint = matches!(node.value, DeValue::Array(_))
                .then(|| format!("write {} once, in single brackets", T::TITLE));
            node.wrong::<T>(problems, hint);
            return None;
        };
        Some(TableReader::read(table, node.span, problems))
    }
}
