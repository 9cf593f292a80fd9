//! Shows the runner's events on stderr: bars, lines or nothing. The work knows nothing of this.

mod bars;
mod lines;
mod tally;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use indicatif::{ProgressBar, ProgressDrawTarget};

use super::arguments::ProgressChoice;
use super::terminal::{self, Terminal, tell};
use crate::plan::Plan;
use crate::runner::Event;

use bars::Bars;
use lines::{Schedule, line};
pub use tally::{ModelTally, Tally, duration, large};

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Bars on a terminal.
    Bars {
        /// Whether characters outside ASCII can be shown.
        unicode: bool,
        /// Whether colours may be used.
        colour: bool,
    },
    /// A line now and then.
    Lines,
    /// Only warnings.
    Silent,
}

impl Mode {
    /// How `--progress` is shown on this terminal.
    pub fn of(choice: ProgressChoice, terminal: Terminal) -> Mode {
        let (is_terminal, can_draw) = terminal::stderr_can_draw();
        let bars = Mode::Bars {
            unicode: terminal.unicode,
            colour: std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        };
        match choice {
            ProgressChoice::None => Mode::Silent,
            ProgressChoice::Plain => Mode::Lines,
            ProgressChoice::Bar | ProgressChoice::Auto if !is_terminal => Mode::Silent,
            ProgressChoice::Auto if !can_draw => Mode::Lines,
            ProgressChoice::Bar | ProgressChoice::Auto => bars,
        }
    }
}

/// Listens to a runner and shows how far it is.
pub struct Progress {
    state: Mutex<State>,
}

struct State {
    mode: Mode,
    /// Whether there is something to show: work that was started and is not yet finished.
    under_way: bool,
    tally: Tally,
    started: Instant,
    schedule: Schedule,
    bars: Option<Bars>,
}

impl Progress {
    /// A listener for the runs of `plan`.
    pub fn new(plan: &Plan, mode: Mode) -> Self {
        let seeds = plan.manifest.seeds.count();
        let models = plan.models.iter().map(|model| ModelTally {
            name: model.name.clone(),
            cost: plan.cost(model.index),
            runs: seeds,
            done: 0,
            trained: 0,
            converged: 0,
            network_epochs: 0,
        });
        let state = State {
            mode,
            under_way: false,
            tally: Tally::new(models.collect(), plan.manifest.epochs),
            started: Instant::now(),
            schedule: Schedule::default(),
            bars: None,
        };
        Progress {
            state: Mutex::new(state),
        }
    }

    /// Takes one event; to be called from any thread.
    pub fn on_event(&self, event: &Event) {
        let mut state = self.lock();
        match event {
            Event::Started { models, .. } => state.start(models),
            Event::Progress {
                model,
                runs,
                converged,
                network_epochs,
                finished_epochs,
                resumed_epochs,
            } => {
                let tally = &mut state.tally;
                tally.advance(*model, *network_epochs, *resumed_epochs);
                tally.finish(*model, *runs, *converged, *finished_epochs);
                state.show();
            }
            Event::Pass { .. } => {}
            Event::Warning(text) => state.warn(text),
            Event::Finished { .. } => state.finish(),
        }
    }

    /// Takes the bars away, also when the work ended early.
    pub fn finish(&self) {
        self.lock().finish();
    }

    /// A listener that panicked while it drew has left nothing half done that matters.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// `models`: runs to have in the end, and runs that are there.
    fn start(&mut self, models: &[(u64, u64)]) {
        self.under_way = true;
        self.started = Instant::now();
        for (tally, (runs, done)) in self.tally.models.iter_mut().zip(models) {
            tally.runs = *runs;
            tally.done = *done;
        }
        match self.mode {
            Mode::Bars { unicode, colour } => {
                let target = ProgressDrawTarget::stderr();
                self.bars = Some(Bars::new(target, &self.tally, unicode, colour));
            }
            Mode::Lines => tell(&line(&self.tally, self.started.elapsed())),
            Mode::Silent => {}
        }
    }

    fn show(&mut self) {
        let elapsed = self.started.elapsed();
        if let Some(bars) = &mut self.bars {
            bars.show(&self.tally, elapsed);
        } else if self.mode == Mode::Lines && self.schedule.due(elapsed) {
            tell(&line(&self.tally, elapsed));
        }
    }

    fn warn(&mut self, text: &str) {
        let text = format!("warning: {text}");
        match &self.bars {
            Some(bars) => bars.note(&text),
            None => tell(&text),
        }
    }

    fn finish(&mut self) {
        if let Some(mut bars) = self.bars.take() {
            bars.finish();
        } else if self.mode == Mode::Lines && self.under_way {
            tell(&line(&self.tally, self.started.elapsed()));
        }
        self.under_way = false;
    }
}

/// Counts finished things of one kind on stderr.
pub struct Counter {
    mode: Mode,
    what: &'static str,
    bar: Option<ProgressBar>,
    schedule: Schedule,
    started: Instant,
}

impl Counter {
    /// Nothing counted yet; `what` names the things.
    pub fn new(mode: Mode, what: &'static str) -> Self {
        Counter {
            mode,
            what,
            bar: None,
            schedule: Schedule::default(),
            started: Instant::now(),
        }
    }

    /// `done` of `all` are finished.
    pub fn show(&mut self, done: u64, all: u64) {
        match self.mode {
            Mode::Bars { unicode, colour } => {
                let new = || bars::counter(ProgressDrawTarget::stderr(), unicode, colour);
                let bar = self.bar.get_or_insert_with(new);
                bar.set_length(all);
                bar.set_position(done);
                bar.set_message(self.what);
            }
            Mode::Lines if self.schedule.due(self.started.elapsed()) => {
                tell(&format!("{done} of {all} {}", self.what));
            }
            Mode::Lines | Mode::Silent => {}
        }
    }

    /// Takes the bar away.
    pub fn finish(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}
