use super::*;
use crate::network::lanes::{Backend, Generic, Work, run_f32, run_f64};

/// A function of this file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Function {
    /// exp(−z)
    ExpNegated,
    /// 1 / (1 + exp(−z))
    Sigmoid,
    /// tanh z
    Tanh,
}

/// Replaces values by a function of them.
struct Map<'a, S: Lanes> {
    simd: S,
    values: &'a mut [S::Vector],
    function: Function,
}

impl<S: Lanes> Work for Map<'_, S> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for value in self.values {
            *value = match self.function {
                Function::ExpNegated => exp_negated(self.simd, *value),
                Function::Sigmoid => sigmoid(self.simd, *value),
                Function::Tanh => tanh(self.simd, *value),
            };
        }
    }
}

/// exp(x) as an unevaluated sum of two doubles times a power of two, by argument halving and
/// a Taylor series in double-double arithmetic: error far below 2^-90.
fn precise(x: f64) -> ((f64, f64), i32) {
    let halvings = 12;
    let r = x / f64::from(1 << halvings);
    let mut sum = (1.0, 0.0);
    for k in (1..=24).rev() {
        sum = add((1.0, 0.0), divide(times(sum, (r, 0.0)), f64::from(k)));
    }
    let mut exponent = 0;
    for _ in 0..halvings {
        sum = times(sum, sum);
        let more = sum.0.log2().floor() as i32;
        sum = (scaled(sum.0, -more), scaled(sum.1, -more));
        exponent = 2 * exponent + more;
    }
    (sum, exponent)
}

/// x · 2^exponent, also where the power alone would not be a normal number.
fn scaled(x: f64, exponent: i32) -> f64 {
    let half = exponent / 2;
    x * 2f64.powi(half) * 2f64.powi(exponent - half)
}

/// The same as a plain sum, where that does not lose digits.
fn plain(x: f64) -> (f64, f64) {
    let ((high, low), exponent) = precise(x);
    (scaled(high, exponent), scaled(low, exponent))
}

/// Dekker 1971, *A floating-point technique for extending the available precision*.
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let part = sum - a;
    (sum, (a - (sum - part)) + (b - part))
}

fn add(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    let (high, low) = two_sum(a.0, b.0);
    two_sum(high, low + a.1 + b.1)
}

fn times(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    let high = a.0 * b.0;
    let low = a.0.mul_add(b.0, -high) + a.0 * b.1 + a.1 * b.0;
    two_sum(high, low)
}

fn divide(a: (f64, f64), by: f64) -> (f64, f64) {
    let high = a.0 / by;
    let low = ((-high).mul_add(by, a.0) + a.1) / by;
    two_sum(high, low)
}

/// Distance of `found` from the double-double times a power of two, in units of the last
/// place of the latter.
fn ulps(found: f64, ((high, low), exponent): ((f64, f64), i32), digits: i32) -> f64 {
    let place = 2f64.powi(high.log2().floor() as i32 + 1 - digits);
    ((scaled(found, -exponent) - high) - low).abs() / place
}

struct Values<'a>(Function, &'a [f64]);

impl Generic for Values<'_> {
    type Output = Vec<f64>;
    fn with<S: Lanes>(self, simd: S) -> Vec<f64> {
        let zero = simd.splat(S::Element::from_f64(0.0));
        let mut vectors = vec![zero; self.1.len().div_ceil(S::LANES)];
        for (i, &x) in self.1.iter().enumerate() {
            S::lanes_mut(&mut vectors[i / S::LANES])[i % S::LANES] = S::Element::from_f64(x);
        }
        simd.vectorize(Map {
            simd,
            values: &mut vectors,
            function: self.0,
        });
        let values = vectors.iter().flat_map(|v| S::lanes(v));
        values.take(self.1.len()).map(|x| x.to_f64()).collect()
    }
}

/// Values over the whole range, dense around 0, and where the table's pieces meet.
fn arguments(limit: f64) -> Vec<f64> {
    let steps = 60_000;
    let even = (-steps..=steps).map(|i| limit * f64::from(i) / f64::from(steps));
    let small = (0..4000).map(|i| 2f64.powf(-f64::from(i) / 60.0));
    let step = std::f64::consts::LN_2 / 32.0;
    let last = (limit / step) as i32;
    let seams = (-last..last).map(|i| step * f64::from(i));
    let seams = seams.flat_map(|x| [x, x * (1.0 + 1e-15), x * (1.0 - 1e-15)]);
    even.chain(small.clone())
        .chain(small.map(|x| -x))
        .chain(seams)
        .collect()
}

