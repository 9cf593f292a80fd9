//! Which models are shown where a study has too many to show them all.

use crate::plan::Plan;
use crate::statistics::Findings;

use super::answer::Answer;

/// The most models that a table of the page or of the terminal shows; of more, the CSV files
/// have all. A table of thousands is neither read nor quick to load.
pub const MOST_MODELS: usize = 200;

/// Whether a study has more models than a table shows.
pub fn too_many(plan: &Plan) -> bool {
    plan.models.len() > MOST_MODELS
}

/// What has all models: the table on the page or, if they are too many for it, this file.
pub fn all_of_them<'a>(plan: &Plan, file: &'a str) -> &'a str {
    if too_many(plan) { file } else { "the table" }
}

/// The models of which the answer speaks and those they are measured by: the one to use, the
/// best, the single neuron, the baseline and the worst. Ascending.
pub fn answered(plan: &Plan, findings: &Findings) -> Vec<usize> {
    let answer = Answer::new(plan, findings);
    let baseline = answer.subject().map(|model| plan.baseline(model));
    let models = [answer.chosen, answer.best, answer.single, baseline];
    let mut models: Vec<usize> = models
        .into_iter()
        .chain([worst(findings)])
        .flatten()
        .collect();
    models.sort_unstable();
    models.dedup();
    models
}

/// The model with the lowest rate, the first of equals; `None` if there are no runs.
fn worst(findings: &Findings) -> Option<usize> {
    let rates = findings.summaries.iter().enumerate();
    let rates = rates.filter_map(|(model, summary)| Some((model, summary.rate?.value)));
    let worst = rates.min_by(|(_, a), (_, b)| a.total_cmp(b))?;
    Some(worst.0)
}
