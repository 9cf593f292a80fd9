//! `[convergence]`: one criterion.

use crate::manifest::diagnostic::Problems;
use crate::manifest::raw::{Convergence, Root};

/// Reports criteria of convergence beside each other: a run has one.
pub fn check(root: &Root, problems: &mut Problems) {
    let Some(table) = root.convergence.get() else {
        return;
    };
    let Convergence {
        tolerance,
        accuracy,
        mse,
        stop: _,
    } = table;
    let keys = [
        ("tolerance", tolerance.span()),
        ("accuracy", accuracy.span()),
        ("mse", mse.span()),
    ];
    let given = keys.iter().filter(|(_, span)| span.is_some());
    let given: Vec<&str> = given.map(|(key, _)| *key).collect();
    let found = match given.as_slice() {
        [one, other] => format!("both {one} and {other}"),
        [one, two, three] => format!("{one}, {two} and {three}"),
        _ => return,
    };
    if let Some(last) = keys.iter().filter_map(|(_, span)| *span).max() {
        problems.add(
            last,
            format!("[convergence] has {found}"),
            "one criterion: tolerance, accuracy or mse",
        );
    }
}
