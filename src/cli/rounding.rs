//! `seedbed rounding`: how many runs end otherwise one step of rounding away, on the terminal: a
//! line a model, and what the numbers mean.

use std::cmp::Reverse;

use super::labels::{self, Label};
use super::progress::{Counter, Mode};
use super::summary::folded;
use super::table::{self, Cell};
use super::terminal::{self, Terminal};
use super::{arguments, interrupt};
use crate::error::Result;
use crate::plan::Plan;
use crate::report::shown::MOST_MODELS;
use crate::results::folder::ROUNDING;
use crate::statistics::{Changed, Estimate, Rounding};
use crate::study::{Event, Roundings, Study};
use crate::text::{counted, grouped, level, number, path_text, percent};

/// Of more than [`MOST_MODELS`], so many are shown.
const SHOWN: usize = 20;

/// Trains the twins of a sample and tells what became of them.
pub fn rounding(arguments: &arguments::Rounding, terminal: Terminal) -> Result<()> {
    let folder = &arguments.results;
    let interrupt = interrupt::listen();
    let mut study = Study::of_results(folder)?.interrupted_by(interrupt);
    if let Some(threads) = arguments.threads {
        study = study.threads(threads.get());
    }
    let mode = Mode::of(arguments.progress, terminal);
    let counter = Counter::new(mode, "twins trained", interrupt);
    let mut show = |done, all| counter.show(done, all);
    let warn = |event: Event| {
        if let Event::Warning(text) = event {
            terminal::note(&text);
        }
    };
    let found = match arguments.write {
        true => study.write_rounding(folder, arguments.sample, &warn, &mut show),
        false => study.rounding(folder, arguments.sample, &mut show),
    };
    counter.finish();
    let mut text = told(terminal, study.plan(), &found?);
    if arguments.write {
        text += &format!("\nwrote     {}\n", path_text(&folder.join(ROUNDING)));
    }
    interrupt::end_soon();
    terminal::say(&terminal.plain(&text))
}

/// The table, the notes and what the numbers mean.
fn told(terminal: Terminal, plan: &Plan, found: &Roundings) -> String {
    let models = shown(&found.models);
    let (mut text, dropped) = table(terminal, plan, &found.models, &models);
    if dropped > 0 {
        let columns = counted(dropped, "more column");
        text += &format!("({columns} in {ROUNDING}, which --write writes)\n");
    }
    if models.len() < plan.models.len() {
        let which = format!(
            "These are the {SHOWN} of {} models with the most changes; --write writes all into {ROUNDING}.",
            grouped(plan.models.len() as u128)
        );
        text += &folded(&which, terminal.width);
    }
    let mut meaning = meaning(plan, &found.models);
    for line in found.notes.iter().flat_map(|note| note.lines()) {
        meaning += &format!("\n{}", terminal.clean(line));
    }
    text + "\n" + &folded(&meaning, terminal.width)
}

/// Positions of the models that have a line, ascending: all or, of very many, those that changed
/// most.
fn shown(roundings: &[Rounding]) -> Vec<usize> {
    let mut models: Vec<usize> = (0..roundings.len()).collect();
    if models.len() > MOST_MODELS {
        models.sort_by_key(|&model| Reverse(changes(&roundings[model])));
        models.truncate(SHOWN);
        models.sort_unstable();
    }
    models
}

/// By what models are ranked: the change that matters most comes first.
fn changes(rounding: &Rounding) -> [u64; 4] {
    let Rounding {
        status,
        correct,
        convergence_epoch,
        prediction,
        ..
    } = rounding;
    [status, correct, convergence_epoch, prediction].map(|changed| changed.runs)
}

/// One line a model, and how many columns had no room.
fn table(
    terminal: Terminal,
    plan: &Plan,
    roundings: &[Rounding],
    models: &[usize],
) -> (String, usize) {
    let labels = labels::telling_apart(plan);
    let queries = &plan.manifest.queries;
    let has_target = queries.iter().any(|query| query.target.is_some());
    let mut header: Vec<&str> = labels.iter().map(Label::heading).collect();
    header.extend(["pairs", "status", "epoch"]);
    header.extend(has_target.then_some("right"));
    header.extend((!queries.is_empty()).then_some("moved"));
    header.push("rate");
    let row = |&model: &usize| {
        let rounding = &roundings[model];
        let names = labels.iter().map(|label| label.of(&plan.models[model]));
        let mut row: Vec<Cell> = names
            .map(|name| Cell::Text(terminal.clean(&name)))
            .collect();
        row.push(Cell::Number(grouped(rounding.runs.into())));
        row.push(changed(&rounding.status));
        row.push(changed(&rounding.convergence_epoch));
        row.extend(has_target.then(|| changed(&rounding.correct)));
        row.extend((!queries.is_empty()).then(|| changed(&rounding.prediction)));
        row.push(Cell::Number(rates_text(terminal, rounding)));
        row
    };
    let rows: Vec<Vec<Cell>> = models.iter().map(row).collect();
    table::draw(terminal, &header, &rows)
}

