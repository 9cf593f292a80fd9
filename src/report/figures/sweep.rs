//! Which axis of a grid becomes which direction of a chart.
//!
//! The axis with the most values runs along the chart, the next becomes its lines, and every
//! combination of the others a panel of its own.

use crate::manifest::{Axis, Value};
use crate::plan::Plan;

/// An axis of the grid with the labels of its values.
#[derive(Clone)]
pub struct Side {
    /// Which.
    pub axis: &'static Axis,
    /// Its values as they stand beside a tick.
    pub labels: Vec<String>,
    /// Its values as numbers, ascending, if they are.
    pub numbers: Option<Vec<f64>>,
    /// Its values in words.
    phrases: Vec<String>,
    /// Which of them is the single neuron, if any.
    single: Option<usize>,
    /// Its position among the axes.
    place: usize,
}

/// A grid laid out for charts.
#[derive(Clone)]
pub struct Sweep {
    /// The axis along which charts run.
    pub along: Side,
    /// The axis whose values become lines, if a second one is swept.
    pub lines: Option<Side>,
    /// Titles of the panels; one empty title if no third axis is swept.
    pub panels: Vec<String>,
    /// How many axes have more than one value.
    pub swept: usize,
    models: Vec<Option<usize>>,
}

impl Side {
    fn new(plan: &Plan, place: usize, axis: &'static Axis, values: &[Value]) -> Self {
        let label = |value: &Value| without_hidden(plan, value.label());
        let phrase = |value: &Value| without_hidden(plan, axis.phrase(*value));
        Side {
            axis,
            labels: values.iter().map(label).collect(),
            numbers: ascending(values),
            phrases: values.iter().map(phrase).collect(),
            single: values.iter().position(|value| *value == Value::Layers(&[])),
            place,
        }
    }

    /// Which of the labels stands for the single neuron, if any.
    pub fn single(&self) -> Option<usize> {
        self.single
    }

    /// A value in words.
    pub fn phrase(&self, position: usize) -> String {
        self.phrases[position].clone()
    }
}

/// What a network without a hidden layer is called: of several outputs, there is a neuron for each.
pub fn without_hidden(plan: &Plan, words: String) -> String {
    match plan.manifest.data.output_count() {
        1 => words,
        _ => words.replace("single neuron", "no hidden layer"),
    }
}

/// The values as numbers, if they are numbers that rise.
fn ascending(values: &[Value]) -> Option<Vec<f64>> {
    let number = |value: &Value| match value {
        Value::Number(number) => Some(*number),
        Value::Layers(_) | Value::Word(_) | Value::Truth(_) | Value::Text(_) | Value::Nothing => {
            None
        }
    };
    let numbers: Vec<f64> = values.iter().map(number).collect::<Option<_>>()?;
    numbers
        .windows(2)
        .all(|pair| pair[0] < pair[1])
        .then_some(numbers)
}

/// The labels of an axis's values in a plan.
pub fn labels(plan: &Plan, key: &str) -> Vec<String> {
    let values = plan.manifest.axes.of(key).into_iter();
    values
        .map(|value| without_hidden(plan, value.label()))
        .collect()
}

impl Sweep {
    /// The layout of a plan's grid.
    pub fn new(plan: &Plan) -> Self {
        let sides = plan.manifest.axes.iter().enumerate();
        let mut axes: Vec<Side> = sides
            .map(|(place, (axis, values))| Side::new(plan, place, axis, &values))
            .collect();
        // A stable sort: of equally long axes, the earlier one (hidden first) leads.
        axes.sort_by_key(|axis| std::cmp::Reverse(axis.labels.len()));
        let swept = axes.iter().filter(|axis| axis.labels.len() > 1).count();
        axes.truncate(swept.max(1));
        let mut rest = axes.split_off(1);
        let along = axes.remove(0);
        let lines = (!rest.is_empty()).then(|| rest.remove(0));
        let panels = titles(&rest);
        let (width, depth) = (
            along.labels.len(),
            lines.as_ref().map_or(1, |a| a.labels.len()),
        );
        let mut models = vec![None; width * depth * panels.len()];
        for (model, place) in (0..plan.models.len()).map(|model| {
            let digits = plan.manifest.axes.digits(model);
            let line = lines.as_ref().map_or(0, |side| digits[side.place]);
            let panel = rest.iter().fold(0, |panel, side| {
                panel * side.labels.len() + digits[side.place]
            });
            (model, (panel * depth + line) * width + digits[along.place])
        }) {
            models[place] = Some(model);
        }
        Sweep {
            along,
            lines,
            panels,
            swept,
            models,
        }
    }

