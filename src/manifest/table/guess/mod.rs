//! What a data file is probably for, guessed from its cells: which column is the target, which are
//! inputs, which are no use, and how networks can be trained on it. Every guess keeps its reason.

mod header;
mod profile;
mod roles;
mod target;
mod training;

use std::collections::HashSet;

use self::profile::{Kind, Numbers, Profile};
use self::roles::{Reason, Role};
use self::target::Target;
use super::leakage::{is_renaming, is_worth_a_look};
use super::numbers::{self, Reading};
use super::sheet::Sheet;
use super::split::{Shares, share_out};
use crate::manifest::data::Goal;
use crate::manifest::diagnostic::Problems;
use crate::text::{counted, quoted};

pub use self::training::{MOMENTUM, PER_SECOND, SEEDS, Training};

/// The share of rows that are tested with.
pub const TEST: f64 = 0.25;
/// The seed by which they are shared out.
pub const SPLIT_SEED: u64 = 1;
/// Rows from which on a share of them says something.
const ROWS: usize = 20;
/// Sizes from which on inputs are scaled.
const LARGE: f64 = 2.0;
/// How many times farther than another an input may go before they are scaled.
const FACTOR: f64 = 10.0;

/// What was guessed of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Guess {
    /// Whether its first line has the columns' names.
    pub header: bool,
    /// The target column.
    pub target: String,
    /// Why it is that.
    pub why: &'static str,
    /// What is to be learnt of it.
    pub goal: Goal,
    /// Its different values.
    pub values: usize,
    /// The least and the largest target, where a number of them is beyond 0 to 1.
    pub beyond: Option<(f64, f64)>,
    /// How many columns of numbers are inputs.
    pub numbers: usize,
    /// Inputs that are text, and their different values.
    pub categories: Vec<(String, usize)>,
    /// Columns that are left out, and why: each name once.
    pub left_out: Vec<(String, String)>,
    /// Missing values in the columns that are used, and the rows that they are in.
    pub missing: (usize, usize),
    /// How rows are shared out.
    pub sets: Sets,
    /// Why inputs are scaled, if they are.
    pub scale: Option<&'static str>,
    /// Rows that are trained on.
    pub rows: usize,
    /// How they are trained on.
    pub training: Training,
}

/// How rows are shared out.
#[derive(Debug, Clone, PartialEq)]
pub enum Sets {
    /// As a column says, of which there are so many others.
    Column(String, usize),
    /// At random.
    Split,
    /// Not at all, and why.
    None(String),
}

/// What is guessed of a text; `None` after reporting what keeps it from being a table with a
/// target and an input.
pub fn of(text: &str, problems: &mut Problems) -> Option<Guess> {
    let named = Sheet::read(text, true, &mut Problems::new("", ""));
    let header = named.is_some_and(|sheet| !header::is_row(&sheet));
    // Without a row after it, the first line is names, and the file is refused.
    let header = header || Sheet::read(text, true, problems).is_none();
    if !problems.is_empty() {
        return None;
    }
    let sheet = Sheet::read(text, header, problems)?;
    let commas = sheet.has_decimal_commas();
    let columns = 0..sheet.heads.len();
    let profiles: Vec<Profile> = columns
        .map(|column| Profile::of(&sheet, column, commas))
        .collect();
    if sheet.heads.len() == 1 {
        problems.data(sheet.header_span(), "only one column", EXPECTED, None);
        return None;
    }
    let Some((roles, target)) = roles::of(&sheet, &profiles) else {
        let hint = "a target has a name of its own and at least 2 different values";
        problems.data(
            sheet.header_span(),
            "no column that can be a target",
            EXPECTED,
            Some(hint.to_owned()),
        );
        return None;
    };
    let mut guesser = Guesser {
        sheet: &sheet,
        profiles: &profiles,
        roles,
        target,
    };
    guesser.leave_out_answers();
    guesser.refuse_unnamed(problems)?;
    if guesser.inputs().next().is_none() {
        let found = "no column that can be an input";
        problems.data(sheet.header_span(), found, EXPECTED, None);
        return None;
    }
    Some(guesser.guess(header))
}

const EXPECTED: &str = "a target and at least one input";

