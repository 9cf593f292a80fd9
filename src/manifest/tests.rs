use super::*;

const EXPERIMENTS: [&str; 3] = ["article", "single-neuron", "widths"];

#[test]
fn the_examples_load_and_fit_the_schema() {
    for name in EXPERIMENTS {
        let manifest = Manifest::load(format!("experiments/{name}.toml")).unwrap();
        assert_eq!(manifest.name, name);
    }
    let widths = Manifest::load("experiments/widths.toml").unwrap();
    assert_eq!(widths.hidden.len(), 8);
    assert_eq!(
        widths.seeds,
        Seeds::Range {
            first: 1,
            count: 1000
        }
    );
}

#[test]
fn the_starter_runs_as_it_is() {
    let text = starter("my-study").unwrap();
    let manifest = Manifest::parse(&text, "my-study.toml", ".").unwrap();
    assert_eq!(manifest.name, "my-study");
    assert_eq!(starter("../x").unwrap_err().exit_code(), 2);
}
