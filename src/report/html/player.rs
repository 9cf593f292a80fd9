//! The network moving through its training: drawings of a converged and a failed run of one
//! model side by side, the answers of every neuron to every row, and the data for the script.

mod answers;
mod row;
mod store;
mod wanted;

use std::fmt::Write;

use crate::report::figures::data::{Episode, ReportData};
use crate::report::figures::network::{self, Scene};
use crate::report::figures::sweep::Sweep;
use crate::text::{escape, number, title, whole};

use answers::{answers, weights};
use row::{Row, list, rows};
use store::{epochs, json};

pub use wanted::{Wanted, wanted};

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
    let whose = format!("{}, seed {}", escape(model), episode.seed);
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
        answers(rows, frame, &whose),
        weights(frame, &whose),
        super::replay(data, model, episode.seed),
    )
}
