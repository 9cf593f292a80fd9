//! The frame of every chart: what a drawing is, its two widths, its panels, its axes, its legend.
//!
//! A page shows the wide drawing on a desk and on paper, the narrow one on a phone, so that
//! text keeps its size.

use super::marks::{Svg, width};
use super::palette;
use super::scale::Scale;
use super::sweep::Side;
use crate::text::{grouped, number, whole};

/// A chart and what has to be said about it.
pub struct Drawing {
    /// An `<svg>` element whose colours are CSS custom properties.
    pub svg: String,
    /// What was left out, if anything.
    pub notes: Vec<String>,
}

/// How wide a drawing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// For a desk, paper, slides.
    Wide,
    /// For a phone.
    Narrow,
}

/// The most panels that a chart shows.
pub const PANELS: usize = 12;
/// The most lines that a panel shows.
pub const LINES: usize = 8;
/// Font size of the charts in pixels.
pub const FONT: f64 = 12.0;
/// Font size of labels in pixels.
pub const SMALL: f64 = 11.0;
/// How much wider titles are for being bold.
const BOLD: f64 = 1.08;

impl Size {
    /// Width in pixels.
    pub fn width(self) -> f64 {
        match self {
            Size::Wide => 720.0,
            Size::Narrow => 340.0,
        }
    }

    /// Class of the root element.
    pub fn class(self) -> &'static str {
        match self {
            Size::Wide => "wide",
            Size::Narrow => "narrow",
        }
    }

    /// One value for each size.
    pub fn pick<T>(self, wide: T, narrow: T) -> T {
        match self {
            Size::Wide => wide,
            Size::Narrow => narrow,
        }
    }
}

/// The plot area of a panel in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// Left edge.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Lower edge.
    pub bottom: f64,
}

/// Room around the plot area of a panel, and how high that area is.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// Left of it.
    pub left: f64,
    /// Right of it.
    pub right: f64,
    /// Above.
    pub above: f64,
    /// Below.
    pub below: f64,
    /// Height of the plot area.
    pub height: f64,
}

/// Lays out `count` panels in `columns` columns from `top` down. Returns their plot areas and
/// the height of the whole.
pub fn panels(size: Size, count: usize, columns: usize, room: Room, top: f64) -> (Vec<Area>, f64) {
    let columns = columns.clamp(1, count.max(1));
    let width = size.width() / columns as f64;
    let height = room.above + room.height + room.below;
    let area = |position: usize| {
        let left = (position % columns) as f64 * width;
        let top = top + (position / columns) as f64 * height;
        Area {
            left: left + room.left,
            top: top + room.above,
            right: left + width - room.right,
            bottom: top + room.above + room.height,
        }
    };
    let rows = count.div_ceil(columns);
    ((0..count).map(area).collect(), top + rows as f64 * height)
}

/// What sets a series apart: colour, dash and marker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Style {
    /// Class of its colour.
    pub colour: String,
    /// Class of its dash.
    pub dash: String,
    /// Number of its marker.
    pub shape: usize,
}

impl Style {
    /// The style of series `index`.
    pub fn series(index: usize) -> Self {
        Style {
            colour: palette::class(index),
            dash: palette::dash(index),
            shape: index,
        }
    }

    /// The style of the single neuron.
    pub fn alone() -> Self {
        Style {
            colour: palette::ALONE.to_owned(),
            dash: palette::dash(2),
            shape: 1,
        }
    }

    /// One style for each chosen value of an axis.
    pub fn of(axis: &Side, chosen: &[usize]) -> Vec<Style> {
        let single = axis.single();
        let mut index = 0;
        let mut next = |value: &usize| {
            if Some(*value) == single {
                return Style::alone();
            }
            index += 1;
            Style::series(index - 1)
        };
        chosen.iter().map(&mut next).collect()
    }
}

/// Horizontal grid lines with their labels, at the scale's `ticks`.
pub fn left_axis(
    svg: &mut Svg,
    area: Area,
    scale: &Scale,
    ticks: &[f64],
    label: fn(f64) -> String,
) {
    for tick in ticks {
        let y = scale.at(*tick);
        svg.line("grid", (area.left, y), (area.right, y));
        svg.text("quiet small end", (area.left - 6.0, y + 4.0), &label(*tick));
    }
}

/// A numeric axis below the area: line, ticks, labels.
pub fn bottom_axis(svg: &mut Svg, area: Area, scale: &Scale, label: fn(f64) -> String) {
    for tick in scale.minor_ticks() {
        let x = scale.at(tick);
        svg.line("minor", (x, area.bottom), (x, area.bottom + 3.0));
    }
    let wanted = ((area.right - area.left) / 55.0) as usize;
    let ticks = scale.ticks(wanted.max(1));
    let positions: Vec<f64> = ticks.iter().map(|tick| scale.at(*tick)).collect();
    let labels: Vec<String> = ticks.iter().map(|tick| label(*tick)).collect();
    bottom_labels(svg, area, &positions, &labels);
}

/// Labels below the area, each with a tick; those that would cover the one before are left out.
pub fn bottom_labels(svg: &mut Svg, area: Area, positions: &[f64], labels: &[String]) {
    svg.line("axis", (area.left, area.bottom), (area.right, area.bottom));
    let step = (area.right - area.left) / positions.len().max(1) as f64;
    let mut free = f64::NEG_INFINITY;
    for (x, label) in positions.iter().zip(labels) {
        svg.line("axis", (*x, area.bottom), (*x, area.bottom + 5.0));
        let too_wide = width(label) * SMALL > step;
        let lines = match label.split_once(' ') {
            Some((first, second)) if too_wide => vec![first, second],
            _ => vec![label.as_str()],
        };
        let half = lines.iter().map(|line| width(line)).fold(0.0, f64::max) * SMALL / 2.0;
        if x - half < free {
            continue;
        }
        for (line, y) in lines.iter().zip([18.0, 30.0]) {
            svg.text("quiet small middle", (*x, area.bottom + y), line);
        }
        free = x + half + 6.0;
    }
}

