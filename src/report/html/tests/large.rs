//! Pages of studies with very many models: small, and still about the models they name.

use super::*;
use crate::report::shown::MOST_MODELS;

/// One axis of 10,000 initial ranges, falling: only the small ones late in the list are within
/// the tolerance, so the best model is far from the first.
static LINE: LazyLock<Example> = LazyLock::new(|| {
    let best_is_late = study(
        &list(10_000, |at| f64::from(10_000 - at) / 1_000.0),
        "0.5",
        "{ range = 2.222 }",
    );
    watching_as_asked(best_is_late)
});

/// The same in two axes of 100 values each.
static SQUARE: LazyLock<Example> = LazyLock::new(|| {
    let ranges = list(100, |at| f64::from(100 - at) / 10.0);
    let rates = list(100, |at| f64::from(at + 1) / 100.0);
    watching_as_asked(study(
        &ranges,
        &rates,
        "{ range = 2.3, learning_rate = 0.77 }",
    ))
});

fn list(count: u32, value: impl Fn(u32) -> f64) -> String {
    let values = (0..count).map(|at| value(at).to_string());
    format!("[{}]", values.collect::<Vec<_>>().join(", "))
}

fn study(ranges: &str, rates: &str, baseline: &str) -> Example {
    Example::new(&format!(
        "name = \"x\"\n[data]\ngenerator = \"parity\"\nsize = 2\n[[predict]]\ninput = [1, 1]\n\
         target = 0\n[network]\nhidden = 2\n[initialization]\nrange = {ranges}\n[training]\n\
         epochs = 1\nlearning_rate = {rates}\n[convergence]\ntolerance = 0.6\n[seeds]\ncount = 1\n\
         [compare]\nbaseline = {baseline}\n"
    ))
}

fn watching_as_asked(example: Example) -> Example {
    let wanted = wanted(&example.plan, &example.findings);
    let mut models: Vec<usize> = wanted.iter().map(|run| run.model).collect();
    models.dedup();
    assert!(!models.is_empty());
    example.watching(&models)
}

/// The first cells of a table's rows, by the table's title or a part of it, and its note.
fn table<'a>(page: &'a str, title: &str) -> (Vec<&'a str>, &'a str) {
    let (_, rest) = page.split_once(title).unwrap();
    let (table, _) = rest.split_once("</details>").unwrap();
    let rows = table.split("<th scope=\"row\">").skip(1);
    let note = table.split("class=\"note\">").nth(1).unwrap();
    (
        rows.map(|row| row.split("</th>").next().unwrap()).collect(),
        note.split("</p>").next().unwrap(),
    )
}

/// The positions of the models in the wide drawing of a chart.
fn drawn(example: &Example, page: &str, chart: &str) -> Vec<usize> {
    let (_, rest) = page.split_once(&format!("data-chart=\"{chart}\"")).unwrap();
    let (drawing, _) = rest.split_once("</svg>").unwrap();
    let names = drawing.split("data-model=\"").skip(1);
    let position = |rest: &str| {
        let name = rest.split('"').next().unwrap();
        let mut models = example.plan.models.iter();
        models.position(|model| model.name == name).unwrap()
    };
    names.map(position).collect()
}

/// The best, the worst and the baseline, found anew.
fn spoken_of(example: &Example) -> [usize; 3] {
    let rates = example.findings.summaries.iter();
    let rates: Vec<f64> = rates.map(|summary| summary.rate.unwrap().value).collect();
    let first = |rate: f64| rates.iter().position(|known| *known == rate).unwrap();
    [first(1.0), first(0.0), example.plan.baseline(0)]
}

#[test]
fn a_page_of_ten_thousand_models_is_small_and_says_where_all_are() {
    for (example, bound) in [(&LINE, 600_000), (&SQUARE, 700_000)] {
        assert_eq!(example.plan.models.len(), 10_000);
        let page = example.page();
        assert!(page.len() < bound, "{} bytes", page.len());
        for (title, file) in [
            (
                "Table: convergence by model",
                "summary.csv and comparisons.csv",
            ),
            ("Table: share converged by epoch", "survival.csv"),
            ("Table: predictions for [1, 1]", "summary.csv"),
            ("Table: loss by epoch", "curves.csv"),
        ] {
            let (rows, note) = table(&page, title);
            assert_eq!(rows.len(), MOST_MODELS, "{title}");
            let words = format!(
                "200 of 10,000 rows, first those of models that the answer and the charts name; \
                 all are in {file}."
            );
            assert_eq!(note, words);
        }
        let (failures, note) = table(&page, "kinds of failure");
        assert_eq!(failures.len(), MOST_MODELS);
        assert!(note.ends_with("all are in failures.csv."), "{note}");
        // No note sends the reader to a table that lacks what was left out.
        assert!(!page.contains("the table has all") && !page.contains("more in the table"));
        for (name, svg) in figures(&example.data()) {
            assert!(svg.len() < 150_000, "{name}: {} bytes", svg.len());
        }
    }
}

#[test]
fn the_tables_of_very_many_models_keep_those_that_are_named() {
    for example in [&LINE, &SQUARE] {
        let page = example.page();
        let sweep = Sweep::new(&example.plan);
        let phrases: Vec<String> = (0..10_000).map(|model| sweep.phrase(model)).collect();
        let position = |row: &&str| phrases.iter().position(|phrase| phrase == row).unwrap();
        let (rows, _) = table(&page, "Table: convergence by model");
        let kept: Vec<usize> = rows.iter().map(position).collect();
        assert!(kept.is_sorted(), "the order of the grid");

        let mut named = spoken_of(example).to_vec();
        assert!(named.iter().any(|model| *model > 1_000));
        for chart in ["survival", "prediction_1_1", "loss", "failures"] {
            named.extend(drawn(example, &page, chart));
        }
        named.extend(example.episodes.iter().map(|episode| episode.model));
        for model in &named {
            assert!(kept.contains(model), "{}", phrases[*model]);
        }
        // All others are the first of the grid.
        let others = kept.iter().filter(|model| !named.contains(model));
        let last = *others.max().unwrap();
        assert!((0..last).all(|model| kept.contains(&model)));
    }
}

#[test]
fn charts_over_the_grid_draw_the_models_that_the_answer_names() {
    for (example, chart, most) in [
        (&LINE, "rate", MOST_MODELS),
        (&SQUARE, "rate", MOST_MODELS / 2),
        (&SQUARE, "heatmap", MOST_MODELS),
    ] {
        let shown = drawn(example, &example.page(), chart);
        assert!(
            shown.len() <= most && shown.len() > most / 5 * 4,
            "{}",
            shown.len()
        );
        for model in spoken_of(example) {
            assert!(shown.contains(&model), "{chart} lacks {model}");
        }
    }
}

#[test]
fn many_tolerances_are_counted_not_listed() {
    let tolerances = list(201, |at| f64::from(at + 1) / 1_000.0);
    let example = Example::new(&format!(
        "name = \"x\"\n[data]\ngenerator = \"parity\"\nsize = 2\n[network]\nhidden = 2\n\
         [training]\nepochs = 1\n[convergence]\ntolerance = {tolerances}\n[seeds]\ncount = 1\n"
    ));
    assert!(
        example
            .page()
            .contains("within one of 201 tolerances of its target")
    );
}
