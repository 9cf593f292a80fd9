mod fixture;

use super::*;
use crate::report::figures::{Reader, figures};
use fixture::{Fixture, grid, widths};

/// A small study with the given name, description, and more of the manifest.
fn study(head: &str, network: &str) -> Fixture {
    Fixture::new(&format!(
        "name = \"x\"\n{head}\n[data]\ngenerator = \"parity\"\nsize = 2\n[network]\n{network}\n\
         [training]\nepochs = 100\n[seeds]\nfirst = 1\ncount = 1000\n"
    ))
}

#[test]
fn the_same_data_give_the_same_bytes() {
    let (one, other) = (widths(), widths());
    assert_eq!(html(&one.data()), html(&other.data()));
    assert_eq!(figures(&one.data()), figures(&other.data()));
}

#[test]
fn a_large_grid_stays_a_small_page() {
    let fixture = grid();
    let page = html(&fixture.data());
    assert!(page.len() < 2_000_000, "{} bytes", page.len());
    // What is left out is said.
    assert!(page.contains("12 of 114 models are drawn"));
    assert!(page.contains("8 of the 19 values of range are drawn"));
    assert!(page.contains("200 of "));
}

#[test]
fn the_answer_is_at_the_top() {
    let fixture = widths();
    let page = html(&fixture.data());
    let lead = page.split("class=\"lead\">").nth(1).unwrap();
    let lead = lead.split("</p>").next().unwrap();
    assert_eq!(
        lead,
        "The single neuron converged in <strong>0 of 1,000 runs</strong> (95% interval 0–0.4%). \
         The smallest network that is sure to learn in more than 95% of runs has 4 hidden \
         neurons: it converged in <strong>995 of 1,000 runs</strong> (95% interval 98.8–99.8%)."
    );
    assert!(page.contains("It pays most for 2 hidden neurons: stopped after 640 epochs"));
}

#[test]
fn without_a_width_to_choose_the_surest_model_is_named() {
    let page = html(&grid().data());
    assert!(page.contains("of 114 models are sure to learn in more than 95% of runs; the surest"));
    let page = html(&study("", "hidden = 4").data());
    assert!(page.contains("4 hidden neurons converged in <strong>995 of 1,000 runs"));
    let page = html(&study("", "hidden = 0").data());
    assert!(page.contains("The single neuron converged in <strong>0 of 1,000 runs"));
}

#[test]
fn text_from_a_manifest_is_never_markup() {
    let hostile = r#"description = """<script>alert('1')</script>\"><img src=x>""""#;
    let fixture = study(hostile, "hidden = [0, 2]");
    let page = html(&fixture.data());
    assert!(!page.contains("<script>alert") && !page.contains("<img"));
    assert!(page.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"));
}

#[test]
fn every_id_is_used_once() {
    let page = html(&widths().data());
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
    const VOID: [&str; 3] = ["meta", "input", "!doctype"];
    for page in [html(&widths().data()), html(&grid().data())] {
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
    let fixture = widths();
    let files = figures(&fixture.data());
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    for name in [
        "convergence-rate.svg",
        "loss-curves.svg",
        "prediction-1-1-0.svg",
        "network-hidden-3-seed-2.svg",
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
    let fixture = widths();
    let page = html(&fixture.data());
    for chart in ["rate", "survival", "prediction_1_1_0", "loss", "failures"] {
        let drawings: Vec<&str> = page
            .split(&format!("data-chart=\"{chart}\""))
            .skip(1)
            .collect();
        assert_eq!(drawings.len(), 2, "{chart}: wide and narrow");
        for drawing in drawings {
            let drawing = drawing.split("</svg>").next().unwrap();
            for model in &fixture.plan.models {
                let marked = format!("data-model=\"{}\"", model.name);
                assert!(drawing.contains(&marked), "{chart} lacks {}", model.name);
            }
        }
    }
}

#[test]
fn the_articles_run_is_marked_on_its_model_alone() {
    let page = html(&widths().data());
    assert_eq!(page.matches("data-article=\"1\"").count(), 2);
    let rest = page.split("data-article=\"1\"").next().unwrap();
    let model = rest.rsplit("data-model=\"").next().unwrap();
    assert!(model.starts_with("hidden-4\""));
    assert!(!html(&grid().data()).contains("data-article"));
}

#[test]
fn one_converged_and_one_failed_run_are_watched() {
    let fixture = widths();
    let (summary, failures) = (
        Reader::new(&fixture.summary),
        Reader::new(&fixture.failures),
    );
    let runs: Vec<(&str, u64)> = wanted(&fixture.plan, &summary, &failures)
        .into_iter()
        .map(|run| (fixture.plan.models[run.model].name.as_str(), run.seed))
        .collect();
    assert_eq!(
        runs,
        [("single-neuron", 2), ("hidden-3", 1), ("hidden-3", 2)]
    );
}

#[test]
fn empty_tables_leave_sections_out() {
    let mut fixture = study("", "hidden = [0, 2]");
    for table in [
        &mut fixture.curves,
        &mut fixture.failures,
        &mut fixture.comparisons,
    ] {
        table.rows.clear();
    }
    let page = html(&fixture.data());
    assert!(!page.contains("id=\"loss\"") && !page.contains("id=\"network\""));
    assert!(!page.contains("id=\"predictions\""));
    assert!(page.contains("Every run converged."));
}

#[test]
fn replay_commands_are_whole() {
    let page = html(&widths().data());
    let command = "aria-label=\"Copy: seedbed replay results/widths --model hidden-3 --seed 2\"";
    assert!(page.contains(command));
}
