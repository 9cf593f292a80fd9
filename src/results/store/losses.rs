//! losses.csv: the loss curves of the first seeds.

use std::collections::HashMap;
use std::path::Path;

use crate::error::Result;
use crate::plan::Positions;
use crate::results::columns::{parse_number, parse_whole};
use crate::results::runs_csv::RunRows;
use crate::results::table::read_table;

/// A loss curve: (epoch, loss).
pub type Curve = Vec<(u64, f64)>;
/// Loss curves by position.
pub type Curves = HashMap<u64, Curve>;

/// The columns of losses.csv.
pub fn losses_columns() -> Vec<String> {
    ["model", "seed", "epoch", "mse"].map(String::from).to_vec()
}

/// Reads losses.csv: loss curves by position, epochs ascending.
pub fn read_losses(path: &Path, columns: &RunRows, positions: &Positions) -> Result<Curves> {
    let mut curves = Curves::new();
    read_table(path, &losses_columns(), &mut |row| {
        let cell = |column: usize| row.cells[column].trim();
        let whole = |column: usize| {
            parse_whole(cell(column))
                .ok_or_else(|| row.error(column, expected(cell(column), "a whole number")))
        };
        let Some(model) = columns.model(cell(0)) else {
            return Err(row.error(
                0,
                expected(cell(0), "the name of a model of this experiment"),
            ));
        };
        let (seed, epoch) = (whole(1)?, whole(2)?);
        let mse = match cell(3) {
            "" => f64::NAN,
            text => parse_number(text)
                .ok_or_else(|| row.error(3, expected(text, "a finite number or nothing")))?,
        };
        let Some(position) = positions.position(model, seed) else {
            return Err(row.error(
                1,
                format!("seed {seed} is not one of this folder's manifest"),
            ));
        };
        curves.entry(position).or_default().push((epoch, mse));
        Ok(())
    })?;
    for curve in curves.values_mut() {
        curve.sort_by_key(|&(epoch, _)| epoch);
    }
    Ok(curves)
}

fn expected(found: &str, expected: &str) -> String {
    format!(
        "\"{}\" where {expected} was expected",
        crate::text::shown(found)
    )
}
