//! What each model predicts for a situation it was not trained on: one dot per run (or per
//! hundredth of the runs) between 0 and 1, the 0.5 line, the target, and the article's run.

use super::article;
use super::data::ReportData;
use super::frame::{self, Area, Drawing, Size, Style};
use super::marks::{Svg, short};
use super::scale::{Scale, thin};
use super::sweep::Sweep;
use crate::plan::Prediction;
use crate::statistics::Spread;
use crate::text::{escape, grouped, interval, number, percent};

/// The most models in a chart.
const ROWS: usize = 24;
/// Diameter of a dot in pixels.
const DOT: f64 = 3.6;

/// Which of so many models are drawn.
pub fn drawn(models: usize) -> Vec<usize> {
    thin(models, ROWS)
}

/// The chart of a prediction of the plan, by its position there.
pub fn draw(data: &ReportData, size: Size, column: usize) -> Drawing {
    let sweep = Sweep::new(data.plan);
    let models = data.plan.models.len();
    let shown = drawn(models);
    let mut notes = Vec::new();
    if shown.len() < models {
        notes.push(format!(
            "{} of {} models are drawn, evenly spread over the grid; summary.csv has all.",
            shown.len(),
            grouped(models as u128)
        ));
    }
    let prediction = &data.plan.predictions()[column];
    let left = size.pick(if sweep.swept > 1 { 150.0 } else { 118.0 }, 10.0);
    let rows = rows(data, &sweep, size, column, &shown);
    let area = Area {
        left,
        top: 44.0,
        right: size.width() - size.pick(172.0, 10.0),
        bottom: 44.0 + rows.iter().map(Row::height).sum::<f64>(),
    };
    let x = Scale::linear((0.0, 1.0), (area.left, area.right));
    let mut svg = Svg::new(size.width(), area.bottom + 44.0);
    let chart = Chart {
        data,
        sweep: &sweep,
        column,
        prediction,
        size,
    };
    chart.axis(&mut svg, area, &x);
    let mut next = 0;
    let mut top = area.top;
    for row in &rows {
        let single = data.plan.models[row.model].choices.hidden.is_empty();
        let style = if single {
            Style::alone()
        } else {
            Style::series(next)
        };
        next += usize::from(!single && sweep.swept < 2);
        chart.row(&mut svg, row, &style, top, &x);
        top += row.height();
    }
    let attributes = format!(
        "class=\"chart {}\" data-chart=\"{}\"",
        size.class(),
        escape(&prediction.name)
    );
    let title = format!("Predictions for {}, by model", chart.situation());
    Drawing {
        svg: svg.finish(&attributes, &title, &chart.description()),
        notes,
    }
}

/// The place of a model in the chart.
struct Row {
    model: usize,
    /// Its name, on as many lines as it needs.
    name: Vec<String>,
    /// Height of what stands above the dots.
    head: f64,
    /// Height for the dots.
    dots: f64,
    /// Height for the mark of the article's run below them.
    foot: f64,
    /// The article's prediction, if it trained this model.
    article: Option<f64>,
}

impl Row {
    fn height(&self) -> f64 {
        self.head + self.dots + self.foot
    }
}

fn rows(data: &ReportData, sweep: &Sweep, size: Size, column: usize, shown: &[usize]) -> Vec<Row> {
    let row = |model: &usize| {
        let article = article::prediction(data, *model, column);
        let name = frame::wrap(&sweep.parts(*model), size.pick(140.0, 300.0));
        let room = 15.0 * name.len() as f64 + 8.0;
        Row {
            model: *model,
            head: size.pick(0.0, if sweep.swept > 1 { 34.0 } else { 20.0 }),
            dots: size
                .pick(room, 0.0)
                .max(if shown.len() > 12 { 38.0 } else { 48.0 }),
            foot: size.pick(0.0, if article.is_some() { 14.0 } else { 0.0 }),
            name,
            article,
        }
    };
    shown.iter().map(row).collect()
}

struct Chart<'a> {
    data: &'a ReportData<'a>,
    sweep: &'a Sweep,
    column: usize,
    prediction: &'a Prediction,
    size: Size,
}

