//! What `[data]` means once it is read: rows by set, names of inputs, classes, and what was found
//! out about them on the way.

use crate::network::{Dataset, Sets};

/// The rows of a study.
#[derive(Debug, Clone, PartialEq)]
pub struct Data {
    /// Every way in which the models of the grid share out and scale the rows, in the order in
    /// which the grid has them; at least one.
    pub partitions: Vec<Partition>,
    /// Names of the I inputs, in their order; empty where rows are not from a file.
    pub inputs: Vec<Input>,
    /// Names of the target columns, in the order of the manifest; empty where rows are not from
    /// a file.
    pub target_columns: Vec<String>,
    /// The classes, if there are any.
    pub classes: Option<Classes>,
    /// How the file was read, said by `plan` line by line: (`file`, `semicolons, decimal commas`).
    pub recognised: Vec<(&'static str, String)>,
    /// What may be wrong with the rows: a sentence each.
    pub warnings: Vec<String>,
    /// The bytes of the file that `[data] csv` names, for the results folder's copy.
    pub file: Option<Vec<u8>>,
}

/// One way to share out and scale the rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Partition {
    /// Which models have it.
    pub key: PartitionKey,
    /// The rows, scaled.
    pub sets: Sets,
    /// Per input, what was done to its values; empty if nothing was done to any.
    pub scaling: Vec<Scaling>,
}

/// What decides how rows are shared out and scaled: part of a model's choices.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartitionKey {
    /// How inputs are scaled.
    pub scale: Scale,
    /// The column that says which set a row belongs to.
    pub set_column: Option<String>,
    /// The seed by which rows are shared out at random.
    pub split_seed: Option<u64>,
}

/// How inputs are scaled, fitted on the training rows alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scale {
    /// Not at all.
    #[default]
    None,
    /// (x − mean) / standard deviation, divisor n.
    Standard,
    /// (x − least) / (largest − least).
    Range,
}

/// What was done to the values of an input: (x − shift) / divisor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scaling {
    /// What is taken away.
    pub shift: f64,
    /// What the rest is divided by; 1 for an input that never varies.
    pub divisor: f64,
}

/// An input of the networks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// The column that it comes from.
    pub column: String,
    /// Of a category column, the value that it is 1 for.
    pub category: Option<String>,
}

/// The classes of a study, and how outputs stand for them.
#[derive(Debug, Clone, PartialEq)]
pub struct Classes {
    /// Their names, in the order in which the file first has them.
    pub names: Vec<String>,
    /// Which outputs there are.
    pub outputs: ClassOutputs,
    /// The target for "not this class", and for "this class".
    pub targets: [f64; 2],
}

/// How outputs stand for classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClassOutputs {
    /// An output for each.
    OneEach,
    /// One output for two classes: the first is "not", the second "this".
    Single,
}

/// What is to be learnt of a file's targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// Which class a row belongs to.
    Classify,
    /// The numbers themselves.
    Regress,
}

/// What becomes of rows with an empty cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The file is refused.
    Refuse,
    /// They are left out.
    Drop,
}

impl Data {
    /// Rows that are all trained on, as they are.
    pub fn plain(dataset: Dataset) -> Data {
        Data {
            partitions: vec![Partition {
                key: PartitionKey::default(),
                sets: Sets::all(dataset),
                scaling: Vec::new(),
            }],
            inputs: Vec::new(),
            target_columns: Vec::new(),
            classes: None,
            recognised: Vec::new(),
            warnings: Vec::new(),
            file: None,
        }
    }

    /// Which partition has a key.
    pub fn place(&self, key: &PartitionKey) -> usize {
        let mut partitions = self.partitions.iter();
        let found = partitions.position(|partition| partition.key == *key);
        // Every key of the grid was read.
        found.unwrap_or_default()
    }

    /// The training rows of the first partition: their shape is that of all.
    pub fn first(&self) -> &Dataset {
        &self.partitions[0].sets.training.dataset
    }

    /// I.
    pub fn input_count(&self) -> usize {
        self.first().inputs.ncols()
    }

    /// O.
    pub fn output_count(&self) -> usize {
        self.first().targets.ncols()
    }

    /// Whether some model has validation rows.
    pub fn validates(&self) -> bool {
        let mut partitions = self.partitions.iter();
        partitions.any(|partition| partition.sets.validation.dataset.rows() > 0)
    }

    /// Whether some model has test rows.
    pub fn tests(&self) -> bool {
        let mut partitions = self.partitions.iter();
        partitions.any(|partition| partition.sets.test.dataset.rows() > 0)
    }
}

impl Partition {
    /// A situation as this partition's networks see it.
    pub fn scaled(&self, input: &[f64]) -> Vec<f64> {
        if self.scaling.is_empty() {
            return input.to_vec();
        }
        let scaled = input.iter().zip(&self.scaling);
        scaled.map(|(value, scaling)| scaling.of(*value)).collect()
    }
}

impl Scaling {
    /// A value scaled.
    pub fn of(self, value: f64) -> f64 {
        (value - self.shift) / self.divisor
    }
}

/// As tables and messages call it: `colour = red`, `width`.
impl std::fmt::Display for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.category {
            Some(value) => write!(f, "{} = {value}", self.column),
            None => f.write_str(&self.column),
        }
    }
}
