//! Opens the files that a folder holds itself. A results folder is often a download: a symbolic
//! link in it could lead anywhere, and a pipe would block, so neither is ever opened.

use std::fs::{File, FileType, OpenOptions};
use std::io::Read;
use std::path::Path;

use crate::error::{Error, Result};
use crate::text::visible;

/// Opens a file for reading.
///
/// # Errors
/// [`Error::Conflict`] if something else than a file is there; [`Error::Io`].
pub fn open(path: &Path) -> Result<File> {
    open_with(OpenOptions::new().read(true), "read", path)
}

/// Opens a file as `options` say; `action` is what messages call it.
///
/// # Errors
/// As [`open`].
pub fn open_with(options: &mut OpenOptions, action: &'static str, path: &Path) -> Result<File> {
    // Asking first never opens a pipe or a device, which would block.
    check(path)?;
    follow_no_link(options);
    let file = match options.open(path) {
        Ok(file) => file,
        Err(error) => {
            // If a link took the place just now, that is why.
            check(path)?;
            return Err(Error::io(action, path)(error));
        }
    };
    let about = file.metadata().map_err(Error::io(action, path))?;
    expect_file(path, about.file_type())?;
    Ok(file)
}

/// The whole text of a file.
///
/// # Errors
/// As [`open`]; [`Error::Io`] if it isn't UTF-8.
pub fn read_to_string(path: &Path) -> Result<String> {
    let mut text = String::new();
    open(path)?
        .read_to_string(&mut text)
        .map_err(Error::io("read", path))?;
    Ok(text)
}

/// All bytes of a file.
///
/// # Errors
/// As [`open`].
pub fn read(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?
        .read_to_end(&mut bytes)
        .map_err(Error::io("read", path))?;
    Ok(bytes)
}

/// Whether a file is there; a link to one is none.
pub fn is_file(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|about| about.is_file())
}

/// Makes sure that there is a file or nothing.
///
/// # Errors
/// [`Error::Conflict`] that names what is there instead.
pub fn check(path: &Path) -> Result<()> {
    kind(path).map_or(Ok(()), |kind| expect_file(path, kind))
}

/// Makes sure that there is a folder or nothing.
///
/// # Errors
/// [`Error::Conflict`] that names what is there instead.
pub fn check_folder(path: &Path) -> Result<()> {
    match kind(path) {
        Some(kind) if kind.is_symlink() => Err(link(path, "folder")),
        Some(kind) if !kind.is_dir() => Err(refused(path, "no folder", "folder")),
        _ => Ok(()),
    }
}

/// What is there. Where that can't be known nothing can be opened either, and then the system
/// says why.
fn kind(path: &Path) -> Option<FileType> {
    let about = std::fs::symlink_metadata(path).ok()?;
    Some(about.file_type())
}

fn expect_file(path: &Path, kind: FileType) -> Result<()> {
    if kind.is_file() {
        Ok(())
    } else if kind.is_symlink() {
        Err(link(path, "file"))
    } else if kind.is_dir() {
        Err(refused(path, "a folder", "file"))
    } else {
        Err(refused(path, "a pipe, socket or device", "file"))
    }
}

fn link(path: &Path, wanted: &str) -> Error {
    Error::Conflict(format!(
        "{} is a symbolic link; a results folder holds its files itself: replace it by the {wanted}, or use another folder",
        shown(path)
    ))
}

fn refused(path: &Path, found: &str, wanted: &str) -> Error {
    Error::Conflict(format!(
        "{} is {found} where a results folder has a {wanted}: move it away, or use another folder",
        shown(path)
    ))
}

fn shown(path: &Path) -> String {
    visible(&path.display().to_string())
}

/// A link that takes the place after the check is not followed either.
#[cfg(unix)]
fn follow_no_link(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;
    options.custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
}

/// Elsewhere the check alone has to do.
#[cfg(not(unix))]
fn follow_no_link(_options: &mut OpenOptions) {}
