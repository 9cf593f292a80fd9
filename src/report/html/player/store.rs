//! The numbers that the page's script moves through, as JSON.

use super::row::{Row, values};
use crate::report::figures::data::{Episode, Frame};
use crate::report::figures::network::{brief, largest_weight};

/// The epochs of the longest episode.
pub fn epochs(group: &[Episode]) -> Vec<u64> {
    let longest = group.iter().max_by_key(|episode| episode.frames.len());
    longest.map_or_else(Vec::new, |episode| {
        episode.frames.iter().map(|f| f.epoch).collect()
    })
}

fn numbers(values: impl Iterator<Item = f64>) -> String {
    let values: Vec<String> = values.map(brief).collect();
    format!("[{}]", values.join(","))
}

/// A player's data. Only numbers are in it, so nothing can end the script element.
pub fn json(rows: &[Row], group: &[Episode]) -> String {
    let rows_json: Vec<String> = rows
        .iter()
        .map(|row| {
            let target = row.target.as_ref();
            let target = target.map_or("null".to_owned(), |t| numbers(t.iter().copied()));
            format!(
                "{{\"x\":{},\"t\":{target}}}",
                numbers(row.inputs.iter().copied())
            )
        })
        .collect();
    let runs: Vec<String> = group
        .iter()
        .map(|episode| {
            let frames = episode.frames.iter().map(|frame| frame_json(rows, frame));
            let frames: Vec<String> = frames.collect();
            format!("{{\"frames\":[{}]}}", frames.join(",\n"))
        })
        .collect();
    let epochs: Vec<String> = epochs(group).iter().map(u64::to_string).collect();
    format!(
        "{{\"largest\":{},\"epochs\":[{}],\"rows\":[{}],\"runs\":[{}]}}",
        brief(largest_weight(group.iter())),
        epochs.join(","),
        rows_json.join(","),
        runs.join(",\n")
    )
}

fn frame_json(rows: &[Row], frame: &Frame) -> String {
    let answers: Vec<String> = rows
        .iter()
        .map(|row| numbers(values(frame, row.index)))
        .collect();
    format!(
        "{{\"e\":{},\"m\":{},\"w\":{},\"a\":[{}]}}",
        frame.epoch,
        brief(frame.mse),
        numbers(frame.weights.iter().flatten().copied()),
        answers.join(",")
    )
}
