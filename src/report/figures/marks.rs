//! Writes SVG: lines, shapes, markers and text at positions in pixels, with everything that is
//! text escaped and every coordinate short; and how much room text takes.

use std::fmt::Write;

use crate::text::escape;

/// An SVG drawing in the making. Attributes given as text must be escaped already.
pub struct Svg {
    body: String,
    definitions: String,
    width: f64,
    height: f64,
}

/// A coordinate with at most two decimals.
pub fn short(value: f64) -> String {
    if !value.is_finite() {
        return "0".to_owned();
    }
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
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

impl Svg {
    /// An empty drawing.
    pub fn new(width: f64, height: f64) -> Self {
        Svg {
            body: String::new(),
            definitions: String::new(),
            width,
            height,
        }
    }

    /// Opens a group; `attributes` such as `class="c0" data-model="…"`.
    pub fn open(&mut self, attributes: &str) {
        let _ = write!(self.body, "<g {attributes}>");
    }

    /// Closes the last group.
    pub fn close(&mut self) {
        self.body.push_str("</g>\n");
    }

    /// A line from (x1, y1) to (x2, y2).
    pub fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let path = format!(
            "M{} {}L{} {}",
            short(from.0),
            short(from.1),
            short(to.0),
            short(to.1)
        );
        self.path(class, &path);
    }

    /// A path by its commands.
    pub fn path(&mut self, class: &str, commands: &str) {
        let _ = write!(self.body, "<path class=\"{class}\" d=\"{commands}\"/>");
    }

    /// A rectangle with any more attributes and, if not empty, a tooltip.
    pub fn rectangle(&mut self, attributes: &str, corner: (f64, f64), size: (f64, f64), tip: &str) {
        let _ = write!(
            self.body,
            "<rect {attributes} x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"",
            short(corner.0),
            short(corner.1),
            short(size.0.max(0.0)),
            short(size.1.max(0.0))
        );
        if tip.is_empty() {
            self.body.push_str("/>");
        } else {
            let _ = write!(self.body, "><title>{}</title></rect>", escape(tip));
        }
    }

    /// Text whose baseline starts at `at` (or ends, or is centred, by its class).
    pub fn text(&mut self, class: &str, at: (f64, f64), text: &str) {
        let _ = write!(
            self.body,
            "<text class=\"{class}\" x=\"{}\" y=\"{}\">{}</text>",
            short(at.0),
            short(at.1),
            escape(text)
        );
    }

    /// A tooltip of the group that is open.
    pub fn tip(&mut self, text: &str) {
        let _ = write!(self.body, "<title>{}</title>", escape(text));
    }

    /// The marker of series `shape` around `at`.
    pub fn marker(&mut self, shape: usize, at: (f64, f64), radius: f64) {
        self.path("mark", &marker(shape, at, radius));
    }

    /// Anything else, such as an element built by the caller.
    pub fn raw(&mut self, markup: &str) {
        self.body.push_str(markup);
    }

    /// Something for `<defs>`.
    pub fn define(&mut self, markup: &str) {
        self.definitions.push_str(markup);
    }

    /// Sets the height, once it is known.
    pub fn resize(&mut self, height: f64) {
        self.height = height;
    }

    /// The finished `<svg>` element. `label` names it to a screen reader, `description` says
    /// what it shows; `attributes` are those of the root, escaped.
    pub fn finish(self, attributes: &str, label: &str, description: &str) -> String {
        let definitions = if self.definitions.is_empty() {
            String::new()
        } else {
            format!("<defs>{}</defs>", self.definitions)
        };
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" role=\"img\" \
             aria-label=\"{}\" {attributes}><desc>{}</desc>{definitions}\n{}</svg>",
            short(self.width),
            short(self.height),
            escape(label),
            escape(description),
            self.body
        )
    }
}

/// Path of one of eight markers around `at`.
fn marker(shape: usize, at: (f64, f64), radius: f64) -> String {
    let corners: &[(f64, f64)] = match shape % 8 {
        0 => {
            let (left, r) = (short(at.0 - radius), short(radius));
            let across = short(2.0 * radius);
            return format!(
                "M{left} {}a{r} {r} 0 1 0 {across} 0a{r} {r} 0 1 0 -{across} 0Z",
                short(at.1)
            );
        }
        1 => &[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
        2 => &[(0.0, -1.15), (1.1, 0.85), (-1.1, 0.85)],
        3 => &[(0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)],
        4 => &[(0.0, 1.15), (1.1, -0.85), (-1.1, -0.85)],
        5 => &[
            (-0.4, -1.15),
            (0.4, -1.15),
            (0.4, -0.4),
            (1.15, -0.4),
            (1.15, 0.4),
            (0.4, 0.4),
            (0.4, 1.15),
            (-0.4, 1.15),
            (-0.4, 0.4),
            (-1.15, 0.4),
            (-1.15, -0.4),
            (-0.4, -0.4),
        ],
        6 => &[
            (0.0, -1.15),
            (1.0, -0.57),
            (1.0, 0.57),
            (0.0, 1.15),
            (-1.0, 0.57),
            (-1.0, -0.57),
        ],
        _ => &[
            (0.0, -1.3),
            (0.35, -0.4),
            (1.25, -0.4),
            (0.55, 0.15),
            (0.8, 1.05),
            (0.0, 0.5),
            (-0.8, 1.05),
            (-0.55, 0.15),
            (-1.25, -0.4),
            (-0.35, -0.4),
        ],
    };
    let mut path = String::new();
    for (position, corner) in corners.iter().enumerate() {
        let command = if position == 0 { 'M' } else { 'L' };
        let _ = write!(
            path,
            "{command}{} {}",
            short(at.0 + radius * corner.0),
            short(at.1 + radius * corner.1)
        );
    }
    path + "Z"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_short() {
        assert_eq!(short(1.0), "1");
        assert_eq!(short(-0.001), "0");
        assert_eq!(short(12.345_6), "12.35");
        assert_eq!(short(f64::NAN), "0");
    }

    #[test]
    fn text_in_a_drawing_cannot_be_markup() {
        let mut svg = Svg::new(10.0, 10.0);
        svg.text("", (0.0, 0.0), "</text><script>");
        svg.open("class=\"c0\"");
        svg.tip("<b>");
        svg.close();
        let text = svg.finish("", "\"><x", "a & b");
        assert!(!text.contains("<script") && !text.contains("<b>") && !text.contains("><x"));
        assert!(text.contains("a &amp; b"));
    }

    #[test]
    fn markers_differ() {
        let all: std::collections::BTreeSet<String> =
            (0..8).map(|shape| marker(shape, (5.0, 5.0), 4.0)).collect();
        assert_eq!(all.len(), 8);
    }
}
