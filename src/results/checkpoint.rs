//! The checkpoint: where the runs under way are, for them to go on from there after a kill.
//!
//! It is written whole, now and then, in place of the one before. What is damaged, another
//! experiment's or another version's is not believed: the runs then begin anew.
//!
//! ```text
//! file:  header, as a journal's · entries, each a length and a run · CRC-32 of the entries
//! ```

use std::io::Read;
use std::path::Path;

use super::bytes::{Input, put_number, put_whole};
use super::folder::{CHECKPOINT, ResultsFolder};
use super::journal::format::{HEADER_LENGTH, header_of};
use crate::error::Result;
use crate::files;
use crate::plan::Identity;
use crate::training::{Best, LaneState, Task};

/// Starts every checkpoint.
const MAGIC: [u8; 8] = *b"seedbedC";
/// Version of the format.
const FORMAT: u32 = 2;

const CONVERGED: u8 = 1;
const REACHED_90_PERCENT: u8 = 2;
const BEST: u8 = 4;
const ALL: u8 = CONVERGED | REACHED_90_PERCENT | BEST;

/// A run under way.
#[derive(Debug, Clone, PartialEq)]
pub struct UnderWay {
    /// Position of the model in the plan.
    pub model: usize,
    /// Where it is.
    pub state: LaneState,
    /// (epoch, loss) at the checkpoints that it has passed.
    pub curve: Vec<(u64, f64)>,
}

impl UnderWay {
    /// Whether a run of the task can be there, with these losses.
    pub fn fits(&self, task: &Task) -> bool {
        let told = self.curve.iter().map(|&(epoch, _)| epoch);
        let passed = task.checkpoints.iter().take(self.state.observed);
        self.state.fits(task) && told.eq(passed.copied())
    }
}

/// Writes the checkpoint of the experiment: entries that [`encode_entry`] made.
pub fn write<'a>(
    folder: &ResultsFolder,
    identity: &Identity,
    entries: impl Iterator<Item = &'a [u8]>,
) -> Result<()> {
    folder.write_with(CHECKPOINT, |file| {
        file.put(&header_of(MAGIC, FORMAT, identity))?;
        let mut checksum = crc32fast::Hasher::new();
        for entry in entries {
            checksum.update(entry);
            file.put(entry)?;
        }
        file.put(&checksum.finalize().to_le_bytes())
    })?;
    Ok(())
}

/// Whether a file starts as checkpoints of any version do.
pub fn is_checkpoint(path: &Path) -> bool {
    let mut start = [0; MAGIC.len()];
    let Ok(mut file) = files::open(path) else {
        return false;
    };
    file.read_exact(&mut start).is_ok() && start == MAGIC
}

/// Reads the experiment's checkpoint; no runs if there is none. If it can't be believed, says why.
pub fn read(
    folder: &ResultsFolder,
    identity: &Identity,
) -> std::result::Result<Vec<UnderWay>, String> {
    if !folder.has(CHECKPOINT) {
        return Ok(Vec::new());
    }
    let bytes = files::read(&folder.file(CHECKPOINT));
    let bytes = bytes.map_err(|error| format!("it can't be read ({error})"))?;
    let damaged = || "it is damaged".to_owned();
    let (header, rest) = bytes.split_at_checked(HEADER_LENGTH).ok_or_else(damaged)?;
    if header != header_of(MAGIC, FORMAT, identity) {
        return Err("it is damaged, or of another manifest or version".to_owned());
    }
    let (mut entries, checksum) = rest.split_last_chunk::<4>().ok_or_else(damaged)?;
    if crc32fast::hash(entries).to_le_bytes() != *checksum {
        return Err(damaged());
    }
    let mut runs = Vec::new();
    while !entries.is_empty() {
        let (run, length) = decode_entry(entries).ok_or_else(damaged)?;
        runs.push(run);
        entries = &entries[length..];
    }
    Ok(runs)
}

/// An entry: the length of the run's bytes, then the bytes.
pub fn encode_entry(run: &UnderWay) -> Vec<u8> {
    let bytes = encode(run);
    let mut entry = Vec::with_capacity(bytes.len() + 10);
    put_whole(&mut entry, bytes.len() as u64);
    entry.extend_from_slice(&bytes);
    entry
}

/// Reads the entry at the start of `bytes`; also returns how long it is. `None` if it is not one.
pub fn decode_entry(bytes: &[u8]) -> Option<(UnderWay, usize)> {
    let mut input = Input(bytes);
    let length = usize::try_from(input.whole()?).ok()?;
    let prefix = bytes.len() - input.0.len();
    let mut body = Input(input.0.get(..length)?);
    let run = decode(&mut body)?;
    body.0.is_empty().then_some((run, prefix + length))
}

