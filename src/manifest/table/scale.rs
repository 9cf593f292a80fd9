//! How inputs are scaled, fitted on the training rows alone.

use ndarray::{ArrayView1, ArrayView2};

use crate::manifest::data::{Input, Scale, Scaling};

/// What is done to each input, fitted on training rows (R × I); empty if nothing is done to any.
/// Inputs of categories are 0 or 1 already and stay so.
pub fn fit(rows: ArrayView2<'_, f64>, inputs: &[Input], scale: Scale) -> Vec<Scaling> {
    let of: fn(ArrayView1<'_, f64>) -> Scaling = match scale {
        Scale::None => return Vec::new(),
        Scale::Standard => standard,
        Scale::Range => range,
    };
    let columns = rows.columns().into_iter().zip(inputs);
    let scaling = columns.map(|(column, input)| match input.category {
        Some(_) => Scaling {
            shift: 0.0,
            divisor: 1.0,
        },
        None => of(column),
    });
    scaling.collect()
}

fn ends(values: ArrayView1<'_, f64>) -> (f64, f64) {
    let both = |(low, high): (f64, f64), value: &f64| (low.min(*value), high.max(*value));
    values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), both)
}

/// To 0 to 1.
fn range(values: ArrayView1<'_, f64>) -> Scaling {
    let (low, high) = ends(values);
    Scaling {
        shift: low,
        divisor: if low == high { 1.0 } else { high - low },
    }
}

/// To mean 0 and standard deviation 1, divisor n, as scikit-learn's `StandardScaler`. The deviations
/// from a first mean correct both it and the sum of their squares (Chan, Golub and LeVeque 1983,
/// "Algorithms for computing the sample variance", The American Statistician 37).
fn standard(values: ArrayView1<'_, f64>) -> Scaling {
    let (low, high) = ends(values);
    if low == high {
        return Scaling {
            shift: low,
            divisor: 1.0,
        };
    }
    let count = values.len() as f64;
    let first = sum(values.iter().copied()) / count;
    let rest = sum(values.iter().map(|value| value - first)) / count;
    let squares = sum(values.iter().map(|value| (value - first) * (value - first)));
    Scaling {
        shift: first + rest,
        divisor: (squares / count - rest * rest).sqrt(),
    }
}

/// A sum whose rounding is carried along (Neumaier 1974, ZAMM 54).
fn sum(values: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut lost) = (0.0_f64, 0.0);
    for value in values {
        let next = sum + value;
        lost += match sum.abs() >= value.abs() {
            true => (sum - next) + value,
            false => (value - next) + sum,
        };
        sum = next;
    }
    sum + lost
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    fn inputs(categories: [Option<&str>; 3]) -> Vec<Input> {
        let input = |category: Option<&str>| Input {
            column: "a".to_owned(),
            category: category.map(str::to_owned),
        };
        categories.map(input).into()
    }

    #[test]
    fn numbers_worked_out_by_hand() {
        let rows = array![
            [2.0, 7.0, 1.0],
            [4.0, 7.0, 0.0],
            [4.0, 7.0, 0.0],
            [6.0, 7.0, 1.0]
        ];
        let inputs = inputs([None, None, Some("red")]);
        let scaling = |shift, divisor| Scaling { shift, divisor };
        let as_is = scaling(0.0, 1.0);
        assert_eq!(fit(rows.view(), &inputs, Scale::None), []);
        assert_eq!(
            fit(rows.view(), &inputs, Scale::Standard),
            [scaling(4.0, 2.0_f64.sqrt()), scaling(7.0, 1.0), as_is]
        );
        assert_eq!(
            fit(rows.view(), &inputs, Scale::Range),
            [scaling(2.0, 4.0), scaling(7.0, 1.0), as_is]
        );
    }

    #[test]
    fn a_large_mean_costs_no_digits() {
        // numpy.std([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]) is sqrt(22.5).
        let rows = array![[1e9 + 4.0], [1e9 + 7.0], [1e9 + 13.0], [1e9 + 16.0]];
        let inputs = &inputs([None, None, None])[..1];
        let found = fit(rows.view(), inputs, Scale::Standard)[0];
        assert_eq!(found.shift, 1e9 + 10.0);
        assert!((found.divisor / 22.5_f64.sqrt() - 1.0).abs() < 1e-12);
    }
}
