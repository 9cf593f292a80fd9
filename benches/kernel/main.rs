//! How fast networks train, through the library's own door: the article's rows by width and
//! precision, on one thread and the processor's best backend (`SEEDBED_SIMD` names another for
//! a whole run of the benchmark), beside a loop written by hand for one shape.
//!
//! Throughput is in elements per second: network-epochs.

mod yardstick;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use seedbed::study::Study;

const EPOCHS: u64 = 2000;
const NETWORKS: u64 = 64;

/// The article's seven rows and its question, at one width and precision.
fn study(width: usize, precision: &str) -> Study<'static> {
    let manifest = format!(
        r#"
        name = "bench"
        [data]
        inputs = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [0, 1, 0], [1, 0, 0], [1, 1, 1], [0, 0, 0]]
        targets = [0, 1, 1, 1, 1, 0, 0]
        [[predict]]
        input = [1, 1, 0]
        [network]
        hidden = {width}
        [training]
        epochs = {EPOCHS}
        precision = "{precision}"
        [seeds]
        count = {NETWORKS}
        "#
    );
    let study = Study::parse(&manifest).expect("the manifest above is valid");
    study.threads(1)
}

/// Training, and the little that a study does around it.
fn training(criterion: &mut Criterion) {
    for width in [0, 1, 2, 3, 4, 6, 8, 16, 32] {
        let mut group = criterion.benchmark_group(format!("hidden {width}"));
        group.throughput(Throughput::Elements(NETWORKS * EPOCHS));
        for precision in ["f64", "f32"] {
            let study = study(width, precision);
            group.bench_function(precision, |bencher| {
                bencher.iter(|| study.run(&|_| {}).expect("training in memory can't fail"));
            });
        }
        group.finish();
    }
}

/// Named as the groups of `training`, so that one filter selects both.
fn by_hand(criterion: &mut Criterion) {
    fn one<const H: usize>(criterion: &mut Criterion) {
        if yardstick::train::<H>(1).is_none() {
            return;
        }
        let mut group = criterion.benchmark_group(format!("by hand, hidden {H}"));
        group.throughput(Throughput::Elements(yardstick::LANES as u64 * EPOCHS));
        group.bench_function("avx512 f64", |bencher| {
            bencher.iter(|| yardstick::train::<H>(std::hint::black_box(EPOCHS)));
        });
        group.finish();
    }
    one::<1>(criterion);
    one::<2>(criterion);
    one::<4>(criterion);
    one::<8>(criterion);
    one::<16>(criterion);
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(std::time::Duration::from_millis(500))
        .measurement_time(std::time::Duration::from_secs(2))
        .sample_size(20);
    targets = training, by_hand
}
criterion_main!(benches);
