//! How fast finished runs become lines of runs.csv, and lines become runs again.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use seedbed::manifest::Manifest;
use seedbed::plan::Plan;
use seedbed::report::csv::write_row;
use seedbed::results::record::Record;
use seedbed::training::{Feed, Outcome, Task, train};

const MANIFEST: &str = "
name = \"bench\"
[data]
inputs  = [[0,0,1],[0,1,1],[1,0,1],[0,1,0],[1,0,0],[1,1,1],[0,0,0]]
targets = [0,1,1,1,1,0,0]
[[predict]]
input = [1,1,0]
target = 0
[network]
hidden = [2]
[training]
epochs = 500
[seeds]
count = 1000
";

#[derive(Default)]
struct Runs {
    seeds: u64,
    records: Vec<Record>,
}

impl Feed for Runs {
    fn next_seed(&mut self) -> Option<u64> {
        self.seeds += 1;
        (self.seeds <= 1000).then_some(self.seeds)
    }
    fn finished(&mut self, outcome: Outcome) {
        self.records.push(Record::new(0, outcome));
    }
}

fn lines(criterion: &mut Criterion) {
    let manifest = Manifest::parse(MANIFEST, "bench.toml", ".").expect("a valid manifest");
    let plan = Plan::new(manifest).expect("a small plan");
    let mut runs = Runs::default();
    train(&Task::new(&plan, 0, &[]), &mut runs);
    let cells: Vec<Vec<String>> = runs.records.iter().map(|r| r.cells(&plan)).collect();
    let mut group = criterion.benchmark_group("runs.csv");
    group.throughput(Throughput::Elements(runs.records.len() as u64));
    group.bench_function("write", |bencher| {
        bencher.iter(|| {
            let mut text = String::new();
            for record in &runs.records {
                write_row(&mut text, &record.cells(&plan));
            }
            text
        });
    });
    group.bench_function("read", |bencher| {
        bencher.iter(|| {
            for cells in &cells {
                let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
                Record::parse(&plan, &cells).expect("what was written reads back");
            }
        });
    });
    group.finish();
}

criterion_group!(benches, lines);
criterion_main!(benches);
