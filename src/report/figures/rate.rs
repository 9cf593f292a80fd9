//! How often each model converged: a point and its interval, the single neuron set apart.

use super::data::ReportData;
use super::excerpt::{Excerpt, Limits};
use super::frame::{self, Area, Drawing, PANELS, Room, Size, Style};
use super::marks::{Svg, short, width};
use super::scale::Scale;
use super::sweep::Sweep;
use crate::report::answer::RELIABLE;
use crate::report::shown::{MOST_MODELS, all_of_them};
use crate::statistics::Estimate;
use crate::text::{escape, grouped, interval, percent, shortest};

/// The chart.
pub fn draw(data: &ReportData, size: Size) -> Drawing {
    let sweep = Sweep::new(data.plan);
    let drawn = Excerpt::new(data, &sweep, limits(&sweep));
    let notes = [
        drawn.lines_left_out(data, &sweep),
        drawn.along_left_out(data, &sweep),
        drawn.panels_left_out(data, &sweep),
    ];
    let (shown, lines) = (&drawn.panels, &drawn.lines);
    let styles = match &sweep.lines {
        Some(axis) => Style::of(axis, lines),
        None => vec![Style::series(0)],
    };
    let mut svg = Svg::new(size.width(), 0.0);
    svg.text("small", (4.0, 13.0), "runs that converged");
    let mut top = 26.0;
    if let Some(axis) = &sweep.lines {
        let names = lines.iter().map(|line| axis.phrase(*line));
        let entries: Vec<(Style, String)> = styles.iter().cloned().zip(names).collect();
        top += 8.0 + frame::legend(&mut svg, (4.0, top + 8.0), size.width(), &entries);
    }
    let columns = size.pick(if shown.len() > 2 { 3 } else { shown.len() }, 1);
    let across = size.width() / columns as f64 - 72.0;
    let lines_of = |panel: &usize| titles(&sweep, *panel, across).len();
    let heads = shown.iter().map(lines_of).max().unwrap_or(0);
    let room = Room {
        left: 42.0,
        right: 30.0,
        above: 26.0 + 15.0 * heads as f64,
        below: 50.0,
        height: if shown.len() > 1 { 190.0 } else { 260.0 },
    };
    let (areas, height) = frame::panels(size, shown.len(), columns, room, top);
    let chart = Chart {
        data,
        sweep: &sweep,
        lines,
        along: &drawn.along,
        styles: &styles,
    };
    for (panel, area) in shown.iter().zip(&areas) {
        chart.panel(&mut svg, *panel, *area);
    }
    svg.resize(height);
    let attributes = format!("class=\"chart {}\" data-chart=\"rate\"", size.class());
    let title = format!(
        "Share of runs that converged, by {}",
        sweep.along.axis.title
    );
    let description = chart.description();
    Drawing {
        svg: svg.finish(&attributes, &title, &description),
        notes: notes.into_iter().flatten().collect(),
    }
}

/// How much of a grid is drawn. Where a heat map shows the same rates, half as many do.
fn limits(sweep: &Sweep) -> Limits {
    Limits {
        panels: PANELS,
        lines: frame::LINES,
        along: usize::MAX,
        whole: MOST_MODELS,
        models: match &sweep.lines {
            Some(_) => MOST_MODELS / 2,
            None => MOST_MODELS,
        },
    }
}

/// The title of a panel on lines of this width.
fn titles(sweep: &Sweep, panel: usize, width: f64) -> Vec<String> {
    let parts: Vec<String> = sweep.panels[panel].split(", ").map(str::to_owned).collect();
    frame::wrap(&parts, width)
}

struct Chart<'a> {
    data: &'a ReportData<'a>,
    sweep: &'a Sweep,
    lines: &'a [usize],
    along: &'a [usize],
    styles: &'a [Style],
}

