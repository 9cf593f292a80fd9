//! How the loss falls: per model the median run, the middle half and nine tenths of the runs,
//! on logarithmic axes.

use super::data::ReportData;
use super::frame::{self, Area, Drawing, PANELS, Room, Size, Style};
use super::marks::{Svg, short};
use super::scale::{Scale, thin};
use super::sweep::Sweep;
use crate::statistics::{CurvePoint, Simulated};
use crate::text::{escape, grouped};

/// Which of so many models are drawn.
pub fn drawn(models: usize) -> Vec<usize> {
    thin(models, PANELS)
}

/// The chart, or `None` if no curves were kept.
pub fn draw(data: &ReportData, size: Size) -> Option<Drawing> {
    let curves = &data.findings.curves;
    if curves.iter().all(Vec::is_empty) {
        return None;
    }
    let sweep = Sweep::new(data.plan);
    let models = data.plan.models.len();
    let shown = drawn(models);
    let mut notes = Vec::new();
    if shown.len() < models {
        notes.push(format!(
            "{} of {} models are drawn, evenly spread over the grid; curves.csv has all.",
            shown.len(),
            grouped(models as u128)
        ));
    }
    let mut svg = Svg::new(size.width(), 0.0);
    svg.text("small", (4.0, 13.0), "mean squared error (logarithmic)");
    let columns = match shown.len() {
        1 => 1,
        2..=4 => 2,
        _ => size.pick(4, 2),
    };
    let across = size.width() / columns as f64 - 52.0;
    let lines_of = |model: &usize| frame::wrap(&sweep.parts(*model), across).len();
    let heads = shown.iter().map(lines_of).max().unwrap_or(1);
    let room = Room {
        left: 44.0,
        right: 8.0,
        above: 13.0 + 15.0 * heads as f64,
        below: 34.0,
        height: size.pick(130.0, 110.0),
    };
    let (areas, height) = frame::panels(size, shown.len(), columns, room, 18.0);
    let limits = limits(curves.iter().flatten());
    let mut next = 0;
    for (model, area) in shown.iter().zip(&areas) {
        let single = data.plan.models[*model].choices.hidden.is_empty();
        let style = if single {
            Style::alone()
        } else {
            Style::series(next)
        };
        next += usize::from(!single && sweep.swept < 2);
        let name = data.plan.models[*model].name.as_str();
        let epochs = data.plan.manifest.epochs as f64;
        let x = Scale::logarithmic((1.0, epochs), (area.left, area.right));
        let y = Scale::logarithmic(limits, (area.bottom, area.top));
        frame::left_axis(&mut svg, *area, &y, &y.ticks(4), frame::loss_label);
        frame::bottom_axis(&mut svg, *area, &x, epoch_label);
        let title = frame::wrap(&sweep.parts(*model), area.right - area.left);
        frame::head(&mut svg, *area, &title, 10.0);
        panel(&mut svg, &curves[*model], (name, &style), (&x, &y), *area);
    }
    let last = height + 14.0;
    svg.text(
        "small middle",
        (size.width() / 2.0, height + 2.0),
        "epochs of training (logarithmic)",
    );
    svg.resize(last);
    let attributes = format!("class=\"chart {}\" data-chart=\"loss\"", size.class());
    Some(Drawing {
        svg: svg.finish(
            &attributes,
            "Loss over epochs, by model",
            "One small chart for each model: the median loss as a line, half of the runs in the \
             inner band and nine tenths in the outer one.",
        ),
        notes,
    })
}

/// Short labels for small panels: `1k` for 1,000.
fn epoch_label(epoch: f64) -> String {
    if (1e3..1e6).contains(&epoch) {
        return format!("{}k", frame::epoch_label(epoch / 1e3));
    }
    frame::epoch_label(epoch)
}

