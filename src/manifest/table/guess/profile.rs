//! What the cells of one column are: numbers, dates, words of sets, or other text.

use std::collections::HashSet;

use crate::manifest::table::numbers::{Reading, certain};
use crate::manifest::table::sets::set_named;
use crate::manifest::table::sheet::Sheet;

/// A column, counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// What its cells are.
    pub kind: Kind,
    /// Cells without a value.
    pub missing: usize,
    /// Cells with one.
    pub filled: usize,
    /// Different values among them.
    pub different: usize,
}

/// What the cells of a column that have a value are.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// None has one.
    Empty,
    /// Numbers.
    Numbers(Numbers),
    /// Words such as `train` and `test`, `train` and another one at least.
    Sets,
    /// Days or times.
    Dates,
    /// Text.
    Text(Text),
}

/// Cells that are numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Numbers {
    /// The least.
    pub least: f64,
    /// The largest.
    pub largest: f64,
    /// Whether all are whole.
    pub whole: bool,
    /// Whether they are 0, 1, 2, … or 1, 2, 3, … from the first row to the last.
    pub counting: bool,
}

/// Cells not all of which are numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// The first that is none.
    pub first: String,
    /// How many are numbers.
    pub numbers: usize,
}

impl Profile {
    /// The profile of a column; `commas` where the file has decimal commas.
    pub fn of(sheet: &Sheet<'_>, column: usize, commas: bool) -> Profile {
        let mut numbers = Vec::new();
        let mut texts = HashSet::new();
        let mut first = None;
        let mut missing = 0;
        for row in 0..sheet.rows {
            let text = sheet.cell(row, column);
            let reading = sheet.reading(row, column);
            if reading == Reading::Missing {
                missing += 1;
                continue;
            }
            match certain(reading, commas) {
                Some(value) => numbers.push(value),
                None => drop(first.get_or_insert_with(|| text.clone().into_owned())),
            }
            texts.insert(text);
        }
        let filled = sheet.rows - missing;
        let (kind, different) = match first {
            None if filled == 0 => (Kind::Empty, 0),
            None => (Kind::Numbers(Numbers::of(&numbers)), different(&numbers)),
            Some(first) => {
                let words: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
                let text = Text {
                    first,
                    numbers: numbers.len(),
                };
                (kind_of(&words, text), words.len())
            }
        };
        Profile {
            kind,
            missing,
            filled,
            different,
        }
    }

    /// Whether every row has another value, and there are rows to tell apart.
    pub fn is_different_everywhere(&self) -> bool {
        self.different == self.filled && self.filled > 1
    }

    /// Its numbers, if all are.
    pub fn numbers(&self) -> Option<Numbers> {
        match self.kind {
            Kind::Numbers(numbers) => Some(numbers),
            Kind::Empty | Kind::Sets | Kind::Dates | Kind::Text(_) => None,
        }
    }
}

impl Numbers {
    fn of(values: &[f64]) -> Numbers {
        let first = values.first().copied().unwrap_or_default();
        let mut counted = values.iter().enumerate();
        Numbers {
            least: values.iter().copied().fold(f64::INFINITY, f64::min),
            largest: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            whole: values.iter().all(|value| value.fract() == 0.0),
            counting: (first == 0.0 || first == 1.0)
                && counted.all(|(place, value)| *value == first + place as f64),
        }
    }

    /// Whether they go beyond what targets may be.
    pub fn are_beyond_targets(self) -> bool {
        self.least < 0.0 || self.largest > 1.0
    }

    /// How far they go.
    pub fn spread(self) -> f64 {
        self.largest - self.least
    }
}

fn different(values: &[f64]) -> usize {
    let bits: HashSet<u64> = values.iter().map(|value| value.to_bits()).collect();
    bits.len()
}

/// What text is, by its different words.
fn kind_of(words: &[&str], text: Text) -> Kind {
    let sets: Option<HashSet<usize>> = words.iter().map(|word| set_named(word)).collect();
    match sets {
        Some(sets) if sets.contains(&0) && sets.len() > 1 => Kind::Sets,
        _ if words.iter().all(|word| is_date(word)) => Kind::Dates,
        _ => Kind::Text(text),
    }
}

/// `2024-05-31`, `31.5.24`, `5/31/2024 12:30`, `2024-05-31T12:30:00Z`, `12:30`.
fn is_date(text: &str) -> bool {
    let day = text.split([' ', 'T']).next().unwrap_or_default();
    let parts_at = |sign: char| -> Option<Vec<&str>> {
        let parts: Vec<&str> = day.split(sign).collect();
        let digits = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        parts.iter().all(digits).then_some(parts)
    };
    let is_day = |sign| {
        parts_at(sign).is_some_and(|parts| match parts.as_slice() {
            [first, middle, last] => {
                let short = |part: &str| part.len() <= 2;
                let year = |part: &str| part.len() == 4 || short(part);
                short(middle) && (year(first) && short(last) || short(first) && year(last))
            }
            _ => false,
        })
    };
    let is_time = || {
        let parts = parts_at(':').unwrap_or_default();
        (2..=3).contains(&parts.len()) && parts.iter().all(|part| part.len() <= 2)
    };
    ['-', '/', '.'].into_iter().any(is_day) || is_time()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::diagnostic::Problems;

    fn profile(cells: &str) -> Profile {
        let text = format!("a\n{}\n", cells.replace(' ', "\n"));
        let sheet = Sheet::read(&text, true, &mut Problems::new("t", "")).unwrap();
        Profile::of(&sheet, 0, false)
    }

    #[test]
    fn cells_decide_what_a_column_is() {
        let numbers = |least, largest, whole, counting| {
            Kind::Numbers(Numbers {
                least,
                largest,
                whole,
                counting,
            })
        };
        let text = |first: &str, numbers| {
            Kind::Text(Text {
                first: first.to_owned(),
                numbers,
            })
        };
        for (cells, kind, missing, different) in [
            ("1 2.0 2 3", numbers(1.0, 3.0, true, false), 0, 3),
            ("0 1 2", numbers(0.0, 2.0, true, true), 0, 3),
            ("1 2 3", numbers(1.0, 3.0, true, true), 0, 3),
            ("2 3 4", numbers(2.0, 4.0, true, false), 0, 3),
            ("-0.5 NA 1", numbers(-0.5, 1.0, false, false), 1, 2),
            ("? NA", Kind::Empty, 2, 0),
            ("train test train", Kind::Sets, 0, 2),
            ("train Validation", Kind::Sets, 0, 2),
            ("train train", text("train", 0), 0, 1),
            ("test validation", text("test", 0), 0, 2),
            ("1 red 2", text("red", 2), 0, 3),
            ("1 inf 2", text("inf", 2), 0, 3),
            ("2024-05-31 1.6.24 12:30", Kind::Dates, 0, 3),
            ("2024-05-31 red", text("2024-05-31", 0), 0, 2),
        ] {
            let found = profile(cells);
            assert_eq!(
                (found.kind, found.missing, found.different),
                (kind, missing, different),
                "{cells}"
            );
        }
    }

    #[test]
    fn dates_are_told_from_versions_and_numbers() {
        for date in [
            "2024-05-31",
            "31.12.1999",
            "5/31/24 08:00",
            "2024-05-31T12:30:00Z",
            "08:00:59",
        ] {
            assert!(is_date(date), "{date}");
        }
        for other in ["1.234.567", "a-b-c", "1-2", "2024", "", "10:1234", "1--2"] {
            assert!(!is_date(other), "{other}");
        }
    }
}
