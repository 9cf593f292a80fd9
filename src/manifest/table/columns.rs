//! What each column is: input, target, set or ignored, from the names in the manifest and the
//! header of the file.

use std::collections::{HashMap, HashSet};

use super::numbers;
use super::sheet::Sheet;
use crate::manifest::diagnostic::{Problems, Span};
use crate::manifest::limits;
use crate::manifest::raw::Data as DataTable;
use crate::manifest::reader::{List, Slot};
use crate::manifest::values::ColumnName;
use crate::text::{alternatives, counted, nearest, quoted};

/// The columns by what they are, as places in the sheet.
#[derive(Debug, Default)]
pub struct Columns {
    /// Inputs, in the order of the file; whether each is a category column.
    pub inputs: Vec<(usize, bool)>,
    /// Targets, in the order of the manifest.
    pub targets: Vec<usize>,
    /// Columns of sets, in the order of the manifest, with the place of the name there.
    pub sets: Vec<(usize, Span)>,
    /// Columns that are left out.
    pub ignored: Vec<usize>,
}

impl Columns {
    /// Every column that is read.
    pub fn used(&self) -> Vec<usize> {
        let inputs = self.inputs.iter().map(|(column, _)| *column);
        let sets = self.sets.iter().map(|(column, _)| *column);
        let mut used: Vec<usize> = inputs
            .chain(self.targets.iter().copied())
            .chain(sets)
            .collect();
        used.sort_unstable();
        used
    }
}

/// What a name in the manifest makes of a column, as messages say it.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    Target,
    Input,
    Ignored,
    Set,
}

impl Role {
    fn words(self) -> &'static str {
        match self {
            Role::Target => "a target",
            Role::Input => "an input",
            Role::Ignored => "ignored",
            Role::Set => "a column of sets",
        }
    }
}

/// What each column is; `None` after reporting what is wrong with names.
pub fn read(sheet: &Sheet<'_>, table: &DataTable, problems: &mut Problems) -> Option<Columns> {
    let is_header = table.header.get() != Some(&false);
    if is_header {
        refuse_data(sheet, table, problems)?;
    }
    let mut names = Names::of(sheet);
    let ignored = list(&table.ignore_columns);
    names.refuse_unclear(ignored, problems)?;
    let mut sound = true;
    let sets = table.set_column.get().map(|axis| &axis.values[..]);
    for (slots, role) in [
        (list(&table.target_columns), Role::Target),
        (list(&table.input_columns), Role::Input),
        (ignored, Role::Ignored),
        (sets.unwrap_or_default(), Role::Set),
    ] {
        sound &= names.give(slots, role, problems);
    }
    let categories = names.categories(list(&table.category_columns), problems);
    let (true, Some(categories)) = (sound, categories) else {
        return None;
    };
    let columns = names.columns(&categories, table.input_columns.is_present());
    refuse_shape(sheet, &columns, problems)?;
    Some(columns)
}

fn list(slot: &Slot<List<ColumnName>>) -> &[Slot<ColumnName>] {
    slot.get().map_or(&[], |list| &list.entries)
}

/// Refuses a first line of nothing but numbers, unless a target is named as one of them.
fn refuse_data(sheet: &Sheet<'_>, table: &DataTable, problems: &mut Problems) -> Option<()> {
    let number = |text: &str| numbers::value(text, sheet.dialect.commas()).is_some();
    let named = |name: &ColumnName| sheet.heads.iter().any(|head| head.name == name.0.trim());
    let mut targets = list(&table.target_columns).iter().filter_map(Slot::get);
    if !sheet.heads.iter().all(|head| number(&head.name)) || targets.any(named) {
        return Some(());
    }
    problems.data(
        sheet.header_span(),
        "a first line of numbers",
        "the columns' names",
        Some(
            "if the file has none, write header = false: its columns are then c1, c2, …".to_owned(),
        ),
    );
    None
}

/// The names of a sheet's columns, and what the manifest makes of them.
struct Names<'s, 't> {
    sheet: &'s Sheet<'t>,
    /// The columns of each name: several only where they are ignored.
    places: HashMap<&'s str, Vec<usize>>,
    /// Per column, its role.
    roles: Vec<Option<Role>>,
    targets: Vec<usize>,
    sets: Vec<(usize, Span)>,
}

impl<'s, 't> Names<'s, 't> {
    fn of(sheet: &'s Sheet<'t>) -> Names<'s, 't> {
        let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
        for (column, head) in sheet.heads.iter().enumerate() {
            places.entry(&head.name).or_default().push(column);
        }
        Names {
            sheet,
            places,
            roles: vec![None; sheet.heads.len()],
            targets: Vec::new(),
            sets: Vec::new(),
        }
    }

