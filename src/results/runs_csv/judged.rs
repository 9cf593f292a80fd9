//! The columns that only studies with classes, validation rows or test rows have.

use super::column::{RunColumn, number, set, stored, whole};
use super::words::{mistake_words, mistakes};
use crate::network::{Part, Right, Sets};
use crate::plan::Plan;
use crate::results::columns::{Column, Format};
use crate::training::{Judged, Mistake, Run, Scored};

/// How many rows of a set each model has.
pub fn rows_by_model(plan: &Plan, set: fn(&Sets) -> &Part) -> Vec<usize> {
    let models = 0..plan.models.len();
    let rows = models.map(|model| set(plan.sets(model)).dataset.rows());
    rows.collect()
}

/// When a row is right, in words that follow "rows".
pub fn right(plan: &Plan) -> &'static str {
    match plan.manifest.data.first().right {
        Right::Near => "with every output closer than 0.5 to its target (0.5 itself is wrong)",
        Right::Side { .. } => {
            "whose output is on its target's side of the middle between the targets of the two classes (the middle itself is wrong)"
        }
        Right::Largest => "whose largest output is that of their class (ties are wrong)",
    }
}

/// The columns, in their order.
pub(super) fn judged_columns(plan: &Plan) -> Vec<RunColumn> {
    let data = &plan.manifest.data;
    let mut columns = Vec::new();
    if data.validates() {
        let rows = rows_by_model(plan, |sets| &sets.validation);
        columns.extend(scored(plan, "validation", rows, VALIDATION));
        columns.push(best_epoch());
    }
    if data.tests() {
        let rows = rows_by_model(plan, |sets| &sets.test);
        columns.extend(scored(plan, "test", rows, TEST));
    }
    if let Some(classes) = &data.classes {
        let count = classes.names.len();
        columns.push(mistaken("mistakes", "training", count, MISTAKES));
        if data.tests() {
            columns.push(mistaken("test_mistakes", "test", count, TEST_MISTAKES));
        }
    }
    columns
}

/// Where a judgement has something of a set's rows.
#[derive(Clone, Copy)]
struct Place<T> {
    of: fn(&Judged) -> &T,
    of_mut: fn(&mut Judged) -> &mut T,
}

/// `place!(FIELD)`: where a judgement has it.
macro_rules! place {
    ($field:ident) => {
        Place {
            of: |judged| &judged.$field,
            of_mut: |judged| &mut judged.$field,
        }
    };
}

const VALIDATION: Place<Option<Scored>> = place!(validation);
const TEST: Place<Option<Scored>> = place!(test);
const MISTAKES: Place<Vec<Mistake>> = place!(mistakes);
const TEST_MISTAKES: Place<Vec<Mistake>> = place!(test_mistakes);

/// Loss and accuracy of a set, of so many rows by model.
fn scored(
    plan: &Plan,
    set_name: &str,
    rows: Vec<usize>,
    Place { of, of_mut }: Place<Option<Scored>>,
) -> [RunColumn; 2] {
    let of = move |run: &Run| *of(&run.outcome.judged);
    let mse = Column::new(
        format!("{set_name}_mse"),
        format!(
            "mean squared error over {set_name} rows and outputs with the final weights; empty if not finite"
        ),
        move |run: &Run| of(run).map(|scored| scored.mse).into(),
    );
    let of_rows = rows.clone();
    let accuracy = Column::new(
        format!("{set_name}_accuracy"),
        format!("share of {set_name} rows {}", right(plan)),
        move |run: &Run| {
            let rows = of_rows[run.model];
            of(run).map(|scored| scored.accuracy(rows)).into()
        },
    );
    [
        stored(mse.format(Format::Scientific), move |run, cell| {
            let mse = number(cell)?;
            let scored = of_mut(&mut run.outcome.judged);
            *scored = Some(Scored { mse, wrong: 0 });
            Ok(())
        }),
        stored(
            accuracy.unit("share").format(Format::Percent),
            move |run, cell| {
                let rows = rows[run.model];
                let scored = of_mut(&mut run.outcome.judged);
                if rows == 0 && cell.is_empty() {
                    *scored = None;
                    return Ok(());
                }
                let wrong = wrong_of(number(cell)?, rows)?;
                if let Some(scored) = scored {
                    scored.wrong = wrong;
                }
                Ok(())
            },
        ),
    ]
}

/// How many of so many rows are wrong, from the share that is right.
fn wrong_of(accuracy: f64, rows: usize) -> Result<u32, String> {
    let right = (accuracy * rows as f64).round();
    let is_share =
        (0.0..=rows as f64).contains(&right) && (right / rows as f64 - accuracy).abs() < 1e-9;
    match is_share {
        true => Ok(rows as u32 - right as u32),
        false => Err(format!("a share of {rows} rows")),
    }
}

fn best_epoch() -> RunColumn {
    let column = Column::new(
        "best_epoch",
        "epochs after which validation_mse was least: of 50 log-spaced epochs up to the limit at which it is looked at, and the end of the run; of equally good ones the first",
        |run: &Run| run.outcome.judged.best_epoch.into(),
    );
    let column = column.unit("epochs").format(Format::Count);
    stored(column, |run, cell| {
        let epoch = match cell {
            "" => Ok(None),
            cell => whole(cell).and_then(|epoch| match epoch <= run.outcome.epochs {
                true => Ok(Some(epoch)),
                false => Err("an epoch of the run".to_owned()),
            }),
        };
        set(&mut run.outcome.judged.best_epoch, epoch)
    })
}

/// What the rows of a set were taken for.
fn mistaken(
    name: &'static str,
    set_name: &str,
    classes: usize,
    Place { of, of_mut }: Place<Vec<Mistake>>,
) -> RunColumn {
    let meaning = format!(
        "{set_name} rows that were taken for another class: c1>c3*2 says that two rows of the first class were taken for the third, none that the outputs said no class; classes in the order of confusion.csv"
    );
    let column = Column::new(name, meaning, move |run: &Run| {
        mistake_words(of(&run.outcome.judged)).into()
    });
    stored(column, move |run, cell| {
        set(of_mut(&mut run.outcome.judged), mistakes(cell, classes))
    })
}
