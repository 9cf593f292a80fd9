//! Columns that several tables have alike: the name of the model, and the ends of an interval
//! with the method and the confidence that the manifest asks for; and the sources that several
//! tables cite.

use crate::manifest::IntervalMethod::{ClopperPearson, Wilson};
use crate::plan::Plan;
use crate::results::columns::{Cell, Column, Format};
use crate::statistics::{Simulated, Spread};
use crate::text::level;

/// The column that names the model, in every table.
pub const MODEL: &str = "model";
/// What follows an estimate's name for the lower end of its interval.
pub const LOW: &str = "_low";
/// What follows an estimate's name for the upper end of its interval.
pub const HIGH: &str = "_high";

/// What follows a name for the median.
pub const MEDIAN: &str = "_median";
/// What follows a number's name for its Monte Carlo standard error.
pub const MCSE: &str = "_mcse";

/// Quantiles of runs.
pub const TYPE_7: &str = "Hyndman & Fan 1996, type 7";
/// Shares and quantiles of epochs to convergence.
pub const KAPLAN_MEIER: &str = "Kaplan & Meier 1958";

/// The column that names the model of a row.
pub fn model_name<R>(name: impl for<'r> Fn(&'r R) -> &'r str + Send + Sync + 'static) -> Column<R> {
    Column::new(MODEL, "name of the model", move |row| name(row).into())
}

/// How the standard error of a mean is made.
pub const MEAN_ERROR: &str = "standard deviation / sqrt(runs)";
/// How that of a quantile is made.
pub const QUANTILE_ERROR: &str = "Woodruff 1952: half the distance between the quantiles at q - e and q + e, e = sqrt(q (1 - q) / runs)";

/// The column of a number that has a Monte Carlo standard error.
pub fn simulated<R: 'static>(
    name: impl Into<String>,
    meaning: impl Into<String>,
    number: fn(&R) -> Option<Simulated>,
) -> Column<R> {
    Column::new(name, meaning, move |row| {
        number(row).map(|number| number.value).into()
    })
}

/// That column and, after it, the one of its standard error, in the same unit and format;
/// `source` says how that is made.
pub fn with_error<R: 'static>(
    column: Column<R>,
    source: &'static str,
    number: fn(&R) -> Option<Simulated>,
) -> [Column<R>; 2] {
    let head = column.head().clone();
    let meaning = format!(
        "Monte Carlo standard error of {}; empty of too few runs",
        head.name
    );
    let error = Column::new(format!("{}{MCSE}", head.name), meaning, move |row: &R| {
        number(row).and_then(|number| number.mcse).into()
    });
    [
        column,
        error.unit(head.unit).source(source).format(head.format),
    ]
}

/// Mean, standard deviation and quantiles of what is called `name`; `about` ends what each column
/// means.
pub fn distribution(name: &str, about: &str, format: Format) -> Vec<Column<Spread>> {
    let number =
        |suffix: &str, meaning: &str, sources: [&'static str; 2], number: fn(&Spread) -> _| {
            let column = simulated(
                format!("{name}{suffix}"),
                format!("{meaning}{about}"),
                number,
            );
            let column = column.source(sources[0]).format(format);
            with_error(column, sources[1], number)
        };
    let quantile =
        |suffix, meaning, value| number(suffix, meaning, [TYPE_7, QUANTILE_ERROR], value);
    let mut columns = Vec::from(number("_mean", "mean", ["", MEAN_ERROR], |s| s.mean));
    let deviation = Column::new(
        format!("{name}_sd"),
        format!("standard deviation, divisor n - 1{about}"),
        |spread: &Spread| spread.sd.into(),
    );
    columns.push(deviation.format(format));
    columns.extend(quantile(MEDIAN, "median", |s| s.median));
    columns.extend(quantile("_q05", "5% quantile", |s| s.q05));
    columns.extend(quantile("_q25", "25% quantile", |s| s.q25));
    columns.extend(quantile("_q75", "75% quantile", |s| s.q75));
    columns.extend(quantile("_q95", "95% quantile", |s| s.q95));
    columns
}

/// How the manifest asks for intervals.
#[derive(Debug, Clone)]
pub struct Intervals {
    /// Where the interval of a rate is published.
    pub rate: &'static str,
    /// The confidence level.
    pub confidence: f64,
    /// The confidence level in words: ` (95% interval)`.
    level: String,
}

impl Intervals {
    /// As the plan's manifest asks for them.
    pub fn new(plan: &Plan) -> Intervals {
        let settings = &plan.manifest.statistics;
        Intervals {
            rate: match settings.interval {
                Wilson => "Wilson 1927",
                ClopperPearson => "Clopper & Pearson 1934",
            },
            confidence: settings.confidence,
            level: format!(" ({} interval)", level(settings.confidence)),
        }
    }

    /// The column of an estimate and, after it, those of its interval's lower and upper end, in
    /// the same unit and format. `of` says in words what the interval is of.
    pub fn around<R, T: Into<Cell<'static>>>(
        &self,
        estimate: Column<R>,
        of: &str,
        source: &'static str,
        ends: impl Fn(&R) -> [T; 2] + Copy + Send + Sync + 'static,
    ) -> [Column<R>; 3] {
        let head = estimate.head().clone();
        let name = |suffix: &str| format!("{}{suffix}", head.name);
        let meaning = |side: &str| format!("{side} end of the interval of {of}{}", self.level);
        let low = Column::new(name(LOW), meaning("lower"), move |row| {
            let [low, _] = ends(row);
            low.into()
        });
        let high = Column::new(name(HIGH), meaning("upper"), move |row| {
            let [_, high] = ends(row);
            high.into()
        });
        let alike = |end: Column<R>| end.unit(head.unit).source(source).format(head.format);
        [estimate, alike(low), alike(high)]
    }
}
