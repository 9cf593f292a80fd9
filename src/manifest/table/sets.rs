//! Which rows are trained on, looked at while training and tested with, for every column of sets
//! or seed of the split; then the rows of each set, scaled.

use std::collections::HashMap;

use ndarray::{Array2, Axis};

use super::columns::Columns;
use super::inputs::{Inputs, and_more};
use super::scale;
use super::sheet::Sheet;
use super::split::{Rows, Shares, share_out};
use super::targets::Targets;
use crate::manifest::data::{Partition, PartitionKey, Scale, Scaling};
use crate::manifest::diagnostic::{Problems, Span};
use crate::manifest::limits;
use crate::manifest::raw::Data as DataTable;
use crate::network::{Dataset, Part, Sets};
use crate::text::{bytes, quoted};

/// Everything that partitions are made of.
pub struct Source<'s, 't> {
    /// The file.
    pub sheet: &'s Sheet<'t>,
    /// What its columns are.
    pub columns: &'s Columns,
    /// What the manifest says.
    pub table: &'s DataTable,
    /// The rows of the file that are kept.
    pub kept: &'s [usize],
    /// Their inputs.
    pub inputs: &'s Inputs,
    /// Their targets.
    pub targets: &'s Targets,
}

impl Source<'_, '_> {
    /// One partition for each of these keys, in their order; `None` after reporting what is wrong.
    pub fn partitions(
        &self,
        keys: &[PartitionKey],
        problems: &mut Problems,
    ) -> Option<Vec<Partition>> {
        self.refuse_size(keys.len(), problems)?;
        let mut shared: HashMap<(Option<&str>, Option<u64>), Rows> = HashMap::new();
        let mut sound = true;
        for key in keys {
            let of_key = (key.set_column.as_deref(), key.split_seed);
            if shared.contains_key(&of_key) {
                continue;
            }
            match self.rows(key, problems) {
                Some(rows) => drop(shared.insert(of_key, rows)),
                None => {
                    sound = false;
                    // Every seed has the same shares, and so the same problem.
                    if key.split_seed.is_some() {
                        break;
                    }
                }
            }
        }
        if !sound {
            return None;
        }
        let partition = |key: &PartitionKey| {
            let rows = &shared[&(key.set_column.as_deref(), key.split_seed)];
            self.partition(key, rows)
        };
        let partitions: Vec<Partition> = keys.iter().map(partition).collect();
        self.refuse_infinite(&partitions, problems)?;
        Some(partitions)
    }

    fn refuse_size(&self, partitions: usize, problems: &mut Problems) -> Option<()> {
        let numbers = self.inputs.values.len() + self.targets.values.len();
        let all = numbers.saturating_mul(partitions);
        if partitions == 1 || all <= limits::PARTITION_CELLS {
            return Some(());
        }
        let found = format!(
            "{partitions} ways to share out and scale the rows, which take {} of memory",
            bytes(8 * all as u128)
        );
        let most = format!("at most {}", bytes(8 * limits::PARTITION_CELLS as u128));
        let split = self.table.split.span();
        let at = split
            .or(self.table.set_column.span())
            .or(self.table.scale.span());
        problems.add(at.unwrap_or_default(), found, most);
        None
    }

    /// The kept rows of each set, as places among them.
    fn rows(&self, key: &PartitionKey, problems: &mut Problems) -> Option<Rows> {
        let all: Vec<usize> = (0..self.kept.len()).collect();
        let (rows, at, whose) = match (&key.set_column, key.split_seed) {
            (Some(name), _) => {
                let mut sets = self.columns.sets.iter();
                let (column, at) =
                    sets.find(|(column, _)| self.sheet.heads[*column].name == *name)?;
                let rows = self.by_column(*column, problems)?;
                (rows, *at, format!("in column {}", quoted(name)))
            }
            (None, Some(seed)) => {
                let shares = shares(self.table);
                let rows = share_out(&self.strata(), shares, seed);
                let at = self.table.split.span().unwrap_or_default();
                (rows, at, "of the split".to_owned())
            }
            (None, None) => return Some([all, Vec::new(), Vec::new()]),
        };
        self.refuse_untrained(&rows[0], at, &whose, problems)?;
        Some(rows)
    }

    /// The rows of each class; of numbers, all.
    fn strata(&self) -> Vec<Vec<usize>> {
        let Some((classes, of_rows)) = &self.targets.classes else {
            return vec![(0..self.kept.len()).collect()];
        };
        let mut strata = vec![Vec::new(); classes.names.len()];
        for (place, class) in of_rows.iter().enumerate() {
            strata[*class].push(place);
        }
        strata
    }

