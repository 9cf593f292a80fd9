//! What each column of a file is probably for: the target, an input, a column of sets, or to be
//! left out, with the reason.

use std::collections::HashMap;

use super::profile::{Kind, Numbers, Profile, Text};
use super::target::{self, Target};
use crate::manifest::limits;
use crate::manifest::table::sheet::Sheet;
use crate::text::{counted, grouped, number, quoted, steers};

/// Names of columns that tell rows apart.
const ID_NAMES: [&str; 4] = ["id", "index", "row", "name"];
/// Rows from which on numbers that never repeat are no chance.
const ROWS: usize = 20;
/// Rows from which on 0, 1, 2, … is no chance.
const COUNTED: usize = 5;
/// Values of a text that each become an input.
const CATEGORIES: usize = 20;
/// Beyond it, and for spreads below its inverse, squares leave what a number can hold.
const LARGEST: f64 = 1e150;

/// What a column is for.
#[derive(Debug, Clone, PartialEq)]
pub enum Role {
    /// The target.
    Target,
    /// An input of numbers.
    Number,
    /// An input of text.
    Category,
    /// Says which rows are trained on.
    Set,
    /// Nothing, and why.
    LeftOut(Reason),
}

/// Why a column is left out.
#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    /// It can't be used, whatever it means.
    Unusable(String),
    /// It looks like row numbers or ids.
    LikeId(&'static str),
}

impl Reason {
    /// In words.
    pub fn words(&self) -> &str {
        match self {
            Reason::Unusable(words) => words,
            Reason::LikeId(words) => words,
        }
    }
}

/// The roles of all columns, and the target among them; `None` if no column can be one.
pub fn of(sheet: &Sheet<'_>, profiles: &[Profile]) -> Option<(Vec<Role>, Target)> {
    let mut count: HashMap<&str, usize> = HashMap::new();
    for head in &sheet.heads {
        *count.entry(&head.name).or_default() += 1;
    }
    let reasons: Vec<Option<Reason>> = sheet
        .heads
        .iter()
        .zip(profiles)
        .map(|(head, profile)| {
            let repeated = !head.name.is_empty() && count[head.name.as_str()] > 1;
            match repeated {
                true => Some(Reason::Unusable(
                    "is the name of more than one column".to_owned(),
                )),
                false => reason(&head.name, profile, sheet.rows),
            }
        })
        .collect();
    let usable = |name: &str| !name.chars().any(steers) && count[name] == 1;
    let names: Vec<&str> = sheet
        .heads
        .iter()
        .map(|head| head.name.as_str())
        .map(|name| if usable(name) { name } else { "" })
        .collect();
    let like_ids: Vec<bool> = reasons
        .iter()
        .map(|reason| matches!(reason, Some(Reason::LikeId(_))))
        .collect();
    let target = target::choose(&names, profiles, &like_ids)?;
    let mut roles: Vec<Role> = reasons
        .into_iter()
        .zip(profiles)
        .map(|(reason, profile)| reason.map_or_else(|| used(profile), Role::LeftOut))
        .collect();
    roles[target.column] = Role::Target;
    one_set(sheet, &mut roles);
    keep_some(profiles, &mut roles);
    Some((roles, target))
}

/// Why a column is left out, if it is.
fn reason(name: &str, profile: &Profile, rows: usize) -> Option<Reason> {
    let unusable = |words: &str| Some(Reason::Unusable(words.to_owned()));
    let unnamed = name.is_empty() || name.to_ascii_lowercase().starts_with("unnamed:");
    let numbers = profile.numbers();
    let counting = numbers.is_some_and(|numbers| numbers.counting) && profile.missing == 0;
    if counting && profile.filled > 1 && (unnamed || rows >= COUNTED) {
        return Some(match name.is_empty() {
            true => Reason::Unusable("without a name numbers the rows".to_owned()),
            false => Reason::LikeId("numbers the rows"),
        });
    }
    if name.is_empty() {
        return unusable("without a name");
    }
    if profile.kind != Kind::Empty && 2 * profile.missing > rows {
        let empty = grouped(profile.missing as u128);
        return unusable(&format!(
            "is missing in {empty} of {}",
            counted(rows, "row")
        ));
    }
    let is_id_name = ID_NAMES.iter().any(|id| name.eq_ignore_ascii_case(id));
    match &profile.kind {
        Kind::Empty => unusable("is empty"),
        Kind::Dates => unusable("has dates"),
        Kind::Sets => None,
        Kind::Numbers(numbers) => of_numbers(*numbers, profile, is_id_name),
        Kind::Text(text) => of_text(text, profile, is_id_name),
    }
}

fn of_numbers(numbers: Numbers, profile: &Profile, is_id_name: bool) -> Option<Reason> {
    let unique = numbers.whole && profile.is_different_everywhere();
    if unique && (is_id_name || profile.filled >= ROWS) {
        return Some(Reason::LikeId(
            "has another whole number in every row, like an id",
        ));
    }
    let size = numbers.largest.max(-numbers.least);
    if size > LARGEST {
        let words = format!("reaches {}, too large to train with", number(size, 3));
        return Some(Reason::Unusable(words));
    }
    let spread = numbers.spread();
    (spread > 0.0 && spread < 1.0 / LARGEST)
        .then(|| Reason::Unusable("varies too little to be scaled".to_owned()))
}

