//! The network moving through its training: drawings of a converged and a failed run of one
//! model side by side, the answers of every neuron to every row, and the data for the script.

use std::fmt::Write;

use crate::dataset::Dataset;
use crate::plan::{Model, Plan};
use crate::report::figures::data::{Episode, Frame, Reader, ReportData};
use crate::report::figures::network::{self, NEURONS, Scene, brief};
use crate::report::figures::predictions::shorten;
use crate::report::figures::sweep::Sweep;
use crate::report::figures::text::{escape, number, title, whole};

/// The most training rows and the most queries whose answers are shown.
const ROWS: (usize, usize) = (16, 8);

/// A row of the dataset, or a query, as the player shows it.
struct Row {
    /// Which row of the activations.
    index: usize,
    name: String,
    inputs: Vec<f64>,
    target: Option<Vec<f64>>,
}

/// A run that the report would like to have retrained step by step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// The model's position in the plan.
    pub model: usize,
    /// The run's seed.
    pub seed: u64,
}

/// Which runs to retrain: of the single neuron and of one network with hidden neurons, a
/// converged and a failed one each, if there are such; their seeds are those of failures.csv.
///
/// The network is the smallest that mostly converges but not always, so that both fates can be
/// seen; failing that, one with the rate closest to a half.
pub fn wanted(plan: &Plan, summary: &Reader, failures: &Reader) -> Vec<Wanted> {
    let groups = failures.by_model();
    let seeds = |model: &Model| -> Vec<Wanted> {
        let rows = groups.get(model.name.as_str()).cloned().unwrap_or(0..0);
        let find = |converged: bool| {
            let mut rows = rows.clone();
            rows.find(|row| (failures.text(*row, "status") == "converged") == converged)
        };
        let seed = |row| failures.text(row, "example_seed").parse().ok();
        [find(true), find(false)]
            .into_iter()
            .flatten()
            .filter_map(seed)
            .map(|seed| Wanted {
                model: model.index,
                seed,
            })
            .collect()
    };
    let single = plan.models.iter().find(|model| model.hidden.is_empty());
    let mut wanted = single.map(&seeds).unwrap_or_default();
    wanted.extend(chosen(plan, summary).map(seeds).unwrap_or_default());
    wanted.retain(|run| drawable(plan, &plan.models[run.model]));
    wanted
}

fn drawable(plan: &Plan, model: &Model) -> bool {
    let dataset = &plan.manifest.dataset;
    let layers = [dataset.inputs.ncols(), dataset.targets.ncols()];
    layers
        .iter()
        .chain(&model.hidden)
        .all(|size| *size <= NEURONS)
        && model.hidden.len() <= 3
}

fn chosen<'a>(plan: &'a Plan, summary: &Reader) -> Option<&'a Model> {
    let candidates = plan
        .models
        .iter()
        .filter(|model| !model.hidden.is_empty() && drawable(plan, model))
        .filter_map(|model| Some((model, summary.number(model.index, "rate")?)));
    let candidates: Vec<(&Model, f64)> = candidates.collect();
    let mostly = candidates
        .iter()
        .filter(|(_, rate)| (0.5..1.0).contains(rate));
    let smallest = mostly.min_by_key(|(model, _)| model.hidden.iter().sum::<usize>());
    let closest = || {
        let distance = |rate: f64| (rate - 0.5).abs();
        candidates
            .iter()
            .min_by(|a, b| distance(a.1).total_cmp(&distance(b.1)))
    };
    smallest.or_else(closest).map(|(model, _)| *model)
}

/// The section's players and their data; empty if there are no episodes.
pub fn players(data: &ReportData, sweep: &Sweep) -> String {
    let rows = rows(&data.plan.manifest.dataset, data.plan);
    let groups: Vec<&[Episode]> = data
        .episodes
        .chunk_by(|a, b| a.model == b.model)
        .filter(|group| group.iter().all(|episode| !episode.frames.is_empty()))
        .collect();
    if groups.is_empty() {
        return String::new();
    }
    let mut html = String::new();
    for (position, group) in groups.iter().enumerate() {
        html += &player(data, sweep, &rows, position, group);
    }
    let stored: Vec<String> = groups.iter().map(|group| json(&rows, group)).collect();
    let _ = writeln!(
        html,
        "<script type=\"application/json\" id=\"episodes\">[{}]</script>",
        stored.join(",\n")
    );
    html
}

