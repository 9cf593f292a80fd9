//! The tables of the page: the numbers behind each chart, in elements that a screen reader can
//! walk through.

use std::fmt::Write;

use crate::report::figures::data::{Reader, ReportData};
use crate::report::figures::frame::epoch_label;
use crate::report::figures::sweep::Sweep;
use crate::text::{escape, interval, number, percent, whole};

/// The most rows of a table; more would make the page heavy.
pub const ROWS: usize = 200;

/// A table. `header` and cells are text; the first cell of a row names it.
pub fn table(caption: &str, header: &[String], rows: &[Vec<String>]) -> String {
    let mut html = format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{0}\"><table>\
         <caption>{0}</caption><thead><tr>",
        escape(caption)
    );
    for name in header {
        let _ = write!(html, "<th scope=\"col\">{}</th>", escape(name));
    }
    html += "</tr></thead><tbody>\n";
    for row in rows.iter().take(ROWS) {
        html += "<tr>";
        for (position, cell) in row.iter().enumerate() {
            let cell = escape(cell);
            let _ = match position {
                0 => write!(html, "<th scope=\"row\">{cell}</th>"),
                _ => write!(html, "<td>{cell}</td>"),
            };
        }
        html += "</tr>\n";
    }
    html += "</tbody></table></div>";
    html
}

/// A table that opens on demand, with a note if it doesn't hold all rows.
pub fn folded(
    title: &str,
    file: &str,
    caption: &str,
    header: &[&str],
    rows: &[Vec<String>],
) -> String {
    let header: Vec<String> = header.iter().map(|name| (*name).to_owned()).collect();
    let note = if rows.len() > ROWS {
        format!(
            "<p class=\"note\">{ROWS} of {} rows; {} has all.</p>",
            whole(rows.len() as f64),
            escape(file)
        )
    } else {
        String::new()
    };
    format!(
        "<details><summary>{}</summary>{}{note}</details>\n",
        escape(title),
        table(caption, &header, rows)
    )
}

/// An empty cell is a dash.
fn or_dash(text: Option<String>) -> String {
    text.unwrap_or_else(|| "–".to_owned())
}

