//! What can be checked without training: checksums, rows that can't be, duplicates and gaps.

use std::collections::HashSet;
use std::path::Path;

use super::{Difference, Verification};
use crate::error::Result;
use crate::plan::Plan;
use crate::results::columns::parse_whole;
use crate::results::folder::{PROVENANCE, Provenance, RUNS, SHARD, Shard, sha256_of_file};
use crate::results::{SEED, Store};
use crate::text::shown;

/// Checksums of the files that provenance.json names.
pub fn check_files(folder: &Path, found: &mut Verification) -> Result<()> {
    if !folder.join(PROVENANCE).is_file() {
        let problem = format!("{PROVENANCE} is missing, so no file's checksum can be checked");
        found.problems.push(problem);
        return Ok(());
    }
    for (name, digest) in Provenance::load(folder)?.sha256 {
        let inside = Path::new(&name)
            .components()
            .all(|part| matches!(part, std::path::Component::Normal(_)));
        let path = folder.join(&name);
        let name = shown(&name);
        if !inside || !path.is_file() {
            found.problems.push(format!("{name} is missing"));
        } else if sha256_of_file(&path)? != digest {
            found.problems.push(format!(
                "{name} has changed: its SHA-256 is not the one in {PROVENANCE}"
            ));
        }
    }
    Ok(())
}

/// Notes where every row is; rows that can't be believed are found, not errors.
pub fn scan(folder: &Path, store: &mut Store, found: &mut Verification) -> Result<()> {
    let columns = store.columns();
    let seed_column = columns.place(SEED);
    store.scan_rows(&folder.join(RUNS), &mut |store, row, _| {
        found.rows += 1;
        let mut differs = |column: usize, expected: String| {
            found.differences.push(Difference {
                line: row.line(),
                model: shown(row.cells[0]),
                seed: shown(row.cells[seed_column]),
                column: columns.names()[column].clone(),
                stored: shown(row.cells[column]),
                expected,
            });
        };
        let Some(model) = columns.model(row.cells[0].trim()) else {
            differs(0, "the name of a model of the manifest".to_string());
            return Ok(None);
        };
        let seed = parse_whole(row.cells[seed_column]);
        let Some(position) = seed.and_then(|seed| store.positions().position(model, seed)) else {
            differs(seed_column, "a seed of the manifest".to_string());
            return Ok(None);
        };
        if store.has(position) {
            differs(seed_column, "a run that is not there before".to_string());
            return Ok(None);
        }
        if let Err(error) = columns.parse(row.cells) {
            differs(error.column, error.message);
            return Ok(None);
        }
        Ok(Some(position))
    })
}

/// Rows that should be there. A folder may hold a part of the seeds (`--seeds`), but the same
/// part of every model; a shard's holds its part.
pub fn check_gaps(plan: &Plan, folder: &Path, store: &Store, found: &mut Verification) {
    if let Ok(provenance) = Provenance::load(folder)
        && provenance.runs != found.rows
    {
        found.problems.push(format!(
            "{RUNS} has {} rows, but {PROVENANCE} says {}",
            found.rows, provenance.runs
        ));
    }
    // A row that was found to differ is there all the same.
    let bad: HashSet<(&str, &str)> = found
        .differences
        .iter()
        .map(|row| (row.model.as_str(), row.seed.as_str()))
        .collect();
    let positions = store.positions();
    let shard = std::fs::read_to_string(folder.join(SHARD)).ok();
    let shard = shard.and_then(|text| serde_json::from_str::<Shard>(&text).ok());
    let expected = match shard {
        Some(shard) if shard.index >= 1 && shard.index <= shard.count => {
            plan.shard(shard.index, shard.count)
        }
        _ => store.extent(),
    };
    let models = plan.models.len() as u64;
    let mut gaps = expected.filter(|&position| {
        let place = position % positions.seeds();
        let anywhere = || (0..models).any(|model| store.has(model * positions.seeds() + place));
        !store.has(position) && (shard.is_some() || anywhere())
    });
    let mut missing = 0u64;
    let mut first = None;
    for position in &mut gaps {
        let (model, place) = positions.model_and_place(position);
        let (model, seed) = (&plan.models[model].name, positions.seed(place));
        if !bad.contains(&(model.as_str(), seed.to_string().as_str())) {
            missing += 1;
            first.get_or_insert((model, seed));
        }
    }
    if let Some((model, seed)) = first {
        let problem =
            format!("{missing} rows are missing in {RUNS}, the first is {model} seed {seed}");
        found.problems.push(problem);
    }
}
