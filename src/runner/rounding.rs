//! Trains the twins of a sample of stored runs: the same seeds, but every initial weight one step
//! of rounding away. What became of a run and of its twin is for others to compare.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use super::pool::{self, Collected};
use super::work::Job;
use crate::error::{Error, Result};
use crate::network::Start;
use crate::plan::Plan;
use crate::results::folder::RUNS;
use crate::results::{Store, Watch, threads};
use crate::text::{counted, grouped};
use crate::training::Run;

/// Takes a stored run and its twin, as they finish, in any order.
pub type OnPair<'a> = &'a mut dyn FnMut(&Run, &Run);

/// How to train twins.
#[derive(Debug, Clone, Copy)]
pub struct Twins<'a> {
    /// How many of each model's stored runs, at most.
    pub sample: u64,
    /// Threads; `None` for one per core.
    pub threads: Option<usize>,
    /// Set to stop.
    pub interrupt: &'a AtomicBool,
}

/// Trains the twins of a sample of the runs in a folder's runs.csv and hands over each with its
/// stored run. `on_progress` is told (trained, to train) now and then. Returns notes: what is not
/// there, and so not in the sample.
///
/// # Errors
/// [`Error::Io`] and [`Error::Unreadable`] if runs.csv is no table of this plan at all;
/// [`Error::Interrupted`] if the flag was set.
pub fn train_twins(
    plan: &Plan,
    folder: &Path,
    twins: Twins,
    on_pair: OnPair,
    on_progress: &mut dyn FnMut(u64, u64),
) -> Result<Vec<String>> {
    let interrupt = twins.interrupt;
    let (store, notes) = stored(plan, folder, interrupt)?;
    let jobs = jobs(plan, &store, twins.sample);
    let wanted: u64 = jobs.iter().map(Job::runs).sum();
    let threads = threads::pool(threads::thread_count(twins.threads))?;
    let trained = Collected::new(interrupt);
    let (mut done, mut failed) = (0, Ok(()));
    let mut take = || {
        let (runs, _) = trained.take();
        done += runs.len() as u64;
        if failed.is_ok() {
            failed = hand_over(&store, runs, on_pair);
        }
        on_progress(done, wanted);
    };
    pool::train(plan, &jobs, &threads, &trained, &mut take);
    take();
    failed?;
    match interrupt.load(Ordering::Relaxed) && done < wanted {
        true => Err(stopped(&format!(
            "{done} of {wanted} twins were trained; nothing was written"
        ))),
        false => Ok(notes),
    }
}

fn stopped(what: &str) -> Error {
    Error::Interrupted(format!("interrupted: {what}"))
}

/// Where the rows of runs.csv are that can be runs of the plan, and what is to say of the others.
fn stored(plan: &Plan, folder: &Path, interrupt: &AtomicBool) -> Result<(Store, Vec<String>)> {
    let stop = |_: &Path, _, _| match interrupt.load(Ordering::Relaxed) {
        true => Err(stopped("no twin was trained yet")),
        false => Ok(()),
    };
    let path = folder.join(RUNS);
    if !path.is_file() {
        return Err(Error::Conflict(format!(
            "there is no {RUNS} in {}: `seedbed run` trains its runs first",
            folder.display()
        )));
    }
    let mut store = Store::new(plan, 0..plan.runs())?;
    let (mut strange, mut first) = (0_u64, String::new());
    store.scan_table_leniently(&path, &Watch::new(&stop), &mut |line, what| {
        if strange == 0 {
            first = format!("line {}: {what}", line());
        }
        strange += 1;
    })?;
    let mut notes = Vec::new();
    if strange > 0 {
        let rows = counted(strange, "row");
        notes.push(format!(
            "{rows} of {RUNS} can't be read as a run of this study and count as missing; the first is {first}"
        ));
    }
    notes.extend(missing(plan, &store));
    Ok((store, notes))
}

/// A note if not every run of the plan is there.
fn missing(plan: &Plan, store: &Store) -> Option<String> {
    let (there, all) = (store.runs(), plan.runs());
    if there == all {
        return None;
    }
    let mut text = format!(
        "{RUNS} has {} of the study's {}; the sample is of those that are there",
        grouped(there.into()),
        counted(all, "run")
    );
    let has_none = |model: &usize| of_model(store, *model).next().is_none();
    let mut without = (0..plan.models.len()).filter(has_none);
    if let Some(first) = without.next() {
        let models = counted(1 + without.count(), "model");
        text += &format!(
            ", and {models} without any: the first is {}",
            plan.models[first].name
        );
    }
    Some(text)
}

/// Positions of a model's runs that are there, ascending.
fn of_model(store: &Store, model: usize) -> impl Iterator<Item = u64> {
    let positions = store.positions().of_model(model);
    positions.filter(|&position| store.has(position))
}

/// The sample of each model, without loss curves.
fn jobs(plan: &Plan, store: &Store, sample: u64) -> Vec<Job> {
    let jobs = (0..plan.models.len()).map(|model| {
        let mut job = Job {
            start: Start::Stepped,
            ..Job::new(model, false, plan.cost(model))
        };
        let there: Vec<u64> = of_model(store, model).collect();
        for place in spread(there.len() as u64, sample) {
            let (_, seed) = store.positions().model_and_place(there[place as usize]);
            job.push(seed);
        }
        job
    });
    jobs.filter(|job| job.runs() > 0).collect()
}

/// At most `sample` places of `count`, evenly spread, the first included: no clock, no chance, so
/// that who asks again gets the same.
fn spread(count: u64, sample: u64) -> impl Iterator<Item = u64> {
    let sample = sample.min(count);
    let place = move |at| (u128::from(at) * u128::from(count) / u128::from(sample)) as u64;
    (0..sample).map(place)
}

/// Hands over twins with their stored runs.
fn hand_over(store: &Store, twins: Vec<Run>, on_pair: OnPair) -> Result<()> {
    let by_position = twins.into_iter().filter_map(|twin| {
        let position = store.positions().position(twin.model, twin.outcome.seed);
        Some((position?, twin))
    });
    let twins: HashMap<u64, Run> = by_position.collect();
    let columns = store.columns();
    store.fetch_rows(twins.keys().copied(), &mut |position, row, _| {
        let original = columns.parse(row.cells);
        let original = original.map_err(|error| row.error(error.column, error.message))?;
        if let Some(twin) = twins.get(&position) {
            on_pair(&original, twin);
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_spread_evenly_and_starts_with_the_first() {
        let spread = |count, sample| -> Vec<u64> { spread(count, sample).collect() };
        assert_eq!(spread(10, 4), [0, 2, 5, 7]);
        assert_eq!(spread(3, 100), [0, 1, 2]);
        assert_eq!(spread(1000, 1), [0]);
        assert_eq!(spread(0, 5), [0; 0]);
        let all = spread(1_000_003, 1000);
        assert!(
            all.windows(2)
                .all(|pair| (1000..=1001).contains(&(pair[1] - pair[0])))
        );
    }
}
