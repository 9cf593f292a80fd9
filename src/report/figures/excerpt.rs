//! Which part of a grid a chart over its axes draws, and what is said of the rest.

use super::data::ReportData;
use super::frame;
use super::scale::thin;
use super::sweep::Sweep;
use crate::report::shown::{all_of_them, answered};
use crate::text::grouped;

/// The most panels of a grid that is too large to be drawn whole.
pub const FEW_PANELS: usize = 6;
/// The file that has the rates of all models.
const FILE: &str = "summary.csv";

/// How much of a grid a chart draws.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The most panels.
    pub panels: usize,
    /// The most lines of a panel.
    pub lines: usize,
    /// The most places along a line.
    pub along: usize,
    /// Of a grid of so many models all is drawn that the limits above allow.
    pub whole: usize,
    /// Of a larger one, so many models are drawn.
    pub models: usize,
}

/// What is drawn: positions of panels, lines, and values along them.
#[derive(Debug)]
pub struct Excerpt {
    /// Panels.
    pub panels: Vec<usize>,
    /// Lines of each panel.
    pub lines: Vec<usize>,
    /// Places along each line.
    pub along: Vec<usize>,
}

impl Excerpt {
    /// A part of the grid, evenly spread over it. Of a grid too large for all, the models of
    /// which the answer speaks are a part.
    pub fn new(data: &ReportData, sweep: &Sweep, limits: Limits) -> Excerpt {
        let sides = [sweep.panels.len(), sweep.depth(), sweep.along.labels.len()];
        if data.plan.models.len() <= limits.whole {
            return Excerpt {
                panels: thin(sides[0], limits.panels),
                lines: thin(sides[1], limits.lines),
                along: thin(sides[2], limits.along),
            };
        }
        let places = answered(data.plan, data.findings).into_iter();
        let places: Vec<[usize; 3]> = places.filter_map(|model| sweep.place(model)).collect();
        let side = |side: usize, limit: usize| {
            let wanted = places.iter().map(|place| place[side]);
            thin_around(sides[side], limit, wanted)
        };
        let panels = side(0, limits.panels.min(FEW_PANELS));
        let room = limits.models / panels.len();
        // As many lines as places along them, if the grid has so many.
        let lines = side(1, limits.lines.min(room.isqrt()));
        let along = side(2, limits.along.min(room / lines.len()));
        Excerpt {
            panels,
            lines,
            along,
        }
    }

    /// A note if panels were left out.
    pub fn panels_left_out(&self, data: &ReportData, sweep: &Sweep) -> Option<String> {
        let (drawn, all) = (self.panels.len(), sweep.panels.len());
        (drawn < all).then(|| {
            format!(
                "{drawn} of {} panels are drawn; {} has all models.",
                grouped(all as u128),
                all_of_them(data.plan, FILE)
            )
        })
    }

    /// A note if lines were left out.
    pub fn lines_left_out(&self, data: &ReportData, sweep: &Sweep) -> Option<String> {
        let lines = sweep.lines.as_ref()?;
        frame::left_out(lines, self.lines.len(), all_of_them(data.plan, FILE))
    }

    /// A note if places along the lines were left out.
    pub fn along_left_out(&self, data: &ReportData, sweep: &Sweep) -> Option<String> {
        let drawn = self.along.len();
        frame::left_out(&sweep.along, drawn, all_of_them(data.plan, FILE))
    }
}

/// At most `limit` of `count` positions, ascending: as many of `wanted` as leave room for the
/// first and the last, the others evenly spread.
fn thin_around(count: usize, limit: usize, wanted: impl Iterator<Item = usize>) -> Vec<usize> {
    if count <= limit {
        return thin(count, limit);
    }
    let mut chosen: Vec<usize> = wanted.collect();
    chosen.sort_unstable();
    chosen.dedup();
    chosen.truncate(limit.saturating_sub(2));
    // What is wanted may be among what is spread: then there is room for more of it.
    let among = |spread: usize| {
        let mut both = chosen.clone();
        both.extend(thin(count, spread));
        both.sort_unstable();
        both.dedup();
        both
    };
    let mut tried = (0..=limit).rev().map(among);
    tried.find(|both| both.len() <= limit).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wanted_is_among_what_is_evenly_spread() {
        let around =
            |count, limit, wanted: &[usize]| thin_around(count, limit, wanted.iter().copied());
        assert_eq!(around(3, 5, &[1]), [0, 1, 2]);
        assert_eq!(around(101, 4, &[37]), [0, 37, 50, 100]);
        assert_eq!(around(101, 4, &[100, 37, 37]), [0, 37, 50, 100]);
        assert_eq!(around(101, 2, &[37]), [0, 100]);
        assert_eq!(around(101, 1, &[37]), [0]);
    }
}
