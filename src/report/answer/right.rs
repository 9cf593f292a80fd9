//! Which model is right most often, of studies with classes or held-out rows, and which simpler
//! one is nearly as good. Models of several partitions of the rows are taken together.

use std::cmp::Ordering;

use super::size;
use crate::plan::{Model, Plan};
use crate::statistics::{Comparison, Findings, ModelSummary, SetSummary};

/// A simpler model is as good for most purposes if its mean accuracy is below the best by no
/// more.
pub const NEARLY: f64 = 0.01;

/// A model, or models of several partitions taken together.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// What it is.
    pub model: &'a Model,
    /// What its runs say.
    pub summary: &'a ModelSummary,
    /// It against its baseline; `None` if it is the baseline.
    pub comparison: Option<&'a Comparison>,
    /// Position of its baseline among the candidates.
    pub baseline: usize,
}

/// What rows the answer is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Test rows.
    Test,
    /// Training rows, where no row is a test row.
    Training,
}

/// Which models are right most often; positions among the candidates.
#[derive(Debug, Clone)]
pub struct Right<'a> {
    /// All of them, in grid order.
    pub candidates: Vec<Candidate<'a>>,
    /// What rows it is about.
    pub about: About,
    /// The one with the highest mean accuracy, of equals the simplest.
    pub best: usize,
    /// The simplest whose mean accuracy is nearly that, of equally simple ones the better.
    pub chosen: usize,
    /// How many are nearly as good as the best, that one included.
    pub nearly: usize,
    /// Rows that the answer is about, in the partition that has most.
    pub rows: usize,
}

impl<'a> Right<'a> {
    /// The answer that the findings of a plan's runs give; `None` where rows have no classes and
    /// none is held out, and of no runs.
    pub fn new(plan: &'a Plan, findings: &'a Findings) -> Option<Right<'a>> {
        let data = &plan.manifest.data;
        let about = match data.tests() {
            true => About::Test,
            false => About::Training,
        };
        let rows = data.partitions.iter().map(|partition| match about {
            About::Test => partition.sets.test.dataset.rows(),
            About::Training => partition.sets.training.dataset.rows(),
        });
        let rows = rows.max().unwrap_or(0);
        let candidates = candidates(plan, findings);
        let accuracy = |at: &usize| mean(&candidates[*at], about);
        let all: Vec<usize> = (0..candidates.len())
            .filter(|at| accuracy(at).is_some())
            .collect();
        let value = |at: usize| accuracy(&at).unwrap_or(0.0);
        let simpler = |a: usize, b: usize| {
            let size = |at: usize| size(candidates[at].model);
            size(a).cmp(&size(b))
        };
        let higher = |a: usize, b: usize| value(b).total_cmp(&value(a));
        let first = |list: &[usize], order: &dyn Fn(usize, usize) -> Ordering| {
            list.iter().copied().min_by(|a, b| order(*a, *b))
        };
        let best = first(&all, &|a, b| higher(a, b).then(simpler(a, b)))?;
        let nearly: Vec<usize> = all
            .into_iter()
            .filter(|at| value(*at) >= value(best) - NEARLY)
            .collect();
        let chosen = first(&nearly, &|a, b| simpler(a, b).then(higher(a, b)))?;
        Some(Right {
            nearly: nearly.len(),
            candidates,
            about,
            best,
            chosen,
            rows,
        })
    }

    /// The lowest and the highest mean accuracy of a candidate among several partitions of the rows.
    pub fn partitions(&self, plan: &Plan, findings: &Findings, at: usize) -> Option<[f64; 2]> {
        let members = plan.pools().get(at)?.members.iter();
        let means: Vec<f64> = members
            .filter_map(|&model| {
                let candidate = Candidate {
                    summary: &findings.summaries[model],
                    ..self.candidates[at]
                };
                mean(&candidate, self.about)
            })
            .collect();
        let ends = means
            .iter()
            .copied()
            .reduce(f64::min)
            .zip(means.iter().copied().reduce(f64::max));
        ends.map(|(low, high)| [low, high])
    }

    /// Accuracy and loss of a candidate on the rows that the answer is about.
    pub fn set(&self, candidate: usize) -> Option<&'a SetSummary> {
        set(&self.candidates[candidate], self.about)
    }
}

fn candidates<'a>(plan: &'a Plan, findings: &'a Findings) -> Vec<Candidate<'a>> {
    let of = |comparisons: &'a [Comparison], at: usize| {
        let mut comparisons = comparisons.iter();
        comparisons.find(|comparison| comparison.model == at)
    };
    let pools = plan.pools();
    if pools.is_empty() {
        let models = plan.models.iter().zip(&findings.summaries);
        let candidate = |(at, (model, summary))| Candidate {
            model,
            summary,
            comparison: of(&findings.comparisons, at),
            baseline: plan.baseline(at),
        };
        return models.enumerate().map(candidate).collect();
    }
    let pooled = &findings.pooled;
    let pools = pools.iter().zip(&pooled.summaries).enumerate();
    let candidate = |(at, (pool, summary)): (usize, (&'a crate::plan::Pool, _))| Candidate {
        model: &pool.model,
        summary,
        comparison: of(&pooled.comparisons, at),
        baseline: pool.baseline,
    };
    pools.map(candidate).collect()
}

fn set<'a>(candidate: &Candidate<'a>, about: About) -> Option<&'a SetSummary> {
    let performance = candidate.summary.performance.as_ref()?;
    match about {
        About::Test => performance.test.as_ref(),
        About::Training => Some(&performance.training),
    }
}

fn mean(candidate: &Candidate, about: About) -> Option<f64> {
    let mean = set(candidate, about)?.accuracy.mean?;
    Some(mean.value)
}
