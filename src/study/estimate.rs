//! What a study would cost, before it is run: time, memory, disk.

use crate::error::Result;
use crate::plan::Plan;
use crate::report::workbook::WORKBOOK_CELLS;
use crate::results::RunRows;
use crate::results::threads::cores;
use crate::training::{Outcome, Run};

use super::speed::Speeds;

/// Memory of the program itself with its threads and buffers, in bytes (measured).
const MEMORY_BASE: u64 = 10_000_000;
/// Memory that every run adds, in bytes: what the statistics need of it (measured).
const MEMORY_PER_RUN: u64 = 60;
/// Memory that every cell of the workbook takes while it is made, in bytes (measured).
const MEMORY_PER_CELL: u64 = 220;
/// The tables, pages and figures of one model without runs, in bytes (measured).
const DISK_BASE: u64 = 230_000;
/// What another model adds to tables, pages and figures, in bytes (measured on widths).
const DISK_PER_MODEL: u64 = 75_000;
/// What a cell takes in the workbook, in bytes (measured on widths).
const DISK_PER_CELL: u64 = 7;

/// What a study would cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Cost {
    /// Seconds of training; `None` without calibration.
    pub seconds: Option<f64>,
    /// Whether runs may stop early, so that the time is an upper limit.
    pub at_most: bool,
    /// Peak memory in bytes.
    pub memory: u64,
    /// Size of the results folder in bytes.
    pub disk: u64,
}

impl Cost {
    /// The cost of all runs of a plan on `threads` threads; the time is measured with `speeds`.
    pub fn new(plan: &Plan, threads: usize, speeds: Option<&mut Speeds>) -> Result<Self> {
        let seconds = match speeds {
            Some(speeds) => Some(seconds(plan, threads, speeds)?),
            None => None,
        };
        let cells = workbook_cells(plan);
        Ok(Cost {
            seconds,
            at_most: plan.manifest.stop,
            memory: MEMORY_BASE + MEMORY_PER_RUN * plan.runs() + MEMORY_PER_CELL * cells,
            disk: DISK_BASE
                + DISK_PER_MODEL * (plan.models.len() as u64 - 1)
                + DISK_PER_CELL * cells
                + runs_csv(plan)
                + losses_csv(plan),
        })
    }
}

/// Time of the whole grid: the work shared by the threads, but never less than its longest
/// indivisible part, since a single run can't be shared.
fn seconds(plan: &Plan, threads: usize, speeds: &mut Speeds) -> Result<f64> {
    let manifest = &plan.manifest;
    let seeds = manifest.seeds.count();
    let cores = cores();
    let mut total = 0.0;
    let mut longest: f64 = 0.0;
    for model in 0..plan.models.len() {
        // With few seeds a batch has empty lanes, so that is what has to be measured.
        let networks = seeds.min(super::speed::full_load(plan, model));
        let busy = threads.min(cores).min(parts(plan, networks));
        let speed = speeds.of(plan, model, networks, busy)?;
        total += seeds as f64 * manifest.epochs as f64 / speed;
        longest = longest.max(networks as f64 * manifest.epochs as f64 / speed);
    }
    Ok((total / threads as f64).max(longest))
}

/// How many threads find something to do.
fn parts(plan: &Plan, networks: u64) -> usize {
    let parts = plan.runs().div_ceil(networks.max(1));
    usize::try_from(parts).unwrap_or(usize::MAX)
}

/// Cells of the runs in the workbook; none where they do not fit.
fn workbook_cells(plan: &Plan) -> u64 {
    let cells = plan
        .runs()
        .saturating_mul(RunRows::new(plan).heads().len() as u64);
    if cells <= WORKBOOK_CELLS { cells } else { 0 }
}

/// Size of runs.csv in bytes, from the line of a run with all its digits.
fn runs_csv(plan: &Plan) -> u64 {
    let columns = RunRows::new(plan);
    let seeds = plan.manifest.seeds.count();
    let last = plan
        .manifest
        .seeds
        .get(seeds.saturating_sub(1))
        .unwrap_or(0);
    let mut line = String::new();
    for model in 0..plan.models.len() {
        columns.write_line(&typical(plan, model, last), &mut line);
    }
    line.len() as u64 * seeds
}

/// Size of losses.csv in bytes: model, seed, epoch and some 21 characters of loss.
fn losses_csv(plan: &Plan) -> u64 {
    let names: usize = plan.models.iter().map(|model| model.name.len()).sum();
    let digits = 12 + 21 + 5;
    let per_seed = names as u64 + digits * plan.models.len() as u64;
    let seeds = plan.manifest.curves.seeds.min(plan.manifest.seeds.count());
    per_seed * seeds * plan.curve_epochs().len() as u64
}

/// A run whose numbers have all their digits.
fn typical(plan: &Plan, model: usize, seed: u64) -> Run {
    let digits = std::f64::consts::PI / 10.0;
    let predictions = plan.prediction_columns().len();
    let outcome = Outcome {
        seed,
        epochs: plan.manifest.epochs,
        convergence_epoch: Some(plan.manifest.epochs / 2),
        mse: digits,
        mse_at_90_percent: Some(digits),
        max_abs_error: digits,
        wrong_rows: vec![1],
        gradient_norm: digits,
        predictions: vec![digits; predictions],
        finite: true,
        weights_hash: u64::MAX,
    };
    Run::new(model, outcome)
}
