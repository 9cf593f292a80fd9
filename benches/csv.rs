//! How fast runs become lines of runs.csv, and lines become runs again: a study of runs that
//! train for one epoch, so that next to nothing but its files is left to time.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use seedbed::study::Study;

/// A flag that nobody sets.
static NEVER: AtomicBool = AtomicBool::new(false);

/// Seeds: more than the workbook has room for, so that it costs nothing here.
const RUNS: u64 = 20_000;

fn study() -> Study<'static> {
    let manifest = format!(
        "name = \"bench\"\n\
         [data]\n\
         inputs  = [[0,0,1],[0,1,1],[1,0,1],[0,1,0],[1,0,0],[1,1,1],[0,0,0]]\n\
         targets = [0,1,1,1,1,0,0]\n\
         [[predict]]\n\
         input = [1,1,0]\n\
         target = 0\n\
         [network]\n\
         hidden = [2]\n\
         [training]\n\
         epochs = 1\n\
         [seeds]\n\
         count = {RUNS}\n\
         [curves]\n\
         seeds = 0\n"
    );
    Study::parse(&manifest).expect("a valid manifest")
}

fn run_in(folder: &Path) {
    let done = study()
        .run_in(folder, &|_| ())
        .expect("a folder to write in");
    assert_eq!(done.new_runs, RUNS);
}

fn files(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("runs.csv");
    group.throughput(Throughput::Elements(RUNS));
    group.sample_size(10);
    group.bench_function("train, journal and write", |bencher| {
        bencher.iter_batched(
            || tempfile::tempdir().expect("a temporary folder"),
            |place| {
                run_in(place.path());
                place
            },
            BatchSize::PerIteration,
        );
    });
    let place = tempfile::tempdir().expect("a temporary folder");
    run_in(place.path());
    group.bench_function("read", |bencher| {
        bencher.iter(|| {
            Study::report(place.path(), &NEVER, &|_| ()).expect("what was written reads back")
        });
    });
    group.finish();
}

criterion_group!(benches, files);
criterion_main!(benches);
