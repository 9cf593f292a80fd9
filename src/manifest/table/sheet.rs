//! The records of a file as a sheet: a header and rows of its width. Trailing columns and lines
//! without any text are dropped; a row of another length is refused.

use std::borrow::Cow;

use super::cells::{Fault, record, text_of};
use super::dialect::Dialect;
use super::numbers;
use crate::manifest::diagnostic::{Problems, Span};
use crate::manifest::limits;
use crate::text::{counted, grouped};

/// A column's name and where it is written.
#[derive(Debug)]
pub struct Head {
    /// Without spaces around it; empty if it has none.
    pub name: String,
    /// Where it stands; of a file without header, its first cell.
    pub span: Span,
}

/// Rows × columns of cells.
#[derive(Debug)]
pub struct Sheet<'a> {
    text: &'a str,
    /// How the file is written.
    pub dialect: Dialect,
    /// The columns.
    pub heads: Vec<Head>,
    /// Cells of each record; trailing columns that were dropped are among them.
    width: usize,
    spans: Vec<Span>,
    /// How many rows.
    pub rows: usize,
}

impl<'a> Sheet<'a> {
    /// The sheet of a text; `None` after reporting what keeps it from being one.
    pub fn read(text: &'a str, header: bool, problems: &mut Problems) -> Option<Sheet<'a>> {
        let dialect = Dialect::of(text);
        let mut at = dialect.start;
        let first = match record(text, &mut at, dialect.separator) {
            Ok(first) => first,
            Err(fault) => return report(fault, problems),
        };
        if first.is_empty() {
            let expected = "a header with the columns' names, then one line per row";
            problems.data(Span::default(), "an empty file", expected, None);
            return None;
        }
        let name = |(place, span): (usize, &Span)| Head {
            name: match header {
                true => text_of(text, *span).into_owned(),
                false => format!("c{}", place + 1),
            },
            span: *span,
        };
        let mut sheet = Sheet {
            text,
            dialect,
            heads: first.iter().enumerate().map(name).collect(),
            width: first.len(),
            spans: Vec::new(),
            rows: 0,
        };
        let at = if header { at } else { dialect.start };
        sheet.fill(at, header, problems)?;
        sheet.drop_columns(header);
        Some(sheet)
    }

    /// Reads the rows from the byte `at`.
    fn fill(&mut self, mut at: usize, header: bool, problems: &mut Problems) -> Option<()> {
        let mut ragged = Ragged::default();
        // Lines of nothing but separators are rows only if another row follows them.
        let (mut blank, mut blank_ragged) = (0, Ragged::default());
        loop {
            let cells = match record(self.text, &mut at, self.dialect.separator) {
                Ok(cells) if cells.is_empty() => break,
                Ok(cells) => cells,
                Err(fault) => return report(fault, problems),
            };
            let is_blank = cells
                .iter()
                .all(|span| text_of(self.text, *span).is_empty());
            if !is_blank {
                blank = 0;
                ragged.join(std::mem::take(&mut blank_ragged));
            }
            if cells.len() != self.width {
                let ragged = if is_blank {
                    &mut blank_ragged
                } else {
                    &mut ragged
                };
                ragged.add(&cells);
                continue;
            }
            blank += usize::from(is_blank);
            self.rows += 1;
            self.spans.extend(&cells);
            if self.rows > limits::ROWS || self.spans.len() > limits::CELLS {
                return self.too_large(cells[0], problems);
            }
        }
        self.rows -= blank;
        self.spans.truncate(self.rows * self.width);
        if let Some((span, cells)) = ragged.first {
            let more = match ragged.more {
                0 => String::new(),
                more => format!(", and {} of another length", counted(more, "more row")),
            };
            let expected = format!(
                "{}, as in the {}",
                self.width,
                if header { "header" } else { "first row" }
            );
            let found = format!("a row of {}{more}", counted(cells, "cell"));
            problems.data(span, &found, &expected, None);
            return None;
        }
        if self.rows == 0 {
            let end = Span::from(self.text.len()..self.text.len());
            problems.data(end, "no rows after the header", "at least one", None);
            return None;
        }
        Some(())
    }

    fn too_large(&self, at: Span, problems: &mut Problems) -> Option<()> {
        let found = format!(
            "{} rows of {} cells so far",
            grouped(self.rows as u128),
            grouped(self.width as u128)
        );
        let most = format!(
            "at most {} rows and {} cells",
            grouped(limits::ROWS as u128),
            grouped(limits::CELLS as u128)
        );
        problems.data(at, &found, &most, None);
        None
    }

    /// Drops trailing columns without a name in which every cell is empty.
    fn drop_columns(&mut self, header: bool) {
        while let Some(last) = self.heads.last()
            && (!header || last.name.is_empty())
            && self.heads.len() > 1
        {
            let column = self.heads.len() - 1;
            if (0..self.rows).any(|row| !self.cell(row, column).is_empty()) {
                return;
            }
            self.heads.pop();
        }
    }

    /// Where a cell is written.
    pub fn span(&self, row: usize, column: usize) -> Span {
        self.spans[row * self.width + column]
    }

    /// The text of a cell.
    pub fn cell(&self, row: usize, column: usize) -> Cow<'a, str> {
        text_of(self.text, self.span(row, column))
    }

    /// What a cell says as a number.
    pub fn reading(&self, row: usize, column: usize) -> numbers::Reading {
        numbers::read(&self.cell(row, column), self.dialect.commas())
    }

    /// Whether fractions are written after a comma somewhere in the file, beyond doubt.
    pub fn has_decimal_commas(&self) -> bool {
        let columns = 0..self.heads.len();
        self.dialect.commas()
            && (0..self.rows).any(|row| {
                columns.clone().any(|column| {
                    let reading = self.reading(row, column);
                    matches!(
                        reading,
                        numbers::Reading::Number(_, numbers::Fraction::Comma)
                    )
                })
            })
    }

    /// Where all names stand.
    pub fn header_span(&self) -> Span {
        let (first, last) = (self.heads.first(), self.heads.last());
        Span {
            start: first.map_or(0, |head| head.span.start),
            end: last.map_or(0, |head| head.span.end),
        }
    }
}

/// Rows of another length than the header's: the first, with its cells, and how many more.
#[derive(Default)]
struct Ragged {
    first: Option<(Span, usize)>,
    more: usize,
}

impl Ragged {
    fn add(&mut self, cells: &[Span]) {
        if self.first.is_some() {
            self.more += 1;
        } else if let (Some(first), Some(last)) = (cells.first(), cells.last()) {
            let span = Span {
                start: first.start,
                end: last.end,
            };
            self.first = Some((span, cells.len()));
        }
    }

    fn join(&mut self, other: Ragged) {
        match self.first {
            Some(_) => self.more += other.more + usize::from(other.first.is_some()),
            None => *self = other,
        }
    }
}

/// Reports what ends the reading of records.
fn report<T>(fault: Fault, problems: &mut Problems) -> Option<T> {
    match fault {
        Fault::Unclosed(span) => {
            let expected = "a second quote at the cell's end";
            problems.data(span, "a quote that is never closed", expected, None);
        }
        Fault::AfterQuote(span) => {
            let expected = "a separator of columns or the line's end";
            problems.data(span, "text after a closing quote", expected, None);
        }
        Fault::Columns(span) => {
            let found = format!("more than {}", counted(2 * limits::COLUMNS, "column"));
            let most = counted(limits::COLUMNS, "input");
            let most = format!("at most {most} and as many targets");
            problems.data(span, &found, &most, None);
        }
    }
    None
}