fn encode(run: &UnderWay) -> Vec<u8> {
    // Exhaustive on purpose: what is not written here is lost when a run is interrupted.
    let UnderWay {
        model,
        state,
        curve,
    } = run;
    let &LaneState {
        seed,
        updates,
        converged,
        mse_at_90_percent,
        observed,
        looked,
        best,
        ref weights,
        ref remembered,
    } = state;
    let numbers = weights.len() + remembered.len();
    let mut out = Vec::with_capacity(64 + 8 * numbers + 13 * curve.len());
    let flag = |set: bool, flag: u8| if set { flag } else { 0 };
    out.push(
        flag(converged.is_some(), CONVERGED)
            | flag(mse_at_90_percent.is_some(), REACHED_90_PERCENT)
            | flag(best.is_some(), BEST),
    );
    put_whole(&mut out, *model as u64);
    put_whole(&mut out, seed);
    put_whole(&mut out, updates);
    if let Some(epoch) = converged {
        put_whole(&mut out, epoch);
    }
    if let Some(mse) = mse_at_90_percent {
        put_number(&mut out, mse);
    }
    put_whole(&mut out, observed as u64);
    put_whole(&mut out, looked as u64);
    if let Some(Best { epoch, mse }) = best {
        put_whole(&mut out, epoch);
        put_number(&mut out, mse);
    }
    for numbers in [weights, remembered] {
        put_whole(&mut out, numbers.len() as u64);
        for &number in numbers {
            put_number(&mut out, number);
        }
    }
    put_whole(&mut out, curve.len() as u64);
    for &(epoch, loss) in curve {
        put_whole(&mut out, epoch);
        put_number(&mut out, loss);
    }
    out
}

fn decode(input: &mut Input) -> Option<UnderWay> {
    let flags = input.byte()?;
    if flags & !ALL != 0 {
        return None;
    }
    let model = usize::try_from(input.whole()?).ok()?;
    let seed = input.whole()?;
    let updates = input.whole()?;
    let converged = match flags & CONVERGED {
        0 => None,
        _ => Some(input.whole()?),
    };
    let mse_at_90_percent = match flags & REACHED_90_PERCENT {
        0 => None,
        _ => Some(input.number()?),
    };
    let observed = usize::try_from(input.whole()?).ok()?;
    let looked = usize::try_from(input.whole()?).ok()?;
    let best = match flags & BEST {
        0 => None,
        _ => Some(Best {
            epoch: input.whole()?,
            mse: input.number()?,
        }),
    };
    let weights = input.list(8, Input::number)?;
    let remembered = input.list(8, Input::number)?;
    let curve = input.list(9, |input| Some((input.whole()?, input.number()?)))?;
    Some(UnderWay {
        model,
        state: LaneState {
            seed,
            updates,
            converged,
            mse_at_90_percent,
            observed,
            looked,
            best,
            weights,
            remembered,
        },
        curve,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: Identity = Identity([7; 32]);

    fn run(seed: u64) -> UnderWay {
        UnderWay {
            model: 2,
            state: LaneState {
                seed,
                updates: 1 << 40,
                converged: Some(9).filter(|_| seed.is_multiple_of(2)),
                mse_at_90_percent: Some(0.1).filter(|_| seed.is_multiple_of(3)),
                observed: 2,
                looked: 7,
                best: Some(Best { epoch: 3, mse: 0.2 }).filter(|_| seed.is_multiple_of(2)),
                weights: vec![0.1, -0.0, f64::INFINITY, f64::MIN_POSITIVE / 3.0],
                remembered: vec![1e-300, -2.5],
            },
            curve: vec![(1, 0.5), (1000, 0.25)],
        }
    }

    fn written() -> (tempfile::TempDir, ResultsFolder) {
        let place = tempfile::tempdir().unwrap();
        let folder = ResultsFolder::open(place.path()).unwrap();
        let entries: Vec<Vec<u8>> = (1..=6).map(|seed| encode_entry(&run(seed))).collect();
        write(&folder, &OURS, entries.iter().map(Vec::as_slice)).unwrap();
        (place, folder)
    }

    #[test]
    fn what_was_written_is_read() {
        let (_place, folder) = written();
        let expected: Vec<UnderWay> = (1..=6).map(run).collect();
        assert_eq!(read(&folder, &OURS), Ok(expected));
        assert!(read(&folder, &Identity([8; 32])).is_err());
        folder.remove(CHECKPOINT).unwrap();
        assert_eq!(read(&folder, &OURS), Ok(Vec::new()));
    }

    #[test]
    fn one_that_is_damaged_anywhere_is_not_believed() {
        let (_place, folder) = written();
        let path = folder.file(CHECKPOINT);
        let bytes = std::fs::read(&path).unwrap();
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x10;
            std::fs::write(&path, &damaged).unwrap();
            assert!(read(&folder, &OURS).is_err(), "byte {at}");
            std::fs::write(&path, &bytes[..at]).unwrap();
            assert!(read(&folder, &OURS).is_err(), "cut at {at}");
        }
    }

    proptest::proptest! {
        #[test]
        fn random_bytes_are_no_entry_or_a_whole_one(
            bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)
        ) {
            if let Some((_, length)) = decode_entry(&bytes) {
                proptest::prop_assert!(length <= bytes.len());
            }
        }
    }
}
