use super::*;
use crate::manifest::Manifest;
use proptest::prelude::*;

fn plan(network: &str, rest: &str) -> Plan {
    let text = format!(
        "name = \"t\"\ndata = {{ generator = \"parity\", size = 2 }}\nnetwork = {{ {network} }}\n{rest}"
    );
    Plan::new(Manifest::parse(&text, "t.toml", ".").unwrap())
}

const SMALL: &str = "training = { epochs = 1000 }\nseeds = { count = 10 }\n";

#[test]
fn models_are_in_grid_order_with_swept_values_in_their_names() {
    let plan = plan(
        "hidden = [0, 4, [8, 4]], bias = [false, true]",
        "training = { epochs = 10, learning_rate = [0.5, 2], momentum = 0.9 }\nseeds = { count = 3 }\n",
    );
    let names: Vec<&str> = plan
        .models
        .iter()
        .map(|model| model.name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "single-neuron:bias=false:learning_rate=0.5",
            "single-neuron:bias=false:learning_rate=2",
            "single-neuron:bias=true:learning_rate=0.5",
            "single-neuron:bias=true:learning_rate=2",
            "hidden-4:bias=false:learning_rate=0.5",
            "hidden-4:bias=false:learning_rate=2",
            "hidden-4:bias=true:learning_rate=0.5",
            "hidden-4:bias=true:learning_rate=2",
            "hidden-8x4:bias=false:learning_rate=0.5",
            "hidden-8x4:bias=false:learning_rate=2",
            "hidden-8x4:bias=true:learning_rate=0.5",
            "hidden-8x4:bias=true:learning_rate=2",
        ]
    );
    assert_eq!(plan.runs(), 36);
    assert_eq!(plan.network_epochs(), 360);
    assert_eq!(plan.architecture(11).hidden, [8, 4]);
    // hidden = 0 is fixed by default; bias and learning rate follow the model.
    let baselines: Vec<usize> = (0..12).map(|model| plan.baseline(model)).collect();
    assert_eq!(baselines, [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3]);
}

#[test]
fn a_baseline_can_fix_any_axes() {
    let rest = format!(
        "{SMALL}compare = {{ baseline = {{ range = 0.5, hidden = 4 }} }}\n[initialization]\nrange = [1, 0.5]"
    );
    let plan = plan("hidden = [2, 4]", &rest);
    assert_eq!(
        (0..4).map(|model| plan.baseline(model)).collect::<Vec<_>>(),
        [3; 4]
    );
}

#[test]
fn without_a_single_neuron_the_first_model_is_the_baseline() {
    let plan = plan("hidden = [2, 4], bias = [true, false]", SMALL);
    assert_eq!(
        (0..4).map(|model| plan.baseline(model)).collect::<Vec<_>>(),
        [0; 4]
    );
}

#[test]
fn prediction_columns_name_inputs_and_outputs() {
    let one = plan(
        "hidden = 1",
        &format!("{SMALL}[[predict]]\ninput = [-0.0, 1.5]\n[[predict]]\ninput = [1e-7, -1]\n"),
    );
    assert_eq!(
        one.prediction_columns(),
        ["prediction_0_1.5", "prediction_1e-7_-1"]
    );
    let text = "name = \"t\"\ndata = { generator = \"encoder\", size = 2 }\nnetwork = { hidden = 1 }\ntraining = { epochs = 1 }\nseeds = { count = 1 }\npredict = [{ input = [1, 1] }]";
    let two = Plan::new(Manifest::parse(text, "t.toml", ".").unwrap());
    assert_eq!(
        two.prediction_columns(),
        ["prediction_1_1_output_1", "prediction_1_1_output_2"]
    );
}

#[test]
fn curve_epochs_are_log_spaced() {
    assert_eq!(curves::log_spaced(1, 200), [1]);
    assert_eq!(curves::log_spaced(2, 200), [1, 2]);
    assert_eq!(curves::log_spaced(1000, 4), [1, 10, 100, 1000]);
    assert_eq!(curves::log_spaced(60_000, 2), [1, 60_000]);
    assert_eq!(curves::log_spaced(1 << 53, 54).len(), 54);
}

#[test]
fn a_wider_network_costs_more_as_measured() {
    let mut widths = plan("hidden = [1, 2, 4, 8, 16]", SMALL);
    // The article's seven rows and three inputs.
    let rows = &mut widths.manifest.data.partitions[0].sets.training.dataset;
    rows.inputs = ndarray::Array2::zeros((7, 3));
    for architecture in &mut widths.architectures {
        architecture.inputs = 3;
    }
    // Networks × epochs per second of a hand-written loop, per core, at those widths.
    let measured = [6.5e7, 3.8e7, 2.36e7, 1.36e7, 6.7e6];
    for (model, speed) in measured.iter().enumerate() {
        let expected = measured[2] / speed;
        let cost = widths.cost(model) / widths.cost(2);
        assert!(
            (cost / expected - 1.0).abs() < 0.12,
            "{model}: {cost} {expected}"
        );
    }
}