fn rows(dataset: &Dataset, plan: &Plan) -> Vec<Row> {
    let training = dataset
        .inputs
        .rows()
        .into_iter()
        .zip(dataset.targets.rows());
    let training = training
        .enumerate()
        .take(ROWS.0)
        .map(|(index, (inputs, target))| Row {
            index,
            name: format!("row {}", index + 1),
            inputs: inputs.to_vec(),
            target: Some(target.to_vec()),
        });
    let first = dataset.inputs.nrows();
    let queries = plan.manifest.queries.iter().take(ROWS.1).enumerate();
    let queries = queries.map(|(position, query)| Row {
        index: first + position,
        name: "asked".to_owned(),
        inputs: query.input.clone(),
        target: query.target.clone(),
    });
    training.chain(queries).collect()
}

fn list(values: &[f64]) -> String {
    let values: Vec<String> = values.iter().map(|value| number(*value, 3)).collect();
    shorten(&values.join(" "), 32)
}

fn player(
    data: &ReportData,
    sweep: &Sweep,
    rows: &[Row],
    position: usize,
    group: &[Episode],
) -> String {
    let model = &data.plan.models[group[0].model];
    let phrase = sweep.phrase(model.index);
    let last = epochs(group).len().saturating_sub(1);
    let mut options = String::new();
    for (position, row) in rows.iter().enumerate() {
        let target = row
            .target
            .as_ref()
            .map_or_else(String::new, |t| format!(" → {}", list(t)));
        let _ = write!(
            options,
            "<option value=\"{position}\">{}: {}{}</option>",
            row.name,
            escape(&list(&row.inputs)),
            escape(&target)
        );
    }
    let mut html = format!(
        "<section class=\"player\" aria-labelledby=\"player-{position}\">\
         <h3 id=\"player-{position}\">{}</h3>\
         <div class=\"controls\" hidden><button type=\"button\" class=\"play\">Play</button>\
         <label class=\"time\"><span class=\"word\">Training</span> <input type=\"range\" min=\"0\" max=\"{last}\" \
         value=\"{last}\" step=\"1\"><span class=\"when\"></span></label>\
         <label class=\"which\"><span class=\"word\">Show the answer to</span> <select>{options}</select></label></div>\
         <div class=\"runs\">\n",
        escape(&title(&phrase).replacen(" hidden", " hidden neurons", 1))
    );
    let largest = network::largest_weight(group.iter());
    for episode in group {
        html += &run(data, rows, episode, largest);
    }
    html + "</div></section>\n"
}

fn run(data: &ReportData, rows: &[Row], episode: &Episode, largest: f64) -> String {
    let (Some(frame), Some(row)) = (episode.frames.last(), rows.first()) else {
        return String::new();
    };
    let model = &data.plan.models[episode.model].name;
    let fate = match episode.convergence_epoch {
        Some(epoch) => format!(
            "✓ Seed {} converged at epoch {}",
            episode.seed,
            whole(epoch as f64)
        ),
        None => format!("✗ Seed {} did not converge", episode.seed),
    };
    let scene = Scene {
        inputs: &row.inputs,
        row: row.index,
        target: row.target.clone(),
        largest,
        label: &format!("Network {model} trained from seed {}", episode.seed),
    };
    format!(
        "<div class=\"run\"><h4>{fate}</h4><p class=\"readout\">after {} updates, loss {}</p>{}\
         {}{}{}</div>\n",
        whole(frame.epoch as f64),
        number(frame.mse, 3),
        network::draw(frame, &scene),
        answers(rows, frame, episode.seed),
        weights(frame, episode.seed),
        super::replay(data, model, episode.seed),
    )
}

/// The answers of all neurons to all rows: the matrix product, row by row.
fn answers(rows: &[Row], frame: &Frame, seed: u64) -> String {
    let layers = frame.activations.len();
    let mut html = format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Answers of seed {seed}\">\
         <table class=\"answers\"><caption>What each neuron answers to each row</caption>\
         <thead><tr><th scope=\"col\">inputs</th>"
    );
    for (layer, values) in frame.activations.iter().enumerate() {
        for neuron in 1..=values.ncols() {
            let name = match (layer + 1 == layers, values.ncols(), layers) {
                (true, 1, _) => "out".to_owned(),
                (true, ..) => format!("out {neuron}"),
                (false, _, 2) => format!("h{neuron}"),
                (false, ..) => format!("h{}.{neuron}", layer + 1),
            };
            let _ = write!(html, "<th scope=\"col\">{name}</th>");
        }
    }
    html += "<th scope=\"col\">target</th><th scope=\"col\" class=\"words\">answer</th></tr></thead><tbody>\n";
    for (position, row) in rows.iter().enumerate() {
        let now = if position == 0 { " class=\"now\"" } else { "" };
        let _ = write!(
            html,
            "<tr{now}><th scope=\"row\">{}</th>",
            escape(&list(&row.inputs))
        );
        for value in values(frame, row.index) {
            let share = (100.0 * value.abs().min(1.0)).round();
            let below = if value < 0.0 { " below" } else { "" };
            let _ = write!(
                html,
                "<td class=\"v{below}\" style=\"--v:{share}%\">{}</td>",
                format!("{value:.2}").replace('-', "−")
            );
        }
        let target = row
            .target
            .as_ref()
            .map_or_else(|| "–".to_owned(), |target| list(target));
        let _ = writeln!(
            html,
            "<td>{}</td><td class=\"verdict\">{}</td></tr>",
            escape(&target),
            verdict(row, frame)
        );
    }
    html + "</tbody></table></div>"
}

