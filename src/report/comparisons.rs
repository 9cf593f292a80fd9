//! comparisons.csv: one row per model that has another as its baseline. Effects come before
//! p-values.

use super::shared::{Intervals, model_name};
use crate::plan::{Plan, Prediction};
use crate::results::columns::{Column, Columns, Format};
use crate::statistics::{AccuracyComparison, Comparison, Interval, Pooled, Predicted};

/// The rate of the model minus that of the baseline.
pub const RATE_DIFFERENCE: &str = "rate_difference";
/// The p-value of McNemar's test, adjusted.
pub const MCNEMAR_P_HOLM: &str = "mcnemar_p_holm";

const NEWCOMBE: &str = "Newcombe 1998, Statistics in Medicine 17:2635, method 10, of pairs of a seed; where seeds do not pair, 17:873, method 10";
const HOLM: &str = "Holm 1979";
const MEANS: &str = "Zou & Donner 2008, from both intervals of restricted_mean_epochs and the correlation of the epochs seed by seed (0 where seeds do not pair)";
const STUDENT: &str = "Student 1908: t interval of differences seed by seed";
const T_INTERVAL: &str =
    "Student 1908, of differences seed by seed; where seeds do not pair, Welch 1947";
const MANN_WHITNEY: &str = "Mann & Whitney 1947";
const PLACEMENTS: &str = "Obuchowski 1997; Konietschke & Pauly 2012: variance of paired placements (DeLong, DeLong & Clarke-Pearson 1988 where seeds do not pair), on the logit scale; Wilson 1927 where every run says the same";

/// A comparison and whom it compares.
#[derive(Debug, Clone, Copy)]
pub struct ComparisonRow<'a> {
    /// Name of the model.
    pub model: &'a str,
    /// Name of its baseline.
    pub baseline: &'a str,
    /// What was found.
    pub comparison: &'a Comparison,
}

/// The rows of the comparisons, in the order given; then those of several partitions of the rows
/// taken together, whose p-values are a family of their own.
pub fn rows<'a>(
    plan: &'a Plan,
    comparisons: &'a [Comparison],
    pooled: &'a Pooled,
) -> impl Iterator<Item = ComparisonRow<'a>> {
    let models = comparisons.iter().map(|comparison| ComparisonRow {
        model: &plan.models[comparison.model].name,
        baseline: &plan.models[comparison.baseline].name,
        comparison,
    });
    let pools = pooled.comparisons.iter().map(|comparison| ComparisonRow {
        model: &plan.pools()[comparison.model].model.name,
        baseline: &plan.pools()[comparison.baseline].model.name,
        comparison,
    });
    models.chain(pools)
}

