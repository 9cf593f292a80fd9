//! Training rows from a CSV file (RFC 4180, UTF-8, a header): text to records of cells, cells
//! to numbers, columns to inputs and targets. Every cell keeps its place, so that a problem is
//! shown with the CSV's own line and column.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use ndarray::Array2;

use super::diagnostic::{Problems, Span};
use super::limits;
use crate::network::Dataset;
use crate::text::{bytes, counted, grouped, nearest, quoted, visible};

/// The bytes of a CSV file, or what a message should say is wrong with it.
pub fn load(path: &Path) -> Result<Vec<u8>, String> {
    let shown = visible(&path.display().to_string());
    let cannot = |error: std::io::Error| format!("cannot read {shown}: {error}");
    // A pipe or device would block or never end; asking first never opens one.
    let about = std::fs::metadata(path).map_err(cannot)?;
    if !about.is_file() {
        return Err(format!("{shown} is no file"));
    }
    let mut content = Vec::new();
    File::open(path)
        .and_then(|file| file.take(limits::CSV_BYTES + 1).read_to_end(&mut content))
        .map_err(cannot)?;
    if content.len() as u64 > limits::CSV_BYTES {
        let size = bytes(u128::from(about.len()));
        let most = bytes(u128::from(limits::CSV_BYTES));
        return Err(format!("{shown} has {size}, more than {most}"));
    }
    Ok(content)
}

/// The rows of a CSV whose target columns are `targets`; outputs are in the order of that
/// list, inputs in the order of the file. Problems are added; `None` if there were any.
pub fn parse(
    name: &str,
    content: Vec<u8>,
    targets: &[&str],
    problems: &mut Problems,
) -> Option<Dataset> {
    let text = match String::from_utf8(content) {
        Ok(text) => text,
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            problems.open_data(name, text);
            problems.data(
                Span::from(at..at + '\u{fffd}'.len_utf8()),
                "bytes that are not UTF-8",
                "a CSV in UTF-8",
                Some("save it again with that encoding".to_owned()),
            );
            return None;
        }
    };
    problems.open_data(name, text.clone());
    let mut reader = Reader {
        text: &text,
        at: text.len() - text.trim_start_matches('\u{feff}').len(),
        problems,
        sound: true,
    };
    let Some(header) = reader.record() else {
        if reader.sound {
            problems.data(
                Span::default(),
                "an empty file",
                "a header with the columns' names, then one line per row",
                None,
            );
        }
        return None;
    };
    let is_target = columns(&header, targets, reader.problems)?;
    rows(&mut reader, &header, &is_target)
}

/// For each column, which output it is the target of, if any.
fn columns(
    header: &[Cell<'_>],
    targets: &[&str],
    problems: &mut Problems,
) -> Option<Vec<Option<usize>>> {
    let mut sound = true;
    let line = Span {
        start: header.first()?.span.start,
        end: header.last()?.span.end,
    };
    let mut seen = HashSet::new();
    for cell in header {
        if !seen.insert(cell.text.trim()) {
            let found = format!("a second column {}", quoted(cell.text.trim()));
            problems.data(cell.span, &found, "columns with different names", None);
            sound = false;
        }
    }
    let names: Vec<&str> = header.iter().map(|cell| cell.text.trim()).collect();
    let output: HashMap<&str, usize> = targets
        .iter()
        .enumerate()
        .map(|(output, name)| (*name, output))
        .collect();
    for (missing, target) in targets
        .iter()
        .filter(|name| !seen.contains(*name))
        .enumerate()
    {
        let hint = if header.len() == 1 && names[0].contains([';', '\t']) {
            Some("separate the columns with commas".to_owned())
        } else if missing < limits::PROBLEMS {
            nearest(target, names.iter().copied())
                .map(|name| format!("did you mean {}?", quoted(name)))
        } else {
            None
        };
        let found = format!("no column {}", quoted(target));
        let expected = "a header with every name in target_columns";
        problems.data(line, &found, expected, hint);
        sound = false;
    }
    let is_target: Vec<Option<usize>> =
        names.iter().map(|name| output.get(name).copied()).collect();
    if sound && is_target.iter().all(Option::is_some) {
        problems.data(
            line,
            "target columns only",
            "at least one input column before them",
            None,
        );
        sound = false;
    }
    sound.then_some(is_target)
}

fn rows(
    reader: &mut Reader<'_, '_>,
    header: &[Cell<'_>],
    is_target: &[Option<usize>],
) -> Option<Dataset> {
    let outputs = is_target.iter().flatten().count();
    let inputs = header.len() - outputs;
    let (mut input_cells, mut target_cells, mut rows) = (Vec::new(), Vec::new(), 0);
    while let Some(record) = reader.record() {
        rows += 1;
        if rows > limits::ROWS || rows * header.len() > limits::CELLS {
            let found = format!(
                "{} rows of {} numbers so far",
                grouped(rows as u128),
                header.len()
            );
            let most = format!(
                "at most {} rows and {} numbers",
                grouped(limits::ROWS as u128),
                grouped(limits::CELLS as u128)
            );
            reader.refuse(record[0].span, &found, &most, None);
            return None;
        }
        if record.len() != header.len() {
            let span = Span {
                start: record[0].span.start,
                end: record[record.len() - 1].span.end,
            };
            let expected = format!("{}, as in the header", header.len());
            reader.refuse(
                span,
                &format!("a row of {}", counted(record.len(), "cell")),
                &expected,
                None,
            );
            continue;
        }
        let mut row = vec![0.0; outputs];
        for ((cell, target), column) in record.iter().zip(is_target).zip(header) {
            let value = reader.number(cell, &column.text, target.is_some());
            match target {
                Some(output) => row[*output] = value,
                None => input_cells.push(value),
            }
        }
        target_cells.extend(row);
    }
    if rows == 0 && reader.sound {
        let end = Span::from(reader.text.len()..reader.text.len());
        reader.refuse(end, "no rows after the header", "at least one", None);
    }
    if !reader.sound {
        return None;
    }
    // Each row added exactly this many cells.
    Some(Dataset::new(
        Array2::from_shape_vec((rows, inputs), input_cells).ok()?,
        Array2::from_shape_vec((rows, outputs), target_cells).ok()?,
    ))
}

/// One cell: its text without quotes, and where it stands.
struct Cell<'a> {
    /// Its text.
    text: Cow<'a, str>,
    /// Where it is written, quotes included.
    span: Span,
}

/// Reads one record after another.
struct Reader<'a, 'p> {
    /// The whole file.
    text: &'a str,
    /// The next byte.
    at: usize,
    /// Where problems go.
    problems: &'p mut Problems,
    /// Whether nothing was wrong so far.
    sound: bool,
}

impl<'a> Reader<'a, '_> {
    /// Reports a problem.
    fn refuse(&mut self, span: Span, found: &str, expected: &str, hint: Option<String>) {
        self.problems.data(span, found, expected, hint);
        self.sound = false;
    }

    /// The next line that is not blank, as cells; never empty.
    fn record(&mut self) -> Option<Vec<Cell<'a>>> {
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
    fn number(&mut self, cell: &Cell<'_>, column: &str, target: bool) -> f64 {
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