/// A file on the way to its guess.
struct Guesser<'s, 't> {
    sheet: &'s Sheet<'t>,
    profiles: &'s [Profile],
    roles: Vec<Role>,
    target: Target,
}

impl Guesser<'_, '_> {
    fn name(&self, column: usize) -> String {
        self.sheet.heads[column].name.clone()
    }

    fn inputs(&self) -> impl Iterator<Item = usize> + '_ {
        let columns = 0..self.roles.len();
        columns.filter(|column| matches!(self.roles[*column], Role::Number | Role::Category))
    }

    fn set(&self) -> Option<usize> {
        self.roles.iter().position(|role| *role == Role::Set)
    }

    /// The missing values of a row in columns that are used.
    fn missing(&self, row: usize) -> usize {
        let used =
            (0..self.roles.len()).filter(|column| !matches!(self.roles[*column], Role::LeftOut(_)));
        used.filter(|column| self.sheet.reading(row, *column) == Reading::Missing)
            .count()
    }

    /// Rows without a missing value.
    fn kept(&self) -> Vec<usize> {
        let rows = 0..self.sheet.rows;
        rows.filter(|row| self.missing(*row) == 0).collect()
    }

    /// Per row, the code of a column's value: equal where values are.
    fn codes(&self, column: usize, rows: &[usize]) -> Vec<usize> {
        let mut known = std::collections::HashMap::new();
        let commas = self.sheet.dialect.commas();
        let code = |row: &usize| {
            let text = self.sheet.cell(*row, column);
            let value = numbers::value(&text, commas);
            let key = value.map_or_else(|| Err(text.into_owned()), |value| Ok(value.to_bits()));
            let next = known.len();
            *known.entry(key).or_insert(next)
        };
        rows.iter().map(code).collect()
    }

    /// Leaves out inputs that are the target in other words.
    fn leave_out_answers(&mut self) {
        let rows = self.kept();
        if !is_worth_a_look(rows.len()) {
            return;
        }
        let classes = self.codes(self.target.column, &rows);
        let count = 1 + classes.iter().copied().max().unwrap_or_default();
        let answers: Vec<usize> = self
            .inputs()
            .filter(|column| match self.target.goal {
                Goal::Classify => {
                    let codes = self.codes(*column, &rows);
                    let codes: Vec<u64> = codes.iter().map(|code| *code as u64).collect();
                    is_renaming(&codes, &classes, count)
                }
                Goal::Regress => self.repeats_numbers(*column, &rows),
            })
            .collect();
        for column in answers {
            let target = quoted(&self.name(self.target.column));
            let words = format!("gives {target} away: it is the same in other words");
            self.roles[column] = Role::LeftOut(Reason::Unusable(words));
        }
    }

    /// Whether a column has the numbers of the target, or 1 less each.
    fn repeats_numbers(&self, column: usize, rows: &[usize]) -> bool {
        let commas = self.sheet.dialect.commas();
        let value = |row: usize, column| numbers::value(&self.sheet.cell(row, column), commas);
        let all = |same: &dyn Fn(f64, f64) -> bool| {
            rows.iter().all(
                |row| match (value(*row, column), value(*row, self.target.column)) {
                    (Some(input), Some(target)) => same(input, target),
                    (None, _) | (_, None) => false,
                },
            )
        };
        all(&|input, target| input == target) || all(&|input, target| input == 1.0 - target)
    }

    /// Refuses names that the manifest must have and can't.
    fn refuse_unnamed(&self, problems: &mut Problems) -> Option<()> {
        let mut sound = true;
        for (head, role) in self.sheet.heads.iter().zip(&self.roles) {
            if *role != Role::Number && !crate::manifest::values::is_column_name(&head.name) {
                let found = format!("a column called {}", quoted(&head.name));
                problems.data(
                    head.span,
                    &found,
                    "a name without control characters, which a manifest can have",
                    Some("rename it in the file".to_owned()),
                );
                sound = false;
            }
        }
        sound.then_some(())
    }

    fn guess(mut self, header: bool) -> Guess {
        let (sets, training_rows) = self.sets();
        let rows = self.kept();
        let target = &self.profiles[self.target.column];
        let categories: Vec<(String, usize)> = self
            .inputs()
            .filter(|column| self.roles[*column] == Role::Category)
            .map(|column| (self.name(column), self.profiles[column].different))
            .collect();
        let of_numbers = self.inputs().count() - categories.len();
        let inputs = of_numbers + categories.iter().map(|(_, values)| values).sum::<usize>();
        let outputs = match self.target.goal {
            Goal::Classify => target.different,
            Goal::Regress => 1,
        };
        let numbers = target.numbers();
        let beyond = numbers
            .filter(|numbers| self.target.goal == Goal::Regress && numbers.are_beyond_targets());
        Guess {
            header,
            target: self.name(self.target.column),
            why: self.target.why,
            goal: self.target.goal,
            values: target.different,
            beyond: beyond.map(|numbers| (numbers.least, numbers.largest)),
            numbers: of_numbers,
            categories,
            left_out: self.left_out(),
            missing: (
                (0..self.sheet.rows).map(|row| self.missing(row)).sum(),
                self.sheet.rows - rows.len(),
            ),
            sets,
            scale: self.scale(),
            rows: training_rows,
            training: Training::of(training_rows, inputs, outputs),
        }
    }

    fn left_out(&self) -> Vec<(String, String)> {
        let mut seen = HashSet::new();
        let columns = self.roles.iter().enumerate();
        let left_out = columns.filter_map(|(column, role)| match role {
            Role::LeftOut(reason) => Some((self.name(column), reason.words().to_owned())),
            Role::Target | Role::Number | Role::Category | Role::Set => None,
        });
        left_out
            .filter(|(name, _)| seen.insert(name.clone()))
            .collect()
    }

    /// How the rows that are kept are shared out, and how many are trained on.
    fn sets(&mut self) -> (Sets, usize) {
        let rows = self.kept();
        let classes = match self.target.goal {
            Goal::Classify => self.codes(self.target.column, &rows),
            Goal::Regress => vec![0; rows.len()],
        };
        let mut strata = vec![Vec::new(); classes.iter().max().map_or(0, |class| class + 1)];
        for (place, class) in classes.iter().enumerate() {
            strata[*class].push(place);
        }
        let all_trained = |training: &[usize]| {
            let trained: HashSet<usize> = training.iter().map(|place| classes[*place]).collect();
            !training.is_empty() && trained.len() == strata.len()
        };
        if let Some(column) = self.set() {
            let is_training =
                |row: usize| super::sets::set_named(&self.sheet.cell(row, column)) == Some(0);
            let places = 0..rows.len();
            let training: Vec<usize> = places.filter(|place| is_training(rows[*place])).collect();
            if all_trained(&training) {
                return (
                    Sets::Column(self.name(column), self.other_sets(column)),
                    training.len(),
                );
            }
            let words = "leaves a class without a training row".to_owned();
            self.roles[column] = Role::LeftOut(Reason::Unusable(words));
            return self.sets();
        }
        if rows.len() < ROWS {
            let few = counted(rows.len(), "row");
            return (
                Sets::None(format!("{few} are too few to test with some")),
                rows.len(),
            );
        }
        let shares = Shares {
            validation: 0.0,
            test: TEST,
        };
        let [training, _, _] = share_out(&strata, shares, SPLIT_SEED);
        match all_trained(&training) {
            true => (Sets::Split, training.len()),
            false => (
                Sets::None("a class has so few rows that none might be trained on".to_owned()),
                rows.len(),
            ),
        }
    }

    /// How many columns of sets there are beside one.
    fn other_sets(&self, column: usize) -> usize {
        let sets = self
            .profiles
            .iter()
            .filter(|profile| profile.kind == Kind::Sets);
        sets.count() - usize::from(self.profiles[column].kind == Kind::Sets)
    }

    /// Why inputs are to be scaled, if they are.
    fn scale(&self) -> Option<&'static str> {
        let inputs = || {
            self.inputs()
                .filter_map(|column| self.profiles[column].numbers())
        };
        if inputs().any(|numbers| numbers.least < -LARGE || numbers.largest > LARGE) {
            return Some("inputs go beyond -2 to 2");
        }
        let spreads = || inputs().map(Numbers::spread).filter(|spread| *spread > 0.0);
        let most = spreads().fold(0.0, f64::max);
        let least = spreads().fold(f64::INFINITY, f64::min);
        (most > FACTOR * least).then_some("some inputs vary more than 10 times as far as others")
    }
}
