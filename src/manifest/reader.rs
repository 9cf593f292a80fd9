//! Reads a TOML tree into typed values, keeping where each was written.
//!
//! A type that can stand in a manifest implements [`Read`] (how it is read and what a
//! message says was expected) and schemars' `JsonSchema` (what an editor checks). Unlike a
//! serde derive, reading doesn't end at the first problem: it reports each and goes on.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::diagnostic::{Problems, Span, alternatives, counted, nearest, quoted};
use super::limits;
use super::words::Word;

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

    fn entry(self, value: &'a Spanned<DeValue<'a>>) -> Node<'a> {
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
    fn wrong<T: Read>(self, problems: &mut Problems, hint: Option<String>) {
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

    fn read(node: Node<'_>, problems: &mut Problems) -> Slot<T>
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
    pub fn read<T: Table>(
        table: &'a DeTable<'a>,
        span: Span,
        homes: &[(&'static str, &'static [&'static str])],
        problems: &mut Problems,
    ) -> T {
        let mut reader = TableReader {
            table,
            title: T::TITLE,
            span,
            mistyped: BTreeSet::new(),
            problems,
        };
        reader.refuse_unknown::<T>(homes);
        T::fill(&mut reader)
    }

    fn refuse_unknown<T: Table>(&mut self, homes: &[(&'static str, &'static [&'static str])]) {
        for key in self.table.keys() {
            let name = key.get_ref().as_ref();
            if T::KEYS.contains(&name) {
                continue;
            }
            let home = homes
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
        Some(TableReader::read(
            table,
            node.span,
            super::raw::HOMES,
            problems,
        ))
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
