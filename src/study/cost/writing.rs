//! The time that the files of a study take: the tables are made of the journal, statistics of the
//! runs, pages of the statistics.

use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use super::Part;
use super::disk::Disk;
use super::typical::Typical;
use crate::plan::Plan;
use crate::results::RunRows;
use crate::results::folder::sha256;
use crate::results::journal::encode_run;
use crate::results::threads::cores;

/// Lines are made for so long.
const MOMENT: Duration = Duration::from_millis(20);
/// Numbers sorted to see how fast this machine is at that.
const NUMBERS: usize = 1 << 16;
/// Bytes written to see how fast the disk is, and for how long at most.
const BYTES: usize = 16 << 20;
const AT_MOST: Duration = Duration::from_millis(150);

/// Sorted copies that the statistics of a model make of a column of its runs, and of one of its
/// predictions.
const SORTS: f64 = 6.0;
const SORTS_PER_PREDICTION: f64 = 5.0;
/// To decode a run takes about as long as to encode it; to check it, too.
const DECODE: f64 = 2.0;

/// What is made of one model's statistics, against sorting [`NUMBERS`] numbers (measured).
const PER_MODEL: f64 = 0.03;
/// The same of a cell of the workbook.
const PER_CELL: f64 = 0.000_15;
/// The same of everything that is made once.
const ONCE: f64 = 12.0;

/// What this machine writes.
#[derive(Debug, Clone, Copy)]
struct Rates {
    /// Seconds in which a thread makes a run's lines.
    line: f64,
    /// Seconds in which the lines are hashed.
    hash: f64,
    /// Seconds to sort a number, for each doubling of their count.
    sort: f64,
    /// Seconds to write a byte durably.
    byte: f64,
}

/// Seconds from the end of training to the end.
pub fn writing(
    plan: &Plan,
    part: Part,
    disk: &Disk,
    typical: Typical,
    threads: usize,
    folder: &Path,
) -> f64 {
    let rates = Rates::measured(plan, disk, typical, folder);
    let runs = part.runs as f64;
    let cores = cores() as f64;
    let (made, hashed) = (rates.line * runs, rates.hash * runs);
    // Lines are made by all threads while one hashes and writes.
    let tables = (made / (threads as f64).min(cores))
        .max(hashed)
        .max((made + hashed) / cores);
    let durable = rates.byte * disk.finished as f64;
    tables + durable + statistics(plan, rates.sort) + pages(plan, part, rates.sort)
}

/// Sorting takes most of it.
fn statistics(plan: &Plan, sort: f64) -> f64 {
    let seeds = plan.manifest.seeds.count() as f64;
    let predictions = plan.predictions().len() as f64;
    let sorts = SORTS + SORTS_PER_PREDICTION * predictions;
    plan.models.len() as f64 * sorts * seeds * seeds.max(2.0).log2() * sort
}

fn pages(plan: &Plan, part: Part, sort: f64) -> f64 {
    let sorted = sort * NUMBERS as f64 * (NUMBERS as f64).log2();
    let cells = super::cells::Tables::new(plan, part).cells_of_workbook() as f64;
    let models = plan.models.len() as f64;
    sorted * (ONCE + PER_MODEL * models + PER_CELL * cells)
}

impl Rates {
    fn measured(plan: &Plan, disk: &Disk, typical: Typical, folder: &Path) -> Rates {
        let (line, hash) = lines(plan, typical);
        Rates {
            line,
            hash,
            sort: sort(),
            byte: match disk.finished as usize > BYTES {
                true => byte(folder).unwrap_or(0.0),
                false => 0.0,
            },
        }
    }
}

/// Seconds to make a run's lines, and to hash them.
fn lines(plan: &Plan, typical: Typical) -> (f64, f64) {
    let columns = RunRows::new(plan);
    let run = typical.run(plan, plan.models.len() / 2, false);
    let (mut text, mut entry) = (String::new(), Vec::new());
    let (mut runs, mut making, mut hashing) = (0, 0.0, 0.0);
    let began = Instant::now();
    while runs == 0 || began.elapsed() < MOMENT {
        text.clear();
        let started = Instant::now();
        for _ in 0..64 {
            entry.clear();
            encode_run(black_box(&run), &mut entry);
        }
        making += DECODE * started.elapsed().as_secs_f64();
        let started = Instant::now();
        (0..64).for_each(|_| columns.write_line(black_box(&run), &mut text));
        making += started.elapsed().as_secs_f64();
        let started = Instant::now();
        black_box(sha256(text.as_bytes()));
        hashing += started.elapsed().as_secs_f64();
        runs += 64;
    }
    (making / f64::from(runs), hashing / f64::from(runs))
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
    let mut there = folder.ancestors().filter(|folder| folder.is_dir());
    let here = Path::new(".");
    let mut file = tempfile::tempfile_in(there.next().unwrap_or(here)).ok()?;
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
