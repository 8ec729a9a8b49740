//! The files of a state, on disk or in a repository.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};

use crate::git::{self, Repo, State};
use crate::model::{SIBLING_BYTES_MAX, Snapshot};

/// Files on disk, below the folders that paths of each root are relative to.
pub(super) struct Disk {
    bases: Vec<PathBuf>,
}

impl Disk {
    pub(super) const fn new(bases: Vec<PathBuf>) -> Self {
        Self { bases }
    }

    /// The real path of something below a root; none for what a link leads out of it.
    fn below(&self, root: u32, path: &str) -> Option<PathBuf> {
        let base = self.bases.get(root as usize)?;
        let is_plain = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        let real = base.join(path).canonicalize().ok().filter(|_| is_plain)?;
        real.starts_with(base).then_some(real)
    }
}

impl Snapshot for Disk {
    fn read(&self, root: u32, path: &str) -> Option<Vec<u8>> {
        let path = self.below(root, path)?;
        // Asked before it is opened: opening a pipe waits for a writer that never comes.
        let about = fs::metadata(&path).ok()?;
        if !about.is_file() || about.len() > SIBLING_BYTES_MAX {
            return None;
        }
        let mut bytes = Vec::new();
        File::open(&path).ok()?.take(SIBLING_BYTES_MAX).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    fn files(&self, root: u32, folder: &str) -> Vec<String> {
        let Some(entries) = self.below(root, folder).and_then(|path| fs::read_dir(path).ok()) else {
            return Vec::new();
        };
        let files = entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
        let mut names: Vec<String> =
            files.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

/// Files of a repository.
pub(super) struct OfRepo<'r> {
    snapshot: git::Snapshot<'r>,
    /// What stands before its paths.
    prefix: &'r str,
}

impl<'r> OfRepo<'r> {
    pub(super) const fn new(repo: &'r Repo, state: State) -> Self {
        Self { snapshot: git::Snapshot::new(repo, state), prefix: "" }
    }

    /// Takes paths that begin with the path of a submodule.
    pub(super) const fn below(mut self, prefix: &'r str) -> Self {
        self.prefix = prefix;
        self
    }
}

impl Snapshot for OfRepo<'_> {
    fn read(&self, _root: u32, path: &str) -> Option<Vec<u8>> {
        let path = path.strip_prefix(self.prefix)?;
        self.snapshot.read(path).ok().flatten().filter(|bytes| bytes.len() as u64 <= SIBLING_BYTES_MAX)
    }

    fn files(&self, _root: u32, folder: &str) -> Vec<String> {
        // The top level of a submodule is written without the `/` behind it.
        let folder = folder.strip_prefix(self.prefix.trim_end_matches('/')).unwrap_or(folder);
        self.snapshot.folder(folder.trim_start_matches('/')).ok().flatten().unwrap_or_default()
    }
}

/// Files in memory.
pub(super) struct InMemory<'f>(pub(super) &'f [(String, Vec<u8>)]);

impl Snapshot for InMemory<'_> {
    fn read(&self, _root: u32, path: &str) -> Option<Vec<u8>> {
        self.0.iter().find(|(name, _)| name == path).map(|(_, bytes)| bytes.clone())
    }

    fn files(&self, _root: u32, folder: &str) -> Vec<String> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let names = self.0.iter().filter_map(|(name, _)| name.strip_prefix(&prefix));
        let mut names: Vec<String> = names.filter(|name| !name.contains('/')).map(str::to_owned).collect();
        names.sort();
        names
    }
}
