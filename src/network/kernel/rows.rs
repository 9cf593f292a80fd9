//! The rows to train on and the queries, in the form the kernel reads: without the inputs that
//! are 0, one after the other in memory, so that many rows stream through.

use crate::network::lanes::Element;

/// An input of a row that is not 0.
#[derive(Debug, Clone, Copy)]
pub(super) struct Term<E> {
    pub input: usize,
    pub value: E,
    /// Whether the value is 1, as most are: then a multiplication is saved.
    pub one: bool,
}

/// A row to train on, or a query (whose targets are empty).
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'r, E> {
    pub terms: &'r [Term<E>],
    pub targets: &'r [E],
}

impl<E: Element> Row<'_, E> {
    /// The inputs as bits, if all are 0 or 1 and there are at most 32.
    pub fn pattern(&self) -> Option<u32> {
        let mut pattern = 0;
        for term in self.terms {
            if !term.one || term.input >= 32 {
                return None;
            }
            pattern |= 1 << term.input;
        }
        Some(pattern)
    }
}

/// Rows of as many targets each.
#[derive(Debug, Clone)]
pub(super) struct Rows<E> {
    terms: Vec<Term<E>>,
    /// Where the terms of each row end.
    ends: Vec<usize>,
    targets: Vec<E>,
    outputs: usize,
}

impl<E: Element> Rows<E> {
    /// Room for so many rows of so many inputs and targets each, so that growing never holds two
    /// copies.
    pub fn with_room(rows: usize, inputs: usize, outputs: usize) -> Rows<E> {
        Rows {
            terms: Vec::with_capacity(rows * inputs),
            ends: Vec::with_capacity(rows),
            targets: Vec::with_capacity(rows * outputs),
            outputs,
        }
    }

    /// Adds a row, rounded to the precision. Inputs that are 0 are left out: they add 0, also to a
    /// diverged network, on every backend and in every kernel.
    pub fn push<'a>(
        &mut self,
        inputs: impl Iterator<Item = &'a f64>,
        targets: impl Iterator<Item = &'a f64>,
    ) {
        let inputs = inputs.map(|&value| E::from_f64(value)).enumerate();
        let terms = inputs.filter(|(_, value)| value.to_f64() != 0.0);
        self.terms.extend(terms.map(|(input, value)| Term {
            input,
            value,
            one: value.to_f64() == 1.0,
        }));
        self.ends.push(self.terms.len());
        self.targets
            .extend(targets.map(|&target| E::from_f64(target)));
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// All rows in their order.
    pub fn iter(&self) -> impl Iterator<Item = Row<'_, E>> {
        self.part(0, self.len())
    }

    /// At most `count` rows from `first` on.
    #[inline(always)]
    pub fn part(&self, first: usize, count: usize) -> impl Iterator<Item = Row<'_, E>> {
        let last = first.saturating_add(count).min(self.len());
        let mut begin = match first {
            0 => 0,
            _ => self.ends[first - 1],
        };
        let ends = self.ends[first..last].iter();
        let mut targets = &self.targets[first * self.outputs..last * self.outputs];
        ends.map(move |&end| {
            let terms = &self.terms[begin..end];
            begin = end;
            let (own, rest) = targets.split_at(self.outputs);
            targets = rest;
            Row {
                terms,
                targets: own,
            }
        })
    }
}
