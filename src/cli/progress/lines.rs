//! Progress as plain lines, for logs: one at the start, then ever fewer.

use std::time::Duration;

use super::tally::{Tally, duration, large};
use crate::text::percent;

/// The first line of news comes after this time, the next after twice it, …
const FIRST: Duration = Duration::from_secs(5);
/// … but never later than this after the last.
const LONGEST: Duration = Duration::from_secs(60);

/// Decides when a line is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    next: Duration,
    pause: Duration,
}

impl Default for Schedule {
    fn default() -> Self {
        Schedule {
            next: FIRST,
            pause: FIRST,
        }
    }
}

impl Schedule {
    /// Whether a line is due after `elapsed`; if so, sets the time of the next.
    pub fn due(&mut self, elapsed: Duration) -> bool {
        if elapsed < self.next {
            return false;
        }
        self.pause = (self.pause * 2).min(LONGEST);
        self.next = elapsed + self.pause;
        true
    }
}

/// The state of the work in one line.
pub fn line(tally: &Tally, elapsed: Duration) -> String {
    let (runs, done) = tally.runs();
    let mut line = format!("{:.0}%: {done} of {runs} runs", 100.0 * tally.share());
    if let Some(speed) = tally.speed(elapsed) {
        line += &format!(", {} network-epochs/s", large(speed));
    }
    if let Some(left) = tally.time_left(elapsed).filter(|_| done < runs) {
        line += &format!(", {} left", duration(left));
    }
    for model in tally.models.iter().filter(|m| m.active()).take(4) {
        if let Some(rate) = model.rate() {
            line += &format!("; {} {} converged", model.name, percent(rate));
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::progress::tally::ModelTally;

    #[test]
    fn lines_become_rarer_but_never_rarer_than_one_a_minute() {
        let mut schedule = Schedule::default();
        let due: Vec<u64> = (0..300)
            .filter(|second| schedule.due(Duration::from_secs(*second)))
            .collect();
        assert_eq!(due, [5, 15, 35, 75, 135, 195, 255]);
    }

    #[test]
    fn a_line_says_how_far_how_fast_and_how_long() {
        let model = ModelTally {
            name: "hidden-4".to_owned(),
            cost: 1.0,
            runs: 100,
            done: 0,
            trained: 0,
            converged: 0,
            network_epochs: 0,
        };
        let mut tally = Tally::new(vec![model], 1000);
        tally.add(0, 25, 24, 25_000);
        assert_eq!(
            line(&tally, Duration::from_secs(1)),
            "25%: 25 of 100 runs, 25.0 thousand network-epochs/s, 3.00 s left; \
             hidden-4 96% converged"
        );
    }
}
