//! In what models can differ, and how each value is shown.

use std::fmt;

use super::data::PartitionKey;
use super::limits::defaults;
use super::words::Word;
use crate::network::{Activation, Settings};
use crate::text::{quoted, shortest};

/// One value of every axis: all in which models can differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Choices {
    /// How rows are shared out and scaled.
    pub partition: PartitionKey,
    /// Neurons of each hidden layer; empty for the single neuron.
    pub hidden: Vec<usize>,
    /// Activation of the hidden layers.
    pub activation: Activation,
    /// Whether neurons have a bias.
    pub bias: bool,
    /// Initial weights are uniform(−range, range).
    pub range: f64,
    /// How the network learns.
    pub settings: Settings,
}

/// The values of keys that are left out; `hidden` never is.
impl Default for Choices {
    fn default() -> Self {
        Choices {
            partition: PartitionKey::default(),
            hidden: Vec::new(),
            activation: defaults::ACTIVATION,
            bias: defaults::BIAS,
            range: defaults::RANGE,
            settings: Settings::default(),
        }
    }
}

/// The value of one axis, to be compared and shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// Neurons of each hidden layer.
    Layers(&'a [usize]),
    /// A word of a choice.
    Word(&'static str),
    /// Whether networks have something.
    Truth(bool),
    /// A number.
    Number(f64),
    /// A text of the manifest's own, such as a column's name.
    Text(&'a str),
    /// None: the axis means nothing here.
    Nothing,
}

impl Value<'_> {
    /// As a chart writes it beside a tick.
    pub fn label(self) -> String {
        match self {
            Value::Layers([]) => "single neuron".to_owned(),
            Value::Layers(widths) => joined(widths, "×"),
            Value::Word(word) => word.to_owned(),
            Value::Truth(true) => "with".to_owned(),
            Value::Truth(false) => "without".to_owned(),
            Value::Number(number) => number.to_string(),
            Value::Text(text) => text.to_owned(),
            Value::Nothing => "none".to_owned(),
        }
    }

    /// As the manifest writes it.
    pub fn in_manifest(self) -> String {
        match self {
            Value::Layers([]) => "0".to_owned(),
            Value::Layers([width]) => width.to_string(),
            Value::Layers(widths) => format!("{widths:?}"),
            Value::Word(word) => format!("\"{word}\""),
            Value::Truth(value) => value.to_string(),
            Value::Number(number) => shortest(number),
            Value::Text(text) => quoted(text),
            Value::Nothing => "none".to_owned(),
        }
    }
}

/// As a model's name has it: `8x4`, `tanh`, `true`, `0.5`.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Layers([]) => f.write_str("0"),
            Value::Layers(widths) => f.write_str(&joined(widths, "x")),
            Value::Word(word) => f.write_str(word),
            Value::Truth(value) => write!(f, "{value}"),
            Value::Number(number) => f.write_str(&shortest(*number)),
            Value::Text(text) => f.write_str(text),
            Value::Nothing => f.write_str("none"),
        }
    }
}

fn joined(widths: &[usize], sign: &str) -> String {
    let widths: Vec<String> = widths.iter().map(usize::to_string).collect();
    widths.join(sign)
}

impl<'a> From<&'a Vec<usize>> for Value<'a> {
    fn from(widths: &'a Vec<usize>) -> Self {
        Value::Layers(widths)
    }
}

impl<'a> From<&'a Option<String>> for Value<'a> {
    fn from(text: &'a Option<String>) -> Self {
        text.as_deref().map_or(Value::Nothing, Value::Text)
    }
}

impl From<&Option<u64>> for Value<'_> {
    fn from(number: &Option<u64>) -> Self {
        // Seeds have at most 15 digits, so none is rounded.
        number.map_or(Value::Nothing, |number| Value::Number(number as f64))
    }
}

impl<T: Word> From<&T> for Value<'_> {
    fn from(choice: &T) -> Self {
        Value::Word(choice.word())
    }
}

impl From<&bool> for Value<'_> {
    fn from(value: &bool) -> Self {
        Value::Truth(*value)
    }
}

impl From<&f64> for Value<'_> {
    fn from(value: &f64) -> Self {
        Value::Number(*value)
    }
}
