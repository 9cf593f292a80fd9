//! Numbers and words as people and spreadsheets read them: one copy of each way to say a thing.

use std::fmt::Write;
use std::path::Path;

/// The shortest digits that read back to the same bits: plain notation from 1e-5 up to
/// 1e17, exponent notation (`1.5e-300`) outside, so that no number fills a screen.
pub fn shortest(value: f64) -> String {
    let mut text = String::new();
    write_shortest(&mut text, value);
    text
}

/// Appends [`shortest`] to a text.
pub fn write_shortest(text: &mut String, value: f64) {
    let size = value.abs();
    // Writing to a String can't fail.
    let _ = if value == 0.0 || !value.is_finite() || (1e-5..1e17).contains(&size) {
        write!(text, "{value}")
    } else {
        write!(text, "{value:e}")
    };
}

/// Text from a file as a message may show it: control characters escaped, cut to 40 characters.
pub fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(40).flat_map(char::escape_debug).collect();
    if text.chars().nth(40).is_some() {
        shown.push('…');
    }
    shown
}

/// A whole number with commas between thousands: `60,000`.
pub fn grouped(value: u128) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A size in memory or on disk in decimal units with three significant digits: `15.4 GB`.
pub fn bytes(count: u128) -> String {
    const UNITS: [&str; 9] = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];
    let mut size = count as f64;
    let mut unit = 0;
    // 999.5 and more would round to four digits.
    while size >= 999.5 && unit + 1 < UNITS.len() {
        size /= 1000.0;
        unit += 1;
    }
    match unit {
        0 => format!("{count} bytes"),
        _ if size < 9.995 => format!("{size:.2} {}", UNITS[unit]),
        _ if size < 99.95 => format!("{size:.1} {}", UNITS[unit]),
        _ if size < 1e6 => format!("{size:.0} {}", UNITS[unit]),
        _ => format!("{size:.1e} {}", UNITS[unit]),
    }
}

/// A number rounded to a whole one, with commas between thousands: `60,000`, `−1,000`.
pub fn whole(value: f64) -> String {
    let digits = grouped(value.abs().round_ties_even() as u128);
    match value < 0.0 && digits != "0" {
        true => format!("−{digits}"),
        false => digits,
    }
}

/// A number with about `digits` significant digits: `0.00789`, `1,224`, `3.4e-9`.
pub fn number(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let exponent = value.abs().log10().floor();
    if !(-4.0..=14.0).contains(&exponent) {
        let text = format!("{value:.*e}", digits.saturating_sub(1));
        return text.replace('-', "−");
    }
    let decimals = (digits as f64 - 1.0 - exponent).max(0.0) as usize;
    if decimals == 0 {
        return whole(value);
    }
    let text = format!("{value:.decimals$}");
    text.trim_end_matches('0')
        .trim_end_matches('.')
        .replace('-', "−")
}

/// A share as a percentage that never rounds to 0% or 100% unless it is.
pub fn percent(share: f64) -> String {
    format!("{}%", percent_digits(share))
}

fn percent_digits(share: f64) -> String {
    /// Closer to 0 or to 1 than any count of runs can come, a share is what rounding made of it.
    const ROUNDING: f64 = 1e-13;
    let sign = if share < 0.0 { "−" } else { "" };
    let size = share.abs();
    if size < ROUNDING {
        return "0".to_owned();
    }
    if (1.0 - size).abs() < ROUNDING {
        return format!("{sign}100");
    }
    let value = 100.0 * size;
    for decimals in 1..=6 {
        let text = format!("{value:.decimals$}");
        let rounded: f64 = text.parse().unwrap_or(value);
        if rounded == 0.0 || (rounded == 100.0 && size < 1.0) {
            continue;
        }
        let text = text.trim_end_matches('0').trim_end_matches('.');
        return format!("{sign}{text}");
    }
    let edge = if size < 0.5 {
        "<0.000001"
    } else {
        ">99.999999"
    };
    format!("{sign}{edge}")
}

/// Two shares as an interval: `99.3–99.9%`; with as many decimals as it takes to tell its ends
/// apart, if six are enough.
pub fn interval(low: f64, high: f64) -> String {
    let digits = [low, high].map(percent_digits);
    let apart = (2..=6).map(|decimals| {
        [low, high].map(|share| format!("{:.decimals$}", 100.0 * share).replace('-', "−"))
    });
    let wide = (low < high && digits[0] == digits[1])
        .then(|| apart.into_iter().find(|[low, high]| low != high));
    let [low, high] = wide.flatten().unwrap_or(digits);
    format!("{low}–{high}%")
}

/// A confidence level with all its digits: `95%`, `99.73%`.
pub fn level(confidence: f64) -> String {
    // 100 × 0.57 has digits beyond those of 57 only by rounding.
    format!("{}%", shortest((confidence * 1e11).round() / 1e9))
}

/// A count with its noun: `1 run`, `1,000 runs`.
pub fn counted(count: impl TryInto<u64>, noun: &str) -> String {
    // No count of anything is beyond 64 bits.
    let count = count.try_into().unwrap_or(u64::MAX);
    let ending = if count == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", grouped(count.into()))
}

/// Text with a capital at its start.
pub fn title(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters
        .next()
        .map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + characters.as_str()
}

