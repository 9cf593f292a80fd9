//! The weights of one network as matrices, their canonical order and their fingerprint.

use ndarray::Array2;
use sha2::{Digest, Sha256};

use super::{Architecture, Precision};

/// The weights of one network. Canonical order: layer by layer, each matrix row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameters {
    /// (fan-in, and one last row of biases if there are any) × neurons, per layer.
    pub layers: Vec<Array2<f64>>,
}

impl Parameters {
    /// All zero.
    pub fn zeros(architecture: &Architecture) -> Parameters {
        let bias = usize::from(architecture.bias);
        let layers = architecture.layers().into_iter();
        Parameters {
            layers: layers
                .map(|(fan_in, width)| Array2::zeros((fan_in + bias, width)))
                .collect(),
        }
    }

    /// Every weight in canonical order.
    pub fn iter(&self) -> impl Iterator<Item = f64> + '_ {
        self.layers.iter().flat_map(|layer| layer.iter().copied())
    }

    /// Whether every weight is finite.
    pub fn finite(&self) -> bool {
        self.iter().all(f64::is_finite)
    }

    /// First 64 bits of the SHA-256 of the weights in canonical order, little-endian, in
    /// their precision; everything that is not a number counts as one and the same.
    pub fn hash(&self, precision: Precision) -> u64 {
        hash(self.iter(), precision)
    }
}

/// [`Parameters::hash`] of weights in canonical order.
pub(crate) fn hash(weights: impl Iterator<Item = f64>, precision: Precision) -> u64 {
    let mut bytes = Vec::with_capacity(512);
    for weight in weights {
        match precision {
            Precision::F64 if weight.is_nan() => {
                bytes.extend(0x7ff8_0000_0000_0000_u64.to_le_bytes());
            }
            Precision::F64 => bytes.extend(weight.to_le_bytes()),
            Precision::F32 if weight.is_nan() => bytes.extend(0x7fc0_0000_u32.to_le_bytes()),
            Precision::F32 => bytes.extend((weight as f32).to_le_bytes()),
        }
    }
    let digest: [u8; 32] = Sha256::digest(&bytes).into();
    let [a, b, c, d, e, f, g, h, ..] = digest;
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}
