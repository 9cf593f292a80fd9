//! Columns of CSV files. Each is one entry of its file's table: its name, what it means, in
//! which unit, where its formula is published, how a spreadsheet shows it, and its cell of a
//! row. The CSV file, columns.csv and the workbook are all made from these entries, so that
//! none can name or format a column otherwise than the others.
//!
//! Cells become text as RFC 4180 has it: numbers with the shortest digits that read back to the
//! same bits, TRUE and FALSE, nothing for what is missing, CRLF line ends.

use std::borrow::Cow;
use std::fmt::Write;

use crate::text::write_shortest;

/// The value of one cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Missing, or a number that is not finite.
    Empty,
    /// Words.
    Text(Cow<'a, str>),
    /// TRUE or FALSE.
    Truth(bool),
    /// A whole number.
    Whole(u64),
    /// A finite number.
    Number(f64),
}

/// How a spreadsheet shows the cells of a column. The value is never rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Text or a setting: as it is.
    General,
    /// A share of runs or rows, as percent.
    Percent,
    /// A whole number with thousands marks.
    Count,
    /// A seed: digits without marks, as they are typed on a command line.
    Seed,
    /// Epochs that may have a fraction.
    Epochs,
    /// A p-value or a loss: scientific, since it spans many magnitudes.
    Scientific,
    /// An output of a network, with the seven decimals that the article prints.
    Output,
}

/// What is known of a column without its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// As in the file's first line.
    pub name: String,
    /// What its cells say.
    pub meaning: String,
    /// In which unit; empty for words, names and pure numbers.
    pub unit: &'static str,
    /// Where the formula is published; empty for plain counts and what Seedbed defines.
    pub source: &'static str,
    /// How a spreadsheet shows it.
    pub format: Format,
}

/// Gives a row's cell.
type CellOf<R> = Box<dyn for<'r> Fn(&'r R) -> Cell<'r> + Send + Sync>;

/// A column of rows of type `R`.
pub struct Column<R> {
    head: Head,
    cell: CellOf<R>,
}

impl<R> Column<R> {
    /// A column without unit and source, shown as it is.
    pub fn new(
        name: impl Into<String>,
        meaning: impl Into<String>,
        cell: impl for<'r> Fn(&'r R) -> Cell<'r> + Send + Sync + 'static,
    ) -> Self {
        let head = Head {
            name: name.into(),
            meaning: meaning.into(),
            unit: "",
            source: "",
            format: Format::General,
        };
        Column {
            head,
            cell: Box::new(cell),
        }
    }

    /// With its unit.
    pub fn unit(mut self, unit: &'static str) -> Self {
        self.head.unit = unit;
        self
    }

    /// With where its formula is published.
    pub fn source(mut self, source: &'static str) -> Self {
        self.head.source = source;
        self
    }

    /// With how a spreadsheet shows it.
    pub fn format(mut self, format: Format) -> Self {
        self.head.format = format;
        self
    }

    /// What is known without rows.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// The cell of a row.
    pub fn cell<'r>(&self, row: &'r R) -> Cell<'r> {
        (self.cell)(row)
    }

    /// The same column of rows that hold an `R`.
    pub fn of<S>(self, part: impl for<'s> Fn(&'s S) -> &'s R + Send + Sync + 'static) -> Column<S>
    where
        R: 'static,
    {
        let cell = self.cell;
        Column {
            head: self.head,
            cell: Box::new(move |row| cell(part(row))),
        }
    }
}

/// All columns of a file, in their order.
pub struct Columns<R>(pub Vec<Column<R>>);

impl<R> Columns<R> {
    /// What is known without rows, in order.
    pub fn heads(&self) -> Vec<Head> {
        self.0.iter().map(|column| column.head.clone()).collect()
    }

    /// Appends the header line.
    pub fn write_header(&self, out: &mut String) {
        let names = self.0.iter().map(|column| column.head.name.as_str());
        write_cells(out, names.map(|name| Cell::Text(name.into())));
    }

    /// Appends the line of a row.
    pub fn write_row(&self, row: &R, out: &mut String) {
        write_cells(out, self.0.iter().map(|column| column.cell(row)));
    }

    /// The cells of a row.
    pub fn cells<'r>(&self, row: &'r R) -> Vec<Cell<'r>> {
        self.0.iter().map(|column| column.cell(row)).collect()
    }
}

impl<R> std::fmt::Debug for Columns<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = self.0.iter().map(|column| &column.head.name);
        f.debug_list().entries(names).finish()
    }
}

/// Appends cells as one line.
pub fn write_cells<'c>(out: &mut String, cells: impl ExactSizeIterator<Item = Cell<'c>>) {
    // A line that is empty altogether would be no row.
    let alone = cells.len() == 1;
    for (position, cell) in cells.enumerate() {
        if position > 0 {
            out.push(',');
        }
        if alone && cell == Cell::Empty {
            out.push_str("\"\"");
        }
        cell.write(out);
    }
    out.push_str("\r\n");
}

