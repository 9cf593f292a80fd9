//! The memory that a study takes at its peak: while it trains, while its tables are written, or
//! while its pages are made.

use super::cells::{FEW_ROWS, Tables};
use super::disk::source;
use super::lanes::lanes;
use super::part::Part;
use super::typical::Typical;
use crate::network::kernel::{remembered_per_weight, working_vectors};
use crate::network::{self, Precision};
use crate::plan::Plan;
use crate::results::bytes_in_windows;
use crate::statistics::{PREDICTIONS_HELD, judged_bytes_per_run};

/// The program itself with its threads and small buffers, in bytes (measured).
const BASE: u64 = 9_000_000;
/// Finished runs of a worker that wait for the journal, and their copy there, in bytes at most.
const WAITING: u64 = 3 << 20;
/// What every model adds to the plan, the statistics, the tables and the pages, in bytes
/// (measured).
const PER_MODEL: u64 = 9_000;
/// A prediction's statistics of one model, and the dots that stand for it, in bytes.
const PER_PREDICTION: u64 = 1_200;
/// A point of a model's mean loss curve, in bytes.
const PER_CURVE_POINT: u64 = 150;
/// A cell of the workbook while it is made, in bytes (measured).
const PER_CELL: u64 = 250;
/// A run as a value, without its lists.
const RUN: u64 = 220;
/// A list of its own, with what the allocator adds.
const LIST: u64 = 40;

/// Peak memory in bytes of training a part of a plan and writing its files. `long` says that it
/// trains for more than a minute, so that the runs under way are saved.
pub fn memory(plan: &Plan, part: Part, typical: Typical, threads: usize, long: bool) -> u64 {
    let places = size_of::<u64>() as u64 * part.runs;
    let always = BASE + dataset(plan) + places + PER_MODEL * plan.models.len() as u64;
    let phases = [
        training(plan, part, typical, threads, long),
        writing(plan, part, typical, threads),
        pages(plan, part, typical),
    ];
    always.saturating_add(phases.into_iter().max().unwrap_or(0))
}

/// The rows as they are read, and the text that they are read from.
fn dataset(plan: &Plan) -> u64 {
    let numbers = |rows: &network::Part| rows.dataset.inputs.len() + rows.dataset.targets.len();
    let partitions = plan.manifest.data.partitions.iter();
    let all = partitions.map(|partition| {
        let sets = &partition.sets;
        numbers(&sets.training) + numbers(&sets.validation) + numbers(&sets.test)
    });
    (size_of::<f64>() * all.sum::<usize>()) as u64 + source(plan)
}

/// The batches of all workers: the largest that can be trained at once.
fn training(plan: &Plan, part: Part, typical: Typical, threads: usize, long: bool) -> u64 {
    let seeds = plan.manifest.seeds.count();
    let rows = kernel_rows(plan);
    let models = lanes(plan).into_iter().enumerate();
    let mut batches: Vec<(u64, u64)> = models
        .map(|(model, lanes)| {
            let bytes = rows.saturating_add(batch(plan, model, lanes, long));
            (bytes, seeds.div_ceil(lanes))
        })
        .collect();
    batches.sort_unstable_by(|a, b| b.cmp(a));
    let mut workers = threads as u64;
    let mut total = 0_u64;
    for (bytes, count) in batches {
        let busy = count.min(workers);
        total = total.saturating_add(bytes.saturating_mul(busy));
        workers -= busy;
    }
    let waiting = part.runs.saturating_mul(bytes_of_entry(plan, typical));
    total.saturating_add(waiting.min(WAITING * threads as u64))
}

/// One worker's networks and their evaluation.
fn batch(plan: &Plan, model: usize, lanes: u64, long: bool) -> u64 {
    let manifest = &plan.manifest;
    let network = plan.architecture(model);
    let number = number(plan);
    let weights = network.parameters() as u64;
    let remembered = remembered_per_weight(plan.models[model].choices.settings.learning) as u64;
    let sets = plan.sets(model);
    let held_out = sets.validation.dataset.rows() + sets.test.dataset.rows();
    let evaluated = sets.training.dataset.rows() + manifest.queries.len() + held_out;
    let outputs = (evaluated * network.outputs) as u64;
    // Beside what training works with, the gradient of an evaluation; what met the criterion.
    let vectors = working(plan, model) + weights * (1 + u64::from(manifest.stop)) + outputs;
    let saved = if long { weights * (1 + remembered) } else { 0 };
    let as_values = size_of::<f64>() as u64;
    lanes
        .saturating_mul(vectors * number + saved * as_values)
        .saturating_add(weights * as_values)
}

/// Bytes that one thread reads and writes again and again while it trains, of the model that takes
/// most: they should fit a cache of its own.
pub fn at_work(plan: &Plan) -> u64 {
    let models = lanes(plan).into_iter().enumerate();
    let bytes = models.map(|(model, lanes)| {
        let lanes = lanes.min(plan.manifest.seeds.count());
        lanes.saturating_mul(working(plan, model) * number(plan))
    });
    bytes.max().unwrap_or(0)
}

