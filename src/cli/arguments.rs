//! What was typed: the command line's definition, nothing more.
//!
//! Help, suggestions, completions and the shape of every option come from these types.
//! What the options mean together is decided in the commands themselves; values that have
//! a form of their own (`I/N`, `1..500`) are parsed here, so that a typo fails before
//! hours of work.

use std::ffi::OsString;
use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::terminal::tell;
use crate::text::steers;

const EXAMPLES: &str = "\
Examples:
  seedbed new my-study                      start a manifest of your own
  seedbed plan my-study.toml                how long will it take, how sure will it be?
  seedbed run my-study.toml                 train everything, write results/my-study/
  seedbed run my-study.toml                 again: trains only what is missing
  seedbed replay results/my-study --model hidden-4 --seed 1
                                            retrain one run and tell its story
  seedbed verify results/my-study           retrain a sample and compare every bit
  seedbed rounding results/my-study         how many runs end otherwise one rounding step away?

Exit codes: 0 done, 1 failed or a replay differs, 2 bad arguments or manifest,
130 interrupted (what is done is kept, the command that goes on is printed).";

/// Trains many seeded copies of a small neural network and says how often each width learns,
/// how fast, and what it predicts, in CSV that a spreadsheet opens.
#[derive(Debug, Parser)]
#[command(name = "seedbed", version, after_help = EXAMPLES, max_term_width = 100)]
#[command(arg_required_else_help = true, subcommand_required = true)]
pub struct Arguments {
    /// Draw tables and bars in plain ASCII (the default where the locale is not UTF-8).
    #[arg(long, global = true)]
    pub ascii: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

impl Arguments {
    /// The arguments of this process. Help, the version and mistakes end it here.
    pub fn from_command_line() -> Self {
        Self::try_parse().unwrap_or_else(|mistake| refuse(&mistake))
    }
}

/// The parser tells mistakes in colour and repeats what was typed as it is, file names that a
/// shell filled in too. Where these would steer a terminal, its words go without colour.
fn refuse(mistake: &clap::Error) -> ! {
    let steering = |word: OsString| word.to_string_lossy().chars().any(steers);
    if std::env::args_os().any(steering) {
        tell(mistake.render().to_string().trim_end());
        std::process::exit(mistake.exit_code());
    }
    mistake.exit()
}

/// One variant per command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Train what is missing and write results/NAME/.
    Run(Run),
    /// Say what a run would cost and how sure its answer would be; train nothing.
    Plan(Plan),
    /// Retrain one run, compare it with its stored row bit for bit, and tell its story.
    Replay(Replay),
    /// Check a results folder: checksums, completeness, and runs retrained bit for bit.
    Verify(Verify),
    /// Retrain a sample with every initial weight one rounding step away; say how many end otherwise.
    Rounding(Rounding),
    /// Recompute every derived file from runs.csv.
    Report(Report),
    /// Join the results of all shards into one folder.
    Merge(Merge),
    /// Write a starter manifest to NAME.toml.
    New(New),
    /// Print the JSON Schema of the manifest, for editors.
    Schema,
    /// Print the completion script of a shell.
    Completions(Completions),
}

/// `run`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  seedbed run experiments/article.toml
  seedbed run experiments/widths.toml --threads 8 --progress plain
  seedbed run experiments/widths.toml --seeds 1..100     a first look, then go on with all seeds
  seedbed run big.toml --shard 3/8 --out shards/3        one of eight machines; then `seedbed merge`

Press Ctrl-C to stop: what is done is kept, and the same command goes on from there.")]
pub struct Run {
    /// The experiment, a TOML file.
    pub manifest: PathBuf,
    /// Folder for the results [default: results/NAME, or results/NAME-shard-I-of-N].
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Threads that train [default: all cores]. The results do not depend on it.
    #[arg(long, value_name = "N", value_parser = threads)]
    pub threads: Option<NonZeroUsize>,
    /// Do only part I of N equal parts of the work, counted from 1.
    #[arg(long, value_name = "I/N", value_parser = shard, conflicts_with = "seeds")]
    pub shard: Option<(u64, u64)>,
    /// Do only these of the manifest's seeds, both ends included.
    #[arg(long, value_name = "FIRST..LAST", value_parser = seeds)]
    pub seeds: Option<(u64, u64)>,
    /// Replace results that are already there.
    #[arg(long)]
    pub overwrite: bool,
    /// Keep the rows that are what was recorded, and train again those that somebody changed.
    #[arg(long, conflicts_with = "overwrite")]
    pub retrain_changed: bool,
    /// How progress is shown on stderr.
    #[arg(long, value_enum, default_value_t, value_name = "HOW")]
    pub progress: ProgressChoice,
}

