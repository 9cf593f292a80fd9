//! What a retrained run answers to the rows: a few on the terminal, all of them as CSV.

use std::fmt::Write as _;

use ndarray::ArrayView1;

use super::terminal::Terminal;
use crate::network::{Part, Right};
use crate::plan::Plan;
use crate::results::columns::{Cell, write_cells};
use crate::study::Replay;
use crate::text::counted;

/// Of more rows than these, only wrong ones are shown, at most so many.
const SHOWN: usize = 20;
/// Of more inputs than these, or of scaled ones, none is shown.
const INPUTS: usize = 8;

/// First columns of what `--outputs` writes.
pub const HEADS: &str = "row,set,";

/// Rows of one set, and where their outputs begin.
struct Set<'a> {
    name: &'static str,
    part: &'a Part,
    first: usize,
}

/// The sets of a run's model, in the order of its outputs.
fn sets<'a>(plan: &'a Plan, replay: &Replay) -> [Set<'a>; 3] {
    let sets = plan.sets(replay.run.model);
    let training = sets.training.dataset.rows();
    let validation = training + plan.manifest.queries.len();
    let test = validation + sets.validation.dataset.rows();
    let set = |name, part, first| Set { name, part, first };
    [
        set("train", &sets.training, 0),
        set("validation", &sets.validation, validation),
        set("test", &sets.test, test),
    ]
}

/// A row and what a run answers to it.
struct Answered<'a> {
    /// Its number in the data, from 1.
    number: u32,
    inputs: ArrayView1<'a, f64>,
    targets: Vec<f64>,
    outputs: Vec<f64>,
    right: Right,
}

impl Answered<'_> {
    fn is_right(&self) -> bool {
        self.right.holds(&self.targets, &self.outputs)
    }
}

impl<'a> Set<'a> {
    fn rows(&self, replay: &'a Replay) -> impl Iterator<Item = Answered<'a>> + use<'a> {
        let (part, first) = (self.part, self.first);
        let rows = part.numbers.iter().enumerate();
        rows.map(move |(place, number)| Answered {
            number: number + 1,
            inputs: part.dataset.inputs.row(place),
            targets: part.dataset.targets.row(place).to_vec(),
            outputs: replay.outputs.row(first + place).to_vec(),
            right: part.dataset.right,
        })
    }
}

/// The story's part about rows: all training rows, if they are few; else the first wrong ones of
/// the test rows, or of the training rows where no row is a test row.
pub fn told(terminal: Terminal, plan: &Plan, replay: &Replay) -> String {
    let [training, _, test] = sets(plan, replay);
    let is_tested = test.part.dataset.rows() > 0;
    let few = training.part.dataset.rows() <= SHOWN && !is_tested;
    if few {
        let mut text = "\nOutputs for the training rows\n".to_owned();
        for row in training.rows(replay) {
            line(terminal, plan, &row, &mut text);
        }
        return text;
    }
    let (set, name) = match is_tested {
        true => (test, "test rows"),
        false => (training, "training rows"),
    };
    let wrong: Vec<Answered> = set.rows(replay).filter(|row| !row.is_right()).collect();
    if wrong.is_empty() {
        return format!(
            "\nAll {} are right; --outputs FILE writes them.\n",
            counted_rows(&set)
        );
    }
    let shown = wrong.len().min(SHOWN);
    let mut text = match shown == wrong.len() {
        true => {
            format!("\nOutputs for the wrong {name}; --outputs FILE writes those of all rows\n")
        }
        false => format!(
            "\nOutputs for the first {shown} of {} wrong {name}; --outputs FILE writes those of all rows\n",
            wrong.len()
        ),
    };
    for row in &wrong[..shown] {
        line(terminal, plan, row, &mut text);
    }
    text
}

fn counted_rows(set: &Set) -> String {
    counted(set.part.dataset.rows(), &format!("{} row", set.name))
}

/// One row: `row 3    [1,0,1] → 0.97, target 1`.
fn line(terminal: Terminal, plan: &Plan, row: &Answered, text: &mut String) {
    let listed = |values: &mut dyn Iterator<Item = String>| {
        let values: Vec<String> = values.collect();
        values.join(", ")
    };
    // Scaled ones would say nothing to whoever knows the file.
    let is_scaled = plan
        .manifest
        .data
        .partitions
        .iter()
        .any(|one| !one.scaling.is_empty());
    let inputs = match row.inputs.len() <= INPUTS && !is_scaled {
        true => {
            let inputs: Vec<String> = row.inputs.iter().map(f64::to_string).collect();
            format!("[{}] {} ", inputs.join(","), terminal.pick("→", "->"))
        }
        false => String::new(),
    };
    let outputs = listed(&mut row.outputs.iter().map(|output| number(*output)));
    let mark = if row.is_right() { "" } else { "  wrong" };
    let target = match class_names(plan, row) {
        Some((class, None)) => format!("{class}: no class"),
        Some((class, Some(answer))) if class == answer => class.to_owned(),
        Some((class, Some(answer))) => format!("{class}, taken for {answer}"),
        None => {
            let targets = listed(&mut row.targets.iter().map(f64::to_string));
            format!("target {targets}")
        }
    };
    // Writing to a String can't fail.
    let _ = writeln!(
        text,
        "  row {:<4} {inputs}{outputs}, {target}{mark}",
        row.number
    );
}

/// The class of a row and what it was taken for, if there are classes.
fn class_names<'p>(plan: &'p Plan, row: &Answered) -> Option<(&'p str, Option<&'p str>)> {
    let names = &plan.manifest.data.classes.as_ref()?.names;
    let name = |class: usize| names.get(class).map(String::as_str);
    let class = name(row.right.class(&row.targets)?)?;
    Some((class, row.right.class(&row.outputs).and_then(name)))
}

/// All rows as CSV: number in the data, set, with classes the class and what it was taken for,
/// whether that is right, then outputs and targets.
pub fn csv(plan: &Plan, replay: &Replay) -> String {
    let has_classes = plan.manifest.data.classes.is_some();
    let outputs = plan.manifest.data.output_count();
    let mut text = HEADS.to_owned();
    if has_classes {
        text += "class,answer,";
    }
    text += "right";
    for kind in ["output", "target"] {
        for output in 1..=outputs {
            let _ = write!(text, ",{kind}_{output}");
        }
    }
    text += "\r\n";
    for set in sets(plan, replay) {
        for row in set.rows(replay) {
            let mut cells = vec![Cell::Whole(row.number.into()), set.name.into()];
            if has_classes {
                let (class, answer) = class_names(plan, &row).unzip();
                cells.push(class.into());
                cells.push(answer.flatten().into());
            }
            cells.push(row.is_right().into());
            cells.extend(row.outputs.iter().map(|output| Cell::from(*output)));
            cells.extend(row.targets.iter().map(|target| Cell::from(*target)));
            write_cells(&mut text, cells.into_iter());
        }
    }
    text
}

/// Seven significant digits: enough to recognise the article's numbers.
pub fn number(value: f64) -> String {
    let size = value.abs();
    if !value.is_finite() {
        "not finite".to_owned()
    } else if size != 0.0 && !(1e-4..1e6).contains(&size) {
        format!("{value:.4e}")
    } else {
        let before_point = if size == 0.0 {
            0
        } else {
            size.log10().floor() as i32
        };
        let digits = usize::try_from(6 - before_point).unwrap_or(0);
        format!("{value:.digits$}")
    }
}
