//! `seedbed verify`: says whether a results folder is what its manifest gives.

use std::time::{SystemTime, UNIX_EPOCH};

use super::progress::{Counter, Mode};
use super::terminal::{self, Terminal};
use super::{arguments, interrupt};
use crate::error::{Error, Result};
use crate::study::{Sample, Study, Verification};
use crate::text::{counted, path_text};

/// Rows and problems named one by one; the rest is counted.
const NAMED: usize = 20;

/// Checks a results folder.
pub fn verify(arguments: &arguments::Verify, terminal: Terminal) -> Result<()> {
    let interrupt = interrupt::listen();
    let mut study = Study::of_results(&arguments.results)?.interrupted_by(interrupt);
    if let Some(threads) = arguments.threads {
        study = study.threads(threads.get());
    }
    let sample = match arguments.all {
        true => Sample::All,
        false => Sample::Random {
            count: arguments.sample,
            seed: arguments.sample_seed.unwrap_or_else(from_the_clock),
        },
    };
    let mode = Mode::of(arguments.progress, terminal);
    let counter = Counter::new(mode, "runs retrained", interrupt);
    let found = study.verify(&arguments.results, sample, &mut |done, all| {
        counter.show(done, all);
    });
    counter.finish();
    let found = found?;
    interrupt::end_soon();
    let text = told(&found, sample, &path_text(&arguments.results));
    terminal::say(&terminal.plain(&terminal_lines(terminal, &text)))?;
    if found.is_good() {
        Ok(())
    } else {
        let count = found.differences.len() + found.problems.len();
        Err(Error::Differs(format!(
            "{} is not what its manifest gives: {} found",
            path_text(&arguments.results),
            counted(count, "difference")
        )))
    }
}

/// A sample is drawn anew each time; its seed is printed so that it can be drawn again.
fn from_the_clock() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |time| time.as_nanos() as u64 % 1_000_000)
}

/// Every line cleaned of what a file may have smuggled in.
fn terminal_lines(terminal: Terminal, text: &str) -> String {
    text.lines()
        .map(|line| terminal.clean(line) + "\n")
        .collect()
}

fn told(found: &Verification, sample: Sample, folder: &str) -> String {
    let mut text = String::new();
    for problem in found.problems.iter().take(NAMED) {
        text += &format!("{problem}\n");
    }
    for row in found.differences.iter().take(NAMED) {
        text += &format!(
            "runs.csv line {}: {} seed {} differs in {}: stored {}, expected {}\n",
            row.line, row.model, row.seed, row.column, row.stored, row.expected
        );
    }
    let named = found.problems.len().min(NAMED) + found.differences.len().min(NAMED);
    let rest = found.problems.len() + found.differences.len() - named;
    if rest > 0 {
        text += &format!("and {rest} more\n");
    }
    let drawn = match sample {
        Sample::All => "all".to_owned(),
        Sample::Random { seed, .. } => format!("drawn by --sample-seed {seed}"),
    };
    text += &format!(
        "{folder}: {}, {} retrained ({drawn})\n",
        counted(found.rows, "row"),
        found.retrained
    );
    for note in &found.notes {
        text += &format!("{note}\n");
    }
    if found.is_good() {
        text += "checksums, counts and every retrained bit are right\n";
    }
    text
}
