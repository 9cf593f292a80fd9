use proptest::prelude::*;

use super::*;
use crate::manifest::Manifest;
use crate::training::{Judged, Status};

fn plan() -> Plan {
    let text = r#"
        name = "small"
        data = { inputs = [[0,0,1],[0,1,1],[1,0,1]], targets = [0,1,1] }
        predict = [{ input = [1,1,0], target = 0 }]
        network = { hidden = [0, 2, 8] }
        training = { epochs = 300 }
        seeds = { count = 100 }
    "#;
    Plan::new(Manifest::parse(text, "small.toml", ".").unwrap())
}

/// The text of a number's cell.
fn text(value: f64) -> String {
    Cell::from(value).to_csv()
}

/// The cells of a run, as in its line.
fn line(run: &Run) -> String {
    RunRows::new(&plan()).cells(run).join(",")
}

fn outcome() -> Outcome {
    Outcome {
        seed: 7,
        epochs: 300,
        convergence_epoch: Some(12),
        mse: 1.5e-7,
        mse_at_90_percent: Some(0.25),
        max_abs_error: 0.125,
        wrong_rows: [0, 2].into_iter().collect(),
        gradient_norm: 1e-9,
        predictions: vec![0.0078876],
        judged: Judged::default(),
        finite: true,
        weights_hash: 0x12e45,
    }
}

/// The cells of a run with some replaced, read again.
fn parse_with(changes: &[(&str, &str)]) -> Result<Run, CellError> {
    let columns = RunRows::new(&plan());
    let mut cells = columns.cells(&Run::new(1, outcome()));
    for (name, cell) in changes {
        cells[columns.place(name)] = cell.to_string();
    }
    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
    columns.parse(&cells)
}

#[test]
fn numbers_have_few_digits_and_no_endless_zeros() {
    let expected = [
        (0.0, "0"),
        (-0.0, "-0"),
        (1.0, "1"),
        (0.1, "0.1"),
        (0.00001, "0.00001"),
        (9.9e-6, "9.9e-6"),
        (5e-324, "5e-324"),
        (1e16, "10000000000000000"),
        (1e17, "1e17"),
        (1.7976931348623157e308, "1.7976931348623157e308"),
        (f64::NAN, ""),
        (f64::NEG_INFINITY, ""),
    ];
    for (value, shown) in expected {
        assert_eq!(text(value), shown);
    }
}

#[test]
fn the_header_is_the_designs() {
    assert_eq!(
        RunRows::new(&plan()).names().join(","),
        "model,hidden,activation,bias,range,learning_rate,momentum,tolerance,seed,status,epochs,\
         converged,convergence_epoch,mse,mse_at_90_percent,max_abs_error,accuracy,wrong_rows,\
         gradient_norm,prediction_1_1_0,prediction_1_1_0_correct,weights_hash"
    );
}

#[test]
fn a_row_says_what_the_run_holds() {
    assert_eq!(
        line(&Run::new(1, outcome())),
        "hidden-2,2,sigmoid,FALSE,1,1,0,0.4,7,converged,300,TRUE,12,1.5e-7,0.25,0.125,\
         0.3333333333333333,r1 r3,1e-9,0.0078876,TRUE,w0000000000012e45"
    );
    let failed = Outcome {
        convergence_epoch: None,
        mse: f64::INFINITY,
        mse_at_90_percent: Some(f64::NAN),
        max_abs_error: f64::NAN,
        gradient_norm: f64::NEG_INFINITY,
        predictions: vec![f64::NAN],
        judged: Judged::default(),
        wrong_rows: [0, 1, 2].into_iter().collect(),
        finite: false,
        ..outcome()
    };
    assert_eq!(
        line(&Run::new(0, failed)),
        "single-neuron,0,sigmoid,FALSE,1,1,0,0.4,7,diverged,300,FALSE,,,,,0,r1 r2 r3,,,FALSE,\
         w0000000000012e45"
    );
}

#[test]
fn status_follows_its_rule() {
    let status = |change: &dyn Fn(&mut Outcome)| {
        let mut outcome = Outcome {
            convergence_epoch: None,
            mse: 0.2,
            ..outcome()
        };
        change(&mut outcome);
        outcome.status()
    };
    assert_eq!(status(&|_| ()), Status::Improving);
    assert_eq!(status(&|run| run.mse = 0.2475), Status::Stuck);
    assert_eq!(status(&|run| run.mse = 0.2474), Status::Improving);
    assert_eq!(status(&|run| run.mse_at_90_percent = None), Status::Stuck);
    assert_eq!(
        status(&|run| run.convergence_epoch = Some(3)),
        Status::Converged
    );
    assert_eq!(status(&|run| run.mse = f64::NAN), Status::Stuck);
    // Converged first and diverged later: the word says diverged, the columns say when it converged.
    let both = |run: &mut Outcome| (run.convergence_epoch, run.finite) = (Some(3), false);
    assert_eq!(status(&both), Status::Diverged);
}

