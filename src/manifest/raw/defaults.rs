//! The values of keys that are left out.

use crate::manifest::IntervalMethod;
use crate::network::seed::Generator;
use crate::network::{Activation, Precision};

pub const ACTIVATION: Activation = Activation::Sigmoid;
pub const BIAS: bool = false;
pub const RANGE: f64 = 1.0;
pub const GENERATOR: Generator = Generator::ChaCha8;
pub const LEARNING_RATE: f64 = 1.0;
pub const MOMENTUM: f64 = 0.0;
pub const PRECISION: Precision = Precision::F64;
pub const TOLERANCE: f64 = 0.4;
pub const STOP: bool = false;
pub const FIRST_SEED: u64 = 1;
pub const CURVE_SEEDS: u64 = 100;
pub const CURVE_POINTS: u64 = 200;
pub const INTERVAL: IntervalMethod = IntervalMethod::Wilson;
pub const CONFIDENCE: f64 = 0.95;
