//! Cells and lines of CSV as RFC 4180 has them: numbers with the shortest digits that read
//! back, TRUE and FALSE, nothing for what is missing, CRLF.

use crate::text::shortest;

/// A number's cell; empty if it is missing or not finite.
pub fn number(value: impl Into<Option<f64>>) -> String {
    let value = value.into().filter(|value| value.is_finite());
    value.map(shortest).unwrap_or_default()
}

/// A whole number's cell; empty if it is missing.
pub fn whole(value: impl Into<Option<u64>>) -> String {
    value
        .into()
        .map(|value| value.to_string())
        .unwrap_or_default()
}

/// A truth value's cell.
pub fn truth(value: bool) -> String {
    if value { "TRUE" } else { "FALSE" }.to_owned()
}

/// A text's cell: one that a spreadsheet would take for a formula gets a quote before it.
pub fn text(value: &str) -> String {
    match value.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{value}"),
        _ => value.to_owned(),
    }
}

/// Appends a line; cells with a comma, a quote or a line end are quoted.
pub fn write_row<S: AsRef<str>>(out: &mut String, cells: &[S]) {
    for (position, cell) in cells.iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        let cell = cell.as_ref();
        // A line that is empty altogether would be no row.
        let alone = cells.len() == 1 && cell.is_empty();
        if alone || cell.contains([',', '"', '\r', '\n']) {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(cell);
        }
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_what_a_spreadsheet_reads() {
        assert_eq!(number(0.1 + 0.2), "0.30000000000000004");
        assert_eq!(number(-1e-300), "-1e-300");
        assert_eq!(number(None), "");
        assert_eq!(number(f64::NAN), "");
        assert_eq!(whole(7), "7");
        assert_eq!(truth(true), "TRUE");
        assert_eq!(text("=1+1"), "'=1+1");
        assert_eq!(text("hidden-4"), "hidden-4");
    }

    #[test]
    fn quotes_only_where_needed() {
        let mut line = String::new();
        write_row(&mut line, &["a", "b,c", "d\"e", "", "f\ng"]);
        assert_eq!(line, "a,\"b,c\",\"d\"\"e\",,\"f\ng\"\r\n");
        line.clear();
        write_row(&mut line, &[""]);
        assert_eq!(line, "\"\"\r\n");
    }
}
