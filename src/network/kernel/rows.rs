//! The rows to train on and the queries, in the form the kernel reads: one after the other in
//! memory, the bias as one more input that is always 1.

use crate::network::lanes::Element;

/// Inputs of a row that are not 0, in a hundred, and however many there are: with fewer, those that
/// are 0 are left out instead of multiplied by; README.md says why.
const SPARSE: (usize, usize) = (30, 4);

/// How many inputs are 0, which decides how they are multiplied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filling {
    /// None.
    Full,
    /// Some.
    Partial,
    /// Most.
    Sparse,
}

/// Rows of as many inputs and targets each.
#[derive(Debug, Clone)]
pub(super) struct Rows<E> {
    /// R × (I, and 1 for the bias if there is one).
    inputs: Vec<E>,
    /// R × O; of queries none.
    targets: Vec<E>,
    /// Of each row the inputs that are not 0, the bias last.
    places: Vec<u32>,
    /// Where the places of each row end.
    ends: Vec<usize>,
    filling: Filling,
    bias: bool,
    /// I, and 1 for the bias.
    stride: usize,
    outputs: usize,
}

/// Rows that follow each other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block<'r, E> {
    /// B × (I, and 1 for the bias if there is one).
    pub inputs: &'r [E],
    /// B × O; of queries none.
    pub targets: &'r [E],
    pub filling: Filling,
    places: &'r [u32],
    ends: &'r [usize],
    /// Of the first row's places the first, among all rows'.
    begin: usize,
}

impl<E: Element> Rows<E> {
    /// Room for so many rows of so many inputs and targets each, so that growing never holds two
    /// copies.
    pub fn with_room(rows: usize, inputs: usize, bias: bool, outputs: usize) -> Rows<E> {
        let stride = inputs + usize::from(bias);
        Rows {
            inputs: Vec::with_capacity(rows * stride),
            targets: Vec::with_capacity(rows * outputs),
            places: Vec::with_capacity(rows * stride),
            ends: Vec::with_capacity(rows),
            filling: Filling::Full,
            bias,
            stride,
            outputs,
        }
    }

    /// Adds a row, rounded to the precision.
    pub fn push<'a>(
        &mut self,
        inputs: impl Iterator<Item = &'a f64>,
        targets: impl Iterator<Item = &'a f64>,
    ) {
        let begin = self.inputs.len();
        self.inputs.extend(inputs.map(|&value| E::from_f64(value)));
        self.inputs.extend(self.bias.then(|| E::from_f64(1.0)));
        let inputs = (0..).zip(&self.inputs[begin..]);
        let places = inputs.filter(|(_, value)| value.to_f64() != 0.0);
        self.places.extend(places.map(|(place, _)| place));
        self.ends.push(self.places.len());
        (self.targets).extend(targets.map(|&target| E::from_f64(target)));
        self.filling = filling(self.len(), self.inputs.len(), self.places.len());
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// R × O.
    pub fn targets(&self) -> &[E] {
        &self.targets
    }

    /// At most `count` rows from `first` on.
    pub fn block(&self, first: usize, count: usize) -> Block<'_, E> {
        let last = first.saturating_add(count).min(self.len());
        let begin = match first {
            0 => 0,
            _ => self.ends[first - 1],
        };
        Block {
            inputs: &self.inputs[first * self.stride..last * self.stride],
            targets: &self.targets[first * self.outputs..last * self.outputs],
            filling: self.filling,
            places: &self.places,
            ends: &self.ends[first..last],
            begin,
        }
    }

    /// How many of all rows' inputs are 0.
    pub fn filling(&self) -> Filling {
        self.filling
    }

    /// The same rows, as if most inputs were 0.
    #[cfg(test)]
    pub fn into_sparse(self) -> Self {
        Rows {
            filling: Filling::Sparse,
            ..self
        }
    }

    /// Every row's inputs as bits, if all are 0 or 1, at most 32, and without a bias.
    pub fn patterns(&self) -> Option<Vec<u32>> {
        let bits = |values: &[E]| {
            let mut pattern = 0;
            for (place, value) in values.iter().enumerate() {
                match value.to_f64() {
                    0.0 => {}
                    1.0 => pattern |= 1 << place,
                    _ => return None,
                }
            }
            Some(pattern)
        };
        if self.bias || self.stride == 0 || self.stride > 32 {
            return None;
        }
        self.inputs.chunks_exact(self.stride).map(bits).collect()
    }
}

/// Of rows with so many inputs in all, of which so many are not 0.
fn filling(rows: usize, inputs: usize, filled: usize) -> Filling {
    let (share, a_row) = SPARSE;
    if filled == inputs {
        Filling::Full
    } else if filled * 100 < inputs * share || filled < rows * a_row {
        Filling::Sparse
    } else {
        Filling::Partial
    }
}

impl<'r, E: Copy> Block<'r, E> {
    /// B.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Of each row, the places of the inputs that are not 0, the bias last.
    #[inline(always)]
    pub fn places(self) -> impl Iterator<Item = &'r [u32]> {
        let mut begin = self.begin;
        self.ends.iter().map(move |&end| {
            let places = &self.places[begin..end];
            begin = end;
            places
        })
    }
}
