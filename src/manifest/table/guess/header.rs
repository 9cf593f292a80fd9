//! Whether the first line of a file has the columns' names or is a row already.

use crate::manifest::table::numbers::{self, Reading};
use crate::manifest::table::sheet::Sheet;

/// Names of columns that are no row, though all are numbers: 0, 1, 2, … of at least so many.
const COUNTED: usize = 4;

/// Whether the first line is a row like those after it: a number in each column of numbers, or,
/// where no column is one of numbers, only words that its columns have again. `sheet` was read as
/// if it had names.
pub fn is_row(sheet: &Sheet<'_>) -> bool {
    let columns = 0..sheet.heads.len();
    if sheet.heads.len() >= COUNTED && counts(sheet) {
        return false;
    }
    let mut numeric = columns.clone().filter(|column| is_numeric(sheet, *column));
    let read = |column: usize| numbers::read(&sheet.heads[column].name, sheet.dialect.commas());
    let Some(first) = numeric.next() else {
        return columns.into_iter().all(|column| recurs(sheet, column));
    };
    let all: Vec<Reading> = std::iter::once(first).chain(numeric).map(read).collect();
    all.iter().any(is_number)
        && all
            .iter()
            .all(|reading| is_number(reading) || *reading == Reading::Missing)
}

fn is_number(reading: &Reading) -> bool {
    matches!(reading, Reading::Number(..))
}

/// Whether most cells of a column are numbers.
fn is_numeric(sheet: &Sheet<'_>, column: usize) -> bool {
    let rows = 0..sheet.rows;
    let count = rows
        .filter(|row| is_number(&sheet.reading(*row, column)))
        .count();
    2 * count > sheet.rows
}

/// Whether the names are 0, 1, 2, … or 1, 2, 3, …, as programs name columns that have none.
fn counts(sheet: &Sheet<'_>) -> bool {
    let from = |start: usize| {
        let mut heads = sheet.heads.iter().enumerate();
        heads.all(|(place, head)| head.name == (start + place).to_string())
    };
    from(0) || from(1)
}

/// Whether a column's name is one of its cells too.
fn recurs(sheet: &Sheet<'_>, column: usize) -> bool {
    let name = &sheet.heads[column].name;
    (0..sheet.rows).any(|row| sheet.cell(row, column) == name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::diagnostic::Problems;

    #[test]
    fn a_row_is_told_from_names() {
        for (text, row) in [
            ("a,b,y\n1,2,0\n3,4,1\n", false),
            ("5.1,3.5,setosa\n4.9,3.0,setosa\n", true),
            ("1,2,0\n3,4,1\n", true),
            ("?,2,0\n3,4,1\n", true),
            ("0,1,2,3\n5,1,7,0\n2,2,2,1\n", false),
            ("name,2019,y\nx,3,0\ny,4,1\n", false),
            ("p,x,s\ne,x,s\np,y,t\ne,x,s\n", true),
            ("colour,y\nred,yes\nblue,no\n", false),
            (",a\n0,1\n1,2\n", false),
        ] {
            let sheet = Sheet::read(text, true, &mut Problems::new("t", "")).unwrap();
            assert_eq!(is_row(&sheet), row, "{text}");
        }
    }
}
