//! The tables of the page: the numbers behind each chart, in elements that a screen reader can
//! walk through.

use maud::Markup;

use super::elements::{Folded, or_dash};
use super::kept::{Kept, Rows};
use crate::report::figures::ReportData;
use crate::report::figures::frame::epoch_label;
use crate::report::figures::sweep::Sweep;
use crate::statistics::{CurvePoint, Estimate, KaplanMeier};
use crate::text::{grouped, interval, number, percent};

/// Rates, intervals, and the difference to the baseline.
pub fn rates(data: &ReportData, sweep: &Sweep, kept: &Kept) -> Markup {
    let findings = data.findings;
    let table = Folded {
        title: "Table: convergence by model",
        file: "summary.csv and comparisons.csv",
        caption: "Runs that converged, and the difference to the baseline on the same seeds in \
                  percentage points, with McNemar’s exact p after Holm’s adjustment",
        header: &[
            "model",
            "runs",
            "converged",
            "rate",
            "interval",
            "difference to baseline",
            "p",
        ],
    };
    table.of(&kept.models(), |model| {
        let summary = &findings.summaries[model];
        // They are in the order of the models.
        let compared = findings
            .comparisons
            .binary_search_by_key(&model, |comparison| comparison.model);
        let compared = compared.ok().map(|at| &findings.comparisons[at]);
        let difference = compared.and_then(|compared| compared.rate_difference);
        let p = compared.and_then(|compared| compared.mcnemar_p_holm);
        let ends = summary.rate.map(|rate| rate.interval);
        vec![
            sweep.phrase(model),
            grouped(summary.runs.into()),
            grouped(summary.converged.into()),
            or_dash(summary.rate.map(|rate| percent(rate.value))),
            or_dash(ends.map(|ends| interval(ends.low, ends.high))),
            or_dash(difference.map(|difference| {
                let ends = difference.interval;
                let [value, low, high] = [difference.value, ends.low, ends.high].map(points);
                format!("{value} ({low} to {high})")
            })),
            or_dash(p.map(|p| number(p, 2))),
        ]
    })
}

/// A difference of shares in percentage points with its sign.
fn points(difference: f64) -> String {
    let sign = if difference > 0.0 { "+" } else { "" };
    format!("{sign}{}", number(100.0 * difference, 3))
}

/// Epochs 1, 2, 5, 10, … up to the limit and the limit itself, at most `most` of them.
fn round_epochs(limit: u64, most: usize) -> Vec<u64> {
    let steps: &[u64] = if limit > 100_000 { &[1] } else { &[1, 3] };
    let mut epochs: Vec<u64> = Vec::new();
    let mut decade = 1u64;
    while decade < limit {
        epochs.extend(
            steps
                .iter()
                .filter_map(|step| step.checked_mul(decade))
                .filter(|e| *e < limit),
        );
        let Some(next) = decade.checked_mul(10) else {
            break;
        };
        decade = next;
    }
    epochs.push(limit);
    let first = epochs.len().saturating_sub(most);
    epochs.split_off(first)
}

/// A table with a column for each of these epochs, one row a model.
fn by_epoch(
    (title, file, caption): (&str, &str, &str),
    epochs: &[u64],
    rows: &Rows,
    cells: impl Fn(usize) -> Vec<String>,
) -> Markup {
    let labels: Vec<String> = epochs
        .iter()
        .map(|epoch| epoch_label(*epoch as f64))
        .collect();
    let mut header = vec!["model"];
    header.extend(labels.iter().map(String::as_str));
    let table = Folded {
        title,
        file,
        caption,
        header: &header,
    };
    table.of(rows, cells)
}

/// Share converged at round epochs, one row a model.
pub fn survival(data: &ReportData, sweep: &Sweep, kept: &Kept) -> Markup {
    let epochs = round_epochs(data.plan.manifest.epochs, 10);
    let cells = |model| {
        let curve = &data.findings.survival[model];
        let shares = shares_converged(curve, &epochs).into_iter().map(percent);
        std::iter::once(sweep.phrase(model)).chain(shares).collect()
    };
    let words = (
        "Table: share converged by epoch",
        "survival.csv",
        "Share of runs that had converged after so many epochs; every step is in survival.csv",
    );
    by_epoch(words, &epochs, &kept.models(), cells)
}

