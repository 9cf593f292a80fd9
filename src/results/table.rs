//! Reads runs.csv and losses.csv, also after a spreadsheet has saved them again: LF or CRLF,
//! with or without byte order mark, every cell quoted, rows and columns in another order.
//! Nothing is held in memory but one row.

use std::io::{BufReader, Read};
use std::path::Path;

use csv::ByteRecord;

use super::watch::Watch;
use crate::error::{Error, Result};
use crate::files;
use crate::results::folder::Uninterrupted;
use crate::text::shown;

/// Bytes read between two looks of whoever watches.
const WATCHED: u64 = 1 << 18;

/// One row: where it is in the file and its cells in the order of the wanted columns.
pub struct Row<'a> {
    /// Offset in the file from which reading finds this row first.
    pub offset: u64,
    /// The cells.
    pub cells: &'a [&'a str],
    order: &'a [usize],
    path: &'a Path,
}

impl Row<'_> {
    /// An error about one of its cells.
    pub fn error(&self, column: usize, message: String) -> Error {
        let column = self.order.get(column).copied().unwrap_or(column);
        unreadable(self.path, self.line(), column, message)
    }

    /// Its line, from 1: found by reading the file again, so only for messages.
    pub fn line(&self) -> u64 {
        line_at(self.path, self.offset)
    }
}

/// The line of the first row at `offset` or after. The reader's own count is one short where
/// a line feed follows a carriage return.
fn line_at(path: &Path, offset: u64) -> u64 {
    let Ok(file) = files::open(path) else {
        return 0;
    };
    let mut line = 1;
    let mut after_return = false;
    for (position, byte) in BufReader::new(file)
        .bytes()
        .map_while(|byte| byte.ok())
        .enumerate()
    {
        if position as u64 >= offset && byte != b'\r' && byte != b'\n' {
            break;
        }
        line += u64::from(byte == b'\r' || byte == b'\n' && !after_return);
        after_return = byte == b'\r';
    }
    line
}

/// The order of the columns in a file: for each wanted column, where it stands.
pub type Order = Vec<usize>;

/// Reads every row of a file with the columns `names`; returns their order in the file.
///
/// # Errors
/// [`Error::Unreadable`] with line and column; what `on_row` returns; [`Error::Io`].
pub fn read_table(
    path: &Path,
    names: &[String],
    watch: &Watch,
    on_row: &mut dyn FnMut(&Row) -> Result<()>,
) -> Result<Order> {
    let file = files::open(path)?;
    let length = file.metadata().map_err(Error::io("read", path))?.len();
    let file = Uninterrupted(file);
    let mut lines = Lines::new(path, BufReader::with_capacity(1 << 16, file));
    let mut header = ByteRecord::new();
    if !lines.next(&mut header)? {
        return Err(unreadable(
            path,
            1,
            0,
            "an empty file where a header was expected".into(),
        ));
    }
    let order = order(path, &header, names)?;
    let mut told = 0;
    lines.rows(0, &order, &mut |row| {
        if row.offset >= told + WATCHED {
            told = row.offset;
            watch.at(path, told, length)?;
        }
        on_row(row).map(|()| true)
    })?;
    Ok(order)
}

/// Reads the rows in `bytes`, a piece of the file that starts with a row at `offset`, as long
/// as `on_row` says true.
pub fn read_piece(
    path: &Path,
    bytes: &[u8],
    offset: u64,
    order: &Order,
    on_row: &mut dyn FnMut(&Row) -> Result<bool>,
) -> Result<()> {
    Lines::new(path, bytes).rows(offset, order, on_row)
}

struct Lines<'a, R> {
    path: &'a Path,
    reader: csv::Reader<R>,
}

impl<'a, R: Read> Lines<'a, R> {
    fn new(path: &'a Path, source: R) -> Self {
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(source);
        Lines { path, reader }
    }

    fn next(&mut self, row: &mut ByteRecord) -> Result<bool> {
        self.reader.read_byte_record(row).map_err(|error| {
            let offset = error.position().map_or(0, csv::Position::byte);
            match error.into_kind() {
                csv::ErrorKind::Io(source) => Error::io("read", self.path)(source),
                kind => {
                    let line = line_at(self.path, offset);
                    unreadable(self.path, line, 0, format!("{kind:?}"))
                }
            }
        })
    }

    fn rows(
        &mut self,
        base: u64,
        order: &Order,
        on_row: &mut dyn FnMut(&Row) -> Result<bool>,
    ) -> Result<()> {
        let mut bytes = ByteRecord::new();
        while self.next(&mut bytes)? {
            let offset = base + bytes.position().map_or(0, csv::Position::byte);
            let fail = |column: usize, message: String| {
                Err(unreadable(
                    self.path,
                    line_at(self.path, offset),
                    column,
                    message,
                ))
            };
            if bytes.len() != order.len() {
                let message = format!("{} cells where the header has {}", bytes.len(), order.len());
                return fail(bytes.len().min(order.len()), message);
            }
            let mut cells = Vec::with_capacity(order.len());
            for &column in order {
                match std::str::from_utf8(&bytes[column]) {
                    Ok(cell) => cells.push(cell),
                    Err(_) => {
                        let text = shown(&String::from_utf8_lossy(&bytes[column]));
                        return fail(column, format!("\"{text}\" is not UTF-8"));
                    }
                }
            }
            let row = Row {
                offset,
                cells: &cells,
                order,
                path: self.path,
            };
            if !on_row(&row)? {
                break;
            }
        }
        Ok(())
    }
}

fn order(path: &Path, header: &ByteRecord, names: &[String]) -> Result<Order> {
    let found: Vec<String> = header
        .iter()
        .map(|cell| String::from_utf8_lossy(cell).trim().to_string())
        .collect();
    for (column, name) in found.iter().enumerate() {
        if !names.contains(name) {
            let message = format!("column \"{}\" does not belong here", shown(name));
            return Err(unreadable(path, 1, column, message));
        }
        if found[..column].contains(name) {
            return Err(unreadable(
                path,
                1,
                column,
                format!("column \"{name}\" is there twice"),
            ));
        }
    }
    let place = |name: &String| {
        let place = found.iter().position(|cell| cell == name);
        place.ok_or_else(|| {
            let message = format!("column \"{name}\" is missing");
            unreadable(path, 1, found.len(), message)
        })
    };
    names.iter().map(place).collect()
}

/// `column` counts from 0 here and from 1 in the message.
fn unreadable(path: &Path, line: u64, column: usize, message: String) -> Error {
    Error::Unreadable {
        path: path.to_owned(),
        line,
        column: column as u64 + 1,
        message,
        source: None,
    }
}
