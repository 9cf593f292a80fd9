//! The report's charts as SVG: for the page, and as files for slides and papers.
//!
//! Each chart is a function from [`ReportData`] and a [`Size`] to text. Nothing is estimated
//! here; every mark is a value of the findings.

pub mod article;
pub mod data;
pub mod excerpt;
pub mod failures;
pub mod frame;
pub mod heatmap;
pub mod loss;
pub mod marks;
pub mod network;
pub mod palette;
pub mod predictions;
pub mod rate;
pub mod scale;
pub mod survival;
pub mod sweep;

pub use data::{Episode, Frame, ReportData};
pub use frame::{Drawing, Size};
use sweep::Sweep;

/// The most prediction columns that are drawn.
pub const QUERIES: usize = 6;

/// The models that charts name in words: those of the networks, and those of the charts that
/// draw a few models, evenly spread.
pub fn named(data: &ReportData, sweep: &Sweep) -> Vec<usize> {
    let models = data.plan.models.len();
    let watched = data.episodes.iter().map(|episode| episode.model);
    [
        survival::drawn(data.plan, sweep),
        predictions::drawn(models),
        loss::drawn(models),
        failures::drawn(models),
    ]
    .into_iter()
    .flatten()
    .chain(watched)
    .collect()
}

/// Every chart as a file for slides and papers: name and SVG.
pub fn figures(data: &ReportData) -> Vec<(String, String)> {
    let size = Size::Wide;
    let mut charts = vec![
        ("convergence-rate".to_owned(), Some(rate::draw(data, size))),
        ("convergence-heat-map".to_owned(), heatmap::draw(data, size)),
        (
            "convergence-over-epochs".to_owned(),
            Some(survival::draw(data, size)),
        ),
        ("loss-curves".to_owned(), loss::draw(data, size)),
        ("failures".to_owned(), failures::draw(data, size)),
    ];
    let predictions = data.plan.predictions();
    for (column, prediction) in predictions.iter().enumerate().take(QUERIES) {
        // A name from many inputs could be longer than a file system allows.
        let name = match prediction.name.len() {
            ..=60 => prediction.name.replace('_', "-"),
            _ => format!("prediction-{}", column + 1),
        };
        charts.push((name, Some(predictions::draw(data, size, column))));
    }
    let drawn = charts
        .into_iter()
        .filter_map(|(name, drawing)| Some((name, drawing?.svg)));
    let networks = data.episodes.iter().filter_map(|episode| {
        let name = &data.plan.models[episode.model].name;
        let name = name.replace([':', '='], "-");
        Some((
            format!("network-{name}-seed-{}", episode.seed),
            last_frame(data, episode)?,
        ))
    });
    drawn
        .chain(networks)
        .map(|(name, svg)| (format!("{name}.svg"), standalone(&svg)))
        .collect()
}

/// The network of an episode at its end, answering the first training row.
fn last_frame(data: &ReportData, episode: &Episode) -> Option<String> {
    let frame = episode.frames.last()?;
    let dataset = data.plan.dataset(episode.model);
    let model = &data.plan.models[episode.model].name;
    let scene = network::Scene {
        inputs: &dataset.inputs.row(0).to_vec(),
        row: 0,
        target: Some(dataset.targets.row(0).to_vec()),
        largest: network::largest_weight(std::iter::once(episode)),
        label: &format!(
            "{model}, seed {}, after {} updates",
            episode.seed, frame.epoch
        ),
    };
    Some(network::draw(frame, &scene))
}

/// An SVG file of its own: with its style inside, in the colours of light paper.
fn standalone(svg: &str) -> String {
    let style = format!("<style>{}</style>", palette::literal_style());
    let view = svg
        .split_once("viewBox=\"0 0 ")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map_or("", |(view, _)| view);
    let mut sides = view.split(' ');
    let (width, height) = (sides.next().unwrap_or("720"), sides.next().unwrap_or("400"));
    let paper = format!("<rect width=\"{width}\" height=\"{height}\" fill=\"#fffefb\"/>");
    let sized = svg.replacen(
        "<svg ",
        &format!("<svg width=\"{width}\" height=\"{height}\" "),
        1,
    );
    let drawn = sized.replacen("<desc>", &format!("{style}{paper}<desc>"), 1);
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{drawn}\n")
}