#[test]
fn shards_that_do_not_exist_are_empty() {
    let plan = plan("hidden = 1", SMALL);
    assert!(plan.shard(0, 3).is_empty());
    assert!(plan.shard(4, 3).is_empty());
    assert_eq!(plan.shard(1, 1), 0..10);
}

proptest! {
    #[test]
    fn shards_partition_the_runs_into_equal_work(
        costs in prop::collection::vec(1_u128..1_000_000_000_000, 1..20),
        seeds in 1_u64..1_000_000_000,
        count in prop_oneof![1_u64..200, Just(u64::MAX)],
    ) {
        let runs = costs.len() as u64 * seeds;
        let part = |index| order::part(costs.iter().copied(), seeds, index, count);
        prop_assert_eq!(part(1).start, 0);
        prop_assert_eq!(part(count).end, runs);
        let most = *costs.iter().max().unwrap() as f64;
        let total: f64 = costs.iter().map(|cost| *cost as f64 * seeds as f64).sum();
        let work = |range: Range<u64>| -> f64 {
            costs.iter().enumerate().map(|(model, cost)| {
                let first = model as u64 * seeds;
                let start = range.start.clamp(first, first + seeds);
                let end = range.end.clamp(first, first + seeds);
                (end - start) as f64 * *cost as f64
            }).sum()
        };
        for index in 1..count.min(200) {
            prop_assert_eq!(part(index).end, part(index + 1).start);
            // No boundary is further than half a run from its share.
            prop_assert!((work(part(index)) - total / count as f64).abs() <= most + total * 1e-9);
        }
    }

    #[test]
    fn curve_epochs_ascend_from_1_to_the_limit(limit in 1_u64..=1 << 53, points in 2_u64..500) {
        let epochs = curves::log_spaced(limit, points);
        prop_assert_eq!(epochs[0], 1);
        prop_assert_eq!(*epochs.last().unwrap(), limit);
        prop_assert!(epochs.len() as u64 <= points);
        prop_assert!(epochs.windows(2).all(|pair| pair[0] < pair[1]));
        // As many as whole numbers allow: beyond the dense start, every step is one ratio.
        let ratio = (limit as f64).powf(1.0 / (points - 1) as f64);
        for pair in epochs.windows(2) {
            let most = (pair[0] as f64 + 0.5) * ratio + 0.5;
            prop_assert!(pair[1] as f64 <= most * (1.0 + 1e-9));
        }
    }

    #[test]
    fn names_are_unique_and_positions_canonical(
        hidden in prop::sample::subsequence(vec!["0", "1", "4", "[4, 4]", "[44]", "[2, 3, 4]"], 1..=6),
        activation in prop::sample::subsequence(vec!["\"sigmoid\"", "\"tanh\""], 1..=2),
        range in prop::sample::subsequence(vec!["1", "1e-9", "0.5", "1e300"], 1..=4),
        rate in prop::sample::subsequence(vec!["1", "1e-9", "0.5", "3"], 1..=4),
        momentum in prop::sample::subsequence(vec!["0", "0.9", "0.5"], 1..=3),
        tolerance in prop::sample::subsequence(vec!["1", "0.4", "0.5"], 1..=3),
    ) {
        let network = format!("hidden = [{}], activation = [{}], bias = [true, false]", hidden.join(","), activation.join(","));
        let rest = format!(
            "training = {{ epochs = 1, learning_rate = [{}], momentum = [{}] }}\nseeds = {{ count = 1 }}\n\
             initialization = {{ range = [{}] }}\nconvergence = {{ tolerance = [{}] }}\n",
            rate.join(","), momentum.join(","), range.join(","), tolerance.join(",")
        );
        let plan = plan(&network, &rest);
        let product = hidden.len() * activation.len() * 2 * range.len() * rate.len() * momentum.len() * tolerance.len();
        prop_assert_eq!(plan.models.len(), product);
        let names: std::collections::HashSet<&str> = plan.models.iter().map(|m| m.name.as_str()).collect();
        prop_assert_eq!(names.len(), product);
        for (index, model) in plan.models.iter().enumerate() {
            prop_assert_eq!(model.index, index);
            let baseline = plan.baseline(index);
            // The baseline's baseline is itself.
            prop_assert_eq!(plan.baseline(baseline), baseline);
        }
    }
}
