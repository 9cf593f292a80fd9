//! comparisons.csv: one row per model that has another as its baseline. Effects come before
//! p-values.

use super::shared::{Intervals, model_name};
use crate::plan::{Plan, Prediction};
use crate::results::columns::{Column, Columns, Format};
use crate::statistics::{Comparison, Interval, Predicted};

/// The rate of the model minus that of the baseline.
pub const RATE_DIFFERENCE: &str = "rate_difference";
/// The p-value of McNemar's test, adjusted.
pub const MCNEMAR_P_HOLM: &str = "mcnemar_p_holm";

const NEWCOMBE: &str = "Newcombe 1998, method 10";
const HOLM: &str = "Holm 1979";
const MEANS: &str = "Klein & Moeschberger 2003, equation 4.5.2";
const MANN_WHITNEY: &str = "Mann & Whitney 1947";
const DELONG: &str = "DeLong, DeLong & Clarke-Pearson 1988";

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

/// The rows of the comparisons, in the order given.
pub fn rows<'a>(
    plan: &'a Plan,
    comparisons: &'a [Comparison],
) -> impl Iterator<Item = ComparisonRow<'a>> {
    comparisons.iter().map(|comparison| ComparisonRow {
        model: &plan.models[comparison.model].name,
        baseline: &plan.models[comparison.baseline].name,
        comparison,
    })
}

/// The columns, which depend on nothing but the plan.
pub fn columns<'a>(plan: &Plan) -> Columns<ComparisonRow<'a>> {
    let intervals = Intervals::new(plan);
    let mut of_comparison = rates(&intervals);
    of_comparison.extend(tests());
    of_comparison.extend(means(&intervals));
    for (at, prediction) in plan.predictions().iter().enumerate() {
        let columns = predicted(&intervals, prediction).into_iter();
        of_comparison
            .extend(columns.map(|column| column.of(move |c: &Comparison| &c.predictions[at])));
    }
    let mut columns = vec![
        model_name(|row: &ComparisonRow<'a>| row.model),
        Column::new(
            "baseline",
            "name of the model that it is compared with",
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
        share("rate", "share of the model's runs that converged", |c| {
            c.rate
        }),
        share(
            "baseline_rate",
            "share of the baseline's runs that converged",
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
            "mcnemar_p adjusted for all models of this file",
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
            "fisher_p adjusted for all models of this file",
            HOLM,
            |c| c.fisher_p_holm,
        ),
        Column::new(
            "logrank_chi_squared",
            "log-rank statistic of epochs to convergence, one degree of freedom; empty if no run converged",
            |c: &Comparison| c.logrank.map(|test| test.chi_squared).into(),
        )
        .source("Mantel 1966"),
        p(
            "logrank_p",
            "p of logrank_chi_squared; at least 2.2e-308",
            "Mantel 1966",
            |c| c.logrank.map(|test| test.p),
        ),
        p(
            "logrank_p_holm",
            "logrank_p adjusted for all models of this file",
            HOLM,
            |c| c.logrank_p_holm,
        ),
    ]
}

fn means(intervals: &Intervals) -> [Column<Comparison>; 3] {
    const NAME: &str = "restricted_mean_difference";
    let difference = Column::new(
        NAME,
        "restricted_mean_epochs of the model - that of the baseline: negative if the model is faster",
        |c: &Comparison| c.restricted_mean_difference.into(),
    )
    .unit("epochs")
    .source(MEANS)
    .format(Format::Epochs);
    let of = format!("{NAME}; empty if neither mean has a spread");
    intervals.around(difference, &of, MEANS, |c| ends(c.restricted_mean_interval))
}

/// Which of two models comes closer to the target of a prediction.
fn predicted(intervals: &Intervals, prediction: &Prediction) -> Vec<Column<Predicted>> {
    let about = format!(", for {}; empty without a target", prediction.about);
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
    let of = format!("that probability; empty if its variance is unknown{about}");
    let mut columns = Vec::from(intervals.around(
        better.unit("share").format(Format::Percent),
        &of,
        DELONG,
        |predicted| ends(predicted.ranks.and_then(|ranks| ranks.interval)),
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
            "that p adjusted for all models of this file",
            HOLM,
            |predicted| predicted.p_holm,
        )
        .format(Format::Scientific),
    ]);
    columns
}
