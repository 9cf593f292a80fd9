//! The columns of summary.csv in words.

use super::runs::MODEL;
use super::{Description, Line, predictions, rate_source, with_level};
use crate::plan::Plan;
use crate::report::summary::SPREAD_COLUMNS;

const KAPLAN_MEIER: &str = "Kaplan & Meier 1958";
const BROOKMEYER_CROWLEY: &str = "Brookmeyer & Crowley 1982, from the log-log band of survival.csv";
const HAMEY: &str = "Hamey 1991, Benchmarking feed-forward neural networks";

const COUNTS: [Description; 3] = [
    ("runs", "runs of the model", "runs", ""),
    ("converged", "runs that converged", "runs", ""),
    (
        "diverged",
        "runs with a weight that is not finite",
        "runs",
        "",
    ),
];

const RATE: [Description; 3] = [
    ("rate", "converged / runs", "share", ""),
    ("rate_low", "lower end of the interval of rate", "share", ""),
    (
        "rate_high",
        "upper end of the interval of rate",
        "share",
        "",
    ),
];

const EPOCHS: [Description; 19] = [
    (
        "epoch_limit",
        "most epochs that a run was allowed; runs that did not converge are censored there",
        "epochs",
        "",
    ),
    (
        "q25_epochs",
        "first epoch by which 25% of all runs had converged; empty if fewer did",
        "epochs",
        KAPLAN_MEIER,
    ),
    (
        "q25_epochs_low",
        "lower end of the interval of q25_epochs; empty if not reached",
        "epochs",
        BROOKMEYER_CROWLEY,
    ),
    (
        "q25_epochs_high",
        "upper end of the interval of q25_epochs; empty if not reached",
        "epochs",
        BROOKMEYER_CROWLEY,
    ),
    (
        "median_epochs",
        "first epoch by which 50% of all runs had converged; empty if fewer did",
        "epochs",
        KAPLAN_MEIER,
    ),
    (
        "median_epochs_low",
        "lower end of the interval of median_epochs; empty if not reached",
        "epochs",
        BROOKMEYER_CROWLEY,
    ),
    (
        "median_epochs_high",
        "upper end of the interval of median_epochs; empty if not reached",
        "epochs",
        BROOKMEYER_CROWLEY,
    ),
    (
        "q75_epochs",
        "first epoch by which 75% of all runs had converged; empty if fewer did",
        "epochs",
        KAPLAN_MEIER,
    ),
    (
        "q75_epochs_low",
        "lower end of the interval of q75_epochs; empty if not reached",
        "epochs",
        BROOKMEYER_CROWLEY,
    ),
    (
        "q75_epochs_high",
        "upper end of the interval of q75_epochs; empty if not reached",
        "epochs",
        BROOKMEYER_CROWLEY,
    ),
    (
        "restricted_mean_epochs",
        "mean epochs to convergence, a run that did not converge counting as the limit: area under not_converged of survival.csv",
        "epochs",
        "Klein & Moeschberger 2003, section 4.5",
    ),
    (
        "restricted_mean_epochs_se",
        "standard error of restricted_mean_epochs",
        "epochs",
        "Greenwood 1926; Klein & Moeschberger 2003, equation 4.5.2",
    ),
    (
        "mean_epochs_of_converged",
        "mean epochs to convergence of the converged runs only: it says nothing of the others",
        "epochs",
        "",
    ),
    (
        "harmonic_mean_epochs",
        "runs / sum of 1 / convergence_epoch, runs that did not converge adding 0",
        "epochs",
        HAMEY,
    ),
    (
        "restart_at_limit_epochs",
        "expected epochs to one success when a run that fails is started again with another seed at the limit: epochs of all runs up to convergence or the limit / converged",
        "epochs",
        HAMEY,
    ),
    (
        "best_restart_epoch",
        "T_E, the whole number t up to the limit at which E(t) = 1000 * #(runs that converged before t) / sum of min(t, epochs to convergence) is largest: stop a run at this epoch and start again; at the limit itself a run that converges in its last epoch counts",
        "epochs",
        HAMEY,
    ),
    (
        "best_restart_epochs",
        "expected epochs to one success when every run is stopped at best_restart_epoch and started again with another seed: 1000 / peak_efficiency",
        "epochs",
        HAMEY,
    ),
    (
        "peak_efficiency",
        "E at best_restart_epoch",
        "successes per 1000 epochs",
        HAMEY,
    ),
    (
        "mse_median",
        "median final mse of all runs, one that is not finite counting as the worst",
        "",
        "Hyndman & Fan 1996, type 7",
    ),
];

const ACCURACY: Description = ("accuracy_mean", "mean accuracy of all runs", "share", "");

const SPREAD: [Description; 11] = [
    ("_mean", "mean", "", ""),
    ("_sd", "standard deviation, divisor n - 1", "", ""),
    ("_median", "median", "", "Hyndman & Fan 1996, type 7"),
    ("_q05", "5% quantile", "", "Hyndman & Fan 1996, type 7"),
    ("_q25", "25% quantile", "", "Hyndman & Fan 1996, type 7"),
    ("_q75", "75% quantile", "", "Hyndman & Fan 1996, type 7"),
    ("_q95", "95% quantile", "", "Hyndman & Fan 1996, type 7"),
    (
        "_iqm",
        "interquartile mean: the mean without the lowest and highest quarter, each rounded down to whole runs",
        "",
        "trimmed mean of 25%",
    ),
    (
        "_correct_rate",
        "share within 0.5 of the target, an output that is not finite counting as wrong; empty without a target",
        "share",
        "",
    ),
    (
        "_correct_rate_low",
        "lower end of the interval of the share within 0.5 of the target",
        "share",
        "",
    ),
    (
        "_correct_rate_high",
        "upper end of the interval of the share within 0.5 of the target",
        "share",
        "",
    ),
];

pub(super) fn lines(plan: &Plan) -> Vec<Line> {
    let mut lines: Vec<Line> = MODEL.iter().chain(&COUNTS).map(Line::of).collect();
    lines.extend(RATE.iter().map(|column| rated(plan, Line::of(column))));
    let epochs = EPOCHS.iter().map(Line::of);
    lines.extend(epochs.map(|line| with_level(plan, line)));
    lines.push(Line::of(&ACCURACY));
    for (name, about) in predictions(plan) {
        for (subset, runs) in [("", "all runs"), ("_converged", "converged runs only")] {
            for (column, description) in SPREAD_COLUMNS.iter().zip(&SPREAD) {
                let line = Line::new(format!("{name}{subset}{column}"), description);
                let line = line.about(&format!(", of the final outputs of {runs} for {about}"));
                lines.push(rated(plan, line));
            }
        }
    }
    lines
}

/// The ends of a rate's interval have the source and level that the manifest asks for.
fn rated(plan: &Plan, mut line: Line) -> Line {
    if line.column.ends_with("_low") || line.column.ends_with("_high") {
        line.source = rate_source(plan).to_owned();
    }
    with_level(plan, line)
}
