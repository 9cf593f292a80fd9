//! What a study found, on the terminal: one line per model, the answer in words, where the
//! files are, and a command that looks closer.

use std::path::Path;
use std::time::Duration;

use super::labels;
use super::table::{self, Cell};
use super::terminal::{Terminal, shell_word};
use crate::cli::progress::{duration, large};
use crate::plan::{Model, Plan};
use crate::report::answer::right::{About, Right};
use crate::report::answer::words::paragraphs;
use crate::report::shown::MOST_MODELS;
use crate::statistics::{ModelSummary, PredictionSummary, SetSummary};
use crate::study::{Done, Findings, Made, Study};
use crate::text::{counted, grouped, interval, level, path_text, percent};
use crate::training::Status;

/// The end of `run`.
pub fn of_run(terminal: Terminal, study: &Study, done: &Done, folder: &Path) -> String {
    let plan = study.plan();
    let Some(findings) = &done.findings else {
        return terminal.plain(&of_shard(done, folder));
    };
    let mut text = found(terminal, plan, findings);
    text += "\n";
    text += &work(done);
    text += &where_it_is(plan, findings, folder);
    terminal.plain(&text)
}

/// The end of `report` and `merge`.
pub fn of_report(terminal: Terminal, made: &Made, folder: &Path) -> String {
    let Made {
        study,
        findings,
        notes,
    } = made;
    let mut text = found(terminal, study.plan(), findings);
    text += "\n";
    for line in notes.iter().flat_map(|note| note.lines()) {
        text += &folded(&terminal.clean(line), terminal.width);
        text += "\n";
    }
    text += &where_it_is(study.plan(), findings, folder);
    terminal.plain(&text)
}

/// A shard has no statistics; the whole has.
fn of_shard(done: &Done, folder: &Path) -> String {
    format!(
        "{}results   {}\nnext      seedbed merge OUT SHARD... when every shard is done\n",
        work(done),
        path_text(folder)
    )
}

/// The table and the answer.
fn found(terminal: Terminal, plan: &Plan, findings: &Findings) -> String {
    let (drawn, dropped) = models(terminal, plan, findings);
    let mut text = drawn;
    if dropped > 0 {
        text += &format!("({dropped} more in summary.csv)\n");
    }
    let more = plan.models.len().saturating_sub(MOST_MODELS);
    if more > 0 {
        let more = counted(more, "more model");
        text += &format!("… {more} in summary.csv\n");
    }
    for paragraph in paragraphs(plan, findings) {
        text += &format!("\n{}", folded(&paragraph, terminal.width));
    }
    text
}

/// One line per model; after them one for each that is several partitions of the rows taken
/// together.
fn models(terminal: Terminal, plan: &Plan, findings: &Findings) -> (String, usize) {
    let confidence = level(plan.manifest.statistics.confidence);
    let heading = format!("{confidence} interval");
    let names = prediction_names(plan);
    let labels = labels::telling_apart(plan);
    let right = Right::new(plan, findings).map(|right| right.about);
    let mut header: Vec<&str> = labels.iter().map(|label| label.heading()).collect();
    header.extend(
        right
            .into_iter()
            .flat_map(|about| right_headings(about, &heading)),
    );
    header.extend(match right {
        None => vec!["converged", "", heading.as_str(), "median epochs"],
        // One interval a line is enough.
        Some(_) => vec!["converged", "median epochs"],
    });
    for (name, has_target) in &names {
        header.push(name);
        if *has_target {
            header.push("right");
        }
    }
    let row = |(model, summary): (&Model, &ModelSummary)| {
        let mut cells: Vec<Cell> = labels
            .iter()
            .map(|label| Cell::Text(label.of(model)))
            .collect();
        let [rate, bar, ends] = rate(summary);
        match right {
            None => cells.extend([rate, bar, ends]),
            Some(about) => {
                cells.extend(right_cells(summary, about));
                cells.push(rate);
            }
        }
        cells.push(Cell::Number(
            summary
                .median
                .value
                .map_or_else(nothing, |epochs| grouped(epochs.into())),
        ));
        for (prediction, (_, has_target)) in summary.predictions.iter().zip(&names) {
            cells.extend(predicted(prediction, *has_target));
        }
        cells
    };
    let models = plan.models.iter().zip(&findings.summaries);
    let pools = plan.pools().iter().map(|pool| &pool.model);
    let pools = pools.zip(&findings.pooled.summaries);
    let rows: Vec<Vec<Cell>> = models
        .take(MOST_MODELS)
        .chain(pools.take(MOST_MODELS))
        .map(row)
        .collect();
    table::draw(terminal, &header, &rows)
}

/// Headings of how often rows are right.
fn right_headings(about: About, interval: &str) -> Vec<&str> {
    match about {
        About::Test => vec!["test right", "", interval, "training"],
        About::Training => vec!["rows right", "", interval],
    }
}