    /// The rows of each set as a column says.
    fn by_column(&self, column: usize, problems: &mut Problems) -> Option<Rows> {
        let mut rows = Rows::default();
        let (mut wrong, mut count) = (None, 0);
        for (place, &row) in self.kept.iter().enumerate() {
            match set_named(&self.sheet.cell(row, column)) {
                Some(set) => rows[set].push(place),
                None => {
                    wrong.get_or_insert(row);
                    count += 1;
                }
            }
        }
        let Some(row) = wrong else { return Some(rows) };
        let found = format!(
            "{}{} in column {}",
            quoted(&self.sheet.cell(row, column)),
            and_more(count),
            quoted(&self.sheet.heads[column].name)
        );
        let hint =
            "rename them in the file, or write missing = \"drop\" and empty such cells".to_owned();
        problems.data(
            self.sheet.span(row, column),
            &found,
            "train, validation or test",
            Some(hint),
        );
        None
    }

    /// Refuses sets that train on nothing, or on no row of some class.
    fn refuse_untrained(
        &self,
        training: &[usize],
        at: Span,
        whose: &str,
        problems: &mut Problems,
    ) -> Option<()> {
        let hint = "give fewer rows to validation and test".to_owned();
        if training.is_empty() {
            let found = format!("no training rows {whose}");
            problems.add_with_hint(at, found, "at least one", Some(hint));
            return None;
        }
        let Some((classes, of_rows)) = &self.targets.classes else {
            return Some(());
        };
        let mut trained = vec![false; classes.names.len()];
        for place in training {
            trained[of_rows[*place]] = true;
        }
        let mut without = classes
            .names
            .iter()
            .zip(&trained)
            .filter(|(_, trained)| !**trained);
        let Some((name, _)) = without.next() else {
            return Some(());
        };
        let more = and_more(1 + without.count());
        let found = format!("no training row {whose} of class {}{more}", quoted(name));
        problems.add_with_hint(at, found, "at least one of each class", Some(hint));
        None
    }

    fn partition(&self, key: &PartitionKey, rows: &Rows) -> Partition {
        let [training, validation, test] = rows;
        let fitted = self.inputs.values.select(Axis(0), training);
        let scaling = scale::fit(fitted.view(), &self.inputs.names, key.scale);
        let part = |places: &[usize]| Part {
            dataset: Dataset {
                inputs: scaled(self.inputs.values.select(Axis(0), places), &scaling),
                targets: self.targets.values.select(Axis(0), places),
                right: self.targets.right,
            },
            // Files have at most a million rows.
            numbers: places
                .iter()
                .map(|place| self.kept[*place] as u32)
                .collect(),
        };
        Partition {
            key: key.clone(),
            sets: Sets {
                training: part(training),
                validation: part(validation),
                test: part(test),
            },
            scaling,
        }
    }

    /// Refuses inputs whose scaled values no 64-bit number can hold.
    fn refuse_infinite(&self, partitions: &[Partition], problems: &mut Problems) -> Option<()> {
        let sets = partitions.iter().flat_map(|partition| {
            let Sets {
                training,
                validation,
                test,
            } = &partition.sets;
            [training, validation, test].map(|part| (partition.key.scale, part))
        });
        for (scale, part) in sets.filter(|(scale, _)| *scale != Scale::None) {
            let mut values = part.dataset.inputs.indexed_iter();
            if let Some(((_, input), _)) = values.find(|(_, value)| !value.is_finite()) {
                let name = quoted(&self.inputs.names[input].to_string());
                let word = crate::manifest::words::Word::word(scale);
                let at = self.table.scale.span().unwrap_or_default();
                let found = format!("input {name} has values too far apart for scale = \"{word}\"");
                problems.add(
                    at,
                    found,
                    "values that scaling leaves finite, or scale = \"none\"",
                );
                return None;
            }
        }
        Some(())
    }
}

/// The shares that the manifest gives to validation and test.
pub fn shares(table: &DataTable) -> Shares {
    let split = table.split.get();
    let share = |slot: Option<f64>| slot.unwrap_or(0.0);
    Shares {
        validation: share(split.and_then(|split| Some(split.validation.get()?.value))),
        test: share(split.and_then(|split| Some(split.test.get()?.value))),
    }
}

fn scaled(mut inputs: Array2<f64>, scaling: &[Scaling]) -> Array2<f64> {
    for (mut column, scaling) in inputs.columns_mut().into_iter().zip(scaling) {
        column.mapv_inplace(|value| scaling.of(value));
    }
    inputs
}

/// The place in [`Rows`] of the set that a cell names.
pub fn set_named(text: &str) -> Option<usize> {
    const NAMES: [(&str, usize); 5] = [
        ("train", 0),
        ("training", 0),
        ("validation", 1),
        ("valid", 1),
        ("test", 2),
    ];
    let mut names = NAMES.iter();
    names
        .find(|(name, _)| text.eq_ignore_ascii_case(name))
        .map(|(_, set)| *set)
}
