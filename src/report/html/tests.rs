//! The page of small studies that are really run.

mod answer;
mod large;

use std::sync::LazyLock;

use super::*;
use crate::plan::{Plan, log_spaced};
use crate::report::figures::{Episode, figures};
use crate::report::watched::wanted;
use crate::statistics::Findings;
use crate::study::Study;
use crate::training::{Status, Task, trace_rows};

/// A study that was run: everything that a [`ReportData`] borrows.
struct Example {
    plan: Plan,
    findings: Findings,
    episodes: Vec<Episode>,
}

impl Example {
    /// Runs a manifest.
    fn new(manifest: &str) -> Example {
        let study = Study::parse(manifest).unwrap();
        let (_, findings) = study.run(&|_| {}).unwrap();
        let plan = study.plan().clone();
        Example {
            episodes: Vec::new(),
            plan,
            findings,
        }
    }

    /// The same with a converged and a failed run of each of these models watched.
    fn watching(mut self, models: &[usize]) -> Example {
        let mut moments = vec![0];
        moments.extend(log_spaced(self.plan.manifest.epochs, 9));
        for model in models {
            let task = Task::new(&self.plan, *model, &[]);
            let endings = &self.findings.endings[*model];
            let find = |converged: bool| {
                let mut endings = endings.iter();
                endings.find(|ending| (ending.status == Status::Converged) == converged)
            };
            for ending in [find(true), find(false)].into_iter().flatten() {
                let rows = shown_rows(&self.plan);
                let seed = ending.example_seed;
                let trace = trace_rows(&task, seed, &moments, &rows, &|| false).unwrap();
                self.episodes.push(Episode::new(*model, trace));
            }
        }
        self
    }

    fn data(&self) -> ReportData<'_> {
        ReportData {
            plan: &self.plan,
            findings: &self.findings,
            episodes: &self.episodes,
            changed: &[],
        }
    }

    fn page(&self) -> String {
        html(&self.data())
    }
}

/// The article's pattern and question in five widths, of which some runs of some fail.
static WIDTHS: LazyLock<Example> = LazyLock::new(|| {
    let manifest = "name = \"widths\"\n[data]\n\
        inputs = [[0,0,1],[0,1,1],[1,0,1],[0,1,0],[1,0,0],[1,1,1],[0,0,0]]\n\
        targets = [0,1,1,1,1,0,0]\n[[predict]]\ninput = [1,1,0]\ntarget = 0\n\
        [network]\nhidden = [0, 2, 3, 4, 6]\n[training]\nepochs = 1500\n\
        [seeds]\nfirst = 1\ncount = 150\n[compare]\nbaseline = { hidden = 0 }\n";
    Example::new(manifest).watching(&[0, 2])
});

/// Three swept axes: 2 × 3 × 19 models. Their initial weights decide: small ones give outputs
/// near 0.5, which is within the tolerance, large ones fail in every way.
static GRID: LazyLock<Example> = LazyLock::new(|| {
    let range: Vec<String> = (1..10)
        .map(|tenth| format!("0.{tenth}"))
        .chain((1..=10).map(|whole| format!("{whole}.0")))
        .collect();
    Example::new(&format!(
        "name = \"grid\"\n[data]\ngenerator = \"parity\"\nsize = 2\n[network]\nhidden = 2\nbias = true\n\
         [initialization]\nrange = [{}]\n[training]\nepochs = 1\nlearning_rate = [1.0, 2.0]\n\
         momentum = [0.0, 0.5, 0.9]\n[convergence]\ntolerance = 0.6\n[seeds]\ncount = 200\n",
        range.join(", ")
    ))
});

/// A study of one epoch in which every run is within the tolerance from its start, with the
/// given name, description, and more of the manifest.
fn easy(head: &str, network: &str) -> Example {
    Example::new(&format!(
        "name = \"x\"\n{head}\n[data]\ngenerator = \"parity\"\nsize = 2\n[network]\n{network}\n\
         [initialization]\nrange = 0.1\n[training]\nepochs = 1\n[convergence]\ntolerance = 0.6\n\
         [seeds]\ncount = 100\n[curves]\nseeds = 0\n"
    ))
}

/// What stands in the first paragraph of the answer.
fn lead(page: &str) -> &str {
    let lead = page.split("class=\"lead\">").nth(1).unwrap();
    lead.split("</p>").next().unwrap()
}

#[test]
fn the_same_data_give_the_same_bytes() {
    let one = &WIDTHS;
    let (_, findings) = Study::new(one.plan.manifest.clone())
        .threads(1)
        .run(&|_| {})
        .unwrap();
    let other = ReportData {
        findings: &findings,
        ..one.data()
    };
    assert_eq!(one.page(), html(&other));
    assert_eq!(figures(&one.data()), figures(&other));
}

