//! Brings finished runs together: workers fill a slot each, the calling thread empties the
//! slots into the journal and tells the listener how far it is.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::checkpoints::Checkpoints;
use super::event::{Event, Tally};
use super::pool::{self, Listener};
use super::work::Job;
use crate::error::{Error, Result};
use crate::plan::{Plan, Positions, identity};
use crate::results::Store;
use crate::results::checkpoint::{self, UnderWay};
use crate::results::folder::ResultsFolder;
use crate::results::journal::{Writer, encode_run};
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
    /// Epochs of these that were trained by this call, summed.
    pub network_epochs: u64,
    /// Those that were trained by earlier calls.
    pub earlier_epochs: u64,
    /// Wall-clock seconds.
    pub seconds: f64,
}

/// Where the runs go: the journal, and the store's note of where they are in it.
pub struct Sink<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Open for appending.
    pub writer: &'a mut Writer,
    /// Notes where runs are.
    pub store: &'a mut Store,
    /// The journal's number in the store.
    pub source: usize,
    /// For messages, and the checkpoint.
    pub folder: &'a ResultsFolder,
    /// Where the runs under way are.
    pub checkpoints: &'a Checkpoints,
    /// How often they are written.
    pub checkpoint_after: Duration,
}

/// A finished run in a buffer of entries.
#[derive(Debug, Clone, Copy)]
struct Entry {
    position: u64,
    offset: usize,
    length: usize,
    /// Its epochs that were trained by this call, and before.
    epochs: (u64, u64),
}

/// Finished runs of a worker that the journal doesn't have yet.
#[derive(Default)]
struct Slot {
    entries: Vec<u8>,
    index: Vec<Entry>,
    tally: Tally,
}

struct Slots<'a> {
    slots: Vec<(Mutex<Slot>, Condvar)>,
    positions: &'a Positions,
    checkpoints: &'a Checkpoints,
    interrupt: &'a AtomicBool,
    failed: AtomicBool,
}

impl Listener for Slots<'_> {
    fn finished(&self, worker: usize, run: Run, trained: u64, hurry: &dyn Fn()) {
        let (slot, room) = &self.slots[worker];
        let mut slot = lock(slot);
        // The pool hands out seeds of the plan only.
        let Some(position) = self.positions.position(run.model, run.outcome.seed) else {
            return;
        };
        let offset = slot.entries.len();
        encode_run(&run, &mut slot.entries);
        let length = slot.entries.len() - offset;
        slot.index.push(Entry {
            position,
            offset,
            length,
            epochs: (trained, run.outcome.epochs.saturating_sub(trained)),
        });
        slot.tally.add(&run);
        if offset < SLOT_BYTES / 2 && slot.entries.len() >= SLOT_BYTES / 2 {
            hurry();
        }
        while slot.entries.len() > SLOT_BYTES && !self.failed.load(Ordering::Relaxed) {
            slot = room.wait(slot).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn progressed(&self, worker: usize, model: usize, epochs: u64) {
        lock(&self.slots[worker].0).tally.progress(model, epochs);
    }

    fn resume(&self, model: usize, seed: u64) -> Option<UnderWay> {
        self.checkpoints.get(model, seed)
    }

    fn resumed(&self, worker: usize, model: usize, epochs: u64) {
        lock(&self.slots[worker].0).tally.resume(model, epochs);
    }

    fn checkpoints_asked(&self) -> u64 {
        self.checkpoints.asked()
    }

    fn checkpoint(&self, run: UnderWay) {
        self.checkpoints.put(&run);
    }

    fn forget(&self, model: usize, seed: u64) {
        self.checkpoints.forget(model, seed);
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
        checkpoints: sink.checkpoints,
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
        asked: Instant::now(),
        checkpointed: Instant::now(),
        handed: 0,
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
        journal.checkpoint_if_due(&slots, on_event);
    });
    journal.collect(&slots, on_event);
    journal.flush(&slots);
    journal.sync(&slots);
    if interrupt.load(Ordering::Relaxed) && journal.has_news() {
        journal.checkpoint(&slots, on_event);
    }
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
    /// When the workers were last asked where their runs are.
    asked: Instant,
    /// When that was last written, and how many states had been handed over then.
    checkpointed: Instant,
    handed: u64,
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
            self.block.index.extend(index.map(|entry| Entry {
                offset: base + entry.offset,
                ..entry
            }));
            tally.take(&mut slot.tally);
            drop(slot);
            room.notify_all();
        }
        tally.tell(on_event);
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

    /// Writes consecutive runs as one block.
    fn append(&mut self, runs: &[u8], index: &[Entry]) -> Result<()> {
        let seconds = self.started.elapsed().as_secs_f64();
        let bytes = index
            .iter()
            .map(|entry| &runs[entry.offset..entry.offset + entry.length]);
        let places = self.sink.writer.append(bytes, seconds - self.told)?;
        self.told = seconds;
        self.gathered.runs += index.len() as u64;
        for (entry, (offset, length)) in index.iter().zip(places) {
            let (trained, earlier) = entry.epochs;
            self.gathered.network_epochs += trained;
            self.gathered.earlier_epochs += earlier;
            let (source, length) = (self.sink.source, length as u64);
            self.sink.store.put(source, entry.position, offset, length);
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

    /// Asks the workers now and then where their runs are, and writes what they have handed
    /// over: a while later, because one in a long epoch answers late.
    fn checkpoint_if_due(&mut self, slots: &Slots, on_event: &(dyn Fn(Event) + Sync)) {
        let every = self.sink.checkpoint_after;
        if self.asked.elapsed() >= every {
            self.asked = Instant::now();
            self.sink.checkpoints.ask();
        }
        let waited = self.asked.elapsed() >= every / 60 && self.checkpointed.elapsed() >= every / 2;
        if waited && self.has_news() {
            self.checkpoint(slots, on_event);
        }
    }

    /// Whether the checkpoint is older than what the workers have handed over.
    fn has_news(&self) -> bool {
        self.sink.checkpoints.handed() != self.handed
    }

    /// Writes where the runs under way are. A run that has finished is in the journal before it
    /// is missing here. If there is no room, training goes on without.
    fn checkpoint(&mut self, slots: &Slots, on_event: &(dyn Fn(Event) + Sync)) {
        self.checkpointed = Instant::now();
        self.handed = self.sink.checkpoints.handed();
        let entries = self.sink.checkpoints.entries();
        self.collect(slots, on_event);
        self.flush(slots);
        self.sync(slots);
        if self.error.is_some() {
            return;
        }
        let entries = entries.iter().map(|entry| &**entry);
        let identity = identity(&self.sink.plan.manifest);
        match checkpoint::write(self.sink.folder, &identity, entries) {
            Ok(()) => self.tell_seconds(),
            Err(error) => on_event(Event::Warning(format!(
                "{error}; training goes on, but after a crash the runs under way begin anew"
            ))),
        }
    }

    /// Tells by a block without runs how long it was trained since the block before: what the
    /// checkpoint holds took time, though no run may have finished in it.
    fn tell_seconds(&mut self) {
        // If there is no room for it, the next block tells of these seconds too.
        let _ = self.append(&[], &[]);
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
        | Error::TooLarge(_)
        | Error::Unreadable { .. }
        | Error::Usage(_) => true,
    }
}
