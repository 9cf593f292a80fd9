//! The columns of comparisons.csv in words.

use super::{Description, Line, predictions, with_level};
use crate::plan::Plan;
use crate::report::comparisons::PREDICTION_COLUMNS;

const NEWCOMBE: &str = "Newcombe 1998, method 10";
const HOLM: &str = "Holm 1979";
const MEANS: &str = "Klein & Moeschberger 2003, equation 4.5.2";
const MANN_WHITNEY: &str = "Mann & Whitney 1947";

const FIXED: [Description; 22] = [
    ("model", "name of the model", "", ""),
    (
        "baseline",
        "name of the model that it is compared with",
        "",
        "",
    ),
    ("runs", "runs of the model", "runs", ""),
    ("baseline_runs", "runs of the baseline", "runs", ""),
    (
        "rate",
        "share of the model's runs that converged",
        "share",
        "",
    ),
    (
        "baseline_rate",
        "share of the baseline's runs that converged",
        "share",
        "",
    ),
    ("rate_difference", "rate - baseline_rate", "share", ""),
    (
        "rate_difference_low",
        "lower end of the interval of rate_difference",
        "share",
        NEWCOMBE,
    ),
    (
        "rate_difference_high",
        "upper end of the interval of rate_difference",
        "share",
        NEWCOMBE,
    ),
    (
        "rate_ratio",
        "rate / baseline_rate; empty if the baseline never converged",
        "",
        "",
    ),
    (
        "only_model_converged",
        "seeds with which the model converged and the baseline did not",
        "seeds",
        "",
    ),
    (
        "only_baseline_converged",
        "seeds with which the baseline converged and the model did not",
        "seeds",
        "",
    ),
    (
        "mcnemar_p",
        "p of the exact test that the last two counts differ only by chance, two-sided; at least 2.2e-308",
        "",
        "McNemar 1947, exact binomial",
    ),
    (
        "mcnemar_p_holm",
        "mcnemar_p adjusted for all models of this file",
        "",
        HOLM,
    ),
    (
        "fisher_p",
        "p of the exact test that the rates differ only by chance, seeds taken as unrelated, two-sided; at least 2.2e-308",
        "",
        "Fisher 1935; tables no more probable than the observed one",
    ),
    (
        "fisher_p_holm",
        "fisher_p adjusted for all models of this file",
        "",
        HOLM,
    ),
    (
        "logrank_chi_squared",
        "log-rank statistic of epochs to convergence, one degree of freedom; empty if no run converged",
        "",
        "Mantel 1966",
    ),
    (
        "logrank_p",
        "p of logrank_chi_squared; at least 2.2e-308",
        "",
        "Mantel 1966",
    ),
    (
        "logrank_p_holm",
        "logrank_p adjusted for all models of this file",
        "",
        HOLM,
    ),
    (
        "restricted_mean_difference",
        "restricted_mean_epochs of the model - that of the baseline: negative if the model is faster",
        "epochs",
        MEANS,
    ),
    (
        "restricted_mean_difference_low",
        "lower end of the interval of restricted_mean_difference; empty if neither mean has a spread",
        "epochs",
        MEANS,
    ),
    (
        "restricted_mean_difference_high",
        "upper end of the interval of restricted_mean_difference; empty if neither mean has a spread",
        "epochs",
        MEANS,
    ),
];

const PREDICTION: [Description; 6] = [
    (
        "_probability_better",
        "probability that a run of the model comes closer to the target than one of the baseline, ties counting half (U / nm)",
        "share",
        MANN_WHITNEY,
    ),
    (
        "_probability_better_low",
        "lower end of the interval of that probability; empty if its variance is unknown",
        "share",
        "DeLong, DeLong & Clarke-Pearson 1988",
    ),
    (
        "_probability_better_high",
        "upper end of the interval of that probability; empty if its variance is unknown",
        "share",
        "DeLong, DeLong & Clarke-Pearson 1988",
    ),
    (
        "_cliffs_delta",
        "probability that the model comes closer minus probability that the baseline does, from -1 to 1",
        "",
        "Cliff 1993",
    ),
    (
        "_p",
        "p of U, two-sided: normal approximation with continuity correction and tie-corrected variance; at least 2.2e-308",
        "",
        MANN_WHITNEY,
    ),
    (
        "_p_holm",
        "that p adjusted for all models of this file",
        "",
        HOLM,
    ),
];

pub(super) fn lines(plan: &Plan) -> Vec<Line> {
    let fixed = FIXED.iter().map(Line::of);
    let mut lines: Vec<Line> = fixed.map(|line| with_level(plan, line)).collect();
    for (name, about) in predictions(plan) {
        for (column, description) in PREDICTION_COLUMNS.iter().zip(&PREDICTION) {
            let line = Line::new(format!("{name}{column}"), description);
            let line = line.about(&format!(", for {about}; empty without a target"));
            lines.push(with_level(plan, line));
        }
    }
    lines
}
