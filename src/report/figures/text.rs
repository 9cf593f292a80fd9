//! Text for people: numbers with a sensible number of digits, and escaping for HTML and SVG.
//!
//! Everything that comes from a manifest or a CSV passes through [`escape`] on its way into a
//! page, so that it can't become markup.

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
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => safe.push('\u{FFFD}'),
            '\u{FFFE}' | '\u{FFFF}' => safe.push('\u{FFFD}'),
            other if other.is_control() => safe.push('\u{FFFD}'),
            other => safe.push(other),
        }
    }
    safe
}

/// A whole number with commas between thousands.
pub fn whole(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if value < 0.0 && digits != "0" {
        text.insert(0, '−');
    }
    text
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
    let value = 100.0 * share;
    for decimals in 1..=6 {
        let text = format!("{value:.decimals$}");
        let rounded: f64 = text.parse().unwrap_or(value);
        if (rounded == 0.0 && share > 0.0) || (rounded == 100.0 && share < 1.0) {
            continue;
        }
        let text = text.trim_end_matches('0').trim_end_matches('.');
        return text.replace('-', "−");
    }
    let edge = if share < 0.5 {
        "<0.000001"
    } else {
        ">99.999999"
    };
    edge.to_owned()
}

/// Two shares as an interval: `99.3–99.9%`.
pub fn interval(low: f64, high: f64) -> String {
    format!("{}–{}%", percent_digits(low), percent_digits(high))
}

/// A count with its noun, `1 run`, `1,000 runs`.
pub fn counted(count: f64, noun: &str) -> String {
    let ending = if count == 1.0 { "" } else { "s" };
    format!("{} {noun}{ending}", whole(count))
}

/// Text with a capital at its start.
pub fn title(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters
        .next()
        .map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + characters.as_str()
}

/// About how wide `text` is in a wide sans-serif (the reader's may be narrower), in units of the
/// font size.
pub fn width(text: &str) -> f64 {
    text.chars()
        .map(|character| match character {
            'i' | 'l' | 'j' | 't' | 'f' | 'r' | '.' | ',' | ':' | ' ' | '\'' | '(' | ')' => 0.36,
            'm' | 'w' | 'M' | 'W' | '%' => 0.95,
            'A'..='Z' => 0.72,
            _ => 0.63,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn shares_are_never_rounded_to_certainty() {
        assert_eq!(percent(0.0), "0%");
        assert_eq!(percent(1.0), "100%");
        assert_eq!(percent(0.835), "83.5%");
        assert_eq!(percent(0.9996), "99.96%");
        assert_eq!(percent(0.000_012), "0.001%");
        assert_eq!(percent(1e-12), "<0.000001%");
        assert_eq!(interval(0.0, 0.0038), "0–0.4%");
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
        assert_eq!(counted(1.0, "run"), "1 run");
    }
}