/// Numbers of a network that training works with.
fn working(plan: &Plan, model: usize) -> u64 {
    let learning = plan.models[model].choices.settings.learning;
    let rows = plan.dataset(model).rows();
    working_vectors(plan.architecture(model), learning, rows) as u64
}

/// Bytes of a number of the kernel.
fn number(plan: &Plan) -> u64 {
    let bytes = match plan.manifest.precision {
        Precision::F64 => size_of::<f64>(),
        Precision::F32 => size_of::<f32>(),
    };
    bytes as u64
}

/// The rows in the form that the kernel reads: all inputs, with a 1 for a bias, and the places of
/// those that are not 0.
fn kernel_rows(plan: &Plan) -> u64 {
    let number = number(plan);
    let dataset = plan.manifest.data.first();
    let (rows, inputs) = (dataset.inputs.nrows() as u64, dataset.inputs.len() as u64);
    let filled = dataset.inputs.iter().filter(|input| **input != 0.0).count() as u64;
    let targets = dataset.targets.len() as u64 * (number + size_of::<f64>() as u64);
    let places = (filled + rows) * size_of::<u32>() as u64 + rows * size_of::<usize>() as u64;
    (inputs + rows) * number + places + targets
}

/// A run in the journal.
fn bytes_of_entry(plan: &Plan, typical: Typical) -> u64 {
    let numbers = 12 + plan.predictions().len() + typical.wrong_rows / 2;
    (size_of::<f64>() * numbers) as u64
}

/// The runs on their way into the tables, and the statistics that are made meanwhile.
fn writing(plan: &Plan, part: Part, typical: Typical, threads: usize) -> u64 {
    bytes_in_windows(plan, part.runs, threads).saturating_add(if part.whole {
        statistics(plan, typical)
    } else {
        0
    })
}

/// All models' runs as far as comparisons need them, the runs of one model in full, sorted copies
/// of a column, and what was found.
fn statistics(plan: &Plan, typical: Typical) -> u64 {
    let manifest = &plan.manifest;
    let (runs, seeds) = (plan.runs(), manifest.seeds.count());
    let predictions = plan.predictions().len() as u64;
    let number = size_of::<f64>() as u64;
    // Of the model whose runs come, and of all before.
    let models = 2.min(plan.models.len() as u64);
    let held = (predictions.saturating_mul(runs)).min(models * PREDICTIONS_HELD as u64);
    // Accuracy and loss by set: in full of one model, or of all where they are pooled; else the
    // accuracy alone.
    let judged = judged_bytes_per_run(plan, 0) as u64;
    let one_model = 20 + 5 * number + judged;
    let of_each = match (plan.pools().is_empty(), judged) {
        (true, 0) => number,
        (true, _) => 2 * number,
        (false, _) => 2 * (one_model + judged),
    };
    let curve_seeds = manifest.curves.seeds.min(seeds);
    let curves = curve_seeds * plan.curve_epochs().len() as u64 * number;
    (runs.saturating_mul(of_each))
        .saturating_add(seeds.saturating_mul(one_model))
        .saturating_add(held * number)
        .saturating_add(2 * curves)
        .saturating_add(found(plan, typical))
}

/// The findings that the pages are made from.
fn found(plan: &Plan, typical: Typical) -> u64 {
    let manifest = &plan.manifest;
    let (models, seeds) = (plan.models.len() as u64, manifest.seeds.count());
    let rows = manifest.data.first().rows();
    let classes = manifest.data.classes.as_ref();
    // With few rows there are few ways to end, with classes every run may have its own.
    let (ways, named) = match (rows, classes) {
        (0..=FEW_ROWS, _) => (1 << rows, typical.wrong_rows),
        (_, None) => (rows as u64, 0),
        (_, Some(classes)) => (u64::MAX, 2 * classes.names.len()),
    };
    let ending = 2 * LIST + 4 * named as u64 + 60;
    let steps = 24 * seeds.min(manifest.epochs);
    let points = PER_CURVE_POINT * plan.curve_epochs().len() as u64;
    let predictions = PER_PREDICTION * plan.predictions().len() as u64;
    let per_model = (seeds.min(ways).saturating_mul(ending)) + steps + points + predictions;
    models.saturating_mul(per_model)
}

/// Workbook and page: their cells and text, beside what was found.
fn pages(plan: &Plan, part: Part, typical: Typical) -> u64 {
    if !part.whole {
        return 0;
    }
    let tables = Tables::new(plan, part);
    let listed = match tables.workbook_has_room_for_runs() {
        true => plan
            .runs()
            .saturating_mul(RUN + bytes_of_entry(plan, typical)),
        false => 0,
    };
    found(plan, typical) + PER_CELL * tables.cells_of_workbook() + listed
}