#[test]
fn exp_is_within_two_units_of_the_last_place() {
    let arguments = arguments(708.0);
    let found = run_f64(Backend::Scalar, Values(Function::ExpNegated, &arguments));
    let errors = arguments
        .iter()
        .zip(found)
        .map(|(&z, y)| ulps(y, precise(-z), 53));
    let worst = errors.fold(0.0, f64::max);
    println!("exp f64: {worst:.3} ulp");
    assert!(worst <= 2.0, "{worst}");
    // Rounding alone gives half a unit: less would mean that nothing was measured.
    assert!(worst > 0.5);
}

#[test]
fn exp_in_single_precision_is_within_two_units_of_the_last_place() {
    let arguments: Vec<f64> = arguments(87.0)
        .iter()
        .map(|&x| f64::from(x as f32))
        .collect();
    let found = run_f32(Backend::Scalar, Values(Function::ExpNegated, &arguments));
    let errors = arguments
        .iter()
        .zip(found)
        .map(|(&z, y)| ulps(y, precise(-z), 24));
    let worst = errors.fold(0.0, f64::max);
    println!("exp f32: {worst:.3} ulp");
    assert!(worst <= 2.0, "{worst}");
    assert!(worst > 0.5);
}

#[test]
fn sigmoid_and_tanh_are_what_they_are_called() {
    let arguments = arguments(600.0);
    let sigmoids = run_f64(Backend::Scalar, Values(Function::Sigmoid, &arguments));
    let tanhs = run_f64(Backend::Scalar, Values(Function::Tanh, &arguments));
    let (mut worst_sigmoid, mut worst_tanh, mut worst_absolute) = (0f64, 0f64, 0f64);
    for ((&z, sigmoid), tanh) in arguments.iter().zip(sigmoids).zip(tanhs) {
        // In double-double 1 + e is all but exact, and so is its inverse.
        let (high, low) = add((1.0, 0.0), plain(-z));
        let inverse = 1.0 / high;
        let rest = (-inverse).mul_add(high, 1.0) - inverse * low;
        worst_sigmoid = worst_sigmoid.max(ulps(sigmoid, ((inverse, rest / high), 0), 53));
        let exact = z.tanh();
        worst_absolute = worst_absolute.max((tanh - exact).abs());
        if exact != 0.0 {
            worst_tanh = worst_tanh.max((tanh - exact).abs() / exact.abs());
        }
    }
    println!("sigmoid {worst_sigmoid:.3} ulp, tanh {worst_tanh:e} relative, {worst_absolute:e}");
    assert!(worst_sigmoid <= 3.0, "{worst_sigmoid}");
    assert!(worst_tanh <= 1e-14, "{worst_tanh:e}");
    assert!(worst_absolute <= 4e-16, "{worst_absolute:e}");
}

#[test]
fn the_ends_are_clamped_and_no_number_stays_none() {
    let ends = [
        1e300,
        f64::INFINITY,
        -1e300,
        f64::NEG_INFINITY,
        f64::NAN,
        0.0,
        -0.0,
    ];
    let found = run_f64(Backend::Scalar, Values(Function::Sigmoid, &ends));
    assert_eq!(found[..2], [1.0, 1.0]);
    assert!(found[2] == found[3] && found[2] > 0.0 && found[2] < 1e-300);
    assert!(found[4].is_nan());
    assert_eq!(found[5..], [0.5, 0.5]);
    let found = run_f64(Backend::Scalar, Values(Function::Tanh, &ends));
    assert_eq!(found[..4], [1.0, 1.0, -1.0, -1.0]);
    assert!(found[4].is_nan());
    assert_eq!(found[5..], [0.0, 0.0]);
}

#[test]
fn every_backend_has_the_same_bits() {
    let mut values = arguments(800.0);
    values.extend([f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN, 1e-320]);
    for function in [Function::ExpNegated, Function::Sigmoid, Function::Tanh] {
        let bits = |found: Vec<f64>| -> Vec<u64> { found.into_iter().map(f64::to_bits).collect() };
        let double = bits(run_f64(Backend::Scalar, Values(function, &values)));
        let single = bits(run_f32(Backend::Scalar, Values(function, &values)));
        for backend in Backend::ALL.into_iter().filter(|b| b.available()) {
            assert!(
                double == bits(run_f64(backend, Values(function, &values))),
                "{backend}"
            );
            assert!(
                single == bits(run_f32(backend, Values(function, &values))),
                "{backend}"
            );
        }
    }
}
