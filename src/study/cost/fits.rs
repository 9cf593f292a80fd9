//! Whether a machine has the memory and the disk that a study takes. What can't fit is refused
//! before it is begun: it would fail after hours.

use std::path::Path;

use sysinfo::{MemoryRefreshKind, RefreshKind, System};

use super::part::Part;
use super::typical::Typical;
use super::{disk, memory};
use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::text::bytes;

/// The cost is known to a quarter: less than what is left of it can't be enough.
const SURELY: f64 = 0.75;
/// Of less than so much, nobody has to be warned.
const LITTLE: u64 = 50_000_000;

/// Memory in bytes that this process could have if all others ended: of the machine, or what its
/// container may have of it; `None` if the system doesn't say.
fn machine_memory() -> Option<u64> {
    let ram = MemoryRefreshKind::nothing().with_ram();
    let system = System::new_with_specifics(RefreshKind::nothing().with_memory(ram));
    let limit = system.cgroup_limits().map(|limits| limits.total_memory);
    let all = [Some(system.total_memory()), limit];
    all.into_iter().flatten().filter(|bytes| *bytes > 0).min()
}

/// Whether what is needed can't fit.
fn exceeds(needed: u64, there: u64) -> bool {
    needed > LITTLE && needed as f64 * SURELY > there as f64
}

/// Refuses a part of a plan that can't fit this machine or the disk of its results folder.
///
/// # Errors
/// [`Error::TooLarge`] with what it takes and what there is.
pub fn check(plan: &Plan, part: Part, threads: usize, folder: &Path) -> Result<()> {
    let typical = Typical::guessed(plan);
    let needed = memory::memory(plan, part, typical, threads, true);
    if let Some(there) = machine_memory()
        && exceeds(needed, there)
    {
        return Err(Error::TooLarge(format!(
            "this study takes about {} of memory, and this machine has {}: {}",
            bytes(needed.into()),
            bytes(there.into()),
            memory_remedy(threads),
        )));
    }
    let needed = disk::disk(plan, part, typical);
    let there = size(folder);
    // Of a folder that is finished, or nearly so, little is left to write.
    let begins = (there as f64) < SURELY * needed.finished as f64;
    if let Some(free) = free(folder)
        && begins
        && exceeds(needed.peak, free.saturating_add(there))
    {
        return Err(Error::TooLarge(format!(
            "this study takes about {} of disk in {}, and there is room for {}: free some, or take another folder with --out, fewer seeds, or [curves] seeds = 0",
            bytes(needed.peak.into()),
            folder.display(),
            bytes(free.into()),
        )));
    }
    Ok(())
}

fn memory_remedy(threads: usize) -> &'static str {
    match threads {
        1 => "take fewer seeds, rows, neurons or predictions, or divide it with --shard",
        _ => "take fewer --threads, seeds, rows, neurons or predictions, or divide it with --shard",
    }
}

/// The folder itself or, if it isn't there yet, the one in which it will be.
pub fn existing(folder: &Path) -> &Path {
    let there = folder.ancestors().find(|folder| folder.is_dir());
    there.unwrap_or(Path::new("."))
}

/// Bytes that a user may still write where a folder is, or will be.
#[cfg(unix)]
fn free(folder: &Path) -> Option<u64> {
    let system = rustix::fs::statvfs(existing(folder)).ok()?;
    Some(system.f_bavail.saturating_mul(system.f_frsize))
}

/// Not asked for on other systems.
#[cfg(not(unix))]
fn free(_: &Path) -> Option<u64> {
    None
}

/// What is in a results folder already counts as room for it.
fn size(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let sizes = files.filter_map(|file| Some(file.metadata().ok()?.len()));
    sizes.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_some_memory() {
        assert!(machine_memory().is_some_and(|bytes| bytes > 100_000_000));
    }

    #[test]
    fn what_is_little_or_nearly_fits_is_tried() {
        assert!(!exceeds(40_000_000, 0));
        assert!(!exceeds(120_000_000, 100_000_000));
        assert!(exceeds(140_000_000, 100_000_000));
    }
}
