//! What decides the bits of a run, as one number: journals of anything else are not believed.

use sha2::{Digest, Sha256};

use crate::manifest::{Manifest, Value};
use crate::network::{Dataset, Sets};
use crate::text::title;

/// What a run belongs to: everything that decides its bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity(pub [u8; 32]);

/// The identity of an experiment. Seeds, description, curves and statistics are not in it:
/// they may change without changing a run.
pub fn identity(manifest: &Manifest) -> Identity {
    let mut digest = Sha256::new();
    // Exhaustive on purpose: a new field must be put on one side or the other.
    let Manifest {
        name: _,
        description: _,
        data,
        queries,
        axes,
        generator,
        epochs,
        precision,
        stop,
        seeds: _,
        baseline: _,
        curves: _,
        statistics: _,
        source: _,
    } = manifest;
    let mut numbers = |numbers: &mut dyn Iterator<Item = f64>, count: usize| {
        digest.update((count as u64).to_le_bytes());
        for number in numbers {
            digest.update(number.to_bits().to_le_bytes());
        }
    };
    for partition in &data.partitions {
        let Sets {
            training,
            validation,
            test,
        } = &partition.sets;
        let held_out = [validation, test].into_iter();
        let held_out = held_out.filter(|part| part.dataset.rows() > 0);
        for part in [training].into_iter().chain(held_out) {
            let Dataset {
                inputs,
                targets,
                right: _,
            } = &part.dataset;
            numbers(&mut inputs.iter().copied(), inputs.nrows());
            numbers(&mut targets.iter().copied(), targets.ncols());
        }
    }
    for query in queries {
        numbers(&mut query.input.iter().copied(), query.input.len());
        let target = query.target.as_deref().unwrap_or(&[]);
        numbers(&mut target.iter().copied(), target.len());
    }
    let mut words = String::new();
    for (axis, values) in axes.shown() {
        // Only of axes of version 0.1 does the place say which they are.
        if !axis.always {
            words += &format!("{} ", axis.key);
        }
        let of_axis: Vec<f64> = values.iter().filter_map(number).collect();
        match of_axis.len() == values.len() {
            true => numbers(&mut of_axis.into_iter(), values.len()),
            false => words += &format!("[{}] ", written(&values)),
        }
    }
    if let Some(classes) = &data.classes {
        words += &format!("{classes:?} ");
    }
    words += &format!("{generator:?} {epochs} {precision:?} {stop}");
    digest.update(words.as_bytes());
    Identity(digest.finalize().into())
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Layers(_) | Value::Word(_) | Value::Truth(_) | Value::Text(_) | Value::Nothing => {
            None
        }
    }
}

/// Values as version 0.1 wrote them, so that its journals are still believed.
fn written(values: &[Value]) -> String {
    let words = values.iter().map(|value| match value {
        Value::Layers(widths) => format!("{widths:?}"),
        Value::Word(word) => title(word),
        Value::Text(text) => format!("{text:?}"),
        Value::Truth(_) | Value::Number(_) | Value::Nothing => value.to_string(),
    });
    words.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What version 0.1 wrote into the journal of this manifest.
    #[test]
    fn journals_of_version_0_1_are_still_believed() {
        let manifest = Manifest::parse(
            r#"
            name = "journal"
            [data]
            inputs  = [[0,0,1],[0,1,1],[1,0,1],[0,1,0.5],[1,0,0],[1,1,1],[0,0,0]]
            targets = [0,1,1,1,1,0,0]
            [[predict]]
            input = [1,1,0]
            target = 0
            [network]
            hidden = [0, 3, [8, 4]]
            activation = ["sigmoid", "tanh"]
            bias = [true, false]
            [training]
            epochs = 60000
            momentum = [0, 0.9]
            learning_rate = [1, 0.5]
            [seeds]
            count = 100
            "#,
            "journal.toml",
            ".",
        );
        let identity = identity(&manifest.unwrap());
        let hexadecimal: String = identity.0.iter().map(|b| format!("{b:02x}")).collect();
        let known = "1f1bd82db2738b580197e40e4b1e5461815e2ad9adf18f7fedec32f67dd84f24";
        assert_eq!(hexadecimal, known);
    }
}
