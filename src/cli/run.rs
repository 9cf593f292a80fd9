//! `seedbed run`: trains what is missing, then says what was found.

use std::path::PathBuf;

use super::arguments::{ProgressChoice, Run};
use super::progress::{Mode, Progress};
use super::terminal::{self, Terminal, shell_word};
use super::{interrupt, summary};
use crate::error::Result;
use crate::study::Study;

/// Runs a manifest into its results folder.
pub fn run(arguments: &Run, terminal: Terminal) -> Result<()> {
    let interrupt = interrupt::listen();
    let mut study = Study::load(&arguments.manifest)?.interrupted_by(interrupt);
    if let Some(threads) = arguments.threads {
        study = study.threads(threads.get());
    }
    if let Some((index, count)) = arguments.shard {
        study = study.shard(index, count);
    }
    if let Some((first, last)) = arguments.seeds {
        study = study.seeds(first, last);
    }
    let study = study
        .overwrite(arguments.overwrite)
        .retrain_changed(arguments.retrain_changed);
    let folder = folder(arguments, &study);
    let progress = Progress::new(
        study.plan(),
        Mode::of(arguments.progress, terminal),
        interrupt,
    );
    let done = study.run_in(&folder, &|event| progress.on_event(&event));
    progress.finish();
    let done =
        done.map_err(|error| interrupt::with_next_command(error, || next_command(arguments)))?;
    interrupt::end_soon();
    terminal::say(&summary::of_run(terminal, &study, &done, &folder))
}

/// Where the results go if nothing else is said.
fn folder(arguments: &Run, study: &Study) -> PathBuf {
    let name = &study.plan().manifest.name;
    let usual = match arguments.shard {
        None => name.clone(),
        Some((index, count)) => format!("{name}-shard-{index}-of-{count}"),
    };
    let out = arguments.out.clone();
    out.unwrap_or_else(|| PathBuf::from("results").join(usual))
}

/// The same command again, without `--overwrite`, which would throw away what is done.
fn next_command(arguments: &Run) -> String {
    let mut words = vec![
        "seedbed run".to_owned(),
        shell_word(&arguments.manifest.to_string_lossy()),
    ];
    if let Some(out) = &arguments.out {
        words.push(format!("--out {}", shell_word(&out.to_string_lossy())));
    }
    if let Some(threads) = arguments.threads {
        words.push(format!("--threads {threads}"));
    }
    if let Some((index, count)) = arguments.shard {
        words.push(format!("--shard {index}/{count}"));
    }
    if let Some((first, last)) = arguments.seeds {
        words.push(format!("--seeds {first}..{last}"));
    }
    if arguments.retrain_changed {
        words.push("--retrain-changed".to_owned());
    }
    match arguments.progress {
        ProgressChoice::Auto => {}
        ProgressChoice::Bar => words.push("--progress bar".to_owned()),
        ProgressChoice::Plain => words.push("--progress plain".to_owned()),
        ProgressChoice::None => words.push("--progress none".to_owned()),
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Command;
    use clap::Parser;

    fn next(line: &str) -> String {
        let typed = crate::cli::Arguments::parse_from(line.split(' '));
        let Command::Run(run) = typed.command else {
            panic!("{line} is no run");
        };
        next_command(&run)
    }

    #[test]
    fn the_command_that_goes_on_is_the_one_that_was_typed() {
        for line in [
            "seedbed run a.toml",
            "seedbed run a.toml --out b --threads 3 --shard 2/5 --progress plain",
            "seedbed run a.toml --seeds 1..7",
            "seedbed run a.toml --retrain-changed",
        ] {
            assert_eq!(next(line), line);
        }
    }

    #[test]
    fn it_never_overwrites_what_is_done() {
        assert_eq!(next("seedbed run a.toml --overwrite"), "seedbed run a.toml");
    }
}
