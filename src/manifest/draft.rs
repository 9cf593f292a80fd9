//! What `seedbed new --from` hands out: a manifest for a data file, with what was guessed of it and
//! why in its comments, and the same in a few lines for the terminal.

use std::path::Path;

use super::Manifest;
use super::data::Goal;
use super::starter::refuse_name;
use super::table::{self, Guess, MOMENTUM, SEEDS, SPLIT_SEED, Sets, TEST};
use super::values::check_path;
use super::words::Word;
use crate::error::{Error, Result};
use crate::text::{counted, grouped, number, path_text, percent, quoted, shortest};

/// A manifest for a data file.
#[derive(Debug)]
pub struct Draft {
    /// Its text.
    pub text: String,
    /// What was guessed: a label and its text, line by line.
    pub told: Vec<(&'static str, String)>,
    /// Why the manifest is refused until the file is changed, and how to change it.
    pub refused: Option<String>,
}

/// A manifest called `name` for the file at `path`, which is as seen from `folder`, where the
/// manifest will be.
///
/// # Errors
/// [`Error::Usage`] for a name or path that no manifest can have, or a file that can't be read;
/// [`Error::Manifest`] with every problem of a file that can't be trained with.
pub fn draft(name: &str, path: &Path, folder: &Path) -> Result<Draft> {
    refuse_name(name)?;
    let csv = csv_path(path)?;
    let file = format!("{name}.toml");
    let guess = table::guess(&folder.join(path), &file)?;
    let text = [
        opening(name, &csv, &guess),
        data(&csv, &guess),
        settings(&guess),
    ]
    .concat();
    let refused = guess
        .beyond
        .map(|(least, largest)| beyond(&guess.target, least, largest));
    match Manifest::parse(&text, &file, folder) {
        Ok(_) => {}
        // Targets beyond 0 to 1 are one problem, which the draft says itself.
        Err(Error::Manifest(found)) if refused.is_some() && found.list.len() + found.more == 1 => {}
        Err(error) => return Err(error),
    }
    Ok(Draft {
        text,
        told: told(&guess),
        refused,
    })
}

/// The path as a manifest writes it.
fn csv_path(path: &Path) -> Result<String> {
    let refuse = |reason: &str, hint: &str| {
        Error::Usage(format!(
            "{} can't be the data file of a manifest ({reason}); expected the path of a CSV file \
             as seen from the manifest, such as patterns.csv or ../data/patterns.csv; {hint}",
            path_text(path)
        ))
    };
    let text = path
        .to_str()
        .ok_or_else(|| refuse("its name is not UTF-8", "rename it"))?;
    // Manifests go from one system to another, and all of them understand slashes.
    let text = match cfg!(windows) {
        true => text.replace('\\', "/"),
        false => text.to_owned(),
    };
    check_path(&text).map_err(|reason| refuse(&reason, "or copy the file here"))?;
    Ok(text)
}

fn opening(name: &str, csv: &str, guess: &Guess) -> String {
    let question = format!(
        "How well do networks of each width predict {} of {}?",
        quoted(&guess.target),
        quoted(csv)
    );
    format!(
        "#:schema ./seedbed.schema.json\n\
         # Guessed from {}: read the comments, and change what is wrong.\n\
         #\n\
         #   seedbed plan {name}.toml    what is understood of the file, and what it will cost\n\
         #   seedbed run {name}.toml     trains it and writes results/{name}/\n\
         \n\
         name = \"{name}\"\n\
         description = {}\n\
         \n",
        quoted(csv),
        toml_text(&question)
    )
}

/// `[data]`, with a reason beside every guess.
fn data(csv: &str, guess: &Guess) -> String {
    let mut text = format!(
        "[data]\ncsv = {}   # as seen from this manifest\n",
        toml_text(csv)
    );
    if !guess.header {
        text += "header = false   # the first line is a row: the columns are c1, c2, ...\n";
    }
    text += &format!(
        "target_columns = [{}]   # {}\n",
        toml_text(&guess.target),
        guess.why
    );
    text += &task(guess);
    text += &format!(
        "# Inputs are all columns that are not named here: {}.\n",
        inputs(guess)
    );
    let categories = guess.categories.iter();
    let categories: Vec<(&str, String)> = categories
        .map(|(name, values)| {
            let each = format!(
                "text: an input for each of its {}",
                counted(*values, "value")
            );
            (name.as_str(), each)
        })
        .collect();
    text += &list("category_columns", &categories);
    let left_out = guess.left_out.iter();
    let left_out: Vec<(&str, String)> = left_out
        .map(|(name, reason)| (name.as_str(), reason.clone()))
        .collect();
    text += &list("ignore_columns", &left_out);
    if guess.missing.0 > 0 {
        text += &format!("missing = \"drop\"   # {}\n", missing(guess));
    }
    text += &sets(guess);
    text += &match guess.scale {
        Some(reason) => format!("scale = \"standard\"   # {reason}\n"),
        None => "# Inputs are of the same size, about -2 to 2, and stay as they are; or:\n\
                 # scale = \"standard\"\n"
            .to_owned(),
    };
    text + "\n"
}

fn task(guess: &Guess) -> String {
    let word = guess.goal.word();
    match (guess.goal, guess.beyond) {
        (Goal::Classify, _) => format!(
            "task = \"{word}\"   # {} different values are as many classes; numbers: \"regress\"\n\
             classes = \"one-output-each\"\n",
            grouped(guess.values as u128)
        ),
        (Goal::Regress, None) => {
            format!(
                "task = \"{word}\"   # numbers from 0 to 1; if they are classes: \"classify\"\n"
            )
        }
        (Goal::Regress, Some((least, largest))) => format!(
            "# {}.\ntask = \"{word}\"\n",
            beyond(&guess.target, least, largest).replace(": ", ":\n# ")
        ),
    }
}

/// Why targets are refused, and how to scale them.
fn beyond(target: &str, least: f64, largest: f64) -> String {
    let (low, high) = (shortest(least), shortest(largest));
    let minus = match least < 0.0 {
        true => format!("({low})"),
        false => low.clone(),
    };
    format!(
        "column {} goes from {low} to {high}, and targets go from 0 to 1 only: this manifest is \
         refused until the file has (value - {minus}) / ({high} - {minus}) instead of each value",
        quoted(target)
    )
}

/// A list of columns, each with its comment.
fn list(key: &str, columns: &[(&str, String)]) -> String {
    if columns.is_empty() {
        return String::new();
    }
    let lines: Vec<String> = columns
        .iter()
        .map(|(name, comment)| format!("  {},   # {comment}\n", toml_text(name)))
        .collect();
    format!("{key} = [\n{}]\n", lines.concat())
}

fn sets(guess: &Guess) -> String {
    match &guess.sets {
        Sets::Column(name, others) => format!(
            "set_column = {}   # says which rows are for train, validation or test{}\n",
            toml_text(name),
            match others {
                0 => String::new(),
                _ =>
                    "; a list of\n# such columns, if they are not in ignore_columns, compares them"
                        .to_owned(),
            }
        ),
        Sets::Split => format!(
            "split = {{ validation = 0, test = {TEST}, seed = {SPLIT_SEED} }}   # {} of the rows are tested with\n",
            percent(TEST)
        ),
        Sets::None(reason) => format!("# No split: {reason}. All rows are trained on.\n"),
    }
}

/// Everything behind `[data]`.
fn settings(guess: &Guess) -> String {
    let training = &guess.training;
    let widths: Vec<String> = training.hidden.iter().map(usize::to_string).collect();
    let models = counted(training.hidden.len(), "width");
    let criterion = match guess.goal {
        Goal::Classify => "accuracy = 1.0   # converged: every training row is right",
        Goal::Regress => "mse = 0.01       # converged: the mean squared error is below this",
    };
    format!(
        "[network]\n\
         hidden = [{}]   # 0: no hidden layer\n\
         bias = true\n\
         \n\
         [initialization]\n\
         range = {}   # initial weights, smaller where there are many inputs\n\
         \n\
         [training]\n\
         # {SEEDS} seeds of {models} take some {} million multiply-adds, which a core does\n\
         # in about {}. Results that are still getting better at the end need more epochs.\n\
         epochs = {}\n\
         learning_rate = {}   # the gradient is a sum over {}\n\
         momentum = {MOMENTUM}\n\
         \n\
         [convergence]\n\
         {criterion}\n\
         \n\
         [seeds]\n\
         count = 50\n\
         \n\
         [compare]\n\
         baseline = {{ hidden = 0 }}   # every model is compared with this one\n",
        widths.join(", "),
        shortest(training.range),
        grouped((work(guess) / 1e6).ceil() as u128),
        seconds(guess),
        training.epochs,
        shortest(training.learning_rate),
        counted(guess.rows, "training row"),
    )
}

fn work(guess: &Guess) -> f64 {
    SEEDS as f64 * guess.training.work
}

/// How long the work takes at the speed that the epochs were chosen for.
fn seconds(guess: &Guess) -> String {
    let seconds = work(guess) / table::PER_SECOND;
    match seconds < 90.0 {
        true => counted(seconds.ceil() as u64, "second"),
        false => counted((seconds / 60.0).ceil() as u64, "minute"),
    }
}

fn inputs(guess: &Guess) -> String {
    let numbers = format!("{} of numbers", counted(guess.numbers, "column"));
    match guess.categories.len() {
        0 => numbers,
        texts => format!("{numbers}, {texts} of text"),
    }
}

fn missing(guess: &Guess) -> String {
    let (cells, rows) = guess.missing;
    format!(
        "{} in {}, left out",
        counted(cells, "missing value"),
        counted(rows, "row")
    )
}

/// What was guessed, for the terminal.
fn told(guess: &Guess) -> Vec<(&'static str, String)> {
    let goal = match guess.goal {
        Goal::Classify => format!("{} classes", grouped(guess.values as u128)),
        Goal::Regress => "numbers".to_owned(),
    };
    let target = format!("{}, {goal}: {}", quoted(&guess.target), guess.why);
    let mut lines = vec![("target", target), ("inputs", inputs(guess))];
    if !guess.header {
        lines.insert(0, ("header", "none: the columns are c1, c2, …".to_owned()));
    }
    lines.extend(left_out(guess).map(|text| ("left out", text)));
    if guess.missing.0 > 0 {
        lines.push(("missing", missing(guess)));
    }
    let rows = grouped(guess.rows as u128);
    let sets = match &guess.sets {
        Sets::Column(name, _) => format!("{rows} to train on, as column {} says", quoted(name)),
        Sets::Split => format!("{rows} to train on, {} of all to test with", percent(TEST)),
        Sets::None(reason) => format!("all to train on: {reason}"),
    };
    lines.push(("rows", sets));
    lines.extend(
        guess
            .scale
            .map(|reason| ("scaling", format!("standard: {reason}"))),
    );
    let training = &guess.training;
    let settings = format!(
        "{} epochs at a learning rate of {}",
        grouped(training.epochs.into()),
        number(training.learning_rate, 1)
    );
    lines.push(("training", settings));
    lines
}

/// The first columns that are left out, with their reasons.
fn left_out(guess: &Guess) -> Option<String> {
    /// Columns that a few lines can hold.
    const SHOWN: usize = 4;
    let shown: Vec<String> = guess
        .left_out
        .iter()
        .take(SHOWN)
        .map(|(name, reason)| match name.as_str() {
            "" => format!("a column {reason}"),
            _ => format!("{} {reason}", quoted(name)),
        })
        .collect();
    let more = guess.left_out.len() - shown.len();
    let more = match more {
        0 => String::new(),
        more => format!("; {} more in the manifest", grouped(more as u128)),
    };
    (!shown.is_empty()).then(|| shown.join("; ") + &more)
}

/// A TOML basic string. What can't be in a manifest is refused before.
fn toml_text(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|letter| match letter {
            '"' | '\\' => format!("\\{letter}"),
            letter if letter.is_control() => format!("\\u{:04X}", u32::from(letter)),
            letter => letter.to_string(),
        })
        .collect();
    format!("\"{escaped}\"")
}
