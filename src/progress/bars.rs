//! Progress as bars on a terminal: one for everything, one for each model that matters now.

use std::collections::BTreeMap;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::tally::{ModelTally, Tally, duration, large};

/// Steps of the overall bar; finer than any terminal is wide.
const STEPS: u64 = 10_000;
/// With at most so many models each keeps its line; with more, only active ones have one.
const ALL_MODELS: usize = 8;

/// Bars on stderr, or on any other indicatif target.
pub struct Bars {
    board: MultiProgress,
    overall: ProgressBar,
    models: BTreeMap<usize, ProgressBar>,
    style: ProgressStyle,
}

impl Bars {
    /// Starts drawing. `unicode` and `colour` say what the terminal can show.
    pub fn new(target: ProgressDrawTarget, tally: &Tally, unicode: bool, colour: bool) -> Self {
        let board = MultiProgress::with_draw_target(target);
        let paint = if colour { ".cyan" } else { "" };
        let overall = board.add(ProgressBar::new(STEPS));
        overall.set_style(style(
            &format!("{{bar:24{paint}}} {{percent:>3}}%  {{msg}}"),
            unicode,
        ));
        let widest = tally.models.iter().map(|m| m.name.chars().count()).max();
        let name = widest.unwrap_or(0).clamp(8, 24);
        let style = style(
            &format!("  {{prefix:{name}!}} {{bar:16{paint}}} {{pos}}/{{len}}  {{msg}}"),
            unicode,
        );
        let mut bars = Bars {
            board,
            overall,
            models: BTreeMap::new(),
            style,
        };
        bars.show(tally, Duration::ZERO);
        bars
    }

    /// Draws the state of the work after `elapsed`.
    pub fn show(&mut self, tally: &Tally, elapsed: Duration) {
        self.overall
            .set_position((tally.share() * STEPS as f64) as u64);
        self.overall.set_message(overall_message(tally, elapsed));
        let few = tally.models.len() <= ALL_MODELS;
        for (index, model) in tally.models.iter().enumerate() {
            let wanted = few || (model.active() && self.has_room(index));
            if !wanted {
                if let Some(bar) = self.models.remove(&index) {
                    self.board.remove(&bar);
                }
                continue;
            }
            let (board, style) = (&self.board, &self.style);
            let bar = self.models.entry(index).or_insert_with(|| {
                let bar = board.add(ProgressBar::new(model.runs).with_style(style.clone()));
                bar.set_prefix(model.name.clone());
                bar
            });
            bar.set_position(model.done);
            bar.set_message(rate_message(model));
        }
    }

    fn has_room(&self, index: usize) -> bool {
        self.models.contains_key(&index) || self.models.len() < ALL_MODELS
    }

    /// Shows a line above the bars.
    pub fn note(&self, line: &str) {
        self.board.suspend(|| super::tell(line));
    }

    /// Takes the bars away.
    pub fn finish(&mut self) {
        for bar in self.models.values() {
            bar.finish_and_clear();
        }
        self.overall.finish_and_clear();
    }
}

fn style(template: &str, unicode: bool) -> ProgressStyle {
    let characters = if unicode {
        "█▉▊▋▌▍▎▏·"
    } else {
        "#>."
    };
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars(characters)
}

fn overall_message(tally: &Tally, elapsed: Duration) -> String {
    let speed = tally.speed(elapsed);
    let speed = speed.map(|s| format!("{} network-epochs/s", large(s)));
    let left = tally.time_left(elapsed);
    let left = left.map(|t| format!("{} left", duration(t)));
    match (speed, left) {
        (Some(speed), Some(left)) => format!("{speed}, {left}"),
        _ => String::new(),
    }
}

fn rate_message(model: &ModelTally) -> String {
    match model.rate() {
        Some(rate) => format!("{:.1}% converged", 100.0 * rate),
        None => String::new(),
    }
}
