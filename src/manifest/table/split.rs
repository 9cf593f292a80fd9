//! Rows shared out at random: the same share of each class in every set, decided by a seed alone.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Words in the key after the seed, where streams of weights have zeros: a split never has the
/// numbers that a run's weights are drawn from.
const SPLIT: &[u8; 8] = b"rowsplit";

/// The shares of the rows that are not trained on, each from 0 up to 1, together below 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shares {
    /// Looked at while training.
    pub validation: f64,
    /// Only evaluated at the end.
    pub test: f64,
}

/// Rows of each set: training, validation, test; ascending.
pub type Rows = [Vec<usize>; 3];

/// Shares out rows whose class is known: `strata` has the rows of each class, ascending.
///
/// How many rows of each class each set has is decided by [`counts`]. Which ones: the rows of
/// class c are shuffled by Fisher and Yates's method (for i from the last place down to the second,
/// the row at i changes places with that at ⌊w · (i + 1) / 2⁶⁴⌋, w being the next 64-bit word of
/// ChaCha8 with the seed and then `rowsplit` as key, then zeros, and c, from 0, as stream number).
/// The first of them are for validation, the next for the test, the rest is trained on.
pub fn share_out(strata: &[Vec<usize>], shares: Shares, seed: u64) -> Rows {
    let sizes: Vec<usize> = strata.iter().map(Vec::len).collect();
    let [mut training, mut validation, mut test] = Rows::default();
    for (class, (rows, [validated, tested, _])) in
        strata.iter().zip(counts(&sizes, shares)).enumerate()
    {
        let mut rows = rows.clone();
        shuffle(&mut rows, seed, class as u64);
        let held_out = (validated + tested).min(rows.len());
        training.extend(rows.drain(held_out..));
        test.extend(rows.drain(validated.min(held_out)..));
        validation.extend(rows);
    }
    for rows in [&mut training, &mut validation, &mut test] {
        rows.sort_unstable();
    }
    [training, validation, test]
}

fn shuffle(rows: &mut [usize], seed: u64, class: u64) {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..16].copy_from_slice(SPLIT);
    let mut words = ChaCha8Rng::from_seed(key);
    words.set_stream(class);
    for last in (1..rows.len()).rev() {
        let place = (u128::from(words.next_u64()) * (last as u128 + 1)) >> 64;
        rows.swap(last, place as usize);
    }
}

/// How many rows of each class are for validation, for the test and to be trained on.
///
/// The sets have the rounded shares of all rows (halves upwards; where both would be rounded up
/// from a half, the test set is not), and each class has its share in each of them, rounded down or
/// up: a table rounded so that its margins hold (Cox 1987, "A constructive procedure for unbiased
/// controlled rounding", JASA 82). Every class has its shares rounded down; what is left of it, a
/// row or two, goes class by class to the set with the largest remainder that has room, or, if none
/// has, to one whose row another class can give elsewhere.
fn counts(sizes: &[usize], shares: Shares) -> Vec<[usize; 3]> {
    let of = |rows: usize| {
        let parts = [shares.validation, shares.test].map(|share| snapped(share * rows as f64));
        [
            parts[0],
            parts[1],
            snapped(rows as f64 - parts[0] - parts[1]),
        ]
    };
    let all = sizes.iter().sum();
    let [validation, test, _] = of(all);
    let mut totals = [rounded(validation), rounded(test), 0];
    let most = snapped(validation + test).ceil() as usize;
    totals[1] = totals[1].min(most.saturating_sub(totals[0]));
    totals[2] = all - totals[0] - totals[1];
    let mut table: Vec<[usize; 3]> = sizes
        .iter()
        .map(|rows| of(*rows).map(|part| part as usize))
        .collect();
    let mut rounding = Rounding {
        remainders: sizes.iter().map(|rows| of(*rows).map(f64::fract)).collect(),
        given: vec![[false; 3]; sizes.len()],
        room: [0, 1, 2].map(|set| {
            let down: usize = table.iter().map(|parts| parts[set]).sum();
            totals[set].saturating_sub(down)
        }),
    };
    for (class, rows) in sizes.iter().enumerate() {
        let left = rows - table[class].iter().sum::<usize>();
        for _ in 0..left {
            rounding.place(class, &mut [false; 3]);
        }
    }
    for (parts, given) in table.iter_mut().zip(&rounding.given) {
        for (part, up) in parts.iter_mut().zip(given) {
            *part += usize::from(*up);
        }
    }
    for (parts, rows) in table.iter_mut().zip(sizes) {
        parts[2] = rows - parts[0] - parts[1];
    }
    table
}

