//! `seedbed replay`: one run again, its verdict, its story, and its curve and weights as CSV.

use std::path::{Path, PathBuf};

use super::terminal::{self, Terminal};
use super::{arguments, interrupt, outputs, own_file, story};
use crate::error::{Error, Result};
use crate::network::Parameters;
use crate::plan::Plan;
use crate::results::columns::Cell;
use crate::statistics;
use crate::study::{Replay, Stored, Study};
use crate::text::{path_text, percent};
use crate::training::Snapshot;

/// First line of what `--curve` writes.
const CURVE_HEADS: &str = "updates,mse\r\n";
/// First line of what `--weights` writes.
const WEIGHTS_HEADS: &str = "updates,layer,from,to,weight\r\n";

/// Retrains a run, compares it with its row, and tells its story.
pub fn replay(arguments: &arguments::Replay, terminal: Terminal) -> Result<()> {
    let source = &arguments.source;
    let is_folder = source.is_dir();
    let study = match is_folder {
        true => Study::of_results(source)?,
        false => Study::load(source)?,
    };
    let study = study.interrupted_by(interrupt::listen());
    let results = is_folder.then_some(source.as_path());
    for (path, heads) in [
        (&arguments.curve, CURVE_HEADS),
        (&arguments.weights, WEIGHTS_HEADS),
        (&arguments.outputs, outputs::HEADS),
    ] {
        if let Some(path) = path {
            own_file::check(path, |there| there.starts_with(heads.as_bytes()))?;
        }
    }
    let replay = study.replay(&arguments.model, arguments.seed, results)?;
    let mut text = verdict(arguments, &replay);
    let standing: Vec<Option<String>> = (0..replay.run.outcome.predictions.len())
        .map(|at| standing(&replay, at))
        .collect();
    text += &story::tell(terminal, study.plan(), &replay, &standing);
    for (path, bytes) in files(arguments, study.plan(), &replay) {
        own_file::write(path, bytes.as_bytes())?;
        text += &format!("\nwrote {}", path_text(path));
    }
    interrupt::end_soon();
    terminal::say(&format!("{}\n", text.trim_end()))?;
    match &replay.stored {
        Stored::Differs { line, .. } => Err(Error::Differs(format!(
            "{} seed {} is not what line {line} of {} says",
            arguments.model,
            arguments.seed,
            path_text(&source.join(crate::results::folder::RUNS))
        ))),
        Stored::Identical { .. } | Stored::Nothing => Ok(()),
    }
}

/// The first line: what the comparison gave.
fn verdict(arguments: &arguments::Replay, replay: &Replay) -> String {
    let run = format!("{}, seed {}", arguments.model, arguments.seed);
    match &replay.stored {
        Stored::Identical { line } => {
            format!("{run}: identical, bit for bit, with line {line} of runs.csv.\n")
        }
        Stored::Nothing => format!("{run}: retrained; no row is stored to compare it with.\n"),
        Stored::Differs {
            line,
            column,
            stored,
            retrained,
        } => format!(
            "{run}: differs from line {line} of runs.csv, first in {column}:\n  \
             stored     {stored}\n  retrained  {retrained}\n\n"
        ),
    }
}

/// Where a prediction stands among the stored runs of its model.
fn standing(replay: &Replay, at: usize) -> Option<String> {
    let peers = replay.peers.get(at).filter(|peers| peers.len() > 1)?;
    let standing = statistics::standing(peers, *replay.run.outcome.predictions.get(at)?)?;
    Some(format!(
        "lower than {} of the {} runs of this model, higher than {}",
        percent(standing.lower_than),
        peers.len(),
        percent(standing.higher_than),
    ))
}

/// The files asked for, with their bytes.
fn files<'a>(
    arguments: &'a arguments::Replay,
    plan: &Plan,
    replay: &Replay,
) -> Vec<(&'a Path, String)> {
    let snapshots = &replay.snapshots;
    let path = |path: &'a Option<PathBuf>| path.as_deref();
    let curve = path(&arguments.curve).map(|path| (path, curve(snapshots)));
    let weights = path(&arguments.weights).map(|path| (path, weights(plan, snapshots)));
    let outputs = path(&arguments.outputs).map(|path| (path, outputs::csv(plan, replay)));
    curve.into_iter().chain(weights).chain(outputs).collect()
}

/// The loss after so many updates, as CSV.
fn curve(snapshots: &[Snapshot]) -> String {
    let mut text = CURVE_HEADS.to_owned();
    for snapshot in snapshots {
        text += &format!("{},", snapshot.epoch);
        Cell::from(snapshot.mse).write(&mut text);
        text += "\r\n";
    }
    text
}

/// Every weight after so many updates, as CSV. Layers count from 1; `from` is the input or
/// neuron that a weight comes from, `bias` for a bias; `to` the neuron it leads to.
fn weights(plan: &Plan, snapshots: &[Snapshot]) -> String {
    let inputs = plan.manifest.data.input_count();
    let mut text = WEIGHTS_HEADS.to_owned();
    for snapshot in snapshots {
        add_weights(&mut text, snapshot.epoch, inputs, &snapshot.parameters);
    }
    text
}

fn add_weights(text: &mut String, updates: u64, inputs: usize, parameters: &Parameters) {
    let mut fan_in = inputs;
    for (layer, matrix) in parameters.layers.iter().enumerate() {
        for ((from, to), weight) in matrix.indexed_iter() {
            // One row more than the layer before has neurons: the last is the bias.
            let from = match from == fan_in {
                true => "bias".to_owned(),
                false => (from + 1).to_string(),
            };
            *text += &format!("{updates},{},{from},{},", layer + 1, to + 1);
            Cell::from(*weight).write(text);
            *text += "\r\n";
        }
        fan_in = matrix.ncols();
    }
}
