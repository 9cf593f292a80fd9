//! Kernels whose sizes the compiler knows, for the common shapes: one hidden layer or none,
//! sigmoid, one output, squared error, plain gradient descent, no bias, three inputs of 0 and 1,
//! and a tolerance as the criterion of convergence.
//! The operations and their order are those of the generic kernel, so the bits are too.

// Indices are neurons (j) and inputs (i), as in the formulas.
#![allow(clippy::needless_range_loop)]

use super::batch::{Batch, Progress, Stretch};
use super::criterion::Met;
use super::exponential::sigmoid;
use super::problem::Problem;
use super::update::Update;
use crate::network::lanes::{Element, Lanes, Work};
use crate::network::{Activation, Loss, Output};

/// Inputs of the networks that there are kernels for: those of the article.
const INPUTS: usize = 3;

/// How many vectors side by side train a problem fastest, if there is a kernel for it;
/// measured, see README.md.
pub(super) fn unroll<E: Element>(problem: &Problem<E>) -> Option<usize> {
    match hidden(problem)? {
        0..=3 => Some(4),
        4 | 6 => Some(2),
        8 => Some(1),
        _ => None,
    }
}

/// Hidden neurons of a problem of the kind that these kernels are for.
fn hidden<E: Element>(problem: &Problem<E>) -> Option<usize> {
    problem.patterns.as_ref()?;
    rate(problem)?;
    tolerance(problem)?;
    match (problem.activation, problem.output, problem.loss) {
        (Activation::Sigmoid, Output::Sigmoid, Loss::SquaredError) => {}
        (Activation::Tanh, Output::Sigmoid, Loss::SquaredError) => return None,
    }
    let hidden = match problem.layers.as_slice() {
        [output] if output.width == 1 => 0,
        [hidden, output] if output.width == 1 => hidden.width,
        _ => return None,
    };
    (!problem.bias && problem.layers[0].stride == INPUTS).then_some(hidden)
}

/// The learning rate, if the rule is the one of these kernels: plain gradient descent.
fn rate<E: Element>(problem: &Problem<E>) -> Option<E> {
    match problem.update {
        Update::GradientDescent { rate } => Some(rate),
        Update::WithPrevious { .. } => None,
    }
}

/// The tolerance, if that is the criterion of convergence. Of the others these kernels know
/// nothing: the generic kernel trains them.
fn tolerance<E: Element>(problem: &Problem<E>) -> Option<E> {
    match &problem.criterion {
        Met::Within(tolerance) => Some(*tolerance),
        Met::Right(_) | Met::Below(_) => None,
    }
}

/// Trains with a kernel of fixed size, if there is one for this shape and number of vectors.
/// The pairs here are those of [`unroll`]: others would only be more code.
pub(super) fn train<S: Lanes>(
    batch: &mut Batch<S>,
    problem: &Problem<S::Element>,
    stretch: Stretch,
) -> Option<Progress> {
    let hidden = hidden(problem)?;
    let rate = rate(problem)?;
    let tolerance = tolerance(problem)?;
    let patterns = problem.patterns.iter().flatten().copied();
    let targets = problem.rows.targets().iter().copied();
    let rows: Vec<(u32, S::Element)> = patterns.zip(targets).collect();
    let simd = batch.simd;
    let job = Job {
        batch,
        rows: &rows,
        rate,
        tolerance,
        stretch,
    };
    Some(match (S::UNROLL, hidden) {
        (4, 0) => simd.vectorize(Single(job)),
        (4, 1) => simd.vectorize(OneHidden::<S, 1>(job)),
        (4, 2) => simd.vectorize(OneHidden::<S, 2>(job)),
        (4, 3) => simd.vectorize(OneHidden::<S, 3>(job)),
        (2, 4) => simd.vectorize(OneHidden::<S, 4>(job)),
        (2, 6) => simd.vectorize(OneHidden::<S, 6>(job)),
        (1, 8) => simd.vectorize(OneHidden::<S, 8>(job)),
        _ => return None,
    })
}

/// As wide and as aligned as the widest vector.
#[repr(align(64))]
struct CacheLine([u8; 64]);

/// Lets the frame of the kernel that it is inlined into begin with a cache line. Vectors that the
/// kernel keeps on its stack would else lie across two lines each, or not, by the chance of who
/// calls it, which costs up to half of the time.
#[inline(always)]
fn align_frame() {
    let mut line = CacheLine([0; 64]);
    std::hint::black_box(&mut line.0);
}

/// What every kernel here needs.
struct Job<'a, S: Lanes> {
    batch: &'a mut Batch<S>,
    /// Inputs as bits, and the target.
    rows: &'a [(u32, S::Element)],
    rate: S::Element,
    tolerance: S::Element,
    stretch: Stretch,
}

/// One output, no hidden layer.
struct Single<'a, S: Lanes>(Job<'a, S>);

