//! Trains jobs on several threads and hands over each run as it finishes.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::event::Tally;
use super::work::{Job, Queue};
use crate::plan::{Plan, Positions};
use crate::results::checkpoint::UnderWay;
use crate::training::{self, Feed, LaneState, Outcome, Run, Task};

/// How often the calling thread looks after what the workers have finished.
const TICK: Duration = Duration::from_millis(50);

/// What the workers call, from their threads.
pub trait Listener: Sync {
    /// A run has finished on thread `worker`, which has trained so many epochs of it. `hurry`
    /// has the calling thread look at once.
    fn finished(&self, worker: usize, run: Run, trained: u64, hurry: &dyn Fn());
    /// So many epochs of the model's runs were trained.
    fn progressed(&self, worker: usize, model: usize, epochs: u64);
    /// Where a run is that was begun before.
    fn resume(&self, model: usize, seed: u64) -> Option<UnderWay> {
        let _ = (model, seed);
        None
    }
    /// A run goes on that had so many epochs.
    fn resumed(&self, worker: usize, model: usize, epochs: u64) {
        let _ = (worker, model, epochs);
    }
    /// How often the workers have been asked where their runs are.
    fn checkpoints_asked(&self) -> u64 {
        0
    }
    /// Where a run is.
    fn checkpoint(&self, run: UnderWay) {
        let _ = run;
    }
    /// A run whose place was told or asked for is under way no more.
    fn forget(&self, model: usize, seed: u64) {
        let _ = (model, seed);
    }
    /// Asked now and then: true drops the runs in flight.
    fn stopped(&self) -> bool;
}

/// A listener that keeps finished runs until they are taken.
pub struct Collected<'a> {
    runs: Mutex<(Vec<Run>, Tally)>,
    interrupt: &'a AtomicBool,
}

impl<'a> Collected<'a> {
    /// Nothing yet; `interrupt` stops the training.
    pub fn new(interrupt: &'a AtomicBool) -> Self {
        Collected {
            runs: Mutex::default(),
            interrupt,
        }
    }

    /// The runs that have finished since this was last asked, and what was trained.
    pub fn take(&self) -> (Vec<Run>, Tally) {
        std::mem::take(&mut *lock(&self.runs))
    }
}

impl Listener for Collected<'_> {
    fn finished(&self, _worker: usize, run: Run, _trained: u64, _hurry: &dyn Fn()) {
        let mut runs = lock(&self.runs);
        runs.1.add(&run);
        runs.0.push(run);
    }

    fn progressed(&self, _worker: usize, model: usize, epochs: u64) {
        lock(&self.runs).1.progress(model, epochs);
    }

    fn stopped(&self) -> bool {
        self.interrupt.load(Ordering::Relaxed)
    }
}

/// Trains every run of `jobs`; `tick` is called on this thread about every
/// 50 ms, and when the listener is in a hurry.
pub fn train(
    plan: &Plan,
    jobs: &[Job],
    pool: &rayon::ThreadPool,
    listener: &dyn Listener,
    tick: &mut dyn FnMut(),
) {
    let shared = Shared {
        plan,
        positions: plan.positions(),
        curve_epochs: plan.curve_epochs(),
        queue: Queue::new(jobs),
        listener,
        working: Mutex::new(pool.current_num_threads()),
        hurry: AtomicBool::new(false),
        news: Condvar::new(),
    };
    pool.in_place_scope(|scope| {
        for worker in 0..pool.current_num_threads() {
            let shared = &shared;
            scope.spawn(move |_| shared.work(worker));
        }
        let mut working = lock(&shared.working);
        while *working > 0 {
            if !shared.hurry.swap(false, Ordering::Relaxed) {
                let woken = shared.news.wait_timeout(working, TICK);
                working = woken.unwrap_or_else(PoisonError::into_inner).0;
            }
            drop(working);
            tick();
            working = lock(&shared.working);
        }
    });
}

/// Numbers and lists that a panic can't leave half changed.
fn lock<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Shared<'a> {
    plan: &'a Plan,
    positions: Positions,
    curve_epochs: Vec<u64>,
    queue: Queue,
    listener: &'a dyn Listener,
    working: Mutex<usize>,
    /// Whether the calling thread shall not wait for its next look.
    hurry: AtomicBool,
    news: Condvar,
}

/// Counts a worker out, also when it panics: else the calling thread would wait for ever.
struct CountOut<'a>(&'a Shared<'a>);

impl Drop for CountOut<'_> {
    fn drop(&mut self) {
        *lock(&self.0.working) -= 1;
        self.0.news.notify_all();
    }
}

impl Shared<'_> {
    /// Has the calling thread look at once. Under the lock, so that it is not about to wait.
    fn hurry(&self) {
        let _working = lock(&self.working);
        self.hurry.store(true, Ordering::Relaxed);
        self.news.notify_all();
    }

    fn work(&self, worker: usize) {
        let _count_out = CountOut(self);
        while !self.listener.stopped() {
            let Some(job) = self.queue.claim() else { break };
            let (model, curve, start) = self.queue.shape(job);
            let checkpoints = if curve {
                self.curve_epochs.as_slice()
            } else {
                &[]
            };
            let task = Task {
                start,
                ..Task::new(self.plan, model, checkpoints)
            };
            let mut feed = WorkerFeed {
                shared: self,
                worker,
                job,
                model,
                taken: 0..0,
                // With an early stop, a lane is refilled alone; else a batch at a time.
                at_once: if task.stop {
                    1
                } else {
                    training::lanes(&task) as u64
                },
                task: &task,
                curves: HashMap::new(),
                under_way: HashMap::new(),
                answered: self.listener.checkpoints_asked(),
            };
            training::train(&task, &mut feed);
            self.queue.release(job);
        }
    }
}

