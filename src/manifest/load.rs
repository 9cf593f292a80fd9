//! Manifests from files and texts, and what to say of a file that isn't there.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::diagnostic::{Problems, Span};
use super::{Manifest, document, limits, validate};
use crate::error::{Error, Result};
use crate::files;
use crate::text::nearest;

/// The manifest's copy in a results folder.
pub const KEPT_MANIFEST: &str = "manifest.toml";
/// The copy of the training rows in a results folder, if they came from a CSV.
pub const KEPT_DATA: &str = "data.csv";

impl Manifest {
    /// Reads and checks a manifest file.
    ///
    /// # Errors
    ///
    /// [`Error::NoManifest`] if the file can't be read, [`Error::Manifest`] with every problem if
    /// it isn't a valid manifest.
    pub fn load(path: impl AsRef<Path>) -> Result<Manifest> {
        let path = path.as_ref();
        let folder = path.parent().unwrap_or(Path::new(""));
        let name = path.display().to_string();
        Manifest::from_bytes(read(path)?, &name, &|csv| folder.join(csv))
    }

    /// Reads the manifest that a results folder keeps, with the rows it keeps.
    ///
    /// # Errors
    ///
    /// As [`Manifest::load`]; [`Error::Conflict`] if one of them is a link.
    pub fn load_results(folder: impl AsRef<Path>) -> Result<Manifest> {
        let folder = folder.as_ref();
        let path = folder.join(KEPT_MANIFEST);
        files::check(&path)?;
        files::check(&folder.join(KEPT_DATA))?;
        let name = path.display().to_string();
        Manifest::from_bytes(read(&path)?, &name, &|_| folder.join(KEPT_DATA))
    }

    /// Checks a manifest's text. Messages call it `name`; `[data] csv` is looked for in
    /// `folder`.
    ///
    /// # Errors
    ///
    /// [`Error::Manifest`] with every problem, each with its line and column.
    pub fn parse(text: &str, name: &str, folder: impl AsRef<Path>) -> Result<Manifest> {
        let folder = folder.as_ref();
        from_text(text, name, &|csv| folder.join(csv))
    }

    fn from_bytes(
        content: Vec<u8>,
        name: &str,
        csv_path: &dyn Fn(&str) -> PathBuf,
    ) -> Result<Manifest> {
        match String::from_utf8(content) {
            Ok(text) => from_text(&text, name, csv_path),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let mut problems = Problems::new(name, &String::from_utf8_lossy(error.as_bytes()));
                let span = Span::from(at..at + '\u{fffd}'.len_utf8());
                problems.add(span, "bytes that are not UTF-8", "TOML in UTF-8");
                Err(problems.into_error())
            }
        }
    }
}

fn from_text(text: &str, name: &str, csv_path: &dyn Fn(&str) -> PathBuf) -> Result<Manifest> {
    let mut problems = Problems::new(name, text);
    document::read(text, &mut problems)
        .and_then(|root| validate::manifest(&root, text, csv_path, &mut problems))
        .ok_or_else(|| problems.into_error())
}

/// A manifest's bytes, one more than allowed at most.
fn read(path: &Path) -> Result<Vec<u8>> {
    let refuse = |source: io::Error| Error::NoManifest {
        path: path.to_owned(),
        nearest: None,
        source,
    };
    let about = std::fs::metadata(path).map_err(|source| Error::NoManifest {
        path: path.to_owned(),
        nearest: similar(path),
        source,
    })?;
    if !about.is_file() {
        return Err(refuse(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is no file; expected a manifest, such as widths.toml",
        )));
    }
    let mut content = Vec::new();
    File::open(path)
        .and_then(|file| {
            file.take(limits::MANIFEST_BYTES + 1)
                .read_to_end(&mut content)
        })
        .map_err(refuse)?;
    Ok(content)
}

/// A manifest in the same folder whose name is nearly the one that was given.
fn similar(path: &Path) -> Option<PathBuf> {
    /// Files looked at: more than any folder of experiments holds, few enough to list at once.
    const LOOKED_AT: usize = 10_000;
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .ok()?
        .take(LOOKED_AT)
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".toml"))
        .collect();
    files.sort();
    let typed = path.file_name()?.to_str()?;
    let with_extension = format!("{typed}.toml");
    let found = files
        .iter()
        .find(|name| **name == with_extension)
        .map(String::as_str)
        .or_else(|| nearest(typed, files.iter().map(String::as_str)))?;
    Some(path.with_file_name(found))
}
