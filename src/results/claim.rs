//! Claims a results folder for a manifest: refuses one that holds another manifest, another
//! shard or runs that would be lost, then writes down whose it is (manifest.toml, the data
//! beside it, shard.json). Only then may runs be trained or merged into it.

use std::path::Path;

use crate::error::{Error, Result};
use crate::files;
use crate::manifest::{Difference, Manifest};
use crate::plan::Plan;
use crate::results::folder::{
    DATA, Digests, JOURNAL, MANIFEST, PROVENANCE, Provenance, RUNS, ResultsFolder, SHARD, Shard,
    sha256,
};

/// Claims a folder that may hold runs of the plan already; `overwrite` throws away what it
/// holds. Returns the digests of the files that say whose it is.
///
/// # Errors
/// [`Error::Conflict`] if the folder belongs to something else.
pub fn claim(
    plan: &Plan,
    folder: &ResultsFolder,
    shard: Option<Shard>,
    overwrite: bool,
) -> Result<Digests> {
    if overwrite {
        folder.clear()?;
    }
    if folder.has(MANIFEST) {
        let stored = Manifest::load_results(folder.path()).map_err(|error| {
            let path = folder.file(MANIFEST);
            Error::Conflict(format!(
                "{} can't be read, so what is in the folder can't be trusted; use --overwrite to start over\n{error}",
                path.display()
            ))
        })?;
        compare(&stored, plan, folder, shard)?;
    } else if let Some(orphan) = [RUNS, JOURNAL].into_iter().find(|name| folder.has(name)) {
        return Err(Error::Conflict(format!(
            "{} is there without a {MANIFEST}, so nobody knows what it belongs to; use --overwrite to start over, or --out for another folder",
            folder.file(orphan).display()
        )));
    }
    let mut digests = Digests::new();
    if let Some(shard) = shard {
        // A struct of two numbers always serializes.
        let text = serde_json::to_string(&shard).unwrap_or_default() + "\n";
        keep(folder, SHARD, text.as_bytes(), &mut digests)?;
    }
    write_manifest(plan, folder, &mut digests)?;
    Ok(digests)
}

/// Claims a folder without runs, for merged results; returns digests like [`claim`].
///
/// # Errors
/// [`Error::Conflict`] if results are there already.
pub fn claim_new(plan: &Plan, folder: &ResultsFolder) -> Result<Digests> {
    match [RUNS, JOURNAL, SHARD]
        .into_iter()
        .find(|name| folder.has(name))
    {
        None => {
            let mut digests = Digests::new();
            write_manifest(plan, folder, &mut digests)?;
            Ok(digests)
        }
        Some(name) => Err(Error::Conflict(format!(
            "{} is there already; merge into a new folder",
            folder.file(name).display()
        ))),
    }
}

/// Writes the manifest, after the rows it may read from a file.
fn write_manifest(plan: &Plan, folder: &ResultsFolder, digests: &mut Digests) -> Result<()> {
    if let Some(rows) = &plan.manifest.data_csv {
        keep(folder, DATA, rows.as_bytes(), digests)?;
    }
    let manifest = plan.manifest.source.as_bytes();
    keep(folder, MANIFEST, manifest, digests)
}

/// Writes a file unless it is there with these bytes; notes its digest.
fn keep(folder: &ResultsFolder, name: &str, bytes: &[u8], digests: &mut Digests) -> Result<()> {
    let digest = match files::read(&folder.file(name)) {
        Ok(there) if there == bytes => sha256(bytes),
        _ => folder.write(name, bytes)?,
    };
    digests.insert(name.to_owned(), digest);
    Ok(())
}

fn compare(
    stored: &Manifest,
    plan: &Plan,
    folder: &ResultsFolder,
    shard: Option<Shard>,
) -> Result<()> {
    let place = folder.path().display();
    let differences = stored.conflicts(&plan.manifest);
    if !differences.is_empty() {
        return Err(Error::Conflict(format!(
            "{place} holds results of another manifest:\n{}\nUse --overwrite to replace them, or --out for another folder.",
            side_by_side(&differences, "in the folder", "in the manifest"),
        )));
    }
    let held = stored_shard(folder.path())?;
    if held != shard {
        let of = |shard: Option<Shard>| match shard {
            Some(shard) => format!("shard {shard}"),
            None => "the whole experiment".to_string(),
        };
        return Err(Error::Conflict(format!(
            "{place} holds {}, not {}; use another folder, or --overwrite to replace it",
            of(held),
            of(shard)
        )));
    }
    if stored.seeds == plan.manifest.seeds {
        return Ok(());
    }
    if let Some(shard) = held {
        return Err(Error::Conflict(format!(
            "{place} holds shard {shard} of an experiment with other seeds; a shard can't grow, because the runs of every shard would move: use new folders"
        )));
    }
    let positions = plan.positions();
    let mut seeds = stored.seeds.iter();
    match seeds.find(|&seed| positions.place(seed).is_none()) {
        None => Ok(()),
        Some(seed) => Err(Error::Conflict(format!(
            "{place} holds seeds that the manifest no longer has, such as {seed}; their runs would be lost: put them back, use --overwrite to start over, or --out for another folder"
        ))),
    }
}

/// The shard that a folder says it holds.
///
/// # Errors
/// [`Error::Json`] with line and column if shard.json says nothing of the kind.
pub fn stored_shard(folder: &Path) -> Result<Option<Shard>> {
    let path = folder.join(SHARD);
    if !path.exists() {
        return Ok(None);
    }
    let text = files::read_to_string(&path)?;
    serde_json::from_str(&text)
        .map(Some)
        .map_err(Error::json(&path))
}

/// Rows of another version may be rounded differently: they are not to be mixed with ours.
pub fn check_version(folder: &ResultsFolder) -> Result<()> {
    if !folder.has(RUNS) || !folder.has(PROVENANCE) {
        return Ok(());
    }
    let version = Provenance::load(folder.path())?.version;
    let ours = env!("CARGO_PKG_VERSION");
    if version == ours {
        return Ok(());
    }
    Err(Error::Conflict(format!(
        "the runs in {} were trained by Seedbed {}; this is {ours}, which may round differently: go on with that version, or start over with --overwrite",
        folder.path().display(),
        crate::text::shown(&version),
    )))
}

/// Differences as a table: key, here, there.
pub fn side_by_side(differences: &[Difference], here: &str, there: &str) -> String {
    let heads = [("", here, there)];
    let rows = differences
        .iter()
        .map(|row| (row.key.as_str(), row.ours.as_str(), row.theirs.as_str()));
    let rows: Vec<_> = heads.into_iter().chain(rows).collect();
    let width =
        |cell: &dyn Fn(&(&str, &str, &str)) -> usize| rows.iter().map(cell).max().unwrap_or(0);
    let key = width(&|row| row.0.chars().count());
    let ours = width(&|row| row.1.chars().count());
    let lines = rows
        .iter()
        .map(|row| format!("  {:key$}  {:ours$}  {}", row.0, row.1, row.2));
    lines.collect::<Vec<_>>().join("\n")
}
