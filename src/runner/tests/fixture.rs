//! A small experiment and what to do with it.

use super::*;
use crate::manifest::Manifest;

/// A folder that goes away.
pub struct Place(tempfile::TempDir);

impl Place {
    pub fn new() -> Place {
        Place(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

/// What differs between the tests' experiments; three models.
#[derive(Debug, Clone, Copy)]
pub struct Experiment {
    pub epochs: u64,
    pub stop: bool,
    pub first: u64,
    pub count: u64,
    pub curves: u64,
}

impl Default for Experiment {
    fn default() -> Self {
        Experiment {
            epochs: 300,
            stop: false,
            first: 1,
            count: 100,
            curves: 10,
        }
    }
}

impl Experiment {
    pub fn plan(&self) -> Plan {
        let text = format!(
            r#"name = "small"
[data]
inputs = [[0,0,1],[0,1,1],[1,0,1],[0,1,0],[1,0,0],[1,1,1],[0,0,0]]
targets = [0,1,1,1,1,0,0]
[[predict]]
input = [1,1,0]
target = 0
[network]
hidden = [0, 2, 8]
[training]
epochs = {}
[convergence]
stop = {}
[seeds]
first = {}
count = {}
[curves]
seeds = {}
points = 10
"#,
            self.epochs, self.stop, self.first, self.count, self.curves
        );
        Plan::new(Manifest::parse(&text, "small.toml", ".").unwrap())
    }
}

pub fn options(threads: usize, interrupt: &AtomicBool) -> RunOptions<'_> {
    RunOptions {
        threads: Some(threads),
        shard: None,
        seeds: None,
        overwrite: false,
        retrain_changed: false,
        checkpoint_after: CHECKPOINT_AFTER,
        interrupt,
    }
}

/// Trains what a folder lacks; nobody wants the runs that were there before.
pub fn run<'a>(
    plan: &'a Plan,
    folder: &'a ResultsFolder,
    options: &RunOptions,
    on_event: &(dyn Fn(Event) + Sync),
) -> Result<Trained<'a>> {
    super::super::run(plan, folder, options, true, &mut |_| Ok(()), on_event)
}

/// Writes the tables of a folder, if there is anything to write.
pub fn write(plan: &Plan, trained: &mut Trained) -> Written {
    let quiet = AtomicBool::new(false);
    let Some(open) = &mut trained.open else {
        return Written::default();
    };
    let runs = &trained.runs;
    write_tables(plan, runs, open, &quiet, &|_| (), &mut |_| Ok(())).unwrap()
}

/// Ends the work on a folder.
pub fn close(trained: Trained) {
    if let Some(open) = trained.open {
        open.close().unwrap();
    }
}

/// Writes runs to another folder.
pub fn copy(runs: &Runs, plan: &Plan, path: &Path) {
    let folder = ResultsFolder::open(path).unwrap();
    let mut journal = Writer::open_in(&folder, identity(&plan.manifest), None).unwrap();
    let pass = Pass::of_tables(Watch::nobody());
    runs.write(&folder, &mut journal, pass, &mut |_| Ok(()))
        .unwrap();
}

/// The runs of a folder's runs.csv, to be fetched.
pub fn read<'a>(plan: &'a Plan, folder: &Path, threads: Option<usize>) -> Result<Runs<'a>> {
    let (runs, _) = crate::results::read(plan, folder, threads, &Watch::nobody(), &mut |_| Ok(()))?;
    Ok(runs)
}

/// Runs to the end and returns how many runs were trained.
pub fn finish(experiment: &Experiment, path: &Path, threads: usize) -> u64 {
    let quiet = AtomicBool::new(false);
    end(experiment, path, &options(threads, &quiet))
}

pub fn finish_shard(experiment: &Experiment, path: &Path, shard: Option<Shard>) -> u64 {
    let quiet = AtomicBool::new(false);
    end(
        experiment,
        path,
        &RunOptions {
            shard,
            ..options(2, &quiet)
        },
    )
}

fn end(experiment: &Experiment, path: &Path, options: &RunOptions) -> u64 {
    let plan = experiment.plan();
    let folder = ResultsFolder::open(path).unwrap();
    let mut trained = run(&plan, &folder, options, &|_| ()).unwrap();
    let new_runs = trained.new_runs;
    if trained.open.is_some() {
        let written = write(&plan, &mut trained);
        record(&folder, &trained, options.shard, written);
        close(trained);
    }
    new_runs
}

/// Writes a provenance.json.
pub fn record(folder: &ResultsFolder, trained: &Trained, shard: Option<Shard>, written: Written) {
    let mut sha256 = written.digests;
    sha256.extend(trained.open.as_ref().unwrap().claimed.clone());
    let provenance = Provenance {
        version: env!("CARGO_PKG_VERSION").to_string(),
        runs: trained.runs.count(),
        trained_by: trained.trained_by.clone(),
        shard,
        sha256,
        rows: written.rows,
        ..Provenance::default()
    };
    folder
        .write(PROVENANCE, provenance.to_json().as_bytes())
        .unwrap();
}

/// runs.csv and losses.csv.
pub fn tables(path: &Path) -> (Vec<u8>, Vec<u8>) {
    let read = |name: &str| fs::read(path.join(name)).unwrap();
    (read(RUNS), read(LOSSES))
}