/// A share of rows that is whole, or half, but for the rounding of its product.
fn snapped(value: f64) -> f64 {
    let near = (2.0 * value).round() / 2.0;
    if (value - near).abs() < 1e-9 {
        near.max(0.0)
    } else {
        value
    }
}

fn rounded(value: f64) -> usize {
    (value + 0.5).floor() as usize
}

/// Which shares of classes are rounded up.
struct Rounding {
    /// What rounding down leaves of each class's share in each set.
    remainders: Vec<[f64; 3]>,
    /// Whether it is rounded up.
    given: Vec<[bool; 3]>,
    /// Rows that each set still wants.
    room: [usize; 3],
}

impl Rounding {
    /// Rounds up one more share of a class, maybe by moving those of others; whether it could.
    fn place(&mut self, class: usize, tried: &mut [bool; 3]) -> bool {
        let remainders = self.remainders[class];
        let mut sets = [0, 1, 2];
        sets.sort_by(|a, b| remainders[*b].total_cmp(&remainders[*a]));
        for set in sets {
            if tried[set] || remainders[set] == 0.0 || self.given[class][set] {
                continue;
            }
            tried[set] = true;
            if self.room[set] > 0 {
                self.room[set] -= 1;
                self.given[class][set] = true;
                return true;
            }
            for other in 0..self.given.len() {
                if other != class && self.given[other][set] && self.place(other, tried) {
                    self.given[other][set] = false;
                    self.given[class][set] = true;
                    return true;
                }
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HALF: Shares = Shares {
        validation: 0.25,
        test: 0.25,
    };

    fn strata(sizes: &[usize]) -> Vec<Vec<usize>> {
        let mut first = 0;
        let stratum = |size: &usize| {
            first += size;
            (first - size..first).collect()
        };
        sizes.iter().map(stratum).collect()
    }

    #[test]
    fn counts_of_known_tables() {
        assert_eq!(
            counts(
                &[50, 50, 50],
                Shares {
                    validation: 0.2,
                    test: 0.2
                }
            ),
            [[10, 10, 30]; 3]
        );
        assert_eq!(counts(&[2], HALF), [[1, 0, 1]]);
        assert_eq!(
            counts(&[1, 1, 1, 1], HALF)
                .iter()
                .fold([0; 3], |sum, parts| [0, 1, 2]
                    .map(|set| sum[set] + parts[set])),
            [1, 1, 2]
        );
        assert_eq!(
            counts(
                &[7],
                Shares {
                    validation: 0.0,
                    test: 0.5
                }
            ),
            [[0, 4, 3]]
        );
    }

    #[test]
    fn a_seed_decides_which_rows() {
        let strata = strata(&[60, 40]);
        let first = share_out(&strata, HALF, 1);
        assert_eq!(first, share_out(&strata, HALF, 1));
        assert_ne!(first, share_out(&strata, HALF, 2));
        // As ChaCha8 of version 0.10 of rand_chacha has it: splits must never move.
        assert_eq!(first[1][..5], [0, 10, 11, 17, 22]);
    }

    proptest! {
        #[test]
        fn totals_are_the_rounded_shares_and_classes_have_theirs_within_a_row(
            sizes in prop::collection::vec(1_usize..60, 1..12),
            validation in 0_u32..50,
            test in 0_u32..50,
            seed: u64,
        ) {
            let shares = Shares {
                validation: f64::from(validation) / 100.0,
                test: f64::from(test) / 100.0,
            };
            let all: usize = sizes.iter().sum();
            let table = counts(&sizes, shares);
            let total = |set: usize| table.iter().map(|parts| parts[set]).sum::<usize>();
            let share = |part: u32| f64::from(part) * all as f64 / 100.0;
            prop_assert_eq!(total(0), rounded(share(validation)));
            prop_assert!((total(1) as f64 - share(test)).abs() <= 0.5);
            prop_assert!((total(2) as f64 - share(100 - validation - test)).abs() < 1.0);
            for (parts, size) in table.iter().zip(&sizes) {
                prop_assert_eq!(parts.iter().sum::<usize>(), *size);
                for (part, share) in parts.iter().zip([validation, test, 100 - validation - test]) {
                    let exact = f64::from(share) * *size as f64 / 100.0;
                    prop_assert!((*part as f64 - exact).abs() < 1.0, "{:?} {:?}", table, sizes);
                }
            }
            let rows = share_out(&strata(&sizes), shares, seed);
            let mut seen: Vec<usize> = rows.concat();
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..all).collect::<Vec<_>>());
            prop_assert!(rows.iter().all(|rows| rows.is_sorted()));
            prop_assert_eq!(rows[1].len(), total(0));
        }
    }
}
