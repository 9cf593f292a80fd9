//! The sections of the page: each a question, a chart, how to read it, and the table behind.

use std::fmt::Write;

use crate::report::figures::data::{Reader, ReportData};
use crate::report::figures::sweep::{self, Sweep};
use crate::report::figures::{
    Drawing, QUERIES, Size, article, failures as failure_chart, heatmap, loss, predictions, rate,
    survival,
};
use crate::text::{counted, escape, interval, number, percent, whole};

use super::{failures, player, tables};

/// The most models of the table at the top.
const KEY: usize = 12;

/// A section with its anchor and title.
pub struct Section {
    /// Anchor.
    pub id: &'static str,
    /// Title, a question.
    pub title: &'static str,
    /// HTML.
    pub body: String,
}

/// All sections that have something to show.
pub fn sections(data: &ReportData, sweep: &Sweep) -> Vec<Section> {
    let section = |id, title, body| Section { id, title, body };
    let all = vec![
        section("rate", "Will it learn?", will_it_learn(data, sweep)),
        section("epochs", "How long does it take?", how_long(data, sweep)),
        section(
            "predictions",
            "What does it predict?",
            what_it_predicts(data, sweep),
        ),
        section(
            "loss",
            "How does the loss fall?",
            how_the_loss_falls(data, sweep),
        ),
        section("failures", "How does it fail?", how_it_fails(data, sweep)),
        section("network", "What happens inside?", inside(data, sweep)),
    ];
    let shown = all.into_iter().filter(|section| !section.body.is_empty());
    shown.collect()
}

/// A figure: both widths of its drawing, its caption (HTML) and what was left out.
fn figure(draw: impl Fn(Size) -> Drawing, caption: &str) -> String {
    let (wide, narrow) = (draw(Size::Wide), draw(Size::Narrow));
    let mut html = format!(
        "<figure>\n{}\n{}\n<figcaption>{caption}</figcaption>",
        wide.svg, narrow.svg
    );
    for note in &wide.notes {
        let _ = write!(html, "<p class=\"note\">{}</p>", escape(note));
    }
    html + "</figure>\n"
}

/// A figure whose drawing may not exist.
fn optional(draw: impl Fn(Size) -> Option<Drawing>, caption: &str) -> String {
    match (draw(Size::Wide), draw(Size::Narrow)) {
        (Some(_), Some(_)) => figure(
            |size| {
                draw(size).unwrap_or_else(|| Drawing {
                    svg: String::new(),
                    notes: Vec::new(),
                })
            },
            caption,
        ),
        _ => String::new(),
    }
}

fn confidence(data: &ReportData) -> String {
    percent(data.plan.manifest.statistics.confidence)
}

/// The models in a small table: what each did.
pub fn key(data: &ReportData, sweep: &Sweep) -> String {
    let reader = Reader::new(data.summary);
    if reader.rows() > KEY {
        return String::new();
    }
    let columns = data.plan.prediction_columns();
    let name = columns.first().map(String::as_str);
    let rate = name.map(|name| format!("{name}_correct_rate"));
    let known = rate
        .as_ref()
        .filter(|rate| reader.number(0, rate).is_some());
    let situation = predictions::situation(data, 0);
    let mut html = format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"What each model did\">\
         <table class=\"key\"><caption>What each model did, with {} intervals</caption><thead><tr>\
         <th scope=\"col\">model</th><th scope=\"col\">converged</th>\
         <th scope=\"col\"><span aria-hidden=\"true\"></span>interval</th>\
         <th scope=\"col\" aria-hidden=\"true\"></th>\
         <th scope=\"col\">median epochs</th>",
        confidence(data)
    );
    if name.is_some() {
        let what = if known.is_some() {
            "right on"
        } else {
            "median for"
        };
        let _ = write!(html, "<th scope=\"col\">{what} {}</th>", escape(&situation));
    }
    html += "</tr></thead><tbody>\n";
    for model in 0..reader.rows() {
        html += &key_row(&reader, sweep, model, name);
    }
    html + "</tbody></table></div>\n"
}

fn key_row(reader: &Reader, sweep: &Sweep, model: usize, name: Option<&str>) -> String {
    let dash = || "–".to_owned();
    let (rate, low, high) = reader.interval(model, "rate").unwrap_or((0.0, 0.0, 1.0));
    let median = reader
        .number(model, "median_epochs")
        .map_or_else(dash, whole);
    let mut html = format!(
        "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td aria-hidden=\"true\">\
         <span class=\"bar\"><svg viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\">\
         <rect class=\"got\" width=\"{:.2}\" height=\"10\"/><rect class=\"doubt\" x=\"{:.2}\" \
         y=\"4\" width=\"{:.2}\" height=\"2\"/></svg></span></td><td>{median}</td>",
        escape(&sweep.phrase(model)),
        percent(rate),
        interval(low, high),
        100.0 * rate,
        100.0 * low,
        100.0 * (high - low),
    );
    if let Some(name) = name {
        let right = reader
            .number(model, &format!("{name}_correct_rate"))
            .map(percent);
        let median = || {
            reader
                .number(model, &format!("{name}_median"))
                .map(|v| number(v, 3))
        };
        let _ = write!(
            html,
            "<td>{}</td>",
            right.or_else(median).unwrap_or_else(dash)
        );
    }
    html + "</tr>\n"
}

