//! How an epoch's gradient changes the weights: the update rules.

use crate::network::lanes::{Element, Lanes};
use crate::network::{Rule, Settings};

/// A rule and its numbers, converted to one precision.
#[derive(Debug, Clone, Copy)]
pub(super) enum Update<E> {
    /// weight − rate · gradient
    GradientDescent { rate: E },
    /// The same, and a share of the previous update: gradient descent with momentum.
    WithPrevious { rate: E, momentum: E },
}

impl<E: Element> Update<E> {
    /// That of the settings, rounded to the precision.
    pub fn new(settings: &Settings) -> Self {
        let rate = E::from_f64(settings.learning_rate);
        match settings.rule {
            Rule::GradientDescent if settings.momentum == 0.0 => Update::GradientDescent { rate },
            Rule::GradientDescent => Update::WithPrevious {
                rate,
                momentum: E::from_f64(settings.momentum),
            },
        }
    }

    /// Moves the weights. `gradient` is minus the gradient; `state` is what the rule remembers,
    /// [`Settings::state_per_weight`] vectors for every weight.
    #[inline(always)]
    pub fn apply<S: Lanes<Element = E>>(
        self,
        simd: S,
        weights: &mut [S::Vector],
        gradient: &[S::Vector],
        state: &mut [S::Vector],
    ) {
        let pairs = weights.iter_mut().zip(gradient);
        match self {
            Update::GradientDescent { rate } => {
                let rate = simd.splat(rate);
                for (weight, &gradient) in pairs {
                    *weight = simd.mul_add(rate, gradient, *weight);
                }
            }
            Update::WithPrevious { rate, momentum } => {
                let (rate, momentum) = (simd.splat(rate), simd.splat(momentum));
                for ((weight, &gradient), update) in pairs.zip(state) {
                    *update = simd.mul_add(momentum, *update, simd.mul(rate, gradient));
                    *weight = simd.add(*weight, *update);
                }
            }
        }
    }
}
