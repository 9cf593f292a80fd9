//! What share of the runs had converged by each epoch: Kaplan–Meier curves with their bands on
//! a logarithmic axis, one line a model.

use super::data::ReportData;
use super::excerpt::FEW_PANELS;
use super::frame::{self, Area, Drawing, PANELS, Room, Size, Style};
use super::marks::{Svg, short, width};
use super::scale::{Scale, spread, thin};
use super::sweep::Sweep;
use crate::plan::{Plan, log_spaced};
use crate::report::shown::{all_of_them, too_many};
use crate::statistics::{KaplanMeier, Step};
use crate::text::{escape, grouped};

/// The most lines in one panel.
const LINES: usize = 8;
/// Epochs a line can have a corner at: more than a wide drawing has pixels.
const COLUMNS: u64 = 1500;

/// The steps of a curve that a chart or a table of round epochs can show: the last one at or
/// before each of some 1,500 log-spaced epochs up to `limit` and each 1, 2, … 9 times a power of
/// ten. A million runs may have as many steps.
pub fn visible(curve: &KaplanMeier, limit: u64) -> Vec<Step> {
    let mut edges = log_spaced(limit, COLUMNS);
    let decades = std::iter::successors(Some(1u64), |decade| decade.checked_mul(10));
    let decades = decades.take_while(|decade| *decade < limit);
    edges.extend(decades.flat_map(|decade| (1..10).map(move |digit| digit * decade)));
    edges.sort_unstable();
    let place = |step: &Step| edges.partition_point(|edge| *edge < step.epoch);
    let mut kept: Vec<Step> = Vec::new();
    let mut last = None;
    for step in curve.steps() {
        let place = place(&step);
        if last == Some(place) {
            // A later step before the same edge: that edge shows this one.
            kept.pop();
        }
        kept.push(step);
        last = Some(place);
    }
    kept
}

/// The chart.
pub fn draw(data: &ReportData, size: Size) -> Drawing {
    let sweep = Sweep::new(data.plan);
    let mut notes = Vec::new();
    let along = thin(sweep.along.labels.len(), LINES);
    let whole = all_of_them(data.plan, "survival.csv");
    notes.extend(frame::left_out(&sweep.along, along.len(), whole));
    let styles = Style::of(&sweep.along, &along);
    let all = panels(&sweep);
    let shown = chosen(data.plan, all.len());
    if shown.len() < all.len() {
        notes.push(format!(
            "{} of {} panels are drawn; {whole} has all models.",
            shown.len(),
            grouped(all.len() as u128)
        ));
    }
    let direct = size == Size::Wide && all.len() == 1;
    let mut svg = Svg::new(size.width(), 0.0);
    svg.text("small", (4.0, 13.0), "runs that had converged");
    let mut top = 26.0;
    let names: Vec<String> = along.iter().map(|x| sweep.along.phrase(*x)).collect();
    if !direct {
        let entries: Vec<(Style, String)> = styles.iter().cloned().zip(names.clone()).collect();
        top += 8.0 + frame::legend(&mut svg, (4.0, top + 8.0), size.width(), &entries);
    }
    let columns = size.pick(if shown.len() > 2 { 3 } else { shown.len() }, 1);
    let across = size.width() / columns as f64 - 56.0;
    let lines_of = |place: &usize| titles(&sweep, all[*place], across).len();
    let heads = shown.iter().map(lines_of).max().unwrap_or(0);
    let longest = names.iter().map(|name| width(name)).fold(0.0, f64::max);
    let room = Room {
        left: 42.0,
        right: if direct { longest * 12.0 + 34.0 } else { 14.0 },
        above: 10.0 + 16.0 * heads as f64,
        below: 50.0,
        height: if shown.len() > 1 { 190.0 } else { 280.0 },
    };
    let (areas, height) = frame::panels(size, shown.len(), columns, room, top);
    let chart = Chart {
        data,
        sweep: &sweep,
        along: &along,
        styles: &styles,
    };
    for (place, area) in shown.iter().zip(&areas) {
        let ends = chart.panel(&mut svg, all[*place], *area);
        if direct {
            chart.labels(&mut svg, *area, &ends, &names);
        }
    }
    svg.resize(height);
    let attributes = format!("class=\"chart {}\" data-chart=\"survival\"", size.class());
    Drawing {
        svg: svg.finish(
            &attributes,
            "Share of runs that had converged, over epochs",
            "One rising step line for each model on a logarithmic axis of epochs, with a band \
             for its interval. The table below holds the same shares at round epochs.",
        ),
        notes,
    }
}

