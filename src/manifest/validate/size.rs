//! Refuses what fits in no memory, and says how large it is.

use crate::manifest::axes::Axes;
use crate::manifest::diagnostic::Problems;
use crate::manifest::raw::Root;
use crate::manifest::{Curves, Seeds, limits};
use crate::network::Dataset;
use crate::text::{bytes, grouped};

/// Refuses what no machine could hold, and says how large it is.
pub fn check(
    root: &Root,
    axes: &Axes,
    rows: Option<&Dataset>,
    seeds: Option<&Seeds>,
    curves: Curves,
    problems: &mut Problems,
) {
    let models = axes.models();
    let hidden_at = root
        .network
        .get()
        .and_then(|table| table.hidden.span())
        .unwrap_or_default();
    if models > limits::MODELS {
        problems.add(
            hidden_at,
            format!("a grid of {} = {} models", axes.product(), grouped(models)),
            format!("at most {}", grouped(limits::MODELS)),
        );
        return;
    }
    if let Some(rows) = rows {
        check_networks(root, rows, problems);
    }
    let Some(seeds) = seeds.map(|seeds| u128::from(seeds.count())) else {
        return;
    };
    let runs = models * seeds;
    let table = root.seeds.get();
    let at = table
        .and_then(|table| table.count.span().or(table.list.span()))
        .unwrap_or_default();
    if runs > limits::RUNS {
        problems.add(
            at,
            format!(
                "{} models × {} seeds = {} runs, whose results take {} of memory",
                grouped(models),
                grouped(seeds),
                grouped(runs),
                bytes(runs * limits::BYTES_PER_RUN)
            ),
            format!(
                "at most {} runs ({})",
                grouped(limits::RUNS),
                bytes(limits::RUNS * limits::BYTES_PER_RUN)
            ),
        );
    }
    let losses = models * seeds.min(u128::from(curves.seeds)) * u128::from(curves.points);
    if losses > limits::LOSSES {
        problems.add(
            root.curves.span().unwrap_or(hidden_at),
            format!(
                "{} models × {} curves × {} points = {} losses, {} of memory",
                grouped(models),
                grouped(seeds.min(u128::from(curves.seeds))),
                grouped(u128::from(curves.points)),
                grouped(losses),
                bytes(losses * 16)
            ),
            format!(
                "at most {}: fewer [curves] seeds or points",
                grouped(limits::LOSSES)
            ),
        );
    }
}

/// Refuses a network whose batch doesn't fit in memory.
fn check_networks(root: &Root, rows: &Dataset, problems: &mut Problems) {
    let Some(slot) = root.network.get().map(|table| &table.hidden) else {
        return;
    };
    let entries = slot.get().into_iter().flat_map(|axis| &axis.values);
    for entry in entries {
        let Some(hidden) = entry.get() else { continue };
        let (parameters, size) = batch_bytes(&hidden.0, rows);
        if size > limits::BATCH_BYTES {
            problems.add(
                entry.span().unwrap_or_default(),
                format!(
                    "a network of {} weights, of which {} side by side take {} of memory",
                    grouped(parameters),
                    limits::LANES,
                    bytes(size)
                ),
                format!("at most {}", bytes(limits::BATCH_BYTES)),
            );
        }
    }
}

/// Weights of a network (with biases) and the memory of one thread's networks: weights,
/// gradients and previous updates, and for every row each neuron's activation and delta.
fn batch_bytes(hidden: &[usize], rows: &Dataset) -> (u128, u128) {
    let mut fan_in = rows.inputs.ncols() as u128;
    let (mut parameters, mut neurons) = (0, 0);
    for width in hidden.iter().copied().chain([rows.targets.ncols()]) {
        parameters += (fan_in + 1) * width as u128;
        neurons += width as u128;
        fan_in = width as u128;
    }
    let values = 3 * parameters + 2 * neurons * rows.inputs.nrows() as u128;
    (parameters, 8 * limits::LANES * values)
}
