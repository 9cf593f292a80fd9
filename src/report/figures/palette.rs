//! Colours, for light and for dark paper, and what tells series apart without colour.
//!
//! The series colours are Okabe and Ito's (2008, "Color Universal Design"), darkened for white
//! paper and lightened for dark so that each has a contrast of at least 3 : 1 with its paper;
//! text colours have at least 4.5 : 1 (WCAG 2.2). Every series also has a marker and a dash of
//! its own.

use std::fmt::Write;

/// A named colour: CSS custom property, value on light paper, value on dark paper.
struct Colour(&'static str, &'static str, &'static str);

const COLOURS: [Colour; 23] = [
    Colour("paper", "#fffefb", "#15171a"),
    Colour("panel", "#f6f4ee", "#1e2125"),
    Colour("ink", "#1c1b19", "#ebe8e1"),
    Colour("muted", "#5d5a53", "#aaa69d"),
    Colour("rule", "#d8d4ca", "#3b3f45"),
    Colour("accent", "#00588c", "#7cc0ee"),
    Colour("c0", "#0072b2", "#56b4e9"),
    Colour("c1", "#d55e00", "#f0813a"),
    Colour("c2", "#00805d", "#2dbd92"),
    Colour("c3", "#a8477d", "#d98ab5"),
    Colour("c4", "#8a6d00", "#e0b23c"),
    Colour("c5", "#2a86c4", "#9ecbea"),
    Colour("c6", "#6b4ca0", "#b39be0"),
    Colour("c7", "#3f3d39", "#d6d2c8"),
    Colour("alone", "#6b6760", "#a6a299"),
    Colour("positive", "#0072b2", "#56b4e9"),
    Colour("negative", "#c85400", "#f0813a"),
    Colour("low", "#f4efe2", "#22262b"),
    Colour("high", "#00436d", "#5fa3d0"),
    Colour("onlow", "#000000", "#ffffff"),
    Colour("onhigh", "#ffffff", "#000000"),
    Colour("tint", "#cfe3f0", "#1f4258"),
    Colour("warm", "#f6d9c4", "#5a3420"),
];

/// Series colours `c0` … `c7`.
pub const SERIES: usize = 8;

/// The class of the series that stands apart from the others: the single neuron.
pub const ALONE: &str = "alone";

/// Share above which text on a heat map's cell takes the colour `onhigh`.
pub const HEAT_TEXT: f64 = 0.68;

/// Colour class of series `index`.
pub fn class(index: usize) -> String {
    format!("c{}", index % SERIES)
}

/// Class of the dash of series `index`; the first is solid.
pub fn dash(index: usize) -> String {
    format!("d{}", index % SERIES)
}

/// The colours as CSS custom properties: light, dark where the reader asks for it, and light
/// again on paper.
pub fn variables() -> String {
    let list = |pick: fn(&Colour) -> &'static str| {
        let mut text = String::new();
        for colour in &COLOURS {
            let _ = write!(text, "--{}:{};", colour.0, pick(colour));
        }
        text
    };
    let (light, dark) = (list(|colour| colour.1), list(|colour| colour.2));
    format!(":root{{{light}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n")
}

/// Style of the charts' classes, written with the custom properties.
pub const CHART_STYLE: &str = include_str!("chart.css");

/// The same with the colours of light paper put in, for programs that know no custom properties.
pub fn literal_style() -> String {
    COLOURS
        .iter()
        .fold(CHART_STYLE.to_owned(), |style, colour| {
            style.replace(&format!("var(--{})", colour.0), colour.1)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Red, green and blue of `#rrggbb`, 0 … 255.
    fn channels(hex: &str) -> [f64; 3] {
        let value = u32::from_str_radix(hex.trim_start_matches('#'), 16).unwrap_or(0);
        [value >> 16 & 255, value >> 8 & 255, value & 255].map(f64::from)
    }

    /// Contrast of two colours `#rrggbb` as WCAG 2.2 defines it, 1 … 21.
    fn contrast(one: &str, other: &str) -> f64 {
        let luminance = |hex: &str| {
            let linear = channels(hex).map(|channel| {
                let share = channel / 255.0;
                if share <= 0.04045 {
                    share / 12.92
                } else {
                    ((share + 0.055) / 1.055).powf(2.4)
                }
            });
            0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        };
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn every_colour_can_be_seen_on_its_paper() {
        let find = |name: &str| COLOURS.iter().find(|colour| colour.0 == name).unwrap();
        let (paper, panel) = (find("paper"), find("panel"));
        for colour in &COLOURS {
            let needed = match colour.0 {
                "ink" | "muted" | "accent" | "high" => 4.5,
                "paper" | "panel" | "rule" | "low" | "tint" | "warm" | "onlow" | "onhigh" => {
                    continue;
                }
                _ => 3.0,
            };
            for (light, dark) in [(paper.1, paper.2), (panel.1, panel.2)] {
                let (on_light, on_dark) = (contrast(colour.1, light), contrast(colour.2, dark));
                assert!(on_light >= needed, "{} on light: {on_light}", colour.0);
                assert!(on_dark >= needed, "{} on dark: {on_dark}", colour.0);
            }
        }
        for tint in ["tint", "warm"].map(find) {
            let ink = find("ink");
            assert!(contrast(ink.1, tint.1) >= 4.5 && contrast(ink.2, tint.2) >= 4.5);
        }
    }

    #[test]
    fn no_custom_property_is_left_in_the_literal_style() {
        assert!(!literal_style().contains("var("), "{}", literal_style());
        for colour in ["--paper:", "--c7:", "--tint:"] {
            assert_eq!(variables().matches(colour).count(), 2);
        }
    }

    #[test]
    fn text_on_a_heat_map_can_be_read() {
        let find = |name: &str| COLOURS.iter().find(|colour| colour.0 == name).unwrap();
        for pick in [|c: &Colour| c.1, |c: &Colour| c.2] {
            let (low, high) = (channels(pick(find("low"))), channels(pick(find("high"))));
            for step in 0..=100 {
                let share = f64::from(step) / 100.0;
                let mix = |c: usize| (low[c] + share * (high[c] - low[c])).round() as u8;
                let cell = format!("#{:02x}{:02x}{:02x}", mix(0), mix(1), mix(2));
                let text = if share > HEAT_TEXT { "onhigh" } else { "onlow" };
                let contrast = contrast(pick(find(text)), &cell);
                assert!(contrast >= 4.5, "{contrast} at {share} on {cell}");
            }
        }
        assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 1e-9);
    }
}
