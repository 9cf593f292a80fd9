//! `[compare]`: a baseline that exists.

use crate::manifest::axes::reading::Fixed;
use crate::manifest::axes::{AXES, Axes, Axis, Baseline};
use crate::manifest::choices::Value;
use crate::manifest::diagnostic::{Problems, Span};
use crate::manifest::raw::Root;
use crate::text::alternatives;

/// What fixes the baseline; `None` if what was given matches no model.
pub fn read(root: &Root, axes: &Axes, problems: &mut Problems) -> Option<Baseline> {
    if !root.compare.is_present() {
        return Some(default_baseline(axes));
    }
    let slot = &root.compare.get()?.baseline;
    let (table, at) = (slot.get()?, slot.span()?);
    let before = problems.is_empty();
    let mut nothing = true;
    let mut positions = Vec::new();
    for (axis, values) in axes.iter() {
        let fixed = axis.fixed(table);
        nothing &= matches!(fixed, Fixed::Free);
        positions.push(match fixed {
            Fixed::Free | Fixed::Refused => None,
            Fixed::To(choices, span) => {
                position(axis, axis.value(&choices), &values, span, problems)
            }
        });
    }
    if nothing && before {
        problems.add(
            at,
            "a baseline that fixes nothing",
            "at least one axis value, such as { hidden = 0 }",
        );
    }
    Some(Baseline(positions))
}

/// Without `[compare]`: the single neuron of the same other values, if there is one beside
/// other widths; else the grid's first model, as
/// far as a baseline may be fixed.
fn default_baseline(axes: &Axes) -> Baseline {
    let hidden = axes.of("hidden");
    let single = hidden.iter().position(|value| *value == Value::Layers(&[]));
    match single.filter(|_| hidden.len() > 1) {
        Some(single) => Baseline(
            AXES.iter()
                .map(|axis| (axis.key == "hidden").then_some(single))
                .collect(),
        ),
        None => {
            let first = |axis: &Axis| axis.is_fixable().then_some(0);
            Baseline(AXES.iter().map(first).collect())
        }
    }
}

/// Where on its axis a baseline's value is; it must be one of them.
fn position(
    axis: &Axis,
    value: Value<'_>,
    values: &[Value<'_>],
    at: Span,
    problems: &mut Problems,
) -> Option<usize> {
    /// Values of the axis that a message lists.
    const LISTED: usize = 12;
    let position = values.iter().position(|other| *other == value);
    if position.is_none() {
        let listed = values.iter().take(LISTED);
        let mut shown: Vec<String> = listed.map(|value| value.in_manifest()).collect();
        if values.len() > LISTED {
            shown.push("…".to_owned());
        }
        let expected = match values {
            [Value::Nothing] => format!("none, as [{}] has no {}", axis.table, axis.key),
            _ => alternatives(&shown),
        };
        problems.add(
            at,
            format!(
                "a baseline with {} = {}, which no model has",
                axis.key,
                value.in_manifest()
            ),
            expected,
        );
    }
    position
}
