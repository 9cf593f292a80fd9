//! How much room text takes in a chart.

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
