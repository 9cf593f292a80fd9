//! The sections of the page: each a question, a chart, how to read it, and the table behind.

use maud::{Markup, PreEscaped, html};

use super::elements::{or_dash, scrolling};
use super::kept::Kept;
use super::{failures, player, right, tables};
use crate::report::answer::RELIABLE;
use crate::report::answer::right::Right;
use crate::report::criterion;
use crate::report::figures::sweep::Sweep;
use crate::report::figures::{
    Drawing, QUERIES, ReportData, Size, article, failures as failure_chart, heatmap, loss,
    predictions, rate, survival,
};
use crate::report::shown::MOST_MODELS;
use crate::statistics::{CurvePoint, Estimate, Interval, ModelSummary};
use crate::text::{counted, grouped, interval, level, number, percent};

/// The most models of the table at the top.
const KEY: usize = 12;

/// A section with its anchor and title.
pub struct Section {
    /// Anchor.
    pub id: &'static str,
    /// Title, a question.
    pub title: &'static str,
    /// What stands below the title.
    pub body: Markup,
}

/// All sections that have something to show.
pub fn sections(data: &ReportData, sweep: &Sweep) -> Vec<Section> {
    let kept = Kept::new(data, sweep);
    let rate = Some(will_it_learn(data, sweep, &kept));
    let epochs = Some(how_long(data, sweep, &kept));
    let predictions = what_it_predicts(data, sweep, &kept);
    let loss = how_the_loss_falls(data, sweep, &kept);
    let failures = Some(how_it_fails(data, sweep, &kept));
    let network = inside(data, sweep);
    let right = Right::new(data.plan, data.findings);
    let right = right.map(|found| right::section(data, found));
    let all = [
        ("right", "How often is it right?", right),
        ("rate", "Will it learn?", rate),
        ("epochs", "How long does it take?", epochs),
        ("predictions", "What does it predict?", predictions),
        ("loss", "How does the loss fall?", loss),
        ("failures", "How does it fail?", failures),
        ("network", "What happens inside?", network),
    ];
    let section = |(id, title, body): (_, _, Option<Markup>)| {
        let body = body?;
        Some(Section { id, title, body })
    };
    all.into_iter().filter_map(section).collect()
}

/// A figure: both widths of its drawing, its caption and what was left out.
fn figure(wide: &Drawing, narrow: &Drawing, caption: &Markup) -> Markup {
    html! {
        figure {
            (PreEscaped(&wide.svg))
            (PreEscaped(&narrow.svg))
            figcaption { (caption) }
            @for note in &wide.notes { p.note { (note) } }
        }
    }
}

/// A figure of a chart that every study has.
fn always(draw: impl Fn(Size) -> Drawing, caption: &Markup) -> Markup {
    figure(&draw(Size::Wide), &draw(Size::Narrow), caption)
}

/// A figure whose drawing may not exist.
fn optional(draw: impl Fn(Size) -> Option<Drawing>, caption: &Markup) -> Option<Markup> {
    Some(figure(&draw(Size::Wide)?, &draw(Size::Narrow)?, caption))
}

fn confidence(data: &ReportData) -> String {
    level(data.plan.manifest.statistics.confidence)
}

/// The models in a small table: what each did.
pub fn key(data: &ReportData, sweep: &Sweep) -> Markup {
    let summaries = &data.findings.summaries;
    if summaries.len() > KEY {
        return Markup::default();
    }
    let first = summaries
        .first()
        .and_then(|model| model.predictions.first());
    let asked = first.map(|prediction| match prediction.all.correct {
        Some(_) => "right on",
        None => "median for",
    });
    let label = "What each model did";
    let table = html! {
        table.key {
            caption { (label) ", with " (confidence(data)) " intervals" }
            thead {
                tr {
                    th scope="col" { "model" }
                    th scope="col" { "converged" }
                    th scope="col" { span aria-hidden="true" {} "interval" }
                    th scope="col" aria-hidden="true" {}
                    th scope="col" { "median epochs" }
                    @if let Some(asked) = asked {
                        th scope="col" { (asked) " " (predictions::situation(data, 0)) }
                    }
                }
            }
            tbody {
                @for (model, summary) in summaries.iter().enumerate() {
                    (key_row(&sweep.phrase(model), summary))
                }
            }
        }
    };
    scrolling(label, &table)
}

