//! The yardstick: the article's network in a loop written by hand for AVX-512, every size
//! known at compile time, eight networks in a vector, no convergence check, no zero input
//! skipped. What a careful person would write for this one shape; Seedbed's kernel is held
//! against it (`cargo bench -- "hidden 4"`).

#![cfg(target_arch = "x86_64")]
#![allow(clippy::needless_range_loop)] // Indices are those of the formulas.

use std::arch::x86_64::*;

const INPUTS: usize = 3;
const ROWS: [([f64; INPUTS], f64); 7] = [
    ([0.0, 0.0, 1.0], 0.0),
    ([0.0, 1.0, 1.0], 1.0),
    ([1.0, 0.0, 1.0], 1.0),
    ([0.0, 1.0, 0.0], 1.0),
    ([1.0, 0.0, 0.0], 1.0),
    ([1.0, 1.0, 1.0], 0.0),
    ([0.0, 0.0, 0.0], 0.0),
];

/// Networks that train side by side.
pub const LANES: usize = 8;

/// Trains eight networks of H hidden neurons; gives the first one's first output weight, so
/// that nothing can be left out. `None` where the processor lacks AVX-512.
pub fn train<const H: usize>(epochs: u64) -> Option<f64> {
    if !is_x86_feature_detected!("avx512f") || !is_x86_feature_detected!("avx512dq") {
        return None;
    }
    // SAFETY: the processor has the instructions.
    Some(unsafe { eight_networks::<H>(epochs) })
}

#[target_feature(enable = "avx512f,avx512dq,fma")]
fn eight_networks<const H: usize>(epochs: u64) -> f64 {
    let start = |n: usize| _mm512_set1_pd((n as f64 * 0.7).sin());
    let mut w: [[__m512d; INPUTS]; H] =
        std::array::from_fn(|j| std::array::from_fn(|i| start(j * INPUTS + i)));
    let mut v: [__m512d; H] = std::array::from_fn(|j| start(100 + j));
    let one = _mm512_set1_pd(1.0);
    for _ in 0..epochs {
        let mut gw = [[_mm512_setzero_pd(); INPUTS]; H];
        let mut gv = [_mm512_setzero_pd(); H];
        for (inputs, target) in &ROWS {
            let x: [__m512d; INPUTS] = inputs.map(|x| _mm512_set1_pd(x));
            let mut h = [_mm512_setzero_pd(); H];
            for j in 0..H {
                let mut z = _mm512_mul_pd(x[0], w[j][0]);
                for i in 1..INPUTS {
                    z = _mm512_fmadd_pd(x[i], w[j][i], z);
                }
                h[j] = sigmoid(z);
            }
            let mut z = _mm512_mul_pd(h[0], v[0]);
            for j in 1..H {
                z = _mm512_fmadd_pd(h[j], v[j], z);
            }
            let o = sigmoid(z);
            let slope = _mm512_mul_pd(o, _mm512_sub_pd(one, o));
            let delta = _mm512_mul_pd(_mm512_sub_pd(_mm512_set1_pd(*target), o), slope);
            for j in 0..H {
                gv[j] = _mm512_fmadd_pd(delta, h[j], gv[j]);
                let slope = _mm512_mul_pd(h[j], _mm512_sub_pd(one, h[j]));
                let d = _mm512_mul_pd(_mm512_mul_pd(delta, v[j]), slope);
                for i in 0..INPUTS {
                    gw[j][i] = _mm512_fmadd_pd(x[i], d, gw[j][i]);
                }
            }
        }
        for j in 0..H {
            v[j] = _mm512_add_pd(v[j], gv[j]);
            for i in 0..INPUTS {
                w[j][i] = _mm512_add_pd(w[j][i], gw[j][i]);
            }
        }
    }
    _mm512_cvtsd_f64(v[0])
}

/// 1 / (1 + exp(−z)): Cody and Waite's reduction by ln 2, the exponential's series to the
/// eleventh power, the processor's own scaling by a power of two.
#[inline]
#[target_feature(enable = "avx512f,avx512dq,fma")]
fn sigmoid(z: __m512d) -> __m512d {
    const SERIES: [f64; 12] = [
        1.0,
        1.0,
        1.0 / 2.0,
        1.0 / 6.0,
        1.0 / 24.0,
        1.0 / 120.0,
        1.0 / 720.0,
        1.0 / 5040.0,
        1.0 / 40320.0,
        1.0 / 362880.0,
        1.0 / 3628800.0,
        1.0 / 39916800.0,
    ];
    let x = _mm512_sub_pd(_mm512_setzero_pd(), z);
    let scaled = _mm512_mul_pd(x, _mm512_set1_pd(std::f64::consts::LOG2_E));
    let n = _mm512_roundscale_pd::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(scaled);
    let r = _mm512_fnmadd_pd(n, _mm512_set1_pd(0.693_147_180_369_123_8), x);
    let r = _mm512_fnmadd_pd(n, _mm512_set1_pd(1.908_214_929_270_587_7e-10), r);
    let mut p = _mm512_set1_pd(SERIES[11]);
    for k in (0..11).rev() {
        p = _mm512_fmadd_pd(p, r, _mm512_set1_pd(SERIES[k]));
    }
    let one = _mm512_set1_pd(1.0);
    _mm512_div_pd(one, _mm512_add_pd(one, _mm512_scalef_pd(p, n)))
}
