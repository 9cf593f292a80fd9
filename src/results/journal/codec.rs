//! A run as bytes and back.

use super::format::checksum;
use crate::plan::Identity;
use crate::results::bytes::{Input, put_number, put_whole};
use crate::training::{Judged, Mistake, Outcome, Run, Scored, WrongRows};

const FINITE: u8 = 1;
const CONVERGED: u8 = 2;
const REACHED_90_PERCENT: u8 = 4;
/// What version 0.1 did not know follows: of most runs there is nothing.
const JUDGED: u8 = 8;
const ALL: u8 = FINITE | CONVERGED | REACHED_90_PERCENT | JUDGED;

/// Appends an entry: the length of a run's bytes, these, and the checksum of both.
pub fn put_entry(out: &mut Vec<u8>, identity: &Identity, run: &[u8]) {
    let start = out.len();
    put_whole(out, run.len() as u64);
    out.extend_from_slice(run);
    let checksum = checksum(identity, &out[start..]);
    out.extend_from_slice(&checksum.to_le_bytes());
}

/// Reads the entry at the start of `bytes`; also returns how long it is. `None` if it is not
/// one, or not one of this experiment.
pub fn decode_entry(bytes: &[u8], identity: &Identity) -> Option<(Run, usize)> {
    let mut input = Input(bytes);
    let length = usize::try_from(input.whole()?).ok()?;
    let start = bytes.len() - input.0.len();
    let end = start.checked_add(length)?;
    let (entry, rest) = bytes.split_at_checked(end)?;
    let stored = u32::from_le_bytes(*rest.first_chunk::<4>()?);
    if stored != checksum(identity, entry) {
        return None;
    }
    let mut body = Input(&entry[start..]);
    let run = decode(&mut body)?;
    body.0.is_empty().then_some((run, end + 4))
}

/// Appends a text: its length and its bytes.
pub fn put_text(out: &mut Vec<u8>, text: &str) {
    put_whole(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// Takes the text at the start of `bytes`.
pub fn take_text<'a>(bytes: &mut &'a [u8]) -> Option<&'a str> {
    let mut input = Input(bytes);
    let length = usize::try_from(input.whole()?).ok()?;
    let (text, rest) = input.0.split_at_checked(length)?;
    *bytes = rest;
    std::str::from_utf8(text).ok()
}

/// Appends a run's bytes.
pub fn encode_run(run: &Run, out: &mut Vec<u8>) {
    // Exhaustive on purpose: what is not written here is lost when a run is interrupted.
    let Run {
        model,
        outcome,
        curve,
    } = run;
    let &Outcome {
        seed,
        epochs,
        convergence_epoch,
        mse,
        mse_at_90_percent,
        max_abs_error,
        ref wrong_rows,
        gradient_norm,
        ref predictions,
        ref judged,
        finite,
        weights_hash,
    } = outcome;
    let flag = |set: bool, flag: u8| if set { flag } else { 0 };
    let WrongRows { count, first } = wrong_rows;
    let unnamed = *count as usize - first.len().min(*count as usize);
    let is_judged = unnamed > 0 || *judged != Judged::default();
    out.push(
        flag(finite, FINITE)
            | flag(convergence_epoch.is_some(), CONVERGED)
            | flag(mse_at_90_percent.is_some(), REACHED_90_PERCENT)
            | flag(is_judged, JUDGED),
    );
    put_whole(out, *model as u64);
    put_whole(out, seed);
    put_whole(out, epochs);
    if let Some(epoch) = convergence_epoch {
        put_whole(out, epoch);
    }
    put_number(out, mse);
    if let Some(mse) = mse_at_90_percent {
        put_number(out, mse);
    }
    put_number(out, max_abs_error);
    put_number(out, gradient_norm);
    out.extend_from_slice(&weights_hash.to_le_bytes());
    put_whole(out, first.len() as u64);
    for &row in first {
        put_whole(out, row.into());
    }
    put_whole(out, predictions.len() as u64);
    for &prediction in predictions {
        put_number(out, prediction);
    }
    put_whole(out, curve.len() as u64);
    for &(epoch, loss) in curve {
        put_whole(out, epoch);
        put_number(out, loss);
    }
    if is_judged {
        put_whole(out, unnamed as u64);
        put_judged(out, judged);
    }
}