/// How often rows are right: the mean with its bar and interval, and that of training rows
/// beside that of test rows.
fn right_cells(summary: &ModelSummary, about: About) -> Vec<Cell> {
    let performance = summary.performance.as_ref();
    let training = performance.map(|all| &all.training);
    let set = match about {
        About::Test => performance.and_then(|all| all.test.as_ref()),
        About::Training => training,
    };
    let mean = |set: Option<&SetSummary>| {
        let mean = set.and_then(|set| set.accuracy.mean);
        Cell::Number(mean.map_or_else(nothing, |mean| percent(mean.value)))
    };
    let ends = set.and_then(|set| set.accuracy_interval);
    let bar = match ends {
        Some(ends) => Cell::Bar {
            low: ends.low,
            high: ends.high,
        },
        None => Cell::Text(String::new()),
    };
    let ends = ends.map_or_else(nothing, |ends| interval(ends.low, ends.high));
    let mut cells = vec![mean(set), bar, Cell::Number(ends)];
    if about == About::Test {
        cells.push(mean(training));
    }
    cells
}

/// `[1,1,0]`, or `[1,1,0] 2` for the second of several outputs; and whether it has a target.
fn prediction_names(plan: &Plan) -> Vec<(String, bool)> {
    let outputs = plan.manifest.data.output_count();
    let mut names = Vec::new();
    for query in &plan.manifest.queries {
        let input: Vec<String> = query.input.iter().map(f64::to_string).collect();
        for output in 1..=outputs {
            let which = if outputs == 1 {
                String::new()
            } else {
                format!(" {output}")
            };
            names.push((
                format!("[{}]{which}", input.join(",")),
                query.target.is_some(),
            ));
        }
    }
    names
}

/// The rate, its bar and its interval.
fn rate(summary: &ModelSummary) -> [Cell; 3] {
    match summary.rate {
        None => [
            Cell::Number(nothing()),
            Cell::Text(String::new()),
            Cell::Number(nothing()),
        ],
        Some(rate) => [
            Cell::Number(percent(rate.value)),
            Cell::Bar {
                low: rate.interval.low,
                high: rate.interval.high,
            },
            Cell::Number(interval(rate.interval.low, rate.interval.high)),
        ],
    }
}

/// The median prediction and, if there is a target, how often it is right.
fn predicted(prediction: &PredictionSummary, has_target: bool) -> Vec<Cell> {
    let spread = &prediction.all;
    let median = spread
        .median
        .map_or_else(nothing, |median| format!("{:.4}", median.value));
    let mut cells = vec![Cell::Number(median)];
    if has_target {
        let right = spread
            .correct
            .map_or_else(nothing, |correct| percent(correct.value));
        cells.push(Cell::Number(right));
    }
    cells
}

fn nothing() -> String {
    "–".to_owned()
}

/// What was done now and how fast.
fn work(done: &Done) -> String {
    if done.runs == 0 {
        return "done      no run falls into this part\n".to_owned();
    }
    if done.new_runs == 0 {
        let runs = counted(done.runs, "run");
        return format!("done      {runs} there already; nothing to train\n");
    }
    let old = done.runs - done.new_runs;
    let before = match old {
        0 => String::new(),
        old => format!(" ({} were there)", grouped(old.into())),
    };
    let seconds = done.seconds.max(1e-9);
    format!(
        "trained   {}{before}, {} network-epochs in {}\nspeed     {} network-epochs/s\n",
        counted(done.new_runs, "run"),
        large(done.network_epochs as f64),
        duration(Duration::try_from_secs_f64(seconds).unwrap_or_default()),
        large(done.network_epochs as f64 / seconds),
    )
}

/// The folder, and the command that tells the story of one of its runs.
fn where_it_is(plan: &Plan, findings: &Findings, folder: &Path) -> String {
    let (model, seed) = worth_a_look(plan, findings);
    format!(
        "results   {}\nnext      seedbed replay {} --model {model} --seed {seed}\n",
        path_text(folder),
        shell_word(&folder.to_string_lossy())
    )
}

/// A run that failed in the model that failed least; the first run of the last model if none
/// did or all did.
fn worth_a_look<'a>(plan: &'a Plan, findings: &Findings) -> (&'a str, u64) {
    let mut best: Option<(f64, usize, u64)> = None;
    for (index, (summary, endings)) in findings.summaries.iter().zip(&findings.endings).enumerate()
    {
        let failed = endings
            .iter()
            .find(|ending| ending.status != Status::Converged);
        let rate = summary.rate.map_or(0.0, |rate| rate.value);
        if let Some(failed) = failed
            && rate > best.map_or(0.0, |(rate, _, _)| rate)
        {
            best = Some((rate, index, failed.example_seed));
        }
    }
    let last = plan.models.len().saturating_sub(1);
    let first_seed = plan.manifest.seeds.get(0).unwrap_or_default();
    let (_, index, seed) = best.unwrap_or((0.0, last, first_seed));
    (
        plan.models
            .get(index)
            .map_or("", |model| model.name.as_str()),
        seed,
    )
}

/// Text in lines of at most `width` characters.
pub fn folded(text: &str, width: usize) -> String {
    let mut folded = String::new();
    for paragraph in text.lines() {
        let mut length = 0;
        for word in paragraph.split(' ') {
            let wanted = word.chars().count();
            if length > 0 && length + 1 + wanted > width {
                folded.push('\n');
                length = 0;
            } else if length > 0 {
                folded.push(' ');
                length += 1;
            }
            folded.push_str(word);
            length += wanted;
        }
        folded.push('\n');
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn words_fill_lines_and_no_line_is_too_long() {
        assert_eq!(folded("a bb ccc dddd", 6), "a bb\nccc\ndddd\n");
        assert_eq!(folded("one\ntwo", 80), "one\ntwo\n");
        assert_eq!(folded("longerthanthis x", 5), "longerthanthis\nx\n");
    }
}
