//! One training session: workers fill a slot each, the calling thread empties the slots into
//! the journal and tells the listener how far it is.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::store::Store;
use super::{Event, pool};
use crate::error::{Error, Result};
use crate::folder::ResultsFolder;
use crate::journal::{Writer, encode_entry};
use crate::plan::Plan;
use crate::record::Run;

use super::pool::Listener;
use super::work::Job;

/// A crash loses at most so much finished work.
const FLUSH_AFTER: Duration = Duration::from_millis(500);
/// A block is written early when it is so long, in bytes.
const FLUSH_BYTES: usize = 1 << 20;
/// A worker waits for the journal when so many bytes of its runs are not yet taken.
const SLOT_BYTES: usize = 1 << 21;

/// What a session came to.
#[derive(Debug, Default, Clone, Copy)]
pub struct Session {
    /// Runs written to the journal.
    pub runs: u64,
    /// Their epochs, summed.
    pub network_epochs: u64,
    /// Wall-clock seconds.
    pub seconds: f64,
}

/// Where the runs go: the journal, and the store's note of where they are in it.
pub struct Sink<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Open for appending.
    pub writer: Writer,
    /// Notes where runs are.
    pub store: &'a mut Store,
    /// The journal's number in the store.
    pub source: usize,
    /// For messages.
    pub folder: &'a ResultsFolder,
}

/// Finished runs of a worker that the journal doesn't have yet.
#[derive(Default)]
struct Slot {
    entries: Vec<u8>,
    /// (position, offset in `entries`, length).
    index: Vec<(u64, usize, usize)>,
    /// (runs, converged, network-epochs) by model.
    progress: BTreeMap<usize, (u64, u64, u64)>,
}

struct Slots<'a> {
    slots: Vec<(Mutex<Slot>, Condvar)>,
    store: &'a super::positions::Positions,
    interrupt: &'a AtomicBool,
    failed: AtomicBool,
}

impl Listener for Slots<'_> {
    fn finished(&self, worker: usize, run: Run) {
        let (slot, room) = &self.slots[worker];
        let mut slot = lock(slot);
        let outcome = &run.record.outcome;
        // The pool hands out seeds of the plan only.
        let Some(position) = self.store.position(run.record.model, outcome.seed) else {
            return;
        };
        let offset = slot.entries.len();
        encode_entry(&run, &mut slot.entries);
        let length = slot.entries.len() - offset;
        slot.index.push((position, offset, length));
        let progress = slot.progress.entry(run.record.model).or_default();
        progress.0 += 1;
        progress.1 += u64::from(outcome.convergence_epoch.is_some());
        progress.2 += outcome.epochs;
        while slot.entries.len() > SLOT_BYTES && !self.failed.load(Ordering::Relaxed) {
            slot = room.wait(slot).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn stopped(&self) -> bool {
        self.interrupt.load(Ordering::Relaxed) || self.failed.load(Ordering::Relaxed)
    }
}

fn lock(slot: &Mutex<Slot>) -> MutexGuard<'_, Slot> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Trains `jobs` and writes every run to the journal. After an error or an interruption the
/// journal holds what was finished before.
pub fn train(
    sink: Sink,
    jobs: &[Job],
    threads: &rayon::ThreadPool,
    interrupt: &AtomicBool,
    on_event: &(dyn Fn(Event) + Sync),
) -> (Session, Result<()>) {
    let positions = sink.store.positions().clone();
    let slots = Slots {
        slots: (0..threads.current_num_threads())
            .map(|_| Default::default())
            .collect(),
        store: &positions,
        interrupt,
        failed: AtomicBool::new(false),
    };
    let plan = sink.plan;
    let mut journal = Journal {
        sink,
        block: Slot::default(),
        session: Session::default(),
        started: Instant::now(),
        flushed: Instant::now(),
        told: 0.0,
        error: None,
    };
    pool::train(plan, jobs, threads, &slots, &mut || {
        journal.collect(&slots, on_event);
        let due = journal.flushed.elapsed() >= FLUSH_AFTER;
        if due || journal.block.entries.len() >= FLUSH_BYTES {
            journal.flush(&slots);
        }
    });
    journal.collect(&slots, on_event);
    journal.flush(&slots);
    journal.session.seconds = journal.started.elapsed().as_secs_f64();
    (journal.session, journal.error.map_or(Ok(()), Err))
}

struct Journal<'a> {
    sink: Sink<'a>,
    block: Slot,
    session: Session,
    started: Instant,
    flushed: Instant,
    /// Seconds that the blocks tell of.
    told: f64,
    error: Option<Error>,
}

impl Journal<'_> {
    /// Takes what the workers have finished.
    fn collect(&mut self, slots: &Slots, on_event: &(dyn Fn(Event) + Sync)) {
        let mut progress: BTreeMap<usize, (u64, u64, u64)> = BTreeMap::new();
        for (slot, room) in &slots.slots {
            let mut slot = lock(slot);
            let base = self.block.entries.len();
            self.block.entries.append(&mut slot.entries);
            let index = slot.index.drain(..);
            self.block
                .index
                .extend(index.map(|(position, offset, length)| (position, base + offset, length)));
            for (model, (runs, converged, epochs)) in std::mem::take(&mut slot.progress) {
                let sum = progress.entry(model).or_default();
                sum.0 += runs;
                sum.1 += converged;
                sum.2 += epochs;
            }
            drop(slot);
            room.notify_all();
        }
        for (model, (runs, converged, network_epochs)) in progress {
            self.session.network_epochs += network_epochs;
            on_event(Event::Progress {
                model,
                runs,
                converged,
                network_epochs,
            });
        }
    }

    /// Writes a block; a failure stops the workers.
    fn flush(&mut self, slots: &Slots) {
        self.flushed = Instant::now();
        if self.block.index.is_empty() || self.error.is_some() {
            return;
        }
        let seconds = self.started.elapsed().as_secs_f64();
        let block = std::mem::take(&mut self.block);
        match self.sink.writer.append(&block.entries, seconds - self.told) {
            Ok(first) => {
                self.told = seconds;
                self.session.runs += block.index.len() as u64;
                for (position, offset, length) in block.index {
                    let offset = first + offset as u64;
                    self.sink
                        .store
                        .put(self.sink.source, position, offset, length as u64);
                }
            }
            Err(error) => {
                self.error = Some(self.sink.folder.explain(error));
                slots.failed.store(true, Ordering::Relaxed);
                slots.slots.iter().for_each(|(_, room)| room.notify_all());
            }
        }
    }
}