impl Cell<'_> {
    /// Appends the cell as a CSV file has it. Text that a spreadsheet would take for a formula
    /// gets a quote before it; text with a comma, a quote or a line end is quoted.
    pub fn write(&self, out: &mut String) {
        match self {
            Cell::Empty => {}
            Cell::Text(text) => write_text(text, out),
            Cell::Truth(value) => out.push_str(if *value { "TRUE" } else { "FALSE" }),
            // Writing to a String can't fail.
            Cell::Whole(value) => drop(write!(out, "{value}")),
            Cell::Number(value) => write_shortest(out, *value),
        }
    }

    /// The cell as a CSV file has it.
    pub fn to_csv(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    /// The same cell, borrowing nothing.
    pub fn into_owned(self) -> Cell<'static> {
        match self {
            Cell::Empty => Cell::Empty,
            Cell::Text(text) => Cell::Text(text.into_owned().into()),
            Cell::Truth(value) => Cell::Truth(value),
            Cell::Whole(value) => Cell::Whole(value),
            Cell::Number(value) => Cell::Number(value),
        }
    }
}

fn write_text(text: &str, out: &mut String) {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let mark = if formula { "'" } else { "" };
    if text.contains([',', '"', '\r', '\n']) {
        // Writing to a String can't fail.
        let _ = write!(out, "\"{mark}{}\"", text.replace('"', "\"\""));
    } else {
        out.push_str(mark);
        out.push_str(text);
    }
}

impl From<f64> for Cell<'_> {
    fn from(value: f64) -> Self {
        match value.is_finite() {
            true => Cell::Number(value),
            false => Cell::Empty,
        }
    }
}

impl From<u64> for Cell<'_> {
    fn from(value: u64) -> Self {
        Cell::Whole(value)
    }
}

impl From<bool> for Cell<'_> {
    fn from(value: bool) -> Self {
        Cell::Truth(value)
    }
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        match text {
            "" => Cell::Empty,
            text => Cell::Text(text.into()),
        }
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        match text.is_empty() {
            true => Cell::Empty,
            false => Cell::Text(text.into()),
        }
    }
}

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Empty, Into::into)
    }
}

/// Reads a finite number in any usual notation (`1`, `1.0`, `1E-05`); `None` otherwise.
pub fn parse_number(cell: &str) -> Option<f64> {
    let value = cell.trim().parse::<f64>().ok();
    value.filter(|value| value.is_finite())
}

/// Reads a whole number, also when a spreadsheet wrote it as `1000.0` or `1E+03`.
pub fn parse_whole(cell: &str) -> Option<u64> {
    /// Whole numbers below this are exact in f64.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let cell = cell.trim();
    cell.parse().ok().or_else(|| {
        let value = parse_number(cell)?;
        ((0.0..EXACT).contains(&value) && value.fract() == 0.0).then_some(value as u64)
    })
}

/// Whether two cells say the same: as text, as numbers with equal bits, or as TRUE and true.
pub fn same_value(a: &str, b: &str) -> bool {
    a == b
        || a.eq_ignore_ascii_case("true") && b.eq_ignore_ascii_case("true")
        || a.eq_ignore_ascii_case("false") && b.eq_ignore_ascii_case("false")
        || matches!((parse_number(a), parse_number(b)), (Some(a), Some(b)) if a.to_bits() == b.to_bits())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(cells: &[Cell]) -> String {
        let mut line = String::new();
        write_cells(&mut line, cells.iter().cloned());
        line
    }

    #[test]
    fn cells_are_what_a_spreadsheet_reads() {
        let cases = [
            (Cell::from(0.1 + 0.2), "0.30000000000000004"),
            (Cell::from(-1e-300), "-1e-300"),
            (Cell::from(None::<f64>), ""),
            (Cell::from(f64::NAN), ""),
            (Cell::from(f64::NEG_INFINITY), ""),
            (Cell::from(7), "7"),
            (Cell::from(true), "TRUE"),
            (Cell::from("=1+1"), "'=1+1"),
            (Cell::from("hidden-4"), "hidden-4"),
        ];
        for (cell, text) in cases {
            assert_eq!(cell.to_csv(), text);
        }
    }

    #[test]
    fn quotes_only_where_needed() {
        let cells = ["a", "b,c", "d\"e", "", "f\ng"].map(Cell::from);
        assert_eq!(line(&cells), "a,\"b,c\",\"d\"\"e\",,\"f\ng\"\r\n");
        assert_eq!(line(&[Cell::Empty]), "\"\"\r\n");
    }

    #[test]
    fn numbers_are_read_in_any_notation_but_not_beyond() {
        for (cell, value) in [("1", 1.0), (" 1.0 ", 1.0), ("1E-05", 1e-5), ("+.5", 0.5)] {
            assert_eq!(parse_number(cell), Some(value));
        }
        for cell in ["", "nan", "inf", "1e999", "1,5", "0x10", "1 000"] {
            assert_eq!(parse_number(cell), None, "{cell}");
        }
        for (cell, value) in [
            ("60000", 60000),
            ("6E+04", 60000),
            ("12.0", 12),
            ("18446744073709551615", u64::MAX),
        ] {
            assert_eq!(parse_whole(cell), Some(value));
        }
        for cell in ["-1", "1.5", "1e300", "9007199254740993.0", ""] {
            assert_eq!(parse_whole(cell), None, "{cell}");
        }
    }
}
