//! `[seeds]`: distinct, and within what the generator takes.

use std::collections::HashSet;

use crate::manifest::diagnostic::{Problems, Span};
use crate::manifest::raw::{SeedsTable, defaults};
use crate::manifest::{Seeds, limits};
use crate::network::Generator;
use crate::text::grouped;

/// The two ways to give seeds, as messages list them.
const WAYS: &str = "either count (and first), or list";

/// The seeds; `None` after reporting what is wrong with them.
pub fn read(
    table: &SeedsTable,
    at: Span,
    generator: Generator,
    problems: &mut Problems,
) -> Option<Seeds> {
    match (table.count.span(), table.list.span()) {
        (None, None) => {
            problems.add(at, "[seeds] has neither count nor list", WAYS);
            None
        }
        (Some(count), Some(list)) => {
            problems.add(count.max(list), "[seeds] has both count and list", WAYS);
            None
        }
        (Some(at), None) => range(table, at, generator, problems),
        (None, Some(at)) => {
            if let Some(first) = table.first.span() {
                problems.add(first.max(at), "[seeds] has both first and list", WAYS);
                return None;
            }
            list(table, generator, problems)
        }
    }
}

fn range(
    table: &SeedsTable,
    at: Span,
    generator: Generator,
    problems: &mut Problems,
) -> Option<Seeds> {
    let first = match table.first.get() {
        Some(first) => first.value,
        None if table.first.is_present() => return None,
        None => defaults::FIRST_SEED,
    };
    let count = table.count.get()?.value;
    // Both have at most 15 digits, so their sum fits.
    let last = first + (count - 1);
    let (most, reason) = most(generator);
    if last > most {
        problems.add(
            at,
            format!("seeds up to {last}"),
            format!("none above {} {reason}", grouped(u128::from(most))),
        );
        return None;
    }
    Some(Seeds::Range { first, count })
}

fn list(table: &SeedsTable, generator: Generator, problems: &mut Problems) -> Option<Seeds> {
    let (most, reason) = most(generator);
    let mut seen = HashSet::new();
    let mut seeds = Vec::new();
    let mut sound = true;
    for entry in &table.list.get()?.entries {
        let (Some(seed), Some(at)) = (entry.get(), entry.span()) else {
            sound = false;
            continue;
        };
        if seed.value > most {
            let limit = format!("none above {} {reason}", grouped(u128::from(most)));
            problems.add(at, format!("seed {}", seed.value), limit);
            sound = false;
        }
        if !seen.insert(seed.value) {
            problems.add(
                at,
                format!("seed {} a second time", seed.value),
                "each seed once",
            );
            sound = false;
        }
        seeds.push(seed.value);
    }
    let consecutive = seeds.windows(2).all(|pair| pair[1] == pair[0] + 1);
    sound.then(|| match (consecutive, seeds.first()) {
        // A list that counts upwards is the same as a range.
        (true, Some(&first)) => Seeds::Range {
            first,
            count: seeds.len() as u64,
        },
        _ => Seeds::List(seeds),
    })
}

fn most(generator: Generator) -> (u64, &'static str) {
    match generator {
        Generator::ChaCha8 => (limits::SEED, "(15 digits; spreadsheets round longer ones)"),
        Generator::Numpy => (
            limits::NUMPY_SEED,
            "with generator = \"numpy\" (numpy.random.seed takes 32 bits)",
        ),
    }
}
