//! confusion.csv: what rows of each class were taken for, of studies with classes.

use super::shared::model_name;
use crate::plan::Plan;
use crate::results::columns::{Column, Columns, Format};
use crate::statistics::{Confusion, ModelSummary, Pooled};

/// What is written where the outputs say no class.
const NONE: &str = "(none)";

/// Rows of a class that were taken for a class.
#[derive(Debug, Clone)]
pub struct ConfusionRow<'a> {
    /// Name of the model.
    pub model: &'a str,
    /// The class of the rows.
    pub class: &'a str,
    /// What they were taken for; `None` where the outputs say no class.
    pub answer: Option<&'a str>,
    /// How many rows, summed over runs.
    pub rows: u64,
    /// Their share of all rows of the class; `None` of no rows.
    pub share: Option<f64>,
}

/// The rows, model by model, class by class; after the models of the grid, those of several
/// partitions taken together.
pub fn rows<'a>(
    plan: &'a Plan,
    summaries: &'a [ModelSummary],
    pooled: &'a Pooled,
) -> impl Iterator<Item = ConfusionRow<'a>> {
    let classes = plan.manifest.data.classes.as_ref();
    let names = classes.map_or(&[][..], |classes| &classes.names);
    let models = plan.models.iter().zip(summaries);
    let pools = plan.pools().iter().map(|pool| &pool.model);
    let all = models.chain(pools.zip(&pooled.summaries));
    all.flat_map(move |(model, summary)| {
        let confusion = summary.performance.as_ref().map(|all| &all.confusion);
        let confusion = confusion.into_iter();
        confusion.flat_map(move |confusion| of_model(&model.name, names, confusion))
    })
}

fn of_model<'a>(
    model: &'a str,
    names: &'a [String],
    confusion: &'a Confusion,
) -> impl Iterator<Item = ConfusionRow<'a>> {
    (0..confusion.classes()).flat_map(move |class| {
        let answers = (0..confusion.classes()).map(Some).chain([None]);
        let all: u64 = answers
            .clone()
            .map(|answer| confusion.rows(class, answer))
            .sum();
        answers.map(move |answer| {
            let rows = confusion.rows(class, answer);
            ConfusionRow {
                model,
                class: &names[class],
                answer: answer.map(|answer| names[answer].as_str()),
                rows,
                share: (all > 0).then(|| rows as f64 / all as f64),
            }
        })
    })
}

/// The columns.
pub fn columns<'a>(plan: &Plan) -> Columns<ConfusionRow<'a>> {
    let set = match plan.manifest.data.tests() {
        true => "test rows",
        false => "training rows",
    };
    let classes = plan.manifest.data.classes.as_ref();
    let order = classes.map_or_else(String::new, |classes| classes.names.join(", "));
    let class = Column::new(
        "class",
        format!(
            "class of these {set}; classes in the order in which the data first have them: {order}"
        ),
        |row: &ConfusionRow<'a>| row.class.into(),
    );
    let answer = Column::new(
        "answer",
        format!(
            "class that they were taken for; {NONE} where two outputs are equally large, an output is the very middle, or none is a number"
        ),
        |row: &ConfusionRow<'a>| row.answer.unwrap_or(NONE).into(),
    );
    let rows = Column::new(
        "rows",
        format!("{set} with the final weights, summed over the model's runs"),
        |row: &ConfusionRow<'a>| row.rows.into(),
    );
    let share = Column::new(
        "share",
        "rows / all rows of this class and model",
        |row: &ConfusionRow<'a>| row.share.into(),
    );
    Columns(vec![
        model_name(|row: &ConfusionRow<'a>| row.model),
        class,
        answer,
        rows.unit("rows").format(Format::Count),
        share.unit("share").format(Format::Percent),
    ])
}
