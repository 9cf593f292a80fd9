//! Numbers as people and spreadsheets read them: shortest digits, thousands, bytes.

use std::fmt::Write;

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
    let plain = size == 0.0 || (1e-5..1e17).contains(&size);
    if !value.is_finite() {
        text.push_str(if value.is_nan() {
            "NaN"
        } else if value > 0.0 {
            "inf"
        } else {
            "-inf"
        });
        return;
    }
    // Several times as fast as `Display`, for the same digits.
    let mut buffer = zmij::Buffer::new();
    let digits = buffer.format_finite(value);
    match digits.split_once('e') {
        None if plain => text.push_str(digits.strip_suffix(".0").unwrap_or(digits)),
        Some((mantissa, exponent)) if !plain => {
            text.push_str(mantissa.strip_suffix(".0").unwrap_or(mantissa));
            text.push('e');
            text.push_str(exponent.strip_prefix('+').unwrap_or(exponent));
        }
        // It changes to exponents at other sizes. Writing to a String can't fail.
        _ if plain => drop(write!(text, "{value}")),
        _ => drop(write!(text, "{value:e}")),
    }
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

    proptest! {
        #[test]
        fn shortest_reads_back_to_the_same_bits(bits: u64) {
            let value = f64::from_bits(bits);
            prop_assume!(!value.is_nan());
            let text = shortest(value);
            prop_assert_eq!(text.parse::<f64>().unwrap().to_bits(), bits);
            prop_assert!(text.len() <= 24);
        }

        #[test]
        fn shortest_has_the_digits_of_the_standard_library(bits: u64, exponent in -8..20_i32) {
            for value in [f64::from_bits(bits), (bits as f64 / 1e19) * 10_f64.powi(exponent)] {
                let plain = (1e-5..1e17).contains(&value.abs()) || value == 0.0 || !value.is_finite();
                let expected = if plain { value.to_string() } else { format!("{value:e}") };
                prop_assert_eq!(shortest(value), expected);
            }
        }
    }
}