/// All panels: one for each line of the layout.
fn panels(sweep: &Sweep) -> Vec<(usize, usize)> {
    (0..sweep.panels.len())
        .flat_map(|panel| (0..sweep.depth()).map(move |line| (panel, line)))
        .collect()
}

/// Which of so many panels are drawn: of too many models a smaller sample says as much.
fn chosen(plan: &Plan, panels: usize) -> Vec<usize> {
    let few = panels > PANELS && too_many(plan);
    thin(panels, if few { FEW_PANELS } else { PANELS })
}

/// The models whose lines are drawn.
pub fn drawn(plan: &Plan, sweep: &Sweep) -> Vec<usize> {
    let all = panels(sweep);
    let along = thin(sweep.along.labels.len(), LINES);
    chosen(plan, all.len())
        .into_iter()
        .flat_map(|place| along.iter().map(move |along| (place, *along)))
        .filter_map(|(place, along)| sweep.model(all[place].0, all[place].1, along))
        .collect()
}

/// The title of a panel on lines of this width.
fn titles(sweep: &Sweep, (panel, line): (usize, usize), width: f64) -> Vec<String> {
    let mut parts: Vec<String> = sweep.panels[panel].split(", ").map(str::to_owned).collect();
    parts.extend(sweep.lines.as_ref().map(|axis| axis.phrase(line)));
    frame::wrap(&parts, width)
}

struct Chart<'a> {
    data: &'a ReportData<'a>,
    sweep: &'a Sweep,
    along: &'a [usize],
    styles: &'a [Style],
}

impl Chart<'_> {
    /// Draws a panel; returns where each line ends.
    fn panel(&self, svg: &mut Svg, (panel, line): (usize, usize), area: Area) -> Vec<f64> {
        let limit = self.data.plan.manifest.epochs as f64;
        let x = Scale::logarithmic((1.0, limit), (area.left, area.right));
        let y = Scale::linear((0.0, 1.0), (area.bottom, area.top));
        frame::left_axis(
            svg,
            area,
            &y,
            &[0.0, 0.25, 0.5, 0.75, 1.0],
            frame::share_label,
        );
        frame::bottom_axis(svg, area, &x, frame::epoch_label);
        frame::bottom_title(svg, area, "epochs of training (logarithmic)");
        let title = titles(self.sweep, (panel, line), area.right - area.left);
        frame::head(svg, area, &title, 12.0);
        let mut ends = Vec::new();
        for (along, style) in self.along.iter().zip(self.styles) {
            let end = self
                .sweep
                .model(panel, line, *along)
                .map_or(area.bottom, |model| {
                    self.line(svg, model, style, (&x, &y), area)
                });
            ends.push(end);
        }
        ends
    }

    /// Draws one model's line and band; returns its height at the right edge.
    fn line(
        &self,
        svg: &mut Svg,
        model: usize,
        style: &Style,
        (x, y): (&Scale, &Scale),
        area: Area,
    ) -> f64 {
        let name = self.data.plan.models[model].name.as_str();
        // One panel has room for detail; of many, only the page's size would notice.
        let least = if area.bottom - area.top > 200.0 {
            1.0
        } else {
            2.0
        };
        let mut line = Steps::new(area.left, area.bottom, least);
        let mut low = Steps::new(area.left, area.bottom, 2.0 * least);
        let mut high = Steps::new(area.left, area.bottom, 2.0 * least);
        let curve = &self.data.findings.survival[model];
        for step in visible(curve, self.data.plan.manifest.epochs) {
            let at = x.at(step.epoch.max(1) as f64);
            let not_converged = step.interval(&self.data.plan.manifest.statistics);
            line.step(at, y.at(step.share_converged()));
            low.step(at, y.at(1.0 - not_converged.high));
            high.step(at, y.at(1.0 - not_converged.low));
        }
        svg.open(&format!(
            "class=\"{}\" data-model=\"{}\" data-top=\"{}\" data-bottom=\"{}\"",
            style.colour,
            escape(name),
            short(area.top),
            short(area.bottom),
        ));
        let band = high.forward(area.right) + &low.backward(area.right) + "Z";
        svg.path("band", &band);
        svg.path(&format!("line {}", style.dash), &line.forward(area.right));
        svg.marker(style.shape, (area.right, line.height), 3.6);
        svg.close();
        line.height
    }

    /// Names of the lines at their right ends.
    fn labels(&self, svg: &mut Svg, area: Area, ends: &[f64], names: &[String]) {
        let placed = spread(ends, 15.0, (area.top, area.bottom));
        for ((style, name), (end, at)) in self.styles.iter().zip(names).zip(ends.iter().zip(placed))
        {
            svg.line("leader", (area.right + 6.0, *end), (area.right + 20.0, at));
            svg.open(&format!("class=\"{}\"", style.colour));
            svg.text("own", (area.right + 23.0, at + 4.0), name);
            svg.close();
        }
    }
}

