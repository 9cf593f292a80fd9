//! Which column is the target, and whether its values are classes or numbers.

use super::profile::{Kind, Profile};
use crate::manifest::data::Goal;
use crate::manifest::limits;

/// What target columns are called, the surest first.
const NAMES: [&str; 7] = [
    "class",
    "label",
    "target",
    "species",
    "y",
    "outcome",
    "diagnosis",
];

/// Different numbers that may be classes.
const FEW: usize = 10;

/// A column as a target.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Target {
    /// Its place.
    pub column: usize,
    /// Why it is the target.
    pub why: &'static str,
    /// What is to be learnt of it.
    pub goal: Goal,
}

/// The target among columns of these names (empty where a name can't be used) and profiles.
/// `like_ids` says which look like row numbers or ids.
pub fn choose(names: &[&str], profiles: &[Profile], like_ids: &[bool]) -> Option<Target> {
    let can_be = |column: &usize| !names[*column].is_empty() && can_be_target(&profiles[*column]);
    let columns: Vec<usize> = (0..names.len()).filter(can_be).collect();
    let named = NAMES.iter().find_map(|name| {
        let mut columns = columns.iter();
        columns.find(|column| names[**column].eq_ignore_ascii_case(name))
    });
    let last = |wanted: &dyn Fn(usize) -> bool| columns.iter().rfind(|column| wanted(**column));
    let is_text = |column: usize| matches!(profiles[column].kind, Kind::Text(_));
    let is_free = |column: usize| !like_ids[column];
    let found = named.map(|column| (column, "by its name"));
    let found = found.or_else(|| {
        let text = |column| is_text(column) && !profiles[column].is_different_everywhere();
        Some((last(&text)?, "the last column of text with 2 to 50 values"))
    });
    let found = found.or_else(|| Some((last(&is_free)?, "the last column")));
    // Where all look like ids, they are what the file is about.
    let (column, why) = found.or_else(|| Some((last(&|_| true)?, "the last column")))?;
    Some(Target {
        column: *column,
        why,
        goal: goal(&profiles[*column]),
    })
}

/// Whether a column has something to learn that outputs can say.
fn can_be_target(profile: &Profile) -> bool {
    profile.different >= 2
        && match profile.kind {
            Kind::Numbers(_) => true,
            Kind::Text(_) => profile.different <= limits::CLASSES,
            Kind::Empty | Kind::Sets | Kind::Dates => false,
        }
}

/// Text is classes, and so are few numbers that are whole, or that no output could be.
fn goal(profile: &Profile) -> Goal {
    let Some(numbers) = profile.numbers() else {
        return Goal::Classify;
    };
    let few = profile.different <= FEW && !profile.is_different_everywhere();
    match few && (numbers.whole || numbers.are_beyond_targets()) {
        true => Goal::Classify,
        false if profile.different == 2 && numbers.whole => Goal::Classify,
        false => Goal::Regress,
    }
}

#[cfg(test)]
mod tests {
    use super::super::profile::{Numbers, Text};
    use super::*;

    fn text(different: usize) -> Profile {
        let kind = Kind::Text(Text {
            first: "a".to_owned(),
            numbers: 0,
        });
        profile(kind, different)
    }

    fn numbers(least: f64, largest: f64, whole: bool, different: usize) -> Profile {
        let numbers = Numbers {
            least,
            largest,
            whole,
            counting: false,
        };
        profile(Kind::Numbers(numbers), different)
    }

    fn profile(kind: Kind, different: usize) -> Profile {
        Profile {
            kind,
            missing: 0,
            filled: 100,
            different,
        }
    }

    fn chosen(columns: &[(&str, Profile)], like_ids: &[bool]) -> Option<(usize, Goal)> {
        let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        let profiles: Vec<Profile> = columns.iter().map(|(_, profile)| profile.clone()).collect();
        let target = choose(&names, &profiles, like_ids)?;
        Some((target.column, target.goal))
    }

    #[test]
    fn names_come_before_text_before_the_last_column() {
        let sizes = numbers(0.0, 9.5, false, 80);
        let columns = [
            ("Label", text(3)),
            ("a", text(2)),
            ("DIAGNOSIS", numbers(0.0, 1.0, true, 2)),
            ("b", sizes.clone()),
        ];
        let no_ids = [false; 4];
        assert_eq!(chosen(&columns, &no_ids), Some((0, Goal::Classify)));
        assert_eq!(
            chosen(&columns[1..], &no_ids),
            Some((1, Goal::Classify)),
            "by name"
        );
        let others = [columns[1].clone(), ("c", text(51)), columns[3].clone()];
        assert_eq!(chosen(&others, &no_ids), Some((0, Goal::Classify)));
        assert_eq!(chosen(&others[1..], &no_ids), Some((1, Goal::Regress)));
        assert_eq!(chosen(&others[1..2], &no_ids), None);
        let pair = [("a", sizes.clone()), ("b", sizes)];
        assert_eq!(chosen(&pair, &[false, true]), Some((0, Goal::Regress)));
        assert_eq!(chosen(&pair, &[true, true]), Some((1, Goal::Regress)));
    }

    #[test]
    fn few_numbers_are_classes() {
        for (profile, expected) in [
            (numbers(0.0, 1.0, true, 2), Goal::Classify),
            (numbers(1.0, 10.0, true, 10), Goal::Classify),
            (numbers(1.0, 11.0, true, 11), Goal::Regress),
            (numbers(0.1, 0.9, false, 2), Goal::Regress),
            (numbers(1.5, 2.5, false, 2), Goal::Classify),
            (numbers(0.0, 1.0, false, 100), Goal::Regress),
        ] {
            assert_eq!(goal(&profile), expected, "{profile:?}");
        }
    }
}
