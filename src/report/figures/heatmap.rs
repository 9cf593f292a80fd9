//! The convergence rate over two axes at once, as a heat map with its numbers.

use super::data::ReportData;
use super::excerpt::{Excerpt, Limits};
use super::frame::{self, Area, Drawing, PANELS, Room, Size};
use super::marks::{Svg, short, width};
use super::palette::HEAT_TEXT;
use super::sweep::{Side, Sweep};
use crate::report::shown::{MOST_MODELS, too_many};
use crate::text::{escape, percent, shortest};

/// Height of a cell in pixels.
const CELL: f64 = 30.0;
/// The most rows and columns of a panel.
const CELLS: usize = 24;

/// How much of a grid is drawn: one that has as many cells as a panel may have, whole; of a
/// larger one a sample, which would not say more for being larger.
const LIMITS: Limits = Limits {
    panels: PANELS,
    lines: CELLS,
    along: CELLS,
    whole: CELLS * CELLS,
    models: MOST_MODELS,
};

/// The chart, or `None` if fewer than two axes are swept.
pub fn draw(data: &ReportData, size: Size) -> Option<Drawing> {
    let sweep = Sweep::new(data.plan);
    let lines = sweep.lines.as_ref()?;
    let drawn = Excerpt::new(data, &sweep, LIMITS);
    let (shown, rows, columns) = (&drawn.panels, &drawn.lines, &drawn.along);
    let longest = lines
        .labels
        .iter()
        .map(|label| width(label))
        .fold(0.0, f64::max);
    let side_by_side = shown.len() > 1 && columns.len() <= 8;
    let room = Room {
        left: (longest * 11.0 + 14.0).clamp(40.0, 110.0),
        right: 6.0,
        above: if sweep.panels.len() > 1 { 44.0 } else { 24.0 },
        below: 50.0,
        height: rows.len() as f64 * CELL,
    };
    let (areas, height) = frame::panels(
        size,
        shown.len(),
        size.pick(if side_by_side { 2 } else { 1 }, 1),
        room,
        0.0,
    );
    let mut svg = Svg::new(size.width(), height);
    let chart = Chart {
        data,
        sweep: &sweep,
        lines,
        columns,
        rows,
    };
    for (panel, area) in shown.iter().zip(&areas) {
        chart.panel(&mut svg, *panel, *area);
    }
    let attributes = format!("class=\"chart {}\" data-chart=\"heatmap\"", size.class());
    let title = format!(
        "Share of runs that converged, by {} and {}",
        sweep.along.axis.title, lines.axis.title
    );
    let description = "Each cell is a model; the darker (in dark mode: the brighter), the more \
                       of its runs converged. The table below holds the numbers.";
    Some(Drawing {
        svg: svg.finish(&attributes, &title, description),
        notes: notes(data, &sweep, &drawn),
    })
}

/// What was left out.
fn notes(data: &ReportData, sweep: &Sweep, drawn: &Excerpt) -> Vec<String> {
    let notes = [
        drawn.along_left_out(data, sweep),
        drawn.lines_left_out(data, sweep),
        // Of a small study, the chart of rates above has said it.
        drawn
            .panels_left_out(data, sweep)
            .filter(|_| too_many(data.plan)),
    ];
    notes.into_iter().flatten().collect()
}

struct Chart<'a> {
    data: &'a ReportData<'a>,
    sweep: &'a Sweep,
    lines: &'a Side,
    columns: &'a [usize],
    rows: &'a [usize],
}

impl Chart<'_> {
    fn panel(&self, svg: &mut Svg, panel: usize, area: Area) {
        let title = &self.sweep.panels[panel];
        if !title.is_empty() {
            svg.text("head", (area.left, area.top - 28.0), title);
        }
        svg.text(
            "small",
            (4.0f64.max(area.left - 100.0), area.top - 9.0),
            self.lines.axis.title,
        );
        let step = (area.right - area.left) / self.columns.len() as f64;
        for (order, line) in self.rows.iter().enumerate() {
            // The first value at the bottom, as on any vertical axis.
            let top = area.bottom - (order + 1) as f64 * CELL;
            let label = &self.lines.labels[*line];
            svg.text(
                "quiet small end",
                (area.left - 8.0, top + CELL / 2.0 + 4.0),
                label,
            );
            for (column, along) in self.columns.iter().enumerate() {
                if let Some(model) = self.sweep.model(panel, *line, *along) {
                    let corner = (area.left + column as f64 * step, top);
                    self.cell(svg, model, corner, step);
                }
            }
        }
        let centre = |column: usize| area.left + (column as f64 + 0.5) * step;
        let positions: Vec<f64> = (0..self.columns.len()).map(centre).collect();
        let label = |along: &usize| self.sweep.along.labels[*along].clone();
        let labels: Vec<String> = self.columns.iter().map(label).collect();
        frame::bottom_labels(svg, area, &positions, &labels);
        frame::bottom_title(svg, area, self.sweep.along.axis.title);
    }

    fn cell(&self, svg: &mut Svg, model: usize, corner: (f64, f64), step: f64) {
        let Some(rate) = self.data.findings.summaries[model].rate else {
            return;
        };
        let rate = rate.value;
        let name = &self.data.plan.models[model].name;
        svg.open(&format!(
            "data-model=\"{}\" data-rate=\"{}\"",
            escape(name),
            shortest(rate)
        ));
        svg.tip(&format!(
            "{}: {} converged",
            self.sweep.phrase(model),
            percent(rate)
        ));
        let corner = (corner.0 + 0.75, corner.1 + 0.75);
        let size = (step - 1.5, CELL - 1.5);
        svg.rectangle("class=\"cell\"", corner, size, "");
        let attributes = format!("class=\"heat\" fill-opacity=\"{}\"", short(rate));
        svg.rectangle(&attributes, corner, size, "");
        let class = if rate > HEAT_TEXT { "onhigh" } else { "onlow" };
        let centre = (corner.0 + size.0 / 2.0, corner.1 + CELL / 2.0 + 3.5);
        let room = |text: &str| width(text) * frame::SMALL < step - 2.0;
        if room("99.9%") {
            svg.text(&format!("small middle {class}"), centre, &percent(rate));
        } else if room("100") {
            let rounded = format!("{:.0}", 100.0 * rate);
            svg.text(&format!("small middle {class}"), centre, &rounded);
        }
        svg.close();
    }
}
