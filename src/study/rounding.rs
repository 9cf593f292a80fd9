//! How much rounding decides: a sample of a folder's runs against their twins, and rounding.csv.

use std::path::Path;

use crate::error::{Error, Result};
use crate::results::folder::{
    JOURNAL, PROVENANCE, Provenance, ROUNDING, RUNS, ResultsFolder, SHARD,
};
use crate::results::{self, Tables, Watch};
use crate::runner::{self, Event, Twins, on_pass};
use crate::statistics::RoundingCounts;
use crate::training::{self, Run};

use super::derived::in_the_way;
use super::write::Write;
use super::{Rounding, Study};

/// What [`Study::rounding`] found.
#[derive(Debug, Clone)]
pub struct Roundings {
    /// Of each model, in the plan's order.
    pub models: Vec<Rounding>,
    /// What whoever reads them should know.
    pub notes: Vec<String>,
}

impl Study<'_> {
    /// Trains the twins of `sample` runs of each model of a results folder of this study, evenly
    /// spread over those in its runs.csv, and says what became of them. `on_progress` is told
    /// (twins trained, twins to train) now and then.
    ///
    /// # Errors
    /// [`Error::Usage`] of no runs; [`Error::Conflict`] if there is no runs.csv; if it is no table
    /// of this study at all, or the flag was set.
    pub fn rounding(
        &self,
        folder: &Path,
        sample: u64,
        on_progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Roundings> {
        check(sample)?;
        let mut notes = self.notes(folder)?;
        let (models, missing) = self.train_twins(folder, sample, on_progress)?;
        notes.extend(missing);
        Ok(Roundings { models, notes })
    }

    /// The same, and writes rounding.csv into the folder, which nobody else may use meanwhile.
    ///
    /// # Errors
    /// As for [`Study::rounding`], and [`Error::Conflict`] if the folder holds a shard, is not
    /// finished, or its tables are not what was recorded.
    pub fn write_rounding(
        &self,
        path: &Path,
        sample: u64,
        on_event: &(dyn Fn(Event) + Sync),
        on_progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Roundings> {
        check(sample)?;
        let folder = ResultsFolder::open(path)?;
        for note in folder.notes() {
            on_event(Event::Warning(note.clone()));
        }
        let provenance = self.finished(path)?;
        let (models, notes) = self.train_twins(path, sample, on_progress)?;
        let write = Write {
            study: self,
            folder: &folder,
            interrupt: self.options.interrupt,
            on_event,
        };
        write.rounding(&models, provenance)?;
        Ok(Roundings { models, notes })
    }

    /// What became of the twins of a sample of each model, and notes of what is missing.
    fn train_twins(
        &self,
        folder: &Path,
        sample: u64,
        on_progress: &mut dyn FnMut(u64, u64),
    ) -> Result<(Vec<Rounding>, Vec<String>)> {
        training::backend()?;
        let plan = &self.plan;
        let twins = Twins {
            sample,
            threads: self.options.threads,
            interrupt: self.options.interrupt,
        };
        let predictions = plan.predictions();
        let targets: Vec<Option<f64>> = predictions.iter().map(|about| about.target).collect();
        let mut counts = vec![RoundingCounts::default(); plan.models.len()];
        let mut count = |run: &Run, twin: &Run| {
            counts[run.model].add(&run.outcome, &twin.outcome, &targets);
        };
        let missing = runner::train_twins(plan, folder, twins, &mut count, on_progress)?;
        let settings = &plan.manifest.statistics;
        let models = counts.iter().map(|counts| counts.estimate(settings));
        Ok((models.collect(), missing))
    }

    /// What limits the numbers of a folder whose files are taken as they are.
    fn notes(&self, path: &Path) -> Result<Vec<String>> {
        let mut notes = Vec::new();
        if path.join(JOURNAL).is_file() {
            notes.push(format!(
                "{JOURNAL} is there: `seedbed run` has not finished this folder yet"
            ));
        }
        if !path.join(PROVENANCE).is_file() {
            notes.push(format!(
                "there is no record of what {RUNS} was when it was trained; these numbers are those of the file as it is"
            ));
        } else if let Tables::Changed(changed) = self.tables(path, &Provenance::load(path)?)? {
            notes.push(format!(
                "{}\nThese numbers are those of the changed file.",
                changed.describe(path)
            ));
        }
        Ok(notes)
    }

    /// What is recorded of a folder, if it is finished and its tables are as recorded: what is
    /// written beside them is of the rows that are there. Asked before the first twin is trained.
    fn finished(&self, path: &Path) -> Result<Provenance> {
        let unfit = if path.join(JOURNAL).is_file() {
            format!(
                "what was begun there is not finished ({JOURNAL} is there): `seedbed run` or `seedbed report` finishes it"
            )
        } else if path.join(SHARD).is_file() {
            "it holds one shard: `seedbed merge` joins all of them".to_owned()
        } else if !path.join(PROVENANCE).is_file() {
            format!(
                "there is no {PROVENANCE} that says what its runs were; without --write the numbers are shown"
            )
        } else {
            let provenance = Provenance::load(path)?;
            let file = path.join(ROUNDING);
            if file.exists() && !provenance.sha256.contains_key(ROUNDING) {
                return Err(in_the_way(&file));
            }
            return match self.tables(path, &provenance)? {
                Tables::Changed(changed) => Err(changed.refusal(path)),
                Tables::Absent | Tables::AsRecorded(_) | Tables::SavedAgain(_) => Ok(provenance),
            };
        };
        Err(Error::Conflict(format!(
            "{ROUNDING} can't be written into {}: {unfit}",
            path.display()
        )))
    }

    /// The tables of a folder against what is recorded of them.
    fn tables(&self, path: &Path, provenance: &Provenance) -> Result<Tables> {
        let on_pass = on_pass(None, self.options.interrupt, &|_| ());
        let threads = results::threads::thread_count(self.options.threads);
        let watch = Watch::new(&on_pass);
        results::inspect_finished(&self.plan, path, provenance, threads, &watch)
    }
}

/// Of no runs nothing can be said.
fn check(sample: u64) -> Result<()> {
    match sample {
        0 => Err(Error::Usage(
            "a sample of 0 runs says nothing: expected 1 or more of each model".to_owned(),
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::network::Start;
    use crate::training::{Task, trace};

    /// Training that is chaotic: of many runs, rounding decides how they end.
    const CHAOS: &str = r#"
name = "chaos"
[data]
inputs  = [[0,0,1],[0,1,1],[1,0,1],[0,1,0],[1,0,0],[1,1,1],[0,0,0]]
targets = [0,1,1,1,1,0,0]
[[predict]]
input = [1,1,0]
target = 0
[network]
hidden = [2, 3]
[training]
epochs = 500
learning_rate = 10.0
precision = "f32"
[seeds]
count = 40
"#;

    /// The counts of a model by another way: runs and twins traced one by one.
    fn traced(study: &Study, model: usize, places: impl Iterator<Item = u64>) -> RoundingCounts {
        let plan = study.plan();
        let mut counts = RoundingCounts::default();
        for place in places {
            let seed = plan.manifest.seeds.get(place).unwrap();
            let [run, twin] = [Start::Drawn, Start::Stepped].map(|start| {
                let task = Task {
                    start,
                    ..Task::new(plan, model, &[])
                };
                trace(&task, seed, &[], &|| false).unwrap().outcome
            });
            counts.add(&run, &twin, &[Some(0.0)]);
        }
        counts
    }

    #[test]
    fn counts_are_those_of_runs_and_twins_traced_one_by_one() {
        let place = tempfile::tempdir().unwrap();
        let study = Study::parse(CHAOS).unwrap();
        study.run_in(place.path(), &|_| ()).unwrap();
        let settings = &study.plan().manifest.statistics;
        let (mut told, mut changed) = ((0, 0), 0);
        for (sample, step) in [(u64::MAX, 1), (10, 4)] {
            let mut tell = |done, all| told = (done, all);
            let found = study.rounding(place.path(), sample, &mut tell).unwrap();
            assert!(found.notes.is_empty(), "{:?}", found.notes);
            for (model, found) in found.models.iter().enumerate() {
                let counts = traced(&study, model, (0..40).step_by(step));
                assert_eq!(*found, counts.estimate(settings));
                changed += counts.status;
            }
        }
        assert_eq!(told, (20, 20));
        assert!(changed > 0);
    }

    #[test]
    fn interrupted_it_writes_nothing() {
        let place = tempfile::tempdir().unwrap();
        Study::parse(CHAOS)
            .unwrap()
            .run_in(place.path(), &|_| ())
            .unwrap();
        let flag = AtomicBool::new(true);
        let study = Study::parse(CHAOS).unwrap().interrupted_by(&flag);
        let found = study.write_rounding(place.path(), 10, &|_| (), &mut |_, _| ());
        assert!(matches!(found, Err(Error::Interrupted(_))));
        assert!(!place.path().join(ROUNDING).exists());
        assert!(!place.path().join(JOURNAL).exists());
    }

    #[test]
    fn a_file_of_somebody_else_is_refused_before_anything_is_trained() {
        let place = tempfile::tempdir().unwrap();
        let study = Study::parse(CHAOS).unwrap();
        study.run_in(place.path(), &|_| ()).unwrap();
        std::fs::write(place.path().join(ROUNDING), "mine").unwrap();
        let mut told = false;
        let found = study.write_rounding(place.path(), 10, &|_| (), &mut |_, _| told = true);
        assert!(matches!(found, Err(Error::Conflict(_))));
        assert!(!told);
    }

    #[test]
    fn of_no_runs_nothing_is_said() {
        let place = tempfile::tempdir().unwrap();
        let study = Study::parse(CHAOS).unwrap();
        let found = study.rounding(place.path(), 0, &mut |_, _| ());
        assert!(matches!(found, Err(Error::Usage(_))));
    }
}
