//! The predictions of one model's runs, prediction by prediction. A study with hundreds of them
//! would need kilobytes a run: beyond some megabytes they are put on a shelf outside memory, and
//! come back one prediction at a time.

use std::borrow::Cow;
use std::collections::TryReserveError;
use std::fmt::Debug;

use crate::error::Result;

/// Asked between two steps of the statistics, which of millions of runs take a second each: an
/// error ends them.
pub type GoOn<'a> = &'a dyn Fn() -> Result<()>;

/// A place outside memory for numbers that are not needed for a while.
pub trait Shelf: Debug {
    /// Puts numbers away, behind all that are there already.
    ///
    /// # Errors
    /// [`Error::Io`](crate::Error::Io) if there is no room.
    fn put(&self, numbers: &[f64]) -> Result<()>;

    /// Appends `count` numbers to `to`, from the one on that `first` were put away before.
    ///
    /// # Errors
    /// [`Error::Io`](crate::Error::Io) if they can't be read.
    fn fetch(&self, first: u64, count: usize, to: &mut Vec<f64>) -> Result<()>;

    /// How many numbers are there.
    fn len(&self) -> u64;
}

/// The predictions of some runs (Q × O each), in the order of the runs.
#[derive(Debug, Clone, Default)]
pub struct PredictionColumns<'s> {
    /// Of the runs since the last that were put away: prediction by prediction, NaN where one is
    /// not finite.
    columns: Vec<Vec<f64>>,
    shelved: Vec<Block>,
    shelf: Option<&'s dyn Shelf>,
}

/// Runs whose predictions are on the shelf, prediction by prediction.
#[derive(Debug, Clone, Copy)]
struct Block {
    first: u64,
    runs: usize,
}

impl<'s> PredictionColumns<'s> {
    /// So many predictions of no runs yet; without a shelf, all are held in memory.
    pub fn new(predictions: usize, shelf: Option<&'s dyn Shelf>) -> Self {
        PredictionColumns {
            columns: vec![Vec::new(); predictions],
            shelved: Vec::new(),
            shelf,
        }
    }

    /// Makes room in memory for so many more runs.
    ///
    /// # Errors
    /// If there is not so much memory.
    pub fn reserve(&mut self, runs: usize) -> Result<(), TryReserveError> {
        let mut columns = self.columns.iter_mut();
        columns.try_for_each(|column| column.try_reserve_exact(runs))
    }

    /// Adds those of the next run.
    pub fn push(&mut self, predictions: &[f64]) {
        for (at, column) in self.columns.iter_mut().enumerate() {
            column.push(predictions.get(at).copied().unwrap_or(f64::NAN));
        }
    }

    /// Numbers that are held in memory.
    pub fn held(&self) -> usize {
        self.columns.iter().map(Vec::len).sum()
    }

    /// Puts what is held in memory on the shelf, if there is one.
    ///
    /// # Errors
    /// If the shelf is full.
    pub fn put_away(&mut self) -> Result<()> {
        let Some(shelf) = self.shelf else {
            return Ok(());
        };
        let runs = self.columns.first().map_or(0, Vec::len);
        let first = shelf.len();
        for column in &mut self.columns {
            shelf.put(column)?;
            column.clear();
        }
        self.shelved.push(Block { first, runs });
        Ok(())
    }

    /// Frees the room of runs that have not come.
    pub fn shrink(&mut self) {
        self.columns.iter_mut().for_each(Vec::shrink_to_fit);
    }

    /// The values of one prediction (from 0) in the order of the runs.
    ///
    /// # Errors
    /// If the shelf can't be read.
    pub fn column(&self, at: usize) -> Result<Cow<'_, [f64]>> {
        let held = self.columns.get(at).map_or(&[][..], Vec::as_slice);
        let Some(shelf) = self.shelf.filter(|_| !self.shelved.is_empty()) else {
            return Ok(Cow::Borrowed(held));
        };
        let runs: usize = self.shelved.iter().map(|block| block.runs).sum();
        let mut values = Vec::with_capacity(runs + held.len());
        for block in &self.shelved {
            let first = block.first + (at * block.runs) as u64;
            shelf.fetch(first, block.runs, &mut values)?;
        }
        values.extend_from_slice(held);
        Ok(Cow::Owned(values))
    }
}