const VALIDATION: u8 = 1;
const BEST: u8 = 2;
const TEST: u8 = 4;

fn put_judged(out: &mut Vec<u8>, judged: &Judged) {
    let Judged {
        validation,
        best_epoch,
        test,
        mistakes,
        test_mistakes,
    } = judged;
    let flag = |set: bool, flag: u8| if set { flag } else { 0 };
    out.push(
        flag(validation.is_some(), VALIDATION)
            | flag(best_epoch.is_some(), BEST)
            | flag(test.is_some(), TEST),
    );
    for Scored { mse, wrong } in [validation, test].into_iter().flatten() {
        put_number(out, *mse);
        put_whole(out, (*wrong).into());
    }
    if let Some(epoch) = best_epoch {
        put_whole(out, *epoch);
    }
    for mistakes in [mistakes, test_mistakes] {
        put_whole(out, mistakes.len() as u64);
        for Mistake {
            class,
            answer,
            rows,
        } in mistakes
        {
            put_whole(out, (*class).into());
            // 0 is no answer.
            put_whole(out, answer.map_or(0, |answer| u64::from(answer) + 1));
            put_whole(out, (*rows).into());
        }
    }
}

fn take_judged(input: &mut Input) -> Option<Judged> {
    let flags = input.byte()?;
    if flags & !(VALIDATION | BEST | TEST) != 0 {
        return None;
    }
    let mut scored = |flag: u8| match flags & flag {
        0 => Some(None),
        _ => Some(Some(Scored {
            mse: input.number()?,
            wrong: u32::try_from(input.whole()?).ok()?,
        })),
    };
    let (validation, test) = (scored(VALIDATION)?, scored(TEST)?);
    let best_epoch = match flags & BEST {
        0 => None,
        _ => Some(input.whole()?),
    };
    let mut mistakes = || {
        input.list(3, |input| {
            let class = u16::try_from(input.whole()?).ok()?;
            let answer = match input.whole()? {
                0 => None,
                answer => Some(u16::try_from(answer - 1).ok()?),
            };
            let rows = u32::try_from(input.whole()?).ok()?;
            Some(Mistake {
                class,
                answer,
                rows,
            })
        })
    };
    Some(Judged {
        validation,
        best_epoch,
        test,
        mistakes: mistakes()?,
        test_mistakes: mistakes()?,
    })
}

fn decode(input: &mut Input) -> Option<Run> {
    let flags = input.byte()?;
    if flags & !ALL != 0 {
        return None;
    }
    let model = usize::try_from(input.whole()?).ok()?;
    let seed = input.whole()?;
    let epochs = input.whole()?;
    let convergence_epoch = match flags & CONVERGED {
        0 => None,
        _ => Some(input.whole()?),
    };
    let mse = input.number()?;
    let mse_at_90_percent = match flags & REACHED_90_PERCENT {
        0 => None,
        _ => Some(input.number()?),
    };
    let max_abs_error = input.number()?;
    let gradient_norm = input.number()?;
    let weights_hash = input.number()?.to_bits();
    let first = input.list(1, |input| u32::try_from(input.whole()?).ok())?;
    let predictions = input.list(8, Input::number)?;
    let curve = input.list(9, |input| Some((input.whole()?, input.number()?)))?;
    let (unnamed, judged) = match flags & JUDGED {
        0 => (0, Judged::default()),
        _ => (u32::try_from(input.whole()?).ok()?, take_judged(input)?),
    };
    // Version 0.1 named all of them.
    let mut wrong_rows: WrongRows = first.into_iter().collect();
    wrong_rows.count = wrong_rows.count.checked_add(unnamed)?;
    let outcome = Outcome {
        seed,
        epochs,
        convergence_epoch,
        mse,
        mse_at_90_percent,
        max_abs_error,
        wrong_rows,
        gradient_norm,
        predictions,
        judged,
        finite: flags & FINITE != 0,
        weights_hash,
    };
    Some(Run {
        model,
        outcome,
        curve,
    })
}