fn key_row(name: &str, summary: &ModelSummary) -> Markup {
    // Of no runs nothing is known.
    let rate = summary.rate.unwrap_or(Estimate {
        value: 0.0,
        interval: Interval {
            low: 0.0,
            high: 1.0,
        },
    });
    let Interval { low, high } = rate.interval;
    let hundredths = |share: f64| format!("{:.2}", 100.0 * share);
    let median = summary.median.value.map(|epoch| grouped(epoch.into()));
    let predicted = summary.predictions.first().map(|prediction| {
        let right = prediction.all.correct.map(|right| percent(right.value));
        let median = || prediction.all.median.map(|median| number(median.value, 3));
        or_dash(right.or_else(median))
    });
    html! {
        tr {
            th scope="row" { (name) }
            td { (percent(rate.value)) }
            td { (interval(low, high)) }
            td aria-hidden="true" {
                span.bar {
                    svg viewBox="0 0 100 10" preserveAspectRatio="none" {
                        rect.got width=(hundredths(rate.value)) height="10" {}
                        rect.doubt x=(hundredths(low)) y="4" width=(hundredths(high - low))
                            height="2" {}
                    }
                }
            }
            td { (or_dash(median)) }
            @if let Some(predicted) = predicted { td { (predicted) } }
        }
    }
}

fn will_it_learn(data: &ReportData, sweep: &Sweep, kept: &Kept) -> Markup {
    let criterion = criterion::reached(data.plan, MOST_MODELS);
    let caption = html! {
        b { "Share of runs that converged." }
        " A run converges at the first epoch at which " (criterion) ". Each point is one model; the line through it spans the " (confidence(data)) " \
         interval: of intervals made this way, so many hold the true share. The dotted line marks "
        (percent(RELIABLE)) "."
    };
    let heat = html! {
        b { "The same rates as a map." }
        " Each cell is a model and says what percentage of its runs converged."
    };
    html! {
        (always(|size| rate::draw(data, size), &caption))
        @if let Some(map) = optional(|size| heatmap::draw(data, size), &heat) { (map) }
        (tables::rates(data, sweep, kept))
    }
}

fn how_long(data: &ReportData, sweep: &Sweep, kept: &Kept) -> Markup {
    let caption = html! {
        b { "Share of runs that had converged by each epoch" }
        " (Kaplan–Meier), with bands of the " (confidence(data)) " interval at each epoch by itself \
         (pointwise). A line that rises further left \
         learns faster; one that ends higher learns more often. Runs that never converged count \
         until they were stopped."
    };
    html! {
        (always(|size| survival::draw(data, size), &caption))
        (tables::survival(data, sweep, kept))
    }
}

fn what_it_predicts(data: &ReportData, sweep: &Sweep, kept: &Kept) -> Option<Markup> {
    let count = data.plan.predictions().len();
    let drawn = |column| {
        let situation = predictions::situation(data, column);
        let caption = prediction_caption(data, column, &situation);
        html! {
            (always(|size| predictions::draw(data, size, column), &caption))
            (tables::predictions(data, sweep, kept, (column, &situation)))
        }
    };
    (count > 0).then(|| {
        html! {
            @for column in 0..count.min(QUERIES) { (drawn(column)) }
            @if count > QUERIES {
                p.note { (QUERIES) " of " (count) " predictions are drawn; summary.csv has all." }
            }
        }
    })
}

