//! Manifests with random damage: they are accepted or refused in clean words, never a panic.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::VALID;
use crate::manifest::{Manifest, starter};
use crate::plan::Plan;

/// Damaged manifests that one run of the test reads.
const COUNT: u32 = 100_000;

/// What is spliced in: numbers at the edges, brackets, hidden characters, valid lines.
const PIECES: &[&str] = &[
    "0",
    "-1",
    "1e308",
    "1e309",
    "-0.0",
    "5e-324",
    "nan",
    "inf",
    "9007199254740992",
    "9007199254740993",
    "18446744073709551615",
    "18446744073709551616",
    "999999999999999",
    "0x",
    "0xffffffffffffffffff",
    "1_0",
    "1979-05-27T07:32:00Z",
    "true",
    "\"\"",
    "\"\\u001b[2J\"",
    "'''",
    "\"\"\"",
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    ",",
    "=",
    ".",
    "#",
    "\n",
    "\r\n",
    "\t",
    "\0",
    "\u{feff}",
    "\u{202e}",
    "\u{1f41b}",
    "é",
    "\u{7f}",
    "\u{9b}",
    "[data]\n",
    "[[predict]]\n",
    "[seeds]\n",
    "[[seeds]]\n",
    "a.b.c = 1\n",
    "hidden = [[[[]]]]\n",
    "hidden = [0, [1, 1], 4]\n",
    "generator = \"parity\"\nsize = 3\n",
    "generator = \"encoder\"\n",
    "csv = \"no/such.csv\"\ntarget_columns = [\"y\"]\n",
    "scale = [\"none\", \"range\"]\n",
    "split = { validation = 0.25, seed = [1, 2] }\n",
    "class_targets = [0.1, 0.9]\n",
    "set_column = \"set\"\n",
    "name = \"patient 7\"\n",
    "baseline = { hidden = 4 }\n",
    "list = [1, 2, 3]\n",
    "[curves]\nseeds = 1000000\npoints = 10000\n",
    "count = 999999999999999\n",
    "learning_rate = [1, 2]\n",
];

fn below(random: &mut ChaCha8Rng, count: usize) -> usize {
    (random.next_u64() % count as u64) as usize
}

/// One to six pieces of damage.
fn damaged(random: &mut ChaCha8Rng, originals: &[String]) -> String {
    let mut text = originals[below(random, originals.len())]
        .clone()
        .into_bytes();
    for _ in 0..=below(random, 6) {
        let at = below(random, text.len() + 1);
        let until = (at + below(random, 12)).min(text.len());
        match below(random, 6) {
            0 if at < text.len() => text[at] ^= 1 << below(random, 8),
            1 => drop(text.drain(at..until)),
            2 => {
                let piece = PIECES[below(random, PIECES.len())];
                text.splice(at..at, piece.bytes());
            }
            3 => {
                // A value is replaced, which reaches deeper than damage anywhere.
                let piece = PIECES[below(random, PIECES.len())];
                let equals: Vec<usize> = (0..text.len()).filter(|&at| text[at] == b'=').collect();
                if let Some(&at) = equals.get(below(random, equals.len().max(1))) {
                    let end = text[at..]
                        .iter()
                        .position(|&byte| byte == b'\n')
                        .map_or(text.len(), |end| at + end);
                    text.splice(at + 1..end, piece.bytes());
                }
            }
            4 => {
                let other = originals[below(random, originals.len())].as_bytes();
                let from = below(random, other.len());
                text.splice(at..until, other[from..].iter().copied().take(40));
            }
            _ => {
                let copy = text[at..until].to_vec();
                text.splice(at..at, copy);
            }
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

#[test]
fn a_hundred_thousand_damaged_manifests_never_panic() {
    let mut originals = vec![VALID.to_owned(), starter("s").unwrap()];
    let experiments = concat!(env!("CARGO_MANIFEST_DIR"), "/experiments");
    for name in ["article", "single-neuron", "widths"] {
        originals.push(std::fs::read_to_string(format!("{experiments}/{name}.toml")).unwrap());
    }
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let (mut accepted, mut refused) = (0, 0);
    for _ in 0..COUNT {
        let text = damaged(&mut random, &originals);
        match Manifest::parse(&text, "m.toml", "no-such-folder") {
            Ok(manifest) => {
                accepted += 1;
                let plan = Plan::new(manifest);
                assert_eq!(
                    plan.curve_epochs().last().is_some(),
                    plan.manifest.curves.seeds > 0
                );
                assert_eq!(plan.shard(1, 2).end, plan.shard(2, 2).start);
                assert!(plan.baseline(plan.models.len() - 1) < plan.models.len());
            }
            Err(error) => {
                refused += 1;
                assert_eq!(error.exit_code(), 2);
                let message = error.to_string();
                assert!(message.starts_with("m.toml:"), "{message}");
                assert!(message.contains("; expected "), "{message}");
                let steers = |c: char| {
                    c != '\n' && (c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c))
                };
                assert!(!message.contains(steers), "{message:?}");
                assert!(message.len() < 100_000);
            }
        }
    }
    // Both kinds are met, or the damage would be too small or too great to find anything.
    assert!(accepted > COUNT / 50, "{accepted} accepted");
    assert!(refused > COUNT / 2, "{refused} refused");
}
