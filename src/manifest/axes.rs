//! The axes of the grid: one table of what a manifest may list several values of. How an axis
//! is read, named, compared, written as a column and drawn is one entry of [`AXES`]; grid,
//! baseline, identity, differences, columns and charts loop over it.

use self::reading::{Fixed, Typed, criterion_values, fixed, split_seeds, values};
use super::choices::{Choices, Value};
use super::data::PartitionKey;
use super::diagnostic::Problems;
use super::raw::{BaselineTable, Root};
use crate::network::Criterion;
use crate::text::grouped;

pub mod reading;

/// An axis of the grid.
#[derive(Clone, Copy)]
pub struct Axis {
    /// Its key in `[compare] baseline`; in the manifest too, but for what stands in a table of its
    /// own there.
    pub key: &'static str,
    /// Its column in runs.csv and summary.csv: the key, unless a column of results is called so.
    pub column: &'static str,
    /// The manifest's table in which it stands.
    pub table: &'static str,
    /// Its key in that table; the same but for what stands in a table of its own there.
    pub written: &'static str,
    /// What its column says, for columns.csv.
    pub meaning: &'static str,
    /// The column's unit.
    pub unit: &'static str,
    /// Title of a chart's axis.
    pub title: &'static str,
    /// Its name in a sentence.
    pub name: &'static str,
    /// A value in a sentence, with `{}` where the value's label stands.
    pub phrase: &'static str,
    /// Whether it is a column, and part of the identity, even of studies that leave it at its
    /// default. So are the axes of version 0.1. A newer one is not, or every study of before
    /// would have another runs.csv, and its folder would be refused.
    pub always: bool,
    value: fn(&Choices) -> Value<'_>,
    /// Copies this axis's value from one model's choices to another's.
    copy: fn(&mut Choices, &Choices),
    /// Its values in a manifest; the default where the key is missing.
    read: fn(&Root, &mut Problems) -> Option<Vec<Choices>>,
    /// The value that `[compare] baseline` fixes, and where it is written; `None` of an axis that
    /// no baseline may fix.
    fixed: Option<fn(&BaselineTable) -> Fixed>,
}

/// `axis!(TABLE.KEY => FIELD, { WORDS })`: the entry of the axis that stands in the manifest as
/// `[TABLE] KEY` and among a model's [`Choices`] as FIELD. With `never fixed` no baseline may fix
/// it; `read FUNCTION` where its values are not those of that key alone.
macro_rules! axis {
    ($table:ident.$key:ident => $($field:ident).+, { $($words:tt)* }) => {
        axis!(@ $table, $key, stringify!($key), $($field).+, axis!(@read $table.$key => $($field).+),
            Some(|table| fixed(&table.$key, |to, value| to.$($field).+ = value.typed())),
            { $($words)* })
    };
    ($table:ident.$key:ident => $($field:ident).+, never fixed, { $($words:tt)* }) => {
        axis!(@ $table, $key, stringify!($key), $($field).+, axis!(@read $table.$key => $($field).+),
            None, { $($words)* })
    };
    ($table:ident.$written:literal as $key:ident => $($field:ident).+, never fixed, read $read:expr, { $($words:tt)* }) => {
        axis!(@ $table, $key, $written, $($field).+, $read, None, { $($words)* })
    };
    (@read $table:ident.$key:ident => $($field:ident).+) => {
        |root, problems| {
            let slot = root.$table.get().map(|table| &table.$key);
            values(slot, |to, value| to.$($field).+ = value.typed(), problems)
        }
    };
    (@ $table:ident, $key:ident, $written:expr, $($field:ident).+, $read:expr, $fixed:expr,
        { $($word:ident: $text:literal,)* }) => {
        Axis {
            key: stringify!($key),
            column: stringify!($key),
            table: stringify!($table),
            written: $written,
            $($word: $text,)*
            value: |choices| Value::from(&choices.$($field).+),
            copy: |to, from| to.$($field).+ = from.$($field).+.clone(),
            read: $read,
            fixed: $fixed,
        }
    };
}

/// `criterion!(KEY as COLUMN => KIND, { WORDS })`: the entry of a criterion of convergence,
/// `[convergence] KEY` in the manifest. A model has one criterion: the axes of the others have
/// no value ([`Value::Nothing`]) there.
macro_rules! criterion {
    ($key:ident as $column:ident => $kind:ident, { $($word:ident: $text:literal,)* }) => {
        Axis {
            key: stringify!($key),
            column: stringify!($column),
            table: "convergence",
            written: stringify!($key),
            $($word: $text,)*
            value: |choices| {
                let Criterion::$kind(value) = choices.settings.criterion else {
                    return Value::Nothing;
                };
                Value::Number(value)
            },
            copy: |to, from| {
                if let Criterion::$kind(_) = from.settings.criterion {
                    to.settings.criterion = from.settings.criterion;
                }
            },
            read: |root, problems| {
                let table = root.convergence.get();
                let slot = table.map(|table| &table.$key);
                criterion_values(table, slot, Criterion::$kind, problems)
            },
            fixed: Some(|table| {
                fixed(&table.$key, |to, value| {
                    to.settings.criterion = Criterion::$kind(value.typed());
                })
            }),
        }
    };
}