/// The parts of a panel's title on as few lines as fit above a panel of this width.
pub fn wrap(parts: &[String], room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in parts.iter().filter(|part| !part.is_empty()) {
        let joined = lines.last().map(|line| format!("{line}, {part}"));
        match joined.filter(|line| width(line) * FONT * BOLD <= room) {
            Some(line) => *lines.last_mut().unwrap_or(&mut String::new()) = line,
            None => lines.push(part.clone()),
        }
    }
    lines
}

/// The lines of a panel's title, the last one `gap` above the area.
pub fn head(svg: &mut Svg, area: Area, lines: &[String], gap: f64) {
    for (order, line) in lines.iter().rev().enumerate() {
        svg.text(
            "head",
            (area.left, area.top - gap - 15.0 * order as f64),
            line,
        );
    }
}

/// The title of the axis below the area.
pub fn bottom_title(svg: &mut Svg, area: Area, title: &str) {
    let middle = (area.left + area.right) / 2.0;
    svg.text("small middle", (middle, area.bottom + 36.0), title);
}

/// Entries of a legend from `at`, wrapping at the right edge `right`: each a line with its
/// marker and its name. Returns the height used.
pub fn legend(svg: &mut Svg, at: (f64, f64), right: f64, entries: &[(Style, String)]) -> f64 {
    let (mut x, mut y) = at;
    for (style, name) in entries {
        let needed = 34.0 + width(name) * FONT + 16.0;
        if x > at.0 && x + needed > right {
            x = at.0;
            y += 19.0;
        }
        svg.open(&format!("class=\"{}\"", style.colour));
        svg.line(&format!("line {}", style.dash), (x, y), (x + 26.0, y));
        svg.marker(style.shape, (x + 13.0, y), 4.0);
        svg.close();
        svg.text("", (x + 33.0, y + 4.0), name);
        x += needed;
    }
    if entries.is_empty() {
        0.0
    } else {
        y - at.1 + 24.0
    }
}

/// Positions of an axis's values across `range`, and whether a numeric scale was used: equal
/// steps for words and numbers of neurons, otherwise their own (logarithmic if they span more
/// than a factor of 20).
pub fn along(axis: &Side, range: (f64, f64)) -> Vec<f64> {
    match axis.numbers.as_deref() {
        Some(numbers @ [first, .., last]) => {
            let inset = ((range.1 - range.0) * 0.03).min(12.0);
            let range = (range.0 + inset, range.1 - inset);
            let scale = if *first > 0.0 && last / first > 20.0 {
                Scale::logarithmic((*first, *last), range)
            } else {
                Scale::linear((*first, *last), range)
            };
            numbers.iter().map(|number| scale.at(*number)).collect()
        }
        _ => {
            let apart = axis.single() == Some(0);
            super::scale::categories(axis.labels.len(), range, apart)
        }
    }
}

/// A note if fewer values of an axis are drawn than it has; `whole` has all.
pub fn left_out(axis: &Side, drawn: usize, whole: &str) -> Option<String> {
    let count = axis.labels.len();
    (drawn < count).then(|| {
        let count = grouped(count as u128);
        let name = axis.axis.name;
        format!("{drawn} of the {count} values of {name} are drawn; {whole} has all.")
    })
}

/// Label of a share: `25%`.
pub fn share_label(share: f64) -> String {
    format!("{}%", whole(100.0 * share))
}

/// Label of an epoch: `10,000`, or `10M` from a million on.
pub fn epoch_label(epoch: f64) -> String {
    if epoch >= 1e6 {
        return format!("{}M", number(epoch / 1e6, 3));
    }
    whole(epoch)
}

/// Label of a loss: `0.01`, or `10⁻⁵` below a thousandth.
pub fn loss_label(loss: f64) -> String {
    let exponent = loss.log10().round();
    if loss >= 0.0009 || (loss / 10f64.powf(exponent) - 1.0).abs() > 1e-9 {
        return number(loss, 2);
    }
    let digits = format!("{}", -exponent);
    let raised: String = digits
        .chars()
        .filter_map(|digit| "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().nth(digit.to_digit(10)? as usize))
        .collect();
    format!("10⁻{raised}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panels_fill_rows() {
        let room = Room {
            left: 40.0,
            right: 10.0,
            above: 20.0,
            below: 30.0,
            height: 100.0,
        };
        let (areas, height) = panels(Size::Wide, 5, 3, room, 10.0);
        assert_eq!(height, 310.0);
        assert_eq!(areas[4].left, 280.0);
        assert_eq!(areas[4].top, 180.0);
        assert_eq!(areas[4].bottom - areas[4].top, 100.0);
    }

    #[test]
    fn labels_are_short() {
        assert_eq!(share_label(0.25), "25%");
        assert_eq!(epoch_label(60_000.0), "60,000");
        assert_eq!(epoch_label(2e6), "2M");
        assert_eq!(loss_label(0.01), "0.01");
        assert_eq!(loss_label(1e-12), "10⁻¹²");
    }
}
