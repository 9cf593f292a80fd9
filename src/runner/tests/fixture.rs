//! A small experiment and what to do with it.

use super::*;
use crate::manifest::Manifest;
use crate::results::folder::Provenance;

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
    super::super::run(plan, folder, options, &mut |_| Ok(()), on_event)
}

/// The runs of a folder's runs.csv, to be fetched.
pub fn read<'a>(plan: &'a Plan, folder: &Path, threads: Option<usize>) -> Result<Runs<'a>> {
    let (runs, _) = crate::results::read(plan, folder, threads, &mut |_| Ok(()))?;
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
    let trained = run(&plan, &folder, options, &|_| ()).unwrap();
    let sha256 = trained.runs.write(&folder, &mut |_| Ok(())).unwrap();
    let provenance = Provenance {
        version: env!("CARGO_PKG_VERSION").to_string(),
        runs: trained.runs.count(),
        shard: options.shard,
        sha256,
        ..Provenance::default()
    };
    folder
        .write(PROVENANCE, provenance.to_json().as_bytes())
        .unwrap();
    let new_runs = trained.new_runs;
    trained.close().unwrap();
    new_runs
}

/// runs.csv and losses.csv.
pub fn tables(path: &Path) -> (Vec<u8>, Vec<u8>) {
    let read = |name: &str| fs::read(path.join(name)).unwrap();
    (read(RUNS), read(LOSSES))
}
