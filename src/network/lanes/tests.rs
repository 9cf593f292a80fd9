//! Every operation of every backend that this processor has, alone and several side by side,
//! against its definition for one number.

use super::product::Order;
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

/// Products of matrices of many sizes, in every order, of both kinds of elements.
struct Products;

impl Generic for Products {
    type Output = ();
    fn with<S: Lanes>(self, simd: S) {
        every_product(simd);
        every_product(Wide::<S, 2>(simd));
        every_product(Wide::<S, 4>(simd));
    }
}

fn every_product<S: Lanes>(simd: S) {
    let sizes = [1, 2, 3, 5, 6, 7, 13];
    for rows in sizes {
        for columns in sizes {
            for depth in [1, 2, 9] {
                both_orders(simd, (rows, columns, depth));
            }
        }
    }
    // So deep that a tile is put down in between.
    both_orders(simd, (7, 5, 600));
}

fn both_orders<S: Lanes>(simd: S, size: (usize, usize, usize)) {
    one_product::<S, Along, Along>(simd, size);
    one_product::<S, Along, Across>(simd, size);
    one_product::<S, Across, Along>(simd, size);
    one_product::<S, Across, Across>(simd, size);
}

/// A number that differs by its place, of a matrix that differs by its name: between −1 and 1.
fn element<E: Element>(name: usize, place: usize, lane: usize) -> E {
    let at = (name * 7919 + place * 31 + lane) as f64;
    // Multiples of the golden ratio are spread as if by chance.
    E::from_f64(2.0 * (at * 0.618_033_988_749_894_9).fract() - 1.0)
}

/// Places from the beginning of a series of a matrix to that of the next, with some room between,
/// as there is in the kernel; and all places.
fn room<O: Order>(series: usize, depth: usize) -> (usize, usize) {
    let along = O::place(0, 1, usize::MAX) == 1;
    let (length, count) = if along {
        (depth, series)
    } else {
        (series, depth)
    };
    (length + 2, count * (length + 2))
}

fn one_product<S: Lanes, A: Order, B: Order>(simd: S, size: (usize, usize, usize)) {
    let (rows, columns, depth) = size;
    let (a_stride, a_places) = room::<A>(rows, depth);
    let (b_stride, b_places) = room::<B>(columns, depth);
    let c_stride = columns + 2;
    let numbers: Vec<S::Element> = (0..a_places).map(|at| element(0, at, 0)).collect();
    let vectors = |name, places| -> Vec<S::Vector> {
        let places = 0..places;
        places
            .map(|at| vector(simd, |lane| element(name, at, lane)))
            .collect()
    };
    let (a, b) = (vectors(1, a_places), vectors(2, b_places));
    let before = vectors(3, rows * c_stride);
    for (start, shared) in [
        (Start::Zero, false),
        (Start::There, false),
        (Start::Zero, true),
        (Start::There, true),
    ] {
        let mut c = before.clone();
        let (right, strides) = (Matrix::<S, Own, B>::new(&b, b_stride), (c_stride, 1));
        match shared {
            true => simd.vectorize(Product {
                simd,
                a: Matrix::<S, Shared, A>::new(&numbers, a_stride),
                b: right,
                size,
                start,
                c: &mut c,
                strides,
            }),
            false => simd.vectorize(Product {
                simd,
                a: Matrix::<S, Own, A>::new(&a, a_stride),
                b: right,
                size,
                start,
                c: &mut c,
                strides,
            }),
        }
        for at in 0..c.len() {
            let (row, column) = (at / c_stride, at % c_stride);
            let mut expected = match start {
                Start::There => before[at],
                Start::Zero => simd.splat(S::Element::from_f64(0.0)),
            };
            if column >= columns {
                expected = before[at];
            } else {
                for k in 0..depth {
                    let left = match shared {
                        true => simd.splat(numbers[A::place(row, k, a_stride)]),
                        false => a[A::place(row, k, a_stride)],
                    };
                    expected = simd.mul_add(left, b[B::place(column, k, b_stride)], expected);
                }
            }
            assert_eq!(S::lanes(&c[at]), S::lanes(&expected), "{size:?} at {at}");
        }
    }
}

#[test]
fn products_are_their_sums_one_by_one() {
    for backend in available() {
        run_f64(backend, Products);
        run_f32(backend, Products);
    }
}

/// Asks for one element more than there is.
struct TooLarge;

impl Generic for TooLarge {
    type Output = ();
    fn with<S: Lanes>(self, simd: S) {
        let zero = simd.splat(S::Element::from_f64(0.0));
        let (a, b, mut c) = (vec![zero; 6], vec![zero; 6], vec![zero; 4]);
        simd.vectorize(Product {
            simd,
            a: Matrix::<S, Own, Along>::new(&a, 3),
            b: Matrix::<S, Own, Along>::new(&b, 3),
            size: (2, 2, 4),
            start: Start::Zero,
            c: &mut c,
            strides: (2, 1),
        });
    }
}

#[test]
#[should_panic(expected = "has(rows, depth)")]
fn a_product_reads_nothing_beyond_its_matrices() {
    run_f64(Backend::Scalar, TooLarge);
}
