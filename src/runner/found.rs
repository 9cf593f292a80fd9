//! What a folder holds, looked at before a byte of it is changed: everything that can be refused is
//! refused here.

use std::ops::Range;

use super::event::Event;
use super::options::RunOptions;
use super::pending::Known;
use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::results::folder::{JOURNAL, ResultsFolder};
use crate::results::{Claim, OnRun, Store, Tables, Watch, inspect};

/// What was found in a folder before anything is written in it.
pub struct Found<'a> {
    /// That the folder may be filled.
    pub claim: Claim<'a>,
    /// Where its runs are.
    pub store: Store,
    /// What else is known of them.
    pub known: Known,
}

impl<'a> Found<'a> {
    /// Reads the journal and sees whether the folder may be filled.
    pub fn of(
        plan: &'a Plan,
        folder: &'a ResultsFolder,
        options: &RunOptions,
        extent: Range<u64>,
        watch: &Watch,
    ) -> Result<Found<'a>> {
        let mut store = Store::new(plan, extent.clone())?;
        let mut known = Known::new(plan);
        match known.read_journal(&folder.file(JOURNAL), &mut store, watch) {
            // What belongs to something else goes away.
            Err(Error::Conflict(_)) if options.overwrite => {}
            read => read?,
        }
        let (shard, overwrite) = (options.shard, options.overwrite);
        let claim = Claim::check(plan, folder, shard, known.scan.as_ref(), overwrite, watch)?;
        if claim.starts_over {
            (store, known) = (Store::new(plan, extent)?, Known::new(plan));
        }
        Ok(Found {
            claim,
            store,
            known,
        })
    }

    /// Reads the tables; says whether runs.csv is there and the tables are, to the byte, what
    /// was recorded.
    pub fn tables(
        &mut self,
        options: &RunOptions,
        threads: usize,
        watch: &Watch,
        on_stored: OnRun,
        on_event: &(dyn Fn(Event) + Sync),
    ) -> Result<bool> {
        let folder = self.claim.folder();
        self.known.warn(&folder.file(JOURNAL), on_event);
        if self.claim.starts_over {
            return Ok(false);
        }
        let tables = inspect(&self.claim, folder.path(), threads, watch)?;
        match &tables {
            Tables::Absent | Tables::AsRecorded(_) => {}
            Tables::SavedAgain(_) => on_event(Event::Warning(format!(
                "the tables in {} were saved again by another program; every value is what was recorded, and they are written anew",
                folder.path().display()
            ))),
            Tables::Changed(changed) if options.retrain_changed => {
                let what = changed.describe(folder.path());
                on_event(Event::Warning(format!("{what}\nThey are trained again.")));
            }
            Tables::Changed(changed) => return Err(changed.refusal(folder.path())),
        }
        let (store, known) = (&mut self.store, &mut self.known);
        known.read_tables(folder, &tables, store, watch, on_stored)?;
        if let Some(before) = &self.claim.provenance {
            known.add(before);
        }
        Ok(matches!(tables, Tables::AsRecorded(_)))
    }
}
