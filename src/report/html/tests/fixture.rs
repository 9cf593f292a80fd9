//! A study made up for tests: tables with plausible numbers in the fixed columns, and networks
//! that a few lines of code really train.

use std::fmt::Write;

use ndarray::{Array2, Axis};

use crate::manifest::Manifest;
use crate::plan::{Model, Plan};
use crate::report::figures::{Dots, Episode, Frame, ReportData};
use crate::report::table::Table;

/// Everything that a [`ReportData`] borrows.
pub struct Fixture {
    pub plan: Plan,
    pub summary: Table,
    pub comparisons: Table,
    pub survival: Table,
    pub failures: Table,
    pub curves: Table,
    pub predictions: Vec<Dots>,
    pub episodes: Vec<Episode>,
}

impl Fixture {
    /// The made-up results of a manifest.
    pub fn new(manifest: &str) -> Self {
        let manifest = Manifest::parse(manifest, "test.toml", ".").unwrap();
        let plan = Plan::new(manifest).unwrap();
        let columns = plan.prediction_columns();
        let summary = summary(&plan, &columns);
        let predictions = plan
            .models
            .iter()
            .flat_map(|model| columns.iter().map(move |_| dots(rate(model))))
            .collect();
        Fixture {
            comparisons: comparisons(&plan),
            survival: survival(&plan),
            failures: failures(&plan),
            curves: curves(&plan),
            summary,
            predictions,
            episodes: Vec::new(),
            plan,
        }
    }

    /// The same with two runs of each of these models watched.
    pub fn watching(mut self, models: &[usize]) -> Self {
        for model in models {
            for seed in [1, 2] {
                let episode = train(&self.plan, *model, seed);
                self.episodes.push(episode);
            }
        }
        self
    }

    /// What the report is made from.
    pub fn data(&self) -> ReportData<'_> {
        ReportData {
            plan: &self.plan,
            summary: &self.summary,
            comparisons: &self.comparisons,
            survival: &self.survival,
            failures: &self.failures,
            curves: &self.curves,
            predictions: &self.predictions,
            episodes: &self.episodes,
        }
    }
}

/// The widths experiment as it is shipped.
pub fn widths() -> Fixture {
    Fixture::new(include_str!("../../../../experiments/widths.toml")).watching(&[0, 3])
}

/// Three swept axes: 2 × 3 × 19 models.
pub fn grid() -> Fixture {
    let range: Vec<String> = (1..10)
        .map(|tenth| format!("0.{tenth}"))
        .chain((1..=10).map(|whole| format!("{whole}.0")))
        .collect();
    Fixture::new(&format!(
        "name = \"grid\"\n[data]\ngenerator = \"parity\"\nsize = 2\n[network]\nhidden = 2\nbias = true\n\
         [initialization]\nrange = [{}]\n[training]\nepochs = 50000\nlearning_rate = [1.0, 2.0]\n\
         momentum = [0.0, 0.5, 0.9]\n[seeds]\nfirst = 1\ncount = 1000\n",
        range.join(", ")
    ))
}

fn rate(model: &Model) -> f64 {
    let hidden: usize = model.choices.hidden.iter().sum();
    let by_width = [0.0, 0.0, 0.422, 0.835, 0.995, 1.0, 1.0][hidden.min(6)];
    if model.range == 1.0 && !model.bias {
        return by_width;
    }
    (1.0 - 0.09 * model.range - 0.2 * model.momentum * model.range / 10.0).clamp(0.0, 1.0)
}

