//! Shows the runner's events on stderr: bars, lines or nothing. The work knows nothing of this,
//! and never waits for it.

mod bars;
mod counter;
mod drawing;
mod lines;
mod tally;

use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget};

use super::arguments::ProgressChoice;
use super::terminal::{self, MOMENT, Terminal, note};
use crate::plan::Plan;
use crate::runner::Event;
use crate::text::percent;

use bars::Bars;
pub use counter::Counter;
use drawing::Drawing;
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
    mode: Mode,
    drawing: Drawing<Work>,
}

/// What is known of the work.
#[derive(Debug, Clone)]
struct Work {
    phase: Phase,
    tally: Tally,
    started: Instant,
    /// The pass over a file that was told of last.
    pass: Option<Pass>,
}

/// A pass over a file of the results folder, before training or after it.
#[derive(Debug, Clone)]
struct Pass {
    file: String,
    done: u64,
    all: u64,
    begun: Instant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Before,
    UnderWay,
    Over,
}

/// What is on the screen, and since when.
struct Artist {
    mode: Mode,
    schedule: Schedule,
    bars: Option<Bars>,
    /// Whether the bars were there and are taken away.
    cleared: bool,
    /// The bar of a pass over a file.
    pass: Option<ProgressBar>,
}

impl Progress {
    /// A listener for the runs of `plan`.
    pub fn new(plan: &Plan, mode: Mode, interrupted: &'static AtomicBool) -> Self {
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
        let tally = Tally::new(models.collect(), plan.manifest.epochs);
        Progress::of(tally, mode, interrupted)
    }

    /// A listener for work that trains no runs: passes over files, and warnings.
    pub fn of_files(mode: Mode, interrupted: &'static AtomicBool) -> Self {
        Progress::of(Tally::new(Vec::new(), 0), mode, interrupted)
    }

    fn of(tally: Tally, mode: Mode, interrupted: &'static AtomicBool) -> Self {
        let work = Work {
            phase: Phase::Before,
            tally,
            started: Instant::now(),
            pass: None,
        };
        let mut artist = Artist {
            mode,
            schedule: Schedule::default(),
            bars: None,
            cleared: false,
            pass: None,
        };
        let draw = move |work: &Work, lines: &[String]| artist.draw(work, lines);
        Progress {
            mode,
            drawing: Drawing::new(work, interrupted, draw),
        }
    }

    /// Takes one event; to be called from any thread, which waits for no terminal.
    pub fn on_event(&self, event: &Event) {
        self.drawing.change(|work, lines| match event {
            Event::Started { models, .. } => {
                work.start(models);
                lines.extend(self.news(work));
            }
            Event::Progress {
                model,
                runs,
                converged,
                network_epochs,
                finished_epochs,
                resumed_epochs,
            } => {
                let tally = &mut work.tally;
                tally.advance(*model, *network_epochs, *resumed_epochs);
                tally.finish(*model, *runs, *converged, *finished_epochs);
            }
            Event::Pass { file, done, all } => work.pass(file, *done, *all),
            Event::Warning(text) => lines.push(format!("warning: {text}")),
            Event::Finished { .. } => self.end(work, lines),
        });
    }

    /// Takes the bars away, also when the work ended early; waits for that no longer than a
    /// moment.
    pub fn finish(&self) {
        self.drawing.change(|work, lines| {
            work.pass = None;
            self.end(work, lines);
        });
        self.drawing.finish();
    }

    fn end(&self, work: &mut Work, lines: &mut Vec<String>) {
        if work.phase == Phase::UnderWay {
            lines.extend(self.news(work));
            work.phase = Phase::Over;
        }
    }

    /// The state of the work, where lines tell of it.
    fn news(&self, work: &Work) -> Option<String> {
        (self.mode == Mode::Lines).then(|| line(&work.tally, work.started.elapsed()))
    }
}

impl Work {
    /// `models`: runs to have in the end, and runs that are there.
    fn start(&mut self, models: &[(u64, u64)]) {
        self.phase = Phase::UnderWay;
        self.pass = None;
        self.started = Instant::now();
        for (tally, (runs, done)) in self.tally.models.iter_mut().zip(models) {
            tally.runs = *runs;
            tally.done = *done;
        }
    }

    fn pass(&mut self, file: &str, done: u64, all: u64) {
        match &mut self.pass {
            Some(pass) if pass.file == file && pass.done <= done => pass.done = done,
            other => {
                *other = Some(Pass {
                    file: file.to_owned(),
                    done,
                    all,
                    begun: Instant::now(),
                });
            }
        }
    }

    /// The pass that is worth telling of: one that goes on and is not over in a moment.
    fn long_pass(&self) -> Option<&Pass> {
        let worth = |pass: &&Pass| pass.done < pass.all && pass.begun.elapsed() > MOMENT;
        self.pass.as_ref().filter(worth)
    }
}

impl Artist {
    fn draw(&mut self, work: &Work, lines: &[String]) {
        if let Mode::Bars { unicode, colour } = self.mode
            && work.phase != Phase::Before
            && !self.cleared
        {
            let new = || Bars::new(ProgressDrawTarget::stderr(), &work.tally, unicode, colour);
            self.bars.get_or_insert_with(new);
        }
        for line in lines {
            match &self.bars {
                Some(bars) => bars.note(line),
                None => note(line),
            }
        }
        let elapsed = work.started.elapsed();
        match work.phase {
            Phase::Before => {}
            Phase::UnderWay => {
                if let Some(bars) = &mut self.bars {
                    bars.show(&work.tally, elapsed);
                } else if self.mode == Mode::Lines && self.schedule.due(elapsed) {
                    note(&line(&work.tally, elapsed));
                }
            }
            Phase::Over => {
                if let Some(mut bars) = self.bars.take() {
                    bars.finish();
                }
                self.cleared = true;
            }
        }
        self.draw_pass(work.long_pass(), elapsed);
    }

    fn draw_pass(&mut self, pass: Option<&Pass>, elapsed: Duration) {
        let Some(pass) = pass else {
            if let Some(bar) = self.pass.take() {
                bar.finish_and_clear();
            }
            return;
        };
        match self.mode {
            Mode::Bars { unicode, colour } => {
                let new = || bars::share(ProgressDrawTarget::stderr(), unicode, colour);
                let bar = self.pass.get_or_insert_with(new);
                bar.set_length(pass.all);
                bar.set_position(pass.done);
                bar.set_message(pass.file.clone());
            }
            Mode::Lines if self.schedule.due(elapsed) => {
                let share = percent(pass.done as f64 / pass.all as f64);
                note(&format!("{share} of {} is done", pass.file));
            }
            Mode::Lines | Mode::Silent => {}
        }
    }
}
