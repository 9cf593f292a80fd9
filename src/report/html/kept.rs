//! Which rows the tables of the page keep, if they have too many for all: those of the models
//! that the answer and the charts name, and otherwise the first.

use crate::report::figures::ReportData;
use crate::report::figures::named;
use crate::report::figures::sweep::Sweep;
use crate::report::shown::{MOST_MODELS, answered, too_many};
use crate::text::grouped;

/// How early each model is kept.
pub struct Kept {
    /// One for each model of the plan; the lowest first, of equals the first.
    ranks: Vec<u8>,
    /// Whether the page names models that a table would not reach.
    chosen: bool,
}

/// The rows that one table keeps.
pub struct Rows {
    /// Their positions, ascending.
    pub positions: Vec<usize>,
    /// How many there are.
    all: usize,
    chosen: bool,
}

impl Kept {
    /// What the tables of a page keep whose models all fit.
    #[cfg(test)]
    pub fn few(models: usize) -> Kept {
        Kept {
            ranks: vec![2; models],
            chosen: false,
        }
    }

    /// What the tables of a page keep. Of few models every one is as good as any other.
    pub fn new(data: &ReportData, sweep: &Sweep) -> Kept {
        let mut ranks = vec![2; data.plan.models.len()];
        let chosen = too_many(data.plan);
        if chosen {
            for model in named(data, sweep) {
                ranks[model] = 1;
            }
            for model in answered(data.plan, data.findings) {
                ranks[model] = 0;
            }
        }
        Kept { ranks, chosen }
    }

    /// What a table of one row a model keeps.
    pub fn models(&self) -> Rows {
        self.rows(0..self.ranks.len())
    }

    /// What a table keeps whose rows are of these models.
    pub fn rows(&self, models: impl Iterator<Item = usize>) -> Rows {
        let rows = models.enumerate();
        let mut rows: Vec<(u8, usize)> =
            rows.map(|(row, model)| (self.ranks[model], row)).collect();
        let all = rows.len();
        rows.sort_unstable();
        rows.truncate(MOST_MODELS);
        let mut positions: Vec<usize> = rows.into_iter().map(|(_, row)| row).collect();
        positions.sort_unstable();
        Rows {
            positions,
            all,
            chosen: self.chosen,
        }
    }
}

impl Rows {
    /// What is said below the table if there are more rows: how many, which, and where all are.
    pub fn note(&self, file: &str) -> Option<String> {
        let kept = self.positions.len();
        let all = grouped(self.all as u128);
        if kept == self.all {
            return None;
        }
        Some(if self.chosen {
            format!(
                "{kept} of {all} rows, first those of models that the answer and the charts name; \
                 all are in {file}."
            )
        } else {
            format!("{kept} of {all} rows; {file} has all.")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_named_models_come_first_and_the_order_stays() {
        let mut ranks = vec![2; 1_000];
        ranks[700] = 0;
        ranks[800] = 1;
        let kept = Kept {
            ranks,
            chosen: true,
        };
        let rows = kept.models();
        assert_eq!(rows.positions.len(), MOST_MODELS);
        assert_eq!(rows.positions[..198], (0..198).collect::<Vec<_>>());
        assert_eq!(rows.positions[198..], [700, 800]);
        // A model with more rows than a table has keeps the first of them.
        let models = (0..1_000).flat_map(|model| vec![model; if model == 700 { 300 } else { 1 }]);
        assert_eq!(kept.rows(models).positions, (700..900).collect::<Vec<_>>());
    }

    #[test]
    fn a_table_that_is_whole_needs_no_note() {
        assert_eq!(Kept::few(200).models().note("summary.csv"), None);
        let note = Kept::few(10)
            .rows((0..1_234).map(|row| row % 10))
            .note("failures.csv");
        assert_eq!(note.unwrap(), "200 of 1,234 rows; failures.csv has all.");
    }
}
