//! What `seedbed new` and `seedbed schema` hand to somebody who begins: a starter manifest
//! (small, commented, trained in seconds), and the JSON Schema by which editors complete and
//! check manifests, made from the types that read them.

use schemars::generate::SchemaSettings;

use super::raw::Root;
use super::values::check_name;
use crate::error::{Error, Result};
use crate::text::quoted;

/// The JSON Schema (draft 7, which TOML editors understand) as indented text.
pub fn schema() -> String {
    let mut schema = SchemaSettings::draft07()
        .into_generator()
        .into_root_schema_for::<Root>();
    schema.insert("title".to_owned(), "Seedbed manifest".into());
    // A schema is a tree of strings and numbers, which JSON can always hold.
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// A manifest called `name` that runs as it is. Refuses a name that no manifest can have.
pub fn starter(name: &str) -> Result<String> {
    refuse_name(name)?;
    Ok(TEMPLATE.replace("NAME", name))
}

/// Refuses a name that no manifest can have.
pub fn refuse_name(name: &str) -> Result<()> {
    check_name(name).map_err(|reason| {
        Error::Usage(format!(
            "{} can't be the name of an experiment ({reason}); expected letters (a to z), \
             digits, . _ and -, beginning with a letter, digit or _",
            quoted(name)
        ))
    })
}

const TEMPLATE: &str = r#"#:schema ./seedbed.schema.json
# Editors with a TOML language server (Even Better TOML, taplo) read the line above: they
# complete keys and explain them. `seedbed schema > seedbed.schema.json` makes the file.
#
#   seedbed plan NAME.toml    what it will cost
#   seedbed run NAME.toml     trains it and writes results/NAME/

name = "NAME"
description = "Can a hidden layer learn exclusive or, and how wide must it be?"

[data]
# One row per situation, and what the network should answer, from 0 to 1.
inputs  = [[0, 0], [0, 1], [1, 0], [1, 1]]
targets = [0, 1, 1, 0]
# Or a CSV file beside this one, with a header:
#   csv = "rows.csv"
#   target_columns = ["answer"]
# Or a rule that makes the rows (parity, encoder or majority):
#   generator = "parity"
#   size = 4

# A situation to predict after training. Its target is optional; with it, right answers
# are counted. Repeat the table for more situations.
[[predict]]
input = [0.9, 0.1]
target = 1

[network]
# A list is an axis: every value is a model of its own. 0 is a single neuron without a
# hidden layer; [[8, 4]] would be one network with two hidden layers.
hidden = [0, 2, 4]
activation = "sigmoid"   # or "tanh", or both as ["sigmoid", "tanh"]
bias = true

[initialization]
range = 1.0              # initial weights are uniform between -range and range
generator = "chacha8"    # or "numpy", the weights of numpy.random.seed(seed)

[training]
epochs = 5000
learning_rate = 1.0      # an axis too: [0.5, 1.0, 2.0]
momentum = 0.0
precision = "f64"        # or "f32": twice as fast, half the digits

[convergence]
tolerance = 0.4          # converged: every |target - output| is below this
# Instead of it: accuracy = 1.0 (at least this share of the rows is right) or mse = 0.01
# (the mean squared error is below this).
stop = false             # true ends a run when it converges

[seeds]
first = 1
count = 200              # or list = [1, 7, 42]; more seeds, narrower intervals

[compare]
baseline = { hidden = 0 }   # every model is compared with this one

[curves]
seeds = 100              # runs per model whose loss curve is kept
points = 200             # at so many log-spaced epochs

[statistics]
interval = "wilson"      # or "clopper-pearson"
confidence = 0.95
"#;
