//! Progress as bars on a terminal: one for everything, one for each model that matters now.

use std::collections::BTreeMap;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::tally::{ModelTally, Tally, duration, large};
use crate::cli::terminal::note;
use crate::text::{percent, visible};

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
                bar.set_prefix(visible(&model.name));
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
        self.board.suspend(|| note(line));
    }

    /// Takes the bars away.
    pub fn finish(&mut self) {
        for bar in self.models.values() {
            bar.finish_and_clear();
        }
        self.overall.finish_and_clear();
    }
}

/// A single bar for finished things.
pub fn counter(target: ProgressDrawTarget, unicode: bool, colour: bool) -> ProgressBar {
    let paint = if colour { ".cyan" } else { "" };
    let template = format!("{{bar:24{paint}}} {{percent:>3}}%  {{pos}} of {{len}} {{msg}}");
    ProgressBar::with_draw_target(Some(0), target).with_style(style(&template, unicode))
}

/// A single bar for the share of something that is done.
pub fn share(target: ProgressDrawTarget, unicode: bool, colour: bool) -> ProgressBar {
    let paint = if colour { ".cyan" } else { "" };
    let template = format!("{{bar:24{paint}}} {{percent:>3}}%  {{msg}}");
    ProgressBar::with_draw_target(Some(0), target).with_style(style(&template, unicode))
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
        Some(rate) => format!("{} converged", percent(rate)),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use indicatif::TermLike;

    use super::*;

    /// Keeps what was drawn last.
    #[derive(Debug, Clone, Default)]
    struct Screen(Arc<Mutex<String>>);

    impl TermLike for Screen {
        fn width(&self) -> u16 {
            100
        }
        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn write_line(&self, text: &str) -> io::Result<()> {
            self.write_str(text)
        }
        fn write_str(&self, text: &str) -> io::Result<()> {
            let mut screen = self.0.lock().unwrap();
            screen.push_str(text);
            screen.push('\n');
            Ok(())
        }
        fn clear_line(&self) -> io::Result<()> {
            self.0.lock().unwrap().clear();
            Ok(())
        }
        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    fn drawn(models: usize, trained: &[usize], unicode: bool) -> String {
        let model = |index| ModelTally {
            name: format!("hidden-{index}"),
            cost: 1.0,
            runs: 100,
            done: 0,
            trained: 0,
            converged: 0,
            network_epochs: 0,
        };
        let mut tally = Tally::new((0..models).map(model).collect(), 1000);
        let screen = Screen::default();
        let target = ProgressDrawTarget::term_like_with_hz(Box::new(screen.clone()), 255);
        let mut bars = Bars::new(target, &tally, unicode, false);
        for index in trained {
            tally.add(*index, 50, 40, 50_000);
        }
        bars.show(&tally, Duration::from_secs(1));
        std::thread::sleep(Duration::from_millis(20));
        bars.show(&tally, Duration::from_secs(1));
        bars.overall.tick();
        let text = screen.0.lock().unwrap().clone();
        bars.finish();
        text
    }

    #[test]
    fn speed_time_left_and_rate_are_shown() {
        let text = drawn(2, &[1], false);
        for part in [
            "25%",
            "50.0 thousand network-epochs/s, 3.00 s left",
            "hidden-1",
            "50/100",
            "80% converged",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(text.contains("hidden-0"), "{text}");
        assert!(text.is_ascii(), "{text}");
        assert!(drawn(2, &[1], true).contains('█'));
    }

    #[test]
    fn of_many_models_only_active_ones_are_shown() {
        let text = drawn(100, &[17, 42], false);
        assert!(
            text.contains("hidden-17") && text.contains("hidden-42"),
            "{text}"
        );
        assert!(!text.contains("hidden-0 "), "{text}");
        let all: Vec<usize> = (0..100).collect();
        let text = drawn(100, &all, false);
        assert_eq!(text.matches("hidden-").count(), ALL_MODELS, "{text}");
    }
}
