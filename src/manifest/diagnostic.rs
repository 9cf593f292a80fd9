//! Problems of a manifest: gathered while reading, shown together in the order of the text.
//!
//! Each is `file:line:column: what was found; what was expected`, then the offending line
//! with the place underlined. Lines and columns count from 1, columns in characters. Text
//! that comes from the manifest is shown with its control characters escaped, so that a
//! manifest can't steer the terminal.

use std::fmt::Write;
use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use super::limits;
use crate::error::Error;
use crate::number::grouped;

/// Columns of an offending line that are shown.
const SHOWN: usize = 96;
/// Columns kept before the offending place when a line is too long.
const BEFORE: usize = 24;

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

#[derive(Debug)]
struct Text {
    name: String,
    content: String,
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
                name: escape(name),
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
            name: escape(name),
            content,
        });
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
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
        // A file of nothing but mistakes must not cost more memory than a valid one.
        if self.list.len() < 20 * limits::PROBLEMS {
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
        let mut text = String::new();
        for problem in self.list.iter().take(limits::PROBLEMS) {
            let source = match (problem.origin, &self.data) {
                (Origin::Data, Some(data)) => data,
                _ => &self.manifest,
            };
            source.show(problem, &mut text);
            text.push('\n');
        }
        let total = self.list.len() + self.dropped;
        if total > limits::PROBLEMS {
            let more = grouped((total - limits::PROBLEMS) as u128);
            let _ = writeln!(text, "… and {more} more problems\n");
        }
        if total > 1 {
            let _ = write!(
                text,
                "{}: {} problems",
                self.manifest.name,
                grouped(total as u128)
            );
        }
        Error::Manifest(text.trim_end().to_owned())
    }
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

    /// Appends a problem: its message, then its line with the place underlined.
    fn show(&self, problem: &Problem, out: &mut String) {
        let start = self.clamp(problem.span.start as usize);
        let (line, column, range) = self.position(start);
        let _ = writeln!(out, "{}:{line}:{column}: {}", self.name, problem.message);
        let end = self
            .clamp(problem.span.end as usize)
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
        if let Some(hint) = &problem.hint {
            let _ = write!(out, " {hint}");
        }
        out.push('\n');
    }
}

/// A line as the terminal may show it, at most [`SHOWN`] columns, and the columns of it
/// (from 0) that bytes `start..end` take.
fn excerpt(line: &str, start: usize, end: usize) -> (String, Range<usize>) {
    let line = line.trim_end_matches('\r');
    let width_before: usize = line
        .char_indices()
        .take_while(|(at, _)| *at < start)
        .map(|(_, letter)| width(&visible(letter)))
        .sum();
    let cut = if width_before < SHOWN - BEFORE {
        0
    } else {
        width_before - BEFORE
    };
    let (mut shown, mut column, mut skipped) = (String::new(), 0, 0);
    let mut marked = None;
    let mut marked_end = None;
    if cut > 0 {
        shown.push('…');
        column = 1;
    }
    for (at, letter) in line.char_indices() {
        let text = visible(letter);
        if skipped < cut {
            skipped += width(&text);
            continue;
        }
        if at >= start && marked.is_none() {
            marked = Some(column);
        }
        if at >= end && marked_end.is_none() {
            marked_end = Some(column);
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

/// Whether a character moves the cursor, starts an escape sequence or turns the direction
/// of writing: control characters and Unicode's bidirectional and line controls.
pub fn steers(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}')
}

/// Text with every steering character escaped.
pub fn escape(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            letter if steers(letter) => letter.escape_unicode().to_string(),
            letter => letter.to_string(),
        })
        .collect()
}

/// Escaped text in quotes, shortened to what a message can hold.
pub fn quoted(text: &str) -> String {
    /// Characters kept.
    const KEPT: usize = 40;
    match text.char_indices().nth(KEPT) {
        None => format!("\"{}\"", escape(text)),
        Some((end, _)) => format!("\"{}…\"", escape(&text[..end])),
    }
}

/// `a, b or c`.
pub fn alternatives(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// `1 row`, `2 rows`.
pub fn counted(count: usize, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", grouped(count as u128))
}

/// The candidate that was probably meant: few edits away for its length.
pub fn nearest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Comparing is quadratic in length; no key or word is this long.
    if typed.len() > 64 {
        return None;
    }
    let typed = typed.to_lowercase();
    candidates
        .into_iter()
        .map(|word| {
            (
                strsim::damerau_levenshtein(&typed, &word.to_lowercase()),
                word,
            )
        })
        .filter(|(edits, word)| {
            *edits <= 1 + word.len() / 4
                || (typed.len() >= 3 && word.to_lowercase().starts_with(&typed))
        })
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, word)| word)
}