/// The axes, the slowest first: the grid counts like a number whose digits they are.
pub const AXES: &[Axis] = &[
    axis!(network.hidden => hidden, {
        meaning: "neurons of each hidden layer, first layer first; 0 is the single neuron",
        unit: "neurons",
        title: "hidden neurons",
        name: "hidden neurons",
        phrase: "{} hidden",
        always: true,
    }),
    axis!(network.activation => activation, {
        meaning: "activation function of the hidden layers; the output layer is sigmoid",
        unit: "",
        title: "activation",
        name: "activation",
        phrase: "{}",
        always: true,
    }),
    axis!(network.bias => bias, {
        meaning: "whether every neuron has a bias weight",
        unit: "TRUE or FALSE",
        title: "bias",
        name: "bias",
        phrase: "{} bias",
        always: true,
    }),
    axis!(initialization.range => range, {
        meaning: "initial weights are uniform between minus this and this",
        unit: "",
        title: "range r of the initial weights, uniform(−r, r)",
        name: "range",
        phrase: "range {}",
        always: true,
    }),
    axis!(training.learning_rate => settings.learning.learning_rate, {
        meaning: "factor on the gradient of half the summed squared error",
        unit: "",
        title: "learning rate",
        name: "learning rate",
        phrase: "learning rate {}",
        always: true,
    }),
    axis!(training.momentum => settings.learning.momentum, {
        meaning: "share of the previous update that is added to the next",
        unit: "",
        title: "momentum",
        name: "momentum",
        phrase: "momentum {}",
        always: true,
    }),
    criterion!(tolerance as tolerance => Tolerance, {
        meaning: "a run has converged when every |target - output| is below this",
        unit: "",
        title: "tolerance",
        name: "tolerance",
        phrase: "tolerance {}",
        always: true,
    }),
    criterion!(accuracy as criterion_accuracy => Accuracy, {
        meaning: "a run has converged when at least this share of the training rows is right",
        unit: "",
        title: "share of right rows that a run needs",
        name: "required accuracy",
        phrase: "required accuracy {}",
        always: false,
    }),
    criterion!(mse as criterion_mse => Mse, {
        meaning: "a run has converged when its mean squared error is below this",
        unit: "",
        title: "mean squared error that a run needs",
        name: "required mse",
        phrase: "required mse {}",
        always: false,
    }),
    axis!(data.scale => partition.scale, {
        meaning: "how inputs are scaled, fitted on the training rows alone",
        unit: "",
        title: "scaling of the inputs",
        name: "scaling",
        phrase: "scaling {}",
        always: false,
    }),
    axis!(data.set_column => partition.set_column, never fixed, {
        meaning: "column of the data file that says which set a row belongs to",
        unit: "",
        title: "column of sets",
        name: "column of sets",
        phrase: "sets of {}",
        always: false,
    }),
    axis!(data."split.seed" as split_seed => partition.split_seed, never fixed, read split_seeds, {
        meaning: "seed by which rows are shared out to the sets",
        unit: "",
        title: "seed of the split",
        name: "seed of the split",
        phrase: "split seed {}",
        always: false,
    }),
];

impl Axis {
    /// The value of a model.
    pub fn value<'a>(&self, choices: &'a Choices) -> Value<'a> {
        (self.value)(choices)
    }

    /// A value in words: `4 hidden`, `single neuron`, `momentum 0.5`, `without bias`.
    pub fn phrase(&self, value: Value<'_>) -> String {
        match value {
            Value::Layers([]) => value.label(),
            Value::Layers(_)
            | Value::Word(_)
            | Value::Truth(_)
            | Value::Number(_)
            | Value::Text(_)
            | Value::Nothing => self.phrase.replace("{}", &value.label()),
        }
    }

    /// Whether a study with these values of it shows it.
    pub(super) fn is_shown(&self, values: &[Value<'_>]) -> bool {
        self.always || *values != [self.value(&Choices::default())]
    }

    /// The key with its table: `training.epochs`.
    pub fn path(&self) -> String {
        format!("{}.{}", self.table, self.written)
    }

    /// What a baseline says of this axis.
    pub(super) fn fixed(&self, table: &BaselineTable) -> Fixed {
        self.fixed.map_or(Fixed::Free, |fixed| fixed(table))
    }

    /// Whether a baseline may fix it.
    pub(super) fn is_fixable(&self) -> bool {
        self.fixed.is_some()
    }
}

