//! Text to records of cells (RFC 4180): each cell is kept as the place where it is written, eight
//! bytes, and its text is taken from there when it is asked for.

use std::borrow::Cow;

use crate::manifest::diagnostic::Span;
use crate::manifest::limits;

/// What ends the reading of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A quote that is never closed.
    Unclosed(Span),
    /// Text between a closing quote and the next separator.
    AfterQuote(Span),
    /// More columns than any table may have; the first cell.
    Columns(Span),
}

/// Cells of the widest table: as many targets as inputs.
pub const WIDEST: usize = 2 * limits::COLUMNS;

/// The next record that is no blank line, from the byte `at`, which moves past it. Empty at the
/// end of the text.
pub fn record(text: &str, at: &mut usize, separator: u8) -> Result<Vec<Span>, Fault> {
    let bytes = text.as_bytes();
    while let Some(b'\r' | b'\n') = bytes.get(*at) {
        *at += 1;
    }
    let mut cells = Vec::new();
    if *at >= bytes.len() {
        return Ok(cells);
    }
    loop {
        cells.push(cell(text, at, separator)?);
        if cells.len() > WIDEST {
            return Err(Fault::Columns(cells[0]));
        }
        match bytes.get(*at) {
            Some(byte) if *byte == separator => *at += 1,
            _ => return Ok(cells),
        }
    }
}

/// The next cell; `at` stops at the separator or line end after it. A quoted one begins at its
/// quote, whatever spaces stand before it.
fn cell(text: &str, at: &mut usize, separator: u8) -> Result<Span, Fault> {
    let bytes = text.as_bytes();
    let start = *at;
    let ends = |byte: &u8| *byte == separator || matches!(byte, b'\n' | b'\r');
    let end_of_plain = |from: usize| {
        let length = bytes[from..].iter().position(&ends);
        length.map_or(bytes.len(), |length| from + length)
    };
    let blanks = bytes[start..].iter().take_while(|byte| **byte == b' ');
    let quote = start + blanks.count();
    if bytes.get(quote) != Some(&b'"') {
        *at = end_of_plain(start);
        return Ok(Span::from(start..*at));
    }
    let mut from = quote + 1;
    loop {
        let Some(closing) = bytes[from..].iter().position(|byte| *byte == b'"') else {
            *at = bytes.len();
            return Err(Fault::Unclosed(Span::from(quote..quote + 1)));
        };
        let after = from + closing + 1;
        if bytes.get(after) == Some(&b'"') {
            from = after + 1;
            continue;
        }
        *at = end_of_plain(after);
        let span = Span::from(quote..*at);
        return match text[after..*at].trim().is_empty() {
            true => Ok(span),
            false => Err(Fault::AfterQuote(span)),
        };
    }
}

/// The text of a cell: without quotes, and without spaces around it.
pub fn text_of(text: &str, span: Span) -> Cow<'_, str> {
    let written = text
        .get(span.start as usize..span.end as usize)
        .unwrap_or_default();
    let Some(quoted) = written.strip_prefix('"') else {
        return Cow::Borrowed(written.trim());
    };
    let inside = quoted.rfind('"').map_or(quoted, |end| &quoted[..end]);
    match inside.contains("\"\"") {
        true => Cow::Owned(inside.replace("\"\"", "\"").trim().to_owned()),
        false => Cow::Borrowed(inside.trim()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, separator: u8) -> Vec<Vec<String>> {
        let (mut at, mut found) = (0, Vec::new());
        loop {
            let cells = record(text, &mut at, separator).unwrap();
            if cells.is_empty() {
                return found;
            }
            let cells = cells.iter().map(|span| text_of(text, *span).into_owned());
            found.push(cells.collect());
        }
    }

    #[test]
    fn quotes_hold_separators_lines_and_quotes() {
        let text = "a, \"b,\"\"c\n\" ,d\r\n\r\n,\n";
        assert_eq!(texts(text, b','), [vec!["a", "b,\"c", "d"], vec!["", ""]]);
        assert_eq!(texts("1,5;\"2;\"", b';'), [["1,5", "2;"]]);
    }

    #[test]
    fn what_is_no_record_says_where() {
        let fault = |text: &str| record(text, &mut 0, b',').unwrap_err();
        assert_eq!(fault("a,\"b"), Fault::Unclosed(Span::from(2..3)));
        assert_eq!(fault("\"a\"b,c"), Fault::AfterQuote(Span::from(0..4)));
        assert_eq!(fault(&",".repeat(WIDEST)), Fault::Columns(Span::from(0..0)));
    }
}
