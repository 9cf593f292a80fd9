//! Numbers as text: the shortest digits that read back to the same bits.

use crate::text::write_shortest;

/// Writes a finite number with the shortest digits that read back; nothing if it is not finite.
pub fn write_number(out: &mut String, value: f64) {
    if value.is_finite() {
        write_shortest(out, value);
    }
}

/// Reads a finite number in any usual notation (`1`, `1.0`, `1E-05`); `None` otherwise.
pub fn parse_number(cell: &str) -> Option<f64> {
    cell.trim()
        .parse::<f64>()
        .ok()
        .filter(|value| value.is_finite())
}

/// Reads a whole number, also when a spreadsheet wrote it as `1000.0` or `1E+03`.
pub fn parse_whole(cell: &str) -> Option<u64> {
    /// Whole numbers below this are exact in f64.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let cell = cell.trim();
    cell.parse().ok().or_else(|| {
        let value = parse_number(cell)?;
        ((0.0..EXACT).contains(&value) && value.fract() == 0.0).then_some(value as u64)
    })
}