fn wilson(rate: f64, n: f64) -> (f64, f64) {
    let z = 1.96f64;
    let centre = (rate + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (rate * (1.0 - rate) / n + z * z / (4.0 * n * n)).sqrt();
    let low = if rate == 0.0 { 0.0 } else { centre - half };
    let high = if rate == 1.0 { 1.0 } else { centre + half };
    (low, high)
}

fn table(header: &str, lines: &str) -> Table {
    let cells = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
    Table {
        header: cells(header),
        rows: lines.lines().map(cells).collect(),
    }
}

fn median(model: &Model) -> f64 {
    200.0 + 2400.0 / (1.0 + model.choices.hidden.iter().sum::<usize>() as f64).powi(2)
}

fn summary(plan: &Plan, columns: &[String]) -> Table {
    let mut header = "model,runs,converged,rate,rate_low,rate_high,q75_epochs,median_epochs,\
                      restart_at_limit_epochs,best_restart_epoch,best_restart_epochs"
        .to_owned();
    for column in columns {
        for suffix in ["q05", "q25", "median", "q75", "q95", "mean"] {
            let _ = write!(header, ",{column}_{suffix}");
        }
        let _ = write!(
            header,
            ",{column}_correct_rate,{column}_correct_rate_low,{column}_correct_rate_high"
        );
    }
    let n = plan.manifest.seeds.count() as f64;
    let mut lines = String::new();
    for model in &plan.models {
        let rate = rate(model);
        let (low, high) = wilson(rate, n);
        let half = if rate > 0.5 {
            median(model).round().to_string()
        } else {
            String::new()
        };
        let _ = write!(
            lines,
            "{},{n},{},{rate},{low},{high},{half},{half}",
            model.name,
            rate * n
        );
        let restart = if rate > 0.0 {
            format!(",{},640,1513.25", 60_000.0 / rate)
        } else {
            ",,,".to_owned()
        };
        lines += &restart;
        for _ in columns {
            let values = dots(rate).values;
            for q in [5, 25, 50, 75, 95] {
                let _ = write!(lines, ",{}", values[q]);
            }
            let right = 0.5 + rate / 2.2;
            let (low, high) = wilson(right, n);
            let _ = write!(lines, ",0.5,{right},{low},{high}");
        }
        lines.push('\n');
    }
    table(&header, &lines)
}

fn comparisons(plan: &Plan) -> Table {
    let mut lines = String::new();
    for model in &plan.models[1..] {
        let rate = rate(model);
        let _ = writeln!(
            lines,
            "{},{rate},{},{},1.5e-40",
            model.name,
            rate - 0.03,
            rate + 0.03
        );
    }
    table(
        "model,rate_difference,rate_difference_low,rate_difference_high,mcnemar_p_holm",
        &lines,
    )
}

fn survival(plan: &Plan) -> Table {
    let limit = plan.manifest.epochs;
    let mut lines = String::new();
    for model in &plan.models {
        let (rate, median) = (rate(model), median(model));
        let mut epoch = 20.0;
        while epoch < limit as f64 && rate > 0.0 {
            // A logistic curve over the logarithm of the epochs.
            let share = rate / (1.0 + (-3.0 * (epoch / median).ln()).exp());
            let not = 1.0 - share;
            let _ = writeln!(
                lines,
                "{},{},{share},{not},{},{}",
                model.name,
                epoch.round(),
                (not - 0.03).max(0.0),
                (not + 0.03).min(1.0)
            );
            epoch *= 1.01;
        }
        let not = 1.0 - rate;
        let _ = writeln!(lines, "{},{limit},{rate},{not},{not},{not}", model.name);
    }
    table(
        "model,epoch,share_converged,not_converged,not_converged_low,not_converged_high",
        &lines,
    )
}

fn failures(plan: &Plan) -> Table {
    let n = plan.manifest.seeds.count() as f64;
    let mut lines = String::new();
    for model in &plan.models {
        let rate = rate(model);
        if rate > 0.0 {
            let _ = writeln!(
                lines,
                "{},converged,,{},{rate},{rate},{rate},0.0001,0.001,1",
                model.name,
                rate * n
            );
        }
        let failed = 1.0 - rate;
        let kinds = [
            ("stuck", "r3 r5", 0.45),
            ("stuck", "r6", 0.2),
            ("improving", "r2 r6", 0.15),
            ("stuck", "r1 r4 r5 r6", 0.1),
            ("improving", "", 0.06),
            ("diverged", "r1 r2 r3 r4 r5 r6 r7", 0.04),
        ];
        for (status, rows, share) in kinds {
            if failed > 0.0 {
                let share = share * failed;
                let (low, high) = wilson(share, n);
                let _ = writeln!(
                    lines,
                    "{},{status},{rows},{},{share},{low},{high},0.14,0.0003,2",
                    model.name,
                    share * n
                );
            }
        }
    }
    table(
        "model,status,wrong_rows,runs,share,share_low,share_high,mse_median,gradient_norm_median,example_seed",
        &lines,
    )
}

fn curves(plan: &Plan) -> Table {
    let mut lines = String::new();
    for model in &plan.models {
        for epoch in plan.curve_epochs() {
            let fall = 0.25 / (1.0 + (epoch as f64 / median(model)).powf(1.2));
            let stuck = if rate(model) < 0.5 { 0.14 } else { 0.0 };
            let _ = writeln!(
                lines,
                "{},{epoch},100,{},{},{},{},{},{}",
                model.name,
                0.6 * fall,
                0.8 * fall + 0.2 * stuck,
                fall + stuck * 0.5,
                1.2 * fall + stuck,
                (1.5 * fall + 1.2 * stuck).min(0.3),
                rate(model)
            );
        }
    }
    table(
        "model,epoch,runs,mse_q05,mse_q25,mse_median,mse_q75,mse_q95,share_converged",
        &lines,
    )
}

/// A hundred quantiles, most near 0 for a model that learns.
fn dots(rate: f64) -> Dots {
    let spread = 1.5 + 6.0 * rate;
    let values = (0..100)
        .map(|k| ((f64::from(k) + 0.5) / 100.0).powf(spread))
        .collect();
    Dots { values, runs: 1000 }
}

/// Trains one network with one or no hidden layer the obvious way.
fn train(plan: &Plan, model: usize, seed: u64) -> Episode {
    let (inputs, targets) = (
        &plan.manifest.dataset.inputs,
        &plan.manifest.dataset.targets,
    );
    let mut sizes = vec![inputs.ncols()];
    sizes.extend(&plan.models[model].choices.hidden);
    sizes.push(targets.ncols());
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut uniform = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 40) as f64 / f64::from(1 << 23) - 1.0
    };
    let mut weights: Vec<Array2<f64>> = sizes
        .windows(2)
        .map(|pair| Array2::from_shape_fn((pair[0], pair[1]), |_| uniform()))
        .collect();
    let mut asked = inputs.clone();
    for query in &plan.manifest.queries {
        asked
            .push_row(ndarray::ArrayView1::from(&query.input))
            .unwrap();
    }
    let shown = [
        0, 1, 2, 3, 5, 8, 12, 20, 30, 50, 80, 120, 200, 300, 500, 800, 1200, 2000, 3000, 5000,
    ];
    let mut frames = Vec::new();
    for epoch in 0..=5000u64 {
        let layers = forward(&weights, inputs);
        let error = targets - &layers[layers.len() - 1];
        if shown.contains(&epoch) {
            frames.push(Frame {
                epoch,
                mse: error.mapv(|e| e * e).mean().unwrap(),
                weights: weights.clone(),
                activations: forward(&weights, &asked),
            });
        }
        update(&mut weights, inputs, &layers, error);
    }
    let failed = seed == 2;
    Episode {
        model,
        seed,
        convergence_epoch: (!failed).then_some(1224),
        frames,
    }
}

fn forward(weights: &[Array2<f64>], inputs: &Array2<f64>) -> Vec<Array2<f64>> {
    let mut layers: Vec<Array2<f64>> = Vec::new();
    for layer in weights {
        let input = layers.last().unwrap_or(inputs);
        layers.push(input.dot(layer).mapv(|z| 1.0 / (1.0 + (-z).exp())));
    }
    layers
}

fn update(
    weights: &mut [Array2<f64>],
    inputs: &Array2<f64>,
    layers: &[Array2<f64>],
    error: Array2<f64>,
) {
    let mut error = error;
    for layer in (0..weights.len()).rev() {
        let output = &layers[layer];
        let delta = &error * &output.mapv(|o| o * (1.0 - o));
        let input = if layer == 0 {
            inputs
        } else {
            &layers[layer - 1]
        };
        error = delta.dot(&weights[layer].t());
        weights[layer] += &input.view().reversed_axes().dot(&delta);
    }
    debug_assert_eq!(error.len_of(Axis(0)), inputs.nrows());
}
