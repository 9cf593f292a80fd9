//! The bounds of every number, in words, as a check, and for the schema.

use crate::manifest::limits;
use crate::manifest::reader::{RealBounds, WholeBounds};

macro_rules! real {
    ($($(#[$meta:meta])* $Name:ident: $expected:literal, $hold:expr, $keywords:tt;)*) => {$(
        $(#[$meta])*
        #[derive(Debug)]
        pub enum $Name {}
        impl RealBounds for $Name {
            const EXPECTED: &'static str = $expected;
            fn hold(value: f64) -> bool {
                let hold: fn(f64) -> bool = $hold;
                hold(value)
            }
            fn keywords() -> serde_json::Value {
                serde_json::json!($keywords)
            }
        }
    )*};
}

real! {
    /// Inputs.
    Finite: "a finite number", |_| true, {};
    /// Targets.
    Share: "a number from 0 to 1", |x| (0.0..=1.0).contains(&x), {"minimum": 0, "maximum": 1};
    /// Ranges and learning rates.
    Positive: "a finite number above 0", |x| x > 0.0, {"exclusiveMinimum": 0};
    /// Momentum.
    BelowOne: "a number from 0 up to, but not including, 1", |x| (0.0..1.0).contains(&x),
        {"minimum": 0, "exclusiveMaximum": 1};
    /// Tolerance.
    PositiveShare: "a number above 0 and at most 1", |x| x > 0.0 && x <= 1.0,
        {"exclusiveMinimum": 0, "maximum": 1};
    /// Confidence.
    Inside: "a number between 0 and 1, such as 0.95", |x| x > 0.0 && x < 1.0,
        {"exclusiveMinimum": 0, "exclusiveMaximum": 1};
}

macro_rules! whole {
    ($($(#[$meta:meta])* $Name:ident: $least:expr, $most:expr, $expected:literal;)*) => {$(
        $(#[$meta])*
        #[derive(Debug)]
        pub enum $Name {}
        impl WholeBounds for $Name {
            const EXPECTED: &'static str = $expected;
            const LEAST: u64 = $least;
            const MOST: u64 = $most;
        }
    )*};
}

whole! {
    /// Neurons of the only layer.
    Width: 0, limits::WIDTH, "a whole number of neurons from 0 (the single neuron) to 100,000";
    /// Neurons of one layer among several.
    Neurons: 1, limits::WIDTH, "a whole number of neurons from 1 to 100,000";
    /// Epochs.
    Epochs: 1, limits::EPOCHS, "a whole number from 1 to 9,007,199,254,740,992";
    /// A seed.
    Seed: 0, limits::SEED, "a whole number from 0, of at most 15 digits (spreadsheets round longer ones)";
    /// Number of seeds.
    SeedCount: 1, limits::SEED, "a whole number of at least 1, of at most 15 digits";
    /// Size of a generated pattern.
    Size: 1, limits::ENCODER, "a whole number of inputs: 1 to 16 for parity and majority, 2 to 1,024 for encoder";
    /// Runs with curves.
    CurveSeeds: 0, limits::CURVE_SEEDS, "a whole number from 0 (no curves) to 1,000,000";
    /// Points of a curve.
    CurvePoints: 2, limits::CURVE_POINTS, "a whole number from 2 to 10,000";
}
