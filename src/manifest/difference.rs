//! What differs between two manifests in a way that makes their runs incomparable.

use super::words::Word;
use super::{Curves, Data, Manifest, Seeds, StatisticsSettings, Value};
use crate::network::{Dataset, Query};
use crate::text::{grouped, quoted, shortest};

/// One key whose values differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The key, with its table: `training.epochs`.
    pub key: String,
    /// Its value here, as the manifest would say it.
    pub ours: String,
    /// Its value there.
    pub theirs: String,
}

impl Manifest {
    /// Every difference but those in what a study may change as it grows: seeds, description,
    /// baseline, curves and statistics settings. Empty if runs of one belong to the other.
    pub fn conflicts(&self, other: &Manifest) -> Vec<Difference> {
        let mut found = Vec::new();
        let mut compare = |key: &str, ours: String, theirs: String| {
            if ours != theirs {
                let key = key.to_owned();
                found.push(Difference { key, ours, theirs });
            }
        };
        compare("name", self.name.clone(), other.name.clone());
        if let Some((ours, theirs)) = data(&self.data, &other.data) {
            compare("data", ours, theirs);
        }
        if let Some((ours, theirs)) = queries(&self.queries, &other.queries) {
            compare("predict", ours, theirs);
        }
        for ((axis, ours), (_, theirs)) in self.axes.iter().zip(other.axes.iter()) {
            compare(&axis.path(), in_manifest(&ours), in_manifest(&theirs));
        }
        compare(
            "initialization.generator",
            word(&self.generator),
            word(&other.generator),
        );
        compare(
            "training.epochs",
            self.epochs.to_string(),
            other.epochs.to_string(),
        );
        compare(
            "training.precision",
            word(&self.precision),
            word(&other.precision),
        );
        compare(
            "convergence.stop",
            self.stop.to_string(),
            other.stop.to_string(),
        );
        found
    }

    /// Every difference, also in what may change without changing a run.
    pub fn differences(&self, other: &Manifest) -> Vec<Difference> {
        // Exhaustive on purpose: a new key must be compared here or in `conflicts`.
        let Manifest {
            name: _,
            description,
            data: _,
            queries: _,
            axes: _,
            generator: _,
            epochs: _,
            precision: _,
            stop: _,
            seeds,
            baseline,
            curves,
            statistics,
            source: _,
        } = self;
        let mut found = self.conflicts(other);
        let mut note = |key: &str, same: bool, show: &dyn Fn(&Manifest) -> String| {
            if !same {
                found.push(Difference {
                    key: key.to_owned(),
                    ours: show(self),
                    theirs: show(other),
                });
            }
        };
        note("description", *description == other.description, &|one| {
            quoted(&one.description)
        });
        note("seeds", *seeds == other.seeds, &|one| {
            seeds_words(&one.seeds)
        });
        note("compare.baseline", *baseline == other.baseline, &|one| {
            one.baseline_words()
        });
        note("curves", *curves == other.curves, &|one| {
            let Curves { seeds, points } = one.curves;
            format!("{{ seeds = {seeds}, points = {points} }}")
        });
        note("statistics", *statistics == other.statistics, &|one| {
            let StatisticsSettings {
                interval,
                confidence,
            } = one.statistics;
            format!(
                "{{ interval = {}, confidence = {} }}",
                word(&interval),
                shortest(confidence)
            )
        });
        found
    }

    /// The baseline as the manifest writes it.
    fn baseline_words(&self) -> String {
        let axes = self.axes.iter().zip(&self.baseline.0);
        let axes = axes.filter(|((axis, values), _)| axis.is_shown(values));
        let fixed = axes.filter_map(|((axis, values), position)| {
            let value = values[(*position)?];
            (value != Value::Nothing).then(|| format!("{} = {}", axis.key, value.in_manifest()))
        });
        format!("{{ {} }}", fixed.collect::<Vec<_>>().join(", "))
    }
}

/// Two manifests are equal when they mean the same, however they are written.
impl PartialEq for Manifest {
    fn eq(&self, other: &Manifest) -> bool {
        self.differences(other).is_empty()
    }
}

