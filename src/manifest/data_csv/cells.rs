//! RFC 4180: text to records of cells, each with its place, and cells to numbers.

use std::borrow::Cow;

use crate::manifest::diagnostic::{Problems, Span};
use crate::manifest::limits;
use crate::text::{counted, quoted};

/// One cell: its text without quotes, and where it stands.
pub struct Cell<'a> {
    /// Its text.
    pub text: Cow<'a, str>,
    /// Where it is written, quotes included.
    pub span: Span,
}

/// Reads one record after another.
pub struct Reader<'a, 'p> {
    /// The whole file.
    pub text: &'a str,
    /// The next byte.
    pub at: usize,
    /// Where problems go.
    pub problems: &'p mut Problems,
    /// Whether nothing was wrong so far.
    pub sound: bool,
}

impl<'a> Reader<'a, '_> {
    /// Reports a problem.
    pub fn refuse(&mut self, span: Span, found: &str, expected: &str, hint: Option<String>) {
        self.problems.data(span, found, expected, hint);
        self.sound = false;
    }

    /// The next line that is not blank, as cells; never empty.
    pub fn record(&mut self) -> Option<Vec<Cell<'a>>> {
        let bytes = self.text.as_bytes();
        while let b'\r' | b'\n' = bytes.get(self.at)? {
            self.at += 1;
        }
        let mut cells = Vec::new();
        loop {
            let cell = self.cell()?;
            cells.push(cell);
            if cells.len() > 2 * limits::COLUMNS {
                let found = format!("more than {}", counted(2 * limits::COLUMNS, "column"));
                let most = format!(
                    "at most {} and as many targets",
                    counted(limits::COLUMNS, "input")
                );
                self.refuse(cells[0].span, &found, &most, None);
                return None;
            }
            match bytes.get(self.at) {
                Some(b',') => self.at += 1,
                _ => return Some(cells),
            }
        }
    }

    /// The next cell; stops at the comma or line end after it.
    fn cell(&mut self) -> Option<Cell<'a>> {
        let start = self.at;
        let rest = &self.text[start..];
        let end_of_plain = |text: &str| text.find([',', '\n', '\r']).unwrap_or(text.len());
        if !rest.starts_with('"') {
            self.at += end_of_plain(rest);
            return Some(Cell {
                text: Cow::Borrowed(&self.text[start..self.at]),
                span: Span::from(start..self.at),
            });
        }
        let mut text = String::new();
        let mut from = start + 1;
        loop {
            let Some(quote) = self.text[from..].find('"').map(|at| from + at) else {
                let span = Span::from(start..start + 1);
                self.refuse(
                    span,
                    "a quote that is never closed",
                    "a second quote at the cell's end",
                    None,
                );
                self.at = self.text.len();
                return None;
            };
            text.push_str(&self.text[from..quote]);
            if self.text[quote + 1..].starts_with('"') {
                text.push('"');
                from = quote + 2;
                continue;
            }
            let after = end_of_plain(&self.text[quote + 1..]);
            self.at = quote + 1 + after;
            if !self.text[quote + 1..self.at].trim().is_empty() {
                let span = Span::from(start..self.at);
                self.refuse(
                    span,
                    "text after a closing quote",
                    "a comma or the line's end",
                    None,
                );
            }
            return Some(Cell {
                text: Cow::Owned(text),
                span: Span::from(start..self.at),
            });
        }
    }

    /// A cell's number; 0 after reporting why there is none.
    pub fn number(&mut self, cell: &Cell<'_>, column: &str, target: bool) -> f64 {
        let text = cell.text.trim();
        let value = text.parse::<f64>().ok();
        let accepted =
            value.filter(|value| value.is_finite() && (!target || (0.0..=1.0).contains(value)));
        if let Some(value) = accepted {
            return value + 0.0;
        }
        let expected = match target {
            true => "a number from 0 to 1",
            false => "a finite number",
        };
        let found = match text {
            "" => format!("an empty cell in column {}", quoted(column.trim())),
            _ => format!("{} in column {}", quoted(text), quoted(column.trim())),
        };
        let hint = text
            .replace(',', ".")
            .parse::<f64>()
            .ok()
            .filter(|_| text.contains(','))
            .map(|_| "write a decimal point".to_owned());
        self.refuse(cell.span, &found, expected, hint);
        0.0
    }
}
