//! Counts finished things of one kind on stderr: a bar, lines or nothing.

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressDrawTarget};

use super::Mode;
use super::bars;
use super::drawing::Drawing;
use super::lines::Schedule;
use crate::cli::terminal::note;

/// Counts finished things of one kind on stderr.
pub struct Counter {
    drawing: Drawing<Count>,
}

/// So many of all are finished; nothing is known before the first is counted.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    done: u64,
    all: u64,
}

struct Artist {
    mode: Mode,
    what: &'static str,
    bar: Option<ProgressBar>,
    schedule: Schedule,
    started: Instant,
}

impl Counter {
    /// Nothing counted yet; `what` names the things.
    pub fn new(mode: Mode, what: &'static str, interrupted: &'static AtomicBool) -> Self {
        let mut artist = Artist {
            mode,
            what,
            bar: None,
            schedule: Schedule::default(),
            started: Instant::now(),
        };
        let draw = move |count: &Count, lines: &[String]| artist.draw(*count, lines);
        Counter {
            drawing: Drawing::new(Count::default(), interrupted, draw),
        }
    }

    /// `done` of `all` are finished.
    pub fn show(&self, done: u64, all: u64) {
        self.drawing.change(|count, _| *count = Count { done, all });
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.drawing.change(|count, _| *count = Count::default());
        self.drawing.finish();
    }
}

impl Artist {
    fn draw(&mut self, count: Count, lines: &[String]) {
        for line in lines {
            match &self.bar {
                Some(bar) => bar.suspend(|| note(line)),
                None => note(line),
            }
        }
        if count.all == 0 {
            if let Some(bar) = self.bar.take() {
                bar.finish_and_clear();
            }
            return;
        }
        match self.mode {
            Mode::Bars { unicode, colour } => {
                let new = || bars::counter(ProgressDrawTarget::stderr(), unicode, colour);
                let bar = self.bar.get_or_insert_with(new);
                bar.set_length(count.all);
                bar.set_position(count.done);
                bar.set_message(self.what);
            }
            Mode::Lines if self.schedule.due(self.started.elapsed()) => {
                note(&format!("{} of {} {}", count.done, count.all, self.what));
            }
            Mode::Lines | Mode::Silent => {}
        }
    }
}
