//! One run again: retrained by its seed, held against its stored row cell by cell, and traced
//! epoch by epoch.

use std::path::Path;

use crate::error::{Error, Result};
use crate::results::folder::RUNS;
use crate::plan::Plan;
use crate::results::record::{Columns, Record, parse_number, parse_whole, same_value, shown};
use crate::training::{self, Feed, Outcome, Task, Trace};

use super::Study;

/// The most digits a seed may have, as everywhere in Seedbed.
const LARGEST_SEED: u64 = 999_999_999_999_999;

/// A retrained run.
#[derive(Debug, Clone)]
pub struct Replay {
    /// Its row.
    pub record: Record,
    /// Its weights and losses along the way, the initial and the final ones included.
    pub trace: Trace,
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
    /// [`Error::Unreadable`] if runs.csv is no table.
    pub fn replay(&self, model: &str, seed: u64, results: Option<&Path>) -> Result<Replay> {
        training::backend()?;
        let plan = &self.plan;
        let model = find_model(plan, model)?;
        check_seed(plan, seed, results.is_some())?;
        let task = Task::new(plan, model, &[]);
        let record = Record::new(model, train_one(&task, seed)?);
        let trace = training::trace(&task, seed, &epochs_to_show(plan, &record));
        let mut table = match results {
            Some(folder) => Table::read(plan, folder, &record)?,
            None => Table::default(),
        };
        let stored = match table.row.take() {
            Some((line, cells)) => compare(plan, &record, line, &cells),
            None => Stored::Nothing,
        };
        Ok(Replay {
            record,
            trace,
            stored,
            peers: table.peers,
        })
    }
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
    let all = || (0..seeds.count()).filter_map(|at| seeds.get(at));
    if seed > LARGEST_SEED {
        return Err(Error::Usage(format!("seed {seed} has more than 15 digits")));
    }
    if !must_be_listed || all().any(|known| known == seed) {
        return Ok(());
    }
    let (low, high) = all().fold((u64::MAX, 0), |(low, high), s| (low.min(s), high.max(s)));
    Err(Error::Usage(format!(
        "there is no seed {seed} in these results: its {} seeds are from {low} to {high}; \
         give the manifest in place of the results to train another",
        seeds.count()
    )))
}

/// One seed through the batched kernel, as every stored run went.
fn train_one(task: &Task, seed: u64) -> Result<Outcome> {
    struct One {
        seed: Option<u64>,
        outcome: Option<Outcome>,
    }
    impl Feed for One {
        fn next_seed(&mut self) -> Option<u64> {
            self.seed.take()
        }
        fn finished(&mut self, outcome: Outcome) {
            self.outcome = Some(outcome);
        }
    }
    let mut one = One {
        seed: Some(seed),
        outcome: None,
    };
    training::train(task, &mut one);
    one.outcome
        .ok_or_else(|| Error::Differs(format!("seed {seed} was trained without a result")))
}

/// Updates made before the final weights: a run that stopped at its convergence epoch did not
/// make that epoch's update.
fn updates(plan: &Plan, record: &Record) -> u64 {
    let outcome = &record.outcome;
    let stopped = plan.manifest.stop && outcome.convergence_epoch == Some(outcome.epochs);
    outcome.epochs - u64::from(stopped)
}

/// The numbers of updates after which the run is looked at: none, the manifest's curve epochs,
/// 1-2-5 steps, the convergence, and all.
fn epochs_to_show(plan: &Plan, record: &Record) -> Vec<u64> {
    let last = updates(plan, record);
    let converged = record.outcome.convergence_epoch.map(|epoch| epoch - 1);
    let mut epochs = vec![0, last];
    epochs.extend(converged);
    epochs.extend(plan.curve_epochs());
    epochs.extend(round_epochs());
    epochs.retain(|epoch| *epoch <= last);
    epochs.sort_unstable();
    epochs.dedup();
    epochs
}

/// 1, 2, 5, 10, 20, 50, …
fn round_epochs() -> impl Iterator<Item = u64> {
    (0..16).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_u64.pow(power)))
}

/// What runs.csv says of one run and of its peers. Rows of other models are not looked at, so
/// that a damaged row does not hide a good one.
#[derive(Debug, Default)]
struct Table {
    row: Option<(u64, Vec<String>)>,
    peers: Vec<Vec<f64>>,
}

impl Table {
    fn read(plan: &Plan, folder: &Path, record: &Record) -> Result<Table> {
        let path = folder.join(RUNS);
        let unreadable = |error: csv::Error| {
            let line = error.position().map_or(1, csv::Position::line);
            Error::Unreadable {
                path: path.clone(),
                line,
                column: 1,
                message: error.to_string(),
            }
        };
        let file = std::fs::File::open(&path).map_err(Error::io("read", &path))?;
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(file);
        let columns = Columns::new(plan);
        let names = columns.names();
        let at = |name: &str| names.iter().position(|known| known == name).unwrap_or(0);
        let (seed_at, first_prediction) = (at("seed"), at("gradient_norm") + 1);
        let mut table = Table {
            row: None,
            peers: vec![Vec::new(); columns.predictions()],
        };
        for (index, row) in reader.records().enumerate() {
            let row = row.map_err(unreadable)?;
            // No cell of runs.csv holds a line end, so rows are lines.
            let line = index as u64 + 1;
            if index == 0 {
                check_header(&path, names, &row)?;
                continue;
            }
            if row.get(0).map(str::trim) != Some(columns.model_name(record.model)) {
                continue;
            }
            for (peer, values) in table.peers.iter_mut().enumerate() {
                values.extend(row.get(first_prediction + 2 * peer).and_then(parse_number));
            }
            if row.get(seed_at).and_then(parse_whole) == Some(record.outcome.seed) {
                table.row = Some((line, row.iter().map(str::to_owned).collect()));
            }
        }
        Ok(table)
    }
}

/// The header must be the manifest's.
fn check_header(path: &Path, names: &[String], row: &csv::StringRecord) -> Result<()> {
    let found = |at| {
        row.get(at)
            .unwrap_or("nothing")
            .trim_start_matches('\u{feff}')
    };
    let wrong = (0..names.len().max(row.len()))
        .find(|at| names.get(*at).map(String::as_str) != Some(found(*at)));
    match wrong {
        None => Ok(()),
        Some(at) => Err(Error::Unreadable {
            path: path.to_owned(),
            line: 1,
            column: at as u64 + 1,
            message: format!(
                "the column is \"{}\", expected \"{}\"",
                shown(found(at)),
                names.get(at).map_or("no more columns", String::as_str)
            ),
        }),
    }
}

fn compare(plan: &Plan, record: &Record, line: u64, stored: &[String]) -> Stored {
    let columns = Columns::new(plan);
    let cells = columns.cells(record);
    let stored_at = |at: usize| stored.get(at).map_or("", |cell| cell.trim());
    let differs = (0..cells.len()).find(|at| !same_value(stored_at(*at), &cells[*at]));
    match differs {
        None => Stored::Identical { line },
        Some(at) => Stored::Differs {
            line,
            column: columns.names()[at].clone(),
            stored: shown(stored_at(at)),
            retrained: cells[at].clone(),
        },
    }
}
