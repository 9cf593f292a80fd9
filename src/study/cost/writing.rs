//! The time that the files of a study take: the tables are made of the journal, statistics of the
//! runs, pages of the statistics.

use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use super::cells::Tables;
use super::disk::Disk;
use super::fits::existing;
use super::part::Part;
use super::time::Training;
use super::typical::Typical;
use crate::plan::Plan;
use crate::report::watched;
use crate::results::RunRows;
use crate::results::folder::sha256;
use crate::results::threads::cores;
use crate::study::derived::WATCHED_EPOCHS;

/// Lines are made for so long, so many at a time.
const MOMENT: Duration = Duration::from_millis(20);
const LINES: u32 = 64;
/// Numbers sorted to see how fast this machine is at that.
const NUMBERS: usize = 1 << 16;
/// Bytes written to see how fast the disk is, and for how long at most.
const BYTES: usize = 16 << 20;
const AT_MOST: Duration = Duration::from_millis(150);

/// Sorted copies that the statistics of a model make of a column of its runs, and of one of its
/// predictions.
const SORTS: f64 = 6.0;
const SORTS_PER_PREDICTION: f64 = 5.0;

/// What follows was measured on a machine that sorts at this speed; others are as much faster or
/// slower in all.
const SORT: f64 = 1.26e-9;
/// Seconds for a byte of the journal: put together, checked, written while training goes on.
const JOURNAL_BYTE: f64 = 2.5e-9;
/// A run, and a prediction, from the journal to its line and into the statistics.
const RUN: f64 = 0.7e-6;
const PREDICTION: f64 = 0.06e-6;
/// A point of a loss curve, and a byte of its line.
const POINT: f64 = 0.09e-6;
const POINT_BYTE: f64 = 3e-9;
/// A model's statistics, pages and charts.
const MODEL: f64 = 55e-6;
/// A byte of the tables of statistics.
const DERIVED_BYTE: f64 = 6e-9;
/// A cell of the workbook.
const CELL: f64 = 1e-6;
/// What is made once: the page, its figures, and so many files.
const ONCE: f64 = 0.025;
/// Runs that the page retrains of a model that can be drawn: it may have a converged and a failed.
const WATCHED_PER_MODEL: f64 = 1.5;

/// What this machine writes.
#[derive(Debug, Clone, Copy)]
struct Rates {
    /// Seconds in which a thread makes a run's line.
    line: f64,
    /// How long it is.
    line_bytes: f64,
    /// Seconds in which it is hashed.
    hash: f64,
    /// Seconds to sort a number, for each doubling of their count.
    sort: f64,
    /// Seconds to write a byte durably.
    byte: f64,
}

/// What is to be written.
pub struct Work<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The part of it.
    pub part: Part,
    /// What its files take.
    pub disk: &'a Disk,
    /// A run of it.
    pub typical: Typical,
    /// Where they go.
    pub folder: &'a Path,
}

