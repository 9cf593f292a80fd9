//! A run as bytes and back.

use crate::results::bytes::{Input, put_number, put_whole};
use crate::training::{Outcome, Run};

const FINITE: u8 = 1;
const CONVERGED: u8 = 2;
const REACHED_90_PERCENT: u8 = 4;
const ALL: u8 = FINITE | CONVERGED | REACHED_90_PERCENT;

/// Appends an entry: the length of the run's bytes, then the bytes.
pub fn encode_entry(run: &Run, out: &mut Vec<u8>) {
    let mut bytes = Vec::with_capacity(96 + run.curve.len() * 9);
    encode(run, &mut bytes);
    put_whole(out, bytes.len() as u64);
    out.extend_from_slice(&bytes);
}

/// Reads the entry at the start of `bytes`; also returns how long it is. `None` if it is not one.
pub fn decode_entry(bytes: &[u8]) -> Option<(Run, usize)> {
    let mut input = Input(bytes);
    let length = usize::try_from(input.whole()?).ok()?;
    let prefix = bytes.len() - input.0.len();
    let mut body = Input(input.0.get(..length)?);
    let run = decode(&mut body)?;
    body.0.is_empty().then_some((run, prefix + length))
}

fn encode(run: &Run, out: &mut Vec<u8>) {
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
        finite,
        weights_hash,
    } = outcome;
    let flag = |set: bool, flag: u8| if set { flag } else { 0 };
    out.push(
        flag(finite, FINITE)
            | flag(convergence_epoch.is_some(), CONVERGED)
            | flag(mse_at_90_percent.is_some(), REACHED_90_PERCENT),
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
    put_whole(out, wrong_rows.len() as u64);
    for &row in wrong_rows {
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
    let wrong_rows = input.list(1, |input| u32::try_from(input.whole()?).ok())?;
    let predictions = input.list(8, Input::number)?;
    let curve = input.list(9, |input| Some((input.whole()?, input.number()?)))?;
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
        finite: flags & FINITE != 0,
        weights_hash,
    };
    Some(Run {
        model,
        outcome,
        curve,
    })
}
