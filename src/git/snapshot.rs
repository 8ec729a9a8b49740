//! The files of one state of a repository: of its index, or of a commit.

use std::collections::BTreeSet;

use super::parse::EntryKind;
use super::tree::{Entry, META_BYTES_MAX};
use super::{GitError, Id, Repo};

/// Which state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// What is staged.
    Index,
    /// The tree of a commit.
    Commit(Id),
    /// Nothing: before the first commit.
    Empty,
}

/// Reads files of one state, wherever the working tree is.
#[derive(Clone, Copy)]
pub struct Snapshot<'r> {
    repo: &'r Repo,
    state: State,
}

impl<'r> Snapshot<'r> {
    /// Reads `state` of `repo`.
    #[must_use]
    pub const fn new(repo: &'r Repo, state: State) -> Self {
        Self { repo, state }
    }

    /// Returns the content of a file; none when there is no such file.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn read(&self, path: &str) -> Result<Option<Vec<u8>>, GitError> {
        let Some(id) = self.blob(path)? else { return Ok(None) };
        let mut bytes = Vec::new();
        match self.repo.reader().read(id, META_BYTES_MAX, &mut bytes) {
            Ok(_) => Ok(Some(bytes)),
            Err(fault) => Err(unreadable(path, fault.reason().as_str())),
        }
    }

    /// Returns the names of the files directly in a folder, sorted; none when it is no folder.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub fn folder(&self, path: &str) -> Result<Option<Vec<String>>, GitError> {
        let names: BTreeSet<String> = match self.state {
            State::Empty => BTreeSet::new(),
            State::Index => {
                let index = self.repo.index()?;
                let folder = path.trim_end_matches('/');
                let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
                let below = index.prefixed_entries(prefix.as_str().into()).unwrap_or_default();
                let names = below.iter().map(|entry| entry.path(&index).to_string());
                names.filter_map(|name| Some(name.strip_prefix(&prefix)?.to_owned())).collect()
            }
            State::Commit(commit) => {
                let tree = self.repo.tree_of(commit)?;
                let mut reader = self.repo.reader();
                let path = path.trim_end_matches('/');
                let found = if path.is_empty() {
                    Ok(Some((EntryKind::Folder, tree)))
                } else {
                    reader.entry_at(tree, path.as_bytes())
                };
                let folder = found.map_err(|fault| unreadable(path, fault.reason().as_str()))?;
                let Some((EntryKind::Folder, id)) = folder else { return Ok(None) };
                let names = reader.tree(id).map_err(|fault| unreadable(path, fault.reason().as_str()))?;
                let files = names.iter().filter(|(_, (kind, _))| *kind == EntryKind::File);
                files.map(|(name, _)| String::from_utf8_lossy(name).into_owned()).collect()
            }
        };
        let direct: Vec<String> = names.into_iter().filter(|name| !name.contains('/')).collect();
        Ok((!direct.is_empty()).then_some(direct))
    }

    /// Returns the paths of files that `other`, a later state, no longer has, sorted.
    ///
    /// # Errors
    /// When one of the states cannot be read.
    pub fn gone_in(&self, other: &Self) -> Result<Vec<String>, GitError> {
        let tree = |state: State| match state {
            State::Commit(commit) => self.repo.tree_of(commit).map(Some),
            State::Index | State::Empty => Ok(None),
        };
        let (old, new) = if other.state == State::Index {
            let staged = self.repo.staged()?;
            (staged.old, staged.new)
        } else {
            let (old, new) = (tree(self.state)?, tree(other.state)?);
            let difference = self.repo.reader().difference(old, new, &mut |_, _| {});
            (difference.old, difference.new)
        };
        let kept: BTreeSet<Vec<u8>> = new.into_iter().map(|entry| entry.path).collect();
        let mut gone: Vec<String> =
            old.iter().filter(|entry| !kept.contains(&entry.path)).map(Entry::shown_path).collect();
        gone.sort();
        gone.dedup();
        Ok(gone)
    }

    /// Returns which blob a file is; none when there is no such file.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub fn blob(&self, path: &str) -> Result<Option<Id>, GitError> {
        match self.state {
            State::Empty => Ok(None),
            State::Index => self.repo.index_blob(path),
            State::Commit(commit) => {
                let tree = self.repo.tree_of(commit)?;
                let found = self.repo.reader().blob_at(tree, path.as_bytes());
                let found = found.map_err(|fault| unreadable(path, fault.reason().as_str()))?;
                Ok(found.map(|(_, id)| id))
            }
        }
    }
}

fn unreadable(path: &str, detail: &str) -> GitError {
    GitError::Unreadable { what: path.to_owned(), detail: detail.to_owned() }
}
