//! The manifest as it is typed: its tables, keys, types and bounds, each stated once.
//!
//! The same declaration gives the reader, its messages and the JSON Schema, so a key can't
//! be known to one and not to the other. What needs more than one key to judge is left to
//! `validate`.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use toml::de::DeValue;

use super::diagnostic::{Problems, steers};
use super::generators::Pattern;
use super::reader::{
    Axis, List, Node, OneOf, Read, Real, RealBounds, Slot, Table, TableReader, Whole, WholeBounds,
    read_entries, read_text,
};
use super::words::Word;
use super::{IntervalMethod, limits};
use crate::network::{Activation, Precision};
use crate::seed::Generator;

/// The values of keys that are left out.
pub mod defaults {
    use super::*;

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
}

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

macro_rules! table {
    ($(#[$meta:meta])* $Name:ident $title:literal {
        required { $($(#[$required_meta:meta])* $required:ident: $Required:ty,)* }
        optional { $($(#[$optional_meta:meta])* $optional:ident: $Optional:ty $(= $default:expr)?,)* }
    }) => {
        #[derive(Debug, JsonSchema)]
        #[schemars(deny_unknown_fields)]
        $(#[$meta])*
        pub struct $Name {
            $($(#[$required_meta])* pub $required: Slot<$Required>,)*
            $($(#[$optional_meta])* #[schemars(default $(, extend("default" = $default))?)]
            pub $optional: Slot<$Optional>,)*
        }
        impl Table for $Name {
            const TITLE: &'static str = $title;
            const KEYS: &'static [&'static str] =
                &[$(stringify!($required),)* $(stringify!($optional),)*];
            fn fill(reader: &mut TableReader<'_, '_>) -> Self {
                $Name {
                    $($required: reader.required(stringify!($required)),)*
                    $($optional: reader.optional(stringify!($optional)),)*
                }
            }
        }
    };
}

table! {
    /// One experiment: the data, the networks to train on it, and how often.
    ///
    /// A list where one value is expected is an axis: every combination of the axes' values is
    /// a model, and every model is trained once with each seed.
    Root "the manifest" {
        required {
            /// Names the experiment and its results folder: letters, digits, `.`, `_` and `-`.
            #[schemars(example = &"widths")]
            name: Name,
            /// The rows to train on: written here, in a CSV file, or made by a rule.
            data: Data,
            /// The networks' shape.
            network: Network,
            /// How the networks learn.
            training: Training,
            /// The seeds: each starts every model from other weights.
            seeds: SeedsTable,
        }
        optional {
            /// The question that the experiment asks, in words.
            #[schemars(example = &"Does a hidden layer beat the single neuron, and how wide must it be?")]
            description: Description = "",
            /// Situations that are not trained on, to be predicted after training.
            predict: List<Predict>,
            /// Where the weights start.
            initialization: Initialization,
            /// When a run counts as converged.
            convergence: Convergence,
            /// What every model is compared with.
            compare: Compare,
            /// Loss curves to keep.
            curves: CurvesTable,
            /// How intervals are computed.
            statistics: StatisticsTable,
        }
    }
}

table! {
    /// The rows to train on: `inputs` with `targets`, or `csv` with `target_columns`, or
    /// `generator` with `size`.
    #[schemars(extend("oneOf" = [
        { "required": ["inputs", "targets"] },
        { "required": ["csv", "target_columns"] },
        { "required": ["generator", "size"] }
    ]))]
    #[schemars(extend("dependencies" = {
        "inputs": ["targets"], "targets": ["inputs"],
        "csv": ["target_columns"], "target_columns": ["csv"],
        "generator": ["size"], "size": ["generator"]
    }))]
    Data "[data]" {
        required {}
        optional {
            /// One list of numbers per row, all of the same length.
            #[schemars(example = [[0, 0, 1], [0, 1, 1]])]
            inputs: List<List<Real<Finite>>>,
            /// What the network should answer: one number from 0 to 1 per row, or one list of them
            /// per row for several outputs.
            #[schemars(example = [0, 1])]
            targets: List<Target>,
            /// A CSV file beside the manifest, with a header: input columns first.
            #[schemars(example = &"patterns.csv")]
            csv: FilePath,
            /// The columns of the CSV that are targets; all others are inputs.
            #[schemars(example = ["y"])]
            target_columns: List<ColumnName>,
            /// A rule that makes the rows: `parity` (is the number of ones odd?), `majority` (are
            /// more than half ones? a tie is 0) or `encoder` (n rows, each a single one, to be
            /// repeated as n outputs).
            generator: OneOf<Pattern>,
            /// Inputs of the generated rows: 1 to 16 for parity and majority, 2 to 1,024 for encoder.
            size: Whole<Size>,
        }
    }
}

table! {
    /// A situation that is not trained on.
    Predict "[[predict]]" {
        required {
            /// One number per input.
            #[schemars(example = [1, 1, 0])]
            input: List<Real<Finite>>,
        }
        optional {
            /// The right answer, if there is one: a number from 0 to 1, or a list for several
            /// outputs. With it, correctness is counted.
            target: Target,
        }
    }
}

table! {
    /// The networks' shape.
    Network "[network]" {
        required {
            /// Neurons of the hidden layer: 0 is the single neuron without one; a list is an axis;
            /// a list in the list, `[[8, 4]]`, is one network with several hidden layers.
            #[schemars(example = [0, 1, 2, 4, 8])]
            hidden: Axis<Layers>,
        }
        optional {
            /// Activation of the hidden layers; the output layer is always sigmoid.
            activation: Axis<OneOf<Activation>> = defaults::ACTIVATION.word(),
            /// Whether every neuron has a bias.
            bias: Axis<bool> = defaults::BIAS,
        }
    }
}

table! {
    /// Where the weights start.
    Initialization "[initialization]" {
        required {}
        optional {
            /// Initial weights are drawn uniformly from −range to range.
            range: Axis<Real<Positive>> = defaults::RANGE,
            /// `chacha8`: every neuron has its own stream, so that a wider network starts with the
            /// narrower one's neurons. `numpy`: the stream of `numpy.random.seed(seed)`.
            generator: OneOf<Generator> = defaults::GENERATOR.word(),
        }
    }
}

table! {
    /// How the networks learn.
    Training "[training]" {
        required {
            /// Epochs of every run: passes over all rows.
            #[schemars(example = 60000)]
            epochs: Whole<Epochs>,
        }
        optional {
            /// Multiplies the gradient of half the summed squared error.
            learning_rate: Axis<Real<Positive>> = defaults::LEARNING_RATE,
            /// Share of the previous update that is added to the next.
            momentum: Axis<Real<BelowOne>> = defaults::MOMENTUM,
            /// Floating-point type: `f64`, or `f32` for twice the speed and half the digits.
            precision: OneOf<Precision> = defaults::PRECISION.word(),
        }
    }
}

table! {
    /// When a run counts as converged.
    Convergence "[convergence]" {
        required {}
        optional {
            /// Converged: every |target − output| is below this.
            tolerance: Axis<Real<PositiveShare>> = defaults::TOLERANCE,
            /// Whether a run ends at the epoch in which it converges.
            stop: bool = defaults::STOP,
        }
    }
}

table! {
    /// The seeds: `first` and `count`, or `list`.
    #[schemars(extend("oneOf" = [
        { "required": ["count"] },
        { "required": ["list"], "not": { "required": ["first"] } }
    ]))]
    SeedsTable "[seeds]" {
        required {}
        optional {
            /// The first seed; the others follow it.
            first: Whole<Seed> = defaults::FIRST_SEED,
            /// How many seeds.
            #[schemars(example = 1000)]
            count: Whole<SeedCount>,
            /// The seeds one by one.
            #[schemars(example = [1, 7, 42])]
            list: List<Whole<Seed>>,
        }
    }
}