fn prediction_caption(data: &ReportData, column: usize, situation: &str) -> Markup {
    let limit = counted(data.plan.manifest.epochs, "epoch");
    let when = if data.plan.manifest.stop {
        format!("when training stopped (at convergence, or after {limit})")
    } else {
        format!("after {limit} of training, converged or not")
    };
    let mut drawn = predictions::drawn(data.plan.models.len()).into_iter();
    let published = drawn.find_map(|model| article::prediction(data, model, column));
    let trained_on = trained_on(data, column);
    html! {
        b { "What the networks answer to " (situation) }
        @if trained_on { ", one of the rows they were trained on, " }
        @else { ", a situation they were not trained on, " }
        (when) ". " (what_a_dot_is(data, column))
        "; the diamond is the median. The dotted line at 0.5 divides the answers 0 and 1."
        @if let Some(value) = published {
            " The triangle is the run that the article published, " (number(value, 5)) ", after \
             its own 60,000 epochs."
        }
    }
}

/// Whether the inputs of a prediction are those of a training row.
fn trained_on(data: &ReportData, column: usize) -> bool {
    let manifest = &data.plan.manifest;
    let outputs = manifest.data.output_count().max(1);
    let query = manifest.queries.get(column / outputs);
    query.is_some_and(|query| {
        let mut rows = manifest.data.first().inputs.rows().into_iter();
        rows.any(|row| row.iter().eq(&query.input))
    })
}

fn what_a_dot_is(data: &ReportData, column: usize) -> String {
    let findings = data.findings;
    let dots = findings.dots.iter().map(|model| model[column].len() as u64);
    let runs = findings.summaries.iter().map(|summary| summary.runs);
    if dots.clone().eq(runs) {
        return "Each dot is one run".to_owned();
    }
    let shown = dots.max().unwrap_or(0);
    format!("Each dot stands for one {shown}th of a model’s runs")
}

fn how_the_loss_falls(data: &ReportData, sweep: &Sweep, kept: &Kept) -> Option<Markup> {
    let runs = |points: &Vec<CurvePoint>| points.first().map_or(0, |point| point.runs);
    let seeds = data.findings.curves.iter().map(runs).max().unwrap_or(0);
    let caption = html! {
        b { "Mean squared error while training" }
        ", over the first " (counted(seeds, "seed")) " of each model. The line is the median run, \
         the inner band holds half of the runs, the outer one nine tenths. A band that stays high \
         and flat is runs that are stuck."
    };
    let chart = optional(|size| loss::draw(data, size), &caption)?;
    Some(html! { (chart) (tables::losses(data, sweep, kept)) })
}

fn how_it_fails(data: &ReportData, sweep: &Sweep, kept: &Kept) -> Markup {
    let caption = html! {
        b { "Runs that did not converge, by the training rows they got wrong." }
        " The bar is as long as the share of the model’s runs; its parts are told apart by colour \
         and hatching."
    };
    html! {
        @if let Some(chart) = optional(|size| failure_chart::draw(data, size), &caption) {
            (chart)
            (failures::all(data, sweep, kept))
            (failures::examples(data, sweep))
        } @else {
            p { "Every run converged." }
        }
    }
}

fn inside(data: &ReportData, sweep: &Sweep) -> Option<Markup> {
    let players = player::players(data, sweep)?;
    Some(html! {
        p {
            "Inputs enter on the left; every connection multiplies by its weight; every neuron \
             adds up what arrives and answers with a number. Move the slider from the random \
             weights at the start to the trained ones, and choose whose answer to watch."
        }
        p.scale {
            (sample("plus", "positive weight"))
            (sample("minus", "negative weight"))
            span { "thicker: larger weight" }
            span { "fuller: stronger answer" }
        }
        (players)
    })
}

fn sample(sign: &str, words: &str) -> Markup {
    html! {
        span.chart-key {
            svg.chart style="display:inline-block;width:38px" viewBox="0 0 38 8"
                aria-hidden="true" {
                path class={ "synapse " (sign) } stroke-width="5" d="M0 4H38" {}
            }
            (words)
        }
    }
}
