//! A table of text cells as the CSV files hold it: made from values, written as RFC 4180,
//! read back also after a spreadsheet has saved it again.

use std::path::Path;

use ::csv::{ByteRecord, ReaderBuilder};

use super::csv::write_row;
use crate::error::{Error, Result};
use crate::text::shown;

/// Header and rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// Column names.
    pub header: Vec<String>,
    /// Rows of cells.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// The bytes of the CSV file: UTF-8, CRLF line ends.
    pub fn to_csv(&self) -> Vec<u8> {
        let mut text = String::new();
        write_row(&mut text, &self.header);
        for row in &self.rows {
            write_row(&mut text, row);
        }
        text.into_bytes()
    }

    /// Reads a CSV file's bytes: LF or CRLF, with or without byte order mark, cells quoted or
    /// not. `path` is only for messages.
    ///
    /// # Errors
    /// [`Error::Unreadable`] with line and column: no header, a row of another length, text
    /// that is not UTF-8, or semicolons where commas belong.
    pub fn parse(path: &Path, bytes: &[u8]) -> Result<Table> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let fail = |offset: u64, column: usize, message: String| Error::Unreadable {
            path: path.to_owned(),
            line: line_at(bytes, offset),
            column: column as u64 + 1,
            message,
            source: None,
        };
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(bytes);
        let mut lines: Vec<Vec<String>> = Vec::new();
        let mut record = ByteRecord::new();
        // Reading from memory can't fail, so an error would only end the table early.
        while reader
            .read_byte_record(&mut record)
            .map_err(|e| fail(0, 0, e.to_string()))?
        {
            let offset = record.position().map_or(0, |position| position.byte());
            let mut cells = Vec::with_capacity(record.len());
            for (column, cell) in record.iter().enumerate() {
                let text = std::str::from_utf8(cell).map_err(|_| {
                    let text = shown(&String::from_utf8_lossy(cell));
                    fail(offset, column, format!("\"{text}\" is not UTF-8"))
                })?;
                cells.push(text.to_owned());
            }
            if let Some(message) = misfit(lines.first(), &cells) {
                let width = lines.first().map_or(0, Vec::len);
                return Err(fail(offset, cells.len().min(width), message));
            }
            lines.push(cells);
        }
        if lines.is_empty() {
            let message = "an empty file where a header was expected".to_owned();
            return Err(fail(0, 0, message));
        }
        let rows = lines.split_off(1);
        Ok(Table {
            header: lines.swap_remove(0),
            rows,
        })
    }
}

/// What is wrong with the shape of a line, if anything.
fn misfit(header: Option<&Vec<String>>, cells: &[String]) -> Option<String> {
    match header {
        None if cells.len() == 1 && cells[0].contains(';') => Some(
            "cells are separated by semicolons, expected commas: save the file as CSV with \
             commas and decimal points"
                .to_owned(),
        ),
        Some(header) if header.len() != cells.len() => Some(format!(
            "{} cells where the header has {}",
            cells.len(),
            header.len()
        )),
        _ => None,
    }
}

/// The line, from 1, of the first row at `offset` or after.
fn line_at(bytes: &[u8], offset: u64) -> u64 {
    let mut line = 1;
    let mut before = b' ';
    for (position, &byte) in bytes.iter().enumerate() {
        if position as u64 >= offset && byte != b'\r' && byte != b'\n' {
            break;
        }
        line += u64::from(byte == b'\r' || byte == b'\n' && before != b'\r');
        before = byte;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Table> {
        Table::parse(Path::new("t.csv"), text.as_bytes())
    }

    fn message(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn what_is_written_reads_back() {
        let cells = |row: [&str; 2]| row.map(str::to_owned).to_vec();
        let table = Table {
            header: cells(["a", "b,c"]),
            rows: vec![cells(["1", "say \"x\""]), cells(["", "two\r\nlines"])],
        };
        let bytes = table.to_csv();
        assert_eq!(Table::parse(Path::new("t.csv"), &bytes).unwrap(), table);
        let text = String::from_utf8(bytes).unwrap();
        assert!(
            text.starts_with("a,\"b,c\"\r\n1,\"say \"\"x\"\"\"\r\n"),
            "{text}"
        );
    }

    #[test]
    fn a_spreadsheet_may_have_saved_it_again() {
        let plain = parse("a,b\r\n1,2\r\n").unwrap();
        assert_eq!(parse("\u{feff}\"a\",\"b\"\n\"1\",\"2\"").unwrap(), plain);
    }

    #[test]
    fn errors_name_line_and_column() {
        assert_eq!(
            message("a,b\r\n1,2\r\n3\r\n"),
            "t.csv:3:2: 1 cells where the header has 2"
        );
        assert!(message("a;b\r\n1;2\r\n").contains("semicolons"));
        assert!(message("").starts_with("t.csv:1:1: an empty file"));
        let error = Table::parse(Path::new("t.csv"), b"a,b\n1,\xff\n").unwrap_err();
        assert!(error.to_string().starts_with("t.csv:2:2:"), "{error}");
    }
}
