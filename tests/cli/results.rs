//! The results committed under results/ are what the manifests give, today and here.

use std::path::PathBuf;

use crate::fixture::{Workplace, assert_same_results, column};

fn repository(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Runs a committed manifest again and compares every byte but provenance.json's.
fn retrain(name: &str) {
    let place = Workplace::new();
    let manifest = repository(&format!("experiments/{name}.toml"));
    let output = place.command("run").arg(manifest).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let fresh = place.path("results").join(name);
    assert_same_results(&repository("results").join(name), &fresh);
}

#[test]
fn the_article_is_retrained_to_the_last_byte() {
    retrain("article");
}

#[test]
fn the_single_neuron_is_retrained_to_the_last_byte() {
    retrain("single-neuron");
}

#[test]
fn the_article_says_what_the_article_says() {
    let runs = std::fs::read_to_string(repository("results/article/runs.csv")).unwrap();
    let cell = |name: &str| {
        let row = runs.lines().nth(1).unwrap();
        row.split(',').nth(column(&runs, name)).unwrap()
    };
    assert_eq!(cell("seed"), "1");
    let prediction: f64 = cell("prediction_1_1_0").parse().unwrap();
    assert_eq!(format!("{prediction:.7}"), "0.0078876");
}

/// Three seeds of four widths, the same each time.
#[test]
fn a_sample_of_the_widths_is_retrained_by_seed() {
    let place = Workplace::new();
    for model in ["single-neuron", "hidden-1", "hidden-4", "hidden-16"] {
        for seed in (1..=1000).step_by(499) {
            let output = place
                .command("replay")
                .arg(repository("results/widths"))
                .args(["--model", model, "--seed", &seed.to_string()])
                .output()
                .unwrap();
            let out = String::from_utf8_lossy(&output.stdout);
            assert_eq!(output.status.code(), Some(0), "{model} {seed}: {out}");
            assert!(
                out.contains("identical, bit for bit"),
                "{model} {seed}: {out}"
            );
        }
    }
}
