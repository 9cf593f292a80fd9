//! A cell of the grid.

use crate::manifest::Choices;

/// One cell of the grid: everything that differs between models.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Position in the grid, from 0.
    pub index: usize,
    /// `single-neuron`, `hidden-4`, `hidden-8x4:learning_rate=0.5`.
    pub name: String,
    /// Its value on every axis.
    pub choices: Choices,
}