/// Rates, intervals, and the difference to the baseline.
pub fn rates(data: &ReportData, sweep: &Sweep) -> String {
    let summary = Reader::new(data.summary);
    let comparisons = Reader::new(data.comparisons);
    let compared = comparisons.by_model();
    let rows: Vec<Vec<String>> = (0..summary.rows())
        .map(|model| {
            let against = compared
                .get(summary.text(model, "model"))
                .map(|rows| rows.start);
            let difference = against.and_then(|row| comparisons.interval(row, "rate_difference"));
            let p = against.and_then(|row| comparisons.number(row, "mcnemar_p_holm"));
            let count = |column| or_dash(summary.number(model, column).map(whole));
            vec![
                sweep.phrase(model),
                count("runs"),
                count("converged"),
                or_dash(summary.number(model, "rate").map(percent)),
                or_dash(
                    summary
                        .interval(model, "rate")
                        .map(|(_, low, high)| interval(low, high)),
                ),
                or_dash(difference.map(|(d, low, high)| {
                    format!("{} ({} to {})", points(d), points(low), points(high))
                })),
                or_dash(p.map(|p| number(p, 2))),
            ]
        })
        .collect();
    folded(
        "Table: convergence by model",
        "summary.csv and comparisons.csv",
        "Runs that converged, and the difference to the baseline on the same seeds in percentage \
         points, with McNemar’s exact p after Holm’s adjustment",
        &[
            "model",
            "runs",
            "converged",
            "rate",
            "interval",
            "difference to baseline",
            "p",
        ],
        &rows,
    )
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

/// Share converged at round epochs, one row a model.
pub fn survival(data: &ReportData, sweep: &Sweep) -> String {
    let reader = Reader::new(data.survival);
    let groups = reader.by_model();
    let epochs = round_epochs(data.plan.manifest.epochs, 10);
    let rows = data.plan.models.iter().take(ROWS + 1).map(|model| {
        let rows = groups.get(model.name.as_str()).cloned().unwrap_or(0..0);
        let mut line = vec![sweep.phrase(model.index)];
        let mut row = rows.start;
        let mut share = Some(0.0);
        for epoch in &epochs {
            while row < rows.end
                && reader
                    .number(row, "epoch")
                    .is_some_and(|at| at <= *epoch as f64)
            {
                share = reader.number(row, "share_converged");
                row += 1;
            }
            line.push(or_dash(share.map(percent)));
        }
        line
    });
    let labels: Vec<String> = epochs
        .iter()
        .map(|epoch| epoch_label(*epoch as f64))
        .collect();
    let mut header = vec!["model"];
    header.extend(labels.iter().map(String::as_str));
    folded(
        "Table: share converged by epoch",
        "survival.csv",
        "Share of runs that had converged after so many epochs; every step is in survival.csv",
        &header,
        &rows.collect::<Vec<_>>(),
    )
}

/// Predictions of one column, one row a model.
pub fn predictions(data: &ReportData, sweep: &Sweep, name: &str, situation: &str) -> String {
    let reader = Reader::new(data.summary);
    let rows: Vec<Vec<String>> = (0..reader.rows())
        .map(|model| {
            let value = |suffix: &str| {
                or_dash(
                    reader
                        .number(model, &format!("{name}_{suffix}"))
                        .map(|v| number(v, 3)),
                )
            };
            let correct = |column: String| {
                let rate = reader.interval(model, &column);
                or_dash(
                    rate.map(|(r, low, high)| format!("{} ({})", percent(r), interval(low, high))),
                )
            };
            vec![
                sweep.phrase(model),
                value("q05"),
                value("q25"),
                value("median"),
                value("q75"),
                value("q95"),
                value("mean"),
                correct(format!("{name}_correct_rate")),
                correct(format!("{name}_converged_correct_rate")),
            ]
        })
        .collect();
    folded(
        &format!("Table: predictions for {situation}"),
        "summary.csv",
        &format!(
            "Quantiles of the output for {situation} after training, and how often it was right"
        ),
        &[
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
        &rows,
    )
}

/// Median loss and its middle nine tenths at a few epochs, one row a model.
pub fn losses(data: &ReportData, sweep: &Sweep) -> String {
    let reader = Reader::new(data.curves);
    let groups = reader.by_model();
    let epochs = round_epochs(data.plan.manifest.epochs, 6);
    let rows = data.plan.models.iter().take(ROWS + 1).map(|model| {
        let rows = groups.get(model.name.as_str()).cloned().unwrap_or(0..0);
        let mut line = vec![sweep.phrase(model.index)];
        for epoch in &epochs {
            let row = rows
                .clone()
                .take_while(|row| {
                    reader
                        .number(*row, "epoch")
                        .is_some_and(|e| e <= *epoch as f64)
                })
                .last();
            let value = |column| row.and_then(|row| reader.number(row, column));
            let cell = value("mse_median").map(|median| {
                let (low, high) = (value("mse_q05"), value("mse_q95"));
                let bounds = low.zip(high).map_or_else(String::new, |(low, high)| {
                    format!(" ({} to {})", number(low, 2), number(high, 2))
                });
                format!("{}{bounds}", number(median, 2))
            });
            line.push(or_dash(cell));
        }
        line
    });
    let labels: Vec<String> = epochs
        .iter()
        .map(|epoch| epoch_label(*epoch as f64))
        .collect();
    let mut header = vec!["model"];
    header.extend(labels.iter().map(String::as_str));
    folded(
        "Table: loss by epoch",
        "curves.csv",
        "Median loss at the last stored epoch up to this one, with its 5% and 95% quantiles",
        &header,
        &rows.collect::<Vec<_>>(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_escaped() {
        let html = table(
            "<c>",
            &["<h>".to_owned()],
            &[vec!["<r>".to_owned(), "<d>".to_owned()]],
        );
        for tag in ["<c>", "<h>", "<r>", "<d>"] {
            assert!(!html.contains(tag));
        }
    }

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
}