/// `--progress`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ProgressChoice {
    /// Bars on a terminal, lines on a dumb one, nothing where stderr is no terminal.
    #[default]
    Auto,
    /// Bars, wherever stderr is a terminal.
    Bar,
    /// A line now and then, for logs.
    Plain,
    /// Nothing.
    None,
}

/// `plan`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  seedbed plan experiments/widths.toml
  seedbed plan experiments/widths.toml --threads 64      as if this machine had 64 cores like its own
  seedbed plan huge.toml --no-calibration                at once, without the estimate of time

The first plan of a new shape of network trains it for a moment to learn this machine's speed;
the speed is remembered in the user's cache folder.")]
pub struct Plan {
    /// The experiment, a TOML file.
    pub manifest: PathBuf,
    /// Threads that would train [default: all cores].
    #[arg(long, value_name = "N", value_parser = threads)]
    pub threads: Option<NonZeroUsize>,
    /// Do not measure this machine's speed; the time is then left out.
    #[arg(long)]
    pub no_calibration: bool,
}

/// `replay`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  seedbed replay results/article --model hidden-4 --seed 1
  seedbed replay results/widths --model hidden-3 --seed 17 --curve loss.csv --weights weights.csv
  seedbed replay results/iris --model hidden-4:split_seed=1 --seed 7 --outputs rows.csv
  seedbed replay experiments/widths.toml --model hidden-16 --seed 99     nothing stored is needed

Exit code 0: identical to the stored row, bit for bit (or nothing stored); 1: it differs.")]
pub struct Replay {
    /// A results folder or a manifest.
    #[arg(value_name = "RESULTS|MANIFEST")]
    pub source: PathBuf,
    /// The model's name, as in the `model` column of runs.csv.
    #[arg(long, value_name = "M")]
    pub model: String,
    /// The run's seed.
    #[arg(long, value_name = "S")]
    pub seed: u64,
    /// Also write the loss at every epoch shown to this CSV file.
    #[arg(long, value_name = "FILE")]
    pub curve: Option<PathBuf>,
    /// Also write the weights at the same epochs to this CSV file.
    #[arg(long, value_name = "FILE")]
    pub weights: Option<PathBuf>,
    /// Also write the outputs of the final weights for every row, of all sets, to this CSV file.
    #[arg(long, value_name = "FILE")]
    pub outputs: Option<PathBuf>,
}

/// `verify`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  seedbed verify results/widths                          checksums, counts and 100 runs retrained
  seedbed verify results/widths --sample 1000 --sample-seed 7
  seedbed verify results/article --all

Exit code 1: something differs; the rows are named.")]
pub struct Verify {
    /// The results folder.
    pub results: PathBuf,
    /// How many runs to retrain.
    #[arg(long, value_name = "N", default_value_t = 100, conflicts_with = "all")]
    pub sample: u64,
    /// Retrain every run.
    #[arg(long)]
    pub all: bool,
    /// Seed that draws the sample, to repeat one [default: from the clock, printed].
    #[arg(long, value_name = "S", conflicts_with = "all")]
    pub sample_seed: Option<u64>,
    /// Threads that train [default: all cores].
    #[arg(long, value_name = "N", value_parser = threads)]
    pub threads: Option<NonZeroUsize>,
    /// How progress is shown on stderr.
    #[arg(long, value_enum, default_value_t, value_name = "HOW")]
    pub progress: ProgressChoice,
}

/// `rounding`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  seedbed rounding results/widths                        100 runs of each model and their twins
  seedbed rounding results/widths --sample 1000 --write  more of them, kept as rounding.csv

