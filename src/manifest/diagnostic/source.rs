//! A text that problems point into, and how the offending line is shown.

use std::fmt::Write;
use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use super::Span;
use crate::text::steers;

/// Columns of an offending line that are shown.
const SHOWN: usize = 96;
/// Columns kept before the offending place when a line is too long.
const BEFORE: usize = 24;

/// A text that problems point into.
#[derive(Debug)]
pub struct Text {
    /// How messages call it, escaped.
    pub name: String,
    /// The whole text.
    pub content: String,
}

impl Text {
    /// The nearest character boundary at or before `at`.
    pub fn clamp(&self, at: usize) -> usize {
        let mut at = at.min(self.content.len());
        while !self.content.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    /// Line and column, from 1, and the bytes of the line without its end.
    fn position(&self, at: usize) -> (usize, usize, Range<usize>) {
        let at = self.clamp(at);
        let before = &self.content[..at];
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let end = self.content[at..]
            .find('\n')
            .map_or(self.content.len(), |newline| at + newline);
        let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
        let column = self.content[start..at]
            .trim_start_matches('\u{feff}')
            .chars()
            .count()
            + 1;
        (line, column, start..end)
    }

    /// Appends a problem: its message, then its line with the place underlined.
    pub fn show(&self, span: Span, message: &str, hint: Option<&str>, out: &mut String) {
        let start = self.clamp(span.start as usize);
        let (line, column, range) = self.position(start);
        let _ = writeln!(out, "{}:{line}:{column}: {}", self.name, message);
        let end = self
            .clamp(span.end as usize)
            .clamp(start, range.end.max(start));
        let (shown, marked) = excerpt(
            &self.content[range.clone()],
            start - range.start,
            end - range.start,
        );
        let number = line.to_string();
        let gutter = " ".repeat(number.len());
        let _ = writeln!(out, " {gutter} |");
        let _ = writeln!(out, "{}", format!(" {number} | {shown}").trim_end());
        let _ = write!(
            out,
            " {gutter} | {}{}",
            " ".repeat(marked.start),
            "^".repeat(marked.len().max(1))
        );
        if let Some(hint) = hint {
            let _ = write!(out, " {hint}");
        }
        out.push('\n');
    }
}

/// A line as the terminal may show it, at most [`SHOWN`] columns, and the columns of it
/// (from 0) that bytes `start..end` take. Takes no longer for a longer line.
fn excerpt(line: &str, start: usize, end: usize) -> (String, Range<usize>) {
    let line = line.trim_end_matches('\r');
    let start = start.min(line.len());
    let from = match fitting(&line[..start], SHOWN - BEFORE) {
        0 => 0,
        _ => fitting(&line[..start], BEFORE),
    };
    let mut shown = String::from(if from > 0 { "…" } else { "" });
    let mut column = width(&shown);
    let (mut marked, mut marked_end) = (None, None);
    for (at, letter) in line[from..].char_indices() {
        let text = visible(letter);
        if from + at >= start {
            marked.get_or_insert(column);
        }
        if from + at >= end {
            marked_end.get_or_insert(column);
        }
        if column + width(&text) > SHOWN {
            shown.push('…');
            break;
        }
        column += width(&text);
        shown.push_str(&text);
    }
    let marked = marked.unwrap_or(column);
    (shown, marked..marked_end.unwrap_or(column).max(marked))
}

/// Where the last characters of `text` begin that fit into so many columns: 0 if all do.
fn fitting(text: &str, columns: usize) -> usize {
    let mut taken = 0;
    let mut from = text.len();
    for (at, letter) in text.char_indices().rev() {
        taken += width(&visible(letter));
        if taken > columns {
            return from;
        }
        from = at;
    }
    0
}

fn width(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// A character as it is shown: itself, or its escape if it could steer the terminal.
fn visible(letter: char) -> String {
    match letter {
        '\t' => "    ".to_owned(),
        // The byte order mark, when it opens a file, is no mistake and has no width.
        '\u{feff}' => String::new(),
        letter if steers(letter) => letter.escape_unicode().to_string(),
        letter => letter.to_string(),
    }
}