table! {
    /// What every model is compared with.
    Compare "[compare]" {
        required {
            /// The axis values of the baseline, such as `{ hidden = 0 }`. Axes that are not named
            /// are those of the compared model.
            baseline: BaselineTable,
        }
        optional {}
    }
}

table! {
    /// The axis values that the baseline has.
    #[schemars(extend("minProperties" = 1))]
    BaselineTable "baseline" {
        required {}
        optional {
            /// Hidden neurons.
            hidden: Layers,
            /// Activation.
            activation: OneOf<Activation>,
            /// Bias.
            bias: bool,
            /// Range of the initial weights.
            range: Real<Positive>,
            /// Learning rate.
            learning_rate: Real<Positive>,
            /// Momentum.
            momentum: Real<BelowOne>,
            /// Tolerance.
            tolerance: Real<PositiveShare>,
        }
    }
}

table! {
    /// Loss curves to keep.
    CurvesTable "[curves]" {
        required {}
        optional {
            /// Runs per model whose loss curve is kept; 0 keeps none.
            seeds: Whole<CurveSeeds> = defaults::CURVE_SEEDS,
            /// Epochs of each curve, log-spaced.
            points: Whole<CurvePoints> = defaults::CURVE_POINTS,
        }
    }
}

table! {
    /// How intervals are computed.
    StatisticsTable "[statistics]" {
        required {}
        optional {
            /// Interval of a convergence rate.
            interval: OneOf<IntervalMethod> = defaults::INTERVAL.word(),
            /// Confidence level of every interval.
            confidence: Real<Inside> = defaults::CONFIDENCE,
        }
    }
}

