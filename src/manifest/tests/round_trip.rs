//! A valid manifest that is printed reads back as itself, however it is spelled.

use std::fmt::Write;

use ndarray::Array2;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::schema::{complaints, validator};
use crate::manifest::values::check_name;
use crate::manifest::{
    AXES, Axes, Baseline, Choices, Curves, Data, IntervalMethod, Manifest, Seeds,
    StatisticsSettings, Value, Word,
};
use crate::network::{
    Activation, Criterion, Dataset, Generator, Learning, Precision, Query, Settings,
};
use crate::plan::Plan;

/// A number in one of its spellings.
fn number(value: f64, spelling: usize) -> String {
    match spelling % 3 {
        0 if value.fract() == 0.0 && value.abs() < 1e15 => format!("{value:.0}"),
        1 => format!("{value:e}"),
        _ => format!("{value:?}"),
    }
}

fn list<T>(values: &[T], show: impl Fn(&T) -> String) -> String {
    let shown: Vec<String> = values.iter().map(show).collect();
    format!("[{}]", shown.join(", "))
}

/// One value without brackets, or several as an axis.
fn axis<T>(values: &[T], spelling: usize, show: impl Fn(&T) -> String) -> String {
    match values {
        [only] if spelling.is_multiple_of(2) => show(only),
        values => list(values, show),
    }
}

fn layers(widths: &[usize], spelling: usize) -> String {
    match widths {
        [] => "0".to_owned(),
        [width] if spelling.is_multiple_of(2) => width.to_string(),
        widths => format!("{widths:?}"),
    }
}

fn word<T: Word>(value: &T) -> String {
    format!("\"{}\"", value.word())
}

/// A value of an axis in one of its spellings.
fn spelled(value: Value, s: usize) -> String {
    match value {
        Value::Layers(widths) => layers(widths, s),
        Value::Word(word) => format!("\"{word}\""),
        Value::Truth(value) => value.to_string(),
        Value::Number(value) => number(value, s),
        Value::Text(_) | Value::Nothing => unreachable!("only of rows from a file"),
    }
}

/// All values of an axis.
fn swept(values: &[Value], s: usize) -> String {
    match values {
        // A list of one network with several layers needs its outer brackets.
        [only @ Value::Layers(widths)] if widths.len() < 2 => spelled(*only, 0),
        [Value::Layers(_), ..] => list(values, |value| spelled(*value, s)),
        values => axis(values, s, |value| spelled(*value, s)),
    }
}

/// A manifest's text; `s` chooses among spellings that mean the same.
fn print(manifest: &Manifest, s: usize) -> String {
    let m = manifest;
    let mut text = String::new();
    let line = |text: &mut String, key: &str, value: String| {
        writeln!(text, "{key} = {value}").unwrap();
    };
    let rows = |data: &Array2<f64>| {
        let rows: Vec<Vec<f64>> = data.rows().into_iter().map(|row| row.to_vec()).collect();
        rows
    };
    let target = |row: &Vec<f64>| axis(row, s, |value| number(*value, s));
    line(&mut text, "name", format!("{:?}", m.name));
    line(&mut text, "description", format!("{:?}", m.description));
    text.push_str("[data]\n");
    line(
        &mut text,
        "inputs",
        list(&rows(&m.data.first().inputs), |row| {
            list(row, |v| number(*v, s))
        }),
    );
    line(
        &mut text,
        "targets",
        list(&rows(&m.data.first().targets), target),
    );
    for query in &m.queries {
        text.push_str("[[predict]]\n");
        if let Some(name) = &query.name {
            line(&mut text, "name", format!("{name:?}"));
        }
        line(
            &mut text,
            "input",
            list(&query.input, |v| number(*v, s + 1)),
        );
        if let Some(values) = &query.target {
            line(&mut text, "target", target(values));
        }
    }
    let axes = |text: &mut String, table: &str| {
        for (axis, values) in m.axes.iter().filter(|(axis, _)| axis.table == table) {
            // The criteria that the study does not use.
            if values == [Value::Nothing] {
                continue;
            }
            line(text, axis.key, swept(&values, s));
        }
    };
    text.push_str("[network]\n");
    axes(&mut text, "network");
    text.push_str("[initialization]\n");
    axes(&mut text, "initialization");
    line(&mut text, "generator", word(&m.generator));
    text.push_str("[training]\n");
    line(
        &mut text,
        "epochs",
        if s.is_multiple_of(2) {
            m.epochs.to_string()
        } else {
            format!("0x{:x}", m.epochs)
        },
    );
    axes(&mut text, "training");
    line(&mut text, "precision", word(&m.precision));
    text.push_str("[convergence]\n");
    axes(&mut text, "convergence");
    line(&mut text, "stop", m.stop.to_string());
    text.push_str("[seeds]\n");
    match &m.seeds {
        Seeds::Range { first, count } if s.is_multiple_of(2) => {
            writeln!(text, "first = {first}\ncount = {count}").unwrap()
        }
        seeds => {
            let all: Vec<u64> = (0..seeds.count()).filter_map(|at| seeds.get(at)).collect();
            line(&mut text, "list", format!("{all:?}"));
        }
    }
    let positions = m.baseline.0.iter();
    let fixed: Vec<String> = m
        .axes
        .iter()
        .zip(positions)
        .filter_map(|((axis, values), at)| {
            Some(format!("{} = {}", axis.key, spelled(values[(*at)?], s)))
        })
        .collect();
    writeln!(text, "[compare]\nbaseline = {{ {} }}", fixed.join(", ")).unwrap();
    writeln!(
        text,
        "[curves]\nseeds = {}\npoints = {}",
        m.curves.seeds, m.curves.points
    )
    .unwrap();
    text.push_str("[statistics]\n");
    line(&mut text, "interval", word(&m.statistics.interval));
    line(
        &mut text,
        "confidence",
        format!("{:?}", m.statistics.confidence),
    );
    text
}