fn seeds_words(seeds: &Seeds) -> String {
    let (low, high) = seeds.ends().unwrap_or_default();
    format!("{} from {low} to {high}", grouped(seeds.count().into()))
}

fn number(value: &f64) -> String {
    shortest(*value)
}

fn word<T: Word>(value: &T) -> String {
    format!("\"{}\"", value.word())
}

/// The values of an axis: one, or a list of several.
fn in_manifest(values: &[Value]) -> String {
    list(values, |value| value.in_manifest())
}

fn list<T>(values: &[T], show: impl Fn(&T) -> String) -> String {
    let shown: Vec<String> = values.iter().map(show).collect();
    // A lone [8, 4] needs its outer brackets to stay one model.
    match shown.as_slice() {
        [only] if !only.starts_with('[') => only.clone(),
        _ => format!("[{}]", shown.join(", ")),
    }
}

/// What differs first between the rows of two studies, set by set, class by class.
fn data(ours: &Data, theirs: &Data) -> Option<(String, String)> {
    let count = |data: &Data| format!("{} partitions", data.partitions.len());
    let pairs = ours.partitions.iter().zip(&theirs.partitions);
    let found = pairs
        .flat_map(|(ours, theirs)| {
            let (ours, theirs) = (&ours.sets, &theirs.sets);
            [
                ("", &ours.training, &theirs.training),
                ("validation ", &ours.validation, &theirs.validation),
                ("test ", &ours.test, &theirs.test),
            ]
        })
        .find_map(|(set, ours, theirs)| {
            let (ours, theirs) = rows(&ours.dataset, &theirs.dataset)?;
            Some((format!("{set}{ours}"), format!("{set}{theirs}")))
        });
    if found.is_some() {
        return found;
    }
    if ours.partitions.len() != theirs.partitions.len() {
        return Some((count(ours), count(theirs)));
    }
    let classes = |data: &Data| match &data.classes {
        Some(classes) => format!("classes {}", classes.names.join(", ")),
        None => "no classes".to_owned(),
    };
    (ours.classes != theirs.classes).then(|| (classes(ours), classes(theirs)))
}

/// The shapes if they differ, else the first row that does.
fn rows(ours: &Dataset, theirs: &Dataset) -> Option<(String, String)> {
    let shape = |data: &Dataset| {
        format!(
            "{} rows, {} inputs, {} outputs",
            data.inputs.nrows(),
            data.inputs.ncols(),
            data.targets.ncols()
        )
    };
    if shape(ours) != shape(theirs) {
        return Some((shape(ours), shape(theirs)));
    }
    let row = |data: &Dataset, row: usize| {
        let inputs: Vec<f64> = data.inputs.row(row).to_vec();
        let targets: Vec<f64> = data.targets.row(row).to_vec();
        format!(
            "row {}: {} → {}",
            row + 1,
            list(&inputs, number),
            list(&targets, number)
        )
    };
    (0..ours.inputs.nrows())
        .find(|&at| {
            ours.inputs.row(at) != theirs.inputs.row(at)
                || ours.targets.row(at) != theirs.targets.row(at)
        })
        .map(|at| (row(ours, at), row(theirs, at)))
}

/// How many there are if the counts differ, else the first that does.
fn queries(ours: &[Query], theirs: &[Query]) -> Option<(String, String)> {
    if ours.len() != theirs.len() {
        let count = |queries: &[Query]| format!("{} situations", queries.len());
        return Some((count(ours), count(theirs)));
    }
    let show = |query: &Query| {
        let named = query
            .name
            .as_ref()
            .map(|name| format!("{}: ", quoted(name)));
        let input = named.unwrap_or_default() + &list(&query.input, number);
        match &query.target {
            Some(target) => format!("{input} → {}", list(target, number)),
            None => input,
        }
    };
    ours.iter()
        .zip(theirs)
        .map(|(ours, theirs)| (show(ours), show(theirs)))
        .find(|(ours, theirs)| ours != theirs)
}
