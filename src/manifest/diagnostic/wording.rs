//! The words of messages: what is safe to show, how it is counted, what was meant.

use crate::text::grouped;

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
