//! Stored rows and loss curves against those of runs trained anew.

use std::collections::HashMap;

use super::{Difference, Verification};
use crate::error::Result;
use crate::plan::Plan;
use crate::results::Store;
use crate::results::columns::same_value;
use crate::results::folder::LOSSES;
use crate::text::shown;
use crate::training::Run;

/// Compares retrained runs with their rows and stored loss curves.
pub fn compare(plan: &Plan, store: &Store, runs: Vec<Run>, found: &mut Verification) -> Result<()> {
    let retrained: HashMap<u64, Run> = runs
        .into_iter()
        .filter_map(|run| {
            let position = store.positions().position(run.model, run.outcome.seed);
            Some((position?, run))
        })
        .collect();
    let columns = store.columns();
    store.fetch_rows(retrained.keys().copied(), &mut |position, row, curve| {
        let Some(run) = retrained.get(&position) else {
            return Ok(());
        };
        let cells = columns.cells(run);
        let names = columns.names();
        let cell = (0..names.len())
            .find(|&column| !same_value(row.cells[column].trim(), &cells[column]))
            .map(|column| {
                (
                    names[column].clone(),
                    shown(row.cells[column]),
                    cells[column].clone(),
                )
            });
        if let Some((column, stored, expected)) = cell.or_else(|| curve_difference(run, curve)) {
            found.differences.push(Difference {
                line: row.line(),
                model: plan.models[run.model].name.clone(),
                seed: run.outcome.seed.to_string(),
                column,
                stored,
                expected,
            });
        }
        Ok(())
    })
}

/// The first point in which two loss curves differ, as column, stored and expected.
fn curve_difference(run: &Run, stored: &[(u64, f64)]) -> Option<(String, String, String)> {
    let same = |a: &(u64, f64), b: &(u64, f64)| {
        a.0 == b.0 && (a.1.to_bits() == b.1.to_bits() || a.1.is_nan() && b.1.is_nan())
    };
    let text = |point: Option<&(u64, f64)>| match point {
        Some((epoch, mse)) => format!("{mse} at epoch {epoch}"),
        None => "nothing".to_string(),
    };
    let length = run.curve.len().max(stored.len());
    let differs = |&at: &usize| match (run.curve.get(at), stored.get(at)) {
        (Some(a), Some(b)) => !same(a, b),
        _ => true,
    };
    let at = (0..length).find(differs)?;
    let column = format!("mse in {}", LOSSES);
    Some((column, text(stored.get(at)), text(run.curve.get(at))))
}
