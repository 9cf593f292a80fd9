//! What a results folder holds before training: its runs.csv, its journal, and what they sum to.

use std::path::Path;

use super::Event;
use crate::error::Result;
use crate::plan::{Plan, identity};
use crate::results::Store;
use crate::results::folder::{JOURNAL, Provenance, RUNS, ResultsFolder};
use crate::results::journal::Scan;
use crate::training::Run;

/// What a folder holds before training.
pub struct Known {
    /// Of the journal, if there is one.
    pub scan: Option<Scan>,
    /// Positions whose loss curve is there, ascending.
    pub curves: Vec<u64>,
    /// Epochs trained before, summed, as far as is known.
    pub network_epochs: u64,
    /// Seconds they took.
    pub seconds: f64,
}

impl Known {
    /// Reads the folder's table and journal into the store; tells what is damaged.
    pub fn load(
        plan: &Plan,
        folder: &ResultsFolder,
        store: &mut Store,
        on_event: &(dyn Fn(Event) + Sync),
    ) -> Result<Known> {
        let curve_epochs = plan.curve_epochs();
        let mut known = Known {
            scan: None,
            curves: Vec::new(),
            network_epochs: 0,
            seconds: 0.0,
        };
        let has_curve = |run: &Run| {
            let due = curve_epochs
                .iter()
                .take_while(|&&epoch| epoch <= run.outcome.epochs);
            !run.curve.is_empty() && due.eq(run.curve.iter().map(|(epoch, _)| epoch))
        };
        if folder.has(RUNS) {
            store.scan_table(&folder.file(RUNS), &mut |position, run| {
                if has_curve(run) {
                    known.curves.push(position);
                }
            })?;
            // Only for the sums: a folder without it is as good.
            if let Ok(before) = Provenance::load(folder.path()) {
                known.network_epochs = before.network_epochs;
                known.seconds = before.training_seconds;
            }
        }
        let identity = identity(&plan.manifest);
        let path = folder.file(JOURNAL);
        known.scan = store.scan_journal(&path, identity, &mut |position, run| {
            known.network_epochs += run.outcome.epochs;
            if has_curve(run) {
                known.curves.push(position);
            }
        })?;
        known.curves.sort_unstable();
        if let Some(scan) = &known.scan {
            known.seconds += scan.seconds;
            warn_of_damage(scan, &path, on_event);
        }
        Ok(known)
    }
}

fn warn_of_damage(scan: &Scan, path: &Path, on_event: &(dyn Fn(Event) + Sync)) {
    let path = path.display();
    for damage in &scan.damage {
        on_event(Event::Warning(format!(
            "{path}: bytes {} to {} are damaged (their checksum does not match); the runs in them are trained again",
            damage.from, damage.to
        )));
    }
    if scan.torn > 0 {
        on_event(Event::Warning(format!(
            "{path}: the last {} bytes were not completely written and are cut; the runs in them are trained again",
            scan.torn
        )));
    }
}
