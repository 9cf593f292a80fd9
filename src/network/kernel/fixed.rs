//! Kernels whose sizes the compiler knows, for the common shapes: one hidden layer or none,
//! sigmoid, one output, no momentum, no bias, three inputs of 0 and 1. The operations and
//! their order are those of the generic kernel, so the bits are too.

use super::batch::{Batch, Progress, Stretch};
use super::exponential::sigmoid;
use super::problem::Problem;
use crate::network::Activation;
use crate::network::lanes::{Element, Lanes, Work};

/// Trains with a kernel of fixed size, if there is one for this shape.
pub(super) fn train<S: Lanes>(
    batch: &mut Batch<S>,
    problem: &Problem<S::Element>,
    stretch: Stretch,
) -> Option<Progress> {
    let patterns = problem.patterns.as_deref()?;
    if problem.bias || problem.momentum.is_some() || problem.activation != Activation::Sigmoid {
        return None;
    }
    let ([layer] | [layer, _]) = problem.layers.as_slice() else {
        return None;
    };
    if layer.fan_in != 3 || problem.rows[0].targets.len() != 1 {
        return None;
    }
    let hidden = (problem.layers.len() == 2).then_some(layer.width);
    let mut job = Job {
        batch,
        problem,
        patterns,
        stretch,
    };
    Some(match (S::UNROLL, hidden) {
        (4, Some(1)) => job.hidden::<1>(),
        (2, Some(2)) => job.hidden::<2>(),
        (2, Some(3)) => job.hidden::<3>(),
        (2, Some(4)) => job.hidden::<4>(),
        (1, Some(4)) => job.hidden::<4>(),
        (1, Some(6)) => job.hidden::<6>(),
        (1, Some(8)) => job.hidden::<8>(),
        (1, Some(16)) => job.hidden::<16>(),
        (1, Some(32)) => job.hidden::<32>(),
        _ => return None,
    })
}

struct Job<'a, S: Lanes> {
    batch: &'a mut Batch<S>,
    problem: &'a Problem<S::Element>,
    patterns: &'a [u32],
    stretch: Stretch,
}

impl<S: Lanes> Job<'_, S> {
    fn hidden<const H: usize>(&mut self) -> Progress {
        let simd = self.batch.simd;
        let targets = self.problem.rows.iter().map(|row| row.targets[0]);
        let rows = self
            .patterns
            .iter()
            .copied()
            .zip(targets)
            .collect::<Vec<_>>();
        simd.vectorize(OneHidden::<S, 3, H> {
            batch: self.batch,
            problem: self.problem,
            rows: &rows,
            stretch: self.stretch,
        })
    }
}

/// I inputs, H hidden neurons, one output.
struct OneHidden<'a, S: Lanes, const I: usize, const H: usize> {
    batch: &'a mut Batch<S>,
    problem: &'a Problem<S::Element>,
    /// Inputs as bits, and the target.
    rows: &'a [(u32, S::Element)],
    stretch: Stretch,
}

impl<S: Lanes, const I: usize, const H: usize> Work for OneHidden<'_, S, I, H> {
    type Output = Progress;

    #[inline(always)]
    fn run(self) -> Progress {
        let batch = self.batch;
        let stretch = self.stretch;
        let simd = batch.simd;
        let zero = simd.splat(S::Element::from_f64(0.0));
        let half = simd.splat(S::Element::from_f64(0.5));
        let tolerance = simd.splat(self.problem.tolerance);
        let rate = simd.splat(self.problem.learning_rate);
        let mut w = [[zero; I]; H];
        let mut v = [zero; H];
        for j in 0..H {
            for i in 0..I {
                w[j][i] = batch.weights[j * I + i];
            }
            v[j] = batch.weights[H * I + j];
        }
        let mut progress = Progress::new();
        let mut left = stretch.watched;
        while progress.epochs < stretch.epochs {
            let mut gw = [[zero; I]; H];
            let mut gv = [zero; H];
            let mut met = simd.all();
            for &(pattern, target) in self.rows {
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
                    for i in 0..I {
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
                for i in 0..I {
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
fn input_sums<S: Lanes, const I: usize, const H: usize>(
    simd: S,
    w: &[[S::Vector; I]; H],
    pattern: u32,
) -> [S::Vector; H] {
    let first = pattern.trailing_zeros() as usize;
    let mut z = [simd.splat(S::Element::from_f64(0.0)); H];
    // Written as a search so that the compiler sees constant places.
    for i in 0..I {
        if i == first {
            for j in 0..H {
                z[j] = w[j][i];
            }
        }
    }
    for i in 1..I {
        if i > first && pattern >> i & 1 == 1 {
            for j in 0..H {
                z[j] = simd.add(z[j], w[j][i]);
            }
        }
    }
    z
}

#[inline(always)]
fn store<V: Copy, const I: usize, const H: usize>(to: &mut [V], w: &[[V; I]; H], v: &[V; H]) {
    for j in 0..H {
        for i in 0..I {
            to[j * I + i] = w[j][i];
        }
        to[H * I + j] = v[j];
    }
}
