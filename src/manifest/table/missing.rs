//! Rows in which a value is missing: refused with their count, or dropped.

use super::columns::Columns;
use super::numbers::Reading;
use super::sheet::Sheet;
use crate::manifest::data::Missing;
use crate::manifest::diagnostic::Problems;
use crate::text::{counted, quoted};

/// The rows in which no value is missing of a column that is read; `None` after refusing the file.
pub fn kept(
    sheet: &Sheet<'_>,
    columns: &Columns,
    missing: Missing,
    problems: &mut Problems,
) -> Option<Vec<usize>> {
    let used = columns.used();
    let (mut kept, mut cells, mut first) = (Vec::with_capacity(sheet.rows), 0_usize, None);
    for row in 0..sheet.rows {
        let is_missing = |column: &&usize| sheet.reading(row, **column) == Reading::Missing;
        let count = used.iter().filter(is_missing).count();
        if count == 0 {
            kept.push(row);
        } else if first.is_none() {
            first = used.iter().find(is_missing).map(|column| (row, *column));
        }
        cells += count;
    }
    let rows = sheet.rows - kept.len();
    let Some((row, column)) = first else {
        return Some(kept);
    };
    let name = quoted(&sheet.heads[column].name);
    let in_rows = format!(
        "{} in {}",
        counted(cells, "missing value"),
        counted(rows, "row")
    );
    match missing {
        Missing::Drop if kept.is_empty() => {
            let found = format!("a value is missing in every row, the first in column {name}");
            let hint = "leave out the columns that are hardly filled: ignore_columns".to_owned();
            problems.data(
                sheet.span(row, column),
                &found,
                "a row with all its values",
                Some(hint),
            );
            None
        }
        Missing::Drop => Some(kept),
        Missing::Refuse => {
            let found = format!("{in_rows}, the first in column {name}");
            let hint = "missing = \"drop\" leaves out such rows".to_owned();
            problems.data(
                sheet.span(row, column),
                &found,
                "a value in every cell",
                Some(hint),
            );
            None
        }
    }
}
