//! losses.csv, the loss curves of the first seeds: its columns, and how it is written and read.

use std::collections::HashMap;
use std::path::Path;

use super::columns::{Column, Columns, Format, Head, parse_number, parse_whole};
use super::runs_csv::{MODEL, RunRows, SEED};
use super::table::{Row, read_table};
use super::watch::Watch;
use crate::error::{Error, Result};
use crate::plan::Positions;
use crate::text::shown;
use crate::training::Run;

/// A loss curve: (epoch, loss).
pub type Curve = Vec<(u64, f64)>;
/// Loss curves by position.
pub type Curves = HashMap<u64, Curve>;

/// A row: one point of a loss curve.
#[derive(Debug, Clone, PartialEq)]
pub struct LossPoint {
    /// Name of the model.
    pub model: String,
    /// The run's seed.
    pub seed: u64,
    /// Epoch, from 1.
    pub epoch: u64,
    /// Loss of its forward pass; NaN if not finite.
    pub mse: f64,
}

/// Where the columns are, in the order of [`losses_columns`].
const MODEL_AT: usize = 0;
const SEED_AT: usize = 1;
const EPOCH_AT: usize = 2;
const MSE_AT: usize = 3;

/// The table: every column of losses.csv, where [`read_losses`] expects them.
pub fn losses_columns() -> Columns<LossPoint> {
    Columns(vec![
        Column::new(MODEL, "name of the model", |point: &LossPoint| {
            point.model.as_str().into()
        }),
        Column::new(
            SEED,
            "seed of the run, one of the first [curves] seeds",
            |point: &LossPoint| point.seed.into(),
        )
        .format(Format::Seed),
        Column::new("epoch", "epoch, counted from 1", |point: &LossPoint| {
            point.epoch.into()
        })
        .unit("epochs")
        .format(Format::Count),
        Column::new(
            "mse",
            "mean squared error over rows and outputs of the epoch's forward pass, before its update; empty if not finite",
            |point: &LossPoint| point.mse.into(),
        )
        .format(Format::Scientific),
    ])
}

/// What is known of the columns of losses.csv without rows, in order.
pub fn losses_heads() -> Vec<Head> {
    losses_columns().heads()
}

/// Appends the lines of a run's loss curve.
pub fn write_losses(columns: &Columns<LossPoint>, model: &str, run: &Run, out: &mut String) {
    let mut point = LossPoint {
        model: model.to_owned(),
        seed: run.outcome.seed,
        epoch: 0,
        mse: f64::NAN,
    };
    for &(epoch, mse) in &run.curve {
        (point.epoch, point.mse) = (epoch, mse);
        columns.write_row(&point, out);
    }
}

/// Reads losses.csv: loss curves by position, epochs ascending.
///
/// # Errors
/// [`Error::Unreadable`] for a cell that can't be read or a run that isn't of this plan.
pub fn read_losses(
    path: &Path,
    runs: &RunRows,
    positions: &Positions,
    watch: &Watch,
) -> Result<Curves> {
    let names: Vec<String> = losses_heads().into_iter().map(|head| head.name).collect();
    let mut curves = Curves::new();
    read_table(path, &names, watch, &mut |row| {
        let (position, epoch, mse) = point(row, runs, positions)?;
        curves.entry(position).or_default().push((epoch, mse));
        Ok(())
    })?;
    for (&position, curve) in &mut curves {
        curve.sort_by_key(|&(epoch, _)| epoch);
        if let Some(pair) = curve.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            let (model, place) = positions.model_and_place(position);
            return Err(Error::Conflict(format!(
                "{}: epoch {} of {} seed {} is there twice",
                path.display(),
                pair[0].0,
                runs.model_name(model),
                positions.seed(place),
            )));
        }
    }
    Ok(curves)
}

/// The run's position, the epoch and the loss that a row holds.
fn point(row: &Row, runs: &RunRows, positions: &Positions) -> Result<(u64, u64, f64)> {
    let cell = |column: usize| row.cells[column].trim();
    let whole = |column: usize| {
        parse_whole(cell(column)).ok_or_else(|| unexpected(row, column, "a whole number"))
    };
    let model = runs.model(cell(MODEL_AT));
    let model =
        model.ok_or_else(|| unexpected(row, MODEL_AT, "the name of a model of this experiment"))?;
    let (seed, epoch) = (whole(SEED_AT)?, whole(EPOCH_AT)?);
    let mse = match cell(MSE_AT) {
        "" => f64::NAN,
        text => parse_number(text)
            .ok_or_else(|| unexpected(row, MSE_AT, "a finite number or nothing"))?,
    };
    match positions.position(model, seed) {
        Some(position) => Ok((position, epoch, mse)),
        None => Err(row.error(
            SEED_AT,
            format!("seed {seed} is not one of this folder's manifest"),
        )),
    }
}

fn unexpected(row: &Row, column: usize, expected: &str) -> Error {
    let found = shown(row.cells[column].trim());
    row.error(column, format!("\"{found}\" where {expected} was expected"))
}
