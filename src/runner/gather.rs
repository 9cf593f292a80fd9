//! Brings finished runs together: workers fill a slot each, the calling thread empties the
//! slots into the journal and tells the listener how far it is.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::event::{Event, Tally};
use super::pool::{self, Listener};
use super::work::Job;
use crate::error::{Error, Result};
use crate::plan::{Plan, Positions};
use crate::results::Store;
use crate::results::folder::ResultsFolder;
use crate::results::journal::{Writer, encode_entry};
use crate::training::Run;

/// A crash of this process loses at most so much finished work.
const FLUSH_AFTER: Duration = Duration::from_millis(100);
/// A crash of the machine loses at most so much.
const SYNC_AFTER: Duration = Duration::from_secs(1);
/// A block is written early when it is so long, in bytes.
const FLUSH_BYTES: usize = 1 << 20;
/// A worker waits for the journal when so many bytes of its runs are not yet taken.
const SLOT_BYTES: usize = 1 << 21;

/// What was trained.
#[derive(Debug, Default, Clone, Copy)]
pub struct Gathered {
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
    tally: Tally,
}

struct Slots<'a> {
    slots: Vec<(Mutex<Slot>, Condvar)>,
    positions: &'a Positions,
    interrupt: &'a AtomicBool,
    failed: AtomicBool,
}

impl Listener for Slots<'_> {
    fn finished(&self, worker: usize, run: Run) {
        let (slot, room) = &self.slots[worker];
        let mut slot = lock(slot);
        // The pool hands out seeds of the plan only.
        let Some(position) = self.positions.position(run.model, run.outcome.seed) else {
            return;
        };
        let offset = slot.entries.len();
        encode_entry(&run, &mut slot.entries);
        let length = slot.entries.len() - offset;
        slot.index.push((position, offset, length));
        slot.tally.add(&run);
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
) -> (Gathered, Result<()>) {
    let positions = sink.store.positions().clone();
    let slots = Slots {
        slots: (0..threads.current_num_threads())
            .map(|_| Default::default())
            .collect(),
        positions: &positions,
        interrupt,
        failed: AtomicBool::new(false),
    };
    let plan = sink.plan;
    let mut journal = Journal {
        sink,
        block: Slot::default(),
        gathered: Gathered::default(),
        started: Instant::now(),
        flushed: Instant::now(),
        synced: Instant::now(),
        told: 0.0,
        error: None,
    };
    pool::train(plan, jobs, threads, &slots, &mut || {
        journal.collect(&slots, on_event);
        let due = journal.flushed.elapsed() >= FLUSH_AFTER;
        if due || journal.block.entries.len() >= FLUSH_BYTES {
            journal.flush(&slots);
        }
        if journal.synced.elapsed() >= SYNC_AFTER {
            journal.sync(&slots);
        }
    });
    journal.collect(&slots, on_event);
    journal.flush(&slots);
    journal.sync(&slots);
    journal.gathered.seconds = journal.started.elapsed().as_secs_f64();
    (journal.gathered, journal.error.map_or(Ok(()), Err))
}

struct Journal<'a> {
    sink: Sink<'a>,
    block: Slot,
    gathered: Gathered,
    started: Instant,
    flushed: Instant,
    synced: Instant,
    /// Seconds that the blocks tell of.
    told: f64,
    error: Option<Error>,
}

impl Journal<'_> {
    /// Takes what the workers have finished.
    fn collect(&mut self, slots: &Slots, on_event: &(dyn Fn(Event) + Sync)) {
        let mut tally = Tally::default();
        for (slot, room) in &slots.slots {
            let mut slot = lock(slot);
            let base = self.block.entries.len();
            self.block.entries.append(&mut slot.entries);
            let index = slot.index.drain(..);
            self.block
                .index
                .extend(index.map(|(position, offset, length)| (position, base + offset, length)));
            tally.take(&mut slot.tally);
            drop(slot);
            room.notify_all();
        }
        self.gathered.network_epochs += tally.tell(on_event);
    }

    /// Writes a block; a failure stops the workers, but keeps as many runs as there is room for.
    fn flush(&mut self, slots: &Slots) {
        self.flushed = Instant::now();
        let block = std::mem::take(&mut self.block);
        let mut rest = block.index.as_slice();
        let mut count = rest.len();
        while count > 0 && !self.error.as_ref().is_some_and(is_gone) {
            let (part, after) = rest.split_at(count);
            match self.append(&block.entries, part) {
                Ok(()) => {
                    rest = after;
                    count = count.min(rest.len());
                }
                Err(error) => {
                    self.fail(error, slots);
                    count /= 2;
                }
            }
        }
    }

    /// Writes consecutive entries as one block.
    fn append(&mut self, entries: &[u8], index: &[(u64, usize, usize)]) -> Result<()> {
        let (Some(&(_, start, _)), Some(&(_, last, length))) = (index.first(), index.last()) else {
            return Ok(());
        };
        let seconds = self.started.elapsed().as_secs_f64();
        let entries = &entries[start..last + length];
        let first = self.sink.writer.append(entries, seconds - self.told)?;
        self.told = seconds;
        self.gathered.runs += index.len() as u64;
        for &(position, offset, length) in index {
            let offset = first + (offset - start) as u64;
            let source = self.sink.source;
            self.sink.store.put(source, position, offset, length as u64);
        }
        Ok(())
    }

    /// Makes what was flushed durable.
    fn sync(&mut self, slots: &Slots) {
        self.synced = Instant::now();
        if self.error.is_none()
            && let Err(error) = self.sink.writer.sync()
        {
            self.fail(error, slots);
        }
    }

    /// The first error counts.
    fn fail(&mut self, error: Error, slots: &Slots) {
        self.error.get_or_insert(self.sink.folder.explain(error));
        slots.failed.store(true, Ordering::Relaxed);
        slots.slots.iter().for_each(|(_, room)| room.notify_all());
    }
}

/// Whether there is no folder to write to any more.
fn is_gone(error: &Error) -> bool {
    match error {
        Error::Io { source, .. } => source.kind() == std::io::ErrorKind::NotFound,
        Error::Memory { .. } => false,
        Error::Conflict(_)
        | Error::Differs(_)
        | Error::Interrupted(_)
        | Error::Manifest(_)
        | Error::NoManifest { .. }
        | Error::Threads { .. }
        | Error::Unreadable { .. }
        | Error::Usage(_) => true,
    }
}
