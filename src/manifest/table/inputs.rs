//! Columns to numbers: an input each, or of a category column an input for each of its values.
//! What keeps a column from being numbers is one problem, at its first such cell.

use indexmap::IndexMap;
use ndarray::Array2;

use super::columns::Columns;
use super::numbers::{Fraction, Reading, certain};
use super::sheet::Sheet;
use crate::manifest::data::Input;
use crate::manifest::diagnostic::{Problems, Span};
use crate::manifest::limits;
use crate::text::{counted, grouped, quoted};

/// The rows of a sheet that are kept, as numbers.
#[derive(Debug)]
pub struct Inputs {
    /// R × I, not scaled.
    pub values: Array2<f64>,
    /// What each input is.
    pub names: Vec<Input>,
    /// Per input column, in order: the code of each row's value, equal where values are.
    pub codes: Vec<Vec<u64>>,
}

/// The inputs of the rows `kept`; `None` after reporting what is no number.
pub fn read(
    sheet: &Sheet<'_>,
    columns: &Columns,
    kept: &[usize],
    problems: &mut Problems,
) -> Option<Inputs> {
    let commas = sheet.has_decimal_commas();
    let (mut names, mut parts, mut codes) = (Vec::new(), Vec::new(), Vec::new());
    let mut sound = true;
    for &(column, category) in &columns.inputs {
        let name = &sheet.heads[column].name;
        let read = match category {
            true => categories(sheet, column, kept, problems),
            false => numbers(sheet, column, kept, commas, None, problems).map(Values::Numbers),
        };
        let Some(values) = read else {
            sound = false;
            continue;
        };
        match &values {
            Values::Numbers(numbers) => {
                names.push(input(name, None));
                codes.push(numbers.iter().map(|number| number.to_bits()).collect());
            }
            Values::Categories(words, of_rows) => {
                names.extend(words.iter().map(|word| input(name, Some(word))));
                codes.push(of_rows.iter().map(|code| *code as u64).collect());
            }
        }
        parts.push(values);
    }
    if !sound {
        return None;
    }
    if names.len() > 2 * limits::COLUMNS || names.len().saturating_mul(kept.len()) > limits::CELLS {
        let found = format!(
            "{} rows of {}",
            grouped(kept.len() as u128),
            counted(names.len(), "input")
        );
        let most = format!("at most {} numbers", grouped(limits::CELLS as u128));
        problems.data(sheet.header_span(), &found, &most, None);
        return None;
    }
    let mut values = Array2::zeros((kept.len(), names.len()));
    let mut first = 0;
    for part in &parts {
        first += part.fill(&mut values, first);
    }
    Some(Inputs {
        values,
        names,
        codes,
    })
}

fn input(column: &str, category: Option<&String>) -> Input {
    Input {
        column: column.to_owned(),
        category: category.cloned(),
    }
}

/// The values of one column.
enum Values {
    Numbers(Vec<f64>),
    /// The words, and which of them each row has.
    Categories(Vec<String>, Vec<usize>),
}

impl Values {
    /// Writes them from this input on; how many inputs they are.
    fn fill(&self, inputs: &mut Array2<f64>, first: usize) -> usize {
        match self {
            Values::Numbers(numbers) => {
                for (row, number) in numbers.iter().enumerate() {
                    inputs[[row, first]] = *number;
                }
                1
            }
            Values::Categories(words, of_rows) => {
                for (row, code) in of_rows.iter().enumerate() {
                    inputs[[row, first + code]] = 1.0;
                }
                words.len()
            }
        }
    }
}

/// The values of a category column in the order in which they appear.
fn categories(
    sheet: &Sheet<'_>,
    column: usize,
    kept: &[usize],
    problems: &mut Problems,
) -> Option<Values> {
    let mut words: IndexMap<String, ()> = IndexMap::new();
    let mut of_rows = Vec::with_capacity(kept.len());
    for &row in kept {
        let text = sheet.cell(row, column);
        let code = match words.get_index_of(&*text) {
            Some(code) => code,
            None => words.insert_full(text.into_owned(), ()).0,
        };
        if words.len() > limits::CATEGORIES {
            let name = quoted(&sheet.heads[column].name);
            let most = limits::CATEGORIES;
            problems.data(
                sheet.span(row, column),
                &format!("value {} of category column {name}", most + 1),
                &format!("at most {most} different values, each an input"),
                Some(format!("leave it out: ignore_columns = [{name}]")),
            );
            return None;
        }
        of_rows.push(code);
    }
    Some(Values::Categories(words.into_keys().collect(), of_rows))
}

/// The first cell of a column that is no number, and how many there are.
struct Wrong {
    row: usize,
    reading: Reading,
    count: usize,
}

/// The numbers of a column in the rows `kept`, in none of which it is missing; `commas` where
/// fractions stand after commas, so that points are in doubt. A column of text is refused with the
/// hint `if_text`, or that for inputs.
pub fn numbers(
    sheet: &Sheet<'_>,
    column: usize,
    kept: &[usize],
    commas: bool,
    if_text: Option<&str>,
    problems: &mut Problems,
) -> Option<Vec<f64>> {
    let mut values = Vec::with_capacity(kept.len());
    let mut wrong: Option<Wrong> = None;
    for &row in kept {
        let reading = sheet.reading(row, column);
        match (certain(reading, commas), &mut wrong) {
            (Some(value), _) => values.push(value),
            (None, Some(wrong)) => wrong.count += 1,
            (None, None) => {
                wrong = Some(Wrong {
                    row,
                    reading,
                    count: 1,
                });
            }
        }
    }
    match wrong {
        None => Some(values),
        Some(wrong) => {
            wrong.report(sheet, column, if_text, problems);
            None
        }
    }
}

impl Wrong {
    fn report(
        self,
        sheet: &Sheet<'_>,
        column: usize,
        if_text: Option<&str>,
        problems: &mut Problems,
    ) {
        let name = quoted(&sheet.heads[column].name);
        let text = quoted(&sheet.cell(self.row, column));
        let of_input = || {
            format!(
                "if the column is text, write category_columns = [{name}] or ignore_columns = \
                 [{name}]; if it is the answer, target_columns = [{name}]"
            )
        };
        let (expected, hint) = match self.reading {
            Reading::Number(_, Fraction::ThreeDigits) => (
                "numbers without separated thousands",
                "write thousands without a comma, or a fraction in another number of digits"
                    .to_owned(),
            ),
            Reading::Number(_, Fraction::Point) => (
                "one decimal sign in the whole file, which has decimal commas",
                "write all fractions after a comma, and thousands without a point".to_owned(),
            ),
            Reading::Thousands => (
                "numbers without separated thousands",
                "write the digits without anything between them".to_owned(),
            ),
            Reading::DecimalComma => ("a finite number", "write a decimal point".to_owned()),
            Reading::Infinite => (
                "a finite number",
                "correct it, or leave out the row".to_owned(),
            ),
            Reading::Missing
            | Reading::Text
            | Reading::Number(_, Fraction::None | Fraction::Comma) => (
                "a finite number",
                if_text.map_or_else(of_input, str::to_owned),
            ),
        };
        let found = format!("{text}{} in column {name}", and_more(self.count));
        let span: Span = sheet.span(self.row, column);
        problems.data(span, &found, expected, Some(hint));
    }
}

/// ` and 3 more` where so many cells have what the first has.
pub fn and_more(count: usize) -> String {
    match count {
        0 | 1 => String::new(),
        _ => format!(" and {} more", grouped(count as u128 - 1)),
    }
}
