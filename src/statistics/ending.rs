//! What is wrong when a run ends, as far as runs are grouped by it.

use crate::plan::Plan;
use crate::training::Outcome;

/// Of more training rows than these, nobody reads which ones are wrong.
const NAMED_OF: usize = 20;

/// How closely runs are told apart by their wrong rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Detail {
    /// By the rows themselves.
    #[default]
    Rows,
    /// By how many of each class.
    Classes,
    /// By how many.
    Count,
}

/// Training rows that were wrong at the end.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WrongAtEnd {
    /// These: places among the rows of the data, from 0, ascending.
    Rows(Vec<u32>),
    /// So many of each of these classes, from 0, ascending.
    Classes(Vec<(u16, u32)>),
    /// So many.
    Count(u32),
}

impl Detail {
    /// Of a plan's model: by rows where they are few.
    pub fn of(plan: &Plan, model: usize) -> Detail {
        let has_classes = plan.manifest.data.classes.is_some();
        match (plan.dataset(model).rows() > NAMED_OF, has_classes) {
            (false, _) => Detail::Rows,
            (true, true) => Detail::Classes,
            (true, false) => Detail::Count,
        }
    }
}

impl WrongAtEnd {
    /// What is wrong at a run's end.
    pub(super) fn of(outcome: &Outcome, detail: Detail) -> WrongAtEnd {
        match detail {
            // All are named of so few.
            Detail::Rows => WrongAtEnd::Rows(outcome.wrong_rows.first.clone()),
            Detail::Count => WrongAtEnd::Count(outcome.wrong_rows.count),
            Detail::Classes => {
                let mut classes: Vec<(u16, u32)> = Vec::new();
                for mistake in &outcome.judged.mistakes {
                    match classes.last_mut() {
                        Some((class, rows)) if *class == mistake.class => *rows += mistake.rows,
                        Some(_) | None => classes.push((mistake.class, mistake.rows)),
                    }
                }
                WrongAtEnd::Classes(classes)
            }
        }
    }

    /// How many rows.
    pub fn count(&self) -> u64 {
        match self {
            WrongAtEnd::Rows(rows) => rows.len() as u64,
            WrongAtEnd::Classes(classes) => classes.iter().map(|(_, rows)| u64::from(*rows)).sum(),
            WrongAtEnd::Count(rows) => u64::from(*rows),
        }
    }
}
