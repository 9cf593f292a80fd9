//! How an epoch's gradient changes the weights: the update rules.

use crate::network::lanes::{Element, Lanes};
use crate::network::{Learning, Rule};

/// A rule and its numbers, converted to one precision.
#[derive(Debug, Clone, Copy)]
pub(super) enum Update<E> {
    /// weight − rate · gradient
    GradientDescent { rate: E },
    /// The same, and a share of the previous update: gradient descent with momentum.
    WithPrevious { rate: E, momentum: E },
}

/// Numbers that learning remembers of every weight from one update to the next.
pub fn remembered_per_weight(learning: Learning) -> usize {
    Update::<f64>::new(learning).state_per_weight()
}

impl<E: Element> Update<E> {
    /// A rule with its numbers rounded to the precision.
    pub fn new(learning: Learning) -> Self {
        let Learning {
            rule,
            learning_rate,
            momentum,
        } = learning;
        let rate = E::from_f64(learning_rate);
        match rule {
            Rule::GradientDescent if momentum == 0.0 => Update::GradientDescent { rate },
            Rule::GradientDescent => Update::WithPrevious {
                rate,
                momentum: E::from_f64(momentum),
            },
        }
    }

    /// Numbers that it remembers of every weight from one update to the next.
    pub fn state_per_weight(self) -> usize {
        match self {
            Update::GradientDescent { .. } => 0,
            Update::WithPrevious { .. } => 1,
        }
    }

    /// Moves the weights. `gradient` is minus the gradient; `state` is what the rule remembers,
    /// [`state_per_weight`](Self::state_per_weight) vectors for every weight.
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
