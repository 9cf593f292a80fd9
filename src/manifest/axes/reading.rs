//! The values of an axis, and of `[compare] baseline`, as the manifest gives them.

use crate::manifest::choices::Choices;
use crate::manifest::diagnostic::{Problems, Span};
use crate::manifest::limits::defaults;
use crate::manifest::raw::{Convergence, Root};
use crate::manifest::reader::{Axis, OneOf, Read, Real, Slot, Whole};
use crate::manifest::values::{ColumnName, Layers, Seed};
use crate::manifest::words::Word;
use crate::network::Criterion;

/// What a baseline says of an axis.
pub enum Fixed {
    /// Nothing: the key is not there.
    Free,
    /// Something that was refused and reported.
    Refused,
    /// A value (that of the axis in these choices), and where it is written.
    To(Choices, Span),
}

/// Turns what the reader gives into what a model holds.
pub trait Typed {
    type Plain;
    fn typed(&self) -> Self::Plain;
}

impl Typed for Layers {
    type Plain = Vec<usize>;
    fn typed(&self) -> Vec<usize> {
        self.0.clone()
    }
}

impl<T: Word> Typed for OneOf<T> {
    type Plain = T;
    fn typed(&self) -> T {
        self.0
    }
}

impl Typed for bool {
    type Plain = bool;
    fn typed(&self) -> bool {
        *self
    }
}

impl<B> Typed for Real<B> {
    type Plain = f64;
    fn typed(&self) -> f64 {
        self.value
    }
}

impl Typed for ColumnName {
    type Plain = Option<String>;
    fn typed(&self) -> Option<String> {
        Some(self.0.trim().to_owned())
    }
}

impl Typed for Whole<Seed> {
    type Plain = Option<u64>;
    fn typed(&self) -> Option<u64> {
        Some(self.value)
    }
}

/// The seeds by which rows are shared out: those of `[data] split`; of a split without them, the
/// default; without a split, none.
pub fn split_seeds(root: &Root, problems: &mut Problems) -> Option<Vec<Choices>> {
    let data = root.data.get();
    let Some(split) = data
        .map(|data| &data.split)
        .filter(|slot| slot.is_present())
    else {
        return Some(vec![Choices::default()]);
    };
    let seed = &split.get()?.seed;
    if !seed.is_present() {
        let mut choices = Choices::default();
        choices.partition.split_seed = Some(defaults::SPLIT_SEED);
        return Some(vec![choices]);
    }
    let set = |to: &mut Choices, seed: &Whole<Seed>| to.partition.split_seed = seed.typed();
    values(Some(seed), set, problems)
}

/// The values of an axis, each once; the default if there are none.
pub fn values<T: Read + Typed>(
    slot: Option<&Slot<Axis<T>>>,
    set: impl Fn(&mut Choices, &T),
    problems: &mut Problems,
) -> Option<Vec<Choices>> {
    let Some(slot) = slot.filter(|slot| slot.is_present()) else {
        return Some(vec![Choices::default()]);
    };
    let mut values: Vec<Choices> = Vec::new();
    let mut sound = true;
    for entry in &slot.get()?.values {
        let Some(typed) = entry.get() else {
            sound = false;
            continue;
        };
        let mut value = Choices::default();
        set(&mut value, typed);
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

/// The values of a criterion of convergence, each once. Where the manifest gives another one, it
/// is that: on this axis no value, not even the default.
pub fn criterion_values<T: Read + Typed<Plain = f64>>(
    table: Option<&Convergence>,
    slot: Option<&Slot<Axis<T>>>,
    kind: fn(f64) -> Criterion,
    problems: &mut Problems,
) -> Option<Vec<Choices>> {
    let present = slot.is_some_and(Slot::is_present);
    match table.and_then(given).filter(|_| !present) {
        Some(other) => {
            let mut choices = Choices::default();
            choices.settings.criterion = other;
            Some(vec![choices])
        }
        None => values(
            slot,
            |to, value| to.settings.criterion = kind(value.typed()),
            problems,
        ),
    }
}

/// The criterion that a manifest gives, with its first value.
fn given(table: &Convergence) -> Option<Criterion> {
    fn first<B>(slot: &Slot<Axis<Real<B>>>, kind: fn(f64) -> Criterion) -> Option<Criterion> {
        let number = slot.get()?.values.first()?.get()?;
        Some(kind(number.value))
    }
    let Convergence {
        tolerance,
        accuracy,
        mse,
        stop: _,
    } = table;
    first(tolerance, Criterion::Tolerance)
        .or_else(|| first(accuracy, Criterion::Accuracy))
        .or_else(|| first(mse, Criterion::Mse))
}

pub fn fixed<T: Typed>(slot: &Slot<T>, set: impl Fn(&mut Choices, &T)) -> Fixed {
    match (slot.get(), slot.span()) {
        (Some(typed), Some(span)) => {
            let mut choices = Choices::default();
            set(&mut choices, typed);
            Fixed::To(choices, span)
        }
        (_, Some(_)) => Fixed::Refused,
        (_, None) => Fixed::Free,
    }
}