/// `322 29–35%`: how many, and the interval of their share in two digits, so that a line of four
/// of them fits a terminal.
fn changed(changed: &Changed) -> Cell {
    let count = grouped(changed.runs.into());
    let ends = changed.share.map(|share| share.interval);
    Cell::Number(ends.map_or(count.clone(), |ends| {
        let [low, high] = [ends.low, ends.high].map(|share| number(100.0 * share, 2));
        format!("{count} {low}–{high}%")
    }))
}

/// The rate of the runs, and that of their twins where it is another: `44.7%`, `46% → 45%`.
fn rates_text(terminal: Terminal, rounding: &Rounding) -> String {
    let text = |rate: Option<Estimate>| rate.map_or("–".to_owned(), |rate| percent(rate.value));
    let [rate, twins] = [rounding.rate, rounding.twin_rate].map(text);
    match rate == twins {
        true => rate,
        false => format!("{rate} {} {twins}", terminal.pick("→", "->")),
    }
}

/// What the numbers mean, in sentences.
fn meaning(plan: &Plan, roundings: &[Rounding]) -> String {
    let runs: u64 = roundings.iter().map(|rounding| rounding.runs).sum();
    if runs == 0 {
        return "There is no run to compare with its twin.".to_owned();
    }
    format!(
        "Each cell has how many pairs differ, and the {} interval of their share; the rate is that \
         of the runs, followed by that of their twins where it is another. {} {}",
        level(plan.manifest.statistics.confidence),
        ends(plan, roundings, runs),
        rates(plan, roundings)
    )
}

/// What rounding decides of the runs, and of which model's most.
fn ends(plan: &Plan, roundings: &[Rounding], runs: u64) -> String {
    let total = |of: fn(&Rounding) -> u64| roundings.iter().map(of).sum::<u64>();
    let [status, epoch, correct, moved] = [
        total(|rounding| rounding.status.runs),
        total(|rounding| rounding.convergence_epoch.runs),
        total(|rounding| rounding.correct.runs),
        total(|rounding| rounding.prediction.runs),
    ];
    let whole = |count: u64| grouped(count.into());
    if status + epoch + correct == 0 {
        let all = match runs {
            1 => "The run ends like its twin".to_owned(),
            _ => format!("Each of {} ends like its twin", counted(runs, "run")),
        };
        return match moved {
            0 => format!("{all}: rounding decides nothing of them."),
            _ => format!("{all}, but predictions of {} moved.", whole(moved)),
        };
    }
    let decided = [
        ("how", status, "end"),
        ("when", epoch, "converge"),
        ("what", correct, "get right"),
    ];
    let decided = decided.into_iter().filter(|(_, count, _)| *count > 0);
    let mut of_all = format!(" of {}", counted(runs, "run"));
    let decided: Vec<String> = decided
        .map(|(what, count, verb)| {
            let of_all = std::mem::take(&mut of_all);
            format!("{what} {}{of_all} {verb}", whole(count))
        })
        .collect();
    let most = most(plan, roundings).filter(|_| roundings.len() > 1);
    let most = most.map_or(String::new(), |name| format!(", most often of {name}"));
    let rest = match status {
        0 => "; how they end, it does not decide",
        _ => "",
    };
    format!("Rounding decides {}{most}{rest}.", listed(&decided))
}

/// The model with the most changes, the first of equals.
fn most<'p>(plan: &'p Plan, roundings: &[Rounding]) -> Option<&'p str> {
    let rank = |&model: &usize| (changes(&roundings[model]), Reverse(model));
    let most = (0..roundings.len()).max_by_key(rank)?;
    Some(&plan.models[most].name)
}

/// `a, b and c`.
fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// Whether rates differ by more than chance explains. Of many intervals, some miss 0 by chance.
fn rates(plan: &Plan, roundings: &[Rounding]) -> String {
    let differences = roundings.iter().map(|rounding| rounding.rate_difference);
    let misses = |difference: Estimate| {
        let interval = difference.interval;
        interval.low > 0.0 || interval.high < 0.0
    };
    let known = differences.clone().flatten().count();
    let mut apart = differences
        .enumerate()
        .filter(|(_, it)| it.is_some_and(misses));
    let Some((first, _)) = apart.next() else {
        return "No rate changed by more than chance explains.".to_owned();
    };
    let apart = 1 + apart.count();
    let by_chance = (1.0 - plan.manifest.statistics.confidence) * known as f64;
    format!(
        "The rate changed by more than chance explains for {apart} of {}, the first is {}; of so many intervals about {by_chance:.1} miss 0 by chance.",
        counted(known, "model"),
        plan.models[first].name
    )
}

#[cfg(test)]
mod tests;
