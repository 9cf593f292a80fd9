//! Models that differ in nothing but how the rows are shared out: several partitions of one file
//! answer one question, and are pooled.

use std::collections::HashMap;

use super::model::Model;
use super::names;
use crate::manifest::{Axes, Axis, PartitionKey, Value};

/// Models of several partitions that are taken together.
#[derive(Debug, Clone, PartialEq)]
pub struct Pool {
    /// As a model of no partition: its name and choices say nothing of one.
    pub model: Model,
    /// The models, in grid order.
    pub members: Vec<usize>,
    /// The pool of their baselines; itself, if it is the baseline.
    pub baseline: usize,
}

/// The axes that say how rows are shared out.
const PARTITIONING: [&str; 2] = ["set_column", "split_seed"];

/// The pools of a grid's models, in the order of their first models; none where every model has the same
/// partition of the rows.
pub(super) fn pools(axes: &Axes, models: &[Model], baseline: &dyn Fn(usize) -> usize) -> Vec<Pool> {
    let is_partitioning = |key: &str| PARTITIONING.contains(&key);
    let mut axes_of = axes.iter();
    if !axes_of.any(|(axis, values)| is_partitioning(axis.key) && values.len() > 1) {
        return Vec::new();
    }
    let varied: Vec<_> = axes
        .iter()
        .map(|(axis, values)| (axis, values.len() > 1 && !is_partitioning(axis.key)))
        .collect();
    let partitioning: Vec<bool> = axes
        .iter()
        .map(|(axis, _)| is_partitioning(axis.key))
        .collect();
    // The digits of the first member: those of partitions are 0.
    let first = |model: usize| {
        let mut digits = axes.digits(model);
        for (digit, partitions) in digits.iter_mut().zip(&partitioning) {
            if *partitions {
                *digit = 0;
            }
        }
        axes.model(&digits)
    };
    let mut places = HashMap::new();
    let mut pools: Vec<Pool> = Vec::new();
    for model in models {
        let place = *places.entry(first(model.index)).or_insert_with(|| {
            pools.push(Pool {
                model: pooled(model, pools.len(), &varied),
                members: Vec::new(),
                baseline: 0,
            });
            pools.len() - 1
        });
        pools[place].members.push(model.index);
    }
    for pool in &mut pools {
        let baseline = first(baseline(pool.members[0]));
        pool.baseline = places.get(&baseline).copied().unwrap_or_default();
    }
    pools
}

/// A model without a partition of its own.
fn pooled(model: &Model, index: usize, varied: &[(&'static Axis, bool)]) -> Model {
    let mut choices = model.choices.clone();
    choices.partition = PartitionKey {
        scale: choices.partition.scale,
        ..PartitionKey::default()
    };
    let name = names::model(&choices, varied);
    debug_assert!(varied.iter().all(|(axis, _)| {
        !PARTITIONING.contains(&axis.key) || axis.value(&choices) == Value::Nothing
    }));
    Model {
        index,
        name,
        choices,
    }
}
