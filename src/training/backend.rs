//! Which backend trains, and how a job gets its vectors.

use crate::error::{Error, Result};
use crate::network::Precision;
use crate::network::lanes::{self, Backend, Generic};

/// The environment variable that forces a backend.
pub const BACKEND_VARIABLE: &str = "SEEDBED_SIMD";

/// The backend that [`train`](super::train) uses: the processor's best, or the one that `SEEDBED_SIMD`
/// names (`scalar`, `avx2`, `avx512` or `neon`).
///
/// # Errors
///
/// [`Error::Usage`] if `SEEDBED_SIMD` names none, or one that this processor lacks.
pub fn backend() -> Result<Backend> {
    let Some(forced) = std::env::var_os(BACKEND_VARIABLE).filter(|word| !word.is_empty()) else {
        return Ok(lanes::detect());
    };
    let known = Backend::ALL.into_iter();
    match known.clone().find(|b| forced.to_str() == Some(b.word())) {
        Some(backend) if backend.available() => Ok(backend),
        Some(backend) => Err(Error::Usage(format!(
            "{BACKEND_VARIABLE}={backend}: this processor lacks it; it has {}",
            words(known.filter(|b| b.available()))
        ))),
        None => Err(Error::Usage(format!(
            "{BACKEND_VARIABLE}={}: expected one of {}",
            forced.to_string_lossy().escape_debug(),
            words(known)
        ))),
    }
}

fn words(backends: impl Iterator<Item = Backend>) -> String {
    let words: Vec<&str> = backends.map(Backend::word).collect();
    words.join(", ")
}

/// The same, or the processor's best if `SEEDBED_SIMD` is wrong.
pub(super) fn backend_or_best() -> Backend {
    backend().unwrap_or_else(|_| lanes::detect())
}

/// Does a job with a backend's vectors of a precision.
pub(super) fn dispatch<G: Generic>(backend: Backend, precision: Precision, job: G) -> G::Output {
    match precision {
        Precision::F64 => lanes::run_f64(backend, job),
        Precision::F32 => lanes::run_f32(backend, job),
    }
}
