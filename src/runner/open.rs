//! A folder whose files are being written, and the writing of its tables.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use super::event::Event;
use super::mend::train_again;
use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::results::folder::{CHECKPOINT, Digests, JOURNAL, ResultsFolder};
use crate::results::journal::Writer;
use crate::results::{OnRun, Pass, Runs, Watch, Written};
use crate::text::counted;

/// A folder whose files are being written.
#[derive(Debug)]
pub struct Open<'a> {
    /// Names what is about to be written; while it is there, the folder is unfinished.
    pub journal: Writer,
    /// Digests of the files that say whose folder it is.
    pub claimed: Digests,
    /// Files of the folder that Seedbed wrote.
    pub owned: BTreeSet<String>,
    /// Whether runs are under way that this call was not asked for.
    pub under_way: bool,
    folder: &'a ResultsFolder,
}

impl<'a> Open<'a> {
    /// A claimed folder.
    pub fn new(
        folder: &'a ResultsFolder,
        claimed: Digests,
        owned: &BTreeSet<String>,
        journal: Writer,
    ) -> Self {
        Open {
            journal,
            claimed,
            owned: owned.clone(),
            under_way: false,
            folder,
        }
    }

    /// Removes the journal: to be called when every file of the folder is written. Until then
    /// a crash leaves a folder that the next run finishes.
    pub fn close(self) -> Result<()> {
        if !self.under_way && self.folder.has(CHECKPOINT) {
            self.folder.remove(CHECKPOINT)?;
        }
        self.folder.remove(JOURNAL)
    }
}

/// Writes runs.csv and losses.csv of a folder. What has become unreadable of the journal since
/// it was written is trained again, with a warning.
///
/// # Errors
/// [`Error::Interrupted`] if the flag is set; [`Error::Io`]; what `on_run` returns.
pub fn write_tables(
    plan: &Plan,
    runs: &Runs,
    open: &mut Open,
    interrupt: &AtomicBool,
    on_event: &(dyn Fn(Event) + Sync),
    on_run: OnRun,
) -> Result<Written> {
    let positions = plan.positions();
    let keeps_curve = |position| {
        let (_, place) = positions.model_and_place(position);
        place < plan.manifest.curves.seeds
    };
    let path = open.folder.file(JOURNAL);
    let mend = |damaged: &[u64]| {
        on_event(Event::Warning(format!(
            "{}: {} became unreadable after it was written; trained again",
            path.display(),
            counted(damaged.len(), "run"),
        )));
        train_again(plan, &positions, damaged, &keeps_curve, interrupt)
    };
    let told = on_pass(Some(open.folder.path()), interrupt, on_event);
    let pass = Pass {
        mend: &mend,
        watch: Watch::new(&told),
    };
    runs.write(open.folder, &mut open.journal, pass, on_run)
}

/// Tells of passes over files, and ends them when the work is to stop. What is done by then is
/// kept in the folder `kept`, if anything is.
pub fn on_pass<'a>(
    kept: Option<&'a Path>,
    interrupt: &'a AtomicBool,
    on_event: &'a (dyn Fn(Event) + Sync),
) -> impl Fn(&Path, u64, u64) -> Result<()> + Sync {
    move |path, done, all| {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        if interrupt.load(Ordering::Relaxed) {
            return Err(stopped_at(&file, kept));
        }
        let file = file.into_owned();
        on_event(Event::Pass { file, done, all });
        Ok(())
    }
}

/// An error if work on a file is to stop; it isn't told how far that is.
pub fn go_on(file: &str, kept: Option<&Path>, interrupt: &AtomicBool) -> Result<()> {
    match interrupt.load(Ordering::Relaxed) {
        true => Err(stopped_at(file, kept)),
        false => Ok(()),
    }
}

/// The end of work that was interrupted at a file.
pub fn stopped_at(file: &str, kept: Option<&Path>) -> Error {
    let kept = match kept {
        Some(folder) => format!("what is done is kept in {}", folder.display()),
        None => "nothing was written yet".to_owned(),
    };
    Error::Interrupted(format!("interrupted at {file}: {kept}"))
}