A run's twin has the same seed, but every initial weight is the next number up or down. A run that
ends otherwise than its twin may end otherwise in any other program; the rates should agree.")]
pub struct Rounding {
    /// The results folder.
    pub results: PathBuf,
    /// How many runs of each model to retrain, evenly spread over its seeds; all, if it has fewer.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = sample)]
    pub sample: u64,
    /// Threads that train [default: all cores]. The numbers do not depend on it.
    #[arg(long, value_name = "N", value_parser = threads)]
    pub threads: Option<NonZeroUsize>,
    /// Also write rounding.csv into the results folder.
    #[arg(long)]
    pub write: bool,
    /// How progress is shown on stderr.
    #[arg(long, value_enum, default_value_t, value_name = "HOW")]
    pub progress: ProgressChoice,
}

/// `report`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  seedbed report results/widths      after a look at runs.csv in a spreadsheet, or with a newer Seedbed

Reads runs.csv and losses.csv, also as a spreadsheet saves them; writes the same bytes every time.")]
pub struct Report {
    /// The results folder.
    pub results: PathBuf,
}

/// `merge`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  seedbed merge results/big shards/1 shards/2 shards/3
  seedbed merge results/big results/big-shard-*

Refuses gaps, overlaps, different manifests and different versions. The bytes are those of a run
without shards.")]
pub struct Merge {
    /// Folder for the joined results.
    pub out: PathBuf,
    /// The results folders of all shards, in any order.
    #[arg(required = true, value_name = "SHARD")]
    pub shards: Vec<PathBuf>,
}

/// `new`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  seedbed new my-study               writes my-study.toml and seedbed.schema.json beside it
  seedbed new iris --from iris.csv   writes iris.toml for this file, and says what it guessed

With --from, the target is the column called class, label, target, species, y, outcome or diagnosis,
else the last column of text with few values, else the last column.")]
pub struct New {
    /// Name of the study: letters, digits, `.`, `_`, `-`.
    pub name: String,
    /// A CSV file to write the manifest for, its path as seen from here.
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
}

/// `completions`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  seedbed completions bash > ~/.local/share/bash-completion/completions/seedbed
  seedbed completions zsh > ~/.zfunc/_seedbed
  seedbed completions fish > ~/.config/fish/completions/seedbed.fish")]
pub struct Completions {
    /// The shell.
    pub shell: Shell,
}

/// More threads than any machine has cores are a typo, and would be tried.
const MOST_THREADS: usize = 4096;

/// From 1 to [`MOST_THREADS`].
fn threads(text: &str) -> Result<NonZeroUsize, String> {
    let threads = text.parse().ok().and_then(NonZeroUsize::new);
    threads
        .filter(|threads| threads.get() <= MOST_THREADS)
        .ok_or_else(|| format!("expected a whole number from 1 to {MOST_THREADS}"))
}

/// From 1.
fn sample(text: &str) -> Result<u64, String> {
    let runs = text.parse().ok().filter(|runs| *runs > 0);
    runs.ok_or_else(|| "expected a whole number of runs of each model, from 1".to_owned())
}

/// `I/N` with 1 ≤ I ≤ N.
fn shard(text: &str) -> Result<(u64, u64), String> {
    let form = || "expected I/N, for instance 3/8 for the third of eight parts".to_owned();
    let (index, count) = text.split_once('/').ok_or_else(form)?;
    let index: u64 = index.parse().map_err(|_| form())?;
    let count: NonZeroU64 = count.parse().map_err(|_| form())?;
    if index == 0 {
        return Err(format!("parts count from 1, so the first is 1/{count}"));
    }
    if index > count.get() {
        return Err(format!("there is no part {index} of {count}"));
    }
    Ok((index, count.get()))
}

/// `FIRST..LAST`, both included, or one seed.
fn seeds(text: &str) -> Result<(u64, u64), String> {
    let form = || "expected FIRST..LAST, for instance 1..500, or one seed".to_owned();
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let last = last.strip_prefix('=').unwrap_or(last);
    let first: u64 = first.parse().map_err(|_| form())?;
    let last: u64 = last.parse().map_err(|_| form())?;
    if first > last {
        return Err(format!("the range is empty: {first} is after {last}"));
    }
    Ok((first, last))
}

#[cfg(test)]
mod tests;