fn of_text(text: &Text, profile: &Profile, is_id_name: bool) -> Option<Reason> {
    let different = grouped(profile.different as u128);
    if 2 * text.numbers > profile.filled && (profile.different > CATEGORIES || is_id_name) {
        let first = quoted(&text.first);
        return Some(Reason::Unusable(format!("has {first} among its numbers")));
    }
    if profile.different > CATEGORIES {
        return Some(Reason::Unusable(format!("has {different} different texts")));
    }
    profile
        .is_different_everywhere()
        .then_some(Reason::LikeId("has another text in every row, like a name"))
}

/// What a column that nothing speaks against is.
fn used(profile: &Profile) -> Role {
    match &profile.kind {
        Kind::Empty | Kind::Dates | Kind::Text(_) => Role::Category,
        Kind::Numbers(_) => Role::Number,
        Kind::Sets => Role::Set,
    }
}

/// Leaves out all columns of sets but the first.
fn one_set(sheet: &Sheet<'_>, roles: &mut [Role]) {
    let mut sets = (0..roles.len()).filter(|column| roles[*column] == Role::Set);
    let Some(first) = sets.next() else { return };
    let others: Vec<usize> = sets.collect();
    let words = format!("has sets, as {} has", quoted(&sheet.heads[first].name));
    for column in others {
        roles[column] = Role::LeftOut(Reason::Unusable(words.clone()));
    }
}

/// Where nothing would be left to learn from, what looked like ids is an input.
fn keep_some(profiles: &[Profile], roles: &mut [Role]) {
    if roles
        .iter()
        .any(|role| matches!(role, Role::Number | Role::Category))
    {
        return;
    }
    for (role, profile) in roles.iter_mut().zip(profiles) {
        if matches!(role, Role::LeftOut(Reason::LikeId(_))) && is_bounded(profile) {
            *role = used(profile);
        }
    }
}

/// Whether a column that looks like ids could be trained with.
fn is_bounded(profile: &Profile) -> bool {
    match &profile.kind {
        Kind::Numbers(numbers) => numbers.largest.max(-numbers.least) <= LARGEST,
        Kind::Text(_) => profile.different <= limits::CATEGORIES,
        Kind::Empty | Kind::Dates | Kind::Sets => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::diagnostic::Problems;

    /// Each column's role in a letter (target, number, category, set), or why it is left out.
    fn roles(text: &str) -> Vec<String> {
        let sheet = Sheet::read(text, true, &mut Problems::new("t", "")).unwrap();
        let columns = 0..sheet.heads.len();
        let profiles: Vec<Profile> = columns
            .map(|column| Profile::of(&sheet, column, false))
            .collect();
        let (roles, _) = of(&sheet, &profiles).unwrap();
        let letter = |role: &Role| match role {
            Role::Target => "t".to_owned(),
            Role::Number => "n".to_owned(),
            Role::Category => "c".to_owned(),
            Role::Set => "s".to_owned(),
            Role::LeftOut(reason) => reason.words().to_owned(),
        };
        roles.iter().map(letter).collect()
    }

    /// A file of so many rows, made of their numbers.
    fn file(header: &str, rows: usize, row: impl Fn(usize) -> String) -> String {
        let rows: Vec<String> = (0..rows).map(row).collect();
        format!("{header}\n{}\n", rows.join("\n"))
    }

    #[test]
    fn what_tells_rows_apart_is_left_out() {
        let text = file(",Unnamed: 0,ID,code,who,x,y", 30, |row| {
            let code = (row * 7 + 3) % 31;
            let (one, id) = (row + 1, 90 - row);
            format!("{row},{one},{id},{code},n{row},{}.5,{}", row % 9, row % 2)
        });
        assert_eq!(
            roles(&text),
            [
                "without a name numbers the rows",
                "numbers the rows",
                "has another whole number in every row, like an id",
                "has another whole number in every row, like an id",
                "has 30 different texts",
                "n",
                "t"
            ]
        );
        let few = file("x,who,y", 4, |row| {
            format!("{},w{row},{}", 9 - row, row % 2)
        });
        assert_eq!(
            roles(&few),
            ["n", "has another text in every row, like a name", "t"]
        );
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        let text = file("day,gap,none,price,colour,a,a,huge,tiny,y", 30, |row| {
            let gap = if row % 3 == 0 { "1" } else { "?" };
            let price = if row == 7 {
                "\"1,234\"".to_owned()
            } else {
                row.to_string()
            };
            let colour = ["red", "blue"][row % 2];
            let tiny = if row == 0 { "1e-200" } else { "0" };
            format!(
                "2024-01-{:02},{gap},,{price},{colour},1,2,{row}e200,{tiny},{}",
                row + 1,
                row % 3
            )
        });
        assert_eq!(
            roles(&text),
            [
                "has dates",
                "is missing in 20 of 30 rows",
                "is empty",
                "has \"1,234\" among its numbers",
                "c",
                "is the name of more than one column",
                "is the name of more than one column",
                "has another whole number in every row, like an id",
                "varies too little to be scaled",
                "t"
            ]
        );
    }

    #[test]
    fn one_column_of_sets_is_used_and_an_only_input_is_kept() {
        let text = file("x,set_1,set_2,y", 8, |row| {
            let set = ["train", "test"];
            format!("0.{row},{},{},{}", set[row % 2], set[row / 4], row % 2)
        });
        assert_eq!(roles(&text), ["n", "s", "has sets, as \"set_1\" has", "t"]);
        let curve = file("x,y", 40, |row| format!("{row},{}", row as f64 / 50.0));
        assert_eq!(roles(&curve), ["n", "t"]);
    }
}
