//! Draws a table that fits the terminal: aligned columns, and small bars that show a rate
//! with its interval.
//!
//! It knows nothing of models or statistics: the cells come in as text and numbers.

use super::terminal::Terminal;

/// One cell of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Words, set left.
    Text(String),
    /// A number or nothing, set right.
    Number(String),
    /// A bar from 0 to 1: full up to `low`, shaded up to `high`.
    Bar {
        /// Lower end of the interval.
        low: f64,
        /// Upper end of the interval.
        high: f64,
    },
}

/// Cells that a bar may take, and the least that still says something.
const BAR: (usize, usize) = (16, 6);
/// Spaces between columns.
const GAP: usize = 2;

/// A header and rows of equally many cells. Columns at the end are dropped (and counted in the
/// returned number) where the terminal is too narrow for them; the first is shortened if need be.
pub fn draw(terminal: Terminal, header: &[&str], rows: &[Vec<Cell>]) -> (String, usize) {
    let mut widths: Vec<usize> = (0..header.len())
        .map(|column| {
            let cells = rows.iter().map(|row| width(&row[column]));
            cells.fold(length(header[column]), usize::max)
        })
        .collect();
    let kept = fit(terminal.width, &mut widths, rows);
    let mut text = String::new();
    let mut line = |cells: &mut dyn Iterator<Item = String>| {
        let joined: Vec<String> = cells.collect();
        text.push_str(joined.join(&" ".repeat(GAP)).trim_end());
        text.push('\n');
    };
    line(&mut (0..kept).map(|column| {
        let right = rows
            .iter()
            .any(|row| matches!(row[column], Cell::Number(_)));
        align(
            &shorten(terminal, header[column], widths[column]),
            widths[column],
            right,
        )
    }));
    for row in rows {
        line(&mut (0..kept).map(|column| match &row[column] {
            Cell::Text(text) => align(
                &shorten(terminal, text, widths[column]),
                widths[column],
                false,
            ),
            Cell::Number(text) => align(text, widths[column], true),
            Cell::Bar { low, high } => bar(terminal, widths[column], *low, *high),
        }));
    }
    (text, header.len() - kept)
}

/// Makes the columns fit in `total`: bars shrink, then columns at the end go, then the first
/// column is cut. Returns how many columns stay.
fn fit(total: usize, widths: &mut [usize], rows: &[Vec<Cell>]) -> usize {
    let needs = |widths: &[usize]| widths.iter().sum::<usize>() + GAP * (widths.len().max(1) - 1);
    let mut kept = widths.len();
    for column in 0..kept {
        let is_bar = rows
            .iter()
            .any(|row| matches!(row[column], Cell::Bar { .. }));
        while is_bar && needs(&widths[..kept]) > total && widths[column] > BAR.1 {
            widths[column] -= 1;
        }
    }
    let least_name = 14.min(widths.first().copied().unwrap_or(0));
    while kept > 1 && needs(&widths[..kept]) - widths[0] + least_name > total {
        kept -= 1;
    }
    let excess = needs(&widths[..kept]).saturating_sub(total);
    if let Some(first) = widths.first_mut() {
        *first = first.saturating_sub(excess).max(least_name);
    }
    kept
}

fn width(cell: &Cell) -> usize {
    match cell {
        Cell::Text(text) | Cell::Number(text) => length(text),
        Cell::Bar { .. } => BAR.0,
    }
}

/// Characters, which are as many columns for every text that Seedbed puts in a table.
fn length(text: &str) -> usize {
    text.chars().count()
}

fn shorten(terminal: Terminal, text: &str, width: usize) -> String {
    if length(text) <= width {
        return text.to_owned();
    }
    let mark = terminal.pick("…", "~");
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    kept + mark
}

fn align(text: &str, width: usize, right: bool) -> String {
    let space = " ".repeat(width.saturating_sub(length(text)));
    if right {
        space + text
    } else {
        text.to_owned() + &space
    }
}

/// Full where the interval lies wholly above, shaded where the interval is, dots beyond it.
fn bar(terminal: Terminal, width: usize, low: f64, high: f64) -> String {
    let (full, shade, empty) = if terminal.unicode {
        ('█', '▒', '·')
    } else {
        ('#', '=', '.')
    };
    (0..width)
        .map(|cell| {
            let from = cell as f64 / width as f64;
            let to = (cell + 1) as f64 / width as f64;
            if to <= low + 0.5 / width as f64 {
                full
            } else if from < high - 0.5 / width as f64 {
                shade
            } else {
                empty
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terminal(width: usize, unicode: bool) -> Terminal {
        Terminal { width, unicode }
    }

    fn rows(name: &str) -> Vec<Vec<Cell>> {
        vec![vec![
            Cell::Text(name.to_owned()),
            Cell::Number("99.5%".to_owned()),
            Cell::Bar {
                low: 0.988,
                high: 0.998,
            },
            Cell::Number("356".to_owned()),
        ]]
    }

    #[test]
    fn a_bar_is_full_to_the_lower_end_and_shaded_to_the_upper() {
        let t = terminal(80, false);
        assert_eq!(bar(t, 10, 0.0, 0.0), "..........");
        assert_eq!(bar(t, 10, 1.0, 1.0), "##########");
        assert_eq!(bar(t, 10, 0.3, 0.7), "###====...");
        assert_eq!(bar(t, 10, 0.0, 1.0), "==========");
        assert_eq!(bar(terminal(80, true), 4, 0.25, 0.75), "█▒▒·");
    }

    #[test]
    fn every_line_fits_and_what_is_dropped_is_counted() {
        let header = ["model", "rate", "", "median epochs"];
        let long = "hidden-8x4:learning_rate=0.5:momentum=0.9";
        for width in 40..=120 {
            for name in ["hidden-4", long] {
                let (text, dropped) = draw(terminal(width, true), &header, &rows(name));
                for line in text.lines() {
                    assert!(length(line) <= width, "{width}: {line}");
                }
                assert_eq!(text.lines().count(), 2);
                assert_eq!(text.contains("356"), dropped == 0, "{text}");
            }
        }
        let (text, dropped) = draw(terminal(120, true), &header, &rows(long));
        assert!(text.contains(long) && dropped == 0);
    }

    #[test]
    fn numbers_line_up_on_the_right_and_ascii_is_ascii() {
        let header = ["model", "rate", "", "median epochs"];
        let mut two = rows("hidden-4");
        two.extend(rows("h"));
        two[1][3] = Cell::Number("12345".to_owned());
        let (text, _) = draw(terminal(80, false), &header, &two);
        let ends: Vec<usize> = text.lines().map(str::len).collect();
        assert!(ends.iter().all(|end| *end == ends[0]), "{text}");
        assert!(text.is_ascii());
    }
}
