//! How many rows and cells the derived tables have, and which of them the workbook shows.

use super::part::Part;
use crate::plan::Plan;
use crate::report::workbook::WORKBOOK_CELLS;
use crate::report::{columns, comparisons, confusion, curves, failures, summary, survival};
use crate::results::RunRows;

/// Ways in which the runs of a model end where there are few rows: a guess.
const ENDINGS: u64 = 4;
/// With more rows than this they are told apart by how many rows are wrong, of classes by how many
/// of each: nearly every run has its own.
pub const FEW_ROWS: usize = 20;

/// Rows and columns of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Rows without the header.
    pub rows: u64,
    /// Columns.
    pub columns: u64,
}

impl Extent {
    /// Cells without the header's.
    pub fn cells(self) -> u64 {
        self.rows.saturating_mul(self.columns)
    }
}

/// The tables of a results folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tables {
    /// runs.csv.
    pub runs: Extent,
    /// summary.csv.
    pub summary: Extent,
    /// comparisons.csv.
    pub comparisons: Extent,
    /// failures.csv.
    pub failures: Extent,
    /// confusion.csv; no rows without classes.
    pub confusion: Extent,
    /// survival.csv.
    pub survival: Extent,
    /// curves.csv.
    pub curves: Extent,
    /// columns.csv.
    pub columns: Extent,
}

impl Tables {
    /// Of the folder of a part of a plan.
    pub fn new(plan: &Plan, part: Part) -> Tables {
        let extent = |rows: u64, columns: usize| Extent {
            rows,
            columns: columns as u64,
        };
        let models = plan.models.len() as u64;
        let (seeds, epochs) = (plan.manifest.seeds.count(), plan.manifest.epochs);
        let compared = (0..plan.models.len()).filter(|&model| plan.baseline(model) != model);
        // A step at every epoch at which runs converged, if half of them did.
        let steps = 1 + seeds.div_ceil(2).min(epochs);
        let points = plan.curve_epochs().len() as u64;
        let classes = plan.manifest.data.classes.as_ref();
        let classes = classes.map_or(0, |classes| classes.names.len() as u64);
        let endings = match plan.manifest.data.first().rows() {
            0..=FEW_ROWS => ENDINGS.min(seeds),
            rows if classes == 0 => seeds.min(rows as u64),
            _ => seeds,
        };
        let pools = plan.pools().len() as u64;
        Tables {
            runs: extent(part.runs, RunRows::new(plan).heads().len()),
            summary: extent(models + pools, summary::columns(plan).0.len()),
            comparisons: extent(
                compared.count() as u64 + pools,
                comparisons::columns(plan).0.len(),
            ),
            confusion: extent(
                (models + pools) * classes * (classes + 1),
                confusion::columns(plan).0.len(),
            ),
            failures: extent(models * endings, failures::columns(plan).0.len()),
            survival: extent(models * steps, survival::columns(plan).0.len()),
            curves: extent(models * points, curves::columns().0.len()),
            columns: extent(
                columns::rows(plan).count() as u64,
                columns::columns().0.len(),
            ),
        }
    }

    /// Cells of the workbook: of the tables that there is room for, in the order in which it
    /// takes them.
    pub fn cells_of_workbook(&self) -> u64 {
        let order = [
            self.columns,
            self.summary,
            self.comparisons,
            self.failures,
            self.confusion,
            self.curves,
            self.runs,
        ];
        order.iter().fold(0, |taken, table| {
            let cells = table.cells();
            if taken + cells <= WORKBOOK_CELLS {
                taken + cells
            } else {
                taken
            }
        })
    }

    /// Whether the runs are kept for the workbook.
    pub fn workbook_has_room_for_runs(&self) -> bool {
        self.runs.cells() <= WORKBOOK_CELLS
    }
}
