//! What the columns of the data file are to the networks, for columns.csv: inputs with their
//! scaling, classes with their order.

use crate::manifest::{ClassOutputs, Classes, Data, Input, Partition, Scaling};
use crate::plan::Plan;
use crate::results::columns::{Format, Head};
use crate::text::shortest;

/// Of more scalings than these, each is that of its partition's training rows, and is not listed.
const LISTED: usize = 2_000;

/// The input columns in their order, then the targets; empty where rows are not from a file.
pub fn heads(plan: &Plan) -> Vec<Head> {
    let data = &plan.manifest.data;
    let mut heads: Vec<Head> = Vec::new();
    for (place, input) in data.inputs.iter().enumerate() {
        let meaning = format!("input {} of the networks{}", place + 1, category(input));
        let scaled = scaled(plan, place);
        heads.push(head(&input.column, format!("{meaning}{scaled}")));
    }
    for (place, name) in data.target_columns.iter().enumerate() {
        heads.push(head(name, target(data, place)));
    }
    heads
}

fn head(name: &str, meaning: String) -> Head {
    Head {
        name: name.to_owned(),
        meaning,
        unit: "",
        source: "",
        format: Format::General,
    }
}

fn category(input: &Input) -> String {
    match &input.category {
        Some(value) => format!(": 1 where the cell is {value}, else 0"),
        None => String::new(),
    }
}

/// What is done to the values of an input, partition by partition.
fn scaled(plan: &Plan, place: usize) -> String {
    let data = &plan.manifest.data;
    let scaled: Vec<&Partition> = data
        .partitions
        .iter()
        .filter(|partition| !partition.scaling.is_empty())
        .collect();
    match scaled.as_slice() {
        [] => ", as it is".to_owned(),
        all if all.len() * data.inputs.len() > LISTED => {
            ", scaled by the training rows of each partition of the rows".to_owned()
        }
        all => {
            let one = |partition: &&Partition| {
                let of = match data.partitions.len() {
                    1 => String::new(),
                    _ => format!(" of models with {}", which(plan, partition)),
                };
                format!("{}{of}", formula(partition.scaling[place]))
            };
            let formulas: Vec<String> = all.iter().map(one).collect();
            format!(", as {}; by the training rows alone", formulas.join(", "))
        }
    }
}

fn formula(scaling: Scaling) -> String {
    let (shift, divisor) = (shortest(scaling.shift), shortest(scaling.divisor));
    match scaling.shift < 0.0 {
        true => format!("(value + {}) / {divisor}", shortest(-scaling.shift)),
        false => format!("(value - {shift}) / {divisor}"),
    }
}

/// What the models of a partition have that others have not.
fn which(plan: &Plan, partition: &Partition) -> String {
    let mut models = plan.models.iter();
    let of_it = models.find(|model| model.choices.partition == partition.key);
    let Some(model) = of_it else {
        return "none of them".to_owned();
    };
    let axes = plan.manifest.axes.iter();
    let partitioning = ["scale", "set_column", "split_seed"];
    let varied = axes.filter(|(axis, values)| values.len() > 1 && partitioning.contains(&axis.key));
    let words = varied.map(|(axis, _)| format!("{}={}", axis.key, axis.value(&model.choices)));
    words.collect::<Vec<_>>().join(" ")
}

fn target(data: &Data, place: usize) -> String {
    let Some(classes) = &data.classes else {
        return format!("target of output {} of the networks", place + 1);
    };
    let Classes {
        names,
        outputs,
        targets: [not, this],
    } = classes;
    let (not, this) = (shortest(*not), shortest(*this));
    let outputs = match outputs {
        ClassOutputs::OneEach => {
            format!(
                "an output for each, whose target is {this} for its class and {not} for the others"
            )
        }
        ClassOutputs::Single => {
            format!("one output, whose target is {not} for the first and {this} for the second")
        }
    };
    format!(
        "class of the row: {}, in the order in which the file first has them; {outputs}",
        names.join(", ")
    )
}