#[test]
fn a_page_of_a_changed_table_says_so() {
    let changed = ["runs.csv".to_owned()];
    let data = ReportData {
        changed: &changed,
        ..WIDTHS.data()
    };
    let note = "These are the numbers of runs.csv as found";
    assert!(html(&data).contains(note));
    assert!(!WIDTHS.page().contains("as found, not as recorded"));
}

#[test]
fn a_large_grid_stays_a_small_page() {
    let page = GRID.page();
    assert!(page.len() < 2_000_000, "{} bytes", page.len());
    // What is left out is said.
    assert!(page.contains("12 of 114 models are drawn"));
    assert!(page.contains("8 of the 19 values of range are drawn"));
    assert!(page.contains("200 of "));
}

/// Of many models only some are drawn: the article's among them or not.
#[test]
fn the_triangle_is_promised_only_where_it_is_drawn() {
    use crate::report::figures::predictions::drawn;
    let shown = drawn(40);
    let left_out = (0..40).find(|model| !shown.contains(model)).unwrap();
    for (place, promised) in [(shown[1], true), (left_out, false)] {
        // Four hidden neurons at that place, and as many others as it takes.
        let mut widths: Vec<String> = (5..44).map(|width| width.to_string()).collect();
        widths.insert(place, "4".to_owned());
        let page = Example::new(&format!(
            "name = \"x\"\n[data]\n\
             inputs = [[0,0,1],[0,1,1],[1,0,1],[0,1,0],[1,0,0],[1,1,1],[0,0,0]]\n\
             targets = [0,1,1,1,1,0,0]\n[[predict]]\ninput = [1,1,0]\ntarget = 0\n\
             [network]\nhidden = [{}]\n[training]\nepochs = 1\n[seeds]\ncount = 2\n",
            widths.join(", ")
        ))
        .page();
        assert_eq!(page.contains("The triangle is the run"), promised);
        assert_eq!(page.contains("data-article=\"1\""), promised);
    }
}

#[test]
fn a_query_that_is_a_training_row_is_said_to_be_one() {
    let page = |input: &str| {
        easy(
            "",
            &format!("hidden = 2\n[[predict]]\ninput = {input}\ntarget = 1"),
        )
        .page()
    };
    let row = page("[0, 1]");
    assert!(row.contains("one of the rows they were trained on"));
    assert!(!row.contains("not trained on"));
    assert!(page("[0.5, 1]").contains("a situation they were not trained on"));
}

#[test]
fn text_from_a_manifest_is_never_markup() {
    let hostile = r#"description = """<script>alert('1')</script>\"><img src=x>""""#;
    let page = easy(hostile, "hidden = [0, 2]").page();
    assert!(!page.contains("<script>alert") && !page.contains("<img"));
    assert!(page.contains("&lt;script&gt;alert('1')&lt;/script&gt;"));
}

#[test]
fn characters_that_steer_are_shown_not_sent() {
    // A manifest with such a description is refused; the page does not rely on it.
    let mut example = easy("", "hidden = [0, 2]");
    example.plan.manifest.description =
        "a\u{202e}b\u{1b}[31mc\u{0}d\u{200b}e\u{2028}f\u{85}g".to_owned();
    let question = "a\u{FFFD}b\u{FFFD}[31mc\u{FFFD}d\u{FFFD}e\u{FFFD}f\u{FFFD}g";
    for page in [example.page(), WIDTHS.page()] {
        assert!(!page.contains(|letter| steers(letter) && letter != '\n' && letter != '\t'));
    }
    assert!(example.page().contains(&format!("<h1>{question}</h1>")));
    // Its own script and style lose nothing by it: the script still has the hash that runs it.
    assert_eq!((shown(SCRIPT), shown(STYLE)), (SCRIPT.into(), STYLE.into()));
}

#[test]
fn only_the_pages_own_script_may_run() {
    let page = WIDTHS.page();
    let script = page.split("<script>").nth(1).unwrap();
    let script = script.split("</script>").next().unwrap();
    let hash = BASE64.encode(&Sha256::digest(script.as_bytes()));
    assert!(page.contains(&format!("script-src 'sha256-{hash}';")));
}

