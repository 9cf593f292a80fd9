//! What the report is made from: the plan, what its runs say, and a few runs retrained step by
//! step.
//!
//! Nothing is computed here; the findings are only looked up.

use std::collections::HashMap;
use std::ops::Range;

use ndarray::Array2;

use crate::plan::Plan;
use crate::report::table::Table;
use crate::statistics::Findings;
use crate::training::Trace;

/// Everything that the pages and figures show.
#[derive(Clone, Copy)]
pub struct ReportData<'a> {
    /// The experiment and its grid of models.
    pub plan: &'a Plan,
    /// What the runs say.
    pub findings: &'a Findings,
    /// summary.csv, one row per model in the plan's order.
    pub summary: &'a Table,
    /// comparisons.csv.
    pub comparisons: &'a Table,
    /// survival.csv, grouped by model.
    pub survival: &'a Table,
    /// failures.csv, grouped by model.
    pub failures: &'a Table,
    /// curves.csv, grouped by model.
    pub curves: &'a Table,
    /// Models × prediction columns, model by model: what each predicts.
    pub predictions: &'a [Dots<'a>],
    /// Runs retrained step by step; those of a model stand together.
    pub episodes: &'a [Episode],
}

/// The predictions of one model for one prediction column, each drawn as a dot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dots<'a> {
    /// Finite values, ascending: those of all runs, or evenly spaced quantiles of them.
    pub values: &'a [f64],
    /// How many runs they stand for.
    pub runs: u64,
}

impl<'a> ReportData<'a> {
    /// What a model predicts for prediction `column`; both are positions in the plan.
    pub fn dots(&self, model: usize, column: usize) -> Option<Dots<'a>> {
        Some(Dots {
            values: self.findings.dots.get(model)?.get(column)?,
            runs: self.findings.summaries.get(model)?.runs,
        })
    }
}

/// One run of a model, retrained and watched.
#[derive(Debug, Clone, PartialEq)]
pub struct Episode {
    /// The model's position in the plan.
    pub model: usize,
    /// The run's seed.
    pub seed: u64,
    /// When it converged, if it did.
    pub convergence_epoch: Option<u64>,
    /// The network at some epochs, ascending, from its initial weights (epoch 0).
    pub frames: Vec<Frame>,
}

/// A network after some updates.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Updates made.
    pub epoch: u64,
    /// Mean squared error on the training rows.
    pub mse: f64,
    /// Per layer (fan-in, and one more row for a bias) × fan-out.
    pub weights: Vec<Array2<f64>>,
    /// Per layer, the output layer last, rows × neurons: what each neuron gives for each
    /// training row and then each query.
    pub activations: Vec<Array2<f64>>,
}

impl Episode {
    /// The run that was traced.
    pub fn new(model: usize, trace: Trace) -> Self {
        let frames = trace.snapshots.into_iter().map(|snapshot| {
            let mut activations = snapshot.hidden;
            activations.push(snapshot.outputs);
            Frame {
                epoch: snapshot.epoch,
                mse: snapshot.mse,
                weights: snapshot.parameters.layers,
                activations,
            }
        });
        Episode {
            model,
            seed: trace.outcome.seed,
            convergence_epoch: trace.outcome.convergence_epoch,
            frames: frames.collect(),
        }
    }
}

/// Reads the cells of a table by the names of its columns.
pub struct Reader<'a> {
    table: &'a Table,
    columns: HashMap<&'a str, usize>,
}

impl<'a> Reader<'a> {
    /// A reader of `table`.
    pub fn new(table: &'a Table) -> Self {
        let columns = table
            .header
            .iter()
            .enumerate()
            .map(|(position, name)| (name.as_str(), position))
            .collect();
        Reader { table, columns }
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.table.rows.len()
    }

    /// A cell's text; empty if there is no such row or column.
    pub fn text(&self, row: usize, column: &str) -> &'a str {
        let cells = self.table.rows.get(row);
        let position = self.columns.get(column);
        cells
            .zip(position)
            .and_then(|(cells, position)| cells.get(*position))
            .map_or("", String::as_str)
    }

    /// A cell's number; `None` if it is empty or not a finite number.
    pub fn number(&self, row: usize, column: &str) -> Option<f64> {
        let value: f64 = self.text(row, column).parse().ok()?;
        value.is_finite().then_some(value)
    }

    /// A share and its interval, from the columns NAME, NAME_low and NAME_high.
    pub fn interval(&self, row: usize, name: &str) -> Option<(f64, f64, f64)> {
        Some((
            self.number(row, name)?,
            self.number(row, &format!("{name}_low"))?,
            self.number(row, &format!("{name}_high"))?,
        ))
    }

    /// The rows of each model, for a table in which they stand together.
    pub fn by_model(&self) -> HashMap<&'a str, Range<usize>> {
        let mut groups: HashMap<&str, Range<usize>> = HashMap::new();
        for row in 0..self.rows() {
            groups
                .entry(self.text(row, "model"))
                .and_modify(|range| range.end = row + 1)
                .or_insert(row..row + 1);
        }
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_read_by_name() {
        let line = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<_>>();
        let table = Table {
            header: line("model,rate,rate_low,rate_high"),
            rows: vec![line("a,0.5,0.4,0.6"), line("a,,0,1"), line("b,inf,0,1")],
        };
        let reader = Reader::new(&table);
        assert_eq!(reader.interval(0, "rate"), Some((0.5, 0.4, 0.6)));
        assert_eq!(reader.interval(1, "rate"), None);
        assert_eq!(reader.number(2, "rate"), None);
        assert_eq!(reader.text(9, "rate"), "");
        assert_eq!(reader.by_model()["a"], 0..2);
        assert_eq!(reader.by_model()["b"], 2..3);
    }
}
