//! `seedbed plan`: what a run would cost and how sure its answer would be.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::arguments::{self, ProgressChoice};
use super::progress::{Counter, Mode, duration, large};
use super::summary::folded;
use super::terminal::{self, Terminal};
use crate::error::Result;
use crate::manifest::Data;
use crate::plan::Plan;
use crate::study::{Cost, Study, cores};
use crate::text::{bytes, counted, grouped, interval, level, number, percent};
use crate::{statistics, training};

/// Model names shown before the rest is only counted.
const NAMES: usize = 4;

/// The share of all time from which writing is told apart.
const WORTH_SAYING: f64 = 0.2;

/// Width of the column of labels.
const LABEL: usize = 17;

/// Says what a manifest would cost.
pub fn plan(arguments: &arguments::Plan, terminal: Terminal) -> Result<()> {
    let study = Study::load(&arguments.manifest)?;
    let threads = arguments.threads.map_or_else(cores, NonZeroUsize::get);
    let folder = Path::new("results").join(&study.plan().manifest.name);
    let estimate = match arguments.no_calibration {
        true => study.estimate(threads, &folder)?,
        false => measured(&study, threads, &folder, terminal)?,
    };
    let mut text = String::new();
    let plan = study.plan();
    let manifest = &plan.manifest;
    let title = match manifest.description.as_str() {
        "" => manifest.name.clone(),
        question => format!("{}: {question}", manifest.name),
    };
    text += &format!("{}\n", folded(&terminal.clean(&title), terminal.width));
    let data = data(&manifest.data).into_iter();
    let data = data.map(|(label, value)| (label, terminal.clean(&terminal.plain(&value))));
    for (label, value) in data.chain(facts(plan, &estimate, threads)?) {
        let lines = folded(&value, terminal.width.saturating_sub(LABEL));
        for (index, line) in lines.lines().enumerate() {
            let label = if index == 0 { label } else { "" };
            text += &format!("{label:<LABEL$}{line}\n");
        }
    }
    if let Some(refused) = &estimate.refused {
        let refused = format!("`seedbed run` refuses it here: {refused}");
        text += &format!("\n{}\n", folded(&refused, terminal.width));
    }
    text += &format!("\n{}", certainty(plan));
    terminal::say(&terminal.plain(&text))
}

/// What was understood of the data, and what may be wrong with it.
fn data(data: &Data) -> Vec<(&'static str, String)> {
    if data.file.is_none() {
        let shape = format!(
            "{} of {}, {}",
            counted(data.first().rows(), "row"),
            counted(data.input_count(), "input"),
            counted(data.output_count(), "output"),
        );
        return vec![("data", shape)];
    }
    let mut lines = data.recognised.clone();
    let warnings = data.warnings.iter();
    lines.extend(warnings.map(|warning| ("warning", warning.clone())));
    lines
}

fn facts(plan: &Plan, estimate: &Cost, threads: usize) -> Result<Vec<(&'static str, String)>> {
    let manifest = &plan.manifest;
    let most = if manifest.stop { "at most " } else { "" };
    let epochs = plan.network_epochs() as f64;
    Ok(vec![
        ("models", models(plan)),
        ("seeds", grouped(manifest.seeds.count().into())),
        ("runs", grouped(plan.runs().into())),
        (
            "epochs of a run",
            format!("{most}{}", grouped(manifest.epochs.into())),
        ),
        ("network-epochs", format!("{most}{}", large(epochs))),
        ("time", time(estimate, threads)?),
        ("memory", memory(estimate)),
        ("disk", disk(estimate)),
    ])
}

/// The peak, and what should fit a cache.
fn memory(estimate: &Cost) -> String {
    let (all, at_work) = (
        bytes(estimate.memory.into()),
        bytes(estimate.at_work.into()),
    );
    format!("about {all}; each thread trains within {at_work}")
}

/// The time in all and, if writing is a good part of it, what of it is training.
fn time(estimate: &Cost, threads: usize) -> Result<String> {
    let Some(seconds) = estimate.seconds else {
        return Ok("not estimated".to_owned());
    };
    let told = |seconds| duration(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX));
    let about = if estimate.at_most { "at most" } else { "about" };
    let (all, threads) = (told(seconds.all()), counted(threads, "thread"));
    let mut text = format!("{about} {all} on {threads} ({})", training::backend()?);
    if seconds.writing > WORTH_SAYING * seconds.all() {
        text += &format!(": {} of training, then files", told(seconds.training));
    }
    Ok(text)
}

/// The room that the results take, and the most on the way there.
fn disk(estimate: &Cost) -> String {
    format!(
        "about {}, up to {} while it runs",
        bytes(estimate.disk.into()),
        bytes(estimate.peak_disk.into()),
    )
}

/// Measures what isn't known of this machine, and says so while it does.
fn measured(study: &Study, threads: usize, folder: &Path, terminal: Terminal) -> Result<Cost> {
    /// Nobody waits for the end of a drawing here: a signal ends the process.
    static NEVER: AtomicBool = AtomicBool::new(false);
    let mode = Mode::of(ProgressChoice::Auto, terminal);
    let counter = Counter::new(mode, "speeds measured", &NEVER);
    let show = &mut |done, all| counter.show(done, all);
    let estimate = study.estimate_with_time(threads, folder, show);
    counter.finish();
    estimate
}

/// How many models, and the first few names.
fn models(plan: &Plan) -> String {
    let count = plan.models.len();
    let shown = if count <= 2 * NAMES { count } else { NAMES };
    let names: Vec<&str> = plan.models[..shown]
        .iter()
        .map(|m| m.name.as_str())
        .collect();
    let rest = if shown < count {
        format!(", … {}", plan.models[count - 1].name)
    } else {
        String::new()
    };
    format!("{count}: {}{rest}", names.join(", "))
}

/// How wide the interval of a rate will be, at rates that make a difference.
fn certainty(plan: &Plan) -> String {
    let seeds = plan.manifest.seeds.count();
    let settings = &plan.manifest.statistics;
    let confidence = level(settings.confidence);
    let mut text = format!("How sure a convergence rate will be ({confidence} interval):\n");
    let mut seen = None;
    for share in [0.0, 0.5, 0.9, 0.99, 1.0] {
        let converged = (share * seeds as f64).round() as u64;
        if seen == Some(converged) {
            continue;
        }
        seen = Some(converged);
        let rate = statistics::rate_interval(converged, seeds, settings);
        text += &format!(
            "  if {converged:>width$} of {seeds} runs converge: {}\n",
            interval(rate.low, rate.high),
            width = seeds.to_string().len(),
        );
    }
    text + &standard_error(seeds)
}

/// How many seeds make the Monte Carlo standard error √(p(1 − p)/n) of a rate one percentage
/// point, and what it is at most with those of the manifest.
fn standard_error(seeds: u64) -> String {
    const WANTED: f64 = 0.01;
    let needed = |rate: f64| (rate * (1.0 - rate) / (WANTED * WANTED)).round() as u128;
    let most = 50.0 / (seeds.max(1) as f64).sqrt();
    format!(
        "  its standard error is {} percentage points or less; for {} it takes\n  {} seeds at a rate \
         of 50%, {} at 90%, {} at 99%\n",
        number(most, 2),
        percent(WANTED),
        grouped(needed(0.5)),
        grouped(needed(0.9)),
        grouped(needed(0.99)),
    )
}
