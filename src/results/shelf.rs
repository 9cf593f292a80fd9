//! A file without a name for numbers that the statistics put away: it lies in the results folder,
//! and the system removes it when the process ends, however it ends.

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::statistics::Shelf;

/// Bytes of a number.
const WIDTH: usize = size_of::<f64>();
/// Numbers that are written or read in one piece.
const PIECE: usize = 1 << 14;

/// A shelf in a folder. There is no file before the first number is put away.
#[derive(Debug)]
pub struct FileShelf {
    folder: PathBuf,
    file: RefCell<Option<File>>,
    len: Cell<u64>,
}

impl FileShelf {
    /// An empty shelf.
    pub fn new(folder: &Path) -> FileShelf {
        FileShelf {
            folder: folder.to_owned(),
            file: RefCell::new(None),
            len: Cell::new(0),
        }
    }

    fn append(&self, numbers: &[f64]) -> std::io::Result<()> {
        let mut file = self.file.borrow_mut();
        let file = match &mut *file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile_in(&self.folder)?),
        };
        file.seek(SeekFrom::Start(self.len.get() * WIDTH as u64))?;
        let mut bytes = Vec::with_capacity(PIECE * WIDTH);
        for piece in numbers.chunks(PIECE) {
            bytes.clear();
            bytes.extend(piece.iter().flat_map(|number| number.to_le_bytes()));
            file.write_all(&bytes)?;
        }
        self.len.set(self.len.get() + numbers.len() as u64);
        Ok(())
    }

    fn read(&self, first: u64, count: usize, to: &mut Vec<f64>) -> std::io::Result<()> {
        let mut file = self.file.borrow_mut();
        // Nothing was put away: nothing can be asked for.
        let file = file.as_mut().ok_or(std::io::ErrorKind::UnexpectedEof)?;
        file.seek(SeekFrom::Start(first * WIDTH as u64))?;
        let mut bytes = vec![0; PIECE.min(count) * WIDTH];
        let mut left = count;
        while left > 0 {
            let piece = &mut bytes[..PIECE.min(left) * WIDTH];
            file.read_exact(piece)?;
            let (numbers, _) = piece.as_chunks::<WIDTH>();
            to.extend(numbers.iter().map(|number| f64::from_le_bytes(*number)));
            left -= numbers.len();
        }
        Ok(())
    }
}

impl Shelf for FileShelf {
    fn put(&self, numbers: &[f64]) -> Result<()> {
        let put = self.append(numbers);
        put.map_err(Error::io("put predictions away in", &self.folder))
    }

    fn fetch(&self, first: u64, count: usize, to: &mut Vec<f64>) -> Result<()> {
        let read = self.read(first, count, to);
        read.map_err(Error::io("read predictions back from", &self.folder))
    }

    fn len(&self) -> u64 {
        self.len.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_away_comes_back_and_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = FileShelf::new(folder.path());
        let numbers: Vec<f64> = (0..3 * PIECE + 5).map(|at| at as f64 / 7.0).collect();
        shelf.put(&numbers[..10]).unwrap();
        shelf.put(&[]).unwrap();
        shelf.put(&numbers[10..]).unwrap();
        assert_eq!(shelf.len(), numbers.len() as u64);
        for (first, count) in [
            (0, 10),
            (3, 0),
            (5, 20),
            (0, numbers.len()),
            (7, 2 * PIECE + 1),
        ] {
            let mut back = vec![f64::NAN.to_bits() as f64];
            shelf.fetch(first as u64, count, &mut back).unwrap();
            assert_eq!(back[1..], numbers[first..first + count]);
        }
        assert!(
            shelf
                .fetch(numbers.len() as u64, 1, &mut Vec::new())
                .is_err()
        );
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_folder_that_is_gone_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = FileShelf::new(&folder.path().join("gone"));
        assert!(shelf.put(&[1.0]).is_err());
        assert!(shelf.fetch(0, 1, &mut Vec::new()).is_err());
    }
}
