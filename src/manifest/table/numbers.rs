//! A cell's text to a number, or to what keeps it from being one.

/// What stands in a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reading {
    /// Nothing, or a word that says so.
    Missing,
    /// A finite number, and how its fraction is written; never −0.
    Number(f64, Fraction),
    /// A number that is not finite.
    Infinite,
    /// A number with a decimal comma where commas separate columns.
    DecimalComma,
    /// A number whose thousands are separated.
    Thousands,
    /// Text.
    Text,
}

/// How a number's fraction is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fraction {
    /// Not at all.
    None,
    /// After a point.
    Point,
    /// After a comma.
    Comma,
    /// After a comma and in three digits: it may be thousands.
    ThreeDigits,
}

/// Words for a value that is missing, in any case: those of pandas, R, Weka and PROBEN1.
const MISSING: [&str; 5] = ["na", "n/a", "nan", "null", "?"];

/// What a cell's text is; `commas` where fractions may stand after a comma.
pub fn read(text: &str, commas: bool) -> Reading {
    if text.is_empty() || MISSING.iter().any(|word| text.eq_ignore_ascii_case(word)) {
        return Reading::Missing;
    }
    if let Ok(value) = text.parse::<f64>() {
        let fraction = if text.contains('.') {
            Fraction::Point
        } else {
            Fraction::None
        };
        return finite(value, fraction);
    }
    if has_thousands(text) && !(commas && three_digits(text)) {
        return Reading::Thousands;
    }
    let parsed = match text.matches(',').count() {
        1 if !text.contains('.') => text.replace(',', ".").parse::<f64>().ok(),
        _ => None,
    };
    match parsed {
        Some(value) if commas && three_digits(text) => finite(value, Fraction::ThreeDigits),
        Some(value) if commas => finite(value, Fraction::Comma),
        Some(_) => Reading::DecimalComma,
        None => Reading::Text,
    }
}

/// The number of a text, however its fraction is written.
pub fn value(text: &str, commas: bool) -> Option<f64> {
    match read(text, commas) {
        Reading::Number(value, _) => Some(value),
        Reading::Missing
        | Reading::Infinite
        | Reading::DecimalComma
        | Reading::Thousands
        | Reading::Text => None,
    }
}

/// The number that a cell is beyond doubt; `commas` where the file has decimal commas, so that
/// points are in doubt.
pub fn certain(reading: Reading, commas: bool) -> Option<f64> {
    match reading {
        Reading::Number(_, Fraction::Point) if commas => None,
        Reading::Number(_, Fraction::ThreeDigits) if !commas => None,
        Reading::Number(value, _) => Some(value),
        Reading::Missing
        | Reading::Infinite
        | Reading::DecimalComma
        | Reading::Thousands
        | Reading::Text => None,
    }
}

fn finite(value: f64, fraction: Fraction) -> Reading {
    match value.is_finite() {
        // A sum with zero has no minus zero: otherwise equal rows could differ in bits.
        true => Reading::Number(value + 0.0, fraction),
        false => Reading::Infinite,
    }
}

/// `1,234` but not `0,234` or `1,234,567`.
fn three_digits(text: &str) -> bool {
    text.matches(',').count() == 1
        && !text.contains(['.', ' ', '\u{a0}', '\u{202f}', '\''])
        && has_thousands(text)
}

/// `1,234`, `1,234.5`, `1.234,5`, `1.234.567`, `1 234`, `1'234`: groups of three digits after one of
/// one to three that does not begin with zero, then maybe a fraction behind another sign.
fn has_thousands(text: &str) -> bool {
    let digits = text.trim_start_matches(['+', '-', '−']);
    [',', '.', ' ', '\u{a0}', '\u{202f}', '\'', '’']
        .iter()
        .any(|sign| {
            let fraction = if *sign == ',' { '.' } else { ',' };
            let (whole, rest) = match digits.split_once(fraction) {
                Some((whole, rest)) => (whole, rest),
                None => match (*sign, digits.rsplit_once('.')) {
                    (' ' | '\u{a0}' | '\u{202f}' | '\'' | '’', Some(parts)) => parts,
                    _ => (digits, ""),
                },
            };
            let mut groups = whole.split(*sign);
            let first = groups.next().unwrap_or_default();
            let all = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
            let rest_is_grouped = {
                let groups: Vec<&str> = groups.collect();
                !groups.is_empty() && groups.iter().all(|group| group.len() == 3 && all(group))
            };
            (1..=3).contains(&first.len())
                && all(first)
                && !first.starts_with('0')
                && rest_is_grouped
                && all(rest)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_number_depends_on_the_separator_of_columns() {
        let number = |value, fraction| Reading::Number(value, fraction);
        for (text, with_points, with_commas) in [
            (
                "1",
                number(1.0, Fraction::None),
                number(1.0, Fraction::None),
            ),
            (
                "-0",
                number(0.0, Fraction::None),
                number(0.0, Fraction::None),
            ),
            (
                ".5",
                number(0.5, Fraction::Point),
                number(0.5, Fraction::Point),
            ),
            (
                "1e3",
                number(1000.0, Fraction::None),
                number(1000.0, Fraction::None),
            ),
            ("3,5", Reading::DecimalComma, number(3.5, Fraction::Comma)),
            (
                "0,234",
                Reading::DecimalComma,
                number(0.234, Fraction::Comma),
            ),
            (
                "1,234",
                Reading::Thousands,
                number(1.234, Fraction::ThreeDigits),
            ),
            ("1,234.5", Reading::Thousands, Reading::Thousands),
            ("1.234,5", Reading::Thousands, Reading::Thousands),
            ("1,234,567", Reading::Thousands, Reading::Thousands),
            ("1.234.567", Reading::Thousands, Reading::Thousands),
            ("1 234", Reading::Thousands, Reading::Thousands),
            ("-1\u{a0}234,5", Reading::Thousands, Reading::Thousands),
            ("1'234.5", Reading::Thousands, Reading::Thousands),
            ("inf", Reading::Infinite, Reading::Infinite),
            ("N/A", Reading::Missing, Reading::Missing),
            ("NaN", Reading::Missing, Reading::Missing),
            ("red", Reading::Text, Reading::Text),
            ("2024-01-01", Reading::Text, Reading::Text),
            ("1,2,3", Reading::Text, Reading::Text),
        ] {
            assert_eq!(read(text, false).to_owned(), with_points, "{text}");
            assert_eq!(read(text, true), with_commas, "{text}");
        }
        assert!(value("-0", false).is_some_and(f64::is_sign_positive));
    }
}
