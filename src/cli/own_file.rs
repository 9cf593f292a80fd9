//! Files that commands write outside results folders: one that is there already is replaced only
//! if it is an earlier one of the same kind.

use std::path::Path;

use crate::error::{Error, Result};
use crate::text::path_text;

/// Refuses to replace a file that doesn't start as ours do.
///
/// # Errors
/// [`Error::Conflict`] that names the file.
pub fn check(path: &Path, is_ours: impl Fn(&[u8]) -> bool) -> Result<()> {
    match std::fs::read(path) {
        Ok(there) if !is_ours(&there) => Err(Error::Conflict(format!(
            "{} is there already, and this command did not write it: choose another name, or move it away",
            path_text(path)
        ))),
        // What can't be read, because it isn't there or is no file, can't be lost either.
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Writes a file that [`check`] has let pass.
///
/// # Errors
/// [`Error::Io`].
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).map_err(Error::io("write", path))
}