/// Smallest and largest loss of all models; a loss of 0 can't be on a logarithmic axis.
fn limits<'a>(points: impl Iterator<Item = &'a CurvePoint>) -> (f64, f64) {
    let (mut low, mut high) = (f64::INFINITY, 0.0f64);
    let losses = points.flat_map(|point| [point.mse_q05, point.mse_q95]);
    let losses = losses.flatten().map(|loss| loss.value);
    for loss in losses.filter(|loss| *loss > 0.0) {
        low = low.min(loss);
        high = high.max(loss);
    }
    if high > 0.0 {
        (low.max(1e-30), high)
    } else {
        (1e-3, 1.0)
    }
}

fn panel(
    svg: &mut Svg,
    curve: &[CurvePoint],
    (name, style): (&str, &Style),
    (x, y): (&Scale, &Scale),
    area: Area,
) {
    let mut last = f64::NEG_INFINITY;
    let visible: Vec<&CurvePoint> = curve
        .iter()
        .filter(|point| {
            let at = x.at(point.epoch as f64);
            let keep = at - last >= 1.0 || at >= area.right - 1e-6;
            if keep {
                last = at;
            }
            keep
        })
        .collect();
    let points = |loss: fn(&CurvePoint) -> Option<Simulated>| -> Vec<(f64, f64)> {
        let place =
            |point: &&CurvePoint| Some((x.at(point.epoch as f64), y.at(loss(point)?.value)));
        visible.iter().filter_map(place).collect()
    };
    let median = points(|point| point.mse_median);
    svg.open(&format!(
        "class=\"{}\" data-model=\"{}\" data-points=\"{}\"",
        style.colour,
        escape(name),
        median.len()
    ));
    let outer = (points(|point| point.mse_q05), points(|point| point.mse_q95));
    let inner = (points(|point| point.mse_q25), points(|point| point.mse_q75));
    svg.path("band", &ribbon(&outer.0, &outer.1));
    svg.path("inner", &ribbon(&inner.0, &inner.1));
    svg.path("line", &polyline(&median));
    svg.close();
}

fn polyline(points: &[(f64, f64)]) -> String {
    let mut path = String::new();
    for (position, (x, y)) in points.iter().enumerate() {
        let command = if position == 0 { 'M' } else { 'L' };
        path += &format!("{command}{} {}", short(*x), short(*y));
    }
    path
}

/// The area between two lines.
fn ribbon(low: &[(f64, f64)], high: &[(f64, f64)]) -> String {
    if low.is_empty() || high.is_empty() {
        return String::new();
    }
    let back: Vec<(f64, f64)> = high.iter().rev().copied().collect();
    polyline(low) + &polyline(&back).replacen('M', "L", 1) + "Z"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ribbon_is_closed() {
        let low = [(0.0, 5.0), (1.0, 6.0)];
        let high = [(0.0, 1.0), (1.0, 2.0)];
        assert_eq!(ribbon(&low, &high), "M0 5L1 6L1 2L0 1Z");
        assert_eq!(ribbon(&[], &high), "");
    }

    #[test]
    fn a_loss_of_zero_is_no_limit() {
        let simulated = |value| Simulated { value, mcse: None };
        let point = |low: Option<f64>, high: Option<f64>| CurvePoint {
            epoch: 1,
            runs: 3,
            mse_q05: low.map(simulated),
            mse_q25: None,
            mse_median: None,
            mse_q75: None,
            mse_q95: high.map(simulated),
            share_converged: 0.0,
            share_converged_mcse: 0.0,
        };
        let points = [point(Some(0.0), Some(0.5)), point(Some(1e-6), None)];
        assert_eq!(limits(points.iter()), (1e-6, 0.5));
        assert_eq!(limits([].iter()), (1e-3, 1.0));
    }

    #[test]
    fn thousands_are_short_in_small_panels() {
        assert_eq!(epoch_label(10_000.0), "10k");
        assert_eq!(epoch_label(100.0), "100");
        assert_eq!(epoch_label(1e6), "1M");
    }
}
