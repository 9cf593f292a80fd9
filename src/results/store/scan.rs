//! Scans a journal or a runs.csv and notes in the store where each run is. How strictly a table is
//! read depends on who has written it last.

use std::path::Path;
use std::sync::Arc;

use super::{Curves, Kind, OnRow, Order, Reading, Store, parse};
use crate::error::{Error, Result};
use crate::results::folder::LOSSES;
use crate::results::journal::{self, Entry};
use crate::results::losses::read_losses;
use crate::results::runs_csv::{EPOCHS, RunRows, SEED};
use crate::results::table::{Row, read_table};
use crate::results::watch::Watch;
use crate::training::Run;

impl Store {
    /// Scans a journal. `on_run` sees each run that belongs here, with its position and who
    /// trained it; an entry that can't be one of the plan is damage.
    pub fn scan_journal(
        &mut self,
        path: &Path,
        watch: &Watch,
        on_run: &mut dyn FnMut(u64, &Run, &str),
    ) -> Result<Option<journal::Scan>> {
        let source = self.add_journal(path);
        journal::scan(path, self.identity, watch, &mut |entry: Entry| {
            let run = &entry.run;
            let Some(position) = self.positions.position(run.model, run.outcome.seed) else {
                // Of a seed that the manifest has no longer, perhaps; nothing to believe.
                return true;
            };
            if !self.fits(run) {
                return false;
            }
            if self.extent.contains(&position) {
                self.put(source, position, entry.offset, entry.length as u64);
                on_run(position, run, entry.trainer);
            }
            true
        })
    }

    /// Scans a runs.csv and the losses.csv beside it: every row is read and checked.
    /// `on_run` sees each run with its position, in the order of the rows, and whether it is
    /// in the journal too, which then is where it will be fetched from. Runs among the first
    /// `[curves] seeds` carry their loss curve.
    ///
    /// # Errors
    /// [`Error::Unreadable`] for a cell that can't be read, a run that is there twice or one
    /// that isn't of this plan; what `on_run` returns.
    pub fn scan_table(
        &mut self,
        path: &Path,
        watch: &Watch,
        on_run: &mut dyn FnMut(u64, &Run, bool) -> Result<()>,
    ) -> Result<()> {
        let columns = Arc::clone(&self.columns);
        let seed_column = columns.place(SEED);
        self.scan_rows(path, Reading::Strict, watch, &mut |store, row, curves| {
            let mut run = parse(&columns, row)?;
            let seed = run.outcome.seed;
            let position = store.positions.position(run.model, seed);
            let Some(position) = position.filter(|position| store.extent.contains(position)) else {
                let message = format!("seed {seed} is not one of this folder's runs");
                return Err(row.error(seed_column, message));
            };
            run.curve = store.curve(position, curves);
            if !store.fits(&run) {
                let message = format!(
                    "no run of this manifest ends after {} epochs",
                    run.outcome.epochs
                );
                return Err(row.error(columns.place(EPOCHS), message));
            }
            let in_journal = match store.source_of(position) {
                None => false,
                Some(source) if matches!(source.kind, Kind::Journal) => true,
                Some(other) => {
                    let message = match other.path == path {
                        true => "this model and seed are there twice".to_string(),
                        false => {
                            format!("this model and seed are also in {}", other.path.display())
                        }
                    };
                    return Err(row.error(seed_column, message));
                }
            };
            on_run(position, &run, in_journal)?;
            Ok((!in_journal).then_some(position))
        })
    }

    /// Scans a runs.csv that anybody may have changed, and keeps the rows that can be runs of
    /// the plan; the first, if a run is there twice. `on_strange` gets the others: what finds
    /// the row's line, and what is wrong with it.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if the file is no table of these columns at all.
    pub fn scan_table_leniently(
        &mut self,
        path: &Path,
        watch: &Watch,
        on_strange: &mut dyn FnMut(&dyn Fn() -> u64, String),
    ) -> Result<()> {
        let columns = Arc::clone(&self.columns);
        self.scan_rows(
            path,
            Reading::Lenient,
            watch,
            &mut |store, row, curves| match store.believable(&columns, row, curves) {
                Ok((position, _)) => Ok(Some(position)),
                Err(what) => {
                    on_strange(&|| row.line(), what);
                    Ok(None)
                }
            },
        )
    }

    /// Scans a runs.csv that somebody changed for the rows that `keeps` wants, by model and
    /// seed. `on_run` sees them as in [`Store::scan_table`].
    pub fn scan_kept(
        &mut self,
        path: &Path,
        keeps: &dyn Fn(usize, u64) -> bool,
        watch: &Watch,
        on_run: &mut dyn FnMut(u64, &Run, bool) -> Result<()>,
    ) -> Result<()> {
        let columns = Arc::clone(&self.columns);
        self.scan_rows(path, Reading::Lenient, watch, &mut |store, row, curves| {
            let Ok((position, run)) = store.believable(&columns, row, curves) else {
                return Ok(None);
            };
            if !keeps(run.model, run.outcome.seed) {
                return Ok(None);
            }
            on_run(position, &run, false)?;
            Ok(Some(position))
        })
    }

    /// The position and run of a row that can be one of this store and is not there yet; else
    /// what is wrong with it.
    fn believable(
        &self,
        columns: &RunRows,
        row: &Row,
        curves: &Curves,
    ) -> Result<(u64, Run), String> {
        let mut run = columns.parse(row.cells).map_err(|error| error.message)?;
        let position = self.positions.position(run.model, run.outcome.seed);
        let position = position.filter(|position| self.extent.contains(position));
        let position = position.ok_or("a seed that is not one of this folder's")?;
        run.curve = self.curve(position, curves);
        if !self.fits(&run) {
            return Err("no run of this manifest can end so".to_owned());
        }
        match self.has(position) {
            true => Err("a run that is there already".to_owned()),
            false => Ok((position, run)),
        }
    }

    /// Scans the rows of a runs.csv and notes where each is that `on_row` gives a position.
    pub fn scan_rows(
        &mut self,
        path: &Path,
        reading: Reading,
        watch: &Watch,
        on_row: OnRow,
    ) -> Result<()> {
        let curves = self.read_curves(&path.with_file_name(LOSSES), reading, watch)?;
        let source = self.add(
            path,
            Kind::Table {
                order: Order::new(),
                curves: Curves::new(),
            },
        );
        let names = self.columns.names();
        let mut last = 0;
        let order = read_table(path, &names, watch, &mut |row| {
            let longest = &mut self.sources[source].longest;
            *longest = (*longest).max(row.offset - last);
            last = row.offset;
            if let Some(position) = on_row(self, row, &curves)? {
                self.put(source, position, row.offset, 0);
            }
            Ok(())
        })?;
        let length = std::fs::metadata(path)
            .map_err(Error::io("read", path))?
            .len();
        let source = &mut self.sources[source];
        source.longest = source.longest.max(length.saturating_sub(last));
        source.kind = Kind::Table { order, curves };
        Ok(())
    }

    fn read_curves(&self, losses: &Path, reading: Reading, watch: &Watch) -> Result<Curves> {
        if !losses.is_file() {
            return Ok(Curves::new());
        }
        let curves = read_losses(losses, &self.columns, &self.positions, watch);
        match (curves, reading) {
            (Err(Error::Unreadable { .. }), Reading::Lenient) => Ok(Curves::new()),
            (curves, Reading::Strict | Reading::Lenient) => curves,
        }
    }
}