/// Whether a character moves the cursor, starts an escape sequence, turns the direction of
/// writing, or can't be seen: control characters, Unicode's bidirectional and line controls,
/// characters without width, and those that are none.
pub fn steers(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Text with every steering character escaped.
pub fn visible(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            letter if steers(letter) => letter.escape_unicode().to_string(),
            letter => letter.to_string(),
        })
        .collect()
}

/// A path as a message may show it: [`visible`], in one line.
pub fn path_text(path: &Path) -> String {
    visible(&path.to_string_lossy())
}

/// Text of several lines, each of them [`visible`].
pub fn visible_lines(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(visible).collect();
    lines.join("\n")
}

/// [`visible`] text in quotes, shortened to what a message can hold.
pub fn quoted(text: &str) -> String {
    /// Characters kept.
    const KEPT: usize = 40;
    match text.char_indices().nth(KEPT) {
        None => format!("\"{}\"", visible(text)),
        Some((end, _)) => format!("\"{}…\"", visible(&text[..end])),
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

/// Text as it may stand in an element or a quoted attribute of HTML or SVG.
///
/// Control characters, which XML forbids, and characters that reorder text become U+FFFD.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\n' | '\t' => safe.push(' '),
            other if steers(other) => safe.push('\u{FFFD}'),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_short() {
        let cases = [
            (0.0, "0"),
            (-0.0, "-0"),
            (f64::NEG_INFINITY, "-inf"),
            (12345678901234567.0, "12345678901234568"),
            (1.0, "1"),
            (-0.5, "-0.5"),
            (1e-5, "0.00001"),
            (1e-6, "1e-6"),
            (1e17, "1e17"),
            (f64::MAX, "1.7976931348623157e308"),
            (5e-324, "5e-324"),
        ];
        for (value, text) in cases {
            assert_eq!(shortest(value), text);
        }
    }

    #[test]
    fn thousands_and_units() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(60_000), "60,000");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(bytes(999), "999 bytes");
        assert_eq!(bytes(1_000), "1.00 kB");
        assert_eq!(bytes(15_360_000_000), "15.4 GB");
        assert_eq!(bytes(999_600), "1.00 MB");
        assert_eq!(bytes(u128::MAX), "3.4e14 YB");
    }

    #[test]
    fn markup_becomes_text() {
        assert_eq!(
            escape("<a b=\"c\">'&"),
            "&lt;a b=&quot;c&quot;&gt;&#39;&amp;"
        );
        assert_eq!(
            escape("a\u{1b}[31m\u{202e}b\nc"),
            "a\u{FFFD}[31m\u{FFFD}b c"
        );
    }

    #[test]
    fn what_steers_a_terminal_is_escaped() {
        let path = Path::new("a\u{1b}[31m\nb");
        assert_eq!(path_text(path), "a\\u{1b}[31m\\u{a}b");
        assert_eq!(visible_lines("a\u{1b}\r\nb\n"), "a\\u{1b}\\u{d}\nb\n");
    }

    #[test]
    fn shares_are_never_rounded_to_certainty() {
        assert_eq!(percent(0.0), "0%");
        assert_eq!(percent(1.0), "100%");
        assert_eq!(percent(0.835), "83.5%");
        assert_eq!(percent(0.9996), "99.96%");
        assert_eq!(percent(0.000_012), "0.001%");
        assert_eq!(percent(1e-12), "<0.000001%");
        assert_eq!(percent(1.0 - 1e-11), ">99.999999%");
        assert_eq!(percent(-0.000_102), "−0.01%");
        assert_eq!(percent(-1.0), "−100%");
        assert_eq!(interval(0.951, 0.974), "95.1–97.4%");
        assert_eq!(interval(0.998_518, 0.998_664), "99.85–99.87%");
        assert_eq!(interval(1.0, 1.0), "100–100%");
        // What a sum of shares leaves is no share that any count of runs has.
        assert_eq!(percent(0.7 + 0.2 + 0.1), "100%");
        assert_eq!(percent(0.3 - 0.2 - 0.1), "0%");
        assert_eq!(interval(0.0, 0.0038), "0–0.4%");
    }

    #[test]
    fn a_level_has_all_its_digits() {
        for (confidence, shown) in [(0.95, "95%"), (0.57, "57%"), (0.9973, "99.73%")] {
            assert_eq!(level(confidence), shown);
        }
    }

    #[test]
    fn numbers_keep_their_leading_digits() {
        assert_eq!(whole(1_234_567.0), "1,234,567");
        assert_eq!(whole(-1000.0), "−1,000");
        assert_eq!(whole(12.0), "12");
        assert_eq!(number(0.007_887_6, 3), "0.00789");
        assert_eq!(number(60_000.0, 3), "60,000");
        assert_eq!(number(-0.5, 3), "−0.5");
        assert_eq!(number(3.44e-9, 2), "3.4e−9");
        assert_eq!(number(f64::NAN, 3), "–");
        assert_eq!(counted(1, "run"), "1 run");
    }

    proptest! {
        #[test]
        fn shortest_reads_back_to_the_same_bits(bits: u64) {
            let value = f64::from_bits(bits);
            prop_assume!(!value.is_nan());
            let text = shortest(value);
            prop_assert_eq!(text.parse::<f64>().unwrap().to_bits(), bits);
            prop_assert!(text.len() <= 24);
        }
    }
}