fn will_it_learn(data: &ReportData, sweep: &Sweep) -> String {
    let tolerance = sweep::labels(data.plan, "tolerance").join(" or ");
    let caption = format!(
        "<b>Share of runs that converged.</b> A run converges at the first epoch at which every \
         output is within {tolerance} of its target. Each point is one model; the line through \
         it spans the {} interval, in which the true share lies unless chance was unkind. The \
         dotted line marks {}.",
        confidence(data),
        percent(rate::RELIABLE),
    );
    let heat = "<b>The same rates as a map.</b> Each cell is a model and says what percentage of \
                its runs converged.";
    figure(|size| rate::draw(data, size), &caption)
        + &optional(|size| heatmap::draw(data, size), heat)
        + &tables::rates(data, sweep)
}

fn how_long(data: &ReportData, sweep: &Sweep) -> String {
    let caption = format!(
        "<b>Share of runs that had converged by each epoch</b> (Kaplan–Meier), with {} bands. \
         A line that rises further left learns faster; one that ends higher learns more often. \
         Runs that never converged count until they were stopped.",
        confidence(data)
    );
    figure(|size| survival::draw(data, size), &caption) + &tables::survival(data, sweep)
}

fn what_it_predicts(data: &ReportData, sweep: &Sweep) -> String {
    let names = data.plan.prediction_columns();
    let mut html = String::new();
    for (column, name) in names.iter().enumerate().take(QUERIES) {
        let situation = predictions::situation(data, column);
        let caption = prediction_caption(data, column, &situation);
        html += &figure(|size| predictions::draw(data, size, column), &caption);
        html += &tables::predictions(data, sweep, name, &situation);
    }
    if names.len() > QUERIES {
        let _ = write!(
            html,
            "<p class=\"note\">{QUERIES} of {} predictions are drawn; summary.csv has all.</p>",
            names.len()
        );
    }
    html
}

fn prediction_caption(data: &ReportData, column: usize, situation: &str) -> String {
    let count = data.plan.prediction_columns().len();
    let dots = data.predictions.iter().skip(column).step_by(count.max(1));
    let all = dots
        .clone()
        .all(|dots| dots.values.len() as u64 == dots.runs);
    let what = if all {
        "Each dot is one run".to_owned()
    } else {
        let shown = dots.map(|dots| dots.values.len()).max().unwrap_or(0);
        format!("Each dot stands for one {shown}th of a model’s runs")
    };
    let limit = counted(data.plan.manifest.epochs, "epoch");
    let when = if data.plan.manifest.stop {
        format!("when training stopped (at convergence, or after {limit})")
    } else {
        format!("after {limit} of training, converged or not")
    };
    let models = 0..data.plan.models.len();
    let article = models
        .filter_map(|model| article::prediction(data, model, column))
        .map(|value| {
            format!(
                " The triangle is the run that the article published, {}, after its own 60,000 \
                 epochs.",
                number(value, 5)
            )
        })
        .next();
    format!(
        "<b>What the networks answer to {}</b>, a situation they were not trained on, {when}. \
         {what}; the diamond is the median. The dotted line at 0.5 divides the answers 0 and 1.{}",
        escape(situation),
        article.unwrap_or_default()
    )
}

fn how_the_loss_falls(data: &ReportData, sweep: &Sweep) -> String {
    let seeds = data
        .plan
        .manifest
        .curves
        .seeds
        .min(data.plan.manifest.seeds.count());
    let caption = format!(
        "<b>Mean squared error while training</b>, over the first {} of each model. The line \
         is the median run, the inner band holds half of the runs, the outer one nine tenths. A \
         band that stays high and flat is runs that are stuck.",
        counted(seeds, "seed")
    );
    let chart = optional(|size| loss::draw(data, size), &caption);
    if chart.is_empty() {
        return chart;
    }
    chart + &tables::losses(data, sweep)
}

fn how_it_fails(data: &ReportData, sweep: &Sweep) -> String {
    let caption = "<b>Runs that did not converge, by the training rows they got wrong.</b> The \
                   bar is as long as the share of the model’s runs; its parts are told apart by \
                   colour and hatching.";
    let chart = optional(|size| failure_chart::draw(data, size), caption);
    if chart.is_empty() {
        return "<p>Every run converged.</p>".to_owned();
    }
    chart + &failures::all(data, sweep) + &failures::examples(data, sweep)
}

fn inside(data: &ReportData, sweep: &Sweep) -> String {
    let players = player::players(data, sweep);
    if players.is_empty() {
        return players;
    }
    format!(
        "<p>Inputs enter on the left; every connection multiplies by its weight; every neuron \
         adds up what arrives and answers with a number. Move the slider from the random \
         weights at the start to the trained ones, and choose whose answer to watch.</p>\
         <p class=\"scale\">{}{}{}</p>{players}",
        sample("plus", "positive weight"),
        sample("minus", "negative weight"),
        "<span>thicker: larger weight</span><span>fuller: stronger answer</span>"
    )
}

fn sample(class: &str, words: &str) -> String {
    format!(
        "<span class=\"chart-key\"><svg class=\"chart\" style=\"display:inline-block;width:38px\" \
         viewBox=\"0 0 38 8\" aria-hidden=\"true\"><path class=\"synapse {class}\" \
         stroke-width=\"5\" d=\"M0 4H38\"/></svg>{words}</span>"
    )
}
