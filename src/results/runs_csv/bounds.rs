//! What rows and classes there are, by partition of the data: a run that speaks of others is none of the plan.

use crate::network::Part;
use crate::plan::Plan;
use crate::training::{Judged, Mistake, Scored, WrongRows};

/// What there is to be right or wrong about, in one partition of the data.
#[derive(Debug)]
pub(super) struct Bounds {
    /// Places of the training rows among those of the data, ascending.
    training: Vec<u32>,
    validation: u32,
    test: u32,
    /// 0 without classes.
    classes: u16,
}

/// Of each partition of a plan's data.
pub(super) fn bounds(plan: &Plan) -> Vec<Bounds> {
    let classes = plan.manifest.data.classes.as_ref();
    let classes = classes.map_or(0, |classes| classes.names.len() as u16);
    let count = |part: &Part| part.dataset.rows() as u32;
    let partitions = plan.manifest.data.partitions.iter();
    let bounds = partitions.map(|partition| {
        let sets = &partition.sets;
        Bounds {
            training: sets.training.numbers.clone(),
            validation: count(&sets.validation),
            test: count(&sets.test),
            classes,
        }
    });
    bounds.collect()
}

impl Bounds {
    /// Whether a run can have these.
    pub fn hold(&self, wrong_rows: &WrongRows, judged: &Judged) -> bool {
        let Judged {
            validation,
            best_epoch,
            test,
            mistakes,
            test_mistakes,
        } = judged;
        let rows = self.training.len() as u32;
        self.names(wrong_rows)
            && Self::scores(*validation, self.validation)
            && Self::scores(*test, self.test)
            && best_epoch.is_some() == (self.validation > 0)
            && self.mistakes(mistakes, rows, wrong_rows.count)
            && self.mistakes(test_mistakes, self.test, test.map_or(0, |test| test.wrong))
    }

    fn names(&self, wrong_rows: &WrongRows) -> bool {
        let WrongRows { count, first } = wrong_rows;
        let named = (*count as usize).min(WrongRows::NAMED);
        first.is_sorted_by(|a, b| a < b)
            && first.len() == named
            && first
                .iter()
                .all(|row| self.training.binary_search(row).is_ok())
            && *count as usize <= self.training.len()
    }

    fn scores(scored: Option<Scored>, rows: u32) -> bool {
        scored.is_some() == (rows > 0) && scored.is_none_or(|scored| scored.wrong <= rows)
    }

    fn mistakes(&self, mistakes: &[Mistake], rows: u32, wrong: u32) -> bool {
        let order = |mistake: &Mistake| (mistake.class, mistake.answer);
        let counted = mistakes.iter().map(|mistake| u64::from(mistake.rows));
        let is_known = |mistake: &Mistake| {
            mistake.rows > 0
                && mistake.class < self.classes
                && mistake.answer != Some(mistake.class)
                && mistake.answer.is_none_or(|answer| answer < self.classes)
        };
        let expected = if self.classes == 0 {
            0
        } else {
            wrong.min(rows)
        };
        mistakes.iter().all(is_known)
            && mistakes.is_sorted_by(|a, b| order(a) < order(b))
            && counted.sum::<u64>() == u64::from(expected)
    }
}