struct WorkerFeed<'a> {
    shared: &'a Shared<'a>,
    worker: usize,
    job: usize,
    model: usize,
    /// Places taken from the queue and not yet asked for.
    taken: Range<u64>,
    at_once: u64,
    task: &'a Task<'a>,
    /// Losses of the runs in flight, by seed.
    curves: HashMap<u64, Vec<(u64, f64)>>,
    /// Of the runs in flight whose state the listener has: how many epochs others trained.
    under_way: HashMap<u64, u64>,
    /// How often it has been asked for the states, when it last gave them.
    answered: u64,
}

impl Feed for WorkerFeed<'_> {
    fn next_seed(&mut self) -> Option<u64> {
        if self.taken.is_empty() && !self.shared.listener.stopped() {
            self.taken = self.shared.queue.take(self.job, self.at_once);
        }
        let place = self.taken.next()?;
        Some(self.shared.positions.seed(place))
    }

    fn finished(&mut self, outcome: Outcome) {
        let (seed, epochs) = (outcome.seed, outcome.epochs);
        let observed = self.curves.remove(&seed).unwrap_or_default();
        let curve = curve(self.task.checkpoints, epochs, &observed);
        let run = Run {
            curve,
            ..Run::new(self.model, outcome)
        };
        let stored = self.under_way.remove(&seed);
        let trained = epochs.saturating_sub(stored.unwrap_or(0));
        let listener = self.shared.listener;
        let hurry = || self.shared.hurry();
        listener.finished(self.worker, run, trained, &hurry);
        // Not before the listener has the run: one of both is always there.
        if stored.is_some() {
            listener.forget(self.model, seed);
        }
    }

    fn progressed(&mut self, epochs: u64) {
        (self.shared.listener).progressed(self.worker, self.model, epochs);
    }

    fn resume(&mut self, seed: u64) -> Option<LaneState> {
        let run = self.shared.listener.resume(self.model, seed)?;
        if !run.fits(self.task) {
            return None;
        }
        let updates = run.state.updates;
        self.under_way.insert(seed, updates);
        (self.shared.listener).resumed(self.worker, self.model, updates);
        if !run.curve.is_empty() {
            self.curves.insert(seed, run.curve);
        }
        Some(run.state)
    }

    fn checkpoint_due(&self) -> bool {
        self.shared.listener.checkpoints_asked() != self.answered
    }

    fn checkpoint(&mut self, state: LaneState) {
        self.answered = self.shared.listener.checkpoints_asked();
        self.under_way.entry(state.seed).or_insert(0);
        let curve = self.curves.get(&state.seed).cloned().unwrap_or_default();
        self.shared.listener.checkpoint(UnderWay {
            model: self.model,
            state,
            curve,
        });
    }

    fn observed(&mut self, seed: u64, epoch: u64, mse: f64) {
        self.curves.entry(seed).or_default().push((epoch, mse));
    }

    fn interrupted(&self) -> bool {
        self.shared.listener.stopped()
    }
}

/// A few seeds of one model, trained on one thread and kept.
pub struct Seeds<'a> {
    model: usize,
    left: Vec<u64>,
    checkpoints: &'a [u64],
    curves: HashMap<u64, Vec<(u64, f64)>>,
    runs: Vec<Run>,
    interrupt: &'a AtomicBool,
}

impl<'a> Seeds<'a> {
    /// None is trained yet; `interrupt` ends the training.
    pub fn new(
        model: usize,
        seeds: Vec<u64>,
        checkpoints: &'a [u64],
        interrupt: &'a AtomicBool,
    ) -> Self {
        Seeds {
            model,
            left: seeds,
            checkpoints,
            curves: HashMap::new(),
            runs: Vec::new(),
            interrupt,
        }
    }

    /// The runs that were trained.
    pub fn finish(self) -> Vec<Run> {
        self.runs
    }
}

impl Feed for Seeds<'_> {
    fn next_seed(&mut self) -> Option<u64> {
        self.left.pop()
    }

    fn finished(&mut self, outcome: Outcome) {
        let observed = self.curves.remove(&outcome.seed).unwrap_or_default();
        let curve = curve(self.checkpoints, outcome.epochs, &observed);
        self.runs.push(Run {
            curve,
            ..Run::new(self.model, outcome)
        });
    }

    fn observed(&mut self, seed: u64, epoch: u64, mse: f64) {
        self.curves.entry(seed).or_default().push((epoch, mse));
    }

    fn interrupted(&self) -> bool {
        self.interrupt.load(Ordering::Relaxed)
    }
}

/// The losses at every checkpoint up to the run's last epoch; not a number where training
/// told none, as after a divergence.
fn curve(checkpoints: &[u64], epochs: u64, observed: &[(u64, f64)]) -> Vec<(u64, f64)> {
    let mut observed = observed.iter().peekable();
    let due = checkpoints.iter().take_while(|&&epoch| epoch <= epochs);
    due.map(|&epoch| {
        let mse = observed
            .next_if(|&&(at, _)| at == epoch)
            .map_or(f64::NAN, |&(_, mse)| mse);
        (epoch, if mse.is_finite() { mse } else { f64::NAN })
    })
    .collect()
}