impl Work<'_> {
    /// Seconds for the files, from the journal to the page.
    pub fn seconds(&self, threads: usize, training: &Training) -> f64 {
        let rates = Rates::measured(self);
        let slow = rates.sort / SORT;
        let journal = slow * JOURNAL_BYTE * self.disk.journal as f64;
        let durable = rates.byte * self.disk.finished as f64;
        let tables = self.tables(&rates, slow, threads);
        journal + durable + tables + self.statistics(rates.sort) + self.pages(slow, training)
    }

    /// Lines are made by all threads while one hashes, writes and collects.
    fn tables(&self, rates: &Rates, slow: f64, threads: usize) -> f64 {
        let runs = self.part.runs as f64;
        let predictions = self.plan.predictions().len() as f64;
        let run = slow * (RUN + PREDICTION * predictions);
        let points = self.points();
        let bytes = (self.disk.tables as f64 - rates.line_bytes * runs).max(0.0);
        let curves = slow * (POINT * points + POINT_BYTE * bytes);
        let all = runs * (rates.line + rates.hash + run) + curves;
        let one = runs * (rates.hash + run / 2.0);
        (all / threads.min(cores()) as f64).max(one)
    }

    /// Points of all loss curves that are kept.
    fn points(&self) -> f64 {
        let manifest = &self.plan.manifest;
        let seeds = manifest.curves.seeds.min(manifest.seeds.count());
        let runs = seeds as f64 * self.plan.models.len() as f64;
        let share = self.part.runs as f64 / self.plan.runs() as f64;
        runs * share * self.plan.curve_epochs().len() as f64
    }

    /// Sorting takes most of it.
    fn statistics(&self, sort: f64) -> f64 {
        let seeds = self.plan.manifest.seeds.count() as f64;
        let predictions = self.plan.predictions().len() as f64;
        let sorts = SORTS + SORTS_PER_PREDICTION * predictions;
        // Numbers that come in some order are sorted faster than at random.
        let model = 0.6 * sorts * seeds * seeds.max(2.0).log2() * sort;
        self.plan.models.len() as f64 * model
    }

    fn pages(&self, slow: f64, training: &Training) -> f64 {
        let cells = Tables::new(self.plan, self.part).cells_of_workbook() as f64;
        let models = self.plan.models.len() as f64;
        let made = ONCE + MODEL * models + CELL * cells + DERIVED_BYTE * self.disk.derived as f64;
        slow * made + self.watched(training)
    }

    /// The runs that the page retrains, one by one.
    fn watched(&self, training: &Training) -> f64 {
        let epochs = self.plan.manifest.epochs;
        if epochs > WATCHED_EPOCHS {
            return 0.0;
        }
        let models = watched::watchable(self.plan).into_iter();
        let each = models.map(|model| training.epoch_alone[model] * epochs as f64);
        WATCHED_PER_MODEL * each.sum::<f64>()
    }
}

impl Rates {
    fn measured(work: &Work) -> Rates {
        let (line, hash, line_bytes) = lines(work.plan, work.typical);
        let many = work.disk.finished > BYTES as u64;
        let byte = if many { byte(work.folder) } else { None };
        Rates {
            line,
            line_bytes,
            hash,
            sort: sort(),
            byte: byte.unwrap_or(0.0),
        }
    }
}

/// Seconds to make a run's line, seconds to hash it, and its length.
fn lines(plan: &Plan, typical: Typical) -> (f64, f64, f64) {
    let columns = RunRows::new(plan);
    let run = typical.run(plan, plan.models.len() / 2, false);
    let mut text = String::new();
    let (mut runs, mut making, mut hashing) = (0, 0.0, 0.0);
    let began = Instant::now();
    while runs == 0 || began.elapsed() < MOMENT {
        text.clear();
        let started = Instant::now();
        (0..LINES).for_each(|_| columns.write_line(black_box(&run), &mut text));
        making += started.elapsed().as_secs_f64();
        let started = Instant::now();
        black_box(sha256(text.as_bytes()));
        hashing += started.elapsed().as_secs_f64();
        runs += LINES;
    }
    let runs = f64::from(runs);
    (
        making / runs,
        hashing / runs,
        text.len() as f64 / f64::from(LINES),
    )
}

/// Seconds to sort a number, for each doubling of their count.
fn sort() -> f64 {
    // Any order will do that is none: multiples of the golden ratio.
    let mut numbers: Vec<f64> = (0..NUMBERS)
        .map(|at| (at as f64 * 0.618_033_988_749_894_9).fract())
        .collect();
    let started = Instant::now();
    black_box(&mut numbers).sort_unstable_by(f64::total_cmp);
    started.elapsed().as_secs_f64() / (NUMBERS as f64 * (NUMBERS as f64).log2())
}

/// Seconds to write a byte durably where the results folder is, or will be.
fn byte(folder: &Path) -> Option<f64> {
    let mut file = tempfile::tempfile_in(existing(folder)).ok()?;
    let block: Vec<u8> = (0..1 << 20).map(|at: u32| (at >> 3) as u8).collect();
    let started = Instant::now();
    let mut written = 0;
    while written < BYTES && started.elapsed() < AT_MOST {
        file.write_all(&block).ok()?;
        written += block.len();
    }
    file.sync_data().ok()?;
    Some(started.elapsed().as_secs_f64() / written as f64)
}
