//! The network as neurons and connections: thickness by the size of a weight, colour and dash
//! by its sign, and how strongly each neuron answers one row.

use super::data::{Episode, Frame};
use super::marks::{Svg, short};
use crate::text::number;

/// The most neurons of a layer, or inputs, that are drawn.
pub const NEURONS: usize = 16;
/// Width of the drawing in pixels.
const WIDTH: f64 = 340.0;
/// Thickness of the largest weight in pixels.
const THICKEST: f64 = 9.0;

/// What a drawing needs besides the frame.
pub struct Scene<'a> {
    /// The values of the inputs for the row shown.
    pub inputs: &'a [f64],
    /// Which row of the activations is shown.
    pub row: usize,
    /// The target of the row, output by output, if known.
    pub target: Option<Vec<f64>>,
    /// The largest |weight| of all frames that are compared.
    pub largest: f64,
    /// Name for a screen reader.
    pub label: &'a str,
}

/// The largest |weight| of all frames; at least 1.
pub fn largest_weight<'a>(episodes: impl Iterator<Item = &'a Episode>) -> f64 {
    episodes
        .flat_map(|episode| &episode.frames)
        .flat_map(|frame| frame.weights.iter().flatten())
        .filter(|weight| weight.is_finite())
        .fold(1.0, |largest: f64, weight| largest.max(weight.abs()))
}

/// Thickness of a connection: its area grows with the weight, so that initial weights below 1
/// stay visible beside trained ones of 20.
pub fn thickness(weight: f64, largest: f64) -> f64 {
    if !weight.is_finite() {
        return THICKEST;
    }
    THICKEST * (weight.abs() / largest).sqrt().min(1.0)
}

/// Draws one frame.
pub fn draw(frame: &Frame, scene: &Scene) -> String {
    let mut sizes = vec![scene.inputs.len()];
    sizes.extend(frame.activations.iter().map(|layer| layer.ncols()));
    let biased = frame
        .weights
        .iter()
        .zip(&sizes)
        .any(|(weights, size)| weights.nrows() > *size);
    let tallest = sizes.iter().copied().max().unwrap_or(1) + usize::from(biased);
    let radius = if tallest > 9 { 10.0 } else { 15.0 };
    let step = if tallest > 9 { 26.0 } else { 44.0 };
    let height = 44.0 + tallest.max(3) as f64 * step;
    let places = places(&sizes, biased, step, height);
    let mut svg = Svg::new(WIDTH, height);
    heads(&mut svg, &places);
    for (layer, weights) in frame.weights.iter().enumerate() {
        for ((from, to), weight) in weights.indexed_iter() {
            let start = places[layer][from];
            let end = places[layer + 1][to];
            synapse(
                &mut svg,
                (layer, from, to),
                *weight,
                scene.largest,
                (start, end),
            );
        }
    }
    for (layer, places) in places.iter().enumerate() {
        for (neuron, place) in places.iter().enumerate() {
            let value = match layer {
                0 => scene.inputs.get(neuron).copied(),
                _ => frame.activations[layer - 1]
                    .get((scene.row, neuron))
                    .copied(),
            };
            let bias = neuron >= sizes[layer];
            self::neuron(
                &mut svg,
                (layer, neuron),
                *place,
                radius,
                value.filter(|_| !bias),
            );
        }
    }
    if let (Some(outputs), Some(target)) = (places.last(), &scene.target) {
        for (place, target) in outputs.iter().zip(target) {
            let text = format!("target {}", number(*target, 2));
            svg.text(
                "tiny quiet middle target",
                (place.0, place.1 + radius + 13.0),
                &text,
            );
        }
    }
    svg.finish("class=\"chart network\"", scene.label, &description(frame))
}

/// Centres of the neurons of each layer, the inputs first, a bias last in its layer.
fn places(sizes: &[usize], biased: bool, step: f64, height: f64) -> Vec<Vec<(f64, f64)>> {
    let last = sizes.len() - 1;
    sizes
        .iter()
        .enumerate()
        .map(|(layer, size)| {
            let count = size + usize::from(biased && layer < last);
            let x = 34.0 + (WIDTH - 78.0) * layer as f64 / last.max(1) as f64;
            let middle = 34.0 + (height - 44.0) / 2.0;
            let first = middle - step * (count as f64 - 1.0) / 2.0;
            (0..count)
                .map(|neuron| (x, first + step * neuron as f64))
                .collect()
        })
        .collect()
}

