//! From a file's bytes to text: UTF-8 with or without byte order mark, UTF-16 with one. Files that
//! are no text at all (workbooks, archives) are recognised by their first bytes.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use crate::manifest::limits;
use crate::text::{bytes, visible};

/// Why bytes are no text.
#[derive(Debug, PartialEq)]
pub enum Undecodable {
    /// A file of another kind: what it is, and how to make a CSV of it.
    Other(&'static str, &'static str),
    /// Bytes that are not of the encoding that is named; the text as far as it can be shown, and
    /// the place of the first such bytes in it.
    Encoding(&'static str, String, usize),
}

const SAVE_AS_CSV: &str = "open it in a spreadsheet and save the sheet as CSV (UTF-8)";
const UNPACK: &str = "unpack it, and name the CSV file inside";

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

/// The text of a file. A lone carriage return becomes a line feed, so that places in the text are
/// lines and columns whatever program wrote it; nothing else is changed.
pub fn decode(content: &[u8]) -> Result<String, Undecodable> {
    if let Some((kind, remedy)) = other_kind(content) {
        return Err(Undecodable::Other(kind, remedy));
    }
    let text = match content {
        [0xff, 0xfe, rest @ ..] => utf_16(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => utf_16(rest, u16::from_be_bytes)?,
        _ => utf_8(content)?,
    };
    Ok(line_feeds(text))
}

/// What a file that is no text is, and how to make a CSV of it.
fn other_kind(content: &[u8]) -> Option<(&'static str, &'static str)> {
    let has = |part: &[u8]| {
        let start = &content[..content.len().min(1 << 16)];
        start.windows(part.len()).any(|window| window == part)
    };
    if content.starts_with(b"PK\x03\x04") || content.starts_with(b"PK\x05\x06") {
        return Some(match () {
            () if has(b"opendocument.spreadsheet") => ("an OpenDocument workbook", SAVE_AS_CSV),
            () if has(b"[Content_Types].xml") || has(b"xl/") => ("an Excel workbook", SAVE_AS_CSV),
            () => ("a ZIP archive", UNPACK),
        });
    }
    if content.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Some(("an Excel workbook", SAVE_AS_CSV));
    }
    content
        .starts_with(b"\x1f\x8b")
        .then_some(("a file that gzip packed", UNPACK))
}

fn utf_8(content: &[u8]) -> Result<String, Undecodable> {
    match std::str::from_utf8(content) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let shown = String::from_utf8_lossy(content).into_owned();
            Err(Undecodable::Encoding("UTF-8", shown, error.valid_up_to()))
        }
    }
}

fn utf_16(content: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Undecodable> {
    let (pairs, rest) = content.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    let mut text = String::with_capacity(content.len() / 2);
    let mut wrong = None;
    for letter in char::decode_utf16(units) {
        if letter.is_err() {
            wrong.get_or_insert(text.len());
        }
        text.push(letter.unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    if !rest.is_empty() {
        wrong.get_or_insert(text.len());
        text.push(char::REPLACEMENT_CHARACTER);
    }
    match wrong {
        None => Ok(text),
        Some(at) => Err(Undecodable::Encoding("UTF-16", text, at)),
    }
}

/// The text with every carriage return that no line feed follows replaced by one.
fn line_feeds(text: String) -> String {
    let bytes = text.as_bytes();
    let lone = |at: usize| bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
    if !(0..bytes.len()).any(lone) {
        return text;
    }
    let mut letters = text.chars().peekable();
    let mut changed = String::with_capacity(text.len());
    while let Some(letter) = letters.next() {
        let lone = letter == '\r' && letters.peek() != Some(&'\n');
        changed.push(if lone { '\n' } else { letter });
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "größe,y\n1,0\n";
        let units: Vec<u16> = text.encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        assert_eq!(decode(text.as_bytes()).unwrap(), text);
        assert_eq!(decode(&[&b"\xff\xfe"[..], &little].concat()).unwrap(), text);
        assert_eq!(decode(&[&b"\xfe\xff"[..], &big].concat()).unwrap(), text);
        assert_eq!(decode(b"a\rb\r\nc\r").unwrap(), "a\nb\r\nc\n");
    }

    #[test]
    fn half_a_character_is_shown_where_it_stands() {
        let shown =
            |encoding, text: &str, at| Err(Undecodable::Encoding(encoding, text.into(), at));
        assert_eq!(decode(b"a,\xff"), shown("UTF-8", "a,\u{fffd}", 2));
        assert_eq!(decode(b"\xff\xfea\0b"), shown("UTF-16", "a\u{fffd}", 1));
        assert_eq!(
            decode(b"\xff\xfe\0\xd8a\0"),
            shown("UTF-16", "\u{fffd}a", 0)
        );
    }
}
