//! Which axis of a grid becomes which direction of a chart.
//!
//! The axis with the most values runs along the chart, the next becomes its lines, and every
//! combination of the others a panel of its own.

use crate::manifest::Manifest;
use crate::network::Activation;
use crate::plan::{Model, Plan};

/// An axis of the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    /// Neurons of the hidden layers.
    Hidden,
    /// Activation of the hidden layers.
    Activation,
    /// Whether neurons have a bias.
    Bias,
    /// Range of the initial weights.
    Range,
    /// Learning rate.
    LearningRate,
    /// Momentum.
    Momentum,
    /// Tolerance of the convergence criterion.
    Tolerance,
}

/// An axis with the labels of its values.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// Which.
    pub parameter: Parameter,
    /// Its values as they stand beside a tick.
    pub labels: Vec<String>,
    /// Its values as numbers, ascending, if they are.
    pub numbers: Option<Vec<f64>>,
}

/// A grid laid out for charts.
#[derive(Debug, Clone, PartialEq)]
pub struct Sweep {
    /// The axis along which charts run.
    pub along: Axis,
    /// The axis whose values become lines, if a second one is swept.
    pub lines: Option<Axis>,
    /// Titles of the panels; one empty title if no third axis is swept.
    pub panels: Vec<String>,
    /// How many axes have more than one value.
    pub swept: usize,
    models: Vec<Option<usize>>,
}

impl Parameter {
    const ALL: [Parameter; 7] = [
        Parameter::Hidden,
        Parameter::Activation,
        Parameter::Bias,
        Parameter::Range,
        Parameter::LearningRate,
        Parameter::Momentum,
        Parameter::Tolerance,
    ];

    /// Title of the axis.
    pub fn title(self) -> &'static str {
        match self {
            Parameter::Hidden => "hidden neurons",
            Parameter::Activation => "activation",
            Parameter::Bias => "bias",
            Parameter::Range => "range r of the initial weights, uniform(−r, r)",
            Parameter::LearningRate => "learning rate",
            Parameter::Momentum => "momentum",
            Parameter::Tolerance => "tolerance",
        }
    }

    /// Name of the axis in a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Parameter::Range => "range",
            other => other.title(),
        }
    }

    /// A value in words: `4 hidden`, `single neuron`, `momentum 0.5`, `no bias`.
    pub fn phrase(self, label: &str) -> String {
        match self {
            Parameter::Hidden if label == SINGLE => label.to_owned(),
            Parameter::Hidden => format!("{label} hidden"),
            Parameter::Activation => label.to_owned(),
            Parameter::Bias => format!("{label} bias"),
            other => format!("{} {label}", other.name()),
        }
    }
}

/// How the network without a hidden layer is called.
pub const SINGLE: &str = "single neuron";

impl Axis {
    fn new(parameter: Parameter, manifest: &Manifest) -> Self {
        let plain = |values: &[f64]| values.iter().map(f64::to_string).collect::<Vec<_>>();
        let (labels, numbers) = match parameter {
            Parameter::Hidden => (manifest.hidden.iter().map(|h| hidden(h)).collect(), None),
            Parameter::Activation => (
                manifest.activation.iter().map(|a| activation(*a)).collect(),
                None,
            ),
            Parameter::Bias => (manifest.bias.iter().map(|b| bias(*b)).collect(), None),
            Parameter::Range => (plain(&manifest.range), ascending(&manifest.range)),
            Parameter::LearningRate => (
                plain(&manifest.learning_rate),
                ascending(&manifest.learning_rate),
            ),
            Parameter::Momentum => (plain(&manifest.momentum), ascending(&manifest.momentum)),
            Parameter::Tolerance => (plain(&manifest.tolerance), ascending(&manifest.tolerance)),
        };
        Axis {
            parameter,
            labels,
            numbers,
        }
    }

    /// Which of the labels stands for the single neuron, if any.
    pub fn single(&self) -> Option<usize> {
        let hidden = self.parameter == Parameter::Hidden;
        self.labels
            .iter()
            .position(|label| hidden && label == SINGLE)
    }

    /// A value in words.
    pub fn phrase(&self, position: usize) -> String {
        self.parameter.phrase(&self.labels[position])
    }

    fn of(&self, model: &Model) -> Option<usize> {
        let label = match self.parameter {
            Parameter::Hidden => hidden(&model.hidden),
            Parameter::Activation => activation(model.activation),
            Parameter::Bias => bias(model.bias),
            Parameter::Range => model.range.to_string(),
            Parameter::LearningRate => model.learning_rate.to_string(),
            Parameter::Momentum => model.momentum.to_string(),
            Parameter::Tolerance => model.tolerance.to_string(),
        };
        self.labels.iter().position(|known| *known == label)
    }
}

fn ascending(values: &[f64]) -> Option<Vec<f64>> {
    let sorted = values.windows(2).all(|pair| pair[0] < pair[1]);
    sorted.then(|| values.to_vec())
}

fn hidden(layers: &[usize]) -> String {
    if layers.is_empty() {
        return SINGLE.to_owned();
    }
    let layers: Vec<String> = layers.iter().map(usize::to_string).collect();
    layers.join("×")
}

fn activation(value: Activation) -> String {
    match value {
        Activation::Sigmoid => "sigmoid".to_owned(),
        Activation::Tanh => "tanh".to_owned(),
    }
}

fn bias(value: bool) -> String {
    if value { "with" } else { "without" }.to_owned()
}

impl Sweep {
    /// The layout of a plan's grid.
    pub fn new(plan: &Plan) -> Self {
        let mut axes: Vec<Axis> = Parameter::ALL
            .into_iter()
            .map(|parameter| Axis::new(parameter, &plan.manifest))
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
        for model in &plan.models {
            let line = lines.as_ref().map_or(Some(0), |axis| axis.of(model));
            let panel = rest.iter().try_fold(0, |panel, axis| {
                Some(panel * axis.labels.len() + axis.of(model)?)
            });
            if let (Some(x), Some(line), Some(panel)) = (along.of(model), line, panel) {
                models[(panel * depth + line) * width + x] = Some(model.index);
            }
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

    /// The same, one value each.
    pub fn parts(&self, model: usize) -> Vec<String> {
        let place = self.models.iter().position(|known| *known == Some(model));
        let Some(place) = place else {
            return Vec::new();
        };
        let width = self.along.labels.len();
        let line = place / width % self.depth();
        let mut parts = vec![self.along.phrase(place % width)];
        parts.extend(self.lines.as_ref().map(|axis| axis.phrase(line)));
        let panel = &self.panels[place / width / self.depth()];
        parts.extend(
            panel
                .split(", ")
                .filter(|part| !part.is_empty())
                .map(str::to_owned),
        );
        parts
    }
}

/// One title per combination of the axes' values; one empty title if there are no axes.
fn titles(axes: &[Axis]) -> Vec<String> {
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
        assert_eq!(sweep.along.parameter, Parameter::LearningRate);
        assert_eq!(sweep.lines.as_ref().unwrap().parameter, Parameter::Hidden);
        assert_eq!(sweep.panels, ["with bias", "without bias"]);
        let mut seen = 0;
        for panel in 0..2 {
            for line in 0..2 {
                for along in 0..3 {
                    let model = &plan.models[sweep.model(panel, line, along).unwrap()];
                    assert_eq!(model.bias, panel == 0);
                    assert_eq!(model.hidden.is_empty(), line == 0);
                    assert_eq!(model.learning_rate, [0.5, 1.0, 2.0][along]);
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
