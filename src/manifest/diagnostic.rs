//! Problems of a manifest: gathered while reading, shown together in the order of the text.
//!
//! Each is `file:line:column: what was found; what was expected`, then the offending line
//! with the place underlined. Lines and columns count from 1, columns in characters. Text
//! that comes from the manifest is shown with its control characters escaped, so that a
//! manifest can't steer the terminal.

use std::fmt::Write;
use std::ops::Range;

mod source;

use super::limits;
use crate::error::Error;
use crate::text::{grouped, visible};
use source::Text;

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
                name: visible(name),
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
            name: visible(name),
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
        let mut text = String::new();
        for problem in self.list.iter().take(limits::PROBLEMS) {
            let source = match (problem.origin, &self.data) {
                (Origin::Data, Some(data)) => data,
                _ => &self.manifest,
            };
            let hint = problem.hint.as_deref();
            source.show(problem.span, &problem.message, hint, &mut text);
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
