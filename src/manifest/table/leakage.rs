//! Inputs that give the answer away: a column that is the target, its complement, or another
//! spelling of the classes. In a small file that may be chance, or what the file is about.

use std::collections::HashMap;

use super::columns::Columns;
use super::inputs::Inputs;
use super::sheet::Sheet;
use super::targets::Targets;
use crate::manifest::diagnostic::Problems;
use crate::text::quoted;

/// Rows from which on nobody writes a column twice by chance.
const ROWS: usize = 10;

/// Refuses inputs that are the target in other words.
pub fn refuse(
    sheet: &Sheet<'_>,
    columns: &Columns,
    inputs: &Inputs,
    targets: &Targets,
    problems: &mut Problems,
) -> Option<()> {
    if !is_worth_a_look(inputs.values.nrows()) {
        return Some(());
    }
    let mut sound = true;
    for ((column, category), codes) in columns.inputs.iter().zip(&inputs.codes) {
        let found = match &targets.classes {
            Some((classes, of_rows)) => {
                let same = is_renaming(codes, of_rows, classes.names.len());
                same.then_some(("has one value for each class", columns.targets[0]))
            }
            None if *category => None,
            None => of_numbers(columns, codes, targets),
        };
        let Some((what, target)) = found else {
            continue;
        };
        let (name, target) = (
            quoted(&sheet.heads[*column].name),
            quoted(&sheet.heads[target].name),
        );
        problems.data(
            sheet.heads[*column].span,
            &format!("input {name} {what} of target {target}"),
            "inputs that are known before the answer is",
            Some(format!("leave it out: ignore_columns = [{name}]")),
        );
        sound = false;
    }
    sound.then_some(())
}

/// Whether so many rows are enough to tell a column that gives the answer away from chance.
pub fn is_worth_a_look(rows: usize) -> bool {
    rows >= ROWS
}

/// Whether values and classes stand for each other one to one, both ways.
pub fn is_renaming(codes: &[u64], classes: &[usize], count: usize) -> bool {
    let mut class_of: HashMap<u64, usize> = HashMap::new();
    let mut code_of: HashMap<usize, u64> = HashMap::new();
    let same = |(code, class): (&u64, &usize)| {
        *class_of.entry(*code).or_insert(*class) == *class
            && *code_of.entry(*class).or_insert(*code) == *code
    };
    codes.iter().zip(classes).all(same) && class_of.len() == count && count >= 2
}

/// What an input of these numbers, as bits, is of which target column.
fn of_numbers(
    columns: &Columns,
    codes: &[u64],
    targets: &Targets,
) -> Option<(&'static str, usize)> {
    let of_columns = targets.values.columns().into_iter().zip(&columns.targets);
    for (values, column) in of_columns {
        let pairs = || codes.iter().map(|bits| f64::from_bits(*bits)).zip(&values);
        if pairs().all(|(input, target)| input == *target) {
            return Some(("has the values", *column));
        }
        if pairs().all(|(input, target)| input == 1.0 - target) {
            return Some(("is the complement", *column));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_renaming_of_the_classes_gives_them_away() {
        assert!(is_renaming(&[7, 7, 9], &[0, 0, 1], 2));
        assert!(!is_renaming(&[7, 7, 9], &[0, 1, 1], 2));
        assert!(!is_renaming(&[7, 8, 9], &[0, 0, 1], 2));
        assert!(!is_renaming(&[7, 7, 7], &[0, 0, 1], 2));
    }
}