/// Every table with its keys: where a misplaced key belongs.
pub const HOMES: &[(&str, &[&str])] = &[
    (Root::TITLE, Root::KEYS),
    (Data::TITLE, Data::KEYS),
    (Network::TITLE, Network::KEYS),
    (Initialization::TITLE, Initialization::KEYS),
    (Training::TITLE, Training::KEYS),
    (Convergence::TITLE, Convergence::KEYS),
    (SeedsTable::TITLE, SeedsTable::KEYS),
    (Compare::TITLE, Compare::KEYS),
    (CurvesTable::TITLE, CurvesTable::KEYS),
    (StatisticsTable::TITLE, StatisticsTable::KEYS),
    (Predict::TITLE, Predict::KEYS),
    (BaselineTable::TITLE, BaselineTable::KEYS),
];

/// Hidden layers of one network: `0`, `4`, or `[8, 4]` within a list.
#[derive(Debug)]
pub struct Layers(pub Vec<usize>);

impl Read for Layers {
    fn expected() -> String {
        "a number of neurons such as 4 (0: the single neuron), [[8, 4]] for two layers".to_owned()
    }

    fn lone_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<Whole<Width>>()
    }

    fn read(node: Node<'_>, problems: &mut Problems) -> Option<Layers> {
        if let DeValue::Integer(_) = node.value {
            let width = Whole::<Width>::read(node, problems)?.value as usize;
            return Some(Layers(if width == 0 { Vec::new() } else { vec![width] }));
        }
        let widths: Vec<Slot<Whole<Neurons>>> = read_entries::<_, Layers>(node, problems)?;
        if widths.len() > limits::LAYERS {
            let found = node.says(&format!("{} layers", widths.len()));
            problems.add(
                node.span,
                found,
                format!("at most {} hidden layers", limits::LAYERS),
            );
            return None;
        }
        let widths: Option<Vec<usize>> = widths
            .iter()
            .map(|width| width.get().map(|width| width.value as usize))
            .collect();
        widths.map(Layers)
    }
}

impl JsonSchema for Layers {
    fn schema_name() -> Cow<'static, str> {
        "Layers".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let width = generator.subschema_for::<Whole<Width>>();
        let neurons = generator.subschema_for::<Whole<Neurons>>();

        json_schema!({
            "description": "Neurons of each hidden layer: 0 for the single neuron, 4 for one layer of four, [8, 4] for two layers.",
            "anyOf": [
                width,
                { "type": "array", "items": neurons, "minItems": 1, "maxItems": limits::LAYERS }
            ]
        })
    }
}

/// The targets of one row: a number, or a list for several outputs.
#[derive(Debug)]
pub struct Target(pub Vec<Slot<Real<Share>>>);

impl Read for Target {
    fn expected() -> String {
        "a number from 0 to 1, or a list of them for several outputs".to_owned()
    }

