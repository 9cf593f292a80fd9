//! Long passes over files: somebody may want to know how far one is, or to stop it.

use std::path::Path;

use crate::error::Result;

/// Told how far a pass over a file is; an error ends the pass.
pub type OnPass<'a> = &'a (dyn Fn(&Path, u64, u64) -> Result<()> + Sync);

/// Watches passes over files.
#[derive(Clone, Copy)]
pub struct Watch<'a>(OnPass<'a>);

impl<'a> Watch<'a> {
    /// Tells `on_pass` the file, how much of it is done, and how much there is, in one unit.
    pub fn new(on_pass: OnPass<'a>) -> Self {
        Watch(on_pass)
    }

    /// Nobody watches: the pass goes to its end.
    #[cfg(test)]
    pub fn nobody() -> Watch<'static> {
        Watch(&|_, _, _| Ok(()))
    }

    /// Says that `done` of `all` is done.
    ///
    /// # Errors
    /// Whatever the listener wants the pass to end with.
    pub fn at(&self, path: &Path, done: u64, all: u64) -> Result<()> {
        (self.0)(path, done, all)
    }
}

impl std::fmt::Debug for Watch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Watch")
    }
}
