//! Checksums of the rows of runs.csv, each with its loss curve, by groups of neighbours: after
//! somebody changed the file they tell which rows are still what was trained, however the file
//! is written now.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// Groups at most: a study of up to so many runs has a checksum for every row.
const GROUPS: u64 = 1024;
/// Hexadecimal digits of a checksum.
const DIGITS: usize = 8;

/// The checksums as provenance.json holds them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RowChecksums {
    /// Runs of a group, consecutive in canonical order.
    pub runs_each: u64,
    /// CRC-32 of each group, eight hexadecimal digits each.
    pub crc32: String,
}

/// The same while rows are added.
#[derive(Debug, Clone)]
pub struct RowSums {
    extent: Range<u64>,
    runs_each: u64,
    sums: Vec<u32>,
}

impl RowSums {
    /// Of no row yet; the rows will be at positions of `extent`.
    pub fn new(extent: Range<u64>) -> RowSums {
        let runs_each = (extent.end - extent.start).div_ceil(GROUPS).max(1);
        let groups = (extent.end - extent.start).div_ceil(runs_each);
        RowSums {
            extent,
            runs_each,
            sums: vec![0; groups as usize],
        }
    }

    /// Adds the next row in canonical order: its position and the checksum of its text.
    pub fn add(&mut self, position: u64, row: u32) {
        let group = position.wrapping_sub(self.extent.start) / self.runs_each;
        if let Some(sum) = self.sums.get_mut(group as usize) {
            let mut both = [0; 8];
            both[..4].copy_from_slice(&sum.to_le_bytes());
            both[4..].copy_from_slice(&row.to_le_bytes());
            *sum = crc32fast::hash(&both);
        }
    }

    /// As provenance.json holds them.
    pub fn finish(&self) -> RowChecksums {
        RowChecksums {
            runs_each: self.runs_each,
            crc32: self.sums.iter().map(|sum| format!("{sum:08x}")).collect(),
        }
    }

    /// The positions of the groups that are not as recorded: all of them, if the record is of
    /// other groups or of none.
    pub fn differing(&self, recorded: &RowChecksums) -> Vec<Range<u64>> {
        let found = self.finish();
        if found.runs_each != recorded.runs_each || found.crc32.len() != recorded.crc32.len() {
            return vec![self.extent.clone()];
        }
        let pairs = found.crc32.as_bytes().chunks(DIGITS);
        let pairs = pairs.zip(recorded.crc32.as_bytes().chunks(DIGITS));
        let differing = pairs
            .enumerate()
            .filter(|(_, (ours, theirs))| ours != theirs);
        differing
            .map(|(group, _)| {
                let start = self.extent.start + group as u64 * self.runs_each;
                start..(start + self.runs_each).min(self.extent.end)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(extent: Range<u64>, changed: Option<u64>) -> RowSums {
        let mut sums = RowSums::new(extent.clone());
        for position in extent {
            sums.add(
                position,
                position as u32 + u32::from(changed == Some(position)),
            );
        }
        sums
    }

    #[test]
    fn a_changed_row_is_found_alone_in_a_small_study_and_with_its_neighbours_in_a_large_one() {
        let recorded = sums(10..50, None).finish();
        assert_eq!(sums(10..50, Some(33)).differing(&recorded), vec![33..34]);
        assert!(sums(10..50, None).differing(&recorded).is_empty());
        let recorded = sums(0..2500, None).finish();
        assert_eq!(sums(0..2500, Some(7)).differing(&recorded), vec![6..9]);
        assert_eq!(
            sums(0..2500, Some(2499)).differing(&recorded),
            vec![2499..2500]
        );
    }

    #[test]
    fn a_record_of_other_groups_vouches_for_nothing() {
        let other = sums(0..40, None).finish();
        assert_eq!(sums(0..41, None).differing(&other), vec![0..41]);
        let none = RowChecksums::default();
        assert_eq!(sums(0..3, None).differing(&none), vec![0..3]);
    }
}
