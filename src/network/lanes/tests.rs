//! Every operation of every backend that this processor has, alone and several side by side,
//! against its definition for one number.

use super::*;

/// Numbers of every kind: signs, zeros, infinities, none at all, the smallest, the ordinary.
const VALUES: [f64; 12] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.3,
    -2.75,
    1e-310,
    3.5e38,
    f64::MAX,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
];

/// Compares every operation over all triples of [`VALUES`].
struct Laws;

impl Generic for Laws {
    type Output = ();
    fn with<S: Lanes>(self, simd: S) {
        every_operation(simd);
        every_operation(Wide::<S, 2>(simd));
        every_operation(Wide::<S, 4>(simd));
    }
}

fn every_operation<S: Lanes>(simd: S) {
    // Lane l has the triple l after the first: no two lanes are alike, so none may be mixed up.
    let triples = VALUES.len().pow(3);
    for first in (0..triples).step_by(S::LANES) {
        let triple = |lane: usize| (first + lane) % triples;
        let value = |lane: usize, place: u32| {
            S::Element::from_f64(VALUES[triple(lane) / VALUES.len().pow(place) % VALUES.len()])
        };
        let [a, b, c] = [0, 1, 2].map(|place| vector(simd, |lane| value(lane, place)));
        let check = |what: &str, found: S::Vector, expected: fn(f64, f64, f64) -> f64| {
            for lane in 0..S::LANES {
                let [a, b, c] = [0, 1, 2].map(|place| value(lane, place).to_f64());
                // Rounding a sum, product or quotient to double precision first is harmless:
                // it has more than twice the digits of single precision.
                let expected = S::Element::from_f64(expected(a, b, c)).to_f64();
                same(S::lanes(&found)[lane].to_f64(), expected, what);
            }
        };
        check("splat", simd.splat(S::Element::from_f64(0.7)), |_, _, _| {
            0.7
        });
        check("add", simd.add(a, b), |a, b, _| a + b);
        check("sub", simd.sub(a, b), |a, b, _| a - b);
        check("mul", simd.mul(a, b), |a, b, _| a * b);
        check("div", simd.div(a, b), |a, b, _| a / b);
        check("max", simd.max(a, b), |a, b, _| if a > b { a } else { b });
        check("min", simd.min(a, b), |a, b, _| if a < b { a } else { b });
        check("abs", simd.abs(a), |a, _, _| a.abs());
        let less = simd.less(a, b);
        check(
            "select",
            simd.select(less, b, c),
            |a, b, c| {
                if a < b { b } else { c }
            },
        );
        check("select all", simd.select(simd.all(), a, b), |a, _, _| a);
        let both = simd.and(less, simd.less(b, c));
        check("select of both", simd.select(both, a, c), |a, b, c| {
            if a < b && b < c { a } else { c }
        });
        for lane in 0..S::LANES {
            let [a, b, c] = [0, 1, 2].map(|place| value(lane, place));
            assert_eq!(simd.bits(less) >> lane & 1 == 1, a < b, "{a:?} < {b:?}");
            let expected = a < b && b < c;
            assert_eq!(simd.bits(both) >> lane & 1 == 1, expected);
        }
        assert_eq!(simd.bits(simd.all()), u64::MAX >> (64 - S::LANES));
    }
}

/// The fused operations, whose one rounding double precision can't stand in for.
struct Fused;

impl Generic for Fused {
    type Output = Vec<u64>;
    fn with<S: Lanes>(self, simd: S) -> Vec<u64> {
        let mut found = fused(simd);
        let wide = fused(Wide::<S, 4>(simd));
        assert_eq!(found, wide);
        found.push(S::LANES as u64);
        found
    }
}

fn fused<S: Lanes>(simd: S) -> Vec<u64> {
    let count = 960;
    let value = |n: usize| S::Element::from_f64(((n * n + 1) as f64 * 0.7).sin() * 1.9);
    let mut found = Vec::new();
    for first in (0..count).step_by(S::LANES) {
        let [a, b, c] =
            [0, 1000, 2000].map(|place| vector(simd, |lane| value(first + lane + place)));
        let results = [
            simd.mul_add(a, b, c),
            simd.mul_sub(a, b, c),
            simd.neg_mul_add(a, b, c),
        ];
        for lane in 0..S::LANES {
            found.extend(results.map(|v| S::lanes(&v)[lane].to_f64().to_bits()));
        }
    }
    found
}

fn vector<S: Lanes>(simd: S, value: impl Fn(usize) -> S::Element) -> S::Vector {
    let mut vector = simd.splat(value(0));
    for (lane, place) in S::lanes_mut(&mut vector).iter_mut().enumerate() {
        *place = value(lane);
    }
    vector
}

/// The same number, zeros of the same sign, or both none.
fn same(found: f64, expected: f64, what: &str) {
    let equal = found.to_bits() == expected.to_bits() || (found.is_nan() && expected.is_nan());
    assert!(equal, "{what}: {found} is not {expected}");
}

fn available() -> impl Iterator<Item = Backend> {
    Backend::ALL.into_iter().filter(|b| b.available())
}

#[test]
fn every_operation_is_what_it_is_for_one_number() {
    for backend in available() {
        run_f64(backend, Laws);
        run_f32(backend, Laws);
    }
}

#[test]
fn fused_operations_round_once() {
    let (double, single) = (
        run_f64(Backend::Scalar, Fused),
        run_f32(Backend::Scalar, Fused),
    );
    for backend in available() {
        let mut lanes = 0;
        for (found, expected) in [
            (run_f64(backend, Fused), &double),
            (run_f32(backend, Fused), &single),
        ] {
            let values = expected.len() - 1;
            assert_eq!(found[..values], expected[..values], "{backend}");
            lanes += found[values];
        }
        assert_eq!(
            lanes > 2,
            backend != Backend::Scalar,
            "{backend} has vectors"
        );
    }
}
