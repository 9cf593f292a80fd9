//! What separates the columns of a file: commas, semicolons or tabs, as Excel's `sep=` line says or
//! as the first lines show.

use super::cells::{record, text_of};
use super::numbers;

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// The byte between columns.
    pub separator: u8,
    /// Where the first record begins.
    pub start: usize,
}

/// Separators, the one that counts first where several are as likely.
const SEPARATORS: [(u8, &str); 3] = [(b',', "commas"), (b';', "semicolons"), (b'\t', "tabs")];

/// Records that are looked at.
const LOOKED_AT: usize = 20;

impl Dialect {
    /// How this text is written.
    pub fn of(text: &str) -> Dialect {
        let start = text.len() - text.trim_start_matches('\u{feff}').len();
        if let Some(dialect) = stated(text, start) {
            return dialect;
        }
        let mut best = (b',', (0.0, 0.0));
        for (separator, _) in SEPARATORS {
            let score = likeness(text, start, separator);
            if score > best.1 {
                best = (separator, score);
            }
        }
        Dialect {
            separator: best.0,
            start,
        }
    }

    /// Whether fractions may stand after a comma.
    pub fn commas(self) -> bool {
        self.separator != b','
    }

    /// `commas`, `semicolons`, `tabs`.
    pub fn word(self) -> &'static str {
        let mut separators = SEPARATORS.iter();
        separators
            .find(|(separator, _)| *separator == self.separator)
            .map_or("", |(_, word)| word)
    }
}

/// What a first line such as `sep=;` says; Excel writes and obeys it.
fn stated(text: &str, start: usize) -> Option<Dialect> {
    let length = text[start..].find('\n')?;
    let line = text[start..start + length].trim_end_matches('\r');
    let line = line.trim_matches('"');
    let (key, sign) = line.split_at_checked("sep=".len())?;
    let &[separator] = sign.as_bytes() else {
        return None;
    };
    let known = SEPARATORS.iter().any(|(known, _)| *known == separator);
    (known && key.eq_ignore_ascii_case("sep=")).then_some(Dialect {
        separator,
        start: start + length + 1,
    })
}

/// The share of the first records that have as many cells as the first one (0 if that has only
/// one), then the share of numbers among the cells after it.
fn likeness(text: &str, start: usize, separator: u8) -> (f64, f64) {
    let mut at = start;
    let width = match record(text, &mut at, separator) {
        Ok(cells) if cells.len() > 1 => cells.len(),
        Ok(_) | Err(_) => return (0.0, 0.0),
    };
    let (mut records, mut alike, mut cells, mut numbers) = (1, 1, 0, 0);
    while records < LOOKED_AT {
        let found = match record(text, &mut at, separator) {
            Ok(found) if !found.is_empty() => found,
            Ok(_) | Err(_) => break,
        };
        records += 1;
        alike += usize::from(found.len() == width);
        cells += found.len();
        let is_number = |text: &str| numbers::value(text, separator != b',').is_some();
        let numeric = found
            .iter()
            .filter(|span| is_number(&text_of(text, **span)));
        numbers += numeric.count();
    }
    let share = |part: usize, all: usize| part as f64 / all.max(1) as f64;
    (share(alike, records), share(numbers, cells))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_recognised_outside_quotes() {
        for (text, word, start) in [
            ("a,b\n1,2\n", "commas", 0),
            ("a;b\n1,5;2\n", "semicolons", 0),
            ("a\tb\n1,5\t2\n", "tabs", 0),
            ("\u{feff}a;b\n1;2\n", "semicolons", 3),
            ("\"a;b;c\",d\n1,2\n", "commas", 0),
            ("weight, kg;height, m\n3,5;1,2\n", "semicolons", 0),
            ("a;b,y\n1,2\n", "commas", 0),
            ("SEP=;\r\na,b;c\n1;2\n", "semicolons", 7),
            ("\"sep=\t\"\na\tb\n", "tabs", 8),
            ("sep=|\na,b\n", "commas", 0),
            ("a\n1\n", "commas", 0),
            ("", "commas", 0),
        ] {
            let dialect = Dialect::of(text);
            assert_eq!((dialect.word(), dialect.start), (word, start), "{text}");
        }
    }
}
