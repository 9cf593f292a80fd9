//! What decides the bits of a run, as one number: journals of anything else are not believed.

use sha2::{Digest, Sha256};

use crate::manifest::Manifest;

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
        dataset,
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
        data_csv: _,
    } = manifest;
    let mut numbers = |numbers: &mut dyn Iterator<Item = f64>, count: usize| {
        digest.update((count as u64).to_le_bytes());
        for number in numbers {
            digest.update(number.to_bits().to_le_bytes());
        }
    };
    numbers(&mut dataset.inputs.iter().copied(), dataset.inputs.nrows());
    numbers(
        &mut dataset.targets.iter().copied(),
        dataset.targets.ncols(),
    );
    for query in queries {
        numbers(&mut query.input.iter().copied(), query.input.len());
        let target = query.target.as_deref().unwrap_or(&[]);
        numbers(&mut target.iter().copied(), target.len());
    }
    let mut words = format!("{generator:?} {epochs} {precision:?} {stop}");
    for (axis, values) in axes.iter() {
        words += &format!(" {} {values:?}", axis.key);
    }
    digest.update(words.as_bytes());
    Identity(digest.finalize().into())
}