fn data() -> impl Strategy<Value = (Dataset, Vec<Query>)> {
    (1_usize..4, 1_usize..3, 1_usize..5).prop_flat_map(|(inputs, outputs, rows)| {
        // A sum with zero has no minus zero, which a manifest can't hold.
        let any = || {
            (-1e300_f64..1e300)
                .prop_union(-3.0..3.0)
                .prop_map(|value| value.round() + 0.0)
        };
        let share = || prop_oneof![Just(0.0), Just(1.0), 0.0..=1.0_f64];
        let query = (
            prop::collection::vec(any(), inputs),
            prop::option::of(prop::collection::vec(share(), outputs)),
            prop::bool::ANY,
        );
        (
            prop::collection::vec(any(), rows * inputs),
            prop::collection::vec(share(), rows * outputs),
            prop::collection::vec(query, 0..3),
        )
            .prop_map(move |(input_cells, target_cells, queries)| {
                let dataset = Dataset::new(
                    Array2::from_shape_vec((rows, inputs), input_cells).unwrap(),
                    Array2::from_shape_vec((rows, outputs), target_cells).unwrap(),
                );
                let mut distinct: Vec<Query> = Vec::new();
                for (input, target, named) in queries {
                    if distinct.iter().all(|query| query.input != input) {
                        let name = format!("patient-{}. of_all", distinct.len());
                        distinct.push(Query {
                            name: named.then_some(name),
                            input,
                            target,
                        });
                    }
                }
                (dataset, distinct)
            })
    })
}

fn numbers(values: &'static [f64]) -> impl Strategy<Value = Vec<f64>> {
    subsequence(values.to_vec(), 1..=values.len().min(3)).prop_shuffle()
}

fn each<T>(values: Vec<T>, choices: impl Fn(T) -> Choices) -> Vec<Choices> {
    values.into_iter().map(choices).collect()
}

