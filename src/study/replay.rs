//! One run again: retrained by its seed, held against its stored row cell by cell, and traced
//! epoch by epoch.

use std::path::Path;
use std::sync::atomic::Ordering;

use ndarray::Array2;

use crate::error::{Error, Result};
use crate::manifest::LARGEST_SEED;
use crate::network::Start;
use crate::plan::Plan;
use crate::results::columns::{parse_number, parse_whole};
use crate::results::folder::RUNS;
use crate::results::{MODEL, Row, RunRows, SEED, Watch, read_table};
use crate::runner::on_pass;
use crate::text::shown;
use crate::training::{self, Run, Snapshot, Task};

use super::Study;

/// A retrained run.
#[derive(Debug, Clone)]
pub struct Replay {
    /// What it is.
    pub run: Run,
    /// Its twin: the same seed, every initial weight one step of rounding away.
    pub twin: Run,
    /// Its weights and losses along the way, the initial and the final ones included.
    pub snapshots: Vec<Snapshot>,
    /// (R + Q + V + T) × O outputs of its final weights: for the training rows, the situations, the
    /// validation rows and the test rows.
    pub outputs: Array2<f64>,
    /// What is stored of it.
    pub stored: Stored,
    /// Per prediction column, the predictions of all stored runs of its model.
    pub peers: Vec<Vec<f64>>,
}

/// What a results folder says of a run.
#[derive(Debug, Clone, PartialEq)]
pub enum Stored {
    /// There is no results folder, or the run is not in it.
    Nothing,
    /// The row at this line of runs.csv is the same, bit for bit.
    Identical {
        /// Line, from 1.
        line: u64,
    },
    /// The row differs.
    Differs {
        /// Line, from 1.
        line: u64,
        /// The first column that differs.
        column: String,
        /// The cell as it is stored.
        stored: String,
        /// The cell as it was retrained.
        retrained: String,
    },
}

impl Study<'_> {
    /// Retrains one run of this study. With `results`, the run must be one of the manifest's
    /// and is compared with its row there; without, any seed will do.
    ///
    /// # Errors
    /// [`Error::Usage`] for an unknown model (with the nearest name) or seed (with the range);
    /// [`Error::Unreadable`] if runs.csv is no table; [`Error::Interrupted`] if the flag was set.
    pub fn replay(&self, model: &str, seed: u64, results: Option<&Path>) -> Result<Replay> {
        training::backend()?;
        let plan = &self.plan;
        let model = find_model(plan, model)?;
        check_seed(plan, seed, results.is_some())?;
        let task = Task::new(plan, model, &[]);
        let interrupt = self.options.interrupt;
        let interrupted = || interrupt.load(Ordering::Relaxed);
        let trace = |start, epochs: &[u64]| {
            let task = Task { start, ..task };
            training::trace_rows(&task, seed, epochs, &[], &interrupted).ok_or_else(stopped)
        };
        let twin = trace(Start::Stepped, &[])?;
        let trace = trace(Start::Drawn, &epochs_to_show(plan))?;
        let run = Run::new(model, trace.outcome);
        let (stored, peers) = match results {
            Some(folder) => {
                let on_pass = on_pass(None, interrupt, &|_| ());
                let table = Table::read(plan, folder, &run, &Watch::new(&on_pass))?;
                (table.stored, table.peers)
            }
            None => (Stored::Nothing, Vec::new()),
        };
        Ok(Replay {
            run,
            twin: Run::new(model, twin.outcome),
            snapshots: trace.snapshots,
            outputs: trace.outputs,
            stored,
            peers,
        })
    }
}

fn stopped() -> Error {
    Error::Interrupted("interrupted while the run was trained: nothing is kept".to_owned())
}

fn find_model(plan: &Plan, name: &str) -> Result<usize> {
    let mut names = plan.models.iter().map(|model| model.name.as_str());
    if let Some(model) = names.clone().position(|known| known == name) {
        return Ok(model);
    }
    let distance = |known: &&str| strsim::damerau_levenshtein(known, name);
    let nearest = names.clone().min_by_key(distance).unwrap_or_default();
    let all = match plan.models.len() {
        0..=12 => format!(
            " (models: {})",
            names.by_ref().collect::<Vec<_>>().join(", ")
        ),
        count => format!(" (there are {count} models; runs.csv has their names)"),
    };
    Err(Error::Usage(format!(
        "there is no model \"{}\"; did you mean \"{nearest}\"?{all}",
        shown(name)
    )))
}

fn check_seed(plan: &Plan, seed: u64, must_be_listed: bool) -> Result<()> {
    let seeds = &plan.manifest.seeds;
    if seed > LARGEST_SEED {
        return Err(Error::Usage(format!("seed {seed} has more than 15 digits")));
    }
    if !must_be_listed || seeds.iter().any(|known| known == seed) {
        return Ok(());
    }
    let (low, high) = seeds.ends().unwrap_or_default();
    Err(Error::Usage(format!(
        "there is no seed {seed} in these results: its {} seeds are from {low} to {high}; \
         give the manifest in place of the results to train another",
        seeds.count()
    )))
}

/// The numbers of updates after which the run is looked at: none, the manifest's curve epochs,
/// and 1-2-5 steps. A trace adds convergence and end.
fn epochs_to_show(plan: &Plan) -> Vec<u64> {
    let mut epochs = vec![0];
    epochs.extend(plan.curve_epochs());
    epochs.extend(round_epochs());
    epochs
}

/// 1, 2, 5, 10, 20, 50, …
fn round_epochs() -> impl Iterator<Item = u64> {
    (0..16).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_u64.pow(power)))
}

/// What runs.csv says of one run and of its peers. Rows of other models are not looked at, so
/// that a damaged row does not hide a good one.
#[derive(Debug)]
struct Table {
    stored: Stored,
    peers: Vec<Vec<f64>>,
}

impl Table {
    fn read(plan: &Plan, folder: &Path, run: &Run, watch: &Watch) -> Result<Table> {
        let columns = RunRows::new(plan);
        let (model, seed) = (columns.place(MODEL), columns.place(SEED));
        let own = columns.cells(run);
        let predictions = plan.prediction_columns();
        let predictions: Vec<usize> = predictions.iter().map(|name| columns.place(name)).collect();
        let mut table = Table {
            stored: Stored::Nothing,
            peers: vec![Vec::new(); predictions.len()],
        };
        let path = folder.join(RUNS);
        read_table(&path, &columns.names(), watch, &mut |row| {
            if row.cells[model].trim() != columns.model_name(run.model) {
                return Ok(());
            }
            for (values, &place) in table.peers.iter_mut().zip(&predictions) {
                values.extend(parse_number(row.cells[place]));
            }
            if parse_whole(row.cells[seed]) == Some(run.outcome.seed) {
                table.stored = compare(&columns, &own, row);
            }
            Ok(())
        })?;
        Ok(table)
    }
}

/// A stored row against the cells of the retrained run.
fn compare(columns: &RunRows, own: &[String], row: &Row) -> Stored {
    let line = row.line();
    let differs = (0..own.len()).find(|&at| !columns.says_the_same(at, row.cells[at], &own[at]));
    match differs {
        None => Stored::Identical { line },
        Some(at) => Stored::Differs {
            line,
            column: columns.heads()[at].name.clone(),
            stored: shown(row.cells[at].trim()),
            retrained: own[at].clone(),
        },
    }
}
