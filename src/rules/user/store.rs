//! Where rule files are read from.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// Bytes a rule file may have.
const FILE_BYTES_MAX: u64 = 16 << 20;

/// What lends rule files: the disk, or a tree of git where the working tree is not trusted.
pub trait RuleStore {
    /// Lists the `*.toml` files of a folder, sorted; `None` where `path` is no folder.
    ///
    /// # Errors
    /// When the folder cannot be read.
    fn folder(&self, path: &Path) -> io::Result<Option<Vec<PathBuf>>>;

    /// Reads a file.
    ///
    /// # Errors
    /// When the file cannot be read or is no UTF-8.
    fn text(&self, path: &Path) -> io::Result<String>;
}

/// The file system.
pub const DISK: &dyn RuleStore = &Disk;

#[derive(Debug, Clone, Copy)]
pub(super) struct Disk;

impl RuleStore for Disk {
    fn folder(&self, path: &Path) -> io::Result<Option<Vec<PathBuf>>> {
        if !fs::metadata(path)?.is_dir() {
            return Ok(None);
        }
        let mut files = Vec::new();
        for entry in fs::read_dir(path)? {
            let file = entry?.path();
            if file.extension().is_some_and(|ending| ending == "toml") && file.is_file() {
                files.push(file);
            }
        }
        files.sort();
        Ok(Some(files))
    }

    fn text(&self, path: &Path) -> io::Result<String> {
        // Asked before it is opened: opening a pipe waits for a writer that never comes.
        if !fs::metadata(path)?.is_file() {
            return Err(io::Error::other("it is no ordinary file"));
        }
        let mut text = String::new();
        File::open(path)?.take(FILE_BYTES_MAX + 1).read_to_string(&mut text)?;
        if text.len() as u64 > FILE_BYTES_MAX {
            return Err(io::Error::other(format!("it is larger than {} MiB", FILE_BYTES_MAX >> 20)));
        }
        Ok(text)
    }
}
