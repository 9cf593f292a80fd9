//! Studies for the tests of tables, workbook and answer: statistics of made-up runs, computed
//! as those of trained ones are.

mod tables;

use crate::manifest::Manifest;
use crate::plan::Plan;
use crate::statistics::Findings;
use crate::training::{Outcome, Run};

/// Three models, two queries of two outputs each, of which one has a target.
const MANIFEST: &str = r#"
name = "made-up"
[data]
inputs = [[0, 0], [0, 1], [1, 0], [1, 1]]
targets = [[0, 1], [1, 0], [1, 0], [0, 1]]
[[predict]]
input = [0.5, 1]
target = [1, 0]
[[predict]]
input = [1, -2]
[network]
hidden = [0, 2, 3]
[training]
epochs = 1000
[seeds]
count = 50
[statistics]
interval = "clopper-pearson"
confidence = 0.9
"#;

/// A plan, its runs, and what they say.
pub struct Made {
    pub plan: Plan,
    pub runs: Vec<Run>,
    pub findings: Findings,
}

impl Made {
    /// The study of a manifest whose runs end as `outcome` says of a model and a seed; the first
    /// seed's run of each model has a loss curve.
    pub fn new(text: &str, outcome: impl Fn(&Plan, usize, u64) -> Outcome) -> Made {
        let plan = plan(text);
        let seeds = 1..=plan.manifest.seeds.count();
        let models = 0..plan.models.len();
        let runs: Vec<Run> = models
            .flat_map(|model| seeds.clone().map(move |seed| (model, seed)))
            .map(|(model, seed)| {
                let mut run = Run::new(model, outcome(&plan, model, seed));
                if seed == 1 {
                    run.curve = vec![(1, 0.5), (2, 0.25)];
                }
                run
            })
            .collect();
        let mut collector = Findings::collect(&plan);
        runs.iter().for_each(|run| collector.add(run).unwrap());
        let findings = collector.finish().unwrap();
        Made {
            plan,
            runs,
            findings,
        }
    }
}

fn plan(text: &str) -> Plan {
    Plan::new(Manifest::parse(text, "made-up.toml", ".").unwrap())
}

/// Of each model, so many of the runs converge, at epochs 10, 20, …
fn made(text: &str, converged: &[u64]) -> Made {
    Made::new(text, |plan, model, seed| {
        outcome(plan, seed, seed <= converged[model])
    })
}

fn outcome(plan: &Plan, seed: u64, converged: bool) -> Outcome {
    Outcome {
        seed,
        epochs: 1000,
        convergence_epoch: converged.then_some(10 * seed),
        mse: 0.25 / seed as f64,
        mse_at_90_percent: Some(if seed.is_multiple_of(2) {
            0.5
        } else {
            0.2501 / seed as f64
        }),
        max_abs_error: 0.5,
        wrong_rows: if converged { vec![] } else { vec![0, 3] }
            .into_iter()
            .collect(),
        gradient_norm: 0.1,
        predictions: vec![1.0 / seed as f64; plan.predictions().len()],
        judged: crate::training::Judged::default(),
        finite: !seed.is_multiple_of(7) || converged,
        weights_hash: seed,
    }
}
