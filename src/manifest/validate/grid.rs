//! The axes and their product: no value twice, a baseline that exists, a size that fits.

use std::fmt::Debug;

use crate::dataset::Dataset;
use crate::manifest::diagnostic::{Problems, Span, alternatives};
use crate::manifest::raw::{BaselineTable, Root, defaults};
use crate::manifest::reader::{Axis, OneOf, Read, Real, Slot};
use crate::manifest::{Baseline, Curves, Seeds, limits};
use crate::network::Activation;
use crate::number::{bytes, grouped, shortest};

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
    fn lengths(&self) -> [usize; 7] {
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

    fn models(&self) -> u128 {
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

/// What fixes the baseline; `None` if what was given matches no model.
pub fn baseline(root: &Root, axes: &Axes, problems: &mut Problems) -> Option<Baseline> {
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
    use crate::manifest::words::Word;
    format!("\"{}\"", activation.word())
}

/// Refuses what no machine could hold, and says how large it is.
pub fn check_size(
    root: &Root,
    axes: &Axes,
    rows: Option<&Dataset>,
    seeds: Option<&Seeds>,
    curves: Curves,
    problems: &mut Problems,
) {
    let models = axes.models();
    let at = root
        .network
        .get()
        .and_then(|table| table.hidden.span())
        .unwrap_or_default();
    if models > limits::MODELS {
        problems.add(
            at,
            format!("a grid of {} = {} models", product(axes), grouped(models)),
            format!("at most {}", grouped(limits::MODELS)),
        );
        return;
    }
    if let Some(rows) = rows {
        check_networks(root, axes, rows, problems);
    }
    let Some(seeds) = seeds.map(|seeds| u128::from(seeds.count())) else {
        return;
    };
    let runs = models * seeds;
    let table = root.seeds.get();
    let at = table
        .and_then(|table| table.count.span().or(table.list.span()))
        .unwrap_or_default();
    if runs > limits::RUNS {
        problems.add(
            at,
            format!(
                "{} models × {} seeds = {} runs, whose results take {} of memory",
                grouped(models),
                grouped(seeds),
                grouped(runs),
                bytes(runs * limits::BYTES_PER_RUN)
            ),
            format!(
                "at most {} runs ({})",
                grouped(limits::RUNS),
                bytes(limits::RUNS * limits::BYTES_PER_RUN)
            ),
        );
    }
    let losses = models * seeds.min(u128::from(curves.seeds)) * u128::from(curves.points);
    if losses > limits::LOSSES {
        problems.add(
            root.curves.span().unwrap_or_default(),
            format!(
                "{} models × {} curves × {} points = {} losses, {} of memory",
                grouped(models),
                grouped(seeds.min(u128::from(curves.seeds))),
                grouped(u128::from(curves.points)),
                grouped(losses),
                bytes(losses * 16)
            ),
            format!(
                "at most {}: fewer [curves] seeds or points",
                grouped(limits::LOSSES)
            ),
        );
    }
}

/// `4 hidden × 2 bias`, for the axes that have several values.
fn product(axes: &Axes) -> String {
    const KEYS: [&str; 7] = [
        "hidden",
        "activation",
        "bias",
        "range",
        "learning_rate",
        "momentum",
        "tolerance",
    ];
    let factors: Vec<String> = KEYS
        .iter()
        .zip(axes.lengths())
        .filter(|(_, length)| *length > 1)
        .map(|(key, length)| format!("{} {key}", grouped(length as u128)))
        .collect();
    factors.join(" × ")
}

/// Refuses a network whose batch doesn't fit in memory.
fn check_networks(root: &Root, axes: &Axes, rows: &Dataset, problems: &mut Problems) {
    let Some(slot) = root.network.get().map(|table| &table.hidden) else {
        return;
    };
    let entries = slot.get().into_iter().flat_map(|axis| &axis.values);
    for (entry, hidden) in entries.zip(&axes.hidden) {
        let (parameters, size) = batch_bytes(hidden, rows);
        if size > limits::BATCH_BYTES {
            problems.add(
                entry.span().unwrap_or(Span::default()),
                format!(
                    "a network of {} weights, of which {} side by side take {} of memory",
                    grouped(parameters),
                    limits::LANES,
                    bytes(size)
                ),
                format!("at most {}", bytes(limits::BATCH_BYTES)),
            );
        }
    }
}

/// Weights of a network (with biases) and the memory of one thread's networks: weights,
/// gradients and previous updates, and for every row each neuron's activation and delta.
fn batch_bytes(hidden: &[usize], rows: &Dataset) -> (u128, u128) {
    let mut fan_in = rows.inputs.ncols() as u128;
    let (mut parameters, mut neurons) = (0, 0);
    for width in hidden.iter().copied().chain([rows.targets.ncols()]) {
        parameters += (fan_in + 1) * width as u128;
        neurons += width as u128;
        fan_in = width as u128;
    }
    let values = 3 * parameters + 2 * neurons * rows.inputs.nrows() as u128;
    (parameters, 8 * limits::LANES * values)
}