/// The share of runs converged by each of these ascending epochs.
fn shares_converged(curve: &KaplanMeier, epochs: &[u64]) -> Vec<f64> {
    let mut steps = curve.steps().peekable();
    let mut share = 0.0;
    let by = epochs.iter().map(|epoch| {
        while let Some(step) = steps.next_if(|step| step.epoch <= *epoch) {
            share = step.share_converged();
        }
        share
    });
    by.collect()
}

/// What the models answer to prediction `column`, one row a model.
pub fn predictions(
    data: &ReportData,
    sweep: &Sweep,
    kept: &Kept,
    (column, situation): (usize, &str),
) -> Markup {
    let title = format!("Table: predictions for {situation}");
    let caption = format!(
        "Quantiles of the output for {situation} after training, and how often it was right"
    );
    let table = Folded {
        title: &title,
        file: "summary.csv",
        caption: &caption,
        header: &[
            "model",
            "5%",
            "25%",
            "median",
            "75%",
            "95%",
            "mean",
            "right",
            "right, converged runs",
        ],
    };
    table.of(&kept.models(), |model| {
        let prediction = &data.findings.summaries[model].predictions[column];
        let all = &prediction.all;
        let values = [all.q05, all.q25, all.median, all.q75, all.q95, all.mean];
        let mut row = vec![sweep.phrase(model)];
        row.extend(values.map(|value| or_dash(value.map(|value| number(value.value, 3)))));
        row.extend(
            [all.correct, prediction.converged.correct].map(|rate| or_dash(rate.map(share))),
        );
        row
    })
}

/// `84.6% (82.2–86.7%)`.
pub fn share(rate: Estimate) -> String {
    let ends = rate.interval;
    format!(
        "{} ({})",
        percent(rate.value),
        interval(ends.low, ends.high)
    )
}

/// Median loss and its middle nine tenths at a few epochs, one row a model.
pub fn losses(data: &ReportData, sweep: &Sweep, kept: &Kept) -> Markup {
    let epochs = round_epochs(data.plan.manifest.epochs, 6);
    let cells = |model| {
        let points: &Vec<CurvePoint> = &data.findings.curves[model];
        let cells = epochs.iter().map(|epoch| {
            let after = points.partition_point(|point| point.epoch <= *epoch);
            or_dash(points[..after].last().and_then(loss))
        });
        std::iter::once(sweep.phrase(model)).chain(cells).collect()
    };
    let words = (
        "Table: loss by epoch",
        "curves.csv",
        "Median loss at the last stored epoch up to this one, with its 5% and 95% quantiles",
    );
    by_epoch(words, &epochs, &kept.models(), cells)
}

/// `0.0012 (0.0009 to 0.17)`.
fn loss(point: &CurvePoint) -> Option<String> {
    let ends = point.mse_q05.zip(point.mse_q95);
    let ends = ends.map_or_else(String::new, |(low, high)| {
        format!(" ({} to {})", number(low.value, 2), number(high.value, 2))
    });
    Some(number(point.mse_median?.value, 2) + &ends)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::Time;

    #[test]
    fn epochs_are_round_and_end_at_the_limit() {
        assert_eq!(
            round_epochs(60_000, 10),
            [1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 60_000][1..]
        );
        assert_eq!(round_epochs(1, 10), [1]);
        assert_eq!(round_epochs(u64::MAX, 3).last(), Some(&u64::MAX));
    }

    #[test]
    fn differences_have_a_sign() {
        assert_eq!(points(0.423), "+42.3");
        assert_eq!(points(-0.1), "−10");
        assert_eq!(points(0.0), "0");
    }

    #[test]
    fn shares_are_those_of_the_last_step_so_far() {
        let times = [Some(10), Some(10), Some(30), None].map(|at| Time::new(at, 100));
        let curve = KaplanMeier::new(&times);
        assert_eq!(
            shares_converged(&curve, &[1, 10, 29, 30, 100]),
            [0.0, 0.5, 0.5, 0.75, 0.75]
        );
    }
}