fn heads(svg: &mut Svg, places: &[Vec<(f64, f64)>]) {
    let last = places.len() - 1;
    for (layer, places) in places.iter().enumerate() {
        let name = match layer {
            0 => "inputs".to_owned(),
            l if l == last => "output".to_owned(),
            _ if last == 2 => "hidden".to_owned(),
            l => format!("hidden {l}"),
        };
        if let Some(place) = places.first() {
            svg.text("tiny quiet middle", (place.0, 14.0), &name);
        }
    }
}

fn synapse(
    svg: &mut Svg,
    (layer, from, to): (usize, usize, usize),
    weight: f64,
    largest: f64,
    (start, end): ((f64, f64), (f64, f64)),
) {
    let sign = if weight < 0.0 { "minus" } else { "plus" };
    svg.raw(&format!(
        "<path class=\"synapse {sign}\" data-at=\"{layer} {from} {to}\" data-weight=\"{}\" \
         stroke-width=\"{}\" d=\"M{} {}L{} {}\"/>",
        brief(weight),
        short(thickness(weight, largest)),
        short(start.0),
        short(start.1),
        short(end.0),
        short(end.1)
    ));
}

fn neuron(
    svg: &mut Svg,
    (layer, neuron): (usize, usize),
    (x, y): (f64, f64),
    radius: f64,
    value: Option<f64>,
) {
    let (cx, cy) = (short(x), short(y));
    let (kind, shown) = match value {
        Some(value) if value < 0.0 => ("active below", value),
        Some(value) => ("active", value),
        None => ("active", 1.0),
    };
    svg.raw(&format!(
        "<g data-neuron=\"{layer} {neuron}\"><circle class=\"back\" cx=\"{cx}\" cy=\"{cy}\" \
         r=\"{r}\"/><circle class=\"{kind}\" cx=\"{cx}\" cy=\"{cy}\" r=\"{r}\" \
         fill-opacity=\"{}\"/><circle class=\"neuron\" cx=\"{cx}\" cy=\"{cy}\" r=\"{r}\"/>",
        short(shown.abs().min(1.0)),
        r = short(radius),
    ));
    let text = value.map_or_else(|| "bias".to_owned(), decimals);
    let class = if radius > 12.0 {
        "tiny middle value"
    } else {
        "tiny middle value halo"
    };
    svg.text(class, (x, y + 3.5), &text);
    svg.close();
}

/// A value with two decimals as the script writes it too: `0.62`, `−0.10`, `1`.
fn decimals(value: f64) -> String {
    if !value.is_finite() {
        return "not finite".to_owned();
    }
    if value == value.round() {
        return number(value, 3);
    }
    format!("{value:.2}").replace('-', "−")
}

/// A number with at most four significant digits, as JSON.
pub fn brief(value: f64) -> String {
    if !value.is_finite() {
        return "null".to_owned();
    }
    let rounded: f64 = format!("{value:.3e}").parse().unwrap_or(value);
    if rounded != 0.0 && rounded.abs() < 1e-5 {
        return format!("{rounded:e}");
    }
    rounded.to_string()
}

fn description(frame: &Frame) -> String {
    let weights: usize = frame.weights.iter().map(|layer| layer.len()).sum();
    format!(
        "{weights} connections, thicker for larger weights, dashed where negative; the table \
         below has the neurons’ answers."
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn every_weight_is_a_connection() {
        let frame = Frame {
            epoch: 0,
            mse: 0.25,
            weights: vec![
                array![[1.0, -4.0], [0.5, 0.0], [2.0, 2.0]],
                array![[1.0], [-1.0], [0.1]],
            ],
            activations: vec![array![[0.25, -0.5]], array![[0.75]]],
        };
        let scene = Scene {
            inputs: &[0.0, 1.0],
            row: 0,
            target: Some(vec![1.0]),
            largest: 4.0,
            label: "<net>",
        };
        let svg = draw(&frame, &scene);
        assert_eq!(svg.matches("data-weight=").count(), 9);
        assert_eq!(svg.matches("minus").count(), 2);
        assert!(svg.contains("data-weight=\"-4\" stroke-width=\"9\""));
        assert!(svg.contains("−0.50") && svg.contains("bias") && !svg.contains("<net>"));
    }

    #[test]
    fn numbers_for_the_script_are_short() {
        assert_eq!(brief(9.673_027), "9.673");
        assert_eq!(brief(-0.000_000_123_456), "-1.235e-7");
        assert_eq!(brief(f64::NAN), "null");
        assert_eq!(brief(0.0), "0");
    }
}