/// The columns, which depend on nothing but the plan.
pub fn columns<'a>(plan: &Plan) -> Columns<ComparisonRow<'a>> {
    let intervals = Intervals::new(plan);
    let mut of_comparison = rates(&intervals);
    of_comparison.extend(tests());
    of_comparison.extend(means(&intervals));
    of_comparison.extend(accuracy(plan, &intervals));
    for (at, prediction) in plan.predictions().iter().enumerate() {
        let columns = predicted(&intervals, prediction).into_iter();
        of_comparison
            .extend(columns.map(|column| column.of(move |c: &Comparison| &c.predictions[at])));
    }
    let mut columns = vec![
        model_name(|row: &ComparisonRow<'a>| row.model),
        Column::new(
            "baseline",
            "name of the model that it is compared with: the one that [compare] baseline names; without it the single neuron of the same other settings where several widths are tried, else the first model. A baseline has no row of its own",
            |row: &ComparisonRow<'a>| row.baseline.into(),
        ),
    ];
    let of_comparison = of_comparison.into_iter();
    columns.extend(of_comparison.map(|column| column.of(|row: &ComparisonRow<'a>| row.comparison)));
    Columns(columns)
}

fn rates(intervals: &Intervals) -> Vec<Column<Comparison>> {
    let share = |name, meaning, value: fn(&Comparison) -> Option<f64>| {
        Column::new(name, meaning, move |c: &Comparison| value(c).into())
            .unit("share")
            .format(Format::Percent)
    };
    let difference = share(RATE_DIFFERENCE, "rate - baseline_rate", |c| {
        c.rate_difference.map(|difference| difference.value)
    });
    let mut columns = vec![
        count("runs", "runs of the model", "runs", |c| c.runs),
        count("baseline_runs", "runs of the baseline", "runs", |c| {
            c.baseline_runs
        }),
        share(
            "rate",
            "share of the model's runs that converged; its interval is in summary.csv",
            |c| c.rate,
        ),
        share(
            "baseline_rate",
            "share of the baseline's runs that converged; likewise",
            |c| c.baseline_rate,
        ),
    ];
    columns.extend(
        intervals.around(difference, RATE_DIFFERENCE, NEWCOMBE, |c| {
            ends(c.rate_difference.map(|difference| difference.interval))
        }),
    );
    columns.push(Column::new(
        "rate_ratio",
        "rate / baseline_rate; empty if the baseline never converged",
        |c: &Comparison| c.rate_ratio.into(),
    ));
    columns
}

fn ends(interval: Option<Interval>) -> [Option<f64>; 2] {
    [interval.map(|i| i.low), interval.map(|i| i.high)]
}

fn count<T: Into<Option<u64>> + 'static>(
    name: &'static str,
    meaning: &'static str,
    unit: &'static str,
    value: fn(&Comparison) -> T,
) -> Column<Comparison> {
    Column::new(name, meaning, move |c| value(c).into().into())
        .unit(unit)
        .format(Format::Count)
}

fn tests() -> Vec<Column<Comparison>> {
    let p = |name, meaning, source, value: fn(&Comparison) -> Option<f64>| {
        Column::new(name, meaning, move |c: &Comparison| value(c).into())
            .source(source)
            .format(Format::Scientific)
    };
    vec![
        count(
            "only_model_converged",
            "seeds with which the model converged and the baseline did not",
            "seeds",
            |c| c.only_model_converged,
        ),
        count(
            "only_baseline_converged",
            "seeds with which the baseline converged and the model did not",
            "seeds",
            |c| c.only_baseline_converged,
        ),
        p(
            "mcnemar_p",
            "p of the exact test that the last two counts differ only by chance, two-sided; at least 2.2e-308",
            "McNemar 1947, exact binomial",
            |c| c.mcnemar_p,
        ),
        p(
            MCNEMAR_P_HOLM,
            "mcnemar_p adjusted for all models of this file; the family is this column",
            HOLM,
            |c| c.mcnemar_p_holm,
        ),
        p(
            "fisher_p",
            "p of the exact test that the rates differ only by chance, seeds taken as unrelated, two-sided; at least 2.2e-308",
            "Fisher 1935; tables no more probable than the observed one",
            |c| c.fisher_p,
        ),
        p(
            "fisher_p_holm",
            "fisher_p adjusted for all models of this file; the family is this column",
            HOLM,
            |c| c.fisher_p_holm,
        ),
        Column::new(
            "logrank_chi_squared",
            "log-rank statistic of epochs to convergence, one degree of freedom; empty if no run converged while both had runs left, or all that were left did at once",
            |c: &Comparison| c.logrank.map(|test| test.chi_squared).into(),
        )
        .source("Mantel 1966"),
        p(
            "logrank_p",
            "p of logrank_chi_squared, at least 2.2e-308; of fewer than 30 runs of either, the share of all ways to deal the runs to the two (beyond 20000 ways, of 9999 drawn ones and the observed) whose excess is as large",
            "Mantel 1966; permutation: Peto & Peto 1972, Phipson & Smyth 2010",
            |c| c.logrank.map(|test| test.p),
        ),
        p(
            "logrank_p_holm",
            "logrank_p adjusted for all models of this file; the family is this column",
            HOLM,
            |c| c.logrank_p_holm,
        ),
    ]
}

fn means(intervals: &Intervals) -> Vec<Column<Comparison>> {
    const RESTRICTED: &str = "restricted_mean_difference";
    const BOTH: &str = "both_converged_difference";
    let epochs = |name, meaning, value: fn(&Comparison) -> Option<f64>| {
        Column::new(name, meaning, move |c: &Comparison| value(c).into())
            .unit("epochs")
            .format(Format::Epochs)
    };
    let restricted = epochs(
        RESTRICTED,
        "restricted_mean_epochs of the model - that of the baseline: negative if the model is faster",
        |c| {
            c.restricted_mean_difference
                .map(|difference| difference.value)
        },
    );
    let mut columns = Vec::from(intervals.around(restricted, RESTRICTED, MEANS, |c| {
        ends(
            c.restricted_mean_difference
                .map(|difference| difference.interval),
        )
    }));
    columns.push(count(
        "both_converged",
        "seeds with which both converged; empty where seeds do not pair",
        "seeds",
        |c| c.both_converged.map(|both| both.seeds),
    ));
    let both = epochs(
        BOTH,
        "mean over these seeds of the model's convergence epoch - the baseline's: it says nothing of seeds with which one of them failed",
        |c| c.both_converged.and_then(|both| both.difference),
    );
    let of = format!("{BOTH}; empty of fewer than two such seeds");
    columns.extend(intervals.around(both, &of, STUDENT, |c| {
        ends(c.both_converged.and_then(|both| both.interval))
    }));
    columns
}

/// Which of two models is right more often: of studies with classes or held-out rows.
fn accuracy(plan: &Plan, intervals: &Intervals) -> Vec<Column<Comparison>> {
    let data = &plan.manifest.data;
    let (name, rows) = match (data.tests(), data.classes.is_some() || data.validates()) {
        (true, _) => ("test_accuracy", "test"),
        (false, true) => ("accuracy", "training"),
        (false, false) => return Vec::new(),
    };
    let number = |suffix: &str, meaning: String, value: fn(&AccuracyComparison) -> Option<f64>| {
        Column::new(format!("{name}{suffix}"), meaning, move |c: &Comparison| {
            c.accuracy.as_ref().and_then(value).into()
        })
    };
    let difference = number(
        "_difference",
        format!("mean share of {rows} rows that are right, of the model - of the baseline"),
        |accuracy| accuracy.difference.map(|difference| difference.value),
    );
    let what = format!("{name}_difference: of other seeds with the same rows");
    let mut columns = Vec::from(intervals.around(
        difference.unit("share").format(Format::Percent),
        &what,
        T_INTERVAL,
        |c| {
            ends(
                c.accuracy
                    .and_then(|accuracy| accuracy.difference)
                    .map(|d| d.interval),
            )
        },
    ));
    let p = |suffix, meaning: &str, source, value| {
        let column = number(suffix, meaning.to_owned(), value).source(source);
        column.format(Format::Scientific)
    };
    columns.extend([
        p(
            "_t_p",
            "p of the t test that this difference is chance, two-sided; at least 2.2e-308",
            T_INTERVAL,
            |accuracy| accuracy.p,
        ),
        p(
            "_t_p_holm",
            "that p adjusted for all models of this file; the family is this column",
            HOLM,
            |accuracy| accuracy.p_holm,
        ),
    ]);
    let better = number(
        "_probability_better",
        format!(
            "probability that a run of the model has more {rows} rows right than one of the baseline, ties counting half (U / nm)"
        ),
        |accuracy| accuracy.ranks.map(|ranks| ranks.probability),
    );
    columns.extend(
        intervals.around(
            better
                .unit("share")
                .source(MANN_WHITNEY)
                .format(Format::Percent),
            "that probability",
            PLACEMENTS,
            |c| {
                ends(
                    c.accuracy
                        .and_then(|accuracy| accuracy.ranks)
                        .map(|ranks| ranks.interval),
                )
            },
        ),
    );
    let delta = number(
        "_cliffs_delta",
        "probability that the model has more of them right minus probability that the baseline does, from -1 to 1".to_owned(),
        |accuracy| accuracy.ranks.map(|ranks| ranks.cliffs_delta),
    );
    columns.extend([
        delta.source("Cliff 1993").format(Format::Output),
        p(
            "_p",
            "p of U, two-sided: normal approximation with continuity correction and tie-corrected variance; at least 2.2e-308",
            MANN_WHITNEY,
            |accuracy| accuracy.ranks.map(|ranks| ranks.p),
        ),
        p(
            "_p_holm",
            "that p adjusted for all models of this file; the family is this column",
            HOLM,
            |accuracy| accuracy.ranks_p_holm,
        ),
    ]);
    columns
}

/// Which of two models comes closer to the target of a prediction.
fn predicted(intervals: &Intervals, prediction: &Prediction) -> Vec<Column<Predicted>> {
    let about = format!(
        ", for {}; a prediction that is not finite is the farthest; empty without a target",
        prediction.about
    );
    let number = |suffix, meaning, source, value: fn(&Predicted) -> Option<f64>| {
        Column::new(
            format!("{}{suffix}", prediction.name),
            format!("{meaning}{about}"),
            move |predicted: &Predicted| value(predicted).into(),
        )
        .source(source)
    };
    let better = number(
        "_probability_better",
        "probability that a run of the model comes closer to the target than one of the baseline, ties counting half (U / nm)",
        MANN_WHITNEY,
        |predicted| predicted.ranks.map(|ranks| ranks.probability),
    );
    let of = format!("that probability{about}");
    let mut columns = Vec::from(intervals.around(
        better.unit("share").format(Format::Percent),
        &of,
        PLACEMENTS,
        |predicted| ends(predicted.ranks.map(|ranks| ranks.interval)),
    ));
    columns.extend([
        number(
            "_cliffs_delta",
            "probability that the model comes closer minus probability that the baseline does, from -1 to 1",
            "Cliff 1993",
            |predicted| predicted.ranks.map(|ranks| ranks.cliffs_delta),
        )
        .format(Format::Output),
        number(
            "_p",
            "p of U, two-sided: normal approximation with continuity correction and tie-corrected variance; at least 2.2e-308",
            MANN_WHITNEY,
            |predicted| predicted.ranks.map(|ranks| ranks.p),
        )
        .format(Format::Scientific),
        number(
            "_p_holm",
            "that p adjusted for all models of this file; the family is this column",
            HOLM,
            |predicted| predicted.p_holm,
        )
        .format(Format::Scientific),
    ]);
    columns
}
