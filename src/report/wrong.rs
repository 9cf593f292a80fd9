//! What was wrong when runs ended, in words.

use crate::plan::Plan;
use crate::results::row_words;
use crate::statistics::WrongAtEnd;
use crate::text::{counted, grouped};
use crate::training::WrongRows;

/// Says what was wrong, with the names of the classes.
#[derive(Debug, Clone)]
pub struct WrongWords {
    classes: Vec<String>,
}

impl WrongWords {
    /// With the classes of a plan.
    pub fn new(plan: &Plan) -> WrongWords {
        let classes = plan.manifest.data.classes.as_ref();
        WrongWords {
            classes: classes.map_or_else(Vec::new, |classes| classes.names.clone()),
        }
    }

    /// As a cell has it: `r1 r4`, `3 rows`, `3 of mine; 1 of rock`; empty if nothing was wrong.
    pub fn cell(&self, wrong: &WrongAtEnd) -> String {
        match wrong {
            _ if wrong.count() == 0 => String::new(),
            WrongAtEnd::Rows(rows) => row_words(&rows.iter().copied().collect::<WrongRows>()),
            WrongAtEnd::Count(rows) => counted(*rows as usize, "row"),
            WrongAtEnd::Classes(classes) => self.by_class(classes, "; "),
        }
    }

    /// As a sentence has it: `rows 1, 4`, `3 rows`, `3 of mine, 1 of rock`.
    pub fn phrase(&self, wrong: &WrongAtEnd) -> String {
        match wrong {
            WrongAtEnd::Rows(rows) => {
                let noun = if rows.len() == 1 { "row" } else { "rows" };
                let numbers: Vec<String> = rows.iter().map(|row| (row + 1).to_string()).collect();
                format!("{noun} {}", numbers.join(", "))
            }
            WrongAtEnd::Count(rows) => counted(*rows as usize, "row"),
            WrongAtEnd::Classes(classes) => self.by_class(classes, ", "),
        }
    }

    fn by_class(&self, classes: &[(u16, u32)], separator: &str) -> String {
        let words = classes.iter().map(|(class, rows)| {
            let name = self.classes.get(usize::from(*class));
            let name = name.map_or("an unknown class", String::as_str);
            format!("{} of {name}", grouped((*rows).into()))
        });
        words.collect::<Vec<_>>().join(separator)
    }
}