/// A coordinate to a tenth of a pixel.
fn tenth(value: f64) -> String {
    short((10.0 * value).round() / 10.0)
}

/// A step line in pixels that keeps only steps one can see.
struct Steps {
    corners: Vec<(f64, f64)>,
    /// The least distance between corners in pixels.
    least: f64,
    x: f64,
    height: f64,
}

impl Steps {
    fn new(x: f64, y: f64, least: f64) -> Self {
        Steps {
            corners: vec![(x, y)],
            least,
            x,
            height: y,
        }
    }

    fn step(&mut self, x: f64, y: f64) {
        let (last_x, last_y) = self.corners[self.corners.len() - 1];
        (self.x, self.height) = (x, y);
        if (x - last_x).abs() >= self.least || (y - last_y).abs() >= self.least {
            self.corners.push((x, y));
        }
    }

    /// The corners with the last one, which may have been left out as too near.
    fn all(&self) -> Vec<(f64, f64)> {
        let mut corners = self.corners.clone();
        if corners.last() != Some(&(self.x, self.height)) {
            corners.push((self.x, self.height));
        }
        corners
    }

    fn forward(&self, right: f64) -> String {
        let corners = self.all();
        let mut path = format!("M{} {}", short(corners[0].0), short(corners[0].1));
        for (x, y) in &corners[1..] {
            path += &format!("H{}V{}", tenth(*x), tenth(*y));
        }
        path + &format!("H{}", short(right))
    }

    fn backward(&self, right: f64) -> String {
        let corners = self.all();
        let mut path = format!("L{} {}", short(right), short(self.height));
        for pair in corners.windows(2).rev() {
            path += &format!("H{}V{}", tenth(pair[1].0), tenth(pair[0].1));
        }
        path + &format!("H{}", short(corners[0].0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::Time;

    #[test]
    fn steps_too_small_to_see_are_joined() {
        let mut steps = Steps::new(0.0, 100.0, 0.75);
        for step in 1..=1000 {
            steps.step(f64::from(step) * 0.1, 100.0 - f64::from(step) * 0.05);
        }
        let corners = steps.all();
        assert!(corners.len() < 150, "{}", corners.len());
        assert_eq!(corners.last(), Some(&(100.0, 50.0)));
        assert!(steps.forward(120.0).ends_with("H120"));
    }

    #[test]
    fn steps_between_pixels_are_left_out() {
        let curve = |epochs: &mut dyn Iterator<Item = u64>| {
            let times: Vec<Time> = epochs.map(|epoch| Time::new(Some(epoch), epoch)).collect();
            KaplanMeier::new(&times)
        };
        let every = curve(&mut (1..=60_000));
        let kept = visible(&every, 60_000);
        assert!(kept.len() < 1600, "{}", kept.len());
        for epoch in [1, 300, 1_000, 30_000, 60_000] {
            let step = every.steps().find(|step| step.epoch == epoch).unwrap();
            assert!(kept.contains(&step), "epoch {epoch}");
        }
        let few = curve(&mut [5, 700].into_iter());
        assert_eq!(visible(&few, 60_000), few.steps().collect::<Vec<_>>());
    }

    #[test]
    fn the_way_back_follows_the_same_steps() {
        let mut steps = Steps::new(0.0, 10.0, 0.75);
        steps.step(5.0, 4.0);
        assert_eq!(steps.forward(9.0), "M0 10H5V4H9");
        assert_eq!(steps.backward(9.0), "L9 4H5V10H0");
    }
}