/// What all neurons answer to a row, layer by layer.
fn values(frame: &Frame, row: usize) -> impl Iterator<Item = f64> + '_ {
    let layers = frame.activations.iter();
    layers
        .flat_map(move |layer| (0..layer.ncols()).filter_map(move |n| layer.get((row, n)).copied()))
}

fn verdict(row: &Row, frame: &Frame) -> &'static str {
    let (Some(target), Some(outputs)) = (&row.target, frame.activations.last()) else {
        return "";
    };
    let right = target.iter().enumerate().all(|(output, target)| {
        outputs
            .get((row.index, output))
            .is_some_and(|o| (target - o).abs() < 0.5)
    });
    if right { "✓ right" } else { "✗ wrong" }
}

/// The weights as matrices.
fn weights(frame: &Frame, seed: u64) -> String {
    let mut html = "<details><summary>The weights as numbers</summary>".to_owned();
    let mut first = 0;
    let mut fan_in = None;
    for (layer, matrix) in frame.weights.iter().enumerate() {
        let from = if layer == 0 { "input" } else { "hidden" };
        let _ = write!(
            html,
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Weights of layer {0}, seed \
             {seed}\"><table><caption>Layer {0}: one row per {from}, one column per neuron</caption><tbody>",
            layer + 1
        );
        for (number, row) in matrix.rows().into_iter().enumerate() {
            let name = if Some(number) == fan_in {
                "bias".to_owned()
            } else {
                format!("{from} {}", number + 1)
            };
            let _ = write!(html, "<tr><th scope=\"row\">{name}</th>");
            for weight in row {
                let text = brief(*weight).replace('-', "−");
                let _ = write!(html, "<td data-w=\"{first}\">{text}</td>");
                first += 1;
            }
            html += "</tr>";
        }
        html += "</tbody></table></div>";
        fan_in = Some(matrix.ncols());
    }
    html + "</details>"
}

/// The epochs of the longest episode.
fn epochs(group: &[Episode]) -> Vec<u64> {
    let longest = group.iter().max_by_key(|episode| episode.frames.len());
    longest.map_or_else(Vec::new, |episode| {
        episode.frames.iter().map(|f| f.epoch).collect()
    })
}

fn numbers(values: impl Iterator<Item = f64>) -> String {
    let values: Vec<String> = values.map(brief).collect();
    format!("[{}]", values.join(","))
}

/// A player's data. Only numbers are in it, so nothing can end the script element.
fn json(rows: &[Row], group: &[Episode]) -> String {
    let rows_json: Vec<String> = rows
        .iter()
        .map(|row| {
            let target = row.target.as_ref();
            let target = target.map_or("null".to_owned(), |t| numbers(t.iter().copied()));
            format!(
                "{{\"x\":{},\"t\":{target}}}",
                numbers(row.inputs.iter().copied())
            )
        })
        .collect();
    let runs: Vec<String> = group
        .iter()
        .map(|episode| {
            let frames = episode.frames.iter().map(|frame| frame_json(rows, frame));
            let frames: Vec<String> = frames.collect();
            format!("{{\"frames\":[{}]}}", frames.join(",\n"))
        })
        .collect();
    let epochs: Vec<String> = epochs(group).iter().map(u64::to_string).collect();
    format!(
        "{{\"largest\":{},\"epochs\":[{}],\"rows\":[{}],\"runs\":[{}]}}",
        brief(network::largest_weight(group.iter())),
        epochs.join(","),
        rows_json.join(","),
        runs.join(",\n")
    )
}

fn frame_json(rows: &[Row], frame: &Frame) -> String {
    let answers: Vec<String> = rows
        .iter()
        .map(|row| numbers(values(frame, row.index)))
        .collect();
    format!(
        "{{\"e\":{},\"m\":{},\"w\":{},\"a\":[{}]}}",
        frame.epoch,
        brief(frame.mse),
        numbers(frame.weights.iter().flatten().copied()),
        answers.join(",")
    )
}
