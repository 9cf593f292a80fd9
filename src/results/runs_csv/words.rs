//! Rows and mistakes as cells write them, and back.

use std::fmt::Write as _;

use crate::training::{Mistake, WrongRows};

/// Rows as runs.csv and failures.csv name them: `r3 r5`, counted from 1; of many, the first and
/// `and 12 more`.
pub fn row_words(rows: &WrongRows) -> String {
    let WrongRows { count, first } = rows;
    let mut words = String::new();
    for (place, row) in first.iter().enumerate() {
        if place > 0 {
            words.push(' ');
        }
        words.push('r');
        // Writing to a String can't fail.
        let _ = write!(words, "{}", row + 1);
    }
    let unnamed = *count as usize - first.len().min(*count as usize);
    if unnamed > 0 {
        let _ = write!(words, " and {unnamed} more");
    }
    words
}

/// The inverse of [`row_words`], for data of `rows` rows. A list that names more than it needs
/// to, as those of version 0.1, is read too.
pub(super) fn row_numbers(cell: &str, rows: u32) -> Result<WrongRows, String> {
    let expected = || "rising row numbers such as r3 r5".to_owned();
    let (named, unnamed) = match cell.split_once(" and ") {
        Some((named, more)) => {
            let more = more
                .strip_suffix(" more")
                .and_then(|more| more.parse().ok());
            (named, more.ok_or_else(expected)?)
        }
        None => (cell, 0),
    };
    let mut found = WrongRows::default();
    let mut before = 0;
    for word in named.split_whitespace() {
        let row = word.strip_prefix('r').and_then(|row| row.parse().ok());
        let row = row.filter(|&row: &u32| row > before && row <= rows);
        before = row.ok_or_else(expected)?;
        found.push(before - 1);
    }
    found.count = found.count.checked_add(unnamed).ok_or_else(expected)?;
    match found.count <= rows {
        true => Ok(found),
        false => Err(expected()),
    }
}

/// Mistakes as runs.csv names them: `c1>c3*2 c2>none*1`, classes counted from 1.
pub(super) fn mistake_words(mistakes: &[Mistake]) -> String {
    let words = mistakes.iter().map(|mistake| {
        let Mistake {
            class,
            answer,
            rows,
        } = mistake;
        match answer {
            Some(answer) => format!("c{}>c{}*{rows}", class + 1, answer + 1),
            None => format!("c{}>none*{rows}", class + 1),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The inverse of [`mistake_words`], for so many classes.
pub(super) fn mistakes(cell: &str, classes: usize) -> Result<Vec<Mistake>, String> {
    let class = |word: &str| {
        let class: usize = word.strip_prefix('c')?.parse().ok()?;
        let is_one = (1..=classes).contains(&class);
        is_one.then(|| class as u16 - 1)
    };
    let one = |word: &str| {
        let (from, rest) = word.split_once('>')?;
        let (to, rows) = rest.split_once('*')?;
        Some(Mistake {
            class: class(from)?,
            answer: match to {
                "none" => None,
                to => Some(class(to)?),
            },
            rows: rows.parse().ok().filter(|&rows| rows > 0)?,
        })
    };
    let found: Option<Vec<Mistake>> = cell.split_whitespace().map(one).collect();
    let order = |mistake: &Mistake| (mistake.class, mistake.answer);
    found
        .filter(|all| all.is_sorted_by(|a, b| order(a) < order(b)))
        .ok_or_else(|| "mistakes such as c1>c3*2 c2>none*1".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_rows_are_counted_and_not_named() {
        let rows: WrongRows = (0..51_792).collect();
        let words = row_words(&rows);
        assert!(words.starts_with("r1 r2 r3 ") && words.ends_with(" r100 and 51692 more"));
        assert_eq!(row_numbers(&words, 65_536), Ok(rows.clone()));
        assert!(row_numbers(&words, 51_791).is_err());
        // As version 0.1 wrote it.
        let all: Vec<String> = (1..=51_792).map(|row| format!("r{row}")).collect();
        assert_eq!(row_numbers(&all.join(" "), 65_536), Ok(rows));
    }

    #[test]
    fn what_is_no_list_of_rows_is_refused() {
        for cell in [
            "r3 r1",
            "r3 r3",
            "r4",
            "3",
            "r1 and",
            "r1 and x more",
            "r1 and 3 more",
        ] {
            assert!(row_numbers(cell, 3).is_err(), "{cell}");
        }
    }

    #[test]
    fn mistakes_are_read_back() {
        let all = [(0, None, 1), (0, Some(2), 12), (2, Some(0), 3)];
        let all = all.map(|(class, answer, rows)| Mistake {
            class,
            answer,
            rows,
        });
        let words = mistake_words(&all);
        assert_eq!(words, "c1>none*1 c1>c3*12 c3>c1*3");
        assert_eq!(mistakes(&words, 3), Ok(all.to_vec()));
        for cell in [
            "c1>c3",
            "c1>c4*1",
            "c0>c1*1",
            "c2>c1*1 c1>c2*1",
            "c1>c2*0",
            "1>2*1",
        ] {
            assert!(mistakes(cell, 3).is_err(), "{cell}");
        }
    }

    #[test]
    fn no_cell_of_mistakes_is_too_long_for_a_spreadsheet() {
        let classes = 50;
        let all: Vec<Mistake> = (0..classes)
            .flat_map(|class| {
                let answers = (0..classes)
                    .filter(move |answer| *answer != class)
                    .map(Some);
                [None]
                    .into_iter()
                    .chain(answers)
                    .map(move |answer| Mistake {
                        class,
                        answer,
                        rows: 1_000,
                    })
            })
            .collect();
        assert!(mistake_words(&all).len() < 32_767);
    }
}
