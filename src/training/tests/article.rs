//! The two articles' networks, number by number: tests/golden/article.json.

use serde_json::Value;

use super::*;
use crate::network::Parameters;

struct Article {
    architecture: Architecture,
    dataset: Dataset,
    queries: Vec<Query>,
    epochs: u64,
    golden: Value,
}

fn article(name: &str) -> Article {
    let text = include_str!("../../../tests/golden/article.json");
    let golden: Value = serde_json::from_str(text).unwrap();
    let golden = golden[name].clone();
    let inputs = matrix(&golden["inputs"]);
    let targets = numbers(&golden["targets"]);
    Article {
        architecture: Architecture {
            inputs: inputs.ncols(),
            hidden: golden["hidden"]
                .as_u64()
                .map(|h| h as usize)
                .into_iter()
                .collect(),
            outputs: 1,
            bias: false,
            activation: Activation::Sigmoid,
            output: Output::Sigmoid,
        },
        queries: vec![Query {
            name: None,
            input: numbers(&golden["predict"]),
            target: None,
        }],
        dataset: Dataset::new(
            inputs,
            Array2::from_shape_vec((targets.len(), 1), targets).unwrap(),
        ),
        epochs: golden["epochs"].as_u64().unwrap(),
        golden,
    }
}

impl Article {
    fn task(&self) -> Task<'_> {
        Task {
            architecture: &self.architecture,
            dataset: &self.dataset,
            numbers: &[],
            validation: None,
            test: None,
            queries: &self.queries,
            generator: Generator::Numpy,
            range: 1.0,
            start: Start::Drawn,
            precision: Precision::F64,
            settings: Settings::default(),
            epochs: self.epochs,
            stop: false,
            checkpoints: &[],
        }
    }
}

fn numbers(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|x| x.as_f64().unwrap())
        .collect()
}

fn matrix(value: &Value) -> Array2<f64> {
    let rows: Vec<Vec<f64>> = value.as_array().unwrap().iter().map(numbers).collect();
    let columns = rows[0].len();
    Array2::from_shape_vec((rows.len(), columns), rows.concat()).unwrap()
}

/// Relative, to what the golden value's digits allow.
fn close(found: impl IntoIterator<Item = f64>, expected: &[f64], relative: f64) {
    let found: Vec<f64> = found.into_iter().collect();
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        let error = (found - expected).abs() / expected.abs();
        assert!(error <= relative, "{found} is not {expected}: {error:e}");
    }
}

#[test]
fn the_single_neuron() {
    let article = article("single_neuron");
    let golden = &article.golden;
    let trace = trace(&article.task(), 1, &[0, 1, 10, 100, 1000, 10000]);
    let [first, .., last] = trace.snapshots.as_slice() else {
        panic!()
    };
    close(first.parameters.iter(), &numbers(&golden["initial"]), 1e-15);
    close(last.parameters.iter(), &numbers(&golden["trained"]), 1e-9);
    let (outputs, prediction) = last.outputs.as_slice().unwrap().split_at(4);
    close(outputs.iter().copied(), &numbers(&golden["outputs"]), 1e-9);
    close(
        prediction.iter().copied(),
        &[golden["prediction"].as_f64().unwrap()],
        1e-9,
    );
    assert_eq!(format!("{:.8}", trace.outcome.predictions[0]), "0.99993704");
    for epoch in [1, 10, 100, 1000, 10000] {
        let snapshot = trace.snapshots.iter().find(|s| s.epoch == epoch).unwrap();
        let expected = &golden["prediction_after_updates"][snapshot.epoch.to_string()];
        close(
            [snapshot.outputs[[4, 0]]],
            &[expected.as_f64().unwrap()],
            1e-9,
        );
    }
}

#[test]
fn the_hidden_layer() {
    let article = article("hidden_layer");
    let golden = &article.golden;
    let trace = trace(&article.task(), 1, &[0, 60000]);
    // Between them, the network that first met the criterion.
    let [first, _, last] = trace.snapshots.as_slice() else {
        panic!()
    };
    assert_eq!((first.epoch, last.epoch), (0, 60000));
    for (layer, name) in [(0, "layer_1"), (1, "layer_2")] {
        let values = |prefix: &str| match layer {
            0 => {
                matrix(&golden[format!("{prefix}_{name}")])
                    .into_raw_vec_and_offset()
                    .0
            }
            _ => numbers(&golden[format!("{prefix}_{name}")]),
        };
        let layer = |parameters: &Parameters| -> Vec<f64> {
            parameters.layers[layer].iter().copied().collect()
        };
        close(layer(&first.parameters), &values("initial"), 1e-15);
        close(layer(&last.parameters), &values("trained"), 1e-9);
    }
    let prediction = golden["prediction"].as_f64().unwrap();
    close(trace.outcome.predictions.clone(), &[prediction], 1e-9);
    assert_eq!(format!("{:.7}", trace.outcome.predictions[0]), "0.0078876");
    close(
        last.hidden[0].row(7).to_vec(),
        &numbers(&golden["hidden_state_for_predict"]),
        1e-8,
    );
    // Given to nine decimals.
    let outputs = numbers(&golden["outputs"]);
    for (found, expected) in last.outputs.column(0).iter().zip(&outputs) {
        assert!((found - expected).abs() <= 0.5000001e-9);
    }
}

#[test]
fn the_error_and_the_first_epochs_below_a_tolerance() {
    let article = article("hidden_layer");
    let golden = &article.golden;
    for (tolerance, epoch) in [(0.5, 1224), (0.4, 1375)] {
        for backend in available() {
            let task = Task {
                settings: Settings {
                    criterion: Criterion::Tolerance(tolerance),
                    ..Settings::default()
                },
                checkpoints: &[1, 10000, 60000],
                ..article.task()
            };
            let mut feed = seeds([1]);
            train_on(backend, &task, &mut feed);
            assert_eq!(feed.outcomes[&1].convergence_epoch, Some(epoch));
            assert_eq!(feed.losses.len(), 3);
            for ((_, epoch), mse) in feed.losses {
                let expected = &golden["mean_squared_error_before_update"][epoch.to_string()];
                close([f64::from_bits(mse)], &[expected.as_f64().unwrap()], 1e-9);
            }
        }
    }
}