    /// How many lines a chart along the first axis has.
    pub fn depth(&self) -> usize {
        self.lines.as_ref().map_or(1, |axis| axis.labels.len())
    }

    /// The model at a place of the layout.
    pub fn model(&self, panel: usize, line: usize, along: usize) -> Option<usize> {
        let width = self.along.labels.len();
        self.models
            .get((panel * self.depth() + line) * width + along)
            .copied()
            .flatten()
    }

    /// A model in words, by what sets it apart from the others.
    pub fn phrase(&self, model: usize) -> String {
        self.parts(model).join(", ")
    }

    /// A model in a sentence: `4 hidden neurons, tanh`.
    pub fn in_words(&self, model: usize) -> String {
        let parts: Vec<String> = self.parts(model).into_iter().map(spelled).collect();
        parts.join(", ")
    }

    /// Where a model is in the layout: its panel, its line, and its place along that.
    pub fn place(&self, model: usize) -> Option<[usize; 3]> {
        let mut models = self.models.iter();
        let place = models.position(|known| *known == Some(model))?;
        let (width, depth) = (self.along.labels.len(), self.depth());
        Some([place / width / depth, place / width % depth, place % width])
    }

    /// A model in words, one value each.
    pub fn parts(&self, model: usize) -> Vec<String> {
        let Some([panel, line, along]) = self.place(model) else {
            return Vec::new();
        };
        let mut parts = vec![self.along.phrase(along)];
        parts.extend(self.lines.as_ref().map(|axis| axis.phrase(line)));
        let panel = &self.panels[panel];
        parts.extend(
            panel
                .split(", ")
                .filter(|part| !part.is_empty())
                .map(str::to_owned),
        );
        parts
    }
}

/// A value with its noun spelled out.
pub fn spelled(part: String) -> String {
    match part.strip_suffix(" hidden") {
        Some("1") => "1 hidden neuron".to_owned(),
        Some(widths) => format!("{widths} hidden neurons"),
        None => part,
    }
}

/// One title per combination of the axes' values; one empty title if there are no axes.
fn titles(axes: &[Side]) -> Vec<String> {
    let mut titles = vec![String::new()];
    for axis in axes {
        titles = titles
            .iter()
            .flat_map(|title| {
                (0..axis.labels.len()).map(move |value| {
                    let joint = if title.is_empty() { "" } else { ", " };
                    format!("{title}{joint}{}", axis.phrase(value))
                })
            })
            .collect();
    }
    titles
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::Manifest;

    fn sweep(network: &str, training: &str) -> (Plan, Sweep) {
        let text = format!(
            "name = \"x\"\n[data]\ngenerator = \"parity\"\nsize = 2\n[network]\n{network}\n\
             [training]\nepochs = 10\n{training}\n[seeds]\nfirst = 1\ncount = 2\n"
        );
        let manifest = Manifest::parse(&text, "x.toml", ".").unwrap();
        let plan = Plan::new(manifest);
        let sweep = Sweep::new(&plan);
        (plan, sweep)
    }

    #[test]
    fn the_longest_axis_runs_along_the_charts() {
        let (plan, sweep) = sweep(
            "hidden = [0, 2]\nbias = [true, false]",
            "learning_rate = [0.5, 1.0, 2.0]",
        );
        assert_eq!(sweep.along.axis.key, "learning_rate");
        assert_eq!(sweep.lines.as_ref().unwrap().axis.key, "hidden");
        assert_eq!(sweep.panels, ["with bias", "without bias"]);
        let mut seen = 0;
        for panel in 0..2 {
            for line in 0..2 {
                for along in 0..3 {
                    let model = &plan.models[sweep.model(panel, line, along).unwrap()];
                    assert_eq!(model.choices.bias, panel == 0);
                    assert_eq!(model.choices.hidden.is_empty(), line == 0);
                    assert_eq!(
                        model.choices.settings.learning.learning_rate,
                        [0.5, 1.0, 2.0][along]
                    );
                    seen += 1;
                }
            }
        }
        assert_eq!(seen, plan.models.len());
        assert_eq!(
            sweep.phrase(0),
            "learning rate 0.5, single neuron, with bias"
        );
    }

    #[test]
    fn a_single_model_is_a_chart_of_one() {
        let (_, sweep) = sweep("hidden = [[8, 4]]", "");
        assert_eq!((sweep.depth(), sweep.panels.len(), sweep.swept), (1, 1, 0));
        assert_eq!(sweep.phrase(0), "8×4 hidden");
        assert_eq!(sweep.along.single(), None);
    }
}
