//! The axes and their product: no value twice, a baseline that exists, a size that fits.

use std::fmt::Debug;

use crate::manifest::diagnostic::Problems;
use crate::manifest::raw::{Root, defaults};
use crate::manifest::reader::{Axis, OneOf, Read, Real, Slot};
use crate::network::Activation;

/// The values of every axis.
pub struct Axes {
    pub hidden: Vec<Vec<usize>>,
    pub activation: Vec<Activation>,
    pub bias: Vec<bool>,
    pub range: Vec<f64>,
    pub learning_rate: Vec<f64>,
    pub momentum: Vec<f64>,
    pub tolerance: Vec<f64>,
}

impl Axes {
    /// How many values each axis has, slowest first.
    pub fn lengths(&self) -> [usize; 7] {
        [
            self.hidden.len(),
            self.activation.len(),
            self.bias.len(),
            self.range.len(),
            self.learning_rate.len(),
            self.momentum.len(),
            self.tolerance.len(),
        ]
    }

    /// Cells of the grid.
    pub fn models(&self) -> u128 {
        // Each is at most 10,000, so seven of them stay below 2^94.
        self.lengths()
            .iter()
            .map(|&length| length as u128)
            .product()
    }
}

/// The axes; `None` if one of them was refused.
pub fn axes(root: &Root, problems: &mut Problems) -> Option<Axes> {
    let network = root.network.get();
    let initialization = root.initialization.get();
    let training = root.training.get();
    let convergence = root.convergence.get();
    let hidden =
        network.and_then(|table| values(&table.hidden, |layers| layers.0.clone(), None, problems));
    let choice = |choice: &OneOf<Activation>| choice.0;
    let activation = or_default(
        network.map(|t| &t.activation),
        choice,
        defaults::ACTIVATION,
        problems,
    );
    let bias = or_default(
        network.map(|t| &t.bias),
        |bias| *bias,
        defaults::BIAS,
        problems,
    );
    let range = reals(initialization.map(|t| &t.range), defaults::RANGE, problems);
    let learning_rate = reals(
        training.map(|t| &t.learning_rate),
        defaults::LEARNING_RATE,
        problems,
    );
    let momentum = reals(training.map(|t| &t.momentum), defaults::MOMENTUM, problems);
    let tolerance = reals(
        convergence.map(|t| &t.tolerance),
        defaults::TOLERANCE,
        problems,
    );
    Some(Axes {
        hidden: hidden?,
        activation: activation?,
        bias: bias?,
        range: range?,
        learning_rate: learning_rate?,
        momentum: momentum?,
        tolerance: tolerance?,
    })
}

fn reals<B>(
    slot: Option<&Slot<Axis<Real<B>>>>,
    default: f64,
    problems: &mut Problems,
) -> Option<Vec<f64>>
where
    Real<B>: Read,
{
    or_default(slot, |real| real.value, default, problems)
}

fn or_default<T: Read, V: PartialEq + Debug>(
    slot: Option<&Slot<Axis<T>>>,
    value: impl Fn(&T) -> V,
    default: V,
    problems: &mut Problems,
) -> Option<Vec<V>> {
    match slot {
        Some(slot) => values(slot, value, Some(default), problems),
        None => Some(vec![default]),
    }
}

/// The values of an axis, each once.
fn values<T: Read, V: PartialEq + Debug>(
    slot: &Slot<Axis<T>>,
    value: impl Fn(&T) -> V,
    default: Option<V>,
    problems: &mut Problems,
) -> Option<Vec<V>> {
    let Some(axis) = slot.get() else {
        return default
            .filter(|_| !slot.is_present())
            .map(|value| vec![value]);
    };
    let mut values: Vec<V> = Vec::with_capacity(axis.values.len());
    let mut sound = true;
    for entry in &axis.values {
        let Some(value) = entry.get().map(&value) else {
            sound = false;
            continue;
        };
        if values.contains(&value) {
            problems.add(
                entry.span().unwrap_or_default(),
                "a value that is in the list already",
                "each value once, since every value is a model of its own",
            );
            sound = false;
        }
        values.push(value);
    }
    sound.then_some(values)
}