/// The values of every axis of a manifest: what its grid is the product of.
#[derive(Debug, Clone, PartialEq)]
pub struct Axes {
    /// Per entry of [`AXES`] its values, each as choices of which only that axis counts.
    values: Vec<Vec<Choices>>,
}

impl Axes {
    /// The axes of a manifest, each value once; `None` if one of them was refused.
    pub(super) fn read(root: &Root, problems: &mut Problems) -> Option<Axes> {
        // All are read before any is given up: every problem is to be reported.
        let values: Vec<_> = AXES
            .iter()
            .map(|axis| (axis.read)(root, problems))
            .collect();
        let values = values.into_iter().collect::<Option<_>>()?;
        // The only axis without a default.
        root.network.get()?.hidden.get()?;
        Some(Axes { values })
    }

    /// Axes of these values, in the order of [`AXES`], each value once.
    #[cfg(test)]
    pub(super) fn new(values: Vec<Vec<Choices>>) -> Axes {
        assert_eq!(values.len(), AXES.len());
        Axes { values }
    }

    /// Every axis with its values.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Axis, Vec<Value<'_>>)> {
        AXES.iter().zip(&self.values).map(|(axis, values)| {
            let values = values.iter().map(|choices| axis.value(choices));
            (axis, values.collect())
        })
    }

    /// The axes that are columns of the study, and part of its identity, with their values.
    pub fn shown(&self) -> impl Iterator<Item = (&'static Axis, Vec<Value<'_>>)> {
        self.iter().filter(|(axis, values)| axis.is_shown(values))
    }

    /// The values of the axis with this key, which must be one of [`AXES`].
    pub fn of(&self, key: &str) -> Vec<Value<'_>> {
        let found = self.iter().find(|(axis, _)| axis.key == key);
        found.map(|(_, values)| values).unwrap_or_default()
    }

    /// Every way to share out and scale the rows, in the order in which the grid first has it.
    pub(super) fn partitions(&self) -> Vec<PartitionKey> {
        let mut keys = vec![Choices::default()];
        let axes = AXES.iter().zip(&self.values);
        for (axis, values) in axes.filter(|(axis, _)| axis.table == "data") {
            let longer = keys.iter().flat_map(|key| {
                values.iter().map(|value| {
                    let mut key = key.clone();
                    (axis.copy)(&mut key, value);
                    key
                })
            });
            keys = longer.collect();
        }
        keys.into_iter().map(|key| key.partition).collect()
    }

    /// How many values each axis has.
    pub fn lengths(&self) -> Vec<usize> {
        self.values.iter().map(Vec::len).collect()
    }

    /// Cells of the grid.
    pub fn models(&self) -> u128 {
        // Axes have at most 10,000 values each: so many of them that this overflows can't be.
        let lengths = self.values.iter().map(|values| values.len() as u128);
        lengths.fold(1, u128::saturating_mul)
    }

    /// `4 hidden × 2 bias`, for the axes that have several values.
    pub fn product(&self) -> String {
        let several = AXES
            .iter()
            .zip(&self.values)
            .filter(|(_, values)| values.len() > 1);
        let factors =
            several.map(|(axis, values)| format!("{} {}", grouped(values.len() as u128), axis.key));
        factors.collect::<Vec<_>>().join(" × ")
    }

    /// The choices of the model at a position of the grid, from 0.
    pub fn choices(&self, model: usize) -> Choices {
        let mut choices = Choices::default();
        for ((axis, values), digit) in AXES.iter().zip(&self.values).zip(self.digits(model)) {
            (axis.copy)(&mut choices, &values[digit]);
        }
        choices
    }

    /// The position on each axis of the model at a position of the grid.
    pub fn digits(&self, model: usize) -> Vec<usize> {
        let mut rest = model;
        let mut digits: Vec<usize> = self
            .values
            .iter()
            .rev()
            .map(|values| {
                let digit = rest % values.len();
                rest /= values.len();
                digit
            })
            .collect();
        digits.reverse();
        digits
    }

    /// The inverse of [`Axes::digits`].
    pub fn model(&self, digits: &[usize]) -> usize {
        let places = digits.iter().zip(&self.values);
        places.fold(0, |model, (digit, values)| model * values.len() + digit)
    }
}

/// `[compare] baseline`: per entry of [`AXES`], the position of the value that the baseline
/// has; `None` where it follows the compared model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Baseline(pub Vec<Option<usize>>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_of_later_is_shown_where_a_study_sets_it() {
        let momentum = AXES.iter().find(|axis| axis.key == "momentum").unwrap();
        let later = Axis {
            always: false,
            ..*momentum
        };
        let default = [Value::Number(0.0)];
        assert!(momentum.is_shown(&default) && !later.is_shown(&default));
        assert!(later.is_shown(&[Value::Number(0.9)]));
        assert!(later.is_shown(&[Value::Number(0.0), Value::Number(0.9)]));
    }
}
