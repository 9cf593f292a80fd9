//! The numbers of a manifest: how large an experiment may be, each limit with its reason, and
//! the value of every key that is left out.
//!
//! The limits keep a mistyped or hostile manifest from taking all memory before anything is
//! trained. None is near what a study of small networks needs.

/// Bytes of a manifest: its rows are held as a tree of spans, some 60 times larger.
pub const MANIFEST_BYTES: u64 = 4 << 20;
/// Bytes of a CSV of training rows.
pub const CSV_BYTES: u64 = 64 << 20;
/// Training rows.
pub const ROWS: usize = 1_000_000;
/// Inputs, and outputs, of a network.
pub const COLUMNS: usize = 10_000;
/// Numbers in the training rows together (80 MB).
pub const CELLS: usize = 10_000_000;
/// Numbers in the rows of all partitions together (400 MB): each scales and shares them out anew.
pub const PARTITION_CELLS: usize = 50_000_000;
/// Classes: a target column with more values is a label or a number.
pub const CLASSES: usize = 50;
/// Values of a category column, each an input.
pub const CATEGORIES: usize = 100;
/// `[[predict]]` tables: each is at least two columns of runs.csv; spreadsheets have 16,384.
pub const QUERIES: usize = 5_000;
/// Characters of a name: file systems allow 255 bytes, some extensions included.
pub const NAME: usize = 100;
/// Characters of a description or column name.
pub const TEXT: usize = 10_000;
/// Neurons of one hidden layer.
pub const WIDTH: u64 = 100_000;
/// Hidden layers.
pub const LAYERS: usize = 64;
/// Values of one axis.
pub const AXIS: usize = 10_000;
/// Models: each holds its name, shape and tables.
pub const MODELS: u128 = 100_000;
/// Runs: the statistics keep 64 bytes of each, 64 GiB together.
pub const RUNS: u128 = 1 << 30;
/// Bytes that a run keeps in memory until its model's statistics are made.
pub const BYTES_PER_RUN: u128 = 64;
/// Networks that are assumed to train side by side in one thread.
pub const LANES: u128 = 16;
/// Bytes of the networks that one thread trains side by side.
pub const BATCH_BYTES: u128 = 4 << 30;
/// Losses kept for curves: 16 GiB at 16 bytes each.
pub const LOSSES: u128 = 1 << 30;
/// Epochs: above 2^53 a spreadsheet, like any f64, can't tell neighbours apart.
pub const EPOCHS: u64 = 1 << 53;
/// Seeds have at most 15 digits, since spreadsheets round longer numbers.
pub const SEED: u64 = 999_999_999_999_999;
/// `numpy.random.seed` takes 32 bits.
pub const NUMPY_SEED: u64 = u32::MAX as u64;
/// Runs per model whose loss curve is kept.
pub const CURVE_SEEDS: u64 = 1_000_000;
/// Epochs of a loss curve.
pub const CURVE_POINTS: u64 = 10_000;
/// Bits of parity and majority: 65,536 rows.
pub const PATTERN_BITS: u64 = 16;
/// Inputs of the encoder.
pub const ENCODER: u64 = 1_024;
/// Problems shown of one manifest.
pub const PROBLEMS: usize = 50;

/// The values of keys that are left out.
pub mod defaults {
    use crate::manifest::IntervalMethod;
    use crate::network::Generator;
    use crate::network::{Activation, Precision};

    /// Activation of the hidden layers.
    pub const ACTIVATION: Activation = Activation::Sigmoid;
    /// Whether neurons have a bias.
    pub const BIAS: bool = false;
    /// Range of the initial weights.
    pub const RANGE: f64 = 1.0;
    /// Source of the initial weights.
    pub const GENERATOR: Generator = Generator::ChaCha8;
    /// Floating-point type.
    pub const PRECISION: Precision = Precision::F64;
    /// Whether a run ends when it converges.
    pub const STOP: bool = false;
    /// First seed.
    pub const FIRST_SEED: u64 = 1;
    /// The targets for "not this class" and "this class".
    pub const CLASS_TARGETS: [f64; 2] = [0.0, 1.0];
    /// The seed by which rows are shared out.
    pub const SPLIT_SEED: u64 = 1;
    /// Runs per model whose loss curve is kept.
    pub const CURVE_SEEDS: u64 = 100;
    /// Epochs of a loss curve.
    pub const CURVE_POINTS: u64 = 200;
    /// Interval of a convergence rate.
    pub const INTERVAL: IntervalMethod = IntervalMethod::Wilson;
    /// Confidence level of every interval.
    pub const CONFIDENCE: f64 = 0.95;
}