    fn read(node: Node<'_>, problems: &mut Problems) -> Option<Target> {
        read_entries::<_, Target>(node, problems).map(Target)
    }
}

impl JsonSchema for Target {
    fn schema_name() -> Cow<'static, str> {
        "Target".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let number = generator.subschema_for::<Real<Share>>();
        json_schema!({
            "description": "A number from 0 to 1, or one per output in a list.",
            "anyOf": [number, { "type": "array", "items": number, "minItems": 1 }]
        })
    }
}

macro_rules! text {
    ($($(#[$meta:meta])* $Name:ident: $expected:expr, $accept:expr, $keywords:tt;)*) => {$(
        $(#[$meta])*
        #[derive(Debug)]
        pub struct $Name(pub String);
        impl Read for $Name {
            fn expected() -> String {
                $expected.to_owned()
            }
            fn read(node: Node<'_>, problems: &mut Problems) -> Option<$Name> {
                let accept: fn(&str) -> Result<(), String> = $accept;
                read_text::<$Name>(node, problems, accept).map($Name)
            }
        }
        impl JsonSchema for $Name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> Cow<'static, str> {
                stringify!($Name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($keywords)
            }
        }
    )*};
}

text! {
    /// The experiment's name.
    Name: "letters (a to z), digits, . _ and -, beginning with a letter, digit or _", check_name,
        { "type": "string", "minLength": 1, "maxLength": limits::NAME, "pattern": "^[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_-])?$" };
    /// The question.
    Description: "text of at most 10,000 characters, without control characters", |text| check_text(text, true),
        { "type": "string", "maxLength": limits::TEXT };
    /// A file beside the manifest.
    FilePath: "the name of a CSV file beside the manifest, such as \"patterns.csv\"", check_path,
        { "type": "string", "minLength": 1, "maxLength": limits::TEXT };
    /// A column of the CSV.
    ColumnName: "the name of a column of the CSV, in quotes", |text| check_text(text, false),
        { "type": "string", "maxLength": limits::TEXT };
}

/// Whether a name can name a folder on every system and never leave the results folder.
pub fn check_name(name: &str) -> Result<(), String> {
    /// Names that Windows keeps for devices, whatever the extension.
    const RESERVED: [&str; 4] = ["con", "prn", "aux", "nul"];
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if name.is_empty() {
        return Err("the name is empty".to_owned());
    }
    if name.len() > limits::NAME {
        return Err(format!("longer than {} characters", limits::NAME));
    }
    if let Some(letter) = name.chars().find(|c| !allowed(*c)) {
        let shown = super::diagnostic::quoted(&letter.to_string());
        return Err(format!("{shown} can't be in a folder's name"));
    }
    if name.starts_with(['.', '-']) || name.ends_with('.') {
        return Err("begins with . or -, or ends with .".to_owned());
    }
    let stem = name.split('.').next().unwrap_or(name).to_ascii_lowercase();
    let port = stem.strip_prefix("com").or(stem.strip_prefix("lpt"));
    if RESERVED.contains(&stem.as_str())
        || port.is_some_and(|n| n.len() == 1 && n.as_bytes()[0].is_ascii_digit())
    {
        return Err("Windows reserves this name for a device".to_owned());
    }
    Ok(())
}

fn check_text(text: &str, lines: bool) -> Result<(), String> {
    if text.chars().count() > limits::TEXT {
        return Err("too long".to_owned());
    }
    match text
        .chars()
        .find(|&c| steers(c) && !(lines && matches!(c, '\n' | '\r' | '\t')))
    {
        Some(letter) => Err(format!(
            "holds the control character {}",
            letter.escape_unicode()
        )),
        None => Ok(()),
    }
}

fn check_path(path: &str) -> Result<(), String> {
    if path.is_empty() {
        return Err("no file is named".to_owned());
    }
    let drive = path.as_bytes().get(1) == Some(&b':');
    if path.starts_with(['/', '\\']) || drive {
        return Err("write it relative to the manifest, so that both can be moved".to_owned());
    }
    check_text(path, false)
}