fn manifest() -> impl Strategy<Value = Manifest> {
    let axes = (
        subsequence(
            vec![vec![], vec![4], vec![8, 4], vec![4, 8, 1], vec![17]],
            1..=4,
        )
        .prop_shuffle(),
        subsequence(Activation::choices(), 1..=2).prop_shuffle(),
        subsequence(vec![true, false], 1..=2).prop_shuffle(),
        numbers(&[1.0, 0.1, 1e-300, 1e300, 2.5]),
        numbers(&[1.0, 0.1, 5e-324, 1e308, 4.0]),
        numbers(&[0.0, 0.9, 0.999_999_999_999_999_9, 0.5]),
        (
            numbers(&[1.0, 0.4, 1e-12, 0.5]),
            select(vec![
                Criterion::Tolerance as fn(f64) -> Criterion,
                Criterion::Accuracy,
                Criterion::Mse,
            ]),
        ),
    );
    let seeds = prop_oneof![
        (0_u64..1_000_000, 1_u64..20).prop_map(|(first, count)| Seeds::Range { first, count }),
        Just(Seeds::List(vec![9, 3, 999_999_999])),
    ];
    let rest = (
        // Some are the names of devices.
        "[a-z0-9_]([a-zA-Z0-9._-]{0,20}[a-z])?"
            .prop_filter("a name for a folder", |name| check_name(name).is_ok()),
        "[ -~äé漢]{0,30}",
        1_u64..=1 << 53,
        any::<bool>(),
        select(vec![Generator::ChaCha8, Generator::Numpy]),
        (0_u64..1000, 2_u64..1000),
        (
            select(vec![IntervalMethod::Wilson, IntervalMethod::ClopperPearson]),
            0.001_f64..0.999,
        ),
    );
    (
        data(),
        axes,
        seeds,
        rest,
        prop::collection::vec(any::<prop::sample::Index>(), AXES.len() + 1),
    )
        .prop_map(|((dataset, queries), axes, seeds, rest, chosen)| {
            let (hidden, activation, bias, range, learning_rate, momentum, (limits, kind)) = axes;
            let (
                name,
                description,
                epochs,
                stop,
                generator,
                (curve_seeds, points),
                (interval, confidence),
            ) = rest;
            // The single-neuron axis value is always fixed, the others now and then.
            let fix = |at: usize| chosen[at].index(2) == 0;
            let lengths = [
                hidden.len(),
                activation.len(),
                bias.len(),
                range.len(),
                learning_rate.len(),
                momentum.len(),
            ];
            let place = |(at, length): (usize, usize)| {
                (at == 0 || fix(at)).then(|| chosen[at + 1].index(length))
            };
            let criteria = [Criterion::Tolerance, Criterion::Accuracy, Criterion::Mse];
            let used = |of: fn(f64) -> Criterion| of(0.5) == kind(0.5);
            let criterion_places = criteria.into_iter().enumerate().map(|(at, of)| {
                let fixed = place((lengths.len() + at, limits.len()));
                fixed.filter(|_| used(of))
            });
            let places = lengths.into_iter().enumerate().map(place);
            let mut baseline: Vec<_> = places.chain(criterion_places).collect();
            // Of rows that are written in the manifest, scale and sets have one value.
            baseline.resize(AXES.len(), None);
            let baseline = Baseline(baseline);
            let settings = |settings: Settings| Choices {
                settings,
                ..Choices::default()
            };
            let criterion_axes = criteria.map(|of| {
                // On the axis of another criterion there is no value, whichever this one has.
                let some = if used(of) { limits.len() } else { 1 };
                each(limits[..some].to_vec(), |limit| {
                    settings(Settings {
                        criterion: kind(limit),
                        ..Settings::default()
                    })
                })
            });
            let mut values = vec![
                each(hidden, |hidden| Choices {
                    hidden,
                    ..Choices::default()
                }),
                each(activation, |activation| Choices {
                    activation,
                    ..Choices::default()
                }),
                each(bias, |bias| Choices {
                    bias,
                    ..Choices::default()
                }),
                each(range, |range| Choices {
                    range,
                    ..Choices::default()
                }),
                each(learning_rate, |learning_rate| {
                    settings(Settings {
                        learning: Learning {
                            learning_rate,
                            ..Learning::default()
                        },
                        ..Settings::default()
                    })
                }),
                each(momentum, |momentum| {
                    settings(Settings {
                        learning: Learning {
                            momentum,
                            ..Learning::default()
                        },
                        ..Settings::default()
                    })
                }),
            ];
            values.extend(criterion_axes);
            values.resize(AXES.len(), vec![Choices::default()]);
            let axes = Axes::new(values);
            Manifest {
                name,
                description,
                data: Data::plain(dataset),
                queries,
                axes,
                generator,
                epochs,
                precision: Precision::F64,
                stop,
                seeds,
                baseline,
                curves: Curves {
                    seeds: curve_seeds,
                    points,
                },
                statistics: StatisticsSettings {
                    interval,
                    confidence,
                },
                source: String::new(),
            }
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn a_printed_manifest_reads_back_as_itself(manifest in manifest(), spelling in 0_usize..6) {
        let text = print(&manifest, spelling);
        let read = Manifest::parse(&text, "t.toml", ".").map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert_eq!(&read, &manifest);
        prop_assert!(read.conflicts(&manifest).is_empty());
        prop_assert_eq!(&read.source, &text);
        let plan = Plan::new(read);
        prop_assert_eq!(plan.prediction_columns().len(), manifest.queries.len() * manifest.data.output_count());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 50, ..ProptestConfig::default() })]

    #[test]
    fn the_schema_accepts_what_the_reader_accepts(manifest in manifest(), spelling in 0_usize..6) {
        prop_assert_eq!(complaints(&validator(), &print(&manifest, spelling)), [""; 0]);
    }
}
