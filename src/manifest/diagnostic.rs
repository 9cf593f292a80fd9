//! Problems of a manifest: gathered while reading, shown together in the order of the text.
//!
//! While problems are gathered they keep byte offsets; at the end each becomes a [`Diagnostic`]
//! with line, column and the offending line as a terminal can show it. Text that comes from
//! the manifest is shown with its control characters escaped, so that a manifest can't steer
//! the terminal.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use super::limits;
use crate::error::{Diagnostic, Diagnostics, Error, Excerpt};
use crate::text::steers;

/// A place in a text: byte offsets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Span {
        // Texts are far below 4 GiB (limits), so this never saturates.
        let offset = |at| u32::try_from(at).unwrap_or(u32::MAX);
        Span {
            start: offset(range.start),
            end: offset(range.end),
        }
    }
}

/// Which text a problem is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Origin {
    Manifest,
    Data,
}

#[derive(Debug)]
struct Problem {
    origin: Origin,
    span: Span,
    message: String,
    hint: Option<String>,
    /// Whether it is about something that isn't there.
    missing: bool,
}

/// Everything found wrong so far.
#[derive(Debug)]
pub struct Problems {
    manifest: Text,
    data: Option<Text>,
    list: Vec<Problem>,
    /// Problems beyond those kept.
    dropped: usize,
}

impl Problems {
    /// None yet, for the manifest `content` that messages call `name`.
    pub fn new(name: &str, content: &str) -> Problems {
        Problems {
            manifest: Text {
                name: name.to_owned(),
                content: content.to_owned(),
            },
            data: None,
            list: Vec::new(),
            dropped: 0,
        }
    }

    /// From now on [`Problems::data`] points into this text.
    pub fn open_data(&mut self, name: &str, content: String) {
        self.data = Some(Text {
            name: name.to_owned(),
            content,
        });
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many there are so far.
    pub fn count(&self) -> usize {
        self.list.len() + self.dropped
    }

    /// A problem in the manifest. `found` and `expected` are already escaped.
    pub fn add(&mut self, span: Span, found: impl AsRef<str>, expected: impl AsRef<str>) {
        self.add_with_hint(span, found, expected, None);
    }

    /// The same, with what to write instead.
    pub fn add_with_hint(
        &mut self,
        span: Span,
        found: impl AsRef<str>,
        expected: impl AsRef<str>,
        hint: Option<String>,
    ) {
        let message = format!("{}; expected {}", found.as_ref(), expected.as_ref());
        self.push(Origin::Manifest, span, message, hint, false);
    }

    /// A key that isn't in the table at `span`.
    pub fn missing(&mut self, span: Span, found: impl AsRef<str>, expected: impl AsRef<str>) {
        let message = format!("{}; expected {}", found.as_ref(), expected.as_ref());
        self.push(Origin::Manifest, span, message, None, true);
    }

    /// A problem in the CSV of training rows.
    pub fn data(&mut self, span: Span, found: &str, expected: &str, hint: Option<String>) {
        let message = format!("{found}; expected {expected}");
        self.push(Origin::Data, span, message, hint, false);
    }

    fn push(
        &mut self,
        origin: Origin,
        span: Span,
        message: String,
        hint: Option<String>,
        missing: bool,
    ) {
        // A file of nothing but mistakes must not cost more memory than a valid one; room is
        // kept for what is missing, which is found last.
        let kept = if missing { 40 } else { 20 } * limits::PROBLEMS;
        if self.list.len() < kept {
            self.list.push(Problem {
                origin,
                span,
                message,
                hint,
                missing,
            });
        } else {
            self.dropped += 1;
        }
    }

    /// Forgets what was found at or after this byte of the manifest, and what was found missing.
    pub fn keep_before(&mut self, start: u32) {
        self.list
            .retain(|problem| problem.span.start < start && !problem.missing);
        self.dropped = 0;
    }

    /// First byte of the manifest's line that holds this byte.
    pub fn line_start(&self, at: u32) -> u32 {
        let before = &self.manifest.content.as_bytes()[..self.manifest.clamp(at as usize)];
        match before.iter().rposition(|&byte| byte == b'\n') {
            Some(newline) => newline as u32 + 1,
            None => 0,
        }
    }

    /// All problems as one error, in the order of the text.
    pub fn into_error(mut self) -> Error {
        self.list.sort_by_key(|p| (p.origin, p.span.start));
        let total = self.list.len() + self.dropped;
        self.list.truncate(limits::PROBLEMS);
        let more = total - self.list.len();
        let shown = self.list.into_iter().map(|problem| {
            let text = match (problem.origin, &self.data) {
                (Origin::Data, Some(data)) => data,
                (Origin::Data, None) | (Origin::Manifest, _) => &self.manifest,
            };
            text.diagnostic(problem.span, problem.message, problem.hint)
        });
        Error::Manifest(Diagnostics {
            list: shown.collect(),
            manifest: self.manifest.name,
            more,
        })
    }
}

/// Columns of an offending line that are shown.
const SHOWN: usize = 96;
/// Columns kept before the offending place when a line is too long.
const BEFORE: usize = 24;

/// A text that problems point into.
#[derive(Debug)]
struct Text {
    /// How messages call it.
    name: String,
    /// The whole text.
    content: String,
}

impl Text {
    /// The nearest character boundary at or before `at`.
    fn clamp(&self, at: usize) -> usize {
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

    /// A problem at a place of this text.
    fn diagnostic(&self, span: Span, message: String, hint: Option<String>) -> Diagnostic {
        let start = self.clamp(span.start as usize);
        let (line, column, range) = self.position(start);
        let end = self.clamp(span.end as usize).max(start);
        // Only the first line of a longer place is shown.
        let marked_end = end.min(range.end.max(start));
        let excerpt = excerpt(
            &self.content[range.clone()],
            start - range.start,
            marked_end - range.start,
        );
        Diagnostic {
            file: self.name.clone(),
            line,
            column,
            span: start..end,
            message,
            hint,
            excerpt,
        }
    }
}

/// A line as the terminal may show it, at most [`SHOWN`] columns, with its bytes `start..end`
/// marked. Takes no longer for a longer line.
fn excerpt(line: &str, start: usize, end: usize) -> Excerpt {
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
        let text = visible_letter(letter);
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
    Excerpt {
        marked: marked..marked_end.unwrap_or(column).max(marked),
        text: shown,
    }
}

/// Where the last characters of `text` begin that fit into so many columns: 0 if all do.
fn fitting(text: &str, columns: usize) -> usize {
    let mut taken = 0;
    let mut from = text.len();
    for (at, letter) in text.char_indices().rev() {
        taken += width(&visible_letter(letter));
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
fn visible_letter(letter: char) -> String {
    match letter {
        '\t' => "    ".to_owned(),
        // The byte order mark, when it opens a file, is no mistake and has no width.
        '\u{feff}' => String::new(),
        letter if steers(letter) => letter.escape_unicode().to_string(),
        letter => letter.to_string(),
    }
}
