//! How models stand beside their baseline: how many of them converged more often or less often,
//! and how many sooner or later, by tests that are adjusted for how many there are.

use super::LEVEL;
use crate::plan::Plan;
use crate::statistics::{Comparison, Findings};

/// So many groups are told apart; more become one.
const GROUPS: usize = 3;

/// Models held against their baselines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    /// What they have in common, as positions on the axes that the baseline fixes; `None` if
    /// these are all models.
    pub group: Option<usize>,
    /// A baseline of one of them.
    pub baseline: usize,
    /// How many.
    pub count: usize,
    /// Those that converged more often.
    pub more: Vec<usize>,
    /// Those that converged less often.
    pub less: Vec<usize>,
    /// Those that converged sooner.
    pub sooner: Vec<usize>,
    /// Those that converged later.
    pub later: Vec<usize>,
}

/// All comparisons, in one group for each value of the axes that the baseline fixes if other
/// axes are swept too; else in one group.
pub fn held(plan: &Plan, findings: &Findings) -> Vec<Held> {
    let groups = groups(plan, findings);
    let one = !follows(plan) || groups.len() > GROUPS;
    let mut all: Vec<Held> = Vec::new();
    for comparison in &findings.comparisons {
        let group = (!one).then(|| representative(plan, comparison.model));
        let at = all.iter().position(|held| held.group == group);
        let at = at.unwrap_or_else(|| {
            all.push(Held {
                group,
                baseline: comparison.baseline,
                ..Held::default()
            });
            all.len() - 1
        });
        add(&mut all[at], comparison);
    }
    all
}

/// Whether the baseline leaves a swept axis open, so that it differs from model to model.
pub fn follows(plan: &Plan) -> bool {
    let lengths = plan.manifest.axes.lengths();
    let mut axes = plan.manifest.baseline.0.iter().zip(lengths);
    axes.any(|(fixed, length)| fixed.is_none() && length > 1)
}

/// The values that compared models have on the axes that the baseline fixes.
fn groups(plan: &Plan, findings: &Findings) -> Vec<usize> {
    let models = findings
        .comparisons
        .iter()
        .map(|comparison| comparison.model);
    let mut groups: Vec<usize> = models.map(|model| representative(plan, model)).collect();
    groups.sort_unstable();
    groups.dedup();
    groups
}

/// The first model of the grid with the same values on the axes that the baseline fixes.
fn representative(plan: &Plan, model: usize) -> usize {
    let axes = &plan.manifest.axes;
    let mut digits = axes.digits(model);
    for (digit, fixed) in digits.iter_mut().zip(&plan.manifest.baseline.0) {
        *digit = fixed.map_or(0, |_| *digit);
    }
    axes.model(&digits)
}

fn add(held: &mut Held, comparison: &Comparison) {
    let model = comparison.model;
    held.count += 1;
    let significant = |p: Option<f64>| p.is_some_and(|p| p <= LEVEL);
    let rates = comparison.mcnemar_p_holm.or(comparison.fisher_p_holm);
    let difference = comparison
        .rate_difference
        .map_or(0.0, |difference| difference.value);
    if significant(rates) {
        match difference > 0.0 {
            true => held.more.push(model),
            false => held.less.push(model),
        }
    }
    let excess = comparison.logrank.map_or(0.0, |test| test.excess);
    if significant(comparison.logrank_p_holm) {
        match excess > 0.0 {
            true => held.sooner.push(model),
            false => held.later.push(model),
        }
    }
}
