//! From what was typed to what it means: the checks that need more than one key.

mod baseline;
mod convergence;
mod data;
mod queries;
mod seeds;
mod size;

use std::path::PathBuf;

use super::axes::Axes;
use super::diagnostic::Problems;
use super::raw::{Root, defaults};
use super::{Curves, IntervalMethod, Manifest, StatisticsSettings};
use crate::network::Precision;

/// The manifest that the tables mean; `None` after reporting why there is none.
///
/// `csv_path` finds the CSV file that `[data] csv` names.
pub fn manifest(
    root: &Root,
    source: &str,
    csv_path: &dyn Fn(&str) -> PathBuf,
    problems: &mut Problems,
) -> Option<Manifest> {
    let axes = Axes::read(root, problems);
    let table = root.data.get().and_then(|table| {
        let at = root.data.span()?;
        data::read(table, at, csv_path, axes.as_ref(), problems)
    });
    let rows = table.as_ref().map(|data| data.first());
    let queries = queries::read(root, table.as_ref(), problems);
    let initialization = root.initialization.get();
    let generator = initialization
        .and_then(|table| table.generator.get())
        .map_or(defaults::GENERATOR, |choice| choice.0);
    let seeds = root
        .seeds
        .get()
        .and_then(|table| seeds::read(table, root.seeds.span()?, generator, problems));
    convergence::check(root, problems);
    let baseline = axes
        .as_ref()
        .and_then(|axes| baseline::read(root, axes, problems));
    let curves = curves(root);
    let training = root.training.get();
    let epochs = training
        .and_then(|table| table.epochs.get())
        .map(|epochs| epochs.value);
    let precision = training
        .and_then(|table| table.precision.get())
        .map_or(defaults::PRECISION, |choice| choice.0);
    if let Some(axes) = &axes {
        size::check(root, axes, rows, seeds.as_ref(), curves, problems);
        if precision == Precision::F32 {
            data::check_f32(root, problems);
        }
    }
    let convergence = root.convergence.get();
    if !problems.is_empty() {
        return None;
    }
    let (table, axes) = (table?, axes?);
    Some(Manifest {
        name: root.name.get()?.0.clone(),
        description: root
            .description
            .get()
            .map(|text| text.0.clone())
            .unwrap_or_default(),
        data: table,
        queries: queries?,
        axes,
        generator,
        epochs: epochs?,
        precision,
        stop: *convergence
            .and_then(|table| table.stop.get())
            .unwrap_or(&defaults::STOP),
        seeds: seeds?,
        baseline: baseline?,
        curves,
        statistics: statistics(root),
        source: source.to_owned(),
    })
}

fn curves(root: &Root) -> Curves {
    let table = root.curves.get();
    Curves {
        seeds: table
            .and_then(|table| table.seeds.get())
            .map_or(defaults::CURVE_SEEDS, |count| count.value),
        points: table
            .and_then(|table| table.points.get())
            .map_or(defaults::CURVE_POINTS, |count| count.value),
    }
}

fn statistics(root: &Root) -> StatisticsSettings {
    let table = root.statistics.get();
    let interval: IntervalMethod = table
        .and_then(|table| table.interval.get())
        .map_or(defaults::INTERVAL, |choice| choice.0);
    StatisticsSettings {
        interval,
        confidence: table
            .and_then(|table| table.confidence.get())
            .map_or(defaults::CONFIDENCE, |number| number.value),
    }
}
