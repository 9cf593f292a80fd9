//! The models that differ from one model along one axis only.

use super::size;
use crate::manifest::Axis;
use crate::plan::Plan;

/// The most models that a sentence names; of more, the ends and the neighbours.
const MOST: usize = 5;

/// Models along an axis, in grid order.
#[derive(Clone)]
pub struct Along {
    /// The axis.
    pub axis: &'static Axis,
    /// Models that are named, the one they are held against among them.
    pub models: Vec<usize>,
    /// How many there are.
    pub all: usize,
}

/// For every axis of several values, what lies along it at a model. Widths are no such axis:
/// which width is enough is the answer itself. But networks of equal width and different depth
/// are.
pub fn along(plan: &Plan, model: usize) -> Vec<Along> {
    let axes = &plan.manifest.axes;
    let here = axes.digits(model);
    let one = |(place, (axis, length)): (usize, (&'static Axis, usize))| {
        let at = |digit: usize| {
            let mut digits = here.clone();
            digits[place] = digit;
            axes.model(&digits)
        };
        let models: Vec<usize> = (0..length)
            .map(at)
            .filter(|other| axis.key != "hidden" || alike(plan, model, *other))
            .collect();
        (models.len() > 1).then(|| Along {
            axis,
            all: models.len(),
            models: few(&models, model),
        })
    };
    let lengths = axes.iter().map(|(axis, _)| axis).zip(axes.lengths());
    lengths.enumerate().filter_map(one).collect()
}

/// Whether all hidden layers of both have the same number of neurons.
fn alike(plan: &Plan, model: usize, other: usize) -> bool {
    let width = |model: usize| {
        let (neurons, layers) = size(&plan.models[model]);
        let hidden = &plan.models[model].choices.hidden;
        let first = hidden.first().copied()?;
        (neurons == first * layers && hidden.iter().all(|layer| *layer == first)).then_some(first)
    };
    model == other || width(model).is_some_and(|first| width(other) == Some(first))
}

/// The first, the last, the model itself and its neighbours.
fn few(models: &[usize], model: usize) -> Vec<usize> {
    let last = models.len() - 1;
    let here = models.iter().position(|other| *other == model).unwrap_or(0);
    let near = here.saturating_sub(1)..=here + 1;
    let kept = |at: &usize| models.len() <= MOST || *at == 0 || *at == last || near.contains(at);
    (0..models.len())
        .filter(kept)
        .map(|at| models[at])
        .collect()
}
