//! Which instructions this processor has, and how a job comes to vectors of them.

use std::fmt::Display;

use super::Lanes;
#[cfg(target_arch = "aarch64")]
use super::neon;
use super::scalar::Scalar;
#[cfg(target_arch = "x86_64")]
use super::{avx2, avx512};

/// An instruction set that Seedbed has kernels for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Backend {
    /// One network at a time, any processor.
    Scalar,
    /// 256-bit vectors with fused multiply-add.
    Avx2,
    /// 512-bit vectors.
    Avx512,
    /// 128-bit vectors of 64-bit ARM.
    Neon,
}

impl Backend {
    /// All, best last on their architecture.
    pub const ALL: [Backend; 4] = [
        Backend::Scalar,
        Backend::Neon,
        Backend::Avx2,
        Backend::Avx512,
    ];

    /// The word that `SEEDBED_SIMD` knows it by.
    pub fn word(self) -> &'static str {
        match self {
            Backend::Scalar => "scalar",
            Backend::Avx2 => "avx2",
            Backend::Avx512 => "avx512",
            Backend::Neon => "neon",
        }
    }

    /// Whether this processor has it.
    pub fn available(self) -> bool {
        match self {
            Backend::Scalar => true,
            #[cfg(target_arch = "x86_64")]
            Backend::Avx2 => avx2::Avx2F64::new().is_some() && avx2::Avx2F32::new().is_some(),
            #[cfg(target_arch = "x86_64")]
            Backend::Avx512 => {
                avx512::Avx512F64::new().is_some() && avx512::Avx512F32::new().is_some()
            }
            #[cfg(target_arch = "aarch64")]
            Backend::Neon => neon::NeonF64::new().is_some() && neon::NeonF32::new().is_some(),
            #[cfg(not(target_arch = "x86_64"))]
            Backend::Avx2 | Backend::Avx512 => false,
            #[cfg(not(target_arch = "aarch64"))]
            Backend::Neon => false,
        }
    }
}

impl Display for Backend {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.word())
    }
}

/// The best backend of this processor.
pub fn detect() -> Backend {
    let best = Backend::ALL.into_iter().rfind(|b| b.available());
    best.unwrap_or(Backend::Scalar)
}

/// Something that can be done with vectors of any backend.
pub trait Generic {
    /// What it gives.
    type Output;
    /// Does it with this backend's vectors.
    fn with<S: Lanes>(self, simd: S) -> Self::Output;
}

/// Does `job` in double precision with a backend; with scalars if the processor lacks it.
pub fn run_f64<G: Generic>(backend: Backend, job: G) -> G::Output {
    match backend {
        Backend::Scalar => job.with(Scalar::<f64>::new()),
        #[cfg(target_arch = "x86_64")]
        Backend::Avx2 => with_or_scalar::<f64, _, _>(avx2::Avx2F64::new(), job),
        #[cfg(target_arch = "x86_64")]
        Backend::Avx512 => with_or_scalar::<f64, _, _>(avx512::Avx512F64::new(), job),
        #[cfg(target_arch = "aarch64")]
        Backend::Neon => with_or_scalar::<f64, _, _>(neon::NeonF64::new(), job),
        #[cfg(not(target_arch = "x86_64"))]
        Backend::Avx2 | Backend::Avx512 => job.with(Scalar::<f64>::new()),
        #[cfg(not(target_arch = "aarch64"))]
        Backend::Neon => job.with(Scalar::<f64>::new()),
    }
}

/// The same in single precision.
pub fn run_f32<G: Generic>(backend: Backend, job: G) -> G::Output {
    match backend {
        Backend::Scalar => job.with(Scalar::<f32>::new()),
        #[cfg(target_arch = "x86_64")]
        Backend::Avx2 => with_or_scalar::<f32, _, _>(avx2::Avx2F32::new(), job),
        #[cfg(target_arch = "x86_64")]
        Backend::Avx512 => with_or_scalar::<f32, _, _>(avx512::Avx512F32::new(), job),
        #[cfg(target_arch = "aarch64")]
        Backend::Neon => with_or_scalar::<f32, _, _>(neon::NeonF32::new(), job),
        #[cfg(not(target_arch = "x86_64"))]
        Backend::Avx2 | Backend::Avx512 => job.with(Scalar::<f32>::new()),
        #[cfg(not(target_arch = "aarch64"))]
        Backend::Neon => job.with(Scalar::<f32>::new()),
    }
}

/// With these vectors, if the processor has them.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
fn with_or_scalar<E, S: Lanes<Element = E>, G: Generic>(simd: Option<S>, job: G) -> G::Output
where
    Scalar<E>: Lanes,
{
    match simd {
        Some(simd) => job.with(simd),
        None => job.with(Scalar::<E>::new()),
    }
}
