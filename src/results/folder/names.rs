//! The names of the files in a results folder.

use crate::manifest;

/// One row per run.
pub const RUNS: &str = "runs.csv";
/// Loss curves of the first seeds: model, seed, epoch, mse.
pub const LOSSES: &str = "losses.csv";
/// One row per model.
pub const SUMMARY: &str = "summary.csv";
/// Models against the baseline.
pub const COMPARISONS: &str = "comparisons.csv";
/// Quantiles of the loss by epoch.
pub const CURVES: &str = "curves.csv";
/// Kaplan–Meier steps.
pub const SURVIVAL: &str = "survival.csv";
/// How runs failed.
pub const FAILURES: &str = "failures.csv";
/// What rows of each class were taken for; only of studies with classes.
pub const CONFUSION: &str = "confusion.csv";
/// How much rounding decides; of the very rows that are there, or not there.
pub const ROUNDING: &str = "rounding.csv";
/// What every column means.
pub const COLUMNS: &str = "columns.csv";
/// The exact manifest.
pub const MANIFEST: &str = manifest::KEPT_MANIFEST;
/// The rows of a manifest that reads them from a file.
pub const DATA: &str = manifest::KEPT_DATA;
/// Where the numbers come from.
pub const PROVENANCE: &str = "provenance.json";
/// Which part of the experiment a shard's folder holds.
pub const SHARD: &str = "shard.json";
/// The report to look at.
pub const REPORT: &str = "report.html";
/// The workbook.
pub const WORKBOOK: &str = "workbook.xlsx";
/// Folder of SVG charts.
pub const FIGURES: &str = "figures";
/// Finished runs of an unfinished experiment.
pub const JOURNAL: &str = "journal.bin";
/// Where the runs under way are.
pub const CHECKPOINT: &str = "checkpoint.bin";

/// Says which process works in the folder.
pub(super) const LOCK: &str = ".lock";
/// There while a process takes the lock over from one that is gone.
pub(super) const TAKEOVER: &str = ".lock.takeover";
/// Written and removed to see whether the folder can be written.
pub(super) const PROBE: &str = ".seedbed-probe";

/// Every file Seedbed writes directly in a results folder.
pub const KNOWN: [&str; 18] = [
    RUNS,
    LOSSES,
    SUMMARY,
    COMPARISONS,
    CURVES,
    SURVIVAL,
    FAILURES,
    CONFUSION,
    ROUNDING,
    COLUMNS,
    MANIFEST,
    DATA,
    PROVENANCE,
    SHARD,
    REPORT,
    WORKBOOK,
    JOURNAL,
    CHECKPOINT,
];

/// Whether Seedbed may write a file of this name in a results folder.
pub fn is_known(name: &str) -> bool {
    let figure = name.strip_prefix("figures/");
    KNOWN.contains(&name)
        || figure.is_some_and(|figure| figure.ends_with(".svg") && !figure.contains(['/', '\\']))
}
