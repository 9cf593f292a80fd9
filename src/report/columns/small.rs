//! The columns of the files without prediction columns in words.

use super::{Description, Line, rate_source, with_level};
use crate::plan::Plan;

const TYPE_7: &str = "Hyndman & Fan 1996, type 7";
const KAPLAN_MEIER: &str = "Kaplan & Meier 1958";
const LOG_LOG: &str = "Kalbfleisch & Prentice 1980: log(-log) scale with Greenwood's variance";

const LOSSES: [Description; 4] = [
    ("model", "name of the model", "", ""),
    (
        "seed",
        "seed of the run, one of the first [curves] seeds",
        "",
        "",
    ),
    ("epoch", "epoch, counted from 1", "epochs", ""),
    (
        "mse",
        "mean squared error over rows and outputs of the epoch's forward pass, before its update; empty if not finite",
        "",
        "",
    ),
];

const SURVIVAL: [Description; 9] = [
    ("model", "name of the model", "", ""),
    (
        "epoch",
        "epoch at which a run converged or was censored; 0 is the start",
        "epochs",
        "",
    ),
    (
        "at_risk",
        "runs neither converged nor censored before this epoch",
        "runs",
        "",
    ),
    ("converged", "runs that converged at this epoch", "runs", ""),
    (
        "censored",
        "runs that ended at this epoch without having converged",
        "runs",
        "",
    ),
    (
        "not_converged",
        "estimated share of runs not converged by this epoch",
        "share",
        KAPLAN_MEIER,
    ),
    (
        "not_converged_low",
        "lower end of the interval of not_converged",
        "share",
        LOG_LOG,
    ),
    (
        "not_converged_high",
        "upper end of the interval of not_converged",
        "share",
        LOG_LOG,
    ),
    (
        "share_converged",
        "1 - not_converged",
        "share",
        KAPLAN_MEIER,
    ),
];

const FAILURES: [Description; 10] = [
    ("model", "name of the model", "", ""),
    (
        "status",
        "how these runs ended: converged, stuck, improving (the final mse is below 0.99 times mse_at_90_percent) or diverged; see runs.csv",
        "",
        "",
    ),
    (
        "wrong_rows",
        "training rows, counted from 1, with an output not within 0.5 of its target; empty if all are right",
        "",
        "",
    ),
    ("runs", "runs that ended so", "runs", ""),
    ("share", "their share of the model's runs", "share", ""),
    (
        "share_low",
        "lower end of the interval of share",
        "share",
        "",
    ),
    (
        "share_high",
        "upper end of the interval of share",
        "share",
        "",
    ),
    (
        "mse_median",
        "their median final mse, one that is not finite counting as the worst",
        "",
        TYPE_7,
    ),
    (
        "gradient_norm_median",
        "their median final gradient_norm, one that is not finite counting as the worst",
        "",
        TYPE_7,
    ),
    (
        "example_seed",
        "the first seed that ended so, to replay",
        "",
        "",
    ),
];

const CURVES: [Description; 9] = [
    ("model", "name of the model", "", ""),
    (
        "epoch",
        "epoch, counted from 1, as evenly spaced on a log axis as whole numbers allow",
        "epochs",
        "",
    ),
    (
        "runs",
        "runs whose loss curve is kept: the first [curves] seeds",
        "runs",
        "",
    ),
    (
        "mse_q05",
        "5% quantile of their mse at this epoch; a run that stopped earlier keeps its final mse, one that is not finite counts as the worst",
        "",
        TYPE_7,
    ),
    ("mse_q25", "25% quantile, likewise", "", TYPE_7),
    ("mse_median", "median, likewise", "", TYPE_7),
    ("mse_q75", "75% quantile, likewise", "", TYPE_7),
    ("mse_q95", "95% quantile, likewise", "", TYPE_7),
    (
        "share_converged",
        "share of these runs that had converged by this epoch",
        "share",
        "",
    ),
];

const COLUMNS: [Description; 5] = [
    ("file", "name of the file", "", ""),
    ("column", "name of the column", "", ""),
    ("meaning", "what its cells say", "", ""),
    (
        "unit",
        "in which unit; empty for words, names and pure numbers",
        "",
        "",
    ),
    (
        "source",
        "where the formula is published; empty for plain counts and what Seedbed defines",
        "",
        "",
    ),
];

pub(super) fn losses() -> Vec<Line> {
    LOSSES.iter().map(Line::of).collect()
}

pub(super) fn survival(plan: &Plan) -> Vec<Line> {
    let lines = SURVIVAL.iter().map(Line::of);
    lines.map(|line| with_level(plan, line)).collect()
}

pub(super) fn failures(plan: &Plan) -> Vec<Line> {
    let sourced = |mut line: Line| {
        if line.column.starts_with("share_") {
            line.source = rate_source(plan).to_owned();
        }
        with_level(plan, line)
    };
    FAILURES.iter().map(Line::of).map(sourced).collect()
}

pub(super) fn curves() -> Vec<Line> {
    CURVES.iter().map(Line::of).collect()
}

pub(super) fn columns() -> Vec<Line> {
    COLUMNS.iter().map(Line::of).collect()
}