impl Chart<'_> {
    /// What all runs of a model predict.
    fn spread(&self, model: usize) -> &Spread {
        &self.data.findings.summaries[model].predictions[self.column].all
    }

    /// The situation in words, `[1, 1, 0]`.
    fn situation(&self) -> String {
        situation(self.data, self.column)
    }

    fn axis(&self, svg: &mut Svg, area: Area, x: &Scale) {
        svg.text(
            "small",
            (4.0, 13.0),
            &format!("output for {}", self.situation()),
        );
        for tick in [0.0, 0.25, 0.5, 0.75, 1.0] {
            let at = x.at(tick);
            let class = if tick == 0.5 { "reference" } else { "grid" };
            svg.line(class, (at, area.top), (at, area.bottom));
            let anchor = match tick {
                0.0 if self.size == Size::Narrow => "",
                1.0 if self.size == Size::Narrow => "end",
                _ => "middle",
            };
            let class = format!("quiet small {anchor}");
            svg.text(&class, (at, area.bottom + 16.0), &tick.to_string());
        }
        let middle = x.at(0.5);
        svg.text(
            "small middle",
            (middle, area.bottom + 34.0),
            "the output, from 0 to 1; decided at 0.5",
        );
        if let Some(target) = self.prediction.target {
            let at = x.at(target);
            let class = match target {
                t if t < 0.1 => "small head",
                t if t > 0.9 => "small head end",
                _ => "small head middle",
            };
            svg.text(
                class,
                (at - 4.0, area.top - 12.0),
                &format!("▾ target {}", number(target, 3)),
            );
        }
    }

    fn row(&self, svg: &mut Svg, row: &Row, style: &Style, top: f64, x: &Scale) {
        let (model, half) = (row.model, row.dots / 2.0);
        let middle = top + row.head + half;
        let (left, right) = (x.at(0.0), x.at(1.0));
        svg.line("grid", (left, middle), (right, middle));
        let dots = self.data.dots(model, self.column);
        let median = self.spread(model).median.map(|median| median.value);
        svg.open(&format!(
            "class=\"{}\" data-model=\"{}\" data-median=\"{}\" data-dots=\"{}\" \
             data-left=\"{}\" data-right=\"{}\"",
            style.colour,
            escape(&self.data.plan.models[model].name),
            median.map_or_else(String::new, |median| median.to_string()),
            dots.map_or(0, |dots| dots.values.len()),
            short(left),
            short(right),
        ));
        if let Some(dots) = dots {
            swarm(svg, dots.values, x, middle, half - 7.0);
        }
        if let Some(median) = median {
            svg.tip(&format!(
                "{}: median {}",
                self.sweep.phrase(model),
                number(median, 3)
            ));
            svg.marker(3, (x.at(median), middle), 5.0);
        }
        svg.close();
        self.labels(svg, row, (left, right), top);
        if let Some(value) = row.article {
            article_mark(svg, x.at(value), middle + half - 5.0);
        }
    }

    /// The model's name and how often it was right: beside the dots, or above them.
    fn labels(&self, svg: &mut Svg, row: &Row, (left, right): (f64, f64), top: f64) {
        let verdict = self.verdict(row.model);
        let middle = top + row.head + row.dots / 2.0;
        if self.size == Size::Wide {
            let first = middle + 4.0 - 7.5 * (row.name.len() as f64 - 1.0);
            for (order, line) in row.name.iter().enumerate() {
                svg.text("end", (left - 12.0, first + 15.0 * order as f64), line);
            }
            svg.text("small quiet", (right + 14.0, middle + 4.0), &verdict);
        } else {
            svg.text("halo", (left, top + 15.0), &self.sweep.phrase(row.model));
            svg.text(
                "small quiet end halo",
                (right, top + row.head - 5.0),
                &verdict,
            );
        }
    }

    /// How often the prediction was right, or its median if the right one isn't known.
    fn verdict(&self, model: usize) -> String {
        let spread = self.spread(model);
        if let Some(rate) = spread.correct {
            let sure = interval(rate.interval.low, rate.interval.high);
            return format!("{} right ({sure})", percent(rate.value));
        }
        spread.median.map_or_else(String::new, |median| {
            format!("median {}", number(median.value, 3))
        })
    }

    fn description(&self) -> String {
        let rows = 0..self.data.plan.models.len().min(12);
        let rows =
            rows.map(|model| format!("{}: {}", self.sweep.phrase(model), self.verdict(model)));
        rows.collect::<Vec<_>>().join("; ")
    }
}

/// The dots of a row, those that would cover each other stacked around the middle.
fn swarm(svg: &mut Svg, values: &[f64], x: &Scale, middle: f64, half: f64) {
    let mut columns: Vec<(f64, usize)> = Vec::new();
    for value in values {
        let at = x.at(*value);
        match columns.last_mut() {
            Some((left, count)) if at - *left < DOT => *count += 1,
            _ => columns.push((at, 1)),
        }
    }
    let mut path = String::new();
    for (at, count) in columns {
        let gap = DOT.min(2.0 * half / count as f64);
        let first = middle - gap * (count as f64 - 1.0) / 2.0;
        for dot in 0..count {
            path += &format!("M{} {}h0", short(at), short(first + gap * dot as f64));
        }
    }
    svg.raw(&format!(
        "<path class=\"dots\" stroke-width=\"{DOT}\" d=\"{path}\"/>"
    ));
}

/// A triangle that points up to the article's prediction from `below` the dots.
fn article_mark(svg: &mut Svg, x: f64, below: f64) {
    svg.open("data-article=\"1\"");
    svg.path(
        "solid",
        &format!("M{} {}l4.5 8h-9Z", short(x), short(below - 4.0)),
    );
    svg.text(
        "small halo head",
        (x + 9.0, below + 4.0),
        "the article’s seed 1",
    );
    svg.close();
}

/// The situation of a prediction column in words.
pub fn situation(data: &ReportData, column: usize) -> String {
    let outputs = data.plan.manifest.data.output_count().max(1);
    let Some(query) = data.plan.manifest.queries.get(column / outputs) else {
        return String::new();
    };
    let inputs: Vec<String> = query.input.iter().map(f64::to_string).collect();
    let inputs = shorten(&inputs.join(", "), 40);
    if outputs == 1 {
        return format!("[{inputs}]");
    }
    format!("[{inputs}], output {}", column % outputs + 1)
}

/// At most `limit` characters, the last an ellipsis if more were there.
pub fn shorten(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let kept: String = text.chars().take(limit.saturating_sub(1)).collect();
    kept + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_a_dot() {
        let mut svg = Svg::new(100.0, 40.0);
        swarm(
            &mut svg,
            &[0.0, 0.001, 0.002, 0.5, 1.0],
            &Scale::linear((0.0, 1.0), (0.0, 100.0)),
            20.0,
            18.0,
        );
        let text = svg.finish("", "", "");
        assert_eq!(text.matches("h0").count(), 5);
    }

    #[test]
    fn long_names_are_cut() {
        assert_eq!(shorten("abcdef", 4), "abc…");
        assert_eq!(shorten("abc", 4), "abc");
    }
}