#[test]
fn cells_that_contradict_each_other_are_refused() {
    let refused = [
        ("model", "hidden-3"),
        ("hidden", "4"),
        ("bias", "TRUE"),
        ("range", "2"),
        ("seed", "-1"),
        ("status", "stuck"),
        ("status", "fine"),
        ("epochs", "301"),
        ("epochs", "0"),
        ("converged", "FALSE"),
        ("convergence_epoch", ""),
        ("convergence_epoch", "301"),
        ("mse", "NaN"),
        ("accuracy", "0.4"),
        ("wrong_rows", "r3 r1"),
        ("wrong_rows", "r4"),
        ("wrong_rows", "3"),
        ("prediction_1_1_0", "0.6"),
        ("prediction_1_1_0_correct", "maybe"),
        ("weights_hash", "w12e45"),
        ("weights_hash", "w+000000000012e45"),
    ];
    for (column, cell) in refused {
        let error = parse_with(&[(column, cell)]).unwrap_err();
        assert!(
            error.message.contains("expected"),
            "{column}={cell}: {}",
            error.message
        );
    }
    assert!(parse_with(&[]).is_ok());
    let saved_again = [
        ("range", "1.0"),
        ("converged", "true"),
        ("mse", "0.00000015"),
        ("epochs", "3E2"),
    ];
    assert_eq!(parse_with(&saved_again).unwrap(), Run::new(1, outcome()));
}

#[test]
fn messages_show_cells_without_what_a_terminal_would_obey() {
    assert_eq!(shown("\u{1b}[31mred\u{7}"), "\\u{1b}[31mred\\u{7}");
    assert_eq!(shown(&"x".repeat(100)).chars().count(), 41);
}

fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>(),
        -1.0..1.0f64,
        Just(-0.0),
        Just(5e-324),
        Just(1e308)
    ]
}

prop_compose! {
    fn any_run()(
        model in 0usize..3,
        seed in 1u64..999_999_999_999_999,
        (epochs, convergence_epoch) in (1u64..=300).prop_flat_map(|epochs| {
            (Just(epochs), proptest::option::of(1..=epochs))
        }),
        numbers in proptest::array::uniform3(any_number()),
        mse_at_90_percent in proptest::option::of(any_number()),
        wrong_rows in proptest::sample::subsequence(vec![0u32, 1, 2], 0..=3),
        prediction in any_number(),
        finite in any::<bool>(),
        weights_hash in any::<u64>(),
    ) -> Run {
        let [mse, max_abs_error, gradient_norm] = numbers;
        Run::new(model, Outcome {
            seed, epochs, convergence_epoch, mse, mse_at_90_percent, max_abs_error,
            wrong_rows: wrong_rows.into_iter().collect(),
            gradient_norm, predictions: vec![prediction],
            judged: Judged::default(), finite, weights_hash,
        })
    }
}

proptest! {
    #[test]
    fn every_number_reads_back_to_the_same_bits(value in any_number()) {
        let back = parse_number(&text(value));
        prop_assert_eq!(back.map(f64::to_bits), value.is_finite().then_some(value.to_bits()));
    }

    #[test]
    fn parsing_is_the_exact_inverse_of_writing(run in any_run()) {
        let columns = RunRows::new(&plan());
        let cells = columns.cells(&run);
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        prop_assert_eq!(cells.len(), columns.names().len());
        let back = columns.parse(&cells).unwrap();
        prop_assert_eq!(columns.cells(&back), cells.clone());
        // Every field, every bit; NaN is not equal to itself, but its text is.
        prop_assert_eq!(format!("{back:?}"), format!("{run:?}"));
        // A line is its cells.
        let mut line = String::new();
        columns.write_line(&run, &mut line);
        prop_assert_eq!(line, cells.join(",") + "\r\n");
    }

    #[test]
    fn random_cells_never_panic(cells in proptest::collection::vec(".{0,12}", 0..30)) {
        let columns = RunRows::new(&plan());
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        prop_assert!(columns.parse(&cells).is_err());
    }

    #[test]
    fn a_changed_cell_never_panics(column: prop::sample::Index, cell in ".{0,12}") {
        let names = RunRows::new(&plan()).names();
        let name = column.get(&names);
        let _ = parse_with(&[(name, &cell)]);
    }
}
