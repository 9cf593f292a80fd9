//! `[compare]`: a baseline that exists.

use super::grid::Axes;
use crate::manifest::Baseline;
use crate::manifest::diagnostic::Problems;
use crate::manifest::raw::{BaselineTable, Root};
use crate::manifest::reader::{Read, Slot};
use crate::manifest::words::Word;
use crate::network::Activation;
use crate::text::alternatives;
use crate::text::shortest;

/// What fixes the baseline; `None` if what was given matches no model.
pub fn read(root: &Root, axes: &Axes, problems: &mut Problems) -> Option<Baseline> {
    if !root.compare.is_present() {
        return Some(default_baseline(axes));
    }
    let slot = &root.compare.get()?.baseline;
    let (table, at) = (slot.get()?, slot.span()?);
    let before = problems.is_empty();
    let real = |value: &f64| shortest(*value);
    let hidden = fixed(
        &table.hidden,
        "hidden",
        &axes.hidden,
        |v| v.0.clone(),
        layers,
        problems,
    );
    let activation = fixed(
        &table.activation,
        "activation",
        &axes.activation,
        |v| v.0,
        word,
        problems,
    );
    let bias = fixed(
        &table.bias,
        "bias",
        &axes.bias,
        |v| *v,
        bool::to_string,
        problems,
    );
    let range = fixed(
        &table.range,
        "range",
        &axes.range,
        |v| v.value,
        real,
        problems,
    );
    let learning_rate = fixed(
        &table.learning_rate,
        "learning_rate",
        &axes.learning_rate,
        |v| v.value,
        real,
        problems,
    );
    let momentum = fixed(
        &table.momentum,
        "momentum",
        &axes.momentum,
        |v| v.value,
        real,
        problems,
    );
    let tolerance = fixed(
        &table.tolerance,
        "tolerance",
        &axes.tolerance,
        |v| v.value,
        real,
        problems,
    );
    if names_nothing(table) && before {
        problems.add(
            at,
            "a baseline that fixes nothing",
            "at least one axis value, such as { hidden = 0 }",
        );
    }
    Some(Baseline {
        hidden,
        activation,
        bias,
        range,
        learning_rate,
        momentum,
        tolerance,
    })
}

fn names_nothing(table: &BaselineTable) -> bool {
    !(table.hidden.is_present()
        || table.activation.is_present()
        || table.bias.is_present()
        || table.range.is_present()
        || table.learning_rate.is_present()
        || table.momentum.is_present()
        || table.tolerance.is_present())
}

/// Without `[compare]`: the single neuron of the same other values, if there is one beside
/// other widths; else the grid's first model.
fn default_baseline(axes: &Axes) -> Baseline {
    if axes.hidden.len() > 1 && axes.hidden.iter().any(Vec::is_empty) {
        return Baseline {
            hidden: Some(Vec::new()),
            ..Baseline::default()
        };
    }
    Baseline {
        hidden: axes.hidden.first().cloned(),
        activation: axes.activation.first().copied(),
        bias: axes.bias.first().copied(),
        range: axes.range.first().copied(),
        learning_rate: axes.learning_rate.first().copied(),
        momentum: axes.momentum.first().copied(),
        tolerance: axes.tolerance.first().copied(),
    }
}

/// A baseline's value, which must be one of its axis.
fn fixed<T: Read, V: PartialEq>(
    slot: &Slot<T>,
    key: &str,
    axis: &[V],
    value: impl Fn(&T) -> V,
    show: impl Fn(&V) -> String,
    problems: &mut Problems,
) -> Option<V> {
    /// Values of the axis that a message lists.
    const LISTED: usize = 12;
    let value = slot.get().map(value)?;
    if !axis.contains(&value) {
        let mut shown: Vec<String> = axis.iter().take(LISTED).map(&show).collect();
        if axis.len() > LISTED {
            shown.push("…".to_owned());
        }
        problems.add(
            slot.span()?,
            format!(
                "a baseline with {key} = {}, which no model has",
                show(&value)
            ),
            alternatives(&shown),
        );
    }
    Some(value)
}

fn layers(widths: &Vec<usize>) -> String {
    match widths.as_slice() {
        [] => "0".to_owned(),
        [width] => width.to_string(),
        widths => format!("{widths:?}"),
    }
}

fn word(activation: &Activation) -> String {
    format!("\"{}\"", activation.word())
}