impl Chart<'_> {
    fn rate(&self, model: usize) -> Option<Estimate> {
        self.data.findings.summaries[model].rate
    }

    fn panel(&self, svg: &mut Svg, panel: usize, area: Area) {
        let y = Scale::linear((0.0, 1.0), (area.bottom, area.top));
        frame::left_axis(
            svg,
            area,
            &y,
            &[0.0, 0.25, 0.5, 0.75, 1.0],
            frame::share_label,
        );
        let reliable = y.at(RELIABLE);
        svg.line("reference", (area.left, reliable), (area.right, reliable));
        svg.text("quiet small", (area.right + 4.0, reliable + 4.0), "95%");
        frame::head(
            svg,
            area,
            &titles(self.sweep, panel, area.right - area.left),
            14.0,
        );
        let along = &self.sweep.along;
        let places = frame::along(along, (area.left, area.right));
        let positions: Vec<f64> = self.along.iter().map(|value| places[*value]).collect();
        let labels = self.along.iter().map(|value| along.labels[*value].clone());
        self.set_apart(svg, area, &positions);
        frame::bottom_labels(svg, area, &positions, &labels.collect::<Vec<_>>());
        frame::bottom_title(svg, area, self.sweep.along.axis.title);
        for (order, line) in self.lines.iter().enumerate() {
            let nudge = (order as f64 - (self.lines.len() as f64 - 1.0) / 2.0) * 2.5;
            let nudged: Vec<f64> = positions.iter().map(|x| x + nudge).collect();
            self.line(svg, panel, *line, (order, &y), &nudged);
        }
        if self.lines.len() == 1 {
            self.values(svg, panel, &y, &positions);
        }
    }

    /// A rule between the single neuron and the networks with hidden neurons.
    fn set_apart(&self, svg: &mut Svg, area: Area, positions: &[f64]) {
        if let (Some(0), [first, second, ..]) = (self.sweep.along.single(), positions) {
            let x = (first + second) / 2.0;
            svg.line("minor", (x, area.top), (x, area.bottom));
        }
    }

    fn line(
        &self,
        svg: &mut Svg,
        panel: usize,
        line: usize,
        (order, y): (usize, &Scale),
        positions: &[f64],
    ) {
        let style = &self.styles[order];
        let single = self.sweep.along.single();
        svg.open(&format!("class=\"{}\"", style.colour));
        let mut path = String::new();
        for (along, x) in self.along.iter().zip(positions) {
            let model = self.sweep.model(panel, line, *along);
            let rate = model.and_then(|model| self.rate(model));
            let Some(rate) = rate.filter(|_| Some(*along) != single) else {
                continue;
            };
            let command = if path.is_empty() { 'M' } else { 'L' };
            path += &format!("{command}{} {}", short(*x), short(y.at(rate.value)));
        }
        svg.path(&format!("fine {}", style.dash), &path);
        svg.close();
        for (along, x) in self.along.iter().zip(positions) {
            if let Some(model) = self.sweep.model(panel, line, *along) {
                let alone = Style::alone();
                let style = if Some(*along) == single {
                    &alone
                } else {
                    style
                };
                self.point(svg, model, style, *x, y);
            }
        }
    }

    fn point(&self, svg: &mut Svg, model: usize, style: &Style, x: f64, y: &Scale) {
        let Some(rate) = self.rate(model) else {
            return;
        };
        let name = &self.data.plan.models[model].name;
        svg.open(&format!(
            "class=\"{}\" data-model=\"{}\" data-rate=\"{}\" data-low=\"{}\" data-high=\"{}\" \
             data-top=\"{}\" data-bottom=\"{}\"",
            style.colour,
            escape(name),
            shortest(rate.value),
            shortest(rate.interval.low),
            shortest(rate.interval.high),
            short(y.at(1.0)),
            short(y.at(0.0)),
        ));
        svg.tip(&format!(
            "{}: {} converged (interval {})",
            self.sweep.phrase(model),
            percent(rate.value),
            interval(rate.interval.low, rate.interval.high)
        ));
        let (top, bottom) = (y.at(rate.interval.high), y.at(rate.interval.low));
        svg.path(
            "whisker",
            &format!(
                "M{a} {t}H{b}M{x} {t}V{l}M{a} {l}H{b}",
                a = short(x - 4.0),
                b = short(x + 4.0),
                x = short(x),
                t = short(top),
                l = short(bottom),
            ),
        );
        svg.marker(
            style.shape,
            (x, y.at(rate.value)),
            if self.lines.len() > 1 { 3.6 } else { 4.6 },
        );
        svg.close();
    }

    /// The rates as text above their points, but not over the one before.
    fn values(&self, svg: &mut Svg, panel: usize, y: &Scale, positions: &[f64]) {
        let mut last = (f64::NEG_INFINITY, 0.0);
        for (along, x) in self.along.iter().zip(positions) {
            let model = self.sweep.model(panel, 0, *along);
            let Some(rate) = model.and_then(|model| self.rate(model)) else {
                continue;
            };
            let (text, at) = (percent(rate.value), y.at(rate.interval.high) - 10.0);
            let half = width(&text) * frame::SMALL / 2.0;
            let covers: bool = x - half < last.0 + 2.0 && (at - last.1).abs() < 12.0;
            if !covers {
                svg.text("small middle halo", (*x, at), &text);
                last = (x + half, at);
            }
        }
    }

    fn description(&self) -> String {
        let summaries = self.data.findings.summaries.iter().enumerate();
        let rates = summaries.take(12).filter_map(|(model, summary)| {
            let rate = percent(summary.rate?.value);
            Some(format!("{}: {rate}", self.sweep.phrase(model)))
        });
        let rates: Vec<String> = rates.collect();
        let more = self.data.findings.summaries.len() - rates.len();
        let rest = if more > 0 {
            let whole = all_of_them(self.data.plan, "summary.csv");
            format!("; {} more in {whole}", grouped(more as u128))
        } else {
            String::new()
        };
        format!("{}{rest}.", rates.join("; "))
    }
}