impl<S: Lanes> Work for Single<'_, S> {
    type Output = Progress;

    #[inline(always)]
    fn run(self) -> Progress {
        let Job {
            batch,
            rows,
            rate,
            tolerance,
            stretch,
        } = self.0;
        align_frame();
        let simd = batch.simd;
        let zero = simd.splat(S::Element::from_f64(0.0));
        let half = simd.splat(S::Element::from_f64(0.5));
        let tolerance = simd.splat(tolerance);
        let rate = simd.splat(rate);
        let mut w = [[zero; INPUTS]];
        w[0].copy_from_slice(&batch.weights);
        let mut progress = Progress::new();
        let mut left = stretch.watched;
        while progress.epochs < stretch.epochs {
            let mut gradient = [zero; INPUTS];
            let mut met = simd.all();
            for &(pattern, target) in rows {
                let mut o = half;
                if pattern != 0 {
                    o = sigmoid(simd, input_sums(simd, &w, pattern)[0]);
                }
                let error = simd.sub(simd.splat(target), o);
                met = simd.and(met, simd.less(simd.abs(error), tolerance));
                if pattern != 0 {
                    let delta = simd.mul(error, simd.neg_mul_add(o, o, o));
                    for i in 0..INPUTS {
                        if pattern >> i & 1 == 1 {
                            gradient[i] = simd.add(gradient[i], delta);
                        }
                    }
                }
            }
            let newly = simd.bits(met) & left;
            if newly != 0 {
                progress.note(newly);
                left &= !newly;
                if stretch.stop {
                    batch.kept.copy_from_slice(&w[0]);
                }
            }
            for i in 0..INPUTS {
                w[0][i] = simd.mul_add(rate, gradient[i], w[0][i]);
            }
            progress.epochs += 1;
            if newly != 0 && stretch.stop {
                break;
            }
        }
        batch.weights.copy_from_slice(&w[0]);
        progress
    }
}

/// H hidden neurons, one output.
struct OneHidden<'a, S: Lanes, const H: usize>(Job<'a, S>);

impl<S: Lanes, const H: usize> Work for OneHidden<'_, S, H> {
    type Output = Progress;

    #[inline(always)]
    fn run(self) -> Progress {
        let Job {
            batch,
            rows,
            rate,
            tolerance,
            stretch,
        } = self.0;
        align_frame();
        let simd = batch.simd;
        let zero = simd.splat(S::Element::from_f64(0.0));
        let half = simd.splat(S::Element::from_f64(0.5));
        let tolerance = simd.splat(tolerance);
        let rate = simd.splat(rate);
        let mut w = [[zero; INPUTS]; H];
        let mut v = [zero; H];
        for j in 0..H {
            for i in 0..INPUTS {
                w[j][i] = batch.weights[j * INPUTS + i];
            }
            v[j] = batch.weights[H * INPUTS + j];
        }
        let mut progress = Progress::new();
        let mut left = stretch.watched;
        while progress.epochs < stretch.epochs {
            let mut gw = [[zero; INPUTS]; H];
            let mut gv = [zero; H];
            let mut met = simd.all();
            for &(pattern, target) in rows {
                let mut h = [half; H];
                if pattern != 0 {
                    h = input_sums(simd, &w, pattern);
                    for j in 0..H {
                        h[j] = sigmoid(simd, h[j]);
                    }
                }
                let mut z = simd.mul(v[0], h[0]);
                for j in 1..H {
                    z = simd.mul_add(v[j], h[j], z);
                }
                let o = sigmoid(simd, z);
                let error = simd.sub(simd.splat(target), o);
                met = simd.and(met, simd.less(simd.abs(error), tolerance));
                let delta = simd.mul(error, simd.neg_mul_add(o, o, o));
                for j in 0..H {
                    gv[j] = simd.mul_add(delta, h[j], gv[j]);
                }
                if pattern != 0 {
                    let mut d = [zero; H];
                    for j in 0..H {
                        let slope = simd.neg_mul_add(h[j], h[j], h[j]);
                        d[j] = simd.mul(simd.mul(delta, v[j]), slope);
                    }
                    for i in 0..INPUTS {
                        if pattern >> i & 1 == 1 {
                            for j in 0..H {
                                gw[j][i] = simd.add(gw[j][i], d[j]);
                            }
                        }
                    }
                }
            }
            let newly = simd.bits(met) & left;
            if newly != 0 {
                progress.note(newly);
                left &= !newly;
                if stretch.stop {
                    store(&mut batch.kept, &w, &v);
                }
            }
            for j in 0..H {
                for i in 0..INPUTS {
                    w[j][i] = simd.mul_add(rate, gw[j][i], w[j][i]);
                }
                v[j] = simd.mul_add(rate, gv[j], v[j]);
            }
            progress.epochs += 1;
            if newly != 0 && stretch.stop {
                break;
            }
        }
        store(&mut batch.weights, &w, &v);
        progress
    }
}

/// Sums of the weights of the inputs that are 1, in the order of the inputs.
#[inline(always)]
fn input_sums<S: Lanes, const H: usize>(
    simd: S,
    w: &[[S::Vector; INPUTS]; H],
    pattern: u32,
) -> [S::Vector; H] {
    let first = pattern.trailing_zeros() as usize;
    let mut z = [simd.splat(S::Element::from_f64(0.0)); H];
    // Written as a search so that the compiler sees constant places.
    for i in 0..INPUTS {
        if i == first {
            for j in 0..H {
                z[j] = w[j][i];
            }
        }
    }
    for i in 1..INPUTS {
        if i > first && pattern >> i & 1 == 1 {
            for j in 0..H {
                z[j] = simd.add(z[j], w[j][i]);
            }
        }
    }
    z
}

#[inline(always)]
fn store<V: Copy, const H: usize>(to: &mut [V], w: &[[V; INPUTS]; H], v: &[V; H]) {
    for j in 0..H {
        for i in 0..INPUTS {
            to[j * INPUTS + i] = w[j][i];
        }
        to[H * INPUTS + j] = v[j];
    }
}