    /// Refuses columns without a name and names of several columns, unless they are ignored.
    fn refuse_unclear(&self, ignored: &[Slot<ColumnName>], problems: &mut Problems) -> Option<()> {
        let ignored = ignored.iter().filter_map(Slot::get);
        let ignored: HashSet<&str> = ignored.map(|name| name.0.trim()).collect();
        let mut sound = true;
        let mut seen = HashSet::new();
        for head in &self.sheet.heads {
            let name = head.name.as_str();
            if ignored.contains(name) {
                continue;
            }
            let again = !seen.insert(name);
            match (name, again) {
                ("", false) => problems.data(
                    head.span,
                    "a column without a name",
                    "a name for every column",
                    Some("if it numbers the rows, write ignore_columns = [\"\"]".to_owned()),
                ),
                (_, true) if !name.is_empty() => {
                    let hint = format!(
                        "rename one, or leave out both: ignore_columns = [{}]",
                        quoted(name)
                    );
                    let found = format!("a second column {}", quoted(name));
                    problems.data(
                        head.span,
                        &found,
                        "columns with different names",
                        Some(hint),
                    );
                }
                _ => continue,
            }
            sound = false;
        }
        sound.then_some(())
    }

    /// The columns of a name in the manifest; empty after reporting that there are none.
    fn find(&self, slot: &Slot<ColumnName>, problems: &mut Problems) -> Vec<usize> {
        let (Some(name), Some(span)) = (slot.get(), slot.span()) else {
            return Vec::new();
        };
        let name = name.0.trim();
        if let Some(places) = self.places.get(name) {
            return places.clone();
        }
        let names = || self.sheet.heads.iter().map(|head| head.name.as_str());
        let hint = nearest(name, names()).map(|name| format!("did you mean {}?", quoted(name)));
        /// Names that a message lists.
        const LISTED: usize = 8;
        let mut listed: Vec<String> = names().take(LISTED).map(quoted).collect();
        let rest = self.sheet.heads.len().saturating_sub(LISTED);
        if rest > 0 {
            listed.push(counted(rest, "other"));
        }
        let found = format!("no column {}", quoted(name));
        problems.add_with_hint(span, found, alternatives(&listed), hint);
        Vec::new()
    }

    /// Gives columns their role; whether all of the names were sound.
    fn give(&mut self, slots: &[Slot<ColumnName>], role: Role, problems: &mut Problems) -> bool {
        let mut sound = true;
        for slot in slots {
            let span = slot.span().unwrap_or_default();
            let found = self.find(slot, problems);
            sound &= !found.is_empty();
            for column in found {
                let name = quoted(&self.sheet.heads[column].name);
                match self.roles[column] {
                    Some(other) if other == role => {
                        // A target or set that is named twice was refused with the list.
                        problems.add(
                            span,
                            format!("column {name} a second time"),
                            "each column once",
                        );
                        sound = false;
                    }
                    Some(other) => {
                        let found =
                            format!("column {name} is {} and {}", other.words(), role.words());
                        problems.add(span, found, "one of them");
                        sound = false;
                    }
                    None => self.roles[column] = Some(role),
                }
                match role {
                    Role::Target => self.targets.push(column),
                    Role::Set => self.sets.push((column, span)),
                    Role::Input | Role::Ignored => {}
                }
            }
        }
        sound
    }

    /// The category columns, which must be inputs.
    fn categories(
        &self,
        slots: &[Slot<ColumnName>],
        problems: &mut Problems,
    ) -> Option<HashSet<usize>> {
        let mut categories = HashSet::new();
        let mut sound = true;
        for slot in slots {
            let span = slot.span().unwrap_or_default();
            let found = self.find(slot, problems);
            sound &= !found.is_empty();
            for column in found {
                let name = quoted(&self.sheet.heads[column].name);
                let role = self.roles[column].filter(|role| *role != Role::Input);
                if let Some(role) = role {
                    let found = format!("column {name} is {} and a category column", role.words());
                    problems.add(span, found, "a category column that is an input");
                    sound = false;
                } else if !categories.insert(column) {
                    problems.add(
                        span,
                        format!("column {name} a second time"),
                        "each column once",
                    );
                    sound = false;
                }
            }
        }
        sound.then_some(categories)
    }

    fn columns(self, categories: &HashSet<usize>, inputs_named: bool) -> Columns {
        let mut columns = Columns {
            targets: self.targets,
            sets: self.sets,
            ..Columns::default()
        };
        for (column, role) in self.roles.iter().enumerate() {
            match role {
                Some(Role::Target | Role::Set) => {}
                Some(Role::Ignored) => columns.ignored.push(column),
                Some(Role::Input) => columns.inputs.push((column, categories.contains(&column))),
                None if inputs_named && !categories.contains(&column) => {
                    columns.ignored.push(column)
                }
                None => columns.inputs.push((column, categories.contains(&column))),
            }
        }
        columns
    }
}

/// Refuses columns that leave no input, or too many.
fn refuse_shape(sheet: &Sheet<'_>, columns: &Columns, problems: &mut Problems) -> Option<()> {
    if columns.inputs.is_empty() {
        let found = match columns.ignored.is_empty() && columns.sets.is_empty() {
            true => "target columns only",
            false => "no column that is an input",
        };
        problems.data(
            sheet.header_span(),
            found,
            "at least one input column",
            None,
        );
        return None;
    }
    if columns.inputs.len() > limits::COLUMNS {
        let found = counted(columns.inputs.len(), "input");
        let most = format!("at most {}", counted(limits::COLUMNS, "input"));
        problems.data(sheet.header_span(), &found, &most, None);
        return None;
    }
    Some(())
}
