//! The manifest as it is typed: its tables and their keys, types and defaults, each stated once.
//!
//! The same declaration gives the reader, its messages and the JSON Schema, so a key can't
//! be known to one and not to the other. What needs more than one key to judge is left to
//! `validate`.

use schemars::JsonSchema;

use super::IntervalMethod;
use super::data::{ClassOutputs, Goal, Missing, Scale};
use super::generators::Pattern;
use super::reader::{Axis, Homes, List, OneOf, Real, Slot, Table, TableReader, Whole};
use super::values::{
    Answer, BelowOne, Cell, ClassTargets, ColumnName, CurvePoints, CurveSeeds, Description, Epochs,
    FilePath, Finite, Inside, Layers, Name, Positive, PositiveShare, QueryName, Seed, SeedCount,
    Size, Target,
};
use super::words::Word;
use crate::network::{Activation, Criterion, Generator, Learning, Precision};

/// The defaults that the tables below state.
pub use super::limits::defaults;

/// Declares a table: its title, its keys with their types, and what the schema says of them.
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
            const HOMES: Homes = HOMES;
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
        "generator": ["size"], "size": ["generator"],
        "input_columns": ["csv"], "ignore_columns": ["csv"], "category_columns": ["csv"],
        "task": ["csv"], "classes": ["csv"], "class_targets": ["csv"], "set_column": ["csv"],
        "split": ["csv"], "scale": ["csv"], "missing": ["csv"], "header": ["csv"]
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
            /// A CSV file, its path as seen from the manifest, with a header. Its columns are
            /// separated by commas, semicolons or tabs.
            #[schemars(example = &"patterns.csv")]
            csv: FilePath,
            /// The columns of the CSV that are targets; all others are inputs.
            #[schemars(example = ["y"])]
            target_columns: List<ColumnName>,
            /// The columns that are inputs, where not all others are.
            #[schemars(example = ["length", "width"])]
            input_columns: List<ColumnName>,
            /// Columns that are neither input nor target.
            #[schemars(example = ["id"])]
            ignore_columns: List<ColumnName>,
            /// Inputs that are text: each of their values becomes an input of its own, 0 or 1.
            #[schemars(example = ["colour"])]
            category_columns: List<ColumnName>,
            /// What is to be learnt: `classify` (which class a row belongs to) or `regress` (the
            /// target's number). A target column of text means classify.
            task: OneOf<Goal>,
            /// How outputs stand for classes: `one-output-each`, or `single-output` for two
            /// classes.
            classes: OneOf<ClassOutputs> = ClassOutputs::OneEach.word(),
            /// The targets for "not this class" and for "this class".
            #[schemars(example = [0.1, 0.9])]
            class_targets: ClassTargets = defaults::CLASS_TARGETS,
            /// A column that says of each row whether it is for `train`, `validation` or `test`;
            /// a list of such columns is an axis.
            #[schemars(example = &"set")]
            set_column: Axis<ColumnName>,
            /// Shares out the rows at random, the same share of each class.
            split: Split,
            /// How inputs are scaled, fitted on the training rows alone: `standard` to mean 0 and
            /// standard deviation 1, `range` to 0 to 1.
            scale: Axis<OneOf<Scale>> = Scale::None.word(),
            /// What becomes of rows with an empty cell, NA or ?: `refuse` or `drop`.
            missing: OneOf<Missing> = Missing::Refuse.word(),
            /// Whether the first line has the columns' names; without it they are c1, c2, ….
            header: bool = true,
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
    /// Shares out the rows at random: the same share of each class, the rest is trained on.
    Split "split" {
        required {}
        optional {
            /// The share of the rows that is looked at while training, never trained on.
            validation: Real<BelowOne> = 0.0,
            /// The share of the rows that is only evaluated with the final weights.
            test: Real<BelowOne> = 0.0,
            /// The seed by which rows are shared out; a list is an axis.
            seed: Axis<Whole<Seed>> = defaults::SPLIT_SEED,
        }
    }
}

table! {
    /// A situation that is not trained on.
    Predict "[[predict]]" {
        required {
            /// One value per input: a number, or of a category column its text.
            #[schemars(example = [1, 1, 0])]
            input: List<Cell>,
        }
        optional {
            /// The right answer, if there is one: a number from 0 to 1, a list for several
            /// outputs, or the name of a class. With it, correctness is counted.
            target: Answer,
            /// Names its columns instead of its inputs: letters, digits, spaces, `_`, `-`, `.`.
            #[schemars(example = &"patient 7")]
            name: QueryName,
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
            learning_rate: Axis<Real<Positive>> = Learning::default().learning_rate,
            /// Share of the previous update that is added to the next.
            momentum: Axis<Real<BelowOne>> = Learning::default().momentum,
            /// Floating-point type: `f64`, or `f32` for twice the speed and half the digits.
            precision: OneOf<Precision> = defaults::PRECISION.word(),
        }
    }
}

table! {
    /// When a run counts as converged: one criterion, judged before the update of every epoch.
    #[schemars(extend("not" = { "anyOf": [
        { "required": ["tolerance", "accuracy"] },
        { "required": ["tolerance", "mse"] },
        { "required": ["accuracy", "mse"] }
    ] }))]
    Convergence "[convergence]" {
        required {}
        optional {
            /// Converged: every |target − output| is below this. The criterion unless `accuracy` or
            /// `mse` is given; exactly one at most.
            tolerance: Axis<Real<PositiveShare>> = Criterion::DEFAULT_TOLERANCE,
            /// Converged: at least this share of the training rows is right. Instead of `tolerance`
            /// and `mse`; exactly one at most.
            #[schemars(example = 1.0)]
            accuracy: Axis<Real<PositiveShare>>,
            /// Converged: the mean squared error over training rows and outputs is below this.
            /// Instead of `tolerance` and `accuracy`; exactly one at most.
            #[schemars(example = 0.01)]
            mse: Axis<Real<Positive>>,
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
            /// Accuracy at which a run has converged.
            accuracy: Real<PositiveShare>,
            /// Mean squared error below which a run has converged.
            mse: Real<Positive>,
            /// How inputs are scaled.
            scale: OneOf<Scale>,
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
pub const HOMES: Homes = &[
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
    (Split::TITLE, Split::KEYS),
    (BaselineTable::TITLE, BaselineTable::KEYS),
];