#[test]
fn every_id_is_used_once() {
    let page = WIDTHS.page();
    let mut ids: Vec<&str> = page
        .split(" id=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
    assert!(count > 20);
}

#[test]
fn elements_are_closed_in_order() {
    const VOID: [&str; 3] = ["meta", "input", "!DOCTYPE"];
    for page in [WIDTHS.page(), GRID.page()] {
        let (markup, _) = page.split_once("<script>").unwrap();
        let mut open: Vec<&str> = Vec::new();
        for tag in markup.split('<').skip(1) {
            let (tag, _) = tag.split_once('>').unwrap();
            let name = tag.split(' ').next().unwrap();
            if let Some(closed) = name.strip_prefix('/') {
                assert_eq!(open.pop(), Some(closed), "<{tag}>");
            } else if !tag.ends_with('/') && !VOID.contains(&name) {
                open.push(name);
            }
        }
        assert_eq!(open, ["html", "body"]);
    }
}

#[test]
fn figures_stand_alone() {
    let files = figures(&WIDTHS.data());
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    let watched = WIDTHS.episodes.last().unwrap();
    for name in [
        "convergence-rate.svg",
        "loss-curves.svg",
        "prediction-1-1-0.svg",
        &format!("network-hidden-3-seed-{}.svg", watched.seed),
    ] {
        assert!(names.contains(&name), "{names:?}");
    }
    for (name, svg) in &files {
        assert!(
            svg.starts_with("<?xml") && svg.trim_end().ends_with("</svg>"),
            "{name}"
        );
        assert!(!svg.contains("var(--"), "{name} needs a page around it");
        assert!(!svg.contains("href"), "{name}");
    }
}

#[test]
fn every_model_is_in_every_chart_of_a_small_study() {
    let page = WIDTHS.page();
    for chart in ["rate", "survival", "prediction_1_1_0", "loss", "failures"] {
        let drawings: Vec<&str> = page
            .split(&format!("data-chart=\"{chart}\""))
            .skip(1)
            .collect();
        assert_eq!(drawings.len(), 2, "{chart}: wide and narrow");
        for drawing in drawings {
            let drawing = drawing.split("</svg>").next().unwrap();
            for model in &WIDTHS.plan.models {
                let marked = format!("data-model=\"{}\"", model.name);
                assert!(drawing.contains(&marked), "{chart} lacks {}", model.name);
            }
        }
    }
}

#[test]
fn the_articles_run_is_marked_on_its_model_alone() {
    let page = WIDTHS.page();
    assert_eq!(page.matches("data-article=\"1\"").count(), 2);
    let rest = page.split("data-article=\"1\"").next().unwrap();
    let model = rest.rsplit("data-model=\"").next().unwrap();
    assert!(model.starts_with("hidden-4\""));
    assert!(!GRID.page().contains("data-article"));
}

#[test]
fn one_converged_and_one_failed_run_are_watched() {
    let runs: Vec<(usize, u64)> = wanted(&WIDTHS.plan, &WIDTHS.findings)
        .into_iter()
        .map(|run| (run.model, run.seed))
        .collect();
    let watched = WIDTHS.episodes.iter().map(|run| (run.model, run.seed));
    assert_eq!(runs, watched.collect::<Vec<_>>());
    assert_eq!(runs.len(), 3, "the single neuron has no run that converged");
}

#[test]
fn every_watched_run_is_drawn_with_its_answers_weights_and_data() {
    let page = WIDTHS.page();
    assert_eq!(page.matches("class=\"run\"").count(), 3);
    assert_eq!(page.matches("class=\"answers\"").count(), 3);
    // 3 weights of the single neuron, 3 × 3 + 3 of each network of three hidden neurons.
    assert_eq!(page.matches("<td data-w=").count(), 3 + 12 + 12);
    let data = page.split("id=\"episodes\">").nth(1).unwrap();
    let data = data.split("</script>").next().unwrap();
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    let runs = |player: usize| data[player]["runs"].as_array().unwrap();
    assert_eq!((runs(0).len(), runs(1).len()), (1, 2));
    let frame = &runs(1)[0]["frames"][0];
    assert_eq!(frame["e"], 0);
    assert_eq!(frame["w"].as_array().unwrap().len(), 12);
    // Seven rows and one query.
    assert_eq!(frame["a"].as_array().unwrap().len(), 8);
}

#[test]
fn empty_findings_leave_sections_out() {
    let page = easy("", "hidden = [0, 2]").page();
    assert!(!page.contains("id=\"loss\"") && !page.contains("id=\"network\""));
    assert!(!page.contains("id=\"predictions\""));
    assert!(page.contains("Every run converged."));
}

#[test]
fn replay_commands_are_whole() {
    let page = WIDTHS.page();
    let failed = WIDTHS.episodes.last().unwrap();
    let command = format!(
        "aria-label=\"Copy: seedbed replay results/widths --model hidden-3 --seed {}\"",
        failed.seed
    );
    assert!(page.contains(&command));
}
